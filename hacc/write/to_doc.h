/* The grammar table for people: what a row says, and examples of it. */
#ifndef HACC_WRITE_TO_DOC_H
#define HACC_WRITE_TO_DOC_H

#include "hacc/base/buf.h"
#include "hacc/lang/grammar.h"

/* Appends a row as text. `context`: where it was looked up. version: which the examples are for; one that has the row.
 */
void to_doc_row(const struct keyword *kw, enum context_id context, enum hap_version version, struct arena *arena,
                struct buf *out);

/* Appends a type of values, as text. */
void to_doc_type(enum type_id type, struct buf *out);

/* Appends what contexts there are, as text. */
void to_doc_contexts(struct buf *out);

/* Appends what a context is, and its keywords; version: those that it has, -1: all. */
void to_doc_context(enum context_id context, int version, struct buf *out);

/* Appends the keywords that begin with the words of `name`; nothing where there are none. */
void to_doc_group(const char *name, int version, struct buf *out);

/* A row in a context, as asked for. */
struct doc_row {
    const struct keyword *kw;
    enum context_id context;
    enum hap_version version; /* as for to_doc_row */
};

/* Appends rows as one JSON object: {"rows": […]}. Out of memory goes to the arena's oom. */
void to_doc_json(const struct doc_row *rows, size_t count, struct arena *arena, struct buf *out);

/* Where a sample fetch has a value: column `at` of its matrix, from 0; NULL behind the last. */
const char *doc_place(unsigned at);

#endif
