#include "hacc/deploy/reload.h"

#include "hacc/deploy/apply_steps.h"
#include "hacc/host/admin_show.h"
#include "hacc/host/clock.h"
#include "hacc/host/haproxy.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

/* For a reload that is under way, and for the answer to ours: a worker that reads a large file takes its time. In
 * milliseconds. */
enum { BUSY_TIME = 15000, BUSY_PAUSE = 250, RELOAD_TIME = HAPROXY_TIME_LIMIT };

/* Asks the master's socket. Gives false where it is not there, or does not answer. */
static bool ask_master(const struct apply *apply, const char *command, int limit_ms, struct admin_answer *answer)
{
    const char *address = apply->running.master_socket;
    struct endpoint endpoint = {0};

    if (!address || !admin_address(&endpoint, address, (uint32_t)strlen(address)))
        return false;
    *answer = admin_ask(&endpoint, command, limit_ms, apply->arena);
    return answer->failure == ADMIN_ANSWERED;
}

struct reload_count reload_count(const struct apply *apply)
{
    struct reload_count count = {0};
    struct admin_processes processes;
    struct admin_answer answer = {.failure = ADMIN_BAD_ADDRESS};

    if (!ask_master(apply, "show proc", ADMIN_TIME_LIMIT, &answer) ||
        !admin_read_processes(&answer, &processes, apply->arena))
        return count;
    return (struct reload_count){processes.says_failed, processes.reloads, processes.failed};
}

/* The master's socket. A master that is too old to answer breaks the connection off, and reloads. */
static enum reload_result by_socket(struct apply *apply)
{
    int64_t deadline = clock_ms() + BUSY_TIME;
    struct admin_answer answer = {.failure = ADMIN_BAD_ADDRESS};
    const char *log = NULL;

    for (;;) {
        ask_master(apply, "reload", RELOAD_TIME, &answer);
        if (answer.failure != ADMIN_ANSWERED && answer.failure != ADMIN_INTERRUPTED)
            return RELOAD_UNASKED;
        switch (admin_read_reload(&answer, &log)) {
        case RELOAD_SUCCESS:
            return RELOAD_TAKEN;
        case RELOAD_FAILURE:
            apply->why = "the master does not take the new file";
            apply->more = log;
            return RELOAD_REFUSED;
        case RELOAD_UNSAID:
            return RELOAD_ASKED;
        case RELOAD_BUSY:
            break;
        }
        if (clock_ms() >= deadline) {
            apply->why = arena_printf(apply->arena, "another reload of the master is under way, for more than %d s",
                                      BUSY_TIME / 1000);
            return RELOAD_UNASKED;
        }
        clock_sleep_ms(BUSY_PAUSE);
    }
}

static enum reload_result by_signal(struct apply *apply)
{
    if (process_signal(apply->running.main, SIGUSR2) == 0)
        return RELOAD_ASKED;
    apply->why = arena_printf(apply->arena, "cannot signal the master, process %d: %s", apply->running.main->pid,
                              strerror(errno));
    return RELOAD_UNASKED;
}

/* That the unit's reload ends well proves nothing; that it does not is told. */
static enum reload_result by_systemd(struct apply *apply)
{
    const char *verb = apply->running.main ? "reload" : "restart";
    const char *argv[] = {"systemctl", verb, apply->running.unit, NULL};
    struct buf out;
    int status;

    buf_init_in(&out, apply->arena);
    status = haproxy_run(argv, -1, RELOAD_TIME, &out);
    apply->more = out.len ? buf_text(&out) : NULL;
    if (status == 0)
        return RELOAD_ASKED;
    apply->why = status < 0 ? arena_printf(apply->arena, "cannot run systemctl: %s", strerror(errno))
                            : arena_printf(apply->arena, "'systemctl %s %s' ends with status %d", verb,
                                           apply->running.unit, status);
    return status < 0 ? RELOAD_UNASKED : RELOAD_REFUSED;
}

enum reload_result reload(struct apply *apply)
{
    enum reload_result result;

    if (apply->running.mode == MODE_SYSTEMD)
        return by_systemd(apply);
    if (!apply->running.master_socket)
        return by_signal(apply);
    apply->why = NULL;
    result = by_socket(apply);
    return result == RELOAD_UNASKED && !apply->why ? by_signal(apply) : result;
}
