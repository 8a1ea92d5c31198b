/* Keys of a map: twice the same, and '<<'. */
#include "hacc/read/yaml_front.h"

#include <stdlib.h>

/* Up to this many keys, comparing each with each is cheaper than any table. */
enum { FEW_KEYS = 16 };

void key_table_release(struct key_table *table)
{
    free(table->slots);
    free(table->epochs);
    table->slots = NULL;
    table->epochs = NULL;
    table->size = table->used = 0;
}

/* Replaces the memory by an empty table of `size` slots; what the table had stays where there is no memory.
 */
static void key_table_size(struct key_table *table, uint32_t size)
{
    struct node **slots = malloc(size * sizeof(struct node *));
    uint32_t *epochs = calloc(size, sizeof(*epochs));

    if (!slots || !epochs) {
        free(slots);
        free(epochs);
        oom_raise(table->oom);
    }
    key_table_release(table);
    table->slots = slots;
    table->epochs = epochs;
    table->size = size;
    table->epoch = 1;
}

void key_table_start(struct key_table *table, uint32_t count)
{
    uint32_t size = 64;

    table->used = 0;
    while (size / 2 < count)
        size *= 2;
    /* emptying is counting up: no map pays for the size of an earlier one */
    if (table->size < size || ++table->epoch == 0)
        key_table_size(table, size > table->size ? size : table->size);
}

static uint64_t load(const char *text, uint32_t len)
{
    uint64_t word = 0;

    memcpy(&word, text, len < 8 ? len : 8);
    return word;
}

/* A multiply-xorshift hash of 8 bytes a step; the seed differs per run of a table's memory, so that no input
 * can be made to collide on purpose. */
static uint32_t key_hash(const struct key_table *table, const char *text, uint32_t len)
{
    uint64_t hash = (uint64_t)(uintptr_t)table->slots ^ len;

    for (; len > 8; text += 8, len -= 8) {
        hash = (hash ^ load(text, 8)) * 0x9fb21c651e98df25u;
        hash ^= hash >> 32;
    }
    hash = (hash ^ load(text, len)) * 0x9fb21c651e98df25u;
    hash =
        (hash ^ hash >> 32) * 0x9fb21c651e98df25u; /* a product spreads upwards alone: once more for the last bytes */
    return (uint32_t)(hash >> 32);
}

static struct node **key_table_slot(const struct key_table *table, const char *text, uint32_t len, uint32_t *at)
{
    uint32_t i = key_hash(table, text, len) & (table->size - 1);

    while (table->epochs[i] == table->epoch && !node_is(table->slots[i], text, len))
        i = (i + 1) & (table->size - 1);
    *at = i;
    return &table->slots[i];
}

static void key_table_grow(struct key_table *table)
{
    struct key_table more = {.oom = table->oom};
    uint32_t at;

    key_table_size(&more, 2 * table->size);
    for (uint32_t i = 0; i < table->size; i++) {
        if (table->epochs[i] == table->epoch) {
            *key_table_slot(&more, table->slots[i]->text, table->slots[i]->len, &at) = table->slots[i];
            more.epochs[at] = more.epoch;
        }
    }
    more.used = table->used;
    key_table_release(table);
    *table = more;
}

struct node *key_table_enter(struct key_table *table, struct node *key)
{
    struct node **slot;
    uint32_t at;

    if (table->used >= table->size / 2)
        key_table_grow(table);
    slot = key_table_slot(table, key->text, key->len, &at);
    if (table->epochs[at] == table->epoch)
        return *slot;
    *slot = key;
    table->epochs[at] = table->epoch;
    table->used++;
    return NULL;
}

struct node *key_table_find(const struct key_table *table, const char *text, uint32_t len)
{
    uint32_t at;
    struct node **slot;

    if (!table->size)
        return NULL;
    slot = key_table_slot(table, text, len, &at);
    return table->epochs[at] == table->epoch ? *slot : NULL;
}

static void say_duplicate(struct yaml_front *front, struct node *first, struct node *again)
{
    diag_add(front->diags, RULE_YAML_DUPLICATE_KEY, node_span(again),
             "remove one of the two; a keyword that HAProxy takes several times is one key with a list",
             "key '%.*s' stands twice in one map", (int)(again->len > 200 ? 200 : again->len), again->text);
    diag_place(front->diags, node_span(first), "first here");
    again->flags |= NODE_POISON;
    again->next->flags |= NODE_POISON;
}

static void check_many(struct yaml_front *front, struct node *map)
{
    key_table_start(&front->keys, map->len);
    for (struct node *key = map->first; key; key = node_next_key(key)) {
        struct node *first;

        if (key->flags & NODE_POISON)
            continue;
        first = key_table_enter(&front->keys, key);
        if (first)
            say_duplicate(front, first, key);
    }
}

/* Length and up to 8 bytes of a key in one word. Keys are rarely equal in both without being the same. */
static inline uint64_t key_signature(const struct node *key)
{
    const char *text = key->text;
    uint32_t len = key->len, half;
    uint64_t word;

    if (len >= 8) {
        memcpy(&word, text + len - 8, 8);
        return word ^ len;
    }
    if (len >= 4) {
        uint32_t tail;

        memcpy(&half, text, 4);
        memcpy(&tail, text + len - 4, 4);
        return ((uint64_t)half << 32 | tail) ^ len;
    }
    if (!len)
        return 0;
    return (uint64_t)(unsigned char)text[0] << 24 | (uint64_t)(unsigned char)text[len / 2] << 16 |
           (uint64_t)(unsigned char)text[len - 1] << 8 | len;
}

void yaml_keys_check(struct yaml_front *front, struct node *map)
{
    uint64_t signatures[FEW_KEYS];
    struct node *keys[FEW_KEYS];
    uint32_t count = 0;

    if (map->len < 2)
        return;
    if (map->len > FEW_KEYS) {
        check_many(front, map);
        return;
    }
    for (struct node *key = map->first; key; key = node_next_key(key)) {
        uint64_t signature = key_signature(key);

        for (uint32_t i = 0; i < count; i++) {
            if (signatures[i] == signature && node_is(keys[i], key->text, key->len) &&
                !((keys[i]->flags | key->flags) & NODE_POISON)) {
                say_duplicate(front, keys[i], key);
                break;
            }
        }
        signatures[count] = signature;
        keys[count++] = key;
    }
}

bool yaml_expand(struct yaml_pass *pass, uint32_t size, struct span at)
{
    struct yaml_front *front = pass->front;

    if (front->expanded > YAML_MAX_EXPANDED)
        return false; /* said before */
    if (size > YAML_MAX_EXPANDED - front->expanded) {
        front->expanded = YAML_MAX_EXPANDED + 1;
        return diag_add(front->diags, RULE_YAML_LIMIT, at, "write the values out, or split the file",
                        "aliases and merge keys stand for more than %d values", YAML_MAX_EXPANDED);
    }
    front->expanded += size;
    pass->total += size;
    return true;
}

/* Where the rebuilt list of children grows. */
struct merge {
    struct yaml_pass *pass;
    struct node **tail;
    uint32_t count;
};

static void merge_pair(struct merge *merge, const struct node *key, const struct node *value)
{
    struct node *new_key = yaml_node_new(merge->pass), *new_value = yaml_node_new(merge->pass);

    *new_key = *key;
    *new_value = *value;
    new_key->next = new_value;
    new_value->next = NULL;
    *merge->tail = new_key;
    merge->tail = &new_value->next;
    merge->count++;
}

/* Adds what `source`, the value of a '<<', has and the map has not. */
static void merge_map(struct merge *merge, const struct node *source, const struct node *at)
{
    struct yaml_front *front = merge->pass->front;

    if (source->kind != NODE_MAP) {
        if (!(source->flags & NODE_POISON))
            diag_add(front->diags, RULE_YAML_ANCHOR, node_span(source), "write '<<: *name', or '<<: [*a, *b]'",
                     "the merge key '<<' takes a map, or a list of maps");
        return;
    }
    if (!yaml_expand(merge->pass, 2 * source->len, node_span(at)))
        return;
    for (struct node *key = source->first; key; key = node_next_key(key)) {
        if (!key_table_enter(&front->keys, key))
            merge_pair(merge, key, key->next);
    }
}

static bool is_merge_key(const struct node *key)
{
    return key->style == STYLE_PLAIN && node_is(key, "<<", 2);
}

void yaml_keys_merge(struct yaml_pass *pass, struct node *map)
{
    struct merge merge = {pass, &map->first, 0};
    struct node *key = map->first, *next;

    key_table_start(&pass->front->keys, map->len);
    for (struct node *own = map->first; own; own = node_next_key(own)) {
        if (!is_merge_key(own))
            key_table_enter(&pass->front->keys, own);
    }
    for (; key; key = next) {
        next = node_next_key(key);
        if (!is_merge_key(key)) {
            *merge.tail = key;
            merge.tail = &key->next->next;
            merge.count++;
            continue;
        }
        if (key->next->kind == NODE_LIST) {
            for (struct node *item = key->next->first; item; item = item->next)
                merge_map(&merge, item, key);
        } else {
            merge_map(&merge, key->next, key);
        }
    }
    *merge.tail = NULL;
    map->len = merge.count;
}
