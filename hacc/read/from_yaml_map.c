/* A signature against the keys of a YAML map. The words come out in the signature's order; options of a
 * @context... in the order in which they are written. */
#include "hacc/read/reader.h"

#include "hacc/lang/paren.h"

#include <string.h>

static bool can_be_empty(uint16_t at)
{
    for (; at; at = sig_at(at)->next)
        if (sig_at(at)->kind != SIG_OPTIONAL)
            return false;
    return true;
}

/* Text against all that is left of a signature. */
static void map_text(struct reader *reader, uint16_t at, const struct node *scalar)
{
    uint32_t first = reader->words.count, taken, count;

    if (reader_text(reader, scalar)) {
        count = reader->words.count - first;
        taken = match_sequence(&reader->match, at, reader->words.at + first, count, NULL);
        if (taken < count)
            match_extra(&reader->match, &reader->words.at[first + taken]);
    }
    reader->words.count = first;
}

/* A word with arguments of its own: `usesrc: {hdr_ip: {header: x}}`, or `usesrc: {hdr_ip: x}`. */
static void map_word_paren(struct reader *reader, uint16_t at, const struct node *key, const struct node *value)
{
    const struct sig *sig = sig_at(at);
    struct word word = {.at = node_span(key)};
    struct frame inner = {.map = value};

    if (value->kind == NODE_SCALAR) {
        paren_scalar(reader, sig->text, value, &word);
        match_single(&reader->match, at, &word, 1);
    } else if (value->kind == NODE_LIST) {
        reader_shape(reader, value, "a map or the argument itself");
    } else {
        if (paren_compose(reader, sig->text, (uint32_t)strlen(sig->text), sig->paren, &inner, &word))
            match_single(&reader->match, at, &word, 1);
        map_sequence(reader, sig->next, &inner);
        map_leftover(reader, &inner, at, 0, NULL);
    }
}

/* A word of the signature that is a key, with the rest of its sequence: `reason: gone`, `len: 64`, `check: true`. */
static void map_word(struct reader *reader, uint16_t at, struct frame *frame)
{
    const struct sig *sig = sig_at(at);
    const struct node *key = NULL, *value = frame_find(frame, sig->text, &key);

    if (sig->paren && (node_truth(value) != TRUTH_TRUE || !sig_may_be_empty(sig->paren))) {
        map_word_paren(reader, at, key, value);
        return;
    }
    match_literal(&reader->match, at, sig->text, (uint32_t)strlen(sig->text), node_span(key));
    if (sig->next && (node_truth(value) != TRUTH_TRUE || sig_is_one_word(sig->next)))
        map_value(reader, sig->next, value);
    else if (sig->next)
        map_sequence(reader, sig->next, frame);
    else if (node_truth(value) != TRUTH_TRUE)
        reader_no_value(reader, sig->text, value);
}

/* Gives the alternative that begins with a parameter which has a key, 0: there is none. It may share other keys with
 * the alternatives above it. */
static uint16_t choice_by_param(const struct reader *reader, uint16_t at, struct frame *frame)
{
    for (uint16_t alt = sig_at(at)->first; alt; alt = sig_at(alt)->next) {
        uint16_t first = sig_at(alt)->first;

        if (first && sig_at(first)->kind == SIG_PARAM && frame_present(reader, first, frame))
            return alt;
    }
    return 0;
}

/* Whether a word needs arguments that `cubic: true` has none of: the alternative without them is meant. */
static bool lacks_arguments(const struct sig *sig, const struct frame *frame)
{
    const struct node *value = sig->kind == SIG_WORD ? frame_peek(frame, sig->text) : NULL;

    return value && sig->paren && !sig_may_be_empty(sig->paren) && node_truth(value) == TRUTH_TRUE;
}

static void map_choice(struct reader *reader, uint16_t at, struct frame *frame)
{
    uint16_t found = choice_by_param(reader, at, frame);
    bool empty = false;

    if (found) {
        map_sequence(reader, sig_at(found)->first, frame);
        return;
    }
    for (uint16_t alt = sig_at(at)->first; alt; alt = sig_at(alt)->next) {
        uint16_t first = sig_at(alt)->first;

        empty = empty || can_be_empty(first);
        if (first && frame_present(reader, alt, frame)) {
            found = alt;
            if (!lacks_arguments(sig_at(first), frame))
                break;
        }
    }
    if (found)
        map_sequence(reader, sig_at(found)->first, frame);
    else if (!empty)
        frame_missing(reader, frame, at);
}

static void map_repeat(struct reader *reader, uint16_t at, struct frame *frame)
{
    uint16_t item = sig_at(at)->first;
    const struct node *value;

    if (!frame_present(reader, item, frame)) {
        frame_missing(reader, frame, at);
    } else if (sig_at(item)->kind == SIG_CONTEXT) {
        map_rows(reader, (enum context_id)sig_at(item)->context, frame);
    } else if (sig_at(item)->kind == SIG_PARAM) {
        if ((value = frame_find(frame, sig_at(item)->text, NULL)))
            add_params(reader, at, value);
    } else {
        while (!reader->match.failed && frame_present(reader, item, frame))
            map_sequence(reader, item, frame);
    }
}

static void map_node(struct reader *reader, uint16_t at, struct frame *frame)
{
    const struct sig *sig = sig_at(at);
    const struct node *value;

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD: /* handled by map_sequence */
    case SIG_SEQUENCE:
        break;
    case SIG_PARAM:
        if ((value = frame_find(frame, sig->text, NULL)))
            add_param(reader, at, value);
        else
            frame_missing(reader, frame, at);
        break;
    case SIG_OPTIONAL:
        if (frame_present(reader, sig->first, frame))
            map_sequence(reader, sig->first, frame);
        break;
    case SIG_CHOICE:
        map_choice(reader, at, frame);
        break;
    case SIG_CONTEXT:
        map_row_and_rest(reader, at, frame);
        break;
    case SIG_REPEAT:
        map_repeat(reader, at, frame);
        break;
    }
}

void map_sequence(struct reader *reader, uint16_t at, struct frame *frame)
{
    bool failed = reader->match.failed;

    if (frame->map->len > 64) {
        reader_shape(reader, frame->map, "a map of at most 64 keys");
        frame->used = UINT64_MAX;
        return;
    }
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);
        bool is_key = sig->kind == SIG_WORD && frame_has(frame, sig->text);

        reader->match.failed = false; /* what is wrong with one key must not hide what is with the next */
        if (is_key)
            map_word(reader, at, frame);
        else if (sig->kind == SIG_WORD)
            match_literal(&reader->match, at, sig->text, (uint32_t)strlen(sig->text), reader->match.at);
        else
            map_node(reader, at, frame);
        failed = failed || reader->match.failed;
        if (is_key || sig->kind == SIG_CONTEXT)
            break; /* these read what follows them */
    }
    reader->match.failed = failed;
}

static void map_list(struct reader *reader, uint16_t at, const struct node *list)
{
    uint16_t item = at;

    while (sig_at(item)->kind == SIG_OPTIONAL && !sig_at(item)->next)
        item = sig_at(item)->first;
    if (sig_at(item)->kind == SIG_REPEAT && !sig_at(item)->next && sig_at(sig_at(item)->first)->kind == SIG_PARAM)
        add_params(reader, item, list);
    else if (sig_is_one_word(at))
        add_param(reader, at, list);
    else
        reader_shape(reader, list, "text or a map");
}

void map_value(struct reader *reader, uint16_t at, const struct node *value)
{
    struct frame frame = {.map = value};

    if (value->flags & NODE_POISON) {
        reader->match.failed = true;
    } else if (value->kind == NODE_MAP) {
        map_sequence(reader, at, &frame);
        map_leftover(reader, &frame, at, 0, NULL);
    } else if (value->kind == NODE_LIST) {
        map_list(reader, at, value);
    } else if (sig_is_one_word(at)) {
        add_param(reader, at, value);
    } else if (node_truth(value) != TRUTH_TRUE) {
        map_text(reader, at, value);
    } else if (!can_be_empty(at)) {
        match_missing(&reader->match, at);
    }
}
