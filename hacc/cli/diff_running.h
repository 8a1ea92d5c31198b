/* What the live HAProxy has, for hacc diff. */
#ifndef HACC_CLI_DIFF_RUNNING_H
#define HACC_CLI_DIFF_RUNNING_H

#include "hacc/cli/apply_run.h"

/* Reads into `c` the generation that is live on this machine by `hacc apply`, also where the Runtime API has made it
 * another one than the process was started with. `asked` says which HAProxy, else what the last apply had. Nothing is
 * locked or changed. Gives false, having said why, where it is not known. */
bool running_read(const struct apply_settings *asked, struct compilation *c, const struct compile_options *options);

#endif
