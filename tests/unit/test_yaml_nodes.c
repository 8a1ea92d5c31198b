/* Located nodes: text, places, comments, anchors, merge keys, limits. */
#include "tests/unit/test_yaml_fixture.h"

/* Gives the source text under a span. */
static const char *source_text(struct fixture *f, struct span at)
{
    return arena_strndup(&f->arena, f->sources.at[at.src]->data + at.off, at.len);
}

static void reads_a_clean_file(void **state)
{
    struct fixture *f = *state;

    read_text(f, "haproxy: \"2.6\"\nglobal: {maxconn: 6000, user: haproxy}\nfrontends:\n  www:\n    bind: :80\n"
                 "    http-request:\n    - deny if a\n    - allow\n");
    assert_string_equal(findings(f), "");
    assert_string_equal(tree(f), "{haproxy=2.6 global={maxconn=6000 user=haproxy} frontends={www={bind=:80 "
                                 "http-request=[deny if a allow]}}}");
    assert_false(f->doc.damaged);
    assert_false(f->doc.unreadable);
    assert_int_equal(f->doc.file_count, 1);
}

static void gives_places(void **state)
{
    struct fixture *f = *state;
    const struct node *node;
    const struct node *key;

    read_text(f, "\xef\xbb\xbf# \xc3\xa9\n\xc3\xa9t\xc3\xa9: &x \xf0\x9f\x98\x80 y  # c\nmap: {a: 'q''q', b: "
                 "[1, 2]}\nz: *x\n"
                 "block:\n  k: v\n\n# c\nlast: \"w\"\n");
    assert_string_equal(findings(f), "");
    node = node_find(f->doc.root, "\xc3\xa9t\xc3\xa9", &key);
    assert_string_equal(source_text(f, node_span(node)), "\xf0\x9f\x98\x80 y");
    assert_string_equal(source_text(f, node_span(key)), "\xc3\xa9t\xc3\xa9");
    assert_false(node->flags & NODE_MAPPED);
    assert_ptr_equal(node->text, f->sources.at[1]->data + node->off);
    assert_string_equal(source_text(f, node_span(at_path(f->doc.root, "map"))), "{a: 'q''q', b: [1, 2]}");
    assert_string_equal(source_text(f, node_span(at_path(f->doc.root, "map/b"))), "[1, 2]");
    assert_string_equal(source_text(f, node_span(at_path(f->doc.root, "map/b/1"))), "2");
    assert_string_equal(source_text(f, node_span(at_path(f->doc.root, "block"))), "k: v");
    assert_string_equal(source_text(f, node_span(at_path(f->doc.root, "last"))), "\"w\"");
    assert_string_equal(source_text(f, node_span(f->doc.root)) + 7,
                        ": &x \xf0\x9f\x98\x80 y  # c\nmap: {a: 'q''q', b: [1, 2]}\n"
                        "z: *x\nblock:\n  k: v\n\n# c\nlast: \"w\"" +
                            2);
    assert_string_equal(source_text(f, node_span(at_path(f->doc.root, "z"))), "\xf0\x9f\x98\x80 y");
}

static void keeps_styles(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *key, *text;
        enum node_style style;
        bool mapped;
    } cases[] = {
        {"plain", "a b", STYLE_PLAIN, false},         {"long", "a b\nc", STYLE_PLAIN, true},
        {"single", "it's", STYLE_SINGLE, true},       {"plain_single", "x", STYLE_SINGLE, false},
        {"double", "a \"b\" \\", STYLE_DOUBLE, true}, {"plain_double", "x", STYLE_DOUBLE, false},
        {"joined", "ab", STYLE_DOUBLE, true},         {"literal", "a\n b\n", STYLE_LITERAL, true},
        {"folded", "a b", STYLE_FOLDED, true},
    };

    read_text(f, "plain: a b\nlong: a\n  b\n\n  c\nsingle: 'it''s'\nplain_single: 'x'\ndouble: \"a \\\"b\\\" \\\\\"\n"
                 "plain_double: \"x\"\njoined: \"a\\\n  b\"\nliteral: |\n  a\n   b\nfolded: >-\n  a\n  b\n");
    assert_string_equal(findings(f), "");
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct node *node = at_path(f->doc.root, cases[i].key);

        assert_non_null(node);
        assert_string_equal(arena_strndup(&f->arena, node->text, node->len), cases[i].text);
        assert_int_equal(node->style, cases[i].style);
        assert_int_equal((node->flags & NODE_MAPPED) != 0, cases[i].mapped);
    }
}

static void maps_text_to_source(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *yaml, *word, *source;
    } cases[] = {
        {"k: one two", "two", "two"},
        {"k: 'it''s two'", "two", "two"},
        {"k: 'it''s two'", "'", "''"},
        {"k: \"a\\\\b two\"", "two", "two"},
        {"k: \"a\\\\b two\"", "\\", "\\\\"},
        {"k: one\n\n   two", "two", "two"},
        {"k: one\n   two", "one two", "one\n   two"},
        {"k: \"one\\\n    two\"", "two", "two"},
        {"k: \"one\\\n    two\"", "onetwo", "one\\\n    two"},
        {"k: |\n    one\n      two\n", "two", "two"},
        {"k: |\n    one\n      two\n", "  two", "  two"},
        {"k: | # c\n\n    one\n", "one", "one"},
        {"k: >-\n  one\n  two\n\n  three\n", "three", "three"},
        {"k: |\r\n  one\r\n  two\r\n", "two", "two"},
        {"k: &a 'it''s two'", "two", "two"},
        {"k: 'x \xc3\xa9'' two'", "two", "two"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const struct node *node;
        const char *word;
        struct span at;

        read_text(f, cases[i].yaml);
        assert_string_equal(findings(f), "");
        node = at_path(f->doc.root, "k");
        word = memmem(node->text, node->len, cases[i].word, strlen(cases[i].word));
        assert_non_null(word);
        at = yaml_text_span(node, (uint32_t)(word - node->text), (uint32_t)strlen(cases[i].word), &f->sources);
        assert_string_equal(source_text(f, at), cases[i].source);
    }
}

static void collects_comments(void **state)
{
    struct fixture *f = *state;
    static const char *const expected[] = {"# first",        "# behind a key", "# behind a tag", "# in brackets",
                                           "# block header", "# indented",     "#no blank",      "# last"};

    setenv("HACC_TEST", "x", 1);
    read_text(f, "# first\na: # behind a key\n  b: x#y\n  'c#d': \"e # f\"\n  g: !env # behind a tag\n    HACC_TEST\n"
                 "h: [1, # in brackets\n  2]\ni: |  # block header\n  # text\n  more\n  # indented\nj: [] #no "
                 "blank\n# last");
    /* what looks indented below a block scalar is its text */
    assert_string_equal(findings(f), "");
    assert_int_equal(f->doc.files[0]->comment_count, 7);
    for (uint32_t i = 0, skip = 0; i < f->doc.files[0]->comment_count; i++) {
        const struct comment *comment = &f->doc.files[0]->comments[i];

        skip += i == 5;
        assert_string_equal(source_text(f, (struct span){1, comment->off, comment->len}), expected[i + skip]);
    }
}

static void shares_aliases(void **state)
{
    struct fixture *f = *state;

    read_text(f, "a: &a {x: 1, y: [2]}\nb: *a\nc: [*a, z, *a]\n&k key: *k\nd: &a 5\ne: *a\n");
    assert_string_equal(findings(f), "");
    assert_string_equal(tree(f), "{a={x=1 y=[2]} b={x=1 y=[2]} c=[{x=1 y=[2]} z {x=1 y=[2]}] key=key d=5 e=5}");
    assert_ptr_equal(at_path(f->doc.root, "a")->first, at_path(f->doc.root, "b")->first);
}

static void merges_keys(void **state)
{
    struct fixture *f = *state;

    read_text(f, "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: *a, y: own}\nd: {p: 0, <<: [*b, *a], q: 9}\n"
                 "e:\n  <<: *a\n  x: own\n'<<': text\n");
    assert_string_equal(findings(f), "");
    assert_string_equal(tree(f),
                        "{a={x=1 y=2} b={y=3 z=4} c={x=1 y=own} d={p=0 y=3 z=4 x=1 q=9} e={y=2 x=own} <<=text}");
    assert_int_equal(at_path(f->doc.root, "d")->len, 5);
    read_text(f, "a: {<<: text}\n");
    assert_string_equal(findings(f),
                        "f.yaml:1:9: error[yaml-anchor]: the merge key '<<' takes a map, or a list of maps\n"
                        "    1 | a: {<<: text}\n      |         ^~~~\n"
                        "  help: write '<<: *name', or '<<: [*a, *b]'\n");
}

static void finds_duplicates(void **state)
{
    struct fixture *f = *state;
    char text[4096];
    size_t len = 0;

    read_text(f, "a: 1\n\"a\": 2\nb: {c: 1, cc: 2, c: 3}\n");
    assert_string_equal(
        findings(f),
        "f.yaml:2:1: error[yaml-duplicate-key]: key 'a' stands twice in one map\n    2 | \"a\": 2\n      | "
        "^~~\n"
        "f.yaml:1:1: note: first here\n    1 | a: 1\n      | ^\n"
        "  help: remove one of the two; a keyword that HAProxy takes several times is one key with a list\n"
        "f.yaml:3:18: error[yaml-duplicate-key]: key 'c' stands twice in one map\n    3 | b: {c: 1, cc: 2, "
        "c: 3}\n"
        "      |                  ^\nf.yaml:3:5: note: first here\n    3 | b: {c: 1, cc: 2, c: 3}\n      |   "
        "  ^\n"
        "  help: remove one of the two; a keyword that HAProxy takes several times is one key with a list\n");
    /* keys of one length that share ends: the short way to compare must not confuse them; then more than 16
     */
    read_text(f, "abcdefghij: 1\nXbcdefghij: 2\nab: 1\nac: 2\nabc: 3\nadc: 4\nabcde: 5\nabXde: 6\n");
    assert_int_equal(f->diags.errors, 0);
    for (int i = 0; i < 100; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "key%d: x\n", i);
    read_text(f, text);
    assert_int_equal(f->diags.errors, 0);
    snprintf(text + len, sizeof(text) - len, "key37: x\n");
    read_text(f, text);
    assert_int_equal(f->diags.errors, 1);
    assert_non_null(strstr(findings(f), "f.yaml:101:1: error[yaml-duplicate-key]: key 'key37'"));
}

static void limits_aliases(void **state)
{
    struct fixture *f = *state;
    char text[8192];
    size_t len = (size_t)snprintf(text, sizeof(text), "a0: &a0 [x, x]\n");

    for (int i = 1; i < 30; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    read_text(f, text);
    assert_int_equal(f->diags.errors, 1);
    assert_non_null(strstr(findings(f), "error[yaml-limit]: aliases and merge keys stand for more than 100000 values"));
    /* depth grows by aliases too */
    len = (size_t)snprintf(text, sizeof(text), "a0: &a0 [x]\n");
    for (int i = 1; i < 80; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    read_text(f, text);
    assert_non_null(strstr(findings(f), "error[yaml-limit]: maps and lists nested deeper than 64 levels"));
    read_text(f, "a: &a [x, *a]\n");
    assert_string_equal(findings(f),
                        "f.yaml:1:11: error[yaml-anchor]: alias '*a' stands inside the value that it names\n"
                        "    1 | a: &a [x, *a]\n      |           ^~\n");
}

static void limits_depth(void **state)
{
    struct fixture *f = *state;
    char text[256];

    memset(text, '[', 128);
    strcpy(text, "a: ");
    memset(text + 3, '[', 63);
    memset(text + 66, ']', 63);
    text[129] = '\0';
    read_text(f, text);
    assert_string_equal(findings(f), "");
    memset(text + 3, '[', 64);
    memset(text + 67, ']', 64);
    text[131] = '\0';
    read_text(f, text);
    assert_int_equal(f->diags.errors, 1);
    assert_true(f->doc.damaged);
    assert_non_null(strstr(findings(f), "f.yaml:1:67: error[yaml-limit]: maps and lists nested deeper than 64 levels"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_clean_file),  cmocka_unit_test(gives_places),      cmocka_unit_test(keeps_styles),
        cmocka_unit_test(maps_text_to_source), cmocka_unit_test(collects_comments), cmocka_unit_test(shares_aliases),
        cmocka_unit_test(merges_keys),         cmocka_unit_test(finds_duplicates),  cmocka_unit_test(limits_aliases),
        cmocka_unit_test(limits_depth),
    };

    return cmocka_run_group_tests_name("yaml nodes", tests, fixture_setup, fixture_teardown);
}
