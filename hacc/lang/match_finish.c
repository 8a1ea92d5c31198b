#include "hacc/lang/hooks.h"
#include "hacc/lang/match.h"

#include <string.h>

static bool names(const char *const *list, const char *name)
{
    while (list && *list && strcmp(*list, name) != 0)
        list++;
    return list && *list;
}

static bool exclude_each_other(const struct keyword *a, const struct keyword *b)
{
    return (a->group && b->group && strcmp(a->group, b->group) == 0) || names(a->exclude, b->name) ||
           names(b->exclude, a->name);
}

/* Options that exclude each other or may stand once only. Directives are short: a pair of loops does. */
static void check_options(struct match *match)
{
    for (uint32_t i = 0; i < match->count; i++) {
        const struct arg *a = &match->args[i];
        const struct keyword *ka = &keywords[a->row];

        if (!(a->flags & ARG_HEAD))
            continue;
        for (uint32_t j = 0; j < i; j++) {
            const struct arg *b = &match->args[j];
            const struct keyword *kb = &keywords[b->row];
            bool same = a->row == b->row;

            if (!(b->flags & ARG_HEAD) || !(same ? ka->repeat == REPEAT_ONCE : exclude_each_other(ka, kb)))
                continue;
            match->failed = true;
            if (same)
                diag_add(match->lang->diags, RULE_DUPLICATE_KEYWORD, arg_span(a), NULL, "'%s' may stand only once",
                         ka->name);
            else
                diag_add(match->lang->diags, RULE_DUPLICATE_KEYWORD, arg_span(a), NULL,
                         "'%s' and '%s' exclude each other", kb->name, ka->name);
            diag_place(match->lang->diags, arg_span(b), "the other one is here");
            break;
        }
    }
}

/* What the row needs may stand before it too. Of an option that lacks several things the first is said: it stands with
 * the wrong ones. */
static void check_required(struct match *match, const struct keyword *kw)
{
    for (const char *const *name = kw->require; *name && !(match->row && match->failed); name++) {
        bool found = false;

        for (uint32_t i = 0; i < match->count && !found; i++)
            found = match->args[i].flags & ARG_HEAD && keyword_fulfils(&keywords[match->args[i].row], *name);
        if (!found)
            match_require(match, kw, *name);
    }
}

/* What actions and other options need beside them, and their hooks. */
static void check_rows(struct match *match)
{
    for (uint32_t i = 0; i < match->count && !match->failed; i++) {
        const struct keyword *row = &keywords[match->args[i].row];

        if (!(match->args[i].flags & ARG_HEAD))
            continue;
        match->row = match->args[i].row;
        if (row->require)
            check_required(match, row);
        if (row->hook)
            hook_table[row->hook](match, row, arg_span(&match->args[i]));
    }
    match->row = 0;
}

/* Gives the parameter of a sequence that names the section's own thing when it is left out; 0: none. */
static uint16_t find_own(uint16_t at)
{
    uint16_t found = 0;

    for (; at && !found; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        found = sig->kind != SIG_PARAM ? find_own(sig->first) : sig->type == TYPE_OWN ? at : 0;
    }
    return found;
}

/* Notes that a keyword, or an option (row) that stands, needs the section's own thing. */
static void note_own(struct match *match, const struct keyword *kw, uint16_t row, struct span at)
{
    uint16_t own = find_own(kw->sig);

    for (uint32_t i = 0; i < match->count; i++)
        if (match->args[i].row == row && match->args[i].sig == own)
            return;
    lang_ref(match->lang, (enum symbol_kind)sig_at(own)->arg, "", 0, at);
}

static void note_own_rows(struct match *match)
{
    for (uint32_t i = 0; i < match->count; i++) {
        const struct keyword *row = &keywords[match->args[i].row];

        if (match->args[i].flags & ARG_HEAD && row->flags & KW_OWN)
            note_own(match, row, match->args[i].row, arg_span(&match->args[i]));
    }
}

/* What the keyword needs to be exposed, and what it exposes. */
static void check_exposed(struct match *match, const struct keyword *kw)
{
    struct lang *lang = match->lang;

    if (!lang_exposed(lang, kw->expose, match->at, kw->name))
        match->failed = true;
    if (kw->id == KW_GLOBAL_EXPOSE_EXPERIMENTAL_DIRECTIVES)
        lang->exposed |= EXPOSE_EXPERIMENTAL;
    else if (kw->id == KW_GLOBAL_EXPOSE_DEPRECATED_DIRECTIVES)
        lang->exposed |= EXPOSE_DEPRECATED;
}

bool match_finish(struct match *match, const struct keyword *kw)
{
    if (match->failed)
        return false;
    if (match->recheck)
        check_options(match);
    if (match->unchecked)
        return !match->failed;
    if (match->recheck) {
        if (!match->failed)
            check_rows(match);
        note_own_rows(match);
    }
    if (kw->flags & KW_OWN)
        note_own(match, kw, 0, match->at);
    if (kw->require)
        check_required(match, kw);
    check_exposed(match, kw);
    if (kw->hook)
        hook_table[kw->hook](match, kw, match->at);
    return !match->failed;
}
