/* The steps that the ways of running HAProxy share. */
#include "hacc/deploy/apply_steps.h"

#include "hacc/host/clock.h"
#include "hacc/host/haproxy.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

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

/* Whether the target is the generation of the journal: what somebody has written since stays. */
static bool is_placed(const struct apply *apply, const struct journal *journal)
{
    char name[GENERATION_SIZE] = "";
    struct buf text;
    const char *why;
    bool edited;

    buf_init_in(&text, apply->arena);
    if (install_read(journal->target, &text, &why))
        generation_of(text.data, text.len, name, &edited);
    return why || strcmp(name, journal->generation) == 0;
}

bool apply_put_back(struct apply *apply, const struct journal *journal)
{
    const char *why = apply->why, *more = NULL;
    struct install file, sysctl_file;
    bool good;

    install_init(&file, journal->target, apply->arena);
    good = !is_placed(apply, journal) || install_put_back(&file, !*journal->previous, &more);
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

/* Nothing is taken back for it, and it is told. */
static void say_as_well(struct apply *apply, const char *why)
{
    apply->more = arena_printf(apply->arena, "%s%s%s", apply->more ? apply->more : "", apply->more ? "\n" : "", why);
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

    const char *why;

    if (*apply->previous && !*apply->now && !history_add(&apply->state, head, &entry, &why))
        say_as_well(apply, why);
}

enum apply_status apply_settle(struct apply *apply, enum apply_status status)
{
    time_t now = time(NULL);
    struct history head;
    const char *why;
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
    if (!history_add(&apply->state, &head, &entry, &why))
        say_as_well(apply, why);
    if (!end_journal(apply, &why))
        say_as_well(apply, why);
    forget_pidfiles(apply);
    return status;
}

static void add_pid(struct buf *out, pid_t pid)
{
    buf_printf(out, "%s%d", out->len ? ", " : "", pid);
}

enum apply_status apply_see_strays(struct apply *apply)
{
    struct buf strays;

    buf_init_in(&strays, apply->arena);
    for (uint32_t i = 0; i < apply->running.stray_count; i++)
        if (process_lives(&apply->running.strays[i]))
            add_pid(&strays, apply->running.strays[i].pid);
    if (!strays.len)
        return APPLY_DONE;
    apply->why = arena_printf(apply->arena,
                              "another haproxy of '%s' still serves, which the pid file does not name: process %s; "
                              "look at it, and end it (kill -USR1)",
                              apply->target, buf_text(&strays));
    return APPLY_LINGERING;
}

enum apply_status apply_finish(struct apply *apply, const struct process *old, uint32_t count)
{
    enum apply_status status = apply_see_strays(apply);
    struct buf left;

    buf_init_in(&left, apply->arena);
    for (uint32_t i = 0; i < count; i++)
        if (process_lives(&old[i]))
            add_pid(&left, old[i].pid);
    if (status == APPLY_DONE && left.len) {
        apply->why =
            arena_printf(apply->arena, "the old process %s still serves its last connections", buf_text(&left));
        status = APPLY_LINGERING;
    }
    return apply_settle(apply, status);
}

enum apply_status apply_give_up(struct apply *apply, enum apply_status status)
{
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
