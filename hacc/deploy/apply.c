#include "hacc/deploy/apply_steps.h"
#include "hacc/host/clock.h"
#include "hacc/host/haproxy.h"
#include "hacc/lang/number.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define TARGET_USUAL  "/etc/haproxy/haproxy.cfg"
#define SYSCTL_USUAL  "/etc/sysctl.d/90-hacc.conf"
#define PREVIOUS_NONE ""

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

/* --- the beginning --- */

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
static bool read_target(struct apply *apply)
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
    const char *const *settings = apply->settings.at;
    enum state_result result;

    apply->begun_ms = clock_ms();
    apply->live = apply->now = "";
    apply->target = settings[APPLY_TARGET] ? settings[APPLY_TARGET] : TARGET_USUAL;
    apply->by_sysctl = !settings[APPLY_SYSCTL] || is_yes(settings[APPLY_SYSCTL]);
    if (*apply->target != '/' || (settings[APPLY_SYSCTL_TARGET] && *settings[APPLY_SYSCTL_TARGET] != '/'))
        return apply_fail(apply, APPLY_UNREADABLE, "the target '%s' is no absolute path", apply->target);
    if (!read_wait(apply))
        return apply_fail(apply, APPLY_UNREADABLE, "'%s' is no time to wait: write 10s", settings[APPLY_WAIT]);
    install_init(&apply->file, apply->target, apply->arena);
    install_init(&apply->sysctl_file, settings[APPLY_SYSCTL_TARGET] ? settings[APPLY_SYSCTL_TARGET] : SYSCTL_USUAL,
                 apply->arena);
    state_init(&apply->state, settings[APPLY_STATE_DIR], apply->arena);
    result = apply->dry_run ? STATE_READY : state_lock(&apply->state, &apply->why);
    if (result != STATE_READY)
        return result == STATE_BUSY ? APPLY_BUSY : APPLY_PREFLIGHT;
    if (!install_is_safe(&apply->file, &apply->why) || !read_target(apply))
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

/* --- what the modes share --- */

bool apply_note(struct apply *apply, enum journal_step step)
{
    apply->journal.step = step;
    apply_tell(apply, "step: %s", journal_step_name(step));
    return journal_write(&apply->state, &apply->journal, &apply->why);
}

bool apply_settings_make(struct apply *apply)
{
    return !apply->by_sysctl || settings_make(&apply->plan, apply->arena, &apply->why);
}

bool apply_install(struct apply *apply)
{
    if (!install_keep(&apply->file, &apply->why) || !install_place(&apply->file, &apply->why))
        return false;
    apply_tell(apply, "installed");
    return !*apply->journal.sysctl_target ||
           (install_keep(&apply->sysctl_file, &apply->why) && install_place(&apply->sysctl_file, &apply->why));
}

bool apply_put_back(struct apply *apply, const struct journal *journal)
{
    const char *why = apply->why, *more = NULL;
    struct install file, sysctl_file;
    bool good;

    install_init(&file, journal->target, apply->arena);
    good = install_put_back(&file, !*journal->previous, &more);
    if (*journal->sysctl_target) {
        install_init(&sysctl_file, journal->sysctl_target, apply->arena);
        good = install_put_back(&sysctl_file, journal->fresh_sysctl, &more) && good;
    }
    good = settings_put_back(journal->settings, journal->setting_count, apply->arena, &more) && good;
    if (!good)
        apply->why = arena_printf(apply->arena, "%s%s%s", why ? why : "", why ? "; and " : "", more);
    return good;
}

/* Pid files of processes that hacc started before are of no use any more. */
static void forget_pidfiles(const struct apply *apply)
{
    const char *path = state_path(&apply->state, "run"), *kept = strrchr(apply->journal.pidfile, '/');
    DIR *folder = opendir(path);

    for (const struct dirent *entry; folder && (entry = readdir(folder));)
        if (*entry->d_name != '.' && (!kept || strcmp(entry->d_name, kept + 1) != 0))
            unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
}

static bool end_journal(struct apply *apply, const char **why)
{
    install_settle(&apply->file);
    if (apply->journal.sysctl_target && *apply->journal.sysctl_target)
        install_settle(&apply->sysctl_file);
    return journal_remove(&apply->state, why);
}

/* What the next command needs to know without the file. A probe may have a password in it. */
static void fill_head(const struct apply *apply, struct history *head)
{
    *head = (struct history){.target = apply->target, .pidfile = apply->running.pidfile};
    head->settings = arena_alloc(apply->arena, APPLY_SETTINGS * sizeof(*head->settings));
    for (int i = 0; i < APPLY_SETTINGS; i++)
        if (apply->settings.at[i] && i != APPLY_PROBE && i != APPLY_STATE_DIR && i != APPLY_LOSSY)
            head->settings[head->setting_count++] = (struct setting_record){apply_forms[i].name, apply->settings.at[i]};
}

/* What was there before hacc came is in the history too: it can be gone back to. */
static void add_found(struct apply *apply, const struct history *head, const char *when)
{
    struct history_entry entry = {.time = when,
                                  .generation = apply->previous,
                                  .process = "",
                                  .source = apply->target,
                                  .mode = apply->running.mode,
                                  .way = WAY_FOUND,
                                  .pid = apply->running.worker ? apply->running.worker->pid : 0};

    if (*apply->previous && !*apply->now && !history_add(&apply->state, head, &entry, &apply->more))
        apply_tell(apply, "not in the history");
}

enum apply_status apply_settle(struct apply *apply, enum apply_status status)
{
    time_t now = time(NULL);
    struct history head;
    char when[32];
    struct history_entry entry = {.time = when,
                                  .generation = apply->next.name,
                                  .process = apply->way == WAY_RUNTIME ? apply->running.generation
                                             : apply->next.named       ? apply->next.name
                                                                       : "",
                                  .source = apply->source,
                                  .mode = apply->running.mode,
                                  .way = apply->way,
                                  .status = status,
                                  .milliseconds = (int)(clock_ms() - apply->begun_ms),
                                  .pid = apply->made.pid};

    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
    if (!apply->running.main && apply->way == WAY_RELOAD)
        entry.way = WAY_START;
    /* the generation is live, whatever becomes of what is noted of it: the next command ends a journal that is left */
    fill_head(apply, &head);
    add_found(apply, &head, when);
    if (!history_add(&apply->state, &head, &entry, &apply->more))
        apply_tell(apply, "not in the history");
    end_journal(apply, &apply->more);
    forget_pidfiles(apply);
    return status;
}

static void add_pid(struct buf *out, pid_t pid)
{
    buf_printf(out, "%s%d", out->len ? ", " : "", pid);
}

enum apply_status apply_finish(struct apply *apply, const struct process *old, uint32_t count)
{
    struct buf left, strays;

    buf_init_in(&left, apply->arena);
    buf_init_in(&strays, apply->arena);
    for (uint32_t i = 0; i < count; i++)
        if (process_lives(&old[i]))
            add_pid(&left, old[i].pid);
    for (uint32_t i = 0; i < apply->running.stray_count; i++)
        if (process_lives(&apply->running.strays[i]))
            add_pid(&strays, apply->running.strays[i].pid);
    if (strays.len)
        apply->why = arena_printf(apply->arena,
                                  "another haproxy of '%s' still serves, which the pid file does not name: process %s; "
                                  "look at it, and end it (kill -USR1)",
                                  apply->target, buf_text(&strays));
    else if (left.len)
        apply->why =
            arena_printf(apply->arena, "the old process %s still serves its last connections", buf_text(&left));
    return apply_settle(apply, strays.len || left.len ? APPLY_LINGERING : APPLY_DONE);
}

enum apply_status apply_give_up(struct apply *apply, enum apply_status status)
{
    if (status == APPLY_DOWN)
        return status; /* the next command tries once more */
    return end_journal(apply, &apply->why) ? status : APPLY_DOWN;
}

bool processes_await(const struct process *processes, uint32_t count, int wait_ms)
{
    int64_t deadline = clock_ms() + wait_ms;
    bool ended = true;

    for (uint32_t i = 0; i < count; i++) {
        int64_t now = clock_ms();

        ended = process_wait_end(&processes[i], now < deadline ? (int)(deadline - now) : 0) && ended;
    }
    return ended;
}

bool processes_end(const struct process *processes, uint32_t count, int wait_ms)
{
    for (uint32_t i = 0; i < count; i++)
        process_signal(&processes[i], SIGUSR1);
    return processes_await(processes, count, wait_ms);
}

void processes_stop(const struct process *processes, uint32_t count, int wait_ms)
{
    static const int harder[] = {SIGTERM, SIGKILL};

    if (processes_end(processes, count, wait_ms))
        return;
    for (size_t i = 0; i < sizeof(harder) / sizeof(*harder); i++)
        for (uint32_t k = 0; k < count; k++)
            if (process_signal(&processes[k], harder[i]) == 0)
                process_wait_end(&processes[k], 1000);
}

int program_run(struct apply *apply, const char *const *words, uint32_t count)
{
    const struct haproxy_program *program = &apply->running.program;
    struct buf out;
    int status;

    buf_init_in(&out, apply->arena);
    status = haproxy_call(program, words, count, -1, HAPROXY_TIME_LIMIT, apply->arena, &out);
    if (status < 0)
        apply->why = arena_printf(apply->arena, "cannot run '%s': %s", program->words[0],
                                  errno == ETIMEDOUT ? "no end after a minute" : strerror(errno));
    apply->more = out.len ? buf_text(&out) : NULL;
    return status;
}

/* --- the whole --- */

const char *apply_live(const struct apply *apply)
{
    const char *said = apply->running.generation;
    const struct process *worker = apply->running.worker;

    /* where it has no name to tell, only the very process is certain: a master tells that of a file before */
    if (!*apply->live && *apply->now)
        return worker && worker->pid == apply->live_pid ? apply->now : said;
    return strcmp(said, apply->live) == 0 ? apply->now : said;
}

/* Whether the sysctl fragment at its target is to be replaced. */
static bool differs(const struct apply *apply)
{
    struct buf text;
    const char *why;

    buf_init_in(&text, apply->arena);
    if (!apply->by_sysctl || !apply->next.sysctl.len)
        return false;
    return !install_read(apply->sysctl_file.target, &text, &why) || text.len != apply->next.sysctl.len ||
           memcmp(text.data, apply->next.sysctl.data, text.len) != 0;
}

bool apply_is_set(const struct apply *apply)
{
    struct setting_plan plan = {0};

    if (apply->by_sysctl && apply->config)
        settings_plan(&plan, apply->config, apply->arena);
    return !plan.count && !differs(apply);
}

static void fill_journal(struct apply *apply, bool runtime)
{
    const struct instance *running = &apply->running;
    struct journal *journal = &apply->journal;

    *journal = (struct journal){.mode = running->mode,
                                .runtime = runtime,
                                .generation = apply->next.name,
                                .previous = apply->previous,
                                .running = running->generation,
                                .target = apply->target,
                                .pidfile = arena_printf(apply->arena, "%s/run/%s-%lld.pid", apply->state.dir,
                                                        apply->next.name, (long long)clock_ms()),
                                .sysctl_target = differs(apply) ? apply->sysctl_file.target : "",
                                .fresh_sysctl = access(apply->sysctl_file.target, F_OK) != 0};
    journal->old = arena_alloc(apply->arena, (running->served_count + 1) * sizeof(*journal->old));
    for (uint32_t i = 0; i < running->served_count; i++)
        journal->old[journal->old_count++] = (struct process_record){running->served[i].pid, running->served[i].start};
    if (apply->by_sysctl && apply->config)
        settings_plan(&apply->plan, apply->config, apply->arena);
    journal->settings = arena_alloc(apply->arena, (apply->plan.count + 1) * sizeof(*journal->settings));
    for (unsigned i = 0; i < apply->plan.count; i++)
        journal->settings[journal->setting_count++] =
            (struct setting_record){apply->plan.at[i].name, apply->plan.at[i].old};
}

bool apply_stage(struct apply *apply, bool runtime)
{
    struct buf old;
    const char *why;

    fill_journal(apply, runtime);
    install_settle(&apply->file); /* what an apply left that could not even be noted */
    buf_init_in(&old, apply->arena);
    if (*apply->previous && install_read(apply->target, &old, &why) &&
        !generation_keep(&apply->state, apply->previous, &old, &apply->why))
        return false;
    if (!generation_keep(&apply->state, apply->next.name, &apply->next.text, &apply->why) ||
        !install_stage(&apply->file, apply->next.text.data, apply->next.text.len, apply->next.mode, &apply->why))
        return false;
    return !*apply->journal.sysctl_target || (install_is_safe(&apply->sysctl_file, &apply->why) &&
                                              install_stage(&apply->sysctl_file, apply->next.sysctl.data,
                                                            apply->next.sysctl.len, apply->next.mode, &apply->why));
}

enum apply_status apply_perform(struct apply *apply)
{
    if (!apply_stage(apply, false)) {
        install_settle(&apply->file);
        return APPLY_PREFLIGHT;
    }
    apply_tell(apply, "staged generation %s", apply->next.name);
    return apply->running.mode == MODE_DAEMON ? daemon_perform(apply) : master_perform(apply);
}

/* What HAProxy was told is not taken back one by one: the next apply reloads it. */
static enum apply_status recover_runtime(struct apply *apply, const struct journal *journal, const char **done)
{
    if (journal->step == STEP_PROVEN) {
        *done =
            arena_printf(apply->arena, "generation %s is live; its apply is brought to its end", journal->generation);
        return APPLY_DONE;
    }
    *done = arena_printf(apply->arena,
                         "the running haproxy may have been told a part of generation %s; the file is what it was",
                         journal->generation);
    return apply_put_back(apply, journal) ? APPLY_DONE : APPLY_DOWN;
}

enum apply_status apply_recover(struct apply *apply, const char **done)
{
    struct journal *journal = journal_read(&apply->state, &apply->why);
    enum apply_status status;

    *done = NULL;
    if (!journal)
        return apply->why ? APPLY_DOWN : APPLY_DONE;
    apply->unsure = journal->runtime && journal->step != STEP_PROVEN;
    if (journal->runtime)
        status = recover_runtime(apply, journal, done);
    else
        status =
            journal->mode == MODE_DAEMON ? daemon_recover(apply, journal, done) : master_recover(apply, journal, done);
    if (status == APPLY_DONE) {
        install_settle(&apply->file);
        if (*journal->sysctl_target)
            install_settle(&apply->sysctl_file);
        if (!journal_remove(&apply->state, &apply->why) || !read_target(apply))
            status = APPLY_DOWN;
    }
    journal_release(journal);
    return status;
}
