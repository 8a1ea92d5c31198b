/* How long is waited: for a request, for data in a tunnel, for the first bytes of a connection; and what is done with
 * a connection's server name. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

#include <strings.h>

/* A tunnel that is silent so long is not missed. */
enum { LONG_MS = 60 * 60 * 1000 };

/* Gives a timeout in milliseconds; -1: none, or 0; INT64_MAX: not known. */
static int64_t timeout_of(const struct directive *line)
{
    int64_t ms;

    if (!line || !line->arg_count)
        return -1;
    if (line->args[0].flags & ARG_ENV || !time_parse(line->args[0].text, line->args[0].len, UNIT_MS, &ms))
        return INT64_MAX;
    return ms ? ms : -1;
}

/* Whether clients of other machines can reach the section. */
static bool is_open(const struct lint *lint)
{
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_BIND); d; d = lint_next(lint, d, KW_FRONTEND_BIND)) {
        const struct arg *address = d->kw->id == KW_FRONTEND_BIND && d->arg_count ? &d->args[0] : NULL;

        if (address && !text_begins(address->text, address->len, "127.") &&
            !text_begins(address->text, address->len, "localhost:") &&
            !text_begins(address->text, address->len, "[::1]") && !memchr(address->text, '/', address->len) &&
            !memchr(address->text, '@', address->len) && !(address->flags & ARG_ENV))
            return true;
    }
    return false;
}

/* It belongs in the defaults section, and is told of once for all proxies that start from one. */
static void check_request(struct lint *lint)
{
    if (!lint->frontend || lint->mode != MODE_HTTP ||
        timeout_of(lint_effective(lint, KW_DEFAULTS_TIMEOUT_HTTP_REQUEST)) != -1 || !is_open(lint) ||
        (lint->defaults && lint->defaults == lint->told_timeout))
        return;
    lint->told_timeout = lint->defaults;
    lint_add_section(lint, RULE_TIMEOUT_HTTP_REQUEST_MISSING, "add 'timeout http-request 10s' to the defaults section",
                     "%s '%.*s' has no 'timeout http-request': a client may take for ever to send its request",
                     LINT_NAME(lint));
}

/* Whether a test is of the header that WebSockets begin with. */
static bool is_upgrade(const struct arg *criterion)
{
    static const char header[] = "(upgrade";

    for (uint32_t i = 0; i + sizeof(header) <= criterion->len; i++)
        if (strncasecmp(criterion->text + i, header, sizeof(header) - 1) == 0)
            return true;
    return false;
}

static bool tests_upgrade(const struct lint *lint, const struct directive *d)
{
    struct lint_test test = {0};

    while (lint_next_test(lint, d, &test)) {
        if (!test.name && is_upgrade(test.at))
            return true;
        for (const struct symbol *line = test.acl; line; line = line->same) {
            const struct arg *criterion = line->directive ? directive_param(line->directive, "test") : NULL;

            if (criterion && is_upgrade(criterion))
                return true;
        }
    }
    return false;
}

/* Gives the backend that a rule sends to; NULL where only a request's contents tell. */
static const struct section *target_of(const struct lint *lint, const struct directive *d)
{
    const struct symbol *backend = config_find(lint->config, SYMBOL_BACKEND, d->args[0].text, d->args[0].len, NULL);

    return backend ? backend->section : NULL;
}

/* Gives the first line of a keyword in a section, or else in its defaults. */
static const struct directive *setting_of(const struct section *section, enum keyword_id id)
{
    const struct directive *line = NULL;

    for (const struct section *s = section; s && !line; s = s->defaults)
        line = section_find_directive(s, id);
    return line;
}

/* WebSockets, where a rule says that there are such, are cut by the timeouts of requests. */
static void check_tunnel(struct lint *lint, const struct directive *d)
{
    const struct section *backend = target_of(lint, d);
    int64_t server;

    if (lint->mode != MODE_HTTP || !backend || backend->poison || !tests_upgrade(lint, d) ||
        setting_of(backend, KW_DEFAULTS_TIMEOUT_TUNNEL))
        return;
    server = timeout_of(setting_of(backend, KW_DEFAULTS_TIMEOUT_SERVER));
    if (server < 0 || server >= LONG_MS)
        return;
    diag_add(lint->config->diags, RULE_TUNNEL_TIMEOUT_MISSING, d->at, "add 'timeout tunnel 1h' to the backend",
             "a WebSocket of backend '%.*s' is cut after %llds of silence: it has no 'timeout tunnel'",
             (int)backend->name_len, backend->name, (long long)server / 1000);
    diag_place(lint->config->diags, backend->name_at, "the backend");
}

/* Gives what a name such as "%[req.ssl_sni,lower]" is made of; NULL: it is a plain name. */
static const struct keyword *name_fetch(const struct lint *lint, const struct directive *d)
{
    const struct arg *name = &d->args[0];
    const char *start = memmem(name->text, name->len, "%[", 2);
    uint32_t at = start ? (uint32_t)(start - name->text) + 2 : 0;

    return start ? lint_fetch(lint, name->text + at, name->len - at) : NULL;
}

/* Whether a fetch reads the first bytes of a connection, as of TLS that passes through. */
static bool is_raw(const struct keyword *fetch)
{
    return fetch && fetch->modes == MODE_BIT(MODE_TCP);
}

/* Whether a fetch is the server name of TLS that ends here. */
static bool is_sni(const struct keyword *fetch)
{
    return fetch && fetch->id == KW_FETCH_SSL_FC_SNI;
}

/* Gives what a rule that chooses a backend is about, of the kind that `wanted` says; NULL: nothing such. */
static const struct keyword *route_by(const struct lint *lint, const struct directive *d,
                                      bool (*wanted)(const struct keyword *))
{
    struct lint_test test = {0};

    if (wanted(name_fetch(lint, d)))
        return name_fetch(lint, d);
    while (lint_next_test(lint, d, &test)) {
        if (!test.acl && wanted(test.fetch))
            return test.fetch;
        for (const struct symbol *line = test.acl; line; line = line->same)
            if (wanted(lint_acl_fetch(lint, line)))
                return lint_acl_fetch(lint, line);
    }
    return NULL;
}

/* HAProxy waits where a rule on contents, and a delay, tell it to; or the kernel waits before it hands over a
 * connection. */
static bool waits_for_contents(const struct lint *lint, bool delay)
{
    const struct directive *rule = lint_effective(lint, KW_FRONTEND_TCP_REQUEST_CONTENT);

    if (delay && rule && !lint_is_own(lint, rule))
        return true; /* those of defaults may be of any kind */
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (delay && d->kw->id == KW_FRONTEND_TCP_REQUEST_CONTENT && lint_waits(lint, d))
            return true;
        if (d->kw->id == KW_FRONTEND_BIND && directive_option(d, KW_BIND_DEFER_ACCEPT))
            return true;
    }
    return false;
}

/* Told of at the first such rule of a section. */
static void check_raw_route(struct lint *lint, const struct directive *d, bool *asked)
{
    const struct keyword *fetch = lint->mode == MODE_TCP && !*asked ? route_by(lint, d, is_raw) : NULL;
    bool delay = timeout_of(lint_effective(lint, KW_FRONTEND_TCP_REQUEST_INSPECT_DELAY)) != -1;

    if (!fetch)
        return;
    *asked = true;
    if (!waits_for_contents(lint, delay))
        diag_add(
            lint->config->diags, RULE_SNI_NO_INSPECT_DELAY, d->at,
            delay ? "add 'tcp-request content accept if { req.ssl_hello_type 1 }'"
                  : "add 'tcp-request inspect-delay 5s' and 'tcp-request content accept if { req.ssl_hello_type 1 }'",
            "'%s' is looked at before anything has come: %s '%.*s' does not wait for it", fetch->name, LINT_NAME(lint));
}

static void check_sni_route(struct lint *lint, const struct directive *d)
{
    const struct keyword *fetch = lint->mode == MODE_HTTP ? route_by(lint, d, is_sni) : NULL;

    if (fetch)
        diag_add(lint->config->diags, RULE_SSL_FC_SNI_ROUTING, d->at, "test 'hdr(host)', or 'req.hdr(host),host_only'",
                 "'%s' is the name of the connection, and a request on it may be for another host", fetch->name);
}

void lint_timeouts(struct lint *lint)
{
    bool asked = false;

    check_request(lint);
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_USE_BACKEND); d && lint->frontend; d = d->next) {
        if (d->kw->id != KW_FRONTEND_USE_BACKEND || !d->arg_count)
            continue;
        check_tunnel(lint, d);
        check_raw_route(lint, d, &asked);
        check_sni_route(lint, d);
    }
}
