/* hacc doctor: whether this machine lets HAProxy start with a configuration, and serve. Nothing is changed. */
#include "hacc/check/preflight.h"
#include "hacc/cli/beside.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
#include "hacc/host/process.h"
#include "hacc/write/to_preflight.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Where packages have it. */
#define CONFIGURATION "/etc/haproxy/haproxy.cfg"

struct doctor {
    struct compilation c;
    struct compile_options options;
    struct preflight_start start;
    struct preflight preflight;
    const char *pid_file;     /* NULL: the configuration's */
    struct processes running; /* the haproxies of this machine */
    struct pids named;        /* those of the pid file; none: all are taken for the one in question */
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
    "      --pidfile FILE     of the haproxy that runs (default: the configuration's; else every haproxy of this machine\n"
    "                         is taken for it)\n"
    "      --nginx FILE       nginx's configuration, to name its files (default: /etc/nginx/nginx.conf)\n"
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
            doctor->pid_file = optarg;
            break;
        case 'x':
            doctor->start.nginx = optarg;
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

/* Whether the process, or its parent, is one of the pid file's. */
static bool is_named(const struct pids *pids, const struct process *process)
{
    for (uint32_t i = 0; i < pids->count; i++)
        if (pids->at[i] == process->pid || pids->at[i] == process->parent)
            return true;
    return false;
}

/* Gives the process that started another one of the list, a master; NULL: there is none. */
static const struct process *find_master(const struct processes *all, const struct pids *pids)
{
    for (uint32_t i = 0; i < all->count; i++)
        for (uint32_t j = 0; j < all->count; j++)
            if (all->at[j].parent == all->at[i].pid && (!pids->count || is_named(pids, &all->at[i])))
                return &all->at[i];
    return NULL;
}

/* Reads a pid file; what it says counts where a haproxy that lives is named. */
static void read_pid_file(struct doctor *doctor, const char *path)
{
    struct arena *arena = &doctor->c.arena;
    struct process process;
    struct pids pids;

    if (!path || pid_file_read(path, &pids, arena) != PID_FILE_READ)
        return;
    for (uint32_t i = 0; i < pids.count; i++)
        if (process_read(&process, pids.at[i], arena) && process_is_haproxy(&process))
            doctor->named = pids;
}

/* Gives the pid file that the configuration names, or NULL. */
static const char *configured_pid_file(struct doctor *doctor)
{
    const struct directive *line = NULL;

    for (const struct section *section = doctor->c.config.first; section && !line; section = section->next)
        line = section->context == CONTEXT_GLOBAL ? section_find_directive(section, KW_GLOBAL_PIDFILE) : NULL;
    return line && line->arg_count ? arena_strndup(&doctor->c.arena, line->args[0].text, line->args[0].len) : NULL;
}

/* Gives the program that runs, or is to run. */
static const char *find_program(const struct doctor *doctor)
{
    const struct processes *all = &doctor->running;

    for (uint32_t i = 0; i < all->count && !doctor->start.haproxy; i++)
        if (all->at[i].command_count == 1 && (!doctor->named.count || is_named(&doctor->named, &all->at[i])))
            return all->at[i].command[0];
    return doctor->start.haproxy ? doctor->start.haproxy : "haproxy";
}

/* Sets in whose place HAProxy comes, and which process starts it. */
static void find_place(struct doctor *doctor)
{
    struct preflight_start *start = &doctor->start;
    const struct processes *all = &doctor->running;
    const struct process *master = find_master(all, &doctor->named);
    uint32_t *pids = arena_alloc(&doctor->c.arena, all->count * sizeof(*pids));

    for (uint32_t i = 0; i < all->count; i++)
        if (!doctor->named.count || is_named(&doctor->named, &all->at[i]))
            pids[start->pid_count++] = (uint32_t)all->at[i].pid;
    start->pids = pids;
    start->starter = master ? (uint32_t)master->pid : 0;
    start->starter_unknown = !master && geteuid() != 0;
}

/* --- */

static int examine(struct doctor *doctor, const char *const *paths, uint32_t count)
{
    static const char *const usual[] = {CONFIGURATION};
    static const struct preflight_folder folders[] = {{"/etc/haproxy", 1 << 20}, {"/var/lib/hacc", 1 << 20}};
    struct compilation *c = &doctor->c;
    struct buf out;
    int status;

    processes_find_haproxy(&doctor->running, &c->arena);
    read_pid_file(doctor, doctor->pid_file);
    doctor->start.haproxy = doctor->options.haproxy = find_program(doctor);
    compile_files(c, count ? paths : usual, count ? count : 1, &doctor->options);
    if (c->diags.errors || c->unreadable)
        return compile_report(c);
    if (c->config.cfg)
        beside_read(c, count ? paths[0] : usual[0]);
    if (!doctor->pid_file)
        read_pid_file(doctor, configured_pid_file(doctor));
    find_place(doctor);
    doctor->start.folders = folders;
    doctor->start.folder_count = sizeof(folders) / sizeof(*folders);
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
