/* The sockets that programs of this machine listen on now, as the kernel tells (sock_diag(7)), and which program has
 * each (/proc/PID/fd). */
#ifndef HACC_HOST_SOCKETS_H
#define HACC_HOST_SOCKETS_H

#include "hacc/base/arena.h"
#include "hacc/model/endpoint.h"

struct open_socket {
    struct endpoint endpoint;
    uint32_t inode;
    uint32_t pid;     /* of a process that has it; 0: none that this user may look into */
    char program[16]; /* its name, as the kernel cuts it; "" with pid 0 */
};

struct sockets {
    struct open_socket *at; /* in the order of their inodes */
    uint32_t count, cap;
    const char *unread; /* why some of them are not here; NULL: all are */
};

/* No more than this many sockets and processes are looked at. */
enum { SOCKETS_MAX = 100000, SOCKETS_MAX_PROCESSES = 100000 };

/* Looks: at TCP and UDP sockets, and at UNIX sockets with a path. All lives in `arena`. Never fails: see `unread`. */
void sockets_read(struct sockets *sockets, struct arena *arena);

#endif
