/* A set of things that are found by a hash. What they are, their hashes, and which are the same, their owner knows; a
 * set has things of one kind. */
#ifndef HACC_BASE_HASH_SET_H
#define HACC_BASE_HASH_SET_H

#include "hacc/base/arena.h"

#include <stdbool.h>

/* Open addressing, at most three quarters full: a table that the caches hold is worth more than one probe less. One of
 * zeroes is empty. */
struct hash_set {
    struct hash_slot {
        void *item; /* NULL: free */
        uint32_t hash;
        uint32_t number; /* another one than the set's: free */
    } * slots;
    uint32_t mask, count, number;
};

/* Whether the set's item is the same as what is looked for. To be told for equal hashes alone. */
typedef bool hash_same(const void *item, const void *key);

/* Empties a set; its memory stays for what comes next. */
void hash_set_clear(struct hash_set *set);

/* Gives the item that is the same as `key`, or NULL. */
void *hash_set_find(const struct hash_set *set, uint32_t hash, const void *key, hash_same *same);

/* Gives the item that is the same as `key`; where there is none, adds `item` (not NULL; kept, not copied) and gives
 * NULL. What the set needs comes from the arena. */
void *hash_set_add(struct hash_set *set, struct arena *arena, uint32_t hash, const void *key, hash_same *same,
                   void *item);

#endif
