/* Scalars: their text, and what YAML would silently make of it (docs/language.md, "YAML's own characters"). */
#include "hacc/read/yaml_front.h"

#include <stdlib.h>

_Static_assert(YAML_PLAIN_SCALAR_STYLE == STYLE_PLAIN + 1 && YAML_FOLDED_SCALAR_STYLE == STYLE_FOLDED + 1,
               "libyaml's scalar styles, in our order");

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

uint32_t yaml_skip_properties(const struct yaml_text *text, uint32_t off, uint32_t end, struct span *tag)
{
    const char *data = text->data;

    while (off < end) {
        uint32_t from = off;

        if (is_blank(data[off])) {
            off++;
        } else if (data[off] == '#') {
            while (off < end && data[off] != '\n')
                off++;
        } else if (data[off] == '&' || data[off] == '!') {
            while (off < end && !is_blank(data[off]))
                off++;
            if (data[from] == '!')
                *tag = yaml_at(text, from, off - from);
        } else {
            break;
        }
    }
    return off;
}

/* Gives the key whose value comes next in the open map. */
static struct node *open_key(const struct yaml_pass *pass)
{
    return (struct node *)((char *)pass->top->tail - offsetof(struct node, next));
}

static void poison_null(struct yaml_pass *pass, struct node *node, bool is_key)
{
    struct yaml_frame *top = pass->top;
    struct span at = {node->src, node->off, node->span_len};
    const char *help = "write '{}' for an empty map, \"\" for an empty text, true for a keyword that stands alone";
    struct node *key;

    node->flags |= NODE_POISON;
    if (!top || (!node->span_len && yaml_is_hidden(pass->text, node->off)))
        return;
    if (node->span_len) {
        diag_add(pass->front->diags, RULE_YAML_NULL, at, "put it in quotes if that text is meant",
                 "'%.*s' is YAML's word for no value", (int)node->len, node->text);
    } else if (is_key) {
        diag_add(pass->front->diags, RULE_YAML_NULL, yaml_at(pass->text, node->off, 1),
                 "put the key before the ':'; a text that starts with ':' needs quotes", "a key is missing before ':'");
    } else if (top->node->kind == NODE_LIST) {
        at.off = node->off ? node->off - 1 : 0;
        diag_add(pass->front->diags, RULE_YAML_NULL, yaml_at(pass->text, at.off, 1),
                 "remove the '-', or write \"\" for an empty text", "an item without a value");
    } else if (top->node->style == STYLE_FLOW) {
        top->nulls = true; /* said when the map closes: yaml_explain_nulls */
    } else {
        key = open_key(pass);
        if (!(key->flags & NODE_POISON))
            diag_add(pass->front->diags, RULE_YAML_NULL, node_span(key), help, "key '%.*s' has no value",
                     (int)(key->len > 200 ? 200 : key->len), key->text);
    }
}

/* Writes the help line `before"text"after`; a plain sentence where the text is too long or has line breaks.
 */
static const char *quote_help(char *help, const char *before, const char *text, uint32_t len, const char *after)
{
    char quoted[HELP_TEXT * 2 + 4];

    if (yaml_quote(quoted, sizeof(quoted), text, len))
        snprintf(help, HELP_SIZE, "%s%s%s", before, quoted, after);
    else
        snprintf(help, HELP_SIZE, "put the whole text in quotes");
    return help;
}

static bool is_empty_null(const struct node *value)
{
    return value->kind == NODE_SCALAR && (value->flags & NODE_POISON) && !value->span_len;
}

static void say_flow_null(struct yaml_pass *pass, const struct node *key, const struct node *prev)
{
    const char *data = pass->text->source->data;
    char help[HELP_SIZE], before[HELP_TEXT + 16];

    if (prev && prev->next->kind == NODE_SCALAR && !is_empty_null(prev->next) && prev->len < HELP_TEXT) {
        snprintf(before, sizeof(before), "write %.*s: ", (int)prev->len, prev->text);
        quote_help(help, before, data + prev->next->off, key->off + key->span_len - prev->next->off, "");
    } else {
        snprintf(help, sizeof(help), "write %.*s: true, or put the whole text in quotes",
                 (int)(key->len > HELP_TEXT ? HELP_TEXT : key->len), key->text);
    }
    diag_add(pass->front->diags, RULE_YAML_NULL, node_span(key), help,
             "'%.*s' is a key without a value here: ',' and '{' end a text inside { }",
             (int)(key->len > 200 ? 200 : key->len), key->text);
}

void yaml_explain_nulls(struct yaml_pass *pass, struct node *map)
{
    const struct node *prev = NULL;
    char help[HELP_SIZE];

    map->flags |= NODE_POISON;
    if (map->len == 1) {
        diag_add(pass->front->diags, RULE_YAML_NULL, node_span(map),
                 quote_help(help, "write ", pass->text->source->data + map->off, map->span_len, ""),
                 "'{' starts a YAML map here, and '%.*s' would be a key without a value",
                 (int)(map->first->len > 200 ? 200 : map->first->len), map->first->text);
        return;
    }
    for (const struct node *key = map->first; key; prev = key, key = node_next_key(key)) {
        if (is_empty_null(key->next) && !(key->flags & NODE_POISON))
            say_flow_null(pass, key, prev);
    }
}

/* Reports the escapes of a double-quoted text other than \" and \\ and a backslash that ends its line. */
static void check_escapes(struct yaml_pass *pass, struct node *node)
{
    const char *data = pass->text->source->data;
    uint32_t end = node->off + node->span_len;

    for (uint32_t i = node->off; i + 1 < end; i++) {
        char next = data[i + 1];

        if (data[i] != '\\')
            continue;
        i++;
        if (next == '"' || next == '\\' || next == '\n' || next == '\r')
            continue;
        yaml_say_escape(pass->text, i - 1, node->off, end);
        node->flags |= NODE_POISON;
    }
}

/* Sets text and len. Text on one line, without escapes, is the source's own. */
static void set_text(struct yaml_pass *pass, struct node *node)
{
    const yaml_event_t *event = &pass->front->event;
    const char *value = (const char *)event->data.scalar.value;
    uint32_t quote = node->style == STYLE_PLAIN ? 0 : 1;
    const char *at = pass->text->source->data + node->off + quote;

    node->len = (uint32_t)event->data.scalar.length;
    if (node->len + 2 * quote == node->span_len && node->style <= STYLE_DOUBLE) {
        /* Escapes, and line breaks that became blanks, may keep the length. */
        bool is_same = node->style != STYLE_DOUBLE && event->start_mark.line == event->end_mark.line;

        if (is_same || memcmp(at, value, node->len) == 0) {
            node->text = at;
            return;
        }
    }
    node->text = arena_strndup(pass->front->arena, value, node->len);
    node->flags |= NODE_MAPPED;
    if (node->style == STYLE_DOUBLE)
        check_escapes(pass, node);
}

static bool is_name(char c, bool first)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
}

static void set_environment(struct yaml_pass *pass, struct node *node)
{
    struct diags *diags = pass->front->diags;
    uint32_t name_len = 0;
    const char *value, *name;

    while (name_len < node->len && is_name(node->text[name_len], name_len == 0))
        name_len++;
    node->flags |= NODE_FIXED | NODE_SECRET | NODE_MAPPED;
    if (!name_len || (name_len < node->len && node->text[name_len] != '-')) {
        node->flags |= NODE_POISON;
        diag_add(diags, RULE_ENVIRONMENT, node_span(node), "write !env NAME, or !env NAME-default",
                 "'!env' takes the name of an environment variable");
        return;
    }
    name = arena_strndup(pass->front->arena, node->text, name_len);
    value = getenv(name);
    if (!value && name_len < node->len) {
        node->text += name_len + 1;
        node->len -= name_len + 1;
        return;
    }
    if (!value) {
        char help[HELP_SIZE];

        snprintf(help, sizeof(help), "set it, or give a default: !env %.100s-default", name);
        node->flags |= NODE_POISON;
        diag_add(diags, RULE_ENVIRONMENT, node_span(node), help, "environment variable '%s' is not set", name);
        return;
    }
    node->len = (uint32_t)strlen(value);
    node->text = arena_strndup(pass->front->arena, value, node->len);
}

static void set_file(struct yaml_pass *pass, struct node *node)
{
    node->flags |= NODE_FIXED | NODE_SECRET | NODE_MAPPED;
    if (!yaml_file_value(pass->front, pass->text->origin, node->text, node->len, node_span(node), &node->text,
                         &node->len))
        node->flags |= NODE_POISON;
}

/* Reports a tag that is none of ours: mostly HAProxy's '!' for "not". `len` bytes of text follow from `at`
 * on. */
static void say_tag(struct yaml_pass *pass, struct span at, uint32_t len)
{
    static const char *const tags[] = {"!env", "!file", "!override", "!append"};
    const char *text = pass->text->source->data + at.off;
    const char *meant = diag_suggest(text, at.len, tags, 4);
    char help[HELP_SIZE];

    if (meant && at.len > 1 && len > at.len)
        snprintf(help, sizeof(help), "did you mean '%s'? If text is meant, put it in quotes", meant);
    else
        quote_help(help, "write ", text, len, "");
    diag_add(pass->front->diags, RULE_YAML_TAG, at, help, "'%.*s' is a YAML tag here, not text",
             (int)(at.len > 200 ? 200 : at.len), text);
}

static void scalar_tag(struct yaml_pass *pass, struct node *node, struct span tag, bool is_key)
{
    const char *name = (const char *)pass->front->event.data.scalar.tag;
    bool empty = node->style == STYLE_PLAIN && !node->len;

    if (is_key && tag.len) {
        node->flags |= NODE_POISON;
        diag_add(pass->front->diags, RULE_YAML_TAG, tag, "tag the value, or put the key in quotes",
                 "a key cannot carry a YAML tag");
    } else if (strcmp(name, "!env") == 0) {
        set_environment(pass, node);
    } else if (strcmp(name, "!file") == 0) {
        set_file(pass, node);
    } else if (strcmp(name, "!override") == 0 && !empty) {
        node->flags |= NODE_OVERRIDE;
    } else if (strcmp(name, "tag:yaml.org,2002:str") == 0) {
        return;
    } else if (strcmp(name, "!append") == 0 || strcmp(name, "!override") == 0) {
        node->flags |= NODE_POISON;
        diag_add(pass->front->diags, RULE_YAML_TAG, tag,
                 strcmp(name, "!append") == 0 ? "write the items as a list: [a, b]" : NULL,
                 strcmp(name, "!append") == 0 ? "'!append' takes a list" : "'!override' takes a value");
    } else {
        node->flags |= NODE_POISON;
        say_tag(pass, tag, node->off + node->span_len - tag.off);
    }
}

static bool is_null(const struct node *node)
{
    return node->len == 0 || (node->len == 1 && node->text[0] == '~') ||
           (node->len == 4 && (memcmp(node->text, "null", 4) == 0 || memcmp(node->text, "Null", 4) == 0 ||
                               memcmp(node->text, "NULL", 4) == 0));
}

/* Takes the line breaks and blanks at the end of a block scalar out of its span. */
static void trim_span(const struct yaml_text *text, struct node *node)
{
    while (node->span_len && is_blank(text->data[node->off + node->span_len - 1]))
        node->span_len--;
}

struct node *yaml_scalar_new(struct yaml_pass *pass, uint32_t off, uint32_t end, bool is_key)
{
    const yaml_event_t *event = &pass->front->event;
    struct node *node = yaml_node_new(pass);
    struct span tag = {0, 0, 0};

    if (event->data.scalar.tag || event->data.scalar.anchor)
        off = yaml_skip_properties(pass->text, off, end, &tag);
    node->off = off;
    node->span_len = end - off;
    node->src = (uint16_t)pass->text->file->src;
    node->kind = NODE_SCALAR;
    node->style = (uint8_t)(event->data.scalar.style - 1) & 7;
    if (node->style >= STYLE_LITERAL)
        trim_span(pass->text, node);
    set_text(pass, node);
    if (event->data.scalar.tag)
        scalar_tag(pass, node, tag, is_key);
    else if (node->style == STYLE_PLAIN && is_null(node) && !(is_key && node->len))
        poison_null(pass, node, is_key);
    if (pass->text->bad_count && yaml_text_is_bad(pass->text, off, end))
        node->flags |= NODE_POISON;
    return node;
}

uint8_t yaml_collection_tag(struct yaml_pass *pass, struct span at, const char *tag, enum node_kind kind)
{
    if (strcmp(tag, "!override") == 0)
        return NODE_OVERRIDE;
    if (strcmp(tag, kind == NODE_MAP ? "tag:yaml.org,2002:map" : "tag:yaml.org,2002:seq") == 0)
        return 0;
    if (strcmp(tag, "!append") == 0) {
        if (kind == NODE_LIST)
            return NODE_APPEND;
        diag_add(pass->front->diags, RULE_YAML_TAG, at, "maps of several files merge by themselves",
                 "'!append' takes a list");
    } else if (strcmp(tag, "!env") == 0 || strcmp(tag, "!file") == 0) {
        diag_add(pass->front->diags, RULE_YAML_TAG, at, NULL, "'%s' takes a text, not a %s", tag,
                 kind == NODE_MAP ? "map" : "list");
    } else {
        const char *data = pass->text->source->data;
        uint32_t end = at.off + at.len;

        while (end < pass->text->len && data[end] != '\n' && data[end] != '\r')
            end++;
        say_tag(pass, at, end - at.off);
    }
    return NODE_POISON;
}
