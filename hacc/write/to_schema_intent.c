/* What may stand under `hacc:`. */
#include "hacc/write/to_schema_parts.h"

#include <stdio.h>

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
    json_t *words = schema_made(schema, json_array());
    bool yes = in_list(list, "true");

    for (const char *at = list; at && *at; at += strcspn(at, " "), at += strspn(at, " ")) {
        char word[64];

        snprintf(word, sizeof(word), "%.*s", (int)strcspn(at, " "), at);
        if (strcmp(word, "*") == 0)
            forms_add(schema, forms, schema_text(schema));
        else if (strcmp(word, "true") != 0)
            schema_push_word(schema, words, word);
    }
    forms_add_truth(forms, yes, true, false);
    if (json_array_size(words)) {
        forms_add(schema, forms, schema_variable(schema));
        forms_add(schema, forms, schema_made(schema, json_pack("{s:o}", "enum", words)));
    } else {
        json_decref(words);
    }
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
    forms_into(schema, &forms, object, true);
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
    if (!json_object_size(keys.named)) {
        json_decref(keys.named);
        json_decref(keys.patterns);
        return NULL;
    }
    object = schema_made(schema, json_pack("{s:s,s:s}", "description",
                                           "Intents: what takes several directives, in one word.", "type", "object"));
    keys_into(schema, &keys, object);
    return object;
}

json_t *schema_settings(struct schema *schema, const char *doc, const struct intent_form *settings)
{
    json_t *object = schema_made(schema, json_pack("{s:s,s:s}", "description", doc, "type", "object"));
    struct keys keys;

    keys_init(schema, &keys);
    for (; settings->name; settings++)
        keys_add(schema, &keys, settings->name, form_schema(schema, settings));
    keys_into(schema, &keys, object);
    return object;
}
