/* Listening sockets: what is meant to be TLS and is not, and what is open to more than it should be. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

/* The port of HTTPS, and the bit of a UNIX socket's mode that lets all users write to it. */
enum { HTTPS_PORT = 443, OTHERS_WRITE = 02 };

static bool is_bind(const struct directive *d)
{
    return d->kw->id == KW_FRONTEND_BIND || d->kw->id == KW_PEERS_BIND || d->kw->id == KW_LOG_FORWARD_BIND;
}

static bool is_quic(const struct directive *bind)
{
    const struct arg *address = directive_param(bind, "address");

    return address && addr_transport(address->text, address->len) == TRANSPORT_QUIC;
}

/* Whether the line speaks TLS, or may do so: options that only a variable's value tells may be any. */
static bool may_speak_tls(const struct lint *lint, const struct directive *bind)
{
    if (directive_option(bind, KW_BIND_SSL) || is_quic(bind) || lint_own(lint, KW_PEERS_DEFAULT_BIND))
        return true;
    for (uint32_t i = 0; i < bind->arg_count; i++)
        if (bind->args[i].flags & (ARG_ENV | ARG_POISON) && (!bind->args[i].sig || !i))
            return true;
    return false;
}

/* TLS that is prepared, but not switched on: HAProxy says nothing. */
static void check_no_tls(struct lint *lint, const struct directive *bind)
{
    static const enum keyword_id certificates[] = {KW_BIND_CRT, KW_BIND_CRT_LIST, KW_BIND_DEFAULT_CRT};
    static const enum keyword_id protocols[] = {KW_BIND_ALPN, KW_BIND_NPN};
    const struct arg *option = NULL;

    for (size_t i = 0; i < LINT_COUNT(certificates) && !option; i++)
        option = directive_option(bind, certificates[i]);
    if (option) {
        diag_add(lint->config->diags, RULE_BIND_CRT_NO_SSL, arg_span(option), "add 'ssl' to the line",
                 "'%s' has no effect: this listener speaks no TLS, since 'ssl' is missing", keywords[option->row].name);
        return;
    }
    for (size_t i = 0; i < LINT_COUNT(protocols) && !option; i++)
        option = directive_option(bind, protocols[i]);
    if (option)
        diag_add(lint->config->diags, RULE_BIND_ALPN_NO_SSL, arg_span(option),
                 "add 'ssl' and 'crt'; for HTTP/2 without TLS write 'proto h2'",
                 "'%s' has no effect: protocols are negotiated in TLS, and 'ssl' is missing",
                 keywords[option->row].name);
}

static bool has_certificate(const struct directive *bind)
{
    return directive_option(bind, KW_BIND_CRT) || directive_option(bind, KW_BIND_CRT_LIST) ||
           directive_option(bind, KW_BIND_DEFAULT_CRT);
}

/* Whoever stands in front with a PROXY header may well have spoken TLS. */
static void check_https_port(struct lint *lint, const struct directive *bind)
{
    const struct arg *address = directive_param(bind, "address");
    struct lint_listener listener;
    uint32_t at = 0;

    if (has_certificate(bind) || directive_option(bind, KW_BIND_ACCEPT_PROXY) ||
        directive_option(bind, KW_BIND_ACCEPT_NETSCALER_CIP))
        return;
    while (address && lint_next_listener(lint, address, &at, &listener)) {
        if (listener.reach == REACH_LOCAL || listener.low != HTTPS_PORT || listener.high != HTTPS_PORT)
            continue;
        diag_add(lint->config->diags, RULE_BIND_443_PLAIN, arg_span(address), "add 'ssl crt FILE', or use 'mode tcp'",
                 "%s '%.*s' takes HTTP in clear text at port 443, where clients speak TLS", LINT_NAME(lint));
        return;
    }
}

/* Gives the address of the line that every interface has, or NULL. */
static const struct arg *open_address(const struct lint *lint, const struct directive *bind)
{
    const struct arg *address = directive_param(bind, "address");
    struct lint_listener listener;
    uint32_t at = 0;

    while (address && lint_next_listener(lint, address, &at, &listener))
        if (listener.reach == REACH_ALL && !directive_option(bind, KW_BIND_INTERFACE) &&
            !directive_option(bind, KW_BIND_NAMESPACE))
            return address;
    return NULL;
}

/* Rules on connections see the address that really connects, before its PROXY header is read. */
static void check_accept_proxy(struct lint *lint, const struct directive *bind)
{
    const struct arg *option = directive_option(bind, KW_BIND_ACCEPT_PROXY);

    if (!option || !open_address(lint, bind) || lint_effective(lint, KW_FRONTEND_TCP_REQUEST_CONNECTION))
        return;
    diag_add(lint->config->diags, RULE_ACCEPT_PROXY_OPEN, arg_span(option),
             "add 'tcp-request connection reject unless { src ADDRESSES-OF-THE-PROXY }', or bind one address",
             "whoever connects to %s '%.*s' can say to be any client: 'accept-proxy' stands on all addresses",
             LINT_NAME(lint));
}

static bool is_admin(const struct directive *socket)
{
    const struct arg *level = directive_option_value(socket, KW_BIND_LEVEL);

    return level && text_is(level->text, level->len, "admin");
}

/* On the Runtime API's socket there is no password. */
static void check_socket(struct lint *lint, const struct directive *socket)
{
    const struct arg *mode = directive_option_value(socket, KW_BIND_MODE);

    if (!is_admin(socket))
        return;
    if (mode && mode->len && !(mode->flags & ARG_ENV) && is_digit(mode->text[mode->len - 1]) &&
        (mode->text[mode->len - 1] - '0') & OTHERS_WRITE)
        diag_add(lint->config->diags, RULE_SOCKET_MODE_666, arg_span(mode), "write 'mode 660', and 'group'",
                 "every user of this machine may do everything: the socket has 'level admin' and 'mode %.*s'",
                 WORD_ARGS(mode));
    if (lint_is_reachable(lint, socket))
        diag_add(lint->config->diags, RULE_ADMIN_SOCKET_TCP, arg_span(directive_param(socket, "address")),
                 "use a UNIX socket, or 127.0.0.1",
                 "whoever can connect to this port may do everything: it asks for "
                 "no password, and has 'level admin'");
}

void lint_binds(struct lint *lint)
{
    bool whole = lint->frontend && lint->enabled && lint->sure;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (d->kw->id == KW_GLOBAL_STATS_SOCKET)
            check_socket(lint, d);
        if (!is_bind(d))
            continue;
        if (!may_speak_tls(lint, d)) {
            check_no_tls(lint, d);
            if (whole && lint->mode == MODE_HTTP)
                check_https_port(lint, d);
        }
        if (whole)
            check_accept_proxy(lint, d);
    }
}
