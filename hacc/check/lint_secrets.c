/* Passwords that stand in the file as they are. */
#include "hacc/check/lint.h"

/* Whether the argument is a secret in clear text: not from the environment or another file, and no hash. */
static bool is_clear(const struct arg *arg)
{
    return arg->sig && sig_at(arg->sig)->kind == SIG_PARAM && sig_at(arg->sig)->type == TYPE_SECRET &&
           !(arg->flags & (ARG_ENV | ARG_GIVEN | ARG_POISON)) && keywords[arg->row].id != KW_USERLIST_USER_PASSWORD;
}

static void report(struct lint *lint, const struct directive *d, const struct arg *arg)
{
    if (keywords[arg->row].id == KW_USERLIST_USER_INSECURE_PASSWORD)
        diag_add(lint->config->diags, RULE_INSECURE_PASSWORD, arg_span(arg),
                 "write 'password' and what 'openssl passwd -5' makes of it",
                 "the password of user '%.*s' can be read by whoever can read this file", (int)d->args[0].len,
                 d->args[0].text);
    else
        diag_add(lint->config->diags, RULE_CLEAR_TEXT_SECRET, arg_span(arg),
                 "take it from the environment: \"${NAME}\"; in YAML from there or a file: !env NAME, !file PATH",
                 "the secret of '%s' stands in the file in clear text",
                 arg->row ? keywords[arg->row].name : d->kw->name);
}

void lint_secrets(struct lint *lint)
{
    for (const struct directive *d = lint->section->flags & KW_SECRET ? lint->section->first : NULL; d; d = d->next)
        for (uint32_t i = 0; i < d->arg_count && d->flags & KW_SECRET; i++)
            if (is_clear(&d->args[i]))
                report(lint, d, &d->args[i]);
}
