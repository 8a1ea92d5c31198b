/* Edits of a source text: which of them are done together, and what they make of it. */
#include "hacc/write/edits.h"
#include "test_config_fixture.h"

static struct edit edit(uint32_t off, uint32_t len, const char *text)
{
    return (struct edit){{{1, off, len}, text}, RULE_IGNORED_TEXT};
}

static void expect(struct fixture *f, const char *text, struct edit *edits, uint32_t count, uint32_t chosen,
                   const char *result)
{
    struct buf out;
    uint32_t src = sources_add(&f->sources, "text", text, strlen(text));

    for (uint32_t i = 0; i < count; i++)
        edits[i].fix.at.src = src;
    count = edits_choose(edits, count);
    assert_int_equal(count, chosen);
    buf_init_in(&out, &f->arena);
    edits_apply(f->sources.at[src], edits, count, &out);
    assert_string_equal(buf_text(&out), result);
}

static void edits_stand_side_by_side(void **state)
{
    struct edit edits[] = {edit(4, 1, "D"), edit(0, 1, ""), edit(2, 2, "bc"), edit(6, 0, "!")};

    expect(*state, "a.BCd.", edits, 4, 4, ".bcD.!");
}

static void of_those_that_overlap_the_first_is_done(void **state)
{
    struct edit edits[] = {edit(1, 3, "x"), edit(0, 2, "y"), edit(2, 1, "z")};
    struct edit inserted[] = {edit(1, 0, "2"), edit(1, 0, "1")};

    expect(*state, "abcd", edits, 3, 2, "yzd");
    expect(*state, "ab", inserted, 2, 1, "a1b");
}

static void the_same_change_is_done_once_and_counts_for_each(void **state)
{
    struct edit edits[] = {edit(0, 1, "x"), edit(0, 1, "x"), edit(1, 0, "y"), edit(1, 0, "y")};

    expect(*state, "ab", edits, 4, 4, "xyb");
}

static void blanks_before_what_goes_go_too_at_an_end(void **state)
{
    struct edit last[] = {edit(5, 1, "")}, quoted[] = {edit(4, 1, "")}, middle[] = {edit(3, 1, "")};
    struct edit both[] = {edit(2, 1, ""), edit(4, 1, "")}, kept[] = {edit(2, 1, "x")}, whole[] = {edit(2, 4, "")};

    expect(*state, "log \t x", last, 1, 1, "log \tx");
    expect(*state, "'a  b' c", quoted, 1, 1, "'a' c");
    expect(*state, "a  b  c", middle, 1, 1, "a  c");
    expect(*state, "a b c\n", both, 2, 2, "a\n");
    expect(*state, "a b \n", kept, 1, 1, "a x \n");
    expect(*state, "a\n  b\n c", whole, 1, 1, "a\n c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_stand_side_by_side),
        cmocka_unit_test(of_those_that_overlap_the_first_is_done),
        cmocka_unit_test(the_same_change_is_done_once_and_counts_for_each),
        cmocka_unit_test(blanks_before_what_goes_go_too_at_an_end),
    };

    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
