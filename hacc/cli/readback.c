#include "hacc/cli/readback.h"

#include "hacc/read/from_yaml.h"

#include <string.h>

void readback_read(struct readback *again, struct compilation *c, const struct buf *yaml)
{
    static const char *const paths[] = {"-"};
    struct yaml_options options = {.allow_outside = false};
    struct yaml_sink sink;
    struct from_yaml from;
    struct document doc;

    again->c = c;
    diags_init(&again->diags, &c->arena);
    c->sources.from_stdin = sources_add(&c->sources, "<yaml>", yaml->data, yaml->len);
    from_yaml_init(&from, &again->copy, (int)c->config.lang.version, &c->sources, &again->diags);
    sink = from_yaml_sink(&from);
    yaml_read(&doc, paths, 1, &options, &sink, &c->sources, &again->diags);
    from_yaml_finish(&from, &doc, c->config.lang.version);
}

static bool same_text(const char *a, uint32_t a_len, const char *b, uint32_t b_len)
{
    return a_len == b_len && (!a_len || memcmp(a, b, a_len) == 0);
}

bool readback_same(const struct directive *a, const struct directive *b)
{
    if (a->kw != b->kw || a->form != b->form || a->arg_count != b->arg_count ||
        !same_text(a->name, a->name_len, b->name, b->name_len))
        return false;
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (!same_text(a->args[i].text, a->args[i].len, b->args[i].text, b->args[i].len) ||
            (a->args[i].flags ^ b->args[i].flags) & ARG_ENV)
            return false;
    return true;
}

static void report(struct readback *again, const struct directive *line)
{
    diag_add(&again->c->diags, RULE_IMPORT, line->at,
             "YAML cannot hold control characters, bytes that are not UTF-8, and empty words",
             "YAML has no form that gives back this line");
}

/* Whether a directive is one of those to compare: a line of a section, or a condition or message. */
static bool is_wanted(const struct directive *directive, bool dots)
{
    return directive_is_dot(directive) == dots;
}

/* Gives the first directive from `directive` on that is to be compared. */
static const struct directive *skip_to(const struct directive *directive, bool dots)
{
    while (directive && !is_wanted(directive, dots))
        directive = directive->next;
    return directive;
}

/* Compares the lines of a section; gives how many there are. */
static uint32_t compare_lines(struct readback *again, const struct section *section, const struct section *copy,
                              const struct directive *const *order)
{
    const struct directive *line = skip_to(copy ? copy->first : NULL, false);
    uint32_t count = 0;

    for (const struct directive *d = section->first; d; d = d->next)
        count += is_wanted(d, false);
    for (uint32_t i = 0; i < count; i++) {
        bool same = line && readback_same(order[i], line);

        if (!same)
            report(again, order[i]);
        if (same || (line && !(i + 1 < count && readback_same(order[i + 1], line)))) /* else it is missing there */
            line = skip_to(line->next, false);
    }
    return count;
}

const struct section *readback_section(const struct section *section)
{
    while (section && section->context == CONTEXT_NONE) /* what stands before the first one */
        section = section->next;
    return section;
}

bool readback_same_header(const struct section *a, const struct section *b)
{
    return a->context == b->context && a->condition == b->condition &&
           same_text(a->name, a->name_len, b->name, b->name_len) &&
           same_text(a->from, a->from_len, b->from, b->from_len);
}

static void compare_sections(struct readback *again, const struct yaml_order *order)
{
    const struct section *copy = readback_section(again->copy.first);
    uint32_t at = 0;

    for (const struct section *section = readback_section(again->c->config.first); section; section = section->next) {
        if (!copy || !readback_same_header(section, copy)) {
            diag_add(&again->c->diags, RULE_IMPORT, section->at, NULL, "YAML has no form that gives back this section");
            return; /* what follows may only have lost its place */
        }
        at += compare_lines(again, section, copy, order->at + at);
        copy = readback_section(copy->next);
    }
}

/* Gives the next condition or message of the configuration. */
static const struct directive *next_dot(const struct section **section, const struct directive *directive)
{
    directive = directive ? skip_to(directive->next, true) : skip_to((*section)->first, true);
    while (!directive && (*section = (*section)->next))
        directive = skip_to((*section)->first, true);
    return directive;
}

const struct directive *readback_lost_dot(const struct readback *again)
{
    const struct section *section = again->c->config.first, *other = again->copy.first;
    const struct directive *line = section ? next_dot(&section, NULL) : NULL;
    const struct directive *copy = other ? next_dot(&other, NULL) : NULL;

    for (; line; line = next_dot(&section, line)) {
        if (!copy || !readback_same(line, copy))
            return line;
        copy = next_dot(&other, copy);
    }
    return NULL;
}

void readback(struct compilation *c, const struct yaml_order *order, const struct buf *yaml)
{
    struct readback *again = arena_zalloc(&c->arena, sizeof(*again));
    const struct directive *lost;

    readback_read(again, c, yaml);
    compare_sections(again, order);
    lost = readback_lost_dot(again);
    if (lost)
        report(again, lost);
}
