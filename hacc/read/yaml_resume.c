/* Reading on after a syntax error: its cause is hidden from libyaml, and the text read again. */
#include "hacc/read/yaml_front.h"

static uint32_t next_line(const struct yaml_text *text, uint32_t off)
{
    const char *end = off < text->len ? memchr(text->data + off, '\n', text->len - off) : NULL;

    return end ? (uint32_t)(end - text->data) + 1 : text->len;
}

static uint32_t skip_indent(const struct yaml_text *text, uint32_t off)
{
    while (off < text->len && (text->data[off] == ' ' || text->data[off] == '\t'))
        off++;
    return off;
}

static bool at_line_end(const struct yaml_text *text, uint32_t off)
{
    return off >= text->len || text->data[off] == '\n' || text->data[off] == '\r';
}

/* Gives the end of the lines from `off` on that are indented deeper than `indent`. Empty lines in between go
 * with them, those behind stay. */
static uint32_t deeper_end(const struct yaml_text *text, uint32_t off, uint32_t indent)
{
    uint32_t end = off;

    while (off < text->len) {
        uint32_t first = skip_indent(text, off);

        if (!at_line_end(text, first)) {
            if (first - off <= indent)
                break;
            end = next_line(text, first);
        }
        off = next_line(text, first);
    }
    return end;
}

/* Blanks from..to. Gives false where nothing but blanks stood there. */
static bool hide_range(struct yaml_text *text, uint32_t from, uint32_t to)
{
    char *data = yaml_text_copy(text);
    bool changed = false;

    for (uint32_t i = from; i < to; i++) {
        if (data[i] != '\n' && data[i] != '\r' && data[i] != ' ') {
            data[i] = ' ';
            changed = true;
        }
    }
    if (changed) {
        struct span *last =
            &text->blanks[text->blank_count < 2 * YAML_MAX_ERRORS ? text->blank_count++ : 2 * YAML_MAX_ERRORS - 1];
        *last = yaml_at(text, from, to - from);
    }
    text->file->damaged = true;
    return changed;
}

uint32_t yaml_tab_lines(struct yaml_text *text, uint32_t off, bool hide)
{
    uint32_t count = 0;

    while (off < text->len) {
        uint32_t first = skip_indent(text, off), end = next_line(text, first);

        if (!at_line_end(text, first) && memchr(text->data + off, '\t', first - off)) {
            count++;
            if (hide)
                hide_range(text, off, end);
        }
        off = end;
    }
    return count;
}

/* Hides the line of the fault with what belongs to it; of a line `key: value` that is wrong in its value, the
 * value: the key then is known to be there. */
static bool hide_line(struct yaml_text *text, const struct yaml_line *line, uint32_t at)
{
    uint32_t behind = next_line(text, line->to);

    if (line->has_key && at >= line->value && line->value < line->value_end &&
        hide_range(text, line->value, deeper_end(text, behind, line->content - line->from)))
        return true;
    if (line->dash && !line->has_key && at >= line->content &&
        hide_range(text, line->content, deeper_end(text, behind, line->first - line->from)))
        return true;
    return hide_range(text, line->first, deeper_end(text, behind, line->first - line->from));
}

bool yaml_hide(struct yaml_text *text, const struct yaml_fault *fault)
{
    struct yaml_line line;
    uint32_t end;

    if (fault->hopeless)
        return false;
    yaml_line_scan(&line, text, fault->at);
    if (fault->tabs)
        return yaml_tab_lines(text, line.from, true) > 0;
    if (fault->opener != NO_OFFSET) {
        end = yaml_bracket_end(text->data, fault->opener, text->len);
        if (end > fault->at && hide_range(text, fault->opener, end))
            return true;
        yaml_line_scan(&line, text, fault->opener);
        if (hide_line(text, &line, fault->opener))
            return true;
        yaml_line_scan(&line, text, fault->at);
    }
    return hide_line(text, &line, fault->at);
}

void yaml_hide_rest(struct yaml_text *text, const struct yaml_fault *fault)
{
    struct yaml_line line;

    yaml_line_scan(&line, text, fault->opener != NO_OFFSET ? fault->opener : fault->at);
    hide_range(text, line.from, text->len);
}

bool yaml_is_hidden(const struct yaml_text *text, uint32_t off)
{
    const char *data = text->data;
    uint32_t to = off;

    if (!text->blank_count)
        return false;
    while (to < text->len && strchr(" \t\r\n#", data[to]))
        to = data[to] == '#' ? next_line(text, to) : to + 1;
    for (uint32_t i = 0; i < text->blank_count; i++) {
        if (text->blanks[i].off <= to && text->blanks[i].off + text->blanks[i].len >= off)
            return true;
    }
    return false;
}
