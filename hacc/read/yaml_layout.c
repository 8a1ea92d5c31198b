/* What libyaml refuses, explained by the offending byte: lines that do not fit together. */
#include "hacc/read/yaml_explain.h"

/* libyaml gives up on a ':' further from its key's start; YAML 1.2, section 7.4 says the same. */
enum { KEY_MAX = 1024 };

static uint32_t indent_of(const struct yaml_line *line)
{
    return line->first - line->from;
}

bool explain_tab(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;
    const char *tab = memchr(explain->data + line->from, '\t', indent_of(line));
    uint32_t more;

    if (explain->trouble == TROUBLE_START && explain->at < line->content && explain->data[explain->at] == '\t' && !tab)
        return explain_say(explain, explain->at, 1, "write a blank", "a tab behind '-'");
    if (!tab || explain->trouble == TROUBLE_QUOTE || explain->trouble == TROUBLE_ESCAPE)
        return false;
    more = yaml_tab_lines(explain->text, line->to, false);
    explain->fault->tabs = true;
    if (more)
        return explain_say(explain, (uint32_t)(tab - explain->data), 1, "YAML indents with spaces",
                           "a tab in the indentation, here and on %u more line%s", more, more > 1 ? "s" : "");
    return explain_say(explain, (uint32_t)(tab - explain->data), 1, "YAML indents with spaces",
                       "a tab in the indentation");
}

/* A line that should be `key: value`: `maxconn:6000`, `maxconn 6000`, `maxconn`. */
static bool explain_no_colon(struct explain *explain, const struct yaml_line *line)
{
    const char *data = explain->data;
    uint32_t from = line->content, word, len = line->value_end - from;
    char help[HELP_SIZE];

    if (line->value_end <= from)
        return false;
    if (line->to - from > KEY_MAX)
        return explain_say(explain, from, 1, NULL, "a key may have at most %d characters", KEY_MAX);
    for (word = from; word < line->value_end && data[word] != ' ' && data[word] != ':';)
        word++;
    if (word == line->value_end) {
        snprintf(help, sizeof(help), "write '%.*s: value'", (int)(len > HELP_TEXT ? HELP_TEXT : len), data + from);
        return explain_say(explain, from, len, help, "a ':' and a value are missing behind this key");
    }
    if (word > from && data[word] == ':') {
        snprintf(help, sizeof(help), "write '%.*s: %.*s'", (int)(word - from), data + from,
                 (int)(line->value_end - word - 1), data + word + 1);
        return explain_say(explain, word, 1, len > HELP_TEXT ? NULL : help, "a blank is missing behind ':'");
    }
    if (strchr("\"'[{*&!|>%@`", data[from]))
        return false;
    snprintf(help, sizeof(help), "write '%.*s: %.*s'", (int)(word - from), data + from,
             (int)(line->value_end - word - 1), data + word + 1);
    return explain_say(explain, word, 1, len > HELP_TEXT ? NULL : help, "a ':' is missing behind '%.*s'",
                       (int)(word - from > 100 ? 100 : word - from), data + from);
}

/* The ':' of a line's own key is refused: the line above does not let a key follow. */
static bool explain_key_here(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;
    struct yaml_line above;

    if (!line->has_key || explain->at != line->colon)
        return false;
    if (line->key_end - line->content > KEY_MAX)
        return explain_say(explain, line->content, 1, NULL, "a key may have at most %d characters", KEY_MAX);
    if (!yaml_line_above(&above, explain->text, line->from))
        return false;
    if (!above.has_key && !above.dash && indent_of(&above) <= indent_of(line))
        return explain_no_colon(explain, &above);
    if (above.value < above.value_end && indent_of(&above) < indent_of(line)) {
        explain_say(explain, line->first, 1, "indent it like its neighbours, or remove the value above",
                    "this line is indented deeper than the one above, which has a value already");
        explain_place(explain, above.value, above.value_end - above.value, "the value");
        return true;
    }
    return false;
}

/* A quoted text that ran over line breaks up to a quote meant to open the next text. */
static bool explain_long_quote(struct explain *explain)
{
    const struct node *last = explain->pass->last;
    struct yaml_line opening;
    uint32_t end;

    if (!last || last->src != explain->text->file->src || (last->style != STYLE_SINGLE && last->style != STYLE_DOUBLE))
        return false;
    end = last->off + last->span_len;
    if (last->off >= explain->line.from || end <= explain->line.from || end > explain->at ||
        explain->at > explain->line.to)
        return false;
    yaml_line_scan(&opening, explain->text, last->off);
    explain_say(explain, last->off, 1, "close it on its own line", "the quote that opens here closes only lines below");
    explain_place(explain, end - 1, 1, "this quote closes it, and more text follows");
    explain->fault->at = last->off;
    return true;
}

/* The indentations that the lines above leave open, the deepest last: a line deeper than one below it is
 * closed. */
enum { LEVELS = 16, LINES_ABOVE = 10000 };

static uint32_t add_level(uint32_t levels[LEVELS], uint32_t count, uint32_t level)
{
    if (count == LEVELS)
        count--;
    memmove(levels + 1, levels, count * sizeof(*levels));
    levels[0] = level;
    return count + 1;
}

static uint32_t find_levels(const struct explain *explain, uint32_t levels[LEVELS])
{
    uint32_t from = explain->line.from, count = 0, lowest = NO_OFFSET;
    struct yaml_line above;

    for (uint32_t i = 0; i < LINES_ABOVE && lowest > 0 && yaml_line_above(&above, explain->text, from); i++) {
        from = above.from;
        /* the keys of a map in a list stand behind its '-' */
        if (above.dash && above.content - above.from < lowest)
            count = add_level(levels, count, lowest = above.content - above.from);
        if (indent_of(&above) < lowest)
            count = add_level(levels, count, lowest = indent_of(&above));
    }
    return count;
}

static bool explain_indent(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;
    uint32_t levels[LEVELS], count;
    char help[HELP_SIZE];
    int len;

    if (explain->at != line->first)
        return false;
    count = find_levels(explain, levels);
    if (!count)
        return false;
    len = snprintf(help, sizeof(help), "the lines above are indented by ");
    for (uint32_t i = 0; i < count; i++) {
        if (levels[i] == indent_of(line))
            return false;
        len += snprintf(help + len, sizeof(help) - (size_t)len, "%s%u",
                        !i              ? ""
                        : i + 1 < count ? ", "
                                        : " or ",
                        levels[i]);
    }
    return explain_say(explain, line->first, 1, help, "indented by %u, which fits no line above", indent_of(line));
}

/* A key among items, an item among keys. */
static bool explain_mixture(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;

    if (explain->at != line->first)
        return false;
    if (explain->data[line->first] == ':')
        return explain_say(explain, line->first, 1, "put the key before the ':', or the text in quotes",
                           "a key is missing before ':'");
    if (explain->trouble == TROUBLE_IN_LIST && !line->dash) {
        explain_say(explain, line->first, 1, "start the line with '- ', or indent it with the item that it belongs to",
                    "a line without '-' among the items of a list");
        explain_place(explain, explain->from, 1, "the list starts here");
        return true;
    }
    if (explain->trouble == TROUBLE_IN_MAP && line->dash) {
        explain_say(explain, line->first, 1, "give the list a key of its own, or indent it under one without a value",
                    "a list item among the keys of a map");
        explain_place(explain, explain->from, 1, "the map starts here");
        return true;
    }
    return false;
}

static bool explain_behind(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;
    struct yaml_line start;

    explain->fault->hopeless = true;
    if (!explain->pass->root)
        return explain_say(explain, explain->at, 1, NULL, "YAML cannot be read from here on");
    yaml_line_scan(&start, explain->text, explain->pass->root->off);
    if (explain->pass->root->style == STYLE_BLOCK && explain->at == line->first &&
        indent_of(line) < indent_of(&start)) {
        explain_say(explain, line->first, 1, "indent all keys of one map alike",
                    "this line is indented less than the first one");
        explain_place(explain, start.first, 1, "the first line");
        return true;
    }
    explain_say(explain, explain->at, 1, NULL, "text behind the end of the document");
    explain_place(explain, explain->pass->root->off, 1, "all of the document is what starts here");
    return true;
}

/* A key below something that takes none. */
static bool explain_no_key_here(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;
    struct yaml_line above;

    if (!line->has_key || explain->at != line->colon)
        return false;
    explain_say(explain, line->content, line->key_end - line->content, NULL, "a key cannot stand here");
    if (yaml_line_above(&above, explain->text, line->from))
        explain_place(explain, above.first, above.value_end - above.first, "it would continue this line");
    return true;
}

bool explain_layout(struct explain *explain)
{
    struct yaml_line line;

    if (explain_long_quote(explain))
        return true;
    switch (explain->trouble) {
    case TROUBLE_NO_COLON:
        yaml_line_scan(&line, explain->text, explain->from);
        return explain_no_colon(explain, &line);
    case TROUBLE_COLON:
        return explain_key_here(explain) || explain_no_key_here(explain);
    case TROUBLE_DASH:
        return explain_say(explain, explain->at, 1, "put the items on lines of their own below the key, or in [ ]",
                           "a list item on the line of its key");
    case TROUBLE_VALUE:
        if (explain->at >= explain->text->len && explain->pass->top)
            return explain_say(explain, explain->pass->top->node->off, 1, "add the closing bracket",
                               "the bracket that opens here is not closed");
        return false;
    case TROUBLE_IN_MAP:
    case TROUBLE_IN_LIST:
        return explain_indent(explain) || explain_mixture(explain);
    case TROUBLE_BEHIND:
        return explain_behind(explain);
    case TROUBLE_OTHER:
    case TROUBLE_START:
    case TROUBLE_QUESTION:
    case TROUBLE_NAME:
    case TROUBLE_IN_FLOW:
    case TROUBLE_QUOTE:
    case TROUBLE_ESCAPE:
    case TROUBLE_BLOCK:
    case TROUBLE_TAB:
    case TROUBLE_TAG:
    case TROUBLE_DIRECTIVE:
        return false;
    }
    return false;
}
