/* What is said of words that a signature does not take. */
#include "hacc/lang/match.h"

#include <string.h>

static void describe_context(const struct sig *sig, struct buf *out)
{
    const struct context *ctx = &contexts[sig->context];

    if (ctx->row_count > 8) {
        buf_printf(out, "a %s", ctx->what);
        return;
    }
    for (unsigned i = 0; i < ctx->row_count; i++)
        buf_printf(out, "%s'%s'", i ? i + 1 < ctx->row_count ? ", " : " or " : "", keywords[ctx->rows[i]].name);
}

static void describe_words(const struct type *type, struct buf *out)
{
    for (unsigned i = 0; type->words[i]; i++)
        buf_printf(out, "%s%s", i ? type->words[i + 1] ? ", " : " or " : "", type->words[i]);
}

void match_describe(uint16_t at, struct buf *out)
{
    const struct sig *sig = sig_at(at);

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
        buf_printf(out, "'%s%s'", sig->text, sig->paren ? "(…)" : "");
        break;
    case SIG_PARAM:
        buf_printf(out, "<%s>", sig->text);
        if (types[sig->type].words) {
            buf_puts(out, " (");
            describe_words(&types[sig->type], out);
            buf_putc(out, ')');
        }
        break;
    case SIG_CONTEXT:
        describe_context(sig, out);
        break;
    case SIG_OPTIONAL:
    case SIG_SEQUENCE:
    case SIG_REPEAT:
        if (sig->first)
            match_describe(sig->first, out);
        break;
    case SIG_CHOICE:
        for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next) {
            if (alt != sig->first)
                buf_puts(out, sig_at(alt)->next ? ", " : " or ");
            match_describe(alt, out);
        }
        break;
    }
}

struct span match_place(const struct match *match)
{
    for (uint32_t i = match->count; i > 0 && match->row; i--)
        if (match->args[i - 1].flags & ARG_HEAD && match->args[i - 1].row == match->row)
            return arg_span(&match->args[i - 1]);
    return match->at;
}

static const char *name_of(const struct match *match)
{
    return match->row ? keywords[match->row].name : match->lang->kw ? match->lang->kw->name : "it";
}

void match_missing(struct match *match, uint16_t at)
{
    struct buf expected;

    match->failed = true;
    buf_init(&expected, match->lang->arena->oom);
    match_describe(at, &expected);
    diag_add(match->lang->diags, RULE_MISSING_ARGUMENT, match_place(match), NULL, "%s is missing from '%s'",
             buf_text(&expected), name_of(match));
    buf_release(&expected);
}

void match_unexpected(struct match *match, const struct word *word, uint16_t at)
{
    struct buf expected;

    match->failed = true;
    if (word->flags & WORD_POISON)
        return;
    buf_init(&expected, match->lang->arena->oom);
    match_describe(at, &expected);
    diag_add(match->lang->diags, RULE_BAD_VALUE, word->at, NULL, "'%.*s' stands where %s is expected", (int)word->len,
             word->text, buf_text(&expected));
    buf_release(&expected);
}

void match_unknown(struct match *match, enum context_id context, const struct word *word, const struct keyword *other)
{
    struct lang *lang = match->lang;
    const char *paren = memchr(word->text, '(', word->len), *what = contexts[context].what, *near, *help = NULL;
    uint32_t len = paren ? (uint32_t)(paren - word->text) : word->len;
    struct span at = word_span(word, 0, len);

    match->failed = true;
    if (word->flags & WORD_POISON)
        return;
    if (other) {
        diag_add(lang->diags, RULE_WRONG_VERSION, at, NULL, "%s '%s' is not in HAProxy %s: %s %s", what, other->name,
                 hap_version_names[lang->version], lang->version < other->since ? "it came with" : "it was last in",
                 hap_version_names[lang->version < other->since ? other->since : other->until]);
        return;
    }
    near = diags_full(lang->diags) ? NULL : keyword_suggest(context, word->text, len, lang->version);
    if (near)
        help = arena_printf(lang->arena, "did you mean '%s'?", near);
    diag_add(lang->diags, RULE_UNKNOWN_KEYWORD, at, help, "unknown %s '%.*s'", what, (int)len, word->text);
}
