/* What the table promises of itself. A fault here fails the build. */
#include "grammar/model.h"
#include "grammar/rows.h"
#include "hacc/lang/grammar_enums.h"

#include <stdlib.h>
#include <string.h>

static bool row_in(const struct keyword_row *row, const char *context)
{
    for (unsigned i = 0; i < row->in_count; i++)
        if (strcmp(row->in[i], context) == 0)
            return true;
    return false;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return !word || strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

/* Two rows of one name in one context must not share a version. */
static void check_versions(struct grammar *g)
{
    for (unsigned i = 1; i < g->row_count; i++) {
        struct keyword_row *a = &g->rows[i];

        if (a->since_v > a->until_v)
            grammar_fault(g, a, "since is later than until");
        for (unsigned j = 1; j < i; j++) {
            struct keyword_row *b = &g->rows[j];

            if (strcmp(a->kw, b->kw) != 0 || a->since_v > b->until_v || b->since_v > a->until_v)
                continue;
            for (unsigned k = 0; k < a->in_count; k++)
                if (row_in(b, a->in[k]))
                    grammar_fault(g, a, "overlaps with a row of '%s' in '%s' (%s)", b->kw, a->in[k], b->file);
        }
    }
}

static bool predictive(const struct grammar *g, const struct node_row *n)
{
    const struct type_row *type = &g->types[n->type];

    return type->predictive || type->words_count > 0;
}

/* Whether a sequence can begin with a value that matches any word. */
static bool begins_open(const struct grammar *g, unsigned at)
{
    const struct node_row *n;

    for (; at; at = g->nodes[at].next) {
        n = &g->nodes[at];
        switch (n->kind) {
        case SIG_PARAM:
            return !predictive(g, n);
        case SIG_OPTIONAL:
            if (begins_open(g, n->first))
                return true;
            continue;
        case SIG_CHOICE:
            for (unsigned a = n->first; a; a = g->nodes[a].next)
                if (begins_open(g, g->nodes[a].first))
                    return true;
            return false;
        case SIG_REPEAT:
            return begins_open(g, n->first);
        default:
            return false;
        }
    }
    return false;
}

static void check_choice(struct grammar *g, const struct keyword_row *row, const struct node_row *choice)
{
    for (unsigned a = choice->first; a; a = g->nodes[a].next) {
        const struct node_row *head = &g->nodes[g->nodes[a].first];

        if (g->nodes[a].next && begins_open(g, g->nodes[a].first))
            grammar_fault(g, row, "ambiguous: an alternative that takes any word stands before another");
        for (unsigned b = g->nodes[a].next; b; b = g->nodes[b].next) {
            const struct node_row *other = &g->nodes[g->nodes[b].first];

            if (head->kind == SIG_WORD && other->kind == SIG_WORD && strcmp(head->text, other->text) == 0 &&
                !head->paren == !other->paren)
                grammar_fault(g, row, "ambiguous: two alternatives begin with '%s'", head->text);
        }
    }
}

static void check_sequence(struct grammar *g, const struct keyword_row *row, unsigned at)
{
    for (; at; at = g->nodes[at].next) {
        const struct node_row *n = &g->nodes[at];

        if (n->kind == SIG_OPTIONAL && begins_open(g, n->first) && begins_open(g, n->next))
            grammar_fault(g, row, "ambiguous: an optional value before another value");
        if (n->kind == SIG_CHOICE)
            check_choice(g, row, n);
        if (n->first)
            check_sequence(g, row, n->first);
        if (n->paren)
            check_sequence(g, row, n->paren);
    }
}

static bool is_called(const char *kw, const char *name, size_t len)
{
    return kw && strlen(kw) == len && strncmp(kw, name, len) == 0;
}

static bool context_has_one(const struct grammar *g, const char *context, const char *name, size_t len)
{
    for (unsigned i = 1; i < g->row_count; i++) {
        const struct keyword_row *row = &g->rows[i];

        if ((is_called(row->kw, name, len) || is_called(row->group, name, len)) && row_in(row, context))
            return true;
    }
    return false;
}

/* Whether each of `name`, "a" or "a|b", is a row or a group of a context. */
static bool context_has(const struct grammar *g, const char *context, const char *name)
{
    for (; name; name = strchr(name, '|') ? strchr(name, '|') + 1 : NULL)
        if (!context_has_one(g, context, name, strcspn(name, "|")))
            return false;
    return true;
}

/* Whether a sequence takes rows of a context that has `name`. */
static bool sequence_has(const struct grammar *g, unsigned at, const char *name)
{
    for (; at; at = g->nodes[at].next) {
        const struct node_row *n = &g->nodes[at];

        if (n->kind == SIG_CONTEXT && context_has(g, g->contexts[n->context].context, name))
            return true;
        if (sequence_has(g, n->first, name))
            return true;
    }
    return false;
}

/* What an option is to stand beside is there, in each of its contexts. */
static void check_beside(struct grammar *g, const struct keyword_row *row)
{
    for (unsigned i = 0; i < row->beside_count; i++)
        for (unsigned j = 0; j < row->in_count; j++)
            if (!context_has(g, row->in[j], row->beside[i]))
                grammar_fault(g, row, "stands beside '%s', which '%s' does not have", row->beside[i], row->in[j]);
}

/* What a row requires stands among its options, or beside it. */
static void check_require(struct grammar *g, const struct keyword_row *row)
{
    for (unsigned i = 0; i < row->require_count; i++) {
        bool found = sequence_has(g, row->sig_first, row->require[i]);

        for (unsigned j = 0; j < row->in_count && !found; j++)
            found = context_has(g, row->in[j], row->require[i]);
        if (!found)
            grammar_fault(g, row, "requires '%s', which is no option of it", row->require[i]);
    }
}

/* What a row reads from a table is something that tables store. */
static void check_reads(struct grammar *g, const struct keyword_row *row)
{
    for (const char *one = row->reads; one && *one; one += strcspn(one, "|"), one += *one == '|') {
        char name[64];

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(one, "|"), one);
        if (!context_has(g, "table-data", name))
            grammar_fault(g, row, "reads '%s', which no table stores", name);
    }
}

/* What a row excludes stands beside it. */
static void check_exclude(struct grammar *g, const struct keyword_row *row)
{
    for (unsigned i = 0; i < row->exclude_count; i++)
        for (unsigned j = 0; j < row->in_count; j++)
            if (!context_has(g, row->in[j], row->exclude[i]))
                grammar_fault(g, row, "excludes '%s', which does not stand beside it", row->exclude[i]);
}

/* A new name is that of a row beside it. */
static void check_renamed(struct grammar *g, const struct keyword_row *row)
{
    bool found = false;

    for (unsigned i = 1; row->deprecated && i < g->row_count && !found; i++)
        found = strcmp(g->rows[i].kw, row->deprecated) == 0 && row_in(&g->rows[i], row->in[0]);
    if (!found)
        grammar_fault(g, row, "is renamed, but 'deprecated' names no row of its context");
}

static void check_row(struct grammar *g, const struct keyword_row *row)
{
    if (!row->doc || !*row->doc)
        grammar_fault(g, row, "has no doc");
    for (unsigned i = 0; i < row->in_count; i++)
        if (grammar_context(g, row->in[i]) < 0)
            grammar_fault(g, row, "no context '%s'", row->in[i]);
    if (row->named && (!row->sig_first || g->nodes[row->sig_first].kind != SIG_PARAM))
        grammar_fault(g, row, "is named, but its signature does not begin with a parameter");
    if (row->prefix && row->kw[strlen(row->kw) - 1] != '.')
        grammar_fault(g, row, "is a prefix, and does not end with a '.'"); /* keyword_find_prefix relies on it */
    if (!is_one_of(row->repeat, "once", "last", "many"))
        grammar_fault(g, row, "repeat is once, last or many, not '%s'", row->repeat);
    if (row->ignores && (row->ignores_v < row->since_v || row->ignores_v > row->until_v))
        grammar_fault(g, row, "ignores is yes or a version that has the row, not '%s'", row->ignores);
    if (row->dynamic && (row->dynamic_v < row->since_v || row->dynamic_v > row->until_v))
        grammar_fault(g, row, "dynamic is a version that has the row, not '%s'", row->dynamic);
    if (row->unordered && strcmp(row->repeat, "many") != 0)
        grammar_fault(g, row, "is unordered, and cannot stand again");
    if (!is_one_of(row->again, "first", "last", NULL))
        grammar_fault(g, row, "again is first or last, not '%s'", row->again);
    if (row->renamed)
        check_renamed(g, row);
    if (row->side && strcmp(row->side, "frontend") != 0 && strcmp(row->side, "backend") != 0)
        grammar_fault(g, row, "side is frontend or backend, not '%s'", row->side);
    for (unsigned i = 0; i < row->sections_count; i++)
        if (grammar_proxy(row->sections[i]) == PROXY_NONE)
            grammar_fault(g, row, "sections are defaults, frontend, listen and backend, not '%s'", row->sections[i]);
    check_require(g, row);
    check_reads(g, row);
    check_exclude(g, row);
    check_beside(g, row);
    if (row->sig_first)
        check_sequence(g, row, row->sig_first);
}

/* Every context has rows and a doc, and none stands twice. */
static void check_contexts(struct grammar *g)
{
    for (unsigned i = 1; i < g->context_count; i++) {
        unsigned rows = 0;

        for (unsigned j = 1; j < g->row_count; j++)
            rows += row_in(&g->rows[j], g->contexts[i].context);
        if (!rows)
            grammar_fault(g, NULL, "context '%s' has no rows", g->contexts[i].context);
        if (!g->contexts[i].doc)
            grammar_fault(g, NULL, "context '%s' has no doc", g->contexts[i].context);
        if (!is_one_of(g->contexts[i].kind, "section", "options", "options") ||
            !is_one_of(g->contexts[i].names, "none", "optional", "required") || g->contexts[i].defines_count > 2)
            grammar_fault(g, NULL, "context '%s': no such kind or names, or more than two defines",
                          g->contexts[i].context);
        if (grammar_context(g, g->contexts[i].context) != (int)i)
            grammar_fault(g, NULL, "context '%s' stands twice", g->contexts[i].context);
    }
}

/* The name of a place has been told before: the rows of places.yaml are numbered first. */
static void check_places(struct grammar *g)
{
    enum { COLUMNS = 22 };
    unsigned known = g->place_count;

    for (unsigned i = 0; i < g->place_row_count; i++) {
        const struct place_row *place = &g->place_rows[i];
        const unsigned columns[] = {place->defaults, place->frontend, place->listen, place->backend, place->elsewhere};

        for (size_t k = 0; k < sizeof(columns) / sizeof(*columns); k++)
            if (columns[k] > COLUMNS)
                grammar_fault(g, NULL, "place '%s': a matrix has %d columns", place->place, COLUMNS);
        if (!place->doc)
            grammar_fault(g, NULL, "place '%s' has no doc", place->place);
        if ((place->since && grammar_version(place->since) < 0) || (place->until && grammar_version(place->until) < 0))
            grammar_fault(g, NULL, "place '%s': no such version", place->place);
    }
    for (unsigned i = 1; i < g->row_count; i++) {
        const struct keyword_row *row = &g->rows[i];

        if (row->place && grammar_place(g, row->place) >= known)
            grammar_fault(g, row, "no place '%s'", row->place);
        if (row->tested && grammar_place(g, row->tested) >= known)
            grammar_fault(g, row, "no place '%s'", row->tested);
        if (row->matrix && strlen(row->matrix) != COLUMNS)
            grammar_fault(g, row, "a matrix has %d columns", COLUMNS);
    }
}

/* What the fields of struct sig, keyword and grammar_slot can hold. */
static void check_limits(struct grammar *g)
{
    if (g->row_count > UINT16_MAX || g->node_count > UINT16_MAX || g->context_count > UINT8_MAX ||
        g->type_count > UINT8_MAX || g->symbol_count > UINT8_MAX || g->hook_count > UINT8_MAX)
        grammar_fault(g, NULL,
                      "more rows, nodes, contexts, types, symbols or hooks than the table's fields can number");
    if (g->order_count > 32)
        grammar_fault(g, NULL, "more groups of order than struct keyword has bits for");
}

void grammar_check(struct grammar *g)
{
    check_limits(g);
    check_contexts(g);
    check_places(g);
    for (unsigned i = 1; i < g->type_count; i++) {
        const struct type_row *type = &g->types[i];

        if (!type->doc)
            grammar_fault(g, NULL, "type '%s' has no doc", type->type);
        if (type->example_count && type->example_count != type->profiles_count + 1)
            grammar_fault(g, NULL, "type '%s' needs one example, and one for each profile", type->type);
    }
    for (unsigned i = 1; i < g->row_count; i++)
        check_row(g, &g->rows[i]);
    check_versions(g);
}
