/* Which defaults section a proxy starts from, and the rules in it: HAProxy evaluates those where they stand, once for
 * all proxies, and so has conditions on who may start from them (configuration.txt, 4). */
#include "hacc/check/check.h"

#include "hacc/lang/value.h"

/* Gives the first rule of a section that is evaluated by no others than `sides`. */
static const struct directive *find_rule(const struct section *section, unsigned sides)
{
    for (const struct directive *d = section->first; d; d = d->next)
        if (keyword_rules(d->kw) && !(keyword_rules(d->kw) & ~sides))
            return d;
    return NULL;
}

/* Gives the first rule that takes a capture slot: there are none in a backend. */
static const struct directive *find_capture(const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next)
        for (uint32_t i = 0; i < d->arg_count && keyword_rules(d->kw); i++) {
            const struct sig *sig = sig_at(d->args[i].sig);

            if (d->args[i].sig && sig->kind == SIG_PARAM && sig->type == TYPE_INT && sig->arg == INT_REQUEST_SLOT)
                return d;
        }
    return NULL;
}

static void report(struct config *config, const struct section *section, const struct directive *rule, const char *why)
{
    diag_add(config->diags, RULE_DEFAULTS_RULES, section->at,
             "start from a defaults section without rules, or put them into the proxies",
             "%s '%.*s' starts from a defaults section with rules: %s", contexts[section->context].name,
             (int)section->name_len, section->name, why);
    diag_place(config->diags, rule->at, "this is one of them");
}

/* A proxy, or another defaults section, that starts from one with rules. `other`: whether a proxy of another kind above
 * starts from it too. */
static void check_user(struct config *config, const struct section *section, bool other)
{
    const struct section *defaults = section->defaults;
    const struct directive *rule = find_rule(defaults, SIDE_FRONTEND | SIDE_BACKEND), *found;
    unsigned sides = section_sides(section);

    if (!rule)
        return;
    if (!sides)
        report(config, section, rule, "another defaults section cannot have them");
    else if (sides == (SIDE_FRONTEND | SIDE_BACKEND))
        report(config, section, rule, "a listen section cannot have them");
    else if ((found = find_rule(defaults, sides ^ (SIDE_FRONTEND | SIDE_BACKEND))))
        report(config, section, found,
               sides == SIDE_BACKEND ? "a backend cannot have those of connections and sessions"
                                     : "a frontend cannot have those of responses");
    else if (sides == SIDE_BACKEND && (found = find_capture(defaults)))
        report(config, section, found, "a backend cannot capture");
    else if (other)
        report(config, section, rule, "frontends and backends cannot share them");
}

static void check_anonymous(struct config *config, const struct section *section)
{
    const struct directive *rule = section->name_len ? NULL : find_rule(section, SIDE_FRONTEND | SIDE_BACKEND);

    if (!rule && !section->name_len)
        rule = section_find_directive(section, KW_DEFAULTS_QUIC_INITIAL); /* its users need no more than a name */

    if (rule)
        diag_add(config->diags, RULE_DEFAULTS_RULES, rule->at, "give the section a name",
                 "'%s' cannot stand in a defaults section without a name", rule->kw->name);
}

static bool is_http(const struct directive *mode)
{
    return mode && (mode->args[0].flags & ARG_ENV || text_is(mode->args[0].text, mode->args[0].len, "http"));
}

/* HAProxy looks at the mode where it reads a rule on QUIC's first datagrams. What stands behind an .if may be so or
 * not. */
static void check_initial(struct config *config, const struct section *section)
{
    static const enum keyword_id id = KW_DEFAULTS_MODE;
    const struct directive *mode;

    if (config->lang.version < HAP_3_2 || section_sides(section) == SIDE_BACKEND || section->poison ||
        (section->defaults && section->defaults->poison))
        return;
    mode = check_effective(section->defaults, &id, 1);
    for (const struct directive *d = section->first; d; d = d->next) {
        if (d->kw->id == KW_DEFAULTS_MODE)
            mode = d;
        else if (d->kw->id == KW_DEFAULTS_QUIC_INITIAL && !is_http(mode) && (!mode || !mode->condition))
            diag_add(config->diags, RULE_MODE, d->at, "'mode http' must stand above it",
                     "'%s' has no place in another mode than http", d->kw->name);
    }
}

/* `from` takes one that stands above, and only one. */
static void check_from(struct config *config, const struct section *section)
{
    const struct symbol *symbol = config_find(config, SYMBOL_DEFAULTS, section->from, section->from_len, NULL);
    const struct symbol *first = NULL;

    if (!symbol)
        return; /* check_refs says so */
    for (const struct symbol *one = symbol; one; one = one->same) {
        if (one->section->number >= section->number || one->section->condition)
            continue;
        if (first) {
            diag_add(config->diags, RULE_DUPLICATE_NAME, section->at, "give them different names",
                     "'from %.*s' could mean two defaults sections", (int)section->from_len, section->from);
            diag_place(config->diags, first->at, "the first one is here");
            diag_place(config->diags, one->at, "the second one is here");
            return;
        }
        first = one;
    }
    if (symbol->section->number < section->number)
        return;
    diag_add(config->diags, RULE_ORDER, section->at, "put the defaults section above its first use",
             "defaults '%.*s' is defined only below", (int)section->from_len, section->from);
    diag_place(config->diags, symbol->at, "it is defined here");
}

void check_defaults(struct config *config)
{
    for (struct section *section = config->first; section; section = section->next) {
        unsigned sides = section_sides(section);

        if (section->context == CONTEXT_DEFAULTS)
            check_anonymous(config, section);
        check_initial(config, section);
        if (section->from)
            check_from(config, section);
        if (!section->defaults)
            continue;
        check_user(config, section, section->defaults->serves & ~sides);
        section->defaults->serves |= (uint8_t)sides;
    }
}
