/* HAProxy's text as a pattern: what follows a keyword is told by its first word, where that is one of a few. */
#include "hacc/write/to_schema_parts.h"

/* The words that a sequence may begin with. */
struct first {
    struct schema *schema;
    struct buf words; /* as alternatives of a pattern */
    json_t *alone;    /* those that may be all of the text */
    bool any;         /* a value may stand there, which no pattern tells */
    bool boolean;     /* and be TRUE */
    bool digit;       /* one of the words is a number to YAML */
};

static void first_init(struct first *first, struct schema *schema)
{
    *first = (struct first){.schema = schema, .alone = schema_made(schema, json_array())};
    buf_init_in(&first->words, schema->arena);
}

const char *schema_quote(struct schema *schema, const char *text, size_t len)
{
    struct buf out;

    buf_init_in(&out, schema->arena);
    for (size_t i = 0; i < len; i++) {
        if (text[i] && strchr(".*+?()[]{}|^$\\/", text[i]))
            buf_putc(&out, '\\');
        buf_putc(&out, text[i]);
    }
    return buf_text(&out);
}

static void add_word(struct first *first, const char *word, size_t len, bool prefix, bool alone)
{
    const char *quoted = schema_quote(first->schema, word, len);

    buf_printf(&first->words, "%s%s%s", first->words.len ? "|" : "", quoted, prefix ? "[^\\s(]*" : "");
    first->digit = first->digit || (*word >= '0' && *word <= '9');
    if (alone && !prefix)
        schema_push(first->schema, first->alone, schema_made(first->schema, json_stringn(word, len)));
}

/* Whether nothing has to stand behind a row. */
static bool is_alone(const struct keyword *kw)
{
    return sig_may_be_empty(kw->sig) && sig_may_be_empty(kw->paren);
}

static void add_rows(struct first *first, enum context_id context)
{
    const struct context *ctx = &contexts[context];

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (schema_has(first->schema, kw))
            add_word(first, kw->name, strcspn(kw->name, " "), kw->flags & KW_PREFIX,
                     is_alone(kw) && !strchr(kw->name, ' '));
    }
}

/* Gives whether the sequence may be empty, so that what follows counts too. */
static bool add_sequence(struct first *first, uint16_t at)
{
    bool empty;

    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        switch ((enum sig_kind)sig->kind) {
        case SIG_WORD:
            add_word(first, sig->text, strlen(sig->text), false, !sig->paren && sig_may_be_empty(sig->next));
            return false;
        case SIG_PARAM:
            first->any = true;
            first->boolean = sig->type == TYPE_COND || sig->type == TYPE_STR;
            return false;
        case SIG_CONTEXT:
            add_rows(first, (enum context_id)sig->context);
            return false;
        case SIG_OPTIONAL:
            add_sequence(first, sig->first);
            break;
        case SIG_SEQUENCE:
        case SIG_REPEAT:
            if (!add_sequence(first, sig->first))
                return false;
            break;
        case SIG_CHOICE:
            empty = false;
            for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
                empty = add_sequence(first, sig_at(alt)->first) || empty;
            if (!empty)
                return false;
            break;
        }
    }
    return true;
}

/* A quoted word may be any, and so may one with ${}; !env gives the whole text by a name in capitals. */
#define OTHER(capitals) "[\"'\\\\]|.*\\$\\{|" capitals "[A-Z_][A-Z0-9_]*(?:-|$)"

static json_t *first_pattern(struct first *first)
{
    const char *pattern =
        arena_printf(first->schema->arena, "^\\s*(?:(?:%s)(?:[\\s(]|$)|" OTHER("") ")", buf_text(&first->words));
    json_t *text = schema_made(first->schema, json_pack("{s:s,s:s}", "type", "string", "pattern", pattern));

    if (json_array_size(first->alone))
        schema_put(first->schema, text, "examples", json_incref(first->alone));
    if (first->digit)
        schema_put(first->schema, text, "type", schema_made(first->schema, json_pack("[s,s]", "string", "number")));
    return text;
}

/* Adds the words where the sequence is one of a few words and nothing else. Gives whether it is. */
static bool lone_words(struct schema *schema, uint16_t at, json_t *words)
{
    const struct sig *sig = sig_at(at);

    if (!at || sig->next)
        return false;
    if (sig->kind == SIG_WORD && !sig->paren) {
        schema_push_word(schema, words, sig->text);
        return true;
    }
    if (sig->kind == SIG_OPTIONAL)
        return lone_words(schema, sig->first, words);
    if (sig->kind != SIG_CHOICE)
        return false;
    for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
        if (!lone_words(schema, sig_at(alt)->first, words))
            return false;
    return true;
}

void forms_add_line(struct schema *schema, struct forms *forms, uint16_t at, uint16_t follow)
{
    struct first first;
    json_t *words = schema_made(schema, json_array());

    if (!follow && lone_words(schema, at, words)) {
        const char *pattern = arena_printf(schema->arena, "^(?:" OTHER("%s") ")", schema_capitals(schema, words));

        forms_add(schema, forms, schema_made(schema, json_pack("{s:o}", "enum", words)));
        forms_add(schema, forms, schema_made(schema, json_pack("{s:s,s:s}", "type", "string", "pattern", pattern)));
        return;
    }
    json_decref(words);
    first_init(&first, schema);
    if (add_sequence(&first, at))
        add_sequence(&first, follow);
    if (!first.any && first.words.len)
        forms_add(schema, forms, first_pattern(&first));
    else if (first.boolean)
        forms_add(schema, forms, schema_text(schema));
    else
        forms_add(schema, forms, schema_made(schema, json_pack("{s:[s,s]}", "type", "string", "number")));
    json_decref(first.alone);
}

json_t *schema_group_line(struct schema *schema, enum context_id context, const char *prefix)
{
    const struct context *ctx = &contexts[context];
    struct first first;
    json_t *pattern;
    size_t len = strlen(prefix);

    first_init(&first, schema);
    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (schema_has(schema, kw) && strncmp(kw->name, prefix, len) == 0)
            add_word(&first, kw->name + len, strlen(kw->name + len), kw->flags & KW_PREFIX, is_alone(kw));
    }
    pattern = first_pattern(&first);
    json_decref(first.alone);
    return pattern;
}
