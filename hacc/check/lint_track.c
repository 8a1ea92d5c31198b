/* Rules of tcp-request content that look at contents, or that do not. */
#include "hacc/check/lint.h"

#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

/* Columns of a fetch's matrix (grammar/fetches.yaml): where a session begins, and where contents have come in. */
enum { MATRIX_SESSION = 1, MATRIX_CONTENT = 2 };

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

void lint_track(struct lint *lint)
{
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        const struct arg *action = d->kw->id == KW_FRONTEND_TCP_REQUEST_CONTENT ? sampling_action(d) : NULL;

        if (action)
            check_rule(lint, d, action);
    }
}
