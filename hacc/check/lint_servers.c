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

    if (lint->config->lang.version < HAP_3_2)
        return;
    for (size_t i = 0; i < LINT_COUNT(timeouts); i++)
        if (d->kw->id == timeouts[i] && d->arg_count)
            check_time(lint, d->kw->name, &d->args[0]);
    for (size_t i = 0; i < LINT_COUNT(options); i++)
        if ((value = directive_option_value(d, options[i])))
            check_time(lint, keywords[value[-1].row].name, value);
}

void lint_times(struct lint *lint)
{
    for (const struct directive *d = lint->section->first; d; d = d->next)
        check_times(lint, d);
}

/* Browsers take a cookie's domain for a host of its own where it has no dot inside (RFC 6265 5.2.3). */
static void check_cookie_domain(struct lint *lint, const struct directive *d)
{
    for (uint32_t i = 0; d->kw->id == KW_DEFAULTS_COOKIE && i + 1 < d->arg_count; i++) {
        const struct arg *domain = &d->args[i + 1];

        if (!(d->args[i].flags & ARG_HEAD) || keywords[d->args[i].row].id != KW_COOKIE_DOMAIN ||
            domain->flags & ARG_ENV || domain->len < 2 || memchr(domain->text + 1, '.', domain->len - 1))
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

/* "gpc0,http_req_rate(10s)": gives the length of the first name. */
static uint32_t counter_name(const char *list, uint32_t len)
{
    uint32_t end = 0;

    while (end < len && list[end] != ',' && list[end] != '(')
        end++;
    return end;
}

/* Gives the place of the item behind the one at `at`. */
static uint32_t next_counter(const char *list, uint32_t len, uint32_t at)
{
    const char *comma = memchr(list + at, ',', len - at);

    return comma ? (uint32_t)(comma - list) + 1 : len;
}

/* A counter that a stick table is to store twice. */
static void check_store(struct lint *lint, const struct directive *d, const struct arg *store)
{
    for (uint32_t i = 0; i < store->len; i = next_counter(store->text, store->len, i)) {
        uint32_t name = counter_name(store->text + i, store->len - i);

        for (uint32_t j = 0; j < i; j = next_counter(store->text, store->len, j)) {
            if (counter_name(store->text + j, store->len - j) != name ||
                memcmp(store->text + i, store->text + j, name) != 0)
                continue;
            diag_add(lint->config->diags, RULE_DUPLICATE_IGNORED, arg_span(store), "remove one of them",
                     "'%s' stores '%.*s' twice", d->kw->name, (int)name, store->text + i);
            break;
        }
    }
}

/* Without a text of its own the page shows that of the global section. */
static void check_description(struct lint *lint, const struct directive *d)
{
    if (d->kw->id != KW_DEFAULTS_STATS_SHOW_DESC || d->arg_count ||
        (lint->global && section_find_directive(lint->global, KW_GLOBAL_DESCRIPTION)))
        return;
    diag_add(lint->config->diags, RULE_STATS_NO_DESCRIPTION, d->at,
             "write the text behind it, or 'description' into the global section",
             "'%s' shows nothing: there is no description", d->kw->name);
}

void lint_servers(struct lint *lint)
{
    bool whole = lint->backend && lint->enabled && lint->sure;

    lint_times(lint);
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        check_cookie_domain(lint, d);
        check_description(lint, d);
        if (d->kw->id == KW_FRONTEND_STICK_TABLE && directive_option_value(d, KW_STICK_TABLE_STORE))
            check_store(lint, d, directive_option_value(d, KW_STICK_TABLE_STORE));
        if (!whole)
            continue;
        check_cookie(lint, d);
        check_rdp_port(lint, d);
        check_fast_open(lint, d);
    }
}
