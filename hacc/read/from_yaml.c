/* The root of a document: sections, and the keys that are hacc's own. */
#include "hacc/read/from_yaml.h"

#include "hacc/lang/types.h"
#include "hacc/model/sysctl.h"
#include "hacc/read/reader.h"

#include <string.h>

static const struct node *find_version(const struct node *root, const struct node **key)
{
    const struct node *found;

    if (!root)
        return NULL;
    if (root->kind == NODE_MAP)
        return node_find(root, "haproxy", key);
    for (const struct node *block = root->kind == NODE_LIST ? root->first : NULL; block; block = block->next)
        if (block->kind == NODE_MAP && (found = node_find(block, "haproxy", key)))
            return found;
    return NULL;
}

int from_yaml_version(const struct document *doc, struct diags *diags)
{
    const struct node *value = find_version(doc->root, NULL);
    int version;

    if (!value)
        return -1;
    version = value->kind == NODE_SCALAR ? hap_version_parse(value->text, value->len) : -1;
    if (version >= 0)
        return version;
    if (!(value->flags & NODE_POISON))
        diag_add(diags, RULE_BAD_VALUE, node_span(value), "hacc knows 2.2, 2.4, 2.6, 2.8, 3.0 and 3.2",
                 "'%.*s' is not a version of HAProxy that hacc knows", value->kind == NODE_SCALAR ? (int)value->len : 1,
                 value->kind == NODE_SCALAR ? value->text : "?");
    return -2;
}

/* Where the section at `at` begins for the one before it: at the key above (`frontends:`) where it is the key's first.
 */
static uint32_t first_of(const struct node *key, struct span at, struct span before)
{
    return key->src == at.src && key->off < at.off && (before.src != at.src || before.off < key->off) ? key->off
                                                                                                      : at.off;
}

/* Begins a section. `name` NULL: it has none, or the key holds it. */
static void open_section(struct reader *reader, enum context_id context, const struct node *key,
                         const struct node *name, const char *text, uint32_t len)
{
    struct section *before = reader->section, *section;
    struct span at = node_span(name ? name : key);
    struct word word = {.at = at};
    uint16_t src = (uint16_t)at.src;

    cfg_word(&word, reader->lang, text, len, false);
    if (before && reader->cursor_count && !reader->apart)
        comments_close(reader, before, src, first_of(key, at, before->at), &before->closing);
    section = config_add_section(reader->config, context, word.text, word.len, at);
    section->name_env = word.flags & WORD_ENV;
    section->condition = reader->lang->branch;
    section->intent = reader->intent;
    reader->section = section;
    reader->apart = false;
    comments_before(reader, src, at.off);
    comments_take(reader, &section->comments);
    section->trailing = comments_trailing(reader, src, at.off + at.len);
    config_define_section(reader->config, section);
}

static void read_section(struct reader *reader, enum context_id context, const struct node *key,
                         const struct node *name, const char *text, uint32_t len, const struct node *body)
{
    const struct context *ctx = &contexts[context];

    if (reader->lang->version < ctx->since || reader->lang->version > ctx->until) {
        lang_wrong_version(reader->lang, node_span(key), "section", ctx->name, ctx->since, ctx->until);
        return;
    }
    lang_exposed(reader->lang, ctx->expose, node_span(key), ctx->name);
    open_section(reader, context, key, name, text, len);
    reader_body(reader, body);
}

/* {NAME: body, …} */
static void read_named_sections(struct reader *reader, enum context_id context, const struct node *key,
                                const struct node *value)
{
    if (value->flags & NODE_TAKEN)
        return;
    if (value->kind != NODE_MAP) {
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(value), "write NAME: {…} under it",
                 "'%.*s' is a map of sections by name", (int)key->len, key->text);
        return;
    }
    for (const struct node *name = value->first; name; name = node_next_key(name))
        if (!((name->flags | name->next->flags) & (NODE_POISON | NODE_TAKEN)))
            read_section(reader, context, key, name, name->text, name->len, name->next);
}

/* "defaults NAME" */
static enum context_id spaced_section(const struct node *key)
{
    const char *blank = memchr(key->text, ' ', key->len);
    enum context_id context = blank ? section_find(key->text, (size_t)(blank - key->text)) : CONTEXT_NONE;

    return contexts[context].names == NAMES_NONE ? CONTEXT_NONE : context;
}

static bool read_spaced_section(struct reader *reader, const struct node *key, const struct node *value)
{
    enum context_id context = spaced_section(key);
    uint32_t skip;

    if (context == CONTEXT_NONE)
        return false;
    skip = (uint32_t)strlen(contexts[context].name) + 1;
    read_section(reader, context, key, NULL, key->text + skip, key->len - skip, value);
    return true;
}

static void report_section(struct reader *reader, const struct node *key)
{
    const char *names[CONTEXT_COUNT + 8] = {"haproxy", "include", "apply", "sysctl", "hacc"}, *near, *places;
    size_t count = 5;
    enum context_id singular = section_find(key->text, key->len);

    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (contexts[i].kind == CONTEXT_SECTION)
            names[count++] = contexts[i].key;
    if (singular != CONTEXT_NONE) {
        diag_add(reader->diags, RULE_UNKNOWN_SECTION, node_span(key),
                 arena_printf(reader->lang->arena, "write %s: {NAME: …}", contexts[singular].key),
                 "'%.*s' needs a name", (int)key->len, key->text);
        return;
    }
    places = sections_with(reader->lang, key->text, key->len);
    if (places) {
        diag_add(reader->diags, RULE_WRONG_SECTION, node_span(key),
                 arena_printf(reader->lang->arena, "it may stand in %s", places),
                 "'%.*s' is a keyword, and stands outside of any section", (int)key->len, key->text);
        return;
    }
    near = diag_suggest(key->text, key->len, names, count);
    diag_add(reader->diags, RULE_UNKNOWN_SECTION, node_span(key),
             near ? arena_printf(reader->lang->arena, "did you mean '%s'?", near) : NULL, "unknown section '%.*s'",
             (int)key->len, key->text);
}

static void read_sysctl(struct reader *reader, const struct node *map)
{
    if (map->kind != NODE_MAP) {
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(map), "write net.ipv4.ip_forward: 1",
                 "'sysctl' is a map of keys and values");
        return;
    }
    for (const struct node *key = map->first; key; key = node_next_key(key)) {
        struct sysctl *sysctl;
        const struct node *value = key->next;

        if (value->kind != NODE_SCALAR || memchr(value->text, '\n', value->len)) {
            diag_add(reader->diags, RULE_SYSCTL, node_span(value), NULL, "'%.*s' takes one line of text", (int)key->len,
                     key->text);
            continue;
        }
        if (!sysctl_key_parse(key->text, key->len)) {
            diag_add(reader->diags, RULE_SYSCTL, node_span(key), "write it as sysctl does: net.ipv4.ip_forward",
                     "'%.*s' is not a sysctl key", (int)key->len, key->text);
            continue;
        }
        sysctl = config_sysctl(reader->config, arena_strndup(reader->config->arena, key->text, key->len),
                               arena_strndup(reader->config->arena, value->text, value->len), NULL, node_span(key));
        sysctl->value_at = node_span(value);
        sysctl->secret = value->flags & NODE_SECRET;
        reader->config->secret |= sysctl->secret;
        comments_before(reader, key->src, key->off);
        comments_take(reader, &sysctl->comments);
    }
}

static void read_root_key(struct reader *reader, const struct node *key, const struct node *value)
{
    enum context_id context = section_find_key(key->text, key->len);

    if (node_is(key, "haproxy") || node_is(key, "include"))
        return; /* read before: from_yaml_version, yaml_read */
    if (key->len > 2 && memcmp(key->text, "x-", 2) == 0)
        return; /* a place for anchors, as in Compose files */
    if ((value->flags | key->flags) & NODE_POISON)
        return;
    if (node_is(key, "sysctl")) {
        read_sysctl(reader, value);
    } else if (node_is(key, "apply")) {
        apply_read(reader, value);
    } else if (node_is(key, "hacc")) {
        struct section *section = reader->section;

        reader->section = NULL;
        intents_read(reader, value);
        reader->section = section;
    } else if (context != CONTEXT_NONE && contexts[context].names == NAMES_REQUIRED) {
        read_named_sections(reader, context, key, value);
    } else if (context != CONTEXT_NONE) {
        read_section(reader, context, key, NULL, "", 0, value);
    } else if (!read_spaced_section(reader, key, value)) {
        report_section(reader, key);
    }
}

/* The comments above the first keys, before any section, are the head of the file. */
static void take_opening(struct reader *reader, const struct node *key)
{
    struct comment_line *trailing;

    if (reader->config->first || !reader->cursor_count)
        return;
    comments_before(reader, key->src, key->off);
    trailing = comments_trailing(reader, key->src, key->next->off + key->next->span_len);
    if (trailing) {
        *reader->pending_tail = trailing;
        reader->pending_tail = &trailing->next;
    }
    comments_take(reader, &reader->config->opening);
}

static void read_root_pair(struct reader *reader, const struct node *key)
{
    bool section = section_find_key(key->text, key->len) != CONTEXT_NONE || spaced_section(key) != CONTEXT_NONE;

    if (!reader->begun || !section)
        take_opening(reader, key);
    reader->begun = true;
    read_root_key(reader, key, key->next);
}

static void read_root_block(struct reader *reader, const struct node *block)
{
    for (const struct node *key = block->first; key; key = node_next_key(key))
        read_root_pair(reader, key);
}

/* --- the reading as a whole --- */

void from_yaml_init(struct from_yaml *from, struct config *config, int version, struct sources *sources,
                    struct diags *diags)
{
    *from = (struct from_yaml){.config = config, .diags = diags, .sources = sources, .version = version};
    config_init(config, diags->arena, diags, sources, version >= 0 ? (enum hap_version)version : HAP_NEWEST);
}

static void start(struct from_yaml *from, const struct document *doc, enum hap_version version)
{
    struct config *config = from->config;
    struct reader *reader = arena_zalloc(from->diags->arena, sizeof(*reader));

    config_init(config, from->diags->arena, from->diags, from->sources, version);
    *reader =
        (struct reader){.config = config, .lang = &config->lang, .diags = from->diags, .doc = doc, .known = BLOCK_TRUE};
    match_init(&reader->match, &config->lang);
    words_init(&reader->words, config->arena);
    reader->uses_tail = &reader->uses;
    reader->pending_tail = &reader->pending;
    reader->cursor_count = from->sources->count;
    reader->cursors = arena_zalloc(config->arena, reader->cursor_count * sizeof(*reader->cursors));
    for (uint32_t i = 0; i < doc->file_count; i++)
        reader->cursors[doc->files[i]->src].file = doc->files[i];
    from->reader = reader;
}

/* Whether reading can start at this first key of the document: whether the version is known. */
static bool can_start(const struct from_yaml *from, const struct node *outer, const struct node *key, int *version)
{
    *version = from->version;
    if (*version < 0 && !outer && node_is(key, "haproxy") && key->next->kind == NODE_SCALAR)
        *version = hap_version_parse(key->next->text, key->next->len);
    return *version >= 0;
}

static bool take_pair(void *context, const struct document *doc, const struct node *outer, const struct node *key,
                      const struct node *value)
{
    struct from_yaml *from = context;
    enum context_id section = outer ? section_find_key(outer->text, outer->len) : CONTEXT_NONE;
    int version;

    if (outer && (section == CONTEXT_NONE || contexts[section].names != NAMES_REQUIRED))
        return false; /* it comes again with the map that it stands in */
    if (!from->reader && !from->whole) {
        if (can_start(from, outer, key, &version))
            start(from, doc, (enum hap_version)version);
        else
            from->whole = true;
    }
    if (from->whole)
        return false;
    if (!outer) {
        read_root_pair(from->reader, key);
        return true;
    }
    if (!from->reader->begun)
        take_opening(from->reader, outer);
    from->reader->begun = true;
    if (!((key->flags | value->flags) & NODE_POISON))
        read_section(from->reader, section, outer, key, key->text, key->len, value);
    return true;
}

static void restart(void *context)
{
    struct from_yaml *from = context;

    from->reader = NULL;
    from->whole = true;
}

struct yaml_sink from_yaml_sink(struct from_yaml *from)
{
    return (struct yaml_sink){take_pair, restart, from};
}

static void finish_comments(struct reader *reader)
{
    struct config *config = reader->config;

    for (uint32_t i = 0; i < reader->cursor_count && reader->section && !reader->apart; i++)
        comments_close(reader, reader->section, (uint16_t)i, UINT32_MAX, &reader->section->closing);
    for (uint32_t i = 0; i < reader->cursor_count; i++)
        comments_before(reader, (uint16_t)i, UINT32_MAX);
    comments_take(reader, &config->closing);
}

void from_yaml_finish(struct from_yaml *from, const struct document *doc, enum hap_version version)
{
    if (!from->reader) {
        start(from, doc, version);
        if (doc->root)
            reader_blocks(from->reader, doc->root, read_root_block);
    }
    from->config->damaged = doc->damaged;
    for (uint32_t i = 0; i < doc->file_count; i++)
        for (uint32_t k = 0; k < doc->files[i]->comment_count; k++)
            config_remark(from->config, (struct span){doc->files[i]->src, doc->files[i]->comments[k].off,
                                                      doc->files[i]->comments[k].len});
    finish_comments(from->reader);
    intents_finish(from->reader);
}
