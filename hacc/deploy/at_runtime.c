/* A generation made live without a reload: the running HAProxy is told what changes, and then the file is written. */
#include "hacc/deploy/apply_steps.h"
#include "hacc/deploy/runtime.h"

/* Finds the processes to drive and the ways to them. */
static bool open_runtime(struct apply *apply, struct runtime *runtime)
{
    const struct instance *running = &apply->running;
    uint32_t count = running->worker == running->main ? running->served_count : 1;
    uint32_t *pids = arena_alloc(apply->arena, (count + 1) * sizeof(*pids));
    const char **addresses = arena_alloc(apply->arena, (running->sockets.count + 1) * sizeof(*addresses));
    struct runtime_query query = {.addresses = addresses,
                                  .address_count = running->sockets.count,
                                  .master = running->master_socket,
                                  .pids = pids,
                                  .pid_count = count};

    for (uint32_t i = 0; i < count; i++)
        pids[i] = (uint32_t)(count > 1 ? running->served[i].pid : running->worker->pid);
    for (uint32_t i = 0; i < running->sockets.count; i++)
        addresses[i] = running->sockets.at[i].address;
    if (!runtime_open(runtime, &query, apply->arena))
        return false;
    runtime->wait_ms = apply->wait_ms;
    return true;
}

/* Nothing is left of the attempt but, where it has begun, what HAProxy was told. */
static bool leave(struct apply *apply, const char *why)
{
    const char *more = NULL;

    apply_tell(apply, "not at run time: %s", why ? why : "no way");
    apply->why = why;
    if (*apply->journal.generation)
        apply_put_back(apply, &apply->journal);
    install_settle(&apply->file);
    journal_remove(&apply->state, &more);
    return false;
}

/* The settings and the file; the comparison is the last word. */
static bool write_down(struct apply *apply, struct runtime *runtime)
{
    if (!apply_settings_make(apply) || !apply_install(apply))
        return false;
    if (runtime_compare(runtime, &runtime->new))
        return true;
    apply->why = runtime->why;
    return false;
}

bool apply_at_runtime(struct apply *apply, const struct changes *changes, const struct config *old,
                      enum apply_status *status)
{
    struct runtime *runtime = arena_zalloc(apply->arena, sizeof(*runtime));
    enum runtime_result result;

    apply->why = NULL;
    apply->journal = (struct journal){.generation = ""};
    if (!open_runtime(apply, runtime) || !runtime_plan(runtime, changes, old, apply->config)) {
        apply_tell(apply, "not at run time: %s", runtime->why);
        apply->why = runtime->why;
        return false;
    }
    if (!apply_stage(apply, true) || !apply_note(apply, STEP_STARTED))
        return leave(apply, apply->why);
    apply->told = runtime;
    result = runtime_perform(runtime);
    apply_tell(apply, "told the running haproxy %u changes", runtime->sent);
    if (result != RUNTIME_DONE)
        return leave(apply, runtime->why);
    if (!write_down(apply, runtime))
        return leave(apply, apply->why);
    apply_note(apply, STEP_PROVEN);
    apply->way = WAY_RUNTIME;
    apply->made = *apply->running.worker;
    apply->why = NULL;
    *status = apply_finish(apply, NULL, 0);
    return true;
}

void apply_untell(struct apply *apply)
{
    if (apply->told && !runtime_take_back(apply->told))
        apply->more = "servers of the running haproxy are not all as they were: see 'hacc status'";
    apply->told = NULL;
}

const char *apply_drift(struct apply *apply, const struct config *live)
{
    struct runtime *runtime = arena_zalloc(apply->arena, sizeof(*runtime));

    if (!apply->running.worker || !open_runtime(apply, runtime) ||
        !runtime_plan(runtime, changes_find(live, live, apply->arena), live, live) ||
        runtime_compare(runtime, &runtime->new))
        return NULL;
    return runtime->why;
}
