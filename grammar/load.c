/* Reads grammar/. */
#include "grammar/model.h"
#include "grammar/rows.h"

#include <stdlib.h>
#include <string.h>

static const cyaml_schema_field_t context_fields[] = {
    CYAML_FIELD_STRING_PTR("context", CYAML_FLAG_POINTER, struct context_row, context, 1, CYAML_UNLIMITED),
    TEXT("kind", struct context_row, kind),
    TEXT("key", struct context_row, key),
    TEXT("what", struct context_row, what),
    TEXT("names", struct context_row, names),
    FLAG("any_name", struct context_row, any_name),
    TEXT("ignores", struct context_row, ignores),
    FLAG("from", struct context_row, from),
    TEXT("since", struct context_row, since),
    TEXT("until", struct context_row, until),
    TEXTS("defines", struct context_row, defines),
    TEXTS("require", struct context_row, require),
    TEXTS("rules", struct context_row, rules),
    TEXT("expose", struct context_row, expose),
    TEXT("doc", struct context_row, doc),
    CYAML_FIELD_END};

static const cyaml_schema_field_t type_fields[] = {
    CYAML_FIELD_STRING_PTR("type", CYAML_FLAG_POINTER, struct type_row, type, 1, CYAML_UNLIMITED),
    TEXTS("enum", struct type_row, words),
    TEXT("arg", struct type_row, arg),
    TEXTS("profiles", struct type_row, profiles),
    TEXTS("example", struct type_row, example),
    FLAG("predictive", struct type_row, predictive),
    FLAG("caseless", struct type_row, caseless),
    FLAG("atol", struct type_row, atol),
    TEXT("doc", struct type_row, doc),
    CYAML_FIELD_END};

#define COLUMN(key) CYAML_FIELD_UINT(#key, CYAML_FLAG_OPTIONAL, struct place_row, key)

static const cyaml_schema_field_t place_fields[] = {
    CYAML_FIELD_STRING_PTR("place", CYAML_FLAG_POINTER, struct place_row, place, 1, CYAML_UNLIMITED),
    TEXT("since", struct place_row, since),
    TEXT("until", struct place_row, until),
    COLUMN(defaults),
    COLUMN(frontend),
    COLUMN(listen),
    COLUMN(backend),
    COLUMN(elsewhere),
    TEXT("doc", struct place_row, doc),
    CYAML_FIELD_END};

static const cyaml_schema_field_t keyword_fields[] = {
    CYAML_FIELD_STRING_PTR("kw", CYAML_FLAG_POINTER, struct keyword_row, kw, 1, CYAML_UNLIMITED),
    CYAML_FIELD_SEQUENCE("in", CYAML_FLAG_POINTER, struct keyword_row, in, &rows_text_schema, 1, CYAML_UNLIMITED),
    TEXT("since", struct keyword_row, since),
    TEXT("until", struct keyword_row, until),
    TEXT("sig", struct keyword_row, sig),
    TEXT("repeat", struct keyword_row, repeat),
    TEXT("again", struct keyword_row, again),
    TEXT("no", struct keyword_row, no),
    FLAG("default", struct keyword_row, dflt),
    FLAG("named", struct keyword_row, named),
    FLAG("prefix", struct keyword_row, prefix),
    TEXT("group", struct keyword_row, group),
    TEXTS("require", struct keyword_row, require),
    TEXTS("exclude", struct keyword_row, exclude),
    TEXTS("beside", struct keyword_row, beside),
    TEXTS("order", struct keyword_row, order),
    TEXT("defines", struct keyword_row, defines),
    TEXT("build", struct keyword_row, build),
    TEXT("hook", struct keyword_row, hook),
    TEXT("counter", struct keyword_row, counter),
    TEXT("reads", struct keyword_row, reads),
    TEXT("expose", struct keyword_row, expose),
    FLAG("first", struct keyword_row, first),
    TEXT("from", struct keyword_row, from),
    TEXT("to", struct keyword_row, to),
    TEXT("matrix", struct keyword_row, matrix),
    TEXT("place", struct keyword_row, place),
    TEXT("tested", struct keyword_row, tested),
    TEXTS("sections", struct keyword_row, sections),
    TEXT("alias", struct keyword_row, alias),
    TEXT("side", struct keyword_row, side),
    TEXTS("modes", struct keyword_row, modes),
    TEXTS("tls", struct keyword_row, tls),
    CYAML_FIELD_UINT("phase", CYAML_FLAG_OPTIONAL, struct keyword_row, phase),
    FLAG("final", struct keyword_row, final),
    FLAG("reverse", struct keyword_row, reverse),
    TEXT("ignores", struct keyword_row, ignores),
    CYAML_FIELD_UINT("status", CYAML_FLAG_OPTIONAL, struct keyword_row, status),
    FLAG("hashes", struct keyword_row, hashes),
    FLAG("resends", struct keyword_row, resends),
    FLAG("unordered", struct keyword_row, unordered),
    TEXT("dynamic", struct keyword_row, dynamic),
    TEXT("deprecated", struct keyword_row, deprecated),
    FLAG("renamed", struct keyword_row, renamed),
    TEXT("doc", struct keyword_row, doc),
    CYAML_FIELD_END};

static const cyaml_schema_value_t context_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct context_row, context_fields)};
static const cyaml_schema_value_t type_value = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct type_row, type_fields)};
static const cyaml_schema_value_t place_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct place_row, place_fields)};
static const cyaml_schema_value_t keyword_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct keyword_row, keyword_fields)};

static const cyaml_schema_value_t context_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, struct context_row, &context_value, 0, CYAML_UNLIMITED)};
static const cyaml_schema_value_t type_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, struct type_row, &type_value, 0, CYAML_UNLIMITED)};
static const cyaml_schema_value_t place_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, struct place_row, &place_value, 0, CYAML_UNLIMITED)};
static const cyaml_schema_value_t keyword_list = {
    CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, struct keyword_row, &keyword_value, 0, CYAML_UNLIMITED)};

static bool load_keywords(struct grammar *g, const char *path)
{
    struct keyword_row *rows = NULL;
    unsigned count = 0;

    if (!rows_load(path, &keyword_list, &rows, &count))
        return false;
    g->rows = realloc(g->rows, (g->row_count + count) * sizeof(*rows));
    if (!g->rows)
        abort();
    for (unsigned i = 0; i < count; i++) {
        struct keyword_row *row = &g->rows[g->row_count + i];

        *row = rows[i];
        row->file = path;
    }
    g->row_count += count;
    return true; /* the rows' strings live as long as the program */
}

bool grammar_load(struct grammar *g, char **paths, int count)
{
    bool good = true;

    for (int i = 0; i < count; i++) {
        const char *base = strrchr(paths[i], '/') ? strrchr(paths[i], '/') + 1 : paths[i];

        if (strcmp(base, "contexts.yaml") == 0)
            good = rows_load(paths[i], &context_list, &g->contexts, &g->context_count) && good;
        else if (strcmp(base, "types.yaml") == 0)
            good = rows_load(paths[i], &type_list, &g->types, &g->type_count) && good;
        else if (strcmp(base, "places.yaml") == 0)
            good = rows_load(paths[i], &place_list, &g->place_rows, &g->place_row_count) && good;
        else
            good = load_keywords(g, paths[i]) && good;
    }
    return good;
}
