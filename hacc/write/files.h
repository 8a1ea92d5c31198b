/* Output files: all of them or none. Each is written beside its target, synced, and renamed over it. */
#ifndef HACC_WRITE_FILES_H
#define HACC_WRITE_FILES_H

#include "hacc/base/buf.h"

#include <stdbool.h>
#include <sys/types.h>

/* A file to be written, or (text NULL) one of ours to be removed where it stands. */
struct output {
    const char *name; /* in the directory */
    const char *text;
    size_t len;
    mode_t mode;      /* before the umask; 0600 for what only its owner may read */
};

/* The first line of the generated files that hacc may also remove; `output_is_ours` looks for it. */
#define OUTPUT_MARK "# written by hacc"

/* Writes all files into `dir` (made where it does not exist). On failure nothing has changed, *path is the file
 * concerned (arena-owned) and errno says why. */
bool outputs_write(const struct output *outputs, unsigned count, const char *dir, struct arena *arena,
                   const char **path);

/* Gives whether the file in `dir` is what would be written. */
bool output_is_current(const struct output *output, const char *dir, struct arena *arena);

#endif
