/* Between two tokens stand blanks, line breaks, comments, and commas that have been printed already. */
#include "hacc/write/fmt_yaml_parts.h"

bool fmt_has_break(const struct fmt_yaml *fmt, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (yaml_break(fmt->data + i, fmt->data + to))
            return true;
    return false;
}

void fmt_indent(struct fmt_yaml *fmt, uint32_t indent)
{
    for (uint32_t i = 0; i < indent; i++)
        buf_putc(fmt->out, ' ');
    fmt->indent = indent;
}

/* Begins a line, below an empty one where `parted`. */
static void begin_line(struct fmt_yaml *fmt, bool parted, uint32_t indent)
{
    if (fmt->out->len) {
        buf_putc(fmt->out, '\n');
        if (parted && !fmt->opened)
            buf_putc(fmt->out, '\n');
    }
    fmt_indent(fmt, indent);
}

/* The indent of a comment on a line of its own: that of what follows, whose indent is `indent`, unless it was indented
 * like one of the blocks that end above it, or like what is in them. */
static uint32_t comment_indent(struct fmt_yaml *fmt, uint32_t column, uint32_t indent)
{
    uint32_t level = fmt->depth;

    if (fmt->flows || fmt->deepest == fmt->depth)
        return indent;
    while (level < fmt->deepest && fmt->levels[level].column < column)
        level++;
    fmt->deepest = level; /* what comes below it is no deeper */
    return level == fmt->depth ? indent : fmt->levels[level].indent;
}

/* Prints the comment at `off` and gives where it ends. */
static uint32_t print_comment(struct fmt_yaml *fmt, uint32_t off, uint32_t to)
{
    uint32_t end = off, len;

    while (end < to && !yaml_break(fmt->data + end, fmt->data + to))
        end++;
    for (len = end - off; fmt_is_blank(fmt->data[off + len - 1]);)
        len--;
    buf_add(fmt->out, fmt->data + off, len);
    return end;
}

void fmt_gap(struct fmt_yaml *fmt, uint32_t to, enum fmt_join join, uint32_t indent)
{
    uint32_t line = fmt->done, breaks = 0;
    bool begun = fmt->out->len > 0; /* something stands on the line already */

    for (uint32_t at = fmt->done; at < to;) {
        uint32_t len = yaml_break(fmt->data + at, fmt->data + to);

        if (len) {
            breaks++;
            at += len;
            line = at;
        } else if (fmt->data[at] != '#') {
            at++;
        } else {
            if (begun && !breaks) {
                buf_putc(fmt->out, ' ');
            } else {
                begin_line(fmt, breaks > 1, comment_indent(fmt, at - line, indent));
                fmt->opened = false;
            }
            at = print_comment(fmt, at, to);
            begun = true;
            breaks = 0;
            if (join != FMT_LAST)
                join = FMT_LINE;
        }
    }
    if (join == FMT_LINE)
        begin_line(fmt, breaks > 1, indent);
    else if (join == FMT_BLANK)
        buf_putc(fmt->out, ' ');
}

void fmt_put(struct fmt_yaml *fmt, enum fmt_join join, uint32_t indent)
{
    const struct yaml_token *token = fmt->at++;

    fmt_gap(fmt, token->off, join, indent);
    buf_add(fmt->out, fmt->data + token->off, token->len);
    fmt->done = token->off + token->len;
    fmt->deepest = fmt->depth;
    fmt->opened = token->kind == TOKEN_DASH || token->kind == TOKEN_VALUE || token->kind == TOKEN_KEY ||
                  token->kind == TOKEN_FLOW || token->kind == TOKEN_DOCUMENT;
}
