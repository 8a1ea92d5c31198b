#include "hacc/check/check.h"
#include "hacc/check/templates.h"

#include "hacc/lang/value.h"

/* "server" in the section itself, "backend/server" anywhere. */
static bool server_exists(const struct config *config, const struct ref *ref)
{
    const char *slash = memchr(ref->name, '/', ref->len);
    uint32_t skip = slash ? (uint32_t)(slash - ref->name) + 1 : 0;
    const struct section *section = ref->section;

    if (slash) {
        const struct symbol *backend = config_find(config, SYMBOL_BACKEND, ref->name, skip - 1, NULL);

        if (!backend)
            return false;
        section = backend->section;
    }
    return (section && section->poison) ||
           config_find(config, SYMBOL_SERVER, ref->name + skip, ref->len - skip, section) ||
           templates_find(config, section, ref->name + skip, ref->len - skip);
}

/* A group of the section, or "userlist/group" as an ACL means it. HAProxy adds up userlists of one name. */
static bool group_exists(const struct config *config, const struct ref *ref)
{
    const char *slash = memchr(ref->name, '/', ref->len);
    uint32_t skip = slash ? (uint32_t)(slash - ref->name) + 1 : 0;
    const struct symbol *list;

    if (!slash)
        return config_find(config, SYMBOL_GROUP, ref->name, ref->len, ref->section) != NULL;
    list = config_find(config, SYMBOL_USERLIST, ref->name, skip - 1, NULL);
    if (!list)
        return true; /* it is missing itself, and that is said */
    for (; list; list = list->same)
        if (list->section->poison ||
            config_find(config, SYMBOL_GROUP, ref->name + skip, ref->len - skip, list->section))
            return true;
    return false;
}

static bool ref_exists(const struct config *config, const struct ref *ref)
{
    enum symbol_kind kind = (enum symbol_kind)ref->kind;

    if (config->unknown_names >> kind & 1)
        return true;
    if (kind == SYMBOL_SERVER)
        return server_exists(config, ref);
    if (kind == SYMBOL_GROUP && group_exists(config, ref))
        return true;
    if (config_find(config, kind, ref->name, ref->len, ref->section))
        return true;
    /* what the section itself failed to define was reported where it stands */
    if (kind == SYMBOL_OT_FILTER && text_is(ref->name, ref->len, "ot-filter"))
        return true; /* the name of one that is given none */
    return symbol_is_local(kind) && ref->section && ((const struct section *)ref->section)->poison;
}

static const char *suggest(const struct config *config, const struct ref *ref)
{
    unsigned best = (ref->len < 3 ? 1 : ref->len / 3) + 1;
    const struct symbol *found = NULL;
    enum symbol_kind kind = (enum symbol_kind)ref->kind;
    const struct section *section = ref->section;
    const struct symbols *names = !symbol_is_local(kind) ? &config->names : section ? &section->names : NULL;

    for (const struct symbol *symbol = names ? names->first : NULL; symbol; symbol = symbol->next) {
        unsigned distance;

        if (symbol->kind != kind)
            continue;
        distance = diag_distance(ref->name, ref->len, symbol->name, symbol->len, best - 1);
        if (distance < best) {
            best = distance;
            found = symbol;
        }
    }
    if (!found || ref->len == 1) /* any letter is near to any other */
        return NULL;
    return arena_printf(config->arena, "did you mean '%.*s'?", (int)found->len, found->name);
}

/* A table's name is a proxy's: where the proxy exists, it is the table that is missing. Gives the proxy. */
static const struct section *proxy_without_table(const struct config *config, const struct ref *ref)
{
    const struct symbol *symbol = NULL;

    if (ref->kind == SYMBOL_TABLE && !(symbol = config_find(config, SYMBOL_BACKEND, ref->name, ref->len, NULL)))
        symbol = config_find(config, SYMBOL_FRONTEND, ref->name, ref->len, NULL);
    return symbol ? symbol->section : NULL;
}

/* HAProxy looks an ACL up where it reads the condition, a table where it evaluates a line of global, and a ring where
 * it reads the converter of a rule (log formats and addresses wait): one that is defined further down does not help.
 * Gives it. */
static const struct symbol *defined_below(const struct config *config, const struct ref *ref)
{
    const struct section *section = ref->section;
    const struct symbol *symbol = NULL;
    bool in_global = section && section->context == CONTEXT_GLOBAL;

    if (ref->kind == SYMBOL_ACL || (ref->kind == SYMBOL_TABLE && in_global) ||
        (ref->kind == SYMBOL_RING && ref->kw && (ref->kw->id == KW_GLOBAL_TRACE || keyword_rules(ref->kw))))
        symbol = config_find(config, (enum symbol_kind)ref->kind, ref->name, ref->len, section);
    return symbol && symbol->number > ref->number ? symbol : NULL;
}

static void report_below(struct config *config, const struct ref *ref, const struct symbol *symbol)
{
    diag_add(config->diags, RULE_REFERENCE_MISSING, ref->at, "put it above its first use",
             "%s '%.*s' is defined only below, and HAProxy reads in order", symbol_names[ref->kind], (int)ref->len,
             ref->name);
    diag_place(config->diags, symbol->at, "it is defined here");
}

static void report_missing(struct config *config, const struct ref *ref, const struct section *proxy)
{
    const char *by = ref->kw ? ref->kw->name : "from";

    if (proxy)
        diag_add(config->diags, RULE_REFERENCE_MISSING, ref->at, "add a stick-table to it",
                 "'%.*s' has no stick-table, but '%s' needs one", (int)ref->len, ref->name, by);
    else
        diag_add(config->diags, RULE_REFERENCE_MISSING, ref->at,
                 diags_full(config->diags) ? NULL : suggest(config, ref), "no %s '%.*s', but '%s' needs it",
                 symbol_names[ref->kind], (int)ref->len, ref->name, by);
}

/* Whether the section has itself what an empty name stands for: the table of its name, or being a backend, as a ring
 * is. A defaults section is what those are that start from it. */
static bool own_exists(const struct config *config, const struct section *section, enum symbol_kind kind)
{
    const struct context *context = &contexts[section->context];

    if ((section->serves & SIDE_FRONTEND && kind == SYMBOL_FRONTEND) ||
        (section->serves & SIDE_BACKEND && kind == SYMBOL_BACKEND))
        return true;
    if (section->name_env && config->unknown_names >> kind & 1)
        return true;
    if (section->context == CONTEXT_RING && kind == SYMBOL_BACKEND)
        return true;
    return context->defines[0] == kind || context->defines[1] == kind ||
           (section->name_len && config_find(config, kind, section->name, section->name_len, NULL));
}

/* HAProxy looks for these names in proxies, in what it evaluates itself (global) and, from 2.6 on, in rings, which are
 * backends to it. A defaults section has no table of its own: its rules must name one, and its other lines mean what
 * its users have: see check_inherited.c. */
static void check_own(struct config *config, const struct ref *ref)
{
    const struct section *section = ref->section;
    bool looked_at = section && (section_sides(section) || section->context == CONTEXT_GLOBAL ||
                                 (section->context == CONTEXT_RING && config->lang.version >= HAP_2_6) ||
                                 (section->context == CONTEXT_DEFAULTS && ref->kw && keyword_rules(ref->kw)));
    const char *kind = symbol_names[ref->kind];

    if (!looked_at || section->poison || own_exists(config, section, (enum symbol_kind)ref->kind))
        return;
    if (ref->kind == SYMBOL_TABLE && section_sides(section))
        diag_add(config->diags, RULE_REFERENCE_MISSING, ref->at, "add a stick-table to it, or name another table",
                 "'%.*s' has no stick-table, but '%s' needs one", (int)section->name_len, section->name, ref->kw->name);
    else if (ref->kind == SYMBOL_TABLE)
        diag_add(config->diags, RULE_REFERENCE_MISSING, ref->at, "name a table",
                 "a %s section has no stick-table, and none is named", contexts[section->context].name);
    else
        diag_add(config->diags, RULE_REFERENCE_MISSING, ref->at, arena_printf(config->arena, "name a %s", kind),
                 "a %s section is no %s, and none is named", contexts[section->context].name, kind);
}

/* A section, and whether HAProxy leaves it as it is: it is a proxy that is off. */
struct asked {
    const struct section *section;
    bool off;
};

/* 2.2 looks up the resolvers of all servers; later versions stumble over a rule whose server is not there. */
static bool counts_when_off(const struct config *config, const struct ref *ref)
{
    if (!ref->kw || keyword_rules(ref->kw))
        return false;
    if (config->lang.version == HAP_2_2)
        return ref->kind == SYMBOL_RESOLVERS;
    return ref->kind == SYMBOL_SERVER && ref->kw->id == KW_FRONTEND_USE_SERVER;
}

/* What stands in a defaults section is looked at for the proxies that start from it, and nearly nothing in one that is
 * off; ACLs are looked up where they stand. */
static bool is_unused(const struct config *config, const struct ref *ref, struct asked *asked)
{
    const struct section *section = ref->section;

    if (!section || ref->kind == SYMBOL_ACL || ref->kind == SYMBOL_DEFAULTS)
        return false;
    if (asked->section != section)
        *asked = (struct asked){section, section_sides(section) && proxy_is_off(section)};
    if (asked->off)
        return !counts_when_off(config, ref);
    if (section->context != CONTEXT_DEFAULTS)
        return false;
    if (ref->kw && ref->kw->id == KW_DEFAULTS_DEFAULT_BACKEND)
        return !(section->serves & SIDE_FRONTEND);
    return !section->serves;
}

void check_refs(struct config *config)
{
    struct asked asked = {NULL, false};

    if (config->damaged)
        return;
    for (const struct ref *ref = config->lang.refs; ref; ref = ref->next) {
        const struct section *proxy = NULL;
        const struct symbol *below = NULL;

        if (is_unused(config, ref, &asked))
            continue;
        if (!ref->len) {
            check_own(config, ref);
            continue;
        }
        proxy = proxy_without_table(config, ref);
        below = defined_below(config, ref);
        if (below)
            report_below(config, ref, below);
        else if (!ref_exists(config, ref) && !(proxy && proxy->poison))
            report_missing(config, ref, proxy);
    }
}
