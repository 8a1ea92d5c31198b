#include "hacc/check/binds.h"

#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <stdlib.h>

/* Sets family and address of an IP; false: it is a name, which only a resolver knows. */
static bool set_host(struct endpoint *endpoint, const struct addr_parts *parts)
{
    const char *host = parts->host;
    uint32_t len = parts->host_len;

    if (len && *host == '[') {
        host++;
        len -= 2;
    }
    if (len && !text_is(host, len, "*"))
        return endpoint_set_ip(endpoint, host, len);
    endpoint->family = parts->family == ADDR_FAMILY_IPV6 ? ENDPOINT_IPV6 : ENDPOINT_IPV4;
    return true;
}

static bool set_address(struct endpoint *endpoint, const struct addr_parts *parts, const char *text)
{
    endpoint->datagram = parts->datagram;
    endpoint->low = parts->low;
    endpoint->high = parts->high;
    endpoint->path = (struct endpoint_name){parts->host, parts->host_len};
    switch (parts->family) {
    case ADDR_FAMILY_UNIX:
        endpoint->family = ENDPOINT_UNIX;
        return true;
    case ADDR_FAMILY_ABSTRACT: /* with its prefix: abns@ and abnsz@ never meet */
        endpoint->family = ENDPOINT_ABSTRACT;
        endpoint->path = (struct endpoint_name){text + parts->from, parts->len};
        return true;
    case ADDR_FAMILY_ANY:
    case ADDR_FAMILY_IPV4:
    case ADDR_FAMILY_IPV6:
        return parts->low && parts->low <= parts->high && set_host(endpoint, parts); /* 2.2 takes empty ranges */
    case ADDR_FAMILY_FD:
    case ADDR_FAMILY_NAME:
        break;
    }
    return false;
}

/* Sets a name that an option gives; false: its value is known at run time only. */
static bool set_name(struct endpoint_name *name, const struct directive *d, enum keyword_id id)
{
    const struct arg *value = directive_option_value(d, id);

    if (value)
        *name = (struct endpoint_name){value->text, value->len};
    return !value || !(value->flags & ARG_ENV);
}

/* Gives the place of a part of an argument; the whole one where that is not known. */
static struct span part_span(const struct arg *arg, uint32_t from, uint32_t len)
{
    return arg->more ? arg_span(arg) : (struct span){arg->src, arg->off + from, len};
}

static void add_bind(struct binds *binds, struct lint *lint, const struct arg *arg, const struct addr_parts *parts,
                     const struct bind *line)
{
    struct bind bind = *line;

    if (!set_address(&bind.endpoint, parts, arg->text))
        return;
    bind.at = part_span(arg, parts->from, parts->len);
    bind.text = arg->text + parts->from;
    bind.len = parts->len;
    if (binds->count == binds->cap)
        binds->at = arena_extend(lint->config->arena, binds->at, binds->count, &binds->cap, 16, sizeof(*binds->at));
    binds->at[binds->count++] = bind;
}

/* Adds the addresses of one argument. */
static void add_binds(struct binds *binds, struct lint *lint, const struct directive *d, const struct arg *arg)
{
    struct word word = {.text = arg->text, .len = arg->len};
    struct bind line = {.section = lint->section, .line = d};
    struct addr_parts parts;
    uint32_t at = 0;

    line.endpoint.dual = !directive_option(d, KW_BIND_V6ONLY);
    line.foreign = directive_option(d, KW_BIND_TRANSPARENT) || lint_own(lint, KW_PEERS_DEFAULT_BIND);
    line.pinned = directive_option(d, KW_BIND_PROCESS) || directive_option(d, KW_BIND_THREAD);
    if (!set_name(&line.endpoint.device, d, KW_BIND_INTERFACE) || !set_name(&line.endpoint.space, d, KW_BIND_NAMESPACE))
        return;
    while (addr_next(&lint->config->lang, sig_at(arg->sig), &word, &at, &parts))
        add_bind(binds, lint, arg, &parts, &line);
}

/* A line peer or server of this machine, where the configuration says which one that is, has an address to listen on.
 */
static bool is_local_peer(const struct lint *lint, const struct directive *d)
{
    const struct arg *local = lint->local_peer;

    return directive_is_peer(d) && local && d->args[0].len == local->len &&
           memcmp(d->args[0].text, local->text, local->len) == 0 && !lint_own(lint, KW_PEERS_BIND);
}

void binds_collect(struct binds *binds, struct lint *lint)
{
    bool proxy = lint->frontend || lint->backend;
    uint32_t depth = 0;

    if (lint->section->condition || lint->section->poison || lint->section->context == CONTEXT_DEFAULTS ||
        (proxy && (!lint->frontend || !lint->enabled)) || lint_own(lint, KW_PEERS_DISABLED))
        return;
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        depth += d->kw->id == KW_DOT__IF;
        depth -= d->kw->id == KW_DOT__ENDIF && depth;
        if (depth || d->form != FORM_PLAIN || !(d->kw->flags & KW_ADDRESS))
            continue;
        for (uint32_t i = 0; i < d->arg_count; i++) {
            const struct arg *arg = &d->args[i];

            if (arg->row || !arg->sig || arg->flags & ARG_ENV)
                continue;
            if (addr_listens(sig_at(arg->sig)) || (sig_at(arg->sig)->type == TYPE_ADDR && is_local_peer(lint, d)))
                add_binds(binds, lint, d, arg);
        }
    }
}

static void meet_other(const struct bind *bind, const struct endpoint *const *others, uint32_t other,
                       struct bind_meeting *worst)
{
    enum endpoint_clash clash = endpoints_clash(&bind->endpoint, others[other]);

    if (clash > worst->clash)
        *worst = (struct bind_meeting){other, clash};
}

/* Looks from each side: either may be the wildcard that holds the other one. */
const struct bind_meeting *binds_meet(const struct binds *binds, const struct endpoint_index *index,
                                      const struct endpoint *const *others, uint32_t count, struct arena *arena)
{
    struct bind_meeting *worst = arena_zalloc(arena, binds->count * sizeof(*worst));
    struct endpoint_index theirs;
    uint32_t found;

    endpoint_index_init(&theirs, arena);
    for (uint32_t i = 0; i < count; i++)
        endpoint_index_add(&theirs, others[i], i);
    endpoint_index_sort(&theirs);
    for (uint32_t i = 0; i < count; i++) {
        found = endpoint_index_holder(index, others[i], false);
        if (found != ENDPOINT_NONE)
            meet_other(&binds->at[found], others, i, &worst[found]);
    }
    for (uint32_t i = 0; i < binds->count; i++) {
        found = endpoint_index_holder(&theirs, &binds->at[i].endpoint, true);
        if (found != ENDPOINT_NONE)
            meet_other(&binds->at[i], others, found, &worst[i]);
    }
    return worst;
}

static int compare_addresses(const struct bind *a, const struct bind *b)
{
    int order = a->endpoint.family - b->endpoint.family;

    if (!order)
        order = memcmp(a->endpoint.ip, b->endpoint.ip, sizeof(a->endpoint.ip));
    return order ? order : endpoint_name_order(&a->endpoint.device, &b->endpoint.device);
}

static int by_address(const void *left, const void *right)
{
    const struct bind *a = *(const struct bind *const *)left, *b = *(const struct bind *const *)right;
    int order = compare_addresses(a, b);

    return order ? order : (a > b) - (a < b);
}

const struct bind **binds_addresses(const struct binds *binds, uint32_t *count, struct arena *arena)
{
    const struct bind **all = arena_alloc(arena, binds->count * sizeof(*all));
    uint32_t all_count = 0;

    for (uint32_t i = 0; i < binds->count; i++) {
        const struct bind *bind = &binds->at[i];

        if (!bind->foreign && (bind->endpoint.family == ENDPOINT_IPV4 || bind->endpoint.family == ENDPOINT_IPV6))
            all[all_count++] = bind;
    }
    if (all_count)
        qsort(all, all_count, sizeof(*all), by_address);
    *count = 0;
    for (uint32_t i = 0; i < all_count; i++)
        if (!*count || compare_addresses(all[*count - 1], all[i]) != 0)
            all[(*count)++] = all[i];
    return all;
}
