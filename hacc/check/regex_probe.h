/* Regular expressions that take too long: found by their form, proved by running them. */
#ifndef HACC_CHECK_REGEX_PROBE_H
#define HACC_CHECK_REGEX_PROBE_H

#include "hacc/base/buf.h"

#include <stdbool.h>

/* A text that a regular expression is slow on. */
struct regex_witness {
    const char *text; /* in the arena */
    uint32_t len;
};

/* Looks for a text of some 40 to 120 repetitions for which PCRE2 needs more than REGEX_STEPS_SLOW steps. Patterns
 * without repeats inside or beside repeats are not run at all. What it takes goes off *budget; at 0 nothing is run any
 * more. false: there is no such text, or none was found. */
#define REGEX_STEPS_SLOW 200000
bool regex_probe(struct arena *arena, const char *pattern, uint32_t len, bool caseless, uint32_t *budget,
                 struct regex_witness *witness);

#endif
