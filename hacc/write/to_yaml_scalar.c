/* How YAML spells a text. Bare is what YAML 1.1 and 1.2 readers alike take for that very text; a decimal number too,
 * which they give back as it was. */
#include "hacc/write/to_yaml_parts.h"

#include <string.h>
#include <strings.h>

/* More digits than these are not certain to come out of every reader as they went in. */
enum { SAFE_DIGITS = 15 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Words that are a boolean or nothing to a reader of YAML 1.1 or 1.2, in any case. */
static bool is_typed_word(const char *text, uint32_t len)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", ".nan"};

    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        if (strlen(words[i]) == len && strncasecmp(words[i], text, len) == 0)
            return true;
    return (len == 1 && (*text == '~' || *text == '=')) || (len == 2 && memcmp(text, "<<", 2) == 0);
}

/* How many characters of `set` the text begins with. */
static uint32_t run_of(const char *text, uint32_t len, const char *set)
{
    uint32_t i = 0;

    while (i < len && text[i] && strchr(set, text[i]))
        i++;
    return i;
}

/* 12:30:45 is a number to the base of 60, and 2001-12-14 a date, in YAML 1.1. */
static bool is_time(const char *text, uint32_t len)
{
    uint32_t i = run_of(text, len, "0123456789_");
    bool dashes = i == 4 && i < len && text[i] == '-';

    if (dashes)
        return run_of(text, len, "0123456789-") >= 8;
    return i && i < len && text[i] == ':' && run_of(text, len, "0123456789_:.") == len;
}

/* Whether some reader makes a number of the text that it does not give back as it was: 0x10, 0644, 1_000, 1.10, 1e3. */
static bool is_odd_number(const char *text, uint32_t len)
{
    uint32_t sign = *text == '+' || *text == '-', i = sign, digits;

    if (i == len || !(is_digit(text[i]) || text[i] == '.'))
        return false;
    if (text[i] == '0' && i + 1 < len && strchr("xXoObB", text[i + 1]))
        return run_of(text + i + 2, len - i - 2, "0123456789abcdefABCDEF_") == len - i - 2;
    digits = run_of(text + i, len - i, "0123456789_");
    i += digits;
    if (i == len)
        return *text == '+' || memchr(text, '_', len) || digits > SAFE_DIGITS || (digits > 1 && text[sign] == '0');
    if (text[i] == '.')
        i += 1 + run_of(text + i + 1, len - i - 1, "0123456789_");
    if (i < len && (text[i] == 'e' || text[i] == 'E')) {
        i += 1 + (i + 1 < len && (text[i + 1] == '+' || text[i + 1] == '-'));
        i += run_of(text + i, len - i, "0123456789");
    }
    return i == len || (sign && len - sign == 4 && is_typed_word(text + sign, len - sign)) ||
           is_time(text + sign, len - sign);
}

/* Whether YAML's own characters stand where they would mean something. */
static bool has_indicator(const char *text, uint32_t len, bool flow)
{
    char last = text[len - 1];

    if (strchr("?:,[]{}#&*!|>'\"%@`", *text) || last == ':' || last == ' ' || *text == ' ')
        return true;
    if (*text == '-' && (len == 1 || text[1] == ' ' || (len > 2 && memcmp(text, "---", 3) == 0)))
        return true;
    for (uint32_t i = 0; i < len; i++) {
        char c = text[i], next = i + 1 < len ? text[i + 1] : '\0';

        if (c < ' ' && c >= 0)
            return true; /* a tab or line break */
        if ((c == ':' && next == ' ') || (c == ' ' && next == '#') || (flow && strchr(",[]{}?", c)))
            return true;
    }
    return false;
}

bool scalar_is_bare(const char *text, uint32_t len, enum scalar_place place)
{
    if (place != SCALAR_KEY && len == 7 && memcmp(text, "default", len) == 0)
        return false; /* hacc's own, as true and false are */
    return len && !has_indicator(text, len, place != SCALAR_BLOCK) && !is_typed_word(text, len) &&
           !is_odd_number(text, len);
}

static void print_quoted(struct buf *out, const char *text, uint32_t len, char quote)
{
    buf_putc(out, quote);
    for (uint32_t i = 0; i < len; i++) {
        if (text[i] == quote)
            buf_putc(out, quote); /* single quotes alone: "" is not used where the text has a '"' */
        buf_putc(out, text[i]);
    }
    buf_putc(out, quote);
}

static void print_block(struct buf *out, const char *text, uint32_t len, uint32_t indent)
{
    buf_puts(out, "|-");
    for (uint32_t from = 0, to; from <= len; from = to + 1) {
        const char *end = memchr(text + from, '\n', len - from);

        to = end ? (uint32_t)(end - text) : len;
        buf_putc(out, '\n');
        if (to > from)
            buf_printf(out, "%*s%.*s", (int)indent, "", (int)(to - from), text + from);
    }
}

void scalar_print(struct buf *out, const char *text, uint32_t len, enum scalar_place place, uint32_t indent)
{
    bool lines = memchr(text, '\n', len), escapes = memchr(text, '"', len) || memchr(text, '\\', len);
    bool can_be_block = place == SCALAR_BLOCK && len && !strchr(" \t\n", *text) && text[len - 1] != '\n';

    if (scalar_is_bare(text, len, place))
        buf_add(out, text, len);
    else if (can_be_block && (lines || (escapes && memchr(text, '\'', len))))
        print_block(out, text, len, indent);
    else
        print_quoted(out, text, len, escapes ? '\'' : '"');
}
