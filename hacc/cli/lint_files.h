/* The files that the configurations of a run are made of: which one is only a part of another, and which ones they
 * share. */
#ifndef HACC_CLI_LINT_FILES_H
#define HACC_CLI_LINT_FILES_H

#include "hacc/cli/lint_run.h"

/* Notes the files of run->c as those of the configuration at hand. */
void lint_note_files(struct lint_run *run);

/* Tells, of each configuration of one file, whether another one has read that file. To be asked when all are noted. */
void lint_find_parts(struct lint_run *run);

/* Whether several configurations have read the file, or one twice; after lint_find_parts. */
bool lint_is_shared(const struct lint_run *run, const char *path);

#endif
