/* Sets of requests: what an ACL matches, as far as its text tells.
 *
 * A test compares one sample with one pattern. An ACL, all lines of its name together, matches what passes one of its
 * tests: a set. A condition is cases, each of which is sets that must all hold, or must not. Everything here answers
 * whether something is certain; false means "no, or not known". */
#ifndef HACC_CHECK_REQUEST_SET_H
#define HACC_CHECK_REQUEST_SET_H

#include "hacc/check/regex_memory.h"
#include "hacc/lang/words.h"

/* What of a request a sample tells. */
enum request_part {
    PART_OTHER, /* what may be another thing the next time it is asked for: counters, tables, time, chance */
    PART_CONSTANT,
    PART_CONNECTION, /* addresses, ports and TLS of the client's connection */
    PART_METHOD,
    PART_HOST,
    PART_PATH, /* the path, with or without the query string, or the URL */
    PART_HEADER
};

/* How a sample is compared. */
enum request_match {
    MATCH_FOUND,
    MATCH_BOOL,
    MATCH_STR,
    MATCH_BEG,
    MATCH_END,
    MATCH_SUB,
    MATCH_DIR,
    MATCH_DOM,
    MATCH_REG,
    MATCH_INT,
    MATCH_LEN,
    MATCH_IP
};

/* The sample of a test. Two are the same where text and len are. */
struct request_sample {
    const char *text; /* the expression, in one spelling: "req.hdr(host)" */
    uint32_t len, hash;
    const struct keyword *fetch;
    uint32_t converters; /* where they begin in text; len: there are none */
    uint8_t part;        /* enum request_part */
    bool many;           /* there may be several values, of which one must pass: headers, cookies */
};

/* A regular expression, compiled when it is first needed: with and without regard to case. */
struct request_regex {
    struct arena *arena; /* holds all that PCRE2 asks for */
    struct regex_code codes[2];
};

/* One pattern, and the sample that it is compared with. */
struct request_test {
    const struct request_sample *sample;
    const struct arg *at; /* the pattern; without one, the criterion; NULL: of an ACL that HAProxy brings along */
    const char *text;     /* of the pattern; of MATCH_DIR and MATCH_DOM without the delimiters around it */
    uint32_t len;
    uint8_t match;               /* enum request_match */
    bool caseless;               /* -i */
    uint8_t family;              /* MATCH_IP: 4 or 6 */
    uint8_t bits;                /* MATCH_IP: of the network, of 128 */
    uint8_t net[16];             /* MATCH_IP: the network; one of IPv4 in the last 4 bytes */
    struct request_regex *regex; /* MATCH_REG */
    int64_t low, high;           /* MATCH_INT, MATCH_LEN */
};

/* What an ACL matches. */
struct request_set {
    const struct request_test *tests;
    uint32_t count;
    bool whole;    /* these are all of its tests: it has no file, no variable, nothing that is not understood */
    bool steady;   /* asked again it gives the same, unless a rule in between changes the request */
    uint8_t parts; /* a bit for each enum request_part that its tests look at */
};

/* A set that must hold, or must not. */
struct request_term {
    const struct request_set *set;
    const struct arg *at; /* the name of the ACL, or the criterion between braces */
    bool negated;
};

/* Terms that must all hold. */
struct request_case {
    const struct request_term *terms;
    uint32_t count;
};

/* A condition: one of the cases must hold. known false: it has a form that is not followed, and no cases. */
struct request_condition {
    const struct request_case *cases;
    uint32_t count;
    bool known;
};

/* Gives whether a value passes a test. BLOCK_UNKNOWN: for numbers and addresses that are none, and for what PCRE2 gave
 * up on. */
enum block_truth request_test_passes(const struct request_test *test, const char *value, uint32_t len);

/* Whether every request that passes `a` passes `b`. */
bool request_test_within(const struct request_test *a, const struct request_test *b);

/* Whether no request passes both. */
bool request_test_apart(const struct request_test *a, const struct request_test *b);

/* The same for sets; of large ones (more than REQUEST_PAIRS pairs of tests) nothing is certain. */
#define REQUEST_PAIRS 4096
bool request_set_within(const struct request_set *a, const struct request_set *b);
bool request_set_apart(const struct request_set *a, const struct request_set *b);

/* Whether no request meets a case: then *first and *second (the same one, where it is impossible by itself) are terms
 * that exclude each other. */
bool request_case_empty(const struct request_case *one, const struct request_term **first,
                        const struct request_term **second);

/* Whether every request that meets case `a` meets `b`. */
bool request_case_within(const struct request_case *a, const struct request_case *b);

#endif
