/* The real haproxy's verdict on what hacc has written. */
#ifndef HACC_CLI_VERDICT_H
#define HACC_CLI_VERDICT_H

#include "hacc/host/haproxy.h"
#include "hacc/write/to_cfg.h"

/* Runs `program` with -c on the text and adds what it says as findings: at the place that `map` gives the line it
 * names, else at the section or server it names, else without a place. Gives false, with a message in *why
 * (arena-owned), where haproxy could not be asked. */
bool haproxy_verdict(const struct haproxy_program *program, const struct buf *cfg, const struct source_map *map,
                     struct diags *diags, const char **why);

#endif
