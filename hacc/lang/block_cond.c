/* Conditions of .if and .elif: 1, defined(NAME), !(version_before(2.6) || streq("$A",b)). HAProxy decides them when it
 * starts; what depends on its version and on fixed text alone is decided here. Source: asked of the binaries. */
#include "hacc/lang/paren.h"
#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

#include <errno.h>
#include <stdlib.h>

/* Parentheses and '!' in one another; HAProxy takes some thousands. */
enum { BLOCK_MAX_NESTED = 64 };

struct block {
    struct lang *lang;
    struct word text; /* all words, joined by blanks; NUL-terminated */
    uint32_t at;
    uint32_t nested;
    bool good;
};

static enum block_truth parse_or(struct block *block);

static enum block_truth truth_of(bool value)
{
    return value ? BLOCK_TRUE : BLOCK_FALSE;
}

static char current(const struct block *block)
{
    return block->text.text[block->at];
}

static void skip_blanks(struct block *block)
{
    while (current(block) == ' ' || current(block) == '\t')
        block->at++;
}

/* One mistake, one message: what follows it is not looked at. */
static enum block_truth block_fault(struct block *block, uint32_t from, const char *help, const char *what)
{
    const struct word *text = &block->text;
    struct span at = word_span(text, from, text->len > from ? text->len - from : 1);

    if (block->good && from == text->len)
        block->good = lang_fault(block->lang, RULE_BAD_CONDITION, at, help, "a test is missing at the end");
    else if (block->good)
        block->good = lang_fault(block->lang, RULE_BAD_CONDITION, at, help, "'%.*s' %s",
                                 (int)(text->len - from > 200 ? 200 : text->len - from), text->text + from, what);
    block->at = text->len;
    return BLOCK_UNKNOWN;
}

/* "2.6" of HAProxy's own version: hacc knows two numbers of it, and nothing of what is behind them. */
static enum block_truth version_test(const struct block *block, const char *text, uint32_t len, bool before)
{
    const char *target = hap_version_names[block->lang->version];
    unsigned wanted[2] = {0, 0}, have[2] = {0, 0};
    uint32_t at = 0;

    for (int i = 0; i < 2; i++) {
        for (; is_digit(*target); target++)
            have[i] = have[i] * 10 + (unsigned)(*target - '0');
        target += *target == '.';
        if (at == len || !is_digit(text[at]))
            return BLOCK_UNKNOWN;
        for (; at < len && is_digit(text[at]) && wanted[i] < 10000; at++)
            wanted[i] = wanted[i] * 10 + (unsigned)(text[at] - '0');
        if (i == 0 && (at == len || text[at++] != '.'))
            return wanted[0] == have[0] ? BLOCK_UNKNOWN : truth_of((have[0] > wanted[0]) != before);
    }
    if (wanted[0] == have[0] && wanted[1] == have[1])
        return at == len ? truth_of(!before) : BLOCK_UNKNOWN;
    return truth_of((have[0] > wanted[0] || (have[0] == wanted[0] && have[1] > wanted[1])) != before);
}

/* What a predicate of fixed text says. */
static enum block_truth predicate_test(const struct block *block, const struct keyword *kw, const char *text,
                                       uint32_t len)
{
    const char *comma = memchr(text, ',', len);
    uint32_t first = comma ? (uint32_t)(comma - text) : len, second = comma ? len - first - 1 : 0;

    for (uint32_t i = 0; i < len; i++)
        if (strchr("'\"\\", text[i]))
            return BLOCK_UNKNOWN; /* quotes: too seldom to take apart */
    switch (kw->id) {
    case KW_PREDICATE_VERSION_ATLEAST:
        return version_test(block, text, len, false);
    case KW_PREDICATE_VERSION_BEFORE:
        return version_test(block, text, len, true);
    case KW_PREDICATE_STREQ:
        return truth_of(comma && first == second && memcmp(text, comma + 1, first) == 0);
    case KW_PREDICATE_STRNEQ:
        return truth_of(!(comma && first == second && memcmp(text, comma + 1, first) == 0));
    case KW_PREDICATE_STRSTR:
        return truth_of(comma && memmem(text, first, comma + 1, second));
    default:
        return BLOCK_UNKNOWN;
    }
}

static enum block_truth parse_predicate(struct block *block)
{
    uint32_t from = block->at, open, end;
    const struct keyword *kw;
    struct word name;

    while (is_alnum(current(block)) || current(block) == '_')
        block->at++;
    if (block->at == from)
        return block_fault(block, from, "as in defined(NAME), feature(OPENSSL) or version_atleast(2.6)",
                           "cannot begin a test");
    open = block->at;
    name = word_part(&block->text, from, open - from);
    kw = keyword_find(CONTEXT_PREDICATE, name.text, name.len, block->lang->version, NULL);
    if (!kw) {
        block->good = sample_unknown(block->lang, CONTEXT_PREDICATE, &name, RULE_BAD_CONDITION);
        block->at = block->text.len;
        return BLOCK_UNKNOWN;
    }
    if (!paren_parse_at(block->lang, kw->paren, &block->text, from, open, RULE_BAD_CONDITION, &end)) {
        block->good = false;
        block->at = block->text.len;
        return BLOCK_UNKNOWN;
    }
    block->at = end;
    return end > open ? predicate_test(block, kw, block->text.text + open + 1, end - open - 2) : BLOCK_UNKNOWN;
}

/* A number, as the C library's strtol reads it. */
static enum block_truth parse_number(struct block *block)
{
    char *end;
    long value = strtol(block->text.text + block->at, &end, 0);
    uint32_t len = (uint32_t)(end - (block->text.text + block->at));

    if (!len)
        return block_fault(block, block->at, NULL, "is not a number");
    block->at += len;
    return truth_of(value != 0);
}

static enum block_truth parse_group(struct block *block)
{
    uint32_t from = block->at++;
    enum block_truth truth = parse_or(block);

    skip_blanks(block);
    if (current(block) == ')')
        block->at++;
    else
        block_fault(block, from, NULL, "has no ')' for its '('");
    return truth;
}

static enum block_truth parse_term(struct block *block)
{
    enum block_truth truth;

    skip_blanks(block);
    if (block->nested == BLOCK_MAX_NESTED)
        return block_fault(block, block->at, NULL, "has too many parentheses around it");
    block->nested++;
    if (current(block) == '!') {
        block->at++;
        truth = block_not(parse_term(block));
    } else if (current(block) == '(') {
        truth = parse_group(block);
    } else if (is_digit(current(block)) || current(block) == '-' || current(block) == '+') {
        truth = parse_number(block);
    } else {
        truth = parse_predicate(block);
    }
    block->nested--;
    return truth;
}

/* Whether an operator of two equal characters follows; it is passed over. */
static bool take_operator(struct block *block, char c)
{
    skip_blanks(block);
    if (current(block) != c || block->text.text[block->at + 1] != c)
        return false;
    block->at += 2;
    return true;
}

static enum block_truth parse_and(struct block *block)
{
    enum block_truth truth = parse_term(block);

    while (take_operator(block, '&'))
        truth = block_and(truth, parse_term(block));
    return truth;
}

static enum block_truth parse_or(struct block *block)
{
    enum block_truth truth = parse_and(block);

    while (take_operator(block, '|'))
        truth = block_or(truth, parse_and(block));
    return truth;
}

/* HAProxy too puts the words together again, without their quotes. Places inside are kept where the source has the very
 * same text. */
static struct word join_words(struct lang *lang, const struct word *words, uint32_t count)
{
    struct word joined = words[0];
    uint32_t len = 0;
    char *text;

    for (uint32_t i = 0; i < count; i++)
        len += words[i].len + 1;
    joined.text = text = arena_alloc(lang->arena, len + 1);
    joined.len = len - 1;
    for (uint32_t i = 0; i < count; i++) {
        if (words[i].skew || words[i].at.off != words[0].at.off + (uint32_t)(text - joined.text))
            joined.skew = WORD_SKEWED;
        memcpy(text, words[i].text, words[i].len);
        text += words[i].len;
        *text++ = ' ';
    }
    text[-1] = '\0';
    if (joined.skew == WORD_SKEWED)
        joined.at.len = words[count - 1].at.off + words[count - 1].at.len - joined.at.off;
    else
        joined.at.len = joined.len;
    return joined;
}

VALUES(block_cond)
{
    struct block block = {.lang = lang, .good = true};
    enum block_truth truth;

    (void)param;
    lang->block = BLOCK_UNKNOWN;
    *good = true;
    for (uint32_t i = 0; i < count; i++)
        if (words[i].flags & (WORD_ENV | WORD_POISON))
            return count;
    block.text = join_words(lang, words, count);
    truth = parse_or(&block);
    skip_blanks(&block);
    if (block.at < block.text.len)
        block_fault(&block, block.at, "&& and || join tests", "cannot follow a test");
    *good = block.good;
    lang->block = block.good ? truth : BLOCK_UNKNOWN;
    return count;
}

VALUE(openssl_version)
{
    uint32_t at = 0;

    (void)param;
    for (int i = 0; i < 3; i++) {
        uint32_t from = at;

        while (at < word->len && is_digit(word->text[at]))
            at++;
        if (at == from || (i < 2 && (at == word->len || word->text[at++] != '.')))
            return lang_fault(lang, RULE_BAD_VALUE, word->at, "three numbers, as in 3.0.2 or 1.1.1f",
                              "'%.*s' is not a version of OpenSSL", WORD_ARGS(word));
    }
    return true;
}
