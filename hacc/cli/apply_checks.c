/* What is asked before anything is touched: haproxy, and the machine. */
#include "hacc/cli/apply_run.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/verdict.h"
#include "hacc/host/clock.h"
#include "hacc/read/intent.h"
#include "hacc/write/files.h"
#include "hacc/write/to_preflight.h"

#include <unistd.h>

/* haproxy's own verdict, at the lines of the input. */
int apply_validate(struct apply_run *run)
{
    const struct haproxy_program *program = &run->apply.running.program;
    struct generation *next = &run->apply.next;
    int64_t begin = clock_ms();
    const char *why = NULL;
    int status;

    if (!haproxy_verdict(program, &next->text, &next->map, &run->c.diags, &why)) {
        cli_error("%s", why);
        return APPLY_UNREADABLE;
    }
    run->apply.check_ms = (int)(clock_ms() - begin);
    apply_tell(&run->apply, "checked by '%s'", program->words[program->count - 1]);
    status = compile_report(&run->c);
    return status == EXIT_FINDINGS ? APPLY_REFUSED : status;
}

/* The next apply will need what this one makes. */
static void check_next_takeover(struct apply_run *run)
{
    static const struct span nowhere;
    struct admin_sockets sockets;

    admin_sockets_of(&sockets, &run->c.config, run->apply.arena);
    if (run->apply.running.mode == MODE_DAEMON && (!sockets.count || !sockets.at[0].hands_over))
        preflight_add(&run->preflight, PREFLIGHT_TAKEOVER, PREFLIGHT_WARNING, nowhere,
                      "give it 'stats socket PATH level admin expose-fd listeners'",
                      "the next apply cannot take over the sockets of what this one starts");
}

/* In daemon mode the new process needs the old one's sockets. */
static void check_takeover(struct apply_run *run)
{
    const struct instance *running = &run->apply.running;
    enum preflight_state state =
        apply_setting_is(&run->apply, APPLY_LOSSY, "true") ? PREFLIGHT_WARNING : PREFLIGHT_FAILURE;
    static const struct span nowhere;

    if (!running->main || running->mode != MODE_DAEMON || (running->socket && running->hands_over))
        return;
    if (!running->socket)
        preflight_add(&run->preflight, PREFLIGHT_TAKEOVER, state, nowhere,
                      "give it 'stats socket PATH level admin expose-fd listeners', or lose connections: --lossy",
                      "the running haproxy (process %d) answers no admin socket", running->main->pid);
    else
        preflight_add(&run->preflight, PREFLIGHT_TAKEOVER, state, nowhere,
                      "restart it once with 'stats socket PATH level admin expose-fd listeners', or lose connections: "
                      "--lossy",
                      "the running haproxy (process %d) does not hand its sockets over: '%s' is no UNIX socket with "
                      "'expose-fd listeners'",
                      running->main->pid, running->socket);
}

/* A process that is told to end closes idle connections of keep-alive clients, some of which are sending a request just
 * then; with the option it waits until each has been told. */
static void check_keepalive(struct apply_run *run)
{
    struct config *config = &run->c.config;
    const struct section *first = NULL;
    unsigned count = 0;

    if (!run->apply.running.main || config->lang.version < HAP_2_6)
        return;
    for (const struct section *section = config->first; section; section = section->next) {
        const struct directive *option;

        if (!(section_sides(section) & SIDE_FRONTEND) || proxy_is_off(section) || !section_speaks_http(config, section))
            continue;
        option = section_effective(config, section, KW_DEFAULTS_OPTION_IDLE_CLOSE_ON_RESPONSE);
        if (option && option->form == FORM_PLAIN)
            continue;
        first = first ? first : section;
        count++;
    }
    if (first)
        preflight_add(&run->preflight, PREFLIGHT_TAKEOVER, PREFLIGHT_WARNING, first->at,
                      "give it 'option idle-close-on-response'",
                      "of keep-alive clients of '%.*s'%s a reload may cut some in the middle of a request",
                      (int)first->name_len, first->name, count > 1 ? " and others" : "");
}

int apply_preflight(struct apply_run *run)
{
    const struct apply *apply = &run->apply;
    struct preflight_folder folders[] = {{apply->file.folder, 2 * apply->next.text.len + 65536},
                                         {apply->state.dir, 2 * apply->next.text.len + 65536}};
    struct preflight_start start = {
        .haproxy = apply->running.bin,
        .starter = apply->running.main && apply->running.mode != MODE_DAEMON ? (uint32_t)apply->running.main->pid : 0,
        .pids = apply->running.pids,
        .pid_count = apply->running.pid_count,
        .sets_sysctls = apply->by_sysctl,
        .folders = folders,
        .folder_count = 2};
    struct buf out;

    if (apply->config) {
        preflight_run(&run->preflight, &run->c.config, &start);
        check_takeover(run);
        check_next_takeover(run);
        check_keepalive(run);
    }
    buf_init_in(&out, &run->c.arena);
    preflight_print(&run->preflight, &run->c.sources, false, cli_color(STDERR_FILENO), &out);
    if (preflight_fails(&run->preflight) || run->preflight.states[PREFLIGHT_WARNING])
        write_all(STDERR_FILENO, out.data, out.len);
    apply_tell(apply, "preflight: %u failures", run->preflight.states[PREFLIGHT_FAILURE]);
    return preflight_fails(&run->preflight) ? APPLY_PREFLIGHT : APPLY_DONE;
}
