/* What the parts of the YAML front share; nothing outside hacc/read/yaml_*.c needs it. */
#ifndef HACC_READ_YAML_FRONT_H
#define HACC_READ_YAML_FRONT_H

#include "hacc/read/yaml_read.h"

#include <glob.h>
#include <sys/types.h>
#include <yaml.h>

/* Flags beyond enum node_flags. */
enum { NODE_OWNED = 64 /* the list of children belongs to this node alone: a merge may extend it */ };

/* Longest text that a help line quotes; longer ones are described instead. */
enum { HELP_TEXT = 120, HELP_SIZE = 512 };

/* A set of keys, reused from map to map. Memory is malloc'd; see key_table_release. */
struct key_table {
    struct node **slots; /* keys; a power of two */
    uint32_t *epochs;    /* a slot is in use where its epoch is the table's */
    uint32_t size, used, epoch;
    struct oom *oom;
};

/* A file that has been opened: what it is on disk, and who included it. */
struct yaml_origin {
    dev_t dev;
    ino_t ino;
    uint32_t src;
    int32_t parent;   /* index of the including file, -1 for none */
    struct span from; /* the text that named it */
    bool known;       /* dev and ino are set */
};

/* One call of yaml_read. In the arena, so that its contents are certain after a longjmp. */
struct yaml_front {
    struct document *doc;
    struct sources *sources;
    struct diags *diags;
    struct arena *arena;
    struct yaml_options options;
    const struct yaml_sink *sink; /* NULL: none, or the document is read again, to be given whole */
    struct yaml_origin origins[YAML_MAX_INCLUDES];
    uint32_t origin_count;
    const char *tree;               /* real path of the first file's folder, "/" at its end */
    struct node_block *blocks;      /* all nodes, see nodes.c */
    struct file_value *file_values; /* what !file has read */
    uint32_t expanded;              /* nodes that aliases and merge keys stood for so far */
    /* freed at the end of the call, or when memory runs out: */
    yaml_parser_t parser;
    yaml_event_t event;
    bool parsing;              /* the parser is initialized */
    yaml_char_t *buffer_start; /* libyaml's own: the parser may have the text in its place */
    char *copy;                /* the text being read, with its faulty parts blanked; NULL while there are none */
    struct key_table keys, root_keys, anchors;
    glob_t found;
    struct oom oom, *outer;
};

/* The text of one file while it is read. */
struct yaml_text {
    struct yaml_front *front;
    struct yaml_file *file;
    const struct source *source;
    uint32_t origin;  /* index in front->origins */
    const char *data; /* the source's text, or front->copy */
    uint32_t len;
    uint32_t base;         /* bytes of the byte order mark */
    bool ascii;            /* one character is one byte */
    bool plain;            /* and libyaml's reader has nothing against any of them */
    uint32_t chars, bytes; /* libyaml's index and the offset that belongs to it, of the last look-up */
    struct span blanks[2 * YAML_MAX_ERRORS]; /* parts hidden from libyaml */
    uint32_t blank_count;
    uint32_t bad[YAML_MAX_ERRORS]; /* bytes that are not text, replaced */
    uint32_t bad_count;
};

/* A map or list whose end has not come. */
struct yaml_frame {
    struct node *node;
    struct node **tail;
    uint32_t end;     /* where its last child ends */
    uint32_t total;   /* pass->total at its start */
    uint32_t anchor;  /* 1 + index of its anchor; 0: none */
    uint16_t height;  /* of the tallest child */
    bool merges;      /* has a '<<' */
    bool nulls;       /* flow map with keys that have no value */
    struct node *key; /* the last key, where a sink wants pairs */
};

struct yaml_anchor {
    struct node *node; /* what it names; NULL while that is open */
    uint32_t size;     /* nodes, aliases expanded */
    uint16_t height;
};

/* One reading of a text, from its start to its end or first syntax error. */
struct yaml_pass {
    struct yaml_text *text;
    struct yaml_front *front;
    struct node *node_at, *node_end; /* free nodes */
    struct node_block *block;
    struct yaml_frame frames[YAML_MAX_DEPTH + 1];
    struct yaml_frame *top; /* NULL outside of the root */
    uint32_t total;         /* nodes so far, aliases expanded */
    uint32_t gap;           /* end of the last event: comments may stand from here on */
    uint32_t hash;          /* the next '#', or the text's length */
    struct comment *comments;
    uint32_t comment_count, comment_cap;
    struct yaml_anchor *anchors;
    uint32_t anchor_count, anchor_cap;
    struct node *root;
    const struct node *last;         /* scalar read last */
    struct node *key;                /* of the pair that the sink has not seen yet, for want of its trailing comment */
    struct node *mark_at, *mark_end; /* free nodes when the value of the outer map's key began */
    struct node_block *mark;
    uint32_t mark_anchors; /* anchor_count then */
    bool merges;           /* a '<<' stands above the sections */
    bool ended;            /* reading stopped for a limit or a second document */
};

/* ---- yaml_text.c: bytes ---- */

/* Checks the encoding and prepares offsets. Gives false where the text is no text at all (reported). */
bool yaml_text_check(struct yaml_text *text);

/* Reports control characters (libyaml has met one) and hides them. Gives false where there are none. */
bool yaml_text_controls(struct yaml_text *text);

/* Gives the private copy of the text, for blanking. */
char *yaml_text_copy(struct yaml_text *text);

/* Gives true where a replaced byte lies in from..to. */
bool yaml_text_is_bad(const struct yaml_text *text, uint32_t from, uint32_t to);

uint32_t yaml_offset_seek(struct yaml_text *text, size_t index);

/* Gives the byte offset of libyaml's character index. */
static inline uint32_t yaml_offset(struct yaml_text *text, size_t index)
{
    return text->ascii ? (uint32_t)index + text->base : yaml_offset_seek(text, index);
}

static inline struct span yaml_at(const struct yaml_text *text, uint32_t off, uint32_t len)
{
    return (struct span){text->file->src, off, len};
}

/* ---- yaml_nodes.c: events to nodes ---- */

/* Reads the text once. Gives false at a syntax error, which front->parser then describes; what came before it
 * is in pass->root all the same. */
bool yaml_pass_run(struct yaml_pass *pass, struct yaml_text *text);

/* Gives a zeroed node. */
struct node *yaml_node_new(struct yaml_pass *pass);

/* Closes what a syntax error left open. */
void yaml_pass_close(struct yaml_pass *pass);

/* ---- yaml_scalar.c: scalars, tags, escapes, nulls ---- */

/* Makes the node of front->event, a scalar that stands at off..end (tag and anchor included). */
struct node *yaml_scalar_new(struct yaml_pass *pass, uint32_t off, uint32_t end, bool is_key);

/* Checks the tag of the map or list of front->event and gives its flags. `tag` is where the tag stands. */
uint8_t yaml_collection_tag(struct yaml_pass *pass, struct span at, const char *tag, enum node_kind kind);

/* Explains a flow map that just closed and has keys without value, as `{ src 10.0.0.1 }`. */
void yaml_explain_nulls(struct yaml_pass *pass, struct node *map);

/* Steps over tags, anchors, blanks and comments between `off` and the value itself; *tag becomes the tag's place. */
uint32_t yaml_skip_properties(const struct yaml_text *text, uint32_t off, uint32_t end, struct span *tag);

/* ---- yaml_comments.c ---- */

void yaml_comments_start(struct yaml_pass *pass);

void yaml_comments_gap(struct yaml_pass *pass, uint32_t to);

void yaml_comments_skip(struct yaml_pass *pass, uint32_t to);

/* The same around a scalar that ends at `end`: comments behind a tag, or behind the '|' of a block scalar. */
void yaml_comments_scalar(struct yaml_pass *pass, const struct node *node, uint32_t end);

/* Collects the comments between the last event and off..end, an event that may hold '#' of its own. */
static inline void yaml_comments_pass(struct yaml_pass *pass, uint32_t off, uint32_t end)
{
    if (pass->hash < off)
        yaml_comments_gap(pass, off);
    if (pass->hash < end)
        yaml_comments_skip(pass, end);
}

/* ---- yaml_keys.c: keys of a map ---- */

/* Empties the table and makes room for `count` keys. */
void key_table_start(struct key_table *table, uint32_t count);

/* Gives the key with the same text, or NULL after entering `key`. */
struct node *key_table_enter(struct key_table *table, struct node *key);

/* Gives the key with that text, or NULL. */
struct node *key_table_find(const struct key_table *table, const char *text, uint32_t len);

void key_table_release(struct key_table *table);

static inline bool node_is(const struct node *node, const char *text, uint32_t len)
{
    return node->len == len && memcmp(node->text, text, len) == 0;
}

/* Reports keys that a map of one file has twice. */
void yaml_keys_check(struct yaml_front *front, struct node *map);

/* Replaces the '<<' of a map by the pairs they stand for. */
void yaml_keys_merge(struct yaml_pass *pass, struct node *map);

/* Counts `size` nodes that an alias or merge key at `at` stands for. Gives false where that is beyond the limit. */
bool yaml_expand(struct yaml_pass *pass, uint32_t size, struct span at);

/* ---- yaml_line.c: the anatomy of a line ---- */

/* A line of block style: `  - key: value # comment`. All are offsets into the text. */
struct yaml_line {
    uint32_t from, to; /* without its line break */
    uint32_t next;     /* where the next line starts */
    uint32_t first;    /* first byte that is neither blank nor tab */
    uint32_t content;  /* behind the "- " */
    bool dash, has_key;
    uint32_t key_end, colon;   /* where has_key */
    uint32_t value, value_end; /* without comment and blanks; value == value_end: none */
};

void yaml_line_scan(struct yaml_line *line, const struct yaml_text *text, uint32_t off);

/* As yaml_line_scan, of the nearest line above `from` that is neither empty nor a comment. False: there is none. */
bool yaml_line_above(struct yaml_line *line, const struct yaml_text *text, uint32_t from);

/* Gives the offset behind the quoted text that opens at `off`, or 0 where it does not close before `to`. */
uint32_t yaml_quote_end(const char *data, uint32_t off, uint32_t to);

/* Gives the offset behind the bracket that matches the one at `off`, or 0. Quoted text is stepped over. */
uint32_t yaml_bracket_end(const char *data, uint32_t off, uint32_t to);

/* Writes the bytes as a YAML scalar in quotes. Gives false where they are too long for a help line. */
bool yaml_quote(char *out, size_t size, const char *text, uint32_t len);

/* ---- yaml_explain.c, yaml_layout.c: syntax errors in the user's words ---- */

#define NO_OFFSET UINT32_MAX

/* What a syntax error blames. */
struct yaml_fault {
    uint32_t at;     /* a byte of what has to go for the rest to be read */
    uint32_t opener; /* the bracket that opens above that line, to go whole; or NO_OFFSET */
    bool tabs;       /* all lines that a tab indents have to go */
    bool hopeless;   /* the rest would give only errors of the same cause */
};

/* Reports the error at which the pass stopped, in one finding, and says what to hide. */
void yaml_explain(const struct yaml_pass *pass, struct yaml_fault *fault);

/* Gives true where the text is a haproxy.cfg; *at becomes its first keyword's place. */
bool yaml_looks_like_cfg(const struct yaml_text *text, struct span *at);

/* Reports such a text. */
void yaml_say_cfg(const struct yaml_text *text, struct span at);

/* Reports the escape at `at` of the double-quoted text that opens at `quote` and ends at `end`. */
void yaml_say_escape(const struct yaml_text *text, uint32_t at, uint32_t quote, uint32_t end);

/* ---- yaml_resume.c ---- */

/* Hides the fault so that the rest can be read. Gives false where there is nothing left to hide. */
bool yaml_hide(struct yaml_text *text, const struct yaml_fault *fault);

/* Hides everything from the fault on: the file is given up. */
void yaml_hide_rest(struct yaml_text *text, const struct yaml_fault *fault);

/* Gives true where `off` lies in a hidden part, or only blanks and comments separate it from one behind it. */
bool yaml_is_hidden(const struct yaml_text *text, uint32_t off);

/* Counts the lines from `off` on that a tab indents; hides them where `hide` is set. */
uint32_t yaml_tab_lines(struct yaml_text *text, uint32_t off, bool hide);

/* ---- yaml_include.c: paths ---- */

/* Opens and reads one file of the command line or an include. NULL on failure (reported). */
struct yaml_file *yaml_open(struct yaml_front *front, const char *path, int32_t parent, struct span from,
                            uint32_t *origin);

/* Gives what an include stands for: a NULL-terminated list of paths, sorted; NULL on failure (reported). */
const char **yaml_include_paths(struct yaml_front *front, uint32_t origin, const struct node *pattern);

/* Reads the file that !file names relative to the file `origin`. False: reported. */
bool yaml_file_value(struct yaml_front *front, uint32_t origin, const char *name, uint32_t len, struct span at,
                     const char **text, uint32_t *text_len);

/* ---- yaml_merge.c: files into one document ---- */

struct yaml_join {
    struct yaml_front *front;
    struct node *first, **tail; /* blocks */
    uint32_t count;
    struct node *block; /* the block that takes further keys; NULL: none */
    struct node **block_tail;
    const struct node *map;  /* the last map that was added: gives a new block its place */
    const struct node *list; /* the first root that was a list of blocks; NULL: none was */
};

void yaml_join_start(struct yaml_join *join, struct yaml_front *front);

/* Adds a file and its includes. */
void yaml_join_file(struct yaml_join *join, const struct yaml_file *file, uint32_t origin);

/* Gives the root of all that was added. */
struct node *yaml_join_end(struct yaml_join *join);

/* Gives true where the file's root has an include key. */
bool yaml_has_include(const struct yaml_file *file);

/* ---- yaml_read.c ---- */

/* Reads one file, all passes, without its includes. NULL: not opened. */
struct yaml_file *yaml_front_read(struct yaml_front *front, const char *path, int32_t parent, struct span from,
                                  uint32_t *origin);

#endif
