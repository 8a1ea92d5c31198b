#include "hacc/host/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

bool host_lacks_folder(const char *root, const char *path, uint32_t len, struct arena *arena)
{
    const char *full = arena_printf(arena, "%s%.*s", root, (int)len, path);
    struct stat st;

    if (stat(full, &st) == 0)
        return !S_ISDIR(st.st_mode);
    return errno == ENOENT || errno == ENOTDIR;
}

bool host_has(const char *root, const char *path, struct arena *arena)
{
    return access(arena_printf(arena, "%s%s", root, path), F_OK) == 0;
}

/* Cuts the last name off a path; "." is what remains of a relative one. Gives false at the root. */
static bool cut_name(char *path)
{
    char *slash = strrchr(path, '/');

    if (!slash && strcmp(path, ".") != 0)
        strcpy(path, ".");
    else if (slash && slash[1])
        slash[slash == path] = '\0';
    else
        return false;
    return true;
}

struct host_room host_room(const char *path, struct arena *arena)
{
    char *folder = arena_strndup(arena, *path ? path : ".", strlen(path) + !*path);
    struct host_room room = {0};
    struct statvfs st;
    int failed;

    while ((failed = statvfs(folder, &st)) != 0 && errno == ENOENT && cut_name(folder))
        ;
    if (failed)
        return room;
    room.known = true;
    room.read_only = (st.f_flag & ST_RDONLY) != 0;
    room.bytes = (uint64_t)st.f_frsize * (geteuid() == 0 ? st.f_bfree : st.f_bavail);
    room.files = st.f_files ? (geteuid() == 0 ? st.f_ffree : st.f_favail) : UINT64_MAX;
    return room;
}

/* Opens a path below `root` as if that were '/', for its place alone; -1 with errno set. */
static int open_inside(const char *root, const char *path)
{
    struct open_how how = {.flags = O_PATH | O_CLOEXEC, .resolve = *root ? RESOLVE_IN_ROOT : 0};
    int folder = open(*root ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC), fd, err;

    if (folder < 0)
        return -1;
    fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
    err = errno;
    close(folder);
    errno = err;
    return fd;
}

/* A datagram socket connects without a word; what is open by O_PATH alone connects by its link in /proc. */
static enum host_socket connect_to(int target)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    enum host_socket answer = HOST_SOCKET_UNKNOWN;

    if (fd < 0)
        return answer;
    snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d", target);
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        answer = HOST_SOCKET_READ;
    else if (errno == ECONNREFUSED)
        answer = HOST_SOCKET_DEAD;
    else if (errno == EPROTOTYPE)
        answer = HOST_SOCKET_OTHER;
    else if (errno == EACCES)
        answer = HOST_SOCKET_CLOSED;
    close(fd);
    return answer;
}

static bool may_write(const struct stat *st, uid_t uid, gid_t gid)
{
    mode_t bit = uid == st->st_uid ? S_IWUSR : gid == st->st_gid ? S_IWGRP : S_IWOTH;

    return uid == 0 || (st->st_mode & bit);
}

enum host_socket host_log_socket(const char *root, const char *path, uid_t uid, gid_t gid)
{
    int target = open_inside(root, path);
    enum host_socket answer;
    struct stat st;

    if (target < 0)
        return errno == ENOENT || errno == ENOTDIR ? HOST_SOCKET_ABSENT : HOST_SOCKET_UNKNOWN;
    if (fstat(target, &st) != 0)
        answer = HOST_SOCKET_UNKNOWN;
    else if (!S_ISSOCK(st.st_mode))
        answer = HOST_SOCKET_OTHER;
    else
        answer = connect_to(target);
    if (answer == HOST_SOCKET_READ && !may_write(&st, uid, gid))
        answer = HOST_SOCKET_CLOSED;
    close(target);
    return answer;
}
