/* Words of a directive, as HAProxy sees them, with their places; and what parsing them leaves behind. */
#ifndef HACC_LANG_WORDS_H
#define HACC_LANG_WORDS_H

#include "hacc/base/diag.h"
#include "hacc/lang/grammar.h"

enum word_flags {
    WORD_ENV = 1,    /* holds ${…}: text is HAProxy's own spelling, quotes included; its value is known at run
                        time only */
    WORD_QUOTED = 2, /* was quoted, at least in part */
    WORD_POISON = 4, /* a fault in it has been reported: accept it silently */
    WORD_SECRET = 8, /* its value came from !env or !file */
    WORD_SPLIT = 32, /* holds ${…[*]}: it may become several words at run time, or none */
    WORD_GIVEN = 128 /* as WORD_SECRET; of an argument: and not by its type alone */
};

/* text[i] is at byte at.off + skew + i of the source, unless skew is WORD_SKEWED. */
#define WORD_SKEWED 0xff

struct word {
    const char *text; /* decoded: without quotes and escapes; not NUL-terminated */
    uint32_t len;
    struct span at;
    uint8_t flags; /* enum word_flags */
    uint8_t skew;
};

/* Gives the place of text[from .. from+len) of a word; the whole word where that is not known. */
struct span word_span(const struct word *word, uint32_t from, uint32_t len);

/* Gives the place of `count` words (one at least) that stand side by side. */
static inline struct span words_span(const struct word *words, uint32_t count)
{
    const struct span last = words[count - 1].at;

    return (struct span){words->at.src, words->at.off, last.off + last.len - words->at.off};
}

/* Whether the word's text is `text`. A word with ${} is never. */
bool word_is(const struct word *word, const char *text);

/* A name that must be defined somewhere: checked when the whole configuration has been read. An empty one is the
 * section's own: `src_conn_cur` needs the stick table of the section that it stands in. */
struct ref {
    struct ref *next;
    uint8_t kind; /* enum symbol_kind */
    struct span at;
    const char *name; /* not NUL-terminated */
    uint32_t len;
    uint32_t number;          /* of the directive that needs it, in the order of the output */
    const void *section;      /* struct lang's section when it was read: the scope of ACLs and servers */
    const struct keyword *kw; /* by which keyword it is needed; may be NULL */
};

/* The id that an ACL gives its patterns (-u), which no other one may have: checked when the whole configuration has
 * been read. */
struct acl_id {
    struct acl_id *next; /* read before it */
    struct span at;
    int32_t number;
    uint16_t branch; /* of .if, in which it stands */
};

/* What is known of a condition of .if before HAProxy starts. */
enum block_truth { BLOCK_UNKNOWN, BLOCK_FALSE, BLOCK_TRUE };

static inline enum block_truth block_not(enum block_truth truth)
{
    return truth == BLOCK_UNKNOWN ? BLOCK_UNKNOWN : truth == BLOCK_TRUE ? BLOCK_FALSE : BLOCK_TRUE;
}

static inline enum block_truth block_and(enum block_truth a, enum block_truth b)
{
    if (a == BLOCK_FALSE || b == BLOCK_FALSE)
        return BLOCK_FALSE;
    return a == BLOCK_TRUE ? b : BLOCK_UNKNOWN;
}

static inline enum block_truth block_or(enum block_truth a, enum block_truth b)
{
    return block_not(block_and(block_not(a), block_not(b)));
}

/* What the parsers of values know, and leave behind. One a compilation. */
struct lang {
    struct arena *arena;
    struct diags *diags;
    enum hap_version version;
    struct ref *refs, **refs_tail; /* in the order read */
    struct acl_id *acl_ids;        /* the last one read */
    const void *section;           /* the section being read */
    enum context_id context;       /* what kind of section it is */
    const struct keyword *kw;      /* the keyword being read */
    enum place_id place;           /* where the samples being read are taken */
    uint32_t number;               /* directives begun so far */
    uint16_t branch;               /* number of the .if branch being read; 0: none */
    uint8_t exposed;               /* enum expose: of the directives that stand above */
    uint8_t block;                 /* enum block_truth of the .if condition parsed last */
    bool variables;                /* variables stand in what was read so far */
    uint32_t counters;             /* sticky counters that there are: tune.stick-counters */
};

void lang_init(struct lang *lang, struct diags *diags, enum hap_version version);

/* Reports that the version has no such thing, and names the nearest that has: it is there from `since` to `until`.
 * `what` ("server option", "section") may be NULL. Gives false. */
bool lang_wrong_version(struct lang *lang, struct span at, const char *what, const char *name, enum hap_version since,
                        enum hap_version until);

/* Checks that what a thing needs to be exposed (enum expose) has been. `name` is the thing's. Gives false after a
 * finding. */
bool lang_exposed(struct lang *lang, unsigned expose, struct span at, const char *name);

/* Notes that `name` (kept, not copied) is needed; "": the section's own. */
void lang_ref(struct lang *lang, enum symbol_kind kind, const char *name, uint32_t len, struct span at);

/* Notes the id of an ACL; HAProxy keeps 32 bits of it. */
void lang_acl_id(struct lang *lang, int64_t number, struct span at);

#endif
