/* The rules: every kind of finding, as rules/ has them. */
#ifndef HACC_BASE_RULE_H
#define HACC_BASE_RULE_H

#include "rule_ids.h"

#include <stdbool.h>
#include <stddef.h>

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

/* What `haproxy -c` makes of the fault. */
enum reaction {
    REACTION_SILENT,
    REACTION_WARNS,
    REACTION_REFUSES,
    REACTION_UNSEEN /* it is not in the text that HAProxy gets */
};

struct rule {
    const char *id; /* "unknown-keyword" */
    enum severity severity;
    enum rule_family family;
    enum reaction haproxy;
    const char *since,
        *until;             /* versions of HAProxy that have the fault, inclusive; NULL: from the first, to the last */
    const char *summary;    /* completes "finds …" */
    const char *why;        /* paragraphs, parted by an empty line; a single line feed is a blank */
    const char *bad, *good; /* a text that has the fault, and the least change that mends it; NULL: see without */
    const char *without;    /* why there is no text to show; NULL where there is */
    bool cfg;               /* the texts are a haproxy.cfg; else YAML */
    bool fix;               /* `hacc lint --fix` may mend it */
    bool proof;             /* tests/proof shows a real HAProxy that does wrong with bad, and right with good */
};

struct rule_family_row {
    const char *id;      /* "routing" */
    const char *summary; /* completes "rules on …" */
};

/* Gives the row of a rule. Rules are in the order of their ids. */
const struct rule *rule_get(enum rule_id id);

/* Gives the row of a family. */
const struct rule_family_row *rule_family_get(enum rule_family family);

/* Gives the rule of an id; RULE_COUNT: there is none. */
enum rule_id rule_find(const char *id, size_t len);

/* Gives the family of an id; FAMILY_COUNT: there is none. */
enum rule_family rule_family_find(const char *id, size_t len);

/* Gives the id of the rule or, where `families`, of the family that is most like a wrong one; NULL: none is. */
const char *rule_suggest(const char *id, size_t len, bool families);

/* Whether the rule is an error of the language, which HAProxy refuses or could not even be given: it can be mended, but
 * not silenced. */
bool rule_is_refused(const struct rule *rule);

/* "error", "silent" */
const char *severity_name(enum severity severity);
const char *reaction_name(enum reaction reaction);

/* The tables that mkrules writes. */
extern const struct rule rule_table[RULE_COUNT];
extern const struct rule_family_row rule_family_table[FAMILY_COUNT];

#endif
