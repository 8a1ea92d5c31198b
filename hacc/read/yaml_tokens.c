#include "hacc/read/yaml_tokens.h"

#include "hacc/read/yaml_alloc.h"
#include "hacc/read/yaml_front.h"

#include <setjmp.h>

/* libyaml's parsers at work: freed at the end of a call, or when memory runs out. In the arena, so that its contents
 * are certain after a longjmp. */
struct scan {
    yaml_parser_t parser[2];
    bool parsing[2];
    yaml_event_t event[2];
    yaml_token_t token;
    struct oom oom, *outer;
};

uint32_t yaml_break(const char *text, const char *end)
{
    size_t left = (size_t)(end - text);

    if (!left)
        return 0;
    if (text[0] == '\n')
        return 1;
    if (text[0] == '\r')
        return left > 1 && text[1] == '\n' ? 2 : 1;
    if (left > 1 && memcmp(text, "\xc2\x85", 2) == 0)
        return 2;
    return left > 2 && (memcmp(text, "\xe2\x80\xa8", 3) == 0 || memcmp(text, "\xe2\x80\xa9", 3) == 0) ? 3 : 0;
}

static void scan_open(struct scan *scan, int which, const char *data, size_t len)
{
    if (!yaml_parser_initialize(&scan->parser[which]))
        oom_raise(&scan->oom);
    scan->parsing[which] = true;
    yaml_parser_set_encoding(&scan->parser[which], YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&scan->parser[which], (const unsigned char *)data, len);
}

static void scan_close(struct scan *scan)
{
    yaml_token_delete(&scan->token);
    for (int i = 0; i < 2; i++) {
        yaml_event_delete(&scan->event[i]);
        if (scan->parsing[i])
            yaml_parser_delete(&scan->parser[i]);
        scan->parsing[i] = false;
    }
}

/* From here on the arena's lack of memory comes to scan->oom, so that the parsers can be freed. */
static struct scan *scan_start(struct arena *arena)
{
    struct scan *scan = arena_zalloc(arena, sizeof(*scan));

    scan->outer = arena->oom;
    arena->oom = &scan->oom;
    return scan;
}

static void scan_end(struct scan *scan, struct arena *arena)
{
    scan_close(scan);
    arena->oom = scan->outer;
    yaml_heap_release();
}

/* Where scan->oom leads. */
static _Noreturn void scan_leave(struct scan *scan, struct arena *arena)
{
    scan_end(scan, arena);
    oom_raise(arena->oom);
}

static void check_memory(struct scan *scan, int which)
{
    if (scan->parser[which].error == YAML_MEMORY_ERROR)
        oom_raise(&scan->oom);
}

static bool next_event(struct scan *scan, int which)
{
    if (yaml_parser_parse(&scan->parser[which], &scan->event[which]))
        return true;
    check_memory(scan, which);
    return false;
}

/* ---- whether it is YAML ---- */

/* Whether libyaml takes the text, its documents are more than one text each, as a haproxy.cfg would be, and they are
 * not nested too deep for what comes after. */
static bool is_yaml(struct scan *scan, const char *data, size_t len)
{
    uint32_t depth = 0;
    bool good = true, more = true;

    scan_open(scan, 0, data, len);
    while (good && more) {
        yaml_event_type_t type;

        good = next_event(scan, 0);
        type = good ? scan->event[0].type : YAML_NO_EVENT;
        if (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT)
            good = ++depth <= YAML_MAX_DEPTH;
        else if (type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT)
            depth--;
        else if (type == YAML_SCALAR_EVENT && !depth)
            good = !scan->event[0].data.scalar.length;
        more = type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&scan->event[0]);
    }
    scan_close(scan);
    return good;
}

/* Has the front say, in the user's words, what libyaml refuses. */
static void explain(uint32_t src, struct sources *sources, struct diags *diags)
{
    static const struct yaml_options alone = {.alone = true};
    const char *path = src == sources->from_stdin ? "-" : sources->at[src]->name;
    uint32_t errors = diags->errors;
    struct document doc;

    yaml_read(&doc, &path, 1, &alone, NULL, sources, diags);
    if (diags->errors == errors) /* the file is another one by now */
        diag_add(diags, RULE_YAML_SYNTAX, (struct span){src, 0, 0}, NULL, "the file is not YAML");
}

/* ---- tokens ---- */

static struct yaml_token *push(struct yaml_tokens *tokens, struct arena *arena)
{
    if (tokens->count == tokens->cap)
        tokens->at = arena_extend(arena, tokens->at, tokens->count, &tokens->cap, 256, sizeof(*tokens->at));
    return memset(&tokens->at[tokens->count++], 0, sizeof(struct yaml_token));
}

static enum yaml_token_kind token_kind(yaml_token_type_t type)
{
    switch (type) {
    case YAML_VERSION_DIRECTIVE_TOKEN:
    case YAML_TAG_DIRECTIVE_TOKEN:
        return TOKEN_DIRECTIVE;
    case YAML_DOCUMENT_START_TOKEN:
        return TOKEN_DOCUMENT;
    case YAML_DOCUMENT_END_TOKEN:
        return TOKEN_DOCUMENT_END;
    case YAML_BLOCK_MAPPING_START_TOKEN:
        return TOKEN_MAP;
    case YAML_BLOCK_SEQUENCE_START_TOKEN:
        return TOKEN_LIST;
    case YAML_BLOCK_END_TOKEN:
        return TOKEN_BLOCK_END;
    case YAML_FLOW_SEQUENCE_START_TOKEN:
    case YAML_FLOW_MAPPING_START_TOKEN:
        return TOKEN_FLOW;
    case YAML_FLOW_SEQUENCE_END_TOKEN:
    case YAML_FLOW_MAPPING_END_TOKEN:
        return TOKEN_FLOW_END;
    case YAML_BLOCK_ENTRY_TOKEN:
        return TOKEN_DASH;
    case YAML_FLOW_ENTRY_TOKEN:
        return TOKEN_COMMA;
    case YAML_KEY_TOKEN:
        return TOKEN_KEY;
    case YAML_VALUE_TOKEN:
        return TOKEN_VALUE;
    case YAML_ANCHOR_TOKEN:
    case YAML_TAG_TOKEN:
        return TOKEN_PROPERTY;
    case YAML_ALIAS_TOKEN:
        return TOKEN_ALIAS;
    case YAML_SCALAR_TOKEN:
        return TOKEN_SCALAR;
    case YAML_NO_TOKEN:
    case YAML_STREAM_START_TOKEN:
    case YAML_STREAM_END_TOKEN:
        break;
    }
    return TOKEN_END;
}

/* The blocks that are open. libyaml gives a list whose dashes stand below its key neither a beginning nor an end; here
 * it gets both. */
struct blocks {
    uint8_t kind[2 * YAML_MAX_DEPTH]; /* TOKEN_MAP, TOKEN_LIST; TOKEN_DASH: such a list */
    uint32_t count;
};

/* Adds what must stand before a token of `kind`. */
static void mark_list(struct yaml_tokens *tokens, struct blocks *blocks, enum yaml_token_kind kind, uint32_t off,
                      uint32_t column, struct arena *arena)
{
    uint8_t *top = blocks->count ? &blocks->kind[blocks->count - 1] : NULL;
    struct yaml_token *mark;

    if (kind == TOKEN_DASH && top && *top == TOKEN_MAP)
        blocks->kind[blocks->count++] = TOKEN_DASH;
    else if (top && *top == TOKEN_DASH && (kind == TOKEN_KEY || kind == TOKEN_VALUE || kind == TOKEN_BLOCK_END))
        blocks->count--;
    else
        return;
    mark = push(tokens, arena);
    mark->kind = kind == TOKEN_DASH ? TOKEN_LIST : TOKEN_BLOCK_END;
    mark->off = off;
    mark->column = column;
}

static void add_token(struct yaml_tokens *tokens, struct blocks *blocks, uint32_t *flows, struct yaml_text *text,
                      const yaml_token_t *from, struct arena *arena)
{
    enum yaml_token_kind kind = token_kind(from->type);
    uint32_t off = yaml_offset(text, from->start_mark.index), end = yaml_offset(text, from->end_mark.index);
    struct yaml_token *token;

    if (!*flows)
        mark_list(tokens, blocks, kind, off, (uint32_t)from->start_mark.column, arena);
    token = push(tokens, arena);
    token->kind = (uint8_t)kind;
    token->off = off;
    token->len = end - off;
    token->column = (uint32_t)from->start_mark.column;
    if (kind == TOKEN_MAP || kind == TOKEN_LIST)
        blocks->kind[blocks->count++] = (uint8_t)kind;
    else if (kind == TOKEN_BLOCK_END)
        blocks->count--;
    else if (kind == TOKEN_FLOW)
        ++*flows;
    else if (kind == TOKEN_FLOW_END)
        --*flows;
    else if (kind == TOKEN_SCALAR) /* libyaml's styles are ours, from 1 on */
        token->style = (uint8_t)(from->data.scalar.style - 1);
    if (kind == TOKEN_MAP || kind == TOKEN_LIST || kind == TOKEN_BLOCK_END)
        token->len = 0;
}

/* Reads the tokens of a text that is_yaml. */
static void read_tokens(struct yaml_tokens *tokens, struct scan *scan, struct yaml_text *text, struct arena *arena)
{
    struct blocks blocks = {.count = 0};
    uint32_t flows = 0;
    bool more = true;

    scan_open(scan, 0, text->data + text->base, text->len - text->base);
    while (more) {
        if (!yaml_parser_scan(&scan->parser[0], &scan->token)) {
            check_memory(scan, 0);
            break;
        }
        more = scan->token.type != YAML_STREAM_END_TOKEN && scan->token.type != YAML_NO_TOKEN;
        if (more && scan->token.type != YAML_STREAM_START_TOKEN)
            add_token(tokens, &blocks, &flows, text, &scan->token, arena);
        yaml_token_delete(&scan->token);
    }
    push(tokens, arena)->off = text->len;
    scan_close(scan);
}

bool yaml_tokens_read(struct yaml_tokens *tokens, uint32_t src, struct sources *sources, struct diags *diags)
{
    const struct source *source = sources->at[src];
    struct yaml_text text = {.data = source->data, .len = source->len};
    struct arena *arena = diags->arena;
    struct scan *scan = scan_start(arena);
    bool good;

    memset(tokens, 0, sizeof(*tokens));
    text.base = source->len >= 3 && memcmp(source->data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    text.bytes = text.base;
    if (setjmp(scan->oom.env))
        scan_leave(scan, arena);
    good = is_yaml(scan, text.data + text.base, text.len - text.base);
    if (good)
        read_tokens(tokens, scan, &text, arena);
    scan_end(scan, arena);
    if (!good)
        explain(src, sources, diags);
    return good;
}

/* ---- comparing ---- */

static bool same_text(const void *a, const void *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_scalar(const yaml_event_t *a, const yaml_event_t *b)
{
    return a->data.scalar.style == b->data.scalar.style && a->data.scalar.length == b->data.scalar.length &&
           memcmp(a->data.scalar.value, b->data.scalar.value, a->data.scalar.length) == 0 &&
           same_text(a->data.scalar.anchor, b->data.scalar.anchor) && same_text(a->data.scalar.tag, b->data.scalar.tag);
}

static bool same_event(const yaml_event_t *a, const yaml_event_t *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case YAML_SCALAR_EVENT:
        return same_scalar(a, b);
    case YAML_ALIAS_EVENT:
        return same_text(a->data.alias.anchor, b->data.alias.anchor);
    case YAML_SEQUENCE_START_EVENT:
        return a->data.sequence_start.style == b->data.sequence_start.style &&
               same_text(a->data.sequence_start.anchor, b->data.sequence_start.anchor) &&
               same_text(a->data.sequence_start.tag, b->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return a->data.mapping_start.style == b->data.mapping_start.style &&
               same_text(a->data.mapping_start.anchor, b->data.mapping_start.anchor) &&
               same_text(a->data.mapping_start.tag, b->data.mapping_start.tag);
    case YAML_DOCUMENT_START_EVENT:
        return a->data.document_start.implicit == b->data.document_start.implicit &&
               !a->data.document_start.version_directive == !b->data.document_start.version_directive;
    case YAML_DOCUMENT_END_EVENT:
        return a->data.document_end.implicit == b->data.document_end.implicit;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return true;
    }
    return true;
}

bool yaml_same(const char *a, size_t a_len, const char *b, size_t b_len, struct arena *arena)
{
    struct scan *scan = scan_start(arena);
    bool good = true, more = true;

    if (setjmp(scan->oom.env))
        scan_leave(scan, arena);
    scan_open(scan, 0, a, a_len);
    scan_open(scan, 1, b, b_len);
    while (good && more) {
        good = next_event(scan, 0) && next_event(scan, 1) && same_event(&scan->event[0], &scan->event[1]);
        more = scan->event[0].type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&scan->event[0]);
        yaml_event_delete(&scan->event[1]);
    }
    scan_end(scan, arena);
    return good;
}
