/* Servers, and what a backend says for all of its servers. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

/* From 3.2 on HAProxy wonders about bare numbers of milliseconds below this. */
enum { SMALL_MS = 100 };

static void check_time(struct lint *lint, const char *name, const struct arg *value)
{
    int64_t number;

    if (value->flags & ARG_ENV || !int_parse(value->text, value->len, &number) || number < 1 || number >= SMALL_MS)
        return;
    diag_add(lint->config->diags, RULE_TIMEOUT_NO_UNIT, arg_span(value),
             arena_printf(lint->config->arena, "write %llds, or %lldms if that is meant", (long long)number,
                          (long long)number),
             "'%s %lld' are milliseconds: was the unit forgotten?", name, (long long)number);
}

/* Times of servers and of proxies whose bare number HAProxy takes for milliseconds. */
static void check_times(struct lint *lint, const struct directive *d)
{
    static const enum keyword_id options[] = {KW_SERVER_INTER, KW_SERVER_FASTINTER, KW_SERVER_DOWNINTER,
                                              KW_SERVER_AGENT_INTER};
    static const enum keyword_id timeouts[] = {
        KW_DEFAULTS_TIMEOUT_CHECK,        KW_DEFAULTS_TIMEOUT_CLIENT,  KW_DEFAULTS_TIMEOUT_CLIENT_FIN,
        KW_DEFAULTS_TIMEOUT_CLIENT_HS,    KW_DEFAULTS_TIMEOUT_CONNECT, KW_DEFAULTS_TIMEOUT_HTTP_KEEP_ALIVE,
        KW_DEFAULTS_TIMEOUT_HTTP_REQUEST, KW_DEFAULTS_TIMEOUT_QUEUE,   KW_DEFAULTS_TIMEOUT_SERVER,
        KW_DEFAULTS_TIMEOUT_SERVER_FIN,   KW_DEFAULTS_TIMEOUT_TARPIT,  KW_DEFAULTS_TIMEOUT_TUNNEL};
    const struct arg *value;

    if (keyword_is_one_of(d->kw, timeouts, LINT_COUNT(timeouts)) && d->arg_count)
        check_time(lint, d->kw->name, &d->args[0]);
    for (size_t i = 0; i < LINT_COUNT(options); i++)
        if ((value = directive_option_value(d, options[i])))
            check_time(lint, keywords[value[-1].row].name, value);
}

/* HAProxy reads the options of a name server where it asks over TCP. */
static bool has_times(const struct directive *d)
{
    const struct arg *address = d->kw->id == KW_RESOLVERS_NAMESERVER ? directive_param(d, "address") : NULL;

    return !address || addr_transport(address->text, address->len) == TRANSPORT_STREAM;
}

void lint_times(struct lint *lint)
{
    if (lint->config->lang.version < HAP_3_2)
        return;
    for (const struct directive *d = lint->section->first; d; d = d->next)
        if (has_times(d))
            check_times(lint, d);
}

/* Browsers take a cookie's domain for a host of its own where it has no dot inside (RFC 6265 5.2.3). */
static void check_cookie_domain(struct lint *lint, const struct directive *d)
{
    for (uint32_t i = 0; d->kw->id == KW_DEFAULTS_COOKIE && i + 1 < d->arg_count; i++) {
        const struct arg *domain = &d->args[i + 1];

        if (!(d->args[i].flags & ARG_HEAD) || keywords[d->args[i].row].id != KW_COOKIE_DOMAIN ||
            domain->flags & ARG_ENV || !domain->len || memchr(domain->text + 1, '.', domain->len - 1))
            continue;
        diag_add(lint->config->diags, RULE_COOKIE_DOMAIN, arg_span(domain), NULL,
                 "browsers refuse the cookie domain '%.*s', which has no dot inside", WORD_ARGS(domain));
    }
}

/* Cookies are HTTP's. One of a default-server is told of there. */
static void check_cookie(struct lint *lint, const struct directive *d)
{
    const struct arg *cookie = NULL;

    if (directive_is_server(d) || (d->kw->id == KW_DEFAULTS_DEFAULT_SERVER && lint_own(lint, KW_LISTEN_SERVER)))
        cookie = directive_option(d, KW_SERVER_COOKIE);
    if (cookie && lint->mode != MODE_HTTP)
        diag_add(lint->config->diags, RULE_HTTP_OPTION_IN_TCP, arg_span(cookie), "it takes 'mode http'",
                 "'cookie' has no effect: %s '%.*s' is in mode %s", LINT_NAME(lint), proxy_mode_names[lint->mode]);
}

/* Gives the option that takes the client's address from a header: of `usesrc` the one choice with arguments. */
static const struct arg *header_source(const struct directive *d)
{
    const struct arg *usesrc = directive_option(d, KW_SOURCE_USESRC);
    const struct arg *choice = usesrc ? directive_option_value(d, KW_SOURCE_USESRC) : NULL;

    return choice && choice->sig && sig_at(choice->sig)->kind == SIG_WORD && sig_at(choice->sig)->paren ? choice : NULL;
}

/* Where there is no HTTP there is no header to take an address from. One of a default-server is told of there. */
static void check_source(struct lint *lint, const struct directive *d)
{
    const struct arg *header = NULL;

    if (directive_is_server(d) || (d->kw->id == KW_DEFAULTS_DEFAULT_SERVER && lint_own(lint, KW_LISTEN_SERVER)))
        header = header_source(d);
    if (header && lint->mode != MODE_HTTP)
        diag_add(lint->config->diags, RULE_HTTP_OPTION_IN_TCP, arg_span(header), "it takes 'mode http'",
                 "'usesrc hdr_ip' has no effect: %s '%.*s' is in mode %s", LINT_NAME(lint),
                 proxy_mode_names[lint->mode]);
}

/* The same for all servers of the section. */
static void check_common_source(struct lint *lint)
{
    const struct directive *line = lint_effective(lint, KW_DEFAULTS_SOURCE);

    if (line && lint->mode != MODE_HTTP && header_source(line))
        lint_add(lint, RULE_HTTP_OPTION_IN_TCP, line, "it takes 'mode http'",
                 "'%s … usesrc hdr_ip' has no effect: %s '%.*s' is in mode %s", line->kw->name, LINT_NAME(lint),
                 proxy_mode_names[lint->mode]);
}

/* HAProxy does not show raw contents to proxies in mode http. */
static void check_hash(struct lint *lint)
{
    const struct directive *line = lint_effective(lint, KW_DEFAULTS_BALANCE);
    const struct arg *sample = line ? directive_option_value(line, KW_BALANCE_HASH) : NULL;
    const struct keyword *fetch = sample ? lint_fetch(lint, sample->text, sample->len) : NULL;

    if (fetch && lint->mode == MODE_HTTP && fetch->modes && !(fetch->modes & MODE_BIT(MODE_HTTP)))
        lint_add(lint, RULE_CONTENT_IN_HTTP, line, "hash what belongs to the request, as the path or a header",
                 "'%s' reads raw contents, and %s '%.*s' is in mode http", fetch->name, LINT_NAME(lint));
}

/* An RDP cookie tells address and port of the server. */
static void check_rdp_port(struct lint *lint, const struct directive *d)
{
    const struct directive *persist = lint_effective(lint, KW_DEFAULTS_PERSIST_RDP_COOKIE);
    const struct arg *address = directive_is_server(d) ? directive_param(d, "address") : NULL;

    if (!persist || !address || address->flags & ARG_ENV || !addr_lacks_port(address->text, address->len))
        return;
    diag_add(lint->config->diags, RULE_SERVER_NO_PORT, arg_span(address), "write the server's port",
             "'%.*s' has no port of its own, which '%s' needs", WORD_ARGS(address), persist->kw->name);
    diag_place(lint->config->diags, persist->at, "it is needed here");
}

/* Data sent with the SYN is lost with it: HAProxy has to be able to send it again. */
static void check_fast_open(struct lint *lint, const struct directive *d)
{
    static const enum keyword_id needed[] = {KW_RETRY_ON_CONN_FAILURE, KW_RETRY_ON_EMPTY_RESPONSE,
                                             KW_RETRY_ON_RESPONSE_TIMEOUT};
    const struct directive *retry = lint_effective(lint, KW_DEFAULTS_RETRY_ON);
    const struct arg *option = directive_is_server(d) ? directive_option(d, KW_SERVER_TFO) : NULL;
    size_t given = 0;

    if (!option)
        return;
    for (size_t i = 0; retry && i < LINT_COUNT(needed); i++)
        given += directive_option(retry, needed[i]) || directive_option(retry, KW_RETRY_ON_ALL_RETRYABLE_ERRORS);
    if (given < LINT_COUNT(needed))
        diag_add(lint->config->diags, RULE_TFO_NO_RETRY, arg_span(option),
                 "add 'retry-on conn-failure empty-response response-timeout'",
                 "with 'tfo' a request may be lost, and %s '%.*s' does not send it again", LINT_NAME(lint));
}

void lint_servers(struct lint *lint)
{
    const uint64_t looked_at = keyword_bit(KW_LISTEN_SERVER) | keyword_bit(KW_LISTEN_SERVER_TEMPLATE) |
                               keyword_bit(KW_DEFAULTS_DEFAULT_SERVER) | keyword_bit(KW_DEFAULTS_COOKIE);
    bool whole = lint->backend && lint->enabled && lint->sure;

    lint_times(lint);
    if (whole) {
        check_hash(lint);
        check_common_source(lint);
    }
    for (const struct directive *d = section_lines(lint->section, looked_at); d; d = d->next) {
        check_cookie_domain(lint, d);
        if (!whole)
            continue;
        check_cookie(lint, d);
        check_source(lint, d);
        check_rdp_port(lint, d);
        check_fast_open(lint, d);
    }
}
