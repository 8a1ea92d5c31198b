/* hacc apply: a configuration made live on this machine, and proven, or taken back. */
#include "hacc/check/check.h"
#include "hacc/check/ignores.h"
#include "hacc/cli/apply_run.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

struct apply_command {
    struct apply_run run;
    struct compile_options compile;
    bool no_lint;
};

static const char help[] =
    "usage: hacc apply [OPTION…] FILE…\n"
    "\n"
    "Makes the configuration live on this machine, without a lost request: checks it, installs it, reloads HAProxy, has\n"
    "the new process prove that it serves, and puts everything back where it does not. Options count before the 'apply:'\n"
    "map of FILE, which has the same names. docs/apply.md tells the whole.\n"
    "\n";

static const char help_input[] =
    "      --no-lint          only errors of the language stop it, and not those of the rules of 'hacc lint'\n"
    "      --haproxy X.Y      the version of HAProxy that the configuration is for (default: the file's 'haproxy:' key,\n"
    "                         else that of the installed haproxy)\n"
    "      --from KIND        what FILE is, whatever its name: yaml or cfg\n"
    "      --allow-outside    let include: and !file leave the folder of the first FILE\n"
    "  -h, --help             print this\n"
    "\n"
    "Exit status: 0 live, or nothing to do; 1 errors in FILE; 2 usage, or what cannot be read; 3 haproxy refuses the file;\n"
    "4 this machine is not ready; 5 another hacc is at work; 6 HAProxy did not take it, the old one never stopped; 7 it did\n"
    "not prove itself, the old one is live again; 8 what is live is not certain; 9 live, an old process still serves.\n";

static const struct option long_options[] = {INPUT_OPTIONS,
                                             APPLY_OPTIONS,
                                             {"no-lint", no_argument, NULL, 'l'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct apply_command *command, int argc, char **argv)
{
    int option;

    options_init(&command->compile);
    while ((option = getopt_long(argc, argv, "nyh", long_options, NULL)) >= 0) {
        switch (option) {
        case OPTION_VERSION:
        case OPTION_FROM:
        case OPTION_OUTSIDE:
            if (!options_take(&command->compile, option, optarg))
                return EXIT_UNREADABLE;
            break;
        case 'l':
            command->no_lint = true;
            break;
        case 'h':
            fputs(help, stdout);
            fputs(apply_options_help, stdout);
            fputs(help_input, stdout);
            return EXIT_SUCCESS;
        case '?':
            fputs("hacc: 'hacc apply --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        default:
            if (!apply_option(&command->run, option, optarg))
                return EXIT_UNREADABLE;
        }
    }
    return options_inputs("apply", argc, argv) ? -1 : EXIT_UNREADABLE;
}

/* struct diag_levels: of the rules of lint those alone that are errors. */
static int errors_alone(void *context, enum rule_id rule, uint32_t src)
{
    enum severity severity = rule_get(rule)->severity;

    (void)context;
    (void)src;
    return severity == SEVERITY_ERROR ? (int)severity : RULE_OFF;
}

/* Reads the files, and finds what keeps them from being applied. */
static int compile(struct apply_command *command, const char *const *paths, uint32_t count)
{
    static const struct diag_levels levels = {errors_alone, NULL};
    struct compilation *c = &command->run.c;

    compile_files(c, paths, count, &command->compile);
    if (!c->diags.errors && !c->unreadable && !command->no_lint) {
        c->diags.levels = &levels;
        check_lint(&c->config, NULL);
        diags_sort(&c->diags);
        ignores_apply(&c->config, false);
        c->diags.levels = NULL;
    }
    return c->diags.errors || c->unreadable ? compile_report(c) : EXIT_SUCCESS;
}

/* "lb.yaml more.yaml", for the history. */
static const char *join(const char *const *paths, uint32_t count, struct arena *arena)
{
    struct buf text;

    buf_init_in(&text, arena);
    for (uint32_t i = 0; i < count; i++)
        buf_printf(&text, "%s%s", i ? " " : "", paths[i]);
    return buf_text(&text);
}

static int apply_files(struct apply_command *command, const char *const *paths, uint32_t count)
{
    struct apply_run *run = &command->run;
    int status = compile(command, paths, count), begun;

    for (int i = 0; i < APPLY_SETTINGS; i++)
        if (!run->apply.settings.at[i])
            run->apply.settings.at[i] = run->c.config.apply.at[i];
    run->apply.source = join(paths, count, &run->c.arena);
    run->apply.way = WAY_RELOAD;
    if (status != EXIT_SUCCESS && run->dry_run)
        return status;
    begun = apply_run_begin(run); /* what was left unfinished is ended, whatever becomes of these files */
    if (status != EXIT_SUCCESS || begun != EXIT_SUCCESS)
        return status != EXIT_SUCCESS ? status : begun;
    generation_make(&run->apply.next, &run->c.config);
    run->apply.config = &run->c.config;
    return apply_run_perform(run);
}

int command_apply(int argc, char **argv)
{
    static struct apply_command command; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&command, argc, argv);

    if (status >= 0)
        return status;
    apply_run_init(&command.run);
    if (setjmp(command.run.c.oom.env) == 0) {
        status = apply_files(&command, (const char *const *)argv + optind, (uint32_t)(argc - optind));
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    apply_run_end(&command.run);
    return status;
}
