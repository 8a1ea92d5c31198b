/* From bytes of a scalar's text to their place in the source. */
#include "hacc/read/yaml_front.h"

/* Walks the source of a scalar whose text was changed by folding, quotes or escapes. */
struct walk {
    const char *data;
    uint32_t at, end;
    uint32_t indent; /* of a block scalar: blanks that every line loses */
    uint8_t style;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Gives the indentation of a block scalar: that of its first line that is not empty. */
static uint32_t block_indent(const struct walk *walk)
{
    uint32_t indent = 0;

    for (uint32_t i = walk->at; i < walk->end; i++) {
        if (walk->data[i] == '\n' || walk->data[i] == '\r')
            indent = 0;
        else if (walk->data[i] == ' ')
            indent++;
        else
            return indent;
    }
    return 0;
}

static void skip_indent(struct walk *walk)
{
    for (uint32_t i = 0; i < walk->indent && walk->at < walk->end && walk->data[walk->at] == ' '; i++)
        walk->at++;
}

static void walk_start(struct walk *walk, const struct node *scalar, const char *data)
{
    walk->data = data;
    walk->at = scalar->off;
    walk->end = scalar->off + scalar->span_len;
    walk->style = scalar->style;
    walk->indent = 0;
    if (scalar->style == STYLE_SINGLE || scalar->style == STYLE_DOUBLE) {
        walk->at++;
        walk->end--;
    } else if (scalar->style == STYLE_LITERAL || scalar->style == STYLE_FOLDED) {
        bool indicated = false;

        for (; walk->at < walk->end && data[walk->at] != '\n' && data[walk->at] != '#'; walk->at++)
            indicated |= data[walk->at] >= '1' && data[walk->at] <= '9';
        while (walk->at < walk->end && data[walk->at] != '\n')
            walk->at++;
        walk->at += walk->at < walk->end;
        walk->indent = indicated ? 0 : block_indent(walk);
        skip_indent(walk);
    }
}

/* Gives how many bytes of source the escape at `at` takes; *text becomes the bytes of text that it stands
 * for. */
static uint32_t escape_len(const struct walk *walk, uint32_t at, uint32_t *text)
{
    char c = at + 1 < walk->end ? walk->data[at + 1] : '\0';
    uint32_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    uint32_t code = 0;

    for (uint32_t i = 0; i < digits && at + 2 + i < walk->end; i++) {
        char d = walk->data[at + 2 + i];

        code = code << 4 | (uint32_t)(d <= '9' ? d - '0' : (d | 32) - 'a' + 10);
    }
    if (c == 'N' || c == '_')
        code = 0x85;
    else if (c == 'L' || c == 'P')
        code = 0x2028;
    *text = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    return 2 + digits;
}

/* Steps over source that left nothing in the text: the rest of a folding. */
static void skip_folding(struct walk *walk, char c)
{
    for (;;) {
        if (walk->style == STYLE_DOUBLE && walk->at + 1 < walk->end && walk->data[walk->at] == '\\' &&
            (walk->data[walk->at + 1] == '\n' || walk->data[walk->at + 1] == '\r')) {
            walk->at += 2;
            while (walk->at < walk->end && is_space(walk->data[walk->at]))
                walk->at++;
        } else if (walk->at < walk->end && is_space(walk->data[walk->at]) && !is_space(c)) {
            walk->at++;
        } else {
            return;
        }
    }
}

/* Gives the source place of the next bytes of text, and steps over them; `step` bytes of text at a time. */
static struct span walk_next(struct walk *walk, char c, uint32_t *step)
{
    struct span span = {0, 0, 1};

    *step = 1;
    skip_folding(walk, c);
    if (walk->at >= walk->end) {
        span.off = walk->end ? walk->end - 1 : 0;
        return span;
    }
    span.off = walk->at;
    if (walk->style == STYLE_DOUBLE && walk->data[walk->at] == '\\')
        span.len = escape_len(walk, walk->at, step);
    else if (walk->style == STYLE_SINGLE && walk->data[walk->at] == '\'')
        span.len = 2;
    else if (is_space(c) && !is_space(walk->data[walk->at]))
        span.len = 0; /* a line break that is no byte of its own, at the end of the text */
    walk->at += span.len;
    if (c == '\n' && walk->at < walk->end && walk->data[walk->at - 1] == '\r' && walk->data[walk->at] == '\n')
        walk->at++;
    if (span.len && walk->data[span.off] == '\n')
        skip_indent(walk);
    return span;
}

static struct span mapped_span(const struct node *scalar, uint32_t from, uint32_t len, const char *data)
{
    struct span whole = node_span(scalar), at = whole;
    struct walk walk;
    uint32_t step;

    walk_start(&walk, scalar, data);
    at.off = NO_OFFSET;
    for (uint32_t i = 0; i < scalar->len && i < from + (len ? len : 1); i += step) {
        struct span byte = walk_next(&walk, scalar->text[i], &step);

        if (i + step <= from)
            continue;
        if (at.off == NO_OFFSET)
            at.off = byte.off;
        at.len = byte.off + byte.len - at.off;
    }
    if (at.off == NO_OFFSET) {
        /* behind the last byte */
        at.off = walk.at < walk.end ? walk.at : walk.end;
        at.len = 0;
    }
    if (!len)
        at.len = 0;
    return at;
}

struct span yaml_text_span(const struct node *scalar, uint32_t from, uint32_t len, const struct sources *sources)
{
    struct span at = node_span(scalar);
    const char *data = sources->at[scalar->src]->data;

    if (from > scalar->len)
        from = scalar->len;
    if (len > scalar->len - from)
        len = scalar->len - from;
    if (scalar->flags & NODE_FIXED || !scalar->span_len)
        return at;
    if (scalar->flags & NODE_MAPPED)
        return mapped_span(scalar, from, len, data);
    at.off = (uint32_t)(scalar->text - data) + from;
    at.len = len;
    return at;
}
