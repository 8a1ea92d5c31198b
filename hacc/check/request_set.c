/* Sets of requests: tests, sets and cases compared with each other. */
#include "hacc/check/request_set.h"

#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <strings.h>

/* Steps that a regular expression may take: what needs more is not known. */
#define REGEX_STEPS 20000

static bool same_bytes(const char *a, const char *b, uint32_t len, bool caseless)
{
    return !len || (caseless ? strncasecmp(a, b, len) == 0 : memcmp(a, b, len) == 0);
}

static bool same_text(const char *a, uint32_t alen, const char *b, uint32_t blen, bool caseless)
{
    return alen == blen && same_bytes(a, b, alen, caseless);
}

/* Gives where `part` stands in text[from..], or -1. */
static int64_t find_text(const char *text, uint32_t len, uint32_t from, const char *part, uint32_t part_len,
                         bool caseless)
{
    for (uint32_t i = from; i + part_len <= len; i++)
        if (same_bytes(text + i, part, part_len, caseless))
            return i;
    return -1;
}

static bool is_delimiter(enum request_match match, char c)
{
    return c == '/' || c == '?' || (match == MATCH_DOM && (c == '.' || c == ':'));
}

/* `-m dir` and `-m dom`: the pattern stands between delimiters or ends. Source: asked of the binary. */
static bool part_passes(const struct request_test *test, const char *value, uint32_t len, bool caseless)
{
    enum request_match match = (enum request_match)test->match;
    int64_t at = test->len ? find_text(value, len, 0, test->text, test->len, caseless) : -1;

    while (at >= 0) {
        uint32_t end = (uint32_t)at + test->len;

        if ((at == 0 || is_delimiter(match, value[at - 1])) && (end == len || is_delimiter(match, value[end])))
            return true;
        at = find_text(value, len, (uint32_t)at + 1, test->text, test->len, caseless);
    }
    return false;
}

static enum block_truth regex_passes(const struct request_test *test, const char *value, uint32_t len, bool caseless)
{
    struct regex_code *code = &test->regex->codes[caseless];
    int result;

    if (!code->tried)
        *code = regex_compile(test->regex->arena, test->text, test->len, caseless, REGEX_STEPS);
    if (!code->code)
        return BLOCK_UNKNOWN;
    result = pcre2_match(code->code, (PCRE2_SPTR)value, len, 0, 0, code->data, code->context);
    return result >= 0 ? BLOCK_TRUE : result == PCRE2_ERROR_NOMATCH ? BLOCK_FALSE : BLOCK_UNKNOWN;
}

static enum block_truth truth(bool holds)
{
    return holds ? BLOCK_TRUE : BLOCK_FALSE;
}

static enum block_truth number_passes(const struct request_test *test, const char *value, uint32_t len)
{
    int64_t number;

    if (!int_parse(value, len, &number))
        return BLOCK_UNKNOWN;
    return truth(number >= test->low && number <= test->high);
}

/* As request_test_passes, whatever the test says of case. */
static enum block_truth passes(const struct request_test *test, const char *value, uint32_t len, bool caseless)
{
    switch ((enum request_match)test->match) {
    case MATCH_FOUND:
        return BLOCK_TRUE;
    case MATCH_STR:
        return truth(same_text(value, len, test->text, test->len, caseless));
    case MATCH_BEG:
        return truth(len >= test->len && same_bytes(value, test->text, test->len, caseless));
    case MATCH_END:
        return truth(len >= test->len && same_bytes(value + len - test->len, test->text, test->len, caseless));
    case MATCH_SUB:
        return truth(find_text(value, len, 0, test->text, test->len, caseless) >= 0);
    case MATCH_DIR:
    case MATCH_DOM:
        return truth(part_passes(test, value, len, caseless));
    case MATCH_REG:
        return regex_passes(test, value, len, caseless);
    case MATCH_INT:
        return number_passes(test, value, len);
    case MATCH_LEN:
        return truth(len >= test->low && len <= test->high);
    case MATCH_BOOL:
    case MATCH_IP:
        return BLOCK_UNKNOWN;
    }
    return BLOCK_UNKNOWN;
}

enum block_truth request_test_passes(const struct request_test *test, const char *value, uint32_t len)
{
    return passes(test, value, len, test->caseless);
}

static bool same_sample(const struct request_sample *a, const struct request_sample *b)
{
    return a == b || (a->hash == b->hash && a->len == b->len && memcmp(a->text, b->text, a->len) == 0);
}

static bool same_test(const struct request_test *a, const struct request_test *b)
{
    if (a->match != b->match || a->caseless != b->caseless)
        return false;
    if (a->match == MATCH_IP)
        return a->family == b->family && a->bits == b->bits && memcmp(a->net, b->net, sizeof(a->net)) == 0;
    if (a->match == MATCH_INT || a->match == MATCH_LEN)
        return a->low == b->low && a->high == b->high;
    return same_text(a->text, a->len, b->text, b->len, false);
}

static bool has_letters(const struct request_test *test)
{
    for (uint32_t i = 0; i < test->len; i++)
        if (is_alpha(test->text[i]))
            return true;
    return false;
}

/* The first `bits` bits are the same. */
static bool same_net(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned bytes = bits / 8;

    return memcmp(a, b, bytes) == 0 && (bits % 8 == 0 || (a[bytes] ^ b[bytes]) >> (8 - bits % 8) == 0);
}

static bool net_within(const struct request_test *a, const struct request_test *b)
{
    return a->family == b->family && a->bits >= b->bits && same_net(a->net, b->net, b->bits);
}

/* HAProxy finds IPv4 addresses inside IPv6 ones: of networks of two families nothing is certain. */
static bool net_apart(const struct request_test *a, const struct request_test *b)
{
    return a->family == b->family && !same_net(a->net, b->net, a->bits < b->bits ? a->bits : b->bits);
}

/* Whether the pattern of `a`, which every value that passes `a` begins with (ends with, holds), is reason enough for
 * `b`. */
static bool text_within(const struct request_test *a, const struct request_test *b)
{
    enum request_match from = (enum request_match)a->match;

    if (b->match == MATCH_SUB)
        return find_text(a->text, a->len, 0, b->text, b->len, b->caseless) >= 0;
    return from == (enum request_match)b->match && (from == MATCH_BEG || from == MATCH_END) &&
           passes(b, a->text, a->len, b->caseless) == BLOCK_TRUE;
}

bool request_test_within(const struct request_test *a, const struct request_test *b)
{
    if (!same_sample(a->sample, b->sample))
        return false;
    if (b->match == MATCH_FOUND || same_test(a, b))
        return true;
    if (a->caseless && !b->caseless && has_letters(a) && b->match != MATCH_LEN)
        return false;
    switch ((enum request_match)a->match) {
    case MATCH_STR:
        return passes(b, a->text, a->len, b->caseless) == BLOCK_TRUE;
    case MATCH_BEG:
    case MATCH_END:
    case MATCH_SUB:
        return text_within(a, b);
    case MATCH_DIR:
    case MATCH_DOM:
        return text_within(a, b) || (a->match == b->match && same_text(a->text, a->len, b->text, b->len, b->caseless));
    case MATCH_INT:
    case MATCH_LEN:
        return a->match == b->match && a->low >= b->low && a->high <= b->high;
    case MATCH_IP:
        return b->match == MATCH_IP && net_within(a, b);
    case MATCH_FOUND:
    case MATCH_BOOL:
    case MATCH_REG:
        return false;
    }
    return false;
}

/* Two beginnings, or two ends, of one value. */
static bool ends_apart(const struct request_test *a, const struct request_test *b, bool caseless)
{
    const struct request_test *longer = a->len > b->len ? a : b, *shorter = a->len > b->len ? b : a;

    return passes(shorter, longer->text, longer->len, caseless) == BLOCK_FALSE;
}

bool request_test_apart(const struct request_test *a, const struct request_test *b)
{
    bool caseless = a->caseless || b->caseless;
    enum request_match match = (enum request_match)a->match;

    if (!same_sample(a->sample, b->sample) || a->sample->many)
        return false;
    if (b->match == MATCH_STR && match != MATCH_STR)
        return request_test_apart(b, a);
    if (match == MATCH_STR)
        return passes(b, a->text, a->len, caseless) == BLOCK_FALSE;
    if (match != (enum request_match)b->match)
        return false;
    if (match == MATCH_BEG || match == MATCH_END)
        return ends_apart(a, b, caseless);
    if (match == MATCH_INT || match == MATCH_LEN)
        return a->low > b->high || a->high < b->low;
    return match == MATCH_IP && net_apart(a, b);
}

static bool few_pairs(const struct request_set *a, const struct request_set *b)
{
    return (uint64_t)a->count * b->count <= REQUEST_PAIRS;
}

bool request_set_within(const struct request_set *a, const struct request_set *b)
{
    if (a == b)
        return a->steady;
    if (!a->whole || !a->steady || !b->steady || !few_pairs(a, b))
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        bool within = false;

        for (uint32_t j = 0; j < b->count && !within; j++)
            within = request_test_within(&a->tests[i], &b->tests[j]);
        if (!within)
            return false;
    }
    return true;
}

bool request_set_apart(const struct request_set *a, const struct request_set *b)
{
    if (!a->whole || !b->whole || !a->steady || !b->steady || !few_pairs(a, b))
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t j = 0; j < b->count; j++)
            if (!request_test_apart(&a->tests[i], &b->tests[j]))
                return false;
    return true;
}

static bool terms_apart(const struct request_term *a, const struct request_term *b)
{
    if (a->negated && b->negated)
        return false;
    if (a->negated)
        return request_set_within(b->set, a->set);
    return b->negated ? request_set_within(a->set, b->set) : request_set_apart(a->set, b->set);
}

bool request_case_empty(const struct request_case *one, const struct request_term **first,
                        const struct request_term **second)
{
    if ((uint64_t)one->count * one->count > REQUEST_PAIRS)
        return false;
    for (uint32_t j = 0; j < one->count; j++) {
        for (uint32_t i = 0; i < j; i++) {
            if (!terms_apart(&one->terms[i], &one->terms[j]))
                continue;
            *first = &one->terms[i];
            *second = &one->terms[j];
            return true;
        }
    }
    return false;
}

static bool term_within(const struct request_term *a, const struct request_term *b)
{
    if (a->negated != b->negated)
        return !a->negated && request_set_apart(a->set, b->set);
    return a->negated ? request_set_within(b->set, a->set) : request_set_within(a->set, b->set);
}

bool request_case_within(const struct request_case *a, const struct request_case *b)
{
    if ((uint64_t)a->count * b->count > REQUEST_PAIRS)
        return false;
    for (uint32_t j = 0; j < b->count; j++) {
        bool within = false;

        for (uint32_t i = 0; i < a->count && !within; i++)
            within = term_within(&a->terms[i], &b->terms[j]);
        if (!within)
            return false;
    }
    return true;
}
