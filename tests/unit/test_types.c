/* The simple types. Which forms pass was asked of haproxy -c, version by version; where hacc is stricter than
 * HAProxy the case says so. */
#include "test_types.h"

static void every_type_has_a_parser(void **state)
{
    (void)state;
    for (int type = TYPE_NONE + 1; type < TYPE_COUNT; type++)
        if (!type_has_parser((enum type_id)type))
            fail_msg("type '%s' has no parser", types[type].name);
}

static void ints(void **state)
{
    struct sig any = param_of(TYPE_INT, 0), weight = any, part = any;

    (void)state;
    weight.min = 0;
    weight.max = 256;
    CHECK(any, HAP_3_2, {"0", ""}, {"-5", ""}, {"+5", ""}, {"010", ""}, {"9223372036854775807", ""},
          {"-9223372036854775808", ""}, {"9223372036854775808", ""}, {"5a", "bad-value 0+2"}, {"-", "bad-value 0+1"},
          {"", "bad-value 0+0"}, {"1.5", "bad-value 0+3"}, {"0x10", "bad-value 0+4"});
    part.atol = true; /* what the word begins with counts */
    part.min = 1;
    CHECK(part, HAP_3_2, {"5", ""}, {"5a", "number-cut 0+2"}, {"+5.9", "number-cut 0+4"}, {"0x10", "out-of-range 0+4"},
          {"-5a", "out-of-range 0+3"}, {"0", "out-of-range 0+1"});
    /* netfilter marks, as strtol with base 0 reads them */
    CHECK(param_of(TYPE_INT, INT_HEX), HAP_2_6, {"0x1f", ""}, {"0XFF", ""}, {"017", ""}, {"0", ""}, {"15", ""},
          {"-1", ""}, {"0xfffffffffffffffffff", ""}, {"09", "bad-value 0+2"}, {"0x", "bad-value 0+2"},
          {"0xg", "bad-value 0+3"}, {"1f", "bad-value 0+2"});
    CHECK(weight, HAP_2_2, {"0", ""}, {"256", ""}, {"257", "out-of-range 0+3"}, {"-1", "out-of-range 0+2"},
          {"99999999999999999999", "out-of-range 0+20"});
}

static void times(void **state)
{
    struct sig ms = param_of(TYPE_TIME, 0), s = ms;
    int64_t value;

    (void)state;
    s.unit = UNIT_S;
    CHECK(ms, HAP_2_6, {"0", ""}, {"1", ""}, {"1s", ""}, {"24d", ""}, {"596h", ""}, {"2147483647", ""},
          {"2147483s", ""}, {"2147483647us", ""}, {"9999999999us", ""}, {"25d", "out-of-range 0+3"},
          {"597h", "out-of-range 0+4"}, {"2147483648", "out-of-range 0+10"}, {"2147484s", "out-of-range 0+8"},
          {"99999999999999999999", "out-of-range 0+20"}, {"99999999999999999999d", "out-of-range 0+21"},
          {"1S", "bad-value 0+2"}, {"-1", "bad-value 0+2"}, {"1.5s", "bad-value 0+4"}, {"s", "bad-value 0+1"},
          {"1y", "bad-value 0+2"}, {"1k", "bad-value 0+2"},
          /* HAProxy stops reading at the first unit: 1m30s is a minute to it */
          {"1m30s", "number-cut 0+5"}, {"1sec", "number-cut 0+4"}, {"1xs", "bad-value 0+3"}, {"s", "bad-value 0+1"});
    CHECK(ms, HAP_2_2, {"1us", "wrong-version 0+3"}, {"1ms", ""});
    CHECK(s, HAP_3_0, {"2147483", ""}, {"2147484", ""}, {"60s", ""}, {"30d", ""}, {"2147483647", ""},
          {"2147483648", "out-of-range 0+10"}, {"24856d", "out-of-range 0+6"});
    CHECK(param_of(TYPE_EXPLICIT_TIME, 0), HAP_3_2, {"0", ""}, {"100", ""}, {"5s", ""}, {"99ms", ""},
          {"99", "out-of-range 0+2"}, {"x", "bad-value 0+1"});
    ms.min = 1;
    ms.max = 60000;
    CHECK(ms, HAP_3_0, {"0", "out-of-range 0+1"}, {"1us", ""}, {"1m", ""}, {"61s", "out-of-range 0+3"},
          {"30d", "out-of-range 0+3"});
    assert_true(time_parse("1500us", 6, UNIT_MS, &value));
    assert_int_equal(value, 2);
    assert_true(time_parse("5", 1, UNIT_M, &value));
    assert_int_equal(value, 300000);
    assert_false(time_parse("", 0, UNIT_MS, &value));
}

/* A parameter with a range. */
static struct sig within(enum type_id type, uint8_t arg, int64_t min, int64_t max)
{
    struct sig sig = param_of(type, arg);

    sig.min = min;
    sig.max = max;
    return sig;
}

static void sizes(void **state)
{
    struct sig any = param_of(TYPE_SIZE, 0), table = any;
    int64_t value;

    (void)state;
    table.min = 1;
    table.max = 4294967295;
    CHECK(any, HAP_3_2, {"16384", ""}, {"16k", ""}, {"16K", ""}, {"1m", ""}, {"1G", ""}, {"16kb", "bad-value 0+4"},
          {"k", "bad-value 0+1"}, {"-1", "bad-value 0+2"}, {"1.5k", "bad-value 0+4"}, {"", "bad-value 0+0"},
          {"99999999999999999999g", "bad-value 0+21"});
    CHECK(table, HAP_3_2, {"1g", ""}, {"4g", "out-of-range 0+2"}, {"0", "out-of-range 0+1"});
    assert_true(size_parse("3g", 2, &value));
    assert_true(value == INT64_C(3221225472));
}

/* The range is told in the units that people write. */
static void ranges_are_readable(void **state)
{
    struct sig time = param_of(TYPE_TIME, 0), size = param_of(TYPE_SIZE, 0);
    struct word word = {.text = "5d", .len = 2, .at = {1, 0, 2}}, zero = {.text = "0", .len = 1, .at = {1, 0, 1}};
    struct arena arena;
    struct diags diags;
    struct lang lang;

    (void)state;
    time.min = 1;
    time.max = 90 * 60000;
    size.min = 10 << 10;
    size.max = INT64_C(4) << 30;
    arena_init(&arena, NULL);
    diags_init(&diags, &arena);
    lang_init(&lang, &diags, HAP_3_0);
    type_parse(&lang, &time, &word, 1);
    type_parse(&lang, &size, &zero, 1);
    assert_int_equal(diags.count, 2);
    assert_string_equal(diags.at[0].msg, "'5d' is out of range for 'x'");
    assert_string_equal(diags.at[0].help, "it must be from 1ms to 90m");
    assert_string_equal(diags.at[1].help, "it must be from 10k to 4g");
    arena_release(&arena);
}

static void other_numbers(void **state)
{
    (void)state;
    CHECK(param_of(TYPE_PERCENT, 0), HAP_3_0, {"50", ""}, {"50%", ""}, {"101", "out-of-range 0+3"},
          {"%", "bad-value 0+1"});
    CHECK(param_of(TYPE_FLOAT, 0), HAP_3_0, {"0.5", ""}, {"2", ""}, {"-1.5", ""}, {".", "bad-value 0+1"},
          {"1.2.3", "bad-value 0+5"}, {"x", "bad-value 0+1"});
    CHECK(param_of(TYPE_PORT, 0), HAP_3_0, {"80", ""}, {"65535", ""}, {"65536", "out-of-range 0+5"},
          {"http", "bad-value 0+4"});
    CHECK(param_of(TYPE_MODE_BITS, 0), HAP_3_0, {"600", ""}, {"0600", ""}, {"7777", ""}, {"9", "bad-value 0+1"},
          {"600a", "bad-value 0+4"}, {"", "bad-value 0+0"});
    CHECK(param_of(TYPE_STATUS, STATUS_SINGLE), HAP_3_0, {"200", ""}, {"99", "bad-value 0+2"},
          {"200,201", "bad-value 0+7"}, {"abc", "bad-value 0+3"});
    CHECK(param_of(TYPE_STATUS, STATUS_RANGES), HAP_3_0, {"200-299,301", ""}, {"299-200", "bad-value 0+7"},
          {"200-", "bad-value 0+4"}, {"2xx", "bad-value 0+3"});
    CHECK(param_of(TYPE_STATUS, STATUS_CHANGES), HAP_3_0, {"404", ""}, {"+404", ""}, {"-500-599", ""}, {"100", ""},
          {"++404", "bad-value 0+5"}, {"404,405", "bad-value 0+7"}, {"404-", "bad-value 0+4"}, {"600", "bad-value 0+3"},
          {"599-500", "bad-value 0+7"});
    CHECK(param_of(TYPE_SERVER_COUNT, 0), HAP_3_0, {"3", ""}, {"1-10", ""}, {"0-3", ""}, {"0", "bad-value 0+1"},
          {"5-3", "bad-value 0+3"});
    CHECK(param_of(TYPE_CPU_SET, 0), HAP_3_0, {"0-3,5", ""}, {"0", ""}, {"3-0", ""}, {"0-", ""},
          {"all", "bad-value 0+3"}, {",0", "bad-value 0+2"}, {"a", "bad-value 0+1"});
    CHECK(within(TYPE_CPU_SET, 0, 0, 63), HAP_2_2, {"0-63", ""}, {"5-", ""}, {"64", "bad-value 0+2"},
          {"60-64", "bad-value 0+5"});
    CHECK(within(TYPE_NUMBER_SET, 0, 1, 64), HAP_3_0, {"1-64", ""}, {"2-", ""}, {"even", ""}, {"0", "bad-value 0+1"},
          {"65", "bad-value 0+2"}, {"1,2", "bad-value 0+3"});
    CHECK(within(TYPE_THREAD_MAP, 0, 1, 64), HAP_3_0, {"64/64", ""}, {"65", "bad-value 0+2"}, {"1/0", "bad-value 0+3"},
          {"auto:1-70", "bad-value 0+9"});
    CHECK(param_of(TYPE_THREAD_MAP, 0), HAP_3_0, {"auto:1/1-4", ""}, {"1/all", ""}, {"odd", ""},
          {"1,2", "bad-value 0+3"});
}

static void threads(void **state)
{
    struct sig processes = within(TYPE_THREAD_SET, THREAD_SET_PROCESSES, 1, 64);
    struct sig single = within(TYPE_THREAD_SET, THREAD_SET_SINGLE, 1, 64), set = within(TYPE_THREAD_SET, 0, 1, 256);

    (void)state;
    CHECK(processes, HAP_2_2, {"1", ""}, {"2-", ""}, {"4-1", ""}, {"all/odd", ""}, {"1-2/64", ""},
          {"1,2", "bad-value 0+3"}, {"0", "bad-value 0+1"}, {"65", "bad-value 0+2"}, {"1/65", "bad-value 0+4"},
          {"1/", "bad-value 0+2"}, {"/1", "bad-value 0+2"});
    CHECK(single, HAP_2_6, {"1-64", ""}, {"1/all", ""}, {"1,2", "bad-value 0+3"}, {"65", "bad-value 0+2"},
          {"2/1", "bad-value 0+3"}, {"1/", "bad-value 0+2"});
    CHECK(set, HAP_3_0, {"all", ""}, {"1/all", ""}, {"1-4", ""}, {"1/1-4,2/1", ""}, {"256", ""}, {"1/", ""},
          {"16/1", ""}, {"257", "bad-value 0+3"}, {"17/1", "bad-value 0+4"}, {"1/65", "bad-value 0+4"},
          {"1-2/1", "bad-value 0+5"}, {"all/1", "bad-value 0+5"}, {"1-all", "bad-value 0+5"}, {"/1", "bad-value 0+2"});
    CHECK(set, HAP_3_2, {"32/1", ""}, {"33/1", "bad-value 0+4"});
}

static void names(void **state)
{
    struct sig name = param_of(TYPE_NAME, 0);

    (void)state;
    CHECK(name, HAP_3_0, {"a-b_c.d:1", ""}, {"a/b", "bad-value 1+1"}, {"", "bad-value 0+0"},
          {"a\xc3\xa9z", "bad-value 1+2"});
    CHECK(param_of(TYPE_NAME, NAME_DOTS), HAP_3_0, {"a-b_c.d", ""}, {"a:b", "bad-value 1+1"});
    CHECK(param_of(TYPE_SERVER_NAME, 0), HAP_3_0, {"s1", "<server s1>"}, {"%[path]", ""}, {"b/s1", "bad-value 0+4"});
    CHECK(param_of(TYPE_VAR, VAR_PROC), HAP_3_0, {"proc.x", ""}, {"txn.x", "bad-value 0+4"});
    CHECK(param_of(TYPE_ENVVAR, 0), HAP_3_0, {"HOME", ""}, {"A.B-C", ""}, {"A=b", "bad-value 1+1"});
    CHECK(param_of(TYPE_DEF, SYMBOL_ACL), HAP_3_0, {"admin", ""}, {"if", ""}, {"or", "bad-value 0+2"},
          {"Or", "bad-value 0+2"}, {"!a", "bad-value 0+1"});
    CHECK(param_of(TYPE_DEF, SYMBOL_SERVER), HAP_3_0, {"or", ""}, {"a(b", "bad-value 1+1"});
    CHECK(param_of(TYPE_DEF, SYMBOL_USER), HAP_3_0, {"a/b@c", ""});
    CHECK(param_of(TYPE_REF, SYMBOL_BACKEND), HAP_3_0, {"web", "<backend web>"}, {"%[req.hdr(host)]", ""},
          {"be_%[nosuch]", "bad-expression 5+6"}, {"", "bad-value 0+0"});
    CHECK(param_of(TYPE_REF, SYMBOL_SERVER), HAP_3_0, {"web/s1", "<server web/s1>"});
    CHECK(param_of(TYPE_REFS, SYMBOL_USER), HAP_3_0, {"a,b", "<user a> <user b>"}, {"a,,b", "bad-value 2+0 <user a>"});
    CHECK(param_of(TYPE_VAR, 0), HAP_3_0, {"txn.x", ""}, {"proc.a.b_9", ""}, {"txn..x", ""}, {"txn.", "bad-value 0+4"},
          {"foo.x", "bad-value 0+5"}, {"TXN.x", "bad-value 0+5"}, {"txn.a-b", "bad-value 5+1"},
          {"txn.a:b", "bad-value 5+1"});
    CHECK(param_of(TYPE_HEADER, 0), HAP_3_0, {"X-Forwarded-For", ""}, {"Host:", "bad-value 4+1"},
          {"a~b", "bad-value 1+1"});
    CHECK(param_of(TYPE_CSV, 0), HAP_3_0, {"h2,http/1.1", ""}, {"a,,b", "bad-value 1+1"}, {"a,", "bad-value 1+1"});
    CHECK(param_of(TYPE_LEVEL, 0), HAP_3_0, {"notice", ""}, {"notic", "bad-value 0+5"});
}

static void bind_addresses(void **state)
{
    struct sig bind = param_of(TYPE_ADDR, ADDR_BIND), single = param_of(TYPE_ADDR, ADDR_SINGLE);

    (void)state;
    CHECK(single, HAP_3_0, {":80", ""}, {":80,", ""}, {":80-80", ""}, {":80-81", "bad-address 0+6"},
          {":80,:81", "bad-address 4+3"});
    CHECK(bind, HAP_2_2, {":81-80", ""}, {"4294967295:80", ""}, {"10.1:80", ""}, {"1x:80", ""},
          {"4294967296:80", "bad-address 0+13"}, {"10.1.2.3.4:80", "bad-address 0+13"});
    CHECK(bind, HAP_2_2, {":80", ""}, {"*:80", ""}, {"127.0.0.1:8000-8010", ""}, {"::1:80", ""}, {":::80", ""},
          {"[::]:80", ""}, {"[127.0.0.1]:80", ""}, {"ipv4@127.0.0.1:80", ""}, {"ipv6@:80", ""}, {"unix@x", ""},
          {"/run/x.sock", ""}, {"abns@x", ""}, {"fd@3", ""}, {"localhost:80", ""}, {"1:80", ""}, {":80,:81", ""},
          {":80,", ""}, {":80,127.0.0.1:81,unix@/tmp/y", ""}, {"tcp@:80", "wrong-version 0+7"});
    CHECK(bind, HAP_3_0, {"80", "bad-address 0+2"}, {"*", "bad-address 0+1"}, {"127.0.0.1:", "bad-address 0+10"},
          {":0", "bad-address 0+2"}, {":65536", "bad-address 0+6"}, {":+1", "bad-address 0+3"},
          {":80a", "bad-address 0+4"}, {":81-80", "bad-address 0+6"}, {"::", "bad-address 0+2"},
          {"::80", "bad-address 0+4"}, {"[::1]", "bad-address 0+5"}, {"[::1:80", "bad-address 0+7"},
          {"::1]:80", "bad-address 0+7"}, {"[]:80", "bad-address 0+5"}, {"ipv4@[::1]:80", "bad-address 0+13"},
          {"ipv6@127.0.0.1:80", "bad-address 0+17"}, {"IPV4@:80", "bad-address 0+8"}, {"fd@x", "bad-address 0+4"},
          {"a..b:80", "bad-address 0+7"}, {"-a:80", "bad-address 0+5"}, {"256.1.1.1:80", "bad-address 0+12"},
          {",:80", "bad-address 0+0"}, {":80,:81:82,:83", "bad-address 4+6"}, {"udp@:53", "bad-address 0+7"},
          {"tcp@:80", ""}, {"quic4@:443", ""}, {"rhttp@b/s", "not-exposed 0+9"}, {"abnsz@x", "wrong-version 0+7"},
          {"ring@x", "bad-address 0+6"});
    CHECK(bind, HAP_3_2, {"abnsz@x", ""}, {"mptcp@:80", ""});
}

static void unix_paths_have_a_length(void **state)
{
    char path[128];

    (void)state;
    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[97] = '\0';
    CHECK(param_of(TYPE_ADDR, ADDR_BIND), HAP_2_6, {path, ""});
    path[97] = 'a';
    path[98] = '\0';
    CHECK(param_of(TYPE_ADDR, ADDR_BIND), HAP_2_6, {path, "bad-address 0+98"});
    CHECK(param_of(TYPE_ADDR, ADDR_SERVER), HAP_2_6, {path, ""});
}

static void other_addresses(void **state)
{
    (void)state;
    CHECK(param_of(TYPE_ADDR, ADDR_SERVER), HAP_2_6, {"127.0.0.1", ""}, {"127.0.0.1:+1000", ""}, {"127.0.0.1:-1", ""},
          {"web1.example.com:80", ""}, {"[::1]", ""}, {"/tmp/x", ""}, {"127.0.0.1:80-81", "bad-address 0+15"},
          {"127.0.0.1:a", "bad-address 0+11"}, {".a:80", "bad-address 0+5"}, {"fd@3", "bad-address 0+4"},
          /* HAProxy takes it for a host named ':' and port 1, and fails to resolve that */
          {"::1", "bad-address 0+3"});
    CHECK(param_of(TYPE_ADDR, ADDR_LOG), HAP_2_6, {"127.0.0.1", ""}, {"stdout", ""}, {"/dev/log", ""},
          {"ring@r", "<ring r>"}, {"fd@1", ""}, {"udp@127.0.0.1:514", ""}, {"stdout:1", ""},
          {"backend@b", "wrong-version 0+9"}, {"127.0.0.1:514-520", "bad-address 0+17"});
    CHECK(param_of(TYPE_ADDR, ADDR_LOG), HAP_3_0, {"backend@b", "<backend b>"});
    CHECK(param_of(TYPE_ADDR, ADDR_PEER), HAP_2_6, {"127.0.0.1", ""});
    CHECK(param_of(TYPE_ADDR, ADDR_PEER), HAP_3_0, {"127.0.0.1", "bad-address 0+9"}, {"127.0.0.1:10000", ""});
    CHECK(param_of(TYPE_ADDR, ADDR_MAILER), HAP_2_6, {"127.0.0.1:25", ""}, {"127.0.0.1", "bad-address 0+9"},
          {"127.0.0.1:+5", "bad-address 0+12"}, {"/tmp/x", "bad-address 0+6"}, {"unix@/tmp/x", "bad-address 0+11"});
    CHECK(param_of(TYPE_ADDR, ADDR_NAMESERVER), HAP_2_6, {"1.1.1.1:53", ""}, {"1.1.1.1", "bad-address 0+7"},
          {"tcp@1.1.1.1:53", ""});
    CHECK(param_of(TYPE_ADDR, ADDR_SOURCE), HAP_2_6, {"*", ""}, {"0.0.0.0", ""}, {"192.0.2.1:+1", "bad-address 0+12"});
    CHECK(param_of(TYPE_ADDR, ADDR_DGRAM), HAP_2_6, {":514", ""}, {"udp@:514", ""}, {"tcp@:514", "bad-address 0+8"});
}

static void networks(void **state)
{
    (void)state;
    CHECK(param_of(TYPE_NET, 0), HAP_3_0, {"10.0.0.0/8", ""}, {"10", ""}, {"::1/128", ""}, {"1.1.1.1/255.255.0.0", ""},
          {"1.1.1.1/33", "bad-address 0+10"}, {"::1/129", "bad-address 0+7"}, {"*", "bad-address 0+1"},
          {"1.1.1.1,2.2.2.2", "bad-address 0+15"}, {"localhost", ""}, {"local/8", "bad-address 0+7"});
    CHECK(param_of(TYPE_NET, NET_LIST), HAP_3_0, {"10.0.0.0/8,::1", ""}, {"10.0.0.0/8,x", "bad-address 11+1"});
    CHECK(param_of(TYPE_NET, NET_V4), HAP_2_2, {"10.0.0.0/8", ""}, {"10", ""}, {"localhost", ""},
          {"::1/8", "bad-address 0+5"});
    CHECK(param_of(TYPE_IP, IP_V4), HAP_3_0, {"1.2.3.4", ""}, {"::1", "bad-address 0+3"});
    CHECK(param_of(TYPE_MASK, MASK_V6), HAP_3_0, {"64", ""}, {"ffff::", ""}, {"129", "bad-value 0+3"});
    CHECK(param_of(TYPE_INIT_ADDR, 0), HAP_3_0, {"last,libc,none", ""}, {"none,192.0.2.1", ""},
          {"libc,dns", "bad-value 5+3"});
}

static void regexes(void **state)
{
    (void)state;
    CHECK(param_of(TYPE_REGEX, 0), HAP_3_0, {"^/a[0-9]+$", ""}, {"", ""}, {"a(b", "bad-regex 2+1"},
          {"a[b", "bad-regex 2+1"}, {"*a", "bad-regex 0+1"});
}

/* ${…} is HAProxy's to expand, and what has been reported is not reported again. */
static void unknown_words_pass(void **state)
{
    static const enum type_id tried[] = {TYPE_INT, TYPE_TIME, TYPE_ADDR, TYPE_NAME, TYPE_LEVEL, TYPE_SAMPLE,
                                         TYPE_FMT, TYPE_COND, TYPE_ACL,  TYPE_REF,  TYPE_REGEX};
    struct word word = {.text = "\"${X}(\"", .len = 7, .at = {1, 0, 7}};
    struct arena arena;
    struct diags diags;
    struct lang lang;

    (void)state;
    arena_init(&arena, NULL);
    diags_init(&diags, &arena);
    lang_init(&lang, &diags, HAP_3_0);
    for (size_t i = 0; i < sizeof(tried) / sizeof(*tried); i++) {
        struct sig param = param_of(tried[i], tried[i] == TYPE_ADDR  ? ADDR_BIND
                                              : tried[i] == TYPE_REF ? SYMBOL_BACKEND
                                                                     : 0);

        word.flags = WORD_ENV;
        assert_int_equal(type_parse(&lang, &param, &word, 1), 1);
        assert_true(type_accepts(&lang, &param, &word));
        word.flags = WORD_POISON;
        assert_int_equal(type_parse(&lang, &param, &word, 1), 1);
    }
    assert_int_equal(diags.count, 0);
    assert_null(lang.refs);
    arena_release(&arena);
}

static void places(void **state)
{
    struct word word = {.text = "abcdef", .len = 6, .at = {3, 100, 8}, .skew = 1};
    struct span at = word_span(&word, 2, 3);

    (void)state;
    assert_int_equal(at.src, 3);
    assert_int_equal(at.off, 103);
    assert_int_equal(at.len, 3);
    assert_int_equal(word_span(&word, 4, 9).len, 2);
    word.skew = WORD_SKEWED;
    at = word_span(&word, 2, 3);
    assert_int_equal(at.off, 100);
    assert_int_equal(at.len, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_a_parser),
        cmocka_unit_test(ints),
        cmocka_unit_test(times),
        cmocka_unit_test(sizes),
        cmocka_unit_test(ranges_are_readable),
        cmocka_unit_test(other_numbers),
        cmocka_unit_test(threads),
        cmocka_unit_test(names),
        cmocka_unit_test(bind_addresses),
        cmocka_unit_test(unix_paths_have_a_length),
        cmocka_unit_test(other_addresses),
        cmocka_unit_test(networks),
        cmocka_unit_test(regexes),
        cmocka_unit_test(unknown_words_pass),
        cmocka_unit_test(places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
