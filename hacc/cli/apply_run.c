#include "hacc/cli/apply_run.h"

#include "hacc/cli/cli.h"
#include "hacc/host/clock.h"
#include "hacc/write/files.h"
#include "hacc/write/to_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void apply_run_init(struct apply_run *run)
{
    compile_init(&run->c);
    compile_init(&run->installed);
    run->installed.arena.oom = &run->c.oom;
    run->apply.arena = &run->c.arena;
    run->apply.state.lock = -1;
}

void apply_run_end(struct apply_run *run)
{
    apply_end(&run->apply);
    compile_release(&run->installed);
    compile_release(&run->c);
}

/* --- what is said --- */

static void say_more(const char *more)
{
    while (more && *more) {
        size_t len = strcspn(more, "\n");
        struct buf line;

        buf_init(&line, NULL);
        diag_visible(&line, more, len);
        if (len)
            fprintf(stderr, "  | %s\n", buf_text(&line));
        buf_release(&line);
        more += len + (more[len] == '\n');
    }
}

/* What each status asks of the reader is in docs/apply.md. */
static int say_fault(struct apply_run *run, enum apply_status status)
{
    cli_error("%s", run->apply.why ? run->apply.why : "it did not work");
    say_more(run->apply.more);
    if (status == APPLY_KEPT || status == APPLY_TAKEN_BACK)
        cli_error("generation %s is taken back; '%s' and the process that serves are as they were",
                  run->apply.next.name, run->apply.target);
    if (status == APPLY_DOWN)
        cli_error("it is not certain what is live: look at it ('hacc status'), and run hacc apply again");
    return (int)status;
}

static int say_done(struct apply_run *run, enum apply_status status)
{
    struct apply *apply = &run->apply;
    long long took = clock_ms() - apply->begun_ms;
    struct buf line;

    buf_init_in(&line, apply->arena);
    buf_printf(&line, "generation %s is live", apply->next.name);
    if (apply->made.pid)
        buf_printf(&line, ", served by process %d", apply->made.pid);
    if (apply->way == WAY_RUNTIME)
        buf_puts(&line, " without a reload");
    buf_printf(&line, " (%lld.%01lld s)\n", took / 1000, took % 1000 / 100);
    if (!cli_print(line.data, line.len))
        return EXIT_UNREADABLE;
    if (apply->why && status == APPLY_LINGERING)
        cli_error("%s", apply->why);
    if (apply->more)
        say_more(apply->more);
    return (int)status;
}

/* --- the beginning --- */

void apply_run_compile(struct apply_run *run, struct compilation *c, const struct buf *text)
{
    struct compile_options options = {.version = (int)run->c.config.lang.version, .fallback = -1};
    size_t len;
    const char *body = generation_body(text->data, text->len, &len);

    compile_text(c, run->apply.target, arena_strndup(run->apply.arena, body, len), INPUT_CFG, &options);
}

static void compile_installed(struct apply_run *run, const struct buf *text)
{
    compile_release(&run->installed);
    compile_init(&run->installed);
    run->installed.arena.oom = &run->c.oom;
    apply_run_compile(run, &run->installed, text);
}

static void read_installed(struct apply_run *run)
{
    struct buf text;
    const char *why;

    buf_init_in(&text, &run->c.arena);
    run->apply.installed = NULL;
    if (!install_read(run->apply.target, &text, &why))
        return;
    compile_installed(run, &text);
    if (!run->installed.unreadable)
        run->apply.installed = &run->installed.config;
}

const struct config *apply_run_live(struct apply_run *run)
{
    const struct apply *apply = &run->apply;
    const char *live = apply_live(apply), *why;
    struct buf text;

    if (!*live)
        return NULL;
    if (apply->edited || strcmp(live, apply->previous) != 0) {
        buf_init_in(&text, &run->c.arena);
        if (!generation_read(&apply->state, live, &text, &why))
            return NULL;
        compile_installed(run, &text);
    }
    return run->installed.diags.errors || !compile_understood(&run->installed) ? NULL : &run->installed.config;
}

static void find_changes(struct apply_run *run)
{
    const struct config *live = run->apply.config ? apply_run_live(run) : NULL;

    if (live)
        run->changes = changes_find(live, &run->c.config, &run->c.arena);
}

static void print_changes(const struct apply_run *run, int fd)
{
    struct changes_report report = {run->changes, &run->installed.config, &run->c.config, cli_color(fd)};
    struct buf out;

    if (!run->changes)
        return;
    buf_init_in(&out, run->apply.arena);
    changes_text.print(&report, &out);
    write_all(fd, out.data, out.len);
}

void apply_run_remember(struct apply_run *run)
{
    struct apply_settings *settings = &run->apply.settings;
    struct history *history;
    struct state state;
    const char *why;

    state_init(&state, settings->at[APPLY_STATE_DIR], run->apply.arena);
    history = history_read(&state, &why);
    if (!history)
        return;
    for (unsigned i = 0; i < history->setting_count; i++) {
        const struct setting_record *record = &history->settings[i];
        enum apply_setting setting = apply_setting_find(record->name, strlen(record->name));

        if (setting != APPLY_SETTINGS && !settings->at[setting])
            settings->at[setting] = arena_strndup(run->apply.arena, record->value, strlen(record->value));
    }
    if (!settings->at[APPLY_TARGET] && history->target)
        settings->at[APPLY_TARGET] = arena_strndup(run->apply.arena, history->target, strlen(history->target));
    history_release(history);
}

int apply_run_begin(struct apply_run *run)
{
    const char *done = NULL;
    enum apply_status status = apply_begin(&run->apply);

    if (status == APPLY_DONE) {
        read_installed(run);
        status = apply_look(&run->apply);
    }
    if (status == APPLY_DONE && !run->dry_run)
        status = apply_recover(&run->apply, &done);
    if (done) {
        cli_error("an apply before this one was cut off: %s", done);
        read_installed(run);
        status = status == APPLY_DONE ? apply_look(&run->apply) : status;
    }
    return status == APPLY_DONE ? EXIT_SUCCESS : say_fault(run, status);
}

/* --- the whole --- */

bool apply_setting_is(const struct apply *apply, enum apply_setting setting, const char *value)
{
    return apply->settings.at[setting] && strcmp(apply->settings.at[setting], value) == 0;
}

static bool is_current(const struct apply *apply)
{
    return !apply_setting_is(apply, APPLY_RELOAD, "always") && !apply->edited && !apply->unsure && apply->next.named &&
           strcmp(apply->previous, apply->next.name) == 0 && strcmp(apply_live(apply), apply->next.name) == 0 &&
           apply_is_set(apply) && !apply_has_new_files(apply);
}

/* Whether the Runtime API has done it all. What runs must be known for certain. */
static bool without_reload(struct apply_run *run, enum apply_status *status)
{
    struct apply *apply = &run->apply;

    apply->why = NULL;
    if (!run->changes || apply->unsure || !apply->running.worker || apply_setting_is(apply, APPLY_RELOAD, "always"))
        return false;
    if (!run->changes->reloads)
        return apply_at_runtime(apply, run->changes, &run->installed.config, status);
    for (const struct change *change = run->changes->first; change && !apply->why; change = change->next)
        if (change->way == CHANGE_RELOAD)
            apply->why = change->why;
    return false;
}

/* On a terminal only. */
static bool is_agreed(const struct apply_run *run)
{
    char answer[16];

    if (run->yes || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return true;
    print_changes(run, STDERR_FILENO);
    fprintf(stderr, "make generation %s live? [y/N] ", run->apply.next.name);
    return fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y');
}

int apply_run_perform(struct apply_run *run)
{
    struct apply *apply = &run->apply;
    enum apply_status status;
    int checked = apply_validate(run);

    if (checked == EXIT_SUCCESS && is_current(apply)) {
        printf("generation %s is live already: there is nothing to do\n", apply->next.name);
        status = apply_see_strays(apply);
        if (status == APPLY_LINGERING)
            cli_error("%s", apply->why);
        return (int)status;
    }
    if (checked == EXIT_SUCCESS)
        checked = apply_preflight(run);
    if (checked != EXIT_SUCCESS)
        return checked;
    find_changes(run);
    if (run->dry_run) {
        print_changes(run, STDOUT_FILENO);
        printf("generation %s would be made live\n", apply->next.name);
        return EXIT_SUCCESS;
    }
    if (!is_agreed(run)) {
        cli_error("nothing has been done");
        return EXIT_SUCCESS;
    }
    if (!without_reload(run, &status)) {
        if (apply_setting_is(apply, APPLY_RELOAD, "never")) {
            cli_error("it needs a reload%s%s", apply->why ? ": " : "", apply->why ? apply->why : "");
            status = apply_untell(apply, APPLY_KEPT);
            return status == APPLY_DOWN ? say_fault(run, status) : (int)status;
        }
        apply->why = NULL;
        status = apply_perform(apply);
        if (status != APPLY_DONE && status != APPLY_LINGERING)
            status = apply_untell(apply, status);
    }
    return status == APPLY_DONE || status == APPLY_LINGERING ? say_done(run, status) : say_fault(run, status);
}
