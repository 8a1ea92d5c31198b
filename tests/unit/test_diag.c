/* Findings: sorted, each once, and shown with the caret where people look for it. */
#include "hacc/base/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct diags diags;
    struct sources sources;
    struct buf out;
};

static void begin(struct fixture *f)
{
    arena_init(&f->arena, NULL);
    diags_init(&f->diags, &f->arena);
    sources_init(&f->sources, &f->arena);
    buf_init(&f->out, NULL);
}

static void end(struct fixture *f)
{
    buf_release(&f->out);
    sources_release(&f->sources);
    arena_release(&f->arena);
}

/* How a finding at bytes off..off+len of `text` looks. */
static void check_print(const char *text, uint32_t off, uint32_t len, const char *want)
{
    struct fixture f;
    uint32_t src;

    begin(&f);
    src = sources_add(&f.sources, "f", text, strlen(text));
    diag_add(&f.diags, RULE_BAD_VALUE, (struct span){src, off, len}, NULL, "m");
    diags_print(&f.diags, &f.sources, (struct diag_style){.color = false}, &f.out);
    if (strcmp(buf_text(&f.out), want) != 0)
        fail_msg("wanted:\n%s\ngot:\n%s", want, buf_text(&f.out));
    end(&f);
}

static void carets(void **state)
{
    (void)state;
    check_print("a: b\nkey: value\n", 10, 5, "f:2:6: error[bad-value]: m\n    2 | key: value\n      |      ^~~~~\n");
    check_print("abc", 0, 0, "f:1:1: error[bad-value]: m\n    1 | abc\n      | ^\n");
    check_print("abc", 3, 1, "f:1:4: error[bad-value]: m\n    1 | abc\n      |    ^\n");
    check_print("", 0, 1, "f:1:1: error[bad-value]: m\n    1 | \n      | ^\n");
    check_print("a\n", 99, 1, "f:2:1: error[bad-value]: m\n    2 | \n      | ^\n"); /* behind the end: clamped */
    check_print("one\ntwo\nthree", 0, 9,
                "f:1:1: error[bad-value]: m\n    1 | one\n      | ^~~\n"); /* many lines: the first */
    check_print("a\r\nb\r\n", 3, 1, "f:2:1: error[bad-value]: m\n    2 | b\n      | ^\n");
}

/* Columns are code points; a tab is one column, shown as one blank. */
static void columns(void **state)
{
    (void)state;
    check_print("\xc3\xbc\xe2\x98\x83\xf0\x9f\x98\x80: x", 11, 1,
                "f:1:6: error[bad-value]: m\n    1 | \xc3\xbc\xe2\x98\x83\xf0\x9f\x98\x80: x\n      |      ^\n");
    check_print("\t\tx", 2, 1, "f:1:3: error[bad-value]: m\n    1 |   x\n      |   ^\n");
    check_print("x \xc3\xbc\xc3\xbc y", 2, 4,
                "f:1:3: error[bad-value]: m\n    1 | x \xc3\xbc\xc3\xbc y\n      |   ^~\n");
}

/* Nothing of the input may work on the terminal. */
static void controls_are_not_printed(void **state)
{
    struct fixture f;
    uint32_t src;

    (void)state;
    begin(&f);
    src = sources_add(&f.sources, "f", "a\x1b[31mb\x07\x7f", 9);
    diag_add(&f.diags, RULE_BAD_VALUE, (struct span){src, 0, 1}, "h\x1b[1m", "m %s", "\x1b]0;x\x07");
    diags_print(&f.diags, &f.sources, (struct diag_style){.color = false}, &f.out);
    for (size_t i = 0; i < f.out.len; i++)
        assert_true(f.out.data[i] == '\n' || (unsigned char)f.out.data[i] >= 0x20);
    assert_null(memchr(f.out.data, 0x7f, f.out.len));
    end(&f);
}

static void long_lines_are_cut_around_the_caret(void **state)
{
    static char text[100001];
    struct fixture f;
    const char *caret, *line;
    uint32_t src;

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[50000] = 'X';
    begin(&f);
    src = sources_add(&f.sources, "f", text, sizeof(text) - 1);
    diag_add(&f.diags, RULE_BAD_VALUE, (struct span){src, 50000, 60000}, NULL, "m");
    diags_print(&f.diags, &f.sources, (struct diag_style){.color = false}, &f.out);
    assert_true(f.out.len < 1000);
    assert_non_null(strstr(buf_text(&f.out), "f:1:50001: "));
    line = strstr(buf_text(&f.out), "    1 | ");
    caret = strstr(line, "      | ");
    /* the X and the caret stand at one column: the ellipsis is one column of three bytes */
    assert_int_equal(strchr(line, 'X') - line - 2, strchr(caret, '^') - caret);
    end(&f);
}

static void second_places_and_help(void **state)
{
    struct fixture f;
    uint32_t src;

    (void)state;
    begin(&f);
    src = sources_add(&f.sources, "f", "a\nb\n", 4);
    assert_false(diag_add(&f.diags, RULE_DUPLICATE_NAME, (struct span){src, 2, 1}, "mend it", "twice '%s'", "b"));
    diag_place(&f.diags, (struct span){src, 0, 1}, "first here");
    diags_print(&f.diags, &f.sources, (struct diag_style){.color = false}, &f.out);
    assert_string_equal(buf_text(&f.out), "f:2:1: error[duplicate-name]: twice 'b'\n    2 | b\n      | ^\n"
                                          "f:1:1: note: first here\n    1 | a\n      | ^\n  help: mend it\n");
    end(&f);
}

static void without_a_place(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    diag_add(&f.diags, RULE_HAPROXY_WARNING, (struct span){0, 0, 0}, NULL, "m");
    diags_print(&f.diags, &f.sources, (struct diag_style){.color = false}, &f.out);
    assert_string_equal(buf_text(&f.out), "hacc: warning[haproxy-warning]: m\n");
    assert_int_equal(f.diags.errors, 0);
    assert_int_equal(f.diags.warnings, 1);
    end(&f);
}

static void colours_on_request_alone(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    diag_add(&f.diags, RULE_HAPROXY, (struct span){0, 0, 0}, NULL, "m");
    diags_print(&f.diags, &f.sources, (struct diag_style){.color = true}, &f.out);
    assert_non_null(strstr(buf_text(&f.out), "\033["));
    end(&f);
}

static void sorted_and_once(void **state)
{
    static const struct span at[] = {{2, 1, 1}, {1, 9, 1}, {1, 3, 1}, {1, 3, 1}, {1, 3, 2}};
    struct fixture f;

    (void)state;
    begin(&f);
    for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++)
        diag_add(&f.diags, RULE_BAD_VALUE, at[i], NULL, "same");
    diag_add(&f.diags, RULE_BAD_VALUE, at[2], NULL, "another");
    diag_add(&f.diags, RULE_UNSAFE_TEXT, at[2], NULL, "same");
    assert_int_equal(f.diags.errors, 7);
    diags_sort(&f.diags);
    assert_int_equal(f.diags.at[0].at[0].off, 3);
    assert_string_equal(f.diags.at[0].msg, "another");
    assert_string_equal(f.diags.at[1].msg, "same");
    assert_int_equal(f.diags.at[f.diags.count - 2].at[0].off, 9);
    assert_int_equal(f.diags.at[f.diags.count - 1].at[0].src, 2);
    assert_int_equal(f.diags.errors, f.diags.count); /* what was dropped is not counted either */
    assert_true(f.diags.count < 7);
    end(&f);
}

static void too_many_are_counted(void **state)
{
    struct fixture f;

    (void)state;
    begin(&f);
    for (uint32_t i = 0; i < DIAG_MAX + 5; i++) {
        diag_add(&f.diags, RULE_BAD_VALUE, (struct span){0, i, 1}, NULL, "%u", i);
        diag_place(&f.diags, (struct span){0, 0, 0}, "place");
    }
    assert_int_equal(f.diags.count, DIAG_MAX);
    assert_int_equal(f.diags.dropped, 5);
    assert_int_equal(f.diags.errors, DIAG_MAX + 5);
    assert_true(diags_full(&f.diags));
    diags_print(&f.diags, &f.sources, (struct diag_style){.color = false}, &f.out);
    assert_non_null(strstr(buf_text(&f.out), "5 more"));
    end(&f);
}

static void suggestions(void **state)
{
    static const char *const names[] = {"mode", "maxconn", "timeout client", "check", "option httplog"};
    static const struct {
        const char *word, *want;
    } cases[] = {{"mdoe", "mode"},
                 {"maxcon", "maxconn"},
                 {"chekc", "check"},
                 {"timeout clinet", "timeout client"},
                 {"optoin htplog", "option httplog"},
                 {"xyz", NULL},
                 {"m", NULL},
                 {"quite-something-else", NULL},
                 {"", NULL}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *got = diag_suggest(cases[i].word, strlen(cases[i].word), names, sizeof(names) / sizeof(*names));

        if (!got != !cases[i].want || (got && strcmp(got, cases[i].want) != 0))
            fail_msg("'%s': wanted %s, got %s", cases[i].word, cases[i].want ? cases[i].want : "none",
                     got ? got : "none");
    }
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(diag_distance("abc", 3, "abc", 3, 9), 0);
    assert_int_equal(diag_distance("abc", 3, "acb", 3, 9), 1); /* a swap */
    assert_int_equal(diag_distance("abc", 3, "ab", 2, 9), 1);
    assert_int_equal(diag_distance("abc", 3, "xabc", 4, 9), 1);
    assert_int_equal(diag_distance("kitten", 6, "sitting", 7, 9), 3);
    assert_int_equal(diag_distance("abc", 3, "xyz", 3, 1), 2); /* limit + 1 */
    assert_int_equal(diag_distance("", 0, "", 0, 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(carets),
        cmocka_unit_test(columns),
        cmocka_unit_test(controls_are_not_printed),
        cmocka_unit_test(long_lines_are_cut_around_the_caret),
        cmocka_unit_test(second_places_and_help),
        cmocka_unit_test(without_a_place),
        cmocka_unit_test(colours_on_request_alone),
        cmocka_unit_test(sorted_and_once),
        cmocka_unit_test(too_many_are_counted),
        cmocka_unit_test(suggestions),
        cmocka_unit_test(distances),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
