/* Numbers as HAProxy reads them. */
#include "hacc/lang/number.h"

#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

/* What size suffixes are multiplied into is an unsigned 32-bit number in most places; 64 bits never overflow
 * here. */
#define SIZE_DIGITS 15

const char *const unit_names[] = {"us", "ms", "s", "m", "h", "d"};
const int64_t unit_us[] = {1, 1000, 1000000, INT64_C(60000000), INT64_C(3600000000), INT64_C(86400000000)};

bool int_parse(const char *text, uint32_t len, int64_t *value)
{
    bool negative = len && *text == '-';
    uint32_t i = len && (*text == '-' || *text == '+');
    int64_t sum = 0;

    if (i == len)
        return false;
    for (; i < len; i++) {
        if (!is_digit(text[i]) || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, negative ? '0' - text[i] : text[i] - '0', &sum))
            return false;
    }
    *value = sum;
    return true;
}

/* Splits "30s" into its number, at most INT64_MAX, and its unit; false for anything else. HAProxy passes over what
 * stands behind the unit: *end is the length that it reads. */
static bool time_split(const char *text, uint32_t len, int64_t *number, int *unit, uint32_t *end)
{
    uint32_t digits = 0;

    *end = len;
    for (*number = 0; digits < len && is_digit(text[digits]); digits++)
        if (__builtin_mul_overflow(*number, 10, number) || __builtin_add_overflow(*number, text[digits] - '0', number))
            *number = INT64_MAX;
    if (!digits)
        return false;
    if (digits == len)
        return true;
    for (int i = UNIT_US; i <= UNIT_D; i++) {
        if (text_begins(text + digits, len - digits, unit_names[i])) {
            *unit = i;
            *end = digits + (uint32_t)strlen(unit_names[i]);
            return true;
        }
    }
    return false;
}

bool time_read(const char *text, uint32_t len, enum time_unit unit, int64_t *ms, uint32_t *end)
{
    int64_t number;
    int found = (int)unit;

    if (!time_split(text, len, &number, &found, end))
        return false;
    if (__builtin_mul_overflow(number, unit_us[found], &number))
        number = INT64_MAX;
    /* what is less than a millisecond counts as one, as HAProxy does */
    *ms = number / 1000 + (number % 1000 != 0);
    return true;
}

bool time_parse(const char *text, uint32_t len, enum time_unit unit, int64_t *ms)
{
    uint32_t end;

    return time_read(text, len, unit, ms, &end);
}

bool size_parse(const char *text, uint32_t len, int64_t *bytes)
{
    uint32_t digits = 0;
    int64_t sum = 0;

    for (; digits < len && is_digit(text[digits]); digits++) {
        if (digits >= SIZE_DIGITS && sum)
            return false;
        sum = sum * 10 + (text[digits] - '0');
    }
    if (!digits || len - digits > 1)
        return false;
    if (digits < len) {
        switch (text[digits]) {
        case 'k':
        case 'K':
            sum <<= 10;
            break;
        case 'm':
        case 'M':
            sum <<= 20;
            break;
        case 'g':
        case 'G':
            if (sum > INT64_MAX >> 30)
                return false;
            sum <<= 30;
            break;
        default:
            return false;
        }
    }
    *bytes = sum;
    return true;
}

bool based_parse(const struct word *word, int64_t *value)
{
    const char *text = word->text;
    uint32_t len = word->len, base = 8;
    uint64_t sum = 0;

    if (len < 2 || *text != '0')
        return int_parse(text, len, value);
    if (len > 2 && (text[1] | 0x20) == 'x') {
        base = 16;
        text += 2;
        len -= 2;
    }
    for (uint32_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i], low = c | 0x20;
        uint32_t digit = is_digit(text[i]) ? c - '0' + 0u : low >= 'a' && low <= 'f' ? low - 'a' + 10u : 99u;

        if (digit >= base)
            return false;
        sum = sum > UINT64_MAX / 32 ? UINT64_MAX / 2 : sum * base + digit;
    }
    *value = sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
    return true;
}

struct word leading_number(const struct word *word)
{
    uint32_t from = 0, end;

    while (from < word->len && (word->text[from] == ' ' || (word->text[from] >= '\t' && word->text[from] <= '\r')))
        from++;
    end = from + (from < word->len && (word->text[from] == '-' || word->text[from] == '+'));
    if (end == word->len || !is_digit(word->text[end]))
        return word_part(word, from, 0);
    while (end < word->len && is_digit(word->text[end]))
        end++;
    return word_part(word, from, end - from);
}

bool begins_with_zero(const char *text, uint32_t len)
{
    struct word word = {.text = text, .len = len}, number = leading_number(&word);
    int64_t value;

    return !number.len || (int_parse(number.text, number.len, &value) && !value);
}
