/* hacc import: haproxy.cfg in, YAML out. */
#include "hacc/cli/cli.h"
#include "hacc/cli/compile.h"
#include "hacc/cli/import_intents.h"
#include "hacc/cli/options.h"
#include "hacc/write/files.h"
#include "hacc/write/to_yaml.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct import {
    struct compilation c;
    struct compile_options options;
    const char *path; /* -o; NULL: standard output */
    bool lines_alone; /* --no-intents */
    struct buf out;
};

static const char help[] =
    "usage: hacc import [OPTION…] FILE…\n"
    "\n"
    "Turns a haproxy.cfg into YAML that hacc build turns back into the same words, comments included. Files and folders\n"
    "are taken as by haproxy's own -f. Findings go to standard error; on any error nothing is written.\n"
    "\n"
    "  -o, --output FILE      write FILE; without it the YAML goes to standard output\n"
    "      --haproxy X.Y      the version of HAProxy that FILE is for: 2.2, 2.4, 2.6, 2.8, 3.0, 3.2 (default: that of the\n"
    "                         installed haproxy, else the newest); the YAML says it too\n"
    "      --from cfg         what FILE is, whatever its name; it is the only kind that can be imported\n"
    "      --no-intents       write all lines as they are, and none of them as an intent under hacc:\n"
    "  -h, --help             print this\n"
    "\n"
    "FILE may be - for standard input. Exit status: 0 done, 1 errors in the input, 2 usage, or a file that cannot be\n"
    "read or written.\n";

static const struct option long_options[] = {{"output", required_argument, NULL, 'o'},
                                             {"haproxy", required_argument, NULL, OPTION_VERSION},
                                             {"from", required_argument, NULL, OPTION_FROM},
                                             {"no-intents", no_argument, NULL, 'n'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct import *import, int argc, char **argv)
{
    int option;

    options_init(&import->options);
    while ((option = getopt_long(argc, argv, "o:h", long_options, NULL)) >= 0) {
        switch (option) {
        case 'o':
            import->path = optarg;
            break;
        case OPTION_VERSION:
        case OPTION_FROM:
            if (!options_take(&import->options, option, optarg))
                return EXIT_UNREADABLE;
            break;
        case 'n':
            import->lines_alone = true;
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc import --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    if (!options_inputs("import", argc, argv))
        return EXIT_UNREADABLE;
    if (import->options.from == INPUT_YAML)
        cli_error("import reads a haproxy.cfg: --from takes cfg, not yaml");
    else if (import->path && !*import->path)
        cli_error("-o needs the name of a file");
    else
        return -1;
    return EXIT_UNREADABLE;
}

static int write_result(struct import *import)
{
    struct output file = {.text = import->out.data, .len = import->out.len, .mode = 0644};
    const char *slash, *dir = ".", *path;

    if (!import->path)
        return cli_print(import->out.data, import->out.len) ? EXIT_SUCCESS : EXIT_UNREADABLE;
    slash = strrchr(import->path, '/');
    file.name = slash ? slash + 1 : import->path;
    if (slash)
        dir =
            slash == import->path ? "/" : arena_strndup(&import->c.arena, import->path, (size_t)(slash - import->path));
    if (import->c.config.secret)
        file.mode = 0600;
    if (outputs_write(&file, 1, dir, &import->c.arena, &path))
        return EXIT_SUCCESS;
    cli_error("%s: %s", path, strerror(errno));
    return EXIT_UNREADABLE;
}

static int import_files(struct import *import, const char *const *paths, uint32_t count)
{
    struct compilation *c = &import->c;
    struct yaml_order order;

    import->options.from = INPUT_CFG;
    compile_files(c, paths, count, &import->options);
    if (!c->diags.errors && !c->unreadable)
        to_yaml(&c->config, &order, &import->out);
    if (!c->diags.errors && !c->unreadable)
        readback(c, &order, &import->out);
    if (!c->diags.errors && !c->unreadable && !import->lines_alone)
        import_intents(c, &import->out);
    return compile_report(c);
}

int command_import(int argc, char **argv)
{
    static struct import import; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&import, argc, argv);

    if (status >= 0)
        return status;
    compile_init(&import.c);
    buf_init(&import.out, &import.c.oom);
    if (setjmp(import.c.oom.env) == 0) {
        status = import_files(&import, (const char *const *)argv + optind, (uint32_t)(argc - optind));
        if (status == EXIT_SUCCESS)
            status = write_result(&import);
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    buf_release(&import.out);
    compile_release(&import.c);
    return status;
}
