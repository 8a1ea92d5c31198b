#include "hacc/write/fmt_yaml.h"

#include "hacc/write/fmt_yaml_parts.h"

/* What a value follows. */
enum lead {
    LEAD_START, /* nothing: it begins where `join` puts it */
    LEAD_KEY,   /* a key's ':': blocks go below it */
    LEAD_MARK   /* '-', '?', or the ':' of a '?': a block begins on the same line */
};

static void print_node(struct fmt_yaml *fmt, enum lead lead, enum fmt_join join, uint32_t indent);

static uint32_t token_end(const struct yaml_token *token)
{
    return token->off + token->len;
}

/* ---- { and [ ---- */

/* Gives where the { or [ at `token` is closed. */
static uint32_t flow_end(const struct yaml_token *token)
{
    uint32_t depth = 0;

    for (;; token++) {
        if (token->kind == TOKEN_FLOW)
            depth++;
        else if (token->kind == TOKEN_END || (token->kind == TOKEN_FLOW_END && --depth == 0))
            return token_end(token);
    }
}

/* How a token is joined where the author decides: on a line of its own where it stands on one. */
static enum fmt_join as_written(const struct fmt_yaml *fmt, enum fmt_join otherwise)
{
    return fmt_has_break(fmt, fmt->done, fmt->at->off) ? FMT_LINE : otherwise;
}

/* How what goes behind a value is joined: a tag goes on up to a blank, and YAML 1.2 takes a ':' that touches an alias
 * for a part of its name. */
static enum fmt_join behind_value(const struct fmt_yaml *fmt)
{
    uint8_t kind = fmt->at[-1].kind;

    return kind == TOKEN_PROPERTY || kind == TOKEN_ALIAS ? FMT_BLANK : FMT_GLUED;
}

/* `key: value`, `? key : value`, a key or a value alone. */
static void print_flow_entry(struct fmt_yaml *fmt, enum fmt_join join, uint32_t indent)
{
    if (fmt->at->kind == TOKEN_KEY) {
        bool marked = fmt->at->len > 0;

        if (marked) {
            fmt_put(fmt, join, indent);
            print_node(fmt, LEAD_MARK, FMT_BLANK, indent + FMT_STEP);
        } else {
            fmt->at++;
            print_node(fmt, LEAD_START, join, indent);
        }
        join = marked ? FMT_BLANK : behind_value(fmt);
    }
    if (fmt->at->kind == TOKEN_VALUE) {
        fmt_put(fmt, join, indent);
        print_node(fmt, LEAD_KEY, FMT_BLANK, indent + FMT_STEP);
    } else if (fmt->at->kind != TOKEN_COMMA && fmt->at->kind != TOKEN_FLOW_END) {
        print_node(fmt, LEAD_START, join, indent);
    }
}

/* How a comma or bracket is joined to what stands before it. */
static enum fmt_join behind_entry(const struct fmt_yaml *fmt)
{
    uint8_t kind = fmt->at[-1].kind;

    return kind == TOKEN_PROPERTY || kind == TOKEN_VALUE ? FMT_BLANK : FMT_GLUED;
}

/* A comma stands behind its entry, before a comment and the break of the line; the last one goes where the bracket
 * closes on the same line. The gap that follows steps over it. */
static void print_comma(struct fmt_yaml *fmt)
{
    bool is_last = fmt->at[1].kind == TOKEN_FLOW_END;

    if (!is_last || fmt_has_break(fmt, fmt->done, fmt->at[1].off)) {
        if (behind_entry(fmt) == FMT_BLANK)
            buf_putc(fmt->out, ' ');
        buf_putc(fmt->out, ',');
    }
    fmt->at++;
}

static void print_flow(struct fmt_yaml *fmt, enum fmt_join join, uint32_t indent)
{
    uint32_t outer;

    fmt_put(fmt, join, indent);
    outer = fmt->indent;
    fmt->flows++;
    join = FMT_GLUED;
    while (fmt->at->kind != TOKEN_FLOW_END && fmt->at->kind != TOKEN_END) {
        if (fmt->at->kind == TOKEN_COMMA) {
            print_comma(fmt);
            join = FMT_BLANK;
        } else {
            print_flow_entry(fmt, as_written(fmt, join), outer + FMT_STEP);
        }
    }
    join = as_written(fmt, behind_entry(fmt));
    fmt->opened = true; /* no empty line goes above the bracket */
    fmt_put(fmt, join, outer);
    fmt->flows--;
}

/* ---- blocks ---- */

static void level_open(struct fmt_yaml *fmt, uint32_t indent)
{
    const struct yaml_token *token = fmt->at++;

    fmt->levels[++fmt->depth] = (struct fmt_level){token->column, indent};
    fmt->deepest = fmt->depth;
}

static void level_close(struct fmt_yaml *fmt)
{
    fmt->depth--;
    if (fmt->at->kind == TOKEN_BLOCK_END)
        fmt->at++;
}

static void print_map(struct fmt_yaml *fmt, enum fmt_join join, uint32_t indent)
{
    level_open(fmt, indent);
    for (; fmt->at->kind == TOKEN_KEY || fmt->at->kind == TOKEN_VALUE; join = FMT_LINE) {
        bool marked = fmt->at->kind == TOKEN_VALUE || fmt->at->len > 0;

        if (fmt->at->kind == TOKEN_KEY && marked) {
            fmt_put(fmt, join, indent);
            fmt->indent = indent;
            print_node(fmt, LEAD_MARK, FMT_BLANK, indent + FMT_STEP);
            join = FMT_LINE;
        } else if (fmt->at->kind == TOKEN_KEY) {
            fmt->at++;
            print_node(fmt, LEAD_START, join, indent);
            fmt->indent = indent;
            join = behind_value(fmt);
        }
        if (fmt->at->kind != TOKEN_VALUE)
            continue;
        fmt_put(fmt, join, indent);
        fmt->indent = indent;
        print_node(fmt, marked ? LEAD_MARK : LEAD_KEY, FMT_BLANK, indent + FMT_STEP);
    }
    level_close(fmt);
}

static void print_list(struct fmt_yaml *fmt, enum fmt_join join, uint32_t indent)
{
    level_open(fmt, indent);
    for (; fmt->at->kind == TOKEN_DASH; join = FMT_LINE) {
        fmt_put(fmt, join, indent);
        fmt->indent = indent;
        print_node(fmt, LEAD_MARK, FMT_BLANK, indent + FMT_STEP);
    }
    level_close(fmt);
}

/* ---- values ---- */

/* How a value is joined that is no block: one on a single line follows what it belongs to, a longer one begins where
 * the author had it begin. */
static enum fmt_join value_join(const struct fmt_yaml *fmt, enum lead lead, enum fmt_join join)
{
    const struct yaml_token *token = fmt->at;
    uint32_t end = token->kind == TOKEN_FLOW ? flow_end(token) : token_end(token);
    bool is_block = token->kind == TOKEN_SCALAR && (token->style == STYLE_LITERAL || token->style == STYLE_FOLDED);

    if (lead == LEAD_START || is_block || !fmt_has_break(fmt, token->off, end))
        return join;
    return as_written(fmt, join);
}

/* Prints the value at hand with its properties: its first token is joined by `join`, and a block in it has `indent`. */
static void print_node(struct fmt_yaml *fmt, enum lead lead, enum fmt_join join, uint32_t indent)
{
    bool tagged = fmt->at->kind == TOKEN_PROPERTY;

    for (; fmt->at->kind == TOKEN_PROPERTY; join = FMT_BLANK)
        fmt_put(fmt, join, indent);
    switch (fmt->at->kind) {
    case TOKEN_MAP:
    case TOKEN_LIST:
        if (tagged || lead == LEAD_KEY)
            join = FMT_LINE;
        (fmt->at->kind == TOKEN_MAP ? print_map : print_list)(fmt, join, indent);
        break;
    case TOKEN_FLOW:
        print_flow(fmt, value_join(fmt, lead, join), indent);
        break;
    case TOKEN_SCALAR:
        fmt_scalar(fmt, value_join(fmt, lead, join), indent, lead == LEAD_START ? indent + FMT_STEP : indent);
        break;
    case TOKEN_ALIAS:
        fmt_put(fmt, join, indent);
        break;
    default: /* nothing: an empty value */
        break;
    }
}

/* ---- documents ---- */

static void print_documents(struct fmt_yaml *fmt)
{
    while (fmt->at->kind != TOKEN_END) {
        const struct yaml_token *from = fmt->at;

        switch (fmt->at->kind) {
        case TOKEN_DIRECTIVE:
        case TOKEN_DOCUMENT:
        case TOKEN_DOCUMENT_END:
            fmt_put(fmt, FMT_LINE, 0);
            break;
        default:
            print_node(fmt, LEAD_START, FMT_LINE, 0);
        }
        if (fmt->at == from) /* what the grammar has no place for */
            fmt_put(fmt, FMT_LINE, 0);
    }
    fmt_gap(fmt, fmt->at->off, FMT_LAST, 0);
    if (fmt->out->len)
        buf_putc(fmt->out, '\n');
}

enum fmt_yaml_result fmt_yaml(struct sources *sources, uint32_t src, struct diags *diags, struct buf *out)
{
    const struct source *source = sources->at[src];
    struct fmt_yaml *fmt = arena_zalloc(diags->arena, sizeof(*fmt));
    struct yaml_tokens tokens;
    uint32_t base = source->len >= 3 && memcmp(source->data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    if (!yaml_tokens_read(&tokens, src, sources, diags))
        return FMT_YAML_FAULTS;
    fmt->data = source->data;
    fmt->len = source->len;
    fmt->at = tokens.at;
    fmt->out = out;
    fmt->done = base;
    print_documents(fmt);
    if (!yaml_same(source->data + base, source->len - base, buf_text(out), out->len, diags->arena))
        return FMT_YAML_CHANGED;
    return FMT_YAML_DONE;
}
