/* The beginning of an apply: the lock, the target, the history, and what runs. */
#include "hacc/deploy/apply_steps.h"
#include "hacc/host/clock.h"

#include <stdio.h>
#include <stdlib.h>

#define TARGET_USUAL "/etc/haproxy/haproxy.cfg"
#define SYSCTL_USUAL "/etc/sysctl.d/90-hacc.conf"

enum { WAIT_USUAL = 10000, WAIT_MAX = 24 * 3600 * 1000 };

void apply_tell(const struct apply *apply, const char *fmt, ...)
{
    va_list ap;

    if (!apply->debug)
        return;
    fprintf(stderr, "hacc: [%5lld ms] ", (long long)(clock_ms() - apply->begun_ms));
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

enum apply_status apply_fail(struct apply *apply, enum apply_status status, const char *fmt, ...)
{
    struct buf text;
    char line[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    buf_init_in(&text, apply->arena);
    buf_puts(&text, line);
    apply->why = buf_text(&text);
    return status;
}

/* "10s", "500ms"; a bare number is of seconds. */
static bool read_wait(struct apply *apply)
{
    const char *text = apply->settings.at[APPLY_WAIT], *unit;
    double number;
    char *end;

    apply->wait_ms = WAIT_USUAL;
    if (!text)
        return true;
    number = strtod(text, &end);
    unit = end;
    if (strcmp(unit, "ms") != 0)
        number *= strcmp(unit, "m") == 0 ? 60000 : 1000;
    apply->wait_ms = number >= 0 && number <= WAIT_MAX ? (int)number : -1;
    return end != text && apply->wait_ms >= 0 &&
           (!*unit || strcmp(unit, "ms") == 0 || strcmp(unit, "s") == 0 || strcmp(unit, "m") == 0);
}

static bool is_yes(const char *text)
{
    return text && strcmp(text, "true") == 0;
}

/* The text of the target as it is, and its generation. */
bool apply_read_target(struct apply *apply)
{
    struct buf text;
    const char *why;

    buf_init_in(&text, apply->arena);
    *apply->previous = '\0';
    if (install_read(apply->target, &text, &why)) {
        generation_of(text.data, text.len, apply->previous, &apply->edited);
        return true;
    }
    if (why)
        apply->why = arena_printf(apply->arena, "cannot read '%s': %s", apply->target, why);
    return !why;
}

/* The state directory is one target's. */
static enum apply_status read_history(struct apply *apply)
{
    struct history *history = history_read(&apply->state, &apply->why);
    bool fits;

    if (!history)
        return APPLY_PREFLIGHT;
    fits = !history->target || strcmp(history->target, apply->target) == 0;
    if (!fits)
        apply->why = arena_printf(apply->arena,
                                  "'%s' is the state directory of '%s'; give '%s' one of its own "
                                  "(--state-dir)",
                                  apply->state.dir, history->target, apply->target);
    if (fits && history->pidfile && *history->pidfile)
        apply->pidfile = arena_strndup(apply->arena, history->pidfile, strlen(history->pidfile));
    if (fits && history->count) {
        const struct history_entry *last = &history->at[history->count - 1];

        apply->live = arena_strndup(apply->arena, last->process, strlen(last->process));
        apply->now = arena_strndup(apply->arena, last->generation, strlen(last->generation));
        apply->live_pid = last->pid;
    }
    history_release(history);
    return fits ? APPLY_DONE : APPLY_UNREADABLE;
}

enum apply_status apply_begin(struct apply *apply)
{
    static const enum apply_setting paths[] = {APPLY_TARGET, APPLY_SYSCTL_TARGET, APPLY_STATE_DIR, APPLY_PIDFILE};
    const char *const *settings = apply->settings.at;
    enum state_result result;

    apply->begun_ms = clock_ms();
    apply->live = apply->now = "";
    apply->target = settings[APPLY_TARGET] ? settings[APPLY_TARGET] : TARGET_USUAL;
    apply->by_sysctl = !settings[APPLY_SYSCTL] || is_yes(settings[APPLY_SYSCTL]);
    for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
        if (settings[paths[i]] && *settings[paths[i]] != '/')
            return apply_fail(apply, APPLY_UNREADABLE, "the %s '%s' is no absolute path", apply_forms[paths[i]].name,
                              settings[paths[i]]);
    if (!read_wait(apply))
        return apply_fail(apply, APPLY_UNREADABLE, "'%s' is no time to wait: write 10s", settings[APPLY_WAIT]);
    install_init(&apply->file, apply->target, apply->arena);
    install_init(&apply->sysctl_file, settings[APPLY_SYSCTL_TARGET] ? settings[APPLY_SYSCTL_TARGET] : SYSCTL_USUAL,
                 apply->arena);
    state_init(&apply->state, settings[APPLY_STATE_DIR], apply->arena);
    result = apply->dry_run ? STATE_READY : state_lock(&apply->state, apply->file.folder, &apply->why);
    if (result != STATE_READY)
        return result == STATE_BUSY ? APPLY_BUSY : APPLY_PREFLIGHT;
    if (!install_is_safe(&apply->file, &apply->why) || !apply_read_target(apply))
        return APPLY_PREFLIGHT;
    return read_history(apply);
}

enum apply_status apply_look(struct apply *apply)
{
    struct instance_query query = {.settings = &apply->settings,
                                   .file = &apply->file,
                                   .installed = apply->installed,
                                   .pidfile = apply->pidfile,
                                   .run = state_path(&apply->state, "run"),
                                   .arena = apply->arena};

    if (!instance_find(&apply->running, &query, &apply->why))
        return APPLY_PREFLIGHT;
    if (apply->running.main)
        apply_tell(apply, "found: process %d, mode %s, generation '%s'", apply->running.main->pid,
                   deploy_mode_name(apply->running.mode), apply->running.generation);
    else
        apply_tell(apply, "no haproxy runs; mode %s", deploy_mode_name(apply->running.mode));
    return APPLY_DONE;
}

void apply_end(struct apply *apply)
{
    state_unlock(&apply->state);
}
