#include "hacc/cli/lint_run.h"

#include "hacc/check/check.h"
#include "hacc/check/ignores.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/lint_arguments.h"
#include "hacc/cli/lint_files.h"
#include "hacc/cli/lint_mend.h"
#include "hacc/write/files.h"

#include <stdlib.h>
#include <unistd.h>

const char *lint_name_of(const struct lint_run *run, const char *path)
{
    if (strcmp(path, "-") != 0)
        return path;
    return run->stdin_name ? run->stdin_name : "<stdin>";
}

void lint_begin(struct lint_run *run)
{
    arena_init(&run->arena, &run->oom);
    sources_init(&run->sources, &run->arena);
    diags_init(&run->diags, &run->arena);
    run->store.sources = &run->sources;
    run->store.diags = &run->diags;
    run->layout.arena = &run->arena;
}

void lint_end(struct lint_run *run)
{
    compile_release(&run->c);
    sources_release(&run->sources);
    arena_release(&run->arena);
}

/* struct diag_levels: what is said of a rule in a file of the configuration at hand. */
static int level_at(void *context, enum rule_id rule, uint32_t src)
{
    struct lint_run *run = context;
    const struct lint_unit *unit = &run->units[run->unit];
    struct sources *sources = &run->c.sources;

    if (src >= run->level_count) {
        struct levels **more = arena_zalloc(&run->c.arena, 2 * (size_t)sources->count * sizeof(*more));

        if (run->level_count)
            memcpy(more, run->levels, run->level_count * sizeof(*more));
        run->levels = more;
        run->level_count = 2 * sources->count;
    }
    if (!run->levels[src]) {
        run->levels[src] = arena_alloc(&run->c.arena, sizeof(struct levels));
        for (int i = 0; i < RULE_COUNT; i++)
            run->levels[src]->of[i] = (int8_t)rule_get((enum rule_id)i)->severity;
        settings_levels(unit->settings, src ? sources->at[src]->name : lint_name_of(run, unit->paths[0]), &run->c.arena,
                        run->levels[src]);
        levels_lay(run->levels[src], &run->asked);
    }
    return run->levels[src]->of[rule];
}

/* Puts the texts in the place of what would be read. */
static void offer_texts(struct lint_run *run)
{
    struct sources *sources = &run->c.sources;

    for (struct lint_text *text = run->units[run->unit].texts; text; text = text->next) {
        if (text->from_stdin)
            sources->from_stdin = sources_add(sources, text->name, text->now.data, text->now.len);
        else
            sources_offer(sources, text->name, text->now.data, text->now.len);
    }
}

static void compile(struct lint_run *run, const struct lint_unit *unit)
{
    struct diag_levels *levels = arena_alloc(&run->arena, sizeof(*levels));
    struct compile_options options = run->options;
    struct compilation *c = &run->c;

    compile_init(c);
    c->arena.oom = &run->oom;
    c->sources.stdin_name = run->stdin_name;
    offer_texts(run);
    c->diags.levels = levels;
    *levels = (struct diag_levels){level_at, run};
    if (run->baseline.path || run->fix) /* each is to be compared, noted or mended */
        c->diags.max = UINT32_MAX;
    run->levels = NULL;
    run->level_count = 0;
    options.fallback = settings_version(unit->settings, lint_name_of(run, unit->paths[0]), &run->arena);
    compile_files(c, unit->paths, unit->count, &options);
    machine_read(&run->machine, c, &run->arena);
    check_lint(&c->config, &run->machine.known);
    diags_sort(&c->diags);
}

/* Whether nothing has kept the rules from finding all there is to find. */
static bool is_sure(const struct compilation *c)
{
    bool sure = compile_understood(c);

    for (uint32_t i = 0; i < c->diags.count && sure; i++)
        sure = !rule_is_refused(rule_get(c->diags.at[i].rule));
    return sure;
}

static void add_sum(struct findings_sum *sum, const struct findings_sum *more)
{
    sum->errors += more->errors;
    sum->warnings += more->warnings;
    sum->infos += more->infos;
    sum->known += more->known;
    sum->ignored += more->ignored;
    sum->mended += more->mended;
    sum->dropped += more->dropped;
    sum->understood = sum->understood && more->understood;
}

static struct findings_sum sum_of(const struct diags *diags, bool understood)
{
    return (struct findings_sum){.errors = diags->errors,
                                 .warnings = diags->warnings,
                                 .infos = diags->infos,
                                 .known = diags->known,
                                 .ignored = diags->ignored,
                                 .dropped = diags->dropped,
                                 .understood = understood};
}

/* Whether a configuration's findings make the exit status 1. */
static bool is_failure(const struct lint_run *run, const struct settings *settings, const struct findings_sum *sum)
{
    int level = run->fail_on;

    if (level == LEVEL_UNSET && settings)
        level = settings->fail_on;
    if (level == LEVEL_UNSET)
        level = SEVERITY_WARNING;
    return (level <= SEVERITY_ERROR && sum->errors) || (level <= SEVERITY_WARNING && sum->warnings) ||
           (level <= SEVERITY_INFO && sum->infos);
}

/* Where findings go: a changed text, or a diff, has standard output for itself. */
static int findings_fd(const struct lint_run *run)
{
    return run->fix == LINT_FIX_DIFF || (run->fix && run->from_stdin) ? STDERR_FILENO : STDOUT_FILENO;
}

/* Makes the piece of a configuration, or (a unit without paths) of the settings. */
static void report(struct lint_run *run, struct lint_unit *unit, struct diags *diags, const struct sources *sources,
                   bool understood)
{
    struct findings findings = {.name = unit->count ? lint_name_of(run, unit->paths[0]) : SETTINGS_NAME,
                                .diags = diags,
                                .sources = sources,
                                .understood = understood,
                                .compared = run->baseline.path,
                                .color = cli_color(findings_fd(run))};

    if (run->format->prints || run->baseline.path)
        findings.prints = fingerprints_make(diags, sources);
    unit->made = run->baseline.made_count;
    if (run->baseline.path)
        baseline_apply(&run->baseline, &findings, diags, &run->asked);
    unit->made_end = run->baseline.made_count;
    buf_init_in(&unit->piece, &run->arena);
    run->format->piece(&findings, &unit->piece);
    unit->sum = sum_of(diags, understood);
    unit->sum.mended = unit->mended;
    unit->failed = is_failure(run, unit->settings, &unit->sum);
}

struct lint_unit *lint_add_unit(struct lint_run *run, const char *const *paths, uint32_t count, bool asked)
{
    if (run->unit_count == run->unit_cap)
        run->units = arena_extend(&run->arena, run->units, run->unit_count, &run->unit_cap, 16, sizeof(*run->units));
    run->units[run->unit_count] = (struct lint_unit){.paths = paths, .count = count, .asked = asked};
    return &run->units[run->unit_count++];
}

void lint_compile(struct lint_run *run, struct lint_unit *unit)
{
    run->unit = (uint32_t)(unit - run->units);
    compile(run, unit);
    ignores_apply(&run->c.config, is_sure(&run->c));
}

/* What standard input holds is needed once more by --fix. */
static void keep_stdin(struct lint_run *run, struct lint_unit *unit)
{
    const struct source *source = run->c.sources.at[run->c.sources.from_stdin];
    struct lint_text *text;

    if (!source)
        return;
    run->from_stdin = true;
    text = arena_zalloc(&run->arena, sizeof(*text));
    *text =
        (struct lint_text){.name = arena_strndup(&run->arena, source->name, strlen(source->name)), .from_stdin = true};
    buf_init_in(&text->before, &run->arena);
    buf_add(&text->before, source->data, source->len);
    text->now = text->before;
    unit->texts = text;
}

void lint_unit(struct lint_run *run, struct lint_unit *unit)
{
    struct compilation *c = &run->c;

    lint_compile(run, unit);
    lint_note_files(run);
    if (run->fix) /* what is left is told when all configurations are known */
        keep_stdin(run, unit);
    else
        report(run, unit, &c->diags, &c->sources, compile_understood(c));
    compile_release(c);
}

/* Whether the output is about the configuration. */
static bool counts(const struct lint_unit *unit)
{
    return unit->asked && !unit->part;
}

/* Mends what is asked for, and tells what is left. Gives false where a file could not be written. */
static bool mend_all(struct lint_run *run)
{
    bool good = true;

    buf_init_in(&run->changes, &run->arena);
    for (uint32_t i = 0; i < run->unit_count; i++) {
        struct lint_unit *unit = &run->units[i];

        if (!counts(unit))
            continue;
        good = lint_mend(run, unit) && good;
        lint_compile(run, unit);
        report(run, unit, &run->c.diags, &run->c.sources, compile_understood(&run->c));
        compile_release(&run->c);
    }
    return good;
}

static bool write_baseline(struct lint_run *run)
{
    for (uint32_t i = 0; i < run->unit_count; i++)
        if (!counts(&run->units[i]))
            baseline_forget(&run->baseline, run->units[i].made, run->units[i].made_end);
    return baseline_write(&run->baseline);
}

/* Puts the pieces together. Gives the exit status. */
static int finish(struct lint_run *run)
{
    struct findings_sum sum = {.understood = true, .compared = run->baseline.path};
    struct buf out, pieces;
    bool failed = false;

    buf_init_in(&pieces, &run->arena);
    for (uint32_t i = 0; i < run->unit_count; i++) {
        const struct lint_unit *unit = &run->units[i];

        if (!counts(unit))
            continue;
        add_sum(&sum, &unit->sum);
        failed |= unit->failed;
        if (pieces.len && unit->piece.len)
            buf_puts(&pieces, run->format->separator);
        buf_add(&pieces, unit->piece.data, unit->piece.len);
    }
    if (run->baseline.path)
        sum.gone = baseline_fixed(&run->baseline, &sum.fixed);
    buf_init_in(&out, &run->arena);
    run->format->begin(&sum, &out);
    buf_add(&out, pieces.data, pieces.len);
    run->format->end(&sum, pieces.len > 0, &out);
    if (findings_fd(run) == STDERR_FILENO)
        write_all(STDERR_FILENO, out.data, out.len);
    else
        run->changes = out;
    if (!cli_print(run->changes.data, run->changes.len) || !sum.understood)
        return EXIT_UNREADABLE;
    return failed ? EXIT_FINDINGS : EXIT_SUCCESS;
}

int lint_all(struct lint_run *run, const char *const *arguments, uint32_t count)
{
    struct lint_unit *unit;
    bool good = true;
    int status;

    if (run->baseline_path && !baseline_read(&run->baseline, run->baseline_path, run->write_baseline, &run->sources))
        return EXIT_UNREADABLE;
    if (!machine_is_usable(&run->machine))
        return EXIT_UNREADABLE;
    if (run->together) {
        unit = lint_add_unit(run, arguments, count, true);
        unit->settings = settings_find(&run->store, lint_name_of(run, *arguments));
        lint_unit(run, unit);
    }
    for (uint32_t i = 0; i < count && !run->together; i++)
        lint_argument(run, &arguments[i]);
    lint_find_parts(run);
    if (run->fix)
        good = mend_all(run);
    if (run->diags.count) {
        diags_sort(&run->diags);
        unit = lint_add_unit(run, NULL, 0, true);
        report(run, unit, &run->diags, &run->sources, !run->store.unreadable);
    }
    if (run->write_baseline && !write_baseline(run))
        return EXIT_UNREADABLE;
    status = finish(run);
    return good ? status : EXIT_UNREADABLE;
}
