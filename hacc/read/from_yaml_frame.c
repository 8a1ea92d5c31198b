/* The keys of YAML maps, as a signature looks for them. */
#include "hacc/read/reader.h"

#include <string.h>

struct node *frame_find(struct frame *frame, const char *name, const struct node **key)
{
    size_t len = strlen(name);

    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (struct node *k = frame->map->first; k; k = node_next_key(k), i++) {
            if (k->len != len || memcmp(k->text, name, len) != 0 || frame->used >> i & 1)
                continue;
            frame->used |= (uint64_t)1 << i;
            if (key)
                *key = k;
            return k->next;
        }
    }
    return NULL;
}

const struct node *frame_peek(const struct frame *frame, const char *name)
{
    size_t len = strlen(name);

    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (const struct node *k = frame->map->first; k; k = node_next_key(k), i++)
            if (k->len == len && memcmp(k->text, name, len) == 0 && !(frame->used >> i & 1))
                return k->next;
    }
    return NULL;
}

bool frame_has(const struct frame *frame, const char *name)
{
    const struct node *value = frame_peek(frame, name);

    return value && node_truth(value) != TRUTH_FALSE;
}

const struct keyword *key_row(const struct reader *reader, enum context_id context, const struct node *key,
                              const struct keyword **other)
{
    struct word word = {key->text, key->len, {0, 0, 0}, 0, 0};
    const struct keyword *row;
    uint32_t taken;

    /* the common case first: the name alone */
    row = keyword_find(context, key->text, key->len, reader->lang->version, other);
    return row ? row : match_row(reader->lang, context, &word, 1, &taken, other);
}

const struct keyword *frame_row(const struct reader *reader, struct frame *frame, enum context_id context,
                                const struct node **key, struct frame **where, uint32_t *index)
{
    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (const struct node *k = frame->map->first; k; k = node_next_key(k), i++) {
            const struct keyword *row;

            if (frame->used >> i & 1 || !(row = key_row(reader, context, k, NULL)))
                continue;
            *key = k;
            *where = frame;
            *index = i;
            return row;
        }
    }
    return NULL;
}

bool frame_present(const struct reader *reader, uint16_t at, struct frame *frame)
{
    const struct sig *sig = sig_at(at);
    const struct node *key;
    struct frame *where;
    uint32_t index;

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
    case SIG_PARAM:
        return frame_has(frame, sig->text);
    case SIG_OPTIONAL:
        return frame_present(reader, sig->first, frame) || (sig->next && frame_present(reader, sig->next, frame));
    case SIG_REPEAT:
    case SIG_SEQUENCE:
        return sig->first && frame_present(reader, sig->first, frame);
    case SIG_CONTEXT:
        return frame_row(reader, frame, (enum context_id)sig->context, &key, &where, &index) != NULL;
    case SIG_CHOICE:
        for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
            if (frame_present(reader, alt, frame))
                return true;
        return false;
    }
    return false;
}

/* Whether an unused key was likely meant to be `name`. */
static bool has_near(const struct frame *frame, const char *name)
{
    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (const struct node *k = frame->map->first; k; k = node_next_key(k), i++)
            if (!(frame->used >> i & 1) && diag_suggest(k->text, k->len, &name, 1))
                return true;
    }
    return false;
}

void frame_missing(struct reader *reader, struct frame *frame, uint16_t at)
{
    reader->match.failed = true;
    if (frame->map->flags & NODE_POISON || frame->missing_count == sizeof(frame->missing) / sizeof(*frame->missing))
        return;
    frame->missing[frame->missing_count].at = at;
    frame->missing[frame->missing_count++].row = reader->match.row;
}

bool frame_misspells(const struct frame *frame, uint16_t at)
{
    const struct sig *sig = sig_at(at);

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
    case SIG_PARAM:
        return has_near(frame, sig->text);
    case SIG_OPTIONAL:
    case SIG_REPEAT:
    case SIG_SEQUENCE:
        return sig->first && frame_misspells(frame, sig->first);
    case SIG_CHOICE:
        for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
            if (frame_misspells(frame, alt))
                return true;
        return false;
    case SIG_CONTEXT:
        return false;
    }
    return false;
}
