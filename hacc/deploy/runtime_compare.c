/* What runs, beside what a configuration says. Nothing is known of what only HAProxy's start tells: names that it has
 * looked up, what stands behind an .if, numbers of variables. */
#include "hacc/deploy/runtime_commands.h"

#include "hacc/host/admin_show.h"
#include "hacc/lang/value.h"

#include <stdlib.h>

/* Whether an address that runs is the one that a server has. */
static bool is_address(const struct runtime_server *server, const char *address)
{
    struct endpoint endpoint = {0};

    if (!address || !endpoint_set_ip(&endpoint, address, (uint32_t)strlen(address)))
        return false;
    return endpoint.family == server->endpoint.family && memcmp(endpoint.ip, server->endpoint.ip, 16) == 0;
}

/* Gives what differs, or NULL. */
static const char *difference(const struct runtime_server *server, const struct admin_server *running)
{
    bool maint = running->admin_state & SERVER_FORCED_MAINT, drain = running->admin_state & SERVER_FORCED_DRAIN;

    if (server->has_ip && !is_address(server, running->address))
        return "its address";
    if (server->has_ip && server->has_port && server->endpoint.low && server->endpoint.low != running->port)
        return "its port";
    if (server->agent)
        return NULL;
    if (server->weight != RUNTIME_UNKNOWN && server->weight != running->weight)
        return "its weight";
    return maint != server->disabled || drain ? "its state" : NULL;
}

/* Notes that a server of the list is there, once. */
static bool note_server(const struct runtime_servers *servers, const struct runtime_server *server, bool *seen,
                        uint32_t *count)
{
    size_t at = (size_t)(server - servers->at);
    bool first = !seen[at];

    seen[at] = true;
    *count += first;
    return first;
}

static bool compare_servers(struct runtime *runtime, const struct runtime_channel *channel,
                            const struct runtime_servers *servers)
{
    struct admin_answer answer = runtime_ask(runtime, channel, "show servers state");
    bool *seen = arena_zalloc(runtime->arena, servers->count);
    struct admin_servers running;
    uint32_t count = 0;

    if (answer.failure || !admin_read_servers(&answer, &running, runtime->arena))
        return runtime_refuse_answer(runtime, "show servers state", &answer);
    for (uint32_t i = 0; i < running.count; i++) {
        const struct admin_server *one = &running.at[i];
        const struct runtime_server *server = runtime_servers_find(servers, one->backend, one->name);
        const char *what = server ? difference(server, one) : NULL;

        if (what)
            return runtime_refuse(runtime, "server '%s/%s' runs with another one than the file says: %s", one->backend,
                                  one->name, what);
        if (server ? !note_server(servers, server, seen, &count)
                   : !runtime_servers_may_have(servers, one->backend, one->name))
            return runtime_refuse(runtime, "server '%s/%s' runs and is not in the file", one->backend, one->name);
    }
    for (uint32_t i = 0; i < servers->count && count < servers->count; i++)
        if (!seen[i])
            return runtime_refuse(runtime, "server '%s/%s' is in the file and does not run", servers->at[i].backend,
                                  servers->at[i].name);
    return true;
}

/* Gives a whole number of a cell, or of a line's value; RUNTIME_UNKNOWN where it is none. */
static uint32_t number_of(const char *text, size_t len)
{
    uint32_t number = 0;

    if (!len || len > 9)
        return RUNTIME_UNKNOWN;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return RUNTIME_UNKNOWN;
        number = number * 10 + (uint32_t)(text[i] - '0');
    }
    return number;
}

static uint32_t number_of_line(const struct directive *line)
{
    if (!line || !line->arg_count || line->form != FORM_PLAIN || line->condition || line->args[0].flags & ARG_ENV)
        return RUNTIME_UNKNOWN;
    return number_of(line->args[0].text, line->args[0].len);
}

/* Gives the maxconn that the file says for a row of 'show stat'; RUNTIME_UNKNOWN where it says none. */
static uint32_t maxconn_of(const struct runtime_servers *servers, const char *proxy, const char *name, bool server)
{
    const struct symbol *symbol;
    const struct runtime_server *found;

    if (server) {
        found = runtime_servers_find(servers, proxy, name);
        return found ? found->maxconn : RUNTIME_UNKNOWN;
    }
    symbol = config_find(servers->config, SYMBOL_FRONTEND, proxy, (uint32_t)strlen(proxy), NULL);
    if (!symbol || symbol->section->condition || symbol->section->poison || proxy_is_off(symbol->section))
        return RUNTIME_UNKNOWN;
    return number_of_line(section_effective(servers->config, symbol->section, KW_DEFAULTS_MAXCONN));
}

/* The limits of connections, which 'show servers state' does not have. */
static bool compare_limits(struct runtime *runtime, const struct runtime_channel *channel,
                           const struct runtime_servers *servers)
{
    static const char command[] = "show stat -1 5 -1"; /* of frontends (1) and servers (4) */
    struct admin_answer answer = runtime_ask(runtime, channel, command);
    struct admin_table table;
    int proxy, name, type, limit;

    if (answer.failure || !admin_read_table(&answer, ',', &table, runtime->arena) ||
        (proxy = admin_table_column(&table, "pxname")) < 0 || (name = admin_table_column(&table, "svname")) < 0 ||
        (type = admin_table_column(&table, "type")) < 0 || (limit = admin_table_column(&table, "slim")) < 0)
        return runtime_refuse_answer(runtime, command, &answer);
    for (uint32_t row = 0; row < table.rows; row++) {
        const char *of = admin_table_cell(&table, row, proxy), *who = admin_table_cell(&table, row, name);
        const char *now = admin_table_cell(&table, row, limit);
        uint32_t wanted = maxconn_of(servers, of, who, *admin_table_cell(&table, row, type) == '2');
        uint32_t running = *now ? number_of(now, strlen(now)) : 0;

        if (wanted != RUNTIME_UNKNOWN && wanted != running)
            return runtime_refuse(runtime, "'%s/%s' runs with another one than the file says: its maxconn", of, who);
    }
    return true;
}

/* A limit of the whole process. */
struct global_limit {
    enum keyword_id line;
    size_t at; /* where it is in struct admin_info */
    uint32_t without;
};

static const struct global_limit global_limits[] = {
    {KW_GLOBAL_MAXCONN, offsetof(struct admin_info, maxconn), RUNTIME_UNKNOWN},
    {KW_GLOBAL_MAXCONNRATE, offsetof(struct admin_info, connection_rate), 0},
    {KW_GLOBAL_MAXSESSRATE, offsetof(struct admin_info, session_rate), 0},
    {KW_GLOBAL_MAXSSLRATE, offsetof(struct admin_info, tls_rate), 0},
};

/* Gives the number that the last line of a keyword says. */
static uint32_t global_number(const struct config *config, const struct global_limit *limit)
{
    uint32_t number = limit->without;

    for (const struct section *section = config->first; section; section = section->next)
        for (const struct directive *line = section->context == CONTEXT_GLOBAL ? section->first : NULL; line;
             line = line->next)
            if (line->kw->id == limit->line)
                number = section->condition ? RUNTIME_UNKNOWN : number_of_line(line);
    return number;
}

static bool compare_process(struct runtime *runtime, const struct runtime_channel *channel,
                            const struct runtime_servers *servers)
{
    struct admin_answer answer = runtime_ask(runtime, channel, "show info");
    struct admin_info info;

    if (answer.failure || !admin_read_info(&answer, &info, runtime->arena))
        return runtime_refuse_answer(runtime, "show info", &answer);
    if (info.pid != channel->pid)
        return runtime_refuse(runtime, "another process has taken the place of process %d", (int)channel->pid);
    for (size_t i = 0; i < sizeof(global_limits) / sizeof(*global_limits); i++) {
        uint32_t wanted = global_number(servers->config, &global_limits[i]);
        uint64_t running = *(const uint64_t *)(const void *)((const char *)&info + global_limits[i].at);

        if (wanted != RUNTIME_UNKNOWN && wanted != running)
            return runtime_refuse(runtime, "HAProxy runs with another limit than the %u that the file says", wanted);
    }
    return true;
}

bool runtime_compare(struct runtime *runtime, const struct runtime_servers *servers)
{
    for (uint32_t i = 0; i < runtime->channel_count; i++) {
        const struct runtime_channel *channel = &runtime->channels[i];

        if (!compare_process(runtime, channel, servers) || !compare_servers(runtime, channel, servers) ||
            !compare_limits(runtime, channel, servers))
            return false;
    }
    return true;
}
