#include "hacc/cli/rewrite.h"

#include "hacc/cli/cli.h"
#include "hacc/write/files.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

bool rewrite_file(const char *path, struct buf *text, struct arena *arena)
{
    struct output output = {.text = buf_text(text), .len = text->len, .edited = true};
    char real[PATH_MAX], *slash;
    struct stat st;

    if (realpath(path, real) && stat(real, &st) == 0) {
        slash = strrchr(real, '/');
        *slash = '\0';
        output.name = slash + 1;
        errno = EINVAL; /* a pipe, a device: there is nothing to replace */
        if (S_ISREG(st.st_mode) && outputs_write(&output, 1, slash == real ? "/" : real, arena, &path))
            return true;
    }
    cli_error("%s: %s", path, strerror(errno));
    return false;
}
