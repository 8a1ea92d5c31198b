#include "hacc/check/check.h"

#include "hacc/lang/quote.h"

#include <string.h>

static uint32_t words_of(const struct directive *directive)
{
    uint32_t words = (directive->name_len > 0) + directive->arg_count + (directive->form != FORM_PLAIN);

    for (const char *c = directive->kw->name; *c; c++)
        words += *c == ' ';
    return words;
}

/* An ACL's patterns are written on several lines of the same name where there are too many: they are OR-ed. */
static bool can_be_split(const struct directive *directive)
{
    return directive->kw->id == KW_FRONTEND_ACL;
}

static bool has_condition(const struct directive *directive)
{
    const struct arg *last = &directive->args[directive->arg_count - 1];

    return last->sig && sig_at(last->sig)->type == TYPE_COND;
}

static void check_directive(struct config *config, const struct directive *directive)
{
    uint32_t words = words_of(directive);

    if (words <= CFG_MAX_WORDS || can_be_split(directive))
        return;
    diag_add(config->diags, RULE_LINE_LIMIT, directive->at,
             has_condition(directive)
                 ? "name the test with 'acl', whose patterns may be more, or keep them in a file (-f)"
                 : NULL,
             "this makes %u words, but a line of HAProxy has at most %d", words, CFG_MAX_WORDS);
}

void check_lines(struct config *config)
{
    if (config->longest < CFG_MAX_WORDS - 8)
        return;
    for (const struct section *section = config->first; section; section = section->next)
        for (const struct directive *directive = section->first; directive; directive = directive->next)
            if (directive->arg_count >= CFG_MAX_WORDS - 8)
                check_directive(config, directive);
}
