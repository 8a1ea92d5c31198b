/* Sample expressions: fetch(args),converter(args). */
#ifndef HACC_LANG_SAMPLE_H
#define HACC_LANG_SAMPLE_H

#include "hacc/lang/words.h"

struct sample {
    enum sample_type type; /* of its result; SAMPLE_ANY where that is not known */
    uint32_t words;        /* how many it took */
    uint32_t end;          /* in the last of them: the byte behind the expression */
    bool good;             /* nothing was found */
};

/* Parses the expression at words[0], and goes on in the next words while they begin with a converter. */
struct sample sample_parse(struct lang *lang, const struct word *words, uint32_t count);

/* Parses an expression inside a word, from text[from]; it ends where HAProxy sees its end: sample.end is the
 * place of what follows, a ']' in a log-format string. */
struct sample sample_parse_at(struct lang *lang, const struct word *word, uint32_t from);

/* Parses the rest of an expression whose fetch has given `type`: the ",converter(args)…" from text[from] on,
 * to the end of the word. */
struct sample sample_parse_converters(struct lang *lang, const struct word *word, uint32_t from, enum sample_type type);

/* Gives the row of a name in a context of HAProxy's small languages (CONTEXT_FETCH, …), or NULL. */
const struct keyword *sample_find(const struct lang *lang, enum context_id context, const char *name, uint32_t len);

/* Says that the context has no such name: in no version, or not in this one. Gives false. */
bool sample_unknown(struct lang *lang, enum context_id context, const struct word *name, enum rule_id rule);

/* The end of the name that begins at text[from]. */
uint32_t sample_name_end(const struct word *word, uint32_t from);

/* Whether HAProxy can turn a sample of one type into another. Source: asked of the binaries, type by type. */
bool sample_casts(enum hap_version version, enum sample_type from, enum sample_type to);

/* Whether a fetch can have a value at a place in a section of that kind; so it can where HAProxy does not look. */
bool sample_has_value(const struct keyword *fetch, enum hap_version version, enum place_id place,
                      enum context_id context);

/* Gives what to do where it has none. */
const char *sample_no_value_help(const struct keyword *fetch, enum hap_version version, enum place_id place,
                                 enum context_id context);

const char *sample_type_name(enum sample_type type);

#endif
