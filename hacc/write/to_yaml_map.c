/* The map of a directive: its words, which know the nodes of the signature that they matched, as the keys from which
 * hacc/read/from_yaml_map makes those words again. */
#include "hacc/write/to_yaml_parts.h"

#include <string.h>

/* The words that have not found their key yet. */
struct cursor {
    const struct arg *at, *end;
};

static bool map_sequence(struct yaml_writer *writer, uint16_t at, struct cursor *cursor, struct yaml_item *map);

const struct keyword *arg_row(const struct yaml_writer *writer, enum context_id context, const struct arg *arg)
{
    const struct keyword *row = &keywords[arg->row];

    if (!(arg->flags & ARG_HEAD) ||
        keyword_find(context, row->name, strlen(row->name), writer->config->lang.version, NULL) != row)
        return NULL;
    return row;
}

/* Whether the word is one that the sequence at `at` begins with. */
static bool begins(const struct yaml_writer *writer, uint16_t at, const struct arg *arg)
{
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);
        bool empty = sig->kind == SIG_OPTIONAL;

        switch ((enum sig_kind)sig->kind) {
        case SIG_WORD:
        case SIG_PARAM:
            return arg->sig == at && !(arg->flags & ARG_HEAD);
        case SIG_CONTEXT:
            return arg_row(writer, (enum context_id)sig->context, arg) != NULL;
        case SIG_OPTIONAL:
        case SIG_REPEAT:
        case SIG_SEQUENCE:
            if (sig->first && begins(writer, sig->first, arg))
                return true;
            break;
        case SIG_CHOICE:
            for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next) {
                if (sig_at(alt)->first && begins(writer, sig_at(alt)->first, arg))
                    return true;
                empty |= !sig_at(alt)->first;
            }
            break;
        }
        if (!empty)
            return false;
    }
    return false;
}

static bool add(struct yaml_item *map, const char *key, uint32_t key_len, struct yaml_item *item)
{
    if (item_find(map, key, key_len))
        return false;
    item_add(map, key, key_len, item);
    return true;
}

/* What stands behind a word or option whose own sequence gave the map `inner` from args[0..count): nothing, one value,
 * text where that is short, or the map; NULL where there is none. */
static struct yaml_item *value_behind(struct yaml_writer *writer, uint16_t at, const struct arg *args, uint32_t count,
                                      struct yaml_item *inner)
{
    struct yaml_item *text;

    if (!count)
        return item_plain(writer, "true");
    if (sig_is_one_word(at))
        return literal_holds(args) ? literal_item(writer, args) : NULL;
    text = text_item(writer, args, count);
    if (inner->len < 2 && item_is_scalar(inner->first))
        return text;
    return text->len <= TEXT_SHORT / 2 && scalar_is_bare(text->text, text->len, SCALAR_BLOCK) ? text : inner;
}

/* The arguments of NAME(arguments) as a value; NULL where they are none that a scalar gives back. */
static struct yaml_item *paren_item(struct yaml_writer *writer, const struct arg *arg)
{
    const char *open = memchr(arg->text, '(', arg->len);
    struct arg inside = *arg;

    if (!open || arg->flags & ARG_ENV || arg->text[arg->len - 1] != ')')
        return NULL;
    inside.text = open + 1;
    inside.len = arg->len - (uint32_t)(open - arg->text) - 2;
    return inside.len && literal_holds(&inside) ? literal_item(writer, &inside) : NULL;
}

/* A word of the signature as a key, with the rest of its sequence behind it. */
static bool map_word(struct yaml_writer *writer, uint16_t at, struct cursor *cursor, struct yaml_item *map)
{
    const struct sig *sig = sig_at(at);
    const struct arg *word = cursor->at++;
    uint32_t key_len = (uint32_t)strlen(sig->text);
    struct yaml_item *inner = item_new(writer, ITEM_MAP), *value;

    if (sig->paren) {
        value = sig->next ? NULL : paren_item(writer, word);
        return value && add(map, sig->text, key_len, value);
    }
    if (!map_sequence(writer, sig->next, cursor, inner))
        return false;
    value = value_behind(writer, sig->next, word + 1, (uint32_t)(cursor->at - word) - 1, inner);
    return value && add(map, sig->text, key_len, value);
}

static bool map_param(struct yaml_writer *writer, uint16_t at, struct cursor *cursor, struct yaml_item *map)
{
    const struct sig *sig = sig_at(at);
    const struct arg *first = cursor->at++;
    struct yaml_item *value;

    if (type_takes_words((enum type_id)sig->type)) {
        while (cursor->at < cursor->end && cursor->at->sig == at)
            cursor->at++;
        value = text_item(writer, first, (uint32_t)(cursor->at - first));
    } else {
        if (!literal_holds(first))
            return false;
        value = literal_item(writer, first);
    }
    return add(map, sig->text, (uint32_t)strlen(sig->text), value);
}

/* <value>...: text where that is plain, else a list. */
static bool map_params(struct yaml_writer *writer, uint16_t at, struct cursor *cursor, struct yaml_item *map)
{
    const struct arg *first = cursor->at;
    struct yaml_item *value;

    while (cursor->at < cursor->end && cursor->at->sig == at)
        cursor->at++;
    value = text_item(writer, first, (uint32_t)(cursor->at - first));
    if (cursor->at - first > 1 && text_is_ugly(value) && !type_takes_words((enum type_id)sig_at(at)->type)) {
        value = item_new(writer, ITEM_LIST);
        for (; first < cursor->at && literal_holds(first); first++)
            item_push(value, literal_item(writer, first));
    }
    return (value->kind != ITEM_LIST || first == cursor->at) &&
           add(map, sig_at(at)->text, (uint32_t)strlen(sig_at(at)->text), value);
}

/* The option of which `false` is the row: `check` for no-check; NULL: none. */
static const struct keyword *negated(const struct yaml_writer *writer, enum context_id context,
                                     const struct keyword *row)
{
    const struct context *ctx = &contexts[context];
    enum hap_version version = writer->config->lang.version;

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *other = &keywords[ctx->rows[i]];

        if (other->negation && strcmp(other->negation, row->name) == 0 && !sig_is_one_word(other->sig) &&
            version >= (enum hap_version)other->since && version <= (enum hap_version)other->until)
            return other;
    }
    return NULL;
}

/* Adds an option; one that comes several times in turn is a list. */
static bool add_option(struct yaml_writer *writer, const struct keyword *row, const struct arg *head,
                       struct yaml_item *map, struct yaml_item *value)
{
    struct yaml_item *before = item_find(map, head->text, head->len), *list = before;

    if (!before) {
        item_add(map, head->text, head->len, value);
        return true;
    }
    if (before->next || sig_is_list_value(row->sig))
        return false;
    if (before->kind != ITEM_LIST) {
        struct yaml_item *copy = item_new(writer, ITEM_LIST), item = *before;

        list = arena_alloc(writer->arena, sizeof(*list));
        *list = item;
        list->key = NULL;
        item_push(copy, list);
        *before = *copy;
        before->tail = &list->next;
        before->key = item.key;
        before->key_len = item.key_len;
        list = before;
    }
    item_push(list, value);
    return true;
}

/* @context...: each option a key. */
static bool map_options(struct yaml_writer *writer, enum context_id context, struct cursor *cursor,
                        struct yaml_item *map)
{
    const struct keyword *row, *other;

    while (cursor->at < cursor->end && (row = arg_row(writer, context, cursor->at))) {
        const struct arg *head = cursor->at++;
        struct yaml_item *inner = item_new(writer, ITEM_MAP), *value;

        if (strchr(row->name, ' '))
            return false;
        if (!row->sig && !row->paren && (other = negated(writer, context, row))) {
            if (!add(map, other->name, (uint32_t)strlen(other->name), item_plain(writer, "false")))
                return false;
            continue;
        }
        if (!map_sequence(writer, row->sig, cursor, inner))
            return false;
        value = value_behind(writer, row->sig, head + 1, (uint32_t)(cursor->at - head) - 1, inner);
        if (!value || !add_option(writer, row, head, map, value))
            return false;
    }
    return true;
}

/* @context: the action is the key, and what stands behind it (a condition) goes into its map, or beside it where it has
 * none. */
static bool map_action(struct yaml_writer *writer, uint16_t at, struct cursor *cursor, struct yaml_item *map)
{
    const struct arg *head = cursor->at++;
    const struct keyword *row = &keywords[head->row];
    struct yaml_item *inner = item_new(writer, ITEM_MAP), *value = inner;

    if (strchr(row->name, ' ') || !map_sequence(writer, row->sig, cursor, inner))
        return false;
    if (!sig_at(at)->next)
        value = value_behind(writer, row->sig, head + 1, (uint32_t)(cursor->at - head) - 1, inner);
    else if (sig_is_one_word(row->sig))
        value = text_item(writer, head + 1, 1);
    else if (!inner->first)
        value = item_plain(writer, "true");
    return value && add(map, head->text, head->len, value) &&
           map_sequence(writer, sig_at(at)->next, cursor, value == inner ? inner : map);
}

static bool map_choice(struct yaml_writer *writer, uint16_t at, struct cursor *cursor, struct yaml_item *map)
{
    for (uint16_t alt = sig_at(at)->first; alt; alt = sig_at(alt)->next)
        if (sig_at(alt)->first && begins(writer, sig_at(alt)->first, cursor->at))
            return map_sequence(writer, sig_at(alt)->first, cursor, map);
    return true; /* none of them: what is left over tells */
}

static bool map_repeat(struct yaml_writer *writer, uint16_t at, struct cursor *cursor, struct yaml_item *map)
{
    uint16_t item = sig_at(at)->first;

    if (sig_at(item)->kind == SIG_CONTEXT)
        return map_options(writer, (enum context_id)sig_at(item)->context, cursor, map);
    if (sig_at(item)->kind == SIG_PARAM)
        return map_params(writer, item, cursor, map);
    return map_sequence(writer, item, cursor, map);
}

/* Makes keys of the words that the sequence takes. Gives false where no map gives them back. */
static bool map_sequence(struct yaml_writer *writer, uint16_t at, struct cursor *cursor, struct yaml_item *map)
{
    bool good = true;

    for (; at && good && cursor->at < cursor->end; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);
        bool here = begins(writer, at, cursor->at);

        switch ((enum sig_kind)sig->kind) {
        case SIG_WORD: /* what follows it in the sequence is behind its key */
            return cursor->at->sig == at && map_word(writer, at, cursor, map);
        case SIG_PARAM:
            good = cursor->at->sig == at && map_param(writer, at, cursor, map);
            break;
        case SIG_CONTEXT:
            return here && map_action(writer, at, cursor, map);
        case SIG_OPTIONAL:
            good = !begins(writer, sig->first, cursor->at) || map_sequence(writer, sig->first, cursor, map);
            break;
        case SIG_CHOICE:
            good = map_choice(writer, at, cursor, map);
            break;
        case SIG_REPEAT:
            good = here && map_repeat(writer, at, cursor, map);
            break;
        case SIG_SEQUENCE:
            break;
        }
    }
    return good;
}

struct yaml_item *map_item(struct yaml_writer *writer, uint16_t at, const struct arg *args, uint32_t count)
{
    struct cursor cursor = {args, args + count};
    struct yaml_item *map = item_new(writer, ITEM_MAP);

    return map_sequence(writer, at, &cursor, map) && cursor.at == cursor.end ? map : NULL;
}
