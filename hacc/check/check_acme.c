/* Maps of acme sections: HAProxy refuses one that nothing else reads (configuration.txt, 12.8). Who reads one names it:
 * in a converter, `map(virt@acme)`, or behind `-f`. */
#include "hacc/check/check.h"

#include <stdlib.h>

struct map {
    const struct arg *name;
    bool found;
};

struct maps {
    struct map *at; /* by name */
    uint32_t count;
    bool unsure; /* a variable's value, or what was not understood, may name any */
};

static int compare_text(const char *a, uint32_t a_len, const char *b, uint32_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare(const void *one, const void *other)
{
    const struct arg *a = ((const struct map *)one)->name, *b = ((const struct map *)other)->name;

    return compare_text(a->text, a->len, b->text, b->len);
}

/* Whether the byte ends a name inside of an expression. */
static bool is_separator(char c)
{
    return memchr("(),[]\"' ", c, 8) != NULL;
}

static const struct arg *map_of(const struct directive *d)
{
    const struct arg *name = d->kw->id == KW_ACME_MAP && d->arg_count ? &d->args[0] : NULL;

    for (uint32_t i = 0; name && i < name->len; i++)
        if (is_separator(name->text[i]))
            return NULL;
    return name && name->len && !(name->flags & (ARG_ENV | ARG_POISON)) ? name : NULL;
}

static struct maps collect(struct config *config)
{
    struct maps maps = {NULL, 0, false};
    uint32_t cap = 0;

    for (const struct section *section = config->first; section; section = section->next)
        for (const struct directive *d = section->context == CONTEXT_ACME ? section->first : NULL; d; d = d->next) {
            if (!map_of(d))
                continue;
            if (maps.count == cap)
                maps.at = arena_extend(config->arena, maps.at, maps.count, &cap, 8, sizeof(*maps.at));
            maps.at[maps.count++] = (struct map){map_of(d), false};
        }
    if (maps.count)
        qsort(maps.at, maps.count, sizeof(*maps.at), compare);
    return maps;
}

/* Notes the maps of that name: several sections may have one. */
static void find(struct maps *maps, const char *text, uint32_t len)
{
    uint32_t low = 0, high = maps->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare_text(maps->at[middle].name->text, maps->at[middle].name->len, text, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < maps->count && !compare_text(text, len, maps->at[low].name->text, maps->at[low].name->len) &&
           !maps->at[low].found;
         low++)
        maps->at[low].found = true;
}

/* Every piece of a word between what separates names in expressions. */
static void find_pieces(struct maps *maps, const struct arg *arg)
{
    uint32_t from = 0;

    maps->unsure |= (arg->flags & ARG_ENV) != 0;
    for (uint32_t i = 0; i <= arg->len; i++) {
        if (i < arg->len && !is_separator(arg->text[i]))
            continue;
        if (i > from)
            find(maps, arg->text + from, i - from);
        from = i + 1;
    }
}

void check_acme(struct config *config)
{
    struct maps maps = collect(config);

    if (!maps.count || config->damaged)
        return;
    for (const struct section *section = config->first; section; section = section->next) {
        maps.unsure |= section->poison;
        for (const struct directive *d = section->context != CONTEXT_ACME ? section->first : NULL; d; d = d->next)
            for (uint32_t i = 0; i < d->arg_count; i++)
                find_pieces(&maps, &d->args[i]);
    }
    for (uint32_t i = 0; i < maps.count && !maps.unsure; i++)
        if (!maps.at[i].found)
            diag_add(config->diags, RULE_REFERENCE_MISSING, arg_span(maps.at[i].name),
                     "read it where the challenge is answered, as in '%[path,field(-1,/),map(virt@acme)]'",
                     "nothing reads the map '%.*s'", (int)maps.at[i].name->len, maps.at[i].name->text);
}
