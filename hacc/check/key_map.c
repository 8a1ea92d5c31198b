#include "hacc/check/key_map.h"

#include <string.h>

void key_map_init(struct key_map *map, struct arena *arena)
{
    *map = (struct key_map){.arena = arena};
}

/* Gives the entry of a key, or the free one where it belongs. */
static struct key_entry *entry_of(const struct key_map *map, struct key key)
{
    uint32_t i = (uint32_t)key.low & map->mask;

    while (map->at[i].value && !key_same(map->at[i].key, key))
        i = (i + 1) & map->mask;
    return &map->at[i];
}

void *key_map_find(const struct key_map *map, struct key key)
{
    return map->at ? entry_of(map, key)->value : NULL;
}

static void grow(struct key_map *map)
{
    struct key_map old = *map;
    uint32_t size = old.at ? 2 * (old.mask + 1) : 16;

    map->at = arena_zalloc(map->arena, size * sizeof(*map->at));
    map->mask = size - 1;
    for (uint32_t i = 0; old.at && i <= old.mask; i++)
        if (old.at[i].value)
            *entry_of(map, old.at[i].key) = old.at[i];
}

void **key_map_at(struct key_map *map, struct key key)
{
    struct key_entry *entry;

    if (!map->at || 2 * map->count > map->mask)
        grow(map);
    entry = entry_of(map, key);
    if (!entry->value) {
        entry->key = key;
        map->count++;
    }
    return &entry->value;
}
