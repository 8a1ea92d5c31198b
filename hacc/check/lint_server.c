/* A server by itself: its address, and options that do nothing beside the others. */
#include "hacc/check/lint_server.h"

#include "hacc/lang/value.h"

/* Cuts "ipv4@" from the beginning. */
static void cut_prefix(struct lint_server *server)
{
    const char *at = memchr(server->host, '@', server->host_len);

    if (at) {
        server->host_len -= (uint32_t)(at + 1 - server->host);
        server->host = at + 1;
    }
}

/* Cuts ":80" from the end, and brackets from what is left. */
static void cut_port(struct lint_server *server)
{
    const char *colon = memrchr(server->host, ':', server->host_len), *end = server->host + server->host_len;

    if (colon && !memchr(colon, ']', (size_t)(end - colon))) {
        server->port = colon + 1;
        server->port_len = (uint32_t)(end - server->port);
        server->host_len = (uint32_t)(colon - server->host);
    }
    if (server->host_len > 1 && *server->host == '[') {
        server->host++;
        server->host_len -= 2;
    }
}

bool lint_server_read(struct lint_server *server, const struct directive *line)
{
    const struct arg *address = directive_param(line, "address");

    if (!address)
        address = directive_param(line, "fqdn");
    *server = (struct lint_server){.line = line, .name = &line->args[0], .address = address};
    if (!address || (address->flags | server->name->flags) & (ARG_ENV | ARG_POISON))
        return false;
    server->host = address->text;
    server->host_len = address->len;
    cut_prefix(server);
    if (memchr(address->text, '/', address->len) || text_begins(address->text, address->len, "abns") ||
        text_begins(address->text, address->len, "unix@") || text_begins(address->text, address->len, "sockpair@") ||
        text_begins(address->text, address->len, "fd@")) {
        server->host = NULL;
        server->local = true;
        return true;
    }
    if (text_begins(address->text, address->len, "rhttp@")) {
        server->host = NULL;
        return true;
    }
    cut_port(server);
    server->ip = ip_parse(server->host, server->host_len, 0);
    server->local = text_begins(server->host, server->host_len, "127.") ||
                    text_is(server->host, server->host_len, "::1") ||
                    text_is(server->host, server->host_len, "localhost");
    return true;
}

/* The rule on an option that does nothing without another one, and what becomes of it. */
static enum rule_id vain_rule(const struct keyword *option, const char **fate)
{
    *fate = "has no effect";
    switch (option->id) {
    case KW_SERVER_MINCONN:
        *fate = "is a fixed limit, and not the lower end of one";
        return RULE_MINCONN_NO_MAXCONN;
    case KW_SERVER_SNI:
        *fate = "is never sent";
        return RULE_SNI_NO_SSL;
    case KW_SERVER_ON_MARKED_DOWN:
    case KW_SERVER_ON_MARKED_UP:
        *fate = "waits for an operator alone";
        return RULE_ON_MARKED_DOWN_NO_CHECK;
    default:
        return RULE_CHECK_PARAMS_NO_CHECK;
    }
}

/* Whether one of what an option needs beside it is in force, or is switched off on the server's own line: then it is
 * out of force on purpose. */
static bool has_beside(const struct lint *lint, const struct keyword *option)
{
    for (const uint16_t *row = option->beside; *row; row++) {
        enum keyword_id id = (enum keyword_id)keywords[*row].id, undone = (enum keyword_id)lint->options.undoes[id];

        if (lint_option(lint, id) || (undone && lint_option_is_own(lint, undone)))
            return true;
    }
    return false;
}

/* A rule is told of once a line: 'inter 5s rise 2' is one mistake. */
static void check_beside(struct lint *lint, const struct lint_server *server)
{
    const struct arg *args = server->line->args;
    bool told = false;

    for (uint32_t i = 0; i < server->line->arg_count; i++) {
        const struct keyword *kw = args[i].flags & ARG_HEAD ? &keywords[args[i].row] : NULL;
        const char *fate, *need;
        enum rule_id rule;

        if (!kw || !kw->beside || has_beside(lint, kw))
            continue;
        rule = vain_rule(kw, &fate);
        if (rule == RULE_CHECK_PARAMS_NO_CHECK && told)
            continue;
        told |= rule == RULE_CHECK_PARAMS_NO_CHECK;
        need = keywords[kw->beside[0]].name;
        diag_add(lint->config->diags, rule, arg_span(&args[i]),
                 arena_printf(lint->config->arena, "add '%s', or take '%s' away", need, kw->name),
                 "'%s' %s: server '%.*s' has no '%s'", kw->name, fate, WORD_ARGS(server->name), need);
    }
}

bool lint_is_zero(const struct arg *value)
{
    int64_t number;

    return value && !(value->flags & ARG_ENV) && int_parse(value->text, value->len, &number) && number == 0;
}

/* minconn above it makes a limit of it. */
static void check_maxconn(struct lint *lint, const struct lint_server *server)
{
    const struct arg *value = lint_option_value(lint, KW_SERVER_MAXCONN);

    if (!lint_is_zero(value) || !lint_option_is_new(lint, KW_SERVER_MAXCONN) ||
        (lint_option(lint, KW_SERVER_MINCONN) && !lint_is_zero(lint_option_value(lint, KW_SERVER_MINCONN))))
        return;
    diag_add(lint->config->diags, RULE_MAXCONN_ZERO_MEANS_UNLIMITED, arg_span(value),
             "write the number of connections that the server can take, or 'disabled' for none",
             "'maxconn 0' is no limit: server '%.*s' gets all connections at once", WORD_ARGS(server->name));
}

/* In mode tcp what passes through may be TLS by itself. */
static void check_plain(struct lint *lint, const struct lint_server *server)
{
    if (lint->mode != MODE_HTTP || !server->host || server->local || lint_option(lint, KW_SERVER_SSL) ||
        !text_is(server->port, server->port_len, "443") || lint_option(lint, KW_SERVER_SOCKS4))
        return;
    diag_add(lint->config->diags, RULE_SERVER_443_PLAIN, arg_span(server->address),
             "add 'ssl verify required ca-file FILE', or write the port for plain HTTP",
             "server '%.*s' gets plain HTTP on port 443: it has no 'ssl'", WORD_ARGS(server->name));
}

/* A server without a port gets the one that the client came to: what came by TLS goes in plain text to a port where
 * TLS is spoken. */
static void check_same_port(struct lint *lint, const struct lint_server *server)
{
    const struct directive *bind = lint->frontend && lint->mode == MODE_HTTP ? lint->section->first : NULL;

    if (!server->host || server->port || lint_option(lint, KW_SERVER_SSL) || lint->told_port == lint->section)
        return;
    lint->told_port = lint->section; /* its binds are the same for all of its servers */
    while (bind && !(bind->kw->id == KW_FRONTEND_BIND && directive_option(bind, KW_BIND_SSL)))
        bind = bind->next;
    if (!bind)
        return;
    diag_add(lint->config->diags, RULE_SERVER_NO_PORT, arg_span(server->address), "write the server's port",
             "'%.*s' has no port of its own: what comes in by TLS goes to the same port there, in plain text",
             WORD_ARGS(server->address));
    diag_place(lint->config->diags, bind->at, "TLS ends here");
}

void lint_server(struct lint *lint, const struct lint_server *server)
{
    if (lint->options.unsure)
        return;
    check_beside(lint, server);
    check_maxconn(lint, server);
    check_same_port(lint, server);
    if (server->port)
        check_plain(lint, server);
}
