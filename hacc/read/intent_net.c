/* transparent, redirect-https and tls: what concerns the connections themselves. */
#include "hacc/model/sysctl.h"
#include "hacc/read/intent.h"

#include <stdlib.h>
#include <string.h>

/* --- transparent: the servers see the clients' addresses --- */

static uint32_t read_number(struct reader *reader, const struct intent_use *use, const char *name, uint32_t otherwise)
{
    const struct node *value = use->value->kind == NODE_MAP ? intent_option(use, name) : NULL;
    int64_t number;

    if (!value)
        return otherwise;
    if (value->kind == NODE_SCALAR && int_parse(value->text, value->len, &number) && number >= 1 && number <= INT32_MAX)
        return (uint32_t)number;
    intent_fault(reader, value, NULL, "'%s' is a number from 1", name);
    return otherwise;
}

static void transparent_expand(struct reader *reader, struct intent_use *use)
{
    struct tproxy *tproxy = &reader->config->tproxy;
    uint32_t errors = reader->diags->errors;
    struct tproxy wanted = {true, read_number(reader, use, "mark", 1), read_number(reader, use, "table", 100),
                            node_span(use->key)};

    if (reader->diags->errors != errors)
        return;
    if (tproxy->wanted && (tproxy->mark != wanted.mark || tproxy->table != wanted.table)) {
        intent_fault(reader, use->key, "use one mark and one table",
                     "two transparent backends differ in mark or table");
        diag_place(reader->diags, tproxy->at, "the other one");
    }
    *tproxy = wanted;
    reader_add_line(reader, use->key, "source 0.0.0.0 usesrc clientip");
}

static bool setcap_suffices(const struct directive *setcap)
{
    static const char *const enough[] = {"cap_net_raw", "cap_net_admin", "cap_sys_admin"};

    for (uint32_t i = 0; i < setcap->arg_count; i++)
        for (size_t j = 0; j < sizeof(enough) / sizeof(*enough); j++)
            if (memmem(setcap->args[i].text, setcap->args[i].len, enough[j], strlen(enough[j])))
                return true;
    return false;
}

/* HAProxy takes a capability from 2.9 on; before that `user` with usesrc passes -c and dies at the start. */
static void check_privileges(struct reader *reader, struct intent_use *use, struct section *global)
{
    static const enum keyword_id ids[] = {KW_GLOBAL_USER, KW_GLOBAL_UID};

    if (reader->lang->version >= HAP_3_0) {
        const struct directive *setcap = section_find_directive(global, KW_GLOBAL_SETCAP);

        if (!setcap)
            intent_line_into(reader, global, use, NULL, "setcap cap_net_raw");
        else if (!setcap_suffices(setcap)) {
            diag_add(reader->diags, RULE_INTENT, setcap->at, "add cap_net_raw to it",
                     "transparent mode needs cap_net_raw, cap_net_admin or cap_sys_admin");
            diag_place(reader->diags, node_span(use->key), "transparent mode is asked for here");
        }
        return;
    }
    for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
        const struct directive *d = section_find_directive(global, ids[i]);
        const struct arg *who = d && d->arg_count ? &d->args[0] : NULL;

        if (!who || (who->len == 4 && memcmp(who->text, "root", 4) == 0) || (who->len == 1 && who->text[0] == '0'))
            continue;
        diag_add(reader->diags, RULE_INTENT, d->at,
                 "remove 'user' and 'group' (the chroot stays), or build for HAProxy 3.0 or later",
                 "HAProxy %s needs root for transparent mode: with this it passes -c and dies at the start",
                 hap_version_names[reader->lang->version]);
        diag_place(reader->diags, node_span(use->key), "transparent mode is asked for here");
    }
}

static void check_send_proxy(struct reader *reader, struct intent_use *use)
{
    static const enum keyword_id options[] = {KW_SERVER_SEND_PROXY, KW_SERVER_SEND_PROXY_V2,
                                              KW_SERVER_SEND_PROXY_V2_SSL, KW_SERVER_SEND_PROXY_V2_SSL_CN};

    for (const struct directive *d = use->section->first; d; d = d->next) {
        const struct arg *option = NULL;

        for (size_t i = 0; i < sizeof(options) / sizeof(*options) && directive_is_server(d) && !option; i++)
            option = directive_option(d, options[i]);
        if (!option)
            continue;
        diag_add(reader->diags, RULE_INTENT, arg_span(option), "leave one of the two out",
                 "the server gets the client's address twice, by transparent mode and by the PROXY protocol");
        diag_place(reader->diags, node_span(use->key), "transparent mode is asked for here");
    }
}

/* Whether a server of the section has a literal IPv6 address. */
static bool has_ipv6_server(const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next) {
        const struct arg *address = directive_is_server(d) ? directive_param(d, "address") : NULL;

        if (address && memchr(address->text, ':', address->len) != memrchr(address->text, ':', address->len))
            return true;
    }
    return false;
}

static bool has_sysctl(const struct config *config, const char *key)
{
    for (const struct sysctl *s = config->sysctls; s; s = s->next)
        if (strcmp(s->key, key) == 0 && s->reason)
            return true;
    return false;
}

/* Measured over three network namespaces: the marks and routes do the work; these two keep the kernel from
 * undoing it (Documentation/networking/ip-sysctl.rst). */
static void transparent_finish(struct reader *reader, struct intent_use *use)
{
    struct span at = node_span(use->key);

    check_privileges(reader, use, intent_global(reader));
    check_send_proxy(reader, use);
    if (!has_sysctl(reader->config, "net.ipv4.ip_forward")) {
        config_sysctl(reader->config, "net.ipv4.ip_forward", "1",
                      "the servers' default route leads through this machine (transparent mode): what is not "
                      "a reply to "
                      "HAProxy must be forwarded",
                      at);
        config_sysctl(reader->config, "net.ipv4.conf.all.src_valid_mark", "0",
                      "replies are routed by mark (transparent mode): with 1, as wg-quick sets it, the "
                      "kernel drops them "
                      "as spoofed",
                      at);
    }
    if (has_ipv6_server(use->section) && !has_sysctl(reader->config, "net.ipv6.conf.all.forwarding"))
        config_sysctl(reader->config, "net.ipv6.conf.all.forwarding", "1",
                      "what is not a reply to HAProxy must be forwarded over IPv6 too (router advertisements "
                      "are then ignored, unless accept_ra is 2)",
                      at);
}

const struct intent intent_transparent = {"transparent",      "backend listen",   "mark table",
                                          transparent_expand, transparent_finish, true};

/* --- redirect-https --- */

static bool is_redirect_code(const char *code)
{
    static const char *const codes[] = {"301", "302", "303", "307", "308"};

    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

/* { ssl_fc } holds for what came in by a TLS bind of the same section: no loop there. */
static void redirect_expand(struct reader *reader, struct intent_use *use)
{
    const struct node *unless = use->value->kind == NODE_MAP ? intent_option(use, "unless") : NULL;
    const struct node *code_node = use->value->kind == NODE_MAP ? intent_option(use, "code") : use->value;
    const char *code = intent_word(reader, use, "code", "301"), *condition = "";
    uint32_t port = read_number(reader, use, "port", 443);

    if (use->value->kind == NODE_SCALAR && node_truth(use->value) == TRUTH_NONE)
        code = node_word(reader, use->value);
    if (!is_redirect_code(code)) {
        intent_fault(reader, code_node, "301, 302, 303, 307 or 308", "'%.*s' is no code of a redirect",
                     (int)code_node->len, code_node->text);
        return;
    }
    if (port > 65535) {
        intent_fault(reader, intent_option(use, "port"), "ports are numbers from 1 to 65535", "'%u' is not a port",
                     port);
        return;
    }
    if (unless && unless->kind != NODE_SCALAR) {
        intent_fault(reader, unless, NULL, "'unless' takes a condition");
        return;
    }
    if (unless)
        condition = arena_printf(reader->lang->arena, " || %.*s", (int)unless->len, unless->text);
    if (port == 443)
        reader_add_line(reader, use->key, "http-request redirect scheme https code %s unless { ssl_fc }%s", code,
                        condition);
    else
        reader_add_line(reader, use->key,
                        "http-request redirect location "
                        "https://%%[req.hdr(host),regsub(:[0-9]+$,)]:%u%%[pathq] code %s unless { ssl_fc }%s",
                        port, code, condition);
}

static void redirect_finish(struct reader *reader, struct intent_use *use)
{
    if (!section_speaks_http(reader->config, use->section))
        intent_fault(reader, use->key, "add 'mode: http'", "a redirect needs mode http");
}

const struct intent intent_redirect_https = {"redirect-https", "frontend listen", "code port unless",
                                             redirect_expand,  redirect_finish,   false};

/* --- tls: forward secrecy and authenticated encryption alone; the lists of Mozilla's server side TLS
 * guideline --- */

static void tls_expand(struct reader *reader, struct intent_use *use)
{
    bool modern = node_is(use->value, "modern");

    if (!modern && !node_is(use->value, "intermediate")) {
        intent_fault(reader, use->value, "modern: TLS 1.3 alone; intermediate: TLS 1.2 too",
                     "'tls' takes modern or intermediate");
        return;
    }
    reader_add_line(reader, use->key, "ssl-default-bind-curves X25519:prime256v1:secp384r1");
    if (!modern)
        reader_add_line(reader, use->key,
                        "ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
                        "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
                        "ECDHE-RSA-CHACHA20-POLY1305");
    reader_add_line(reader, use->key,
                    "ssl-default-bind-ciphersuites "
                    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
    reader_add_line(reader, use->key, "ssl-default-bind-options ssl-min-ver TLSv1.%d no-tls-tickets", modern ? 3 : 2);
}

const struct intent intent_tls = {"tls", "global", NULL, tls_expand, NULL, false};
