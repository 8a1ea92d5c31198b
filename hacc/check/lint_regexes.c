/* Regular expressions that a client can make slow. */
#include "hacc/check/lint.h"
#include "hacc/check/regex_probe.h"

#include "hacc/lang/value.h"

/* What is shown of a text. */
#define SHOWN 40

void lint_regex(struct lint *lint, const struct arg *pattern, bool caseless)
{
    struct regex_witness witness;

    if (pattern->flags & (ARG_ENV | ARG_POISON) || diags_full(lint->config->diags) ||
        !regex_probe(lint->config->arena, pattern->text, pattern->len, caseless, &lint->regex_steps, &witness))
        return;
    diag_add(lint->config->diags, RULE_REGEX_REDOS, arg_span(pattern),
             "let no repeat stand inside or beside one that matches the same, or make it possessive: a++",
             "this takes more than %d steps on '%.*s%s', %u bytes, and so stops the process for other clients",
             REGEX_STEPS_SLOW, (int)(witness.len > SHOWN ? SHOWN : witness.len), witness.text,
             witness.len > SHOWN ? "…" : "", witness.len);
}

/* Those of rules on requests: what servers send is not the clients' to choose. */
void lint_regexes(struct lint *lint)
{
    for (const struct directive *d = lint->section->first; d; d = d->next)
        for (uint32_t i = 0; i < d->arg_count && d->kw->phase && d->kw->phase < RESPONSE_PHASES; i++)
            if (d->args[i].sig && sig_at(d->args[i].sig)->kind == SIG_PARAM &&
                sig_at(d->args[i].sig)->type == TYPE_REGEX)
                lint_regex(lint, &d->args[i], false);
}
