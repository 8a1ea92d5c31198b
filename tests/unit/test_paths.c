/* Paths: what they are relative to. */
#include "hacc/cli/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void below_a_folder(void **state)
{
    (void)state;
    assert_string_equal(path_below("/a/b", "/a/b/c"), "c");
    assert_string_equal(path_below("/a/b", "/a/b/c/d"), "c/d");
    assert_string_equal(path_below("/a/b", "/a/bc"), "/a/bc");
    assert_string_equal(path_below("/a/b", "/a/b"), "/a/b");
    assert_string_equal(path_below("", "/a"), "a");
}

static void relative_to_a_folder(void **state)
{
    static const char *const cases[][3] = {{"/a/b", "/a/b/c", "c"},       {"/a/b", "/a/c", "../c"},
                                           {"/a/b", "/c", "../../c"},     {"/a/b", "/a/bc", "../bc"},
                                           {"/a/bc", "/a/b/x", "../b/x"}, {"", "/a/b", "a/b"},
                                           {"/a", "/b", "../b"},          {"/a/b/c", "/a/x/y", "../../x/y"}};
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_string_equal(path_relative(cases[i][0], cases[i][1], &arena), cases[i][2]);
    arena_release(&arena);
}

static void real_paths(void **state)
{
    char folder[] = "/tmp/hacc-paths-XXXXXX";
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(symlink(".", "link"), 0);
    assert_string_equal(path_real("link/link/none", &arena), arena_printf(&arena, "%s/none", folder));
    assert_string_equal(path_real("none", &arena), arena_printf(&arena, "%s/none", folder));
    assert_null(path_real("none/none", &arena));
    assert_string_equal(path_real("/none", &arena), "/none");
    assert_string_equal(path_folder("/none", &arena), "");
    assert_string_equal(path_folder("/a/b", &arena), "/a");
    assert_string_equal(path_shown(path_real("none", &arena), &arena), "none");
    assert_string_equal(path_shown("/elsewhere/none", &arena), "/elsewhere/none");
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(unlink(arena_printf(&arena, "%s/link", folder)), 0);
    assert_int_equal(rmdir(folder), 0);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(below_a_folder),
        cmocka_unit_test(relative_to_a_folder),
        cmocka_unit_test(real_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
