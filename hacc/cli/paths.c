#include "hacc/cli/paths.h"

#include "hacc/base/buf.h"

#include <limits.h>
#include <stdlib.h>

const char *path_real(const char *name, struct arena *arena)
{
    const char *slash = strrchr(name, '/'), *folder = ".";
    char real[PATH_MAX];

    if (realpath(name, real))
        return arena_strndup(arena, real, strlen(real));
    if (slash)
        folder = slash == name ? "/" : arena_strndup(arena, name, (size_t)(slash - name));
    if (!realpath(folder, real))
        return NULL;
    return arena_printf(arena, "%s/%s", real[1] ? real : "", slash ? slash + 1 : name);
}

const char *path_folder(const char *real, struct arena *arena)
{
    const char *slash = strrchr(real, '/');

    return arena_strndup(arena, real, slash ? (size_t)(slash - real) : 0);
}

const char *path_below(const char *folder, const char *real)
{
    size_t len = strlen(folder);

    return strncmp(real, folder, len) == 0 && real[len] == '/' && real[len + 1] ? real + len + 1 : real;
}

const char *path_relative(const char *folder, const char *real, struct arena *arena)
{
    size_t same = 0;
    struct buf out;

    /* the parts that both have in common end before a slash */
    for (size_t i = 0;; i++) {
        if ((!folder[i] || folder[i] == '/') && real[i] == '/')
            same = i;
        if (!folder[i] || folder[i] != real[i])
            break;
    }
    buf_init_in(&out, arena);
    for (const char *up = folder + same; *up; up++)
        buf_puts(&out, *up == '/' ? "../" : "");
    buf_puts(&out, real + same + 1);
    return buf_text(&out);
}

const char *path_shown(const char *real, struct arena *arena)
{
    const char *here = path_real(".", arena);

    return here && here[1] ? path_below(here, real) : real;
}
