/* Regular expressions that take too long: found by their form, proved by running them. */
#ifndef HACC_CHECK_REGEX_PROBE_H
#define HACC_CHECK_REGEX_PROBE_H

#include "hacc/base/buf.h"

#include <stdbool.h>

/* A text that a regular expression is slow on. */
struct regex_witness {
    const char *text; /* in the arena */
    uint32_t len;
    uint32_t steps; /* that it takes at least */
};

/* Looks for a text for which PCRE2 needs more steps than it should: of some 30 repetitions REGEX_STEPS_EXPONENTIAL, of
 * some 400 REGEX_STEPS_CUBIC. Patterns without repeats inside or beside repeats are not run at all. false: there is
 * none, or none was found. */
#define REGEX_STEPS_EXPONENTIAL 200000
#define REGEX_STEPS_CUBIC       2000000
bool regex_probe(struct arena *arena, const char *pattern, uint32_t len, bool caseless, struct regex_witness *witness);

#endif
