#include "hacc/deploy/runtime_servers.h"

#include "hacc/check/lint_server.h"
#include "hacc/check/templates.h"
#include "hacc/lang/value.h"

#include <stdlib.h>

/* Gives the value of a whole number; RUNTIME_UNKNOWN where it is none that is known. */
static uint32_t number_of(const struct arg *value)
{
    uint32_t number = 0;

    if (value->flags & (ARG_ENV | ARG_POISON) || !value->len || value->len > 9)
        return RUNTIME_UNKNOWN;
    for (uint32_t i = 0; i < value->len; i++) {
        if (!is_digit(value->text[i]))
            return RUNTIME_UNKNOWN;
        number = number * 10 + (uint32_t)(value->text[i] - '0');
    }
    return number;
}

/* Gives the number that an option has, or what HAProxy takes without it. */
static uint32_t option_number(const struct option_set *options, enum keyword_id id, uint32_t without)
{
    const struct option *option = option_find(options, id);

    return option ? option->count > 1 ? number_of(option->arg + 1) : RUNTIME_UNKNOWN : without;
}

static void set_address(struct runtime_server *server)
{
    struct lint_server read;
    uint32_t port;

    if (!lint_server_read(&read, server->line) || !read.host)
        return;
    server->has_ip = read.ip && endpoint_set_ip(&server->endpoint, read.host, read.host_len);
    port = read.port ? number_of(&(struct arg){.text = read.port, .len = read.port_len}) : 0;
    server->has_port = port <= 65535;
    server->endpoint.low = server->endpoint.high = (uint16_t)(server->has_port ? port : 0);
}

/* Whether HAProxy certainly has what the section holds, as a backend. */
static bool is_certain(const struct section *section)
{
    return section_sides(section) & SIDE_BACKEND && section->context != CONTEXT_DEFAULTS && !section->condition &&
           !section->name_env && !section->poison && !proxy_is_off(section);
}

static void add_server(struct runtime_servers *servers, struct effective *effective, const struct item *item,
                       struct arena *arena)
{
    const struct option_set *options = effective_options(effective, item->base, item->line);
    const struct arg *name = &item->line->args[0];
    struct runtime_server server = {
        .section = item->section,
        .line = item->line,
        .backend = arena_strndup(arena, item->section->name, item->section->name_len),
        .name = arena_strndup(arena, name->text, name->len),
        .options = options,
        .weight = option_number(options, KW_SERVER_WEIGHT, 1),
        .maxconn = option_number(options, KW_SERVER_MAXCONN, 0),
        .disabled = option_find(options, KW_SERVER_DISABLED) != NULL,
        .agent = option_find(options, KW_SERVER_AGENT_CHECK) != NULL,
    };

    set_address(&server);
    if (servers->count == servers->cap)
        servers->at = arena_extend(arena, servers->at, servers->count, &servers->cap, 64, sizeof(*servers->at));
    servers->at[servers->count++] = server;
}

static int by_name(const void *left, const void *right)
{
    const struct runtime_server *a = left, *b = right;
    int order = strcmp(a->backend, b->backend);

    return order ? order : strcmp(a->name, b->name);
}

void runtime_servers_read(struct runtime_servers *servers, const struct config *config, struct arena *arena)
{
    struct effective effective;
    struct key_map slots;

    *servers = (struct runtime_servers){.config = config};
    key_map_init(&slots, arena);
    effective_read(&effective, config, &slots, arena);
    for (uint32_t i = 0; i < effective.count; i++) {
        const struct item *item = &effective.items[i];

        if (item->base && item->line->kw->id == KW_LISTEN_SERVER && !item->line->condition &&
            is_certain(item->section) && !(item->line->args[0].flags & (ARG_ENV | ARG_POISON)))
            add_server(servers, &effective, item, arena);
    }
    if (servers->count)
        qsort(servers->at, servers->count, sizeof(*servers->at), by_name);
}

const struct runtime_server *runtime_servers_find(const struct runtime_servers *servers, const char *backend,
                                                  const char *name)
{
    const struct runtime_server wanted = {.backend = backend, .name = name};

    return servers->count ? bsearch(&wanted, servers->at, servers->count, sizeof(*servers->at), by_name) : NULL;
}

bool runtime_servers_may_have(const struct runtime_servers *servers, const char *backend, const char *name)
{
    const struct symbol *symbol =
        config_find(servers->config, SYMBOL_BACKEND, backend, (uint32_t)strlen(backend), NULL);

    /* HAProxy has proxies of its own, and such as peers and rings are; nothing of them is known here */
    if (!symbol || !is_certain(symbol->section))
        return true;
    if (templates_find(servers->config, symbol->section, name, (uint32_t)strlen(name)))
        return true;
    if (servers->config->unknown_names & (uint64_t)1 << SYMBOL_SERVER)
        return true;
    symbol = config_find(servers->config, SYMBOL_SERVER, name, (uint32_t)strlen(name), symbol->section);
    return symbol != NULL; /* behind an .if */
}
