/* The haproxy binary of this machine: its version, and its own verdict on a file. */
#ifndef HACC_HOST_HAPROXY_H
#define HACC_HOST_HAPROXY_H

#include "hacc/base/buf.h"
#include "hacc/lang/grammar.h"

/* The longest that haproxy may take to look at a file, in milliseconds. */
#define HAPROXY_TIME_LIMIT 60000

/* Runs argv[0] (found in PATH) with its standard output and error appended to `out`. Gives its exit status, 128 +
 * the signal that ended it, or -1 with errno set where it could not be run; ETIMEDOUT where it was stopped. */
int haproxy_run(const char *const *argv, int time_limit_ms, struct buf *out);

/* Gives the version of `bin` as the newest known one that is not newer; -1 where it cannot be run or read. */
int haproxy_version(const char *bin, struct oom *oom);

#endif
