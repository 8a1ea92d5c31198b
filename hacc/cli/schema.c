/* hacc schema: the JSON Schema of hacc's YAML, for editors. */
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
#include "hacc/read/intent_forms.h"
#include "hacc/write/files.h"
#include "hacc/write/to_schema.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

struct schema_run {
    struct oom oom;
    struct arena arena;
    struct buf out;
    int version;
};

static const char help[] =
    "usage: hacc schema [OPTION…]\n"
    "\n"
    "Prints the JSON Schema (draft 7) of the YAML for a version of HAProxy. An editor's YAML language server completes,\n"
    "explains and checks with it; a file says where it is in its first line:\n"
    "\n"
    "  # yaml-language-server: $schema=PATH\n"
    "\n"
    "      --haproxy X.Y      the version of HAProxy: 2.2, 2.4, 2.6, 2.8, 3.0, 3.2 (default: the newest)\n"
    "  -h, --help             print this\n"
    "\n"
    "Exit status: 0 done, 2 usage, or a standard output that cannot be written.\n";

static const struct option long_options[] = {
    {"haproxy", required_argument, NULL, 'v'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct schema_run *run, int argc, char **argv)
{
    int option;

    run->version = HAP_NEWEST;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        switch (option) {
        case 'v':
            if (!options_version(optarg, &run->version))
                return EXIT_UNREADABLE;
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc schema --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    if (optind == argc)
        return -1;
    cli_error("schema reads no file ('hacc schema --help' tells more)");
    return EXIT_UNREADABLE;
}

int command_schema(int argc, char **argv)
{
    static struct schema_run run; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&run, argc, argv);

    if (status >= 0)
        return status;
    status = EXIT_SUCCESS;
    arena_init(&run.arena, &run.oom);
    buf_init(&run.out, &run.oom);
    if (setjmp(run.oom.env) != 0) {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    } else {
        to_schema((enum hap_version)run.version, intent_forms, &run.arena, &run.out);
        if (!cli_print(run.out.data, run.out.len))
            status = EXIT_UNREADABLE;
    }
    buf_release(&run.out);
    arena_release(&run.arena);
    return status;
}
