/* Arguments in parentheses that a map gives: {set-var: {name: txn.x, …}} is set-var(txn.x). */
#include "hacc/read/reader.h"

#include "hacc/lang/paren.h"

#include <string.h>

struct head {
    struct buf text;
    uint8_t flags; /* of the nodes that it is made of */
    bool any;      /* holds an argument */
};

static bool put_value(struct reader *reader, struct head *head, const struct node *value)
{
    if (value->kind != NODE_SCALAR)
        return reader_shape(reader, value, "a single value");
    if (head->any)
        buf_putc(&head->text, ',');
    head->any = true;
    head->flags |= value->flags;
    buf_add(&head->text, value->text, value->len); /* without quotes, which HAProxy would take for a part of it */
    return true;
}

static bool put_values(struct reader *reader, struct head *head, const struct node *value)
{
    if (value->kind != NODE_LIST)
        return put_value(reader, head, value);
    for (const struct node *item = value->first; item; item = item->next)
        if (!put_value(reader, head, item))
            return false;
    return true;
}

static bool put_arguments(struct reader *reader, uint16_t at, struct frame *frame, struct head *head);

static bool put_argument(struct reader *reader, uint16_t at, struct frame *frame, struct head *head)
{
    const struct sig *sig = sig_at(at);
    struct node *value;

    switch ((enum sig_kind)sig->kind) {
    case SIG_OPTIONAL:
    case SIG_REPEAT:
        return !frame_present(reader, sig->first, frame) || put_arguments(reader, sig->first, frame, head);
    case SIG_CHOICE:
        for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
            if (frame_present(reader, alt, frame) && !put_arguments(reader, sig_at(alt)->first, frame, head))
                return false;
        return true;
    case SIG_WORD:
        if (!frame_find(frame, sig->text, NULL))
            return true;
        buf_printf(&head->text, "%s%s", head->any ? "," : "", sig->text);
        head->any = true;
        return true;
    case SIG_PARAM:
        if ((value = frame_find(frame, sig->text, NULL)))
            return put_values(reader, head, value);
        frame_missing(reader, frame, at);
        return false;
    case SIG_SEQUENCE:
    case SIG_CONTEXT:
        return true;
    }
    return true;
}

static bool put_arguments(struct reader *reader, uint16_t at, struct frame *frame, struct head *head)
{
    for (; at; at = sig_at(at)->next)
        if (!put_argument(reader, at, frame, head))
            return false;
    return true;
}

bool paren_compose(struct reader *reader, const char *name, uint32_t name_len, uint16_t paren, struct frame *frame,
                   struct word *word)
{
    struct head head = {.flags = 0};
    bool good;

    buf_init_in(&head.text, reader->lang->arena);
    buf_add(&head.text, name, name_len);
    buf_putc(&head.text, '(');
    good = put_arguments(reader, paren, frame, &head);
    buf_putc(&head.text, ')');
    if (!head.any)
        head.text.len = name_len; /* all arguments left out */
    word->skew = WORD_SKEWED;
    word->flags = (uint8_t)((head.flags & NODE_SECRET ? WORD_SECRET | WORD_GIVEN : 0) |
                            (head.flags & NODE_POISON ? WORD_POISON : 0));
    cfg_word(word, reader->lang, arena_strndup(reader->lang->arena, head.text.data, head.text.len),
             (uint32_t)head.text.len, head.flags & NODE_FIXED);
    return good;
}

void paren_scalar(struct reader *reader, const char *name, const struct node *value, struct word *word)
{
    const char *text = arena_printf(reader->lang->arena, "%s(%.*s)", name, (int)value->len, value->text);

    word->at = node_span(value);
    word->skew = WORD_SKEWED;
    word->flags = (uint8_t)((value->flags & NODE_SECRET ? WORD_SECRET | WORD_GIVEN : 0) |
                            (value->flags & NODE_POISON ? WORD_POISON : 0));
    cfg_word(word, reader->lang, text, (uint32_t)strlen(text), value->flags & NODE_FIXED);
}
