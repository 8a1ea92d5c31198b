/* The haproxy binary of this machine: its version, and its own verdict on a file. */
#ifndef HACC_HOST_HAPROXY_H
#define HACC_HOST_HAPROXY_H

#include "hacc/base/buf.h"
#include "hacc/lang/grammar.h"

#include <stdint.h>

/* The longest that haproxy may take to look at a file, in milliseconds. */
#define HAPROXY_TIME_LIMIT 60000

/* What is kept of its output, in bytes; the rest is read and dropped. */
#define HAPROXY_OUTPUT_MAX (1 << 20)

/* How a haproxy is called. */
struct haproxy_program {
    const char *const *words; /* in front of its own arguments; the last one is the haproxy */
    uint32_t count;
    char *const *environment; /* NULL: that of this process */
    const char *folder;       /* where it is started; NULL: where this process is */
};

/* Runs a program with further words behind its own; the rest is as for haproxy_run. What is needed in between is taken
 * from `arena`. */
int haproxy_call(const struct haproxy_program *program, const char *const *words, uint32_t count, int input,
                 int time_limit_ms, struct arena *arena, struct buf *out);

/* Runs argv[0] (found in PATH, else in the sbin folders beside its bin) with `input` (a descriptor; -1: nothing) as its
 * standard input, and appends its standard output and error to `out`. Gives its exit status, 128 + the signal
 * that ended it, or -1 with errno set where it could not be run; ETIMEDOUT where it, and what it had started,
 * was ended. */
int haproxy_run(const char *const *argv, int input, int time_limit_ms, struct buf *out);

/* Gives the version that a text begins with, "2.6.12-1", as the newest known one that is not newer (the oldest known
 * where it is older); -1 where it begins with none. */
int haproxy_version_of(const char *text);

/* Gives the version of `bin` as the newest known one that is not newer (the oldest known where it is older);
 * -1 where it cannot be run or read. What is needed in between is taken from `arena`. */
int haproxy_version(const char *bin, struct arena *arena);

#endif
