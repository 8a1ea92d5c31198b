#include "hacc/write/to_yaml.h"

#include "hacc/write/to_yaml_parts.h"

#include <string.h>

/* --- blocks, inside a section and between sections --- */

typedef void blocks_fn(struct outline *outline, uint32_t from, uint32_t to, struct yaml_item *begun,
                       struct yaml_item *blocks);

/* Hands comments on to what comes next: their line has no place of its own in YAML. */
static void carry(struct outline *outline, struct comment_line *comments)
{
    struct comment_line **tail = &outline->writer.carried;

    while (*tail)
        tail = &(*tail)->next;
    *tail = comments;
}

static struct comment_line *take_carried(struct outline *outline, struct comment_line *comments)
{
    carry(outline, comments);
    comments = outline->writer.carried;
    outline->writer.carried = NULL;
    return comments;
}

/* A list of blocks as what it is: its only block, where that is no condition. */
static struct yaml_item *unwrap(struct outline *outline, struct yaml_item *blocks)
{
    struct yaml_item *only = blocks->first;

    if (!only)
        return item_new(&outline->writer, ITEM_MAP);
    if (blocks->len > 1 || only->key || *only->first->key == '.')
        return blocks;
    return only;
}

/* What stands under .then or .else. */
static struct yaml_item *branch_body(struct outline *outline, uint32_t i, blocks_fn *fill)
{
    struct yaml_item *body = item_new(&outline->writer, ITEM_LIST);

    fill(outline, i + 1, outline->at[i].next, NULL, body);
    body = unwrap(outline, body);
    body->block = true;
    return body;
}

static void add_branch(struct outline *outline, uint32_t i, struct yaml_item *block, blocks_fn *fill)
{
    const struct directive *line = outline->at[i].directive;
    struct comment_line *above = take_carried(outline, line->comments);
    struct yaml_item *item;

    if (outline->at[i].kind == EVENT_ELSE) {
        item = branch_body(outline, i, fill);
    } else {
        item = text_item(&outline->writer, line->args, line->arg_count);
    }
    item->comments = above;
    item->trailing = line->trailing;
    item_add(block, line->kw->name, (uint32_t)strlen(line->kw->name), item);
    if (outline->at[i].kind != EVENT_ELSE)
        item_add(block, ".then", 5, branch_body(outline, i, fill));
}

/* Appends the condition at `i`: a block for .if with its .else, and one for each .elif. Gives the event behind it. */
static uint32_t add_condition(struct outline *outline, uint32_t i, struct yaml_item *blocks, blocks_fn *fill)
{
    struct yaml_item *block = NULL;

    for (; outline->at[i].kind != EVENT_ENDIF; i = outline->at[i].next) {
        if (outline->at[i].kind != EVENT_ELSE) {
            block = item_new(&outline->writer, ITEM_MAP);
            block->block = true;
            item_push(blocks, block);
        }
        add_branch(outline, i, block, fill);
    }
    carry(outline, outline->at[i].directive->comments);
    carry(outline, outline->at[i].directive->trailing);
    return i + 1;
}

static void add_message(struct outline *outline, const struct directive *directive, struct yaml_item *blocks)
{
    struct yaml_item *block = item_new(&outline->writer, ITEM_MAP), *text;

    text = value_item(&outline->writer, directive, false);
    text->comments = take_carried(outline, directive->comments);
    text->trailing = directive->trailing;
    block->block = true;
    item_add(block, directive->kw->name, directive->name_len, text);
    item_push(blocks, block);
}

/* The lines of a section. */
static void fill_body(struct outline *outline, uint32_t from, uint32_t to, struct yaml_item *begun,
                      struct yaml_item *blocks)
{
    const struct directive **lines = arena_alloc(outline->writer.arena, (to - from) * sizeof(*lines));

    while (from < to) {
        uint32_t count = 0;

        while (from < to && outline->at[from].kind == EVENT_LINE)
            lines[count++] = outline->at[from++].directive;
        body_blocks(&outline->writer, outline->context, lines, count, begun, blocks);
        begun = NULL;
        if (from == to)
            return;
        if (outline->at[from].kind == EVENT_MESSAGE)
            add_message(outline, outline->at[from++].directive, blocks);
        else
            from = add_condition(outline, from, blocks, fill_body);
    }
}

/* --- sections --- */

/* A block of the root that is being filled: a key can stand in it once. */
struct root_block {
    struct yaml_item *map;
    uint32_t from, to;      /* the events that may be in it */
    struct yaml_item *kind; /* the map of sections under a kind's key that was added last */
    enum context_id context;
};

/* Whether a condition or message at the end of a section may as well stand behind it, and was written so. */
static bool stands_outside(const struct outline *outline, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (outline->at[i].kind == EVENT_LINE)
            return false;
    return outline->at[from].directive->outermost;
}

/* Gives where the lines of the section whose header is at `i` end. */
static uint32_t section_end(const struct outline *outline, uint32_t i, uint32_t to)
{
    uint32_t end = ++i;

    while (i < to && outline->at[i].kind != EVENT_SECTION && !outline->at[i].around) {
        uint32_t next = outline->at[i].kind == EVENT_IF ? event_behind(outline, i) : i + 1;

        if (!stands_outside(outline, i, next))
            end = next;
        i = next;
    }
    return end;
}

/* Gives where a block must end that begins at `i`: at a condition or message between sections, and where a section
 * without a name comes again. */
static uint32_t block_end(const struct outline *outline, uint32_t i, uint32_t to)
{
    bool seen[CONTEXT_COUNT] = {false};

    while (i < to && outline->at[i].kind == EVENT_SECTION) {
        const struct section *section = outline->at[i].section;

        if (!section->name_len && seen[section->context])
            break;
        seen[section->context] |= !section->name_len;
        i = section_end(outline, i, to);
    }
    return i;
}

/* Whether sections of other kinds stand between those of this kind. */
static bool is_scattered(const struct outline *outline, const struct root_block *block, enum context_id context)
{
    bool seen = false, other = false;

    for (uint32_t i = block->from; i < block->to; i++) {
        if (outline->at[i].kind != EVENT_SECTION)
            continue;
        if (outline->at[i].section->context != context)
            other = seen;
        else if (other)
            return true;
        else
            seen = true;
    }
    return false;
}

/* The name of a section, which YAML takes literally. */
static struct yaml_item *name_item(struct outline *outline, const char *text, uint32_t len, bool env)
{
    const struct arg name = {.text = text, .len = len, .flags = env ? ARG_ENV : 0};

    return literal_item(&outline->writer, &name);
}

static struct yaml_item *section_item(struct outline *outline, uint32_t from, uint32_t to)
{
    const struct section *section = outline->at[from].section;
    struct yaml_item *blocks = item_new(&outline->writer, ITEM_LIST), *begun = item_new(&outline->writer, ITEM_MAP);
    struct yaml_item *hacc = item_new(&outline->writer, ITEM_MAP), *item;
    struct comment_line *comments = take_carried(outline, section->comments);

    if (section->from_len)
        item_add(begun, "from", 4, name_item(outline, section->from, section->from_len, section->from_env));
    for (const struct intent_text *intent = section->intents; intent; intent = intent->next)
        item_add(hacc, intent->name, (uint32_t)strlen(intent->name), item_plain(&outline->writer, intent->yaml));
    if (hacc->first)
        item_add(begun, "hacc", 4, hacc);
    if (begun->first)
        item_push(blocks, begun);
    outline->context = section->context;
    fill_body(outline, from + 1, to, begun->first ? begun : NULL, blocks);
    item = unwrap(outline, blocks);
    item->block = true;
    item->comments = comments;
    item->trailing = section->trailing;
    return item;
}

/* The key of a section that does not stand under its kind's. */
static const char *section_key(struct outline *outline, const struct section *section)
{
    const struct context *ctx = &contexts[section->context];
    const struct yaml_item *name;

    if (!section->name_len)
        return ctx->key;
    name = name_item(outline, section->name, section->name_len, section->name_env);
    return arena_printf(outline->writer.arena, "%s %.*s", ctx->name, (int)name->len, name->text);
}

/* The map under a kind's key; the comments above its first section stand above that key. */
static struct yaml_item *kind_map(struct outline *outline, struct root_block *block, enum context_id context,
                                  struct yaml_item *first)
{
    const char *key = contexts[context].key;

    if (block->kind && block->context == context)
        return block->kind;
    block->kind = item_new(&outline->writer, ITEM_MAP);
    block->kind->block = block->kind->apart = true;
    block->kind->comments = first->comments;
    block->context = context;
    first->comments = NULL;
    item_add(block->map, key, (uint32_t)strlen(key), block->kind);
    return block->kind;
}

static void begin_block(struct outline *outline, struct root_block *block, uint32_t i, uint32_t to,
                        struct yaml_item *blocks)
{
    struct yaml_item *begun = block->map && !block->to ? block->map : NULL;

    *block = (struct root_block){.map = begun, .from = i, .to = block_end(outline, i, to)};
    if (begun)
        return;
    block->map = item_new(&outline->writer, ITEM_MAP);
    block->map->block = block->map->apart = true;
    item_push(blocks, block->map);
}

/* Adds the section at `i`. Gives the event behind it. */
static uint32_t add_section(struct outline *outline, struct root_block *block, uint32_t i, uint32_t to,
                            struct yaml_item *blocks)
{
    const struct section *section = outline->at[i].section;
    uint32_t end = section_end(outline, i, to);
    const struct yaml_item *name;
    struct yaml_item *item, *map;
    const char *key;

    if (!block->map || i >= block->to)
        begin_block(outline, block, i, to, blocks);
    item = section_item(outline, i, end);
    if (contexts[section->context].names == NAMES_REQUIRED && !is_scattered(outline, block, section->context)) {
        map = kind_map(outline, block, section->context, item);
        name = name_item(outline, section->name, section->name_len, section->name_env);
        item_add(map, name->text, name->len, item);
    } else {
        key = section_key(outline, section);
        item_add(block->map, key, (uint32_t)strlen(key), item);
    }
    if (end == outline->count || outline->at[end].kind == EVENT_SECTION) /* else they stand behind what follows it */
        item->closing = take_carried(outline, section->closing);
    else
        carry(outline, section->closing);
    return end;
}

/* Whether a line begins a section that HAProxy passes over: it is known as a line alone. */
static bool is_passed_section(const struct directive *directive)
{
    return directive->kw == &keyword_verbatim && directive->arg_count &&
           section_find(directive->args[0].text, directive->args[0].len) != CONTEXT_NONE;
}

/* A line between sections: of one that begins on the other side of a condition. */
static void report_torn(struct outline *outline, uint32_t i)
{
    const struct event *line = &outline->at[i];
    uint32_t condition = i;

    if (is_passed_section(line->directive)) {
        diag_add(outline->writer.config->diags, RULE_IMPORT, line->directive->at,
                 "import it for the version that it is meant for (--haproxy)",
                 "HAProxy %s passes over this section: YAML has no form for it",
                 hap_version_names[outline->writer.config->lang.version]);
        outline->passed = true;
        return;
    }
    if (outline->passed) /* a line of such a section, or the next one */
        return;
    while (condition && !outline->at[condition].around)
        condition--;
    if (!outline->at[condition].around) {
        diag_add(outline->writer.config->diags, RULE_IMPORT, line->directive->at, NULL,
                 "YAML has no form for a line in a section of which only a variable's value tells what it is");
        return;
    }
    if (outline->torn == condition + 1)
        return;
    outline->torn = condition + 1;
    diag_add(outline->writer.config->diags, RULE_IMPORT, outline->at[condition].directive->at,
             "let the condition hold whole sections, or lines of one section",
             "this '%s' tears a section apart: YAML has no form for that", outline->at[condition].directive->kw->name);
    diag_place(outline->writer.config->diags, line->directive->at, "a line of a section that begins elsewhere");
}

/* Sections, with conditions and messages between them. */
static void fill_root(struct outline *outline, uint32_t from, uint32_t to, struct yaml_item *begun,
                      struct yaml_item *blocks)
{
    struct root_block block = {.map = begun};

    while (from < to) {
        enum event_kind kind = (enum event_kind)outline->at[from].kind;

        if (kind == EVENT_SECTION) {
            from = add_section(outline, &block, from, to, blocks);
        } else if (kind == EVENT_LINE) {
            report_torn(outline, from++);
        } else {
            block.map = NULL;
            if (kind == EVENT_MESSAGE)
                add_message(outline, outline->at[from++].directive, blocks);
            else
                from = add_condition(outline, from, blocks, fill_root);
        }
    }
}

void to_yaml(const struct config *config, struct yaml_order *order, struct buf *out)
{
    struct outline outline = {.writer = {.config = config, .arena = config->arena, .order = order}};
    struct yaml_item *blocks = item_new(&outline.writer, ITEM_LIST), *first = item_new(&outline.writer, ITEM_MAP);
    const char *version = hap_version_names[config->lang.version];

    *order = (struct yaml_order){0};
    first->block = first->apart = true;
    item_add(first, "haproxy", 7, item_text(&outline.writer, version, (uint32_t)strlen(version)));
    first->first->comments = config->opening;
    item_push(blocks, first);
    outline_events(&outline);
    fill_root(&outline, 0, outline.count, first, blocks);
    blocks->apart = true;
    blocks = unwrap(&outline, blocks);
    blocks->closing = take_carried(&outline, config->closing);
    item_print(blocks, out);
}
