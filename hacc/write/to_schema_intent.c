/* What may stand under `hacc:`. */
#include "hacc/write/to_schema_parts.h"

static bool in_list(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = list; at && *at; at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == len && memcmp(at, word, len) == 0)
            return true;
    return false;
}

/* The words of a form; numbers are numbers to YAML too. `false` is as if the option were not there. */
static void add_words(struct schema *schema, struct forms *forms, const char *list)
{
    json_t *words = schema_made(schema, json_pack("[b]", 0));
    bool text = false, number = false;

    for (const char *at = list; at && *at; at += strcspn(at, " "), at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");

        number = *at >= '0' && *at <= '9';
        if (*at == '*')
            text = true;
        else if (len == 4 && memcmp(at, "true", len) == 0)
            schema_push(schema, words, schema_made(schema, json_true()));
        else if (number)
            schema_push(schema, words, schema_made(schema, json_integer(strtol(at, NULL, 10))));
        else
            schema_push(schema, words, schema_made(schema, json_stringn(at, len)));
    }
    if (text)
        forms_add(schema, forms, schema_text(schema));
    else
        forms_add(schema, forms, schema_variable(schema));
    forms_add(schema, forms, schema_made(schema, json_pack("{s:o}", "enum", words)));
}

static json_t *form_schema(struct schema *schema, const struct intent_form *form);

static void add_options(struct schema *schema, struct forms *forms, const struct intent_form *options)
{
    struct keys keys;

    keys_init(schema, &keys);
    for (; options->name; options++)
        keys_add(schema, &keys, options->name, form_schema(schema, options));
    forms_add_map(schema, forms, &keys);
}

static json_t *form_schema(struct schema *schema, const struct intent_form *form)
{
    json_t *object = schema_made(schema, json_pack("{s:s}", "description", form->doc));
    struct forms forms;

    forms_init(schema, &forms);
    add_words(schema, &forms, form->words);
    if (form->options)
        add_options(schema, &forms, form->options);
    forms_into(schema, &forms, object);
    return object;
}

json_t *schema_intents(struct schema *schema, enum context_id context, const struct intent_form *intents)
{
    json_t *object;
    struct keys keys;

    keys_init(schema, &keys);
    for (; intents->name; intents++)
        if (in_list(intents->where, contexts[context].name))
            keys_add(schema, &keys, intents->name, form_schema(schema, intents));
    object = schema_made(schema, json_pack("{s:s,s:s}", "description", "Intents: what takes several directives, in one word.",
                                           "type", "object"));
    keys_into(schema, &keys, object);
    return object;
}
