/* hacc rules: the rules there are. */
#include "hacc/base/source.h"
#include "hacc/cli/cli.h"
#include "hacc/write/to_rules.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct rules_run;

/* A form that rules are printed in. */
struct form {
    const char *name;
    void (*print)(struct rules_run *run);
};

struct rules_run {
    struct oom oom;
    struct arena arena;
    struct sources sources;
    struct buf out;
    const struct form *form;
    const char *untested; /* the folder with a folder of tests for each rule; NULL: all rules are asked for */
    const struct rule *rules[RULE_COUNT];
    size_t count;
};

static const char help[] =
    "usage: hacc rules [OPTION…] [FAMILY|RULE…]\n"
    "\n"
    "Lists the rules by which hacc finds faults, or some of them, a line each: id, severity, family, what\n"
    "'haproxy -c' makes of the fault (silent, warns, refuses, or unseen), what the rule finds. 'hacc explain RULE' tells\n"
    "more.\n"
    "\n"
    "      --format FORMAT    table (the default), names, json, or markdown\n"
    "      --untested[=DIR]   the rules whose tests in DIR (default: tests/lint) are not all there\n"
    "  -h, --help             print this\n"
    "\n"
    "Exit status: 0 done, 1 no such rule or folder, 2 usage, or a standard output that cannot be written.\n";

static const struct option long_options[] = {{"format", required_argument, NULL, 'f'},
                                             {"untested", optional_argument, NULL, 'u'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

static void print_table(struct rules_run *run)
{
    to_rules_table(run->rules, run->count, &run->out);
}

static void print_names(struct rules_run *run)
{
    for (size_t i = 0; i < run->count; i++)
        buf_printf(&run->out, "%s\n", run->rules[i]->id);
}

static void print_json(struct rules_run *run)
{
    to_rules_json(run->rules, run->count, &run->arena, &run->out);
}

static void print_markdown(struct rules_run *run)
{
    to_rules_index(run->rules, run->count, &run->out);
}

static const struct form forms[] = {
    {"table", print_table}, {"names", print_names}, {"json", print_json}, {"markdown", print_markdown}};

static bool find_form(struct rules_run *run, const char *name)
{
    for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
        if (strcmp(name, forms[i].name) == 0) {
            run->form = &forms[i];
            return true;
        }
    }
    cli_error("--format takes table, names, json or markdown, not '%s'", name);
    return false;
}

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct rules_run *run, int argc, char **argv)
{
    int option;

    run->form = &forms[0];
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        switch (option) {
        case 'f':
            if (!find_form(run, optarg))
                return EXIT_UNREADABLE;
            break;
        case 'u':
            run->untested = optarg ? optarg : "tests/lint";
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc rules --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    return -1;
}

/* Gives the reasons in the rule's folder why tests are not there, "WHAT: reason" a line; "" for none. */
static const char *reasons(struct rules_run *run, const char *folder)
{
    const char *why;
    uint32_t src = sources_read(&run->sources, arena_printf(&run->arena, "%s/without", folder), &why);

    return src ? run->sources.at[src]->data : "";
}

static bool is_excused(const char *reasons, const char *what)
{
    size_t len = strlen(what);

    while (*reasons) {
        if (strncmp(reasons, what, len) == 0 && reasons[len] == ':')
            return true;
        reasons += strcspn(reasons, "\n");
        reasons += *reasons == '\n';
    }
    return false;
}

/* Whether the rule's folder has its tests, as tests/lint/run wants them, or says why not. */
static bool is_tested(struct rules_run *run, const struct rule *rule)
{
    struct {
        const char *what, *file;
        bool wanted;
    } tests[] = {{"expected", "expected", true},
                 {"near", rule->cfg ? "near.cfg" : "near.yaml", rule->bad},
                 {"twin", "twin.cfg", rule->bad && !rule->cfg},
                 {"twin", "twin.expected", rule->bad && !rule->cfg},
                 {"fixed", rule->cfg ? "fixed.cfg" : "fixed.yaml", rule->fix},
                 {"fixed", "twin.fixed", rule->fix && !rule->cfg}};
    const char *folder = arena_printf(&run->arena, "%s/%s", run->untested, rule->id), *excuses = reasons(run, folder);

    for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
        if (tests[i].wanted && !is_excused(excuses, tests[i].what) &&
            access(arena_printf(&run->arena, "%s/%s", folder, tests[i].file), R_OK) != 0)
            return false;
    return true;
}

/* Whether the rule, or its family, is asked for. */
static bool is_asked(const struct rule *rule, int count, char **names)
{
    for (int i = 0; i < count; i++)
        if (strcmp(rule->id, names[i]) == 0 || strcmp(rule_family_get(rule->family)->id, names[i]) == 0)
            return true;
    return !count;
}

/* Takes the rules, a family after the other. */
static void take(struct rules_run *run, int count, char **names)
{
    for (unsigned family = 0; family < FAMILY_COUNT; family++) {
        for (unsigned i = 0; i < RULE_COUNT; i++) {
            const struct rule *rule = rule_get((enum rule_id)i);

            if (rule->family == family && is_asked(rule, count, names) && !(run->untested && is_tested(run, rule)))
                run->rules[run->count++] = rule;
        }
    }
}

/* Whether all that is asked for is there. */
static bool is_known(const struct rules_run *run, int count, char **names)
{
    for (int i = 0; i < count; i++) {
        size_t len = strlen(names[i]);

        if (rule_find(names[i], len) == RULE_COUNT && rule_family_find(names[i], len) == FAMILY_COUNT) {
            cli_no_rule(names[i], true);
            return false;
        }
    }
    if (!run->untested || access(run->untested, X_OK) == 0)
        return true;
    cli_error("cannot read '%s': %s", run->untested, strerror(errno));
    return false;
}

int command_rules(int argc, char **argv)
{
    static struct rules_run run; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&run, argc, argv);

    if (status >= 0)
        return status;
    if (!is_known(&run, argc - optind, argv + optind))
        return EXIT_FINDINGS;
    status = EXIT_SUCCESS;
    arena_init(&run.arena, &run.oom);
    sources_init(&run.sources, &run.arena);
    if (setjmp(run.oom.env) != 0) {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    } else {
        buf_init_in(&run.out, &run.arena);
        take(&run, argc - optind, argv + optind);
        run.form->print(&run);
        if (!cli_print(run.out.data, run.out.len))
            status = EXIT_UNREADABLE;
    }
    sources_release(&run.sources);
    arena_release(&run.arena);
    return status;
}
