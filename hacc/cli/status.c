/* hacc status: what is live, what is at the target, and where the two, or the last apply, do not agree. */
#include "hacc/deploy/status.h"
#include "hacc/base/json_arena.h"
#include "hacc/cli/apply_run.h"
#include "hacc/cli/cli.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: hacc status [OPTION…]\n"
    "\n"
    "Shows the generation that is live and the one at the target, whether either was changed past hacc, the processes that\n"
    "serve or still end their connections, and the last apply. Nothing is changed.\n"
    "\n"
    "      --format FORMAT    text (the default) or json\n"
    "      --mode, --pidfile, --socket, --master-socket, --target, --state-dir\n"
    "                         as for 'hacc apply' (default: as the last apply had them)\n"
    "  -h, --help             print this\n"
    "\n"
    "Exit status: 0 what is at the target is live; 1 they differ, or one was changed past hacc, or an apply was cut off;\n"
    "2 usage, or what cannot be read; 8 no HAProxy serves; 9 as 0, and an old process still serves connections.\n";

static const struct option long_options[] = {
    APPLY_OPTIONS, {"format", required_argument, NULL, 'F'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};

struct status_command {
    struct apply_run run;
    struct status status;
    bool json;
};

static int parse_options(struct status_command *command, int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        switch (option) {
        case 'F':
            command->json = strcmp(optarg, "json") == 0;
            if (command->json || strcmp(optarg, "text") == 0)
                break;
            cli_error("--format takes text or json, not '%s'", optarg);
            return EXIT_UNREADABLE;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        case '?':
            fputs("hacc: 'hacc status --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        default:
            if (!apply_option(&command->run, option, optarg))
                return EXIT_UNREADABLE;
        }
    }
    if (optind == argc)
        return -1;
    cli_error("hacc status takes no argument '%s'", argv[optind]);
    return EXIT_UNREADABLE;
}

/* "3 d 4 h" */
static void print_age(uint64_t seconds, struct buf *out)
{
    if (seconds >= 86400)
        buf_printf(out, "%llu d %llu h", (unsigned long long)seconds / 86400,
                   (unsigned long long)seconds % 86400 / 3600);
    else if (seconds >= 3600)
        buf_printf(out, "%llu h %llu min", (unsigned long long)seconds / 3600, (unsigned long long)seconds % 3600 / 60);
    else if (seconds >= 60)
        buf_printf(out, "%llu min", (unsigned long long)seconds / 60);
    else
        buf_printf(out, "%llu s", (unsigned long long)seconds);
}

static void print_text(const struct status_command *command, struct buf *out)
{
    const struct apply *apply = &command->run.apply;
    const struct status *status = &command->status;

    buf_printf(out, "live:       %s\n", *status->live ? status->live : apply->running.main ? "unknown" : "nothing");
    buf_printf(out, "on disk:    %s  %s%s\n", *apply->previous ? apply->previous : "nothing", apply->target,
               apply->edited ? " (changed by hand)" : "");
    if (status->runtime)
        buf_printf(out, "at run time changed past hacc: %s\n", status->runtime);
    buf_printf(out, "mode:       %s\n", deploy_mode_name(apply->running.mode));
    for (uint32_t i = 0; i < status->count; i++) {
        const struct status_process *process = &status->at[i];

        buf_printf(out, "%s %d  ", i ? "           " : "processes: ", process->pid);
        buf_printf(out, "%-8s ", status_role_name(process->role));
        print_age(process->age, out);
        buf_putc(out, '\n');
    }
    if (status->last)
        buf_printf(out, "last apply: %s  %s  %s  status %d  %s\n", status->last->time, status->last->generation,
                   history_way_name(status->last->way), status->last->status, status->last->source);
    if (status->unfinished)
        buf_puts(out, "an apply was cut off: the next one ends it\n");
}

/* {"live": …, "disk": …, "target": …, "edited": …, "mode": …, "processes": [{"pid": …, "role": …, "age": …}], "last":
 * …} */
static void print_json(const struct status_command *command, struct buf *out)
{
    const struct apply *apply = &command->run.apply;
    const struct status *status = &command->status;
    json_t *processes, *object;

    json_arena_begin(apply->arena);
    processes = json_array();
    for (uint32_t i = 0; i < status->count; i++)
        json_array_append_new(processes,
                              json_pack("{s:i, s:s, s:I}", "pid", status->at[i].pid, "role",
                                        status_role_name(status->at[i].role), "age", (json_int_t)status->at[i].age));
    object = json_pack("{s:s, s:s, s:o, s:b, s:s?, s:s, s:o, s:b}", "live", status->live, "disk", apply->previous,
                       "target", json_clean(apply->target), "edited", apply->edited, "runtime", status->runtime, "mode",
                       deploy_mode_name(apply->running.mode), "processes", processes, "unfinished", status->unfinished);
    if (status->last)
        json_object_set_new(object, "last",
                            json_pack("{s:s, s:s, s:s, s:i}", "time", status->last->time, "generation",
                                      status->last->generation, "way", history_way_name(status->last->way), "status",
                                      status->last->status));
    json_print(object, 0, out);
    buf_putc(out, '\n');
    json_arena_end();
}

static int show(struct status_command *command)
{
    struct apply_run *run = &command->run;
    struct buf out;
    int status;

    run->dry_run = run->apply.dry_run = true;
    run->c.config.lang.version = HAP_NEWEST;
    apply_run_remember(run);
    status = apply_run_begin(run);
    if (status != EXIT_SUCCESS)
        return EXIT_UNREADABLE;
    if (!status_find(&command->status, &run->apply, apply_run_live(run))) {
        cli_error("%s", run->apply.why);
        return EXIT_UNREADABLE;
    }
    buf_init_in(&out, run->apply.arena);
    if (command->json)
        print_json(command, &out);
    else
        print_text(command, &out);
    return cli_print(out.data, out.len) ? command->status.exit : EXIT_UNREADABLE;
}

int command_status(int argc, char **argv)
{
    static struct status_command command; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&command, argc, argv);

    if (status >= 0)
        return status;
    apply_run_init(&command.run);
    if (setjmp(command.run.c.oom.env) == 0) {
        status = show(&command);
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    status_release(&command.status);
    apply_run_end(&command.run);
    return status;
}
