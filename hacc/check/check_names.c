#include "hacc/check/check.h"
#include "hacc/check/templates.h"

#include <string.h>

/* HAProxy takes these names more than once: ACL patterns and what a crt-store loads add up, of defaults the last one
 * counts, and of some the first (hacc lint warns of those). */
static bool may_repeat(enum symbol_kind kind)
{
    return kind == SYMBOL_ACL || kind == SYMBOL_DEFAULTS || kind == SYMBOL_CRT_STORE || symbol_is_kept_once(kind);
}

/* Two definitions in different branches of .if never meet. */
static bool may_both_stand(const struct symbol *a, const struct symbol *b)
{
    return !a->section->condition || !b->section->condition || a->section->condition == b->section->condition;
}

/* A listen section is told as a frontend; up to 3.0 it may have the name of a backend above it. */
static bool is_listen_again(const struct config *config, const struct symbol *a, const struct symbol *b)
{
    return a->kind == SYMBOL_BACKEND && b->section->context == CONTEXT_LISTEN &&
           (a->section->context == CONTEXT_LISTEN || config->lang.version < HAP_3_2);
}

/* A second stick-table of one section: check_once has said so. */
static bool is_told(const struct symbol *a, const struct symbol *b)
{
    return a->section == b->section && a->directive && b->directive && b->directive->kw->repeat == REPEAT_ONCE;
}

/* Up to 2.8 a peers section may have a table again. */
static bool is_peers_table(const struct config *config, const struct symbol *a, const struct symbol *b)
{
    return a->kind == SYMBOL_TABLE && config->lang.version < HAP_3_0 && a->section == b->section &&
           a->section->context == CONTEXT_PEERS;
}

/* One thing that is given its name twice: `guid` in a section, or in a server line. The last one counts. */
static bool is_one_thing(const struct symbol *a, const struct symbol *b)
{
    return a->section == b->section && a->directive && b->directive && a->directive->kw == b->directive->kw &&
           (a->directive == b->directive || b->directive->kw->repeat == REPEAT_LAST);
}

static void report(struct config *config, const struct symbol *first, const struct symbol *again)
{
    diag_add(config->diags, RULE_DUPLICATE_NAME, again->at, NULL, "%s '%.*s' is defined twice%s%s%s",
             symbol_names[again->kind], (int)again->len, again->name, again->scope ? " in '" : "",
             again->scope ? arena_strndup(config->arena, again->scope->name, again->scope->name_len) : "",
             again->scope ? "'" : "");
    diag_place(config->diags, first->at, "first defined here");
}

void check_names(struct config *config)
{
    for (const struct symbol *symbol = config->symbols.repeated; symbol; symbol = symbol->next_repeated)
        for (const struct symbol *again = symbol->same; again && !may_repeat(symbol->kind); again = again->same)
            if (may_both_stand(symbol, again) && !is_told(symbol, again) && !is_one_thing(symbol, again) &&
                !is_listen_again(config, symbol, again) && !is_peers_table(config, symbol, again))
                report(config, symbol, again);
    templates_collect(config);
    check_templates(config);
}
