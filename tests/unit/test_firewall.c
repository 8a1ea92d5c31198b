/* Packet filters: texts that are cut off or wrong, rules that go in circles, and many of them. What right rules do,
 * tests/doctor asks the kernel. */
#include "hacc/host/firewall_parts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static const char saved[] =
    "*filter\n:INPUT DROP [0:0]\n:WEB - [0:0]\n-A INPUT -i lo -j ACCEPT\n"
    "-A INPUT -m comment --comment \"a \\\"b\\\" -j DROP\" -p tcp -m multiport ! --dports 1,3:4 -j WEB\n"
    "-A WEB -p tcp --tcp-flags FIN,SYN SYN -m conntrack --ctstate NEW -j LOG\n"
    "-A WEB ! -p 17 --dport 8080 -j ACCEPT\nCOMMIT\n";

static const char listed[] =
    "{\"nftables\":[{\"table\":{\"family\":\"inet\",\"name\":\"f\"}},"
    "{\"set\":{\"family\":\"inet\",\"table\":\"f\",\"name\":\"s\",\"flags\":[\"interval\"],\"elem\":[80,{\"range\":[90,99]},"
    "{\"elem\":{\"val\":7}}]}},"
    "{\"chain\":{\"family\":\"inet\",\"table\":\"f\",\"name\":\"in\",\"type\":\"filter\",\"hook\":\"input\",\"policy\":\"drop\"}},"
    "{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"in\",\"expr\":[{\"match\":{\"op\":\"==\",\"left\":{\"payload\":"
    "{\"protocol\":\"tcp\",\"field\":\"dport\"}},\"right\":\"@s\"}},{\"accept\":null}]}},"
    "{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"in\",\"expr\":[{\"vmap\":{\"key\":{\"payload\":{\"protocol\":"
    "\"tcp\",\"field\":\"dport\"}},\"data\":{\"set\":[[22,{\"accept\":null}],[23,{\"jump\":{\"target\":\"x\"}}]]}}}]}}]}";

static bool stops(struct firewall *firewall, uint16_t port)
{
    return firewall_stops(firewall, &(struct firewall_packet){.port = port});
}

static void right_texts(void **state)
{
    struct firewall firewall;
    struct arena arena;
    bool foreign;

    (void)state;
    arena_init(&arena, NULL);
    firewall_init(&firewall, &arena);
    firewall_read_iptables(&firewall, saved, strlen(saved), 1);
    assert_false(stops(&firewall, 8080));
    assert_true(stops(&firewall, 81));
    assert_true(stops(&firewall, 3));
    firewall_init(&firewall, &arena);
    assert_true(firewall_read_nft(&firewall, listed, strlen(listed), &foreign));
    assert_false(foreign);
    assert_false(stops(&firewall, 80));
    assert_false(stops(&firewall, 95));
    assert_false(stops(&firewall, 7));
    assert_false(stops(&firewall, 22));
    assert_true(stops(&firewall, 23));
    assert_true(stops(&firewall, 100));
    arena_release(&arena);
}

/* Of each text each beginning, and each with one byte replaced, in memory of just that size. */
static void wrong_texts(void **state)
{
    static const char bytes[] = "\"[]{}:,-! \n1x";
    struct firewall firewall;
    struct arena arena;
    bool foreign;

    (void)state;
    for (int nft = 0; nft < 2; nft++) {
        const char *text = nft ? listed : saved;
        size_t whole = strlen(text);

        for (size_t i = 0; i < whole * sizeof(bytes); i++) {
            size_t at = i / sizeof(bytes), len = i % sizeof(bytes) ? whole : at;
            char *copy = malloc(len + !len);

            assert_non_null(copy);
            memcpy(copy, text, len);
            if (len == whole)
                copy[at] = bytes[i % sizeof(bytes) - 1];
            arena_init(&arena, NULL);
            firewall_init(&firewall, &arena);
            if (nft)
                firewall_read_nft(&firewall, copy, len, &foreign);
            else
                firewall_read_iptables(&firewall, copy, len, 1);
            stops(&firewall, 80);
            arena_release(&arena);
            free(copy);
        }
    }
}

/* Chains that call each other: the kernel allows no such thing, files of ufw may say it. */
static void circles(void **state)
{
    static const char text[] =
        "*filter\n:INPUT DROP\n:A -\n:B -\n-A INPUT -j A\n-A A -p tcp -j B\n-A A -j B\n-A A -j A\n"
        "-A B -j A\n-A B -j A\nCOMMIT\n";
    struct firewall firewall;
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    firewall_init(&firewall, &arena);
    firewall_read_iptables(&firewall, text, strlen(text), 1);
    assert_false(stops(&firewall, 80)); /* nobody knows */
    arena_release(&arena);
}

/* 20,000 chains, a rule each way, and 200 ports: as Kubernetes has them. */
static void many(void **state)
{
    enum { CHAINS = 20000 };
    struct firewall firewall;
    struct arena arena;
    struct buf text;
    clock_t begin = clock();

    (void)state;
    arena_init(&arena, NULL);
    buf_init_in(&text, &arena);
    buf_puts(&text, "*filter\n:INPUT DROP [0:0]\n");
    for (int i = 0; i < CHAINS; i++)
        buf_printf(&text, ":KUBE-%d - [0:0]\n", i);
    for (int i = 0; i < CHAINS; i++)
        buf_printf(&text, "-A INPUT -p tcp -m tcp --dport %d -j KUBE-%d\n-A KUBE-%d -s 10.0.0.%d -j RETURN\n", 1000 + i,
                   i, i, i % 250);
    buf_puts(&text, "-A KUBE-7 -j ACCEPT\nCOMMIT\n");
    firewall_init(&firewall, &arena);
    firewall_read_iptables(&firewall, text.data, text.len, 1);
    for (uint16_t port = 1000; port < 1200; port++)
        assert_int_equal(stops(&firewall, port), port != 1007);
    assert_true(clock() - begin < 10 * CLOCKS_PER_SEC);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_texts),
        cmocka_unit_test(wrong_texts),
        cmocka_unit_test(circles),
        cmocka_unit_test(many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
