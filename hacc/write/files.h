/* Output files: all of them or none. Each is written beside its target, synced, and put in its place by
 * renaming. */
#ifndef HACC_WRITE_FILES_H
#define HACC_WRITE_FILES_H

#include "hacc/base/buf.h"

#include <stdbool.h>
#include <sys/types.h>

/* Writes everything, through EINTR and short writes. Gives false with errno set. */
bool write_all(int fd, const char *text, size_t len);

/* Puts what has been done to the names in a folder on the disk. Gives false with errno set. */
bool folder_sync(const char *dir);

/* A file to be written, or (text NULL) one of ours to be removed where it stands. */
struct output {
    const char *name; /* in the directory */
    const char *text;
    size_t len;
    mode_t mode; /* before the umask; 0600 for what only its owner may read */
    bool edited; /* a file of the user's with other contents: it keeps its mode, whatever `mode` says */
};

/* Begins the first or second line of the files that hacc may also remove: only those are "ours". */
#define OUTPUT_MARK "# written by hacc"

/* Writes all files into `dir` (made where it does not exist). A file that stands there is replaced: its owner
 * is kept where that is permitted, and of its mode what is stricter (or all of it: `edited`); a symbolic link is
 * replaced, not followed. On failure nothing has changed, *path is the file concerned (arena-owned) and errno says why.
 * (On file systems that cannot swap two names, as NFS, the files that were renamed before a failing rename stay.)
 */
bool outputs_write(const struct output *outputs, unsigned count, const char *dir, struct arena *arena,
                   const char **path);

/* Writes one file's text to a new file beside its target, with the mode and owner that outputs_write would give it, and
 * puts it on the disk. Gives false with errno set. */
bool output_fill(int fd, const char *target, const struct output *output);

enum output_state {
    OUTPUT_CURRENT,   /* what would be written, or nothing where nothing would be */
    OUTPUT_DIFFERENT, /* something else */
    OUTPUT_MISSING,
    OUTPUT_SUPERFLUOUS, /* one of ours that would be removed */
    OUTPUT_UNREADABLE   /* errno says why */
};

/* Gives how the file in `dir` compares with what would be written. */
enum output_state output_compare(const struct output *output, const char *dir, struct arena *arena);

#endif
