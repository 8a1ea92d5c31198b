/* Things that have no name of their own but may be given once only: the spelling of a header, a filter of a proxy.
 * Source: asked of the binaries. */
#include "hacc/check/check.h"

#include "hacc/lang/value.h"

#include <stdlib.h>

struct thing {
    const char *what;              /* for messages */
    const struct section *section; /* in which it is given */
    const char *name;
    uint32_t len;
    uint32_t line, block; /* numbers of its line, and of the conditions (.if, .else) above it */
    struct span at;
};

struct things {
    struct arena *arena;
    struct thing *items;
    uint32_t count, cap;
};

static void add(struct things *things, const struct thing *line, const char *what, const struct arg *name)
{
    struct thing *thing;

    if (!name || name->flags & (ARG_ENV | ARG_POISON))
        return;
    if (things->count == things->cap)
        things->items =
            arena_extend(things->arena, things->items, things->count, &things->cap, 16, sizeof(*things->items));
    thing = &things->items[things->count++];
    *thing = *line;
    thing->what = what;
    thing->name = name->text;
    thing->len = name->len;
    thing->at = arg_span(name);
}

static void add_directive(struct things *things, const struct thing *line, const struct directive *d)
{
    switch (d->kw->id) {
    case KW_GLOBAL_H1_CASE_ADJUST:
        add(things, line, "header", &d->args[0]);
        break;
    case KW_FRONTEND_FILTER:
        add(things, line, "filter", directive_option(d, KW_FILTER_COMPRESSION));
        add(things, line, "filter cache", directive_option_value(d, KW_FILTER_CACHE));
        break;
    default:
        break;
    }
}

static void collect(const struct config *config, struct things *things)
{
    struct thing line = {.line = 0};

    const uint64_t kinds = keyword_bit(KW_GLOBAL_H1_CASE_ADJUST) | keyword_bit(KW_FRONTEND_FILTER);

    for (const struct section *section = config->first; section; section = section->next) {
        line.section = section;
        for (const struct directive *d = section->flags & KW_BRANCH ? section->first : section_lines(section, kinds); d;
             d = d->next) {
            line.block += directive_is_dot(d);
            line.line++;
            add_directive(things, &line, d);
        }
    }
}

/* Gives 0 for what is the same thing. */
static int compare_things(const struct thing *a, const struct thing *b)
{
    int order = strcmp(a->what, b->what);

    if (!order && a->section->context != CONTEXT_GLOBAL && a->section != b->section)
        order = a->section->number < b->section->number ? -1 : 1;
    if (order)
        return order;
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return memcmp(a->name, b->name, a->len);
}

static int compare(const void *one, const void *other)
{
    const struct thing *a = one, *b = other;
    int order = compare_things(a, b);

    return order ? order : a->line < b->line ? -1 : a->line > b->line;
}

void check_twice(struct config *config)
{
    struct things things = {.arena = config->arena};

    collect(config, &things);
    if (things.count)
        qsort(things.items, things.count, sizeof(*things.items), compare);
    for (uint32_t first = 0, again = 1; again < things.count; again++) {
        const struct thing *a = &things.items[first], *b = &things.items[again];

        if (compare_things(a, b) != 0) {
            first = again;
        } else if (a->block == b->block) {
            diag_add(config->diags, RULE_DUPLICATE_NAME, b->at, NULL, "%s '%.*s' is given twice", b->what, (int)b->len,
                     b->name);
            diag_place(config->diags, a->at, "first given here");
        }
    }
}
