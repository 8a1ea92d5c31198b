/* crt-store sections: certificates that are loaded twice, directories below what they are for. Source: asked of the
 * binaries. */
#include "hacc/check/check.h"

#include <stdlib.h>
#include <string.h>

/* A certificate as bind lines call it. */
struct certificate {
    const char *name; /* @STORE/NAME; the file alone where neither store nor certificate has a name */
    const struct arg *at;
    uint32_t number; /* of those loaded */
};

static int compare(const void *a, const void *b)
{
    const struct certificate *first = a, *second = b;
    int order = strcmp(first->name, second->name);

    return order ? order : first->number < second->number ? -1 : 1;
}

/* Gives what names the certificate that a line loads; NULL where only a variable's value tells. */
static const struct arg *naming(const struct directive *load)
{
    const struct arg *alias = directive_option_value(load, KW_CRT_LOAD_ALIAS);
    const struct arg *at = alias ? alias : directive_option_value(load, KW_CRT_LOAD_CRT);

    return at && !(at->flags & ARG_ENV) ? at : NULL;
}

/* Whether the line loads a certificate whose name is known. Of branches of .if nothing is said. */
static bool is_load(const struct section *section, const struct directive *d)
{
    return d->kw->id == KW_CRT_STORE_LOAD && !section->name_env && !d->condition && naming(d);
}

static struct certificate certificate_of(const struct config *config, const struct section *section,
                                         const struct directive *load, uint32_t number)
{
    const struct arg *at = naming(load);
    bool file = !section->name_len && !directive_option(load, KW_CRT_LOAD_ALIAS);

    return (struct certificate){arena_printf(config->arena, "%s%.*s%s%.*s", file ? "" : "@", (int)section->name_len,
                                             section->name, file ? "" : "/", (int)at->len, at->text),
                                at, number};
}

/* Directories are for all that a section loads. Gives how many certificates it loads under names that are known. */
static uint32_t check_order_of(struct config *config, const struct section *section)
{
    const struct directive *load = NULL;
    uint32_t count = 0;

    for (const struct directive *d = section->first; d; d = d->next) {
        count += is_load(section, d);
        if (d->kw->id == KW_CRT_STORE_LOAD) {
            load = load ? load : d;
        } else if (load && (d->kw->id == KW_CRT_STORE_CRT_BASE || d->kw->id == KW_CRT_STORE_KEY_BASE)) {
            diag_add(config->diags, RULE_ORDER, d->at, "put it at the top of the section",
                     "'%s' must stand above the lines that load certificates", d->kw->name);
            diag_place(config->diags, load->at, "this one stands above it");
        }
    }
    return count;
}

void check_stores(struct config *config)
{
    struct certificate *all;
    uint32_t count = 0, at = 0;

    for (const struct section *section = config->first; section; section = section->next)
        count += section->context == CONTEXT_CRT_STORE ? check_order_of(config, section) : 0;
    if (count < 2)
        return;
    all = arena_alloc(config->arena, count * sizeof(*all));
    for (const struct section *section = config->first; section; section = section->next)
        for (const struct directive *d = section->first; d && section->context == CONTEXT_CRT_STORE; d = d->next)
            if (is_load(section, d)) {
                all[at] = certificate_of(config, section, d, at);
                at++;
            }
    qsort(all, count, sizeof(*all), compare);
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(all[i - 1].name, all[i].name) != 0)
            continue;
        diag_add(config->diags, RULE_DUPLICATE_NAME, arg_span(all[i].at), "give one of them an alias",
                 "certificate '%s' is loaded twice", all[i].name);
        diag_place(config->diags, arg_span(all[i - 1].at), "loaded here before");
    }
}
