/* Two lists of lines: what is new, gone, another, or stands elsewhere. Time is n log n. */
#include "hacc/check/changes_parts.h"

/* Lines at the beginning and at the end that are the same. Gives how many are left in between. */
static void trim(struct comparison *c, uint32_t *from, uint32_t to[SIDES])
{
    struct element *old = c->list[OLD].at, *new = c->list[NEW].at;

    to[OLD] = c->list[OLD].count;
    to[NEW] = c->list[NEW].count;
    for (*from = 0; *from < to[OLD] && *from < to[NEW] && key_same(old[*from].item->key, new[*from].item->key); ++*from)
        old[*from].other = new[*from].other = *from;
    for (; to[OLD] > *from && to[NEW] > *from && key_same(old[to[OLD] - 1].item->key, new[to[NEW] - 1].item->key);) {
        old[--to[OLD]].other = to[NEW] - 1;
        new[--to[NEW]].other = to[OLD];
    }
}

static struct key key_by(const struct item *item, bool identity)
{
    return identity ? item->identity : item->key;
}

/* Finds to each line of the old list one of the new list that says the same or, with `identity`, something else of the
 * same thing: to the first one the first. */
static void match(struct comparison *c, uint32_t from, const uint32_t to[SIDES], bool identity)
{
    struct element *old = c->list[OLD].at, *new = c->list[NEW].at;
    struct key_map map;

    key_map_init(&map, c->arena);
    for (uint32_t i = to[NEW]; i-- > from;) {
        void **first;

        if (new[i].other != NO_OTHER)
            continue;
        first = key_map_at(&map, key_by(new[i].item, identity));
        new[i].next = *first ? (uint32_t)((struct element *)*first - new) : NO_OTHER;
        *first = &new[i];
    }
    for (uint32_t i = from; i < to[OLD] && map.count; i++) {
        struct element *found = old[i].other == NO_OTHER ? key_map_find(&map, key_by(old[i].item, identity)) : NULL;

        while (found && found->other != NO_OTHER)
            found = found->next == NO_OTHER ? NULL : &new[found->next];
        if (!found)
            continue;
        old[i].other = (uint32_t)(found - new);
        found->other = i;
        if (found->next != NO_OTHER)
            *key_map_at(&map, key_by(found->item, identity)) = &new[found->next];
    }
}

/* Marks the fewest lines without which the others are in the same order: all but a longest ascending sequence of their
 * new places. Source of the method: patience sorting. */
static void find_moves(struct comparison *c, uint32_t from, const uint32_t to[SIDES])
{
    struct element *old = c->list[OLD].at;
    uint32_t most = to[OLD] - from, length = 0;
    uint32_t *ends = arena_alloc(c->arena, (most + 1) * sizeof(*ends)); /* of sequences, by their length */
    uint32_t *before = arena_alloc(c->arena, (most + 1) * sizeof(*before));

    for (uint32_t i = from; i < to[OLD]; i++) {
        uint32_t low = 0, high = length;

        if (old[i].other == NO_OTHER)
            continue;
        while (low < high) {
            uint32_t middle = (low + high) / 2;

            if (old[ends[middle]].other < old[i].other)
                low = middle + 1;
            else
                high = middle;
        }
        before[i - from] = low ? ends[low - 1] : NO_OTHER;
        ends[low] = i;
        length += low == length;
        old[i].moved = true;
    }
    for (uint32_t i = length ? ends[length - 1] : NO_OTHER; i != NO_OTHER; i = before[i - from])
        old[i].moved = false;
    for (uint32_t i = from; i < to[OLD]; i++)
        if (old[i].other != NO_OTHER)
            c->list[NEW].at[old[i].other].moved = old[i].moved;
}

static bool is_ordered(const struct element *element)
{
    return !(element->item->line->kw->flags & KW_UNORDERED);
}

static void count_above(struct element_list *list)
{
    uint32_t above = 0;

    for (uint32_t i = 0; i < list->count; i++) {
        list->at[i].above = above;
        above += is_ordered(&list->at[i]);
    }
}

static void add(struct comparison *c, enum change_kind kind, const struct item *old, const struct item *new)
{
    struct about about = {.kind = kind, .item = {old, new}};
    const struct item *any = new ? new : old;

    about.way = directive_is_server(any->line) ? way_of_server(c, old, new) : way_of_line(any->line);
    changes_add(c, &about);
}

/* A line of the old list and one of the new list where nothing else of either stands in between. */
static void add_replaced(struct comparison *c, const struct item *old, const struct item *new)
{
    if (old->base && new->base && server_same(c, old, new)) {
        add(c, CHANGE_RENAMED, old, new);
    } else if (old->line->kw->id == new->line->kw->id && !old->base && !new->base) {
        add(c, CHANGE_CHANGED, old, new);
    } else {
        add(c, CHANGE_REMOVED, old, NULL);
        add(c, CHANGE_ADDED, NULL, new);
    }
}

static void add_moved(struct comparison *c, const struct element *old, uint32_t to)
{
    struct about about = {.kind = CHANGE_MOVED, .item = {old->item, c->list[NEW].at[to].item}};

    about.above = to ? c->list[NEW].at[to - 1].item->line : NULL;
    about.way = directive_is_server(old->item->line) ? way_of_server(c, about.item[OLD], about.item[NEW])
                                                     : way_of_line(old->item->line);
    changes_add(c, &about);
}

/* Lines that both lists have, or whose things they have. One of a set has moved where it stands on another side of a
 * line whose order counts: errorfile and errorfiles. */
static void add_matched(struct comparison *c, uint32_t from, uint32_t to)
{
    count_above(&c->list[OLD]);
    count_above(&c->list[NEW]);
    for (uint32_t i = from; i < to; i++) {
        const struct element *old = &c->list[OLD].at[i];
        const struct element *new = old->other == NO_OTHER ? NULL : &c->list[NEW].at[old->other];

        if (!new)
            continue;
        if (old->moved && (is_ordered(old) || old->above != new->above))
            add_moved(c, old, old->other);
        if (key_same(old->item->key, new->item->key))
            continue;
        if (old->item->base && new->item->base)
            compare_servers(c, old->item, new->item);
        else
            add(c, CHANGE_CHANGED, old->item, new->item);
    }
}

/* Lines that one list alone has: those between the same neighbours take each other's place. */
static void add_others(struct comparison *c, uint32_t from, const uint32_t to[SIDES])
{
    const struct element *old = c->list[OLD].at, *new = c->list[NEW].at;
    uint32_t i = from, j = from;

    while (i < to[OLD] || j < to[NEW]) {
        bool gone = i < to[OLD] && old[i].other == NO_OTHER, come = j < to[NEW] && new[j].other == NO_OTHER;

        if (i < to[OLD] && old[i].moved) {
            i++;
        } else if (j < to[NEW] && new[j].moved) {
            j++;
        } else if (gone && come) {
            add_replaced(c, old[i++].item, new[j++].item);
        } else if (gone) {
            add(c, CHANGE_REMOVED, old[i++].item, NULL);
        } else if (come) {
            add(c, CHANGE_ADDED, NULL, new[j++].item);
        } else { /* the same line on both sides */
            i++;
            j++;
        }
    }
}

void compare_lists(struct comparison *c)
{
    uint32_t from, to[SIDES];

    trim(c, &from, to);
    if (from == to[OLD] && from == to[NEW])
        return;
    match(c, from, to, false);
    match(c, from, to, true);
    find_moves(c, from, to);
    add_matched(c, from, to[OLD]);
    add_others(c, from, to);
}
