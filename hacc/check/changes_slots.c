/* The slots of a subject: what it says itself, over what it has of its defaults. */
#include "hacc/check/changes_parts.h"

#include <string.h>

static void push(struct comparison *c, struct slot_list *list, struct slot *slot)
{
    if (list->count == list->cap)
        list->at = arena_extend(c->arena, list->at, list->count, &list->cap, 64, sizeof(*list->at));
    list->at[list->count++] = slot;
}

/* Whether a line takes back what is set: `no option …` in a proxy, where no option is on by itself, `enabled`. */
static bool switches_off(const struct item *item)
{
    const struct directive *line = item->line;

    return line->form == FORM_DEFAULT || line->kw->id == KW_DEFAULTS_ENABLED || line->kw->id == KW_PEERS_ENABLED ||
           (line->form == FORM_NO && contexts[item->section->context].proxy != PROXY_NONE);
}

static void take_setting(struct slot_state *state, uint32_t number, const struct item *item,
                         const struct item *inherited)
{
    const struct item *now = state->seen == number ? state->setting : inherited;
    bool off = switches_off(item);

    if (item->line->kw->again == AGAIN_FIRST && now)
        return;
    if (item->slot->alternatives && item->line->form == FORM_NO && now && now->line->kw->id != item->line->kw->id)
        return; /* it takes back itself alone */
    state->seen = number;
    state->setting = off ? NULL : item;
}

static void take_list(struct slot_state *state, uint32_t number, struct item *item)
{
    if (state->seen != number || item->line->form == FORM_NO)
        state->first = state->last = NULL;
    state->cleared = item->line->form == FORM_NO || (state->seen == number && state->cleared);
    state->seen = number;
    if (item->line->form == FORM_NO)
        return;
    item->next = NULL;
    if (state->last)
        state->last->next = item;
    else
        state->first = item;
    state->last = item;
}

/* Whether the half of a proxy that heeds the line is not there. */
static bool is_misplaced(const struct item *item, unsigned sides)
{
    return sides && item->line->kw->side && !(item->line->kw->side & sides);
}

/* --- of the defaults --- */

static void take_inherited(struct comparison *c, int side, struct item *item)
{
    struct slot *slot = item->slot;

    if (is_misplaced(item, c->base_sides))
        return;
    if (slot->base[OLD].seen != c->base_number && slot->base[NEW].seen != c->base_number)
        push(c, &c->inherited, slot);
    if (slot->list)
        take_list(&slot->base[side], c->base_number, item);
    else
        take_setting(&slot->base[side], c->base_number, item, NULL);
}

/* Takes the lines of a defaults section behind those of the defaults that it takes its own settings from. */
static void inherit(struct comparison *c, int side, const struct section *defaults)
{
    struct effective *effective = &c->side[side];
    const struct section **chain = NULL;
    uint32_t depth = 0, cap = 0;

    for (; defaults; defaults = defaults->defaults) {
        if (depth == cap)
            chain = arena_extend(c->arena, chain, depth, &cap, 4, sizeof(*chain));
        chain[depth++] = defaults;
    }
    while (depth--) {
        const struct item_range range = effective->ranges[chain[depth]->number];

        for (uint32_t i = range.from; i < range.to; i++)
            take_inherited(c, side, &effective->items[i]);
    }
}

static const struct slot_state *base_state(const struct comparison *c, const struct slot *slot, int side)
{
    return slot->base[side].seen == c->base_number ? &slot->base[side] : NULL;
}

/* The same, of what is left of it in the subject at hand. */
static const struct slot_state *left_state(const struct comparison *c, const struct slot *slot, int side)
{
    return slot->dropped && c->says[side][slot->family] ? NULL : base_state(c, slot, side);
}

static bool same_base(const struct comparison *c, const struct slot *slot)
{
    const struct slot_state *old = base_state(c, slot, OLD), *new = base_state(c, slot, NEW);
    const struct item *a = old ? slot->list ? old->first : old->setting : NULL;
    const struct item *b = new ? slot->list ? new->first : new->setting : NULL;

    if (!slot->list)
        return (!a && !b) || (a && b && key_same(a->key, b->key));
    for (; a && b && key_same(a->key, b->key); a = a->next, b = b->next)
        ;
    return !a && !b;
}

static const struct section *base_of(const struct subject *subject)
{
    return subject && section_sides(subject->section) ? subject->section->defaults : NULL;
}

static void begin_base(struct comparison *c)
{
    const struct section *old = base_of(c->subject[OLD]), *new = base_of(c->subject[NEW]);
    const struct subject *any = c->subject[NEW] ? c->subject[NEW] : c->subject[OLD];
    unsigned sides = section_sides(any->section);

    if (c->base_number && old == c->base[OLD] && new == c->base[NEW] && sides == c->base_sides)
        return;
    c->base[OLD] = old;
    c->base[NEW] = new;
    c->base_sides = sides;
    c->base_number++;
    c->inherited.count = c->differing.count = 0;
    inherit(c, OLD, old);
    inherit(c, NEW, new);
    for (uint32_t i = 0; i < c->inherited.count; i++) {
        struct slot *slot = c->inherited.at[i];

        if (same_base(c, slot))
            continue;
        slot->changed = c->base_number;
        push(c, &c->differing, slot);
    }
}

/* --- of the subject --- */

static void take_own(struct comparison *c, int side, struct item *item)
{
    struct slot *slot = item->slot;
    const struct slot_state *base = base_state(c, slot, side);

    if (is_misplaced(item, section_sides(item->section)))
        return;
    if (slot->touched != c->number)
        push(c, &c->touched, slot);
    slot->touched = c->number;
    c->says[side][slot->family] = true;
    if (slot->list)
        take_list(&slot->own[side], c->number, item);
    else
        take_setting(&slot->own[side], c->number, item, base ? base->setting : NULL);
}

static void take_sections(struct comparison *c, int side)
{
    const struct subject *subject = c->subject[side];
    struct effective *effective = &c->side[side];

    for (uint32_t i = 0; subject && i < subject->count; i++) {
        const struct item_range range = effective->ranges[subject->sections[i]->number];

        for (uint32_t k = range.from; k < range.to; k++)
            take_own(c, side, &effective->items[k]);
    }
}

void comparison_begin(struct comparison *c, const struct subject *old, const struct subject *new)
{
    c->subject[OLD] = old;
    c->subject[NEW] = new;
    c->number++;
    c->touched.count = 0;
    memset(c->says, 0, sizeof(c->says));
    c->off = old && section_sides(old->section) && proxy_is_off(old->section);
    begin_base(c);
    take_sections(c, OLD);
    take_sections(c, NEW);
}

static const struct slot_state *own_state(const struct comparison *c, const struct slot *slot, int side)
{
    return slot->own[side].seen == c->number ? &slot->own[side] : NULL;
}

const struct item *setting_of(const struct comparison *c, const struct slot *slot, int side)
{
    const struct slot_state *state = own_state(c, slot, side);

    if (!state)
        state = left_state(c, slot, side);
    return state ? state->setting : NULL;
}

const struct item *setting_find(const struct comparison *c, int side, enum keyword_id id)
{
    const struct slot *slot = effective_slot(&c->slots, id);

    return slot ? setting_of(c, slot, side) : NULL;
}

static void push_items(struct comparison *c, struct element_list *list, const struct slot_state *state)
{
    for (const struct item *item = state ? state->first : NULL; item; item = item->next) {
        if (list->count == list->cap)
            list->at = arena_extend(c->arena, list->at, list->count, &list->cap, 64, sizeof(*list->at));
        list->at[list->count++] = (struct element){.item = item, .other = NO_OTHER};
    }
}

void list_collect(struct comparison *c, const struct slot *slot, int side, bool inherited)
{
    const struct slot_state *own = own_state(c, slot, side);

    c->list[side].count = 0;
    if (inherited && !(own && own->cleared))
        push_items(c, &c->list[side], left_state(c, slot, side));
    push_items(c, &c->list[side], own);
}

static void compare_slot(struct comparison *c, const struct slot *slot)
{
    const struct slot_state *old = own_state(c, slot, OLD), *new = own_state(c, slot, NEW);
    struct about about = {.kind = CHANGE_CHANGED, .item = {setting_of(c, slot, OLD), setting_of(c, slot, NEW)}};
    const struct item *const *item = about.item;

    if (slot->list) { /* what both sides inherit alike stands above all that is their own */
        bool inherited =
            slot->changed == c->base_number || slot->dropped || (old && old->cleared) || (new &&new->cleared);

        list_collect(c, slot, OLD, inherited);
        list_collect(c, slot, NEW, inherited);
        compare_lists(c);
        return;
    }
    if ((!item[OLD] && !item[NEW]) || (item[OLD] && item[NEW] && key_same(item[OLD]->key, item[NEW]->key)))
        return;
    if (!item[OLD] || !item[NEW])
        about.kind = item[NEW] ? CHANGE_ADDED : CHANGE_REMOVED;
    about.way = way_of_setting(c, item[OLD], item[NEW]);
    changes_add(c, &about);
}

/* What both sides inherit alike, and one of them drops. */
static void compare_dropped(struct comparison *c)
{
    bool any = false;

    for (int family = FAMILY_NONE + 1; family < FAMILIES; family++)
        any |= c->says[OLD][family] != c->says[NEW][family];
    for (uint32_t i = 0; any && i < c->inherited.count; i++) {
        const struct slot *slot = c->inherited.at[i];

        if (slot->dropped && slot->touched != c->number && slot->changed != c->base_number)
            compare_slot(c, slot);
    }
}

void compare_slots(struct comparison *c)
{
    for (uint32_t i = 0; i < c->touched.count; i++)
        compare_slot(c, c->touched.at[i]);
    for (uint32_t i = 0; i < c->differing.count; i++)
        if (c->differing.at[i]->touched != c->number)
            compare_slot(c, c->differing.at[i]);
    compare_dropped(c);
}

/* --- all of it --- */

static void add_content(struct comparison *c, struct key *content, const struct slot *slot, int side)
{
    const struct item *item = slot->list ? NULL : setting_of(c, slot, side);
    struct key key = {0, 0};

    if (item) {
        key_add(content, key_join(slot->key, item->key));
        return;
    }
    if (!slot->list)
        return;
    list_collect(c, slot, side, true);
    for (uint32_t i = 0; i < c->list[side].count; i++) {
        item = c->list[side].at[i].item;
        if (item->line->kw->flags & KW_UNORDERED)
            key_add(&key, item->key);
        else
            key = key_join(key, item->key);
    }
    if (c->list[side].count)
        key_add(content, key_join(slot->key, key));
}

struct key content_of(struct comparison *c, int side)
{
    struct key content = {0, 0};

    for (uint32_t i = 0; i < c->touched.count; i++)
        add_content(c, &content, c->touched.at[i], side);
    for (uint32_t i = 0; i < c->inherited.count; i++)
        if (c->inherited.at[i]->touched != c->number)
            add_content(c, &content, c->inherited.at[i], side);
    return content;
}
