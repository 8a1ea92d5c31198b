/* The JSON that a schema is made of. */
#include "hacc/write/to_schema_parts.h"

json_t *schema_made(struct schema *schema, json_t *value)
{
    if (!value)
        oom_raise(schema->arena->oom);
    return value;
}

json_t *schema_string(struct schema *schema, const char *text)
{
    return schema_made(schema, json_string(text));
}

void schema_put(struct schema *schema, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        oom_raise(schema->arena->oom);
}

void schema_push(struct schema *schema, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        oom_raise(schema->arena->oom);
}

json_t *schema_ref(struct schema *schema, const char *name)
{
    return schema_made(schema, json_pack("{s:o}", "$ref", schema_made(schema, json_sprintf("#/definitions/%s", name))));
}

bool schema_is_new(struct schema *schema, const char *name)
{
    if (json_object_get(schema->definitions, name))
        return false;
    schema_put(schema, schema->definitions, name, schema_made(schema, json_null()));
    return true;
}

const char *schema_reserve(struct schema *schema, const char *name)
{
    char *clean = arena_printf(schema->arena, "%s", name), *numbered = clean;

    for (char *at = clean; *at; at++)
        if (!strchr("-._:", *at) && !((*at | 32) >= 'a' && (*at | 32) <= 'z') && !(*at >= '0' && *at <= '9'))
            *at = *at == ' ' ? ':' : '_';
    for (int i = 2; !schema_is_new(schema, numbered); i++)
        numbered = arena_printf(schema->arena, "%s:%d", clean, i);
    return numbered;
}

/* --- the keys of a map --- */

void keys_init(struct schema *schema, struct keys *keys)
{
    keys->named = schema_made(schema, json_object());
    keys->patterns = schema_made(schema, json_object());
}

static void add_unless_there(struct schema *schema, json_t *array, json_t *value)
{
    size_t i;
    const json_t *there;

    json_array_foreach(array, i, there)
    {
        if (json_equal(there, value)) {
            json_decref(value);
            return;
        }
    }
    schema_push(schema, array, value);
}

void keys_add(struct schema *schema, struct keys *keys, const char *name, json_t *value)
{
    json_t *there = json_object_get(keys->named, name), *both;

    if (!there) {
        schema_put(schema, keys->named, name, value);
    } else if (json_equal(there, value)) {
        json_decref(value);
    } else if (json_object_size(there) == 1 && (both = json_object_get(there, "anyOf"))) {
        add_unless_there(schema, both, value);
    } else {
        both = schema_made(schema, json_pack("[O,o]", there, value));
        schema_put(schema, keys->named, name, schema_made(schema, json_pack("{s:o}", "anyOf", both)));
    }
}

void keys_match(struct schema *schema, struct keys *keys, const char *pattern, json_t *value)
{
    schema_put(schema, keys->patterns, pattern, value);
}

void keys_into(struct schema *schema, struct keys *keys, json_t *object)
{
    schema_put(schema, object, "properties", keys->named);
    if (json_object_size(keys->patterns))
        schema_put(schema, object, "patternProperties", keys->patterns);
    else
        json_decref(keys->patterns);
    schema_put(schema, object, "additionalProperties", schema_made(schema, json_false()));
}

/* --- forms --- */

void forms_init(struct schema *schema, struct forms *forms)
{
    forms->flat = schema_made(schema, json_object());
    forms->others = schema_made(schema, json_array());
    forms->yes = forms->no = forms->otherwise = false;
}

/* Whether the keywords of a schema concern its own JSON types alone. */
static bool is_flat(json_t *form)
{
    return json_object_get(form, "type") && !json_object_get(form, "enum") && !json_object_get(form, "anyOf");
}

/* Gives the JSON types of a schema as an array. */
static json_t *types_of(struct schema *schema, json_t *form)
{
    json_t *type = json_object_get(form, "type");

    if (!type)
        return schema_made(schema, json_array());
    return json_is_array(type) ? schema_made(schema, json_copy(type)) : schema_made(schema, json_pack("[O]", type));
}

/* Adds the types of `form` to those of `flat`. Gives false where one of them is there already. */
static bool add_types(struct schema *schema, json_t *flat, json_t *form)
{
    json_t *all = types_of(schema, flat), *more = types_of(schema, form), *type, *there;
    size_t i, j;
    bool shared = false;

    json_array_foreach(more, i, type)
    {
        json_array_foreach(all, j, there)
        {
            shared = shared || json_equal(type, there);
        }
    }
    if (!shared && json_array_extend(all, more) != 0)
        oom_raise(schema->arena->oom);
    json_decref(more);
    if (shared)
        json_decref(all);
    else
        schema_put(schema, flat, "type", all);
    return !shared;
}

void forms_add(struct schema *schema, struct forms *forms, json_t *form)
{
    const char *key;
    json_t *value;

    if (!is_flat(form) || !add_types(schema, forms->flat, form)) {
        add_unless_there(schema, forms->others, form);
        return;
    }
    json_object_foreach(form, key, value)
    {
        if (strcmp(key, "type") != 0 && json_object_set(forms->flat, key, value) != 0)
            oom_raise(schema->arena->oom);
    }
    json_decref(form);
}

void forms_add_truth(struct forms *forms, bool yes, bool no, bool otherwise)
{
    forms->yes = forms->yes || yes;
    forms->no = forms->no || no;
    forms->otherwise = forms->otherwise || otherwise;
}

void forms_add_list(struct schema *schema, struct forms *forms, const char *name)
{
    forms_add(schema, forms,
              schema_made(schema, json_pack("{s:s,s:o}", "type", "array", "items", schema_ref(schema, name))));
}

void forms_add_map(struct schema *schema, struct forms *forms, struct keys *keys)
{
    json_t *map;

    if (!json_object_size(keys->named) && !json_object_size(keys->patterns)) {
        json_decref(keys->named);
        json_decref(keys->patterns);
        return;
    }
    map = schema_made(schema, json_pack("{s:s}", "type", "object"));
    keys_into(schema, keys, map);
    forms_add(schema, forms, map);
}

/* {"enum": [true, …]} */
static json_t *truth_words(struct schema *schema, const struct forms *forms)
{
    json_t *words = schema_made(schema, json_array());

    if (forms->yes)
        schema_push(schema, words, schema_made(schema, json_true()));
    if (forms->no)
        schema_push(schema, words, schema_made(schema, json_false()));
    if (forms->otherwise)
        schema_push(schema, words, schema_string(schema, "default"));
    return schema_made(schema, json_pack("{s:o}", "enum", words));
}

/* The same beside text and maps, without an alternative that would blur what is said of these. */
static void merge_truth(struct schema *schema, const struct forms *forms)
{
    json_t *flat = forms->flat, *boolean = schema_made(schema, json_pack("{s:s}", "type", "boolean"));
    json_t *word = schema_made(schema, json_pack("{s:s}", "type", "string"));
    const char *pattern;

    if ((forms->yes || forms->no) && add_types(schema, flat, boolean) && forms->yes != forms->no) {
        schema_put(schema, flat, "if", json_incref(boolean));
        schema_put(schema, flat, "then", schema_made(schema, json_pack("{s:b}", "const", forms->yes)));
    }
    if (forms->otherwise && add_types(schema, flat, word))
        schema_put(schema, flat, "pattern", schema_string(schema, "^default$"));
    else if (forms->otherwise && (pattern = json_string_value(json_object_get(flat, "pattern"))))
        schema_put(schema, flat, "pattern", schema_made(schema, json_sprintf("^default$|%s", pattern)));
    json_decref(boolean);
    json_decref(word);
}

static void add_truth(struct schema *schema, const struct forms *forms)
{
    json_t *type = json_object_get(forms->flat, "type");

    if (!forms->yes && !forms->no && !forms->otherwise)
        return;
    if (json_array_size(type) > (json_object_get(forms->flat, "items") ? 1U : 0U))
        merge_truth(schema, forms);
    else if (json_array_insert_new(forms->others, 0, truth_words(schema, forms)) != 0)
        oom_raise(schema->arena->oom);
}

/* A type alone is no list of types. */
static void simplify_type(struct schema *schema, json_t *flat)
{
    json_t *type = json_object_get(flat, "type");

    if (json_array_size(type) == 1)
        schema_put(schema, flat, "type", json_incref(json_array_get(type, 0)));
}

void forms_into(struct schema *schema, struct forms *forms, json_t *object, bool apart)
{
    bool compound = json_object_get(forms->flat, "items") || json_object_get(forms->flat, "properties");

    add_truth(schema, forms);
    simplify_type(schema, forms->flat);
    if (json_object_size(forms->flat))
        schema_push(schema, forms->others, json_incref(forms->flat));
    if (json_array_size(forms->others) != 1 || (apart && compound))
        schema_put(schema, object, "anyOf", json_incref(forms->others));
    else if (json_object_update(object, json_array_get(forms->others, 0)) != 0)
        oom_raise(schema->arena->oom);
    json_decref(forms->flat);
    json_decref(forms->others);
}

json_t *forms_end(struct schema *schema, struct forms *forms)
{
    json_t *object = schema_made(schema, json_object());

    forms_into(schema, forms, object, false);
    return object;
}
