/* mkgrammar IDS.h TABLE.c FILE.yaml…: compiles HAProxy's language from grammar/ to C. */
#include "grammar/model.h"
#include "grammar/rows.h"
#include "hacc/lang/grammar_enums.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void grammar_fault(struct grammar *g, const struct keyword_row *row, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "mkgrammar: ");
    if (row)
        fprintf(stderr, "%s: '%s' in %s: ", row->file, row->kw, row->in_count ? row->in[0] : "?");
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fprintf(stderr, "\n");
    g->faults++;
}

int grammar_context(const struct grammar *g, const char *name)
{
    for (unsigned i = 1; i < g->context_count; i++)
        if (strcmp(g->contexts[i].context, name) == 0)
            return (int)i;
    return -1;
}

int grammar_type(const struct grammar *g, const char *name)
{
    for (unsigned i = 1; i < g->type_count; i++)
        if (strcmp(g->types[i].type, name) == 0)
            return (int)i;
    return -1;
}

int grammar_proxy(const char *section)
{
    static const char *const names[PROXY_COUNT] = {[PROXY_DEFAULTS] = "defaults",
                                                   [PROXY_FRONTEND] = "frontend",
                                                   [PROXY_LISTEN] = "listen",
                                                   [PROXY_BACKEND] = "backend"};

    for (int i = PROXY_NONE + 1; i < PROXY_COUNT; i++)
        if (strcmp(names[i], section) == 0)
            return i;
    return PROXY_NONE;
}

static unsigned intern(char ***list, unsigned *count, const char *name)
{
    for (unsigned i = 1; i < *count; i++)
        if (strcmp((*list)[i], name) == 0)
            return i;
    *list = realloc(*list, (*count + 2) * sizeof(**list));
    if (!*list)
        abort();
    if (!*count)
        (*list)[(*count)++] = grammar_strdup("none");
    (*list)[*count] = grammar_strdup(name);
    return (*count)++;
}

unsigned grammar_place(struct grammar *g, const char *name)
{
    return intern(&g->places, &g->place_count, name);
}

unsigned grammar_symbol(struct grammar *g, const char *name)
{
    return intern(&g->symbols, &g->symbol_count, name);
}

unsigned grammar_hook(struct grammar *g, const char *name)
{
    return intern(&g->hooks, &g->hook_count, name);
}

unsigned grammar_order(struct grammar *g, const char *name)
{
    return intern(&g->orders, &g->order_count, name);
}

/* Puts an unused row before a list, so that index 0 can mean "none". */
#define SHIFT(list, count)                                         \
    do {                                                           \
        (list) = realloc((list), ((count) + 1) * sizeof(*(list))); \
        if (!(list))                                               \
            abort();                                               \
        memmove((list) + 1, (list), (count) * sizeof(*(list)));    \
        memset((list), 0, sizeof(*(list)));                        \
        (count)++;                                                 \
    } while (0)

static void compile_rows(struct grammar *g)
{
    for (unsigned i = 0; i < g->place_row_count; i++)
        grammar_place(g, g->place_rows[i].place);
    for (unsigned i = 1; i < g->row_count; i++) {
        struct keyword_row *row = &g->rows[i];

        row->index = i;
        row->since_v = row->since ? grammar_version(row->since) : 0;
        row->until_v = row->until ? grammar_version(row->until) : HAP_COUNT - 1;
        row->ignores_v = !row->ignores                      ? -1
                         : strcmp(row->ignores, "yes") == 0 ? row->until_v
                                                            : grammar_version(row->ignores);
        row->dynamic_v = row->dynamic ? grammar_version(row->dynamic) : HAP_COUNT;
        if (row->since_v < 0 || row->until_v < 0) {
            grammar_fault(g, row, "no such version '%s'", row->since_v < 0 ? row->since : row->until);
            row->since_v = 0;
            row->until_v = HAP_COUNT - 1;
        }
        if (row->defines)
            grammar_symbol(g, row->defines);
        if (row->hook)
            grammar_hook(g, row->hook);
        for (unsigned j = 0; j < row->order_count; j++)
            grammar_order(g, row->order[j]);
        grammar_compile_sig(g, row);
    }
    for (unsigned i = 1; i < g->context_count; i++)
        for (unsigned j = 0; j < g->contexts[i].defines_count; j++)
            grammar_symbol(g, g->contexts[i].defines[j]);
}

int main(int argc, char **argv)
{
    struct grammar g = {0};

    if (argc < 6) {
        fprintf(stderr, "usage: mkgrammar IDS.h TABLE.c contexts.yaml types.yaml KEYWORDS.yaml...\n");
        return 2;
    }
    if (!grammar_load(&g, argv + 3, argc - 3))
        return 1;
    SHIFT(g.contexts, g.context_count);
    SHIFT(g.types, g.type_count);
    SHIFT(g.rows, g.row_count);
    compile_rows(&g);
    grammar_check(&g);
    if (!g.faults && (!rows_write(argv[1], grammar_emit_ids, &g) || !rows_write(argv[2], grammar_emit_table, &g)))
        return 1;
    if (g.faults) /* of the writing too */
        fprintf(stderr, "mkgrammar: %u faults\n", g.faults);
    return g.faults != 0;
}
