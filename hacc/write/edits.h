/* Fixes, applied to a source text. */
#ifndef HACC_WRITE_EDITS_H
#define HACC_WRITE_EDITS_H

#include "hacc/base/diag.h"

/* A fix, and the rule whose finding it mends. */
struct edit {
    struct fix fix;
    enum rule_id rule;
};

/* Sorts edits by their places and leaves, of those that overlap, the first one; the others have to wait until it is
 * done. Of edits that are the same change all stay. Gives how many there are left. */
uint32_t edits_choose(struct edit *edits, uint32_t count);

/* Gives what a fix replaces of its source: where it takes the last words of a line or of a quoted text, the blanks
 * before them go too. */
struct span edit_place(const struct fix *fix, const struct source *source);

/* Appends the source with the edits done: chosen ones, all of that source. */
void edits_apply(const struct source *source, const struct edit *edits, uint32_t count, struct buf *out);

#endif
