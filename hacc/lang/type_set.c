/* Sets of numbers: status, cpu-set, number-set, thread-set, sample-ranges, counts. */
#include "hacc/lang/value.h"

#include <inttypes.h>
#include <stdio.h>

struct scan {
    const char *at, *end;
};

static bool scan_number(struct scan *scan, uint32_t *value)
{
    const char *start = scan->at;

    for (*value = 0; scan->at < scan->end && is_digit(*scan->at) && scan->at - start < 8; scan->at++)
        *value = *value * 10 + (uint32_t)(*scan->at - '0');
    return scan->at > start;
}

static bool scan_char(struct scan *scan, char c)
{
    if (scan->at == scan->end || *scan->at != c)
        return false;
    scan->at++;
    return true;
}

static bool scan_word(struct scan *scan, const char *word)
{
    if (!text_begins(scan->at, (uint32_t)(scan->end - scan->at), word))
        return false;
    scan->at += strlen(word);
    return true;
}

static struct scan scan_of(const struct word *word)
{
    return (struct scan){word->text, word->text + word->len};
}

static bool status_code(struct scan *scan, uint32_t *code)
{
    const char *start = scan->at;

    return scan_number(scan, code) && scan->at - start == 3 && *code >= 100;
}

/* +404, -500-509: what is added to a set or taken from it. */
static bool status_change(struct lang *lang, const struct word *word)
{
    struct scan scan = scan_of(word);
    uint32_t low, high;
    bool good;

    if (!scan_char(&scan, '+'))
        scan_char(&scan, '-');
    good = status_code(&scan, &low);
    high = low;
    if (good && scan_char(&scan, '-'))
        good = status_code(&scan, &high);
    if (good && scan.at == scan.end && low <= high && high <= 599)
        return true;
    return lang_fault(lang, RULE_BAD_VALUE, word->at, "codes from 100 to 599, as in 500-599, +408 or -404",
                      "'%.*s' is not a range of status codes", WORD_ARGS(word));
}

VALUE(status)
{
    bool ranges = param->arg == STATUS_RANGES, list = ranges || param->arg == STATUS_LIST;
    uint32_t low = 0, high = 0;
    struct scan scan = scan_of(word);
    bool good;

    if (param->arg == STATUS_CHANGES)
        return status_change(lang, word);
    do {
        good = status_code(&scan, &low) && (!ranges || !scan_char(&scan, '-') || status_code(&scan, &high));
        if (!good)
            break;
        if (high && high < low)
            return lang_fault(lang, RULE_BAD_VALUE, word->at, "the lower code comes first: 200-299",
                              "the range of status codes in '%.*s' is empty", WORD_ARGS(word));
        if (low < param->min || low > param->max)
            return lang_fault(lang, RULE_OUT_OF_RANGE, word->at, NULL, "%u is not a status code that can stand here",
                              low);
        high = 0;
    } while (list && scan_char(&scan, ','));
    if (good && scan.at == scan.end)
        return true;
    return lang_fault(lang, RULE_BAD_VALUE, word->at,
                      ranges ? "as in 200-299,301"
                      : list ? "as in 200,301"
                             : "three digits, as in 503",
                      "'%.*s' is not %s", WORD_ARGS(word), list ? "a list of status codes" : "a status code");
}

/* What the numbers of a set are within. */
struct limits {
    int64_t min, max;
};

/* The limits that the parameter's range says; none where it has no range. */
static struct limits limits_of(const struct sig *param)
{
    return (struct limits){param->min, param->max};
}

/* N, N-, N-N; HAProxy takes the two of a range in either order. */
static bool scan_range(struct scan *scan, struct limits limits)
{
    uint32_t low, high, last;

    if (!scan_number(scan, &low))
        return false;
    high = scan_char(scan, '-') && scan_number(scan, &last) ? last : low;
    return low >= limits.min && low <= limits.max && high >= limits.min && high <= limits.max;
}

/* Up to 2.6 HAProxy reads the first number of a list, and what stands behind the first '-'. */
static bool cpus_cut(struct lang *lang, const struct word *word)
{
    const char *dash = memchr(word->text, '-', word->len);
    struct scan first = scan_of(word), last = {dash ? dash + 1 : first.end, first.end};
    uint32_t low, high;
    char read[24];

    scan_number(&first, &low);
    if (scan_number(&last, &high))
        snprintf(read, sizeof(read), "%" PRIu32 "-%" PRIu32, low, high);
    else
        snprintf(read, sizeof(read), "%" PRIu32 "%s", low, dash ? "-" : "");
    return number_cut(lang, word, read);
}

VALUE(cpu_set)
{
    struct scan scan = scan_of(word);
    char help[80];
    bool good;

    do
        good = scan_range(&scan, limits_of(param));
    while (good && scan_char(&scan, ','));
    if (good && scan.at == scan.end)
        return lang->version >= HAP_2_8 || !memchr(word->text, ',', word->len) || cpus_cut(lang, word);
    if (param->max == INT64_MAX)
        snprintf(help, sizeof(help), "CPUs count from 0: 0-3 or 0,2,4");
    else
        snprintf(help, sizeof(help), "CPUs count from 0 to %" PRId64 ": 0-3 or 0,2,4", param->max);
    return lang_fault(lang, RULE_BAD_VALUE, word->at, help, "'%.*s' is not a set of CPUs", WORD_ARGS(word));
}

static bool scan_numbers(struct scan *scan, struct limits limits)
{
    return scan_word(scan, "all") || scan_word(scan, "odd") || scan_word(scan, "even") || scan_range(scan, limits);
}

/* The threads of a group or process: as many as a machine word has bits. */
static const struct limits group_threads = {1, 64};

/* N, N-N: the threads of a group. Of a range whose higher number comes first HAProxy takes none. */
static bool scan_group(struct scan *scan, const struct sig *param)
{
    uint32_t low, high;

    if (!scan_number(scan, &low))
        return false;
    high = low;
    if (scan_char(scan, '-') && !scan_number(scan, &high))
        return false;
    return low >= param->min && low <= param->max && high >= param->min && high <= param->max &&
           (high < low || high - low < group_threads.max);
}

static bool group_fault(struct lang *lang, const struct sig *param, const struct word *word)
{
    char help[120];

    snprintf(help, sizeof(help), "a number or range from %" PRId64 " to %" PRId64 ", %" PRId64 " threads at most: 1-4",
             param->min, param->max, group_threads.max);
    return lang_fault(lang, RULE_BAD_VALUE, word->at, help, "'%.*s' is not a set of threads of a group",
                      WORD_ARGS(word));
}

/* all, odd, even, N, N-, N-N: one of them, whose numbers are within the parameter's range. */
VALUE(number_set)
{
    struct scan scan = scan_of(word);

    if (param->arg == NUMBER_SET_GROUP)
        return (scan_group(&scan, param) && scan.at == scan.end) || group_fault(lang, param, word);
    return (scan_numbers(&scan, limits_of(param)) && scan.at == scan.end) ||
           lang_fault(lang, RULE_BAD_VALUE, word->at, "all, odd, even, a number from 1 or a range: 1-4",
                      "'%.*s' is not a set of numbers that can stand here", WORD_ARGS(word));
}

/* The processes N, or N/M: the threads M of them. */
static bool scan_processes(struct scan *scan, const struct sig *param)
{
    return scan_numbers(scan, limits_of(param)) && (!scan_char(scan, '/') || scan_numbers(scan, group_threads));
}

/* The threads N, or G/N: N of the thread group G. */
static bool scan_threads(struct scan *scan, const struct sig *param, enum hap_version version)
{
    /* asked of the binaries; how many groups there are is how they were built */
    uint32_t groups = version < HAP_2_8 ? 1 : version < HAP_3_2 ? 16 : 32, group;
    struct scan begin = *scan;

    if (!scan_number(scan, &group) || !scan_char(scan, '/')) {
        *scan = begin;
        return scan_numbers(scan, limits_of(param));
    }
    if (scan->at == scan->end && version >= HAP_2_8)
        return group >= 1 && group <= groups;
    return group >= 1 && group <= groups && scan_numbers(scan, group_threads);
}

VALUE(thread_set)
{
    struct scan scan = scan_of(word);
    bool good;

    do
        good = param->arg == THREAD_SET_PROCESSES ? scan_processes(&scan, param)
                                                  : scan_threads(&scan, param, lang->version);
    while (good && param->arg == THREAD_SET_NONE && scan_char(&scan, ','));
    return (good && scan.at == scan.end) ||
           lang_fault(lang, RULE_BAD_VALUE, word->at,
                      param->arg == THREAD_SET_PROCESSES
                          ? "all, odd, even, 1, 1-4, or with threads behind a slash: 1/1-4"
                          : "all, odd, even, 3, 1-4, or behind a thread group: 1/1-4",
                      "'%.*s' is not a set of threads that can stand here", WORD_ARGS(word));
}

VALUE(thread_map)
{
    struct scan scan = scan_of(word);
    bool good;

    scan_word(&scan, "auto:");
    good = scan_numbers(&scan, limits_of(param)) && (!scan_char(&scan, '/') || scan_numbers(&scan, limits_of(param)));
    return (good && scan.at == scan.end) ||
           lang_fault(lang, RULE_BAD_VALUE, word->at, "1, all, odd, even, 1-4, 1/1-4 or auto:1/1-4",
                      "'%.*s' is not a set of threads", WORD_ARGS(word));
}

/* 48.59.1 */
VALUE(field_number)
{
    struct scan scan = scan_of(word);
    uint32_t field;
    bool good;

    (void)param;
    do
        good = scan_number(&scan, &field) && field;
    while (good && scan_char(&scan, '.'));
    return (good && scan.at == scan.end) ||
           lang_fault(lang, RULE_BAD_VALUE, word->at, "as in 1, or 48.59.1 for a field inside others",
                      "'%.*s' is not the number of a field", WORD_ARGS(word));
}

/* 1,3-5:8 */
/* N, or N-N: the higher one comes last. */
static bool scan_lines(struct scan *scan, uint32_t *low, uint32_t *high)
{
    bool good = scan_number(scan, low) && *low;

    *high = *low;
    return good && (!scan_char(scan, '-') || (scan_number(scan, high) && *high > *low));
}

/* Whether a number is in one of the ranges up to `end`. */
static bool is_within(const struct word *word, const char *end, uint32_t number)
{
    struct scan scan = {word->text, end};
    uint32_t low, high;

    while (scan_lines(&scan, &low, &high)) {
        if (number >= low && number <= high)
            return true;
        scan_char(&scan, ',');
    }
    return false;
}

/* Ranges that do not ascend are looked for among those before them, as many as this in a value. */
enum { BACKWARDS_MAX = 100 };

VALUE(sample_ranges)
{
    struct scan scan = scan_of(word);
    uint32_t low, high, size, top = 0, backwards = 0;
    bool good;

    (void)param;
    do {
        const char *begin = scan.at;

        good = scan_lines(&scan, &low, &high);
        if (good && low <= top && backwards++ < BACKWARDS_MAX &&
            (is_within(word, begin, low) || is_within(word, begin, high)))
            return lang_fault(lang, RULE_BAD_VALUE, word->at, "each line stands in one range: 1,3-5:8",
                              "ranges of '%.*s' overlap", WORD_ARGS(word));
        top = good && high > top ? high : top;
    } while (good && scan_char(&scan, ',') && scan.at < scan.end && *scan.at != ':');
    return (good && scan_char(&scan, ':') && scan_number(&scan, &size) && size >= top && scan.at == scan.end) ||
           lang_fault(lang, RULE_BAD_VALUE, word->at, "as in 1,3-5:8: lines 1, 3, 4 and 5 out of every 8",
                      "'%.*s' does not say which lines are sent", WORD_ARGS(word));
}

VALUE(server_count)
{
    struct scan scan = scan_of(word);
    uint32_t low, high;
    bool good = scan_number(&scan, &low);

    (void)param;
    high = low;
    if (good && scan_char(&scan, '-'))
        good = scan_number(&scan, &high);
    return (good && high && high >= low && scan.at == scan.end) ||
           lang_fault(lang, RULE_BAD_VALUE, word->at, "how many, or the first and the last one: 3 or 1-10",
                      "'%.*s' is not a count", WORD_ARGS(word));
}
