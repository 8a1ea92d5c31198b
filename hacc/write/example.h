/* Examples, made from the signatures: a row of the table as a line of haproxy.cfg and as YAML.
 *
 * A row of a section is a line of its own: "timeout client 30s". An option or action stands in the first line of a
 * section that takes it: "server server1 10.0.0.11:80 weight 10". What only an expression or a log format can hold
 * (fetches, converters, log variables …) is given as its own words. Of what may be left out, an example has what it
 * takes to say anything at all. */
#ifndef HACC_WRITE_EXAMPLE_H
#define HACC_WRITE_EXAMPLE_H

#include "hacc/base/buf.h"
#include "hacc/lang/grammar.h"

enum example_kind { EXAMPLE_TRUE, EXAMPLE_TEXT, EXAMPLE_NUMBER, EXAMPLE_MAP };

/* A node of the YAML form. */
struct example_value {
    struct example_value *next; /* in a map */
    const char *key;            /* in a map */
    const char *text;           /* of a text or number */
    struct example_value *first, **tail;
    enum example_kind kind;
};

struct example {
    enum context_id section;     /* where the line stands; CONTEXT_NONE: in no line of its own */
    const char *key;             /* of the line: the keyword, with (arguments) where it has some */
    const char *words;           /* what follows it in haproxy.cfg, "" where nothing does */
    struct example_value *value; /* what stands under the keyword in YAML, told piece by piece */
    bool literal;                /* a text under the keyword is one value, not HAProxy's text: both forms are one */
};

/* Makes the example of a row that `version` has, in `arena`. */
void example_make(struct example *example, struct arena *arena, enum context_id context, const struct keyword *kw,
                  enum hap_version version);

/* The same for what stands under the row's own key, wherever that is: `key` and `section` are not set. */
void example_make_row(struct example *example, struct arena *arena, const struct keyword *kw, enum hap_version version);

/* Append the example as YAML, in one line: with HAProxy's text under the keyword, and with the pieces by name. */
void example_print_text(const struct example *example, struct buf *out);
void example_print_map(const struct example *example, struct buf *out);

#endif
