/* Types of values as JSON Schema. YAML readers give `5` as a number and `5s` as a string, and what stands behind a tag
 * (!env NAME) as a string: so a number may always be a string too. */
#include "hacc/write/to_schema_parts.h"

#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <inttypes.h>

/* What every pattern lets pass: ${VARIABLE}, the NAME and NAME-default of !env, the path of !file. */
#define VARIABLE "\\$\\{|^%s[A-Z_][A-Z0-9_]*(?:-|$)|/"

/* The types that a pattern describes; all others are any text. */
static const struct number_type {
    enum type_id type;
    const char *json;
    const char *pattern;
    const char *example;
} number_types[] = {
    {TYPE_INT, "integer", "[-+]?[0-9][0-9a-fA-Fx]*", NULL},
    {TYPE_ID, "integer", "[-+]?[0-9]+", NULL},
    {TYPE_TIME, "integer", "[0-9]+(?:us|ms|s|m|h|d)?", "30s"},
    {TYPE_EXPLICIT_TIME, "integer", "[0-9]+(?:us|ms|s|m|h|d)?", "30s"},
    {TYPE_SIZE, "integer", "[0-9]+[kKmMgG]?", "16k"},
    {TYPE_PERCENT, "integer", "[-+]?[0-9]+%?", NULL},
    {TYPE_FLOAT, "number", "[-+]?[0-9.]+", NULL},
    {TYPE_STATUS, "integer", "[-+]?[0-9]{3}[-,0-9]*", NULL},
    {TYPE_PORT, "integer", "[-+]?[0-9]+", NULL},
    {TYPE_MODE_BITS, "integer", "[0-7]+", "660"},
};

static const struct number_type *number_type(enum type_id type)
{
    for (size_t i = 0; i < sizeof(number_types) / sizeof(*number_types); i++)
        if (number_types[i].type == type)
            return &number_types[i];
    return NULL;
}

json_t *schema_text(struct schema *schema)
{
    return schema_made(schema, json_pack("{s:[s,s,s]}", "type", "string", "number", "boolean"));
}

json_t *schema_variable(struct schema *schema)
{
    const char *pattern = arena_printf(schema->arena, VARIABLE, "");

    return schema_made(schema, json_pack("{s:s,s:s}", "type", "string", "pattern", pattern));
}

/* How many of the range's units (milliseconds, bytes, ones) a bare number counts; 0: less than one. */
static int64_t unit_of(const struct sig *sig)
{
    static const int64_t ms[] = {0, 1, 1000, 60000, 3600000, 86400000};

    return sig->type == TYPE_TIME || sig->type == TYPE_EXPLICIT_TIME ? ms[sig->unit] : 1;
}

static bool has_range(const struct sig *sig)
{
    return number_type((enum type_id)sig->type) && unit_of(sig) && (sig->min != INT64_MIN || sig->max != INT64_MAX);
}

/* 0, which may stand beside the range, becomes its least: no schema says more. */
static void add_range(struct schema *schema, json_t *object, const struct sig *sig)
{
    int64_t unit = unit_of(sig);

    if (!has_range(sig))
        return;
    if (sig->min != INT64_MIN)
        schema_put(schema, object, "minimum",
                   schema_made(schema, json_integer(sig_takes_zero(sig) ? 0 : (sig->min + unit - 1) / unit)));
    if (sig->max != INT64_MAX)
        schema_put(schema, object, "maximum", schema_made(schema, json_integer(sig->max / unit)));
}

static json_t *number(struct schema *schema, const struct number_type *type, const struct sig *sig)
{
    const char *pattern = arena_printf(schema->arena, "^(?:%s)$|" VARIABLE, type->pattern, "");
    json_t *object = schema_made(schema, json_pack("{s:[s,s],s:s}", "type", type->json, "string", "pattern", pattern));

    add_range(schema, object, sig);
    if (type->example)
        schema_put(schema, object, "examples", schema_made(schema, json_pack("[s]", type->example)));
    return object;
}

void schema_push_word(struct schema *schema, json_t *words, const char *word)
{
    schema_push(schema, words, schema_string(schema, word));
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        schema_push(schema, words, schema_made(schema, json_boolean(*word == 't')));
    else if (word[strspn(word, "0123456789")] == '\0')
        schema_push(schema, words, schema_made(schema, json_integer(strtoll(word, NULL, 10))));
}

const char *schema_capitals(struct schema *schema, const json_t *words)
{
    const char *separator = "(?!(?:", *text;
    const json_t *word;
    struct buf out;
    size_t i;

    buf_init_in(&out, schema->arena);
    json_array_foreach(words, i, word)
    {
        if (!(text = json_string_value(word)))
            continue;
        buf_puts(&out, separator);
        for (const char *at = text; *at; at++)
            buf_putc(&out, *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : strchr(".!", *at) ? '_' : *at);
        separator = "|";
    }
    buf_puts(&out, ")$)");
    return buf_text(&out);
}

/* A pattern of the words in any case. */
static const char *any_case(struct schema *schema, const struct type *type)
{
    struct buf out;

    buf_init_in(&out, schema->arena);
    for (const char *const *word = type->words; *word; word++) {
        buf_puts(&out, word == type->words ? "^(?:" : "|");
        for (const char *at = *word; *at; at++) {
            if (is_alpha(*at))
                buf_printf(&out, "[%c%c]", *at & ~0x20, *at | 0x20);
            else
                buf_putc(&out, *at);
        }
    }
    buf_puts(&out, ")$");
    return buf_text(&out);
}

/* The words, or a variable. */
static json_t *enumeration(struct schema *schema, const struct type *type)
{
    json_t *words = schema_made(schema, json_array());
    const char *pattern;

    for (const char *const *word = type->words; *word; word++)
        schema_push_word(schema, words, *word);
    pattern = arena_printf(schema->arena, VARIABLE, schema_capitals(schema, words));
    if (type->caseless)
        pattern = arena_printf(schema->arena, "%s|%s", any_case(schema, type), pattern);
    return schema_made(schema, json_pack("{s:s,s:[{s:o},{s:s,s:s}]}", "description", type->doc, "anyOf", "enum", words,
                                         "type", "string", "pattern", pattern));
}

/* The names of a context's rows as alternatives of a pattern; NULL where they are too many to be worth it. */
static const char *list_names(struct schema *schema, enum context_id context, json_t *plain)
{
    const struct context *ctx = &contexts[context];
    struct buf out;

    if (context == CONTEXT_CONVERTER || context == CONTEXT_FETCH)
        return NULL;
    buf_init_in(&out, schema->arena);
    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (!schema_has(schema, kw))
            continue;
        buf_printf(&out, "%s%s%s", out.len ? "|" : "", schema_quote(schema, kw->name, strlen(kw->name)),
                   kw->flags & KW_PREFIX ? "[^,(]*" : "");
        if (!kw->paren && !(kw->flags & KW_PREFIX))
            schema_push_word(schema, plain, kw->name);
    }
    return out.len ? buf_text(&out) : NULL;
}

/* A comma-separated list of a context's words, as text or as a list of its items. */
static json_t *word_list(struct schema *schema, const struct sig *sig)
{
    const char *name = arena_printf(schema->arena, "list:%s", contexts[sig->arg].name), *names;
    json_t *plain, *item, *doc;

    if (!schema_is_new(schema, name))
        return schema_ref(schema, name);
    plain = schema_made(schema, json_array());
    names = list_names(schema, (enum context_id)sig->arg, plain);
    doc = schema_string(schema, contexts[sig->arg].doc);
    item =
        names ? schema_made(schema,
                            json_pack("{s:[s,s],s:o}", "type", "string", "integer", "pattern",
                                      schema_made(schema, json_sprintf("^(?:(?:%s)(?:\\([^)]*\\))?(?:,|$))+$|" VARIABLE,
                                                                       names, ""))))
              : schema_text(schema);
    if (!json_array_size(plain)) {
        json_decref(plain);
        plain = schema_made(schema, json_pack("[O]", item));
    } else {
        plain = schema_made(schema, json_pack("[{s:o},O]", "enum", plain, item));
    }
    schema_put(schema, schema->definitions, name,
               schema_made(schema, json_pack("{s:o,s:[o,{s:s,s:{s:o}}]}", "description", doc, "anyOf", item, "type",
                                             "array", "items", "anyOf", plain)));
    return schema_ref(schema, name);
}

/* Names are told by what they are names of. */
static json_t *symbol(struct schema *schema, const struct sig *sig)
{
    const char *what = symbol_names[sig->arg], *name = arena_printf(schema->arena, "name:%s", what);
    json_t *text;

    if (schema_is_new(schema, name)) {
        text = schema_text(schema);
        schema_put(schema, text, "description",
                   schema_made(schema, json_sprintf(sig->type == TYPE_REFS ? "names of kind %s, comma separated"
                                                                           : "the name of a %s",
                                                    what)));
        schema_put(schema, schema->definitions, name, text);
    }
    return schema_ref(schema, name);
}

/* The definition of a type. */
static json_t *type_ref(struct schema *schema, const struct sig *sig)
{
    const struct type *type = &types[sig->type];
    const struct number_type *digits = number_type((enum type_id)sig->type);
    const char *name = arena_printf(schema->arena, "type:%s", type->name);
    struct sig open = *sig;
    json_t *value;

    if (!schema_is_new(schema, name))
        return schema_ref(schema, name);
    open.min = INT64_MIN;
    open.max = INT64_MAX;
    if (type->words) {
        value = enumeration(schema, type);
    } else {
        value = digits ? number(schema, digits, &open) : schema_text(schema);
        schema_put(schema, value, "description", schema_string(schema, type->doc));
    }
    schema_put(schema, schema->definitions, name, value);
    return schema_ref(schema, name);
}

/* One value, without a list of its parts. */
static json_t *scalar(struct schema *schema, const struct sig *sig)
{
    json_t *value;

    if (sig->type == TYPE_DEF || sig->type == TYPE_REF || sig->type == TYPE_OWN || sig->type == TYPE_REFS)
        return symbol(schema, sig);
    if (!has_range(sig))
        return type_ref(schema, sig);
    value = number(schema, number_type((enum type_id)sig->type), sig);
    schema_put(schema, value, "description", schema_string(schema, types[sig->type].doc));
    return value;
}

static json_t *list_of(struct schema *schema, json_t *items)
{
    return schema_made(schema, json_pack("{s:s,s:o}", "type", "array", "items", items));
}

json_t *schema_param(struct schema *schema, uint16_t at)
{
    const struct sig *sig = sig_at(at);
    struct forms forms;

    if (sig->type == TYPE_LIST)
        return word_list(schema, sig);
    if (!type_takes_list(sig))
        return scalar(schema, sig);
    forms_init(schema, &forms);
    forms_add(schema, &forms, scalar(schema, sig));
    forms_add(schema, &forms, list_of(schema, scalar(schema, sig)));
    return forms_end(schema, &forms);
}

void forms_add_param(struct schema *schema, struct forms *forms, uint16_t at)
{
    const struct sig *sig = sig_at(at);
    const struct number_type *digits = number_type((enum type_id)sig->type);

    if (types[sig->type].words || sig->type == TYPE_LIST)
        forms_add(schema, forms, schema_param(schema, at));
    else
        forms_add(schema, forms, digits ? number(schema, digits, sig) : schema_text(schema));
    if (type_takes_list(sig) && sig->type != TYPE_LIST)
        forms_add(schema, forms, list_of(schema, scalar(schema, sig)));
}
