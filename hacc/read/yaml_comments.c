/* Comments: libyaml drops them, so they are found between its events. */
#include "hacc/read/yaml_front.h"

static uint32_t find_hash(const struct yaml_pass *pass, uint32_t from)
{
    const struct yaml_text *text = pass->text;
    const char *at = from < text->len ? memchr(text->data + from, '#', text->len - from) : NULL;

    return at ? (uint32_t)(at - text->data) : text->len;
}

void yaml_comments_start(struct yaml_pass *pass)
{
    pass->gap = pass->text->base;
    pass->hash = find_hash(pass, pass->gap);
    pass->comment_count = 0;
}

static void comment_add(struct yaml_pass *pass, uint32_t off, uint32_t len)
{
    if (pass->comment_count == pass->comment_cap)
        pass->comments = arena_extend(pass->front->arena, pass->comments, pass->comment_count, &pass->comment_cap, 64,
                                      sizeof(*pass->comments));
    pass->comments[pass->comment_count++] = (struct comment){off, len};
}

static uint32_t line_end(const struct yaml_text *text, uint32_t off, uint32_t to)
{
    while (off < to && text->data[off] != '\n' && text->data[off] != '\r')
        off++;
    return off;
}

void yaml_comments_gap(struct yaml_pass *pass, uint32_t to)
{
    const struct yaml_text *text = pass->text;

    while (pass->hash < to) {
        uint32_t off = pass->hash, end;

        /* Between events stand indicators, blanks, comments, and tags, whose '#' is part of them. */
        if (off < pass->gap || (off > 0 && !strchr(" \t\r\n,[]{}\"'", text->data[off - 1]))) {
            pass->hash = find_hash(pass, off + 1);
            continue;
        }
        end = line_end(text, off, text->len);
        comment_add(pass, off, end - off);
        pass->hash = find_hash(pass, end);
    }
}

void yaml_comments_skip(struct yaml_pass *pass, uint32_t to)
{
    pass->hash = find_hash(pass, to);
}

void yaml_comments_scalar(struct yaml_pass *pass, const struct node *node, uint32_t end)
{
    uint32_t from = node->off;

    if (pass->hash < from)
        yaml_comments_gap(pass, from);
    if (node->style == STYLE_LITERAL || node->style == STYLE_FOLDED) {
        pass->gap = from;
        from = line_end(pass->text, from, end);
        if (pass->hash < from)
            yaml_comments_gap(pass, from);
    }
    if (pass->hash < end)
        yaml_comments_skip(pass, end);
}
