/* The body of a section: lines of one keyword under one key, in an order that means the same to HAProxy.
 *
 * A key comes out where its first line stood, unless something that must stand above it came later. A line that no
 * order of the keys allows beside the others waits for the next block, and with it all that must stay behind it. */
#include "hacc/write/to_yaml_parts.h"

#include <string.h>

/* What the order of a line depends on. */
struct traits {
    uint32_t order; /* enum order_group, a bit each: it keeps its place among the lines of these */
    uint32_t needs; /* the same, of groups that it is not in itself, but that act on it */
    bool defines_acl, uses_acl;
    bool unknown; /* only a variable's value tells what it is */
};

/* A key of the body, or of what stands under the first word of several keywords. */
struct body_key {
    const char *name;
    uint32_t len;
    bool group;        /* the first word of several keywords */
    struct traits has; /* its lines, together */
    const struct directive **lines;
    uint32_t count, cap;
    bool waits; /* a line of it is for the next block */
    bool done;
};

struct arrangement {
    struct yaml_writer *writer;
    enum context_id context;
    uint32_t skip; /* the words above: bytes of the name that are not the key's */
    struct body_key *keys;
    uint32_t count, cap;
    bool *above; /* above[i * count + j]: key i must stand above key j */
    struct traits waiting;
    const struct directive **left; /* for the next block */
    uint32_t left_count;
};

static uint32_t group_bit(enum order_group group)
{
    return 1u << group;
}

static void add_row(struct traits *traits, const struct keyword *row)
{
    traits->order |= row->order;
    if (row->expose)
        traits->needs |= group_bit(ORDER_EXPERIMENTAL);
}

static struct traits traits_of(const struct directive *directive)
{
    const struct keyword *kw = directive->kw;
    const struct sig *first = sig_at(kw->sig);
    struct traits traits = {.unknown = kw == &keyword_verbatim};

    add_row(&traits, kw);
    traits.defines_acl = kw->named && first->type == TYPE_DEF && first->arg == SYMBOL_ACL;
    for (uint32_t i = 0; i < directive->arg_count; i++) {
        const struct arg *arg = &directive->args[i];

        if (arg->flags & ARG_HEAD)
            add_row(&traits, &keywords[arg->row]);
        if (arg->flags & ARG_ENV)
            traits.needs |= group_bit(ORDER_ENVIRONMENT);
        traits.uses_acl |= sig_at(arg->sig)->type == TYPE_COND;
    }
    return traits;
}

static void join_traits(struct traits *traits, const struct traits *more)
{
    traits->order |= more->order;
    traits->needs |= more->needs;
    traits->defines_acl |= more->defines_acl;
    traits->uses_acl |= more->uses_acl;
    traits->unknown |= more->unknown;
}

/* Whether `first`, which stands above `second`, must stay there. An ACL may always move up: it is only declared. */
static bool keeps_order(const struct traits *first, const struct traits *second)
{
    return first->unknown || second->unknown || first->order & (second->order | second->needs) ||
           first->needs & second->order || (first->defines_acl && second->uses_acl);
}

bool lines_keep_order(const struct directive *first, const struct directive *second)
{
    struct traits above = traits_of(first), below = traits_of(second);

    if (keeps_order(&above, &below))
        return true;
    if (first->kw->id != second->kw->id)
        return false;
    return !(first->kw->named && first->arg_count && second->arg_count) ||
           (first->args->len == second->args->len &&
            memcmp(first->args->text, second->args->text, first->args->len) == 0);
}

/* The name of a line as it is written. */
static const char *name_of_line(struct yaml_writer *writer, const struct directive *directive, uint32_t *len)
{
    const struct keyword *kw = directive->kw;
    const struct yaml_item *text;

    *len = directive->name_len;
    if (kw->paren && !kw->sig)
        *len = (uint32_t)strlen(kw->name); /* the arguments are its value */
    if (kw != &keyword_verbatim)
        return directive->name;
    text = text_item(writer, directive->args, verbatim_key_words(directive));
    *len = text->len;
    return text->text;
}

/* Gives the key of a line: the first word of a keyword that shares it with others, else all that is left of the name.
 */
static struct body_key key_of(const struct arrangement *a, const struct directive *directive)
{
    enum hap_version version = a->writer->config->lang.version;
    struct body_key key = {.group = false};
    const char *blank;

    key.name = name_of_line(a->writer, directive, &key.len) + a->skip;
    key.len -= a->skip;
    blank = a->skip ? NULL : memchr(key.name, ' ', key.len);
    key.group = blank && !memchr(blank + 1, ' ', key.len - (size_t)(blank + 1 - key.name)) &&
                !keyword_find(a->context, key.name, (size_t)(blank - key.name), version, NULL);
    if (key.group)
        key.len = (uint32_t)(blank - key.name);
    else if (is_passed_over(directive))
        key.group = keyword_is_group(a->context, key.name, key.len);
    return key;
}

static struct body_key *find_key(struct arrangement *a, const struct directive *directive)
{
    struct body_key key = key_of(a, directive);

    for (uint32_t i = 0; i < a->count; i++)
        if (a->keys[i].len == key.len && memcmp(a->keys[i].name, key.name, key.len) == 0)
            return &a->keys[i];
    if (a->count == a->cap)
        a->keys = arena_extend(a->writer->arena, a->keys, a->count, &a->cap, 16, sizeof(*a->keys));
    a->keys[a->count] = key;
    return &a->keys[a->count++];
}

/* Whether key `from` must stand above key `to`, by way of others. */
static bool reaches(const struct arrangement *a, uint32_t from, uint32_t to, bool *seen)
{
    if (from == to)
        return true;
    if (seen[from])
        return false;
    seen[from] = true;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->above[from * a->count + i] && reaches(a, i, to, seen))
            return true;
    return false;
}

/* Whether the line can come under its key with all other keys where they must be. */
static bool fits(struct arrangement *a, uint32_t k, const struct traits *traits, bool *seen)
{
    if (a->keys[k].waits || (a->left_count && keeps_order(&a->waiting, traits)))
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (i == k || !a->keys[i].count || a->above[i * a->count + k] || !keeps_order(&a->keys[i].has, traits))
            continue;
        memset(seen, 0, a->count * sizeof(*seen));
        if (reaches(a, k, i, seen))
            return false;
    }
    return true;
}

static void place_line(struct arrangement *a, const struct directive *directive, bool *seen)
{
    struct body_key *key = find_key(a, directive);
    uint32_t k = (uint32_t)(key - a->keys);
    struct traits traits = traits_of(directive);

    if (!fits(a, k, &traits, seen)) {
        key->waits = true;
        join_traits(&a->waiting, &traits);
        a->left[a->left_count++] = directive;
        return;
    }
    for (uint32_t i = 0; i < a->count; i++)
        if (i != k && a->keys[i].count && keeps_order(&a->keys[i].has, &traits))
            a->above[i * a->count + k] = true;
    if (key->count == key->cap)
        key->lines = arena_extend(a->writer->arena, key->lines, key->count, &key->cap, 4, sizeof(*key->lines));
    key->lines[key->count++] = directive;
    join_traits(&key->has, &traits);
}

/* Brings the lines under keys; those that do not fit are in a->left. */
static void arrange(struct arrangement *a, const struct directive *const *lines, uint32_t count)
{
    struct arena *arena = a->writer->arena;
    bool *seen;

    for (uint32_t i = 0; i < count; i++)
        find_key(a, lines[i]); /* so that their number is known */
    a->above = arena_zalloc(arena, (size_t)a->count * a->count * sizeof(*a->above));
    a->left = arena_alloc(arena, count * sizeof(*a->left));
    seen = arena_alloc(arena, a->count * sizeof(*seen));
    for (uint32_t i = 0; i < count; i++)
        place_line(a, lines[i], seen);
}

/* Gives the next key to print: the first one that nothing left must stand above; NULL at the end. */
static struct body_key *next_key(struct arrangement *a)
{
    for (uint32_t k = 0; k < a->count; k++) {
        bool free = !a->keys[k].done && a->keys[k].count;

        for (uint32_t i = 0; i < a->count && free; i++)
            free = a->keys[i].done || !a->keys[i].count || !a->above[i * a->count + k];
        if (!free)
            continue;
        a->keys[k].done = true;
        return &a->keys[k];
    }
    return NULL;
}

static void note_order(struct yaml_writer *writer, const struct directive *directive)
{
    struct yaml_order *order = writer->order;

    if (order->count == order->cap)
        order->at = arena_extend(writer->arena, order->at, order->count, &order->cap, 256, sizeof(*order->at));
    order->at[order->count++] = directive;
}

/* Gives the item what is known of its line. */
static struct yaml_item *finish_line(struct yaml_writer *writer, const struct directive *directive,
                                     struct yaml_item *item)
{
    item->comments = directive->comments;
    item->trailing = directive->trailing;
    if (writer->carried)
        item_comment(item, writer->carried);
    writer->carried = NULL;
    note_order(writer, directive);
    return item;
}

static struct yaml_item *line_item(struct yaml_writer *writer, const struct directive *directive, bool named)
{
    return finish_line(writer, directive, value_item(writer, directive, named));
}

/* A line of a keyword whose lines have names. */
struct name_chain {
    uint32_t next; /* the next line of the same name; 0: none */
    bool first;    /* the first one of its name */
};

/* The name of a line; where it has none (`no log`) something that is no name. */
static const struct arg *name_of(const struct directive *directive)
{
    static const struct arg none = {.text = ""};

    return directive->arg_count ? directive->args : &none;
}

static struct name_chain *chain_names(struct yaml_writer *writer, const struct body_key *key)
{
    struct name_chain *chain = arena_zalloc(writer->arena, key->count * sizeof(*chain));
    uint32_t mask = 15, *last;

    while (mask < 2 * key->count)
        mask = 2 * mask + 1;
    last = arena_zalloc(writer->arena, (mask + 1) * sizeof(*last)); /* 1 + the last line of the name */
    for (uint32_t i = 0; i < key->count; i++) {
        const struct arg *name = name_of(key->lines[i]), *other;
        uint32_t slot = grammar_hash(0, name->text, name->len) & mask;

        for (; last[slot]; slot = (slot + 1) & mask) {
            other = name_of(key->lines[last[slot] - 1]);
            if (name->len == other->len && name->flags == other->flags &&
                memcmp(name->text, other->text, name->len) == 0)
                break;
        }
        chain[i].first = !last[slot];
        if (last[slot])
            chain[last[slot] - 1].next = i;
        last[slot] = i + 1;
    }
    return chain;
}

/* Whether all lines have a name that can be a key, and lines of one name can come together. */
static bool have_names(const struct body_key *key, const struct name_chain *chain)
{
    const struct keyword *kw = key->lines[0]->kw;
    const char *parameter = sig_at(kw->sig)->text;

    for (uint32_t i = 0; i < key->count; i++) {
        const struct arg *name = name_of(key->lines[i]);

        if (key->lines[i]->form != FORM_PLAIN || name->sig != kw->sig)
            return false;
        if (name->len == strlen(parameter) && memcmp(name->text, parameter, name->len) == 0)
            return false; /* a server called "name": the map would look like one server */
        if (kw->order && chain[i].next > i + 1)
            return false;
    }
    return true;
}

/* What stands under the name of line `i`: its value, or those of all lines of that name. */
static struct yaml_item *name_item(struct yaml_writer *writer, const struct body_key *key,
                                   const struct name_chain *chain, uint32_t i)
{
    struct yaml_item *list;

    if (!chain[i].next)
        return line_item(writer, key->lines[i], true);
    list = item_new(writer, ITEM_LIST);
    do {
        item_push(list, line_item(writer, key->lines[i], true));
        i = chain[i].next;
    } while (i);
    return list;
}

/* {NAME: value, …} */
static struct yaml_item *names_item(struct yaml_writer *writer, const struct body_key *key,
                                    const struct name_chain *chain)
{
    struct yaml_item *map = item_new(writer, ITEM_MAP);

    map->block = sig_at(key->lines[0]->kw->sig)->type == TYPE_DEF;
    for (uint32_t i = 0; i < key->count; i++) {
        const struct yaml_item *name = literal_item(writer, key->lines[i]->args);

        if (chain[i].first)
            item_add(map, name->text, name->len, name_item(writer, key, chain, i));
    }
    return map;
}

/* All lines of one keyword. */
static struct yaml_item *keyword_item(struct yaml_writer *writer, const struct body_key *key)
{
    const struct name_chain *chain = key->lines[0]->kw->named ? chain_names(writer, key) : NULL;
    struct yaml_item *list;

    if (chain && have_names(key, chain))
        return names_item(writer, key, chain);
    if (key->count == 1)
        return line_item(writer, key->lines[0], false);
    list = item_new(writer, ITEM_LIST);
    list->block = keyword_is_rule(key->lines[0]->kw);
    for (uint32_t i = 0; i < key->count; i++)
        item_push(list, line_item(writer, key->lines[i], false));
    return list;
}

/* Lines of keywords with one first word that no map can hold in their order: a list. */
static struct yaml_item *group_list(struct yaml_writer *writer, const struct body_key *group)
{
    struct yaml_item *list = item_new(writer, ITEM_LIST), *item;

    list->block = true;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct directive *line = group->lines[i];
        uint32_t len = line->name_len, skip = group->len + 1;
        const char *name = line->kw == &keyword_verbatim ? name_of_line(writer, line, &len) : line->name;

        if (is_passed_over(line))
            item = text_item(writer, line->args + 1, line->arg_count - 1);
        else
            item = value_in_group(writer, line, name + skip, len - skip);
        item_push(list, finish_line(writer, line, item));
    }
    return list;
}

/* Whether the line reads best, or can be had, only with its keyword before it: send "PING\r\n". */
static bool needs_line(struct yaml_writer *writer, const struct directive *directive)
{
    const struct yaml_item *value;

    if (directive->form != FORM_PLAIN || !directive->arg_count)
        return false;
    if (!directive->kw->paren && sig_is_one_word(directive->kw->sig))
        return !literal_holds(directive->args);
    if (is_passed_over(directive))
        return true;
    value = value_item(writer, directive, false);
    return value->kind == ITEM_TEXT && text_is_ugly(value);
}

/* Keywords with one first word: a map of what follows it. */
static struct yaml_item *group_item(struct yaml_writer *writer, enum context_id context, const struct body_key *group)
{
    struct arrangement a = {.writer = writer, .context = context, .skip = group->len + 1};
    struct yaml_item *map = item_new(writer, ITEM_MAP);
    const struct body_key *key;
    bool list = false;

    for (uint32_t i = 0; i < group->count; i++)
        list |= needs_line(writer, group->lines[i]);
    if (!list)
        arrange(&a, group->lines, group->count);
    if (list || a.left_count)
        return group_list(writer, group);
    while ((key = next_key(&a)))
        item_add(map, key->name, key->len, keyword_item(writer, key));
    return map;
}

static void fill_block(struct arrangement *a, struct yaml_item *block)
{
    struct yaml_writer *writer = a->writer;
    const struct body_key *key;

    while ((key = next_key(a))) {
        struct yaml_item *item = key->group ? group_item(writer, a->context, key) : keyword_item(writer, key);

        item_add(block, key->name, key->len, item);
    }
}

void body_blocks(struct yaml_writer *writer, enum context_id context, const struct directive *const *lines,
                 uint32_t count, struct yaml_item *first, struct yaml_item *blocks)
{
    while (count) {
        struct arrangement a = {.writer = writer, .context = context};
        struct yaml_item *block = first ? first : item_new(writer, ITEM_MAP);

        arrange(&a, lines, count);
        block->block = true;
        fill_block(&a, block);
        if (!first)
            item_push(blocks, block);
        first = NULL;
        lines = a.left;
        count = a.left_count;
    }
}
