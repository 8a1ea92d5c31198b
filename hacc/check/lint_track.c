/* Rules of tcp-request content and tcp-response content that look at contents, or that do not. */
#include "hacc/check/lint.h"

#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

/* Columns of a fetch's matrix (grammar/fetches.yaml): where a session begins, and where contents have come in; where a
 * server is connected, and where its contents have come in. */
enum { MATRIX_SESSION = 1, MATRIX_CONTENT = 2, MATRIX_SERVER = 10, MATRIX_RESPONSE = 11 };

/* Whether a fetch has no value before the client has sent something. */
static bool needs_contents(const struct keyword *fetch)
{
    return fetch && fetch->matrix && fetch->matrix[MATRIX_SESSION] == '.' && fetch->matrix[MATRIX_CONTENT] == 'Y';
}

static bool may_need_contents(const struct keyword *fetch)
{
    return !fetch || needs_contents(fetch);
}

/* Whether a condition tests contents; what is not known may test anything. */
static bool condition_needs_contents(const struct lint *lint, const struct directive *d)
{
    struct lint_test test = {0};

    while (lint_next_test(lint, d, &test)) {
        if (!test.acl && may_need_contents(test.fetch))
            return true;
        for (const struct symbol *line = test.acl; line; line = line->same)
            if (may_need_contents(lint_acl_fetch(lint, line)))
                return true;
    }
    return false;
}

/* Gives the action's name where it tracks or captures a sample. */
static const struct arg *sampling_action(const struct directive *d)
{
    const struct arg *action = d->arg_count > 1 && d->args[0].flags & ARG_HEAD ? &d->args[0] : NULL;
    const struct keyword *kw = action ? &keywords[action->row] : NULL;

    return kw && (kw->counter != NO_COUNTER || kw->id == KW_TCP_REQUEST_CONTENT_CAPTURE) ? action : NULL;
}

bool lint_waits(const struct lint *lint, const struct directive *rule)
{
    const struct arg *action = sampling_action(rule);

    if (directive_has_condition(rule) && condition_needs_contents(lint, rule))
        return true;
    return action && may_need_contents(lint_fetch(lint, action[1].text, action[1].len));
}

static void check_rule(struct lint *lint, const struct directive *d, const struct arg *action)
{
    const struct keyword *kw = &keywords[action->row], *fetch = lint_fetch(lint, action[1].text, action[1].len);

    if (!fetch)
        return;
    if (needs_contents(fetch)) {
        if (!lint_effective(lint, KW_FRONTEND_TCP_REQUEST_INSPECT_DELAY))
            diag_add(lint->config->diags, RULE_INSPECT_DELAY_MISSING, d->at,
                     "add 'tcp-request inspect-delay 5s', or do it by http-request",
                     "'%s' finds '%s' by chance: HAProxy does not wait for it", kw->name, fetch->name);
    } else if (kw->counter != NO_COUNTER && lint->mode == MODE_HTTP && lint->config->lang.version >= HAP_2_4 &&
               !condition_needs_contents(lint, d)) {
        diag_add(lint->config->diags, RULE_TRACK_IN_CONTENT, d->at, "use 'tcp-request session'",
                 "'%s' here misses connections that send no valid request, and '%s' is known before one", kw->name,
                 fetch->name);
    }
}

/* Gives what a sample of the rule reads that is not there before contents have come in; NULL: nothing. */
static const struct keyword *late_fetch(const struct lint *lint, const struct arg *sample, bool response)
{
    const struct keyword *fetch = NULL;

    if (sample && sample->sig && sig_at(sample->sig)->type == TYPE_SAMPLE)
        fetch = lint_fetch(lint, sample->text, sample->len);
    if (!fetch || !fetch->matrix || fetch->matrix[response ? MATRIX_SERVER : MATRIX_SESSION] != '.' ||
        fetch->matrix[response ? MATRIX_RESPONSE : MATRIX_CONTENT] != 'Y')
        return NULL;
    return fetch;
}

/* Gives what the filter of a bandwidth limit has for its key. */
static const struct arg *filter_key(const struct lint *lint, const struct directive *d)
{
    const struct arg *name = directive_option_value(d, KW_TCP_REQUEST_CONTENT_SET_BANDWIDTH_LIMIT);
    const struct symbol *filter =
        name ? config_find(lint->config, SYMBOL_FILTER, name->text, name->len, lint->section) : NULL;

    return filter && filter->directive ? directive_option_value(filter->directive, KW_BWLIM_KEY) : NULL;
}

static void check_bandwidth(struct lint *lint, const struct directive *d)
{
    bool response = d->kw->id == KW_LISTEN_TCP_RESPONSE_CONTENT;
    const struct arg *samples[] = {directive_option_value(d, KW_BANDWIDTH_LIMIT_LIMIT),
                                   directive_option_value(d, KW_BANDWIDTH_LIMIT_PERIOD), filter_key(lint, d)};
    const struct keyword *fetch = NULL;

    for (size_t i = 0; i < LINT_COUNT(samples) && !fetch; i++)
        fetch = late_fetch(lint, samples[i], response);
    if (fetch)
        diag_add(lint->config->diags, RULE_INSPECT_DELAY_MISSING, d->at,
                 response ? "add 'tcp-response inspect-delay 5s'" : "add 'tcp-request inspect-delay 5s'",
                 "'set-bandwidth-limit' finds '%s' by chance: HAProxy does not wait for it", fetch->name);
}

/* Limits of bandwidth, in the half of a proxy that heeds them. */
static void check_bandwidths(struct lint *lint)
{
    bool requests = lint->frontend && !lint_effective(lint, KW_FRONTEND_TCP_REQUEST_INSPECT_DELAY);
    bool responses = lint->backend && !lint_effective(lint, KW_LISTEN_TCP_RESPONSE_INSPECT_DELAY);

    const uint64_t contents =
        keyword_bit(KW_FRONTEND_TCP_REQUEST_CONTENT) | keyword_bit(KW_LISTEN_TCP_RESPONSE_CONTENT);

    for (const struct directive *d = section_lines(lint->section, contents); d; d = d->next)
        if (((requests && d->kw->id == KW_FRONTEND_TCP_REQUEST_CONTENT) ||
             (responses && d->kw->id == KW_LISTEN_TCP_RESPONSE_CONTENT)) &&
            directive_option(d, KW_TCP_REQUEST_CONTENT_SET_BANDWIDTH_LIMIT))
            check_bandwidth(lint, d);
}

void lint_track(struct lint *lint)
{
    check_bandwidths(lint);
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_TCP_REQUEST_CONTENT); d && lint->frontend;
         d = d->next) {
        const struct arg *action = d->kw->id == KW_FRONTEND_TCP_REQUEST_CONTENT ? sampling_action(d) : NULL;

        if (action)
            check_rule(lint, d, action);
    }
}
