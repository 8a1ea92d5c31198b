/* mkgrammar's own picture of grammar/: what libcyaml loads, and what is compiled from it. */
#ifndef GRAMMAR_MODEL_H
#define GRAMMAR_MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* contexts.yaml: one row a context. */
struct context_row {
    char *context; /* name; of a section its keyword in haproxy.cfg */
    char *kind;    /* "section" or "options" */
    char *key;     /* sections: the key in YAML */
    char *what;    /* what messages call a keyword of it */
    char *names;   /* sections: "none", "optional", "required" */
    bool any_name; /* sections: any word can be the name */
    char *ignores; /* sections: since this version HAProxy takes words behind the name, and ignores them */
    bool from;
    char *since, *until;
    char **defines;
    unsigned defines_count;
    char **require;
    unsigned require_count;
    char **rules; /* actions: the kinds of proxies that evaluate rules of them */
    unsigned rules_count;
    char *expose; /* as of a keyword */
    char *doc;
};

/* places.yaml: one row a place where samples are taken, for a range of versions. */
struct place_row {
    char *place;
    char *since, *until;
    unsigned defaults, frontend, listen, backend, elsewhere; /* column of a fetch's matrix, by section; 0: none */
    char *doc;
};

/* types.yaml: one row a value type. */
struct type_row {
    char *type;
    char **words; /* of an enumeration */
    unsigned words_count;
    char *arg;       /* what its argument names: "context", "symbol", "unit", "profile" or nothing */
    char **profiles; /* the profiles it takes */
    unsigned profiles_count;
    char **example; /* a value, and then one for each profile */
    unsigned example_count;
    bool caseless;   /* an enumeration whose words may be in any case */
    bool atol;       /* it takes the argument atol */
    bool predictive; /* its parser can tell from the word alone whether it is one */
    char *doc;
};

/* The keyword files: one row a keyword and range of versions. */
struct keyword_row {
    char *kw;
    char **in;
    unsigned in_count;
    char *since, *until;
    char *sig;
    char *repeat;
    char *again; /* "first" or "last": which line counts where HAProxy warns of several */
    char *no;    /* "yes": `no KEYWORD`; else the word(s) that negate it */
    bool dflt;   /* `default KEYWORD` exists */
    bool named;
    bool prefix;
    char *group;
    char **require;
    unsigned require_count;
    char **exclude;
    unsigned exclude_count;
    char **beside; /* of an option of a server: what must stand beside it for it to have an effect */
    unsigned beside_count;
    char **order; /* groups in which it keeps its place */
    unsigned order_count;
    char *defines;
    char *build;
    char *hook;
    char *expose;    /* "experimental", "deprecated": what must be exposed before it */
    bool first;      /* no section but global may stand above it */
    char *counter;   /* the number of the sticky counter that the keyword uses */
    char *reads;     /* of stick tables: the stored counters of which it needs one, "gpc0|gpc" */
    char *from, *to; /* sample types: what a converter takes; what a fetch or converter gives */
    char *matrix;
    char *place;     /* where its samples are taken */
    char *tested;    /* where its condition is tested */
    char **sections; /* of actions and options: the proxy sections whose lines can have it; none: all */
    unsigned sections_count;
    char *alias; /* what an ACL keyword stands for: "path -m beg" */
    char *side;  /* "frontend" or "backend" */
    char **modes;
    unsigned modes_count;
    char **tls; /* versions of TLS that an option leaves */
    unsigned tls_count;
    unsigned status; /* of an action: what its response has where none is given */
    unsigned phase;
    bool final;
    bool reverse;   /* a reverse connection can have it */
    char *ignores;  /* the last version that passes over words behind the last argument; "yes": all that have the row */
    bool hashes;    /* of a way to balance: a hash decides */
    bool unordered; /* HAProxy does not mind the order of its lines */
    char *dynamic;  /* of a server's option: the first version whose `add server` takes it */
    bool resends;   /* of a cause to try again: the server may have had the request */
    char *deprecated;
    bool renamed; /* `deprecated` is its new name: nothing else differs */
    char *doc;

    /* compiled */
    const char *file; /* where the row stands, for messages */
    unsigned sig_first, paren_first;
    int since_v, until_v, ignores_v, dynamic_v;
    unsigned id, index;
};

/* A compiled node, as struct sig. */
struct node_row {
    int kind;
    unsigned type, unit, arg, next, first, paren, context;
    char *text;
    bool atol;
    int64_t min, max;
};

struct grammar {
    struct context_row *contexts;
    unsigned context_count;
    struct place_row *place_rows;
    unsigned place_row_count;
    char **places; /* their names, each once */
    unsigned place_count;
    struct type_row *types;
    unsigned type_count;
    struct keyword_row *rows;
    unsigned row_count;
    char **symbols; /* kinds of names, from ref and def types and from `defines` */
    unsigned symbol_count;
    char **hooks;
    unsigned hook_count;
    char **orders; /* groups of `order` */
    unsigned order_count;
    struct node_row *nodes; /* [0] is unused */
    unsigned node_count;
    unsigned faults;
};

/* Reports a fault of the grammar and counts it. */
__attribute__((format(printf, 3, 4))) void grammar_fault(struct grammar *g, const struct keyword_row *row,
                                                         const char *fmt, ...);

/* Give the index of a name, or -1. */
int grammar_context(const struct grammar *g, const char *name);
int grammar_type(const struct grammar *g, const char *name);

/* Gives the enum proxy_kind of a section; PROXY_NONE where it is no proxy's. */
int grammar_proxy(const char *section);

/* Gives the index of a symbol kind, hook, place or group of order, adding it where it is new. */
unsigned grammar_place(struct grammar *g, const char *name);
unsigned grammar_symbol(struct grammar *g, const char *name);
unsigned grammar_order(struct grammar *g, const char *name);
unsigned grammar_hook(struct grammar *g, const char *name);

/* Loads contexts.yaml, types.yaml and the keyword files. Gives false, having said why, on failure. */
bool grammar_load(struct grammar *g, char **paths, int count);

/* Compiles row->sig to nodes. */
void grammar_compile_sig(struct grammar *g, struct keyword_row *row);

/* Finds overlapping versions, ambiguous alternatives, dangling names and missing docs. */
void grammar_check(struct grammar *g);

/* Write grammar_ids.h and grammar.c; `grammar` is a struct grammar: for rows_write. */
void grammar_emit_ids(void *grammar, FILE *out);
void grammar_emit_table(void *grammar, FILE *out);

#endif
