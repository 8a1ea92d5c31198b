/* Conditions: what stands behind `if` and `unless`, always up to the end of the line. */
#include "hacc/lang/cond.h"

#include "hacc/lang/value.h"

static bool is_or(const struct word *word)
{
    return word_is(word, "||") || (!(word->flags & WORD_ENV) && word->len == 2 && (word->text[0] | 0x20) == 'o' &&
                                   (word->text[1] | 0x20) == 'r');
}

/* `{ … }` at words[0]; gives the words that it takes. */
static uint32_t cond_block(struct lang *lang, const struct word *words, uint32_t count, bool *good)
{
    uint32_t end = 1;

    while (end < count && !word_is(&words[end], "}"))
        end++;
    if (end == count) {
        *good = lang_fault(lang, RULE_BAD_CONDITION, words[0].at, "the closing '}' is a word of its own",
                           "the '{' has no '}'");
        return count;
    }
    if (end == 1)
        *good = lang_fault(lang, RULE_BAD_CONDITION, words[0].at, "as in { path_beg /admin }", "the '{ }' is empty");
    else
        *good &= acl_parse(lang, words + 1, end - 1);
    return end + 1;
}

static bool is_name(const struct word *word)
{
    for (uint32_t i = 0; i < word->len; i++)
        if (!is_alnum(word->text[i]) && !memchr("-_.:", word->text[i], 4))
            return false;
    return true;
}

static bool name_fault(struct lang *lang, const struct word *word)
{
    const char *help = "letters, digits, '-', '_', '.' and ':' can stand in the names of ACLs";

    if (word_is(word, "&&"))
        help = "ACLs that stand side by side must all be true";
    else if (memchr(word->text, '{', word->len) || memchr(word->text, '}', word->len))
        help = "blanks stand around each brace: { path_beg /admin }";
    else if (memchr(word->text, '(', word->len))
        help = "a test without a name stands between braces: { hdr(host) www.example.com }; conditions have no "
               "parentheses of their own";
    return lang_fault(lang, RULE_BAD_CONDITION, word->at, help, "'%.*s' cannot be the name of an ACL", WORD_ARGS(word));
}

static bool cond_name(struct lang *lang, const struct word *word)
{
    if (!is_name(word))
        return name_fault(lang, word);
    if (!keyword_find(CONTEXT_PREDEFINED_ACL, word->text, word->len, lang->version, NULL))
        lang_ref(lang, SYMBOL_ACL, word->text, word->len, word->at);
    return true;
}

/* `{src 10.0.0.1}`: what was meant to be a block is passed over whole, as it was one mistake. */
static uint32_t glued_block(const struct word *words, uint32_t count)
{
    uint32_t i = 0;

    if (!memchr(words[0].text, '{', words[0].len))
        return 1;
    while (i < count && !memchr(words[i].text, '}', words[i].len))
        i++;
    return i < count ? i + 1 : 1;
}

/* HAProxy takes a '!' in front of a name, a brace, nothing at all; and any number of them. */
VALUES(cond)
{
    (void)param;
    *good = true;
    lang->place = PLACE_NONE; /* a test without a value is false, and HAProxy only warns */
    for (uint32_t i = 0; i < count;) {
        struct word word = words[i];
        uint32_t bangs = 0;

        if (word.flags & (WORD_ENV | WORD_POISON)) {
            i++;
            continue;
        }
        while (bangs < word.len && word.text[bangs] == '!')
            bangs++;
        word = word_part(&word, bangs, word.len - bangs);
        if (word_is(&word, "{")) {
            i += cond_block(lang, words + i, count - i, good);
            continue;
        }
        if (word.len && !is_or(&word) && !cond_name(lang, &word)) {
            *good = false;
            i += glued_block(words + i, count - i);
            continue;
        }
        i++;
    }
    return count;
}
