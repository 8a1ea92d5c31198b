/* Lines of one keyword that stand in each other's way, where HAProxy says so: by the row's field `again`. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

/* Gives what a line sets, 0 for nothing as for what HAProxy takes for nothing, 1 for what is no number. *known: false
 * where the environment gives it. */
static int64_t value_of(const struct directive *line, bool *known)
{
    const struct arg *arg = line && line->form == FORM_PLAIN && line->arg_count ? &line->args[0] : NULL;
    int64_t value = 0;

    if (!arg)
        return 0;
    if (arg->flags & (ARG_ENV | ARG_POISON))
        *known = false;
    else if (arg->sig && sig_at(arg->sig)->type == TYPE_TIME)
        time_parse(arg->text, arg->len, (enum time_unit)sig_at(arg->sig)->unit, &value);
    else if (!size_parse(arg->text, arg->len, &value))
        value = 1;
    return value;
}

/* The first one counts: HAProxy passes over those below it, and over those of a proxy whose defaults have one. */
static void report_ignored(struct lint *lint, const struct directive *d, const struct directive *counts)
{
    diag_add(lint->config->diags, RULE_DUPLICATE_IGNORED, d->at, "keep one of them",
             "HAProxy ignores this '%s': there is one already", d->kw->name);
    diag_place(lint->config->diags, counts->at, "this one counts");
    lint_fix_remove(lint, d);
}

static void report_overwritten(struct lint *lint, const struct directive *d, const struct directive *before)
{
    diag_add(lint->config->diags, RULE_REPEATED_KEYWORD, d->at, "keep one of them",
             "this '%s' takes the place of the one above", d->kw->name);
    diag_place(lint->config->diags, before->at, "this one has no effect");
}

/* What stands in a section of the lines of one keyword, while they are gone through. */
struct standing {
    const struct directive *line; /* in force so far; NULL: none */
    uint32_t number;              /* of the section; another one: stale */
};

static void check_line(struct lint *lint, const struct directive *d, struct standing *standing)
{
    const struct directive *inherited = lint_inherited(lint, d->kw->id);
    const struct directive *before = standing->number == lint->number ? standing->line : inherited;
    bool known = true;
    int64_t now = value_of(before, &known), at_first = value_of(inherited, &known);

    if (d->kw->again == AGAIN_FIRST && now && known)
        report_ignored(lint, d, before);
    else if (d->kw->again == AGAIN_LAST && now != at_first && known)
        report_overwritten(lint, d, before);
    if (d->kw->again == AGAIN_LAST || !now)
        *standing = (struct standing){d, lint->number};
}

/* Settings that a defaults section replaces are told of where it is the first one that counts. */
void lint_repeated(struct lint *lint)
{
    bool proxy = lint->frontend || lint->backend;

    if (!lint->sure)
        return;
    if (!lint->standing)
        lint->standing = arena_zalloc(lint->config->arena, KW_COUNT * sizeof(*lint->standing));
    for (const struct directive *d = lint->section->first; d; d = d->next)
        if (d->kw->again && (proxy || d->kw->again == AGAIN_FIRST) && !lint_is_misplaced(lint, d->kw))
            check_line(lint, d, &lint->standing[d->kw->id]);
}
