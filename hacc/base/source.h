/* Source texts and byte ranges in them. */
#ifndef HACC_BASE_SOURCE_H
#define HACC_BASE_SOURCE_H

#include "hacc/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* A byte range of one source. src 0 is "no place" (built-in text, command line). */
struct span {
    uint32_t src, off, len;
};

/* Inputs larger than this are refused (offsets are 32 bits). */
#define SOURCE_MAX_SIZE ((size_t)1 << 30)

struct source {
    const char *name; /* as given on the command line, or as resolved from an include; of - see stdin_name */
    const char *data; /* contents, NUL behind the last byte */
    uint32_t len;
    uint32_t *breaks;              /* line breaks before each block of its text; NULL: source_place was not asked yet */
    uint32_t line_start, line_end; /* of the line found last: where it begins, and its line break */
    bool line_known;               /* these two are set */
    uint32_t last_off, last_column; /* what source_place found last: the next is often behind it on the same line */
    bool peeked;                    /* by sources_peek or sources_offer, and not read since */
    struct arena *arena;            /* the list's; for its oom, which may change between reading and printing */
};

struct sources {
    uint32_t from_stdin;    /* index of standard input; 0: not read */
    const char *stdin_name; /* what it is the text of; NULL: "<stdin>" */
    struct source **at;     /* at[0] is NULL: span.src indexes this array */
    uint32_t count;
    struct arena *arena; /* holds the list and the names; contents are malloc'd */
    uint32_t cap;
};

/* Prepares an empty list that lives as long as `arena`. */
void sources_init(struct sources *sources, struct arena *arena);

/* Reads a file whole ("-": standard input, which is read once and then remembered) and gives its index.
 * Gives 0 on failure, with *why set to the reason, arena-owned ("Is a directory", "larger than 1 GiB"). */
uint32_t sources_read(struct sources *sources, const char *path, const char **why);

/* As sources_read, for a look at the text first: the next sources_read of the same path gives the same source, so that
 * a pipe too can be looked at. */
uint32_t sources_peek(struct sources *sources, const char *path, const char **why);

/* Adds text that is already in memory (copied; at most SOURCE_MAX_SIZE) and gives its index. */
uint32_t sources_add(struct sources *sources, const char *name, const char *data, size_t len);

/* As sources_add; the next sources_read of `name` gives this text, whatever there is of that name. */
uint32_t sources_offer(struct sources *sources, const char *name, const char *data, size_t len);

/* Frees the contents. */
void sources_release(struct sources *sources);

/* Where a byte offset stands, for people: line and column count from 1, columns in code points. */
struct place {
    uint32_t line, column;
};

/* Gives the place of offset `off` of `source` (clamped to its end). The first call counts the lines. */
struct place source_place(struct source *source, uint32_t off);

/* Gives the line that holds `off` (clamped as above), without its line break: *len bytes at the result, which
 * is part of the source. */
const char *source_line(struct source *source, uint32_t off, uint32_t *len);

#endif
