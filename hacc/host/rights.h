/* What a process may do, and how much it may have: capabilities(7), getrlimit(2). */
#ifndef HACC_HOST_RIGHTS_H
#define HACC_HOST_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

struct host_rights {
    bool known;            /* else /proc does not tell */
    uint32_t uid, gid;     /* the effective ones */
    uint64_t capabilities; /* a bit each, 1 << CAP_… */
    uint64_t files;        /* the most open files that a process which it starts can have */
};

/* Reads them of a process; 0: of this one. Allocates nothing. */
struct host_rights host_rights(uint32_t pid);

/* Gives the number that is the first word behind `key` at the start of a line of a file of /proc ("MemAvailable:", ""),
 * of which 64 KiB are read; false: it is not there. */
bool host_number(const char *path, const char *key, uint64_t *number);

/* Whether a process has a capability, CAP_…. */
static inline bool host_may(const struct host_rights *rights, unsigned capability)
{
    return rights->capabilities >> capability & 1;
}

#endif
