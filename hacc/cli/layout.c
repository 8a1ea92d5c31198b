#include "hacc/cli/layout.h"

#include "hacc/cli/inputs.h"
#include "hacc/cli/paths.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* So much of a file is looked at, in bytes: an include stands at its head. */
enum { HEAD_MAX = 64 << 10 };

static struct layout_folder *folder_at(struct layout *layout, const char *path)
{
    struct layout_folder *folder = layout->first;

    while (folder && strcmp(folder->path, path) != 0)
        folder = folder->next;
    if (folder)
        return folder;
    folder = arena_zalloc(layout->arena, sizeof(*folder));
    folder->path = path;
    folder->next = layout->first;
    layout->first = folder;
    return folder;
}

static bool is_there(struct layout *layout, const char *folder, const char *name)
{
    return access(arena_printf(layout->arena, "%s/%s", folder, name), F_OK) == 0;
}

/* Whether a line of the file's head begins with the word, and a byte of `behind` or the line's end. */
static bool has_line(struct layout *layout, const char *path, const char *word, const char *behind)
{
    char *text = arena_alloc(layout->arena, HEAD_MAX + 1);
    FILE *file = fopen(path, "re");
    size_t len = file ? fread(text, 1, HEAD_MAX, file) : 0, word_len = strlen(word);
    bool found = false;

    if (file)
        fclose(file);
    text[len] = '\0';
    for (const char *line = text; line && !found; line = strchr(line, '\n')) {
        line += line > text || *line == '\n';
        found = strncmp(line, word, word_len) == 0 && (!line[word_len] || strchr(behind, line[word_len]));
    }
    return found;
}

/* Gives the files of a kind in a folder. */
static struct inputs files_of(struct layout *layout, const char *folder, enum input_kind kind)
{
    struct inputs inputs = {NULL, 0, 0, INPUT_AUTO};
    struct sources sources;
    struct diags diags;
    struct stat st;

    if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
        return inputs;
    sources_init(&sources, layout->arena);
    diags_init(&diags, layout->arena); /* what cannot be read is no layout */
    if (!inputs_find(&inputs, &folder, 1, kind, &sources, &diags))
        inputs.count = 0;
    sources_release(&sources);
    return inputs;
}

static void find_mains(struct layout *layout, struct layout_folder *folder)
{
    struct inputs files = files_of(layout, folder->path, INPUT_YAML);
    struct layout_main **tail = &folder->mains;

    folder->mains_known = true;
    for (uint32_t i = 0; i < files.count && files.count <= LAYOUT_MAX_FILES; i++) {
        struct layout_main *main;

        if (!has_line(layout, files.paths[i], "include:", " \t\r\n"))
            continue;
        main = arena_zalloc(layout->arena, sizeof(*main));
        main->real = files.paths[i];
        main->whole.paths = arena_alloc(layout->arena, sizeof(*main->whole.paths));
        main->whole.paths[0] = path_shown(main->real, layout->arena);
        main->whole.count = 1;
        *tail = main;
        tail = &main->next;
    }
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

static void find_parts(struct layout *layout, struct layout_folder *folder)
{
    const char *main = arena_printf(layout->arena, "%s/haproxy.cfg", path_folder(folder->path, layout->arena));
    struct inputs files = files_of(layout, folder->path, INPUT_CFG);
    bool has_global = false;

    folder->parts_known = true;
    if (!files.count)
        return;
    for (uint32_t i = 0; i < files.count && !has_global; i++)
        has_global = has_line(layout, files.paths[i], "global", " \t\r\n");
    folder->parts = arena_zalloc(layout->arena, sizeof(*folder->parts));
    folder->parts->paths = arena_alloc(layout->arena, (1 + files.count) * sizeof(*folder->parts->paths));
    folder->joined = ends_with(folder->path, "/conf.d") && !has_global && access(main, F_OK) == 0;
    if (folder->joined)
        folder->parts->paths[folder->parts->count++] = path_shown(main, layout->arena);
    for (uint32_t i = 0; i < files.count; i++)
        folder->parts->paths[folder->parts->count++] = path_shown(files.paths[i], layout->arena);
}

/* Gives what is known of the files in a folder. */
static struct layout_folder *parts_at(struct layout *layout, const char *path)
{
    struct layout_folder *folder = folder_at(layout, path);

    if (!folder->parts_known)
        find_parts(layout, folder);
    return folder;
}

struct settings_whole *layout_cfg(struct layout *layout, const char *real)
{
    const char *folder = path_folder(real, layout->arena), *name = real + strlen(folder) + 1;
    struct layout_folder *found;

    if (ends_with(real, ".d")) {
        found = parts_at(layout, real);
        return found->joined ? NULL : found->parts;
    }
    if (strcmp(name, "haproxy.cfg") == 0) {
        found = parts_at(layout, arena_printf(layout->arena, "%s/conf.d", folder));
        return found->joined ? found->parts : NULL;
    }
    if (*name == '.' || !ends_with(name, ".cfg") || !ends_with(folder, ".d"))
        return NULL;
    return parts_at(layout, folder)->parts;
}

struct layout_folder *layout_yaml(struct layout *layout, const char *real, const struct layout_folder *at)
{
    const char *folder = path_folder(at ? at->path : real, layout->arena), *below = path_folder(real, layout->arena);
    struct layout_folder *found;
    uint32_t depth = 1;

    for (; *below && strcmp(below, folder) != 0; below = path_folder(below, layout->arena))
        depth++;
    if (!*folder || (at && is_there(layout, at->path, ".git")))
        return NULL;
    for (below = folder; depth > LAYOUT_MAX_FOLDERS && *below && !is_there(layout, below, ".git");)
        below = path_folder(below, layout->arena);
    if (!*below)
        return NULL;
    found = folder_at(layout, folder);
    if (!found->mains_known)
        find_mains(layout, found);
    return found;
}
