/* The ports that connections to servers come from. */
#include "hacc/check/lint_server.h"
#include "hacc/host/addresses.h"
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

/* The first port that Linux lets any user take, where it is not told otherwise. */
enum { FIRST_OPEN_PORT = 1024 };

/* Gives the address that the server's connections come from, of its own line or of the backend's; NULL: the kernel
 * chooses, or it is a client's. Source: tried with 2.2, 2.6, 3.0 and 3.2. */
static const struct arg *source_of(const struct lint *lint)
{
    const struct directive *line = lint_effective(lint, KW_DEFAULTS_SOURCE);

    if (lint_option(lint, KW_SERVER_SOURCE))
        return lint_option(lint, KW_SOURCE_USESRC) ? NULL : lint_option_value(lint, KW_SERVER_SOURCE);
    return line && !directive_option(line, KW_SOURCE_USESRC) ? directive_param(line, "address") : NULL;
}

/* Gives the first port that any user may take: as it is set here, as it is on this machine, or as Linux has it. */
static int64_t find_open_port(const struct lint *lint)
{
    const struct sysctl *sysctl;
    struct sysctl_index index;
    int64_t port;

    sysctl_index_make(&index, lint->config);
    sysctl = sysctl_index_find(&index, "net.ipv4.ip_unprivileged_port_start");
    if (sysctl)
        return sysctl_number(sysctl, &port) && port > 0 ? port : 1;
    if (lint->machine && lint->machine->root && !*lint->machine->root && host_open_port(&port))
        return port > 0 ? port : 1;
    return FIRST_OPEN_PORT;
}

/* Gives the last port of a source address, 0 where it has none. HAProxy passes over ports of no certain address. */
static int64_t last_port(const struct lint *lint, const struct arg *source)
{
    struct word word = {.text = source->text, .len = source->len};
    struct endpoint endpoint = {0};
    struct addr_parts parts;
    uint32_t at = 0;

    if (source->flags & (ARG_ENV | ARG_POISON) ||
        !addr_next(&lint->config->lang, sig_at(source->sig), &word, &at, &parts))
        return 0;
    if (parts.host_len && *parts.host == '[') {
        parts.host++;
        parts.host_len -= 2;
    }
    return endpoint_set_ip(&endpoint, parts.host, parts.host_len) && !endpoint_is_wildcard(&endpoint) ? parts.high : 0;
}

/* Each connection takes a port when HAProxy is no longer root: of a range, the next one that it can have. */
void lint_server_ports(struct lint *lint, const struct lint_server *server)
{
    static const char *const any[] = {"cap_net_bind_service"};
    const struct arg *source = server->host && !lint->options.unsure ? source_of(lint) : NULL;
    int64_t port = source && source != lint->told_source ? last_port(lint, source) : 0;
    const struct directive *user;

    if (!port || port >= FIRST_OPEN_PORT)
        return;
    lint->told_source = source;
    user = lint_user_without(lint, any, LINT_COUNT(any));
    if (user && !lint->open_port)
        lint->open_port = find_open_port(lint);
    if (!user || port >= lint->open_port)
        return;
    diag_add(lint->config->diags, RULE_PRIVILEGED_PORT, arg_span(source),
             lint->config->lang.version >= HAP_3_0
                 ? "take ports from 1024 on, or add 'setcap cap_net_bind_service' to the global section"
                 : "take ports from 1024 on",
             "no connection to server '%.*s' comes about: as '%.*s' HAProxy may not take port %lld",
             WORD_ARGS(server->name), WORD_ARGS(&user->args[0]), (long long)port);
    diag_place(lint->config->diags, user->at, "it becomes that user here");
}
