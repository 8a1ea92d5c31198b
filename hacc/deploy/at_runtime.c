/* A generation made live without a reload: the running HAProxy is told what changes, and then the file is written. */
#include "hacc/deploy/apply_steps.h"
#include "hacc/deploy/runtime_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Finds the processes to drive and the ways to them. */
static bool open_runtime(const struct apply *apply, struct runtime *runtime)
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

/* --- files that HAProxy has read --- */

/* Its time is when HAProxy last got those that had changed. */
static const char *files_mark(const struct apply *apply)
{
    return state_path(&apply->state, "files");
}

/* Notes that HAProxy has what the files said at a time. Where that cannot be noted they are compared once more by the
 * next apply, and no harm is done. */
static void note_files(const struct apply *apply, time_t when)
{
    const struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};
    int fd = open(files_mark(apply), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return;
    if (futimens(fd, times) < 0)
        apply_tell(apply, "the time of the files is not noted");
    close(fd);
}

/* Finds files that have changed since HAProxy read or got them. */
static bool find_files(struct runtime_files *files, struct runtime *runtime, const struct apply *apply)
{
    struct stat mark;

    runtime->since =
        (int64_t)time(NULL) - (int64_t)apply->running.worker->age - 2; /* it may have read while it started */
    if (stat(files_mark(apply), &mark) == 0 && mark.st_mtim.tv_sec > runtime->since)
        runtime->since = mark.st_mtim.tv_sec;
    return runtime_files_find(files, runtime);
}

bool apply_has_new_files(const struct apply *apply)
{
    struct runtime_files files;
    struct runtime runtime;

    return apply->running.worker && open_runtime(apply, &runtime) && find_files(&files, &runtime, apply) &&
           files.count > 0;
}

/* --- the steps --- */

enum apply_status apply_untell(struct apply *apply, enum apply_status status)
{
    const char *why = apply->why;

    if (!apply->told || runtime_take_back(apply->told))
        return status;
    return apply_fail(apply, APPLY_DOWN, "%s; and the running haproxy does not take it back: %s",
                      why ? why : "it did not work", apply->told->why ? apply->told->why : "it does not say why");
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
    struct runtime_files files;
    time_t begun = time(NULL);

    apply->why = NULL;
    apply->journal = (struct journal){.generation = ""};
    if (!open_runtime(apply, runtime) || !runtime_plan(runtime, changes, old, apply->config) ||
        !find_files(&files, runtime, apply)) {
        apply_tell(apply, "not at run time: %s", runtime->why);
        apply->why = runtime->why;
        return false;
    }
    apply_hold_signals();
    if (!apply_stage(apply, true) || !apply_note(apply, STEP_STARTED))
        return leave(apply, apply->why);
    apply->told = runtime;
    if (runtime_perform(runtime) != RUNTIME_DONE || !runtime_files_perform(runtime, &files))
        return leave(apply, runtime->why);
    apply_tell(apply, "told the running haproxy %u changes", runtime->sent);
    if (!write_down(apply, runtime))
        return leave(apply, apply->why);
    apply_note(apply, STEP_PROVEN);
    apply->way = WAY_RUNTIME;
    apply->made = *apply->running.worker;
    apply->why = NULL;
    if (files.count)
        note_files(apply, begun);
    *status = apply_finish(apply, NULL, 0);
    return true;
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
