/* What a server line needs of others: of default-server, of the server that it tracks, of its section. HAProxy looks at
 * these once the line, or the file, has been read. Source: asked of the binaries. */
#include "hacc/check/check.h"
#include "hacc/check/templates.h"

#include "hacc/lang/number.h"
#include "hacc/lang/value.h"

enum fact {
    HAS_CHECK = 1,
    HAS_AGENT = 2,
    HAS_AGENT_PORT = 4,
    HAS_TLS = 8,
    HAS_CHECK_TLS = 16,
    HAS_CA = 32,
    HAS_TRACK = 64,
    IS_UNVERIFIED = 128,
    IS_FCGI = 256,
    HAS_CHECK_PORT = 512, /* 'port': another one than the server's own */
    IS_LOOKED_UP = 1024,  /* its address is not known at the start */
    SPEAKS_TLS = 2048,    /* to serve, or to be checked */
    /* where 'addr' has the checks go to */
    ADDR_HAS_PORT = 4096,
    ADDR_IS_HOST = 8192,
    ADDR_IS_LOCAL = 16384
};

/* A server that tracks needs one that is checked itself: they are more than this only where they track in a circle. */
enum { TRACK_MAX = 1000 };

struct servers {
    struct config *config;
    const struct section *section;
    unsigned base;    /* enum fact: of default-server, as it stands where the line is */
    bool off;         /* the proxy is disabled: nothing is prepared for its servers */
    bool tls_checks;  /* the section's health checks connect by TLS */
    bool fcgi_server; /* a server of the section speaks FastCGI */
    bool own_ports;   /* the section's health checks go to the servers' ports */
    bool tracks;      /* a server of the section tracks another one */
    unsigned tls;     /* the facts for which HAProxy prepares TLS to the section's servers */
    const struct directive *fcgi_app;
};

static unsigned set(unsigned facts, unsigned fact, bool on)
{
    return on ? facts | fact : facts & ~fact;
}

/* Whether a port is given: 0 is none, whatever is written for it. */
static bool is_port(const struct arg *value)
{
    return value->flags & ARG_ENV || !begins_with_zero(value->text, value->len);
}

/* 'addr': each takes the place of the one before, with its port. */
static unsigned take_addr(unsigned facts, const struct arg *value)
{
    enum addr_target target;
    bool has_port;

    facts &= ~(unsigned)(ADDR_HAS_PORT | ADDR_IS_HOST | ADDR_IS_LOCAL);
    if (value->flags & ARG_ENV)
        return facts | ADDR_HAS_PORT;
    target = addr_target(value->text, value->len, &has_port);
    if (target != ADDR_TARGET_CLIENT)
        facts |= target == ADDR_TARGET_HOST ? ADDR_IS_HOST : ADDR_IS_LOCAL;
    return set(facts, ADDR_HAS_PORT, has_port);
}

/* One option of a server, with its value behind it. */
static unsigned take_option(unsigned facts, const struct arg *option, const struct arg *value)
{
    switch (keywords[option->row].id) {
    case KW_SERVER_CHECK:
    case KW_SERVER_NO_CHECK:
        return set(facts, HAS_CHECK, keywords[option->row].id == KW_SERVER_CHECK);
    case KW_SERVER_AGENT_CHECK:
    case KW_SERVER_NO_AGENT_CHECK:
        return set(facts, HAS_AGENT, keywords[option->row].id == KW_SERVER_AGENT_CHECK);
    case KW_SERVER_SSL:
    case KW_SERVER_NO_SSL:
        return set(facts, HAS_TLS, keywords[option->row].id == KW_SERVER_SSL);
    case KW_SERVER_CHECK_SSL:
    case KW_SERVER_NO_CHECK_SSL:
        return set(facts, HAS_CHECK_TLS, keywords[option->row].id == KW_SERVER_CHECK_SSL);
    case KW_SERVER_AGENT_PORT:
        return set(facts, HAS_AGENT_PORT, is_port(value));
    case KW_SERVER_PORT:
        return set(facts, HAS_CHECK_PORT, is_port(value));
    case KW_SERVER_ADDR:
        return take_addr(facts, value);
    case KW_SERVER_RESOLVERS:
    case KW_SERVER_INIT_ADDR:
        return facts | IS_LOOKED_UP;
    case KW_SERVER_CA_FILE:
        return facts | HAS_CA;
    case KW_SERVER_TRACK:
        return facts | HAS_TRACK;
    case KW_SERVER_VERIFY:
        return set(facts, IS_UNVERIFIED, text_is(value->text, value->len, "none") || value->flags & ARG_ENV);
    case KW_SERVER_PROTO:
        return set(facts, IS_FCGI, text_is(value->text, value->len, "fcgi") || value->flags & ARG_ENV);
    default:
        return facts;
    }
}

static unsigned take_options(unsigned facts, const struct directive *directive)
{
    for (uint32_t i = 0; i < directive->arg_count; i++)
        if (directive->args[i].flags & ARG_HEAD)
            facts = take_option(facts, &directive->args[i], &directive->args[i + (i + 1 < directive->arg_count)]);
    return facts;
}

static bool is_default(const struct directive *directive)
{
    return directive->kw->id == KW_DEFAULTS_DEFAULT_SERVER || directive->kw->id == KW_PEERS_DEFAULT_SERVER;
}

/* Gives the facts for which HAProxy prepares TLS to the servers of a section. */
static unsigned prepared_tls(const struct config *config, const struct section *section, const struct arg *local)
{
    switch ((unsigned)section->context) {
    case CONTEXT_PEERS:
        return peers_are_kept(section, local) ? HAS_TLS : 0;
    case CONTEXT_RESOLVERS: /* 3.2 finds out when it connects */
        return config->lang.version < HAP_3_2 ? HAS_TLS : 0;
    case CONTEXT_RING:
        return config->lang.version < HAP_2_4 ? HAS_TLS : HAS_TLS | HAS_CHECK_TLS;
    default:
        return HAS_TLS | HAS_CHECK_TLS;
    }
}

/* Whether servers of the section may speak FastCGI only with an application: the others are no servers to HTTP. */
static bool has_applications(const struct servers *servers)
{
    return section_sides(servers->section) ||
           (servers->section->context == CONTEXT_RING && servers->config->lang.version >= HAP_2_4);
}

/* HAProxy reads the options of a name server that it connects to, not of one that it sends datagrams. */
static bool is_stream_nameserver(const struct directive *directive)
{
    const struct arg *address =
        directive->kw->id == KW_RESOLVERS_NAMESERVER ? directive_param(directive, "address") : NULL;

    return address && !(address->flags & ARG_ENV) && addr_transport(address->text, address->len) == TRANSPORT_STREAM;
}

static bool is_server(const struct directive *directive)
{
    return directive_is_server(directive) || directive->kw->id == KW_RING_SERVER || is_stream_nameserver(directive) ||
           directive_is_peer(directive);
}

/* What default-server says in the defaults sections that the section starts from. */
static unsigned inherited(const struct section *section)
{
    unsigned facts = section->defaults ? inherited(section->defaults) : 0;

    for (const struct directive *d = section->defaults ? section->defaults->first : NULL; d; d = d->next)
        if (is_default(d))
            facts = take_options(facts, d);
    return facts;
}

/* Gives the option of a server line that says something; the line itself where default-server does. */
static struct span option_place(const struct directive *server, unsigned fact)
{
    for (uint32_t i = 0; i < server->arg_count; i++)
        if (server->args[i].flags & ARG_HEAD && take_option(0, &server->args[i], &server->args[i]) & fact)
            return arg_span(&server->args[i]);
    return server->at;
}

/* A health check needs a port, where it does not go to a socket of this machine or to the client's address. */
static void check_port(const struct servers *servers, const struct directive *server, unsigned facts)
{
    const struct arg *address = directive_param(server, "address");
    enum addr_target target;
    bool has_port;

    if (!address)
        address = directive_param(server, "fqdn");
    if (!servers->own_ports || !(facts & HAS_CHECK) || facts & (HAS_CHECK_PORT | HAS_TRACK | IS_LOOKED_UP) ||
        facts & (ADDR_HAS_PORT | ADDR_IS_LOCAL) || !address || address->flags & ARG_ENV)
        return;
    target = addr_target(address->text, address->len, &has_port);
    if (has_port || (target != ADDR_TARGET_HOST && !(facts & ADDR_IS_HOST)))
        return;
    diag_add(servers->config->diags, RULE_REQUIRED_KEYWORD, arg_span(address), "write the server's port, or add 'port'",
             "the server is checked, but has no port");
}

static void check_server(const struct servers *servers, const struct directive *server, unsigned facts)
{
    struct diags *diags = servers->config->diags;

    if (facts & SPEAKS_TLS && !servers->off && !(facts & (HAS_CA | IS_UNVERIFIED)))
        diag_add(diags, RULE_REQUIRED_KEYWORD, option_place(server, HAS_TLS | HAS_CHECK_TLS),
                 "add 'ca-file', or 'verify none' if nobody can listen on the way",
                 "the certificate of the server is verified, but no 'ca-file' says by whom it is signed");
    check_port(servers, server, facts);
    if (facts & HAS_AGENT && !(facts & HAS_AGENT_PORT))
        diag_add(diags, RULE_REQUIRED_KEYWORD, option_place(server, HAS_AGENT), NULL,
                 "'agent-check' needs 'agent-port'");
    if (facts & HAS_TRACK && facts & HAS_CHECK) {
        diag_add(diags, RULE_DUPLICATE_KEYWORD, option_place(server, HAS_TRACK),
                 "'no-check' undoes a 'check' of default-server",
                 "a server that tracks another one is not checked itself");
        diag_place(diags, option_place(server, HAS_CHECK), "'check' stands here");
    }
}

static void check_fcgi(const struct servers *servers)
{
    struct diags *diags = servers->config->diags;

    if (servers->fcgi_app && !servers->fcgi_server && !servers->section->poison)
        diag_add(diags, RULE_REQUIRED_KEYWORD, servers->fcgi_app->at, "give a server 'proto fcgi'",
                 "a FastCGI application without a server that speaks FastCGI");
}

static bool is_fcgi_app(const struct directive *directive)
{
    return directive->kw->id == KW_LISTEN_USE_FCGI_APP ||
           (directive->kw->id == KW_FRONTEND_FILTER && directive_option(directive, KW_FILTER_FCGI_APP));
}

static void read_section(struct servers *servers)
{
    const uint64_t applications = keyword_bit(KW_LISTEN_USE_FCGI_APP) | keyword_bit(KW_FRONTEND_FILTER);
    const struct directive *first = section_lines(servers->section, applications);

    if (!first)
        first = section_lines_with(servers->section, keyword_bit(KW_HTTP_CHECK_CONNECT_SSL));
    for (const struct directive *d = first; d; d = d->next) {
        servers->tls_checks |= directive_option(d, KW_HTTP_CHECK_CONNECT_SSL) != NULL;
        if (!servers->fcgi_app && is_fcgi_app(d))
            servers->fcgi_app = d;
    }
}

/* Whether a line of the section, or of its defaults, says where its health checks connect to. */
static bool has_connect(const struct section *section)
{
    for (; section; section = section->defaults)
        if (section_find_directive(section, KW_DEFAULTS_TCP_CHECK_CONNECT) ||
            section_find_directive(section, KW_DEFAULTS_HTTP_CHECK_CONNECT))
            return true;
    return false;
}

static void check_section(struct servers *servers, unsigned base)
{
    servers->base = base | inherited(servers->section);
    servers->off = section_sides(servers->section) && proxy_is_off(servers->section);
    servers->own_ports = section_sides(servers->section) && !servers->off && !has_connect(servers->section);
    read_section(servers);
    for (struct directive *d = servers->section->first; d; d = d->next) {
        unsigned facts;

        if (is_default(d))
            servers->base = take_options(servers->base, d);
        if (!is_server(d))
            continue;
        facts = take_options(servers->base, d);
        facts = set(facts, SPEAKS_TLS, facts & servers->tls || servers->tls_checks);
        if (section_sides(servers->section) || servers->section->context == CONTEXT_RING)
            d->facts = (uint16_t)facts; /* peers and name servers track nobody, whatever they say */
        servers->tracks |= d->facts & HAS_TRACK && !servers->off;
        servers->fcgi_server |= (facts & IS_FCGI) != 0;
        check_server(servers, d, facts);
        if (facts & IS_FCGI && has_applications(servers) && !servers->fcgi_app && !servers->section->poison)
            diag_add(servers->config->diags, RULE_REQUIRED_KEYWORD, option_place(d, IS_FCGI), "add 'use-fcgi-app'",
                     "a server that speaks FastCGI in a section without a FastCGI application");
    }
    check_fcgi(servers);
}

/* Gives the line of the server that a server of *section tracks, and its section; NULL: there is none, or
 * default-server says it. */
static const struct directive *tracked(const struct config *config, const struct directive *server,
                                       const struct section **section)
{
    const struct arg *name = directive_option_value(server, KW_SERVER_TRACK);

    return name ? server_line(config, name->text, name->len, section) : NULL;
}

static bool is_circle(const struct config *config, const struct directive *server, const struct section *section)
{
    const struct directive *one = tracked(config, server, &section);

    for (int i = 0; one && one != server && i < TRACK_MAX; i++)
        one = tracked(config, one, &section);
    return one == server;
}

static void check_tracking(struct config *config, const struct section *section, const struct directive *server)
{
    const struct section *other = section;
    const struct directive *target = tracked(config, server, &other);

    if (!target)
        return;
    if (!(target->facts & (HAS_CHECK | HAS_AGENT | HAS_TRACK))) {
        diag_add(config->diags, RULE_REQUIRED_KEYWORD, option_place(server, HAS_TRACK), "give that server a 'check'",
                 "the server that is tracked is not checked itself");
        diag_place(config->diags, target->at, "it stands here");
    } else if (is_circle(config, server, section)) {
        diag_add(config->diags, RULE_REQUIRED_KEYWORD, option_place(server, HAS_TRACK), NULL,
                 "the server tracks itself, in a circle");
    }
}

bool server_speaks_tls(const struct directive *server)
{
    return server->facts & SPEAKS_TLS;
}

void check_servers(struct config *config)
{
    const struct arg *verify = NULL, *local = config_local_peer(config);
    bool tracks = false;

    for (const struct section *section = config->first; section && !config->damaged; section = section->next) {
        const struct directive *d =
            section->context == CONTEXT_GLOBAL ? section_find_directive(section, KW_GLOBAL_SSL_SERVER_VERIFY) : NULL;

        verify = d ? &d->args[0] : verify;
    }
    for (const struct section *section = config->first; section && !config->damaged; section = section->next) {
        struct servers servers = {.config = config, .section = section};

        servers.tls = prepared_tls(config, section, local);
        if (section_sides(section) || section->context == CONTEXT_RING || section->context == CONTEXT_PEERS ||
            section->context == CONTEXT_RESOLVERS)
            check_section(&servers, verify && text_is(verify->text, verify->len, "none") ? IS_UNVERIFIED : 0);
        tracks |= servers.tracks;
    }
    for (const struct section *section = config->first; section && tracks; section = section->next)
        for (const struct directive *d = proxy_is_off(section) ? NULL : section->first; d; d = d->next)
            if (d->facts & HAS_TRACK)
                check_tracking(config, section, d);
}
