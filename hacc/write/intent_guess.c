/* Guesses: a line that an intent would write stands in the section, and what differs from use to use (an intent's
 * options) is read off the lines. */
#include "hacc/write/intent_guess.h"

#include "hacc/write/intent_guess_parts.h"

static const struct hole socket_holes[] = {
    {"path", KW_GLOBAL_STATS_SOCKET, 0, HOLE_WORD, 0, "/run/haproxy/admin.sock", true},
    {"mode", KW_GLOBAL_STATS_SOCKET, KW_BIND_MODE, HOLE_WORD, 1, "660", false},
    {"level", KW_GLOBAL_STATS_SOCKET, KW_BIND_LEVEL, HOLE_WORD, 1, "admin", false},
    {"user", KW_GLOBAL_STATS_SOCKET, KW_BIND_USER, HOLE_WORD, 1, NULL, false},
    {"group", KW_GLOBAL_STATS_SOCKET, KW_BIND_GROUP, HOLE_WORD, 1, NULL, false},
    {NULL}};
static const struct hole page_holes[] = {
    {"uri", KW_DEFAULTS_STATS_URI, 0, HOLE_WORD, 0, "/stats", false},
    {"refresh", KW_DEFAULTS_STATS_REFRESH, 0, HOLE_FALSE, 0, NULL, false},
    {"refresh", KW_DEFAULTS_STATS_REFRESH, 0, HOLE_WORD, 0, "10s", false},
    {"admin", KW_FRONTEND_STATS_ADMIN, 0, HOLE_TRUE, 0, NULL, false},
    {"realm", KW_DEFAULTS_STATS_REALM, 0, HOLE_WORD, 0, "HAProxy", false},
    {"realm", KW_FRONTEND_STATS_HTTP_REQUEST, KW_HTTP_REQUEST_AUTH, HOLE_WORD, 2, "HAProxy", false},
    {NULL}};
static const struct hole cookie_holes[] = {
    {"name", KW_DEFAULTS_COOKIE, 0, HOLE_WORD, 0, "SERVERID", true},
    {"httponly", KW_DEFAULTS_COOKIE, KW_COOKIE_HTTPONLY, HOLE_FALSE, 0, NULL, false},
    {"secure", KW_DEFAULTS_COOKIE, KW_COOKIE_SECURE, HOLE_TRUE, 0, NULL, false},
    {"max-idle", KW_DEFAULTS_COOKIE, KW_COOKIE_MAXIDLE, HOLE_WORD, 1, NULL, false},
    {"max-life", KW_DEFAULTS_COOKIE, KW_COOKIE_MAXLIFE, HOLE_WORD, 1, NULL, false},
    {"key", KW_DEFAULTS_DYNAMIC_COOKIE_KEY, 0, HOLE_WORD, 0, NULL, false},
    {NULL}};
static const struct hole source_holes[] = {
    {"size", KW_FRONTEND_STICK_TABLE, KW_STICK_TABLE_SIZE, HOLE_WORD, 1, "100k", false},
    {"expire", KW_FRONTEND_STICK_TABLE, KW_STICK_TABLE_EXPIRE, HOLE_WORD, 1, "30m", false},
    {"peers", KW_FRONTEND_STICK_TABLE, KW_STICK_TABLE_PEERS, HOLE_WORD, 1, NULL, false},
    {NULL}};
static const struct hole http_holes[] = {
    {"method", KW_DEFAULTS_HTTP_CHECK_SEND, KW_HTTP_CHECK_SEND_METH, HOLE_WORD, 1, "GET", false},
    {"uri", KW_DEFAULTS_HTTP_CHECK_SEND, KW_HTTP_CHECK_SEND_URI, HOLE_WORD, 1, "/", true},
    {"host", KW_DEFAULTS_HTTP_CHECK_SEND, KW_HTTP_CHECK_SEND_HDR, HOLE_WORD, 2, "localhost", false},
    {NULL}};
static const struct hole smtp_holes[] = {{"helo", KW_DEFAULTS_OPTION_SMTPCHK, 0, HOLE_WORD, 1, "localhost", true},
                                         {NULL}};
static const struct hole mysql_holes[] = {{"user", KW_DEFAULTS_OPTION_MYSQL_CHECK, 0, HOLE_WORD, 1, NULL, true},
                                          {NULL}};
static const struct hole pgsql_holes[] = {{"user", KW_DEFAULTS_OPTION_PGSQL_CHECK, 0, HOLE_WORD, 1, "haproxy", true},
                                          {NULL}};
static const struct hole agent_holes[] = {
    {"port", KW_DEFAULTS_DEFAULT_SERVER, KW_SERVER_AGENT_PORT, HOLE_WORD, 1, NULL, true},
    {"inter", KW_DEFAULTS_DEFAULT_SERVER, KW_SERVER_AGENT_INTER, HOLE_WORD, 1, "5s", false},
    {NULL}};
static const struct hole redirect_holes[] = {
    {"code", KW_FRONTEND_HTTP_REQUEST, KW_REDIRECT_CODE, HOLE_WORD, 1, "301", true}, {NULL}};

/* The protocols of `health`, by the line that each of them writes; NULL: it has no options. */
static const struct health_line {
    const char *name;
    uint16_t line;
    const struct hole *holes;
} health_lines[] = {
    {"http", KW_DEFAULTS_HTTP_CHECK_SEND, http_holes},      {"smtp", KW_DEFAULTS_OPTION_SMTPCHK, smtp_holes},
    {"mysql", KW_DEFAULTS_OPTION_MYSQL_CHECK, mysql_holes}, {"pgsql", KW_DEFAULTS_OPTION_PGSQL_CHECK, pgsql_holes},
    {"pgsql", KW_DEFAULTS_TCP_CHECK_SEND_BINARY, NULL}, /* before HAProxy 2.6, of the default user */
    {"redis", KW_DEFAULTS_OPTION_REDIS_CHECK, NULL},        {"ldap", KW_DEFAULTS_OPTION_LDAP_CHECK, NULL},
    {"ssl", KW_DEFAULTS_OPTION_SSL_HELLO_CHK, NULL},
};

static void guess(struct guesser *guesser, const char *name, const char *yaml)
{
    struct intent_guess *made = arena_zalloc(guesser->writer.arena, sizeof(*made));

    *made = (struct intent_guess){NULL, guesser->section, name, yaml};
    *guesser->tail = made;
    guesser->tail = &made->next;
}

/* --- the intents --- */

static void guess_tls(struct guesser *guesser)
{
    if (!find_line(guesser, KW_GLOBAL_SSL_DEFAULT_BIND_CURVES))
        return;
    guess(guesser, "tls", "modern");
    guess(guesser, "tls", "intermediate");
}

static void guess_socket(struct guesser *guesser)
{
    struct value value = value_begin(guesser);
    const char *yaml;

    if (!find_line(guesser, KW_GLOBAL_STATS_SOCKET))
        return;
    value_holes(&value, socket_holes);
    yaml = value_yaml(&value);
    if (!value.bad)
        guess(guesser, "stats", arena_printf(guesser->writer.arena, "{socket: %s}", yaml));
}

static void guess_journald(struct guesser *guesser)
{
    static const char *const ways[] = {NULL, "stdout", "socket"};
    const struct directive *line = find_line(guesser, KW_GLOBAL_LOG);
    const struct arg *facility = line ? directive_param(line, "facility") : NULL;
    const struct arg *level = line ? directive_param(line, "level") : NULL;

    for (size_t i = 0; facility && i < sizeof(ways) / sizeof(*ways); i++) {
        struct value value = value_begin(guesser);

        if (ways[i]) {
            buf_puts(value_key(&value, "via"), ways[i]);
            buf_puts(&value.lone, ways[i]);
        }
        if (!text_is(facility->text, facility->len, "local0"))
            value_word(&value, "facility", facility, false);
        if (level)
            value_word(&value, "level", level, false);
        if (!value.bad)
            guess(guesser, "journald", value_yaml(&value));
    }
}

/* The arguments of the one word that has some: of http_auth(USERLIST). */
static bool inside_parens(const struct directive *line, struct arg *inside)
{
    for (uint32_t i = 0; i < line->arg_count; i++) {
        const struct arg *arg = &line->args[i];
        const char *open = memchr(arg->text, '(', arg->len), *end = arg->text + arg->len - 1;

        if (!open || *end != ')' || arg->flags & ARG_ENV)
            continue;
        *inside = (struct arg){.text = open + 1, .len = (uint32_t)(end - open - 1)};
        return true;
    }
    return false;
}

static void guess_page(struct guesser *guesser)
{
    const struct directive *rule = find_line(guesser, KW_FRONTEND_STATS_HTTP_REQUEST);
    const struct directive *auth = find_line(guesser, KW_DEFAULTS_STATS_AUTH);
    const struct arg *login = auth && auth->arg_count ? auth->args : NULL;
    const char *colon = login && !(login->flags & ARG_ENV) ? memchr(login->text, ':', login->len) : NULL;
    struct value value = value_begin(guesser);
    struct arg part;
    const char *yaml;

    if (!find_line(guesser, KW_DEFAULTS_STATS_ENABLE))
        return;
    if (rule && inside_parens(rule, &part)) {
        value_word(&value, "users", &part, false);
    } else if (colon) {
        part = (struct arg){.text = login->text, .len = (uint32_t)(colon - login->text)};
        value_word(&value, "user", &part, false);
        part = (struct arg){.text = colon + 1, .len = login->len - part.len - 1};
        value_word(&value, "password", &part, false);
    } else {
        buf_puts(value_key(&value, "auth"), "false");
    }
    value_holes(&value, page_holes);
    yaml = value_yaml(&value);
    if (!value.bad)
        guess(guesser, "stats", arena_printf(guesser->writer.arena, "{page: %s}", yaml));
}

/* Of https://HOST]:PORT%[…: the port. */
static bool port_of(const struct arg *location, struct arg *port)
{
    const char *end = location->text + location->len, *at = memmem(location->text, location->len, "]:", 2);

    if (!at)
        return false;
    at += 2;
    *port = (struct arg){.text = at};
    while (at + port->len < end && is_digit(at[port->len]))
        port->len++;
    return port->len > 0;
}

/* Behind `unless { ssl_fc } ||`, a word each, stands what `unless` has. */
static void guess_redirect(struct guesser *guesser)
{
    enum { CONDITION = 5 };
    const struct directive *rule = find_line(guesser, KW_FRONTEND_HTTP_REQUEST);
    const struct arg *unless = rule ? directive_option(rule, KW_COND_UNLESS) : NULL, *location;
    struct value value = value_begin(guesser);
    struct arg port;
    const char *yaml;

    if (!unless || !directive_option(rule, KW_HTTP_REQUEST_REDIRECT))
        return;
    value_holes(&value, redirect_holes);
    location = directive_option_value(rule, KW_HTTP_REDIRECT_LOCATION);
    if (location && port_of(location, &port))
        value_word(&value, "port", &port, false);
    if (unless + CONDITION < rule->args + rule->arg_count)
        value_text(&value, "unless", unless + CONDITION, rule->arg_count - (uint32_t)(unless + CONDITION - rule->args));
    yaml = value_yaml(&value);
    if (!value.bad)
        guess(guesser, "redirect-https", yaml);
}

static void guess_sticky(struct guesser *guesser)
{
    struct value cookie = value_begin(guesser), source = value_begin(guesser);
    struct arena *arena = guesser->writer.arena;
    const char *yaml;

    if (find_line(guesser, KW_DEFAULTS_COOKIE)) {
        value_holes(&cookie, cookie_holes);
        yaml = value_yaml(&cookie);
        if (!cookie.bad)
            guess(guesser, "sticky", cookie.count ? arena_printf(arena, "{cookie: %s}", yaml) : yaml);
    } else if (find_line(guesser, KW_FRONTEND_STICK_TABLE)) {
        value_holes(&source, source_holes);
        yaml = value_yaml(&source);
        if (!source.bad)
            guess(guesser, "sticky", arena_printf(arena, "{source: %s}", yaml));
    }
}

/* What `expect` has: bare codes, or HAProxy's text. */
static void value_expect(struct value *value)
{
    const struct directive *expect = find_line(value->guesser, KW_DEFAULTS_HTTP_CHECK_EXPECT);
    const struct arg *codes = expect ? directive_option_value(expect, KW_HTTP_CHECK_EXPECT_STATUS) : NULL;

    if (codes && expect->arg_count == 2)
        value_text(value, "expect", codes, 1);
    else if (expect)
        value_text(value, "expect", expect->args, expect->arg_count);
}

/* One protocol with its value, and the agent beside it, if there is one. */
static void guess_health_kind(struct guesser *guesser, const char *kind, const char *yaml)
{
    const struct directive *line = find_line(guesser, KW_DEFAULTS_DEFAULT_SERVER);
    struct value agent = value_begin(guesser);
    struct arena *arena = guesser->writer.arena;
    const char *port;

    if (line && directive_option(line, KW_SERVER_AGENT_PORT)) {
        value_holes(&agent, agent_holes);
        port = value_yaml(&agent);
        if (!agent.bad)
            guess(guesser, "health",
                  kind ? arena_printf(arena, "{%s: %s, agent: %s}", kind, yaml, port)
                       : arena_printf(arena, "{agent: %s}", port));
    } else if (kind) {
        guess(guesser, "health", strcmp(yaml, "true") == 0 ? kind : arena_printf(arena, "{%s: %s}", kind, yaml));
    }
}

/* AUTH PASSWORD, as Redis takes it. */
static void guess_redis(struct guesser *guesser)
{
    static const char begin[] = "AUTH ", end[] = "\r\n";
    const struct directive *line = find_line(guesser, KW_DEFAULTS_TCP_CHECK_SEND);
    const struct arg *text = line && line->arg_count ? line->args : NULL;
    struct value value = value_begin(guesser);
    uint32_t around = sizeof(begin) - 1 + sizeof(end) - 1;
    struct arg password;

    if (!text || text->len <= around || text->flags & ARG_ENV || !text_begins(text->text, text->len, begin))
        return;
    password = (struct arg){.text = text->text + sizeof(begin) - 1, .len = text->len - around};
    value_word(&value, "password", &password, false);
    if (!value.bad)
        guess_health_kind(guesser, "redis", value_yaml(&value));
}

static void guess_health(struct guesser *guesser)
{
    for (size_t i = 0; i < sizeof(health_lines) / sizeof(*health_lines); i++) {
        const struct health_line *kind = &health_lines[i];
        struct value value = value_begin(guesser);

        if (!find_line(guesser, kind->line))
            continue;
        value_holes(&value, kind->holes);
        if (kind->line == KW_DEFAULTS_HTTP_CHECK_SEND)
            value_expect(&value);
        if (!value.bad)
            guess_health_kind(guesser, kind->name, value_yaml(&value));
    }
    if (find_line(guesser, KW_DEFAULTS_TCP_CHECK_SEND_BINARY))
        guess_health_kind(guesser, "ldap", "{anonymous: false}");
    guess_redis(guesser);
    guess_health_kind(guesser, NULL, NULL);
}

static bool has_dots(const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next)
        if (directive_is_dot(d))
            return true;
    return false;
}

struct intent_guess *intent_guesses(const struct config *config)
{
    struct intent_guess *first = NULL;
    struct guesser guesser = {.writer = {.config = config, .arena = config->arena}, .tail = &first};

    for (struct section *section = config->first; section; section = section->next) {
        unsigned sides = section_sides(section);

        guesser.section = section;
        if (section->context == CONTEXT_NONE || section->context == CONTEXT_DEFAULTS || has_dots(section))
            continue;
        if (section->context == CONTEXT_GLOBAL) {
            guess_journald(&guesser);
            guess_socket(&guesser);
            guess_tls(&guesser);
        }
        if (sides)
            guess_page(&guesser);
        if (sides & SIDE_FRONTEND)
            guess_redirect(&guesser);
        if (sides & SIDE_BACKEND) {
            guess_sticky(&guesser);
            guess_health(&guesser);
        }
    }
    return first;
}
