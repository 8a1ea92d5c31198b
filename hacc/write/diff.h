/* What differs between two texts, as a unified diff. */
#ifndef HACC_WRITE_DIFF_H
#define HACC_WRITE_DIFF_H

#include "hacc/base/buf.h"

#include <stdint.h>

struct text {
    const char *data;
    uint32_t len;
};

/* Appends what turns `old` into `new`, with three lines around each change, as diff(1) -u and patch(1) have it: the
 * files are called NAME.orig and NAME. Appends nothing where the texts are equal. Takes time linear in their length: a
 * change of more lines than a window holds may come out longer than it had to be. */
void diff_unified(const char *name, struct text old, struct text new, struct arena *arena, struct buf *out);

#endif
