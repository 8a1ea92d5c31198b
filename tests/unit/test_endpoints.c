/* The index of endpoints finds what looking at each pair finds: hacc/model/endpoint_index.h. */
#include "hacc/model/endpoint_index.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { COUNT = 40, ROUNDS = 3000 };

static struct endpoint_name name_of(const char *text)
{
    return (struct endpoint_name){text, (uint32_t)strlen(text)};
}

/* One of few addresses and ports, so that many meet. */
static struct endpoint draw(void)
{
    static const char *const addresses[] = {"0.0.0.0", "192.0.2.1", "192.0.2.2", "::", "::", "::1", "::ffff:192.0.2.1"};
    static const char *const names[] = {"", "", "", "one", "two"};
    struct endpoint endpoint = {.datagram = rand() % 8 == 0, .dual = rand() % 2 == 0, .shares = rand() % 2 == 0};
    const char *address = addresses[(size_t)rand() % (sizeof(addresses) / sizeof(*addresses))];

    endpoint.space = name_of(rand() % 8 ? "" : names[rand() % 5]);
    if (rand() % 8 == 0) {
        endpoint.family = rand() % 2 ? ENDPOINT_UNIX : ENDPOINT_ABSTRACT;
        endpoint.path = name_of(rand() % 2 ? "/run/one.sock" : "/run/two.sock");
        return endpoint;
    }
    assert_true(endpoint_set_ip(&endpoint, address, (uint32_t)strlen(address)));
    endpoint.device = name_of(names[rand() % 5]);
    endpoint.low = (uint16_t)(1 + rand() % 200);
    endpoint.high = (uint16_t)(endpoint.low + (rand() % 3 ? 0 : rand() % 20));
    return endpoint;
}

struct seen {
    const struct endpoint *all;
    bool met[COUNT];
};

/* What is found does meet. */
static void note(struct seen *seen, uint32_t a, uint32_t b)
{
    assert_int_not_equal(a, b);
    assert_int_not_equal(endpoints_clash(&seen->all[a], &seen->all[b]), ENDPOINTS_APART);
    seen->met[a] = seen->met[b] = true;
}

static void note_same(void *context, uint32_t a, uint32_t b)
{
    note(context, a, b);
}

/* Of each two that meet one at least is found with somebody: that is what there is a message about. */
static void check_pairs(const struct seen *seen, uint32_t count)
{
    for (uint32_t a = 0; a < count; a++)
        for (uint32_t b = a + 1; b < count; b++)
            if (endpoints_clash(&seen->all[a], &seen->all[b]) != ENDPOINTS_APART)
                assert_true(seen->met[a] || seen->met[b]);
}

static void finds_all_that_meet(void **state)
{
    struct endpoint all[COUNT];
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count = 2 + (uint32_t)rand() % (COUNT - 1);
        struct seen seen = {.all = all};
        struct endpoint_index index;

        endpoint_index_init(&index, &arena);
        for (uint32_t i = 0; i < count; i++) {
            all[i] = draw();
            endpoint_index_add(&index, &all[i], i);
        }
        endpoint_index_sort(&index);
        endpoint_index_same(&index, note_same, &seen);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t holder = endpoint_index_holder(&index, &all[i], false);

            if (holder != ENDPOINT_NONE)
                note(&seen, i, holder);
        }
        check_pairs(&seen, count);
        arena_release(&arena);
    }
}

static bool finds(struct arena *arena, const struct endpoint *inside, const struct endpoint *asked, bool same)
{
    struct endpoint_index index;

    endpoint_index_init(&index, arena);
    if (inside)
        endpoint_index_add(&index, inside, 7);
    endpoint_index_sort(&index);
    return endpoint_index_holder(&index, asked, same) == 7;
}

/* Of two lists each is asked for what is in the other one; those of the same address need be asked once. */
static void finds_across_lists(void **state)
{
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    srand(2);
    for (int round = 0; round < 20 * ROUNDS; round++) {
        struct endpoint one = draw(), other = draw();
        bool found = finds(&arena, &one, &other, true) || finds(&arena, &other, &one, false);

        assert_int_equal(found, endpoints_clash(&one, &other) != ENDPOINTS_APART);
        arena_release(&arena);
    }
    assert_false(finds(&arena, NULL, &(struct endpoint){.low = 80, .high = 80}, true));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_all_that_meet), cmocka_unit_test(finds_across_lists)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
