/* hacc fmt: files in, the same files in their canonical layout out. */
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
#include "hacc/cli/rewrite.h"
#include "hacc/write/diff.h"
#include "hacc/write/fmt_cfg.h"
#include "hacc/write/fmt_yaml.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

struct fmt_options {
    struct compile_options input; /* its `from` alone */
    bool write, check, diff;
};

/* What one argument takes: a file, or the files of a folder. */
struct fmt_run {
    struct compilation c;
    struct fmt_options options;
    const char *argument;
    struct inputs inputs;
    const char *path; /* the file at hand */
    uint32_t src;
    struct buf out; /* its layout */
};

static const char help[] =
    "usage: hacc fmt [OPTION…] [FILE…]\n"
    "\n"
    "Prints files in their canonical layout: indentation, blanks, empty lines. Words, quotes, comments and the order stay\n"
    "as they are, and so does what the file means. A file whose name ends in .cfg is a haproxy.cfg, one in .yaml or\n"
    ".yml is YAML, of others the text tells; a folder stands for its files of one kind. Faults of the syntax alone are in\n"
    "the way. Without a FILE, or for -, it reads standard input.\n"
    "\n"
    "  -w, --write            write each file that changes in its place, instead of printing it\n"
    "      --check            write nothing; print the names of the files that would change, and exit 1 if there are any\n"
    "      --diff             print what would change, as a diff; with --check in place of the names\n"
    "      --from KIND        what FILE is, whatever its name: yaml or cfg\n"
    "  -h, --help             print this\n"
    "\n"
    "Exit status: 0 done, 1 files would change (with --check), 2 usage, a file that cannot be read, written or understood:\n"
    "it stays as it is, the others are done.\n";

static const struct option long_options[] = {
    {"write", no_argument, NULL, 'w'}, {"check", no_argument, NULL, 'c'},
    {"diff", no_argument, NULL, 'd'},  {"from", required_argument, NULL, OPTION_FROM},
    {"help", no_argument, NULL, 'h'},  {NULL, 0, NULL, 0}};

static int check_options(const struct fmt_options *options, int argc, char **argv)
{
    int from_stdin = optind == argc;

    for (int i = optind; i < argc; i++)
        from_stdin += strcmp(argv[i], "-") == 0;
    if (options->write && (options->check || options->diff))
        cli_error("-w writes the files that --check and --diff leave as they are");
    else if (options->write && from_stdin)
        cli_error("-w needs files: standard input cannot be written");
    else if (from_stdin > 1)
        cli_error("standard input can be read only once");
    else
        return -1;
    return EXIT_UNREADABLE;
}

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct fmt_options *options, int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "wh", long_options, NULL)) >= 0) {
        switch (option) {
        case 'w':
            options->write = true;
            break;
        case 'c':
            options->check = true;
            break;
        case 'd':
            options->diff = true;
            break;
        case OPTION_FROM:
            if (!options_take(&options->input, option, optarg))
                return EXIT_UNREADABLE;
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc fmt --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    return check_options(options, argc, argv);
}

/* Leaves, of the findings from `first` on, those that stand in the way of a layout: what the text means is not asked
 * here. Where only that is wrong with it, as with a file that is one text alone, all stay. */
static void keep_faults(struct diags *diags, uint32_t first)
{
    static const enum rule_id faults[] = {RULE_UNREADABLE, RULE_ENCODING,    RULE_YAML_SYNTAX, RULE_YAML_ESCAPE,
                                          RULE_YAML_LIMIT, RULE_BAD_QUOTING, RULE_UNSAFE_TEXT};
    uint32_t kept = first;

    for (uint32_t i = first; i < diags->count; i++)
        for (size_t k = 0; k < sizeof(faults) / sizeof(*faults); k++)
            if (diags->at[i].rule == faults[k])
                diags->at[kept++] = diags->at[i];
    if (kept > first)
        diags->count = kept;
}

/* Lays the file out in run->out. Gives false where it cannot: reported. */
static bool lay_out(struct fmt_run *run)
{
    static const struct span nowhere;
    struct compilation *c = &run->c;
    enum fmt_yaml_result result;
    const char *why;

    run->src = sources_read(&c->sources, run->path, &why);
    if (!run->src)
        return diag_add(&c->diags, RULE_UNREADABLE, nowhere, NULL, "cannot read '%s': %s", run->path, why);
    if (run->inputs.kind == INPUT_CFG)
        return fmt_cfg(&c->sources, run->src, &c->diags, &run->out);
    result = fmt_yaml(&c->sources, run->src, &c->diags, &run->out);
    if (result == FMT_YAML_CHANGED)
        cli_error("%s: another layout would change what it says; it stays as it is", c->sources.at[run->src]->name);
    return result == FMT_YAML_DONE;
}

static int print(const struct buf *out)
{
    return cli_print(out->data, out->len) ? EXIT_SUCCESS : EXIT_UNREADABLE;
}

/* Does with the layout what the options say. */
static int deliver(struct fmt_run *run)
{
    const struct source *source = run->c.sources.at[run->src];
    bool differs = source->len != run->out.len || memcmp(source->data, buf_text(&run->out), source->len) != 0;
    int status = run->options.check && differs ? EXIT_FINDINGS : EXIT_SUCCESS;
    struct buf told;

    if (run->options.write)
        return !differs || rewrite_file(run->path, &run->out, &run->c.arena) ? EXIT_SUCCESS : EXIT_UNREADABLE;
    if (!run->options.check && !run->options.diff)
        return print(&run->out);
    buf_init_in(&told, &run->c.arena);
    if (run->options.diff)
        diff_unified(source->name, (struct text){source->data, source->len},
                     (struct text){run->out.data, (uint32_t)run->out.len}, &run->c.arena, &told);
    else if (differs)
        buf_printf(&told, "%s\n", source->name);
    return print(&told) == EXIT_SUCCESS ? status : EXIT_UNREADABLE;
}

static int fmt_file(struct fmt_run *run, const char *path)
{
    struct diags *diags = &run->c.diags;
    uint32_t first = diags->count;

    run->path = path;
    buf_init_in(&run->out, &run->c.arena);
    if (lay_out(run)) {
        diags->count = first;
        return deliver(run);
    }
    keep_faults(diags, first);
    run->c.unreadable = true;
    return EXIT_UNREADABLE;
}

static int fmt_argument(struct fmt_run *run)
{
    int worst = EXIT_SUCCESS;

    if (!inputs_find(&run->inputs, &run->argument, 1, run->options.input.from, &run->c.sources, &run->c.diags)) {
        run->c.unreadable = true;
        return compile_report(&run->c);
    }
    for (uint32_t i = 0; i < run->inputs.count; i++) {
        int status = fmt_file(run, run->inputs.paths[i]);

        worst = status > worst ? status : worst;
    }
    return run->c.unreadable ? compile_report(&run->c) : worst;
}

int command_fmt(int argc, char **argv)
{
    static struct fmt_run run; /* static: what setjmp returns to must be found as it was left */
    static int worst, at;

    worst = parse_options(&run.options, argc, argv);
    if (worst >= 0)
        return worst;
    worst = EXIT_SUCCESS;
    for (at = optind; at < argc || at == optind; at++) {
        int status = EXIT_UNREADABLE;

        run.argument = at < argc ? argv[at] : "-";
        compile_init(&run.c);
        if (setjmp(run.c.oom.env) == 0)
            status = fmt_argument(&run);
        else
            cli_error("out of memory");
        compile_release(&run.c);
        if (status > worst)
            worst = status;
    }
    return worst;
}
