/* Files: includes, several files into one, !env and !file, and what cannot be read. */
#include "tests/unit/test_yaml_fixture.h"

#include <sys/stat.h>

static void check(struct fixture *f, const char *const *paths, const char *expected_findings, const char *expected_tree)
{
    read_files(f, paths);
    assert_string_equal(findings(f), expected_findings);
    assert_string_equal(tree(f), expected_tree);
}

#define CHECK(f, findings, tree, ...) check(f, (const char *const[]){__VA_ARGS__, NULL}, findings, tree)

static void merges_files_by_key(void **state)
{
    struct fixture *f = *state;

    file_write("a.yaml", "global: {maxconn: 1, user: u}\nbackends: {x: {server: {s1: a}}}\n");
    file_write("b.yaml",
               "backends: {x: {server: {s2: b}, mode: http}, y: {mode: tcp}}\nglobal: {group: g}\ndefaults: {}\n");
    CHECK(f, "",
          "{global={maxconn=1 user=u group=g} backends={x={server={s1=a s2=b} mode=http} y={mode=tcp}} "
          "defaults={}}",
          "a.yaml", "b.yaml");
    assert_int_equal(f->doc.file_count, 2);
    /* the nodes of each file stay as they were: merging copies */
    assert_int_equal(at_path(f->doc.files[0]->root, "backends/x/server")->len, 1);
}

static void merging_respects_aliases(void **state)
{
    struct fixture *f = *state;

    file_write("a.yaml", "x: &x {k: [1]}\ny: *x\n");
    file_write("b.yaml", "x: {k: !append [2], l: 3}\n");
    CHECK(f, "", "{x={k=[1 2] l=3} y={k=[1]}}", "a.yaml", "b.yaml");
}

static void refuses_a_key_in_two_files(void **state)
{
    struct fixture *f = *state;

    file_write("a.yaml", "global: {maxconn: 1}\nlist: [1]\n");
    file_write("b.yaml", "global:\n  maxconn: 2\nlist: [2]\n");
    CHECK(f,
          "b.yaml:2:3: error[yaml-duplicate-key]: key 'maxconn' stands in two files\n    2 |   maxconn: 2\n"
          "      |   ^~~~~~~\na.yaml:1:10: note: first here\n    1 | global: {maxconn: 1}\n      |          "
          "^~~~~~~\n"
          "  help: remove one, or tag this value !override\n"
          "b.yaml:3:1: error[yaml-duplicate-key]: key 'list' stands in two files\n    3 | list: [2]\n      | "
          "^~~~\n"
          "a.yaml:2:1: note: first here\n    2 | list: [1]\n      | ^~~~\n"
          "  help: remove one, or tag this value !override or !append\n",
          "{global={maxconn=1} list=[1]}", "a.yaml", "b.yaml");
}

static void overrides_and_appends(void **state)
{
    struct fixture *f = *state;

    file_write("a.yaml", "global: {maxconn: 1, user: u}\nlist: [1, 2]\nm: {a: {b: c}}\ns: text\n");
    file_write("b.yaml", "global: {maxconn: !override 2}\nlist: !append [3]\nm: !override {z: 1}\nnew: !append [n]\n");
    CHECK(f, "", "{global={maxconn=2 user=u} list=[1 2 3] m={z=1} s=text new=[n]}", "a.yaml", "b.yaml");
    file_write("c.yaml", "s: !append [x]\n");
    CHECK(f,
          "c.yaml:1:1: error[bad-shape]: '!append' adds to a list, and the earlier 's' is none\n"
          "    1 | s: !append [x]\n      | ^\na.yaml:4:1: note: the earlier one\n    4 | s: text\n      | ^\n"
          "  help: write the earlier value as a list\n",
          "{global={maxconn=1 user=u} list=[1 2] m={a={b=c}} s=text}", "a.yaml", "c.yaml");
    /* a third file overrides what the second did */
    file_write("d.yaml", "global: {maxconn: !override 3}\n");
    CHECK(f, "", "{global={maxconn=3 user=u} list=[1 2 3] m={z=1} s=text new=[n]}", "a.yaml", "b.yaml", "d.yaml");
}

static void concatenates_blocks(void **state)
{
    struct fixture *f = *state;

    file_write("a.yaml", "- defaults: {mode: http}\n- defaults: {mode: tcp}\n");
    file_write("b.yaml", "defaults: {mode: http}\n");
    file_write("c.yaml", "global: {user: u}\n");
    CHECK(f, "", "[{defaults={mode=http}} {defaults={mode=tcp}}]", "a.yaml");
    CHECK(f, "", "[{defaults={mode=http}} {defaults={mode=tcp}} {defaults={mode=http} global={user=u}}]", "a.yaml",
          "b.yaml", "c.yaml");
    CHECK(f, "", "[{defaults={mode=http} global={user=u}} {defaults={mode=http}} {defaults={mode=tcp}}]", "b.yaml",
          "c.yaml", "a.yaml");
}

static void includes_where_the_key_stands(void **state)
{
    struct fixture *f = *state;

    mkdir("conf.d", 0755);
    mkdir("conf.d/sub", 0755);
    file_write("main.yaml", "global: {user: u}\ninclude: conf.d/*.yaml\nlast: 1\n");
    file_write("conf.d/20.yaml", "twenty: 2\nglobal: {group: g}\n");
    file_write("conf.d/10.yaml", "ten: 1\ninclude: [sub/a.yaml, sub/b.yaml]\n");
    file_write("conf.d/sub/a.yaml", "a: 1\n");
    file_write("conf.d/sub/b.yaml", "b: 1\nlast: !override x\n");
    CHECK(
        f,
        "main.yaml:3:1: error[yaml-duplicate-key]: key 'last' stands below the '!override' that is meant to change it\n"
        "    3 | last: 1\n      | ^~~~\n"
        "conf.d/sub/b.yaml:2:1: note: it stands here, above\n    2 | last: !override x\n      | ^~~~\n"
        "  help: move the include below this key\n",
        "{global={user=u group=g} ten=1 a=1 b=1 last=x twenty=2}", "main.yaml");
    assert_int_equal(f->doc.file_count, 5);
    file_write("main.yaml", "include: conf.d/none-*.yaml\nx: 1\n");
    CHECK(f, "", "{x=1}", "main.yaml");
    file_write("blocks.yaml", "- defaults: {mode: tcp}\n- {}\n");
    file_write("main.yaml", "defaults: {mode: http}\ninclude: blocks.yaml\nlast: 1\n");
    CHECK(f, "", "[{defaults={mode=http}} {defaults={mode=tcp}} {last=1}]", "main.yaml");
}

static void refuses_includes(void **state)
{
    struct fixture *f = *state;

    mkdir("in", 0755);
    file_write("in/main.yaml", "include: ../out.yaml\na: 1\n");
    file_write("out.yaml", "out: 1\n");
    CHECK(f,
          "in/main.yaml:1:10: error[include]: 'in/../out.yaml' lies outside the folder of the main file\n"
          "    1 | include: ../out.yaml\n      |          ^~~~~~~~~~~\n  help: move it there, or pass "
          "--allow-outside\n",
          "{a=1}", "in/main.yaml");
    assert_true(f->doc.unreadable);
    assert_int_equal(symlink("../out.yaml", "in/link.yaml"), 0);
    file_write("in/main.yaml", "include: link.yaml\na: 1\n");
    read_files(f, (const char *const[]){"in/main.yaml", NULL});
    assert_non_null(strstr(findings(f), "'in/link.yaml' lies outside the folder of the main file"));
    f->options.allow_outside = true;
    CHECK(f, "", "{out=1 a=1}", "in/main.yaml");
    f->options.allow_outside = false;
    file_write("in/main.yaml", "include: [gone.yaml, '.', {a: b}, '']\n");
    CHECK(f,
          "in/main.yaml:1:11: error[include]: cannot read 'in/gone.yaml': No such file or directory\n"
          "    1 | include: [gone.yaml, '.', {a: b}, '']\n      |           ^~~~~~~~~\n"
          "in/main.yaml:1:22: error[include]: cannot read 'in/.': it is a directory; name its files, as in "
          "conf.d/*.yaml\n"
          "    1 | include: [gone.yaml, '.', {a: b}, '']\n      |                      ^~~\n"
          "in/main.yaml:1:27: error[bad-shape]: 'include' takes a path or a list of paths\n"
          "    1 | include: [gone.yaml, '.', {a: b}, '']\n      |                           ^~~~~~\n"
          "  help: write include: path.yaml, or a list of paths\n"
          "in/main.yaml:1:35: error[include]: an empty path\n"
          "    1 | include: [gone.yaml, '.', {a: b}, '']\n      |                                   ^~\n",
          "{}", "in/main.yaml");
    assert_int_equal(mkfifo("in/fifo.yaml", 0600), 0);
    file_write("in/main.yaml", "include: fifo.yaml\n");
    read_files(f, (const char *const[]){"in/main.yaml", NULL});
    assert_non_null(strstr(findings(f), "cannot read 'in/fifo.yaml': not a regular file"));
}

static void names_include_cycles(void **state)
{
    struct fixture *f = *state;

    file_write("a.yaml", "a: 1\ninclude: b.yaml\n");
    file_write("b.yaml", "b: 1\ninclude: c.yaml\n");
    file_write("c.yaml", "c: 1\ninclude: a.yaml\n");
    CHECK(f,
          "c.yaml:2:10: error[include]: 'a.yaml' includes itself: a.yaml -> b.yaml -> c.yaml -> a.yaml\n"
          "    2 | include: a.yaml\n      |          ^~~~~~\n",
          "{a=1 b=1 c=1}", "a.yaml");
    file_write("a.yaml", "include: [one.yaml, two.yaml]\n");
    file_write("one.yaml", "include: shared.yaml\n");
    file_write("two.yaml", "include: shared.yaml\n");
    file_write("shared.yaml", "s: 1\n");
    CHECK(f,
          "two.yaml:1:10: error[include]: 'shared.yaml' is read twice\n    1 | include: shared.yaml\n"
          "      |          ^~~~~~~~~~~\none.yaml:1:10: note: first here\n    1 | include: shared.yaml\n"
          "      |          ^~~~~~~~~~~\n",
          "{s=1}", "a.yaml");
}

static void limits_the_number_of_files(void **state)
{
    struct fixture *f = *state;
    char name[64];

    mkdir("many", 0755);
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof(name), "many/%03d.yaml", i);
        file_write(name, "{}\n");
    }
    file_write("a.yaml", "include: many/*.yaml\n");
    read_files(f, (const char *const[]){"a.yaml", NULL});
    assert_int_equal(f->doc.file_count, YAML_MAX_INCLUDES);
    assert_non_null(strstr(findings(f), "a.yaml:1:10: error[yaml-limit]: more than 256 files"));
}

static void reads_the_environment(void **state)
{
    struct fixture *f = *state;
    const struct node *node;

    setenv("HACC_TEST_A", "value ${X}", 1);
    setenv("HACC_TEST_EMPTY", "", 1);
    unsetenv("HACC_TEST_B");
    read_text(f, "a: !env HACC_TEST_A\nb: !env HACC_TEST_B-the default-x\nc: !env 'HACC_TEST_EMPTY-no'\n");
    assert_string_equal(findings(f), "");
    assert_string_equal(tree(f), "{a=value ${X} b=the default-x c=}");
    node = at_path(f->doc.root, "a");
    assert_int_equal(node->flags, NODE_FIXED | NODE_SECRET | NODE_MAPPED);
    assert_int_equal(yaml_text_span(node, 2, 1, &f->sources).off, 8);
    assert_int_equal(yaml_text_span(node, 2, 1, &f->sources).len, 11);
    read_text(f, "a: !env HACC_TEST_B\nb: !env a b\n");
    assert_string_equal(findings(f),
                        "f.yaml:1:9: error[environment]: environment variable 'HACC_TEST_B' is not set\n"
                        "    1 | a: !env HACC_TEST_B\n      |         ^~~~~~~~~~~\n"
                        "  help: set it, or give a default: !env HACC_TEST_B-default\n"
                        "f.yaml:2:9: error[environment]: '!env' takes the name of an environment variable\n"
                        "    2 | b: !env a b\n      |         ^~~\n  help: write !env NAME, or !env NAME-default\n");
}

static void reads_file_values(void **state)
{
    struct fixture *f = *state;

    mkdir("secrets", 0755);
    file_write("secrets/a", "pass'word\n\n");
    file_write("secrets/b", "x\r\n");
    file_write("secrets/c", "");
    read_text(f, "a: !file secrets/a\nb: [!file secrets/b, !file secrets/c]\n");
    assert_string_equal(findings(f), "");
    assert_string_equal(tree(f), "{a=pass'word\n b=[x ]}");
    assert_int_equal(at_path(f->doc.root, "a")->flags, NODE_FIXED | NODE_SECRET | NODE_MAPPED);
    read_text(f, "a: !file secrets\nb: !file secrets/d\nc: !file /dev/zero\nd: !file /etc/hostname\n");
    assert_int_equal(f->diags.errors, 4);
    assert_non_null(strstr(findings(f), "f.yaml:1:10: error[include]: cannot read 'secrets': it is a directory"));
    assert_non_null(strstr(findings(f), "f.yaml:2:10: error[include]: cannot read 'secrets/d': No such file"));
    assert_non_null(strstr(findings(f), "f.yaml:3:10: error[include]: cannot read '/dev/zero': not a regular file"));
    assert_non_null(strstr(findings(f), "f.yaml:4:10: error[include]: '/etc/hostname' lies outside"));
    assert_int_equal(truncate("secrets/a", YAML_MAX_FILE_VALUE + 1), 0);
    read_text(f, "a: !file secrets/a\n");
    assert_non_null(strstr(findings(f), "f.yaml:1:10: error[yaml-limit]: 'secrets/a' is larger than 1 MiB"));
}

static void reports_what_cannot_be_read(void **state)
{
    struct fixture *f = *state;

    mkdir("dir", 0755);
    CHECK(f, "hacc: error[unreadable]: cannot read 'gone.yaml': No such file or directory\n", "nothing", "gone.yaml");
    assert_true(f->doc.unreadable);
    CHECK(f, "hacc: error[unreadable]: cannot read 'dir': Is a directory\n", "nothing", "dir");
    assert_true(f->doc.unreadable);
    /* one of two: the other is there, and the status says that something is missing */
    file_write("a.yaml", "a: 1\n");
    CHECK(f, "hacc: error[unreadable]: cannot read 'gone.yaml': No such file or directory\n", "{a=1}", "gone.yaml",
          "a.yaml");
    assert_true(f->doc.unreadable);
}

static void reports_bytes_that_are_no_text(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        size_t len;
        const char *finding;
        bool unreadable;
    } cases[] = {
        {"a: \xe9\nb: 1\n", 10, "f.yaml:1:4: error[encoding]: byte 0xe9 is not UTF-8 text\n", false},
        {"a: \xc3\n", 5, "f.yaml:1:4: error[encoding]: byte 0xc3 is not UTF-8 text\n", false},
        {"a: \xed\xa0\x80 b\n", 9, "f.yaml:1:4: error[encoding]: byte 0xed is not UTF-8 text\n", false},
        {"a: \xf8\x88\x80\x80\x80\n", 9, "f.yaml:1:4: error[encoding]: byte 0xf8 is not UTF-8 text\n", false},
        {"a: b\0c\n", 7, "f.yaml:1:5: error[encoding]: a NUL byte: the file is binary\n", true},
        {"a: b\x01\x02\nc: d\x7f\n", 13, "f.yaml:1:5: error[encoding]: control character 0x01 in the text\n", false},
        {"\xff\xfe"
         "a\0:\0 \0b\0",
         10, "f.yaml:1:1: error[encoding]: the file is UTF-16 text, or binary\n", true},
        {"a\0:\0 \0b\0", 8, "f.yaml:1:1: error[encoding]: the file is UTF-16 text, or binary\n", true},
        {"a: \xef\xbb\xbf"
         "b\n",
         8, "f.yaml:1:4: error[encoding]: an invisible byte order mark inside the text\n", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        read_text_len(f, cases[i].text, cases[i].len);
        if (!strstr(findings(f), cases[i].finding))
            assert_string_equal(findings(f), cases[i].finding);
        assert_int_equal(f->doc.unreadable, cases[i].unreadable);
        assert_true(f->doc.damaged);
    }
    read_text(f, "a: \xe9\nb: 1\n");
    assert_string_equal(tree(f), "{a=?\xe9 b=1}");
    assert_non_null(strstr(findings(f), "  help: save the file as UTF-8; in Latin-1 this byte is '\xc3\xa9'\n"));
    read_text_len(f, "a: b\x01\nc: @d\x7f\n", 13);
    assert_int_equal(f->diags.errors, 3);
    read_text(f, "\xef\xbb\xbf"
                 "a: b\n");
    assert_string_equal(findings(f), "");
    assert_string_equal(tree(f), "{a=b}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_files_by_key),
        cmocka_unit_test(merging_respects_aliases),
        cmocka_unit_test(refuses_a_key_in_two_files),
        cmocka_unit_test(overrides_and_appends),
        cmocka_unit_test(concatenates_blocks),
        cmocka_unit_test(includes_where_the_key_stands),
        cmocka_unit_test(refuses_includes),
        cmocka_unit_test(names_include_cycles),
        cmocka_unit_test(limits_the_number_of_files),
        cmocka_unit_test(reads_the_environment),
        cmocka_unit_test(reads_file_values),
        cmocka_unit_test(reports_what_cannot_be_read),
        cmocka_unit_test(reports_bytes_that_are_no_text),
    };

    return cmocka_run_group_tests_name("yaml files", tests, fixture_setup, fixture_teardown);
}
