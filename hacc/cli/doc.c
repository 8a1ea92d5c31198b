/* hacc doc: what the table knows of a keyword. */
#include "hacc/base/diag.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
#include "hacc/write/files.h"
#include "hacc/write/to_doc.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct doc_run {
    struct oom oom;
    struct arena arena;
    struct buf out;
    int version; /* -1: all */
    bool json;
    struct doc_row *rows; /* as many as there could be: one for each row of the table */
    size_t count;
};

static const char help[] =
    "usage: hacc doc [OPTION…] [KEYWORD…]\n"
    "\n"
    "Prints what a keyword takes, where it stands, which versions of HAProxy have it, and examples of it in haproxy.cfg\n"
    "and in YAML. KEYWORD is as HAProxy has it, with the section or the keyword that it belongs to in front where it is\n"
    "one of several: 'timeout client', 'server weight', 'http-request deny', 'fetch src'. A type of values ('time') and a\n"
    "section ('resolvers') are explained too. Without KEYWORD: the sections, and what stands in their lines.\n"
    "\n"
    "      --haproxy X.Y      what this version has: 2.2, 2.4, 2.6, 2.8, 3.0, 3.2 (default: all)\n"
    "      --format FORMAT    text, or json; json without KEYWORD is all keywords\n"
    "  -h, --help             print this\n"
    "\n"
    "Exit status: 0 found, 1 not found, 2 usage, or a standard output that cannot be written.\n";

static const struct option long_options[] = {{"haproxy", required_argument, NULL, 'v'},
                                             {"format", required_argument, NULL, 'f'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

static int refuse(const char *what, const char *value)
{
    cli_error("'%s' is not %s ('hacc doc --help' lists them)", value, what);
    return EXIT_UNREADABLE;
}

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct doc_run *run, int argc, char **argv)
{
    int option;

    run->version = -1;
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        switch (option) {
        case 'v':
            if (!options_version(optarg, &run->version))
                return EXIT_UNREADABLE;
            break;
        case 'f':
            run->json = strcmp(optarg, "json") == 0;
            if (!run->json && strcmp(optarg, "text") != 0)
                return refuse("a format", optarg);
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc doc --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    return -1;
}

static bool is_asked(const struct doc_run *run, uint8_t since, uint8_t until)
{
    return run->version < 0 || (run->version >= since && run->version <= until);
}

static void add_row(struct doc_run *run, enum context_id context, const struct keyword *kw)
{
    enum hap_version version = run->version < 0 ? (enum hap_version)kw->until : (enum hap_version)run->version;

    for (size_t i = 0; i < run->count; i++)
        if (run->rows[i].kw == kw)
            return;
    if (version > (enum hap_version)contexts[context].until)
        version = (enum hap_version)contexts[context].until;
    run->rows[run->count++] = (struct doc_row){kw, context, version};
}

/* Takes all rows of a context with the name; NULL: all rows. */
static void add_rows(struct doc_run *run, enum context_id context, const char *name)
{
    const struct context *ctx = &contexts[context];

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (is_asked(run, kw->since, kw->until) && (!name || strcmp(kw->name, name) == 0))
            add_row(run, context, kw);
    }
}

static enum context_id find_context(const char *name, size_t len)
{
    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (strlen(contexts[i].name) == len && memcmp(contexts[i].name, name, len) == 0)
            return (enum context_id)i;
    return CONTEXT_NONE;
}

/* "http-request deny", "tcp-request connection reject", "server weight": a context in front of the name. */
static void add_in_context(struct doc_run *run, const char *name)
{
    char *dashed = arena_printf(&run->arena, "%s", name);

    for (char *blank = strchr(dashed, ' '); blank; blank = strchr(blank, ' ')) {
        enum context_id context = find_context(dashed, (size_t)(blank - dashed));

        if (context != CONTEXT_NONE)
            add_rows(run, context, name + (blank - dashed) + 1);
        *blank = '-'; /* contexts are one word: tcp-request-connection */
    }
}

static enum type_id find_type(const char *name)
{
    for (int i = 1; i < TYPE_COUNT; i++)
        if (strcmp(types[i].name, name) == 0)
            return (enum type_id)i;
    return TYPE_NONE;
}

/* The keyword that looks most like the name. */
static const char *nearest(const struct doc_run *run, const char *name)
{
    size_t len = strlen(name);
    unsigned best = (unsigned)len / 3 + 2;
    const char *found = NULL;

    for (uint32_t i = 1; i < keyword_count; i++) {
        const struct keyword *kw = &keywords[i];
        unsigned distance =
            is_asked(run, kw->since, kw->until) ? diag_distance(name, len, kw->name, strlen(kw->name), best - 1) : best;

        if (distance < best) {
            best = distance;
            found = kw->name;
        }
    }
    return found;
}

static int not_found(const struct doc_run *run, const char *name)
{
    const char *near = nearest(run, name), *version = run->version < 0 ? "" : hap_version_names[run->version];

    cli_error("no keyword '%s'%s%s%s%s%s", name, *version ? " in HAProxy " : "", version,
              near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return EXIT_FINDINGS;
}

/* Two empty lines part what has been found under one name. */
static void begin(struct doc_run *run)
{
    if (run->out.len)
        buf_puts(&run->out, "\n\n");
}

/* A context, a type and keywords of the name; where there are none, keywords that begin with it. */
static void print_all(struct doc_run *run, const char *name)
{
    enum context_id context = find_context(name, strlen(name));
    enum type_id type = find_type(name);

    if (context != CONTEXT_NONE)
        to_doc_context(context, run->version, &run->out);
    if (type != TYPE_NONE) {
        begin(run);
        to_doc_type(type, &run->out);
    }
    for (size_t i = 0; i < run->count; i++) {
        begin(run);
        to_doc_row(run->rows[i].kw, run->rows[i].context, run->rows[i].version, &run->arena, &run->out);
    }
    if (!run->out.len)
        to_doc_group(name, run->version, &run->out);
}

/* Fills run->out. Gives the exit status. */
static int look_up(struct doc_run *run, const char *name)
{
    run->rows = arena_alloc(&run->arena, keyword_count * sizeof(*run->rows));
    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (*name || run->json)
            add_rows(run, (enum context_id)i, *name ? name : NULL);
    add_in_context(run, name);
    if (!*name && !run->json)
        to_doc_contexts(&run->out);
    else if (run->json && run->count)
        to_doc_json(run->rows, run->count, &run->arena, &run->out);
    else if (!run->json)
        print_all(run, name);
    return run->out.len ? EXIT_SUCCESS : not_found(run, name);
}

static const char *joined(struct doc_run *run, int count, char **words)
{
    struct buf name;

    buf_init_in(&name, &run->arena);
    for (int i = 0; i < count; i++)
        buf_printf(&name, "%s%s", i ? " " : "", words[i]);
    return buf_text(&name);
}

int command_doc(int argc, char **argv)
{
    static struct doc_run run; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&run, argc, argv);

    if (status >= 0)
        return status;
    arena_init(&run.arena, &run.oom);
    buf_init(&run.out, &run.oom);
    if (setjmp(run.oom.env) != 0) {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    } else {
        status = look_up(&run, joined(&run, argc - optind, argv + optind));
        if (!cli_print(run.out.data, run.out.len))
            status = EXIT_UNREADABLE;
    }
    buf_release(&run.out);
    arena_release(&run.arena);
    return status;
}
