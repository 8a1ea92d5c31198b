/* The order of rules: what is written is not always the order in which HAProxy runs them. */
#include "hacc/check/lint.h"

/* A rule below one of a later phase still runs before it. */
static void check_phase(struct lint *lint, const struct directive *d, const struct directive **latest)
{
    const struct directive **late = &latest[d->kw->phase > RESPONSE_PHASES];

    if (*late && (*late)->kw->phase > d->kw->phase) {
        diag_add(lint->config->diags, RULE_RULE_ORDER_ILLUSION, d->at, "write them in the order in which they run",
                 "'%s' runs before '%s', though it stands below", d->kw->name, (*late)->kw->name);
        diag_place(lint->config->diags, (*late)->at, "this one runs later");
    }
    if (!*late || d->kw->phase > (*late)->kw->phase)
        *late = d;
}

/* A redirect that may turn out empty lets the rules go on. */
static const struct arg *final_action(const struct directive *d)
{
    for (uint32_t i = 0; i < d->arg_count && !directive_option(d, KW_REDIRECT_IGNORE_EMPTY); i++)
        if (d->args[i].flags & ARG_HEAD)
            return keywords[d->args[i].row].flags & KW_FINAL ? &d->args[i] : NULL;
    return NULL;
}

/* Behind an unconditional `deny` no rule of the set is looked at. Of those that guard the statistics HAProxy takes any
 * rule without a condition for the last one. */
static void check_reach(struct lint *lint, const struct directive *before, const struct directive *d)
{
    const struct arg *action = before ? final_action(before) : NULL;

    if (!before || directive_has_condition(before) || (!action && d->kw->id != KW_FRONTEND_STATS_HTTP_REQUEST))
        return;
    if (action)
        diag_add(lint->config->diags, RULE_RULE_UNREACHABLE, d->at,
                 "give the rule above it a condition, or move it down",
                 "this rule is never reached: the '%s %s' above it always ends the '%s' rules", before->kw->name,
                 keywords[action->row].name, before->kw->name);
    else
        diag_add(lint->config->diags, RULE_RULE_UNREACHABLE, d->at,
                 "write the rules that decide below all others, and do the rest by 'http-request'",
                 "HAProxy takes the '%s' rule above this one, which has no condition, for the last one",
                 before->kw->name);
    diag_place(lint->config->diags, before->at, action ? "no rule below this one is looked at" : "this rule");
}

void lint_order(struct lint *lint)
{
    static const enum keyword_id sets[] = {KW_FRONTEND_HTTP_REQUEST, KW_FRONTEND_HTTP_RESPONSE,
                                           KW_FRONTEND_HTTP_AFTER_RESPONSE, KW_FRONTEND_STATS_HTTP_REQUEST};
    const struct directive *before[LINT_COUNT(sets)] = {NULL}, *latest[2] = {NULL, NULL};

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (directive_is_dot(d)) { /* the branches of a condition exclude each other */
            memset(before, 0, sizeof(before));
            memset(latest, 0, sizeof(latest));
            continue;
        }
        if (d->kw->phase)
            check_phase(lint, d, latest);
        for (size_t i = 0; i < LINT_COUNT(sets); i++) {
            if (d->kw->id != sets[i])
                continue;
            check_reach(lint, before[i], d);
            before[i] = d;
        }
    }
}
