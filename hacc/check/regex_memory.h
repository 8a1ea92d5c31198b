/* PCRE2 with its memory in an arena: nothing is to be released, wherever a compilation ends. */
#ifndef HACC_CHECK_REGEX_MEMORY_H
#define HACC_CHECK_REGEX_MEMORY_H

#include "hacc/base/arena.h"

#include <stdbool.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* A compiled regular expression, and what matching it takes. */
struct regex_code {
    bool tried;
    pcre2_code *code; /* NULL: PCRE2 refuses it */
    pcre2_match_data *data;
    pcre2_match_context *context;
};

/* Compiles a pattern; it may take so many steps on a text. */
struct regex_code regex_compile(struct arena *arena, const char *pattern, uint32_t len, bool caseless, uint32_t steps);

#endif
