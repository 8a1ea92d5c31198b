#include "hacc/cli/baseline.h"

#include "hacc/base/json_arena.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/paths.h"
#include "hacc/write/files.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static int compare(const void *pa, const void *pb)
{
    const struct baseline_entry *a = pa, *b = pb;
    int order = strcmp(a->file, b->file);

    if (!order)
        order = strcmp(a->rule, b->rule);
    return order ? order : strcmp(a->print, b->print);
}

static void sort(struct baseline_entry *entries, uint32_t count)
{
    if (count)
        qsort(entries, count, sizeof(*entries), compare);
}

/* Takes the findings out of the file's text. */
static bool take(struct baseline *baseline, const json_t *root)
{
    const json_t *list = json_object_get(root, "findings"), *item;
    size_t i;

    if (!json_is_array(list))
        return false;
    baseline->at = arena_zalloc(baseline->arena, (json_array_size(list) + 1) * sizeof(*baseline->at));
    json_array_foreach(list, i, item)
    {
        struct baseline_entry *entry = &baseline->at[baseline->count++];

        entry->file = json_string_value(json_object_get(item, "file"));
        entry->rule = json_string_value(json_object_get(item, "rule"));
        entry->print = json_string_value(json_object_get(item, "fingerprint"));
        entry->message = json_string_value(json_object_get(item, "message"));
        if (!entry->file || !entry->rule || !entry->print || !entry->message)
            return false;
    }
    sort(baseline->at, baseline->count);
    return true;
}

static bool parse(struct baseline *baseline, const struct source *source)
{
    json_error_t error;
    json_t *root;
    bool good;

    json_arena_begin(baseline->arena);
    root = json_loadb(source->data, source->len, 0, &error);
    good = root && take(baseline, root);
    json_arena_end();
    if (!root)
        cli_error("%s:%d:%d: %s", baseline->path, error.line, error.column, error.text);
    else if (!good)
        cli_error("%s: this is no baseline of hacc lint", baseline->path);
    return good;
}

bool baseline_read(struct baseline *baseline, const char *path, bool writing, struct sources *sources)
{
    const char *real = path_real(path, sources->arena), *why = strerror(errno);
    uint32_t src = 0;

    *baseline = (struct baseline){.path = path, .writing = writing, .arena = sources->arena};
    if (real) {
        baseline->folder = path_folder(real, sources->arena);
        if (writing && access(path, F_OK) != 0)
            return true;
        src = sources_read(sources, path, &why);
    }
    if (src)
        return parse(baseline, sources->at[src]);
    cli_error("%s: %s", path, why);
    return false;
}

/* Gives the first entry of a file, or where it would be. */
static uint32_t first_of(const struct baseline *baseline, const char *file)
{
    uint32_t low = 0, high = baseline->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (strcmp(baseline->at[middle].file, file) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Notes that the file was linted. */
static void look(struct baseline *baseline, const char *file, const struct levels *levels)
{
    for (uint32_t i = first_of(baseline, file); i < baseline->count && strcmp(baseline->at[i].file, file) == 0; i++) {
        enum rule_id rule = rule_find(baseline->at[i].rule, strlen(baseline->at[i].rule));

        if (rule == RULE_COUNT || levels->of[rule] != RULE_OFF)
            baseline->at[i].looked = true;
    }
}

static void make(struct baseline *baseline, struct baseline_entry entry)
{
    if (baseline->made_count == baseline->made_cap)
        baseline->made = arena_extend(baseline->arena, baseline->made, baseline->made_count, &baseline->made_cap, 16,
                                      sizeof(*baseline->made));
    baseline->made[baseline->made_count++] = entry;
}

/* Gives whether the finding is known by now. */
static bool settle(struct baseline *baseline, const struct diag *diag, const struct fingerprint *print,
                   const char *file)
{
    struct baseline_entry entry = {.file = file, .rule = rule_get(diag->rule)->id}, *found = NULL;
    char text[FINGERPRINT_TEXT];

    fingerprint_text(text, print);
    entry.print = text;
    if (baseline->count)
        found = bsearch(&entry, baseline->at, baseline->count, sizeof(entry), compare);
    if (found)
        found->seen = true;
    if (!baseline->writing)
        return found;
    entry.print = arena_strndup(baseline->arena, text, strlen(text));
    entry.message = arena_strndup(baseline->arena, diag->msg, strlen(diag->msg));
    make(baseline, entry);
    return true;
}

void baseline_apply(struct baseline *baseline, const struct findings *findings, struct diags *diags,
                    const struct levels *levels)
{
    const struct sources *sources = findings->sources;
    const char **files = arena_zalloc(baseline->arena, sources->count * sizeof(*files));

    for (uint32_t i = 1; i < sources->count; i++) {
        const char *real = path_real(sources->at[i]->name, baseline->arena);

        files[i] = real ? path_relative(baseline->folder, real, baseline->arena) : sources->at[i]->name;
        if (findings->understood)
            look(baseline, files[i], levels);
    }
    for (uint32_t i = 0; i < diags->count; i++) {
        struct diag *diag = &diags->at[i];

        if (diag->fate == DIAG_NEW && diag->at[0].src && !rule_is_refused(rule_get(diag->rule)) &&
            settle(baseline, diag, &findings->prints[i], files[diag->at[0].src]))
            diag_settle(diags, diag, DIAG_KNOWN, NULL);
    }
}

void baseline_forget(struct baseline *baseline, uint32_t from, uint32_t to)
{
    while (from < to)
        baseline->made[from++].file = NULL;
}

/* Gives an entry's file as people know it. */
static const char *shown(const struct baseline *baseline, const char *file)
{
    const char *path = arena_printf(baseline->arena, "%s/%s", baseline->folder, file);
    const char *real = path_real(path, baseline->arena);

    return path_shown(real ? real : path, baseline->arena);
}

const struct findings_fixed *baseline_fixed(const struct baseline *baseline, uint32_t *count)
{
    const struct findings_fixed *first = NULL;

    *count = 0;
    for (uint32_t i = baseline->count; i-- > 0 && !baseline->writing;) {
        const struct baseline_entry *entry = &baseline->at[i];
        struct findings_fixed *fixed;

        if (!entry->looked || entry->seen)
            continue;
        fixed = arena_alloc(baseline->arena, sizeof(*fixed));
        *fixed =
            (struct findings_fixed){first, shown(baseline, entry->file), entry->rule, entry->message, entry->print};
        first = fixed;
        ++*count;
    }
    return first;
}

static void print_entry(const struct baseline *baseline, const struct baseline_entry *entry, struct buf *out)
{
    struct buf message;

    buf_init_in(&message, baseline->arena);
    diag_visible(&message, entry->message, strlen(entry->message));
    buf_puts(out, out->len > strlen("{\"findings\": [") ? ",\n" : "\n");
    json_print(json_pack("{s:s, s:s, s:s, s:s}", "file", entry->file, "rule", entry->rule, "fingerprint", entry->print,
                         "message", buf_text(&message)),
               0, out);
}

/* The lines of the old and the new one, both in order; what two configurations share stands once. */
static void print_all(const struct baseline *baseline, struct buf *out)
{
    const struct baseline_entry *last = NULL;
    struct baseline_entry *all;
    uint32_t count = 0;

    all = arena_alloc(baseline->arena, (baseline->count + baseline->made_count) * sizeof(*all));
    for (uint32_t i = 0; i < baseline->count; i++)
        if (!baseline->at[i].looked)
            all[count++] = baseline->at[i];
    for (uint32_t i = 0; i < baseline->made_count; i++)
        if (baseline->made[i].file)
            all[count++] = baseline->made[i];
    sort(all, count);
    for (uint32_t i = 0; i < count; last = &all[i++])
        if (!last || compare(last, &all[i]) != 0)
            print_entry(baseline, &all[i], out);
}

bool baseline_write(const struct baseline *baseline)
{
    const char *slash = strrchr(baseline->path, '/'), *folder = slash == baseline->path ? "/" : ".", *wrong;
    struct output output = {.mode = 0644, .edited = true};
    struct buf out;

    buf_init_in(&out, baseline->arena);
    json_arena_begin(baseline->arena);
    buf_puts(&out, "{\"findings\": [");
    print_all(baseline, &out);
    buf_puts(&out, "\n]}\n");
    json_arena_end();
    if (slash && slash != baseline->path)
        folder = arena_strndup(baseline->arena, baseline->path, (size_t)(slash - baseline->path));
    output.name = slash ? slash + 1 : baseline->path;
    output.text = buf_text(&out);
    output.len = out.len;
    if (outputs_write(&output, 1, folder, baseline->arena, &wrong))
        return true;
    cli_error("%s: %s", wrong, strerror(errno));
    return false;
}
