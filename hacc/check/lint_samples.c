/* The sample fetches and converters of a line, wherever they stand in it. */
#include "hacc/check/lint.h"

#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

struct walk {
    struct lint *lint;
    const struct directive *line;
    lint_see *see;
    const struct arg *arg;
};

/* The end of the parentheses that open at text[at]. */
static uint32_t paren_end(const struct word *word, uint32_t at)
{
    uint32_t depth = 0;

    for (; at < word->len; at++) {
        depth += word->text[at] == '(';
        if (word->text[at] == ')' && --depth == 0)
            return at;
    }
    return at;
}

/* Walks fetch(args),converter(args) from text[at] on; `fetch`: whether it begins with a fetch. */
static void walk_expression(struct walk *walk, const char *text, uint32_t len, bool fetch)
{
    const struct word word = {.text = text, .len = len};
    uint32_t at = 0;

    while (at < len) {
        struct lint_sample sample = {.arg = walk->arg};
        uint32_t end = sample_name_end(&word, at);

        sample.kw = fetch ? lint_fetch(walk->lint, text + at, len - at)
                          : sample_find(&walk->lint->config->lang, CONTEXT_CONVERTER, text + at, end - at);
        if (end < len && text[end] == '(') {
            uint32_t close = paren_end(&word, end);

            sample.args = text + end + 1;
            sample.args_len = close - end - 1;
            end = close + 1;
        }
        if (sample.kw)
            walk->see(walk->lint, walk->line, &sample);
        if (end >= len || text[end] != ',')
            return;
        at = end + 1;
        fetch = false;
    }
}

/* "%[…]" and "%{…}[…]" of a log-format string. */
static void walk_format(struct walk *walk, const char *text, uint32_t len)
{
    for (uint32_t i = 0; i + 1 < len; i++) {
        if (text[i] != '%')
            continue;
        i++;
        if (text[i] == '{')
            while (i + 1 < len && text[i++] != '}')
                ;
        if (text[i] == '[')
            walk_expression(walk, text + i + 1, len - i - 1, true);
    }
}

void lint_each_sample(struct lint *lint, const struct directive *d, lint_see *see)
{
    struct walk walk = {lint, d, see, NULL};
    struct lint_test test = {0};

    for (uint32_t i = 0; i < d->arg_count; i++) {
        const struct arg *arg = walk.arg = &d->args[i];
        const struct sig *sig = sig_at(arg->sig);

        if (!arg->sig || sig->kind != SIG_PARAM || arg->flags & ARG_POISON)
            continue;
        if (sig->type == TYPE_SAMPLE)
            walk_expression(&walk, arg->text, arg->len, !i || arg[-1].sig != arg->sig);
        else if (sig->type == TYPE_FMT)
            walk_format(&walk, arg->text, arg->len);
        else if (sig->type == TYPE_ACL && (!i || arg[-1].sig != arg->sig))
            walk_expression(&walk, arg->text, arg->len, true);
    }
    while (lint_next_criterion(d, &test)) {
        walk.arg = test.at;
        walk_expression(&walk, test.at->text, test.at->len, true);
    }
}

/* Counts the parameters before the one wanted; gives whether it is there. */
static bool param_number(uint16_t node, const char *name, enum symbol_kind symbol, uint32_t *number)
{
    for (; node; node = sig_at(node)->next) {
        const struct sig *sig = sig_at(node);

        if (sig->kind != SIG_PARAM) {
            if (param_number(sig->first, name, symbol, number))
                return true;
        } else if (name ? strcmp(sig->text, name) == 0
                        : (sig->type == TYPE_OWN || sig->type == TYPE_REF) && sig->arg == symbol) {
            return true;
        } else {
            ++*number;
        }
    }
    return false;
}

bool lint_sample_arg(const struct lint_sample *sample, const char *name, enum symbol_kind symbol, const char **text,
                     uint32_t *len)
{
    const char *end = sample->args + sample->args_len, *from = sample->args;
    uint32_t number = 0;

    *text = NULL;
    *len = 0;
    if (!param_number(sample->kw->paren, name, symbol, &number))
        return false;
    for (; from && number; number--) {
        from = memchr(from, ',', (size_t)(end - from));
        from = from ? from + 1 : NULL;
    }
    if (from) {
        const char *comma = memchr(from, ',', (size_t)(end - from));

        *text = from;
        *len = (uint32_t)((comma ? comma : end) - from);
    }
    return true;
}
