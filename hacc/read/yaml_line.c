/* The anatomy of one line of block style, for explaining what libyaml refused. A reading by eye, not a
 * parser. */
#include "hacc/read/yaml_front.h"

uint32_t yaml_quote_end(const char *data, uint32_t off, uint32_t to)
{
    char quote = data[off];

    for (uint32_t i = off + 1; i < to; i++) {
        if (data[i] == '\\' && quote == '"')
            i++;
        else if (data[i] == quote && quote == '\'' && i + 1 < to && data[i + 1] == quote)
            i++;
        else if (data[i] == quote)
            return i + 1;
    }
    return 0;
}

uint32_t yaml_bracket_end(const char *data, uint32_t off, uint32_t to)
{
    uint32_t depth = 0;

    for (uint32_t i = off; i < to; i++) {
        bool starts = i == off || strchr(" \t\n,[{:", data[i - 1]);

        if ((data[i] == '"' || data[i] == '\'') && starts) {
            uint32_t end = yaml_quote_end(data, i, to);

            if (end)
                i = end - 1;
        } else if (data[i] == '[' || data[i] == '{') {
            depth++;
        } else if ((data[i] == ']' || data[i] == '}') && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static uint32_t skip_blanks(const char *data, uint32_t off, uint32_t to)
{
    while (off < to && is_blank(data[off]))
        off++;
    return off;
}

/* Finds the ':' that ends the key at `off`. Gives `to` where there is none. */
static uint32_t find_colon(const char *data, uint32_t off, uint32_t to)
{
    uint32_t i = off;

    if (i < to && (data[i] == '"' || data[i] == '\'')) {
        uint32_t end = yaml_quote_end(data, i, to);

        i = end ? skip_blanks(data, end, to) : to;
        return i < to && data[i] == ':' ? i : to;
    }
    if (i < to && (data[i] == '{' || data[i] == '['))
        return to;
    for (; i < to; i++) {
        if (data[i] == ':' && (i + 1 == to || is_blank(data[i + 1])))
            return i;
        if (data[i] == '#' && i > off && is_blank(data[i - 1]))
            return to;
    }
    return to;
}

/* Gives where the value at `off` ends: before a comment and the blanks around it. */
static uint32_t find_end(const char *data, uint32_t off, uint32_t to)
{
    uint32_t end = to;

    for (uint32_t i = off; i < to; i++) {
        if ((data[i] == '"' || data[i] == '\'') && (i == off || strchr(" \t,[{:", data[i - 1]))) {
            uint32_t close = yaml_quote_end(data, i, to);

            if (close)
                i = close - 1;
        } else if (data[i] == '#' && (i == off || is_blank(data[i - 1]))) {
            end = i;
            break;
        }
    }
    while (end > off && is_blank(data[end - 1]))
        end--;
    return end;
}

void yaml_line_scan(struct yaml_line *line, const struct yaml_text *text, uint32_t off)
{
    const char *data = text->data;
    uint32_t at;

    memset(line, 0, sizeof(*line));
    if (off > text->len)
        off = text->len;
    for (at = off; at > text->base && data[at - 1] != '\n'; at--)
        ;
    line->from = at;
    for (at = off; at < text->len && data[at] != '\n'; at++)
        ;
    line->next = at < text->len ? at + 1 : at;
    if (at > line->from && data[at - 1] == '\r')
        at--;
    line->to = at;
    line->first = skip_blanks(data, line->from, line->to);
    line->content = line->first;
    while (line->content < line->to && data[line->content] == '-' &&
           (line->content + 1 == line->to || is_blank(data[line->content + 1]))) {
        line->dash = true;
        line->content = skip_blanks(data, line->content + 1, line->to);
    }
    line->value = line->content;
    line->colon = find_colon(data, line->content, line->to);
    if (line->colon < line->to) {
        line->has_key = true;
        for (line->key_end = line->colon; line->key_end > line->content && is_blank(data[line->key_end - 1]);)
            line->key_end--;
        line->value = skip_blanks(data, line->colon + 1, line->to);
    }
    line->value_end = find_end(data, line->value, line->to);
}

bool yaml_line_above(struct yaml_line *line, const struct yaml_text *text, uint32_t from)
{
    const char *data = text->data;

    while (from > text->base) {
        yaml_line_scan(line, text, from - 1);
        if (line->first < line->to && data[line->first] != '#')
            return true;
        from = line->from;
    }
    return false;
}

bool yaml_quote(char *out, size_t size, const char *text, uint32_t len)
{
    bool has_double = memchr(text, '"', len) || memchr(text, '\\', len);
    size_t at = 0;

    if (len > HELP_TEXT || 2 * (size_t)len + 3 > size || memchr(text, '\n', len) || memchr(text, '\t', len) ||
        memchr(text, '\r', len))
        return false;
    out[at++] = has_double ? '\'' : '"';
    for (uint32_t i = 0; i < len; i++) {
        if (has_double && text[i] == '\'')
            out[at++] = '\'';
        out[at++] = text[i];
    }
    out[at++] = out[0];
    out[at] = '\0';
    return true;
}
