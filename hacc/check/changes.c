#include "hacc/check/changes_parts.h"

#include "hacc/model/sysctl.h"

#include <stdlib.h>

/* The same subject on both sides; NULL: one side has none. */
struct pair {
    struct subject *of[SIDES];
    uint32_t number;
};

/* --- which subject is which --- */

static void pair_names(struct comparison *c)
{
    for (struct subject *old = c->side[OLD].first; old; old = old->next) {
        old->other = key_map_find(&c->side[NEW].subjects, old->key);
        if (old->other)
            old->other->other = old;
    }
}

static void note_content(struct comparison *c, struct subject *subject, int side)
{
    comparison_begin(c, side == OLD ? subject : NULL, side == NEW ? subject : NULL);
    subject->content = content_of(c, side);
    if (subject->content.low || subject->content.high)
        subject->content = key_join(subject->content, name_key(subject->section->context, "", 0));
}

/* Notes under which names the sections are known that have another one now. Gives whether there are such. */
static bool note_renamed(struct comparison *c, struct key_map *renamed, const struct subject *old)
{
    const struct section *from = old->section, *to = old->other->section;
    const unsigned kinds[] = {contexts[from->context].defines[0], contexts[from->context].defines[1], SYMBOL_TABLE};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (kinds[i] != SYMBOL_NONE)
            *key_map_at(renamed, name_key(kinds[i], from->name, from->name_len)) =
                arena_strndup(c->arena, to->name, to->name_len);
    return true;
}

/* Finds sections that have another name and say the same. Gives whether there are such. */
static bool pair_contents(struct comparison *c, struct key_map *renamed)
{
    struct key_map contents;
    bool any = false;

    key_map_init(&contents, c->arena);
    for (struct subject *new = c->side[NEW].first; new; new = new->next) {
        if (new->other)
            continue;
        note_content(c, new, NEW);
        if (new->content.low || new->content.high)
            *key_map_at(&contents, new->content) = new;
    }
    for (struct subject *old = c->side[OLD].first; old && contents.count; old = old->next) {
        struct subject *new;

        if (old->other)
            continue;
        note_content(c, old, OLD);
        new = key_map_find(&contents, old->content);
        if (!new || new->other)
            continue;
        old->other = new;
        new->other = old;
        any = note_renamed(c, renamed, old);
    }
    return any;
}

/* Sections whose lines name others that have been renamed may have been renamed themselves. */
static void pair_subjects(struct comparison *c)
{
    struct key_map *renamed = arena_alloc(c->arena, sizeof(*renamed));

    key_map_init(renamed, c->arena);
    pair_names(c);
    for (int round = 0; round < 2 && pair_contents(c, renamed); round++)
        effective_rename(&c->side[OLD], renamed);
}

/* --- one beside the other --- */

static void compare_pair(struct comparison *c, const struct pair *pair)
{
    const struct subject *old = pair->of[OLD], *new = pair->of[NEW];
    struct about about = {.kind = !old ? CHANGE_ADDED : !new ? CHANGE_REMOVED : CHANGE_RENAMED};

    comparison_begin(c, old, new);
    if (contexts[(new ? new : old)->section->context].names == NAMES_NONE) { /* global: as good as one without lines */
        compare_slots(c);
    } else if (!old || !new || !key_same(old->key, new->key)) {
        about.way = way_of_section((new ? new : old)->section);
        changes_add(c, &about);
    } else {
        compare_slots(c);
    }
}

static uint32_t defaults_of(const struct subject *subject)
{
    return subject && subject->section->defaults ? subject->section->defaults->number + 1 : 0;
}

/* Pairs that start from the same defaults stand side by side. */
static int compare_bases(const void *pa, const void *pb)
{
    const struct pair *a = pa, *b = pb;

    for (int side = OLD; side < SIDES; side++)
        if (defaults_of(a->of[side]) != defaults_of(b->of[side]))
            return defaults_of(a->of[side]) < defaults_of(b->of[side]) ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static void compare_subjects(struct comparison *c)
{
    uint32_t count = 0, most = c->side[OLD].config->section_count + c->side[NEW].config->section_count;
    struct pair *pairs = arena_zalloc(c->arena, (most + 1) * sizeof(*pairs));

    for (struct subject *new = c->side[NEW].first; new; new = new->next)
        pairs[count] = (struct pair){{new->other, new}, count}, count++;
    for (struct subject *old = c->side[OLD].first; old; old = old->next)
        if (!old->other)
            pairs[count] = (struct pair){{old, NULL}, count}, count++;
    if (count)
        qsort(pairs, count, sizeof(*pairs), compare_bases);
    for (uint32_t i = 0; i < count; i++)
        compare_pair(c, &pairs[i]);
}

/* --- outside of haproxy.cfg --- */

static const char *sysctl_text(struct comparison *c, const struct sysctl *sysctl)
{
    if (!sysctl)
        return NULL;
    return arena_printf(c->arena, "%s = %s", sysctl->name, sysctl->secret ? "***" : sysctl->value);
}

static void add_sysctl(struct comparison *c, const struct sysctl *old, const struct sysctl *new)
{
    const struct about_outside about = {.old_text = sysctl_text(c, old),
                                        .new_text = sysctl_text(c, new),
                                        .old_at = old ? old->at : (struct span){0, 0, 0},
                                        .new_at = new ? new->at : (struct span){0, 0, 0},
                                        .why = "a setting of the kernel"};

    changes_add_outside(c, &about);
}

static struct key key_of_sysctl(const struct sysctl *sysctl)
{
    return key_of(sysctl->name, strlen(sysctl->name));
}

static void compare_sysctls(struct comparison *c)
{
    struct key_map map, other;

    key_map_init(&map, c->arena);
    key_map_init(&other, c->arena);
    for (struct sysctl *old = c->side[OLD].config->sysctls; old; old = old->next)
        *key_map_at(&map, key_of_sysctl(old)) = old;
    for (struct sysctl *new = c->side[NEW].config->sysctls; new; new = new->next) {
        const struct sysctl *old = key_map_find(&map, key_of_sysctl(new));

        *key_map_at(&other, key_of_sysctl(new)) = new;
        if (!old || strcmp(old->value, new->value) != 0)
            add_sysctl(c, old, new);
    }
    for (struct sysctl *old = c->side[OLD].config->sysctls; old; old = old->next)
        if (!key_map_find(&other, key_of_sysctl(old)))
            add_sysctl(c, old, NULL);
}

static const char *tproxy_text(struct comparison *c, const struct tproxy *tproxy)
{
    if (!tproxy->wanted)
        return NULL;
    return arena_printf(c->arena, "transparent mode, mark %u, table %u", tproxy->mark, tproxy->table);
}

static void compare_tproxy(struct comparison *c)
{
    const struct tproxy *old = &c->side[OLD].config->tproxy, *new = &c->side[NEW].config->tproxy;
    const struct about_outside about = {.old_text = tproxy_text(c, old),
                                        .new_text = tproxy_text(c, new),
                                        .old_at = old->at,
                                        .new_at = new->at,
                                        .why = "packet marks and routes of the kernel"};

    if (old->wanted != new->wanted || (old->wanted && (old->mark != new->mark || old->table != new->table)))
        changes_add_outside(c, &about);
}

const struct changes *changes_find(const struct config *old, const struct config *new, struct arena *arena)
{
    struct comparison *c = arena_zalloc(arena, sizeof(*c));

    c->arena = arena;
    c->tail = &c->first;
    key_map_init(&c->slots, arena);
    key_map_init(&c->causes, arena);
    effective_read(&c->side[OLD], old, &c->slots, arena);
    effective_read(&c->side[NEW], new, &c->slots, arena);
    pair_subjects(c);
    compare_subjects(c);
    if (!old->cfg && !new->cfg) { /* a haproxy.cfg has no place for these */
        compare_sysctls(c);
        compare_tproxy(c);
    }
    return changes_finish(c);
}
