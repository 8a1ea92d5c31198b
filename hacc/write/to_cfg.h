/* struct config to haproxy.cfg. */
#ifndef HACC_WRITE_TO_CFG_H
#define HACC_WRITE_TO_CFG_H

#include "hacc/model/config.h"

/* Which source place each line of the output comes from: to read back what HAProxy says of a line. */
struct source_map {
    struct span *at; /* [0] is line 1; src 0: no place */
    uint32_t count, cap;
    struct arena *arena;
};

struct cfg_options {
    bool annotate;          /* add "# lb.yaml:12" to each line */
    bool expand;            /* add "# sticky, lb.yaml:12" to each line that comes from an intent */
    struct source_map *map; /* NULL: not wanted */
};

/* Appends the configuration as text: 4 blanks of indent, a blank line between sections, comments kept. The result
 * depends on the configuration alone. */
void to_cfg(const struct config *config, const struct cfg_options *options, struct buf *out);

#endif
