/* Addresses that connections to servers are to come from, and that this machine has not. */
#include "hacc/check/preflight_parts.h"
#include "hacc/host/addresses.h"
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <stdlib.h>

struct source_address {
    struct endpoint endpoint;
    const struct arg *arg;
    const struct section *section;
};

struct source_list {
    struct source_address *at;
    uint32_t count, cap;
};

static int by_address(const void *left, const void *right)
{
    const struct source_address *a = left, *b = right;
    int order = a->endpoint.family - b->endpoint.family;

    if (!order)
        order = memcmp(a->endpoint.ip, b->endpoint.ip, sizeof(a->endpoint.ip));
    return order ? order : (a->section->number > b->section->number) - (a->section->number < b->section->number);
}

/* Takes the address of a `source`, where the text tells which one it is. */
static void take(struct preflight_look *look, struct source_list *list, const struct section *section,
                 const struct arg *arg)
{
    struct source_address source = {.arg = arg, .section = section};
    struct addr_parts parts;
    struct word word;
    uint32_t at = 0, bracket;

    if (!arg || !arg->sig || arg->flags & (ARG_ENV | ARG_POISON) || sig_at(arg->sig)->type != TYPE_ADDR)
        return;
    word = (struct word){.text = arg->text, .len = arg->len};
    if (!addr_next(&look->config->lang, sig_at(arg->sig), &word, &at, &parts) || !parts.host_len ||
        parts.family > ADDR_FAMILY_IPV6)
        return;
    bracket = *parts.host == '[';
    if (!endpoint_set_ip(&source.endpoint, parts.host + bracket, parts.host_len - 2 * bracket) ||
        endpoint_is_wildcard(&source.endpoint))
        return;
    if (list->count == list->cap)
        list->at = arena_extend(look->arena, list->at, list->count, &list->cap, 16, sizeof(*list->at));
    list->at[list->count++] = source;
}

/* With `usesrc` the address is meant to be foreign; at an interface of its own it may be that one's. */
static void take_line(struct preflight_look *look, struct source_list *list, const struct section *section,
                      const struct directive *d)
{
    if (d->form != FORM_PLAIN || directive_option(d, KW_SOURCE_USESRC) || directive_option(d, KW_SOURCE_INTERFACE))
        return;
    if (d->kw->id == KW_DEFAULTS_SOURCE)
        take(look, list, section, d->arg_count ? &d->args[0] : NULL);
    else if (directive_is_server(d))
        take(look, list, section, directive_option_value(d, KW_SERVER_SOURCE));
}

void preflight_sources(struct preflight_look *look)
{
    struct source_list list = {0};

    for (const struct section *section = look->config->first; section; section = section->next)
        for (const struct directive *d = section->first; d && section_sides(section); d = d->next)
            take_line(look, &list, section, d);
    if (list.count)
        qsort(list.at, list.count, sizeof(*list.at), by_address);
    for (uint32_t i = 0; i < list.count; i++) {
        const struct source_address *source = &list.at[i], *before = &list.at[i ? i - 1 : 0];

        if ((i && source->endpoint.family == before->endpoint.family &&
             memcmp(source->endpoint.ip, before->endpoint.ip, sizeof(source->endpoint.ip)) == 0) ||
            !host_lacks_address(&source->endpoint))
            continue;
        PREFLIGHT_ADD(
            look, ADDRESSES, WARNING, arg_span(source->arg),
            "'ip address' shows those that there are: write one of them, or leave 'source' out",
            "connections to the servers of '%.*s' fail: they are to come from '%.*s', which this machine does "
            "not have",
            source->section->name_len > 200 ? 200 : (int)source->section->name_len, source->section->name,
            WORD_ARGS(source->arg));
    }
}
