/* The changes: one for each cause, whatever it concerns; and their texts. */
#include "hacc/check/changes_parts.h"

#include "hacc/lang/quote.h"

#include <stdlib.h>

/* --- texts --- */

static void add_words(struct buf *out, const struct arg *args, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            buf_putc(out, ' ');
        if (args[i].flags & ARG_SECRET)
            buf_puts(out, "***");
        else if (args[i].flags & ARG_ENV)
            buf_add(out, args[i].text, args[i].len);
        else
            cfg_quote(out, args[i].text, args[i].len, true);
    }
}

void changes_line(struct buf *out, const struct directive *line)
{
    if (line->form != FORM_PLAIN)
        buf_puts(out, line->form == FORM_NO ? "no " : "default ");
    buf_add(out, line->name, line->name_len);
    if (line->arg_count && line->name_len)
        buf_putc(out, ' ');
    add_words(out, line->args, line->arg_count);
}

static const char *section_text(struct comparison *c, const struct section *section)
{
    const char *what = contexts[section->context].name;

    return section->name_len ? arena_printf(c->arena, "%s %.*s", what, (int)section->name_len, section->name) : what;
}

/* What a side says, as haproxy.cfg spells it. */
static const char *text_of(struct comparison *c, const struct about *about, int side)
{
    const struct option *option = about->option[side];
    const struct item *item = about->item[side];
    struct buf text;

    buf_init_in(&text, c->arena);
    if (about->option[OLD] || about->option[NEW]) {
        if (!option)
            return NULL;
        add_words(&text, option->arg, option->count);
    } else if (about->address[OLD] && about->address[NEW]) {
        add_words(&text, about->address[side], 1);
    } else if (item) {
        changes_line(&text, item->line);
    } else if (c->subject[side] && !about->item[OLD] && !about->item[NEW]) {
        return section_text(c, c->subject[side]->section);
    } else {
        return NULL;
    }
    return buf_text(&text);
}

/* The words of a new server's options, as `add server` takes them. */
static const char *options_of(struct comparison *c, const struct item *item, bool *secret)
{
    const struct option_set *options = effective_options(&c->side[NEW], item->base, item->line);
    struct buf text;

    buf_init_in(&text, c->arena);
    for (uint32_t i = 0; i < options->count; i++)
        for (uint32_t k = 0; k < options->at[i].count; k++) {
            if (text.len)
                buf_putc(&text, ' ');
            cfg_quote(&text, options->at[i].arg[k].text, options->at[i].arg[k].len, true);
            *secret |= options->at[i].arg[k].flags & ARG_SECRET;
        }
    return buf_text(&text);
}

/* Whether it is about an option of a server, or its address. */
static bool is_part(const struct about *about)
{
    return about->option[OLD] || about->option[NEW] || (about->address[OLD] && about->address[NEW]);
}

static const char *what_of(struct comparison *c, const struct about *about)
{
    const struct item *item = about->item[NEW] ? about->item[NEW] : about->item[OLD];
    struct buf text;

    if (!item)
        return section_text(c, (c->subject[NEW] ? c->subject[NEW] : c->subject[OLD])->section);
    if (!is_part(about))
        return item->line->kw->name;
    buf_init_in(&text, c->arena);
    buf_printf(&text, "%s '", item->line->kw->name);
    add_words(&text, item->line->args, 1);
    buf_putc(&text, '\'');
    return buf_text(&text);
}

/* --- what it is about --- */

static bool is_duration(const struct directive *line)
{
    const struct sig *sig = line->arg_count == 1 && line->kw->repeat != REPEAT_MANY ? sig_at(line->args->sig) : NULL;

    return sig && line->args->sig && sig->kind == SIG_PARAM &&
           (sig->type == TYPE_TIME || sig->type == TYPE_EXPLICIT_TIME);
}

/* Whether a line says where requests go, and what becomes of them. */
static bool is_route(const struct directive *line)
{
    const struct sig *first = line->arg_count && line->args->sig ? sig_at(line->args->sig) : NULL;

    if (keyword_rules(line->kw) || line->kw->phase || line->kw->order & (1u << ORDER_STICK | 1u << ORDER_PERSIST))
        return true;
    return first && first->kind == SIG_PARAM &&
           ((first->type == TYPE_REF && first->arg == SYMBOL_BACKEND) ||
            (first->type == TYPE_DEF && first->arg == SYMBOL_ACL));
}

static enum change_group group_of(const struct comparison *c, const struct about *about)
{
    const struct item *item = about->item[NEW] ? about->item[NEW] : about->item[OLD];
    const struct section *section = (c->subject[NEW] ? c->subject[NEW] : c->subject[OLD])->section;
    unsigned sides = section_sides(section);

    if (item && !item->base && is_duration(item->line))
        return CHANGES_TIMEOUTS;
    if (section->context == CONTEXT_GLOBAL || section->context == CONTEXT_NONE)
        return CHANGES_GLOBAL;
    if (!sides && section->context != CONTEXT_DEFAULTS)
        return CHANGES_SECTIONS;
    if (item && item->base)
        return CHANGES_SERVERS;
    if (item && is_route(item->line))
        return CHANGES_ROUTES;
    if (item && item->line->kw->side)
        return item->line->kw->side == SIDE_FRONTEND ? CHANGES_FRONTENDS : CHANGES_BACKENDS;
    return sides == SIDE_BACKEND ? CHANGES_BACKENDS : CHANGES_FRONTENDS;
}

static struct change_side side_of(const struct comparison *c, const struct about *about, int side)
{
    const struct item *item = about->item[side];
    const struct option *option = about->option[side];
    bool part = about->option[OLD] || about->option[NEW];
    struct change_side found = {.section = c->subject[side] ? c->subject[side]->section : NULL};

    if (item && line_is_server(item->line))
        found.server = item->line;
    if (part)
        found.line = option ? option->line : NULL;
    else
        found.line = item ? item->line : NULL;
    found.arg = part ? (option ? option->arg : NULL) : about->address[side];
    return found;
}

static struct span place_of(const struct change_side *side, bool whole)
{
    static const struct span nowhere;

    if (side->arg)
        return arg_span(side->arg);
    if (side->line)
        return side->line->at;
    return whole && side->section ? side->section->at : nowhere;
}

/* --- the list --- */

static struct found *add(struct comparison *c, enum change_group group)
{
    struct found *found = arena_zalloc(c->arena, sizeof(*found));

    found->change.group = group;
    *c->tail = found;
    c->tail = &found->next;
    c->count++;
    return found;
}

static void add_target(struct comparison *c, struct found *found, const struct change_side *old,
                       const struct change_side *new)
{
    struct change_target *target = arena_zalloc(c->arena, sizeof(*target));

    target->old = *old;
    target->new = *new;
    if (found->last)
        found->last->next = target;
    else
        found->change.first = target;
    found->last = target;
    found->change.target_count++;
}

/* Gives the key of what causes a change: the two lines, or options. */
static struct key cause_of(const struct comparison *c, const struct about *about, const struct change_side side[SIDES])
{
    uintptr_t cause[6] = {(uintptr_t)about->kind};

    for (int i = OLD; i < SIDES; i++) {
        cause[1 + i] = (uintptr_t)(side[i].arg ? (const void *)side[i].arg : (const void *)side[i].line);
        if (!about->item[OLD] && !about->item[NEW])
            cause[3 + i] = (uintptr_t)c->subject[i];
    }
    return key_of(cause, sizeof(cause));
}

void changes_add(struct comparison *c, const struct about *about)
{
    const struct change_side side[SIDES] = {side_of(c, about, OLD), side_of(c, about, NEW)};
    bool whole = !about->item[OLD] && !about->item[NEW];
    void **at = key_map_at(&c->causes, cause_of(c, about, side));
    struct found *found = *at;

    if (!found) {
        *at = found = add(c, group_of(c, about));
        found->change.kind = about->kind;
        found->change.way = about->way.way;
        found->change.why = about->way.why;
        found->change.part = is_part(about);
        found->change.what = what_of(c, about);
        found->change.old_text = text_of(c, about, OLD);
        found->change.new_text = text_of(c, about, NEW);
        found->change.old_at = place_of(&side[OLD], whole);
        found->change.new_at = place_of(&side[NEW], whole);
        found->change.above = about->above;
        if (about->way.way == CHANGE_SERVER_ADD)
            found->change.options = options_of(c, about->item[NEW], &found->change.secret);
    } else if (about->way.way == CHANGE_RELOAD && found->change.way != CHANGE_RELOAD) {
        found->change.way = CHANGE_RELOAD;
        found->change.why = about->way.why;
    }
    add_target(c, found, &side[OLD], &side[NEW]);
}

void changes_add_outside(struct comparison *c, const struct about_outside *about)
{
    static const struct change_side none;
    struct found *found = add(c, CHANGES_SYSTEM);

    found->change.kind = about->old_text && about->new_text ? CHANGE_CHANGED
                         : about->new_text                  ? CHANGE_ADDED
                                                            : CHANGE_REMOVED;
    found->change.way = CHANGE_OUTSIDE;
    found->change.what = about->new_text ? about->new_text : about->old_text;
    found->change.why = about->why;
    found->change.old_text = about->old_text;
    found->change.new_text = about->new_text;
    found->change.old_at = about->old_at;
    found->change.new_at = about->new_at;
    add_target(c, found, &none, &none);
}

static int compare_places(const void *pa, const void *pb)
{
    const struct found *const *a = pa, *const *b = pb;

    for (int i = 0; i < 3; i++)
        if ((*a)->order[i] != (*b)->order[i])
            return (*a)->order[i] < (*b)->order[i] ? -1 : 1;
    return 0;
}

const struct changes *changes_finish(struct comparison *c)
{
    struct changes *changes = arena_zalloc(c->arena, sizeof(*changes));
    struct found **order = arena_alloc(c->arena, (c->count + 1) * sizeof(*order));
    const struct change **tail = &changes->first;
    uint32_t i = 0;

    for (struct found *found = c->first; found; found = found->next) {
        struct span at = found->change.new_at.src ? found->change.new_at : found->change.old_at;

        found->order[0] = (uint32_t)found->change.group;
        found->order[1] = at.off;
        found->order[2] = i;
        order[i++] = found;
        changes->of[found->change.group]++;
        changes->reloads += found->change.way == CHANGE_RELOAD;
    }
    changes->count = c->count;
    if (c->count)
        qsort(order, c->count, sizeof(struct found *), compare_places);
    for (i = 0; i < c->count; i++) {
        *tail = &order[i]->change;
        tail = (const struct change **)&order[i]->change.next;
    }
    return changes;
}
