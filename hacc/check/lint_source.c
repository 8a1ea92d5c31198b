/* The address that connections to servers come from. */
#include "hacc/check/lint.h"

/* Gives the option that sends a PROXY header, or NULL. */
static const struct arg *proxy_option(const struct directive *d)
{
    static const enum keyword_id options[] = {KW_SERVER_SEND_PROXY, KW_SERVER_SEND_PROXY_V2,
                                              KW_SERVER_SEND_PROXY_V2_SSL, KW_SERVER_SEND_PROXY_V2_SSL_CN};
    const struct arg *option = NULL;

    for (size_t i = 0; i < LINT_COUNT(options) && !option; i++)
        option = directive_option(d, options[i]);
    return option;
}

/* The line that a server's connections take foreign addresses by, or NULL: its own, or the backend's. */
static const struct directive *foreign_of(const struct directive *server, const struct directive *source)
{
    if (directive_option(server, KW_SERVER_SOURCE))
        return directive_option(server, KW_SOURCE_USESRC) ? server : NULL;
    return source;
}

void lint_source(struct lint *lint)
{
    const uint64_t servers = keyword_bit(KW_LISTEN_SERVER) | keyword_bit(KW_LISTEN_SERVER_TEMPLATE) |
                             keyword_bit(KW_DEFAULTS_DEFAULT_SERVER);
    const struct directive *source = lint_effective(lint, KW_DEFAULTS_SOURCE), *foreign;

    if (source && !directive_option(source, KW_SOURCE_USESRC))
        source = NULL;
    for (const struct directive *d = section_lines(lint->section, servers); d; d = d->next) {
        const struct arg *proxy;

        if (!directive_is_server(d) && d->kw->id != KW_DEFAULTS_DEFAULT_SERVER)
            continue;
        foreign = foreign_of(d, source);
        if (foreign && directive_is_server(d) && !lint->seen.foreign && lint->backend && lint->enabled)
            lint->seen.foreign = foreign;
        proxy = foreign && lint->sure ? proxy_option(d) : NULL;
        if (!proxy)
            continue;
        diag_add(lint->config->diags, RULE_SEND_PROXY_AND_USESRC, arg_span(proxy),
                 "keep one: 'usesrc' for servers that speak no PROXY protocol, 'send-proxy' for those that do",
                 "the server is told the client's address twice, by '%s' and by 'usesrc'", keywords[proxy->row].name);
        if (foreign != d)
            diag_place(lint->config->diags, foreign->at, "the other way is here");
    }
}
