/* The signature matcher on the rows of the real table: which words it takes, and what it says of others. */
#include "hacc/lang/match.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_WORDS = 64 };

static uint32_t split(const char *text, struct word *words)
{
    uint32_t count = 0;

    for (const char *at = text; *at; at += strspn(at, " ")) {
        uint32_t len = (uint32_t)strcspn(at, " ");

        words[count++] = (struct word){.text = at, .len = len, .at = {1, (uint32_t)(at - text), len}};
        at += len;
    }
    return count;
}

/* Matches a line of a section. `want`: "" or the findings, "rule offset+length: message" each. */
static void check(enum context_id context, enum hap_version version, const char *line, const char *want)
{
    struct word words[MAX_WORDS];
    uint32_t count = split(line, words), taken;
    const struct keyword *kw;
    struct arena arena;
    struct diags diags;
    struct match match;
    struct lang lang;
    struct buf got;
    bool good;

    arena_init(&arena, NULL);
    diags_init(&diags, &arena);
    lang_init(&lang, &diags, version);
    match_init(&match, &lang);
    buf_init(&got, NULL);
    kw = match_row(&lang, context, words, count, &taken, NULL);
    assert_non_null(kw);
    lang.kw = kw;
    match_begin(&match, words[0].at);
    good = match_words(&match, kw, words + taken, count - taken);
    assert_int_equal(good, diags.errors == 0);
    for (uint32_t i = 0; i < diags.count; i++)
        buf_printf(&got, "%s%s %u+%u: %s", i ? "; " : "", rule_get(diags.at[i].rule)->id, diags.at[i].at[0].off,
                   diags.at[i].at[0].len, diags.at[i].msg);
    if (strcmp(buf_text(&got), want) != 0)
        fail_msg("%s\n  wanted: %s\n  got:    %s", line, want, buf_text(&got));
    if (!diags.errors) /* what was matched is what is printed: all words, in their order */
        assert_int_equal(match.count, count - taken);
    buf_release(&got);
    arena_release(&arena);
}

static void good_lines(void **state)
{
    static const char *const lines[] = {
        "mode http",
        "timeout client 30s",
        "balance roundrobin",
        "balance uri whole depth 3",
        "balance hdr(User-Agent) use_domain_only",
        "balance random",
        "server a 10.0.0.1:80",
        "server a 10.0.0.1:80 check inter 2s weight 5 ssl verify none",
        "server a 10.0.0.1:80 source 10.0.0.2 usesrc hdr_ip(x,-1) interface lo no-check",
        "stick-table type string len 64 size 1m expire 30m store gpc0,conn_rate(10s)",
        "http-request deny",
        "http-request deny deny_status 429 if { src 10.0.0.1 }",
        "http-request set-header X %[src] unless { ssl_fc }",
        "http-request set-var(txn.a) src,ipmask(24)",
        "http-request return status 200 content-type a/b string x hdr A b hdr C d",
        "http-check expect ! status 500",
        "log 127.0.0.1 len 4096 format rfc5424 sample 1:10 local0 notice err",
        "cookie A insert indirect domain a domain b",
        "option httpchk GET /x",
        "option httpchk /x",
        "hash-type consistent sdbm avalanche",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
        check(CONTEXT_LISTEN, HAP_2_6, lines[i], "");
}

static void options_end_where_the_next_begins(void **state)
{
    (void)state;
    check(CONTEXT_BACKEND, HAP_2_6, "server a 10.0.0.1:80 source 10.0.0.2 usesrc client proxy-v2-options ssl", "");
    check(CONTEXT_BACKEND, HAP_2_6, "server a 10.0.0.1:80 source 10.0.0.2 interfase lo check",
          "unknown-keyword 37+9: unknown source argument 'interfase'");
}

static void missing_words(void **state)
{
    (void)state;
    check(CONTEXT_BACKEND, HAP_2_6, "mode", "missing-argument 0+4: 'tcp' or 'http' is missing from 'mode'");
    check(CONTEXT_BACKEND, HAP_2_6, "server a", "missing-argument 0+6: <address> is missing from 'server'");
    check(CONTEXT_BACKEND, HAP_2_6, "server a 10.0.0.1:80 weight",
          "missing-argument 21+6: <weight> is missing from 'weight'");
    check(CONTEXT_BACKEND, HAP_2_6, "http-request set-header X",
          "missing-argument 13+10: <fmt> is missing from 'set-header'");
    check(CONTEXT_BACKEND, HAP_2_6, "http-request redirect code 301",
          "missing-argument 13+8: 'location', 'prefix' or 'scheme' is missing from 'redirect'");
    check(CONTEXT_BACKEND, HAP_2_6, "stick-table type ip",
          "missing-argument 0+11: 'size' is missing from 'stick-table'");
}

static void words_that_do_not_fit(void **state)
{
    (void)state;
    check(CONTEXT_BACKEND, HAP_2_6, "mode htp", "bad-value 5+3: 'htp' stands where 'tcp' or 'http' is expected");
    check(CONTEXT_BACKEND, HAP_2_6, "mode http tcp", "extra-argument 10+3: unexpected word 'tcp' behind 'mode'");
    check(CONTEXT_BACKEND, HAP_2_6, "http-request allow now",
          "extra-argument 19+3: 'now' stands where 'if' or 'unless' is expected");
    check(CONTEXT_BACKEND, HAP_2_6, "balance roundrobin quickly",
          "ignored-text 19+7: HAProxy passes over 'quickly': it is behind the last argument of 'roundrobin'");
    check(CONTEXT_BACKEND, HAP_2_6, "balance hdr(host) quickly",
          "extra-argument 18+7: 'quickly' stands where 'use_domain_only' is expected");
    check(CONTEXT_BACKEND, HAP_2_6, "balance sometimes", "unknown-keyword 8+9: unknown balance algorithm 'sometimes'");
    check(CONTEXT_BACKEND, HAP_2_2, "balance hash path",
          "wrong-version 8+4: balance algorithm 'hash' is not in HAProxy 2.2: it came with 2.6");
    check(CONTEXT_BACKEND, HAP_2_6, "server a 10.0.0.1:80 check(1)",
          "extra-argument 21+5: 'check' takes no arguments in parentheses");
}

static void all_mistakes_of_a_line(void **state)
{
    (void)state;
    check(
        CONTEXT_BACKEND, HAP_2_6, "server a 10.0.0.1:80 wieght 5 weight 300 chekc inter x",
        "unknown-keyword 21+6: unknown server option 'wieght'; out-of-range 37+3: '300' is out of range for 'weight'; "
        "unknown-keyword 41+5: unknown server option 'chekc'; bad-value 53+1: 'x' is not a time");
}

static void options_that_exclude_each_other(void **state)
{
    (void)state;
    check(CONTEXT_BACKEND, HAP_2_6, "cookie A insert rewrite",
          "duplicate-keyword 16+7: 'insert' and 'rewrite' exclude each other");
    check(CONTEXT_BACKEND, HAP_2_6, "http-request return file a file b",
          "duplicate-keyword 27+4: 'file' may stand only once");
}

static void poisoned_words_are_silent(void **state)
{
    struct word words[] = {{.text = "x", .len = 1, .flags = WORD_POISON},
                           {.text = "y", .len = 1, .flags = WORD_POISON}};
    const struct keyword *kw = keyword_find(CONTEXT_BACKEND, "mode", 4, HAP_2_6, NULL);
    struct arena arena;
    struct diags diags;
    struct match match;
    struct lang lang;

    (void)state;
    arena_init(&arena, NULL);
    diags_init(&diags, &arena);
    lang_init(&lang, &diags, HAP_2_6);
    match_init(&match, &lang);
    match_begin(&match, words[0].at);
    assert_false(match_words(&match, kw, words, 1));
    match_begin(&match, words[0].at);
    assert_false(match_words(&match, kw, words, 2));
    assert_int_equal(diags.count, 0);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_lines),
        cmocka_unit_test(options_end_where_the_next_begins),
        cmocka_unit_test(missing_words),
        cmocka_unit_test(words_that_do_not_fit),
        cmocka_unit_test(all_mistakes_of_a_line),
        cmocka_unit_test(options_that_exclude_each_other),
        cmocka_unit_test(poisoned_words_are_silent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
