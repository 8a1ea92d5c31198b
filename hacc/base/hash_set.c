#include "hacc/base/hash_set.h"

enum { SLOTS_FIRST = 8 /* most sets have a few things */ };

static bool is_free(const struct hash_set *set, const struct hash_slot *slot)
{
    return !slot->item || slot->number != set->number;
}

/* Gives the slot of what is the same, or the free one where it belongs. */
static struct hash_slot *slot_of(const struct hash_set *set, uint32_t hash, const void *key, hash_same *same)
{
    uint32_t i = hash & set->mask;

    while (!is_free(set, &set->slots[i]) && !(set->slots[i].hash == hash && same(set->slots[i].item, key)))
        i = (i + 1) & set->mask;
    return &set->slots[i];
}

static void grow(struct hash_set *set, struct arena *arena)
{
    const struct hash_set old = *set;
    uint32_t size = old.slots ? 2 * (old.mask + 1) : SLOTS_FIRST;

    set->slots = arena_zalloc(arena, size * sizeof(*set->slots));
    set->mask = size - 1;
    for (uint32_t at = 0; old.slots && at <= old.mask; at++) {
        uint32_t i = old.slots[at].hash & set->mask;

        if (is_free(&old, &old.slots[at]))
            continue;
        while (!is_free(set, &set->slots[i]))
            i = (i + 1) & set->mask;
        set->slots[i] = old.slots[at];
    }
}

void hash_set_clear(struct hash_set *set)
{
    set->number++;
    set->count = 0;
}

void *hash_set_find(const struct hash_set *set, uint32_t hash, const void *key, hash_same *same)
{
    const struct hash_slot *slot = set->slots ? slot_of(set, hash, key, same) : NULL;

    return slot && !is_free(set, slot) ? slot->item : NULL;
}

void *hash_set_add(struct hash_set *set, struct arena *arena, uint32_t hash, const void *key, hash_same *same,
                   void *item)
{
    struct hash_slot *slot;

    if (!set->slots || set->count >= set->mask - set->mask / 4)
        grow(set, arena);
    slot = slot_of(set, hash, key, same);
    if (!is_free(set, slot))
        return slot->item;
    *slot = (struct hash_slot){item, hash, set->number};
    set->count++;
    return NULL;
}
