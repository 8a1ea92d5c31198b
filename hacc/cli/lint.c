/* hacc lint: the faults of a configuration, and nothing written. */
#include "hacc/check/check.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
#include "hacc/write/files.h"
#include "hacc/write/to_findings.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A form that findings are printed in. */
struct format {
    const char *name;
    void (*print)(const struct diags *diags, const struct sources *sources, struct buf *out);
};

struct lint {
    struct compilation c;
    struct compile_options options;
    const struct format *format;
    int fail_on; /* the least severity that makes the exit status 1: enum severity, or FAIL_NEVER */
};

enum { FAIL_NEVER = SEVERITY_ERROR + 1 };

static const char help[] =
    "usage: hacc lint [OPTION…] FILE…\n"
    "\n"
    "Finds faults in YAML files or a haproxy.cfg: the errors that 'hacc build' stops on, and what is no error but hardly\n"
    "what was wanted. Several files are one configuration, as for 'hacc build'. Findings go to standard output.\n"
    "\n"
    "      --haproxy X.Y      the version of HAProxy: 2.2, 2.4, 2.6, 2.8, 3.0, 3.2 (default: the file's 'haproxy:' key,\n"
    "                         else the installed haproxy, else the newest)\n"
    "      --from KIND        what FILE is, whatever its name: yaml or cfg\n"
    "      --format FORMAT    text (the default), or json\n"
    "      --fail-on LEVEL    the least severity for exit status 1: error, warning (the default), info, or never\n"
    "      --allow-outside    let include: and !file leave the folder of the first FILE\n"
    "  -h, --help             print this\n"
    "\n"
    "FILE may be - for standard input. Exit status: 0 nothing found that matters, 1 findings at --fail-on or above,\n"
    "2 usage, or a file that cannot be read or is not understood as a whole.\n";

static const struct option long_options[] = {INPUT_OPTIONS,
                                             {"format", required_argument, NULL, 'F'},
                                             {"fail-on", required_argument, NULL, 'n'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

static void print_count(struct buf *out, uint32_t count, const char *what)
{
    buf_printf(out, "%u %s%s", count, what, count == 1 ? "" : "s");
}

/* The findings, then a line with their numbers. */
static void print_text(const struct diags *diags, const struct sources *sources, struct buf *out)
{
    diags_print(diags, sources, (struct diag_style){cli_color(STDOUT_FILENO)}, out);
    print_count(out, diags->errors, "error");
    buf_puts(out, ", ");
    print_count(out, diags->warnings, "warning");
    if (diags->infos)
        buf_printf(out, ", %u info", diags->infos);
    buf_putc(out, '\n');
}

static const struct format formats[] = {{"text", print_text}, {"json", findings_json}};

static bool find_format(struct lint *lint, const char *name)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            lint->format = &formats[i];
            return true;
        }
    }
    cli_error("--format takes text or json, not '%s'", name);
    return false;
}

static bool find_level(struct lint *lint, const char *name)
{
    for (int i = SEVERITY_INFO; i <= FAIL_NEVER; i++) {
        if (strcmp(i == FAIL_NEVER ? "never" : severity_name((enum severity)i), name) == 0) {
            lint->fail_on = i;
            return true;
        }
    }
    cli_error("--fail-on takes error, warning, info or never, not '%s'", name);
    return false;
}

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct lint *lint, int argc, char **argv)
{
    int option;

    options_init(&lint->options);
    lint->format = &formats[0];
    lint->fail_on = SEVERITY_WARNING;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        bool good = true;

        switch (option) {
        case OPTION_VERSION:
        case OPTION_FROM:
        case OPTION_OUTSIDE:
            good = options_take(&lint->options, option, optarg);
            break;
        case 'F':
            good = find_format(lint, optarg);
            break;
        case 'n':
            good = find_level(lint, optarg);
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc lint --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
        if (!good)
            return EXIT_UNREADABLE;
    }
    return options_inputs("lint", argc, argv) ? -1 : EXIT_UNREADABLE;
}

/* What was not understood is never all right, whatever --fail-on says. */
static int exit_status(const struct lint *lint)
{
    const struct diags *diags = &lint->c.diags;
    uint32_t found = diags->errors;

    if (!compile_understood(&lint->c))
        return EXIT_UNREADABLE;
    if (lint->fail_on <= SEVERITY_WARNING)
        found += diags->warnings;
    if (lint->fail_on <= SEVERITY_INFO)
        found += diags->infos;
    return lint->fail_on != FAIL_NEVER && found ? EXIT_FINDINGS : EXIT_SUCCESS;
}

static int lint_files(struct lint *lint, const char *const *paths, uint32_t count)
{
    struct compilation *c = &lint->c;
    struct buf out;

    compile_files(c, paths, count, &lint->options);
    check_lint(&c->config);
    diags_sort(&c->diags);
    buf_init_in(&out, &c->arena);
    lint->format->print(&c->diags, &c->sources, &out);
    return cli_print(out.data, out.len) ? exit_status(lint) : EXIT_UNREADABLE;
}

int command_lint(int argc, char **argv)
{
    static struct lint lint; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&lint, argc, argv);

    if (status >= 0)
        return status;
    compile_init(&lint.c);
    if (setjmp(lint.c.oom.env) == 0) {
        status = lint_files(&lint, (const char *const *)argv + optind, (uint32_t)(argc - optind));
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    compile_release(&lint.c);
    return status;
}
