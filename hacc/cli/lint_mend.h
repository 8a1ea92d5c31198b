/* hacc lint --fix: the fixes of a configuration's findings, done and proved. */
#ifndef HACC_CLI_LINT_MEND_H
#define HACC_CLI_LINT_MEND_H

#include "hacc/cli/lint_run.h"

/* Does the certain fixes of a configuration, round after round, until there is none left. After each round it is
 * compiled again: the findings must be gone, no line but theirs, and no error may be new; else the fixes of the rules
 * concerned are not done, which is told. Then, as run->fix says, the files are written (or, where standard input is one
 * of them, that is appended to run->changes, and no file is written), or the differences are appended there. Files that
 * other configurations have too stay as they are. Gives false, having said why, where a file cannot be written. Nothing
 * is left compiled. */
bool lint_mend(struct lint_run *run, struct lint_unit *unit);

#endif
