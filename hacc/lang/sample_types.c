/* The types of samples, and the look-up of names in HAProxy's small languages. */
#include "hacc/lang/sample.h"

#include "hacc/lang/value.h"

#include <stdio.h>

const char *sample_type_name(enum sample_type type)
{
    static const char *const names[] = {"any", "same", "bool", "sint", "addr", "ipv4", "ipv6", "str", "bin", "meth"};

    return names[type];
}

/* Up to 2.8 what gives addr can only be kept as it is: 3.0 decides while running. Source: asked of the binaries. */
bool sample_casts(enum hap_version version, enum sample_type from, enum sample_type to)
{
    if (from == SAMPLE_ANY || from == SAMPLE_SAME || to == SAMPLE_ANY || to == SAMPLE_SAME)
        return true;
    if (from == to)
        return from != SAMPLE_ADDR || version >= HAP_3_0;
    switch (from) {
    case SAMPLE_BOOL:
        return to == SAMPLE_SINT || to == SAMPLE_STR || (to == SAMPLE_BIN && version > HAP_2_2);
    case SAMPLE_SINT:
        return to != SAMPLE_METH;
    case SAMPLE_ADDR:
        return version >= HAP_3_0 && to != SAMPLE_BOOL && to != SAMPLE_SINT && to != SAMPLE_METH;
    case SAMPLE_IPV4:
        return to != SAMPLE_BOOL && to != SAMPLE_METH;
    case SAMPLE_IPV6:
        return to != SAMPLE_BOOL && to != SAMPLE_SINT && to != SAMPLE_METH;
    case SAMPLE_BIN:
        return to == SAMPLE_STR || to == SAMPLE_METH;
    case SAMPLE_METH:
        return to == SAMPLE_STR || to == SAMPLE_BIN;
    case SAMPLE_STR:
    case SAMPLE_ANY:
    case SAMPLE_SAME:
        return true;
    }
    return true;
}

const struct keyword *sample_find(const struct lang *lang, enum context_id context, const char *name, uint32_t len)
{
    const struct keyword *kw = keyword_find(context, name, len, lang->version, NULL);

    return kw ? kw : keyword_find_prefix(context, name, len, lang->version);
}

bool sample_has_value(const struct keyword *fetch, enum hap_version version, enum place_id place,
                      enum context_id context)
{
    unsigned column = sample_places[place].columns[version][contexts[context].proxy];

    return !column || !fetch->matrix || fetch->matrix[column - 1] == 'Y';
}

/* Where the fetch had one before, a variable can keep it. */
const char *sample_no_value_help(const struct keyword *fetch, enum hap_version version, enum place_id place,
                                 enum context_id context)
{
    unsigned column = sample_places[place].columns[version][contexts[context].proxy];
    unsigned backend = sample_places[place].columns[version][PROXY_BACKEND];
    const char *yes = strchr(fetch->matrix, 'Y');

    if (place == PLACE_CONFIGURATION || place == PLACE_CHECK)
        return "there is no client and no request: constants, environment variables and what the process knows can "
               "stand here";
    if (backend > column && fetch->matrix[backend - 1] == 'Y')
        return "it has one in backends alone";
    if (yes && yes >= fetch->matrix + column)
        return "it has one only later";
    return "keep it while it is there, as in 'http-request set-var(txn.x) …', and take var(txn.x) here";
}

/* Writes the versions that have a name: "2.6 to 2.8, since 3.2". */
static void show_versions(enum context_id context, const char *name, uint32_t len, char *out, size_t size)
{
    const struct context *ctx = &contexts[context];
    size_t at = 0;

    for (unsigned i = 0; i < ctx->row_count && at < size; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];
        const char *join = at ? ", " : "";

        if (!text_is(name, len, kw->name))
            continue;
        if (kw->until == HAP_NEWEST)
            at += (size_t)snprintf(out + at, size - at, "%ssince %s", join, hap_version_names[kw->since]);
        else if (kw->since == HAP_2_2)
            at += (size_t)snprintf(out + at, size - at, "%sup to %s", join, hap_version_names[kw->until]);
        else
            at += (size_t)snprintf(out + at, size - at, "%sfrom %s to %s", join, hap_version_names[kw->since],
                                   hap_version_names[kw->until]);
    }
}

bool sample_unknown(struct lang *lang, enum context_id context, const struct word *name, enum rule_id rule)
{
    const struct keyword *other;
    const char *near;
    char help[200];

    if (!lang->diags)
        return false;
    keyword_find(context, name->text, name->len, lang->version, &other);
    if (other) {
        show_versions(context, name->text, name->len, help, sizeof(help));
        return lang_fault(lang, RULE_WRONG_VERSION, name->at, NULL, "HAProxy %s has no %s '%.*s'; it exists %s",
                          hap_version_names[lang->version], contexts[context].what, WORD_ARGS(name), help);
    }
    near = diags_full(lang->diags) ? NULL : keyword_suggest(context, name->text, name->len, lang->version);
    if (near)
        snprintf(help, sizeof(help), "did you mean '%s'?", near);
    return lang_fault(lang, rule, name->at, near ? help : NULL, "unknown %s '%.*s'", contexts[context].what,
                      WORD_ARGS(name));
}
