/* The statistics page: who may see it, and who may change something there. */
#include "hacc/check/lint.h"

/* The page shows once one of these stands there. */
static const struct directive *page_line(const struct lint *lint)
{
    static const enum keyword_id lines[] = {KW_DEFAULTS_STATS_ENABLE, KW_DEFAULTS_STATS_URI, KW_FRONTEND_STATS_ADMIN};

    return lint_any_of(lint, lines, LINT_COUNT(lines));
}

/* Whether the action ends the request one way or the other, and is no page of its own. */
static bool decides(const struct directive *rule)
{
    const struct keyword *kw = rule->arg_count && rule->args[0].flags & ARG_HEAD ? &keywords[rule->args[0].row] : NULL;

    return kw && kw->id != KW_HTTP_REQUEST_USE_SERVICE &&
           (kw->flags & KW_FINAL || kw->id == KW_TCP_REQUEST_CONNECTION_REJECT ||
            kw->id == KW_TCP_REQUEST_CONNECTION_SILENT_DROP);
}

/* Rules of any kind may be about who sees the page. */
static bool is_guarded(const struct lint *lint)
{
    static const enum keyword_id guards[] = {KW_DEFAULTS_STATS_AUTH, KW_FRONTEND_STATS_HTTP_REQUEST,
                                             KW_FRONTEND_TCP_REQUEST_CONNECTION, KW_FRONTEND_TCP_REQUEST_SESSION,
                                             KW_FRONTEND_TCP_REQUEST_CONTENT};
    const struct directive *inherited = lint_effective(lint, KW_FRONTEND_HTTP_REQUEST);

    if (lint_any_of(lint, guards, LINT_COUNT(guards)) || (inherited && !lint_is_own(lint, inherited)))
        return true;
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_HTTP_REQUEST); d; d = d->next)
        if (d->kw->id == KW_FRONTEND_HTTP_REQUEST && decides(d))
            return true;
    return false;
}

/* Whether other machines reach the page. */
static bool is_reachable(const struct lint *lint)
{
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_BIND); d; d = lint_next(lint, d, KW_FRONTEND_BIND))
        if (d->kw->id == KW_FRONTEND_BIND && lint_is_reachable(lint, d))
            return true;
    return false;
}

/* Whether the condition is one of those that always hold. */
static bool is_always(const struct lint *lint, const struct directive *admin)
{
    struct lint_test test = {0};
    bool unless = directive_option(admin, KW_COND_UNLESS) != NULL;
    bool one = lint_next_test(lint, admin, &test);
    const struct keyword *fetch = test.fetch;
    const struct arg *first;

    if (!one || test.acl || !fetch)
        return false;
    first = test.name ? test.at : test.at - 1;
    if (lint_next_test(lint, admin, &test))
        return false;
    return fetch->id == ((first->len && *first->text == '!') != unless ? KW_FETCH_ALWAYS_FALSE : KW_FETCH_ALWAYS_TRUE);
}

void lint_page(struct lint *lint)
{
    const struct directive *line = page_line(lint), *admin = lint_own(lint, KW_FRONTEND_STATS_ADMIN);

    if (!line || line->intent /* whoever writes 'auth: false' there means it */ || lint->mode != MODE_HTTP ||
        is_guarded(lint) || !is_reachable(lint))
        return;
    if (admin && is_always(lint, admin))
        diag_add(lint->config->diags, RULE_STATS_ADMIN_TRUE, admin->at,
                 "add 'stats auth USER:PASSWORD', or a condition such as 'if { src 10.0.0.0/8 }'",
                 "whoever opens the statistics page of %s '%.*s' can take servers out: it asks for no password",
                 LINT_NAME(lint));
    else
        lint_add(lint, RULE_STATS_NO_AUTH, line, "add 'stats auth USER:PASSWORD', or bind it to 127.0.0.1",
                 "whoever can connect to %s '%.*s' sees the statistics page: it asks for no password", LINT_NAME(lint));
}
