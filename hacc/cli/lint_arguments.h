/* What the arguments of hacc lint stand for: configurations, or parts of some. */
#ifndef HACC_CLI_LINT_ARGUMENTS_H
#define HACC_CLI_LINT_ARGUMENTS_H

#include "hacc/cli/lint_run.h"

/* Lints the configuration that an argument is, or is a part of. */
void lint_argument(struct lint_run *run, const char *const *argument);

#endif
