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

/* Gives the fetch that a sample expression, or the criterion of an ACL, begins with; NULL where it is not known. */
static const struct keyword *first_fetch(const struct lint *lint, const char *text, uint32_t len)
{
    const struct lang *lang = &lint->config->lang;
    const struct word word = {.text = text, .len = len};
    uint32_t end = sample_name_end(&word, 0);
    const struct keyword *alias = sample_find(lang, CONTEXT_ACL_KEYWORD, text, end);

    if (alias && alias->alias)
        return sample_find(lang, CONTEXT_FETCH, alias->alias, (uint32_t)strcspn(alias->alias, " "));
    return sample_find(lang, CONTEXT_FETCH, text, end);
}

static bool may_need_contents(const struct lint *lint, const char *text, uint32_t len)
{
    const struct keyword *fetch = first_fetch(lint, text, len);

    return !fetch || needs_contents(fetch);
}

/* What an ACL tests; one that is not known may test anything. */
static bool acl_needs_contents(const struct lint *lint, const char *name, uint32_t len)
{
    const struct symbol *acl = config_find(lint->config, SYMBOL_ACL, name, len, lint->section);

    for (const struct symbol *s = acl; s; s = s->same)
        if (!s->directive || s->directive->arg_count < 2 ||
            may_need_contents(lint, s->directive->args[1].text, s->directive->args[1].len))
            return true;
    return !acl;
}

/* Whether a condition tests contents; braces stand around tests, words outside are names. */
static bool condition_needs_contents(const struct lint *lint, const struct directive *d)
{
    bool inside = false;

    for (uint32_t i = 0; i < d->arg_count; i++) {
        const struct arg *arg = &d->args[i];
        const char *text = arg->text;
        uint32_t len = arg->len;

        if (!arg->sig || sig_at(arg->sig)->type != TYPE_COND || sig_at(arg->sig)->kind != SIG_PARAM)
            continue;
        while (len && *text == '!')
            text++, len--;
        if (text_is(text, len, "{")) {
            if (i + 1 < d->arg_count && may_need_contents(lint, arg[1].text, arg[1].len))
                return true;
            inside = true;
        } else if (text_is(text, len, "}")) {
            inside = false;
        } else if (!inside && len && !text_is(text, len, "or") && !text_is(text, len, "||") &&
                   acl_needs_contents(lint, text, len)) {
            return true;
        }
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
    const struct keyword *kw = &keywords[action->row], *fetch = first_fetch(lint, action[1].text, action[1].len);

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
