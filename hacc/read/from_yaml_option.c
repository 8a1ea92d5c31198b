/* Options and actions: rows of a context, as keys of a map. */
#include "hacc/read/reader.h"

#include "hacc/lang/paren.h"

#include <string.h>

static bool has_paren(const struct node *key)
{
    return memchr(key->text, '(', key->len) != NULL;
}

/* Whether a row's arguments are all that it has, and `value` is them: unset-var: txn.x. */
static bool is_paren_value(const struct keyword *row, const struct node *key, const struct node *value)
{
    return row->paren && !row->sig && !has_paren(key) && value->kind == NODE_SCALAR && node_truth(value) == TRUTH_NONE;
}

static struct word key_word(const struct node *key)
{
    uint8_t skew = key->flags & NODE_MAPPED ? WORD_SKEWED : key->style == STYLE_PLAIN ? 0 : 1;

    return (struct word){key->text, key->len, node_span(key), 0, skew};
}

static void add_head(struct reader *reader, const struct keyword *row, const struct word *head)
{
    if (!match_head(&reader->match, row, head))
        reader->match.failed = true;
}

/* The map behind a row: its arguments in parentheses, then its own signature. */
static void row_map(struct reader *reader, const struct keyword *row, const struct node *key, struct frame *frame)
{
    struct word head = key_word(key);

    reader->match.row = (uint16_t)(row - keywords);
    if (!row->paren || has_paren(key) || paren_compose(reader, key->text, key->len, row->paren, frame, &head))
        add_head(reader, row, &head);
    map_sequence(reader, row->sig, frame);
}

/* Adds one option with its value. */
static void map_row(struct reader *reader, const struct keyword *row, const struct node *key, const struct node *value)
{
    struct word head = key_word(key);
    uint16_t outer = reader->match.row;
    struct frame inner = {.map = value};

    if (value->kind == NODE_MAP && !row->sig && !row->paren) {
        reader_no_value(reader, row->name, value);
    } else if (value->kind == NODE_MAP) {
        row_map(reader, row, key, &inner);
        map_leftover(reader, &inner, row->sig, 0, row);
    } else if (is_paren_value(row, key, value)) {
        paren_scalar(reader, row->name, value, &head);
        add_head(reader, row, &head);
    } else {
        add_head(reader, row, &head);
        if (row->sig)
            map_value(reader, row->sig, value);
        else if (node_truth(value) != TRUTH_TRUE)
            reader_no_value(reader, row->name, value);
    }
    reader->match.row = outer;
}

/* `false` writes the option's own negation. */
static void map_negation(struct reader *reader, enum context_id context, const struct keyword *row,
                         const struct node *key)
{
    const struct keyword *negation = NULL;
    uint16_t outer = reader->match.row;
    struct word word = {NULL, 0, node_span(key), 0, WORD_SKEWED};

    if (row->negation)
        negation = keyword_find(context, row->negation, strlen(row->negation), reader->lang->version, NULL);
    if (!negation) {
        reader->match.failed = true;
        diag_add(reader->diags, RULE_NO_NEGATION, node_span(key), "leave the key out",
                 "HAProxy has no word for '%s: false'", row->name);
        return;
    }
    word.text = negation->name;
    word.len = (uint32_t)strlen(negation->name);
    match_head(&reader->match, negation, &word);
    reader->match.row = outer;
}

static void map_option(struct reader *reader, enum context_id context, const struct keyword *row,
                       const struct node *key, const struct node *value)
{
    bool failed = reader->match.failed;

    reader->match.failed = false; /* an earlier option's fault must not hide this one's */
    if (value->flags & NODE_POISON) {
        reader->match.failed = true;
    } else if (value->kind == NODE_LIST && !sig_is_list_value(row->sig)) {
        for (const struct node *item = value->first; item; item = item->next)
            map_option(reader, context, row, key, item);
    } else if (node_truth(value) == TRUTH_FALSE && !sig_is_one_word(row->sig)) {
        map_negation(reader, context, row, key);
    } else {
        map_row(reader, row, key, value);
    }
    reader->match.failed |= failed;
}

void map_rows(struct reader *reader, enum context_id context, struct frame *frame)
{
    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (const struct node *k = frame->map->first; k; k = node_next_key(k), i++) {
            const struct keyword *row;

            if (frame->used >> i & 1 || !(row = key_row(reader, context, k, NULL)))
                continue;
            frame->used |= (uint64_t)1 << i;
            map_option(reader, context, row, k, k->next);
        }
    }
}

/* No key is a row: blames the first one that what follows does not know either. */
static void report_no_row(struct reader *reader, uint16_t at, struct frame *frame)
{
    enum context_id context = (enum context_id)sig_at(at)->context;
    const struct keyword *other = NULL;

    reader->match.failed = true;
    if (frame->map->flags & NODE_POISON)
        return;
    for (const struct node *key = frame->map->first; key; key = node_next_key(key)) {
        struct word word = key_word(key);

        if (reader_colon(reader, context, key)) {
            frame->used = UINT64_MAX;
            return;
        }
        if (sig_at(at)->next && sequence_knows(sig_at(at)->next, reader->lang->version, key))
            continue;
        key_row(reader, context, key, &other);
        match_unknown(&reader->match, context, &word, other);
        frame->used = UINT64_MAX;
        return;
    }
    match_missing(&reader->match, at);
    frame->used = UINT64_MAX;
}

/* Text behind a row: it may run on into what follows the row, `deny: if admin`. */
static void row_text(struct reader *reader, uint16_t at, const struct keyword *row, const struct node *key,
                     struct frame *frame)
{
    struct follow follow = {sig_at(at)->next, NULL, false};
    uint32_t first = reader->words.count, taken = 0, count;
    uint16_t outer = reader->match.row;
    struct word head = key_word(key);
    const struct word *words;

    if (reader_text(reader, key->next)) {
        words = reader->words.at + first;
        count = reader->words.count - first;
        add_head(reader, row, &head);
        if (row->sig)
            taken = match_sequence(&reader->match, row->sig, words, count, &follow);
        reader->match.row = outer;
        if (taken < count)
            taken += match_sequence(&reader->match, sig_at(at)->next, words + taken, count - taken, NULL);
        else
            map_sequence(reader, sig_at(at)->next, frame);
        if (taken < count) {
            reader->match.row = (uint16_t)(row - keywords);
            match_extra(&reader->match, &words[taken]);
        }
    }
    reader->words.count = first;
    reader->match.row = outer;
}

void map_row_and_rest(struct reader *reader, uint16_t at, struct frame *frame)
{
    enum context_id context = (enum context_id)sig_at(at)->context;
    struct frame *where, inner = {.outer = frame};
    uint16_t outer = reader->match.row;
    const struct node *key = NULL;
    uint32_t index;
    const struct keyword *row = frame_row(reader, frame, context, &key, &where, &index);

    if (!row) {
        report_no_row(reader, at, frame);
        return;
    }
    where->used |= (uint64_t)1 << index;
    if (key->next->flags & NODE_POISON) {
        reader->match.failed = true;
        map_sequence(reader, sig_at(at)->next, frame);
        reader->match.failed = true;
    } else if (node_truth(key->next) == TRUTH_FALSE) {
        map_negation(reader, context, row, key);
    } else if (key->next->kind == NODE_MAP) {
        inner.map = key->next;
        row_map(reader, row, key, &inner);
        reader->match.row = outer;
        map_sequence(reader, sig_at(at)->next, &inner);
        map_leftover(reader, &inner, row->sig, sig_at(at)->next, row);
    } else if (key->next->kind == NODE_SCALAR && node_truth(key->next) == TRUTH_NONE &&
               !is_paren_value(row, key, key->next)) {
        row_text(reader, at, row, key, frame);
    } else {
        map_row(reader, row, key, key->next);
        map_sequence(reader, sig_at(at)->next, frame);
    }
}
