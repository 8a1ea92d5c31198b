/* HAProxy with a master, by itself or below systemd: the master reads the target again, so the file is installed first,
 * and put back where the new worker does not prove itself. */
#include "hacc/deploy/apply_steps.h"
#include "hacc/deploy/reload.h"
#include "hacc/host/clock.h"
#include "hacc/host/haproxy.h"

#include <stdlib.h>

/* For a master that is not wanted to end; between two looks for a new worker; how long a reload may go on that was
 * under way when hacc was ended. In milliseconds. */
enum { UNWANTED_TIME = 5000, LOOK_PAUSE = 100, SETTLE_TIME = 3000 };

/* The workers at one moment: the master's children that are haproxies. */
static void find_workers(struct apply *apply, pid_t master, struct processes *workers)
{
    struct processes all = {0};

    processes_find_haproxy(&all, apply->arena);
    *workers = (struct processes){.at = arena_alloc(apply->arena, (all.count + 1) * sizeof(*workers->at))};
    for (uint32_t i = 0; i < all.count; i++)
        if (all.at[i].parent == master)
            workers->at[workers->count++] = all.at[i];
}

static bool is_among(const struct processes *workers, const struct process *process)
{
    for (uint32_t i = 0; i < workers->count; i++)
        if (workers->at[i].pid == process->pid && workers->at[i].start == process->start)
            return true;
    return false;
}

/* What is to be proven. */
struct wanted {
    const struct generation *generation;
    const struct config *config;
    struct admin_sockets sockets;
    const char *probe;
};

/* Gives the newest worker that was not there before; false: there is none. */
static bool find_new(struct apply *apply, const struct processes *before, struct process *found)
{
    struct processes workers;
    bool good = false;

    find_workers(apply, apply->running.main->pid, &workers);
    for (uint32_t i = 0; i < workers.count; i++) {
        if (!is_among(before, &workers.at[i])) {
            *found = workers.at[i];
            good = true;
        }
    }
    return good;
}

static bool prove_worker(struct apply *apply, const struct wanted *wanted, const struct process *worker, int64_t left)
{
    struct proof proof = {.generation = wanted->generation,
                          .config = wanted->config,
                          .processes = worker,
                          .count = 1,
                          .sockets = &wanted->sockets,
                          .master_socket = apply->running.master_socket,
                          .probe = wanted->probe,
                          .time_limit_ms = left > 0 ? (int)left : 1,
                          .arena = apply->arena};

    apply->made = *worker;
    if (prove(&proof))
        return true;
    apply->why = proof.why;
    return false;
}

/* Waits for a new worker, and has it prove itself. A master that can say so ends the waiting when it has failed. */
static bool await_worker(struct apply *apply, const struct wanted *wanted, const struct processes *before,
                         const struct reload_count *count)
{
    int64_t deadline = clock_ms() + PROVE_TIME_LIMIT + 3 * (int64_t)apply->check_ms;
    struct process worker;

    while (clock_ms() < deadline) {
        struct reload_count now;

        if (find_new(apply, before, &worker))
            return prove_worker(apply, wanted, &worker, deadline - clock_ms());
        if (!process_lives(apply->running.main)) {
            apply->why = "the master has ended";
            return false;
        }
        now = count->known ? reload_count(apply) : *count;
        if (now.known && now.failed > count->failed) {
            apply->why = "the master does not take the new file: its reload has failed";
            return false;
        }
        clock_sleep_ms(LOOK_PAUSE);
    }
    apply->why = "the master has made no new worker";
    return false;
}

/* --- from nothing --- */

/* Starts a master with the target. */
static bool start_master(struct apply *apply)
{
    const char *words[8] = {"-W", "-D", "-f", apply->target, "-p", apply->running.pidfile};
    uint32_t count = 6;
    int status;

    if (apply->running.mode == MODE_SYSTEMD)
        return reload(apply) == RELOAD_ASKED;
    if (apply->running.master_socket) {
        words[count++] = "-S";
        words[count++] = apply->running.master_socket;
    }
    status = program_run(apply, words, count);
    if (status > 0)
        apply->why = arena_printf(apply->arena, "haproxy does not start (status %d)", status);
    return status == 0;
}

/* Looks for what has been started: it takes a moment until it is there. */
static bool await_start(struct apply *apply, const struct wanted *wanted)
{
    int64_t deadline = clock_ms() + PROVE_TIME_LIMIT + 3 * (int64_t)apply->check_ms;

    while (clock_ms() < deadline) {
        if (apply_look(apply) != APPLY_DONE)
            return false;
        if (apply->running.main && apply->running.worker != apply->running.main)
            return prove_worker(apply, wanted, apply->running.worker, deadline - clock_ms());
        clock_sleep_ms(LOOK_PAUSE);
    }
    apply->why = "no master runs";
    return false;
}

static bool start_anew(struct apply *apply, const struct wanted *wanted)
{
    apply->running.main = apply->running.worker = NULL;
    return start_master(apply) && await_start(apply, wanted);
}

/* --- the way back --- */

/* The generation that was live, as far as it is known. */
static void want_previous(const struct apply *apply, struct generation *generation, struct wanted *wanted)
{
    size_t len = strlen(apply->running.generation);

    *generation = (struct generation){.named = len > 0 && len < GENERATION_SIZE};
    if (generation->named)
        memcpy(generation->name, apply->running.generation, len + 1);
    *wanted = (struct wanted){.generation = generation, .sockets = apply->running.sockets};
}

/* Whether the worker of before still serves as if nothing had been. */
static bool never_stopped(const struct apply *apply)
{
    const struct process *worker = apply->running.worker;
    struct admin_facts facts = {.failure = ADMIN_ABSENT};

    if (!worker || !process_lives(worker))
        return false;
    if (apply->running.master_socket)
        facts = admin_facts(apply->running.master_socket, worker->pid, ADMIN_TIME_LIMIT, apply->arena);
    else if (apply->running.socket)
        facts = admin_facts(apply->running.socket, 0, ADMIN_TIME_LIMIT, apply->arena);
    return facts.failure == ADMIN_ANSWERED && facts.pid == worker->pid && !facts.stopping;
}

/* Ends what was started where nothing ran. */
static void stop_started(struct apply *apply)
{
    const char *argv[] = {"systemctl", "stop", apply->running.unit, NULL};
    struct buf out;

    if (apply_look(apply) != APPLY_DONE || !apply->running.main)
        return;
    buf_init_in(&out, apply->arena);
    if (apply->running.mode != MODE_SYSTEMD || haproxy_run(argv, -1, HAPROXY_TIME_LIMIT, &out) != 0)
        processes_stop(apply->running.main, 1, UNWANTED_TIME);
}

/* Puts the old file back; where the old worker has been told to end, or is gone, a new one is made of it. */
static enum apply_status take_back(struct apply *apply, enum apply_status status)
{
    const char *why = apply->why, *more = apply->more;
    struct processes before;
    struct reload_count count;
    struct generation generation;
    struct wanted wanted;
    bool good;

    if (!apply_put_back(apply, &apply->journal))
        return APPLY_DOWN;           /* the journal stays: the next command tries once more */
    if (!apply->journal.old_count) { /* nothing ran: nothing is to be brought back */
        stop_started(apply);
        apply->why = why;
        apply->more = more;
        return apply_give_up(apply, APPLY_DOWN);
    }
    good = never_stopped(apply);
    if (!good && *apply->journal.previous) {
        want_previous(apply, &generation, &wanted);
        status = APPLY_TAKEN_BACK;
        find_workers(apply, apply->running.main->pid, &before);
        count = reload_count(apply);
        good = process_lives(apply->running.main)
                   ? reload(apply) <= RELOAD_ASKED && await_worker(apply, &wanted, &before, &count)
                   : start_anew(apply, &wanted);
    }
    if (good) {
        apply->why = why;
        apply->more = more;
        return apply_give_up(apply, status);
    }
    apply->why = arena_printf(apply->arena, "%s; and the old generation does not come back: %s", why, apply->why);
    return apply_give_up(apply, APPLY_DOWN);
}

/* --- the whole --- */

static bool make_live(struct apply *apply, const struct wanted *wanted, struct processes *before)
{
    struct reload_count count;

    if (!apply->running.main)
        return start_master(apply) && await_start(apply, wanted);
    find_workers(apply, apply->running.main->pid, before);
    count = reload_count(apply);
    return reload(apply) <= RELOAD_ASKED && await_worker(apply, wanted, before, &count);
}

enum apply_status master_perform(struct apply *apply)
{
    struct wanted wanted = {
        .generation = &apply->next, .config = apply->config, .probe = apply->settings.at[APPLY_PROBE]};
    struct processes before = {0};

    if (apply->config)
        admin_sockets_of(&wanted.sockets, apply->config, apply->arena);
    if (!apply_note(apply, STEP_PREPARED))
        return apply_give_up(apply, APPLY_PREFLIGHT);
    if (!apply_settings_make(apply) || !apply_note(apply, STEP_STARTED) || !apply_install(apply))
        return take_back(apply, APPLY_PREFLIGHT);
    if (!make_live(apply, &wanted, &before))
        return take_back(apply, APPLY_KEPT);
    apply_tell(apply, "proven: worker %d", apply->made.pid);
    apply->more = NULL;                  /* what HAProxy said when all went well */
    if (!apply_note(apply, STEP_PROVEN)) /* it is live; going back would be one more reload */
        apply->more = apply->why;
    processes_await(before.at, before.count, apply->wait_ms); /* the master has told them to end */
    return apply_finish(apply, before.at, before.count);
}

/* --- after hacc was ended --- */

/* Whether the generation is live; a reload that is under way may make it so. */
static bool becomes_live(struct apply *apply, const char *generation)
{
    int64_t deadline = clock_ms() + SETTLE_TIME;

    while (strcmp(apply->running.generation, generation) != 0) {
        if (clock_ms() >= deadline || !apply->running.main)
            return false;
        clock_sleep_ms(LOOK_PAUSE);
        if (apply_look(apply) != APPLY_DONE)
            return false;
    }
    return true;
}

enum apply_status master_recover(struct apply *apply, const struct journal *journal, const char **done)
{
    if (journal->step == STEP_PROVEN ||
        (journal->step == STEP_STARTED && strcmp(apply->previous, journal->generation) == 0 &&
         becomes_live(apply, journal->generation))) {
        *done =
            arena_printf(apply->arena, "generation %s is live; its apply is brought to its end", journal->generation);
        return APPLY_DONE;
    }
    *done = arena_printf(apply->arena, "generation %s had not become live; it is taken back", journal->generation);
    return apply_put_back(apply, journal) ? APPLY_DONE : APPLY_DOWN;
}
