#include "hacc/check/check.h"
#include "hacc/check/templates.h"

#include <stdlib.h>

/* HAProxy takes these names more than once: ACL patterns and what a crt-store loads add up, of defaults the last one
 * counts, and of some the first (hacc lint warns of those). Of peers see check_peers. */
static bool may_repeat(enum symbol_kind kind)
{
    return kind == SYMBOL_ACL || kind == SYMBOL_PEER || kind == SYMBOL_DEFAULTS || kind == SYMBOL_CRT_STORE ||
           symbol_is_kept_once(kind);
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

/* A server with a number of its own may have the name of another one. */
static bool is_numbered(const struct symbol *symbol)
{
    return symbol->kind == SYMBOL_SERVER && symbol->directive && directive_option(symbol->directive, KW_SERVER_ID);
}

/* Servers of a proxy that is off may share names, and in 2.2 those of a ring. Sets *asked to the section and *off to
 * the answer, which the next name of it is told by. */
static bool is_unchecked(const struct config *config, const struct symbol *symbol, const struct section **asked,
                         bool *off)
{
    if (symbol->kind != SYMBOL_SERVER)
        return false;
    if (*asked != symbol->section)
        *off = section_sides(symbol->section) ? proxy_is_off(symbol->section) : config->lang.version == HAP_2_2;
    *asked = symbol->section;
    return *off;
}

static void report(struct config *config, const struct symbol *first, const struct symbol *again)
{
    bool local = symbol_is_local((enum symbol_kind)again->kind);

    diag_add(config->diags, RULE_DUPLICATE_NAME, again->at, NULL, "%s '%.*s' is defined twice%s%s%s",
             symbol_names[again->kind], (int)again->len, again->name, local ? " in '" : "",
             local ? arena_strndup(config->arena, again->section->name, again->section->name_len) : "",
             local ? "'" : "");
    diag_place(config->diags, first->at, "first defined here");
}

/* By number, then as they stand. */
static int compare_ids(const void *one, const void *other)
{
    const struct acl_id *a = *(const struct acl_id *const *)one, *b = *(const struct acl_id *const *)other;

    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (a->at.src != b->at.src)
        return a->at.src < b->at.src ? -1 : 1;
    return a->at.off < b->at.off ? -1 : a->at.off > b->at.off;
}

static void report_id(struct config *config, const struct acl_id *first, const struct acl_id *again)
{
    diag_add(config->diags, RULE_DUPLICATE_NAME, again->at, "no two ACLs of a configuration can have one",
             "the id %d is given to patterns twice", (int)again->number);
    diag_place(config->diags, first->at, "first given here");
}

static void check_acl_ids(struct config *config)
{
    const struct acl_id **ids;
    uint32_t count = 0, i = 0;

    for (const struct acl_id *id = config->lang.acl_ids; id; id = id->next)
        count++;
    ids = arena_alloc(config->arena, count * sizeof(*ids));
    for (const struct acl_id *id = config->lang.acl_ids; id; id = id->next)
        ids[i++] = id;
    qsort(ids, count, sizeof(*ids), compare_ids);
    for (uint32_t first = 0, again = 1; again < count; again++) {
        if (ids[again]->number != ids[first]->number)
            first = again;
        else if (conditions_may_meet(ids[first]->branch, ids[again]->branch))
            report_id(config, ids[first], ids[again]);
    }
}

/* All definitions of one name. */
static void check_name(struct config *config, const struct symbol *symbol)
{
    while (symbol && is_numbered(symbol))
        symbol = symbol->same;
    for (const struct symbol *again = symbol ? symbol->same : NULL; again; again = again->same)
        if (conditions_may_meet(symbol->branch, again->branch) && !is_numbered(again) && !is_told(symbol, again) &&
            !is_one_thing(symbol, again) && !is_listen_again(config, symbol, again) &&
            !is_peers_table(config, symbol, again))
            report(config, symbol, again);
}

void check_names(struct config *config)
{
    const struct section *asked = NULL;
    bool off = false;

    for (const struct symbol *symbol = config->repeated; symbol; symbol = symbol->next_repeated)
        if (!may_repeat(symbol->kind) && !is_unchecked(config, symbol, &asked, &off))
            check_name(config, symbol);
    check_acl_ids(config);
    templates_collect(config);
    check_templates(config);
}
