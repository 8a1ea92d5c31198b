/* TLS to a server: whether anybody can be in between. */
#include "hacc/check/lint_server.h"

#include "hacc/lang/value.h"

/* Gives what the global section says of servers that say nothing; NULL: it says nothing. */
static const struct arg *global_verify(const struct lint *lint)
{
    const struct directive *line =
        lint->global ? section_find_directive(lint->global, KW_GLOBAL_SSL_SERVER_VERIFY) : NULL;

    return line && line->arg_count ? &line->args[0] : NULL;
}

/* Gives the word that says whether the certificate is verified; NULL: none, and it is. */
static const struct arg *verify_of(const struct lint *lint)
{
    const struct arg *verify = lint_option_value(lint, KW_SERVER_VERIFY);

    return verify ? verify : global_verify(lint);
}

static void report_unverified(struct lint *lint, const struct lint_server *server, const struct arg *verify)
{
    bool global = !lint_option(lint, KW_SERVER_VERIFY);

    if (global ? lint->options.global_told : !lint_option_is_new(lint, KW_SERVER_VERIFY))
        return;
    lint->options.global_told |= global;
    diag_add(lint->config->diags, RULE_SERVER_VERIFY_NONE, arg_span(verify),
             "write 'verify required', a 'ca-file', and 'verifyhost' or 'sni'",
             "'verify none': whoever answers for server '%.*s' is taken for it", WORD_ARGS(server->name));
    if (global)
        diag_place(lint->config->diags, server->line->at, "as for this server");
}

/* With SNI the certificate must be for that name. Which name is told once for all servers of a default-server. */
static void check_host(struct lint *lint, const struct lint_server *server)
{
    const struct arg *ca = lint_option_value(lint, KW_SERVER_CA_FILE);

    if (!ca || lint_option(lint, KW_SERVER_VERIFYHOST) || lint_option(lint, KW_SERVER_SNI) ||
        !lint_option_is_new(lint, KW_SERVER_CA_FILE))
        return;
    diag_add(lint->config->diags, RULE_SERVER_VERIFY_NO_HOST, arg_span(ca),
             "add 'verifyhost' or 'sni' with the name in its certificate",
             "any certificate that '%.*s' signed passes for server '%.*s': no name is compared", WORD_ARGS(ca),
             WORD_ARGS(server->name));
}

/* Rules of tcp-check and http-check say themselves how they connect. */
static bool checks_connect(const struct lint *lint)
{
    return lint_effective(lint, KW_DEFAULTS_HTTP_CHECK_CONNECT) || lint_effective(lint, KW_DEFAULTS_TCP_CHECK_CONNECT);
}

/* Checks that go to another port or address do so without TLS, unless check-ssl stands. */
static void check_sni(struct lint *lint, const struct lint_server *server)
{
    const struct directive *kind = lint_check_kind(lint);
    bool elsewhere = lint_option(lint, KW_SERVER_PORT) || lint_option(lint, KW_SERVER_ADDR);

    if (!lint_option(lint, KW_SERVER_SNI) || !lint_option(lint, KW_SERVER_CHECK) ||
        lint_option(lint, KW_SERVER_CHECK_SNI) || lint_option(lint, KW_SERVER_NO_CHECK_SSL) ||
        (elsewhere && !lint_option(lint, KW_SERVER_CHECK_SSL)) || checks_connect(lint) ||
        (kind && kind->kw->id == KW_DEFAULTS_OPTION_EXTERNAL_CHECK) || !lint_option_is_new(lint, KW_SERVER_SNI))
        return;
    diag_add(lint->config->diags, RULE_CHECK_SNI_MISSING, arg_span(lint_option(lint, KW_SERVER_SNI)),
             "add 'check-sni' with the name as plain text",
             "the health checks of server '%.*s' send no name: 'sni' is for requests alone", WORD_ARGS(server->name));
}

/* Whether a list of protocols has HTTP/2 in it. */
static bool has_h2(const struct arg *list)
{
    return list && (list->flags & ARG_ENV || memmem(list->text, list->len, "h2", 2));
}

static void check_proto(struct lint *lint, const struct lint_server *server)
{
    const struct arg *proto = lint_option_value(lint, KW_SERVER_PROTO), *alpn = lint_option_value(lint, KW_SERVER_ALPN);
    bool h2 = proto && text_is(proto->text, proto->len, "h2");

    if (!proto || proto->flags & ARG_ENV ||
        (h2 ? has_h2(alpn) : !(has_h2(alpn) && text_is(proto->text, proto->len, "h1"))) ||
        !lint_option_is_new(lint, KW_SERVER_PROTO))
        return;
    diag_add(lint->config->diags, RULE_H2_PROTO_MISMATCH, arg_span(proto),
             h2 ? "add 'alpn h2'" : "take one of them away",
             h2 ? "HAProxy speaks HTTP/2 to server '%.*s', and does not offer it in the TLS handshake"
                : "server '%.*s' is offered HTTP/2 in the TLS handshake, and HAProxy speaks HTTP/1 all the same",
             WORD_ARGS(server->name));
}

/* TLS that is prepared on the server's own line, but not switched on. Of 'sni' its own rule speaks. */
static void check_no_tls(struct lint *lint, const struct lint_server *server)
{
    static const enum keyword_id prepared[] = {KW_SERVER_CRT, KW_SERVER_CA_FILE, KW_SERVER_VERIFYHOST,
                                               KW_SERVER_CRL_FILE};
    const struct arg *option = NULL;

    if (lint_option(lint, KW_SERVER_CHECK_SSL) || lint_option(lint, KW_SERVER_SNI) || checks_connect(lint) ||
        lint_option_is_own(lint, KW_SERVER_NO_SSL))
        return;
    for (size_t i = 0; i < LINT_COUNT(prepared) && !option; i++)
        if (lint_option_is_own(lint, prepared[i]))
            option = lint_option(lint, prepared[i]);
    if (option)
        diag_add(lint->config->diags, RULE_SERVER_TLS_NO_SSL, arg_span(option),
                 arena_printf(lint->config->arena, "add 'ssl', or take '%s' away", keywords[option->row].name),
                 "'%s' has no effect: HAProxy speaks no TLS to server '%.*s', since 'ssl' is missing",
                 keywords[option->row].name, WORD_ARGS(server->name));
}

void lint_server_tls(struct lint *lint, const struct lint_server *server)
{
    const struct arg *verify = verify_of(lint);

    if (!lint->options.unsure && !lint_option(lint, KW_SERVER_SSL))
        check_no_tls(lint, server);
    if (!lint_option(lint, KW_SERVER_SSL) || lint->options.unsure)
        return;
    check_sni(lint, server);
    check_proto(lint, server);
    if (server->local || (verify && verify->flags & ARG_ENV))
        return;
    if (verify && text_is(verify->text, verify->len, "none"))
        report_unverified(lint, server, verify);
    else
        check_host(lint, server);
}
