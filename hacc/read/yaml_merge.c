/* Several files into one document: by key, and blocks one after the other. */
#include "hacc/read/yaml_front.h"

static void merge_value(struct yaml_front *front, struct node *old_key, const struct node *key,
                        const struct node *value);

static struct node *node_copy(struct yaml_front *front, const struct node *node)
{
    struct node *copy = arena_alloc(front->arena, sizeof(*copy));

    *copy = *node;
    copy->next = NULL;
    return copy;
}

/* Gives a map or list a list of children of its own: the present one may be shared with an alias. */
static void node_own(struct yaml_front *front, struct node *node)
{
    struct node **tail = &node->first;

    if (node->flags & NODE_OWNED)
        return;
    for (const struct node *child = node->first; child; child = child->next) {
        *tail = node_copy(front, child);
        tail = &(*tail)->next;
    }
    node->flags |= NODE_OWNED;
}

/* A key that both maps have, set aside while the table is in use. */
struct collision {
    struct collision *next;
    struct node *old_key;
    const struct node *key;
};

static void merge_maps(struct yaml_front *front, struct node *into, const struct node *from)
{
    struct collision *first = NULL, **last = &first;
    struct node **tail = &into->first;

    node_own(front, into);
    key_table_start(&front->keys, into->len + from->len);
    for (struct node *key = into->first; key; key = node_next_key(key)) {
        key_table_enter(&front->keys, key);
        tail = &key->next->next;
    }
    for (const struct node *key = from->first; key; key = node_next_key(key)) {
        struct node *copy = node_copy(front, key), *old = key_table_enter(&front->keys, copy);

        if (old) {
            *last = arena_zalloc(front->arena, sizeof(**last));
            (*last)->old_key = old;
            (*last)->key = key;
            last = &(*last)->next;
            continue;
        }
        copy->next = node_copy(front, key->next);
        *tail = copy;
        tail = &copy->next->next;
        into->len++;
    }
    for (; first; first = first->next)
        merge_value(front, first->old_key, first->key, first->key->next);
}

static void append_list(struct yaml_front *front, const struct node *old_key, const struct node *key,
                        const struct node *value)
{
    struct node *old = old_key->next, **tail = &old->first;

    if (old->kind != NODE_LIST) {
        diag_add(front->diags, RULE_BAD_SHAPE, node_span(key), "write the earlier value as a list",
                 "'!append' adds to a list, and the earlier '%.*s' is none", (int)(key->len > 200 ? 200 : key->len),
                 key->text);
        diag_place(front->diags, node_span(old_key), "the earlier one");
        return;
    }
    node_own(front, old);
    while (*tail)
        tail = &(*tail)->next;
    for (const struct node *item = value->first; item; item = item->next) {
        *tail = node_copy(front, item);
        tail = &(*tail)->next;
        old->len++;
    }
}

static void replace(struct node *old_key, const struct node *key, const struct node *value)
{
    struct node *old = old_key->next, *next = old->next, *text = old;

    *old = *value;
    old->next = next;
    *old_key = *key;
    old_key->next = text;
}

static void merge_value(struct yaml_front *front, struct node *old_key, const struct node *key,
                        const struct node *value)
{
    struct node *old = old_key->next;

    if ((old->flags | value->flags | key->flags) & NODE_POISON)
        return;
    if (value->flags & NODE_OVERRIDE) {
        replace(old_key, key, value);
    } else if (value->flags & NODE_APPEND) {
        append_list(front, old_key, key, value);
    } else if (old->kind == NODE_MAP && value->kind == NODE_MAP) {
        merge_maps(front, old, value);
    } else if (old->flags & (NODE_OVERRIDE | NODE_APPEND)) {
        diag_add(front->diags, RULE_YAML_DUPLICATE_KEY, node_span(key), "move the include below this key",
                 "key '%.*s' stands below the '%s' that is meant to change it", (int)(key->len > 200 ? 200 : key->len),
                 key->text, old->flags & NODE_OVERRIDE ? "!override" : "!append");
        diag_place(front->diags, node_span(old_key), "it stands here, above");
    } else {
        diag_add(front->diags, RULE_YAML_DUPLICATE_KEY, node_span(key),
                 value->kind == NODE_LIST ? "remove one, or tag this value !override or !append"
                                          : "remove one, or tag this value !override",
                 "key '%.*s' stands in two files", (int)(key->len > 200 ? 200 : key->len), key->text);
        diag_place(front->diags, node_span(old_key), "first here");
    }
}

void yaml_join_start(struct yaml_join *join, struct yaml_front *front)
{
    memset(join, 0, sizeof(*join));
    join->front = front;
    join->tail = &join->first;
}

static void start_block(struct yaml_join *join)
{
    struct node *block = node_copy(join->front, join->map);

    block->first = NULL;
    block->len = 0;
    block->flags = NODE_OWNED;
    *join->tail = block;
    join->tail = &block->next;
    join->count++;
    join->block = block;
    join->block_tail = &block->first;
    key_table_start(&join->front->root_keys, 16);
}

static void join_pair(struct yaml_join *join, const struct node *key)
{
    struct yaml_front *front = join->front;
    struct node *copy = node_copy(front, key), *old;

    if (!join->block)
        start_block(join);
    old = key_table_enter(&front->root_keys, copy);
    if (old) {
        merge_value(front, old, key, key->next);
        return;
    }
    copy->next = node_copy(front, key->next);
    *join->block_tail = copy;
    join->block_tail = &copy->next->next;
    join->block->len++;
}

static void include_pattern(struct yaml_join *join, const struct node *pattern, uint32_t origin)
{
    struct yaml_front *front = join->front;
    const char **paths;

    if (pattern->flags & NODE_POISON)
        return;
    if (pattern->kind != NODE_SCALAR) {
        diag_add(front->diags, RULE_BAD_SHAPE, node_span(pattern), "write include: path.yaml, or a list of paths",
                 "'include' takes a path or a list of paths");
        return;
    }
    paths = yaml_include_paths(front, origin, pattern);
    if (!paths)
        front->doc->unreadable = true;
    for (; paths && *paths; paths++) {
        uint32_t included;
        struct yaml_file *file = yaml_front_read(front, *paths, (int32_t)origin, node_span(pattern), &included);

        if (file)
            yaml_join_file(join, file, included);
    }
}

static bool is_include(const struct node *key)
{
    return node_is(key, "include", 7);
}

static void join_map(struct yaml_join *join, const struct node *map, uint32_t origin)
{
    for (const struct node *key = map->first; key; key = node_next_key(key)) {
        join->map = map;
        if (!is_include(key)) {
            join_pair(join, key);
        } else if (key->next->kind == NODE_LIST) {
            for (const struct node *item = key->next->first; item; item = item->next)
                include_pattern(join, item, origin);
        } else {
            include_pattern(join, key->next, origin);
        }
    }
}

void yaml_join_file(struct yaml_join *join, const struct yaml_file *file, uint32_t origin)
{
    if (!file->root)
        return;
    if (file->root->kind == NODE_MAP) {
        join->map = file->root;
        join_map(join, file->root, origin);
        return;
    }
    if (!join->list)
        join->list = file->root;
    for (const struct node *item = file->root->first; item; item = item->next) {
        join->block = NULL;
        join_map(join, item, origin);
    }
    join->block = NULL;
}

struct node *yaml_join_end(struct yaml_join *join)
{
    struct node *root;

    if (!join->list) {
        if (!join->count && join->map)
            start_block(join);
        return join->first;
    }
    root = node_copy(join->front, join->list);
    root->first = join->first;
    root->len = join->count;
    return root;
}

static bool map_has_include(const struct node *map)
{
    for (const struct node *key = map->first; key; key = node_next_key(key)) {
        if (is_include(key))
            return true;
    }
    return false;
}

bool yaml_has_include(const struct yaml_file *file)
{
    if (!file->root || file->root->kind == NODE_MAP)
        return file->root && map_has_include(file->root);
    for (const struct node *item = file->root->first; item; item = item->next) {
        if (map_has_include(item))
            return true;
    }
    return false;
}
