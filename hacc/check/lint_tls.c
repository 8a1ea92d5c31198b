/* TLS of bind and server lines: versions, and certificates. */
#include "hacc/check/lint.h"

#include "hacc/check/check.h"
#include "hacc/lang/value.h"

/* What HAProxy begins with on a bind line that names no lowest version: the number of TLSv1.2. */
enum { BIND_MIN = 4 };

/* OpenSSL mostly has no SSLv3: the versions that count begin behind it. */
enum { FIRST_VERSION = 1 };

static bool is_single(unsigned versions)
{
    return (versions & (versions - 1)) == 0;
}

/* Gives the number of a version, from 1; 0 where it is none. */
static uint8_t version_number(const struct arg *value)
{
    uint8_t number = 0;

    for (const char *const *word = types[TYPE_TLS_VERSION].words; *word; word++) {
        number++;
        if (text_is(value->text, value->len, *word))
            return number;
    }
    return 0;
}

static uint8_t lowest(unsigned versions)
{
    uint8_t number = 1;

    while (!(versions & 1u << (number - 1)))
        number++;
    return number;
}

static void take_option(struct tls_limits *tls, const struct arg *option, const struct arg *value)
{
    const struct keyword *kw = &keywords[option->row];

    if (kw->tls && is_single(kw->tls)) {
        tls->min = tls->max = lowest(kw->tls);
    } else if (kw->tls) {
        tls->without |= (uint8_t)~kw->tls;
    } else if (kw->id == KW_BIND_SSL_MIN_VER || kw->id == KW_SERVER_SSL_MIN_VER ||
               kw->id == KW_SSL_DEFAULT_BIND_OPTIONS_SSL_MIN_VER) {
        tls->min = version_number(value);
        tls->unknown |= !tls->min;
    } else if (kw->id == KW_BIND_SSL_MAX_VER || kw->id == KW_SERVER_SSL_MAX_VER ||
               kw->id == KW_SSL_DEFAULT_BIND_OPTIONS_SSL_MAX_VER) {
        tls->max = version_number(value);
        tls->unknown |= !tls->max;
    } else if (kw->id == KW_BIND_STRICT_SNI || kw->id == KW_SSL_DEFAULT_BIND_OPTIONS_STRICT_SNI) {
        tls->strict_sni = true;
    } else if (kw->id == KW_BIND_NO_STRICT_SNI) {
        tls->strict_sni = false;
    }
}

static void take_options(struct tls_limits *tls, const struct directive *d)
{
    for (uint32_t i = 0; i < d->arg_count; i++) {
        if (d->args[i].flags & ARG_HEAD)
            take_option(tls, &d->args[i], &d->args[i + (i + 1 < d->arg_count)]);
        tls->unknown |= (d->args[i].flags & ARG_POISON) != 0;
    }
}

/* What a line leaves open is as the global section has it. */
static void complete(struct tls_limits *tls, const struct tls_limits *global)
{
    tls->without |= global->without;
    tls->unknown |= global->unknown;
    if (!tls->min)
        tls->min = global->min;
    if (!tls->max)
        tls->max = global->max;
}

/* Gives the place of the first version that the line switches off; the line's where the global section does so. */
static struct span switch_place(const struct directive *d)
{
    for (uint32_t i = 0; i < d->arg_count; i++)
        if (d->args[i].flags & ARG_HEAD && !is_single(keywords[d->args[i].row].tls))
            return arg_span(&d->args[i]);
    return d->at;
}

/* Gives the place of an option, or of the line where the global section has it. */
static struct span option_place(const struct directive *d, enum keyword_id id)
{
    const struct arg *option = directive_option(d, id);

    return option ? arg_span(option) : d->at;
}

/* Bounds go before versions that are switched off one by one. */
static bool check_bounds(struct lint *lint, const struct directive *d, const struct tls_limits *tls)
{
    if (!tls->without || (!tls->min && !tls->max))
        return true;
    diag_add(lint->config->diags, RULE_TLS_VERSIONS, switch_place(d), "use 'ssl-min-ver' and 'ssl-max-ver' alone",
             "HAProxy switches off no single version where the lowest or the highest one is given");
    return false;
}

/* Versions are a range: one that is switched off between others is not. */
static void check_hole(struct lint *lint, const struct directive *d, const struct tls_limits *tls)
{
    const char *const *words = types[TYPE_TLS_VERSION].words;
    int hole = -1;
    bool below = false;

    for (int i = FIRST_VERSION; words[i]; i++) {
        if (tls->without & 1u << i) {
            hole = below ? i : -1;
        } else if (hole >= 0) {
            diag_add(lint->config->diags, RULE_TLS_VERSIONS, switch_place(d), "use 'ssl-min-ver' and 'ssl-max-ver'",
                     "%s is not switched off: versions below and above it are left", words[hole]);
            return;
        } else {
            below = true;
        }
    }
}

/* A bind line begins with TLSv1.2, unless what it ends with is lower. */
static void check_bind(struct lint *lint, const struct directive *d)
{
    const char *const *words = types[TYPE_TLS_VERSION].words;
    struct tls_limits tls = {.strict_sni = lint->tls_binds.strict_sni};

    take_options(&tls, d);
    complete(&tls, &lint->tls_binds);
    if (tls.strict_sni && !directive_option(d, KW_BIND_CRT) && !directive_option(d, KW_BIND_CRT_LIST) &&
        !directive_option(d, KW_BIND_DEFAULT_CRT) && !directive_option(d, KW_BIND_GENERATE_CERTIFICATES))
        diag_add(lint->config->diags, RULE_CERTIFICATE_MISSING, option_place(d, KW_BIND_STRICT_SNI),
                 "add 'crt', or remove 'ssl'", "every TLS connection here fails: there is no certificate");
    if (tls.unknown)
        return;
    check_bounds(lint, d, &tls);
    if (!tls.min && tls.max && tls.max < BIND_MIN)
        diag_add(lint->config->diags, RULE_TLS_VERSIONS, option_place(d, KW_BIND_SSL_MAX_VER),
                 arena_printf(lint->config->arena, "write 'ssl-min-ver %s' if that is meant", words[tls.max - 1]),
                 "%s alone is left: without 'ssl-min-ver' the lowest version would be %s", words[tls.max - 1],
                 words[BIND_MIN - 1]);
}

/* Options behind the address on its line are text: an address alone may be a value of a map. */
static void fix_quic(struct lint *lint, const struct arg *address)
{
    const struct source *source = lint->config->sources->at[address->src];
    uint32_t end = address->off + address->len + address->more;

    if (source && end + 1 < source->len && source->data[end] == ' ' && !strchr(" #\r\n", source->data[end + 1]))
        diag_fix(lint->config->diags, (struct span){address->src, end, 0}, " ssl");
}

/* QUIC is TLS in any case. */
static void check_quic(struct lint *lint, const struct directive *d)
{
    const struct arg *address = directive_param(d, "address");

    if (directive_option(d, KW_BIND_SSL) || !address || address->flags & ARG_ENV ||
        !text_begins(address->text, address->len, "quic"))
        return;
    diag_add(lint->config->diags, RULE_QUIC_NO_SSL, arg_span(address), "add 'ssl' behind it",
             "QUIC needs TLS: HAProxy takes 'ssl' as given");
    fix_quic(lint, address);
}

static void check_server(struct lint *lint, const struct directive *d, struct tls_limits tls)
{
    take_options(&tls, d);
    complete(&tls, &lint->tls_servers);
    if (!tls.unknown && check_bounds(lint, d, &tls) && !tls.min && !tls.max)
        check_hole(lint, d, &tls);
}

/* What the default-server lines of the defaults say. */
static void take_inherited(struct tls_limits *tls, const struct section *defaults, int depth, const struct lint *lint)
{
    const struct section *from = lint_defaults_of(lint, defaults);

    if (from && depth < LINT_DEFAULTS_DEPTH)
        take_inherited(tls, from, depth + 1, lint);
    for (const struct directive *d = defaults->first; d; d = d->next)
        if (d->kw->id == KW_DEFAULTS_DEFAULT_SERVER)
            take_options(tls, d);
}

static void take_global(struct lint *lint, const struct directive *d)
{
    if (d->kw->id == KW_GLOBAL_SSL_DEFAULT_BIND_OPTIONS)
        take_options(&lint->tls_binds, d);
    else if (d->kw->id == KW_GLOBAL_SSL_DEFAULT_SERVER_OPTIONS)
        take_options(&lint->tls_servers, d);
}

/* HAProxy looks at sockets for its own use up to 2.2, and at peers where it is one of them itself. */
static bool has_binds(const struct lint *lint)
{
    return lint->frontend || lint->section->context == CONTEXT_LOG_FORWARD ||
           (lint->section->context == CONTEXT_GLOBAL && lint->config->lang.version == HAP_2_2);
}

void lint_tls(struct lint *lint)
{
    struct tls_limits base = {.min = 0};

    if (lint->defaults && lint->backend)
        take_inherited(&base, lint->defaults, 0, lint);
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (lint->section->context == CONTEXT_GLOBAL)
            take_global(lint, d);
        if (!lint->sure || !lint->enabled)
            continue;
        if (d->kw->id == KW_FRONTEND_BIND || d->kw->id == KW_PEERS_BIND)
            check_quic(lint, d);
        if (has_binds(lint) && d->kw->id != KW_LOG_FORWARD_DGRAM_BIND && directive_option(d, KW_BIND_SSL))
            check_bind(lint, d);
        if (d->kw->id == KW_DEFAULTS_DEFAULT_SERVER)
            take_options(&base, d);
        if (server_speaks_tls(d))
            check_server(lint, d, base);
    }
}
