/* Bodies of sections: a map of keywords, or a list of such maps with conditions around them. */
#include "hacc/read/reader.h"

#include <string.h>

/* "'timeout' goes on with: check, client …": the words behind the first word of `name`; NULL: there are too many. */
static const char *words_behind(struct reader *reader, const char *name, uint32_t len)
{
    const struct context *ctx = &contexts[reader->section->context];
    const char *blank = memchr(name, ' ', len), *help = NULL;
    uint32_t first = blank ? (uint32_t)(blank - name) : len;
    struct buf list;
    unsigned count = 0;

    buf_init_in(&list, reader->lang->arena);
    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (reader->lang->version < kw->since || reader->lang->version > kw->until || strlen(kw->name) <= first ||
            memcmp(kw->name, name, first) != 0 || kw->name[first] != ' ')
            continue;
        buf_printf(&list, "%s%s", count++ ? ", " : "", kw->name + first + 1);
    }
    if (count && count <= 16)
        help = arena_printf(reader->lang->arena, "'%.*s' goes on with: %s", (int)first, name, buf_text(&list));
    return help;
}

const char *sections_with(const struct lang *lang, const char *name, uint32_t len)
{
    struct buf places;

    buf_init_in(&places, lang->arena);
    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (contexts[i].kind == CONTEXT_SECTION && (keyword_find((enum context_id)i, name, len, lang->version, NULL) ||
                                                    keyword_is_group((enum context_id)i, name, len)))
            buf_printf(&places, "%s%s", places.len ? ", " : "", contexts[i].name);
    return places.len ? buf_text(&places) : NULL;
}

void reader_unknown(struct reader *reader, const char *name, uint32_t len, struct span at, const struct keyword *other)
{
    struct lang *lang = reader->lang;
    enum context_id here = reader->section->context;
    const char *near, *help, *places;

    reader->section->poison = true;
    if (other) {
        lang_wrong_version(lang, at, NULL, other->name, other->since, other->until);
        return;
    }
    places = sections_with(lang, name, len);
    near = keyword_suggest(here, name, len, lang->version);
    help = near ? arena_printf(lang->arena, "did you mean '%s'?", near) : words_behind(reader, name, len);
    if (intent_exists(name, len))
        help = arena_printf(lang->arena, "it is an intent: write hacc: {%.*s: …}", (int)len, name);
    if (places)
        diag_add(lang->diags, RULE_WRONG_SECTION, at, arena_printf(lang->arena, "it may stand in %s", places),
                 "'%.*s' cannot stand in a %s section", (int)len, name, contexts[here].name);
    else
        diag_add(lang->diags, RULE_UNKNOWN_KEYWORD, at, help, "unknown %s '%.*s'", contexts[here].what, (int)len, name);
}

/* Whether longer keywords of any section begin with `name`: tcp-request in a section that takes none of them. */
bool is_group_somewhere(const char *name, size_t len)
{
    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (contexts[i].kind == CONTEXT_SECTION && keyword_is_group((enum context_id)i, name, len))
            return true;
    return false;
}

/* One line of a keyword that only a variable's value tells. */
static void add_run_time(struct reader *reader, const char *name, const struct node *key, const struct node *value)
{
    enum truth truth = node_truth(value);
    const char *form = truth == TRUTH_FALSE ? "no " : truth == TRUTH_DEFAULT ? "default " : "";
    struct node line = *key;

    if (value->kind != NODE_SCALAR) {
        reader_shape(reader, value, "text, true, or a list of them");
        reader->section->poison = true;
    } else if (truth == TRUTH_NONE) {
        reader_add_text(reader, value, name);
    } else {
        line.text = "";
        line.len = 0;
        reader_add_text(reader, &line, arena_printf(reader->lang->arena, "%s%s", form, name));
    }
}

/* A key that holds a variable: `"${LOGGING}": true`, `option: {"${X}": false}`. Gives false where it holds none. */
static bool read_run_time(struct reader *reader, const char *name, uint32_t len, const struct node *key,
                          const struct node *value)
{
    struct word word = {.at = node_span(key)};

    cfg_word(&word, reader->lang, name, len, false);
    if (!(word.flags & WORD_ENV))
        return false;
    name = arena_strndup(reader->lang->arena, name, len);
    if (value->kind != NODE_LIST)
        add_run_time(reader, name, key, value);
    for (const struct node *item = value->kind == NODE_LIST ? value->first : NULL; item; item = item->next)
        add_run_time(reader, name, key, item);
    return true;
}

/* The keyword of a key, whose shorter words (`timeout`) stand above it. A key may hold arguments in parentheses. */
static void read_keyword(struct reader *reader, const char *name, uint32_t len, const struct node *key,
                         const struct node *value)
{
    enum context_id context = reader->section->context;
    const char *paren = memchr(name, '(', len);
    uint32_t bare = paren ? (uint32_t)(paren - name) : len;
    const struct keyword *other, *kw = keyword_find(context, name, bare, reader->lang->version, &other);
    char *joined;

    if (memchr(name, '$', len) && read_run_time(reader, name, len, key, value))
        return;
    if (kw && bare < len && !kw->paren)
        kw = NULL;
    if (kw) {
        reader_add(reader, kw, key, value);
        return;
    }
    if (!keyword_is_group(context, name, len) && !(value->kind == NODE_SCALAR && is_group_somewhere(name, len))) {
        if (name != key->text || !reader_colon(reader, context, key))
            reader_unknown(reader, name, len, node_span(key), other);
        reader->section->poison = true;
        return;
    }
    if (value->kind == NODE_SCALAR) {
        reader_add_text(reader, value, arena_strndup(reader->lang->arena, name, len));
        return;
    }
    for (const struct node *item = value->first; item;) {
        if (value->kind == NODE_LIST) {
            read_keyword(reader, name, len, key, item);
            item = item->next;
            continue;
        }
        joined = arena_printf(reader->lang->arena, "%.*s %.*s", (int)len, name, (int)item->len, item->text);
        read_keyword(reader, joined, len + 1 + item->len, item, item->next);
        item = item->next->next;
    }
}

/* KEYWORD: TEXT, as a line that HAProxy passes over. */
static void add_passed_line(struct reader *reader, const struct node *key, const struct node *value)
{
    enum truth truth = node_truth(value);
    struct text_place place = {node_span(key), false, NULL, NULL};
    uint32_t first = reader->words.count;

    if (truth == TRUTH_FALSE || truth == TRUTH_DEFAULT)
        cfg_lex(&reader->words, reader->lang, LEX_YAML, truth == TRUTH_FALSE ? "no" : "default",
                truth == TRUTH_FALSE ? 2 : 7, &place);
    if (cfg_lex(&reader->words, reader->lang, LEX_YAML, key->text, key->len, &place) &&
        (truth != TRUTH_NONE || reader_text(reader, value)))
        reader_add_passed(reader, &keyword_verbatim, first, node_span(key), node_span(value).off);
    reader->words.count = first;
}

/* .if: CONDITION and the like inside of what HAProxy passes over. */
static void add_passed_dot(struct reader *reader, const struct keyword *kw, const struct node *key,
                           const struct node *value)
{
    uint32_t first = reader->words.count;

    if (reader_text(reader, value))
        reader_add_passed(reader, kw, first, node_span(key), node_span(value).off);
    reader->words.count = first;
}

static bool is_text(const struct node *value)
{
    const struct node *item = value->kind == NODE_LIST ? value->first : NULL;

    while (item && item->kind == NODE_SCALAR)
        item = item->next;
    return value->kind == NODE_SCALAR || (value->kind == NODE_LIST && !item);
}

/* Reads a keyword of a branch that HAProxy does not take; gives whether hacc understands it. */
static bool try_passed(struct reader *reader, const struct node *key, const struct node *value)
{
    struct branch_mark mark = branch_begin_passed(reader);

    read_keyword(reader, key->text, key->len, key, value);
    return branch_end_passed(reader, &mark);
}

/* What cannot be read is kept as it stands, if it is text; to write a map as a line takes a keyword that hacc knows. */
static void read_passed(struct reader *reader, const struct node *key, const struct node *value)
{
    if (!is_text(value)) {
        reader->passed = true;
        read_keyword(reader, key->text, key->len, key, value);
        reader->passed = false;
    } else if (!try_passed(reader, key, value)) {
        if (value->kind == NODE_SCALAR)
            add_passed_line(reader, key, value);
        for (const struct node *item = value->kind == NODE_LIST ? value->first : NULL; item; item = item->next)
            if (!try_passed(reader, key, item))
                add_passed_line(reader, key, item);
    }
}

void reader_keyword(struct reader *reader, const struct node *key, const struct node *value)
{
    if (value->flags & NODE_POISON || key->flags & NODE_POISON)
        reader->section->poison = true;
    else if (reader->known == BLOCK_FALSE)
        read_passed(reader, key, value);
    else
        read_keyword(reader, key->text, key->len, key, value);
}

static void read_from(struct reader *reader, const struct node *key, const struct node *value)
{
    struct section *section = reader->section;
    struct word name;

    if (!contexts[section->context].from || value->kind != NODE_SCALAR) {
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key), NULL, "'from' names a defaults section, in a proxy");
        return;
    }
    if (reader->lang->version < HAP_2_4) {
        diag_add(reader->diags, RULE_WRONG_VERSION, node_span(key), NULL,
                 "'from' is not in HAProxy %s: it came with 2.4", hap_version_names[reader->lang->version]);
        return;
    }
    reader_word(reader, value, &name);
    reader_from(reader, section, &name);
}

static void read_block(struct reader *reader, const struct node *block)
{
    for (const struct node *key = block->first; key; key = node_next_key(key)) {
        if (node_is(key, "from"))
            read_from(reader, key, key->next);
        else if (node_is(key, "hacc"))
            intents_read(reader, key->next);
        else
            reader_keyword(reader, key, key->next);
    }
}

/* A branch whose .if is missing, or is no text: it counts as one whose condition nobody knows. */
static void open_anyway(struct reader *reader, const struct node *key)
{
    const struct keyword *kw = keyword_find(CONTEXT_DOT, ".if", 3, reader->lang->version, NULL);

    reader->lang->block = BLOCK_UNKNOWN;
    if (kw)
        branch_follow(reader, kw, node_span(key));
}

/* Writes `.if CONDITION` and its like; they are keywords of the context `dot`, whatever the section. */
static void add_dot(struct reader *reader, const char *name, const struct node *key, const struct node *value)
{
    static const struct span nowhere;
    const struct keyword *kw = keyword_find(CONTEXT_DOT, name, strlen(name), reader->lang->version, NULL);
    const struct keyword *other = NULL;
    struct branch_mark mark;

    if (value->kind != NODE_SCALAR) {
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(value), NULL, "'%s' takes one text", name);
        if (kw && kw->id == KW_DOT__IF)
            open_anyway(reader, key);
        return;
    }
    if (!kw) {
        keyword_find(CONTEXT_DOT, name, strlen(name), reader->lang->version, &other);
        reader_unknown(reader, name, (uint32_t)strlen(name), node_span(key), other);
        return;
    }
    if (!reader->section) /* before the first section of the file */
        reader->section = config_add_section(reader->config, CONTEXT_NONE, "", 0, nowhere);
    reader->lang->block = BLOCK_FALSE; /* what .if alone means */
    if (branch_passes(reader, kw)) {
        mark = branch_begin_passed(reader);
        reader_add(reader, kw, key, value);
        if (!branch_end_passed(reader, &mark))
            add_passed_dot(reader, kw, key, value);
        reader->lang->block = BLOCK_FALSE;
    } else {
        reader_add(reader, kw, key, value);
    }
    branch_follow(reader, kw, node_span(key));
    reader->apart |= !reader->in_body;
}

static const struct node *find(const struct node *map, const char *name, const struct node **key)
{
    return node_find(map, name, key);
}

static const struct node truth = {.kind = NODE_SCALAR, .style = STYLE_PLAIN, .text = "true", .len = 4};

/* A branch: its line, then its body. */
static void read_branch(struct reader *reader, const char *line, const struct node *key, const struct node *condition,
                        const struct node *body, void (*each)(struct reader *, const struct node *))
{
    add_dot(reader, line, key, condition ? condition : &truth);
    if (body)
        reader_blocks(reader, body, each);
    else
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key), "add '.then:' with what the condition guards",
                 "'%s' has no '.then'", line);
}

/* `open`: a condition is open before the block. */
static void read_conditional(struct reader *reader, const struct node *block, bool open,
                             void (*each)(struct reader *, const struct node *))
{
    const struct node *key, *otherwise, *condition = find(block, ".if", &key);

    if (condition) {
        read_branch(reader, ".if", key, condition, find(block, ".then", NULL), each);
    } else if ((condition = find(block, ".elif", &key))) {
        if (!open) {
            diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key), NULL, "'.elif' without '.if' before it");
            open_anyway(reader, key);
        }
        read_branch(reader, ".elif", key, condition, find(block, ".then", NULL), each);
    }
    if ((otherwise = find(block, ".else", &key))) {
        if (!open && !condition) {
            diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key), NULL, "'.else' without '.if' before it");
            open_anyway(reader, key);
        }
        read_branch(reader, ".else", key, NULL, otherwise, each);
    }
    for (key = block->first; key; key = node_next_key(key)) {
        if (node_is(key, ".if") || node_is(key, ".elif") || node_is(key, ".else") || node_is(key, ".then"))
            continue;
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key), "put it into '.then', or into a block of its own",
                 "'%.*s' stands beside a condition", (int)key->len, key->text);
    }
}

static bool is_conditional(const struct node *block)
{
    return find(block, ".if", NULL) || find(block, ".elif", NULL) || find(block, ".else", NULL);
}

static bool read_message(struct reader *reader, const struct node *block)
{
    static const char *const names[] = {".notice", ".warning", ".alert", ".diag"};
    bool found = false;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        const struct node *key, *value = find(block, names[i], &key);

        if (value && block->len == 1) {
            add_dot(reader, names[i], key, value);
            found = true;
        }
    }
    return found;
}

static void read_one_block(struct reader *reader, const struct node *block, const struct node **open,
                           void (*each)(struct reader *, const struct node *))
{
    if (block->flags & NODE_POISON)
        return;
    if (block->kind != NODE_MAP) {
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(block), NULL, "a block is a map of keywords");
        if (reader->section)
            reader->section->poison = true;
        return;
    }
    if (is_conditional(block)) {
        if (*open && find(block, ".if", NULL))
            add_dot(reader, ".endif", (*open)->first, &truth);
        read_conditional(reader, block, *open != NULL, each);
        *open = block;
        return;
    }
    if (*open)
        add_dot(reader, ".endif", (*open)->first, &truth);
    *open = NULL;
    if (!read_message(reader, block))
        each(reader, block);
}

void reader_blocks(struct reader *reader, const struct node *body,
                   void (*each)(struct reader *reader, const struct node *block))
{
    const struct node *open = NULL;

    if (body->flags & NODE_POISON)
        return;
    if (body->kind != NODE_LIST) {
        read_one_block(reader, body, &open, each);
    } else {
        for (const struct node *block = body->first; block; block = block->next)
            read_one_block(reader, block, &open, each);
    }
    if (open)
        add_dot(reader, ".endif", open->first, &truth);
}

void reader_body(struct reader *reader, const struct node *body)
{
    reader->in_body = true;
    reader_blocks(reader, body, read_block);
    reader->in_body = false;
}
