/* Conditions that never hold, and rules that those above leave nothing for. */
#include "hacc/check/lint.h"
#include "hacc/check/request_index.h"

#include "hacc/lang/value.h"

/* --- contradictions --- */

static void report_contradiction(struct lint *lint, const struct request_term *first, const struct request_term *second,
                                 bool all)
{
    const struct arg *a = first->at, *b = second->at;

    diag_add(lint->config->diags, RULE_COND_CONTRADICTION, arg_span(b),
             "tests side by side must all hold; write 'or' between alternatives",
             "%s: no request meets both '%s%.*s' and '%s%.*s'",
             all ? "this condition never holds" : "this alternative never holds", first->negated ? "!" : "",
             (int)a->len - (*a->text == '!'), a->text + (*a->text == '!'), second->negated ? "!" : "",
             (int)b->len - (*b->text == '!'), b->text + (*b->text == '!'));
    diag_place(lint->config->diags, arg_span(a), "the other test");
}

/* Gives whether the condition never holds. */
static bool check_contradictions(struct lint *lint, const struct directive *d,
                                 const struct request_condition *condition)
{
    const struct request_term *first = NULL, *second = NULL, *one, *other;
    uint32_t empty = 0;

    for (uint32_t i = 0; i < condition->count; i++) {
        if (!request_case_empty(&condition->cases[i], &one, &other))
            continue;
        if (!empty++) {
            first = one;
            second = other;
        }
    }
    if (empty && !directive_option(d, KW_COND_UNLESS))
        report_contradiction(lint, first, second, empty == condition->count);
    return empty && empty == condition->count;
}

/* --- what rules do --- */

/* The sets of rules of which one ends the set: what is behind a rule that ends it, where that one's condition holds, is
 * never looked at. */
enum rule_set { SET_NONE, SET_BACKEND, SET_REDIRECT, SET_HTTP, SET_TCP, SET_COUNT };

/* Gives the action of a rule of actions. */
static const struct arg *action_of(const struct directive *d)
{
    return d->arg_count && d->args->flags & ARG_HEAD ? d->args : NULL;
}

bool lint_ends_requests(const struct directive *d)
{
    const struct arg *action = d->kw->id == KW_FRONTEND_HTTP_REQUEST ? action_of(d) : NULL;

    return action && keywords[action->row].flags & KW_FINAL && !directive_option(d, KW_REDIRECT_IGNORE_EMPTY);
}

static enum rule_set set_of(const struct directive *d)
{
    switch (d->kw->id) {
    case KW_FRONTEND_USE_BACKEND:
        return SET_BACKEND;
    case KW_FRONTEND_REDIRECT:
        return SET_REDIRECT;
    case KW_FRONTEND_HTTP_REQUEST:
        return SET_HTTP;
    case KW_FRONTEND_TCP_REQUEST_CONNECTION:
        return SET_TCP;
    default:
        return SET_NONE;
    }
}

/* Whether the rules below are passed over where the rule's condition holds. */
static bool ends_rules(enum rule_set set, const struct directive *d)
{
    const struct arg *action = action_of(d);
    unsigned id = action ? keywords[action->row].id : KW_NONE;

    if (directive_option(d, KW_REDIRECT_IGNORE_EMPTY))
        return false;
    switch (set) {
    case SET_BACKEND:
        /* a computed name may be that of no backend: then the next rule is looked at */
        return !memchr(d->args->text, '%', d->args->len) && !(d->args->flags & ARG_ENV);
    case SET_REDIRECT:
        return true;
    case SET_HTTP:
        return lint_ends_requests(d);
    case SET_TCP:
        return id == KW_TCP_REQUEST_CONNECTION_ACCEPT || id == KW_TCP_REQUEST_CONNECTION_REJECT;
    case SET_NONE:
    case SET_COUNT:
        return false;
    }
    return false;
}

/* Whether the action leaves alone what conditions look at, but for counters and variables. */
static bool leaves_request(const struct directive *d)
{
    static const enum keyword_id harmless[] = {KW_HTTP_REQUEST_CAPTURE, KW_HTTP_REQUEST_SET_LOG_LEVEL,
                                               KW_HTTP_REQUEST_SET_NICE, KW_HTTP_REQUEST_SET_TOS,
                                               KW_HTTP_REQUEST_SET_MARK};
    const struct arg *action = action_of(d);
    const struct keyword *kw = action ? &keywords[action->row] : NULL;

    return kw && (keyword_is_one_of(kw, harmless, LINT_COUNT(harmless)) || kw->flags & KW_FINAL ||
                  kw->counter != NO_COUNTER || keyword_takes_variable(kw));
}

/* Whether the rule only changes a header that is not the host. */
static bool changes_header(const struct directive *d)
{
    static const enum keyword_id changes[] = {KW_HTTP_REQUEST_SET_HEADER, KW_HTTP_REQUEST_ADD_HEADER,
                                              KW_HTTP_REQUEST_DEL_HEADER};
    const struct arg *action = action_of(d);

    return action && keyword_is_one_of(&keywords[action->row], changes, LINT_COUNT(changes)) && d->arg_count > 1 &&
           !(d->args[1].flags & ARG_ENV) && !memchr(d->args[1].text, '%', d->args[1].len) &&
           !text_is(d->args[1].text, d->args[1].len, "host") && !text_is(d->args[1].text, d->args[1].len, "Host");
}

bool lint_changes_request(const struct directive *d)
{
    return d->kw->id == KW_FRONTEND_HTTP_REQUEST && !leaves_request(d) && !changes_header(d);
}

/* --- shadows --- */

/* Whether behind the rule the conditions of those above may have another outcome. */
static bool may_change(enum rule_set set, const struct directive *d, const struct request_index *index)
{
    if (set == SET_TCP)
        return !ends_rules(set, d);
    if (set != SET_HTTP || leaves_request(d))
        return false;
    return !changes_header(d) || index->parts & 1 << PART_HEADER;
}

static void report_shadow(struct lint *lint, const struct directive *d, const struct directive *above)
{
    const struct arg *action = action_of(above);
    const char *name = action ? keywords[action->row].name : "", *blank = action ? " " : "";

    if (directive_has_condition(above))
        diag_add(lint->config->diags, RULE_RULE_SHADOWED, d->at, "move it above that rule, or remove it",
                 "this rule never counts: where its condition holds, the '%s%s%s' above has decided", above->kw->name,
                 blank, name);
    else if (above->kw == d->kw)
        diag_add(lint->config->diags, RULE_RULE_SHADOWED, d->at, "give the rule above it a condition, or move it down",
                 "this rule never counts: the '%s%s%s' above, without a condition, has decided", above->kw->name, blank,
                 name);
    else
        diag_add(lint->config->diags, RULE_RULE_SHADOWED, d->at, "give that rule a condition",
                 "this rule never counts: '%s%s%s' has no condition, and answers every request", above->kw->name, blank,
                 name);
    diag_place(lint->config->diags, above->at,
               directive_has_condition(above) ? "its condition holds too" : "this rule");
}

static void check_shadow(struct lint *lint, struct request_index *index, const struct directive *d,
                         const struct request_condition *condition)
{
    const struct directive *above = NULL;

    for (uint32_t i = 0; i < condition->count; i++) {
        above = request_index_find(index, &condition->cases[i]);
        if (!above)
            return;
    }
    if (above)
        report_shadow(lint, d, above);
}

/* What stands above in the sets. */
struct rules_above {
    struct request_index indexes[SET_COUNT];
    const struct directive
        *always[SET_COUNT]; /* a rule without a condition; NULL: there is none, or it has been told of */
};

/* A rule of one of the sets. Below an http-request rule that always decides, lint_order has something to say. */
static void check_rule(struct lint *lint, struct rules_above *above, const struct directive *d,
                       const struct request_condition *condition, bool empty)
{
    enum rule_set set = set_of(d);
    struct request_index *index = &above->indexes[set];
    bool conditional = directive_has_condition(d);

    if (set == SET_NONE)
        return;
    if (above->always[set]) {
        report_shadow(lint, d, above->always[set]);
        above->always[set] = NULL;
    } else if (!empty && condition->known && conditional) {
        check_shadow(lint, index, d, condition);
    }
    if (!conditional && set != SET_HTTP && ends_rules(set, d))
        above->always[set] = d;
    else if (!empty && condition->known && ends_rules(set, d))
        request_index_add(index, condition, d);
    else if (may_change(set, d, index))
        request_index_init(index, lint->config->arena);
}

/* Gives the rule above `end` that answers every request before a backend is chosen; NULL: there is none. Behind an
 * 'http-request allow' the rules of http-request are passed over, and not those of redirect. */
static const struct directive *answers_all(const struct lint *lint, const struct directive *end)
{
    bool passed = false;

    for (const struct directive *d = lint->section->first; d != end; d = d->next) {
        const struct arg *action = action_of(d);

        if (d->kw->id == KW_FRONTEND_REDIRECT && !directive_has_condition(d) && ends_rules(SET_REDIRECT, d))
            return d;
        if (passed || !lint_ends_requests(d))
            continue;
        if (keywords[action->row].id == KW_HTTP_REQUEST_ALLOW)
            passed = true;
        else if (!directive_has_condition(d))
            return d;
    }
    return NULL;
}

/* A backend that is left over, where all is answered, may be meant for later: a condition is not. Of what stands below
 * and yet runs before, lint_order tells. */
static void check_choice(struct lint *lint)
{
    const struct directive *d = lint_first(lint, KW_FRONTEND_USE_BACKEND), *before;

    while (d && (d->kw->id != KW_FRONTEND_USE_BACKEND || !directive_has_condition(d)))
        d = d->next;
    before = d && lint->frontend && lint->mode == MODE_HTTP ? answers_all(lint, d) : NULL;
    if (before)
        report_shadow(lint, d, before);
}

void lint_routing(struct lint *lint)
{
    struct rules_above above = {.always = {NULL}};

    if (!lint->sure) /* the branches of an .if exclude each other */
        return;
    for (int set = 0; set < SET_COUNT; set++)
        request_index_init(&above.indexes[set], lint->config->arena);
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        struct request_condition condition = {NULL, 0, false};
        bool empty = false;

        if (directive_has_condition(d)) {
            condition = request_condition_of(lint->config, lint->section, d);
            empty = check_contradictions(lint, d, &condition);
        }
        if (!lint_is_misplaced(lint, d->kw))
            check_rule(lint, &above, d, &condition, empty);
    }
    check_choice(lint);
}
