/* What bind lines need: of a listener that speaks TLS its certificate, and who signs what it verifies and makes.
 * HAProxy looks at these once the file has been read. Source: asked of the binaries. */
#include "hacc/check/check.h"

#include "hacc/lang/value.h"

enum fact {
    IS_TLS = 1,
    HAS_CERTIFICATE = 2,
    IS_STRICT = 4, /* strict-sni: no certificate is needed */
    HAS_CA = 8,
    VERIFIES = 16,
    GENERATES = 32,
    HAS_SIGNER = 64,
    IS_UNKNOWN = 128 /* only a variable's value tells what the line says */
};

static unsigned set(unsigned facts, unsigned fact, bool on)
{
    return on ? facts | fact : facts & ~fact;
}

/* One option of a bind line, with what stands behind it. */
static unsigned take_option(unsigned facts, const struct arg *option, const struct arg *value)
{
    switch (keywords[option->row].id) {
    case KW_BIND_SSL:
        return facts | IS_TLS;
    case KW_BIND_CRT:
    case KW_BIND_CRT_LIST:
    case KW_BIND_DEFAULT_CRT:
        return facts | HAS_CERTIFICATE;
    case KW_BIND_STRICT_SNI:
    case KW_BIND_NO_STRICT_SNI:
        return set(facts, IS_STRICT, keywords[option->row].id == KW_BIND_STRICT_SNI);
    case KW_BIND_CA_FILE:
    case KW_BIND_CA_VERIFY_FILE:
        return facts | HAS_CA;
    case KW_BIND_VERIFY:
        return set(facts, VERIFIES, !(value->flags & ARG_ENV) && !text_is(value->text, value->len, "none"));
    case KW_BIND_GENERATE_CERTIFICATES:
        return facts | GENERATES;
    case KW_BIND_CA_SIGN_FILE:
        return facts | HAS_SIGNER;
    default:
        return facts;
    }
}

static const struct arg *bind_address(const struct directive *bind)
{
    const struct arg *address = directive_param(bind, "address");

    return address && !(address->flags & ARG_ENV) ? address : NULL;
}

static enum transport bind_transport(const struct directive *bind)
{
    const struct arg *address = bind_address(bind);

    return address ? addr_transport(address->text, address->len) : TRANSPORT_UNSAID;
}

static unsigned take_line(unsigned facts, const struct directive *bind)
{
    if (bind_transport(bind) == TRANSPORT_QUIC)
        facts |= IS_TLS;
    for (uint32_t i = 0; i < bind->arg_count; i++) {
        if (bind->args[i].flags & ARG_HEAD)
            facts = take_option(facts, &bind->args[i], &bind->args[i + (i + 1 < bind->arg_count)]);
        else if (!bind->args[i].sig && bind->args[i].flags & ARG_ENV)
            facts |= IS_UNKNOWN;
    }
    return facts;
}

/* Gives the option of the line that says something, else the line itself. */
static struct span option_place(const struct directive *bind, unsigned fact)
{
    for (uint32_t i = 0; i < bind->arg_count; i++)
        if (bind->args[i].flags & ARG_HEAD &&
            take_option(0, &bind->args[i], &bind->args[i + (i + 1 < bind->arg_count)]) & fact)
            return arg_span(&bind->args[i]);
    return bind->at;
}

static void check_facts(struct config *config, const struct directive *bind, unsigned facts)
{
    struct diags *diags = config->diags;

    if (!(facts & IS_TLS) || facts & IS_UNKNOWN)
        return;
    if (!(facts & HAS_CERTIFICATE) && (!(facts & IS_STRICT) || facts & GENERATES))
        diag_add(diags, RULE_REQUIRED_KEYWORD, option_place(bind, IS_TLS), "name one with 'crt' or 'crt-list'",
                 "a listener that speaks TLS has no certificate");
    if (facts & VERIFIES && !(facts & HAS_CA))
        diag_add(diags, RULE_REQUIRED_KEYWORD, option_place(bind, VERIFIES), "add 'ca-file'",
                 "clients' certificates are verified, but no 'ca-file' says by whom they are signed");
    if (facts & GENERATES && facts & HAS_CERTIFICATE && !(facts & HAS_SIGNER))
        diag_add(diags, RULE_REQUIRED_KEYWORD, option_place(bind, GENERATES), NULL,
                 "'generate-certificates' needs 'ca-sign-file'");
}

/* A number is of one socket. */
static void check_id(struct config *config, const struct directive *bind)
{
    const struct arg *address = bind_address(bind), *id = directive_option(bind, KW_BIND_ID);

    if (id && address && !addr_is_one(address->text, address->len))
        diag_add(config->diags, RULE_BAD_VALUE, arg_span(id), "give each socket a line of its own",
                 "'id' is the number of one socket, but this line opens several");
}

/* A reverse connection is not listened to: few options are about it, and one about nothing else. */
static void check_reverse(struct config *config, const struct directive *bind)
{
    bool reverse = bind_transport(bind) == TRANSPORT_REVERSE;

    for (uint32_t i = 0; i < bind->arg_count; i++) {
        const struct keyword *option = &keywords[bind->args[i].row];

        if (!(bind->args[i].flags & ARG_HEAD))
            continue;
        if (reverse && !(option->flags & KW_REVERSE))
            diag_add(config->diags, RULE_BAD_VALUE, arg_span(&bind->args[i]), NULL,
                     "'%s' cannot be said of a reverse connection (rhttp@)", option->name);
        else if (!reverse && option->id == KW_BIND_NBCONN && (bind_address(bind) || !directive_param(bind, "address")))
            diag_add(config->diags, RULE_BAD_VALUE, arg_span(&bind->args[i]), NULL,
                     "'%s' is for reverse connections (rhttp@) alone", option->name);
    }
}

/* What the section gives to all of its listeners: ssl-f-use, of its own or its defaults. */
static unsigned given(const struct section *section)
{
    unsigned facts = section->defaults ? given(section->defaults) : 0;

    return section_find_directive(section, KW_DEFAULTS_SSL_F_USE) ? facts | HAS_CERTIFICATE : facts;
}

/* The lines that open sockets, or say how. */
enum { BINDS = 6 };
static const enum keyword_id binds[BINDS] = {KW_FRONTEND_BIND,          KW_LOG_FORWARD_BIND, KW_GLOBAL_STATS_SOCKET,
                                             KW_LOG_FORWARD_DGRAM_BIND, KW_PEERS_BIND,       KW_PEERS_DEFAULT_BIND};

/* Whether HAProxy looks at the certificates of the line by itself. */
static bool is_prepared(const struct config *config, const struct directive *d)
{
    /* from 2.6 on nobody looks at those of the Runtime API */
    return d->kw->id == KW_FRONTEND_BIND || d->kw->id == KW_LOG_FORWARD_BIND ||
           (d->kw->id == KW_GLOBAL_STATS_SOCKET && config->lang.version < HAP_2_6);
}

/* The lines of a peers section are about one listener, wherever they stand. */
static void check_peers_bind(struct config *config, const struct section *section, unsigned facts)
{
    const struct directive *bind = NULL;

    for (const struct directive *d = section->first; d; d = d->next) {
        if (d->kw->id != KW_PEERS_BIND && d->kw->id != KW_PEERS_DEFAULT_BIND)
            continue;
        bind = bind && !directive_option(d, KW_BIND_SSL) ? bind : d;
        facts = take_line(facts, d);
    }
    if (bind)
        check_facts(config, bind, facts);
}

/* What ssl-default-bind-options gives to all listeners. */
static unsigned given_to_all(const struct config *config)
{
    for (const struct section *section = config->first; section; section = section->next)
        for (const struct directive *d = section->first; d && section->context == CONTEXT_GLOBAL; d = d->next)
            if (directive_option(d, KW_SSL_DEFAULT_BIND_OPTIONS_STRICT_SNI))
                return IS_STRICT;
    return 0;
}

void check_binds(struct config *config)
{
    const struct arg *local = config_local_peer(config);
    unsigned base = given_to_all(config);
    uint64_t any = 0;

    for (size_t i = 0; i < BINDS; i++)
        any |= keyword_bit(binds[i]);

    for (const struct section *section = config->first; section && !config->damaged; section = section->next) {
        unsigned facts = base | (section_sides(section) ? given(section) : 0);

        if (section->context == CONTEXT_PEERS && peers_are_kept(section, local))
            check_peers_bind(config, section, facts);
        for (const struct directive *d = section_lines(section, any); d; d = d->next) {
            if (!keyword_is_one_of(d->kw, binds, BINDS))
                continue;
            check_id(config, d);
            check_reverse(config, d);
            if (is_prepared(config, d))
                check_facts(config, d, take_line(facts, d));
        }
    }
}
