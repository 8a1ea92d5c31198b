/* The words of an ACL without its name: criterion, flags, patterns. */
#ifndef HACC_CHECK_REQUEST_WORDS_H
#define HACC_CHECK_REQUEST_WORDS_H

#include "hacc/check/request_set.h"
#include "hacc/model/config.h"

struct acl_words {
    struct request_test test;             /* what its tests have in common: sample, match, caseless */
    const struct request_sample *lowered; /* the sample without a `,lower` that ends it; NULL: it has none */
    const struct arg *patterns;           /* operators of numbers too */
    uint32_t count;
    bool more;   /* there are patterns that are not here: in a file, or made by variables */
    bool steady; /* the sample gives the same when it is asked again */
};

/* Reads args[0 .. count), which acl_parse has checked. false: it is not known what they test. */
bool acl_words_read(const struct config *config, const struct arg *args, uint32_t count, struct acl_words *words);

/* Gives which part of a request a fetch tells; of headers, which one depends on its arguments. */
enum request_part request_part_of(const struct keyword *fetch);

#endif
