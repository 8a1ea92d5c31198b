#include "hacc/host/name.h"

#include <unistd.h>

/* The kernel keeps 64 bytes of it. */
enum { NAME_MAX_BYTES = 64 };

const char *host_name(struct arena *arena)
{
    char *name = arena_zalloc(arena, NAME_MAX_BYTES + 1);

    return gethostname(name, NAME_MAX_BYTES) == 0 && *name ? name : NULL;
}
