#include "hacc/deploy/status.h"

#include "hacc/host/process.h"

static bool is_among(const struct process *processes, uint32_t count, pid_t pid)
{
    for (uint32_t i = 0; i < count; i++)
        if (processes[i].pid == pid)
            return true;
    return false;
}

static enum status_role role_of(const struct instance *running, const struct process *process,
                                const struct sockets *sockets, struct arena *arena)
{
    if (is_among(running->strays, running->stray_count, process->pid))
        return ROLE_STRAY;
    if (running->main && running->worker != running->main && process->pid == running->main->pid)
        return ROLE_MASTER;
    if (running->worker && process->pid == running->worker->pid)
        return ROLE_SERVES;
    return process_listens(process, sockets, arena) ? ROLE_SERVES : ROLE_ENDING;
}

static void list_processes(struct status *status, const struct apply *apply)
{
    const struct instance *running = &apply->running;
    struct sockets sockets;

    sockets_read(&sockets, apply->arena);
    status->at = arena_alloc(apply->arena, (running->pid_count + 1) * sizeof(*status->at));
    for (uint32_t i = 0; i < running->pid_count; i++) {
        struct process process;

        if (process_read(&process, (pid_t)running->pids[i], apply->arena))
            status->at[status->count++] =
                (struct status_process){process.pid, role_of(running, &process, &sockets, apply->arena), process.age};
    }
}

static enum apply_status exit_of(const struct status *status, const struct apply *apply)
{
    bool same = strcmp(status->live, apply->previous) == 0;

    if (!apply->running.main)
        return APPLY_DOWN;
    if (!same || apply->edited || status->runtime || status->unfinished)
        return APPLY_FINDINGS;
    for (uint32_t i = 0; i < status->count; i++)
        if (status->at[i].role == ROLE_ENDING || status->at[i].role == ROLE_STRAY)
            return APPLY_LINGERING;
    return APPLY_DONE;
}

bool status_find(struct status *status, struct apply *apply, const struct config *live)
{
    struct journal *journal;

    *status = (struct status){.live = apply_live(apply)};
    status->history = history_read(&apply->state, &apply->why);
    if (!status->history)
        return false;
    if (status->history->count)
        status->last = &status->history->at[status->history->count - 1];
    journal = journal_read(&apply->state, &apply->why);
    status->unfinished = journal || apply->why;
    journal_release(journal);
    list_processes(status, apply);
    if (live)
        status->runtime = apply_drift(apply, live);
    status->exit = exit_of(status, apply);
    return true;
}

void status_release(struct status *status)
{
    history_release(status->history);
    status->history = NULL;
}

const char *status_role_name(enum status_role role)
{
    static const char *const names[] = {"master", "serves", "ending", "stray"};

    return names[role];
}
