#include "hacc/model/endpoint_index.h"

#include <stdlib.h>

/* DUAL: the wildcard of IPv6 once more, where it takes IPv4 too. */
enum endpoint_place { PLACE_IPV4, PLACE_IPV6, PLACE_DUAL, PLACE_UNIX, PLACE_ABSTRACT };

void endpoint_index_init(struct endpoint_index *index, struct arena *arena)
{
    *index = (struct endpoint_index){.arena = arena};
}

static struct endpoint_key key_of(const struct endpoint *endpoint)
{
    struct endpoint_key key = {.datagram = endpoint->datagram, .device = endpoint->device, .space = endpoint->space};
    const uint8_t *ipv4;

    if (endpoint->family == ENDPOINT_UNIX)
        return (struct endpoint_key){.place = PLACE_UNIX, .path = endpoint->path};
    if (endpoint->family == ENDPOINT_ABSTRACT)
        return (struct endpoint_key){.place = PLACE_ABSTRACT, .path = endpoint->path, .space = endpoint->space};
    ipv4 = endpoint_ipv4(endpoint);
    key.place = ipv4 ? PLACE_IPV4 : PLACE_IPV6;
    memcpy(key.ip, ipv4 ? ipv4 : endpoint->ip, ipv4 ? 4 : 16);
    return key;
}

static int key_order(const struct endpoint_key *a, const struct endpoint_key *b)
{
    int order = a->place - b->place;

    if (!order)
        order = a->datagram - b->datagram;
    if (!order)
        order = memcmp(a->ip, b->ip, sizeof(a->ip));
    if (!order)
        order = endpoint_name_order(&a->path, &b->path);
    if (!order)
        order = endpoint_name_order(&a->device, &b->device);
    return order ? order : endpoint_name_order(&a->space, &b->space);
}

static int entry_order(const void *left, const void *right)
{
    const struct endpoint_entry *a = left, *b = right;
    int order = key_order(&a->key, &b->key);

    if (!order)
        order = a->endpoint->low - b->endpoint->low;
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static void add(struct endpoint_index *index, const struct endpoint_key *key, const struct endpoint *endpoint,
                uint32_t number)
{
    if (index->count == index->cap)
        index->at = arena_extend(index->arena, index->at, index->count, &index->cap, 16, sizeof(*index->at));
    index->at[index->count++] = (struct endpoint_entry){.key = *key, .endpoint = endpoint, .number = number};
}

/* Wildcards of one device stand a second time, under this name, for those that ask for any. */
static const struct endpoint_name some_device = {"*", 1};

static bool is_some_device(const struct endpoint_key *key)
{
    return key->device.text == some_device.text;
}

static void add_wildcard(struct endpoint_index *index, struct endpoint_key key, const struct endpoint *endpoint,
                         uint32_t number)
{
    if (key.device.len) {
        struct endpoint_key some = key;

        some.device = some_device;
        add(index, &some, endpoint, number);
    }
    if (key.place != PLACE_IPV6 || !endpoint->dual)
        return;
    key.place = PLACE_DUAL;
    add(index, &key, endpoint, number);
    add_wildcard(index, key, endpoint, number);
}

void endpoint_index_add(struct endpoint_index *index, const struct endpoint *endpoint, uint32_t number)
{
    struct endpoint_key key = key_of(endpoint);

    add(index, &key, endpoint, number);
    if ((key.place == PLACE_IPV4 || key.place == PLACE_IPV6) && endpoint_is_wildcard(endpoint))
        add_wildcard(index, key, endpoint, number);
}

static bool same_key(const struct endpoint_index *index, uint32_t i)
{
    return i > 0 && key_order(&index->at[i - 1].key, &index->at[i].key) == 0;
}

void endpoint_index_sort(struct endpoint_index *index)
{
    if (index->count)
        qsort(index->at, index->count, sizeof(*index->at), entry_order);
    for (uint32_t i = 0; i < index->count; i++) {
        index->at[i].reach = i;
        if (same_key(index, i) && index->at[index->at[i - 1].reach].endpoint->high >= index->at[i].endpoint->high)
            index->at[i].reach = index->at[i - 1].reach;
    }
}

void endpoint_index_same(const struct endpoint_index *index, void (*found)(void *context, uint32_t a, uint32_t b),
                         void *context)
{
    for (uint32_t i = 1; i < index->count; i++) {
        const struct endpoint_entry *before;

        if (index->at[i].key.place == PLACE_DUAL || is_some_device(&index->at[i].key) || !same_key(index, i))
            continue;
        before = &index->at[index->at[i - 1].reach];
        if (before->endpoint->high >= index->at[i].endpoint->low)
            found(context, before->number, index->at[i].number);
    }
}

/* An endpoint of the key whose ports meet low..high. */
static uint32_t find(const struct endpoint_index *index, const struct endpoint_key *key, uint16_t low, uint16_t high)
{
    uint32_t begin = 0, end = index->count;
    const struct endpoint_entry *entry;

    while (begin < end) { /* the first entry behind those of the key that begin at `high` or below */
        uint32_t middle = begin + (end - begin) / 2;
        int order = key_order(&index->at[middle].key, key);

        if (order > 0 || (order == 0 && index->at[middle].endpoint->low > high))
            end = middle;
        else
            begin = middle + 1;
    }
    if (!begin || key_order(&index->at[begin - 1].key, key) != 0)
        return ENDPOINT_NONE;
    entry = &index->at[index->at[begin - 1].reach];
    return entry->endpoint->high >= low ? entry->number : ENDPOINT_NONE;
}

/* Makes the key that of the next wildcard which holds its address: of its family, then of both. */
static bool widen(struct endpoint_key *key)
{
    static const uint8_t wildcard[16];

    if (key->place != PLACE_IPV4 && key->place != PLACE_IPV6)
        return false;
    if (memcmp(key->ip, wildcard, sizeof(wildcard)) != 0) {
        memset(key->ip, 0, sizeof(key->ip));
        return true;
    }
    if (key->place == PLACE_IPV6)
        return false;
    key->place = PLACE_DUAL;
    return true;
}

/* Looks for one of the key, and then of those that are wider. */
static uint32_t find_wider(const struct endpoint_index *index, struct endpoint_key key, const struct endpoint *endpoint)
{
    uint32_t number;

    do {
        number = find(index, &key, endpoint->low, endpoint->high);
    } while (number == ENDPOINT_NONE && widen(&key));
    return number;
}

uint32_t endpoint_index_holder(const struct endpoint_index *index, const struct endpoint *endpoint, bool same)
{
    struct endpoint_key key = key_of(endpoint);
    bool has_device = key.device.len != 0, wider;
    uint32_t number = ENDPOINT_NONE;

    if (same)
        number = find(index, &key, endpoint->low, endpoint->high);
    wider = widen(&key);
    if (number == ENDPOINT_NONE && wider)
        number = find_wider(index, key, endpoint);
    if (number != ENDPOINT_NONE)
        return number;
    if (has_device) {
        key = key_of(endpoint);
        key.device.len = 0;
        return find_wider(index, key, endpoint);
    }
    key.device = some_device;
    return wider ? find_wider(index, key, endpoint) : ENDPOINT_NONE;
}
