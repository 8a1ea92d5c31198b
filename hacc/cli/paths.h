/* Names of files as the file system has them: what is known of a file must not hang on where hacc is started. */
#ifndef HACC_CLI_PATHS_H
#define HACC_CLI_PATHS_H

#include "hacc/base/arena.h"

/* Gives the absolute path without links; of a file that is not there, that of its folder and its name. Arena-owned;
 * NULL: there is no such folder. */
const char *path_real(const char *name, struct arena *arena);

/* Gives the folder of a path, without a slash at its end ("" of what stands in the root). */
const char *path_folder(const char *real, struct arena *arena);

/* Gives the path relative to `folder` (absolute, without a slash at its end), or as it is where it stands elsewhere. */
const char *path_below(const char *folder, const char *real);

/* Gives the path relative to `folder`, as above, with ../ where it stands elsewhere. */
const char *path_relative(const char *folder, const char *real, struct arena *arena);

/* Gives the path as it is shown to people: relative to the working directory, where it
 * stands below it. */
const char *path_shown(const char *real, struct arena *arena);

#endif
