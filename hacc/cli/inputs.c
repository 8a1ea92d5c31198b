#include "hacc/cli/inputs.h"

#include "hacc/read/from_cfg.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct finder {
    struct inputs *inputs;
    struct sources *sources;
    struct diags *diags;
    enum input_kind from;
    const char *first; /* the argument that told the kind */
};

__attribute__((format(printf, 3, 4))) static bool input_fault(struct finder *finder, const char *help, const char *fmt,
                                                              ...)
{
    static const struct span nowhere;
    char msg[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);
    return diag_add(finder->diags, RULE_UNREADABLE, nowhere, help, "%s", msg);
}

/* The kind that a file's name tells; INPUT_AUTO: none. */
static enum input_kind kind_of_name(const char *name)
{
    const char *dot = strrchr(name, '.');

    if (!dot || dot == name)
        return INPUT_AUTO;
    if (strcmp(dot, ".cfg") == 0)
        return INPUT_CFG;
    return strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0 ? INPUT_YAML : INPUT_AUTO;
}

/* The kind that the text tells; INPUT_AUTO after a finding. */
static enum input_kind kind_of_text(struct finder *finder, const char *path)
{
    const char *why;
    uint32_t src = sources_peek(finder->sources, path, &why);

    if (src)
        return looks_like_cfg(finder->sources->at[src]->data, finder->sources->at[src]->len) ? INPUT_CFG : INPUT_YAML;
    input_fault(finder, NULL, "cannot read '%s': %s", path, why);
    return INPUT_AUTO;
}

static void add_path(struct inputs *inputs, struct arena *arena, const char *path)
{
    if (inputs->count == inputs->cap)
        inputs->paths = arena_extend(arena, inputs->paths, inputs->count, &inputs->cap, 16, sizeof(*inputs->paths));
    inputs->paths[inputs->count++] = path;
}

/* Notes the kind of an argument: it must be that of those before it. */
static bool agree(struct finder *finder, const char *argument, enum input_kind kind)
{
    struct inputs *inputs = finder->inputs;
    const char *cfg = kind == INPUT_CFG ? argument : finder->first;

    if (inputs->kind == INPUT_AUTO) {
        inputs->kind = kind;
        finder->first = argument;
    }
    if (inputs->kind == kind)
        return true;
    return input_fault(finder,
                       arena_printf(finder->diags->arena, "make YAML of it first: hacc import %s -o FILE.yaml", cfg),
                       "'%s' is a haproxy.cfg, and '%s' is YAML: one configuration is of one kind", cfg,
                       kind == INPUT_CFG ? finder->first : argument);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The files of a folder whose names tell their kind: cfg and YAML apart. */
struct listing {
    struct inputs of[INPUT_CFG + 1]; /* by enum input_kind */
};

static bool list_folder(struct finder *finder, const char *folder, struct listing *listing)
{
    struct arena *arena = finder->diags->arena;
    DIR *dir = opendir(folder);
    size_t len = strlen(folder);
    const struct dirent *entry;

    if (!dir)
        return input_fault(finder, NULL, "cannot read '%s': %s", folder, strerror(errno));
    while ((entry = readdir(dir))) {
        enum input_kind kind = entry->d_name[0] == '.' ? INPUT_AUTO : kind_of_name(entry->d_name);
        const char *path;
        struct stat st;

        if (kind == INPUT_AUTO)
            continue;
        path = arena_printf(arena, "%s%s%s", folder, len && folder[len - 1] == '/' ? "" : "/", entry->d_name);
        if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
            add_path(&listing->of[kind], arena, path);
    }
    closedir(dir);
    for (int kind = INPUT_YAML; kind <= INPUT_CFG; kind++)
        if (listing->of[kind].count)
            qsort(listing->of[kind].paths, listing->of[kind].count, sizeof(char *), compare_paths);
    return true;
}

/* A folder that holds nothing adds nothing: a conf.d may be empty. */
static bool add_folder(struct finder *finder, const char *folder)
{
    struct listing listing = {{{NULL, 0, 0, INPUT_AUTO}}};
    enum input_kind kind = finder->from;

    if (!list_folder(finder, folder, &listing))
        return false;
    if (kind == INPUT_AUTO && listing.of[INPUT_CFG].count && listing.of[INPUT_YAML].count)
        return input_fault(finder, "say which with --from yaml or --from cfg, or name the files",
                           "the folder '%s' holds both YAML and .cfg files", folder);
    if (kind == INPUT_AUTO)
        kind = listing.of[INPUT_CFG].count ? INPUT_CFG : INPUT_YAML;
    if (listing.of[kind].count && !agree(finder, folder, kind))
        return false;
    for (uint32_t i = 0; i < listing.of[kind].count; i++)
        add_path(finder->inputs, finder->diags->arena, listing.of[kind].paths[i]);
    return true;
}

static bool add_argument(struct finder *finder, const char *argument)
{
    bool from_stdin = strcmp(argument, "-") == 0;
    enum input_kind kind = finder->from;
    struct stat st;

    if (!from_stdin && stat(argument, &st) == 0 && S_ISDIR(st.st_mode))
        return add_folder(finder, argument);
    if (kind == INPUT_AUTO)
        kind = kind_of_name(from_stdin && finder->sources->stdin_name ? finder->sources->stdin_name : argument);
    if (kind == INPUT_AUTO)
        kind = kind_of_text(finder, argument);
    if (kind == INPUT_AUTO || !agree(finder, argument, kind))
        return false;
    add_path(finder->inputs, finder->diags->arena, argument);
    return true;
}

bool inputs_find(struct inputs *inputs, const char *const *arguments, uint32_t count, enum input_kind from,
                 struct sources *sources, struct diags *diags)
{
    struct finder finder = {inputs, sources, diags, from, NULL};

    memset(inputs, 0, sizeof(*inputs));
    for (uint32_t i = 0; i < count; i++)
        if (!add_argument(&finder, arguments[i]))
            return false;
    if (inputs->count)
        return true;
    return input_fault(&finder, NULL, "the folder '%s' holds no file whose name ends in %s", arguments[0],
                       from == INPUT_CFG    ? ".cfg"
                       : from == INPUT_YAML ? ".yaml or .yml"
                                            : ".cfg, .yaml or .yml");
}
