/* hacc rollback: a generation of the history made live again, in the way of hacc apply. */
#include "hacc/cli/apply_run.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
#include "hacc/host/haproxy.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: hacc rollback [OPTION…] [GENERATION]\n"
    "\n"
    "Makes a generation live again that 'hacc history' lists: the one before the live one, where "
    "none is named. It is\n"
    "done as by 'hacc apply', with the settings of the last apply. Settings of the kernel stay as "
    "they are.\n"
    "\n";

static const char help_end[] = "  -h, --help             print this\n"
                               "\n"
                               "Exit status: as of 'hacc apply'.\n";

static const struct option long_options[] = {APPLY_OPTIONS, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct apply_run *run, int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "nyh", long_options, NULL)) >= 0) {
        if (option == 'h') {
            fputs(help, stdout);
            fputs(apply_options_help, stdout);
            fputs(help_end, stdout);
            return EXIT_SUCCESS;
        }
        if (option == '?') {
            fputs("hacc: 'hacc rollback --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
        if (!apply_option(run, option, optarg))
            return EXIT_UNREADABLE;
    }
    if (argc - optind <= 1)
        return -1;
    cli_error("one generation can be live, not %d", argc - optind);
    return EXIT_UNREADABLE;
}

/* Gives the generation that was live before the one that is; NULL: none is known. */
static const char *find_before(const struct apply_run *run, const struct history *history)
{
    const char *live = apply_live(&run->apply);

    for (unsigned i = history->count; i-- > 0;) {
        const struct history_entry *entry = &history->at[i];

        if (strcmp(entry->generation, *live ? live : run->apply.previous) != 0)
            return entry->generation;
    }
    return NULL;
}

/* Gives the one generation whose name begins so; NULL, having said why. */
static const char *find_named(const struct history *history, const char *name)
{
    const char *found = NULL;

    for (unsigned i = history->count; i-- > 0;) {
        const char *generation = history->at[i].generation;

        if (strncmp(generation, name, strlen(name)) != 0 || (found && strcmp(found, generation) == 0))
            continue;
        if (found) {
            cli_error("'%s' begins the names of several generations", name);
            return NULL;
        }
        found = generation;
    }
    if (!found)
        cli_error("the history has no generation '%s' ('hacc history' lists them)", name);
    return found;
}

/* Reads the generation into what is to be applied. */
static int take_generation(struct apply_run *run, const char *name)
{
    struct history *history = history_read(&run->apply.state, &run->apply.why);
    struct arena *arena = run->apply.arena;
    int version = haproxy_version(run->apply.running.bin ? run->apply.running.bin : "haproxy", arena);
    struct buf text;
    const char *why, *found;

    found = !history ? NULL : name ? find_named(history, name) : find_before(run, history);
    if (found)
        found = arena_strndup(arena, found, strlen(found));
    if (!found && !name)
        cli_error("the history has no generation but the live one");
    history_release(history);
    if (!found)
        return EXIT_UNREADABLE;
    buf_init_in(&text, arena);
    if (!generation_read(&run->apply.state, found, &text, &why)) {
        cli_error("%s", why ? why : arena_printf(arena, "the text of generation %s is not kept any more", found));
        return EXIT_UNREADABLE;
    }
    run->c.config.lang.version = version >= 0 ? (enum hap_version)version : HAP_NEWEST;
    apply_run_compile(run, &run->c, &text);
    generation_take(&run->apply.next, text.data, text.len, arena);
    run->apply.config = &run->c.config;
    run->apply.source = arena_printf(arena, "generation %s", found);
    return run->c.unreadable ? EXIT_UNREADABLE : EXIT_SUCCESS;
}

static int roll_back(struct apply_run *run, const char *name)
{
    int status;

    apply_run_remember(run);
    run->apply.settings.at[APPLY_RELOAD] = "always";
    run->apply.way = WAY_ROLLBACK;
    run->c.config.lang.version = HAP_NEWEST;
    status = apply_run_begin(run);
    if (status == EXIT_SUCCESS)
        status = take_generation(run, name);
    return status == EXIT_SUCCESS ? apply_run_perform(run) : status;
}

int command_rollback(int argc, char **argv)
{
    static struct apply_run run; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&run, argc, argv);

    if (status >= 0)
        return status;
    apply_run_init(&run);
    if (setjmp(run.c.oom.env) == 0) {
        status = roll_back(&run, optind < argc ? argv[optind] : NULL);
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    apply_run_end(&run);
    return status;
}
