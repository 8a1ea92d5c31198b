/* Things by their keys: an open hash table in an arena. */
#ifndef HACC_CHECK_KEY_MAP_H
#define HACC_CHECK_KEY_MAP_H

#include "hacc/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* 128 bits that stand for a text. Of a billion texts two have one key with a chance of 1 in 10^20. */
struct key {
    uint64_t low, high;
};

static inline bool key_same(struct key a, struct key b)
{
    return a.low == b.low && a.high == b.high;
}

struct key_map {
    struct arena *arena;
    struct key_entry {
        struct key key;
        void *value; /* NULL: free */
    } * at;
    uint32_t mask, count;
};

/* Prepares an empty map. */
void key_map_init(struct key_map *map, struct arena *arena);

/* Gives what stands under a key, or NULL. */
void *key_map_find(const struct key_map *map, struct key key);

/* Gives the place of what stands under a key: to be filled, with something other than NULL, where it is NULL. It is
 * valid until the next call. */
void **key_map_at(struct key_map *map, struct key key);

#endif
