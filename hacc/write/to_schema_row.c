/* Rows of the table: each is a definition, shared by all places that take it. */
#include "hacc/write/example.h"
#include "hacc/write/to_schema_parts.h"

struct schema_row {
    struct schema_row *next;
    const char *name; /* of the definition */
    enum row_use use;
    bool negation; /* `false` writes something */
    uint16_t follow;
};

static bool same_sequence(uint16_t a, uint16_t b)
{
    for (; a && b; a = sig_at(a)->next, b = sig_at(b)->next) {
        const struct sig *x = sig_at(a), *y = sig_at(b);

        if (x->kind != y->kind || x->type != y->type || x->unit != y->unit || x->arg != y->arg ||
            x->context != y->context || x->min != y->min || x->max != y->max ||
            (x->text && y->text ? strcmp(x->text, y->text) != 0 : x->text != y->text))
            return false;
        if (!same_sequence(x->first, y->first) || !same_sequence(x->paren, y->paren))
            return false;
    }
    return a == b;
}

/* The map: the row's arguments in parentheses, what follows it, and what follows that. */
static void add_map(struct schema *schema, struct forms *forms, const struct keyword *kw, uint16_t follow)
{
    struct keys keys;

    keys_init(schema, &keys);
    keys_of_paren(schema, &keys, kw->paren);
    keys_of_sequence(schema, &keys, kw->sig);
    keys_of_sequence(schema, &keys, follow);
    forms_add_map(schema, forms, &keys);
}

/* As add_map, for a keyword: beside its keys may stand the words that HAProxy passes over. */
static void add_keyword_map(struct schema *schema, struct forms *forms, const struct keyword *kw)
{
    struct keys keys;

    keys_init(schema, &keys);
    keys_of_paren(schema, &keys, kw->paren);
    keys_of_sequence(schema, &keys, kw->sig);
    if (schema->version < (enum hap_version)kw->ignores)
        keys_add(schema, &keys, "ignored", schema_text(schema));
    forms_add_map(schema, forms, &keys);
}

/* Whether `false` writes something for an option. */
static bool has_negation(const struct schema *schema, enum context_id context, const struct keyword *kw)
{
    return kw->negation && keyword_find(context, kw->negation, strlen(kw->negation), schema->version, NULL);
}

static void add_option(struct schema *schema, struct forms *forms, const struct keyword *kw,
                       const struct schema_row *row)
{
    forms_add_truth(forms, !kw->sig, row->negation && !sig_is_one_word(kw->sig), false);
    if (kw->paren && !kw->sig)
        forms_add(schema, forms, schema_text(schema));
    if (kw->sig)
        forms_add_sequence(schema, forms, kw->sig);
    if (kw->paren)
        add_map(schema, forms, kw, 0);
    forms_add_list(schema, forms, row->name);
}

/* Its text may run on into what follows. */
static void add_action(struct schema *schema, struct forms *forms, const struct keyword *kw,
                       const struct schema_row *row)
{
    uint16_t item = kw->sig, follow = row->follow;

    forms_add_truth(forms, sig_may_be_empty(kw->sig), row->negation, false);
    if (kw->paren && !kw->sig)
        forms_add(schema, forms, schema_text(schema));
    else if (kw->sig || follow)
        forms_add_line(schema, forms, kw->sig, follow);
    while (item && sig_at(item)->kind == SIG_OPTIONAL)
        item = sig_at(item)->first;
    if (item && sig_at(item)->kind == SIG_REPEAT && sig_at(sig_at(item)->first)->kind == SIG_PARAM)
        forms_add(schema, forms,
                  schema_made(schema, json_pack("{s:s,s:o}", "type", "array", "items",
                                                schema_param(schema, sig_at(item)->first))));
    add_map(schema, forms, kw, follow);
}

/* What stands under the name of a server, a user, an ACL. */
static const char *under_name(struct schema *schema, const struct keyword *kw, const char *self)
{
    uint16_t rest = sig_at(kw->sig)->next;
    const char *name = schema_reserve(schema, arena_printf(schema->arena, "%s:one", self));
    json_t *object = schema_made(schema, json_pack("{s:s}", "description", kw->doc));
    struct forms forms;

    forms_init(schema, &forms);
    if (rest)
        forms_add_sequence(schema, &forms, rest);
    else
        forms_add_truth(&forms, true, false, false);
    forms_add_list(schema, &forms, name);
    forms_into(schema, &forms, object, true);
    schema_put(schema, schema->definitions, name, object);
    return name;
}

/* {NAME: …}, text, or a list of both and of maps that have the name as a key. */
static void add_named(struct schema *schema, struct forms *forms, const struct keyword *kw, const char *self)
{
    const char *param = sig_at(kw->sig)->text;
    json_t *names = schema_made(schema, json_pack("{s:s,s:o}", "type", "object", "additionalProperties",
                                                  schema_ref(schema, under_name(schema, kw, self))));
    json_t *whole = schema_made(schema, json_object()), *item;
    struct keys keys;

    keys_init(schema, &keys);
    keys_of_sequence(schema, &keys, kw->sig);
    keys_into(schema, &keys, whole);
    item = schema_made(schema, json_pack("{s:[s,s,s],s:{s:[s]},s:o,s:O}", "type", "object", "string", "number", "if",
                                         "required", param, "then", whole, "else", names));
    forms_add_line(schema, forms, kw->sig, 0);
    forms_add(schema, forms, names);
    forms_add(schema, forms, schema_made(schema, json_pack("{s:s,s:o}", "type", "array", "items", item)));
}

static void add_keyword(struct schema *schema, struct forms *forms, const struct keyword *kw, const char *self)
{
    bool literal = sig_is_one_word(kw->sig);

    if (!literal)
        forms_add_truth(forms, sig_may_be_empty(kw->sig), kw->flags & KW_NO, kw->flags & KW_DEFAULT);
    if (kw->named) {
        add_named(schema, forms, kw, self);
        return;
    }
    if (literal)
        forms_add_param(schema, forms, kw->sig);
    else if (kw->paren && !kw->sig)
        forms_add(schema, forms, schema_text(schema));
    else if (kw->sig)
        forms_add_line(schema, forms, kw->sig, 0);
    add_keyword_map(schema, forms, kw);
    forms_add_list(schema, forms, self);
}

/* What editors show: the keyword with its signature, as HACKING.md explains them, and what it does. */
static json_t *description(struct schema *schema, const struct keyword *kw)
{
    const char *blank = *kw->sig_text && *kw->sig_text != '(' ? " " : "";
    const char *sig = strcmp(kw->sig_text, "()") == 0 ? "" : kw->sig_text;

    if (kw->build)
        return schema_made(schema, json_sprintf("%s%s%s\n\n%s A build of HAProxy may lack it (%s).", kw->name, blank,
                                                sig, kw->doc, kw->build));
    return schema_made(schema, json_sprintf("%s%s%s\n\n%s", kw->name, blank, sig, kw->doc));
}

static json_t *example_json(struct schema *schema, const struct example_value *value)
{
    json_t *object;

    switch (value->kind) {
    case EXAMPLE_TRUE:
        return schema_made(schema, json_true());
    case EXAMPLE_NUMBER:
        return schema_made(schema, json_integer(strtoll(value->text, NULL, 10)));
    case EXAMPLE_TEXT:
        return schema_string(schema, value->text);
    case EXAMPLE_MAP:
        break;
    }
    object = schema_made(schema, json_object());
    for (const struct example_value *item = value->first; item; item = item->next)
        schema_put(schema, object, item->key, example_json(schema, item));
    return object;
}

/* What may stand under the row's key: HAProxy's text, and a map. */
static json_t *examples(struct schema *schema, const struct keyword *kw)
{
    json_t *array = schema_made(schema, json_array());
    struct example example;

    example_make_row(&example, schema->arena, kw, schema->version);
    if (!example.literal && *example.words && !kw->paren)
        schema_push(schema, array, schema_string(schema, example.words));
    schema_push(schema, array, example_json(schema, example.value));
    return array;
}

static void define(struct schema *schema, const struct keyword *kw, const struct schema_row *row)
{
    json_t *object = schema_made(schema, json_pack("{s:o}", "description", description(schema, kw)));
    struct forms forms;

    forms_init(schema, &forms);
    switch (row->use) {
    case ROW_KEYWORD:
        add_keyword(schema, &forms, kw, row->name);
        break;
    case ROW_OPTION:
        add_option(schema, &forms, kw, row);
        break;
    case ROW_ACTION:
        add_action(schema, &forms, kw, row);
        break;
    }
    forms_into(schema, &forms, object, row->use != ROW_ACTION || !row->follow);
    schema_put(schema, object, "examples", examples(schema, kw));
    schema_put(schema, schema->definitions, row->name, object);
}

json_t *schema_row(struct schema *schema, enum context_id context, const struct keyword *kw, enum row_use use,
                   uint16_t follow)
{
    struct schema_row **rows = &schema->rows[kw - keywords], *row;
    bool negation = has_negation(schema, context, kw);

    for (row = *rows; row; row = row->next)
        if (row->use == use && row->negation == negation && same_sequence(row->follow, follow))
            return schema_ref(schema, row->name);
    row = arena_zalloc(schema->arena, sizeof(*row));
    row->name = schema_reserve(schema, arena_printf(schema->arena, "%s:%s", contexts[context].name, kw->name));
    row->use = use;
    row->negation = negation;
    row->follow = follow;
    row->next = *rows;
    *rows = row;
    define(schema, kw, row);
    return schema_ref(schema, row->name);
}
