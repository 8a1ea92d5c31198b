/* What the files of the YAML writer share: the tree of what is to be printed, and the steps that make it.
 *
 *   to_yaml.c          the root: sections by kind or by name, blocks, conditions around sections
 *   to_yaml_outline.c  the configuration as one list of lines
 *   to_yaml_body.c     the body of a section: which lines come together under which key, and in which order
 *   to_yaml_value.c    what stands behind a key: text or map
 *   to_yaml_map.c      the map of a directive, by its signature
 *   to_yaml_text.c     words as HAProxy's text, or as a value that is taken literally
 *   to_yaml_scalar.c   how YAML spells a text
 *   to_yaml_print.c    the tree as YAML: flow or block style */
#ifndef HACC_WRITE_TO_YAML_PARTS_H
#define HACC_WRITE_TO_YAML_PARTS_H

#include "hacc/lang/sig.h"
#include "hacc/write/to_yaml.h"

/* Longest line of YAML that a map or list is kept on, and longest text that is not made a map where it can be. */
enum { YAML_LINE = 80, TEXT_SHORT = 60 };

enum yaml_item_kind {
    ITEM_TEXT,  /* a scalar that is text, whatever it looks like */
    ITEM_PLAIN, /* a scalar that is written as it stands: true, false, default, or YAML made elsewhere */
    ITEM_MAP,
    ITEM_LIST
};

enum yaml_layout { LAYOUT_UNKNOWN, LAYOUT_FLOW, LAYOUT_BLOCK };

/* A YAML value, and the key or dash that it stands behind. */
struct yaml_item {
    struct yaml_item *next; /* of the same map or list */
    const char *key;        /* in a map */
    const char *text;       /* of a scalar */
    struct yaml_item *first, **tail;
    uint32_t key_len, len; /* len: of the text, or the number of items */
    uint8_t kind;          /* enum yaml_item_kind */
    uint8_t layout;        /* enum yaml_layout: what printing has found out */
    bool block;            /* never in flow style: rules, names, bodies */
    bool apart;            /* an empty line stands between its items */
    struct comment_line *comments, *trailing;
    struct comment_line *closing; /* below its last item */
};

struct yaml_writer {
    const struct config *config;
    struct arena *arena;
    struct yaml_order *order;
    struct comment_line *carried; /* comments of a line that YAML does not have (.endif), for what comes next */
};

/* --- the configuration as a list (to_yaml_outline.c) --- */

/* The configuration as HAProxy reads it: one line after the other. */
enum event_kind { EVENT_SECTION, EVENT_LINE, EVENT_MESSAGE, EVENT_IF, EVENT_ELIF, EVENT_ELSE, EVENT_ENDIF };

struct event {
    uint8_t kind;  /* enum event_kind */
    bool around;   /* EVENT_IF: sections begin inside of it */
    uint32_t next; /* of .if, .elif and .else: the next of them, or .endif */
    const struct section *section;
    const struct directive *directive;
};

struct outline {
    struct yaml_writer writer;
    struct event *at;
    uint32_t count, cap;
    enum context_id context; /* of the section whose lines are being written */
    uint32_t torn;           /* 1 + the condition that was found to tear a section apart last */
    bool passed;             /* a section that HAProxy passes over has been told */
};

/* Lists all sections and lines, but for those that stand under `hacc:`. */
void outline_events(struct outline *outline);

/* Gives the event behind the condition at `i`. */
uint32_t event_behind(const struct outline *outline, uint32_t i);

/* --- the tree (to_yaml_print.c) --- */

struct yaml_item *item_new(struct yaml_writer *writer, enum yaml_item_kind kind);

/* A scalar of text; `text` is kept. */
struct yaml_item *item_text(struct yaml_writer *writer, const char *text, uint32_t len);

/* A scalar that is written as it stands. */
struct yaml_item *item_plain(struct yaml_writer *writer, const char *text);

static inline bool item_is_scalar(const struct yaml_item *item)
{
    return item->kind == ITEM_TEXT || item->kind == ITEM_PLAIN;
}

/* Appends to a map, under a key that is kept; the item itself to a list. */
void item_add(struct yaml_item *map, const char *key, uint32_t key_len, struct yaml_item *item);
void item_push(struct yaml_item *list, struct yaml_item *item);

/* Gives the item of a key, or NULL. */
struct yaml_item *item_find(const struct yaml_item *map, const char *key, uint32_t key_len);

/* Puts comments above those that the item has. */
void item_comment(struct yaml_item *item, struct comment_line *comments);

/* Appends the items of a map or list, the root of a document. */
void item_print(struct yaml_item *root, struct buf *out);

/* --- scalars (to_yaml_scalar.c) --- */

enum scalar_place { SCALAR_KEY, SCALAR_BLOCK, SCALAR_FLOW };

/* Appends the text as YAML spells it where it stands: bare where every reader takes it for that text, in quotes, or as
 * a block of its own, indented by `indent`. */
void scalar_print(struct buf *out, const char *text, uint32_t len, enum scalar_place place, uint32_t indent);

/* Whether the text needs no quotes where it stands. */
bool scalar_is_bare(const char *text, uint32_t len, enum scalar_place place);

/* --- words (to_yaml_text.c) --- */

/* Appends words as HAProxy's text, with a blank between them: ${X} bare where it can be, whatever YAML cannot hold as
 * \xHH. */
void text_words(struct buf *out, const struct arg *args, uint32_t count);

/* Appends a word, `text`, as HAProxy's text. */
void text_word(struct buf *out, const char *text, uint32_t len);

/* Whether YAML can hold the word as a value that is taken literally. */
bool literal_holds(const struct arg *arg);

/* Gives a word as a value that is taken literally: only ${X} is HAProxy's, and $${ stands for "${". */
struct yaml_item *literal_item(struct yaml_writer *writer, const struct arg *arg);

/* Gives words as a scalar of HAProxy's text. */
struct yaml_item *text_item(struct yaml_writer *writer, const struct arg *args, uint32_t count);

/* --- values (to_yaml_map.c, to_yaml_value.c) --- */

/* Gives the map whose keys give back the words args[0..count) of the sequence at `at`; NULL where there is none. */
struct yaml_item *map_item(struct yaml_writer *writer, uint16_t at, const struct arg *args, uint32_t count);

/* Gives the option or action row that a word is the name of, where it is a row of the context; else NULL. */
const struct keyword *arg_row(const struct yaml_writer *writer, enum context_id context, const struct arg *arg);

/* Whether text would need quotes of YAML around quotes of HAProxy. */
bool text_is_ugly(const struct yaml_item *text);

/* Of a line that is kept as it is: how many words make its key. Those up to a variable, whose value tells the keyword;
 * of a line that HAProxy passes over, the first. */
uint32_t verbatim_key_words(const struct directive *directive);

/* Whether HAProxy passes over a line that hacc does not understand. */
bool is_passed_over(const struct directive *directive);

/* Gives what stands behind the directive's key; behind its name where the keyword is one whose lines are named. */
struct yaml_item *value_item(struct yaml_writer *writer, const struct directive *directive, bool named);

/* Gives the directive as an item of the list under the first word of its keyword, with the rest of its name:
 * `expect status 200`. */
struct yaml_item *value_in_group(struct yaml_writer *writer, const struct directive *directive, const char *name,
                                 uint32_t len);

/* Whether the keyword's lines are rules: they have conditions, and are read from the top. */
bool keyword_is_rule(const struct keyword *kw);

/* --- bodies (to_yaml_body.c) --- */

/* Appends to `blocks` what gives back lines[0..count) of a section, none of which is a condition. `first`, if not NULL,
 * is a block that has been begun: it takes what comes first. */
void body_blocks(struct yaml_writer *writer, enum context_id context, const struct directive *const *lines,
                 uint32_t count, struct yaml_item *first, struct yaml_item *blocks);

#endif
