/* hacc diff: what changes in meaning between two configurations. */
#include "hacc/cli/cli.h"
#include "hacc/cli/diff_running.h"
#include "hacc/cli/options.h"
#include "hacc/write/to_changes.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OLD, NEW, SIDES };

struct diff {
    struct compilation c[SIDES];
    struct compile_options options;
    const struct changes_format *format;
    struct apply_run run; /* of `running`: its settings alone */
    bool unknown;         /* what runs is not known */
    struct buf out;
};

static const char help[] =
    "usage: hacc diff [OPTION…] OLD NEW\n"
    "\n"
    "Says what changes in meaning from one configuration to another, and what of it needs a reload of HAProxy. OLD and NEW\n"
    "are YAML or haproxy.cfg, or a folder of such files, each of its own kind; one of them may be the word 'running': what\n"
    "the HAProxy has that 'hacc apply' keeps, changes by its Runtime API among it. Compared is what HAProxy makes of them: the\n"
    "settings that a proxy has itself or from its defaults, servers with what default-server says, times and sizes\n"
    "whatever their unit. Comments, quotes, and an order that HAProxy does not mind make no difference.\n"
    "\n"
    "      --haproxy X.Y      the version of HAProxy: 2.2, 2.4, 2.6, 2.8, 3.0, 3.2 (default: the 'haproxy:' key of NEW, else\n"
    "                         of OLD, else the installed haproxy, else the newest)\n"
    "      --from KIND        what OLD and NEW are, whatever their names: yaml or cfg\n"
    "      --format FORMAT    text (the default) or json\n"
    "      --allow-outside    let include: and !file leave the folders of OLD and NEW\n"
    "      --target, --state-dir, --socket\n"
    "                         of 'running', as for 'hacc apply' (default: as the last apply had them)\n"
    "  -h, --help             print this\n"
    "\n"
    "One of the two may be - for standard input. Exit status: 0 no change, 1 changes, 2 usage, or a file that cannot be\n"
    "read or has errors.\n";

static const struct option long_options[] = {INPUT_OPTIONS,
                                             {"format", required_argument, NULL, 'F'},
                                             {"target", required_argument, NULL, APPLY_OPTION + APPLY_TARGET},
                                             {"state-dir", required_argument, NULL, APPLY_OPTION + APPLY_STATE_DIR},
                                             {"socket", required_argument, NULL, APPLY_OPTION + APPLY_SOCKET},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

static bool find_format(struct diff *diff, const char *name)
{
    static const struct changes_format *const formats[] = {&changes_text, &changes_json};

    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        if (strcmp(formats[i]->name, name) == 0) {
            diff->format = formats[i];
            return true;
        }
    }
    cli_error("--format takes text or json, not '%s'", name);
    return false;
}

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct diff *diff, int argc, char **argv)
{
    int option;

    options_init(&diff->options);
    diff->format = &changes_text;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        switch (option) {
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        case 'F':
            if (!find_format(diff, optarg))
                return EXIT_UNREADABLE;
            break;
        case OPTION_VERSION:
        case OPTION_FROM:
        case OPTION_OUTSIDE:
            if (!options_take(&diff->options, option, optarg))
                return EXIT_UNREADABLE;
            break;
        case APPLY_OPTION + APPLY_TARGET:
        case APPLY_OPTION + APPLY_STATE_DIR:
        case APPLY_OPTION + APPLY_SOCKET:
            if (!apply_option(&diff->run, option, optarg))
                return EXIT_UNREADABLE;
            break;
        default:
            fputs("hacc: 'hacc diff --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    if (!options_inputs("diff", argc, argv))
        return EXIT_UNREADABLE;
    if (argc - optind == SIDES)
        return -1;
    cli_error("diff takes two configurations, OLD and NEW, not %d", argc - optind);
    return EXIT_UNREADABLE;
}

/* Readies a side; memory that runs out in either ends both. */
static void init_side(struct diff *diff, int side)
{
    compile_init(&diff->c[side]);
    diff->c[side].arena.oom = &diff->c[OLD].oom;
}

static void compile_side(struct diff *diff, int side, const char *const *path, int fallback)
{
    struct compile_options options = diff->options;

    options.fallback = fallback;
    if (strcmp(*path, "running") == 0)
        diff->unknown |= !running_read(&diff->run.apply.settings, &diff->c[side], &options);
    else
        compile_files(&diff->c[side], path, 1, &options);
}

/* Reads NEW once more, for another version; what standard input held is not there a second time. */
static void compile_again(struct diff *diff, const char *const *path, int version)
{
    struct compilation *c = &diff->c[NEW];
    const struct source *from = c->sources.at[c->sources.from_stdin];
    uint32_t len = from ? from->len : 0;
    const char *text = from ? arena_strndup(&diff->c[OLD].arena, from->data, len) : NULL;

    compile_release(c);
    init_side(diff, NEW);
    if (text)
        c->sources.from_stdin = sources_add(&c->sources, "<stdin>", text, len);
    compile_side(diff, NEW, path, version);
}

/* Both are read for one version where NEW names it, or OLD alone: a haproxy.cfg names none. */
static void compile_sides(struct diff *diff, const char *const *paths)
{
    const struct config *old = &diff->c[OLD].config, *new = &diff->c[NEW].config;

    compile_side(diff, NEW, &paths[NEW], -1);
    compile_side(diff, OLD, &paths[OLD], (int)new->lang.version);
    if (!diff->unknown && new->cfg && !old->cfg && old->lang.version != new->lang.version)
        compile_again(diff, &paths[NEW], (int)old->lang.version);
}

static int compare(struct diff *diff)
{
    struct changes_report report = {
        .old = &diff->c[OLD].config, .new = &diff->c[NEW].config, .color = cli_color(STDOUT_FILENO)};

    for (int side = OLD; side < SIDES && !diff->unknown; side++)
        if (diff->c[side].diags.errors || !compile_understood(&diff->c[side])) {
            compile_report(&diff->c[side]);
            return EXIT_UNREADABLE;
        }
    if (diff->unknown)
        return EXIT_UNREADABLE;
    report.changes = changes_find(report.old, report.new, &diff->c[NEW].arena);
    buf_init_in(&diff->out, &diff->c[NEW].arena);
    diff->format->print(&report, &diff->out);
    if (!cli_print(diff->out.data, diff->out.len))
        return EXIT_UNREADABLE;
    return report.changes->count ? EXIT_FINDINGS : EXIT_SUCCESS;
}

int command_diff(int argc, char **argv)
{
    static struct diff diff; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&diff, argc, argv);

    if (status >= 0)
        return status;
    init_side(&diff, OLD);
    init_side(&diff, NEW);
    if (setjmp(diff.c[OLD].oom.env) == 0) {
        compile_sides(&diff, (const char *const *)argv + optind);
        status = compare(&diff);
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    compile_release(&diff.c[OLD]);
    compile_release(&diff.c[NEW]);
    return status;
}
