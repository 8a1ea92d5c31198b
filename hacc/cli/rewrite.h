/* A file of the user's that gets another text. */
#ifndef HACC_CLI_REWRITE_H
#define HACC_CLI_REWRITE_H

#include "hacc/base/buf.h"

#include <stdbool.h>

/* Replaces the file, or what a symbolic link leads to, by `text`; its mode is kept, and its owner where that is
 * permitted. Gives false, having said why: then it is as it was. */
bool rewrite_file(const char *path, struct buf *text, struct arena *arena);

#endif
