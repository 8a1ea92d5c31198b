#include "hacc/check/check.h"

#include <string.h>

/* The first directive of the same keyword, unless a condition's branches lie between: they may exclude each other. */
static const struct directive *find_first(const struct section *section, const struct directive *last)
{
    const struct directive *first = NULL;

    for (const struct directive *d = section->first; d != last; d = d->next) {
        if (directive_is_dot(d))
            first = NULL;
        else if (!first && d->kw->id == last->kw->id)
            first = d;
    }
    return first;
}

void check_once(struct config *config)
{
    for (const struct section *section = config->first; section; section = section->next) {
        for (const struct directive *d = section->onces > 1 ? section->first : NULL; d; d = d->next) {
            const struct directive *first = d->kw->repeat == REPEAT_ONCE ? find_first(section, d) : NULL;

            if (!first)
                continue;
            diag_add(config->diags, RULE_DUPLICATE_KEYWORD, d->at, NULL, "'%s' may stand only once in a section",
                     d->kw->name);
            diag_place(config->diags, first->at, "the first one is here");
        }
    }
}
