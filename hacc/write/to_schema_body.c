/* Bodies of sections: keywords, by their whole name and under their first words; blocks and conditions. */
#include "hacc/write/to_schema_parts.h"

/* The last of the words that a key of `context` with this prefix may be: "timeout " of "timeout client". */
struct group {
    enum context_id context;
    const char *prefix; /* "" or words, each with a blank behind it */
};

static json_t *group_body(struct schema *schema, struct group group);

/* Adds the keys behind the first words of a keyword, where these are no keyword themselves. */
static void add_shorter(struct schema *schema, struct keys *keys, struct group group, const char *rest)
{
    for (const char *blank = strchr(rest, ' '); blank; blank = strchr(blank + 1, ' ')) {
        const char *key = arena_strndup(schema->arena, rest, (size_t)(blank - rest));
        const char *name = arena_printf(schema->arena, "%s%s", group.prefix, key);
        struct group inner = {group.context, arena_printf(schema->arena, "%s ", name)};

        if (!json_object_get(keys->named, key) &&
            !keyword_find(group.context, name, strlen(name), schema->version, NULL))
            keys_add(schema, keys, key, group_body(schema, inner));
    }
}

/* Keys with a ${VARIABLE} in them: only its value tells the keyword. */
static void add_run_time(struct schema *schema, struct keys *keys)
{
    static const char name[] = "run-time";

    if (schema_is_new(schema, name))
        schema_put(
            schema, schema->definitions, name,
            schema_made(schema, json_pack("{s:s,s:[s,s,s,s],s:o}", "description", keyword_verbatim.doc, "type",
                                          "string", "number", "boolean", "array", "items", schema_text(schema))));
    keys_match(schema, keys, "\\$\\{", schema_ref(schema, name));
}

static void add_keywords(struct schema *schema, struct keys *keys, struct group group)
{
    const struct context *ctx = &contexts[group.context];
    size_t len = strlen(group.prefix);

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];
        const char *rest = kw->name + len;
        json_t *ref;

        if (!schema_has(schema, kw) || strncmp(kw->name, group.prefix, len) != 0)
            continue;
        add_shorter(schema, keys, group, rest);
        ref = schema_row(schema, group.context, kw, ROW_KEYWORD, 0);
        if (kw->paren)
            keys_match(schema, keys, arena_printf(schema->arena, "^%s\\(", schema_quote(schema, rest, strlen(rest))),
                       json_incref(ref));
        keys_add(schema, keys, rest, ref);
    }
    add_run_time(schema, keys);
}

/* The keywords that begin with the words of a group: "timeout: check, client". */
static json_t *group_description(struct schema *schema, struct group group)
{
    const struct context *ctx = &contexts[group.context];
    size_t len = strlen(group.prefix);
    const char *join = ": ";
    struct buf out;

    buf_init_in(&out, schema->arena);
    buf_add(&out, group.prefix, len - 1);
    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (!schema_has(schema, kw) || strncmp(kw->name, group.prefix, len) != 0)
            continue;
        buf_printf(&out, "%s%s", join, kw->name + len);
        join = ", ";
    }
    return schema_string(schema, buf_text(&out));
}

static json_t *group_body(struct schema *schema, struct group group)
{
    size_t len = strlen(group.prefix) - 1;
    const char *name = schema_reserve(
        schema, arena_printf(schema->arena, "%s:%.*s", contexts[group.context].name, (int)len, group.prefix));
    json_t *object = schema_made(schema, json_pack("{s:o}", "description", group_description(schema, group)));
    struct forms forms;
    struct keys keys;

    forms_init(schema, &forms);
    keys_init(schema, &keys);
    add_keywords(schema, &keys, group);
    forms_add_map(schema, &forms, &keys);
    forms_add(schema, &forms, schema_group_line(schema, group.context, group.prefix));
    forms_add_list(schema, &forms, name);
    forms_into(schema, &forms, object, true);
    schema_put(schema, schema->definitions, name, object);
    return schema_ref(schema, name);
}

/* A map with a condition holds nothing else; a message stands alone. */
static json_t *block_rules(struct schema *schema)
{
    static const char rules[] =
        "{\".if\": {\"required\": [\".then\"], \"propertyNames\": {\"enum\": [\".if\", \".then\", \".else\"]}},"
        " \".elif\": {\"required\": [\".then\"], \"propertyNames\": {\"enum\": [\".elif\", \".then\", \".else\"]}},"
        " \".then\": {\"anyOf\": [{\"required\": [\".if\"]}, {\"required\": [\".elif\"]}]},"
        " \".else\": {\"propertyNames\": {\"enum\": [\".if\", \".elif\", \".then\", \".else\"]}},"
        " \".notice\": {\"maxProperties\": 1}, \".warning\": {\"maxProperties\": 1},"
        " \".alert\": {\"maxProperties\": 1}, \".diag\": {\"maxProperties\": 1}}";

    return schema_made(schema, json_loads(rules, 0, NULL));
}

static void add_branch(struct schema *schema, struct keys *keys, const char *name, const char *doc, const char *body)
{
    keys_add(schema, keys, name,
             schema_made(schema, json_pack("{s:s,s:[s,s],s:[o]}", "description", doc, "type", "object", "array",
                                           "allOf", schema_ref(schema, body))));
}

void schema_add_blocks(struct schema *schema, struct keys *keys, json_t *object, const char *body)
{
    const struct context *ctx = &contexts[CONTEXT_DOT];
    bool any = false;

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (!schema_has(schema, kw) || kw->id == KW_DOT__ENDIF)
            continue;
        any = true;
        if (kw->id == KW_DOT__ELSE)
            add_branch(schema, keys, kw->name, kw->doc, body);
        else
            keys_add(schema, keys, kw->name, schema_row(schema, CONTEXT_DOT, kw, ROW_KEYWORD, 0));
    }
    if (!any)
        return;
    add_branch(schema, keys, ".then", "What the condition guards.", body);
    schema_put(schema, object, "dependencies", block_rules(schema));
}

json_t *schema_body(struct schema *schema, enum context_id context, const struct intent_form *intents)
{
    const struct context *ctx = &contexts[context];
    json_t *object, *under;
    struct keys keys;

    if (!schema_is_new(schema, ctx->name))
        return schema_ref(schema, ctx->name);
    object = schema_made(schema, json_pack("{s:s,s:[s,s]}", "description", ctx->doc, "type", "object", "array"));
    keys_init(schema, &keys);
    schema_add_blocks(schema, &keys, object, ctx->name);
    if (ctx->from && schema->version >= HAP_2_4)
        keys_add(schema, &keys, "from",
                 schema_made(schema, json_pack("{s:s,s:[s,s]}", "description",
                                               "The defaults section whose settings this one begins with.", "type",
                                               "string", "number")));
    if ((under = schema_intents(schema, context, intents)))
        keys_add(schema, &keys, "hacc", under);
    add_keywords(schema, &keys, (struct group){context, ""});
    keys_into(schema, &keys, object);
    schema_put(schema, object, "items", schema_ref(schema, ctx->name));
    schema_put(schema, schema->definitions, ctx->name, object);
    return schema_ref(schema, ctx->name);
}
