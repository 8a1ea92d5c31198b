/* Which intents lines may have come from: the reverse of hacc/read/intent*.c, as far as it can be seen from the lines.
 */
#ifndef HACC_WRITE_INTENT_GUESS_H
#define HACC_WRITE_INTENT_GUESS_H

#include "hacc/model/config.h"

/* An intent that may stand for lines of a section. Whether it does, only what it expands to can tell. */
struct intent_guess {
    struct intent_guess *next;
    struct section *section;
    const char *name; /* "sticky" */
    const char *yaml; /* its value, YAML on one line */
};

/* Gives guesses for all sections, those of one section and intent one after the other, the shortest first. Sections
 * with .if or its like in them have none. `transparent` is never guessed: it makes more than a haproxy.cfg. Memory
 * comes from the configuration's arena. */
struct intent_guess *intent_guesses(const struct config *config);

#endif
