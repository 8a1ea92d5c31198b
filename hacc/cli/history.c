/* hacc history: the generations that were live. */
#include "hacc/base/json_arena.h"
#include "hacc/cli/cli.h"
#include "hacc/deploy/records.h"

#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: hacc history [OPTION…]\n"
    "\n"
    "Lists what hacc apply and hacc rollback have made live, the newest last: when, the generation, how it came to be\n"
    "live, the exit status, how long it took, and the files that it was made of.\n"
    "\n"
    "      --state-dir DIR    the state directory (default: /var/lib/hacc)\n"
    "      --format FORMAT    text (the default) or json\n"
    "  -h, --help             print this\n"
    "\n"
    "Exit status: 0, or 2: usage, or a history that cannot be read.\n";

static const struct option long_options[] = {{"state-dir", required_argument, NULL, 's'},
                                             {"format", required_argument, NULL, 'F'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

struct history_command {
    struct oom oom;
    struct arena arena;
    struct history *history;
    const char *dir;
    bool json;
};

static int parse_options(struct history_command *command, int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        switch (option) {
        case 's':
            command->dir = optarg;
            break;
        case 'F':
            command->json = strcmp(optarg, "json") == 0;
            if (command->json || strcmp(optarg, "text") == 0)
                break;
            cli_error("--format takes text or json, not '%s'", optarg);
            return EXIT_UNREADABLE;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc history --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    if (optind == argc)
        return -1;
    cli_error("hacc history takes no argument '%s'", argv[optind]);
    return EXIT_UNREADABLE;
}

static void print_text(const struct history *history, struct buf *out)
{
    for (unsigned i = 0; i < history->count; i++) {
        const struct history_entry *entry = &history->at[i];

        buf_printf(out, "%s  %s  %-8s %d %6.1f s  %s\n", entry->time, entry->generation, history_way_name(entry->way),
                   entry->status, entry->milliseconds / 1000.0, entry->source);
    }
}

/* One JSON object, an entry a line. */
static void print_json(const struct history *history, struct arena *arena, struct buf *out)
{
    json_arena_begin(arena);
    buf_puts(out, "{\"applies\": [");
    for (unsigned i = 0; i < history->count; i++) {
        const struct history_entry *entry = &history->at[i];
        json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:o}", "time", entry->time, "generation",
                                   entry->generation, "process", entry->process, "mode", deploy_mode_name(entry->mode),
                                   "way", history_way_name(entry->way), "status", entry->status, "milliseconds",
                                   entry->milliseconds, "pid", entry->pid, "source", json_clean(entry->source));

        buf_puts(out, i ? ",\n" : "\n");
        json_print(object, 0, out);
    }
    buf_puts(out, "\n]}\n");
    json_arena_end();
}

static int print(struct history_command *command)
{
    struct state state;
    struct buf out;
    const char *why;

    state_init(&state, command->dir, &command->arena);
    command->history = history_read(&state, &why);
    if (!command->history) {
        cli_error("%s", why);
        return EXIT_UNREADABLE;
    }
    buf_init_in(&out, &command->arena);
    if (command->json)
        print_json(command->history, &command->arena, &out);
    else
        print_text(command->history, &out);
    return cli_print(out.data, out.len) ? EXIT_SUCCESS : EXIT_UNREADABLE;
}

int command_history(int argc, char **argv)
{
    static struct history_command command; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&command, argc, argv);

    if (status >= 0)
        return status;
    arena_init(&command.arena, &command.oom);
    if (setjmp(command.oom.env) == 0) {
        status = print(&command);
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    history_release(command.history);
    arena_release(&command.arena);
    return status;
}
