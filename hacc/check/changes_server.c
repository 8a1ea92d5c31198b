/* Servers, option by option: those of the line and of default-server, as they are in force. */
#include "hacc/check/changes_parts.h"

/* Gives the option of the other side that this one is to be held against; NULL: it has none. A server has no more
 * options than the language has. */
static const struct option *counterpart(const struct option_set *others, const struct option *option)
{
    const struct keyword *kw = option->known ? &keywords[option->arg->row] : NULL;

    if (kw && kw->repeat != REPEAT_MANY)
        return option_find(others, (enum keyword_id)kw->id);
    for (uint32_t i = 0; i < others->count; i++)
        if (key_same(others->at[i].key, option->key))
            return &others->at[i];
    return NULL;
}

static void add_option(struct comparison *c, const struct item *old, const struct item *new,
                       const struct option_set *all[SIDES], const struct option *a, const struct option *b)
{
    struct about about = {.item = {old, new}, .option = {a, b}};

    about.kind = a && b ? CHANGE_CHANGED : b ? CHANGE_ADDED : CHANGE_REMOVED;
    about.way = way_of_option(c, old, all, about.option);
    changes_add(c, &about);
}

/* Gives the address of a server line: the word behind its name; NULL: it has none, or more than that. */
static const struct arg *address_of(const struct directive *line)
{
    uint32_t at = server_options_at(line);

    return at == 2 ? &line->args[1] : NULL;
}

static struct key head_of(struct comparison *c, int side, const struct item *item, uint32_t from)
{
    uint32_t to = server_options_at(item->line);

    return words_key(&c->side[side].reader, item->line->args + from, to > from ? to - from : 0);
}

bool server_same(struct comparison *c, const struct item *old, const struct item *new)
{
    const struct option_set *a = effective_options(&c->side[OLD], old->base, old->line);
    const struct option_set *b = effective_options(&c->side[NEW], new->base, new->line);
    struct key sum_a = {0, 0}, sum_b = {0, 0};

    for (uint32_t i = 0; i < a->count; i++)
        key_add(&sum_a, a->at[i].key);
    for (uint32_t i = 0; i < b->count; i++)
        key_add(&sum_b, b->at[i].key);
    return old->line->kw->id == new->line->kw->id &&key_same(sum_a, sum_b) &&
           key_same(head_of(c, OLD, old, 1), head_of(c, NEW, new, 1));
}

void compare_servers(struct comparison *c, const struct item *old, const struct item *new)
{
    const struct option_set *all[SIDES] = {effective_options(&c->side[OLD], old->base, old->line),
                                           effective_options(&c->side[NEW], new->base, new->line)};
    struct about about = {.kind = CHANGE_CHANGED, .item = {old, new}};

    if (!key_same(head_of(c, OLD, old, 1), head_of(c, NEW, new, 1))) {
        about.address[OLD] = address_of(old->line);
        about.address[NEW] = address_of(new->line);
        about.way = way_of_address(c, old, about.address[OLD], about.address[NEW]);
        changes_add(c, &about);
    }
    for (uint32_t i = 0; i < all[NEW]->count; i++) {
        const struct option *option = &all[NEW]->at[i], *other = counterpart(all[OLD], option);

        if (!other || !key_same(other->key, option->key))
            add_option(c, old, new, all, other, option);
    }
    for (uint32_t i = 0; i < all[OLD]->count; i++)
        if (!counterpart(all[NEW], &all[OLD]->at[i]))
            add_option(c, old, new, all, &all[OLD]->at[i], NULL);
}
