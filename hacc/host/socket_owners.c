#include "hacc/host/socket_owners.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int by_inode(const void *left, const void *right)
{
    const struct open_socket *a = left, *b = right;

    return (a->inode > b->inode) - (a->inode < b->inode);
}

/* The name of a process: /proc/PID/comm, without its line break. */
static void read_program(const char *pid, struct open_socket *socket)
{
    char path[64];
    ssize_t len = -1;
    int fd;

    snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        len = read(fd, socket->program, sizeof(socket->program) - 1);
        close(fd);
    }
    if (len < 0)
        len = 0;
    socket->program[len] = '\0';
    socket->program[strcspn(socket->program, "\n")] = '\0';
}

/* One descriptor of a process: a link to "socket:[INODE]" where it is a socket. `again`: whoever has it already. */
static void take_descriptor(struct sockets *sockets, const char *pid, int folder, const char *name, bool again)
{
    struct open_socket wanted, *found;
    char target[64];
    ssize_t len = readlinkat(folder, name, target, sizeof(target) - 1);

    if (len < 0)
        return;
    target[len] = '\0';
    if (sscanf(target, "socket:[%u]", &wanted.inode) != 1)
        return;
    found = bsearch(&wanted, sockets->at, sockets->count, sizeof(*sockets->at), by_inode);
    if (!found || (found->pid && !again))
        return;
    found->pid = (uint32_t)strtoul(pid, NULL, 10);
    read_program(pid, found);
}

static void take_process(struct sockets *sockets, const char *pid, bool again)
{
    const struct dirent *entry;
    char path[64];
    DIR *folder;

    snprintf(path, sizeof(path), "/proc/%.20s/fd", pid);
    folder = opendir(path);
    while (folder && (entry = readdir(folder)) != NULL)
        take_descriptor(sockets, pid, dirfd(folder), entry->d_name, again);
    if (folder)
        closedir(folder);
}

void socket_owners_find(struct sockets *sockets)
{
    DIR *folder = sockets->count ? opendir("/proc") : NULL;
    const struct dirent *entry;
    uint32_t processes = 0;

    if (sockets->count)
        qsort(sockets->at, sockets->count, sizeof(*sockets->at), by_inode);
    while (folder && processes < SOCKETS_MAX_PROCESSES && (entry = readdir(folder)) != NULL) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        take_process(sockets, entry->d_name, false);
        processes++;
    }
    if (folder)
        closedir(folder);
}

void socket_owners_prefer(struct sockets *sockets, const uint32_t *pids, uint32_t count)
{
    char pid[16];

    for (uint32_t i = 0; i < count && sockets->count; i++) {
        snprintf(pid, sizeof(pid), "%u", pids[i]);
        take_process(sockets, pid, true);
    }
}
