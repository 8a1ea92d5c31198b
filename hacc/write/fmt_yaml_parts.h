/* What the parts of fmt_yaml share; nothing outside hacc/write/fmt_yaml*.c needs it. */
#ifndef HACC_WRITE_FMT_YAML_PARTS_H
#define HACC_WRITE_FMT_YAML_PARTS_H

#include "hacc/base/buf.h"
#include "hacc/read/yaml_tokens.h"

enum { FMT_STEP = 2 }; /* blanks that each level is indented by */

/* How a token follows what stands before it. A comment between the two breaks the line in any case. */
enum fmt_join { FMT_GLUED, FMT_BLANK, FMT_LINE, FMT_LAST /* nothing follows */ };

/* A block map or list that is open. */
struct fmt_level {
    uint32_t column; /* in the source: characters before it */
    uint32_t indent; /* in the output */
};

struct fmt_yaml {
    const char *data; /* the source */
    uint32_t len;
    const struct yaml_token *at; /* the token to be printed next */
    struct buf *out;
    uint32_t done;   /* what stands before this offset has been printed */
    uint32_t indent; /* of the line being printed, or of the block that goes on in it */
    bool opened;     /* the token printed last begins something: no empty line goes below it */
    uint32_t flows;  /* { and [ that are open */
    struct fmt_level levels[YAML_MAX_DEPTH + 1]; /* [0] is the document */
    uint32_t depth;                              /* of the block that the next token stands in */
    uint32_t deepest;                            /* of the blocks that end before it, too */
};

static inline bool fmt_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* ---- fmt_yaml_gap.c: what stands between two tokens ---- */

/* Prints the comments before offset `to`, and what parts them from the token there: a line of its own has `indent`. */
void fmt_gap(struct fmt_yaml *fmt, uint32_t to, enum fmt_join join, uint32_t indent);

/* Prints the next token after its gap. */
void fmt_put(struct fmt_yaml *fmt, enum fmt_join join, uint32_t indent);

/* Whether there is a line break in from..to of the source. */
bool fmt_has_break(const struct fmt_yaml *fmt, uint32_t from, uint32_t to);

void fmt_indent(struct fmt_yaml *fmt, uint32_t indent);

/* ---- fmt_yaml_scalar.c ---- */

/* As fmt_put, of a scalar whose further lines have the indent `wrap`. */
void fmt_scalar(struct fmt_yaml *fmt, enum fmt_join join, uint32_t indent, uint32_t wrap);

#endif
