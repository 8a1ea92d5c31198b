#include "hacc/check/check.h"

static void check_section(struct config *config, const struct section *global, const struct section *above)
{
    for (const struct directive *d = global->first; d; d = d->next) {
        if (!(d->kw->flags & KW_FIRST))
            continue;
        diag_add(config->diags, RULE_ORDER, d->at, "put the global section that has it at the top",
                 "'%s' must stand above all sections but global ones", d->kw->name);
        diag_place(config->diags, above->at, "this one stands above it");
    }
}

void check_order(struct config *config)
{
    const struct section *above = NULL; /* the first section that is not global */

    for (const struct section *section = config->first; section; section = section->next) {
        if (section->context == CONTEXT_GLOBAL && above)
            check_section(config, section, above);
        else if (section->context != CONTEXT_GLOBAL && section->context != CONTEXT_NONE && !above)
            above = section;
    }
}
