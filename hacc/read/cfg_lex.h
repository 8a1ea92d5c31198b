/* HAProxy's own lexing of a line into words (configuration.txt, 2.2 "Quoting and escaping").
 *
 * Asked of 2.2, 2.6, 3.0 and 3.2: blanks are what isspace(3) takes for one. Outside quotes and inside double quotes the
 * escapes are \space \# \\ \' \" \n \r \t \xHH; \$ only inside double quotes; a backslash before anything else stays.
 * Single quotes take everything as it is. Inside double quotes alone $X and ${X} are expanded, since 2.4 ${X[*]} (a
 * word for each word of the value), $.LINE, $.FILE and $.SECTION, since 2.6 ${X-default}, whose default is taken as it
 * stands up to the next '}'. A carriage return that is not behind a blank ends the line; \x00 ends the word. */
#ifndef HACC_READ_CFG_LEX_H
#define HACC_READ_CFG_LEX_H

#include "hacc/lang/quote.h"
#include "hacc/lang/words.h"

enum cfg_lex_mode {
    LEX_CFG, /* a line of haproxy.cfg: '#' ends it, ${X} outside quotes is text */
    LEX_YAML /* text inside YAML: an unquoted '#' is an error, ${X} outside quotes is HAProxy's variable */
};

/* The words of one line. `at` is reused from line to line. */
struct words {
    struct word *at;
    uint32_t count, cap;
    uint32_t comment; /* LEX_CFG: where the '#' of the line's comment stands; the text's length where there is none */
    struct arena *arena;
};

/* Gives the place of bytes from..from+len of the text that is lexed. */
struct text_place {
    struct span at;   /* of the whole text */
    bool direct;      /* text[i] is source byte at.off + i */
    const void *node; /* else: the scalar, and its sources, for yaml_text_span */
    const struct sources *sources;
};

void words_init(struct words *words, struct arena *arena);

struct word *words_push(struct words *words);

/* Appends the words of `text`; a word may be empty ("" and ''). Faults go to lang->diags; a word with a fault is
 * WORD_POISON. Gives false after faults. Texts of words live in the arena or point into `text`. */
bool cfg_lex(struct words *words, struct lang *lang, enum cfg_lex_mode mode, const char *text, uint32_t len,
             const struct text_place *place);

/* Makes one word of a value that is taken literally, but for HAProxy's variables in braces (${X}, ${X-default}) and
 * $${ (a literal "${"). `fixed`: not even those. word->at is its place. */
void cfg_word(struct word *word, struct lang *lang, const char *text, uint32_t len, bool fixed);

#endif
