/* What the files of the YAML front's second half share: from nodes to directives. */
#ifndef HACC_READ_READER_H
#define HACC_READ_READER_H

#include "hacc/lang/sig.h"
#include "hacc/read/cfg_lex.h"
#include "hacc/read/from_yaml.h"

/* How far the comments of a source have been handed out. */
struct comment_cursor {
    const struct yaml_file *file;
    uint32_t next;
};

/* .if blocks in one another: as many as HAProxy takes (asked of 2.6 and 3.2). */
enum { BRANCH_MAX_NESTED = 99 };

/* An open .if block. */
struct branch {
    struct span at;
    uint16_t outer; /* lang->branch around it */
    uint8_t around; /* enum block_truth: whether HAProxy reads what is around it */
    uint8_t taken;  /* enum block_truth: whether it took a branch above the one being read */
    bool otherwise; /* .else has been */
};

struct reader {
    struct config *config;
    struct lang *lang;
    struct diags *diags;
    const struct document *doc;
    struct match match;
    struct words words;
    bool begun;                     /* the first key of the root has been seen */
    struct section *section;        /* being filled */
    bool in_body;                   /* false: between sections */
    bool apart;                     /* a condition or message stands between `section` and what comes next */
    struct comment_cursor *cursors; /* by source index */
    uint32_t cursor_count;
    struct intent_use *uses, **uses_tail;         /* the intents found, in order */
    const char *intent;                           /* whose lines are being added; NULL: the user's own */
    struct comment_line *pending, **pending_tail; /* comments read, not yet placed */
    uint16_t branches;                            /* .if branches seen; lang->branch is the one being read */
    struct branch open[BRANCH_MAX_NESTED];        /* around it */
    uint32_t nested;
    uint8_t known; /* enum block_truth: whether HAProxy reads what is being read */
    bool passed;   /* what is added now HAProxy passes over: it defines nothing */
};

enum truth { TRUTH_NONE, TRUTH_TRUE, TRUTH_FALSE, TRUTH_DEFAULT };

/* Whether a node is one of the unquoted words true, false and default. */
enum truth node_truth(const struct node *node);

/* Whether a scalar's text is `text`. */
bool node_is(const struct node *node, const char *text);

/* --- names (reader_names.c) --- */

/* Notes that the section takes its settings from the defaults section that the word names. */
void reader_from(struct reader *reader, struct section *section, const struct word *name);

/* Enters the names that the directive defines. */
void reader_define_names(struct reader *reader, struct directive *directive);

/* --- directives (from_yaml_value.c) --- */

/* Adds the directive(s) that `value` says for keyword `kw`, written as the key `key`. */
void reader_add(struct reader *reader, const struct keyword *kw, const struct node *key, const struct node *value);

/* Adds the directive whose words, keyword included, are words.at[first..count); it stands at `at` and ends at `end`. */
void reader_add_words(struct reader *reader, uint32_t first, struct span at, uint32_t end);

/* As reader_add_words, where only a variable's value tells the keyword: the words are kept as they are. */
void reader_add_run_time(struct reader *reader, uint32_t first, struct span at, uint32_t end, enum directive_form form);

/* Adds a line that HAProxy passes over, whatever it says: words.at[first..count) stand behind `kw`, which is .if and
 * the like, or keyword_verbatim. */
void reader_add_passed(struct reader *reader, const struct keyword *kw, uint32_t first, struct span at, uint32_t end);

/* Adds one directive from a line of HAProxy text, keyword included. */
void reader_add_text(struct reader *reader, const struct node *scalar, const char *prefix);

/* Adds one directive from text that an intent makes; `at` is the intent's key, with its value behind it. */
__attribute__((format(printf, 3, 4))) void reader_add_line(struct reader *reader, const struct node *at,
                                                           const char *fmt, ...);

/* --- branches of .if (branch.c) --- */

/* Whether HAProxy passes over the condition of `.if`, `.elif` (kw): the branch is not taken, whatever it says. */
bool branch_passes(const struct reader *reader, const struct keyword *kw);

/* Keeps track of the branches: to be called for every directive of the context `dot`, once its condition, if any, is
 * in lang->block. */
void branch_follow(struct reader *reader, const struct keyword *kw, struct span at);

/* What a line may change that HAProxy passes over: noted before it is read, and taken back behind it. */
struct branch_mark {
    struct diags diags;
    struct lang lang;
    struct directive **tail;
    bool poison;
};

struct branch_mark branch_begin_passed(struct reader *reader);

/* Gives whether the line was understood. If not, the findings and what was added are gone. */
bool branch_end_passed(struct reader *reader, const struct branch_mark *mark);

/* --- words (from_yaml_word.c) --- */

/* Makes one word of a scalar, taken literally. */
void reader_word(struct reader *reader, const struct node *scalar, struct word *word);

/* Makes the words of a scalar that holds HAProxy text; they are at words.at[first..count). */
bool reader_text(struct reader *reader, const struct node *scalar);

/* Whether a word that is taken literally may be of the type: line breaks stand in text alone. Gives false after a
 * finding. */
bool reader_one_line(struct reader *reader, const struct word *word, enum type_id type);

/* Reports that the option or keyword `name` has a value, and takes none; gives false. */
bool reader_no_value(struct reader *reader, const char *name, const struct node *value);

/* Reports that a node is a map, list or scalar where `wanted` should be; gives false. */
bool reader_shape(struct reader *reader, const struct node *node, const char *wanted);

/* Adds the value of the parameter at `at`. */
void add_param(struct reader *reader, uint16_t at, const struct node *value);

/* Adds the values of the repeated parameter at `at`: a list, or text of several words. */
void add_params(struct reader *reader, uint16_t at, const struct node *value);

/* --- keys (from_yaml_frame.c) --- */

/* The maps whose keys a signature may use: the inner one first. */
struct frame {
    const struct node *map;
    uint64_t used; /* by key index; a map of more keys than 64 is refused */
    struct frame *outer;
    struct {
        uint16_t at, row; /* the node of the signature, of which option; see struct match */
    } missing[4];         /* what no key was found for: map_leftover reports it */
    uint32_t missing_count;
};

/* Takes the key `name`: gives its value, NULL where there is none that is unused; *key (may be NULL) is the key. */
struct node *frame_find(struct frame *frame, const char *name, const struct node **key);

/* Gives the value of the unused key `name` without taking it; NULL: there is none. */
const struct node *frame_peek(const struct frame *frame, const char *name);

/* Whether there is an unused key `name` that is not false. */
bool frame_has(const struct frame *frame, const char *name);

/* Whether the keys hold something for the sequence. */
bool frame_present(const struct reader *reader, uint16_t at, struct frame *frame);

/* Notes that no key of the map is what must stand at the node. */
void frame_missing(struct reader *reader, struct frame *frame, uint16_t at);

/* Whether an unused key looks like a misspelling of what may begin at the node. */
bool frame_misspells(const struct frame *frame, uint16_t at);

/* Gives the row of a context that a key names, with its (arguments) where it has some. *other as keyword_find. */
const struct keyword *key_row(const struct reader *reader, enum context_id context, const struct node *key,
                              const struct keyword **other);

/* Gives the first unused key that is a row of the context: the key, its frame and its index there. */
const struct keyword *frame_row(const struct reader *reader, struct frame *frame, enum context_id context,
                                const struct node **key, struct frame **where, uint32_t *index);

/* --- signatures (from_yaml_map.c, from_yaml_option.c, from_yaml_paren.c) --- */

/* Adds the words that the sequence at `at` takes from the keys of `frame`. */
void map_sequence(struct reader *reader, uint16_t at, struct frame *frame);

/* Adds the words that the sequence at `at` takes from a value of any form. */
void map_value(struct reader *reader, uint16_t at, const struct node *value);

/* @context...: every key that is a row of it, in the order written. */
void map_rows(struct reader *reader, enum context_id context, struct frame *frame);

/* @context, at `at`: one key. Its text may run on into what follows in the signature ("deny if admin"), and its map
 * may hold the keys of what follows ("{fmt: x, if: admin}"): so what follows is read here too. */
void map_row_and_rest(struct reader *reader, uint16_t at, struct frame *frame);

/* Makes the word NAME(arguments) from the keys of a map. Gives false after findings. `word` has its place already. */
bool paren_compose(struct reader *reader, const char *name, uint32_t name_len, uint16_t paren, struct frame *frame,
                   struct word *word);

/* Makes the word NAME(arguments) of a scalar that is the arguments. */
void paren_scalar(struct reader *reader, const char *name, const struct node *value, struct word *word);

/* --- what is left (from_yaml_leftover.c) --- */

/* Reports the keys of a map that nothing has used, and what is missing from it. `at`: where the keys that it knows
 * stand; `rest`: behind which more of them do (0: none). kw: whose map it is. */
void map_leftover(struct reader *reader, const struct frame *frame, uint16_t at, uint16_t rest,
                  const struct keyword *kw);

/* Whether a key is HAProxy text that a ':' has made a key of, as in `set-header X-A b: c`; reports it. */
bool reader_colon(struct reader *reader, enum context_id context, const struct node *key);

/* Whether a key is one that the sequence could use. */
bool sequence_knows(uint16_t at, enum hap_version version, const struct node *key);

/* --- bodies (from_yaml_body.c) --- */

/* Reads a body (map or list of blocks) of section keywords into reader->section. */
void reader_body(struct reader *reader, const struct node *body);

/* Gives the sections that take a keyword, or longer keywords that begin with it: "global, defaults"; NULL: none does.
 */
const char *sections_with(const struct lang *lang, const char *name, uint32_t len);

/* Adds the keyword(s) of one key of a body. */
void reader_keyword(struct reader *reader, const struct node *key, const struct node *value);

/* Whether longer keywords of any section begin with `name`. */
bool is_group_somewhere(const char *name, size_t len);

/* Reports that nothing called `name` can stand in the section. *other as keyword_find has it. */
void reader_unknown(struct reader *reader, const char *name, uint32_t len, struct span at, const struct keyword *other);

/* Steps through the blocks of a body with their .if, .elif and .else; `each` reads a block. */
void reader_blocks(struct reader *reader, const struct node *body,
                   void (*each)(struct reader *reader, const struct node *block));

/* --- comments (from_yaml_comment.c) --- */

/* Collects the comments that stand before `off` of the source as pending. */
void comments_before(struct reader *reader, uint16_t src, uint32_t off);

/* Hands the pending comments to `*where`. */
void comments_take(struct reader *reader, struct comment_line **where);

/* Gives the comment that follows `off` on the same line, or NULL. */
struct comment_line *comments_trailing(struct reader *reader, uint16_t src, uint32_t off);

/* Hands the comments before `before` that are indented deeper than the section's key to `*where`: they stand behind
 * its last directive. */
void comments_close(struct reader *reader, const struct section *section, uint16_t src, uint32_t before,
                    struct comment_line **where);

/* --- how it is installed (from_yaml_apply.c) --- */

/* Reads the `apply:` map into the configuration. */
void apply_read(struct reader *reader, const struct node *map);

/* --- intents (intent*.c) --- */

/* Expands the intents of a `hacc:` map in the section being read; section NULL: at the root. */
void intents_read(struct reader *reader, const struct node *map);

/* Whether there is an intent of that name. */
bool intent_exists(const char *name, uint32_t len);

/* What intents do to other sections, and check, once everything has been read. */
void intents_finish(struct reader *reader);

#endif
