/* Findings: collected while the stages run, sorted and printed at the end. */
#ifndef HACC_BASE_DIAG_H
#define HACC_BASE_DIAG_H

#include "hacc/base/buf.h"
#include "hacc/base/rule.h"
#include "hacc/base/source.h"

#include <stdarg.h>

/* Up to three places: the fault itself, then the places that explain it. */
#define DIAG_PLACES 3

/* What becomes of a finding. */
enum diag_fate {
    DIAG_NEW,    /* it counts */
    DIAG_KNOWN,  /* it stands in the baseline */
    DIAG_IGNORED /* a comment at its place says so */
};

/* What mends a finding for certain: the bytes `at` (none: before at.off) become `text`. */
struct fix {
    struct span at;
    const char *text;
};

struct diag {
    enum severity severity;
    enum rule_id rule;
    struct span at[DIAG_PLACES];    /* at[0].src 0: no place */
    const char *label[DIAG_PLACES]; /* what at[1], at[2] show: "first defined here" */
    const char *msg, *help;         /* arena-owned; help may be NULL */
    const struct fix *fix;          /* arena-owned; NULL: what is right is not certain */
    enum diag_fate fate;
    const char *reason; /* of DIAG_IGNORED, arena-owned; NULL: none is given */
};

/* Gives the number of the next place behind at[place] that its label says something of; 0: there is none. */
static inline int diag_next_place(const struct diag *diag, int place)
{
    for (place++; place < DIAG_PLACES && diag->label[place]; place++)
        if (diag->at[place].src)
            return place;
    return 0;
}

/* Which severity a rule has in a source, where that is not the rule's own. */
struct diag_levels {
    /* Gives an enum severity, or RULE_OFF. src 0: no place. */
    int (*level)(void *context, enum rule_id rule, uint32_t src);
    void *context;
};

enum { RULE_OFF = -1 /* nothing is said of it */ };

/* No more than this many errors are kept, and as many findings that are none, unless diags->max says another number;
 * the rest is counted. */
#define DIAG_MAX 1000

struct diags {
    struct diag *at;
    uint32_t count, cap;
    uint32_t max;
    uint32_t dropped;                 /* beyond max */
    uint32_t errors, warnings, infos; /* of DIAG_NEW; dropped ones too */
    uint32_t known, ignored;
    bool skipped;                     /* the finding added last was not kept */
    const struct diag_levels *levels; /* NULL: the rules' own */
    struct arena *arena;
};

/* Prepares an empty list in `arena`, which holds all that is added. */
void diags_init(struct diags *diags, struct arena *arena);

/* Adds a finding, of the severity that the rule has there, and gives false, so that a parser can `return diag_add(…)`.
 * `help` (how to mend it; NULL for none) is copied; the message is formatted, at most 1 KiB of it. Both may
 * hold bytes of the input: they are made fit for a terminal when they are printed. */
__attribute__((format(printf, 5, 6))) bool diag_add(struct diags *diags, enum rule_id rule, struct span at,
                                                    const char *help, const char *fmt, ...);

/* The same with the message's arguments in `ap`. */
__attribute__((format(printf, 5, 0))) bool diag_addv(struct diags *diags, enum rule_id rule, struct span at,
                                                     const char *help, const char *fmt, va_list ap);

/* Adds a second (third) place to the finding added last. `label` is copied. */
void diag_place(struct diags *diags, struct span at, const char *label);

/* Gives the finding added last what mends it; `text` is copied. The row of its rule has to say `fix: certain`: of
 * others it is not taken. */
void diag_fix(struct diags *diags, struct span at, const char *text);

/* Whether errors are only counted by now: then nothing need be looked up for them. */
static inline bool diags_full(const struct diags *diags)
{
    return diags->errors >= diags->max;
}

/* Takes a DIAG_NEW from what counts. `reason` (may be NULL) is kept. */
void diag_settle(struct diags *diags, struct diag *diag, enum diag_fate fate, const char *reason);

/* Sorts by source and offset and drops repeated findings. */
void diags_sort(struct diags *diags);

struct diag_style {
    bool color;
    bool fixes; /* say which findings have a fix: for readers that can have it done */
};

/* Appends `text` so that a terminal can show it, as UTF-8: a tab becomes one blank; controls (U+0000 to U+001F,
 * U+007F to U+009F) and broken characters '?'; bytes without a character, which take no column, nothing. */
void diag_visible(struct buf *out, const char *text, size_t len);

/* Appends the findings as text: "file:line:column: error[rule]: message", the source line, a caret, help. Known ones
 * are a line, and ignored ones none. */
void diags_print(const struct diags *diags, const struct sources *sources, struct diag_style style, struct buf *out);

/* Gives, of the `count` candidates, the one that `word` was likely meant to be, or NULL.
 * Source of the measure: Damerau-Levenshtein (optimal string alignment), at most a third of the letters
 * wrong. */
const char *diag_suggest(const char *word, size_t len, const char *const *candidates, size_t count);

/* The distance itself, at most `limit` (limit + 1 where it is more). */
unsigned diag_distance(const char *a, size_t alen, const char *b, size_t blen, unsigned limit);

#endif
