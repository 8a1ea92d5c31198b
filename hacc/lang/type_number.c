/* The types of numbers: int, time, size, percent, float, port, mode-bits, tlv-id. */
#include "hacc/lang/types.h"

#include "hacc/lang/number.h"
#include "hacc/lang/value.h"

#include <inttypes.h>
#include <stdio.h>

/* HAProxy counts time in a signed 32-bit number of milliseconds: about 24.8 days. */
#define TIME_MAX_MS INT64_C(2147483647)
/* Writes a bound in the largest unit that says it exactly: 60000 ms as "1m". */
static const char *show_time(char *out, size_t size, int64_t ms)
{
    int unit = UNIT_MS;

    while (ms && unit < UNIT_D && ms % (unit_us[unit + 1] / 1000) == 0)
        unit++;
    snprintf(out, size, "%" PRId64 "%s", ms / (unit_us[unit] / 1000), ms ? unit_names[unit] : "");
    return out;
}

static const char *show_size(char *out, size_t size, int64_t bytes)
{
    static const char suffixes[] = " kmg";
    int suffix = 0;

    for (; bytes && bytes % 1024 == 0 && suffix < 3; suffix++)
        bytes /= 1024;
    snprintf(out, size, "%" PRId64 "%.*s", bytes, suffix > 0, &suffixes[suffix]);
    return out;
}

static const char *show_int(char *out, size_t size, int64_t value)
{
    snprintf(out, size, "%" PRId64, value);
    return out;
}

/* "'70000' is out of range: it must be from 1 to 65535" in the units that people write. */
static bool range_fault(struct lang *lang, const struct sig *param, const struct word *word, int64_t min, int64_t max,
                        const char *(*show)(char *, size_t, int64_t))
{
    const struct keyword *kw = lang->kw;
    const char *name = param->text ? param->text : types[param->type].name;
    char low[40], high[40], help[120];

    if (kw && kw->sig && param == sig_at(kw->sig) && !param->next)
        name = kw->name; /* its only value: the parameter's name says less */
    if (max == INT64_MAX)
        snprintf(help, sizeof(help), "it must be at least %s", show(low, sizeof(low), min));
    else if (min == INT64_MIN)
        snprintf(help, sizeof(help), "it must be at most %s", show(high, sizeof(high), max));
    else
        snprintf(help, sizeof(help), "it must be %sfrom %s to %s", sig_takes_zero(param) ? "0, or " : "",
                 show(low, sizeof(low), min), show(high, sizeof(high), max));
    return lang_fault(lang, RULE_OUT_OF_RANGE, word->at, help, "'%.*s' is out of range for '%s'", WORD_ARGS(word),
                      name);
}

static bool in_range(const struct sig *param, int64_t value)
{
    return (value >= param->min && value <= param->max) || (!value && sig_takes_zero(param));
}

static bool all_digits(const struct word *word)
{
    uint32_t i = word->len && (*word->text == '-' || *word->text == '+');

    if (i == word->len)
        return false;
    while (i < word->len && is_digit(word->text[i]))
        i++;
    return i == word->len;
}

bool number_cut(struct lang *lang, const struct word *word, const char *read)
{
    char help[80];

    snprintf(help, sizeof(help), "write %s, or what was meant", read);
    lang_fault(lang, RULE_NUMBER_CUT, word->at, help, "HAProxy reads '%.*s' as %s", WORD_ARGS(word), read);
    return true;
}

/* Whether HAProxy makes a number of a word that is none: *value. To look ahead by, a word has to begin with one. */
static bool atol_parse(const struct lang *lang, const struct sig *param, const struct word *word, int64_t *value)
{
    struct word number = leading_number(word);

    *value = 0;
    return param->atol && (number.len ? int_parse(number.text, number.len, value) : lang->diags != NULL);
}

static bool int_cut(struct lang *lang, const struct word *word, int64_t value)
{
    char read[40];

    snprintf(read, sizeof(read), "%" PRId64, value);
    if (leading_number(word).len)
        return number_cut(lang, word, read);
    lang_fault(lang, RULE_NUMBER_CUT, word->at, "write the number that is meant",
               "'%.*s' is no number: HAProxy reads it as 0", WORD_ARGS(word));
    return true;
}

bool counter_check(struct lang *lang, int64_t number, struct span at)
{
    if (number < lang->counters)
        return true;
    return lang_fault(lang, RULE_OUT_OF_RANGE, at, "tune.stick-counters, in a global section above, sets how many",
                      "sticky counter %" PRId64 " is not there: there are %u, counted from 0", number, lang->counters);
}

/* Where a number counts for more than itself. */
static bool int_take(struct lang *lang, const struct sig *param, const struct word *word, int64_t value)
{
    if (param->type == TYPE_INT && param->arg == INT_COUNTER)
        return counter_check(lang, value, word->at);
    if (param->type == TYPE_INT && param->arg == INT_COUNTERS)
        lang->counters = value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
    return true;
}

VALUE(int)
{
    unsigned profile = param->type == TYPE_INT ? param->arg : INT_NONE;
    int64_t value;

    if (profile == INT_NONZERO && (int_parse(word->text, word->len, &value) || atol_parse(lang, param, word, &value)) &&
        !value)
        return lang_fault(lang, RULE_OUT_OF_RANGE, word->at,
                          param->min == INT64_MIN ? "the first is 1, the last -1" : "from 1 up, or from -1 down",
                          "'%s' cannot be 0", param->text);
    if (profile == INT_HEX ? based_parse(word, &value) : int_parse(word->text, word->len, &value))
        return in_range(param, value) ? int_take(lang, param, word, value)
                                      : range_fault(lang, param, word, param->min, param->max, show_int);
    if (all_digits(word) && (profile != INT_HEX || *word->text != '0')) {
        /* more than 64 bits hold: HAProxy goes on with the end of its range */
        if (in_range(param, *word->text == '-' ? INT64_MIN : INT64_MAX))
            return true;
        return range_fault(lang, param, word, param->min == INT64_MIN ? INT64_MIN + 1 : param->min,
                           param->max == INT64_MAX ? INT64_MAX - 1 : param->max, show_int);
    }
    if (!all_digits(word) && atol_parse(lang, param, word, &value))
        return in_range(param, value) ? int_cut(lang, word, value) && int_take(lang, param, word, value)
                                      : range_fault(lang, param, word, param->min, param->max, show_int);
    return lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "'%.*s' is not a whole number", WORD_ARGS(word));
}

static bool time_cut(struct lang *lang, const struct word *word, uint32_t end)
{
    char read[40];

    snprintf(read, sizeof(read), "%.*s", (int)end, word->text);
    return number_cut(lang, word, read);
}

static bool time_fault(struct lang *lang, const struct sig *param, const struct word *word)
{
    char help[160];

    snprintf(help, sizeof(help),
             "write one number and one unit: 500us, 250ms, 30s, 5m, 1h, 1d; a bare number counts %s",
             unit_names[param->unit]);
    return lang_fault(lang, RULE_BAD_VALUE, word->at, help, "'%.*s' is not a time", WORD_ARGS(word));
}

VALUE(time)
{
    int64_t most = param->unit == UNIT_S ? TIME_MAX_MS * 1000 : TIME_MAX_MS; /* what counts seconds lasts longer */
    int64_t max = param->max == INT64_MAX ? most : param->max;
    int64_t min = param->min == INT64_MIN ? 0 : param->min;
    int64_t ms;
    uint32_t end;

    if (!time_read(word->text, word->len, (enum time_unit)param->unit, &ms, &end))
        return time_fault(lang, param, word);
    if (ms > most && max >= most)
        return lang_fault(lang, RULE_OUT_OF_RANGE, word->at,
                          param->unit == UNIT_S ? "this timer ends at 2147483647s, about 68 years"
                                                : "HAProxy's timers end at 2147483647ms, about 24.8 days",
                          "'%.*s' is longer than HAProxy can wait", WORD_ARGS(word));
    if (ms < min || ms > max)
        return range_fault(lang, param, word, min, max, show_time);
    /* 2.2 refuses the unit that its manual names */
    if (lang->version == HAP_2_2 && end > 2 && memcmp(word->text + end - 2, "us", 2) == 0)
        return lang_fault(lang, RULE_WRONG_VERSION, word->at, "write the time in milliseconds",
                          "HAProxy 2.2 does not accept microseconds in '%.*s'", WORD_ARGS(word));
    return end == word->len || time_cut(lang, word, end);
}

/* 3.2 takes a bare number below 100 for seconds that were meant, and refuses it. */
VALUE(explicit_time)
{
    int64_t ms;

    if (!value_time(lang, param, word))
        return false;
    return !int_parse(word->text, word->len, &ms) || ms == 0 || ms >= 100 ||
           lang_fault(lang, RULE_OUT_OF_RANGE, word->at, "write the unit: ms, or more likely s",
                      "'%.*s' is too small a number of milliseconds to stand without a unit", WORD_ARGS(word));
}

VALUE(size)
{
    int64_t bytes;

    if (size_parse(word->text, word->len, &bytes))
        return in_range(param, bytes) ||
               range_fault(lang, param, word, param->min == INT64_MIN ? 0 : param->min, param->max, show_size);
    return lang_fault(lang, RULE_BAD_VALUE, word->at, "write a number with k, m or g, or none: 16384, 16k, 1m",
                      "'%.*s' is not a size", WORD_ARGS(word));
}

VALUE(percent)
{
    uint32_t len = word->len && word->text[word->len - 1] == '%' ? word->len - 1 : word->len;
    int64_t value;

    if (!int_parse(word->text, len, &value))
        return lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "'%.*s' is not a percentage", WORD_ARGS(word));
    if (param->min == INT64_MIN && param->max == INT64_MAX)
        return (value >= 0 && value <= 100) || range_fault(lang, param, word, 0, 100, show_int);
    return in_range(param, value) || range_fault(lang, param, word, param->min, param->max, show_int);
}

VALUE(float)
{
    uint32_t i = word->len && (*word->text == '-' || *word->text == '+'), digits = 0, dots = 0;

    (void)param;
    for (; i < word->len; i++) {
        if (is_digit(word->text[i]))
            digits++;
        else if (word->text[i] != '.' || dots++)
            break;
    }
    if (i == word->len && digits)
        return true;
    return lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "'%.*s' is not a number", WORD_ARGS(word));
}

VALUE(port)
{
    int64_t min = param->min == INT64_MIN ? 0 : param->min, max = param->max == INT64_MAX ? 65535 : param->max;
    bool cut = !all_digits(word);
    int64_t port;

    if (cut ? !atol_parse(lang, param, word, &port) : !int_parse(word->text, word->len, &port))
        return lang_fault(lang, RULE_BAD_VALUE, word->at, "ports are numbers from 1 to 65535", "'%.*s' is not a port",
                          WORD_ARGS(word));
    if (port < min || port > max)
        return range_fault(lang, param, word, min, max, show_int);
    return !cut || int_cut(lang, word, port);
}

VALUE(mode_bits)
{
    uint32_t mode = 0;

    (void)param;
    for (uint32_t i = 0; i < word->len; i++) {
        if (word->text[i] < '0' || word->text[i] > '7' || mode > 0777)
            return lang_fault(lang, RULE_BAD_VALUE, word->at, "three octal digits: 660 lets owner and group connect",
                              "'%.*s' is not a file mode", WORD_ARGS(word));
        mode = mode * 8 + (uint32_t)(word->text[i] - '0');
    }
    return word->len || lang_fault(lang, RULE_BAD_VALUE, word->at, "three octal digits: 660", "the file mode is empty");
}

VALUE(tlv_id)
{
    uint32_t value = 0, i = text_begins(word->text, word->len, "0x") ? 2 : 0, base = i ? 16 : 10;
    bool good = word->len > i;

    (void)param;
    for (; good && i < word->len; i++) {
        char c = word->text[i];
        int digit = is_digit(c) ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : 99;

        value = value * base + (uint32_t)digit;
        good = (uint32_t)digit < base && value <= 255;
    }
    return good || lang_fault(lang, RULE_BAD_VALUE, word->at, "from 0 to 255, or from 0x00 to 0xff",
                              "'%.*s' is not the type of a PROXY protocol field", WORD_ARGS(word));
}
