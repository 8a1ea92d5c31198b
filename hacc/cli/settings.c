#include "hacc/cli/settings.h"

#include "hacc/cli/paths.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Gives a file's path as the patterns take it, or NULL. */
static const char *path_in(const struct settings *settings, const char *name, struct arena *arena)
{
    const char *real = path_real(name, arena);

    return real ? path_below(settings->folder, real) : NULL;
}

void settings_levels(const struct settings *settings, const char *name, struct arena *arena, struct levels *levels)
{
    const char *path = settings ? path_in(settings, name, arena) : NULL;

    if (!settings)
        return;
    levels_lay(levels, &settings->all.levels);
    for (const struct settings_files *files = settings->files; files && path; files = files->next)
        if (fnmatch(files->pattern, path, 0) == 0)
            levels_lay(levels, &files->levels);
}

int settings_version(const struct settings *settings, const char *name, struct arena *arena)
{
    const char *path = settings ? path_in(settings, name, arena) : NULL;
    int version = settings ? settings->all.version : -1;

    for (const struct settings_files *files = path ? settings->files : NULL; files; files = files->next)
        if (files->version >= 0 && fnmatch(files->pattern, path, 0) == 0)
            version = files->version;
    return version;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(((const struct settings_path *)a)->real, ((const struct settings_path *)b)->real);
}

static const struct settings_path *find_path(const struct settings *settings, const char *real)
{
    struct settings_path wanted = {.real = real};

    return bsearch(&wanted, settings->paths, settings->path_count, sizeof(wanted), compare_paths);
}

const struct settings_path *settings_path_of(const struct settings *settings, const char *name, struct arena *arena)
{
    const char *real = settings && settings->path_count ? path_real(name, arena) : NULL;
    const struct settings_path *found = real ? find_path(settings, real) : NULL;

    return found || !real ? found : find_path(settings, path_folder(real, arena));
}

static struct settings *settings_new(struct settings_store *store, const char *path)
{
    struct arena *arena = store->diags->arena;
    struct settings *settings = arena_zalloc(arena, sizeof(*settings));

    settings->path = path;
    settings->folder = path_folder(path, arena);
    settings->all.version = -1;
    settings->fail_on = LEVEL_UNSET;
    levels_fill(&settings->all.levels, LEVEL_UNSET);
    settings->next = store->first;
    store->first = settings;
    if (!settings_read(settings, store->sources, store->diags))
        store->unreadable = true;
    if (settings->path_count)
        qsort(settings->paths, settings->path_count, sizeof(*settings->paths), compare_paths);
    return settings;
}

static struct settings *settings_at(struct settings_store *store, const char *path)
{
    struct settings *settings = store->first;

    while (settings && strcmp(settings->path, path) != 0)
        settings = settings->next;
    return settings ? settings : settings_new(store, path);
}

/* Gives the path of the nearest .hacc.yaml, or NULL. */
static const char *search(const char *folder, struct arena *arena)
{
    for (;; folder = path_folder(folder, arena)) {
        const char *path = arena_printf(arena, "%s/%s", folder, SETTINGS_NAME);

        if (access(path, F_OK) == 0)
            return path;
        if (!*folder)
            return NULL;
    }
}

struct settings *settings_find(struct settings_store *store, const char *name)
{
    struct arena *arena = store->diags->arena;
    const char *path = store->given ? path_real(store->given, arena) : NULL, *real;
    struct stat st;

    if (store->none)
        return NULL;
    if (store->given)
        return settings_at(store, path ? path : store->given);
    real = path_real(name, arena);
    if (!real)
        return NULL;
    path = search(stat(real, &st) == 0 && S_ISDIR(st.st_mode) ? real : path_folder(real, arena), arena);
    return path ? settings_at(store, path) : NULL;
}
