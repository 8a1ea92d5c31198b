/* The YAML front: text to located nodes, every fault reported, nothing guessed (docs/language.md).
 *
 * libyaml gives the events; byte offsets, limits, comments and the going on after an error are ours, because
 * libyaml counts characters, stops at its first error, accepts any depth and drops comments. */
#ifndef HACC_READ_YAML_READ_H
#define HACC_READ_YAML_READ_H

#include "hacc/base/diag.h"

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

enum node_style { STYLE_PLAIN, STYLE_SINGLE, STYLE_DOUBLE, STYLE_LITERAL, STYLE_FOLDED, STYLE_FLOW, STYLE_BLOCK };

enum node_flags {
    NODE_FIXED = 1,    /* from !env or !file: taken literally, no ${} of HAProxy in it */
    NODE_SECRET = 2,   /* from !env or !file: the output that holds it is for its owner's eyes alone */
    NODE_OVERRIDE = 4, /* !override: replaces what an earlier file says */
    NODE_APPEND = 8,   /* !append: a list that adds to an earlier file's list */
    NODE_MAPPED = 16,  /* scalar text differs from its source bytes (escapes, folding): see yaml_text_span */
    NODE_POISON = 32,  /* something was wrong here and has been reported: say no more about it */
    NODE_TAKEN = 128   /* the sink has taken it: its children are gone */
};

/* A YAML value. Nodes are shared between aliases and must not be changed once read. */
struct node {
    struct node *next; /* list: next item. map: key -> its value -> the next key */
    union {
        const char *text;   /* scalar: not NUL-terminated; points into the source where the bytes are the same */
        struct node *first; /* list: first item; map: first key; NULL where empty */
    };
    uint32_t len;           /* scalar: bytes of text; list: items; map: keys */
    uint32_t off, span_len; /* bytes in the source; of a map or list: its first byte to its last child's end */
    uint16_t src;           /* source index */
    uint8_t kind : 3;       /* enum node_kind */
    uint8_t style : 5;      /* enum node_style */
    uint8_t flags;          /* enum node_flags */
};

_Static_assert(sizeof(struct node) <= 32, "a node is half a cache line: 100 000 servers are two million nodes");

/* A comment: from its '#' to the end of its line. */
struct comment {
    uint32_t off, len;
};

/* What one source gave. */
struct yaml_file {
    uint32_t src;
    struct node *root;        /* NULL where nothing could be read */
    struct comment *comments; /* in source order */
    uint32_t comment_count;
    bool damaged; /* a syntax error hides part of the file: what is missing may only be unread */
};

/* The whole input: all files and their includes, merged by key.
 *
 * Maps merge by key, recursively; the first file's order stands, new keys follow behind. Any other key that two
 * files have is an error unless the later value is tagged !override or !append (later: further on in the reading
 * order, an include counting where its key stands). A file whose root is a list adds its blocks, one after the
 * other, unmerged; a map read after that starts a block of its own. The 'include' keys themselves are gone. */
struct document {
    struct node *root;        /* a map, or a list of maps (blocks); NULL where nothing could be read */
    struct yaml_file **files; /* in the order read */
    uint32_t file_count;
    bool damaged;    /* any file is */
    bool unreadable; /* a file or include could not be read at all, or holds no map or list of blocks: exit status 2 */
};

/* The limits: beyond them the input is refused. libyaml by itself accepts any depth, and aliases in a circle. */
enum yaml_limits {
    YAML_MAX_DEPTH = 64,          /* nested maps and lists */
    YAML_MAX_EXPANDED = 100000,   /* nodes that aliases and merge keys may stand for, altogether */
    YAML_MAX_ERRORS = 20,         /* syntax errors after which a file is given up */
    YAML_MAX_INCLUDES = 256,      /* files read */
    YAML_MAX_FILE_VALUE = 1 << 20 /* bytes that !file may bring */
};

struct yaml_options {
    bool allow_outside; /* include and !file may leave the folder of the first file */
    bool alone;         /* of one file: its includes stay where they are, unread */
};

/* Where values go while the file is still being read: a big file is mostly sections, and a section that has been
 * understood needs no nodes any more. What a sink has taken may have to be forgotten: a document that turns out to
 * need the whole (a syntax error, an include, a merge key above the sections) is read again, from its start, and then
 * given whole. So a sink only ever sees a beginning of a document that is one file. */
struct yaml_sink {
    /* A pair of the root (outer NULL) or of a map in the root (outer: that map's key) is complete. Gives true where it
     * has been taken: its value's nodes are then used again. What the sink does not take stays in the document. */
    bool (*pair)(void *context, const struct document *doc, const struct node *outer, const struct node *key,
                 const struct node *value);
    void (*restart)(void *context); /* forget everything */
    void *context;
};

/* Reads files ("-": standard input) with their includes into one document. Faults go to diags; what could be
 * read is in *doc all the same. `sink` (may be NULL) gets pairs as they are read. Nodes and texts live as long as the
 * arena of `diags` and `sources` (one and the same) and the sources' contents. Running out of memory goes to that
 * arena's oom, after this call's own memory is freed. */
void yaml_read(struct document *doc, const char *const *paths, uint32_t count, const struct yaml_options *options,
               const struct yaml_sink *sink, struct sources *sources, struct diags *diags);

/* Gives the value of `key` in a map, or NULL; *at (may be NULL) becomes the key's node. */
struct node *node_find(const struct node *map, const char *key, const struct node **at);

/* Gives the node's place. */
struct span node_span(const struct node *node);

/* Gives the source place of bytes from..from+len of a scalar's text, through quotes, escapes and folding. Of text
 * that is not in the source (!env, !file) it is the place of the whole scalar. Linear in the scalar: for findings. */
struct span yaml_text_span(const struct node *scalar, uint32_t from, uint32_t len, const struct sources *sources);

/* Steps through a map: for (key = map->first; key; key = node_next_key(key)) { value = key->next; … } */
static inline struct node *node_next_key(const struct node *key)
{
    return key->next->next;
}

#endif
