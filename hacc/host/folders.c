#include "hacc/host/folders.h"

#include <errno.h>
#include <sys/stat.h>

bool host_lacks_folder(const char *root, const char *path, uint32_t len, struct arena *arena)
{
    const char *full = arena_printf(arena, "%s%.*s", root, (int)len, path);
    struct stat st;

    if (stat(full, &st) == 0)
        return !S_ISDIR(st.st_mode);
    return errno == ENOENT || errno == ENOTDIR;
}
