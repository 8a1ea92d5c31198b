/* Folders of this machine that a configuration names. */
#ifndef HACC_HOST_FOLDERS_H
#define HACC_HOST_FOLDERS_H

#include "hacc/base/arena.h"

#include <stdbool.h>
#include <sys/types.h>

/* Whether there is certainly no folder at an absolute path: nothing is there, or no folder. `root`: the folder that
 * stands for '/', or "". What may not be looked at may be there. */
bool host_lacks_folder(const char *root, const char *path, uint32_t len, struct arena *arena);

/* Whether there is something at an absolute path. */
bool host_has(const char *root, const char *path, struct arena *arena);

/* The file system that a path is on, or will be: that of the nearest folder above it that is there. */
struct host_room {
    bool known;
    bool read_only;
    uint64_t bytes; /* free for this user */
    uint64_t files; /* that can still be made; UINT64_MAX: no limit is known */
};

struct host_room host_room(const char *path, struct arena *arena);

enum host_socket {
    HOST_SOCKET_READ,   /* a program reads what is sent there */
    HOST_SOCKET_DEAD,   /* there is a socket, and no program at its other end */
    HOST_SOCKET_OTHER,  /* there is something else */
    HOST_SOCKET_ABSENT, /* there is nothing */
    HOST_SOCKET_CLOSED, /* this user, or `uid` with `gid`, may not send to it */
    HOST_SOCKET_UNKNOWN
};

/* Finds a datagram socket at an absolute path as a process in the chroot `root` ("": no chroot) finds it: links too
 * lead to what is inside. Nothing is sent. Whether the user may write to it is read from the modes alone. */
enum host_socket host_log_socket(const char *root, const char *path, uid_t uid, gid_t gid);

#endif
