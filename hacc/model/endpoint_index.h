/* Many endpoints, and which of them are in each other's way, in n log n: of 20,000 addresses on one port none need
 * meet. Two meet where they have the same address, or where one has a wildcard that holds the other one's. */
#ifndef HACC_MODEL_ENDPOINT_INDEX_H
#define HACC_MODEL_ENDPOINT_INDEX_H

#include "hacc/model/endpoint.h"

/* What endpoints of one address have in common. */
struct endpoint_key {
    uint8_t place; /* enum endpoint_place */
    bool datagram;
    uint8_t ip[16];
    struct endpoint_name path, device, space;
};

struct endpoint_entry {
    struct endpoint_key key;
    const struct endpoint *endpoint;
    uint32_t number;
    uint32_t reach; /* of the entries of this key up to this one: the one whose ports go furthest */
};

struct endpoint_index {
    struct arena *arena;
    struct endpoint_entry *at;
    uint32_t count, cap;
};

#define ENDPOINT_NONE UINT32_MAX

/* Prepares an empty index that grows in `arena`. */
void endpoint_index_init(struct endpoint_index *index, struct arena *arena);

/* Adds an endpoint (kept, not copied) under a number of the caller's. */
void endpoint_index_add(struct endpoint_index *index, const struct endpoint *endpoint, uint32_t number);

/* To be called once, behind the last one that is added. */
void endpoint_index_sort(struct endpoint_index *index);

/* Calls `found` for endpoints of one address whose ports meet: once for each that meets one before it. */
void endpoint_index_same(const struct endpoint_index *index, void (*found)(void *context, uint32_t a, uint32_t b),
                         void *context);

/* Gives the number of an endpoint that holds this one's address, and meets its ports: a wildcard, one of any device;
 * with `same`, one of the same address too. ENDPOINT_NONE: there is none. */
uint32_t endpoint_index_holder(const struct endpoint_index *index, const struct endpoint *endpoint, bool same);

#endif
