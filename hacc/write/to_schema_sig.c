/* Signatures as maps: a parameter is a key, a word is one with what stands behind it, a context gives its rows. */
#include "hacc/write/to_schema_parts.h"

/* Text of several values, or a list of them. */
static json_t *repeated(struct schema *schema, uint16_t item)
{
    struct forms forms;

    forms_init(schema, &forms);
    forms_add(schema, &forms, schema_text(schema));
    forms_add(schema, &forms,
              schema_made(schema, json_pack("{s:s,s:o}", "type", "array", "items", schema_param(schema, item))));
    return forms_end(schema, &forms);
}

/* Gives the item where the sequence is a repeated value and nothing else; else 0. */
static uint16_t repeated_item(uint16_t at)
{
    while (sig_at(at)->kind == SIG_OPTIONAL && !sig_at(at)->next)
        at = sig_at(at)->first;
    if (sig_at(at)->kind != SIG_REPEAT || sig_at(at)->next || sig_at(sig_at(at)->first)->kind != SIG_PARAM)
        return 0;
    return sig_at(at)->first;
}

void forms_add_sequence(struct schema *schema, struct forms *forms, uint16_t at)
{
    uint16_t item = repeated_item(at);
    struct keys keys;

    if (sig_is_one_word(at)) {
        forms_add_param(schema, forms, at);
    } else if (item) {
        forms_add(schema, forms, repeated(schema, item));
    } else {
        forms_add_truth(forms, sig_may_be_empty(at), false, false);
        forms_add_line(schema, forms, at, 0);
    }
    keys_init(schema, &keys);
    keys_of_sequence(schema, &keys, at);
    forms_add_map(schema, forms, &keys);
}

/* What stands behind a word; `true` where the rest stands beside it, or is nothing. */
static json_t *behind_word(struct schema *schema, const struct sig *word)
{
    struct forms forms;
    struct keys keys;

    forms_init(schema, &forms);
    forms_add_truth(&forms, !sig_is_one_word(word->next), false, false);
    if (word->paren) {
        forms_add(schema, &forms, schema_text(schema));
        keys_init(schema, &keys);
        keys_of_paren(schema, &keys, word->paren);
        if (word->next)
            keys_of_sequence(schema, &keys, word->next);
        forms_add_map(schema, &forms, &keys);
    } else if (word->next) {
        forms_add_sequence(schema, &forms, word->next);
    }
    return forms_end(schema, &forms);
}

/* The rows of a context. One of them (many: false) may have more behind it. */
static void add_rows(struct schema *schema, struct keys *keys, const struct sig *sig, bool many)
{
    const struct context *ctx = &contexts[sig->context];

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];
        const char *quoted = schema_quote(schema, kw->name, strlen(kw->name));
        json_t *ref;

        if (!schema_has(schema, kw))
            continue;
        ref =
            schema_row(schema, (enum context_id)sig->context, kw, many ? ROW_OPTION : ROW_ACTION, many ? 0 : sig->next);
        if (kw->paren)
            keys_match(schema, keys, arena_printf(schema->arena, "^%s\\(", quoted), json_incref(ref));
        if (kw->flags & KW_PREFIX)
            keys_match(schema, keys, arena_printf(schema->arena, "^%s.", quoted), ref);
        else
            keys_add(schema, keys, kw->name, ref);
    }
}

static void add_node(struct schema *schema, struct keys *keys, const struct sig *sig, uint16_t at)
{
    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
        keys_add(schema, keys, sig->text, behind_word(schema, sig));
        break;
    case SIG_PARAM:
        keys_add(schema, keys, sig->text, schema_param(schema, at));
        break;
    case SIG_OPTIONAL:
    case SIG_SEQUENCE:
        keys_of_sequence(schema, keys, sig->first);
        break;
    case SIG_CHOICE:
        for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
            keys_of_sequence(schema, keys, sig_at(alt)->first);
        break;
    case SIG_CONTEXT:
        add_rows(schema, keys, sig, false);
        break;
    case SIG_REPEAT:
        if (sig_at(sig->first)->kind == SIG_CONTEXT)
            add_rows(schema, keys, sig_at(sig->first), true);
        else if (sig_at(sig->first)->kind == SIG_PARAM)
            keys_add(schema, keys, sig_at(sig->first)->text, repeated(schema, sig->first));
        else
            keys_of_sequence(schema, keys, sig->first);
        break;
    }
}

void keys_of_sequence(struct schema *schema, struct keys *keys, uint16_t at)
{
    for (; at; at = sig_at(at)->next)
        add_node(schema, keys, sig_at(at), at);
}

/* Each argument may be a list, whose items come one after the other. */
void keys_of_paren(struct schema *schema, struct keys *keys, uint16_t at)
{
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        if (sig->kind == SIG_PARAM) {
            json_t *value = schema_param(schema, at);

            keys_add(
                schema, keys, sig->text,
                schema_made(schema, json_pack("{s:[O,{s:s,s:o}]}", "anyOf", value, "type", "array", "items", value)));
        } else if (sig->kind == SIG_WORD) {
            keys_add(schema, keys, sig->text, schema_made(schema, json_pack("{s:[b]}", "enum", 1)));
        } else if (sig->kind == SIG_CHOICE) {
            for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
                keys_of_paren(schema, keys, sig_at(alt)->first);
        } else if (sig->first) {
            keys_of_paren(schema, keys, sig->first);
        }
    }
}
