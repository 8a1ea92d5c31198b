/* hacc lint: the faults of configurations, and nothing written. */
#include "hacc/cli/cli.h"
#include "hacc/cli/lint_run.h"
#include "hacc/cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: hacc lint [OPTION…] FILE…\n"
    "\n"
    "Finds faults in YAML files and haproxy.cfg files: the errors that 'hacc build' stops on, and what is no error but\n"
    "hardly what was wanted. Each FILE is a configuration of its own; a folder is one, made of its files; a\n"
    "part stands for the whole that includes it. Findings go to standard output.\n"
    "\n"
    "      --together         all FILEs are one configuration, as for 'hacc build' and haproxy's -f\n"
    "      --haproxy X.Y      the version of HAProxy: 2.2, 2.4, 2.6, 2.8, 3.0, 3.2 (default: the file's 'haproxy:' key,\n"
    "                         else that of .hacc.yaml, else the installed haproxy, else the newest)\n"
    "      --from KIND        what FILE is, whatever its name: yaml or cfg\n"
    "      --stdin-filename N the name of what '-' reads: for messages, settings, includes and its kind\n"
    "      --format FORMAT    text (the default), json, sarif, github, checkstyle or junit\n"
    "      --fail-on LEVEL    the least severity for exit status 1: error, warning (the default), info, or never\n"
    "      --only RULE,…      of the rules beyond the errors of 'hacc build' these alone; a family of rules stands for\n"
    "                         all of them ('hacc rules' lists both)\n"
    "      --skip RULE,…      all but these\n"
    "      --config FILE      the settings, instead of the .hacc.yaml in FILE's folder or above it\n"
    "      --no-config        no settings, and no FILE stands for what it is a part of\n"
    "      --baseline FILE    findings that stand in FILE are marked, and do not count\n"
    "      --write-baseline   make FILE of what is found now\n"
    "      --fix              mend in FILE what is certain: what HAProxy makes of it does not change. Of - the mended text\n"
    "                         goes to standard output, and the findings to standard error\n"
    "      --diff             change nothing; print what --fix would change, as a diff, and the findings to standard error\n"
    "      --allow-outside    let include: and !file leave the folder of the first FILE\n"
    "      --nginx FILE       nginx's configuration, whose ports HAProxy cannot have (default: /etc/nginx/nginx.conf,\n"
    "                         where there is one)\n"
    "      --no-nginx         look at no configuration of nginx\n"
    "      --host[=DIR]       look at the sockets that programs of this machine have open, but for haproxy's own, at what\n"
    "                         it sets of its kernel, and at its interfaces; DIR: at the kernel's settings below it alone\n"
    "  -h, --help             print this\n"
    "\n"
    "FILE may be - for standard input. A comment '# hacc: ignore[RULE] -- REASON' silences a rule on its line, or on the\n"
    "next one. Exit status: 0 nothing found that matters, 1 findings at --fail-on or above, 2 usage, or a file that cannot\n"
    "be read or is not understood as a whole.\n";

static const struct option long_options[] = {INPUT_OPTIONS,
                                             MACHINE_OPTIONS,
                                             {"together", no_argument, NULL, 't'},
                                             {"stdin-filename", required_argument, NULL, 'N'},
                                             {"format", required_argument, NULL, 'F'},
                                             {"fail-on", required_argument, NULL, 'n'},
                                             {"only", required_argument, NULL, 'o'},
                                             {"skip", required_argument, NULL, 's'},
                                             {"config", required_argument, NULL, 'c'},
                                             {"no-config", no_argument, NULL, 'C'},
                                             {"baseline", required_argument, NULL, 'b'},
                                             {"write-baseline", no_argument, NULL, 'B'},
                                             {"fix", no_argument, NULL, 'M'},
                                             {"diff", no_argument, NULL, 'D'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

static bool find_format(struct lint_run *run, const char *name)
{
    static const struct findings_format *const formats[] = {&findings_text,   &findings_json,       &findings_sarif,
                                                            &findings_github, &findings_checkstyle, &findings_junit};

    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        if (strcmp(formats[i]->name, name) == 0) {
            run->format = formats[i];
            return true;
        }
    }
    cli_error("--format takes text, json, sarif, github, checkstyle or junit, not '%s'", name);
    return false;
}

static bool find_level(struct lint_run *run, const char *name)
{
    run->fail_on = level_find(name, strlen(name), "never", LEVEL_NEVER);
    if (run->fail_on == LEVEL_UNSET)
        cli_error("--fail-on takes error, warning, info or never, not '%s'", name);
    return run->fail_on != LEVEL_UNSET;
}

/* Takes an option with a value. Gives false, having said why, for a wrong one. */
static bool take_value(struct lint_run *run, int option, const char *value)
{
    switch (option) {
    case 'N':
        run->stdin_name = value;
        return true;
    case 'F':
        return find_format(run, value);
    case 'n':
        return find_level(run, value);
    case 'o':
        return levels_only(&run->asked, value);
    case 's':
        return levels_skip(&run->asked, value);
    case 'c':
        run->store.given = value;
        return true;
    case 'b':
        run->baseline_path = value;
        return true;
    default:
        return options_take(&run->options, option, value);
    }
}

static bool fits_together(const struct lint_run *run)
{
    if (run->store.none && run->store.given)
        cli_error("--config and --no-config exclude each other");
    else if (run->write_baseline && !run->baseline_path)
        cli_error("--write-baseline needs --baseline FILE");
    else
        return true;
    return false;
}

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct lint_run *run, int argc, char **argv)
{
    int option;

    options_init(&run->options);
    levels_fill(&run->asked, LEVEL_UNSET);
    run->format = &findings_text;
    run->fail_on = LEVEL_UNSET;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        switch (option) {
        case 't':
            run->together = true;
            break;
        case 'C':
            run->store.none = true;
            break;
        case 'B':
            run->write_baseline = true;
            break;
        case 'M':
            run->fix = run->fix ? run->fix : LINT_FIX_WRITE;
            break;
        case 'D':
            run->fix = LINT_FIX_DIFF;
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        case OPTION_NGINX:
        case OPTION_NO_NGINX:
        case OPTION_HOST:
            machine_option(&run->machine, option, optarg);
            break;
        case '?':
            fputs("hacc: 'hacc lint --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        default:
            if (!take_value(run, option, optarg))
                return EXIT_UNREADABLE;
        }
    }
    return fits_together(run) && options_inputs("lint", argc, argv) ? -1 : EXIT_UNREADABLE;
}

int command_lint(int argc, char **argv)
{
    static struct lint_run run; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&run, argc, argv);

    if (status >= 0)
        return status;
    lint_begin(&run);
    if (setjmp(run.oom.env) == 0) {
        status = lint_all(&run, (const char *const *)argv + optind, (uint32_t)(argc - optind));
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    lint_end(&run);
    return status;
}
