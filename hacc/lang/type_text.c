/* Text: str, secret, path, header, envvar, uri, csv, verify-errors, http-method. */
#include "hacc/lang/number.h"
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <inttypes.h>
#include <stdio.h>

static bool text_fault(struct lang *lang, const struct word *word, uint32_t at, const char *help, const char *what)
{
    if (!word->len)
        return lang_fault(lang, RULE_BAD_VALUE, word->at, help, "%s is empty", what);
    return lang_fault(lang, RULE_BAD_VALUE, word_span(word, at, 1), help, "character '%.*s' cannot stand in %s '%.*s'",
                      1, word->text + at, what, WORD_ARGS(word));
}

VALUE(str)
{
    if (word->len >= param->min && word->len <= param->max)
        return true;
    if (!word->len)
        return lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "'%s' is empty", param->text);
    return lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "'%.*s' must be exactly %d character%s for '%s'",
                      WORD_ARGS(word), (int)param->max, param->max == 1 ? "" : "s", param->text);
}

VALUE(path)
{
    (void)param;
    return word->len || lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "the path is empty");
}

VALUE(uri)
{
    (void)param;
    for (uint32_t i = 0; i < word->len; i++)
        if ((unsigned char)word->text[i] <= ' ' || word->text[i] == 0x7f)
            return text_fault(lang, word, i, "write it percent-encoded, a blank as %20", "a URI");
    return word->len || lang_fault(lang, RULE_BAD_VALUE, word->at, NULL, "the URI is empty");
}

VALUE(csv)
{
    bool empty = true;

    (void)param;
    for (uint32_t i = 0; i <= word->len; i++) {
        if (i < word->len && word->text[i] != ',') {
            empty = false;
        } else if (empty) {
            return lang_fault(lang, RULE_BAD_VALUE, word_span(word, i ? i - 1 : 0, 1), NULL,
                              "the list '%.*s' has an empty item", WORD_ARGS(word));
        } else {
            empty = true;
        }
    }
    return true;
}

/* The numbers are OpenSSL's: 2.2 knows the first 63. */
static bool verify_error(struct lang *lang, const struct word *one)
{
    bool has_names = lang->version >= HAP_2_8;
    struct word digits = has_names && one->len && !is_digit(*one->text) ? word_part(one, 0, 0) : leading_number(one);
    int64_t number = 0, last = lang->version == HAP_2_2 ? 63 : 94;
    char read[24];

    for (const char *const *name = types[TYPE_VERIFY_ERROR].words; *name && has_names; name++)
        if (word_is(one, *name))
            return true;
    if (!int_parse(digits.text, digits.len, &number) || number < 1 || number > last)
        return lang_fault(lang, RULE_BAD_VALUE, one->at,
                          has_names    ? "all by itself, a number up to 94 or a name as X509_V_ERR_CERT_HAS_EXPIRED"
                          : last == 63 ? "all by itself, or a number up to 63"
                                       : "all by itself, or a number up to 94",
                          "'%.*s' is not an error of verifying a certificate", WORD_ARGS(one));
    snprintf(read, sizeof(read), "%" PRId64, number);
    return digits.len == one->len || number_cut(lang, one, read);
}

VALUE(verify_errors)
{
    uint32_t from = 0;

    if (word_is(word, "all"))
        return true;
    if (!value_csv(lang, param, word))
        return false;
    for (uint32_t i = 0; i <= word->len; i++) {
        struct word one;

        if (i < word->len && word->text[i] != ',')
            continue;
        one = word_part(word, from, i - from);
        if (!verify_error(lang, &one))
            return false;
        from = i + 1;
    }
    return true;
}

/* RFC 9110, 5.6.2 */
static bool is_token(char c)
{
    return is_alnum(c) || (c && memchr("!#$%&'*+-.^_`|~", c, 15));
}

/* HAProxy up to 2.x sends any name; from 3.0 on it warns and sends it all the same. No peer accepts one. */
VALUE(header)
{
    uint32_t i = 0;

    (void)param;
    while (i < word->len && is_token(word->text[i]))
        i++;
    if (word->len && i == word->len)
        return true;
    if (i < word->len && word->text[i] == ':')
        return text_fault(lang, word, i, "the name stands without the ':'", "a header name");
    return text_fault(lang, word, i, "letters, digits and '-', as in X-Forwarded-For", "a header name");
}

VALUE(http_method)
{
    (void)param;
    for (uint32_t i = 0; i < word->len; i++)
        if (!is_token(word->text[i]))
            return text_fault(lang, word, i, "as in GET", "an HTTP method");
    return word->len || text_fault(lang, word, 0, "as in GET", "an HTTP method");
}

VALUE(envvar)
{
    (void)param;
    for (uint32_t i = 0; i < word->len; i++)
        if (word->text[i] == '=')
            return text_fault(lang, word, i, "the value is a word of its own", "the name of an environment variable");
    return word->len || text_fault(lang, word, 0, NULL, "the name of an environment variable");
}

VALUE(hexstring)
{
    uint32_t i = 0;

    (void)param;
    while (i < word->len &&
           (is_digit(word->text[i]) || ((word->text[i] | 0x20) >= 'a' && (word->text[i] | 0x20) <= 'f')))
        i++;
    return (i == word->len && i % 2 == 0) ||
           lang_fault(lang, RULE_BAD_VALUE, word_span(word, i, 1), "two hexadecimal digits a byte: 0d0a",
                      "'%.*s' is not a series of bytes", WORD_ARGS(word));
}
