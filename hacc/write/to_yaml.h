/* struct config to YAML that an expert would have written: the reverse of hacc/read/from_yaml.
 *
 * A keyword is a key. What stands behind it is a map where that reads well, HAProxy's text where that reads better.
 * Lines of one keyword come together under its key, as far as HAProxy ignores their order: rows of the table that
 * share a group of `order` keep their places, ACLs stay above what uses them, and the environment above what it
 * fills. What cannot be brought into one map becomes a list of blocks. */
#ifndef HACC_WRITE_TO_YAML_H
#define HACC_WRITE_TO_YAML_H

#include "hacc/model/config.h"

/* The directives, .if and its like left out, in the order in which the YAML has them. */
struct yaml_order {
    const struct directive **at;
    uint32_t count, cap;
};

/* Appends the configuration as YAML, with `haproxy: "X.Y"` of its version at the top and all comments; memory for it
 * comes from the configuration's arena, and *order is filled from there. Conditions that begin in one section and end
 * in another are reported to the configuration's diags; the text is then of no use. A value that YAML has no form for
 * comes out as something that does not give it back: whoever needs to know reads the text again and compares, along
 * *order. */
void to_yaml(const struct config *config, struct yaml_order *order, struct buf *out);

/* Whether `first`, which stands above `second` in its section, must stay there. */
bool lines_keep_order(const struct directive *first, const struct directive *second);

#endif
