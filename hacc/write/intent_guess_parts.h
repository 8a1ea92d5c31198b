/* What the files of the guesses share.
 *
 *   intent_guess.c        which intents, by the lines that they write
 *   intent_guess_value.c  their options, as YAML
 */
#ifndef HACC_WRITE_INTENT_GUESS_PARTS_H
#define HACC_WRITE_INTENT_GUESS_PARTS_H

#include "hacc/lang/value.h"
#include "hacc/write/intent_guess.h"
#include "hacc/write/to_yaml_parts.h"

/* What an option is read off. */
enum hole_kind {
    HOLE_WORD, /* a word: of the line, or `skip` words behind a name in it */
    HOLE_TRUE, /* the name stands in the line, or the line is there: true */
    HOLE_FALSE /* it does not, or is not: false */
};

/* An option of an intent. */
struct hole {
    const char *key;
    uint16_t line, name; /* enum keyword_id; name 0: none */
    uint8_t kind, skip;
    const char *otherwise; /* the value that need not be said; NULL: none */
    bool alone;            /* where only it is said, its value stands for the map */
};

/* A pass over the sections. */
struct guesser {
    struct yaml_writer writer;
    struct section *section;
    struct intent_guess **tail;
};

/* The value of an intent being written: entries of a map. */
struct value {
    struct guesser *guesser;
    struct buf entries; /* "key: value, key: value" */
    struct buf lone;    /* the value that may stand for the map */
    uint32_t count;
    bool bad; /* YAML cannot hold a word of it */
};

/* Gives the section's first line of a keyword (enum keyword_id), or NULL. */
const struct directive *find_line(const struct guesser *guesser, uint16_t id);

/* Gives an empty value. */
struct value value_begin(struct guesser *guesser);

/* Begins an entry, and gives where its value is to be appended. */
struct buf *value_key(struct value *value, const char *key);

/* Adds an entry: a word, taken literally. */
void value_word(struct value *value, const char *key, const struct arg *word, bool alone);

/* Adds an entry: words, as HAProxy's text. */
void value_text(struct value *value, const char *key, const struct arg *words, uint32_t count);

/* Adds what the lines have for each hole, up to one without a key; holes may be NULL. */
void value_holes(struct value *value, const struct hole *holes);

/* Gives the value as YAML: true, the lone value, or the map. */
const char *value_yaml(struct value *value);

#endif
