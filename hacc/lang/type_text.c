/* Text: str, secret, path, header, envvar, uri, csv, http-method. */
#include "hacc/lang/value.h"

static bool text_fault(struct lang *lang, const struct word *word, uint32_t at, const char *help, const char *what)
{
    if (!word->len)
        return lang_fault(lang, RULE_BAD_VALUE, word->at, help, "%s is empty", what);
    return lang_fault(lang, RULE_BAD_VALUE, word_span(word, at, 1), help, "character '%.*s' cannot stand in %s '%.*s'",
                      1, word->text + at, what, WORD_ARGS(word));
}

VALUE(str)
{
    (void)lang;
    (void)param;
    (void)word;
    return true;
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
