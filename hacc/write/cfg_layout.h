/* The layout of a haproxy.cfg, for whoever writes one: to_cfg, from the model, and fmt_cfg, from a text. Sections begin
 * at the start of a line, with an empty line before them; one blank parts the words. */
#ifndef HACC_WRITE_CFG_LAYOUT_H
#define HACC_WRITE_CFG_LAYOUT_H

#include "hacc/base/buf.h"
#include "hacc/lang/grammar.h"

#define CFG_INDENT         "    " /* before what stands in a section */
#define CFG_BEFORE_COMMENT "  "   /* between the last word of a line and its comment */

/* Whether neighbouring lines of the keyword are written in columns, with their names padded to one width, as people
 * write servers: those of keywords that begin with a name, and have more than that. `args` words follow the keyword. */
static inline bool cfg_in_columns(const struct keyword *kw, uint32_t args)
{
    return kw->named && args > 1 && kw->id != KW_FRONTEND_ACL;
}

/* Pads a name of `len` bytes, just written, to `width`. */
static inline void cfg_pad(struct buf *out, size_t len, size_t width)
{
    for (; len < width; len++)
        buf_putc(out, ' ');
}

#endif
