#include "hacc/cli/lint_arguments.h"

#include "hacc/cli/paths.h"

#include <string.h>
#include <sys/stat.h>

/* Lints a configuration of the settings, once. */
static void lint_whole(struct lint_run *run, struct settings *settings, struct settings_whole *whole, bool asked)
{
    struct lint_unit *unit;

    if (!whole->unit) {
        unit = lint_add_unit(run, whole->paths, whole->count, asked);
        unit->settings = settings;
        whole->unit = run->unit_count;
        lint_unit(run, unit);
    }
    run->units[whole->unit - 1].asked |= asked;
}

/* Whether the usual layouts tell what a file is part of: not where somebody has said it. */
static bool has_layout(const struct lint_run *run, const struct settings *settings)
{
    return !run->store.none && !(settings && settings->wholes);
}

/* Gives the configuration that a file (absolute, without links; NULL: none) is one of several of: by the settings, or
 * by the layout of its folder. NULL: there is none. */
static struct settings_whole *whole_of(struct lint_run *run, const struct settings *settings, const char *real)
{
    const struct settings_path *path = real ? settings_path_of(settings, real, &run->arena) : NULL;

    if (path)
        return path->whole;
    return real && has_layout(run, settings) ? layout_cfg(&run->layout, real) : NULL;
}

/* Gives the index of a file among the paths of a configuration; their number: it only lies in one of them. */
static uint32_t index_of(struct lint_run *run, const struct settings_whole *whole, const char *real)
{
    uint32_t i = 0;

    while (i < whole->count && strcmp(path_real(whole->paths[i], &run->arena), real) != 0)
        i++;
    return i;
}

/* Whether a file's name, which may be NULL, is one of YAML. */
static bool is_yaml(const char *real)
{
    const char *dot = real ? strrchr(real, '.') : NULL;

    return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

/* Lints the YAML files that include others and stand where they may include this one: they count where they do. The
 * file itself may be one of them, as which it is linted: then that is true. */
static bool lint_mains(struct lint_run *run, struct settings *settings, const char *const *argument, const char *real)
{
    struct layout_folder *folder = NULL;
    bool itself = false;

    if (!is_yaml(real) || !has_layout(run, settings))
        return false;
    while ((folder = layout_yaml(&run->layout, real, folder)))
        for (struct layout_main *main = folder->mains; main; main = main->next) {
            bool same = strcmp(main->real, real) == 0;

            if (same && !main->whole.unit)
                main->whole.paths[0] = *argument;
            lint_whole(run, settings, &main->whole, same);
            itself |= same;
        }
    return itself;
}

/* Lints all configurations of the settings, to see what they are made of. */
static void lint_wholes(struct lint_run *run, struct settings *settings)
{
    if (settings->looked)
        return;
    settings->looked = true;
    for (struct settings_whole *whole = settings->wholes; whole; whole = whole->next)
        lint_whole(run, settings, whole, false);
}

/* Takes standard input for a text. Gives NULL where it cannot be read. */
static struct lint_text *read_stdin(struct lint_run *run)
{
    struct lint_text *text = arena_zalloc(&run->arena, sizeof(*text));
    const char *why;
    uint32_t src = sources_read(&run->sources, "-", &why);

    buf_init_in(&text->now, &run->arena);
    if (src)
        buf_add(&text->now, run->sources.at[src]->data, run->sources.at[src]->len);
    return src ? text : NULL;
}

/* Whether the configuration linted last, whose files are those from the note `first` on, was made of the file too. */
static bool has_file(const struct lint_run *run, uint32_t first, const struct stat *st)
{
    for (uint32_t i = first; i < run->file_count; i++)
        if (run->files[i].dev == st->st_dev && run->files[i].ino == st->st_ino)
            return true;
    return false;
}

/* Lints a configuration that includes the file `real`, with the text in its place. Gives false where there is none. */
static bool lint_stdin_part(struct lint_run *run, struct settings *settings, const char *real, struct lint_text *text)
{
    struct layout_folder *folder = NULL;
    struct stat st;

    if (!text || stat(real, &st) != 0)
        return false;
    text->name = path_shown(real, &run->arena);
    while ((folder = layout_yaml(&run->layout, real, folder)))
        for (struct layout_main *main = folder->mains; main; main = main->next) {
            uint32_t first = run->file_count;
            struct lint_unit *unit;

            if (strcmp(main->real, real) == 0)
                return false;
            unit = lint_add_unit(run, main->whole.paths, main->whole.count, false);
            unit->settings = settings;
            unit->texts = text;
            lint_unit(run, unit);
            if (has_file(run, first, &st)) {
                run->units[run->unit_count - 1].asked = true;
                return true;
            }
        }
    return false;
}

/* Lints standard input: in the place of the path that it is the text of, where that is one of a configuration. --fix
 * has it alone. */
static void lint_stdin(struct lint_run *run, struct settings *settings, const char *const *argument)
{
    const char *real = run->stdin_name ? path_real(run->stdin_name, &run->arena) : NULL, **paths;
    const struct settings_whole *whole = whole_of(run, settings, real);
    uint32_t index = whole ? index_of(run, whole, real) : 0;
    struct lint_text *text = NULL;
    struct lint_unit *unit;

    if (!whole && !run->fix && is_yaml(real) && has_layout(run, settings)) {
        text = read_stdin(run);
        if (lint_stdin_part(run, settings, real, text))
            return;
    }
    if (text) {
        text->name = lint_name_of(run, *argument);
        text->from_stdin = true;
    }
    if (whole && index < whole->count) {
        paths = arena_alloc(&run->arena, whole->count * sizeof(*paths));
        memcpy(paths, whole->paths, whole->count * sizeof(*paths));
        paths[index] = *argument;
        unit = lint_add_unit(run, paths, whole->count, true);
    } else {
        unit = lint_add_unit(run, argument, 1, true);
    }
    unit->settings = settings;
    unit->texts = text;
    lint_unit(run, unit);
}

/* An argument is a configuration of its own, unless the settings or its place say what it is part of. That may also be
 * one that only includes it: those are looked at, and count where they do. */
void lint_argument(struct lint_run *run, const char *const *argument)
{
    struct settings *settings = settings_find(&run->store, lint_name_of(run, *argument));
    struct settings_whole *whole;
    struct lint_unit *unit;
    const char *real;

    if (strcmp(*argument, "-") == 0) {
        lint_stdin(run, settings, argument);
        return;
    }
    real = path_real(*argument, &run->arena);
    whole = whole_of(run, settings, real);
    if (whole) {
        lint_whole(run, settings, whole, true);
        return;
    }
    if (settings)
        lint_wholes(run, settings);
    if (lint_mains(run, settings, argument, real))
        return;
    unit = lint_add_unit(run, argument, 1, true);
    unit->settings = settings;
    lint_unit(run, unit);
}
