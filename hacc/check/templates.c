#include "hacc/check/templates.h"

#include "hacc/check/check.h"
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <stdlib.h>

/* Digits at the end of a name that are read as a number; what stands in front of them is its base. */
enum { DIGITS_MAX = 18 };

/* Names of one base whose numbers have as many digits: `server-template web 8-12` makes web8 to web9 and web10 to
 * web12. A server line beside a template is a range of one. */
struct server_range {
    const struct section *section;
    const char *base;
    uint32_t base_len, digits;
    int64_t first, last;
    uint32_t line, block; /* numbers of the line, and of the conditions (.if, .else) above it */
    uint32_t widest;      /* of what stands in the order up to here, the one that goes furthest */
    const struct directive *directive;
};

struct server_ranges {
    struct server_range *items; /* NULL: they are only counted */
    uint32_t count, lines;
};

/* Reads `digits` digits at the end of a name, fewer where it has fewer. */
static struct server_range range_of(const char *name, uint32_t len, uint32_t digits)
{
    struct server_range range = {.base = name, .base_len = len};

    while (range.base_len && range.digits < digits && is_digit(name[range.base_len - 1])) {
        range.base_len--;
        range.digits++;
    }
    for (uint32_t i = range.base_len; i < len; i++)
        range.first = 10 * range.first + (name[i] - '0');
    range.last = range.first;
    return range;
}

static void add(struct server_ranges *ranges, const struct server_range *range)
{
    if (ranges->items)
        ranges->items[ranges->count] = *range;
    ranges->count++;
}

static void add_server(struct server_ranges *ranges, const struct server_range *line, const struct arg *name)
{
    struct server_range range = range_of(name->text, name->len, DIGITS_MAX);

    range.section = line->section;
    range.line = line->line;
    range.block = line->block;
    range.directive = line->directive;
    add(ranges, &range);
}

/* The numbers from `first` to `last` behind a prefix, by how many digits they have. */
static void add_template(struct server_ranges *ranges, const struct server_range *line, const struct arg *prefix,
                         int64_t first, int64_t last)
{
    int64_t power = 10;

    for (uint32_t digits = 1; digits < DIGITS_MAX && last >= power / 10; digits++, power *= 10) {
        struct server_range range = range_of(prefix->text, prefix->len, DIGITS_MAX - digits);
        int64_t front = range.first * power;

        if (first >= power)
            continue;
        range.section = line->section;
        range.line = line->line;
        range.block = line->block;
        range.directive = line->directive;
        range.digits += digits;
        range.first = front + (digits > 1 && first < power / 10 ? power / 10 : first);
        range.last = front + (last < power ? last : power - 1);
        add(ranges, &range);
    }
}

/* What a server-template line makes: "3" are the servers 1 to 3, "4-10" those from 4 on. */
static void add_line(struct server_ranges *ranges, const struct server_range *line)
{
    const struct directive *d = line->directive;
    const struct arg *name = directive_param(d, "name"), *prefix = directive_param(d, "prefix");
    const struct arg *num = directive_param(d, "num");
    const char *dash;
    int64_t first = 1, last;

    if (name && !(name->flags & (ARG_ENV | ARG_POISON)))
        add_server(ranges, line, name);
    if (!prefix || !num || (prefix->flags | num->flags) & (ARG_ENV | ARG_POISON))
        return;
    dash = memchr(num->text, '-', num->len);
    if (dash && !int_parse(num->text, (uint32_t)(dash - num->text), &first))
        return;
    dash = dash ? dash + 1 : num->text;
    if (int_parse(dash, num->len - (uint32_t)(dash - num->text), &last))
        add_template(ranges, line, prefix, first, last);
}

/* Whether only a variable's value tells what a line makes. */
static bool is_unknown(const struct directive *d)
{
    const struct arg *prefix = directive_param(d, "prefix"), *num = directive_param(d, "num");

    return (prefix && prefix->flags & ARG_ENV) || (num && num->flags & ARG_ENV);
}

static void add_section(struct server_ranges *ranges, struct section *section)
{
    struct server_range line = {.section = section};

    if (!section_find_directive(section, KW_LISTEN_SERVER_TEMPLATE))
        return;
    for (const struct directive *d = section->first; d; d = d->next) {
        line.block += directive_is_dot(d);
        line.directive = d;
        if (!directive_is_server(d))
            continue;
        section->poison |= is_unknown(d);
        line.line = ranges->lines++;
        add_line(ranges, &line);
    }
}

/* Ranges of names that may be the same lie side by side in the order of all. */
static int compare_names(const struct server_range *a, const struct server_range *b)
{
    if (a->section != b->section)
        return a->section->number < b->section->number ? -1 : 1;
    if (a->digits != b->digits)
        return a->digits < b->digits ? -1 : 1;
    if (a->base_len != b->base_len)
        return a->base_len < b->base_len ? -1 : 1;
    return memcmp(a->base, b->base, a->base_len);
}

static int compare(const void *one, const void *other)
{
    const struct server_range *a = one, *b = other;
    int names = compare_names(a, b);

    if (names)
        return names;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Sets .widest of all. */
static void find_widest(struct server_ranges *ranges)
{
    for (uint32_t i = 0; i < ranges->count; i++) {
        struct server_range *range = &ranges->items[i];

        range->widest = i;
        if (i && compare_names(range - 1, range) == 0 && ranges->items[range[-1].widest].last >= range->last)
            range->widest = range[-1].widest;
    }
}

void templates_collect(struct config *config)
{
    struct server_ranges *ranges = arena_zalloc(config->arena, sizeof(*ranges));

    for (struct section *section = config->first; section; section = section->next)
        add_section(ranges, section);
    if (!ranges->count)
        return;
    ranges->items = arena_zalloc(config->arena, ranges->count * sizeof(*ranges->items));
    ranges->count = ranges->lines = 0;
    for (struct section *section = config->first; section; section = section->next)
        add_section(ranges, section);
    qsort(ranges->items, ranges->count, sizeof(*ranges->items), compare);
    find_widest(ranges);
    config->templates = ranges;
}

const struct directive *templates_find(const struct config *config, const struct section *section, const char *name,
                                       uint32_t len)
{
    struct server_range range = range_of(name, len, DIGITS_MAX);
    const struct server_ranges *ranges = config->templates;
    uint32_t low = 0, high = ranges ? ranges->count : 0;
    const struct server_range *found;

    range.section = section;
    range.line = UINT32_MAX;
    while (section && low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare(&ranges->items[middle], &range) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low || compare_names(&ranges->items[low - 1], &range) != 0)
        return NULL;
    found = &ranges->items[ranges->items[low - 1].widest];
    return found->last >= range.first ? found->directive : NULL;
}

const struct directive *server_line(const struct config *config, const char *name, uint32_t len,
                                    const struct section **section)
{
    const char *slash = memchr(name, '/', len);
    uint32_t skip = slash ? (uint32_t)(slash - name) + 1 : 0;
    const struct symbol *symbol;

    if (slash) {
        symbol = config_find(config, SYMBOL_BACKEND, name, skip - 1, NULL);
        *section = symbol ? symbol->section : NULL;
    }
    symbol = *section ? config_find(config, SYMBOL_SERVER, name + skip, len - skip, *section) : NULL;
    return symbol ? symbol->directive : templates_find(config, *section, name + skip, len - skip);
}

static bool is_template(const struct server_range *range)
{
    return range->directive->kw->id == KW_LISTEN_SERVER_TEMPLATE;
}

/* Whether HAProxy looks at the pair: one is made by a template, and none has a number of its own, which lets it share a
 * name. */
static bool is_looked_at(const struct server_range *a, const struct server_range *b)
{
    return (is_template(a) || is_template(b)) && !directive_option(a->directive, KW_SERVER_ID) &&
           !directive_option(b->directive, KW_SERVER_ID);
}

/* Reports the first name that two ranges share, at the line that comes later. */
static void report(struct config *config, const struct server_range *first, const struct server_range *again)
{
    int64_t number = first->first > again->first ? first->first : again->first;

    diag_add(config->diags, RULE_DUPLICATE_NAME, again->directive->at, NULL,
             "server '%.*s%0*lld' is defined twice in '%.*s'", (int)again->base_len, again->base, (int)again->digits,
             (long long)number, (int)again->section->name_len, again->section->name);
    diag_place(config->diags, first->directive->at, "first defined here");
}

void check_templates(struct config *config)
{
    const struct server_ranges *ranges = config->templates;
    bool *told = ranges ? arena_zalloc(config->arena, ranges->lines * sizeof(*told)) : NULL;
    const struct section *asked = NULL;
    bool off = false;

    for (uint32_t i = 1; ranges && i < ranges->count; i++) {
        const struct server_range *range = &ranges->items[i], *other = &ranges->items[range[-1].widest];
        bool below = range->line > other->line;

        if (compare_names(range, other) != 0 || other->last < range->first || range->block != other->block ||
            !is_looked_at(range, other) || told[below ? range->line : other->line])
            continue;
        off = asked == range->section ? off : proxy_is_off(range->section);
        asked = range->section;
        if (off)
            continue;
        told[below ? range->line : other->line] = true;
        report(config, below ? other : range, below ? range : other);
    }
}
