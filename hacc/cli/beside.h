/* What a haproxy.cfg that hacc has written needs of the kernel, which its YAML says and it does not. */
#ifndef HACC_CLI_BESIDE_H
#define HACC_CLI_BESIDE_H

#include "hacc/cli/compile.h"

/* Adds to c->config, which was read from haproxy.cfg files of which `path` is the first, what stands in the files that
 * belong to it: settings of the kernel, of the usual 90-hacc.conf or the one in its folder; mark and table of
 * transparent mode, of tproxy-routes.sh in its folder. What is not there, or not hacc's, says nothing. */
void beside_read(struct compilation *c, const char *path);

#endif
