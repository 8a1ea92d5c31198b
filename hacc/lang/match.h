/* The signature matcher: words of a directive against the signature of its keyword. */
#ifndef HACC_LANG_MATCH_H
#define HACC_LANG_MATCH_H

#include "hacc/lang/types.h"

enum arg_flags {
    ARG_ENV = WORD_ENV, /* text is HAProxy's own spelling, quotes included */
    ARG_QUOTED = WORD_QUOTED,
    ARG_POISON = WORD_POISON,
    ARG_SECRET = WORD_SECRET, /* or the signature says so */
    ARG_GIVEN = WORD_GIVEN,   /* it stands not in the text, but came from !env or !file */
    ARG_HEAD = 16,            /* the name of an option or action: row is its keyword, sig is 0 */
    ARG_IGNORED = 64          /* HAProxy passes over it; sig is 0 */
};

/* One word of a directive, with what it is. Words stand in the order in which they are printed. There are many:
 * a big configuration is mostly these. */
struct arg {
    const char *text; /* decoded; not NUL-terminated */
    uint32_t len;
    uint32_t off; /* its place in source `src`: arg_span */
    uint16_t src;
    uint16_t sig;  /* the node of the signature that it matched; 0: ARG_HEAD */
    uint16_t row;  /* keyword index of the option or action it belongs to; 0: the directive's own */
    uint8_t flags; /* enum arg_flags */
    uint8_t more;  /* bytes that its spelling in the source has more than the text (quotes, escapes) */
};

/* A directive being matched. `args` is scratch that is reused from directive to directive. */
struct match {
    struct lang *lang;
    struct arg *args;
    uint32_t count, cap;
    struct span at;      /* the keyword's place, for findings about what is missing */
    bool failed;         /* a fault was found: the rest is not looked at */
    bool unchecked;      /* a variable stands where only its value tells what follows: the rest is not looked at */
    bool recheck;        /* an option with `once` or a group stands: see match_finish */
    uint16_t row;        /* the option being matched; 0: none */
    uint16_t skipped[8]; /* what could have stood at skipped_at, and was passed over: see match_extra */
    uint32_t skipped_count;
    const struct word *skipped_at;
};

/* A sequence that stands behind the one being matched: where an open-ended one must stop. */
struct follow {
    uint16_t at;
    const struct follow *up;
    bool again; /* only the node `at` itself, and it may be left out: the next option of a @context... */
};

void match_init(struct match *match, struct lang *lang);

/* Starts a directive: empties args. */
void match_begin(struct match *match, struct span at);

/* Matches words[0..count) against the whole signature of `kw`, which must take them all; then match_finish.
 * The words of the keyword itself are not among them. Gives false after findings. */
bool match_words(struct match *match, const struct keyword *kw, const struct word *words, uint32_t count);

/* Matches as many words as the sequence at `at` takes; gives how many. */
uint32_t match_sequence(struct match *match, uint16_t at, const struct word *words, uint32_t count,
                        const struct follow *follow);

/* Matches the node `at` alone, not what follows it; gives how many words it took. */
uint32_t match_single(struct match *match, uint16_t at, const struct word *words, uint32_t count);

/* Finds the row of a context that `words` begin with: an option name, with (arguments) or of several words.
 * *taken becomes the number of words in its name. NULL: none; *other as in keyword_find. */
const struct keyword *match_row(const struct lang *lang, enum context_id context, const struct word *words,
                                uint32_t count, uint32_t *taken, const struct keyword **other);

/* Adds a value's words: parses the first of `count` words as `param`; gives how many it took. */
uint32_t match_param(struct match *match, uint16_t param, const struct word *words, uint32_t count);

/* Adds words that only a variable's value tells the meaning of, and ends the matching; gives how many. */
uint32_t match_unchecked(struct match *match, const struct word *words, uint32_t count);

/* Adds a word that stands in the signature itself. */
void match_literal(struct match *match, uint16_t sig, const char *text, uint32_t len, struct span at);

/* Adds the name of an option (with its arguments, checked) and makes it the current one. */
bool match_head(struct match *match, const struct keyword *row, const struct word *word);

/* Reports that `word` is no row of `context` (of other versions, misspelt). */
void match_unknown(struct match *match, enum context_id context, const struct word *word, const struct keyword *other);

/* Reports that the words end where the node `at` must stand. */
void match_missing(struct match *match, uint16_t at);

/* Reports that `word` stands where the node `at` must stand. */
void match_unexpected(struct match *match, const struct word *word, uint16_t at);

/* Adds words behind the last argument of `kw`, or of its last option, which HAProxy passes over. Gives false where it
 * does not. */
bool match_ignored(struct match *match, const struct keyword *kw, const struct word *words, uint32_t count);

/* Reports that `word` stands behind everything that may be there. */
void match_extra(struct match *match, const struct word *word);

/* Reports that `kw` lacks an option that fulfils `name`, one of its `require`. */
void match_require(struct match *match, const struct keyword *kw, const char *name);

/* Gives the place of what is being matched: of the option, else of the keyword. */
struct span match_place(const struct match *match);

/* Checks what concerns the directive as a whole: options that exclude each other, required ones, its hook. */
bool match_finish(struct match *match, const struct keyword *kw);

/* Appends what may begin the sequence in a version, for "expected one of …". */
void match_describe(uint16_t at, enum hap_version version, struct buf *out);

static inline struct span arg_span(const struct arg *arg)
{
    return (struct span){arg->src, arg->off, arg->len + arg->more};
}

#endif
