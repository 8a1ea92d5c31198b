#include "hacc/cli/settings.h"

#include "hacc/cli/paths.h"

#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

static bool matches(const struct settings *settings, const struct settings_files *files, const char *name,
                    struct arena *arena)
{
    const char *real = path_real(name, arena);

    return real && fnmatch(files->pattern, path_below(settings->folder, real), 0) == 0;
}

void settings_levels(const struct settings *settings, const char *name, struct arena *arena, struct levels *levels)
{
    if (!settings)
        return;
    levels_lay(levels, &settings->all.levels);
    for (const struct settings_files *files = settings->files; files; files = files->next)
        if (matches(settings, files, name, arena))
            levels_lay(levels, &files->levels);
}

int settings_version(const struct settings *settings, const char *name, struct arena *arena)
{
    int version = settings ? settings->all.version : -1;

    if (!settings)
        return version;
    for (const struct settings_files *files = settings->files; files; files = files->next)
        if (files->version >= 0 && matches(settings, files, name, arena))
            version = files->version;
    return version;
}

struct settings_whole *settings_whole_of(const struct settings *settings, const char *name, struct arena *arena)
{
    const char *real = path_real(name, arena), *folder = real ? path_folder(real, arena) : NULL;

    for (struct settings_whole *whole = settings && real ? settings->wholes : NULL; whole; whole = whole->next) {
        for (uint32_t i = 0; i < whole->count; i++) {
            const char *path = path_real(whole->paths[i], arena);

            if (path && (strcmp(path, real) == 0 || strcmp(path, folder) == 0))
                return whole;
        }
    }
    return NULL;
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
