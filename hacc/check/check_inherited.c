/* Lines of a defaults section that need a stick table of their own: `balance hash src,table_gpc0`. HAProxy looks for it
 * in each proxy that has the line from there and heeds it. Source: asked of the binaries. */
#include "hacc/check/check.h"

#include <stdlib.h>

struct need {
    const struct ref *ref;
    bool told; /* of a proxy that lacks it: one message is enough */
};

/* What those lines need, as it stands in the files. */
struct inherited {
    struct need *needs;
    uint32_t count;
};

/* Each of these takes the place of those above it. */
static const enum keyword_id balance[] = {KW_DEFAULTS_BALANCE}, ids[] = {KW_DEFAULTS_UNIQUE_ID_FORMAT};
static const enum keyword_id logs[] = {KW_DEFAULTS_LOG_FORMAT, KW_DEFAULTS_OPTION_HTTPLOG, KW_DEFAULTS_OPTION_HTTPSLOG,
                                       KW_DEFAULTS_OPTION_TCPLOG};
static const enum keyword_id data[] = {KW_DEFAULTS_LOG_FORMAT_SD}, errors[] = {KW_DEFAULTS_ERROR_LOG_FORMAT};

static const struct {
    const enum keyword_id *ids;
    uint32_t count;
} kinds[] = {{balance, 1}, {ids, 1}, {logs, sizeof(logs) / sizeof(*logs)}, {data, 1}, {errors, 1}};

static bool is_inherited(const struct ref *ref)
{
    const struct section *section = ref->section;

    return !ref->len && ref->kind == SYMBOL_TABLE && section && section->context == CONTEXT_DEFAULTS && ref->kw &&
           !keyword_rules(ref->kw);
}

static int compare_places(const struct span *a, const struct span *b)
{
    if (a->src != b->src)
        return a->src < b->src ? -1 : 1;
    return a->off < b->off ? -1 : a->off > b->off;
}

static int compare(const void *one, const void *other)
{
    const struct need *a = one, *b = other;

    return compare_places(&a->ref->at, &b->ref->at);
}

static struct inherited collect(struct config *config)
{
    struct inherited inherited = {NULL, 0};

    for (const struct ref *ref = config->lang.refs; ref; ref = ref->next)
        inherited.count += is_inherited(ref);
    if (!inherited.count)
        return inherited;
    inherited.needs = arena_alloc(config->arena, inherited.count * sizeof(*inherited.needs));
    inherited.count = 0;
    for (const struct ref *ref = config->lang.refs; ref; ref = ref->next)
        if (is_inherited(ref))
            inherited.needs[inherited.count++] = (struct need){ref, false};
    qsort(inherited.needs, inherited.count, sizeof(*inherited.needs), compare);
    return inherited;
}

/* Gives what a directive needs; NULL: nothing. */
static struct need *find(const struct inherited *inherited, const struct directive *d)
{
    uint32_t low = 0, high = inherited->count;
    struct need *need;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare_places(&inherited->needs[middle].ref->at, &d->at) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    need = low < inherited->count ? &inherited->needs[low] : NULL;
    return need && need->ref->at.src == d->at.src && need->ref->at.off < d->end ? need : NULL;
}

static void check_proxy(struct config *config, const struct inherited *inherited, const struct section *section)
{
    unsigned sides = section_sides(section);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        const struct directive *d = check_effective(section, kinds[i].ids, kinds[i].count);
        struct need *need = d && (!d->kw->side || d->kw->side & sides) ? find(inherited, d) : NULL;

        if (!need || need->told)
            continue;
        need->told = true;
        diag_add(config->diags, RULE_REFERENCE_MISSING, need->ref->at, "name a table",
                 "'%.*s' has no stick-table, but '%s', which it takes from here, needs one", (int)section->name_len,
                 section->name, d->kw->name);
        diag_place(config->diags, section->at, "this one");
    }
}

void check_inherited(struct config *config)
{
    struct inherited inherited = collect(config);

    if (!inherited.count || config->damaged)
        return;
    for (const struct section *section = config->first; section; section = section->next)
        if (section_sides(section) && !section->poison && !section->name_env && !proxy_is_off(section) &&
            !config_find(config, SYMBOL_TABLE, section->name, section->name_len, NULL))
            check_proxy(config, &inherited, section);
}
