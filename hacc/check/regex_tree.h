/* The form of a regular expression, as far as it takes to write texts that it nearly matches. */
#ifndef HACC_CHECK_REGEX_TREE_H
#define HACC_CHECK_REGEX_TREE_H

#include "hacc/base/buf.h"

#include <stdbool.h>

enum regex_kind {
    REGEX_EMPTY,  /* an anchor, something looked at, or nothing */
    REGEX_CHAR,   /* one character of several */
    REGEX_CAT,    /* one after the other */
    REGEX_CHOICE, /* one of them */
    REGEX_REPEAT  /* min or more times, up to max */
};

struct regex_node {
    uint8_t kind;   /* enum regex_kind */
    char sample;    /* REGEX_CHAR: one that it matches */
    bool unbounded; /* REGEX_REPEAT: there is no max */
    uint32_t min;   /* REGEX_REPEAT */
    struct regex_node *child, *next, *parent;
    struct regex_node *next_repeat; /* of those without a max */
};

struct regex_tree {
    struct regex_node *root;
    struct regex_node *repeats; /* without a max */
    uint32_t unbounded;         /* how many */
    bool nested;                /* one stands inside another, or has alternatives inside */
};

/* Reads a pattern that PCRE2 takes. false: it has what is not followed (references, conditions, \Q…\E), or is nested
 * too deep. */
bool regex_read(struct arena *arena, const char *pattern, uint32_t len, struct regex_tree *tree);

/* Appends a text that a node matches, with at least one repetition of each repeat. `choice`, below REGEX_CHOICES, makes
 * it another one where there are several. */
#define REGEX_CHOICES 4
void regex_sample(const struct regex_node *node, unsigned choice, struct buf *out);

/* Appends a text that what stands in front of a node matches, with as few repetitions as may be. */
void regex_prefix(const struct regex_node *node, struct buf *out);

/* The same of what stands behind it. */
void regex_suffix(const struct regex_node *node, struct buf *out);

#endif
