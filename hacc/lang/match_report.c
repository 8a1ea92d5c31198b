/* What is said of words that a signature does not take. */
#include "hacc/lang/match.h"

#include <string.h>

/* No more words than this in a sentence; a longer list is help's matter. */
enum { WORDS_SHOWN = 8 };

/* The rows of a context that a version has, or, where they are many, what they are. */
static void describe_context(const struct sig *sig, enum hap_version version, struct buf *out)
{
    const struct context *ctx = &contexts[sig->context];
    const char *names[WORDS_SHOWN];
    unsigned count = 0;

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *row = &keywords[ctx->rows[i]];

        if (version < row->since || version > row->until)
            continue;
        if (count < WORDS_SHOWN)
            names[count] = row->name;
        count++;
    }
    if (count > WORDS_SHOWN)
        /* "an http-request action": the letter is said */
        buf_printf(out, "%s %s", strchr("aeio", ctx->what[0]) || strncmp(ctx->what, "http", 4) == 0 ? "an" : "a",
                   ctx->what);
    for (unsigned i = 0; count <= WORDS_SHOWN && i < count; i++)
        buf_printf(out, "%s'%s'", i ? i + 1 < count ? ", " : " or " : "", names[i]);
}

static void describe_words(const struct type *type, struct buf *out)
{
    for (unsigned i = 0; type->words[i]; i++)
        buf_printf(out, "%s%s", i ? type->words[i + 1] ? ", " : " or " : "", type->words[i]);
}

static unsigned count_words(const struct type *type)
{
    unsigned count = 0;

    while (type->words[count])
        count++;
    return count;
}

/* The words of an enumeration that is too long for match_describe, NULL: none is needed. */
static const char *help_for(const struct match *match, uint16_t at)
{
    const struct sig *sig = sig_at(at);
    const struct type *type = &types[sig->type];
    const char *help;
    struct buf list;

    if (sig->kind != SIG_PARAM || !type->words || count_words(type) <= WORDS_SHOWN)
        return NULL;
    buf_init_in(&list, match->lang->arena);
    describe_words(type, &list);
    help = arena_printf(match->lang->arena, "one of: %s", buf_text(&list));
    return help;
}

void match_describe(uint16_t at, enum hap_version version, struct buf *out)
{
    const struct sig *sig = sig_at(at);

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
        buf_printf(out, "'%s%s'", sig->text, sig->paren ? "(…)" : "");
        break;
    case SIG_PARAM:
        buf_printf(out, "<%s>", sig->text);
        if (types[sig->type].words && count_words(&types[sig->type]) <= WORDS_SHOWN) {
            buf_puts(out, " (");
            describe_words(&types[sig->type], out);
            buf_putc(out, ')');
        }
        break;
    case SIG_CONTEXT:
        describe_context(sig, version, out);
        break;
    case SIG_OPTIONAL:
    case SIG_SEQUENCE:
    case SIG_REPEAT:
        if (sig->first)
            match_describe(sig->first, version, out);
        break;
    case SIG_CHOICE:
        for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next) {
            if (alt != sig->first)
                buf_puts(out, sig_at(alt)->next ? ", " : " or ");
            match_describe(alt, version, out);
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

/* The options that a directive needs one of: those that fulfil `name`. */
static void describe_required(const struct match *match, uint16_t at, const char *name, struct buf *out)
{
    for (; at; at = sig_at(at)->next) {
        const struct context *ctx = &contexts[sig_at(at)->context];

        for (unsigned i = 0; sig_at(at)->kind == SIG_CONTEXT && i < ctx->row_count; i++) {
            const struct keyword *row = &keywords[ctx->rows[i]];

            if (keyword_fulfils(row, name) && row->name[0] != '!' && match->lang->version >= row->since &&
                match->lang->version <= row->until)
                buf_printf(out, "%s'%s'", out->len ? ", " : "", row->name);
        }
        if (sig_at(at)->first)
            describe_required(match, sig_at(at)->first, name, out);
    }
}

void match_require(struct match *match, const struct keyword *kw, const char *name)
{
    struct buf rows;
    char *last;

    match->failed = true;
    buf_init_in(&rows, match->lang->arena);
    describe_required(match, kw->sig, name, &rows);
    if (!rows.len && match->lang->kw) /* it stands beside, not among the options */
        describe_required(match, match->lang->kw->sig, name, &rows);
    if (!rows.len)
        buf_printf(&rows, "'%s'", name);
    last = rows.len ? strrchr(buf_text(&rows), ',') : NULL;
    diag_add(match->lang->diags, RULE_MISSING_ARGUMENT, match_place(match), NULL, "%.*s%s%s is missing from '%s'",
             last ? (int)(last - rows.data) : (int)rows.len, rows.len ? rows.data : "", last ? " or" : "",
             last ? last + 1 : "", kw->name);
}

void match_missing(struct match *match, uint16_t at)
{
    const struct keyword *kw = match->row ? &keywords[match->row] : match->lang->kw;
    struct buf expected;

    if (kw && kw->require && sig_at(at)->kind == SIG_REPEAT) {
        match_require(match, kw, kw->require[0]);
        return;
    }
    match->failed = true;
    buf_init_in(&expected, match->lang->arena);
    match_describe(at, match->lang->version, &expected);
    diag_add(match->lang->diags, RULE_MISSING_ARGUMENT, match_place(match), help_for(match, at),
             "%s is missing from '%s'", buf_text(&expected), name_of(match));
}

/* The option that a word stands behind, else the keyword. */
static const char *before_of(const struct match *match)
{
    for (uint32_t i = match->count; i > 0 && !match->row; i--)
        if (match->args[i - 1].flags & ARG_HEAD)
            return keywords[match->args[i - 1].row].name;
    return name_of(match);
}

void match_extra(struct match *match, const struct word *word)
{
    const struct sig *last = sig_at(match->skipped_count ? match->skipped[match->skipped_count - 1] : 0);
    struct buf expected;

    if (match->failed)
        return;
    match->failed = true;
    if (word->flags & WORD_POISON)
        return;
    if (match->skipped_at != word || !match->skipped_count) {
        diag_add(match->lang->diags, RULE_EXTRA_ARGUMENT, word->at, NULL, "unexpected word '%.*s' behind '%s'",
                 (int)word->len, word->text, before_of(match));
        return;
    }
    buf_init_in(&expected, match->lang->arena);
    for (uint32_t i = 0; i < match->skipped_count; i++) {
        buf_puts(&expected, i ? i + 1 < match->skipped_count ? ", " : " or " : "");
        match_describe(match->skipped[i], match->lang->version, &expected);
    }
    diag_add(match->lang->diags, last->kind == SIG_PARAM ? RULE_BAD_VALUE : RULE_EXTRA_ARGUMENT, word->at,
             help_for(match, match->skipped[match->skipped_count - 1]), "'%.*s' stands where %s is expected",
             (int)word->len, word->text, buf_text(&expected));
}

void match_unexpected(struct match *match, const struct word *word, uint16_t at)
{
    struct buf expected;

    match->failed = true;
    if (word->flags & WORD_POISON)
        return;
    buf_init_in(&expected, match->lang->arena);
    match_describe(at, match->lang->version, &expected);
    diag_add(match->lang->diags, RULE_BAD_VALUE, word->at, help_for(match, at), "'%.*s' stands where %s is expected",
             (int)word->len, word->text, buf_text(&expected));
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
        lang_wrong_version(lang, at, what, other->name, other->since, other->until);
        return;
    }
    if (paren && keyword_find(context, word->text, len, lang->version, NULL)) {
        diag_add(lang->diags, RULE_EXTRA_ARGUMENT, at, NULL, "'%.*s' takes no arguments in parentheses", (int)len,
                 word->text);
        return;
    }
    near = diags_full(lang->diags) ? NULL : keyword_suggest(context, word->text, len, lang->version);
    if (len > 1 && word->text[0] == '-' && keyword_find(context, word->text + 1, len - 1, lang->version, NULL))
        help = "write a blank behind the '-' that begins an item of a list";
    else if (near)
        help = arena_printf(lang->arena, "did you mean '%s'?", near);
    diag_add(lang->diags, RULE_UNKNOWN_KEYWORD, at, help, "unknown %s '%.*s'", what, (int)len, word->text);
}
