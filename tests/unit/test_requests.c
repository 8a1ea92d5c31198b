/* Sets of requests: what ACLs match, compared with each other. */
#include "hacc/check/regex_probe.h"
#include "hacc/check/request_index.h"
#include "hacc/check/request_read.h"
#include "hacc/lang/value.h"
#include "hacc/read/from_cfg.h"
#include "test_config_fixture.h"

#include <stdlib.h>

/* Gives the condition of a rule, in a frontend that has the ACLs given (lines, each with its line feed). */
static struct request_condition condition(struct fixture *f, const char *acls, const char *text)
{
    char *cfg = arena_printf(&f->arena, "frontend f\n%s    http-request deny %s\n", acls, text);
    struct section **last = f->config.tail;

    from_cfg(&f->config, sources_add(&f->sources, "t.cfg", cfg, strlen(cfg)));
    if (f->diags.errors)
        fail_msg("%s: %s", text, f->diags.at[0].msg);
    for (const struct directive *d = (*last)->first; d; d = d->next)
        if (!d->next)
            return request_condition_of(&f->config, *last, d);
    return (struct request_condition){NULL, 0, false};
}

static bool within(const struct request_condition *a, const struct request_condition *b)
{
    bool all = a->known && b->known;

    for (uint32_t i = 0; i < a->count; i++) {
        bool one = false;

        for (uint32_t j = 0; j < b->count; j++)
            one |= request_case_within(&a->cases[i], &b->cases[j]);
        all = all && one;
    }
    return all;
}

static bool empty(const struct request_condition *condition)
{
    const struct request_term *first, *second;
    bool all = condition->known;

    for (uint32_t i = 0; i < condition->count; i++)
        all = all && request_case_empty(&condition->cases[i], &first, &second);
    return all;
}

struct pair {
    const char *a, *b;
    bool certain;
};

/* Whether `a` is within `b`, and that the other way round nothing of the kind is said, unless they are the same. */
static void check_within(struct fixture *f, const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct request_condition a = condition(f, "", arena_printf(&f->arena, "if { %s }", pairs[i].a));
        struct request_condition b = condition(f, "", arena_printf(&f->arena, "if { %s }", pairs[i].b));

        if (within(&a, &b) != pairs[i].certain)
            fail_msg("%s within %s: %d", pairs[i].a, pairs[i].b, !pairs[i].certain);
    }
}

#define CHECK_WITHIN(f, ...)                                    \
    do {                                                        \
        const struct pair pairs[] = {__VA_ARGS__};              \
        check_within(f, pairs, sizeof(pairs) / sizeof(*pairs)); \
    } while (0)

static void texts_within(void **state)
{
    CHECK_WITHIN(*state, {"path /a", "path /a", true}, {"path /a/b", "path_beg /a", true},
                 {"path_beg /a/b", "path_beg /a", true}, {"path_beg /a", "path_beg /a/b", false},
                 {"path_beg /a", "path /a", false}, {"path /x.php", "path_end .php", true},
                 {"path_end .x.php", "path_end .php", true}, {"path_beg /api/", "path_sub api", true},
                 {"path_sub xapix", "path_sub api", true}, {"path_dir api", "path_sub api", true},
                 {"path /a/api/b", "path_dir api", true}, {"path /a/apis", "path_dir api", false},
                 {"path_dir /api/", "path_dir api", true}, {"path_beg /api/v1", "path_dir api", false},
                 {"path /a?b", "path_dir a", true}, {"path /ab", "path -m len 3", true},
                 {"path -m len 3", "path -m len 1:5", true}, {"path /a /b", "path_beg /a /b", true},
                 {"path /a /c", "path_beg /a /b", false}, {"path_beg /a", "path -m found", true},
                 {"path /a", "path -m beg -f /etc/x /a", true}, {"path -m beg -f /etc/x /a", "path /a", false},
                 {"path /a", "url /a", false}, {"rand(2) 1", "rand(2) 1", false},
                 {"path_beg /a", "path_beg,lower /a", false});
}

static void cases_within(void **state)
{
    CHECK_WITHIN(*state, {"hdr(host) a.b", "hdr(host) -i A.B", true}, {"hdr(host) -i a.b", "hdr(host) a.b", false},
                 {"hdr(host) -i 1.2", "hdr(host) 1.2", true}, {"hdr(Host) a.b", "req.hdr(host) a.b", true},
                 {"hdr(host),lower a.b", "hdr(host) -i a.b", true}, {"hdr(host) -i a.b", "hdr(host),lower a.b", true},
                 {"hdr(host),lower A.b", "hdr(host) -i a.b", false}, {"hdr(host) x.a.b", "hdr_end(host) .a.b", true},
                 {"hdr(host) x.a.b", "hdr_dom(host) a.b", true}, {"hdr(host) xa.b", "hdr_dom(host) a.b", false},
                 {"hdr(host) a.b", "hdr(host,1) a.b", false}, {"hdr(x-A) a", "hdr(x-a) a", true});
}

static void others_within(void **state)
{
    CHECK_WITHIN(*state, {"path /api/1", "path_reg ^/api/[0-9]$", true},
                 {"path /api/x", "path_reg ^/api/[0-9]$", false}, {"path -i /API/1", "path_reg -i ^/api/", true},
                 {"path -i /api/1", "path_reg ^/api/", false}, {"path_reg ^/a", "path_reg ^/a", true},
                 {"path_reg ^/ab", "path_reg ^/a", false},
                 {"path /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "path_reg (a+)+$", false},
                 {"src 10.1.0.0/16", "src 10.0.0.0/8", true}, {"src 10.0.0.0/8", "src 10.1.0.0/16", false},
                 {"src 10.1.2.3", "src 10.0.0.0/8", true}, {"src 11.1.2.3", "src 10.0.0.0/8", false},
                 {"src 2001:db8:1::/48", "src 2001:db8::/32", true}, {"src ::1", "src 10.0.0.0/8", false},
                 {"src 0.0.0.0/0", "src 0.0.0.0/0", true}, {"src 10", "src 10.0.0.0/8", false},
                 {"dst_port 81", "dst_port 80:90", true}, {"dst_port ge 90", "dst_port gt 80", true},
                 {"dst_port gt 80", "dst_port ge 81", true}, {"dst_port ge 80", "dst_port gt 80", false},
                 {"dst_port lt 80", "dst_port :79", true}, {"dst_port ne 80", "dst_port ne 80", false},
                 {"method GET", "method GET HEAD", true}, {"ssl_fc", "ssl_fc", true},
                 {"src,ipmask(24) 10.0.0.0", "src 10.0.0.0", false}, {"src,in_table(t)", "src,in_table(t)", false});
}

/* Whether a condition can never hold. */
static void check_empty(struct fixture *f, const char *acls, const char *text, bool certain)
{
    struct request_condition a = condition(f, acls, text);

    if (empty(&a) != certain)
        fail_msg("%s is empty: %d", text, !certain);
}

static void contradictions(void **state)
{
    struct fixture *f = *state;
    const char *acls = "    acl a path_beg /a\n    acl b path_beg /b\n    acl ab path_beg /a/b /b\n"
                       "    acl file path -f /etc/hosts\n    acl x hdr(x) 1\n    acl y hdr(x) 2\n"
                       "    acl two src 10.0.0.0/8\n    acl two path /a\n";
    static const struct pair texts[] = {
        {"if a b", NULL, true},
        {"if a !a", NULL, true},
        {"if a or b", NULL, false},
        {"if a b or a", NULL, false},
        {"if a b or b !b", NULL, true},
        {"if ab !a !b", NULL, false},
        {"if a !{ path_beg / }", NULL, true},
        {"if a { path /b }", NULL, true},
        {"if a { path /a/x }", NULL, false},
        {"if file !file", NULL, true},
        {"if file a", NULL, false},
        {"if x y", NULL, false},
        {"if two !two", NULL, true},
        {"if two b", NULL, false},
        {"if METH_GET METH_POST", NULL, true},
        {"if METH_GET !HTTP_URL_ABS", NULL, false},
        {"if { method GET } { method POST }", NULL, true},
        {"if { src 10.0.0.0/8 } { src 192.168.0.0/16 }", NULL, true},
        {"if { src 10.0.0.0/8 } { src ::1 }", NULL, false},
        {"if { dst_port 80 } { dst_port 443 }", NULL, true},
        {"if { rand(2) 0 } { rand(2) 1 }", NULL, false},
        {"if { hdr(host) -i A } { hdr(host) a }", NULL, false},
        {"if { hdr(host) A } { hdr(host) a }", NULL, true},
        {"if { path_end .a } { path_end .b }", NULL, true},
        {"if { path_end .a } { path_beg /b }", NULL, false},
        {"if { path /a } { path_reg ^/b }", NULL, true},
        {"unless a or !a", NULL, true},
        {"unless a !b", NULL, false},
        {"unless !a or !b", NULL, true},
        {"", NULL, false},
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        check_empty(f, acls, texts[i].a, texts[i].certain);
}

/* What is said of two tests must be so for every value: of random ones it is looked at. */
static void tests_agree_with_values(void **state)
{
    static const char *const methods[] = {"str", "beg", "end", "sub", "dir", "dom", "reg"};
    static const char letters[] = "aAb/.";
    struct fixture *f = *state;
    struct request_condition conditions[300];
    unsigned said = 0;

    srand(1);
    for (size_t i = 0; i < 300; i++) {
        char pattern[5] = "";

        for (int n = 1 + rand() % 4; n-- > 0;)
            pattern[n] = letters[rand() % 5];
        for (int n = 0; n < 4; n++)
            pattern[n] = pattern[n] ? pattern[n] : '\0';
        if (!*pattern)
            *pattern = 'a';
        conditions[i] = condition(f, "",
                                  arena_printf(&f->arena, "if { path -m %s %s-- %s }", methods[rand() % 7],
                                               rand() % 3 ? "" : "-i ", pattern));
    }
    for (size_t n = 0; n < 20000; n++) {
        const struct request_set *a = conditions[rand() % 300].cases[0].terms[0].set;
        const struct request_set *b = conditions[rand() % 300].cases[0].terms[0].set;
        bool is_within = request_set_within(a, b), is_apart = request_set_apart(a, b);
        char value[8];

        said += is_within || is_apart;
        for (int tries = 0; tries < 20 && a->count && b->count && (is_within || is_apart); tries++) {
            uint32_t len = (uint32_t)rand() % 8;

            for (uint32_t i = 0; i < len; i++)
                value[i] = letters[rand() % 5];
            if (request_test_passes(&a->tests[0], value, len) != BLOCK_TRUE)
                continue;
            if (request_test_passes(&b->tests[0], value, len) != (is_within ? BLOCK_TRUE : BLOCK_FALSE))
                fail_msg("%.*s: %.*s %.*s", (int)len, value, (int)a->tests->len, a->tests->text, (int)b->tests->len,
                         b->tests->text);
        }
    }
    assert_true(said > 1000);
}

/* Looks the last of some conditions up among the others; gives which one was found, from 1. */
static size_t found(struct fixture *f, const char *const *texts)
{
    static const char rules[8];
    struct request_index index;
    size_t count = 0;

    request_index_init(&index, &f->arena);
    for (;; count++) {
        struct request_condition *one = arena_alloc(&f->arena, sizeof(*one));
        const char *rule;

        *one = condition(f, "", arena_printf(&f->arena, "if %s", texts[count]));
        assert_true(one->known);
        if (texts[count + 1]) {
            request_index_add(&index, one, &rules[count]);
            continue;
        }
        rule = request_index_find(&index, &one->cases[0]);
        return rule ? (size_t)(rule - rules) + 1 : 0;
    }
}

#define FOUND(f, ...) found(f, (const char *const[]){__VA_ARGS__, NULL})

static void conditions_above(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(FOUND(f, "{ path_beg /a }", "{ path_beg /b }", "{ path /b/c }"), 2);
    assert_int_equal(FOUND(f, "{ path_end .php }", "{ path_beg /b }", "{ path_end x.php }"), 1);
    assert_int_equal(FOUND(f, "{ path -i /A }", "{ path /a }"), 1);
    assert_int_equal(FOUND(f, "{ path /a }", "{ path -i /A }"), 0);
    assert_int_equal(FOUND(f, "{ path_beg /a /b }", "{ path /b/c /a/c }"), 1);
    assert_int_equal(FOUND(f, "{ path_beg /a /b }", "{ path /b/c /c }"), 0);
    assert_int_equal(FOUND(f, "{ path_reg ^/[a-c]/ }", "{ path /b/c }"), 1);
    assert_int_equal(FOUND(f, "{ path_sub b }", "{ path_dir b }"), 1);
    assert_int_equal(FOUND(f, "{ src 10.0.0.0/8 }", "{ src 10.1.2.0/24 10.2.0.1 }"), 1);
    assert_int_equal(FOUND(f, "{ src 2001:db8::/29 }", "{ src 2001:db9::1 }"), 1);
    assert_int_equal(FOUND(f, "{ src 10.1.0.0/16 }", "{ src 10.0.0.0/8 }"), 0);
    assert_int_equal(FOUND(f, "{ dst_port 80:90 }", "{ dst_port 81 }"), 1);
    assert_int_equal(FOUND(f, "{ path_beg /a } { method POST }", "{ path /a/b }"), 0);
    assert_int_equal(FOUND(f, "{ path_beg /a } { method POST }", "{ method POST } { path /a/b } { src ::1 }"), 1);
    assert_int_equal(FOUND(f, "{ path_beg /a } !{ method POST }", "{ method GET } { path /a/b }"), 1);
    assert_int_equal(FOUND(f, "{ path /x } or { path_beg /a }", "{ path /a/b }"), 1);
    assert_int_equal(FOUND(f, "{ ssl_fc }", "{ path /a } { ssl_fc }"), 1);
    assert_int_equal(FOUND(f, "{ rand(2) 1 }", "{ rand(2) 1 }"), 0);
}

/* Which regular expressions are slow: each verdict is that of PCRE2 itself. */
static void slow_expressions(void **state)
{
    static const struct pair texts[] = {
        {"^/(a+)+$", NULL, true},
        {"^/([a-z0-9]+)*$", NULL, true},
        {"^/(.*,)*x$", NULL, true},
        {"^(\\w+\\s?)*$", NULL, true},
        {"(a|a)*$", NULL, true},
        {"^/(a|aa)+$", NULL, true},
        {"^/x[0-9]([a-z]+)+!$", NULL, true},
        {"^/.*a.*a.*a.*b$", NULL, true},
        {"^/([a-z]+/)+$", NULL, false},
        {"^/[a-z]+(,[a-z]+)*$", NULL, false},
        {"^/.*/.*$", NULL, false},
        {"^/([a-z]++)+$", NULL, false},
        {"^/(a+)+", NULL, false},
        {"^(www\\.)?example\\.(com|org)$", NULL, false},
        {"^/(?:css|js|img)/.*\\.(css|js|png)$", NULL, false},
        {"^/(?=a)[^/]+/([^/]+)/?$", NULL, false},
        {"^/((((((((((x{9}){9}){9}){9}){9}){9}){9}){9})+)+)$", NULL, false},
    };
    struct fixture *f = *state;
    struct regex_witness witness;
    uint32_t budget = 40000000, none = 0;

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        if (regex_probe(&f->arena, texts[i].a, (uint32_t)strlen(texts[i].a), false, &budget, &witness) !=
            texts[i].certain)
            fail_msg("%s is slow: %d", texts[i].a, !texts[i].certain);
    assert_false(regex_probe(&f->arena, texts[0].a, (uint32_t)strlen(texts[0].a), false, &none, &witness));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts_within, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(cases_within, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(others_within, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(contradictions, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(tests_agree_with_values, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(conditions_above, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(slow_expressions, fixture_setup, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
