/* The servers of a proxy, taken together: who is checked, who gets what, and who is found again. */
#include "hacc/check/lint_server.h"

#include "hacc/lang/value.h"

/* What the servers of the section at hand have. */
struct backend {
    uint32_t servers;                      /* more than one for a server-template */
    uint32_t active, weighted;             /* of those that are no backup: all, and those whose weight is not 0 */
    uint32_t checked, cookies, dynamic;    /* dynamic: their weight may change while HAProxy runs */
    uint32_t named;                        /* by a host name that nothing looks up again */
    bool unsure;                           /* a variable may be any option */
    const struct directive *first;         /* the first server */
    const struct arg *cookie, *name, *own; /* the first cookie; the first host name; its server's name */
};

/* A name that is in no DNS, or whose address comes by another way. */
static bool is_looked_up(const struct lint *lint, const struct lint_server *server)
{
    const struct arg *ways = lint_option_value(lint, KW_SERVER_INIT_ADDR);

    return !server->host || !server->host_len || server->ip || server->local ||
           lint_option(lint, KW_SERVER_RESOLVERS) ||
           (ways && (ways->flags & ARG_ENV || memmem(ways->text, ways->len, "none", 4))) ||
           !hostname_parse(server->host, server->host_len) || !memchr(server->host, '.', server->host_len);
}

static void count_server(struct lint *lint, struct backend *all, const struct directive *d)
{
    const struct arg *weight = lint_option_value(lint, KW_SERVER_WEIGHT);
    bool several = d->kw->id == KW_LISTEN_SERVER_TEMPLATE;

    if (!all->first)
        all->first = d;
    all->unsure |= lint->options.unsure;
    all->servers += 1 + several;
    if (!lint_option(lint, KW_SERVER_BACKUP)) {
        all->active++;
        all->weighted += !lint_is_zero(weight);
    }
    all->dynamic += lint_option(lint, KW_SERVER_AGENT_CHECK) || lint_option(lint, KW_SERVER_DISABLED);
    all->checked += lint_option(lint, KW_SERVER_CHECK) || lint_option(lint, KW_SERVER_TRACK) ||
                    lint_option(lint, KW_SERVER_AGENT_CHECK);
    if (lint_option(lint, KW_SERVER_COOKIE)) {
        all->cookies++;
        if (!all->cookie && lint_option_is_own(lint, KW_SERVER_COOKIE))
            all->cookie = lint_option(lint, KW_SERVER_COOKIE);
    }
}

static void count_name(struct lint *lint, struct backend *all, const struct lint_server *server)
{
    if (is_looked_up(lint, server))
        return;
    if (!all->named++) {
        all->name = server->address;
        all->own = server->name;
    }
}

/* Gives the next word of a server line that makes it another server than one with the same address. */
static const struct arg *next_trait(const struct directive *line, uint32_t *at)
{
    while (*at < line->arg_count) {
        const struct arg *arg = &line->args[(*at)++];

        if (!(arg->flags & ARG_HEAD))
            return arg;
        switch (keywords[arg->row].id) {
        case KW_SERVER_COOKIE:
        case KW_SERVER_ID:
        case KW_SERVER_GUID:
        case KW_SERVER_WEIGHT:
            ++*at; /* its value */
            break;
        default:
            return arg;
        }
    }
    return NULL;
}

/* Whether two server lines differ in nothing but their names and shares. */
static bool is_same_server(const struct directive *one, const struct directive *other)
{
    uint32_t i = 1, j = 1;
    const struct arg *a, *b;

    do {
        a = next_trait(one, &i);
        b = next_trait(other, &j);
        if (!a || !b)
            return !a && !b;
    } while (a->len == b->len && memcmp(a->text, b->text, a->len) == 0);
    return false;
}

/* What servers of a section are told apart by: an address, a cookie. */
struct mark {
    const struct directive *line; /* the first server that has it */
    const struct arg *arg;
};

static bool same_mark(const void *item, const void *key)
{
    const struct arg *a = ((const struct mark *)item)->arg, *b = ((const struct mark *)key)->arg;

    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Gives the one that has the same mark already, or adds it and gives NULL. */
static const struct mark *add_mark(struct lint *lint, struct hash_set *marks, const struct directive *line,
                                   const struct arg *arg)
{
    struct mark *mark = arena_alloc(lint->config->arena, sizeof(*mark));

    *mark = (struct mark){line, arg};
    return hash_set_add(marks, lint->config->arena, grammar_hash(0, arg->text, arg->len), mark, same_mark, mark);
}

/* One of empty slots, which a script fills, has no address yet. */
static void check_address(struct lint *lint, const struct lint_server *server)
{
    const struct mark *first;

    if (!server->ip || !server->port || server->line->kw->id != KW_LISTEN_SERVER ||
        lint_option(lint, KW_SERVER_DISABLED) || text_is(server->host, server->host_len, "0.0.0.0") ||
        text_is(server->host, server->host_len, "::"))
        return;
    first = add_mark(lint, &lint->addresses, server->line, server->address);
    if (!first || !is_same_server(first->line, server->line))
        return;
    diag_add(lint->config->diags, RULE_DUP_SERVER_ADDRESS, arg_span(server->address),
             "write the address that is meant, or give one server more 'weight'",
             "server '%.*s' is the same machine and port as server '%.*s'", WORD_ARGS(server->name),
             WORD_ARGS(&first->line->args[0]));
    diag_place(lint->config->diags, arg_span(first->arg), "the same address");
}

/* A backup may share the cookie of the server that it stands in for. */
static void check_cookie(struct lint *lint, const struct lint_server *server)
{
    const struct arg *cookie = lint_option_value(lint, KW_SERVER_COOKIE);
    const struct mark *first;

    if (!cookie || cookie->flags & ARG_ENV || lint_option(lint, KW_SERVER_BACKUP) ||
        lint_option(lint, KW_SERVER_DISABLED) || lint_is_zero(lint_option_value(lint, KW_SERVER_WEIGHT)) ||
        !lint_effective(lint, KW_DEFAULTS_COOKIE))
        return;
    first = add_mark(lint, &lint->cookies, server->line, cookie);
    if (!first || !lint_option_is_new(lint, KW_SERVER_COOKIE))
        return;
    diag_add(lint->config->diags, RULE_DUP_SERVER_COOKIE, arg_span(cookie), "give each server a cookie of its own",
             "clients of server '%.*s' come back to server '%.*s': both have the cookie '%.*s'",
             WORD_ARGS(server->name), WORD_ARGS(&first->line->args[0]), WORD_ARGS(cookie));
    if (first->arg != cookie) /* else default-server gives it to both */
        diag_place(lint->config->diags, arg_span(first->arg), "the same cookie");
}

/* Whether a rule of the section says which server a request goes to. */
static bool has_use_server(const struct lint *lint)
{
    return lint_own(lint, KW_FRONTEND_USE_SERVER) != NULL;
}

static void check_shares(struct lint *lint, const struct backend *all)
{
    if (!all->active && all->servers > 1 && !lint_effective(lint, KW_DEFAULTS_OPTION_ALLBACKUPS))
        lint_add_section(lint, RULE_ALL_BACKUP, "take 'backup' from those that are to share the load",
                         "all servers of %s '%.*s' are backups: the first that is up gets everything", LINT_NAME(lint));
    if (all->active && !all->weighted && !all->dynamic && all->active == all->servers)
        lint_add_section(lint, RULE_WEIGHT_ZERO_ALL, "give a server a weight of 1 or more",
                         "nobody new gets in: all servers of %s '%.*s' have weight 0", LINT_NAME(lint));
}

static void check_cookies(struct lint *lint, const struct backend *all)
{
    const struct directive *line = lint_effective(lint, KW_DEFAULTS_COOKIE);

    if (lint->mode != MODE_HTTP)
        return;
    if (all->cookie && !line)
        diag_add(lint->config->diags, RULE_SERVER_COOKIE_NO_COOKIE, arg_span(all->cookie),
                 "add 'cookie NAME insert indirect nocache' to the section",
                 "this cookie is never set: %s '%.*s' has no 'cookie' line", LINT_NAME(lint));
    if (line && lint_is_own(lint, line) && !all->cookies && !directive_option(line, KW_COOKIE_DYNAMIC)) {
        diag_add(lint->config->diags, RULE_COOKIE_NO_SERVER_COOKIE, line->at, "add 'cookie VALUE' to each server",
                 "'cookie' brings nobody back: no server of %s '%.*s' has a cookie", LINT_NAME(lint));
        diag_place(lint->config->diags, all->first->at, "as this one");
    }
}

/* Of a kind of check that comes from defaults a backend without checks may want nothing. */
static void check_checks(struct lint *lint, const struct backend *all)
{
    const struct directive *kind = lint_check_kind(lint);

    if (!kind || !lint_is_own(lint, kind) || all->checked)
        return;
    diag_add(lint->config->diags, RULE_HTTPCHK_NO_CHECK, kind->at,
             "add 'check' to the servers, or 'default-server check' above them",
             "'%s' checks nothing: no server of %s '%.*s' has 'check'", kind->kw->name, LINT_NAME(lint));
    diag_place(lint->config->diags, all->first->at, "as this one");
}

static void check_names(struct lint *lint, const struct backend *all)
{
    if (!all->named)
        return;
    diag_add(lint->config->diags, RULE_HOSTNAME_NO_RESOLVERS, arg_span(all->name),
             "add 'resolvers NAME' and a resolvers section of that name, or write an address",
             all->named > 1 ? "the host names of %u servers, '%.*s' the first, are looked up once, at the start"
                            : "the host name of %u server, '%.*s', is looked up once, at the start",
             all->named, WORD_ARGS(all->own));
}

/* How the servers are chosen, where that is known: 0 for the usual roundrobin. */
static const struct keyword *algorithm(const struct lint *lint, bool *known)
{
    const struct directive *balance = lint_effective(lint, KW_DEFAULTS_BALANCE);
    bool named = balance && balance->arg_count && balance->args[0].flags & ARG_HEAD;

    *known = !balance || named;
    return named ? &keywords[balance->args[0].row] : NULL;
}

static void check_hash(struct lint *lint)
{
    const struct directive *line = lint_own(lint, KW_DEFAULTS_HASH_TYPE);
    bool known;
    const struct keyword *balance = algorithm(lint, &known);

    if (!line || line->form != FORM_PLAIN || !known || (balance && balance->flags & KW_HASHES))
        return;
    diag_add(lint->config->diags, RULE_HASH_TYPE_UNUSED, line->at, "add 'balance source' or another hash, or remove it",
             "'%s' has no effect: 'balance %s' uses no hash", line->kw->name, balance ? balance->name : "roundrobin");
}

static bool is_sticky(const struct lint *lint)
{
    static const enum keyword_id sticks[] = {KW_LISTEN_STICK_ON, KW_LISTEN_STICK_MATCH};
    bool known;
    const struct keyword *balance = algorithm(lint, &known);

    if (lint->mode == MODE_HTTP && lint_effective(lint, KW_DEFAULTS_COOKIE))
        return true;
    for (size_t i = 0; i < LINT_COUNT(sticks); i++)
        if (lint_own(lint, sticks[i]))
            return true;
    return balance && balance->flags & KW_HASHES;
}

/* Whether a connection that fails is tried again: 3 times, unless 'retries' says otherwise. */
static bool is_tried_again(const struct lint *lint)
{
    const struct directive *retries = lint_effective(lint, KW_DEFAULTS_RETRIES);

    return !retries || !retries->arg_count || !lint_is_zero(&retries->args[0]);
}

/* It belongs in the defaults section, and is told of once for all proxies that start from one. */
static void check_redispatch(struct lint *lint, const struct backend *all)
{
    if (all->servers < 2 || !is_tried_again(lint) || lint_effective(lint, KW_DEFAULTS_OPTION_REDISPATCH) ||
        lint_own(lint, KW_DEFAULTS_OPTION_REDISPATCH) || lint_inherited(lint, KW_DEFAULTS_OPTION_REDISPATCH) ||
        !is_sticky(lint) || (lint->mode != MODE_HTTP && lint->mode != MODE_TCP) ||
        (lint->defaults && lint->defaults == lint->told_redispatch))
        return;
    lint->told_redispatch = lint->defaults;
    lint_add_section(
        lint, RULE_NO_REDISPATCH, "add 'option redispatch'",
        "%s '%.*s' tries a server that refuses connections again, and no other one: its clients get errors",
        LINT_NAME(lint));
}

/* Whether a rule anywhere keeps some requests from being sent twice. */
static bool holds_some(struct lint *lint)
{
    for (const struct section *s = lint->config->first; s && lint->holds == HOLDS_UNKNOWN; s = s->next)
        for (const struct directive *d = section_lines_with(s, keyword_bit(KW_HTTP_REQUEST_DISABLE_L7_RETRY));
             d && lint->holds == HOLDS_UNKNOWN; d = d->next)
            if (directive_option(d, KW_HTTP_REQUEST_DISABLE_L7_RETRY))
                lint->holds = HOLDS_SOME;
    if (lint->holds == HOLDS_UNKNOWN)
        lint->holds = HOLDS_NONE;
    return lint->holds == HOLDS_SOME;
}

/* Told of once where the line stands, and not for each backend that takes it from defaults. */
static void check_retries(struct lint *lint)
{
    const struct directive *line = lint->mode == MODE_HTTP ? lint_effective(lint, KW_DEFAULTS_RETRY_ON) : NULL;
    const struct arg *cause = NULL;

    for (uint32_t i = 0; line && !cause && i < line->arg_count; i++)
        if (line->args[i].flags & ARG_HEAD && keywords[line->args[i].row].flags & KW_RESENDS)
            cause = &line->args[i];
    if (!cause || line == lint->told_retries || !is_tried_again(lint) || holds_some(lint))
        return;
    lint->told_retries = line;
    diag_add(lint->config->diags, RULE_RETRY_NONIDEMPOTENT, arg_span(cause),
             "add 'http-request disable-l7-retry if !METH_GET' to the backend",
             "with '%.*s' a POST that the server has carried out may be sent again", WORD_ARGS(cause));
}

static void check_all(struct lint *lint, const struct backend *all)
{
    check_retries(lint);
    check_hash(lint);
    check_names(lint, all);
    check_redispatch(lint, all);
    if (all->unsure)
        return;
    check_cookies(lint, all);
    check_checks(lint, all);
    if (!has_use_server(lint))
        check_shares(lint, all);
}

void lint_server_sets(struct lint *lint)
{
    struct backend all = {0};
    struct lint_server server;

    if (!lint->backend)
        return;
    lint_options_begin(lint);
    hash_set_clear(&lint->addresses);
    hash_set_clear(&lint->cookies);
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (d->kw->id == KW_DEFAULTS_DEFAULT_SERVER)
            lint_options_default(lint, d);
        if (!directive_is_server(d))
            continue;
        lint_options_server(lint, d);
        count_server(lint, &all, d);
        if (!lint_server_read(&server, d))
            continue;
        lint_server(lint, &server);
        lint_server_tls(lint, &server);
        lint_server_ports(lint, &server);
        count_name(lint, &all, &server);
        check_cookie(lint, &server);
        if (!has_use_server(lint))
            check_address(lint, &server);
    }
    if (all.servers)
        check_all(lint, &all);
}
