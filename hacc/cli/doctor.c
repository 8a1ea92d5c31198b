/* hacc doctor: whether this machine lets HAProxy start with a configuration, and serve. Nothing is changed. */
#include "hacc/check/preflight.h"
#include "hacc/cli/beside.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
#include "hacc/cli/paths.h"
#include "hacc/deploy/instance.h"
#include "hacc/deploy/state.h"
#include "hacc/write/to_preflight.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Where packages have it. */
#define CONFIGURATION "/etc/haproxy/haproxy.cfg"

/* What an apply may write into a folder, in bytes. */
enum { ROOM = 1 << 20 };

struct doctor {
    struct compilation c;
    struct compile_options options;
    struct preflight_start start;
    struct preflight preflight;
    struct apply_settings settings; /* of options, then of the file */
    struct install file;            /* that HAProxy reads */
    struct state state;
    struct processes all; /* the haproxies of this machine */
    struct instance running;
    bool json, quiet;
};

static const char help[] =
    "usage: hacc doctor [OPTION…] [FILE…]\n"
    "\n"
    "Looks whether this machine lets HAProxy start with the configuration, and serve: what 'haproxy -c' does not see.\n"
    "Nothing is changed. Of a haproxy that runs the sockets are no obstacle: it makes way, or hands them over. FILE:\n"
    "YAML or haproxy.cfg, as for 'hacc build'; without one " CONFIGURATION ".\n"
    "\n"
    "      --haproxy-bin BIN  the haproxy that is to run (default: the one that runs, else 'haproxy')\n"
    "      --pidfile FILE     of the haproxy that runs (default: found as 'hacc apply' finds it)\n"
    "      --nginx FILE       nginx's configuration, to name its files (default: /etc/nginx/nginx.conf)\n"
    "      --no-nginx         look at no configuration of nginx\n"
    "      --format FORMAT    text (the default) or json\n"
    "  -q, --quiet            in text: what is well is only counted\n"
    "      --haproxy X.Y      the version of HAProxy that the configuration is for (default: the file's 'haproxy:' key,\n"
    "                         else BIN's)\n"
    "      --from KIND        what FILE is, whatever its name: yaml or cfg\n"
    "      --allow-outside    let include: and !file leave the folder of the first FILE\n"
    "  -h, --help             print this\n"
    "\n"
    "As root it sees most: what is hidden from another user is 'unknown'. Exit status: 0 no failures, 1 errors in FILE,\n"
    "2 usage, or a file that cannot be read, 4 HAProxy will not start, or another program gets its connections.\n";

static const struct option long_options[] = {INPUT_OPTIONS,
                                             {"haproxy-bin", required_argument, NULL, 'b'},
                                             {"pidfile", required_argument, NULL, 'p'},
                                             {"nginx", required_argument, NULL, 'x'},
                                             {"no-nginx", no_argument, NULL, 'X'},
                                             {"format", required_argument, NULL, 'F'},
                                             {"quiet", no_argument, NULL, 'q'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

static bool take_format(struct doctor *doctor, const char *name)
{
    doctor->json = strcmp(name, "json") == 0;
    if (doctor->json || strcmp(name, "text") == 0)
        return true;
    cli_error("--format takes text or json, not '%s'", name);
    return false;
}

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct doctor *doctor, int argc, char **argv)
{
    int option;

    options_init(&doctor->options);
    while ((option = getopt_long(argc, argv, "qh", long_options, NULL)) >= 0) {
        switch (option) {
        case OPTION_VERSION:
        case OPTION_FROM:
        case OPTION_OUTSIDE:
            if (!options_take(&doctor->options, option, optarg))
                return EXIT_UNREADABLE;
            break;
        case 'b':
            doctor->start.haproxy = optarg;
            break;
        case 'p':
            doctor->settings.at[APPLY_PIDFILE] = optarg;
            break;
        case 'x':
            doctor->start.nginx = optarg;
            break;
        case 'X':
            doctor->start.no_nginx = true;
            break;
        case 'F':
            if (!take_format(doctor, optarg))
                return EXIT_UNREADABLE;
            break;
        case 'q':
            doctor->quiet = true;
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc doctor --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    return optind == argc || options_inputs("doctor", argc, argv) ? -1 : EXIT_UNREADABLE;
}

/* --- the haproxy that runs --- */

/* Gives the program that is to run: the one that runs, where --haproxy-bin names none. */
static const char *find_program(const struct doctor *doctor)
{
    for (uint32_t i = 0; i < doctor->all.count && !doctor->start.haproxy; i++)
        if (doctor->all.at[i].command_count == 1)
            return doctor->all.at[i].command[0];
    return doctor->start.haproxy ? doctor->start.haproxy : "haproxy";
}

/* Finds the haproxy that reads the target, as `hacc apply` does: of a haproxy.cfg that is the file itself. */
static void find_instance(struct doctor *doctor, const char *path)
{
    struct arena *arena = &doctor->c.arena;
    const struct config *config = &doctor->c.config;
    const char *target = doctor->settings.at[APPLY_TARGET], *why;
    struct instance_query query = {.settings = &doctor->settings, .installed = config, .arena = arena};

    if (!target)
        target = config->cfg && !doctor->c.sources.from_stdin ? path_real(path, arena) : CONFIGURATION;
    if (!target || *target != '/')
        target = CONFIGURATION;
    install_init(&doctor->file, target, arena);
    state_init(&doctor->state, doctor->settings.at[APPLY_STATE_DIR], arena);
    query.file = &doctor->file;
    query.run = state_path(&doctor->state, "run");
    instance_find(&doctor->running, &query, &why);
}

/* Sets in whose place HAProxy comes, and which process starts it. Where nothing tells which haproxy it is about, it may
 * be any. */
static void find_place(struct doctor *doctor)
{
    struct preflight_start *start = &doctor->start;
    const struct instance *running = &doctor->running;
    uint32_t *pids = arena_alloc(&doctor->c.arena, doctor->all.count * sizeof(*pids));
    bool has_master = running->main && running->mode != MODE_DAEMON;

    for (uint32_t i = 0; i < doctor->all.count; i++)
        pids[i] = (uint32_t)doctor->all.at[i].pid;
    start->pids = running->main ? running->pids : pids;
    start->pid_count = running->main ? running->pid_count : doctor->all.count;
    start->starter = has_master ? (uint32_t)running->main->pid : 0;
    start->starter_unknown = !has_master && geteuid() != 0;
}

/* --- */

static int examine(struct doctor *doctor, const char *const *paths, uint32_t count)
{
    static const char *const usual[] = {CONFIGURATION};
    struct compilation *c = &doctor->c;
    struct preflight_folder folders[2];
    struct buf out;
    int status;

    paths = count ? paths : usual;
    processes_find_haproxy(&doctor->all, &c->arena);
    doctor->start.haproxy = doctor->options.haproxy = find_program(doctor);
    compile_files(c, paths, count ? count : 1, &doctor->options);
    if (c->diags.errors || c->unreadable)
        return compile_report(c);
    if (c->config.cfg && !c->sources.from_stdin)
        beside_read(c, paths[0]);
    for (int i = 0; i < APPLY_SETTINGS; i++)
        if (!doctor->settings.at[i])
            doctor->settings.at[i] = c->config.apply.at[i];
    find_instance(doctor, paths[0]);
    find_place(doctor);
    folders[0] = (struct preflight_folder){doctor->file.folder, ROOM};
    folders[1] = (struct preflight_folder){doctor->state.dir, ROOM};
    doctor->start.folders = folders;
    doctor->start.folder_count = 2;
    preflight_run(&doctor->preflight, &c->config, &doctor->start);
    buf_init_in(&out, &c->arena);
    if (doctor->json)
        preflight_json(&doctor->preflight, &c->sources, &out);
    else
        preflight_print(&doctor->preflight, &c->sources, !doctor->quiet, cli_color(STDOUT_FILENO), &out);
    status = preflight_fails(&doctor->preflight) ? EXIT_PREFLIGHT : EXIT_SUCCESS;
    return cli_print(out.data, out.len) ? status : EXIT_UNREADABLE;
}

int command_doctor(int argc, char **argv)
{
    static struct doctor doctor; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&doctor, argc, argv);

    if (status >= 0)
        return status;
    compile_init(&doctor.c);
    if (setjmp(doctor.c.oom.env) == 0) {
        status = examine(&doctor, (const char *const *)argv + optind, (uint32_t)(argc - optind));
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    compile_release(&doctor.c);
    return status;
}
