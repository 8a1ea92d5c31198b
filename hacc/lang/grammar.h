/* HAProxy's language as one static table, compiled from grammar/ by mkgrammar at build time.
 *
 * A context is a place where words are looked up: a section, the options of `bind`, the actions of
 * `http-request`, the sample fetches. A keyword is a row of one or more contexts for a range of HAProxy
 * versions. Its signature says what may follow. Everything else in hacc interprets this table. */
#ifndef HACC_LANG_GRAMMAR_H
#define HACC_LANG_GRAMMAR_H

#include "grammar_ids.h" /* generated: enum context_id, enum type_id, enum place_id, enum symbol_kind, enum keyword_id, enum hook_id,
                            enum order_group */
#include "hacc/lang/grammar_enums.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sig {
    uint8_t kind;     /* enum sig_kind */
    uint8_t type;     /* SIG_PARAM: enum type_id */
    uint8_t unit;     /* SIG_PARAM of a time: enum time_unit of a bare number */
    uint8_t arg;      /* SIG_PARAM: enum context_id (list), enum symbol_kind (ref, def) or enum of the type's own */
    uint8_t atol;     /* SIG_PARAM of a number: HAProxy reads what the word begins with, and passes over the rest */
    uint16_t next;    /* the following node of the same sequence */
    uint16_t first;   /* see enum sig_kind */
    uint16_t paren;   /* SIG_WORD: first node of its parenthesised arguments */
    uint16_t context; /* SIG_CONTEXT: enum context_id */
    const char *text;
    int64_t min, max; /* SIG_PARAM: range of int, time (ms), size (bytes); INT64_MIN/MAX where open */
};

struct keyword {
    const char *name;           /* "timeout client" */
    const char *doc;            /* one or two sentences */
    const char *negation;       /* what `false` writes: "no option httplog", "no-check"; NULL: there is none */
    const char *sig_text;       /* the signature as in grammar/ */
    const char *group;          /* of rows that share one, at most one may stand; NULL: none */
    const char *build;          /* feature a build may lack ("QUIC"); NULL: none */
    const char *const *require; /* options or groups that must stand (keyword_fulfils); NULL-terminated, or NULL */
    const char *const *exclude; /* options that cannot stand beside it; NULL-terminated, or NULL */
    const uint16_t *beside;     /* options: one of these (keyword indices) must stand beside it, or it has no effect;
                                   0-terminated, or NULL */
    const char *matrix;         /* sample fetches: where they have a value, as -dKall prints it; else NULL */
    const char *deprecated;     /* what takes its place, for "use …"; "" where nothing does; NULL: not deprecated */
    const char *alias;          /* ACL keywords: the fetch and match method they stand for ("path -m beg"); else NULL */
    const char *reads;          /* what of a stick table's data it is about, one of "gpc0|gpc"; NULL: nothing */
    uint32_t order;             /* enum order_group, a bit each: what shares one keeps its place relative to it */
    uint32_t flags;             /* enum keyword_flags */
    uint16_t id;                /* enum keyword_id: the same for all version ranges of a keyword */
    uint16_t sig;               /* first node of the signature; 0: none */
    uint16_t paren;             /* first node of the (arguments) that follow the name at once; 0: none */
    uint8_t since, until;       /* enum hap_version, inclusive */
    uint8_t repeat;             /* enum repeat */
    uint8_t named;              /* the signature's first parameter is its name: a YAML map has names as keys */
    uint8_t defines;            /* enum symbol_kind that the section's name becomes by this keyword; SYMBOL_NONE */
    uint8_t hook;               /* enum hook_id */
    uint8_t in_type, out_type;  /* fetches, converters: enum sample_type */
    uint8_t expose;             /* enum expose: what must stand above it */
    uint8_t counter;            /* the sticky counter that it uses; NO_COUNTER: none */
    uint8_t side;    /* enum proxy_side: the half of a proxy that heeds it, the other one ignores it; 0: both */
    uint8_t modes;   /* a bit for each enum proxy_mode that heeds it; 0: all of them */
    uint8_t phase;   /* of a rule: its place in the order in which HAProxy runs rule sets, 1 to 9 on requests,
                        11 to 19 on responses; 0: none */
    uint8_t place;   /* enum place_id: where the samples behind it are taken; PLACE_NONE: as its keyword says */
    uint8_t tested;  /* enum place_id: where its condition is tested; PLACE_NONE: where its samples are taken */
    uint8_t proxies; /* actions, options: bits of enum proxy_kind, the sections that can have it; 0: all */
    uint8_t ignores; /* enum hap_version: those before it pass over words behind the last argument; 0: none does */
    uint8_t dynamic; /* of an option of a server: enum hap_version, the first whose `add server` takes it; HAP_COUNT:
                        none does */
    uint8_t again;   /* enum again: what HAProxy warns of where the keyword comes again */
    uint8_t tls; /* of an option: the versions of TLS that it leaves, a bit each, by the words of TYPE_TLS_VERSION; 0:
                    it is none that says so */
    uint16_t status; /* of an action: that of its response where none is given; 0: it makes none */
};

struct context {
    const char *name; /* "frontend": also the section's keyword */
    const char *key;  /* sections: the YAML key: "frontends", "global" */
    const char *what; /* for messages: "server option", "http-request action" */
    const char *doc;
    uint8_t kind;     /* enum context_kind */
    uint8_t proxy;    /* enum proxy_kind */
    uint8_t names;    /* enum context_names: whether the section has a name */
    uint8_t any_name; /* whether any word can be the name */
    uint8_t from;     /* whether `from DEFAULTS` may follow the name */
    uint8_t ignores;  /* enum hap_version that first ignores words behind the name; HAP_COUNT: none does */
    uint8_t since, until;
    uint8_t rules;              /* actions: enum proxy_side of the proxies that evaluate rules of them */
    uint8_t expose;             /* enum expose: what must stand above it */
    uint8_t defines[2];         /* enum symbol_kind that the section's name is; SYMBOL_NONE */
    const char *const *require; /* keywords or groups one of which must stand; NULL-terminated, or NULL */
    const uint16_t *rows;       /* its keywords, by name; row_count of them */
    uint16_t row_count;
};

/* Where samples are taken: of the columns of struct keyword.matrix, counted from 1, the one that must be 'Y';
 * 0: HAProxy does not look. */
struct sample_place {
    uint8_t columns[HAP_COUNT][PROXY_COUNT];
    const char *doc; /* "in rules on requests" */
};

/* A value type. */
struct type {
    const char *name;
    const char *doc;
    const char *const *words;   /* of an enumeration: its words, NULL-terminated; else NULL */
    const char *const *example; /* a value, and then one for each profile; NULL where it is made from the signature */
    bool predictive;            /* a word alone tells whether it is one: `[<value>]` and `{ a | <value> }` look first */
    bool caseless;              /* of an enumeration: its words may be in any case */
};

extern const struct keyword keywords[]; /* [0] is unused */
extern const uint32_t keyword_count;
/* Of lines that are kept as they are, in no context: only a variable's value tells their keyword, or HAProxy passes
 * over them (.if). */
extern const struct keyword keyword_verbatim;
extern const struct sig sig_nodes[];                   /* [0] is unused */
extern const struct context contexts[];                /* by enum context_id; [CONTEXT_NONE] is unused */
extern const struct type types[];                      /* by enum type_id */
extern const struct sample_place sample_places[];      /* by enum place_id; [PLACE_NONE] is unused */
extern const char *const hap_version_names[HAP_COUNT]; /* "2.2" … */
extern const char *const symbol_names[];               /* by enum symbol_kind: "backend" */
extern const char *const proxy_mode_names[MODE_COUNT]; /* "tcp" … */

/* Gives the version named by "2.6", "2.6.12" or "v2.6"; a version that hacc does not know maps to -1. */
int hap_version_parse(const char *text, size_t len);

/* Gives the row of `name` in `context` for `version`. Where the name exists in other versions only, *other
 * (may be NULL) becomes the row of the nearest one and the result is NULL. A name is matched whole ("timeout client").
 */
const struct keyword *keyword_find(enum context_id context, const char *name, size_t len, enum hap_version version,
                                   const struct keyword **other);

/* Gives the row that is the beginning of a name ("lua.", KW_PREFIX), or NULL. */
const struct keyword *keyword_find_prefix(enum context_id context, const char *name, size_t len,
                                          enum hap_version version);

/* Whether a row is what `need`, one of `require`, asks for: an option, one of a group, or one of several: "a|b". */
bool keyword_fulfils(const struct keyword *kw, const char *need);

/* Whether a row is one of the context's. */
bool keyword_is_in(const struct keyword *kw, enum context_id context);

/* Whether words of longer keywords begin with `name` in this context ("timeout"). */
bool keyword_is_group(enum context_id context, const char *name, size_t len);

/* Gives the name in the context's rows nearest to `name`, or NULL: for "did you mean". */
const char *keyword_suggest(enum context_id context, const char *name, size_t len, enum hap_version version);

/* Gives a section context by its keyword ("frontend") or its YAML key ("frontends"); CONTEXT_NONE if none. */
enum context_id section_find(const char *name, size_t len);
enum context_id section_find_key(const char *key, size_t len);

static inline const struct sig *sig_at(uint16_t index)
{
    return &sig_nodes[index];
}

/* Whether 0 may stand beside the range of a parameter. */
static inline bool sig_takes_zero(const struct sig *param)
{
    return param->type == TYPE_INT && param->arg == INT_ZERO;
}

/* Whether a row is of one of the keywords. */
static inline bool keyword_is_one_of(const struct keyword *kw, const enum keyword_id *ids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (kw->id == ids[i])
            return true;
    return false;
}

/* Gives the proxies (bits of enum proxy_side) that evaluate rules of a keyword; 0: it is none of rules. */
static inline unsigned keyword_rules(const struct keyword *kw)
{
    const struct sig *sig = sig_at(kw->sig);

    return kw->sig && sig->kind == SIG_CONTEXT ? contexts[sig->context].rules : 0;
}

/* Whether the first of a keyword's (arguments) is the name of a variable: set-var(txn.x), var(txn.x). */
static inline bool keyword_takes_variable(const struct keyword *kw)
{
    const struct sig *sig = sig_at(kw->paren);

    return kw->paren && sig->kind == SIG_PARAM && sig->type == TYPE_VAR;
}

#endif
