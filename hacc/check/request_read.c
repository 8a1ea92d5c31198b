/* Sets of requests: from the words of an ACL. */
#include "hacc/check/request_read.h"

#include "hacc/check/request_words.h"

#include "hacc/lang/cond.h"
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <arpa/inet.h>
#include <ctype.h>

/* A set while it is read. */
struct reading {
    const struct config *config;
    struct request_test *tests;
    uint32_t count, cap;
    bool whole, steady;
    uint8_t parts;
};

static struct request_test *add_test(struct reading *reading, const struct request_test *test)
{
    if (reading->count == reading->cap)
        reading->tests =
            arena_extend(reading->config->arena, reading->tests, reading->count, &reading->cap, 2, sizeof(*test));
    reading->tests[reading->count] = *test;
    return &reading->tests[reading->count++];
}

/* One bound of a range; an empty one is open. */
static bool read_bound(const char *text, uint32_t len, int64_t open, int64_t *value)
{
    *value = open;
    return !len || int_parse(text, len, value);
}

/* 80, 80:90, :90, 80-. */
static bool read_range(struct request_test *test)
{
    const char *text = test->text;
    uint32_t at = 0;

    while (at < test->len && text[at] != ':' && text[at] != '-')
        at++;
    if (at == test->len) {
        if (!int_parse(text, test->len, &test->low))
            return false;
        test->high = test->low;
        return true;
    }
    return test->len > 1 && read_bound(text, at, INT64_MIN, &test->low) &&
           read_bound(text + at + 1, test->len - at - 1, INT64_MAX, &test->high);
}

/* Addresses as they stand; what HAProxy completes (10 for 10.0.0.0) or resolves is not known. */
static bool read_net(struct request_test *test)
{
    const char *slash = memchr(test->text, '/', test->len);
    uint32_t len = slash ? (uint32_t)(slash - test->text) : test->len;
    char text[INET6_ADDRSTRLEN];
    int64_t bits;

    if (len >= sizeof(text))
        return false;
    memcpy(text, test->text, len);
    text[len] = '\0';
    test->family = memchr(text, ':', len) ? 6 : 4;
    if (inet_pton(test->family == 6 ? AF_INET6 : AF_INET, text, test->net + (test->family == 6 ? 0 : 12)) != 1)
        return false;
    bits = test->family == 6 ? 128 : 32;
    if (slash &&
        (!int_parse(slash + 1, test->len - len - 1, &bits) || bits < 0 || bits > (test->family == 6 ? 128 : 32)))
        return false;
    test->bits = (uint8_t)(test->family == 6 ? bits : 96 + bits);
    return true;
}

static bool trim_delimiter(enum request_match match, char c)
{
    return c == '/' || c == '?' || (match == MATCH_DOM && (c == '.' || c == ':'));
}

/* Fills in what a match needs of its pattern; false: it is not known what it matches. */
static bool read_pattern(struct request_test *test)
{
    enum request_match match = (enum request_match)test->match;

    if (match == MATCH_INT || match == MATCH_LEN)
        return read_range(test);
    if (match == MATCH_IP)
        return read_net(test);
    if (match == MATCH_DIR || match == MATCH_DOM) {
        for (; test->len && trim_delimiter(match, *test->text); test->len--)
            test->text++;
        while (test->len && trim_delimiter(match, test->text[test->len - 1]))
            test->len--;
    }
    return test->len > 0;
}

/* `path,lower`: what is compared in lower case with a pattern in lower case is `path` compared with -i. */
static void fold_lower(struct request_test *test, const struct acl_words *words)
{
    if (!words->lowered || test->match < MATCH_STR || test->match > MATCH_DOM)
        return;
    for (uint32_t i = 0; i < test->len; i++)
        if (isupper((unsigned char)test->text[i]))
            return;
    test->sample = words->lowered;
    test->caseless = true;
}

/* `ge 500`: bounds from an operator and a number. */
static bool read_operator(struct request_test *test, const struct arg *operator)
{
    char first = operator->text[0], second = operator->text[1];

    if (first == 'n' || test->low != test->high)
        return false;
    if (first == 'g')
        test->high = INT64_MAX;
    if (first == 'l')
        test->low = INT64_MIN;
    test->low += first == 'g' && second == 't';
    test->high -= first == 'l' && second == 't';
    return true;
}

static void read_patterns(struct reading *reading, const struct acl_words *words)
{
    const struct arg *operator= NULL;

    for (uint32_t i = 0; i < words->count; i++) {
        const struct arg *at = &words->patterns[i];
        struct request_test test = words->test;

        if (words->test.match == MATCH_INT && acl_is_operator(at->text, at->len)) {
            operator= at;
            continue;
        }
        test.at = at;
        test.text = at->text;
        test.len = at->len;
        if (test.match == MATCH_REG) {
            test.regex = arena_zalloc(reading->config->arena, sizeof(*test.regex));
            test.regex->arena = reading->config->arena;
        }
        if (at->flags & (ARG_ENV | ARG_POISON) || !read_pattern(&test) || (operator&& !read_operator(&test, operator)))
            reading->whole = false;
        else
            fold_lower(add_test(reading, &test), words);
    }
}

/* Adds the tests of one line, or of what stands between braces. */
static void read_line(struct reading *reading, const struct arg *args, uint32_t count)
{
    struct acl_words words;

    if (!acl_words_read(reading->config, args, count, &words)) {
        reading->whole = reading->steady = false;
        reading->parts |= 1 << PART_OTHER;
        return;
    }
    reading->steady = reading->steady && words.steady;
    reading->parts |= (uint8_t)(1 << words.test.sample->part);
    reading->whole = reading->whole && !words.more;
    if (words.test.match == MATCH_FOUND || words.test.match == MATCH_BOOL)
        add_test(reading, &words.test);
    else if (!words.count)
        reading->whole = false; /* it matches nothing, which is told of elsewhere */
    else
        read_patterns(reading, &words);
}

static struct reading reading_start(const struct config *config)
{
    return (struct reading){.config = config, .whole = true, .steady = true};
}

static const struct request_set *reading_end(const struct reading *reading)
{
    struct request_set *set = arena_zalloc(reading->config->arena, sizeof(*set));

    set->tests = reading->tests;
    set->count = reading->count;
    set->whole = reading->whole;
    set->steady = reading->steady;
    set->parts = reading->parts;
    return set;
}

const struct request_set *request_set_of(const struct config *config, struct symbol *acl)
{
    struct reading reading = reading_start(config);

    if (acl->requests)
        return acl->requests;
    for (const struct symbol *line = acl; line; line = line->same) {
        const struct arg *test = line->directive ? directive_param(line->directive, "test") : NULL;

        if (test)
            read_line(&reading, test, (uint32_t)(line->directive->args + line->directive->arg_count - test));
        else
            reading.whole = reading.steady = false;
    }
    return acl->requests = reading_end(&reading);
}

/* --- conditions --- */

/* The words of a condition, one after the other. */
struct condition_reading {
    const struct config *config;
    const struct section *section;
    struct request_term *terms;
    uint32_t count, cap;
    struct request_case *cases;
    uint32_t case_count, case_cap;
    uint32_t begun; /* the first term of the case being read */
    bool known;
};

/* An ACL that HAProxy brings along: its words are those of the row. */
static const struct request_set *predefined(const struct condition_reading *reading, const struct keyword *row)
{
    struct reading set = reading_start(reading->config);
    struct arg args[8] = {{0}};
    uint32_t count = 0;

    for (const char *text = row->alias; *text && count < sizeof(args) / sizeof(*args);) {
        args[count].text = text;
        args[count].len = (uint32_t)strcspn(text, " ");
        text += args[count].len + (text[args[count].len] == ' ');
        count++;
    }
    read_line(&set, args, count);
    for (uint32_t i = 0; i < set.count; i++)
        set.tests[i].at = NULL;
    return reading_end(&set);
}

static const struct request_set *named(const struct condition_reading *reading, const char *name, uint32_t len)
{
    struct symbol *acl = config_find(reading->config, SYMBOL_ACL, name, len, reading->section);
    const struct keyword *row;

    if (acl)
        return request_set_of(reading->config, acl);
    row = keyword_find(CONTEXT_PREDEFINED_ACL, name, len, reading->config->lang.version, NULL);
    return row ? predefined(reading, row) : NULL;
}

static void add_term(struct condition_reading *reading, const struct request_set *set, const struct arg *at,
                     bool negated)
{
    if (!set) {
        reading->known = false;
        return;
    }
    if (reading->count == reading->cap)
        reading->terms = arena_extend(reading->config->arena, reading->terms, reading->count, &reading->cap, 4,
                                      sizeof(*reading->terms));
    reading->terms[reading->count++] = (struct request_term){set, at, negated};
}

static void end_case(struct condition_reading *reading)
{
    if (reading->case_count == reading->case_cap)
        reading->cases = arena_extend(reading->config->arena, reading->cases, reading->case_count, &reading->case_cap,
                                      1, sizeof(*reading->cases));
    reading->cases[reading->case_count++] = (struct request_case){NULL, reading->count - reading->begun};
    reading->begun = reading->count;
}

static bool is_or(const char *text, uint32_t len)
{
    return text_is(text, len, "||") || (len == 2 && (text[0] | 0x20) == 'o' && (text[1] | 0x20) == 'r');
}

/* `{ … }` at args[0]; gives the words that it takes. */
static uint32_t read_braces(struct condition_reading *reading, const struct arg *args, uint32_t count, bool negated)
{
    struct reading set = reading_start(reading->config);
    uint32_t end = 1;

    while (end < count && !text_is(args[end].text, args[end].len, "}"))
        end++;
    read_line(&set, args + 1, end - 1);
    add_term(reading, reading_end(&set), &args[1], negated);
    return end + 1;
}

static void read_words(struct condition_reading *reading, const struct arg *args, uint32_t count)
{
    bool negated = false;

    for (uint32_t i = 0; i < count && reading->known;) {
        const char *text = args[i].text;
        uint32_t len = args[i].len;

        if (args[i].flags & (ARG_ENV | ARG_POISON)) {
            reading->known = false;
            return;
        }
        for (; len && *text == '!'; len--, text++)
            negated = !negated;
        if (text_is(text, len, "{") && i + 1 < count) {
            i += read_braces(reading, args + i, count - i, negated);
        } else {
            if (is_or(text, len))
                end_case(reading);
            else if (len)
                add_term(reading, named(reading, text, len), &args[i], negated);
            i++;
        }
        if (len)
            negated = false;
    }
    end_case(reading);
}

/* `unless`: one term of each case must fail. Of several cases with several terms each that is not followed. */
static void negate(struct condition_reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++)
        reading->terms[i].negated = !reading->terms[i].negated;
    if (reading->case_count == reading->count) { /* a, or b: not a, and not b */
        reading->case_count = 1;
        reading->cases[0].count = reading->count;
    } else if (reading->case_count == 1) { /* a and b: not a, or not b */
        reading->case_count = 0;
        for (reading->begun = 0; reading->begun < reading->count;) {
            uint32_t all = reading->count;

            reading->count = reading->begun + 1;
            end_case(reading);
            reading->count = all;
        }
    } else {
        reading->known = false;
    }
}

struct request_condition request_condition_of(const struct config *config, const struct section *section,
                                              const struct directive *rule)
{
    struct condition_reading reading = {.config = config, .section = section, .known = true};
    uint32_t from = 0, terms = 0;

    while (from < rule->arg_count && !(rule->args[from].sig && sig_at(rule->args[from].sig)->kind == SIG_PARAM &&
                                       sig_at(rule->args[from].sig)->type == TYPE_COND))
        from++;
    read_words(&reading, rule->args + from, rule->arg_count - from);
    if (reading.known && directive_option(rule, KW_COND_UNLESS))
        negate(&reading);
    if (!reading.known)
        return (struct request_condition){NULL, 0, false};
    for (uint32_t i = 0; i < reading.case_count; i++) {
        reading.cases[i].terms = reading.terms + terms;
        terms += reading.cases[i].count;
    }
    return (struct request_condition){reading.cases, reading.case_count, true};
}
