/* hacc doctor: whether this machine lets HAProxy start with a configuration, and serve. Nothing is changed. */
#include "hacc/check/preflight.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
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
    const char *pid_file; /* NULL: the configuration's, else the usual one */
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

static int examine(struct doctor *doctor, const char *const *paths, uint32_t count)
{
    static const char *const usual[] = {CONFIGURATION};
    struct compilation *c = &doctor->c;
    struct preflight_folder folders[] = {{"/etc/haproxy", 1 << 20}};
    struct buf out;
    int status;

    compile_files(c, count ? paths : usual, count ? count : 1, &doctor->options);
    if (c->diags.errors || c->unreadable)
        return compile_report(c);
    doctor->start.folders = folders;
    doctor->start.folder_count = 1;
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
    if (doctor.start.haproxy)
        doctor.options.haproxy = doctor.start.haproxy;
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
