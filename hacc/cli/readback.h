/* What hacc import writes is read again before anybody sees it. */
#ifndef HACC_CLI_READBACK_H
#define HACC_CLI_READBACK_H

#include "hacc/cli/compile.h"
#include "hacc/write/to_yaml.h"

/* A text read again. */
struct readback {
    struct compilation *c;
    struct config copy;
    struct diags diags; /* of the second reading: what is missing after it tells enough */
};

/* Reads YAML into again->copy, for the version of c->config. again->copy.diags has what was found. */
void readback_read(struct readback *again, struct compilation *c, const struct buf *yaml);

/* Whether two directives are the same words. */
bool readback_same(const struct directive *a, const struct directive *b);

/* Whether two sections are of one kind, name, `from` and condition. */
bool readback_same_header(const struct section *a, const struct section *b);

/* Gives the first condition or message of again->c->config that the copy does not have in its turn, or NULL. */
const struct directive *readback_lost_dot(const struct readback *again);

/* Gives the first section from `section` on that is one: what stands before the first header is none. */
const struct section *readback_section(const struct section *section);

/* Reads the YAML that to_yaml made of c->config, and compares: the same sections, in each the same words along `order`,
 * and the same conditions. What YAML does not give back is reported at its line of the original, so that nothing is
 * lost in silence. */
void readback(struct compilation *c, const struct yaml_order *order, const struct buf *yaml);

#endif
