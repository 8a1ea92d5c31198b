/* What the files that write the JSON Schema share.
 *
 * A schema accepts at least what hacc accepts: a document may be one of several that are merged, so nothing is
 * required, and whatever an environment variable may give is let pass. It refuses keys that no signature has. */
#ifndef HACC_WRITE_TO_SCHEMA_PARTS_H
#define HACC_WRITE_TO_SCHEMA_PARTS_H

#include "hacc/lang/sig.h"
#include "hacc/write/to_schema.h"

#include <jansson.h>
#include <stdlib.h>

struct schema_row;

struct schema {
    enum hap_version version;
    struct arena *arena;
    json_t *definitions;
    struct schema_row **rows; /* by row of the table: its definitions, one for each way in which it is used */
};

/* --- JSON (to_schema_json.c). Values that are given away are owned by the receiver; none is ever NULL. --- */

/* Gives `value` on; out of memory where it is NULL. */
json_t *schema_made(struct schema *schema, json_t *value);

json_t *schema_string(struct schema *schema, const char *text);

/* Sets a key of an object, or adds to an array. Takes `value`. */
void schema_put(struct schema *schema, json_t *object, const char *key, json_t *value);
void schema_push(struct schema *schema, json_t *array, json_t *value);

/* {"$ref": …} to a definition. */
json_t *schema_ref(struct schema *schema, const char *name);

/* Gives a name for a definition that no other has, and takes it. Letters that a $ref cannot have become '_'. */
const char *schema_reserve(struct schema *schema, const char *name);

/* Whether no definition has the fixed name yet; takes the name. */
bool schema_is_new(struct schema *schema, const char *name);

/* --- the keys of a map --- */

struct keys {
    json_t *named, *patterns;
};

void keys_init(struct schema *schema, struct keys *keys);

/* Adds a key; one that is there already takes both kinds of value. Takes `value`. */
void keys_add(struct schema *schema, struct keys *keys, const char *name, json_t *value);

/* Adds all keys that match a pattern. Takes `value`. */
void keys_match(struct schema *schema, struct keys *keys, const char *pattern, json_t *value);

/* Puts the keys into the schema of a map, which then takes no others. */
void keys_into(struct schema *schema, struct keys *keys, json_t *object);

/* --- the forms that a value may have --- */

/* Schemas of different JSON types become one, which leaves an editor no doubt which one was meant; the rest is
 * anyOf. */
struct forms {
    json_t *flat, *others;
    bool yes, no, otherwise; /* the words true, false and default */
};

void forms_init(struct schema *schema, struct forms *forms);

/* Adds a schema. Takes it. */
void forms_add(struct schema *schema, struct forms *forms, json_t *form);

/* Adds the words true, false and default, as they are asked for. */
void forms_add_truth(struct forms *forms, bool yes, bool no, bool otherwise);

/* Adds a list of what is behind $ref NAME. */
void forms_add_list(struct schema *schema, struct forms *forms, const char *name);

/* Adds a map of the keys, unless there are none. Releases the keys. */
void forms_add_map(struct schema *schema, struct forms *forms, struct keys *keys);

/* Writes the forms into an object, or gives them as a schema of their own. Releases them. `apart`: a map or list among
 * them is one of anyOf, so that an editor does not begin one behind each new key. */
void forms_into(struct schema *schema, struct forms *forms, json_t *object, bool apart);
json_t *forms_end(struct schema *schema, struct forms *forms);

/* --- values (to_schema_type.c) --- */

/* A value of any text: YAML readers have a number for 5 and a boolean for TRUE. */
json_t *schema_text(struct schema *schema);

/* Text that hacc can only know later: ${NAME}, or what stands behind !env and !file. */
json_t *schema_variable(struct schema *schema);

/* Adds a word to an array, and what YAML readers make of it where that is no string: true, 5. */
void schema_push_word(struct schema *schema, json_t *words, const char *word);

/* Gives the beginning of a pattern that the words in capitals do not match: HTTP is no name of a variable where http
 * is a word. */
const char *schema_capitals(struct schema *schema, const json_t *words);

/* The value of the parameter at `at`: text, number, enumeration, or a list where that is one word. */
json_t *schema_param(struct schema *schema, uint16_t at);

/* As schema_param, into forms. */
void forms_add_param(struct schema *schema, struct forms *forms, uint16_t at);

/* --- HAProxy's text (to_schema_text.c) --- */

/* Adds text for the sequence at `at` and then for that at `follow`, told by its first word. */
void forms_add_line(struct schema *schema, struct forms *forms, uint16_t at, uint16_t follow);

/* Text that begins with one of the names behind `prefix` in a context: "timeout ". */
json_t *schema_group_line(struct schema *schema, enum context_id context, const char *prefix);

/* A pattern that matches the text and nothing else, for use inside another. */
const char *schema_quote(struct schema *schema, const char *text, size_t len);

/* --- signatures (to_schema_sig.c) --- */

static inline bool schema_has(const struct schema *schema, const struct keyword *kw)
{
    return schema->version >= (enum hap_version)kw->since && schema->version <= (enum hap_version)kw->until;
}

/* Adds the keys that a map for the sequence at `at` may have. */
void keys_of_sequence(struct schema *schema, struct keys *keys, uint16_t at);

/* Adds the keys of arguments in parentheses. */
void keys_of_paren(struct schema *schema, struct keys *keys, uint16_t at);

/* Adds what may stand for the sequence at `at`: text, a list of values, `true`; and the map. */
void forms_add_sequence(struct schema *schema, struct forms *forms, uint16_t at);

/* --- rows (to_schema_row.c) --- */

/* How a row is used: in a section's body, as one of several options, or as the one action, with more behind it. */
enum row_use { ROW_KEYWORD, ROW_OPTION, ROW_ACTION };

/* Gives a $ref to what may stand under a row's key. follow: ROW_ACTION: the sequence behind the row. */
json_t *schema_row(struct schema *schema, enum context_id context, const struct keyword *kw, enum row_use use,
                   uint16_t follow);

/* --- sections (to_schema_body.c, to_schema_intent.c) --- */

/* Gives a $ref to the body of a section. */
json_t *schema_body(struct schema *schema, enum context_id context, const struct intent_form *intents);

/* What may stand under `hacc:` in a section; NULL where nothing may. */
json_t *schema_intents(struct schema *schema, enum context_id context, const struct intent_form *intents);

/* Gives the schema of a map of hacc's own, whose keys are the names of `settings`. */
json_t *schema_settings(struct schema *schema, const char *doc, const struct intent_form *settings);

/* Adds .if and its like to the schema of a map that may be a block; `body`: what a branch is. */
void schema_add_blocks(struct schema *schema, struct keys *keys, json_t *object, const char *body);

#endif
