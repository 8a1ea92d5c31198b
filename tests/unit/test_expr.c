/* HAProxy's small languages: sample expressions, conditions, ACLs, log-format strings, lists. Each verdict is
 * that of haproxy -c of the version named. */
#include "test_types.h"

#include "hacc/lang/paren.h"
#include "hacc/lang/sample.h"

static void sample_words(void **state)
{
    struct sig sample = param_of(TYPE_SAMPLE, 0);

    (void)state;
    CHECK(sample, HAP_3_0, {"src", ""}, {"src()", ""}, {"src,lower", ""}, {"src,,lower", ""}, {"src,", ""},
          {"src, lower", ""}, {"src lower", ""}, {"src lower upper", ""}, {"src lower,upper", ""},
          {"src, lower, upper", ""}, {"str", ""}, {"bool(1) bool", ""});
    /* only a converter goes on in the next word */
    check_value_taken(sample, HAP_3_0, "src if TRUE", "", 1);
    check_value_taken(sample, HAP_3_0, "src ,lower", "", 1);
    check_value_taken(sample, HAP_3_0, "src, nosuch", "", 1);
    check_value_taken(sample, HAP_3_0, "src,lower upper if", "", 2);
    CHECK(sample, HAP_3_0, {"nosuch", "bad-expression 0+6"}, {"SRC", "bad-expression 0+3"},
          {"path_beg", "bad-expression 0+8"}, {"src,nosuch", "bad-expression 4+6"},
          {"src,nosuch(1),lower", "bad-expression 4+6"}, {"src)", "bad-expression 3+1"},
          {"src;lower", "bad-expression 3+6"}, {",src", "bad-expression 0+0"}, {"", "bad-expression 0+0"},
          {"req.hdr(a)b", "bad-expression 10+1"}, {"src,(1)", "bad-expression 4+1"});
}

static void sample_versions(void **state)
{
    struct sig sample = param_of(TYPE_SAMPLE, 0);

    (void)state;
    CHECK(sample, HAP_2_2, {"str(x),be2dec(a,2)", "wrong-version 7+6"}, {"var(txn.x,1)", "bad-expression 10+1"});
    CHECK(sample, HAP_2_6, {"str(x),be2dec(a,2)", ""}, {"var(txn.x,1)", ""},
          {"bc.timer.connect", "wrong-version 0+16"});
}

static void sample_arguments(void **state)
{
    struct sig sample = param_of(TYPE_SAMPLE, 0);

    (void)state;
    CHECK(sample, HAP_3_0, {"str(\"a,b\")", ""}, {"str(\"a)b\")", ""}, {"str('a)b')", ""}, {"str(a\\\"b)", ""},
          {"str(a\\)", ""}, {"str(\"a\\\")b\")", ""}, {"str('a\\')", ""}, {"hdr", ""}, {"hdr()", ""}, {"hdr(,1)", ""},
          {"hdr(host,)", ""}, {"hdr(host,-1)", ""}, {"str(x),regsub(\"(a)\",b)", ""}, {"str(x),regsub(a,)", ""},
          {"date(1,ms)", ""}, {"str(x),field(1,\\,)", ""});
    CHECK(sample, HAP_3_0, {"str(a\\,b)", "bad-expression 7+1"}, {"str(a\\)b)", "bad-expression 7+2"},
          {"str(\"a)", "bad-expression 3+1"}, {"str(a", "bad-expression 3+1"}, {"str(a,b)", "bad-expression 6+1"},
          {"src(1)", "bad-expression 4+1"}, {"src,lower(1)", "bad-expression 10+1"}, {"hdr(host,x)", "bad-value 9+1"},
          {"hdr(host,-11)", "out-of-range 9+3"}, {"hdr(host,1,2)", "bad-expression 11+1"},
          {"int()", "missing-argument 0+5"}, {"int", "missing-argument 0+3"}, {"int(1x)", "bad-value 4+2"},
          {"var()", "missing-argument 0+5"}, {"var(x)", "bad-value 4+1"}, {"str(x),field(1)", "missing-argument 7+8"},
          {"str(x),regsub", "missing-argument 7+6"}, {"str(x),regsub(\"(a\",b)", "bad-regex 14+4"},
          {"date(1,foo)", "bad-value 7+3"}, {"src,map_ip_ip(/f,)", "missing-argument 4+14"});
    CHECK(sample, HAP_3_0, {"src,map_ip_ip(/f,::1)", ""}, {"path,map_str_int(/f,)", ""},
          {"path,mqtt_field_value(publish,35)", ""}, {"path,mqtt_field_value(3,8)", ""},
          {"path,mqtt_field_value(publish,username)", "bad-value 30+8"},
          {"path,mqtt_field_value(1,35)", "bad-value 24+2"}, {"path,mqtt_field_value(12,38)", "bad-expression 22+2"},
          {"path,mqtt_field_value(1,)", "missing-argument 5+20"});
}

static void sample_references(void **state)
{
    struct sig sample = param_of(TYPE_SAMPLE, 0);

    (void)state;
    CHECK(sample, HAP_3_0, {"nbsrv(web)", "<backend web>"}, {"srv_conn(web/s1)", "<server web/s1>"},
          {"src,table_conn_cnt(st)", "<table st>"});
    /* left out: the section's own */
    CHECK(sample, HAP_3_0, {"nbsrv", "<backend >"}, {"src_conn_cnt", "<table >"}, {"src_get_gpc(0,)", "<table >"},
          {"src,table_expire()", "<table >"}, {"sc0_conn_cnt", ""}, {"sc0_conn_cnt()", "<table >"},
          {"sc_conn_cnt(0)", ""}, {"sc_conn_cnt(0,)", "<table >"}, {"srv_conn", "missing-argument 0+8"},
          {"http_auth()", "missing-argument 0+11"});
}

static enum block_truth block_truth(enum hap_version version, const char *text)
{
    struct word words[64];
    char *owned[64];
    uint32_t count = test_words(text, words, owned);
    struct sig sig = param_of(TYPE_BLOCK_COND, 0);
    struct arena arena;
    struct diags diags;
    struct lang lang;

    arena_init(&arena, NULL);
    diags_init(&diags, &arena);
    lang_init(&lang, &diags, version);
    assert_int_equal(type_parse(&lang, &sig, words, count), count);
    assert_int_equal(diags.count, 0);
    for (uint32_t i = 0; i < count; i++)
        free(owned[i]);
    arena_release(&arena);
    return (enum block_truth)lang.block;
}

/* Each was shown to haproxy -c, in front of an .alert. */
static void block_conditions(void **state)
{
    static const struct {
        const char *text;
        enum block_truth truth;
    } cases[] = {
        {"1", BLOCK_TRUE},
        {"0", BLOCK_FALSE},
        {"-1", BLOCK_TRUE},
        {"0x0", BLOCK_FALSE},
        {"!!2", BLOCK_TRUE},
        {"! 1", BLOCK_FALSE},
        {"1 && 0 || 1", BLOCK_TRUE},
        {"1 && (0||0)", BLOCK_FALSE},
        {"defined(A)", BLOCK_UNKNOWN},
        {"defined(A) && 0", BLOCK_FALSE},
        {"feature(QUIC)||1", BLOCK_TRUE},
        {"!feature(QUIC) && 1", BLOCK_UNKNOWN},
        {"version_atleast(2.6)", BLOCK_TRUE},
        {"version_atleast(2.8)", BLOCK_FALSE},
        {"version_atleast(2.10)", BLOCK_FALSE},
        {"version_atleast(2.6.3)", BLOCK_UNKNOWN},
        {"version_atleast(3)", BLOCK_FALSE},
        {"version_before(2.4-dev1)", BLOCK_FALSE},
        {"version_before(3.0.4)", BLOCK_TRUE},
        {"streq(a,a)", BLOCK_TRUE},
        {"streq(,)", BLOCK_TRUE},
        {"streq(a,)", BLOCK_FALSE},
        {"strneq(a,b)", BLOCK_TRUE},
        {"defined", BLOCK_UNKNOWN},
    };
    struct sig cond = param_of(TYPE_BLOCK_COND, 0);

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        if (block_truth(HAP_2_6, cases[i].text) != cases[i].truth)
            fail_msg("'%s' is %d", cases[i].text, block_truth(HAP_2_6, cases[i].text));
    CHECK(cond, HAP_2_6, {"true", "bad-condition 0+4"}, {"1 and 0", "bad-condition 2+5"}, {"1 &&", "bad-condition 4+0"},
          {"(1", "bad-condition 0+2"}, {"1)", "bad-condition 1+1"}, {"1x", "bad-condition 1+1"},
          {"()", "bad-condition 1+1"}, {"- 1", "bad-condition 0+3"}, {"streq(a)", "missing-argument 0+8"},
          {"defined(A,B)", "bad-condition 10+1"}, {"strstr(a,b)", "wrong-version 0+6"},
          {"openssl_version_before(1.1)", "bad-value 23+3"}, {"version_before(2.6", "bad-condition 14+1"});
    CHECK(cond, HAP_2_8, {"strstr(a,b)", ""}, {"enabled(EPOLL)", ""});
}

/* Asked with one fetch of each type before one converter of each. */
static void sample_type_chain(void **state)
{
    struct sig sample = param_of(TYPE_SAMPLE, 0);

    (void)state;
    CHECK(sample, HAP_2_2, {"bool(1),hex", "bad-expression 8+3"}, {"src,neg", ""},
          {"ipv6(::1),neg", "bad-expression 10+3"}, {"bin(aa),neg", "bad-expression 8+3"},
          {"method,neg", "bad-expression 7+3"}, {"int(1),lower", ""});
    CHECK(sample, HAP_2_6, {"bool(1),hex", ""}, {"src,neg", ""}, {"bool(1),ipmask(24)", "bad-expression 8+6"});
    CHECK(sample, HAP_3_0, {"src,neg", "bad-expression 4+3"}, {"var(txn.x),neg", ""},
          {"bin(aa),ipmask(24)", "bad-expression 8+6"}, {"bin(aa),hex,ipmask(24)", ""},
          {"ipv6(::1),debug,neg", "bad-expression 16+3"});
    /* up to 2.8 an address of either family cannot be turned into anything else */
    CHECK(sample, HAP_2_2, {"src,map_ip_ip(/f),map_ip_ip(/f)", "bad-expression 18+9"}, {"src,map_ip_ip(/f),debug", ""},
          {"src,map_ip_ip(/f),hex", "bad-expression 18+3"}, {"src,hex", ""});
    CHECK(sample, HAP_2_8, {"path,map_ip(/f),lower", ""}, {"path,map_str_ip(/f),lower", "bad-expression 20+5"});
    CHECK(sample, HAP_3_0, {"src,map_ip_ip(/f),map_ip_ip(/f)", ""}, {"src,map_ip_ip(/f),hex", ""},
          {"src,map_ip_ip(/f),neg", "bad-expression 18+3"});
    CHECK(sample, HAP_2_6, {"src,iif(a,b)", "bad-expression 4+3"}, {"ssl_fc,iif(a,b)", ""});
    assert_false(sample_casts(HAP_3_2, SAMPLE_METH, SAMPLE_IPV4));
    assert_true(sample_casts(HAP_3_2, SAMPLE_METH, SAMPLE_BIN));
}

static void conditions(void **state)
{
    struct sig cond = param_of(TYPE_COND, 0);

    (void)state;
    CHECK(cond, HAP_3_0, {"TRUE", ""}, {"TRUE FALSE", ""}, {"TRUE or FALSE", ""}, {"TRUE OR FALSE", ""},
          {"TRUE || FALSE", ""}, {"TRUE or", ""}, {"!TRUE", ""}, {"! TRUE", ""}, {"!!TRUE", ""}, {"!", ""},
          {"{ src 1.1.1.1 }", ""}, {"!{ src 1.1.1.1 } TRUE", ""}, {"{ src 1.1.1.1 } || !{ path / } FALSE", ""},
          {"{ str(a) a b c }", ""}, {"admin !inside", "<acl admin> <acl inside>"}, {"HTTP_3.0", ""});
    CHECK(cond, HAP_3_0, {"{ src 1.1.1.1", "bad-condition 0+1"}, {"{ }", "bad-condition 0+1"},
          {"{}", "bad-condition 0+2"}, {"{src 1.1.1.1}", "bad-condition 0+4"}, {"{{ ssl_fc }}", "bad-condition 0+2"},
          {"}", "bad-condition 0+1"}, {"TRUE && FALSE", "bad-condition 5+2"},
          {"( TRUE )", "bad-condition 0+1; bad-condition 7+1"}, {"{ ! src 1.1.1.1 }", "bad-expression 2+0"},
          {"{ nosuch }", "bad-expression 2+6"},
          {"{ src 1.1.1.1 or src 2.2.2.2 }", "bad-condition 14+2; bad-condition 17+3"});
    CHECK(cond, HAP_2_2, {"HTTP_2.0", "<acl HTTP_2.0>"});
}

static void acls(void **state)
{
    struct sig acl = param_of(TYPE_ACL, 0);

    (void)state;
    CHECK(acl, HAP_3_0, {"src 1.1.1.1 2.2.2.2/8", ""}, {"src", ""}, {"src --", ""}, {"src 10", ""},
          {"src localhost", ""}, {"dst_port 80 80:90 :90 80:", ""}, {"dst_port ge 80 lt 90", ""},
          {"dst_port 80-90", ""}, {"dst_port ge", ""}, {"dst_port -- -1", ""}, {"path -i /a", ""},
          {"path -m reg ^/a", ""}, {"path_reg -i ^/A$", ""}, {"path_len gt 5", ""}, {"path -m found", ""},
          {"path -m bin 6162", ""}, {"path -i -- -x", ""}, {"path -u 5 /a", ""}, {"path -f /dev/null /b", ""},
          {"hdr_beg(host),lower a", ""}, {"hdr_beg", ""}, {"req.ssl_ver 3.1:3.3", ""}, {"ssl_fc 1", ""},
          {"var(txn.x) -m str a", ""}, {"src,ipmask(24) 1.1.1.0", ""}, {"method GET POST", ""},
          {"str(a),length gt 5", ""});
    CHECK(acl, HAP_3_0, {"src 1.1.1.1/33", "bad-condition 4+10"}, {"src ::1/129", "bad-condition 4+7"},
          {"src -n localhost", "bad-condition 7+9"}, {"src *", "bad-condition 4+1"},
          {"dst_port :", "bad-condition 9+1"}, {"dst_port 90:80", "bad-condition 9+5"},
          {"dst_port abc 80 x", "bad-condition 9+3; bad-condition 16+1"}, {"dst_port -1", "bad-condition 9+2"},
          {"dst_port 0x10", "bad-condition 9+4"}, {"path -f", "missing-argument 5+2"},
          {"path -m", "missing-argument 5+2"}, {"path -m nosuch /a", "bad-condition 8+6"},
          {"path_reg ^/a$ [", "bad-regex 14+1"}, {"path -m reg (", "bad-regex 12+1"},
          {"path -m len a", "bad-condition 12+1"}, {"path -m bin 6", "bad-condition 12+1"},
          {"path -x a", "bad-condition 5+2"}, {"path -f /dev/null -m beg", "bad-condition 21+3"},
          {"nosuch 1", "bad-expression 0+6"}, {"path_begin /a", "bad-expression 0+10"},
          {"hdr_beg(host),nosuch a", "bad-expression 14+6"}, {"hdr_beg(host", "bad-expression 7+1"},
          {"hdr_beg(host)x", "bad-expression 13+1"}, {"hdr_beg(a,b)", "bad-value 10+1"},
          {"bin(aa) aa", "bad-condition 0+7"}, {"var(txn.x) a", "bad-condition 0+10"},
          {"ssl_fc -m ip 1.1.1.1", "bad-condition 10+2"}, {"src -m int 5", "bad-condition 7+3"},
          {"str(a),length a", "bad-condition 14+1"});
    CHECK(acl, HAP_2_2, {"src -m int 5", ""}, {"var(txn.x) a", ""});
}

static void formats(void **state)
{
    struct sig fmt = param_of(TYPE_FMT, 0);

    (void)state;
    CHECK(fmt, HAP_3_0, {"plain", ""}, {"", ""}, {"100%%", ""}, {"%ci:%cp", ""}, {"%ci-x", ""}, {"%{+Q,-X}r", ""},
          {"%{Q}b", ""}, {"%{+Z}b", ""}, {"%{}b", ""}, {"%{+Q}[src]x", ""}, {"%[src]%[dst]", ""}, {"%[str(a])]", ""},
          {"%[src]]", ""}, {"%(foo)b", ""}, {"%(f-o_1:sint)[src]", ""}, {"%(foo){+Q}b", ""}, {"%()b", ""}, {"%-b", ""},
          {"%]", ""}, {"%[str(a)]~x", ""});
    CHECK(fmt, HAP_3_0, {"a%", "bad-format 1+1"}, {"50%~off", "bad-format 2+1"}, {"%1", "bad-format 0+1"},
          {"%cix~%ci", "bad-format 0+4"}, {"x%nosuch", "bad-format 1+7"}, {"%[src", "bad-format 1+1"},
          {"%[nosuch]~%cix", "bad-expression 2+6; bad-format 10+4"}, {"%[src,]", "bad-expression 6+1"},
          {"%[,src]", "bad-expression 2+0"}, {"%[]", "bad-expression 2+0"}, {"%[src;a]", "bad-format 5+1"},
          {"%[str(a))]", "bad-format 8+1"}, {"%[src~lower]", "bad-format 5+1"}, {"%{+Q}", "bad-format 1+4"},
          {"%{+Q", "bad-format 1+1"}, {"%{+Q}-", "bad-format 1+4"}, {"%{+Q}(a)b", "bad-format 1+4"},
          {"%(foo:bad)b", "bad-format 6+3"}, {"%(f.o)b", "bad-format 3+1"}, {"%(a)", "bad-format 0+1"},
          {"%(a", "bad-format 1+1"});
    /* names of fields came with 3.0; before, '%(' was text */
    CHECK(fmt, HAP_2_6, {"%(foo:bad)b", ""}, {"%HPO", ""});
    CHECK(fmt, HAP_2_2, {"%HPO", "wrong-version 1+3"});
}

static void lists(void **state)
{
    struct sig list = param_of(TYPE_LIST, CONTEXT_TABLE_DATA);

    (void)state;
    CHECK(list, HAP_3_0, {"gpc0", ""}, {"gpc0,http_req_rate(10s),conn_cur", ""}, {"gpc0,nosuch", "unknown-keyword 5+6"},
          {"gpc0,,conn_cur", "bad-value 5+0"}, {"http_req_rate(10x)", "bad-value 14+3"},
          {"http_req_rate", "missing-argument 0+13"}, {"conn_cur(1)", "bad-value 9+1"});
}

static void parentheses(void **state)
{
    struct word word = {.text = "set-var(txn.x", .len = 13, .at = {1, 0, 13}};
    struct arena arena;
    struct diags diags;
    struct lang lang;

    (void)state;
    arena_init(&arena, NULL);
    diags_init(&diags, &arena);
    lang_init(&lang, &diags, HAP_3_0);
    assert_false(paren_parse(&lang, 0, &word));
    assert_int_equal(diags.count, 1);
    assert_int_equal(diags.at[0].at[0].off, 7);
    word.len = 7; /* a name alone */
    assert_true(paren_parse(&lang, 0, &word));
    assert_int_equal(paren_skip(&(struct word){.text = "a(\")\",b)c", .len = 9}, 1), 8);
    assert_int_equal(paren_skip(&(struct word){.text = "a(b", .len = 3}, 1), 3);
    assert_int_equal(paren_skip(&(struct word){.text = "ab", .len = 2}, 1), 1);
    arena_release(&arena);
}

/* Every prefix of a text that uses everything must be read without reading past its end. */
static void any_cut_is_safe(void **state)
{
    static const struct {
        enum type_id type;
        const char *text;
    } texts[] = {
        {TYPE_FMT, "%(a-b:sint){+Q,-X}[req.hdr(\"x\\\"\",1),regsub('(a)',\"b\"),lower]%ci%%%HPO"},
        {TYPE_SAMPLE, "req.hdr(\"a\\\",)\",-1),field(1,','),map_str(/f,'x'),debug(\"\\\\\")"},
        {TYPE_ACL, "hdr_beg(\"host\",1),lower,regsub(\"(\",\"b\")"},
        {TYPE_COND, "!!{src,lower(\"}\")"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct sig param = param_of(texts[i].type, 0);

        for (size_t len = 0; len <= strlen(texts[i].text); len++) {
            char *copy = malloc(len ? len : 1);
            struct word word = {.text = copy, .len = (uint32_t)len, .at = {1, 0, (uint32_t)len}};
            struct arena arena;
            struct diags diags;
            struct lang lang;

            assert_non_null(copy);
            memcpy(copy, texts[i].text, len);
            arena_init(&arena, NULL);
            diags_init(&diags, &arena);
            lang_init(&lang, &diags, HAP_3_2);
            assert_int_equal(type_parse(&lang, &param, &word, 1), 1);
            for (uint32_t d = 0; d < diags.count; d++)
                assert_true(diags.at[d].at[0].off + diags.at[d].at[0].len <= len);
            arena_release(&arena);
            free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sample_words),     cmocka_unit_test(sample_versions),
        cmocka_unit_test(sample_arguments), cmocka_unit_test(sample_references),
        cmocka_unit_test(block_conditions), cmocka_unit_test(sample_type_chain),
        cmocka_unit_test(conditions),       cmocka_unit_test(acls),
        cmocka_unit_test(formats),          cmocka_unit_test(lists),
        cmocka_unit_test(parentheses),      cmocka_unit_test(any_cut_is_safe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
