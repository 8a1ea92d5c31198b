/* HAProxy without a master: the new process takes the listening sockets over (-x) beside the old one, which is told to
 * end only once the new one has proven itself. No step before that stops the old one, not even for a moment. */
#include "hacc/deploy/apply_steps.h"
#include "hacc/host/clock.h"
#include "hacc/write/files.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

/* How long a process that is not wanted may take to end its connections. */
enum { UNWANTED_TIME = 5000 };

/* --- how it is started --- */

/* Options that hacc gives itself, or that are not for a process in the background. Source: management.txt, 3. */
static bool is_replaced(const char *word, bool *takes_value, bool *takes_list)
{
    static const char *const flags[] = {"-D", "-q", "-V", "-c", "-d", "-db", "-W", "-Ws"};
    static const char *const values[] = {"-f", "-p", "-x", "-S"};

    *takes_list = strcmp(word, "-sf") == 0 || strcmp(word, "-st") == 0;
    *takes_value = false;
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        *takes_value |= strcmp(word, values[i]) == 0;
    for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
        if (strcmp(word, flags[i]) == 0)
            return true;
    return *takes_value || *takes_list;
}

/* Copies those of the running process's own options that hacc does not give itself. */
static uint32_t copy_options(const struct process *process, const char **words)
{
    uint32_t count = 0, at = process->command_count ? process->command_count : 1;

    while (at < process->argc && strcmp(process->argv[at], "--") != 0) {
        bool value, list;

        if (!is_replaced(process->argv[at], &value, &list)) {
            words[count++] = process->argv[at++];
            continue;
        }
        at += value ? 2 : 1;
        while (list && at < process->argc && *process->argv[at] != '-')
            at++;
    }
    return count;
}

/* Starts HAProxy with a file. */
static bool start(struct apply *apply, const char *file, const char *pidfile)
{
    const struct instance *running = &apply->running;
    const char **words = arena_alloc(apply->arena, ((running->main ? running->main->argc : 0) + 8) * sizeof(*words));
    uint32_t count = running->main ? copy_options(running->main, words) : 0;
    int status;

    words[count++] = "-D";
    words[count++] = "-f";
    words[count++] = file;
    words[count++] = "-p";
    words[count++] = pidfile;
    if (running->main && running->socket && running->hands_over) {
        words[count++] = "-x";
        words[count++] = admin_socket_path(running->socket, apply->arena);
    }
    status = program_run(apply, words, count);
    if (status > 0)
        apply->why = arena_printf(apply->arena, "haproxy does not start (status %d)", status);
    return status == 0;
}

/* The processes that a start has left: by the pid file, or (it was not written) by their command lines. */
static void find_started(struct apply *apply, const char *pidfile, struct processes *started)
{
    struct processes all = {0};
    struct pids pids = {0};

    processes_find_haproxy(&all, apply->arena);
    pid_file_read(pidfile, &pids, apply->arena);
    *started = (struct processes){.at = arena_alloc(apply->arena, (all.count + 1) * sizeof(*started->at))};
    for (uint32_t i = 0; i < all.count; i++) {
        const char *said = process_option(&all.at[i], "-p");

        if (said && strcmp(said, pidfile) == 0)
            started->at[started->count++] = all.at[i];
    }
}

/* --- the steps --- */

static bool prove_started(struct apply *apply, const struct processes *started, const struct admin_sockets *sockets)
{
    struct proof proof = {.generation = &apply->next,
                          .config = apply->config,
                          .processes = started->at,
                          .count = started->count,
                          .sockets = sockets,
                          .probe = apply->settings.at[APPLY_PROBE],
                          .time_limit_ms = PROVE_TIME_LIMIT,
                          .arena = apply->arena};

    if (!started->count)
        apply->why = "the new process has ended";
    else if (prove(&proof))
        return true;
    else
        apply->why = proof.why;
    return false;
}

/* The operator's pid file names the processes that serve now. Its folder may be HAProxy's own user's. It is of use to
 * others alone: that it cannot be written is no reason to take anything back. */
static void write_pidfile(struct apply *apply, const struct processes *started)
{
    struct install file;
    struct stat st;
    struct buf text;
    const char *why = "it is no file";

    buf_init_in(&text, apply->arena);
    for (uint32_t i = 0; i < started->count; i++)
        buf_printf(&text, "%d\n", started->at[i].pid);
    install_init(&file, apply->running.pidfile, apply->arena);
    if ((lstat(file.target, &st) == 0 && !S_ISREG(st.st_mode)) ||
        !install_stage(&file, text.data, text.len, 0644, &why) || !install_place(&file, &why))
        apply->more = arena_printf(apply->arena, "the pid file is not up to date: %s", why);
}

/* From here on there is no way back: the old ones are told to end. */
static enum apply_status let_go(struct apply *apply, const struct process *old, uint32_t count,
                                const struct processes *started)
{
    apply->more = NULL; /* what HAProxy said when all went well */
    write_pidfile(apply, started);
    apply->made = started->at[0];
    processes_end(old, count, apply->wait_ms);
    return apply_finish(apply, old, count);
}

/* The new process goes, and all is as it was. */
static enum apply_status take_back(struct apply *apply, const struct processes *started, enum apply_status status)
{
    const char *why = apply->why;

    processes_stop(started->at, started->count, UNWANTED_TIME);
    if (!apply_put_back(apply, &apply->journal))
        return APPLY_DOWN; /* the journal stays: the next command tries once more */
    apply->why = why;
    return apply_give_up(apply, apply->running.main ? status : APPLY_DOWN);
}

enum apply_status daemon_perform(struct apply *apply)
{
    const char *pidfile = apply->journal.pidfile;
    struct processes started = {0};
    struct admin_sockets sockets = {0};
    bool good;

    if (apply->config)
        admin_sockets_of(&sockets, apply->config, apply->arena);
    if (!apply_note(apply, STEP_PREPARED))
        return apply_give_up(apply, APPLY_PREFLIGHT);
    if (!apply_settings_make(apply))
        return take_back(apply, &started, APPLY_PREFLIGHT);
    if (!apply_note(apply, STEP_STARTED))
        return take_back(apply, &started, APPLY_PREFLIGHT);
    good = start(apply, apply->file.staged, pidfile);
    find_started(apply, pidfile, &started);
    if (!good)
        return take_back(apply, &started, APPLY_KEPT);
    apply_tell(apply, "started: process %d", started.count ? started.at[0].pid : 0);
    if (!prove_started(apply, &started, &sockets))
        return take_back(apply, &started, APPLY_TAKEN_BACK);
    apply_tell(apply, "proven");
    if (!apply_install(apply) || !apply_note(apply, STEP_PROVEN))
        return take_back(apply, &started, APPLY_KEPT);
    return let_go(apply, apply->running.served, apply->running.served_count, &started);
}

/* --- after hacc was ended --- */

/* Whether those that were to go have gone by themselves, or by hand. */
static bool have_gone(const struct process *old, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (process_lives(&old[i]))
            return false;
    return count > 0;
}

enum apply_status daemon_recover(struct apply *apply, const struct journal *journal, const char **done)
{
    struct process *old = arena_zalloc(apply->arena, (journal->old_count + 1) * sizeof(*old));
    struct processes started;

    find_started(apply, journal->pidfile, &started);
    for (unsigned i = 0; i < journal->old_count; i++)
        old[i] = (struct process){.pid = journal->old[i].pid, .start = journal->old[i].start};
    if (journal->step == STEP_PROVEN) {
        if (started.count) { /* else HAProxy has been started anew, with the proven file */
            write_pidfile(apply, &started);
            processes_end(old, journal->old_count, apply->wait_ms);
        }
        *done = arena_printf(apply->arena, "generation %s had proven itself; its apply is brought to its end",
                             journal->generation);
        return APPLY_DONE;
    }
    if (started.count && have_gone(old, journal->old_count)) {
        *done = arena_printf(apply->arena,
                             "generation %s had not proven itself, but nothing else serves any more: its process stays "
                             "until one that has proven itself takes over; the file is what it was",
                             journal->generation);
    } else {
        processes_stop(started.at, started.count, UNWANTED_TIME);
        *done =
            arena_printf(apply->arena, "generation %s had not proven itself; it is taken back", journal->generation);
    }
    return apply_put_back(apply, journal) ? APPLY_DONE : APPLY_DOWN;
}
