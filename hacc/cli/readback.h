/* What hacc import writes is read again before anybody sees it. */
#ifndef HACC_CLI_READBACK_H
#define HACC_CLI_READBACK_H

#include "hacc/cli/compile.h"
#include "hacc/write/to_yaml.h"

/* Reads the YAML that to_yaml made of c->config, and compares: the same sections, in each the same words along `order`,
 * and the same conditions. What YAML does not give back is reported at its line of the original, so that nothing is
 * lost in silence. Lines that intents stand for are left out on both sides. */
void readback(struct compilation *c, const struct yaml_order *order, const struct buf *yaml);

#endif
