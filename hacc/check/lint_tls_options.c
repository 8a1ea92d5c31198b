/* How safe TLS is, by the options of bind, server and global lines: versions, ciphers, certificates of clients. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

#include <strings.h>

/* What makes a cipher of OpenSSL's lists weak, by a part of its name between '-', '+' and '_'. Source: RFC 9325 4.1,
 * 4.2; openssl-ciphers(1). */
static const struct weakness {
    const char *part, *group; /* the group: the name of all such ciphers */
    const char *why;
} weaknesses[] = {
    {"RC4", "RC4", "RC4 is broken"},
    {"CBC3", "3DES", "3DES is broken"},
    {"3DES", "3DES", "3DES is broken"},
    {"DES", "DES", "DES is broken"},
    {"IDEA", "IDEA", "it has blocks of 64 bits"},
    {"RC2", "RC2", "RC2 is broken"},
    {"MD5", "MD5", "MD5 is broken"},
    {"NULL", "eNULL", "it does not encrypt"},
    {"eNULL", "eNULL", "it does not encrypt"},
    {"aNULL", "aNULL", "it does not say who the server is"},
    {"ADH", "aNULL", "it does not say who the server is"},
    {"AECDH", "aNULL", "it does not say who the server is"},
    {"EXP", "EXPORT", "it was made weak for export"},
    {"EXPORT", "EXP", "it was made weak for export"},
    {"LOW", "LOW", "its keys are too short"},
    {"kRSA", "RSA", "who gets the server's key can read what was recorded"},
};

/* A name in a cipher list, without what may stand before it ("!", "-", "+"). */
struct cipher {
    const char *text;
    uint32_t len, at; /* its place in the list */
    char sign;        /* 0: it is added */
};

static bool is_gap(char c)
{
    return c == ':' || c == ',' || c == ' ' || c == ';';
}

/* Goes to the next name of a list; false: there is none. */
static bool next_cipher(const struct arg *list, struct cipher *cipher)
{
    uint32_t i = cipher->at + cipher->len;

    while (i < list->len && is_gap(list->text[i]))
        i++;
    cipher->sign = i < list->len && strchr("!-+", list->text[i]) ? list->text[i++] : 0;
    cipher->at = i;
    cipher->text = list->text + i;
    while (i < list->len && !is_gap(list->text[i]))
        i++;
    cipher->len = i - cipher->at;
    return cipher->len > 0;
}

static bool has_part(const struct cipher *cipher, const char *part)
{
    uint32_t from = 0, length = (uint32_t)strlen(part);

    for (uint32_t i = 0; i <= cipher->len; i++) {
        if (i < cipher->len && !strchr("-+_", cipher->text[i]))
            continue;
        if (i - from == length && memcmp(cipher->text + from, part, length) == 0)
            return true;
        from = i + 1;
    }
    return false;
}

/* Whether the list takes all ciphers of that name out again. */
static bool is_excluded(const struct arg *list, const char *name)
{
    struct cipher other = {0};

    while (next_cipher(list, &other))
        if (other.sign == '!' && text_is(other.text, other.len, name))
            return true;
    return false;
}

/* The key exchange by RSA has no part of its own: "AES128-SHA", "RSA+AES". */
static bool is_rsa_exchange(const struct cipher *cipher)
{
    static const char *const begins[] = {"AES128-", "AES256-", "CAMELLIA128-", "CAMELLIA256-", "RSA+", "kRSA"};

    for (size_t i = 0; i < LINT_COUNT(begins); i++)
        if (text_begins(cipher->text, cipher->len, begins[i]))
            return true;
    return false;
}

static const char *why_weak(const struct arg *list, const struct cipher *cipher)
{
    for (size_t i = 0; i < LINT_COUNT(weaknesses); i++)
        if (has_part(cipher, weaknesses[i].part))
            return is_excluded(list, weaknesses[i].part) || is_excluded(list, weaknesses[i].group) ? NULL
                                                                                                   : weaknesses[i].why;
    if (is_rsa_exchange(cipher) && !is_excluded(list, "kRSA") && !is_excluded(list, "RSA"))
        return "who gets the server's key can read what was recorded";
    return NULL;
}

/* Of a list the first weak name is told of. */
static void check_ciphers(struct lint *lint, const struct arg *list)
{
    struct cipher cipher = {0};

    while (!(list->flags & ARG_ENV) && next_cipher(list, &cipher)) {
        const char *why = cipher.sign ? NULL : why_weak(list, &cipher);

        if (!why)
            continue;
        diag_add(lint->config->diags, RULE_WEAK_CIPHERS, arg_span(list),
                 "write 'ECDHE+AESGCM:ECDHE+CHACHA20', or leave the choice to HAProxy", "the cipher '%.*s' is weak: %s",
                 (int)cipher.len, cipher.text, why);
        return;
    }
}

/* The versions that nobody should speak (RFC 8996): a bit each, as in struct keyword.tls. */
enum { OLD_VERSIONS = 1 << 0 | 1 << 1 | 1 << 2 };

/* Gives the versions that the value of an option names: a bit; 0: none, or it is not known. */
static unsigned named_version(const struct arg *value)
{
    const char *const *words = types[TYPE_TLS_VERSION].words;

    for (unsigned i = 0; !(value->flags & ARG_ENV) && words[i]; i++)
        if (text_is(value->text, value->len, words[i]))
            return 1u << i;
    return 0;
}

/* Tells of an option that allows an old version alone. */
static void check_versions(struct lint *lint, const struct arg *option, unsigned versions)
{
    const char *const *words = types[TYPE_TLS_VERSION].words;

    for (unsigned i = 0; words[i]; i++)
        if (versions == 1u << i && versions & OLD_VERSIONS)
            diag_add(lint->config->diags, RULE_TLS_MIN_VERSION, arg_span(option), "write 'ssl-min-ver TLSv1.2'",
                     "'%.*s' allows %s, which is broken", WORD_ARGS(option), words[i]);
}

/* Whether the value of a keyword or option is a list of ciphers up to TLS 1.2. */
static bool takes_ciphers(const struct keyword *kw)
{
    return kw->id == KW_BIND_CIPHERS || kw->id == KW_SERVER_CIPHERS || kw->id == KW_SSL_F_USE_CIPHERS ||
           kw->id == KW_GLOBAL_SSL_DEFAULT_BIND_CIPHERS || kw->id == KW_GLOBAL_SSL_DEFAULT_SERVER_CIPHERS;
}

static void check_option(struct lint *lint, const struct arg *option, const struct arg *value)
{
    const struct keyword *kw = &keywords[option->row];

    if (kw->flags & KW_TLS_VERSION && kw->tls)
        check_versions(lint, option, kw->tls);
    else if (kw->flags & KW_TLS_VERSION && value)
        check_versions(lint, option, named_version(value));
    if (value && takes_ciphers(kw))
        check_ciphers(lint, value);
}

static void check_line(struct lint *lint, const struct directive *d)
{
    const uint64_t ciphers =
        keyword_bit(KW_BIND_CIPHERS) | keyword_bit(KW_SERVER_CIPHERS) | keyword_bit(KW_SSL_F_USE_CIPHERS);

    if (takes_ciphers(d->kw) && d->arg_count)
        check_ciphers(lint, &d->args[0]);
    if (!(d->flags & KW_TLS_VERSION) && !(d->options & ciphers))
        return;
    for (uint32_t i = 0; i < d->arg_count; i++)
        if (d->args[i].flags & ARG_HEAD)
            check_option(lint, &d->args[i], i + 1 < d->arg_count ? &d->args[i + 1] : NULL);
}

/* A file of certificates, and ssl-f-use, may say for each of them whom it takes. */
static void check_client_ca(struct lint *lint, const struct directive *bind)
{
    const struct arg *ca = directive_option(bind, KW_BIND_CA_FILE);
    const struct arg *verify = directive_option_value(bind, KW_BIND_VERIFY);

    if (!ca || !directive_option(bind, KW_BIND_SSL) || directive_option(bind, KW_BIND_CRT_LIST) ||
        lint_own(lint, KW_DEFAULTS_SSL_F_USE) || (verify && !text_is(verify->text, verify->len, "none")))
        return;
    diag_add(lint->config->diags, RULE_CA_FILE_NO_VERIFY, arg_span(ca), "add 'verify required', or 'verify optional'",
             "no client is asked for a certificate: 'ca-file' does nothing %s",
             verify ? "beside 'verify none'" : "without 'verify'");
}

/* From 2.8 on HTTP/2 is offered where nothing else is said. */
static void check_proto(struct lint *lint, const struct directive *bind)
{
    const struct arg *proto = directive_option(bind, KW_BIND_PROTO);
    const struct arg *alpn = directive_option_value(bind, KW_BIND_ALPN);
    bool offered = lint->config->lang.version >= HAP_2_8 && !directive_option(bind, KW_BIND_NO_ALPN);

    if (!proto || !text_is(proto[1].text, proto[1].len, "h2") || !directive_option(bind, KW_BIND_SSL) ||
        (alpn ? alpn->flags & ARG_ENV || memmem(alpn->text, alpn->len, "h2", 2) : offered))
        return;
    diag_add(lint->config->diags, RULE_H2_PROTO_MISMATCH, arg_span(proto), "add 'alpn h2'",
             "HAProxy speaks HTTP/2 here, and does not offer it in the TLS handshake");
}

/* Whether nothing that comes in has passed TLS, here or at a machine in front. */
static bool is_all_plain(const struct lint *lint)
{
    const struct directive *first = lint_first(lint, KW_FRONTEND_BIND);

    for (const struct directive *d = first; d; d = lint_next(lint, d, KW_FRONTEND_BIND)) {
        const struct arg *address = d->kw->id == KW_FRONTEND_BIND && d->arg_count ? &d->args[0] : NULL;

        if (address && (address->flags & ARG_ENV || directive_option(d, KW_BIND_SSL) ||
                        directive_option(d, KW_BIND_ACCEPT_PROXY) || memchr(address->text, '/', address->len) ||
                        memchr(address->text, '@', address->len) || text_begins(address->text, address->len, "127.") ||
                        text_begins(address->text, address->len, "[::1]")))
            return false;
    }
    return first != NULL;
}

/* Whether an argument of a rule is that header's name. */
static bool names_hsts(const struct arg *arg)
{
    static const char header[] = "strict-transport-security";

    return arg->len == sizeof(header) - 1 && strncasecmp(arg->text, header, arg->len) == 0;
}

static void check_hsts(struct lint *lint, const struct directive *d)
{
    bool answer = d->kw->id == KW_FRONTEND_HTTP_RESPONSE || d->kw->id == KW_FRONTEND_HTTP_AFTER_RESPONSE;
    unsigned action = answer && d->arg_count ? keywords[d->args[0].row].id : 0;

    if ((action != KW_HTTP_REQUEST_SET_HEADER && action != KW_HTTP_REQUEST_ADD_HEADER) || directive_has_condition(d) ||
        d->arg_count < 3 || !names_hsts(&d->args[1]) || !is_all_plain(lint))
        return;
    diag_add(lint->config->diags, RULE_HSTS_ON_PLAIN, arg_span(&d->args[1]),
             "set it where TLS ends, and redirect to https here",
             "browsers ignore '%.*s' over plain HTTP: no 'bind' of %s '%.*s' has 'ssl'", WORD_ARGS(&d->args[1]),
             LINT_NAME(lint));
}

void lint_tls_options(struct lint *lint)
{
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        check_line(lint, d);
        if (d->kw->id == KW_FRONTEND_BIND || d->kw->id == KW_PEERS_BIND || d->kw->id == KW_LOG_FORWARD_BIND) {
            check_client_ca(lint, d);
            check_proto(lint, d);
        }
        if (lint->frontend && lint->sure && lint->enabled)
            check_hsts(lint, d);
    }
}
