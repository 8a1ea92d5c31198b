#include "hacc/cli/apply_run.h"

#include "hacc/cli/cli.h"
#include "hacc/cli/verdict.h"
#include "hacc/host/clock.h"
#include "hacc/read/intent.h"
#include "hacc/write/files.h"
#include "hacc/write/to_changes.h"
#include "hacc/write/to_preflight.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char apply_options_help[] =
    "      --mode MODE        how HAProxy is run: daemon, master, systemd, or auto (the default): as what runs shows\n"
    "      --reload WHEN      auto (the default): no reload where the Runtime API can do it; always; never\n"
    "      --haproxy-bin BIN  the haproxy to check with and to start (default: the one that runs, else 'haproxy')\n"
    "      --pidfile FILE     its pid file\n"
    "      --socket ADDRESS   its admin socket (default: that of its configuration)\n"
    "      --master-socket ADDRESS\n"
    "                         the socket of its master (default: that of its command line)\n"
    "      --unit NAME        its unit of systemd (default: haproxy.service)\n"
    "      --target FILE      the file that it reads (default: /etc/haproxy/haproxy.cfg)\n"
    "      --sysctl-target FILE\n"
    "                         where settings of the kernel are written (default: /etc/sysctl.d/90-hacc.conf)\n"
    "      --no-sysctl        leave settings of the kernel as they are\n"
    "      --state-dir DIR    lock, journal and history (default: /var/lib/hacc)\n"
    "      --probe URL        the new process has to answer it with 2xx or 3xx\n"
    "      --wait TIME        how long old processes may take to end (default: 10s); then they are left to themselves\n"
    "      --lossy            reload although connections may be lost: the running HAProxy cannot hand over its sockets\n"
    "  -n, --dry-run          check and look, say what would be done, and do nothing\n"
    "  -y, --yes              do not ask on a terminal\n"
    "      --debug            tell each step\n";

bool apply_option(struct apply_run *run, int option, const char *value)
{
    enum apply_setting setting = (enum apply_setting)(option - APPLY_OPTION);

    switch (option) {
    case APPLY_DRY_RUN:
        run->dry_run = run->apply.dry_run = true;
        return true;
    case APPLY_YES:
        run->yes = true;
        return true;
    case APPLY_DEBUG:
        run->apply.debug = true;
        return true;
    case APPLY_NO_SYSCTL:
        run->apply.settings.at[APPLY_SYSCTL] = "false";
        return true;
    case APPLY_LOSSY_FLAG:
        run->apply.settings.at[APPLY_LOSSY] = "true";
        return true;
    default:
        break;
    }
    if (option < APPLY_OPTION || setting >= APPLY_SETTINGS)
        return false;
    run->apply.settings.at[setting] = value;
    if (apply_setting_takes(setting, value, strlen(value)))
        return true;
    cli_error("--%s takes %s, not '%s'", apply_forms[setting].name,
              *apply_forms[setting].words == '*' ? "a text" : apply_forms[setting].words, value);
    return false;
}

void apply_run_init(struct apply_run *run)
{
    compile_init(&run->c);
    compile_init(&run->installed);
    run->installed.arena.oom = &run->c.oom;
    run->apply.arena = &run->c.arena;
    run->apply.state.lock = -1;
}

void apply_run_end(struct apply_run *run)
{
    apply_end(&run->apply);
    compile_release(&run->installed);
    compile_release(&run->c);
}

/* --- what is said --- */

static void say_more(const char *more)
{
    while (more && *more) {
        size_t len = strcspn(more, "\n");
        struct buf line;

        buf_init(&line, NULL);
        diag_visible(&line, more, len);
        if (len)
            fprintf(stderr, "  | %s\n", buf_text(&line));
        buf_release(&line);
        more += len + (more[len] == '\n');
    }
}

/* What each status asks of the reader is in docs/apply.md. */
static int say_fault(struct apply_run *run, enum apply_status status)
{
    cli_error("%s", run->apply.why ? run->apply.why : "it did not work");
    say_more(run->apply.more);
    if (status == APPLY_KEPT || status == APPLY_TAKEN_BACK)
        cli_error("generation %s is taken back; '%s' and the process that serves are as they were",
                  run->apply.next.name, run->apply.target);
    if (status == APPLY_DOWN)
        cli_error("it is not certain what is live: look at it ('hacc status'), and run hacc apply again");
    return (int)status;
}

static int say_done(struct apply_run *run, enum apply_status status)
{
    struct apply *apply = &run->apply;
    long long took = clock_ms() - apply->begun_ms;
    struct buf line;

    buf_init_in(&line, apply->arena);
    buf_printf(&line, "generation %s is live", apply->next.name);
    if (apply->made.pid)
        buf_printf(&line, ", served by process %d", apply->made.pid);
    if (apply->way == WAY_RUNTIME)
        buf_puts(&line, " without a reload");
    buf_printf(&line, " (%lld.%01lld s)\n", took / 1000, took % 1000 / 100);
    if (!cli_print(line.data, line.len))
        return EXIT_UNREADABLE;
    if (apply->why && status == APPLY_LINGERING)
        cli_error("%s", apply->why);
    if (apply->more)
        say_more(apply->more);
    return (int)status;
}

/* --- the beginning --- */

void apply_run_compile(struct apply_run *run, struct compilation *c, const struct buf *text)
{
    struct compile_options options = {.version = (int)run->c.config.lang.version, .fallback = -1};
    size_t len;
    const char *body = generation_body(text->data, text->len, &len);

    compile_text(c, run->apply.target, arena_strndup(run->apply.arena, body, len), INPUT_CFG, &options);
}

static void compile_installed(struct apply_run *run, const struct buf *text)
{
    compile_release(&run->installed);
    compile_init(&run->installed);
    run->installed.arena.oom = &run->c.oom;
    apply_run_compile(run, &run->installed, text);
}

static void read_installed(struct apply_run *run)
{
    struct buf text;
    const char *why;

    buf_init_in(&text, &run->c.arena);
    run->apply.installed = NULL;
    if (!install_read(run->apply.target, &text, &why))
        return;
    compile_installed(run, &text);
    if (!run->installed.unreadable)
        run->apply.installed = &run->installed.config;
}

const struct config *apply_run_live(struct apply_run *run)
{
    const struct apply *apply = &run->apply;
    const char *live = apply_live(apply), *why;
    struct buf text;

    if (!*live)
        return NULL;
    if (apply->edited || strcmp(live, apply->previous) != 0) {
        buf_init_in(&text, &run->c.arena);
        if (!generation_read(&apply->state, live, &text, &why))
            return NULL;
        compile_installed(run, &text);
    }
    return run->installed.diags.errors || !compile_understood(&run->installed) ? NULL : &run->installed.config;
}

static void find_changes(struct apply_run *run)
{
    const struct config *live = run->apply.config ? apply_run_live(run) : NULL;

    if (live)
        run->changes = changes_find(live, &run->c.config, &run->c.arena);
}

static void print_changes(const struct apply_run *run, int fd)
{
    struct changes_report report = {run->changes, &run->installed.config, &run->c.config, cli_color(fd)};
    struct buf out;

    if (!run->changes)
        return;
    buf_init_in(&out, run->apply.arena);
    changes_text.print(&report, &out);
    write_all(fd, out.data, out.len);
}

void apply_run_remember(struct apply_run *run)
{
    struct apply_settings *settings = &run->apply.settings;
    struct history *history;
    struct state state;
    const char *why;

    state_init(&state, settings->at[APPLY_STATE_DIR], run->apply.arena);
    history = history_read(&state, &why);
    if (!history)
        return;
    for (unsigned i = 0; i < history->setting_count; i++) {
        const struct setting_record *record = &history->settings[i];
        enum apply_setting setting = apply_setting_find(record->name, strlen(record->name));

        if (setting != APPLY_SETTINGS && !settings->at[setting])
            settings->at[setting] = arena_strndup(run->apply.arena, record->value, strlen(record->value));
    }
    if (!settings->at[APPLY_TARGET] && history->target)
        settings->at[APPLY_TARGET] = arena_strndup(run->apply.arena, history->target, strlen(history->target));
    history_release(history);
}

int apply_run_begin(struct apply_run *run)
{
    const char *done = NULL;
    enum apply_status status = apply_begin(&run->apply);

    if (status == APPLY_DONE) {
        read_installed(run);
        status = apply_look(&run->apply);
    }
    if (status == APPLY_DONE && !run->dry_run)
        status = apply_recover(&run->apply, &done);
    if (done) {
        cli_error("an apply before this one was cut off: %s", done);
        read_installed(run);
        status = status == APPLY_DONE ? apply_look(&run->apply) : status;
    }
    return status == APPLY_DONE ? EXIT_SUCCESS : say_fault(run, status);
}

/* --- the checks --- */

static bool is_setting(const struct apply *apply, enum apply_setting setting, const char *value)
{
    return apply->settings.at[setting] && strcmp(apply->settings.at[setting], value) == 0;
}

/* haproxy's own verdict, at the lines of the input. */
static int validate(struct apply_run *run)
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
    enum preflight_state state = is_setting(&run->apply, APPLY_LOSSY, "true") ? PREFLIGHT_WARNING : PREFLIGHT_FAILURE;
    static const struct span nowhere;

    if (!running->main || running->mode != MODE_DAEMON || (running->socket && running->hands_over))
        return;
    if (!running->socket)
        preflight_add(&run->preflight, PREFLIGHT_TAKEOVER, state, nowhere,
                      "give it 'stats socket PATH level admin expose-fd listeners', or lose connections: --lossy",
                      "the running haproxy (process %d) answers no admin socket", running->main->pid);
    else
        preflight_add(&run->preflight, PREFLIGHT_TAKEOVER, state, nowhere,
                      "restart it once with 'expose-fd listeners' on the line, or lose connections: --lossy",
                      "the running haproxy (process %d) does not hand its sockets over: '%s' lacks 'expose-fd "
                      "listeners'",
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

static int preflight(struct apply_run *run)
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

/* --- the whole --- */

static bool is_current(const struct apply *apply)
{
    return !is_setting(apply, APPLY_RELOAD, "always") && !apply->edited && !apply->unsure && apply->next.named &&
           strcmp(apply->previous, apply->next.name) == 0 && strcmp(apply_live(apply), apply->next.name) == 0 &&
           apply_is_set(apply);
}

/* Whether the Runtime API has done it all. What runs must be known for certain. */
static bool without_reload(struct apply_run *run, enum apply_status *status)
{
    struct apply *apply = &run->apply;

    apply->why = NULL;
    if (!run->changes || apply->unsure || !apply->running.worker || is_setting(apply, APPLY_RELOAD, "always"))
        return false;
    if (!run->changes->reloads)
        return apply_at_runtime(apply, run->changes, &run->installed.config, status);
    for (const struct change *change = run->changes->first; change && !apply->why; change = change->next)
        if (change->way == CHANGE_RELOAD)
            apply->why = change->why;
    return false;
}

/* On a terminal only. */
static bool is_agreed(const struct apply_run *run)
{
    char answer[16];

    if (run->yes || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
        return true;
    print_changes(run, STDERR_FILENO);
    fprintf(stderr, "make generation %s live? [y/N] ", run->apply.next.name);
    return fgets(answer, sizeof(answer), stdin) && (*answer == 'y' || *answer == 'Y');
}

int apply_run_perform(struct apply_run *run)
{
    struct apply *apply = &run->apply;
    enum apply_status status;
    int checked = validate(run);

    if (checked == EXIT_SUCCESS && is_current(apply)) {
        printf("generation %s is live already: there is nothing to do\n", apply->next.name);
        return EXIT_SUCCESS;
    }
    if (checked == EXIT_SUCCESS)
        checked = preflight(run);
    if (checked != EXIT_SUCCESS)
        return checked;
    find_changes(run);
    if (run->dry_run) {
        print_changes(run, STDOUT_FILENO);
        printf("generation %s would be made live\n", apply->next.name);
        return EXIT_SUCCESS;
    }
    if (!is_agreed(run))
        return EXIT_SUCCESS;
    if (!without_reload(run, &status)) {
        if (is_setting(apply, APPLY_RELOAD, "never")) {
            cli_error("it needs a reload%s%s", apply->why ? ": " : "", apply->why ? apply->why : "");
            return APPLY_KEPT;
        }
        apply->why = NULL;
        status = apply_perform(apply);
    }
    return status == APPLY_DONE || status == APPLY_LINGERING ? say_done(run, status) : say_fault(run, status);
}
