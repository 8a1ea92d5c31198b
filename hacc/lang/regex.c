/* Regular expressions: what PCRE2 refuses, HAProxy refuses. */
#include "hacc/lang/value.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

bool regex_parse(struct lang *lang, const struct word *word, bool caseless)
{
    PCRE2_SIZE at;
    int error;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)word->text, word->len, caseless ? PCRE2_CASELESS : 0, &error, &at, NULL);
    char why[160];
    uint32_t from;

    if (code) {
        pcre2_code_free(code);
        return true;
    }
    if (!lang->diags)
        return false;
    if (pcre2_get_error_message(error, (PCRE2_UCHAR *)why, sizeof(why)) < 0)
        memcpy(why, "PCRE2 refuses it", sizeof("PCRE2 refuses it"));
    /* the offset is where the scan stopped: the byte before it is the one to look at where the text has ended
     */
    from = at < word->len ? (uint32_t)at : word->len ? word->len - 1 : 0;
    return lang_fault(lang, RULE_BAD_REGEX, word_span(word, from, 1), NULL, "regular expression '%.*s': %s",
                      WORD_ARGS(word), why);
}

VALUE(regex)
{
    (void)param;
    return regex_parse(lang, word, false);
}
