/* The intents that lines of a haproxy.cfg could have come from (docs/import.md). */
#ifndef HACC_CLI_IMPORT_INTENTS_H
#define HACC_CLI_IMPORT_INTENTS_H

#include "hacc/cli/readback.h"
#include "hacc/model/config.h"
#include "hacc/write/intent_guess.h"

/* An intent found in a section, and the lines that it writes. */
struct found_intent {
    struct found_intent *next;
    const struct intent_guess *guess;
    struct intent_text text;  /* what to_yaml is given */
    struct found_line *lines; /* of its own section, and of others (`log global`) */
    bool strips;              /* it gives its section's servers their cookies */
    bool dropped;             /* what it makes is not what was there */
};

struct found_line {
    struct found_line *next;
    struct section *section;
    struct directive *directive;
};

/* Gives the intents whose lines all stand in c->config, at most one of a kind in a section, and no line in two of them.
 * Lines with comments are left alone. */
struct found_intent *intents_find(struct compilation *c);

/* Compares the text that has been read again with the whole configuration: the same sections, in each the same words,
 * those of intents too, in an order that means the same. Lines of the configuration that come from an intent have
 * `intent` set, the others are in `order`. Drops the intents of sections that differ. Gives false where anything
 * differs. */
bool intents_prove(const struct readback *again, const struct yaml_order *order, struct found_intent *found);

/* Replaces *out, the YAML of c->config line by line, by one with intents, where there are such that give back the very
 * same configuration. */
void import_intents(struct compilation *c, struct buf *out);

#endif
