/* Which intents there are, where they may stand, and what they share. */
#include "hacc/read/intent.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct intent *const intents[] = {&intent_journald, &intent_stats,       &intent_sticky,
                                               &intent_health,   &intent_transparent, &intent_redirect_https,
                                               &intent_tls};
enum { INTENT_COUNT = sizeof(intents) / sizeof(*intents) };

void intent_fault(struct reader *reader, const struct node *at, const char *help, const char *fmt, ...)
{
    char msg[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(msg, sizeof(msg), fmt, ap);
    va_end(ap);
    if (!(at->flags & NODE_POISON))
        diag_add(reader->diags, RULE_INTENT, node_span(at), help, "%s", msg);
    if (reader->section)
        reader->section->poison = true;
}

/* Whether `word` is one of the blank-separated words of `list`. */
static bool in_list(const char *list, const char *word, size_t len)
{
    for (const char *at = list; at && *at; at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == len && memcmp(at, word, len) == 0)
            return true;
    return false;
}

/* Blank-separated words as people read them. */
static const char *with_commas(struct reader *reader, const char *words)
{
    char *text = arena_alloc(reader->lang->arena, 2 * strlen(words) + 1), *to = text;

    for (; *words; words++) {
        if (*words == ' ')
            *to++ = ',';
        *to++ = *words;
    }
    *to = '\0';
    return text;
}

void intent_check_keys(struct reader *reader, const struct node *map, const char *options, const char *what)
{
    for (const struct node *key = map->first; key; key = node_next_key(key)) {
        char copy[256];
        const char *names[32], *near;
        size_t count = 0;

        if (in_list(options, key->text, key->len))
            continue;
        snprintf(copy, sizeof(copy), "%s", options);
        for (char *at = copy, *end; *at && count < 32; at = end) {
            names[count++] = at;
            end = at + strcspn(at, " ");
            if (*end)
                *end++ = '\0';
        }
        near = diag_suggest(key->text, key->len, names, count);
        intent_fault(reader, key,
                     near ? arena_printf(reader->lang->arena, "did you mean '%s'?", near)
                          : arena_printf(reader->lang->arena, "it takes: %s", with_commas(reader, options)),
                     "'%s' has no option '%.*s'", what, (int)key->len, key->text);
    }
}

const struct node *intent_option(const struct intent_use *use, const char *name)
{
    const struct node *value = use->value->kind == NODE_MAP ? node_find(use->value, name, NULL) : NULL;

    return value && node_truth(value) != TRUTH_FALSE ? value : NULL;
}

const char *node_word(struct reader *reader, const struct node *node)
{
    struct word word;
    struct buf out;

    reader_word(reader, node, &word);
    if (word.flags & WORD_SECRET)
        reader->config->secret = true;
    if (word.flags & WORD_ENV)
        return arena_strndup(reader->lang->arena, word.text, word.len);
    buf_init_in(&out, reader->lang->arena);
    cfg_quote(&out, word.text, word.len, true);
    return buf_text(&out);
}

const char *intent_word(struct reader *reader, const struct intent_use *use, const char *name, const char *otherwise)
{
    const struct node *value = intent_option(use, name);

    if (!value)
        return otherwise;
    if (value->kind != NODE_SCALAR) {
        intent_fault(reader, value, NULL, "'%s' takes a single value", name);
        return otherwise;
    }
    return node_word(reader, value);
}

struct section *intent_global(struct reader *reader)
{
    static const struct span nowhere;
    struct config *config = reader->config;
    struct section *global;

    for (struct section *section = config->first; section; section = section->next)
        if (section->context == CONTEXT_GLOBAL)
            return section;
    global = config_add_section(config, CONTEXT_GLOBAL, "", 0, nowhere);
    if (config->first != global) { /* from the end to the front */
        struct section *last = config->first;

        while (last->next != global)
            last = last->next;
        last->next = NULL;
        config->tail = &last->next;
        global->next = config->first;
        config->first = global;
    }
    return global;
}

void intent_line_into(struct reader *reader, struct section *section, const struct intent_use *use,
                      const struct directive *before, const char *fmt, ...)
{
    struct section *outer = reader->section;
    struct directive **last = section->tail, *made;
    char line[8192]; /* what does not fit is longer than reader_add_line takes: it reports that */
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    reader->section = section;
    reader->intent = use->intent->name;
    reader->in_body = true;
    reader_add_line(reader, use->key, "%s", line);
    reader->in_body = false;
    made = *last;
    if (made && before) {
        section_remove(section, made);
        section_insert(section, made, before);
    }
    reader->intent = NULL;
    reader->section = outer;
}

bool section_speaks_http(const struct config *config, const struct section *section)
{
    const struct directive *mode = section_effective(config, section, KW_DEFAULTS_MODE);

    return mode && mode->arg_count && mode->args[0].len == 4 && memcmp(mode->args[0].text, "http", 4) == 0;
}

bool intent_exists(const char *name, uint32_t len)
{
    for (int i = 0; i < INTENT_COUNT; i++)
        if (strlen(intents[i]->name) == len && memcmp(intents[i]->name, name, len) == 0)
            return true;
    return false;
}

static const struct intent *find_intent(const struct node *key)
{
    for (int i = 0; i < INTENT_COUNT; i++)
        if (node_is(key, intents[i]->name))
            return intents[i];
    return NULL;
}

static void report_unknown(struct reader *reader, const struct node *key)
{
    const char *names[INTENT_COUNT], *near;

    for (int i = 0; i < INTENT_COUNT; i++)
        names[i] = intents[i]->name;
    near = diag_suggest(key->text, key->len, names, INTENT_COUNT);
    intent_fault(reader, key,
                 near ? arena_printf(reader->lang->arena, "did you mean '%s'?", near)
                      : "there are journald, stats, sticky, health, transparent, redirect-https and tls",
                 "no intent '%.*s'", (int)key->len, key->text);
}

/* Moves what an intent has added behind `last` to before the section's first server. */
static void move_before_servers(struct section *section, struct directive **last)
{
    struct directive *server = section->first, *made = *last;

    while (server && !directive_is_server(server))
        server = server->next;
    if (!server || !made)
        return;
    for (const struct directive *d = made; d; d = d->next)
        if (d == server)
            return; /* the servers come later anyway */
    *last = NULL;
    section->tail = last;
    while (made) {
        struct directive *next = made->next;

        section_insert(section, made, server);
        made = next;
    }
}

/* A node of an intent's own: the document's are used again once their section has been read. */
static struct node *keep_node(struct reader *reader, const struct node *node)
{
    struct node *kept = arena_alloc(reader->config->arena, sizeof(*kept)), **tail = &kept->first;

    *kept = *node;
    kept->next = NULL;
    if (node->kind == NODE_SCALAR)
        return kept;
    *tail = NULL;
    for (const struct node *child = node->first; child; child = child->next) {
        *tail = keep_node(reader, child);
        tail = &(*tail)->next;
    }
    return kept;
}

/* As keep_node, a key with its value behind it. */
static const struct node *keep_pair(struct reader *reader, const struct node *key)
{
    struct node *kept = keep_node(reader, key);

    kept->next = keep_node(reader, key->next);
    return kept;
}

static void read_intent(struct reader *reader, const struct node *key)
{
    const struct intent *intent = find_intent(key);
    struct intent_use *use;
    struct directive **last = reader->section->tail;
    const char *here = contexts[reader->section->context].name;

    if (!intent) {
        report_unknown(reader, key);
        return;
    }
    if (!in_list(intent->where, here, strlen(here))) {
        intent_fault(reader, key,
                     arena_printf(reader->lang->arena, "it may stand in: %s", with_commas(reader, intent->where)),
                     "the intent '%s' cannot stand in a %s section", intent->name, here);
        return;
    }
    if (node_truth(key->next) == TRUTH_FALSE)
        return;
    if (key->next->kind == NODE_LIST) {
        intent_fault(reader, key->next, NULL, "'%s' takes true, a value or a map", intent->name);
        return;
    }
    if (key->next->kind == NODE_MAP && intent->options)
        intent_check_keys(reader, key->next, intent->options, intent->name);
    use = arena_zalloc(reader->config->arena, sizeof(*use));
    *use = (struct intent_use){NULL, intent, reader->section, keep_pair(reader, key), NULL};
    use->value = use->key->next;
    *reader->uses_tail = use;
    reader->uses_tail = &use->next;
    reader->intent = intent->name;
    if (intent->expand)
        intent->expand(reader, use);
    reader->intent = NULL;
    if (intent->before_servers)
        move_before_servers(reader->section, last);
}

void intents_read(struct reader *reader, const struct node *map)
{
    if (map->flags & NODE_POISON)
        return;
    if (!reader->section || map->kind != NODE_MAP) {
        diag_add(reader->diags, RULE_INTENT, node_span(map),
                 reader->section ? "write hacc: {health: true}, or another intent"
                                 : "put it into a section, as in global: {hacc: {journald: true}}",
                 reader->section ? "'hacc' is a map of intents" : "intents stand in the sections that they concern");
        return;
    }
    for (const struct node *key = map->first; key; key = node_next_key(key))
        if (!((key->flags | key->next->flags) & NODE_POISON))
            read_intent(reader, key);
}

/* Whether a line of the keyword stands beside another one instead of in its place. */
static bool adds_up(const struct directive *d)
{
    return d->kw->id == KW_DEFAULTS_DEFAULT_SERVER ||
           (d->kw->repeat == REPEAT_MANY && d->kw->id != KW_GLOBAL_SSL_DEFAULT_BIND_OPTIONS);
}

/* What is written by hand wins: the intent's line of the same keyword goes. Rules and the like add up. */
static void drop_overridden(struct section *section)
{
    for (struct directive *d = section->first, *next; d; d = next) {
        next = d->next;
        if (!d->intent || adds_up(d))
            continue;
        for (const struct directive *other = section->first; other; other = other->next) {
            if (other->intent || other->kw->id != d->kw->id)
                continue;
            section_remove(section, d);
            break;
        }
    }
}

void intents_finish(struct reader *reader)
{
    for (struct intent_use *use = reader->uses; use; use = use->next) {
        drop_overridden(use->section);
        reader->section = use->section;
        if (use->intent->finish)
            use->intent->finish(reader, use);
    }
    reader->section = NULL;
}
