/* haproxy.cfg to its canonical layout. */
#ifndef HACC_WRITE_FMT_CFG_H
#define HACC_WRITE_FMT_CFG_H

#include "hacc/base/diag.h"

/* Appends the text of source `src` to `out`, laid out as to_cfg does: every word as it is written, quotes and all,
 * every comment, and of the empty lines inside a section one at a time. Which words there are is all that is asked of
 * the text, not whether HAProxy knows them. Gives false where it cannot be told; diags then says where and why. */
bool fmt_cfg(const struct sources *sources, uint32_t src, struct diags *diags, struct buf *out);

#endif
