#include "hacc/deploy/apply_steps.h"
#include "hacc/host/clock.h"

#include <signal.h>
#include <unistd.h>

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

/* What has begun is ended, in one way or the other: neither Ctrl-C nor the end of the terminal, nor that of who reads
 * what --debug tells, leaves two generations behind. hacc ends soon after; the programs that it runs get all signals.
 */
void apply_hold_signals(void)
{
    static const int held[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof(held) / sizeof(*held); i++)
        sigaddset(&set, held[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

enum apply_status apply_perform(struct apply *apply)
{
    apply_hold_signals();
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
    if (!journal && !apply->why)
        return APPLY_DONE;
    if (!journal)
        return apply_fail(apply, APPLY_DOWN,
                          "%s: what was under way is not known; see to it that '%s' is what it should be and that "
                          "HAProxy runs with it, and remove the journal",
                          apply->why, apply->target);
    apply_hold_signals();
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
        if (!journal_remove(&apply->state, &apply->why) || !apply_read_target(apply))
            status = APPLY_DOWN;
    }
    journal_release(journal);
    return status;
}
