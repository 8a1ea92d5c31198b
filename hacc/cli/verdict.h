/* The real haproxy's verdict on what hacc has written. */
#ifndef HACC_CLI_VERDICT_H
#define HACC_CLI_VERDICT_H

#include "hacc/write/to_cfg.h"

/* Runs `bin -c` on the text and adds what it says as findings, at the places that `map` gives its lines. */
void haproxy_verdict(const char *bin, const struct buf *cfg, const struct source_map *map, struct diags *diags);

#endif
