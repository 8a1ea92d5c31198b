/* What the lines of a proxy need of each other, of its defaults, and of the backends that it sends to. Source: asked of
 * the binaries. */
#include "hacc/check/check.h"

#include "hacc/lang/value.h"

const struct directive *check_effective(const struct section *section, const enum keyword_id *ids, uint32_t count)
{
    const struct directive *found = NULL;
    uint64_t any = 0;

    for (uint32_t i = 0; i < count; i++)
        any |= keyword_bit(ids[i]);
    for (; section && !found; section = section->defaults)
        for (const struct directive *d = section->keywords & any ? section->first : NULL; d; d = d->next)
            if (keyword_is_one_of(d->kw, ids, count))
                found = d;
    return found && found->form == FORM_PLAIN ? found : NULL;
}

static const struct directive *effective(const struct section *section, enum keyword_id id)
{
    return check_effective(section, &id, 1);
}

const enum keyword_id check_kinds[CHECK_KINDS] = {KW_DEFAULTS_OPTION_HTTPCHK,        KW_DEFAULTS_OPTION_TCP_CHECK,
                                                  KW_DEFAULTS_OPTION_EXTERNAL_CHECK, KW_DEFAULTS_OPTION_LDAP_CHECK,
                                                  KW_DEFAULTS_OPTION_MYSQL_CHECK,    KW_DEFAULTS_OPTION_PGSQL_CHECK,
                                                  KW_DEFAULTS_OPTION_REDIS_CHECK,    KW_DEFAULTS_OPTION_SMTPCHK,
                                                  KW_DEFAULTS_OPTION_SPOP_CHECK,     KW_DEFAULTS_OPTION_SSL_HELLO_CHK};

static void check_external(struct config *config, const struct section *section, bool allowed)
{
    const struct directive *option = check_effective(section, check_kinds, CHECK_KINDS);
    const struct directive *command = effective(section, KW_DEFAULTS_EXTERNAL_CHECK_COMMAND);

    if (proxy_is_off(section))
        return;
    if (option && option->kw->id != KW_DEFAULTS_OPTION_EXTERNAL_CHECK)
        option = NULL;
    if (option && !allowed)
        diag_add(config->diags, RULE_REQUIRED_KEYWORD, option->at, "it lets HAProxy run programs",
                 "'%s' needs 'external-check' in a global section", option->kw->name);
    if (option && !command)
        diag_add(config->diags, RULE_REQUIRED_KEYWORD, option->at, NULL, "'%s' needs 'external-check command'",
                 option->kw->name);
    if (command && !(command->args[0].flags & ARG_ENV) && *command->args[0].text != '/' &&
        !effective(section, KW_DEFAULTS_EXTERNAL_CHECK_PATH))
        diag_add(config->diags, RULE_REQUIRED_KEYWORD, arg_span(&command->args[0]),
                 "give the whole path, or 'external-check path'", "'%.*s' has no '/' in front, and no path to look in",
                 (int)command->args[0].len, command->args[0].text);
}

struct mode {
    const char *text;
    uint32_t len;
    bool known; /* no ${} */
    bool off;   /* the proxy is disabled */
};

/* "tcp" where nothing says it. */
static struct mode mode_of(const struct section *section)
{
    const struct directive *mode = effective(section, KW_DEFAULTS_MODE);
    bool off = proxy_is_off(section);

    if (!mode)
        return (struct mode){"tcp", 3, true, off};
    return (struct mode){mode->args[0].text, mode->args[0].len, !(mode->args[0].flags & ARG_ENV), off};
}

/* A frontend sends to backends of its own mode, and one in mode tcp to those in mode http as well. */
static bool may_send(const struct mode *from, const struct mode *to)
{
    bool same = from->len == to->len && memcmp(from->text, to->text, from->len) == 0;

    return same || !from->known || !to->known ||
           (text_is(from->text, from->len, "tcp") && text_is(to->text, to->len, "http"));
}

/* A proxy that sends, and the backend looked at last: many rules may send to one. */
struct sender {
    const struct section *section, *last;
    struct mode mode, last_mode;
};

static void check_target(struct config *config, struct sender *sender, const struct directive *directive)
{
    const struct section *section = sender->section;
    const struct arg *name = &directive->args[0];
    const struct symbol *symbol = config_find(config, SYMBOL_BACKEND, name->text, name->len, NULL);
    const struct mode *from = &sender->mode, *to = &sender->last_mode;

    if (!symbol || symbol->same)
        return;
    if (symbol->section == section && directive->kw->id == KW_DEFAULTS_DEFAULT_BACKEND) {
        diag_add(config->diags, RULE_REFERENCE_MISSING, arg_span(name), NULL, "'%.*s' is its own default backend",
                 (int)name->len, name->text);
        return;
    }
    if (symbol->section != sender->last) {
        sender->last = symbol->section;
        sender->last_mode = mode_of(symbol->section);
    }
    if (may_send(from, to))
        return;
    diag_add(config->diags, RULE_MODE, arg_span(name), NULL,
             "%s '%.*s' is in mode %.*s, and cannot send to backend '%.*s' in mode %.*s",
             contexts[section->context].name, (int)section->name_len, section->name, (int)from->len, from->text,
             (int)name->len, name->text, (int)to->len, to->text);
    diag_place(config->diags, symbol->at, "the backend is here");
}

static void check_targets(struct config *config, const struct section *section)
{
    const struct directive *fallback = effective(section, KW_DEFAULTS_DEFAULT_BACKEND);
    struct sender sender = {.section = section, .mode = mode_of(section)};

    if (sender.mode.off)
        return;
    if (fallback)
        check_target(config, &sender, fallback);
    for (const struct directive *d = section->first; d; d = d->next)
        if (d->kw->id == KW_FRONTEND_USE_BACKEND)
            check_target(config, &sender, d);
}

static bool is_mode(const struct mode *mode, const char *text)
{
    return text_is(mode->text, mode->len, text);
}

/* Gives the mode of proxies that a protocol is for, which is spoken without negotiation. */
static const char *mode_of_proto(const struct arg *proto)
{
    if (text_is(proto->text, proto->len, "none"))
        return "tcp";
    return text_is(proto->text, proto->len, "spop") ? "spop" : "http";
}

/* What is spoken without negotiation must be of the proxy's mode; to log servers too no protocol is spoken. */
static void check_proto(struct config *config, const struct section *section, const struct mode *mode,
                        const struct directive *d)
{
    bool server = directive_is_server(d) || d->kw->id == KW_RING_SERVER;
    const struct arg *proto = directive_option_value(d, server ? KW_SERVER_PROTO : KW_BIND_PROTO);
    bool streams = is_mode(mode, "tcp") || is_mode(mode, "log");
    const char *wanted;

    if (!proto || proto->flags & ARG_ENV || !mode->known || mode->off ||
        !(streams || is_mode(mode, "http") || is_mode(mode, "spop")))
        return;
    wanted = mode_of_proto(proto);
    if (is_mode(mode, wanted) || (streams && strcmp(wanted, "tcp") == 0))
        return;
    if (text_is(proto->text, proto->len, "quic")) /* which an address says: check_quic */
        return;
    diag_add(config->diags, RULE_MODE, arg_span(proto),
             strcmp(wanted, "tcp") == 0 || !section_sides(section)
                 ? NULL
                 : arena_printf(config->arena, "it needs 'mode %s'", wanted),
             "'proto %.*s' cannot be spoken in mode %.*s", (int)proto->len, proto->text, (int)mode->len, mode->text);
}

/* QUIC is spoken on its own addresses, and nothing else there. */
static void check_quic(struct config *config, const struct section *section, const struct mode *mode,
                       const struct directive *d)
{
    const struct arg *proto = directive_option_value(d, KW_BIND_PROTO), *address = NULL;
    bool misfit = mode->known && !is_mode(mode, "http") && section->context != CONTEXT_GLOBAL, quic, on_quic;

    if (proto || misfit)
        address = directive_param(d, "address");
    if (!address || address->flags & ARG_ENV)
        return;
    on_quic = addr_transport(address->text, address->len) == TRANSPORT_QUIC;
    if (on_quic && misfit)
        diag_add(config->diags, RULE_MODE, arg_span(address), section_sides(section) ? "it needs 'mode http'" : NULL,
                 "QUIC cannot be spoken in mode %.*s", (int)mode->len, mode->text);
    if (!proto || proto->flags & ARG_ENV)
        return;
    quic = text_is(proto->text, proto->len, "quic");
    if (quic == on_quic)
        return;
    diag_add(config->diags, RULE_MODE, arg_span(proto), quic ? "as in quic4@:443" : NULL,
             quic ? "'proto %.*s' needs a QUIC address" : "'proto %.*s' cannot be spoken on a QUIC address",
             (int)proto->len, proto->text);
}

/* Log servers alone get datagrams, and reverse connections carry HTTP. HAProxy does not look where the proxy is off. */
static void check_address(struct config *config, const struct section *section, const struct mode *mode,
                          const struct directive *d)
{
    const struct arg *address = directive_param(d, d->kw->id == KW_LISTEN_SERVER_TEMPLATE ? "fqdn" : "address");
    enum transport transport;

    if (!mode->known || !address || address->flags & ARG_ENV || mode->off)
        return;
    transport = addr_transport(address->text, address->len);
    if (transport == TRANSPORT_DGRAM && !is_mode(mode, "log"))
        diag_add(config->diags, RULE_MODE, arg_span(address), section_sides(section) ? "it needs 'mode log'" : NULL,
                 "datagrams cannot be sent to a server in mode %.*s", (int)mode->len, mode->text);
    if (transport == TRANSPORT_REVERSE && !is_mode(mode, "http"))
        diag_add(config->diags, RULE_MODE, arg_span(address), section_sides(section) ? "it needs 'mode http'" : NULL,
                 "reverse connections (rhttp@) cannot be used in mode %.*s", (int)mode->len, mode->text);
}

/* Redirections of a server are HTTP's. */
static void check_redir(struct config *config, const struct section *section, const struct mode *mode,
                        const struct directive *d)
{
    const struct arg *redir = directive_option(d, KW_SERVER_REDIR);

    if (redir && mode->known && !is_mode(mode, "http") && (directive_is_server(d) || d->kw->id == KW_RING_SERVER))
        diag_add(config->diags, RULE_MODE, arg_span(redir), section_sides(section) ? "it needs 'mode http'" : NULL,
                 "'redir' has no place in mode %.*s", (int)mode->len, mode->text);
}

/* Modes log and spop are of backends. The mode may be that of its defaults. */
static void check_frontend_mode(struct config *config, const struct section *section, const struct mode *mode)
{
    const struct directive *own = section_find_directive(section, KW_DEFAULTS_MODE);

    if (section->context == CONTEXT_FRONTEND && mode->known && (is_mode(mode, "log") || is_mode(mode, "spop")))
        diag_add(config->diags, RULE_MODE, own ? own->at : section->at, NULL, "frontend '%.*s' cannot be in mode %.*s",
                 (int)section->name_len, section->name, (int)mode->len, mode->text);
}

static void check_mode(struct config *config, const struct section *section)
{
    struct mode mode = mode_of(section);

    check_frontend_mode(config, section, &mode);
    for (const struct directive *d = section->first; d; d = d->next) {
        check_proto(config, section, &mode, d);
        check_redir(config, section, &mode, d);
        if (directive_is_server(d) || d->kw->id == KW_RING_SERVER)
            check_address(config, section, &mode, d);
        else
            check_quic(config, section, &mode, d);
    }
}

/* Whether connections of the section are of a mode: that of a proxy, or tcp, as those of `stats socket` are. */
static bool has_mode(const struct section *section)
{
    return section_sides(section) || section->context == CONTEXT_GLOBAL || section->context == CONTEXT_RING ||
           section->context == CONTEXT_LOG_FORWARD;
}

void check_proxies(struct config *config)
{
    bool allowed = false;

    if (config->damaged)
        return;
    for (const struct section *section = config->first; section; section = section->next)
        allowed |=
            section->context == CONTEXT_GLOBAL && (section->poison || effective(section, KW_GLOBAL_EXTERNAL_CHECK));
    for (const struct section *section = config->first; section; section = section->next) {
        if (section->poison || (section->defaults && section->defaults->poison))
            continue;
        if (has_mode(section))
            check_mode(config, section);
        if (!section_sides(section))
            continue;
        check_external(config, section, allowed);
        if (section_sides(section) & SIDE_FRONTEND)
            check_targets(config, section);
    }
}
