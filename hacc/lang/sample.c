#include "hacc/lang/sample.h"

#include "hacc/lang/paren.h"
#include "hacc/lang/value.h"

#include <stdio.h>

/* How far an expression may go. */
enum reach {
    REACH_WORDS, /* on into words that begin with a converter */
    REACH_WORD,  /* to the end of its word */
    REACH_INSIDE /* to the first byte that cannot belong to it */
};

struct chain {
    struct lang *lang;
    const struct word *words;
    uint32_t count, index, at; /* at: in words[index] */
    enum reach reach;
    enum sample_type type;
    struct word last; /* the name read last */
    bool good;
};

uint32_t sample_name_end(const struct word *word, uint32_t from)
{
    while (from < word->len && is_ident(word->text[from]))
        from++;
    return from;
}

/* Reads the arguments behind a name; `kw` NULL: it is unknown, which has been said. */
static void chain_arguments(struct chain *chain, const struct keyword *kw, uint32_t from)
{
    const struct word *word = &chain->words[chain->index];
    uint32_t open = chain->at;

    if (!kw)
        chain->at = paren_skip(word, open);
    else if (!paren_parse_at(chain->lang, kw->paren, word, from, open, RULE_BAD_EXPRESSION, &chain->at))
        chain->good = false;
}

static bool fetch_unknown(struct chain *chain)
{
    struct lang *lang = chain->lang;
    const struct word *name = &chain->last;
    const struct keyword *alias;
    char help[200];

    chain->good = false;
    if (!name->len)
        return lang_fault(lang, RULE_BAD_EXPRESSION, name->at, "as in src, or hdr(host),lower",
                          "a sample expression begins with the name of a sample fetch");
    alias = sample_find(lang, CONTEXT_ACL_KEYWORD, name->text, name->len);
    if (alias && alias->alias) {
        snprintf(help, sizeof(help), "in an ACL it stands for '%s'", alias->alias);
        return lang_fault(lang, RULE_BAD_EXPRESSION, name->at, help, "'%.*s' is an ACL keyword, not a sample fetch",
                          WORD_ARGS(name));
    }
    return sample_unknown(lang, CONTEXT_FETCH, name, RULE_BAD_EXPRESSION);
}

/* Whether the fetch can have a value where it stands. */
static bool fetch_in_place(struct chain *chain, const struct keyword *fetch)
{
    const struct lang *lang = chain->lang;

    if (sample_has_value(fetch, lang->version, lang->place, lang->context))
        return true;
    chain->good = false;
    return lang_fault(chain->lang, RULE_BAD_EXPRESSION, chain->last.at,
                      sample_no_value_help(fetch, lang->version, lang->place, lang->context),
                      "sample fetch '%s' has no value %s", fetch->name, sample_places[lang->place].doc);
}

static void chain_fetch(struct chain *chain)
{
    const struct word *word = &chain->words[chain->index];
    uint32_t from = chain->at;
    const struct keyword *kw;

    chain->at = sample_name_end(word, from);
    chain->last = word_part(word, from, chain->at - from);
    kw = sample_find(chain->lang, CONTEXT_FETCH, chain->last.text, chain->last.len);
    if (!kw)
        fetch_unknown(chain);
    else if (chain->lang->place != PLACE_NONE && kw->matrix)
        fetch_in_place(chain, kw);
    chain->type = kw ? (enum sample_type)kw->out_type : SAMPLE_ANY;
    chain_arguments(chain, kw, from);
}

static void chain_converter(struct chain *chain)
{
    const struct word *word = &chain->words[chain->index];
    uint32_t from = chain->at;
    const struct keyword *kw;
    struct word name;

    chain->at = sample_name_end(word, from);
    name = word_part(word, from, chain->at - from);
    kw = sample_find(chain->lang, CONTEXT_CONVERTER, name.text, name.len);
    if (!kw) {
        chain->good = false;
        if (!name.len)
            lang_fault(chain->lang, RULE_BAD_EXPRESSION, word_span(word, from, 1), NULL,
                       "a converter must follow the ','");
        else
            sample_unknown(chain->lang, CONTEXT_CONVERTER, &name, RULE_BAD_EXPRESSION);
    } else if (!sample_casts(chain->lang->version, chain->type, (enum sample_type)kw->in_type)) {
        chain->good = lang_fault(chain->lang, RULE_BAD_EXPRESSION, name.at, NULL,
                                 "converter '%.*s' takes %s, but '%.*s' gives %s", WORD_ARGS(&name),
                                 sample_type_name((enum sample_type)kw->in_type), WORD_ARGS(&chain->last),
                                 sample_type_name(chain->type));
    }
    chain_arguments(chain, kw, from);
    chain->last = name;
    if (!kw)
        chain->type = SAMPLE_ANY;
    else if (kw->out_type != SAMPLE_SAME)
        chain->type = (enum sample_type)kw->out_type;
}

/* HAProxy looks for a converter in the next word, whether or not a comma ended this one. */
static bool chain_next_word(struct chain *chain)
{
    const struct word *next = &chain->words[chain->index + 1];
    uint32_t len;

    if (chain->reach != REACH_WORDS || chain->index + 1 >= chain->count || (next->flags & (WORD_ENV | WORD_POISON)))
        return false;
    len = sample_name_end(next, 0);
    if (!len || !sample_find(chain->lang, CONTEXT_CONVERTER, next->text, len))
        return false;
    chain->index++;
    chain->at = 0;
    return true;
}

static void chain_converters(struct chain *chain)
{
    for (;;) {
        const struct word *word = &chain->words[chain->index];
        uint32_t from = chain->at;

        while (chain->at < word->len && word->text[chain->at] == ',')
            chain->at++;
        if (chain->at == word->len && chain->reach != REACH_INSIDE) {
            if (!chain_next_word(chain))
                return;
        } else if (chain->at == from) {
            if (chain->reach != REACH_INSIDE && chain->good) /* else a '(' that is amiss has been reported */
                chain->good = lang_fault(chain->lang, RULE_BAD_EXPRESSION, word_span(word, from, word->len - from),
                                         "a ',' joins converters", "'%.*s' cannot follow '%.*s'",
                                         (int)(word->len - from), word->text + from, WORD_ARGS(&chain->last));
            return;
        }
        chain_converter(chain);
    }
}

static struct sample chain_end(const struct chain *chain)
{
    return (struct sample){chain->type, chain->index + 1, chain->at, chain->good};
}

static struct chain chain_begin(struct lang *lang, const struct word *words, uint32_t count, enum reach reach)
{
    struct chain chain;

    memset(&chain, 0, sizeof(chain));
    chain.lang = lang;
    chain.words = words;
    chain.count = count;
    chain.reach = reach;
    chain.good = true;
    return chain;
}

struct sample sample_parse(struct lang *lang, const struct word *words, uint32_t count)
{
    struct chain chain = chain_begin(lang, words, count, REACH_WORDS);

    if (words->flags & (WORD_ENV | WORD_POISON)) {
        chain.at = words->len; /* what it holds is known when HAProxy starts */
        chain.last = *words;
    } else {
        chain_fetch(&chain);
        if (!chain.last.len)
            return chain_end(&chain);
    }
    chain_converters(&chain);
    return chain_end(&chain);
}

struct sample sample_parse_at(struct lang *lang, const struct word *word, uint32_t from)
{
    struct chain chain = chain_begin(lang, word, 1, REACH_INSIDE);

    chain.at = from;
    chain_fetch(&chain);
    if (chain.last.len)
        chain_converters(&chain);
    return chain_end(&chain);
}

struct sample sample_parse_converters(struct lang *lang, const struct word *word, uint32_t from, enum sample_type type)
{
    struct chain chain = chain_begin(lang, word, 1, REACH_WORD);

    chain.last = word_part(word, 0, from);
    chain.at = from;
    chain.type = type;
    chain_converters(&chain);
    return chain_end(&chain);
}

VALUES(sample)
{
    /* some keywords take one word, and look at the next one themselves */
    bool one = param->type == TYPE_SAMPLE && param->arg == SAMPLE_WORD;
    struct sample sample = sample_parse(lang, words, one ? 1 : count);

    *good = sample.good;
    return sample.words;
}
