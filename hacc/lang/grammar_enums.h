/* What mkgrammar writes and hacc reads: the enumerations of the grammar table, and its hash. */
#ifndef HACC_LANG_GRAMMAR_ENUMS_H
#define HACC_LANG_GRAMMAR_ENUMS_H

#include <stddef.h>
#include <stdint.h>

enum hap_version { HAP_2_2, HAP_2_4, HAP_2_6, HAP_2_8, HAP_3_0, HAP_3_2, HAP_COUNT };
#define HAP_NEWEST HAP_3_2

/* Nodes of a signature. Indexes are into sig_nodes; 0 means none. */
enum sig_kind {
    SIG_WORD,     /* the word `text`; paren: first node of its (arguments) */
    SIG_PARAM,    /* <name:type …>; text is its name */
    SIG_OPTIONAL, /* [ … ]; first: its sequence */
    SIG_CHOICE,   /* { a | b }; first: first alternative, a SIG_SEQUENCE each, chained by next */
    SIG_SEQUENCE, /* an alternative; first: its sequence (0: empty) */
    SIG_REPEAT,   /* item…: one or more; first: the item */
    SIG_CONTEXT   /* @context: one row of it; inside SIG_REPEAT: any rows in any order */
};

enum repeat {
    REPEAT_ONCE, /* may stand once; a second one is an error */
    REPEAT_LAST, /* may stand again; the last one counts */
    REPEAT_MANY  /* each one counts */
};

/* What HAProxy warns of where the keyword comes again in a section: AGAIN_FIRST, that the first value stays;
 * AGAIN_LAST, that a value which differs from the inherited one is overwritten. */
enum again { AGAIN_SILENT, AGAIN_FIRST, AGAIN_LAST };

enum keyword_flags {
    KW_NO = 1,            /* `no KEYWORD` is its negation */
    KW_DEFAULT = 2,       /* `default KEYWORD` exists */
    KW_OWN = 4,           /* the signature has a name (type own) that is the section's own when it is left out */
    KW_FIRST = 8,         /* no section but global may stand above it */
    KW_PREFIX = 16,       /* the name is a prefix: lua.NAME, sc0_… written as one word */
    KW_BUILD = 32,        /* some builds of HAProxy lack it: see struct keyword.build */
    KW_FINAL = 64,        /* an action behind which no rule of its set is looked at */
    KW_REVERSE = 128,     /* a bind option that a reverse connection (rhttp@) can have */
    KW_HASHES = 256,      /* a way to balance by a hash */
    KW_RESENDS = 512,     /* a cause to try again after which the server may have had the request */
    KW_RENAMED = 1024,    /* struct keyword.deprecated is its new name, and nothing else differs */
    KW_UNORDERED = 2048,  /* of lines that each count: HAProxy does not mind their order */
    KW_DEPRECATED = 4096, /* struct keyword.deprecated is there */
    KW_BRANCH = 8192,     /* a condition or message, .if and its like, which may stand in any section or between them */
    KW_TESTS = 16384,     /* the signature has the words of an ACL, or a condition */
    KW_SECRET = 32768,    /* the signature has a secret */
    KW_TLS_VERSION = 65536, /* it leaves some versions of TLS (struct keyword.tls), or its value names one */
    KW_ADDRESS = 131072     /* the signature has an address */
};

/* Sample types, HAProxy's configuration.txt 7.1 and 7.2 (-dKall spells them like this). */
enum sample_type {
    SAMPLE_ANY,
    SAMPLE_SAME,
    SAMPLE_BOOL,
    SAMPLE_SINT,
    SAMPLE_ADDR,
    SAMPLE_IPV4,
    SAMPLE_IPV6,
    SAMPLE_STR,
    SAMPLE_BIN,
    SAMPLE_METH
};

/* What a proxy can be used as: bits. */
enum proxy_side { SIDE_FRONTEND = 1, SIDE_BACKEND = 2 };

/* What HAProxy takes only behind expose-experimental-directives, expose-deprecated-directives: bits. */
enum expose { EXPOSE_EXPERIMENTAL = 1, EXPOSE_DEPRECATED = 2 };

/* struct keyword.counter where the keyword uses no sticky counter. */
#define NO_COUNTER 255
/* The kinds of proxy sections; PROXY_NONE: no proxy's. */
enum proxy_kind { PROXY_NONE, PROXY_DEFAULTS, PROXY_FRONTEND, PROXY_LISTEN, PROXY_BACKEND, PROXY_COUNT };

/* What `mode` makes of a proxy. MODE_BIT: its place in a set of them. */
enum proxy_mode { MODE_TCP, MODE_HTTP, MODE_LOG, MODE_SPOP, MODE_HEALTH, MODE_COUNT };
#define MODE_BIT(mode) (1u << (mode))

enum context_kind {
    CONTEXT_SECTION, /* a section of the file */
    CONTEXT_OPTIONS, /* options, actions… of a keyword */
};

enum context_names { NAMES_NONE, NAMES_OPTIONAL, NAMES_REQUIRED };

/* The unit that a bare number has in a time value. */
enum time_unit { UNIT_US, UNIT_MS, UNIT_S, UNIT_M, UNIT_H, UNIT_D };

/* The hash of a name in a context: FNV-1a, seeded with the context. */
static inline uint32_t grammar_hash(unsigned context, const char *name, size_t len)
{
    uint32_t hash = 2166136261u ^ context * 0x9e3779b1u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    return hash ^ hash >> 15;
}

#endif
