/* What a line says, as a number: lines that HAProxy takes for the same have the same one, however they are written.
 * Units, quotes, empty parentheses and the order of a line's options make no difference. */
#ifndef HACC_CHECK_LINE_KEY_H
#define HACC_CHECK_LINE_KEY_H

#include "hacc/check/key_map.h"
#include "hacc/model/config.h"

struct line_reader {
    const struct section *section; /* of the line: where it names its own section, the name itself does not count */
    const struct key_map *renamed; /* of names that sections have in the other configuration: the name, as const char *,
                                      by name_key; NULL: there are none */
    enum hap_version version;
    struct buf bytes; /* scratch */
};

/* Readies a reader whose scratch lives in `arena`. */
void line_reader_init(struct line_reader *reader, enum hap_version version, struct arena *arena);

/* Gives the keyword of a line of reader->section; of a name that is only an old one of another keyword, that one. */
const struct keyword *line_keyword(const struct line_reader *reader, const struct directive *line);

/* Gives the key of bytes. */
struct key key_of(const void *bytes, size_t len);

/* Gives the key of several keys, in this order. */
struct key key_join(struct key a, struct key b);

/* Adds a key to those of a set, which are in no order. */
void key_add(struct key *set, struct key one);

/* Gives the key of a name of a kind; `kind` is whatever tells the kinds of one map apart. */
struct key name_key(unsigned kind, const char *name, size_t len);

/* Gives the key of args[0 .. count), in their order. */
struct key words_key(struct line_reader *reader, const struct arg *args, uint32_t count);

/* Gives the key of the line from its argument `from` on; with from 0 of its keyword too. */
struct key line_key(struct line_reader *reader, const struct directive *line, uint32_t from);

/* Gives where the option that begins at args[at] ends: at the next one, or behind the line. */
uint32_t option_end(const struct directive *line, uint32_t at);

/* Gives the key of an ACL line: of its criterion and flags in *head, of its patterns, which are a set, as the result.
 */
struct key acl_key(struct line_reader *reader, const struct directive *line, struct key *head);

#endif
