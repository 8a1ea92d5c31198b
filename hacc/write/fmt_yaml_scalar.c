/* Texts: their words and line breaks as they are written, their indentation ours. */
#include "hacc/write/fmt_yaml_parts.h"

/* Gives where the line at `at` ends: at its break, or at `to`. */
static uint32_t line_end(const struct fmt_yaml *fmt, uint32_t at, uint32_t to)
{
    while (at < to && !yaml_break(fmt->data + at, fmt->data + to))
        at++;
    return at;
}

/* Prints a line break: those of YAML 1.1 that are no letters all mean the same. */
static void print_break(struct fmt_yaml *fmt, uint32_t at, uint32_t len)
{
    if (fmt->data[at] == '\n' || fmt->data[at] == '\r')
        buf_putc(fmt->out, '\n');
    else
        buf_add(fmt->out, fmt->data + at, len);
}

/* Gives the end of a line without the blanks that folding drops; one behind a backslash is none of them. */
static uint32_t trim(const struct fmt_yaml *fmt, uint32_t from, uint32_t to, uint8_t style)
{
    uint32_t end = to, slashes = 0;

    while (end > from && fmt_is_blank(fmt->data[end - 1]))
        end--;
    if (end == to || style != STYLE_DOUBLE)
        return end;
    while (end - slashes > from && fmt->data[end - slashes - 1] == '\\')
        slashes++;
    return end + slashes % 2;
}

/* Prints a plain or quoted text, each of its lines folded into the one before. */
static void print_folded(struct fmt_yaml *fmt, const struct yaml_token *token, uint32_t wrap)
{
    uint32_t end = token->off + token->len;

    for (uint32_t at = token->off;;) {
        uint32_t stop = line_end(fmt, at, end), len = yaml_break(fmt->data + stop, fmt->data + end);
        uint32_t last = len ? trim(fmt, at, stop, token->style) : stop;

        buf_add(fmt->out, fmt->data + at, last - at);
        if (!len)
            break;
        print_break(fmt, stop, len);
        for (at = stop + len; at < end && fmt_is_blank(fmt->data[at]);)
            at++;
        if (!yaml_break(fmt->data + at, fmt->data + end))
            fmt_indent(fmt, wrap);
    }
    fmt->done = end;
}

/* ---- block scalars ---- */

/* A text after | or >. */
struct block {
    uint32_t indicators, indicators_len; /* what follows the | or > */
    uint32_t comment;                    /* on that line; == line: none */
    uint32_t line;                       /* where that line ends */
    uint32_t first;                      /* where the text begins */
    uint32_t end;                        /* of the source */
    uint32_t width;                      /* blanks that each line loses */
    bool keeps;                          /* the empty lines at its end count */
};

static uint32_t blanks_at(const struct fmt_yaml *fmt, uint32_t at, uint32_t end)
{
    uint32_t count = 0;

    while (at + count < end && fmt->data[at + count] == ' ')
        count++;
    return count;
}

/* Finds the indentation of a text that does not tell it: that of its first line that is not empty, or of a longer line
 * of blanks above that. */
static uint32_t find_width(const struct fmt_yaml *fmt, const struct block *block)
{
    uint32_t at = block->first, widest = 0;

    while (at < block->end) {
        uint32_t blanks = blanks_at(fmt, at, block->end);
        uint32_t len = yaml_break(fmt->data + at + blanks, fmt->data + block->end);

        if (blanks > widest)
            widest = blanks;
        if (!len)
            break;
        at += blanks + len;
    }
    return widest;
}

static void read_header(const struct fmt_yaml *fmt, const struct yaml_token *token, struct block *block)
{
    const char *data = fmt->data;
    uint32_t at = token->off + 1, given = 0;

    block->indicators = at;
    for (; at < block->end && strchr("+-123456789", data[at]); at++) {
        if (data[at] == '+')
            block->keeps = true;
        else if (data[at] != '-')
            given = (uint32_t)(data[at] - '0');
    }
    block->indicators_len = at - block->indicators;
    block->line = line_end(fmt, at, block->end);
    while (at < block->line && data[at] != '#')
        at++;
    block->comment = at;
    block->first = block->line + yaml_break(data + block->line, data + block->end);
    block->width = given ? given + (fmt->depth ? fmt->levels[fmt->depth].column : 0) : find_width(fmt, block);
}

/* Whether the line at..stop is empty: blanks beyond the indentation are text. */
static bool is_empty(const struct fmt_yaml *fmt, const struct block *block, uint32_t at, uint32_t stop)
{
    uint32_t blanks = blanks_at(fmt, at, stop);

    return at + blanks == stop && blanks <= block->width;
}

/* Gives where the text's last line that is not empty ends; its header's line where there is none. *after becomes the
 * end of the empty lines that follow. */
static uint32_t find_last(const struct fmt_yaml *fmt, const struct block *block, uint32_t *after)
{
    uint32_t last = block->line;

    *after = last;
    for (uint32_t at = block->first; at < block->end;) {
        uint32_t stop = line_end(fmt, at, block->end), len = yaml_break(fmt->data + stop, fmt->data + block->end);

        if (!is_empty(fmt, block, at, stop)) {
            if (blanks_at(fmt, at, stop) < block->width)
                break;
            last = *after = stop;
        } else if (len) {
            *after = stop;
        }
        at = stop + len;
        if (!len)
            break;
    }
    return last;
}

/* Prints the header. A text whose last line the end of the file cuts short has no line break there; the one that is
 * added must not become part of it. */
static void print_header(struct fmt_yaml *fmt, const struct block *block, bool cut)
{
    for (uint32_t i = 0; i < block->indicators_len; i++) {
        char c = fmt->data[block->indicators + i];

        if (c >= '1' && c <= '9')
            buf_putc(fmt->out, '0' + FMT_STEP);
        else if (!cut)
            buf_putc(fmt->out, c);
    }
    if (cut)
        buf_putc(fmt->out, '-');
    if (block->comment < block->line) {
        uint32_t end = trim(fmt, block->comment, block->line, STYLE_LITERAL);

        buf_putc(fmt->out, ' ');
        buf_add(fmt->out, fmt->data + block->comment, end - block->comment);
    }
}

/* Prints the lines up to `last`, which is the end of one. */
static void print_lines(struct fmt_yaml *fmt, const struct block *block, uint32_t last, uint32_t wrap)
{
    uint32_t end = block->line;

    for (uint32_t at = block->first; end < last;) {
        uint32_t stop = line_end(fmt, at, block->end);

        print_break(fmt, end, at - end);
        if (!is_empty(fmt, block, at, stop)) {
            fmt_indent(fmt, wrap);
            buf_add(fmt->out, fmt->data + at + block->width, stop - at - block->width);
        }
        end = stop;
        at = stop + yaml_break(fmt->data + stop, fmt->data + block->end);
    }
}

static void print_block(struct fmt_yaml *fmt, const struct yaml_token *token, uint32_t wrap)
{
    struct block block = {.end = fmt->len};
    uint32_t last, after;

    read_header(fmt, token, &block);
    last = find_last(fmt, &block, &after);
    buf_putc(fmt->out, fmt->data[token->off]);
    print_header(fmt, &block, last > block.line && last == block.end);
    fmt->done = block.keeps ? after : last;
    print_lines(fmt, &block, fmt->done, wrap);
}

void fmt_scalar(struct fmt_yaml *fmt, enum fmt_join join, uint32_t indent, uint32_t wrap)
{
    const struct yaml_token *token = fmt->at++;

    fmt_gap(fmt, token->off, join, indent);
    fmt->deepest = fmt->depth;
    fmt->opened = false;
    if (token->style == STYLE_LITERAL || token->style == STYLE_FOLDED)
        print_block(fmt, token, wrap);
    else
        print_folded(fmt, token, wrap);
}
