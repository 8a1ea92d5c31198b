/* ACLs that hardly test what they are meant to. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

/* `hdr (host) x`: the arguments of a fetch, but behind a blank they are a pattern. */
static void check_blank(struct lint *lint, const struct arg *criterion, const struct arg *pattern)
{
    if (criterion->flags & ARG_ENV || pattern->flags & (ARG_ENV | ARG_QUOTED) || !pattern->len ||
        pattern->text[0] != '(' || memchr(criterion->text, '(', criterion->len))
        return;
    diag_add(lint->config->diags, RULE_ACL_BLANK, arg_span(pattern),
             "remove the blank before it; if it is meant, write '--' before it",
             "'%.*s' is a pattern here, not the arguments of '%.*s'", WORD_ARGS(pattern), WORD_ARGS(criterion));
}

void lint_criteria(struct lint *lint)
{
    const uint64_t acls = keyword_bit(KW_FRONTEND_ACL) | keyword_bit(KW_FCGI_APP_ACL);

    for (const struct directive *d = section_lines(lint->section, acls); d; d = d->next) {
        const struct arg *criterion = NULL;

        if (d->kw->id == KW_FRONTEND_ACL || d->kw->id == KW_FCGI_APP_ACL)
            criterion = directive_param(d, "test");
        if (criterion && criterion + 1 < d->args + d->arg_count)
            check_blank(lint, criterion, criterion + 1);
    }
}
