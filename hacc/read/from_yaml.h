/* Located nodes to struct config: the meaning of language.md. */
#ifndef HACC_READ_FROM_YAML_H
#define HACC_READ_FROM_YAML_H

#include "hacc/model/config.h"
#include "hacc/read/yaml_read.h"

/* Gives the version that the document's `haproxy:` key names, -1 where there is none. A version that hacc does
 * not know is a finding, and -2. */
int from_yaml_version(const struct document *doc, struct diags *diags);

/* Reads the whole document into an initialised config; faults go to its diags. */
void from_yaml(struct config *config, const struct document *doc);

#endif
