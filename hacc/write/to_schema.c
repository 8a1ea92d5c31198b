/* The root of the schema: hacc's own keys, and the sections. */
#include "hacc/model/apply_settings.h"
#include "hacc/write/to_schema_parts.h"

/* The name of a section; one with a ${VARIABLE} in it is known at run time only. */
#define NAME     "(?:[-A-Za-z0-9_.:]+|.*\\$\\{.*)"
#define DOCUMENT "document"

static json_t *described(struct schema *schema, const char *doc, json_t *value)
{
    schema_put(schema, value, "description", schema_string(schema, doc));
    return value;
}

/* haproxy: "2.6"; a number where the quotes are left out, and the version's own releases. */
static json_t *version_value(struct schema *schema)
{
    const char *version = hap_version_names[schema->version];
    double number = strtod(version, NULL);
    json_t *bare = number == (int)number ? json_integer((json_int_t)number) : json_real(number);
    json_t *pattern = json_sprintf("^v?%s\\.[0-9]", schema_quote(schema, version, strlen(version)));

    return described(
        schema, "The version of HAProxy to write for.",
        schema_made(schema, json_pack("{s:[{s:[s,o]},{s:s,s:o}]}", "anyOf", "enum", version, schema_made(schema, bare),
                                      "type", "string", "pattern", schema_made(schema, pattern))));
}

static void add_own_keys(struct schema *schema, struct keys *keys)
{
    json_t *path = schema_made(schema, json_pack("{s:[s,s]}", "type", "string", "number"));
    json_t *paths =
        schema_made(schema, json_pack("{s:[s,s,s],s:o}", "type", "string", "number", "array", "items", path));
    json_t *settings =
        schema_made(schema, json_pack("{s:s,s:o}", "type", "object", "additionalProperties", schema_text(schema)));

    keys_add(schema, keys, "haproxy", version_value(schema));
    keys_add(schema, keys, "include",
             described(schema, "Other files, read as part of this one; * stands for any text.", paths));
    keys_add(
        schema, keys, "sysctl",
        described(schema, "Settings of the kernel that belong to the balancer, written to 90-hacc.conf.", settings));
    keys_add(schema, keys, "apply", schema_settings(schema, "How hacc apply installs the configuration.", apply_forms));
    keys_match(schema, keys, "^x-.",
               described(schema, "A place for anchors; hacc does not read it.", schema_made(schema, json_object())));
}

/* frontends: {NAME: body}, global: body, and the names of haproxy.cfg itself: "defaults tcp". */
static void add_section(struct schema *schema, struct keys *keys, enum context_id context,
                        const struct intent_form *intents)
{
    const struct context *ctx = &contexts[context];
    json_t *body = schema_body(schema, context, intents), *names;
    const char *name = ctx->any_name ? ".+" : NAME;

    if (ctx->names != NAMES_NONE)
        keys_match(schema, keys,
                   arena_printf(schema->arena, "^%s %s$", schema_quote(schema, ctx->name, strlen(ctx->name)), name),
                   json_incref(body));
    if (ctx->names != NAMES_REQUIRED) {
        keys_add(schema, keys, ctx->key, body);
        return;
    }
    names = schema_made(schema, json_pack("{s:s,s:s,s:{s:o},s:b}", "description", ctx->doc, "type", "object",
                                          "patternProperties", arena_printf(schema->arena, "^%s$", name), body,
                                          "additionalProperties", 0));
    keys_add(schema, keys, ctx->key, names);
}

static void define_document(struct schema *schema, const struct intent_form *intents)
{
    json_t *object = schema_made(schema, json_pack("{s:[s,s]}", "type", "object", "array"));
    struct keys keys;

    keys_init(schema, &keys);
    schema_is_new(schema, DOCUMENT);
    add_own_keys(schema, &keys);
    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (contexts[i].kind == CONTEXT_SECTION && schema->version >= (enum hap_version)contexts[i].since &&
            schema->version <= (enum hap_version)contexts[i].until)
            add_section(schema, &keys, (enum context_id)i, intents);
    schema_add_blocks(schema, &keys, object, DOCUMENT);
    keys_into(schema, &keys, object);
    schema_put(schema, object, "items", schema_ref(schema, DOCUMENT));
    schema_put(schema, schema->definitions, DOCUMENT, object);
}

/* jansson gives a text in pieces. */
static int append(const char *text, size_t len, void *out)
{
    buf_add(out, text, len);
    return 0;
}

static void print(struct schema *schema, struct buf *out)
{
    const char *key, *separator = "";
    json_t *value;

    buf_printf(out,
               "{\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
               "\"title\": \"hacc's YAML for HAProxy %s\",\n"
               "\"allOf\": [{\"$ref\": \"#/definitions/" DOCUMENT "\"}],\n"
               "\"definitions\": {",
               hap_version_names[schema->version]);
    json_object_foreach(schema->definitions, key, value)
    {
        buf_printf(out, "%s\n\"%s\": ", separator, key);
        if (json_dump_callback(value, append, out, JSON_COMPACT | JSON_REAL_PRECISION(15)) != 0)
            oom_raise(schema->arena->oom);
        separator = ",";
    }
    buf_puts(out, "\n}}\n");
}

void to_schema(enum hap_version version, const struct intent_form *intents, struct arena *arena, struct buf *out)
{
    struct schema schema = {.version = version, .arena = arena};

    schema.definitions = schema_made(&schema, json_object());
    schema.rows = arena_zalloc(arena, keyword_count * sizeof(*schema.rows));
    define_document(&schema, intents);
    print(&schema, out);
    json_decref(schema.definitions);
}
