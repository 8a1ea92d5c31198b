/* cpu-map: auto: gives each thread, or process, a CPU of its own. Source: configuration.txt, "cpu-map"; asked of the
 * binaries. */
#include "hacc/lang/hooks.h"
#include "hacc/lang/value.h"

#include <inttypes.h>
#include <string.h>

/* What the numbers of a thread-map end at, and, in any version, those of CPUs. */
enum { NUMBERS = 64, CPUS = 1024, BITS = 64 };

/* Gives the number that text[*at] begins, and moves *at behind it. */
static uint32_t take_number(const struct arg *arg, uint32_t *at, uint32_t otherwise)
{
    uint32_t number = 0, from = *at;

    for (; *at < arg->len && is_digit(arg->text[*at]); ++*at)
        number = number < CPUS ? number * 10 + (uint32_t)(arg->text[*at] - '0') : number;
    return *at > from ? number : otherwise;
}

/* How many numbers there are in all, odd, even, N, N- or N-N, which begins at text[*at]; moves *at behind it. */
static uint32_t set_size(const struct arg *arg, uint32_t *at)
{
    uint32_t low, high;

    if (*at < arg->len && is_alpha(arg->text[*at])) {
        bool all = text_begins(arg->text + *at, arg->len - *at, "all");

        while (*at < arg->len && is_alpha(arg->text[*at]))
            ++*at;
        return all ? NUMBERS : NUMBERS / 2;
    }
    high = low = take_number(arg, at, 1);
    if (*at < arg->len && arg->text[*at] == '-') {
        ++*at;
        high = take_number(arg, at, NUMBERS);
    }
    return (high > low ? high - low : low - high) + 1;
}

static void add_range(uint64_t *cpus, uint32_t low, uint32_t high)
{
    for (; low <= high && low < CPUS; low++)
        cpus[low / BITS] |= UINT64_C(1) << low % BITS;
}

/* Adds the CPUs of a word: numbers and ranges, comma separated. Up to 2.6 HAProxy reads the first number, and what
 * stands behind the first '-'. */
static void add_cpus(uint64_t *cpus, const struct arg *arg, bool has_commas)
{
    for (uint32_t at = 0; at < arg->len; at++) {
        uint32_t low = take_number(arg, &at, 0), high = low;
        const char *dash = memchr(arg->text + at, '-', arg->len - at);

        if (dash && (!has_commas || dash == arg->text + at)) {
            at = (uint32_t)(dash - arg->text) + 1;
            high = take_number(arg, &at, at < arg->len && !has_commas ? 0 : (uint32_t)sig_at(arg->sig)->max);
        }
        add_range(cpus, low < high ? low : high, low < high ? high : low);
        if (!has_commas)
            return;
    }
}

static uint32_t count_cpus(const struct match *match)
{
    uint64_t cpus[CPUS / BITS] = {0};
    uint32_t count = 0;

    for (uint32_t i = 1; i < match->count; i++)
        add_cpus(cpus, &match->args[i], match->lang->version >= HAP_2_8);
    for (uint32_t i = 0; i < CPUS; i++)
        count += cpus[i / BITS] >> i % BITS & 1;
    return count;
}

HOOK(cpu_map)
{
    const struct arg *set = &match->args[0];
    struct lang *lang = match->lang;
    uint32_t begin = (uint32_t)strlen("auto:"), groups, threads, cpus;

    (void)kw;
    (void)at;
    if (!text_begins(set->text, set->len, "auto:"))
        return;
    for (uint32_t i = 0; i < match->count; i++)
        if (match->args[i].flags & (ARG_ENV | ARG_POISON))
            return;
    groups = set_size(set, &begin);
    begin++; /* the slash */
    threads = begin < set->len ? set_size(set, &begin) : lang->version < HAP_2_8 ? 0 : NUMBERS;
    cpus = count_cpus(match);
    if (groups > 1 && threads > 1 && lang->version <= HAP_2_4)
        match->failed = !lang_fault(lang, RULE_BAD_VALUE, arg_span(set), "as in auto:1-4 or auto:1/1-4",
                                    "'%.*s' binds a range of processes and one of threads", WORD_ARGS(set));
    else if (groups != cpus && threads != cpus)
        match->failed = !lang_fault(lang, RULE_BAD_VALUE, arg_span(set), "each has one CPU, as in auto:1/1-4 0-3",
                                    "'%.*s' names more or fewer threads than the %" PRIu32 " CPUs that follow",
                                    WORD_ARGS(set), cpus);
}
