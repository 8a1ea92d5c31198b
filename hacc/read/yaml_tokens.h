/* The tokens of a YAML text: for what has to write it again as it stands, comments and all. Nodes (yaml_read.h) are
 * what a text means; tokens are how it is written. */
#ifndef HACC_READ_YAML_TOKENS_H
#define HACC_READ_YAML_TOKENS_H

#include "hacc/read/yaml_read.h"

enum yaml_token_kind {
    TOKEN_END,          /* of the text */
    TOKEN_DIRECTIVE,    /* %YAML 1.1 */
    TOKEN_DOCUMENT,     /* --- */
    TOKEN_DOCUMENT_END, /* ... */
    TOKEN_MAP,          /* a block map begins; no bytes of its own */
    TOKEN_LIST,         /* a block list begins; no bytes of its own */
    TOKEN_BLOCK_END,    /* the block that began last ends; no bytes of its own */
    TOKEN_FLOW,         /* { or [ */
    TOKEN_FLOW_END,     /* } or ] */
    TOKEN_DASH,         /* - */
    TOKEN_COMMA,        /* , */
    TOKEN_KEY,          /* a key follows: ?, mostly without bytes of its own */
    TOKEN_VALUE,        /* : */
    TOKEN_PROPERTY,     /* &anchor or !tag */
    TOKEN_ALIAS,        /* *anchor */
    TOKEN_SCALAR
};

/* Between the bytes of two tokens stand blanks, line breaks and comments alone. */
struct yaml_token {
    uint32_t off, len; /* bytes of the source; of a scalar with its quotes, or from its '|' on */
    uint32_t column;   /* characters before it on its line, where a block begins */
    uint8_t kind;      /* enum yaml_token_kind */
    uint8_t style;     /* TOKEN_SCALAR: enum node_style */
};

struct yaml_tokens {
    struct yaml_token *at; /* the last one is TOKEN_END */
    uint32_t count, cap;
};

/* Reads the tokens of source `src`, which live in the arena of `diags` and `sources`. Every block list has its
 * TOKEN_LIST and TOKEN_BLOCK_END, wherever its dashes stand. Gives false where the text is no YAML, or nested deeper
 * than YAML_MAX_DEPTH; then diags has the findings of yaml_read, those of what the text means among them. Memory that
 * runs out goes to the arena's oom, after this call's own is freed. */
bool yaml_tokens_read(struct yaml_tokens *tokens, uint32_t src, struct sources *sources, struct diags *diags);

/* Whether two texts are YAML of the same values: keys, texts and their styles, anchors, aliases, tags and documents, in
 * the same order. `arena` is for its oom. */
bool yaml_same(const char *a, size_t a_len, const char *b, size_t b_len, struct arena *arena);

/* Gives the length of the line break at text[0], 0 where there is none. YAML 1.1 has five. */
uint32_t yaml_break(const char *text, const char *end);

#endif
