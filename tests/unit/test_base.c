/* hacc/base: memory, sources and findings at their edges. */
#include "hacc/base/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct box {
    struct arena arena;
    struct sources sources;
    struct diags diags;
};

static int box_setup(void **state)
{
    struct box *box = calloc(1, sizeof(*box));

    arena_init(&box->arena, NULL);
    sources_init(&box->sources, &box->arena);
    diags_init(&box->diags, &box->arena);
    *state = box;
    return 0;
}

static int box_teardown(void **state)
{
    struct box *box = *state;

    sources_release(&box->sources);
    arena_release(&box->arena);
    free(box);
    return 0;
}

static void arena_keeps_its_contract(void **state)
{
    struct box *box = *state;
    size_t sizes[] = {0, 1, 7, 8, 9, 4096, 65535, 65536, 65537, 1000000, 0, 3};
    struct {
        unsigned char *at;
        size_t size;
    } made[600];

    for (size_t i = 0; i < 600; i++) {
        made[i].size = sizes[i % 12] % 100003;
        made[i].at = arena_alloc(&box->arena, made[i].size);
        assert_non_null(made[i].at);
        assert_int_equal((uintptr_t)made[i].at % 8, 0);
        memset(made[i].at, (int)(i % 251), made[i].size);
    }
    for (size_t i = 0; i < 600; i++)
        for (size_t j = 0; j < made[i].size; j++)
            assert_int_equal(made[i].at[j], i % 251);
    arena_release(&box->arena);
    assert_non_null(arena_alloc(&box->arena, 0));
    assert_string_equal(arena_printf(&box->arena, "%s-%d", "a", 7), "a-7");
    assert_string_equal(arena_strndup(&box->arena, NULL, 0), "");
}

/* An allocation that cannot be ends where the owner says. */
static void lack_of_memory_goes_to_the_owner(void **state)
{
    struct oom oom;
    struct arena arena;
    struct buf buf;
    volatile int raised = 0;

    (void)state;
    arena_init(&arena, &oom);
    buf_init(&buf, &oom);
    if (setjmp(oom.env) == 0)
        arena_alloc(&arena, SIZE_MAX - 3); /* rounding up must not make it small */
    else
        raised++;
    if (setjmp(oom.env) == 0)
        buf_reserve(&buf, SIZE_MAX);
    else
        raised++;
    assert_int_equal(raised, 2);
    buf_release(&buf);
    arena_release(&arena);
}

static void buffers_grow(void **state)
{
    struct box *box = *state;
    struct buf bufs[2];

    buf_init(&bufs[0], NULL);
    buf_init_in(&bufs[1], &box->arena);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(buf_text(&bufs[i]), "");
        for (int j = 0; j < 20000; j++)
            buf_printf(&bufs[i], "%d,", j);
        assert_int_equal(bufs[i].len, 108890);
        assert_memory_equal(buf_text(&bufs[i]) + bufs[i].len - 12, "19998,19999,", 13);
        buf_release(&bufs[i]);
        assert_int_equal(bufs[i].len, 0);
        buf_puts(&bufs[i], "again");
        assert_string_equal(buf_text(&bufs[i]), "again");
        buf_release(&bufs[i]);
    }
}

static void place(struct box *box, uint32_t src, uint32_t off, uint32_t line, uint32_t column)
{
    struct place at = source_place(box->sources.at[src], off);

    assert_int_equal(at.line, line);
    assert_int_equal(at.column, column);
}

static void places_count_characters(void **state)
{
    struct box *box = *state;
    uint32_t src = sources_add(&box->sources, "a", "ab\r\n\xc3\xa9x\n", 8), bom, empty, len;

    place(box, src, 0, 1, 1);
    place(box, src, 6, 2, 2);
    place(box, src, 4, 2, 1);
    place(box, src, 99, 3, 1);
    assert_memory_equal(source_line(box->sources.at[src], 1, &len), "ab", 2);
    assert_int_equal(len, 2);
    bom = sources_add(&box->sources, "b", "\xef\xbb\xbfk", 4);
    place(box, bom, 3, 1, 1);
    empty = sources_add(&box->sources, "c", "", 0);
    place(box, empty, 0, 1, 1);
}

static void unreadable_sources_say_why(void **state)
{
    struct box *box = *state;
    const char *why = NULL;

    assert_int_equal(sources_read(&box->sources, "/nonexistent", &why), 0);
    assert_string_equal(why, "No such file or directory");
    assert_int_equal(sources_read(&box->sources, "/", &why), 0);
    assert_string_equal(why, "Is a directory");
    assert_int_equal(box->sources.count, 1);
    assert_int_equal(sources_read(&box->sources, "/dev/null", &why), 1);
    assert_int_equal(box->sources.at[1]->len, 0);
}

static const char *printed(struct box *box)
{
    struct buf out;

    buf_init_in(&out, &box->arena);
    diags_print(&box->diags, &box->sources, (struct diag_style){false}, &out);
    return buf_text(&out);
}

/* What the input holds cannot steer the terminal. */
static void terminals_are_safe(void **state)
{
    struct box *box = *state;
    uint32_t src = sources_add(&box->sources, "f", "k: \033[2J\xc2\x9b\xff\xc3\xa9\tz\n", 14);

    diag_add(&box->diags, RULE_BAD_VALUE, (struct span){src, 3, 1}, "write \033 so", "'%s'",
             "\033]0;x\a\n\xc3\xa9\xe9");
    assert_string_equal(printed(box), "f:1:4: error[bad-value]: '?]0;x??\xc3\xa9?'\n"
                                      "    1 | k: ?[2J??\xc3\xa9 z\n"
                                      "      |    ^\n"
                                      "  help: write ? so\n");
}

static void long_messages_end_in_a_character(void **state)
{
    struct box *box = *state;
    char text[4000] = "";
    const char *msg;

    for (int i = 0; i < 1200; i++)
        strcat(text, "\xc3\xa9");
    diag_add(&box->diags, RULE_BAD_VALUE, (struct span){0, 0, 0}, NULL, "x%s", text);
    msg = box->diags.at[0].msg;
    assert_true(strlen(msg) < 1024 && strlen(msg) > 1000);
    assert_string_equal(msg + strlen(msg) - 5, "\xc3\xa9…");
}

static void repeated_findings_are_dropped(void **state)
{
    struct box *box = *state;

    for (int i = 0; i < 3; i++)
        diag_add(&box->diags, RULE_BAD_VALUE, (struct span){0, (uint32_t)(3 - i) / 2, 0}, NULL, "m");
    diags_sort(&box->diags);
    assert_int_equal(box->diags.count, 2);
    assert_int_equal(box->diags.errors, 2);
    for (int i = 0; i < DIAG_MAX + 2; i++)
        diag_add(&box->diags, RULE_HAPROXY_WARNING, (struct span){0, (uint32_t)i, 0}, NULL, "m");
    assert_int_equal(box->diags.count, 2 + DIAG_MAX);
    assert_int_equal(box->diags.dropped, 2);
    assert_int_equal(box->diags.warnings, DIAG_MAX + 2);
    diag_add(&box->diags, RULE_BAD_VALUE, (struct span){0, DIAG_MAX + 9, 0}, NULL, "an error behind them is shown");
    assert_int_equal(box->diags.dropped, 2);
    assert_string_equal(box->diags.at[box->diags.count - 1].msg, "an error behind them is shown");
    assert_non_null(strstr(printed(box), "hacc: 2 more findings are not shown\n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, box_setup, box_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(arena_keeps_its_contract),         TEST(lack_of_memory_goes_to_the_owner), TEST(buffers_grow),
        TEST(places_count_characters),          TEST(unreadable_sources_say_why),       TEST(terminals_are_safe),
        TEST(long_messages_end_in_a_character), TEST(repeated_findings_are_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
