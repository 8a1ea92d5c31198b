/* hacc explain: the page of a rule. */
#include "hacc/check/check.h"
#include "hacc/check/ignores.h"
#include "hacc/cli/cli.h"
#include "hacc/cli/compile.h"
#include "hacc/write/to_rules.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: hacc explain [OPTION…] RULE…\n"
    "\n"
    "Prints what a rule finds, what goes wrong without it and what HAProxy says of it, an example with its findings, and\n"
    "the example mended. RULE is what stands in brackets in a finding: error[RULE]. 'hacc rules' lists them.\n"
    "\n"
    "      --format FORMAT    text (the default), or markdown\n"
    "  -h, --help             print this\n"
    "\n"
    "Exit status: 0 found, 1 no such rule, 2 usage, or a standard output that cannot be written.\n";

static const struct option long_options[] = {
    {"format", required_argument, NULL, 'f'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};

/* Gives -1 to go on, else the exit status. */
static int parse_options(bool *markdown, int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) >= 0) {
        switch (option) {
        case 'f':
            *markdown = strcmp(optarg, "markdown") == 0;
            if (*markdown || strcmp(optarg, "text") == 0)
                break;
            cli_error("--format takes text or markdown, not '%s'", optarg);
            return EXIT_UNREADABLE;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc explain --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    if (optind < argc)
        return -1;
    cli_error("no rule ('hacc rules' lists them)");
    return EXIT_UNREADABLE;
}

/* A page is about one rule: of the others what hacc build stops on is said. */
static int level_of(void *shown, enum rule_id id, uint32_t src)
{
    const struct rule *rule = rule_get(id);

    (void)src;
    return rule == shown || rule_is_refused(rule) ? (int)rule->severity : RULE_OFF;
}

/* Gives what lint says of the rule's bad example: as a YAML file for the version that it names, as a haproxy.cfg for
 * the last version that has the fault. No haproxy is asked for its version: a page is the same on each machine. */
static const char *findings(struct compilation *c, const struct rule *rule)
{
    struct compile_options options = {.version = -1, .fallback = -1};
    const struct diag_levels levels = {level_of, (void *)rule};
    struct buf text;

    if (!rule->bad)
        return "";
    if (rule->cfg && rule->until)
        options.version = hap_version_parse(rule->until, strlen(rule->until));
    c->diags.levels = &levels;
    compile_text(c, rule_file(rule), rule->bad, rule->cfg ? INPUT_CFG : INPUT_YAML, &options);
    check_lint(&c->config, NULL);
    diags_sort(&c->diags);
    ignores_apply(&c->config, true);
    c->diags.levels = NULL;
    buf_init_in(&text, &c->arena);
    diags_print(&c->diags, &c->sources, (struct diag_style){.fixes = true}, &text);
    return buf_text(&text);
}

/* Two empty lines part one page from the next. Gives the exit status. */
static int explain(const struct rule *rule, bool markdown, bool first)
{
    static struct compilation c; /* static: what setjmp returns to must be found as it was left */
    struct buf out;
    int status;

    compile_init(&c);
    if (setjmp(c.oom.env) == 0) {
        buf_init_in(&out, &c.arena);
        if (!first)
            buf_puts(&out, "\n\n");
        to_rule_page(rule, findings(&c, rule), markdown, &out);
        status = cli_print(out.data, out.len) ? EXIT_SUCCESS : EXIT_UNREADABLE;
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    compile_release(&c);
    return status;
}

int command_explain(int argc, char **argv)
{
    bool markdown = false;
    int status = parse_options(&markdown, argc, argv);

    if (status >= 0)
        return status;
    status = EXIT_SUCCESS;
    for (int i = optind; i < argc && status != EXIT_UNREADABLE; i++) {
        enum rule_id id = rule_find(argv[i], strlen(argv[i]));
        int one = id == RULE_COUNT ? cli_no_rule(argv[i], false) : explain(rule_get(id), markdown, i == optind);

        if (one != EXIT_SUCCESS)
            status = one;
    }
    return status;
}
