/* What libyaml refuses, explained by the offending byte (docs/language.md, "YAML's own characters"): values. */
#include "hacc/read/yaml_explain.h"

#include <stdarg.h>

/* The messages of libyaml 0.2.5, by how they start. */
static const struct {
    const char *message;
    enum trouble trouble;
} troubles[] = {
    {"found character that cannot start any token", TROUBLE_START},
    {"mapping values are not allowed", TROUBLE_COLON},
    {"could not find expected ':'", TROUBLE_NO_COLON},
    {"block sequence entries are not allowed", TROUBLE_DASH},
    {"mapping keys are not allowed", TROUBLE_QUESTION},
    {"did not find expected alphabetic or numeric character", TROUBLE_NAME},
    {"did not find expected node content", TROUBLE_VALUE},
    {"did not find expected key", TROUBLE_IN_MAP},
    {"did not find expected '-' indicator", TROUBLE_IN_LIST},
    {"did not find expected ',' or", TROUBLE_IN_FLOW},
    {"did not find expected <document start>", TROUBLE_BEHIND},
    {"found unexpected end of stream", TROUBLE_QUOTE},
    {"found unexpected document indicator", TROUBLE_QUOTE},
    {"found unknown escape character", TROUBLE_ESCAPE},
    {"did not find expected hexdecimal number", TROUBLE_ESCAPE},
    {"found invalid Unicode character escape code", TROUBLE_ESCAPE},
    {"found an indentation indicator", TROUBLE_BLOCK},
    {"found a tab character", TROUBLE_TAB},
    {"did not find expected comment or line break", TROUBLE_BLOCK},
    {"found undefined tag handle", TROUBLE_TAG},
    {"found unexpected ':'", TROUBLE_VALUE},
};

static enum trouble find_trouble(const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "";

    if (parser->context && strstr(parser->context, "irective"))
        return TROUBLE_DIRECTIVE;
    if (parser->context && strstr(parser->context, " a tag"))
        return TROUBLE_TAG;
    for (size_t i = 0; i < sizeof(troubles) / sizeof(*troubles); i++) {
        if (strncmp(problem, troubles[i].message, strlen(troubles[i].message)) == 0)
            return troubles[i].trouble;
    }
    return TROUBLE_OTHER;
}

bool explain_say(struct explain *explain, uint32_t off, uint32_t len, const char *help, const char *fmt, ...)
{
    char msg[HELP_SIZE];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);
    explain->fault->at = off;
    diag_add(explain->pass->front->diags, RULE_YAML_SYNTAX, yaml_at(explain->text, off, len), help, "%s", msg);
    return true;
}

void explain_place(struct explain *explain, uint32_t off, uint32_t len, const char *label)
{
    diag_place(explain->pass->front->diags, yaml_at(explain->text, off, len), label);
}

const char *explain_quote(const struct explain *explain, char *help, uint32_t from, uint32_t to)
{
    char quoted[HELP_TEXT * 2 + 4];

    if (to > from && yaml_quote(quoted, sizeof(quoted), explain->data + from, to - from))
        snprintf(help, HELP_SIZE, "write %s", quoted);
    else
        snprintf(help, HELP_SIZE, "put the whole text in quotes");
    return help;
}

void yaml_say_escape(const struct yaml_text *text, uint32_t at, uint32_t quote, uint32_t end)
{
    const char *data = text->source->data;
    uint32_t len = end - quote;
    char next = at + 1 < text->len ? data[at + 1] : '?';
    char help[HELP_SIZE];

    if (len < 2 || len > HELP_TEXT || memchr(data + quote, '\'', len) || memchr(data + quote, '\n', len))
        snprintf(help, sizeof(help), "use single quotes, in which a backslash is a backslash");
    else
        snprintf(help, sizeof(help), "use single quotes: '%.*s'", (int)len - 2, data + quote + 1);
    diag_add(text->front->diags, RULE_YAML_ESCAPE, yaml_at(text, at, 2), help,
             "YAML consumes the backslash of '\\%c' inside double quotes; HAProxy would not see it",
             next > ' ' && next < 0x7f ? next : '?');
}

uint32_t explain_open_flow(const struct explain *explain)
{
    const struct yaml_pass *pass = explain->pass;

    for (const struct yaml_frame *frame = pass->frames; pass->top && frame <= pass->top; frame++) {
        if (frame->node->style == STYLE_FLOW)
            return frame->node->off < explain->line.from ? frame->node->off : NO_OFFSET;
    }
    return NO_OFFSET;
}

/* Gives the end of the item at `off` inside brackets: before the ',' or the bracket that ends it. */
static uint32_t flow_item_end(const struct explain *explain, uint32_t off)
{
    const char *data = explain->data;
    uint32_t depth = 0, i;

    for (i = off; i < explain->line.value_end; i++) {
        if (data[i] == '[' || data[i] == '{')
            depth++;
        else if ((data[i] == ']' || data[i] == '}') && depth-- == 0)
            break;
        else if (data[i] == ',' && depth == 0 && i > off)
            break;
    }
    while (i > off && data[i - 1] == ' ')
        i--;
    return i;
}

static bool in_brackets(const struct explain *explain, uint32_t off)
{
    const struct yaml_line *line = &explain->line;

    return (off > line->value && line->value < line->to && strchr("[{", explain->data[line->value])) ||
           explain_open_flow(explain) != NO_OFFSET;
}

/* Where the text at `off`, which its first byte spoils, ends. */
static uint32_t text_end(const struct explain *explain, uint32_t off)
{
    const struct yaml_line *line = &explain->line;

    if (in_brackets(explain, off))
        return flow_item_end(explain, off);
    if (line->has_key && off < line->colon)
        return line->key_end;
    return line->value_end > off ? line->value_end : line->to;
}

static const char *first_byte_meaning(char c)
{
    switch (c) {
    case '*':
        return "starts a YAML alias";
    case '&':
        return "starts a YAML anchor";
    case '!':
        return "starts a YAML tag";
    case '[':
        return "starts a YAML list";
    case '{':
        return "starts a YAML map";
    case '|':
    case '>':
        return "starts a YAML text block, which begins on the next line";
    case '?':
        return "starts a YAML complex key";
    default:
        return "cannot start a text in YAML";
    }
}

/* Blames the first byte of a text. */
static bool explain_first_byte(struct explain *explain, uint32_t off)
{
    char help[HELP_SIZE];
    unsigned char c = off < explain->text->len ? (unsigned char)explain->data[off] : 0;

    if (c <= ' ' || c >= 0x7f)
        return false;
    if (c == ':' && in_brackets(explain, off))
        return explain_say(explain, off, 1, explain_quote(explain, help, off, text_end(explain, off)),
                           "':' cannot start a text inside [ ] or { }");
    return explain_say(explain, off, 1, explain_quote(explain, help, off, text_end(explain, off)), "'%c' %s", c,
                       first_byte_meaning((char)c));
}

/* Blames a bracket around the error that closes in the middle of a text: `[::]:80`, `{ a } { b }`. */
static bool explain_bracket(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;
    const char *data = explain->data;

    for (uint32_t i = line->value; i < explain->at + 1 && i < line->value_end; i++) {
        uint32_t end;

        if (!strchr("[{", data[i]) || (i > line->value && !strchr(" ,[{", data[i - 1])))
            continue;
        end = yaml_bracket_end(data, i, line->value_end);
        if (!end || end == line->value_end || explain->at + 1 < i)
            continue;
        while (end < line->value_end && data[end] == ' ')
            end++;
        if (end == line->value_end || strchr(",]}", data[end]) || (data[end] == ':' && data[end + 1] == ' '))
            continue;
        return explain_first_byte(explain, i);
    }
    return false;
}

/* Explains text behind a value that is complete: `"a" b`, `*x y`, `[a] b`. */
static bool explain_behind_value(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;
    uint32_t end, text_end, value = line->value;
    char help[HELP_SIZE];

    if (line->has_key && explain->at <= line->colon && explain->at > line->content)
        value = line->content; /* `"a" b: c` */
    if (value >= line->to || explain->at <= value || explain->at > line->to)
        return false;
    if (strchr("*&!", explain->data[value]))
        return explain_first_byte(explain, value);
    if (!strchr("\"'", explain->data[value]))
        return false;
    end = yaml_quote_end(explain->data, value, line->to);
    if (!end || explain->at < end)
        return false;
    for (uint32_t i = end; i < explain->at; i++) {
        if (explain->data[i] != ' ' && explain->data[i] != '\t')
            return false;
    }
    text_end = value == line->value ? line->value_end : line->key_end;
    if (end == explain->at && explain->data[text_end - 1] == explain->data[value]) {
        /* 'it's': the quotes around are meant, the one inside is text */
        explain_quote(explain, help, value + 1, text_end - 1);
        return explain_say(explain, end - 1, 1, help, "this quote closes the text, and more follows");
    }
    explain_quote(explain, help, value, text_end);
    return explain_say(explain, explain->at, 1, help, "text behind a closing quote");
}

static bool explain_inner_colon(struct explain *explain)
{
    const struct yaml_line *line = &explain->line;
    char help[HELP_SIZE];

    if (!line->has_key || explain->at <= line->colon || explain->at >= line->to || explain->data[explain->at] != ':')
        return false;
    if (in_brackets(explain, explain->at))
        return false;
    return explain_say(explain, explain->at, 1, explain_quote(explain, help, line->value, line->value_end),
                       "': ' inside a text would start a YAML map");
}

/* An inner error of [ ] or { }: a ',' that is missing, a bracket that does not close. */
static bool explain_flow(struct explain *explain)
{
    struct yaml_line opening;
    char open = explain->data[explain->from], help[HELP_SIZE];
    char close = open == '{' ? '}' : ']';

    yaml_line_scan(&opening, explain->text, explain->from);
    if (explain->at >= explain->text->len ||
        (explain->line.from > opening.from &&
         explain->line.first - explain->line.from <= opening.first - opening.from)) {
        snprintf(help, sizeof(help), "add the '%c', or put the text in quotes", close);
        return explain_say(explain, explain->from, 1, help, "the '%c' that opens here is not closed by a '%c'", open,
                           close);
    }
    if (explain->line.from > opening.from) {
        explain_say(explain, explain->line.first, 1, NULL, "a ',' or '%c' is missing before this line", close);
        explain_place(explain, explain->from, 1, "in the brackets that open here");
        return true;
    }
    if (explain->data[explain->at] == ':')
        return explain_say(explain, explain->at, 1, "put the text around it in quotes",
                           "a second ':' in one item of [ ] or { }");
    explain_say(explain, explain->at, 1,
                "separate items by ',', and put text with blanks or quotes in quotes as a whole",
                "a ',' or '%c' is missing before this", close);
    explain_place(explain, explain->from, 1, "in the brackets that open here");
    return true;
}

static bool explain_escape(struct explain *explain)
{
    uint32_t at = explain->at, end = yaml_quote_end(explain->data, explain->from, explain->text->len);

    while (at > explain->from && explain->data[at] != '\\')
        at--;
    explain->fault->at = at;
    yaml_say_escape(explain->text, at, explain->from, end ? end : explain->from);
    return true;
}

static bool explain_quote_open(struct explain *explain)
{
    struct yaml_line line;
    char help[HELP_SIZE];

    yaml_line_scan(&line, explain->text, explain->from);
    if (explain->data[explain->from] == '\'' && line.value_end > explain->from &&
        memchr(explain->data + explain->from + 1, '\'', line.value_end - explain->from - 1))
        snprintf(help, sizeof(help), "inside single quotes write '' for a quote");
    else
        snprintf(help, sizeof(help), "close it on this line; a quote that belongs to the text needs quotes around");
    return explain_say(explain, explain->from, 1, help, "the quote that opens here is not closed");
}

static bool explain_value(struct explain *explain)
{
    switch (explain->trouble) {
    case TROUBLE_QUOTE:
        return explain_quote_open(explain);
    case TROUBLE_ESCAPE:
        return explain_escape(explain);
    case TROUBLE_NAME:
    case TROUBLE_TAG:
    case TROUBLE_DIRECTIVE:
        if (explain->from >= explain->line.from && explain_first_byte(explain, explain->from))
            return true;
        break;
    case TROUBLE_BLOCK:
    case TROUBLE_START:
    case TROUBLE_QUESTION:
        if (explain_first_byte(explain, explain->trouble == TROUBLE_BLOCK ? explain->from : explain->at))
            return true;
        break;
    case TROUBLE_VALUE:
        if (explain_bracket(explain))
            return true;
        if (explain->at < explain->text->len && explain->at < explain->line.to)
            return explain_first_byte(explain, explain->at);
        break;
    case TROUBLE_IN_FLOW:
        return explain_bracket(explain) || explain_flow(explain);
    case TROUBLE_OTHER:
    case TROUBLE_COLON:
    case TROUBLE_NO_COLON:
    case TROUBLE_DASH:
    case TROUBLE_IN_MAP:
    case TROUBLE_IN_LIST:
    case TROUBLE_BEHIND:
    case TROUBLE_TAB:
        break;
    }
    if (explain_behind_value(explain) || explain_bracket(explain) || explain_inner_colon(explain))
        return true;
    return explain->at < explain->line.to && strchr("]}", explain->data[explain->at]) &&
           explain_say(explain, explain->at, 1, NULL, "'%c' closes nothing that is open", explain->data[explain->at]);
}

/* Scans the first line from `off` on that is neither empty nor a comment; the text's last one where all are.
 */
static void line_with_text(struct yaml_line *line, const struct yaml_text *text, uint32_t off)
{
    do {
        yaml_line_scan(line, text, off);
        off = line->next;
    } while (off < text->len && (line->first == line->to || text->data[line->first] == '#'));
}

/* `global`, `defaults`, `frontend www` alone on a line, and the next line no YAML either. */
bool yaml_looks_like_cfg(const struct yaml_text *text, struct span *at)
{
    static const char *const sections[] = {"global", "defaults", "frontend", "backend", "listen", "peers", "userlist"};
    struct yaml_line line, next;

    line_with_text(&line, text, text->base);
    line_with_text(&next, text, line.next);
    if (line.has_key || line.dash || next.has_key || next.dash)
        return false;
    for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
        uint32_t len = (uint32_t)strlen(sections[i]);

        if (line.to - line.first >= len && memcmp(text->data + line.first, sections[i], len) == 0 &&
            (line.to - line.first == len || text->data[line.first + len] == ' ')) {
            *at = yaml_at(text, line.first, len);
            return true;
        }
    }
    return false;
}

void yaml_say_cfg(const struct yaml_text *text, struct span at)
{
    text->front->doc->unreadable = true;
    diag_add(text->front->diags, RULE_YAML_SYNTAX, at, "turn it into YAML with 'hacc import'",
             "this is a configuration in HAProxy's own language, not YAML");
}

void yaml_explain(const struct yaml_pass *pass, struct yaml_fault *fault)
{
    const yaml_parser_t *parser = &pass->front->parser;
    struct explain explain = {.pass = pass, .text = pass->text, .data = pass->text->source->data, .fault = fault};
    struct span cfg;
    struct yaml_line blamed;

    memset(fault, 0, sizeof(*fault));
    fault->opener = NO_OFFSET;
    explain.trouble = find_trouble(parser);
    explain.at = yaml_offset(pass->text, parser->problem_mark.index);
    explain.from = parser->context ? yaml_offset(pass->text, parser->context_mark.index) : explain.at;
    yaml_line_scan(&explain.line, pass->text, explain.at);
    fault->at = explain.at;
    if (!pass->text->blank_count && yaml_looks_like_cfg(pass->text, &cfg)) {
        yaml_say_cfg(pass->text, cfg);
        fault->hopeless = true;
        return;
    }
    if (!explain_tab(&explain) && !explain_value(&explain) && !explain_layout(&explain))
        explain_say(&explain, explain.at < pass->text->len ? explain.at : explain.line.from, 1, NULL,
                    "YAML cannot be read from here on");
    yaml_line_scan(&blamed, pass->text, fault->at);
    explain.line = blamed;
    if (fault->opener == NO_OFFSET)
        fault->opener = explain_open_flow(&explain);
}
