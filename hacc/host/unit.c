#include "hacc/host/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* The first of these that has the unit's file counts; drop-ins count in all of them. */
static const char *const folders[] = {"/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
                                      "/usr/lib/systemd/system", "/lib/systemd/system"};

enum { UNIT_MAX = 64 << 10, UNIT_FOLDERS = sizeof(folders) / sizeof(*folders) };

/* Gives a file's text, its first UNIT_MAX bytes; NULL: there is none. */
static const char *read_unit(const char *path, struct arena *arena)
{
    char text[UNIT_MAX];
    ssize_t len = -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        len = read(fd, text, sizeof(text));
        close(fd);
    }
    return len < 0 ? NULL : arena_strndup(arena, text, (size_t)len);
}

/* One SOURCE[:DESTINATION[:OPTIONS]]; a '-' before it: it may be missing. Gives the source where it is for the path. */
static const char *match_mount(const char *word, size_t len, const char *path, struct arena *arena)
{
    const char *colon, *target = word, *end;
    size_t source, target_len;

    if (len && *word == '-') {
        word++;
        len--;
    }
    colon = memchr(word, ':', len);
    source = colon ? (size_t)(colon - word) : len;
    target = colon ? colon + 1 : word;
    end = memchr(target, ':', (size_t)(word + len - target));
    target_len = (size_t)((end ? end : word + len) - target);
    return target_len == strlen(path) && memcmp(target, path, target_len) == 0 ? arena_strndup(arena, word, source)
                                                                               : NULL;
}

/* Looks through a unit's lines; an empty value takes back what stands above it. */
static void find_mount(const char *text, const char *path, const char **found, struct arena *arena)
{
    static const char *const keys[] = {"BindPaths=", "BindReadOnlyPaths="};

    for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        const char *end = line + strcspn(line, "\n");

        line += strspn(line, " \t");
        for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
            const char *word = line + strlen(keys[i]);

            if (strncmp(line, keys[i], strlen(keys[i])) != 0)
                continue;
            if (word + strspn(word, " \t") >= end)
                *found = NULL;
            for (word += strspn(word, " \t"); word < end; word += strspn(word, " \t")) {
                size_t len = strcspn(word, " \t\n");
                const char *source = match_mount(word, len, path, arena);

                *found = source ? source : *found;
                word += len;
            }
        }
    }
}

static void find_in_drop_ins(const char *folder, const char *path, const char **found, struct arena *arena)
{
    DIR *list = opendir(folder);
    const struct dirent *entry;

    while (list && (entry = readdir(list)) != NULL) {
        size_t len = strlen(entry->d_name);
        const char *text = NULL;

        if (len > strlen(".conf") && strcmp(entry->d_name + len - strlen(".conf"), ".conf") == 0)
            text = read_unit(arena_printf(arena, "%s/%s", folder, entry->d_name), arena);
        if (text)
            find_mount(text, path, found, arena);
    }
    if (list)
        closedir(list);
}

const char *host_unit_mount(const char *service, const char *path, struct arena *arena)
{
    const char *text = NULL, *found = NULL;

    for (size_t i = 0; i < UNIT_FOLDERS && !text; i++)
        text = read_unit(arena_printf(arena, "%s/%s", folders[i], service), arena);
    if (!text)
        return NULL;
    find_mount(text, path, &found, arena);
    for (size_t i = 0; i < UNIT_FOLDERS; i++)
        find_in_drop_ins(arena_printf(arena, "%s/%s.d", folders[i], service), path, &found, arena);
    return found;
}
