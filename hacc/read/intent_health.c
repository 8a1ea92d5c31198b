/* health: the check of a backend's servers, by the protocol that they speak. */
#include "hacc/read/intent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One protocol: `add` gets what stands behind its name. */
struct health_kind {
    const char *name;
    const char *options;                                        /* of its map; NULL: it takes true alone */
    void (*add)(struct reader *reader, struct intent_use *use); /* use->value: the kind's own value; NULL: no line */
};

/* What a kind's scalar says: `smtp: mail.example.com`; NULL where it is `true` or a map. */
static const char *scalar_word(struct reader *reader, const struct intent_use *use)
{
    return use->value->kind == NODE_SCALAR && node_truth(use->value) == TRUTH_NONE ? node_word(reader, use->value)
                                                                                   : NULL;
}

/* Bare codes are what people expect of `expect:`; anything else is HAProxy's text. */
static bool is_codes(const struct node *node)
{
    for (uint32_t i = 0; i < node->len; i++)
        if (!strchr("0123456789,-", node->text[i]))
            return false;
    return node->len > 0;
}

/* One form for all versions: `option httpchk METHOD URI VERSION` with headers in it is fatal since 2.8.
 * HTTP/1.1 needs a Host; localhost is a name that every server takes. */
static void add_http(struct reader *reader, struct intent_use *use)
{
    const struct node *expect = use->value->kind == NODE_MAP ? intent_option(use, "expect") : NULL;
    const char *method = intent_word(reader, use, "method", "GET"), *uri = intent_word(reader, use, "uri", "/");

    if (use->value->kind == NODE_SCALAR && node_truth(use->value) == TRUTH_NONE) {
        const char *blank = memchr(use->value->text, ' ', use->value->len);
        uint32_t skip = blank ? (uint32_t)(blank - use->value->text) + 1 : 0;
        struct node part = *use->value;

        if (blank) {
            part.len = skip - 1;
            method = node_word(reader, &part);
        }
        part.text = use->value->text + skip;
        part.len = use->value->len - skip;
        uri = node_word(reader, &part);
    }
    if (uri[strspn(uri, "'\"")] != '/' && strcmp(uri, "*") != 0 && uri[0] != '"') {
        intent_fault(reader, use->value, "write it as GET /health", "'%s' is no path to ask for", uri);
        return;
    }
    reader_add_line(reader, use->key, "option httpchk");
    reader_add_line(reader, use->key, "http-check send meth %s uri %s ver HTTP/1.1 hdr Host %s", method, uri,
                    intent_word(reader, use, "host", "localhost"));
    if (expect && expect->kind != NODE_SCALAR)
        intent_fault(reader, expect, NULL, "'expect' takes a single value");
    else if (expect)
        reader_add_line(reader, use->key, "http-check expect %s%.*s", is_codes(expect) ? "status " : "",
                        (int)expect->len, expect->text);
}

static void add_smtp(struct reader *reader, struct intent_use *use)
{
    const char *name = scalar_word(reader, use);

    reader_add_line(reader, use->key, "option smtpchk EHLO %s",
                    name ? name : intent_word(reader, use, "helo", "localhost"));
}

static void add_mysql(struct reader *reader, struct intent_use *use)
{
    const char *user = scalar_word(reader, use);

    if (!user)
        user = intent_word(reader, use, "user", NULL);
    reader_add_line(reader, use->key, "option mysql-check%s%s", user ? " user " : "", user ? user : "");
}

/* Before 2.6 HAProxy's own check is down against scram-sha-256, which PostgreSQL 14 and later ask for. What
 * goes out is a StartupMessage (PostgreSQL's protocol, "Message Formats"); any authentication request ('R')
 * is an answer. */
static void add_pgsql(struct reader *reader, struct intent_use *use)
{
    const struct node *node = use->value->kind == NODE_MAP ? intent_option(use, "user") : use->value;
    bool named = node && node->kind == NODE_SCALAR && node_truth(node) == TRUTH_NONE;
    const char *user = named ? node->text : "haproxy";
    uint32_t len = named ? node->len : (uint32_t)strlen(user);
    char hex[300];
    size_t at = 0;

    if (node && node->kind != NODE_SCALAR) {
        intent_fault(reader, node, NULL, "'user' takes a single value");
        return;
    }
    if (reader->lang->version >= HAP_2_6) {
        reader_add_line(reader, use->key, "option pgsql-check user %s", named ? node_word(reader, node) : user);
        return;
    }
    if (len > 63) { /* NAMEDATALEN */
        intent_fault(reader, use->value, NULL, "a PostgreSQL user has at most 63 bytes");
        return;
    }
    at += (size_t)snprintf(hex, sizeof(hex), "%08x00030000%s", len + 15, "7573657200");
    for (uint32_t i = 0; i < len; i++)
        at += (size_t)snprintf(hex + at, sizeof(hex) - at, "%02x", (unsigned)(unsigned char)user[i]);
    snprintf(hex + at, sizeof(hex) - at, "0000");
    reader_add_line(reader, use->key, "option tcp-check");
    reader_add_line(reader, use->key, "tcp-check connect");
    reader_add_line(reader, use->key, "tcp-check send-binary %s", hex);
    reader_add_line(reader, use->key, "tcp-check expect rbinary ^52");
}

/* Whether a text means itself inside double quotes, and one word to Redis. */
static bool is_plain(const struct node *node)
{
    for (uint32_t i = 0; i < node->len; i++)
        if ((unsigned char)node->text[i] <= ' ' || strchr("\"\\$\x7f", node->text[i]))
            return false;
    return true;
}

static void add_redis(struct reader *reader, struct intent_use *use)
{
    const struct node *password = use->value->kind == NODE_MAP ? intent_option(use, "password") : NULL;

    if (!password) {
        reader_add_line(reader, use->key, "option redis-check");
        return;
    }
    if (password->kind != NODE_SCALAR || !is_plain(password)) {
        intent_fault(reader, password, "write the tcp-check lines by hand",
                     "a Redis password with a blank, '\"', '\\' or '$' cannot be written here");
        return;
    }
    reader->config->secret = true;
    reader_add_line(reader, use->key, "option tcp-check");
    reader_add_line(reader, use->key, "tcp-check connect");
    reader_add_line(reader, use->key, "tcp-check send \"AUTH %.*s\\r\\n\"", (int)password->len, password->text);
    reader_add_line(reader, use->key, "tcp-check expect string +OK");
    reader_add_line(reader, use->key, "tcp-check send PING\\r\\n");
    reader_add_line(reader, use->key, "tcp-check expect string +PONG");
    reader_add_line(reader, use->key, "tcp-check send QUIT\\r\\n");
    reader_add_line(reader, use->key, "tcp-check expect string +OK");
}

/* A server that refuses anonymous binds answers all the same (resultCode 48, inappropriateAuthentication). */
static void add_ldap(struct reader *reader, struct intent_use *use)
{
    const struct node *anonymous = use->value->kind == NODE_MAP ? node_find(use->value, "anonymous", NULL) : NULL;

    if (!anonymous || node_truth(anonymous) != TRUTH_FALSE) {
        reader_add_line(reader, use->key, "option ldap-check");
        return;
    }
    reader_add_line(reader, use->key, "option tcp-check");
    reader_add_line(reader, use->key, "tcp-check connect");
    reader_add_line(reader, use->key, "tcp-check send-binary 300c020101600702010304008000");
    reader_add_line(reader, use->key, "tcp-check expect rbinary ^30..02010161..0A01(00|30)");
}

/* Where every server speaks TLS anyway, the plain check is a handshake already: health_finish takes the line
 * out. */
static void add_ssl(struct reader *reader, struct intent_use *use)
{
    reader_add_line(reader, use->key, "option ssl-hello-chk");
}

static const struct health_kind kinds[] = {
    {"tcp", NULL, NULL},
    {"http", "method uri host expect", add_http},
    {"smtp", "helo", add_smtp},
    {"mysql", "user", add_mysql},
    {"pgsql", "user", add_pgsql},
    {"redis", "password", add_redis},
    {"ldap", "anonymous", add_ldap},
    {"ssl", NULL, add_ssl},
};
enum { KIND_COUNT = sizeof(kinds) / sizeof(*kinds) };

/* An agent's percentage is taken of the weight, rounded down: of HAProxy's default weight 1 it would leave 0.
 */
static void add_default_server(struct reader *reader, struct intent_use *use, const struct node *agent)
{
    struct intent_use inner = *use;
    const char *port;

    if (!agent) {
        reader_add_line(reader, use->key, "default-server check");
        return;
    }
    inner.value = agent;
    if (agent->kind == NODE_MAP)
        intent_check_keys(reader, agent, "port inter", "health agent");
    port = agent->kind == NODE_SCALAR && node_truth(agent) == TRUTH_NONE ? node_word(reader, agent)
                                                                         : intent_word(reader, &inner, "port", NULL);
    if (!port) {
        intent_fault(reader, agent, "write agent: PORT", "the agent needs a port");
        return;
    }
    reader_add_line(reader, use->key, "default-server check agent-check agent-port %s agent-inter %s weight 100", port,
                    intent_word(reader, &inner, "inter", "5s"));
}

static const struct health_kind *find_kind(const struct node *name)
{
    for (int i = 0; i < KIND_COUNT; i++)
        if (node_is(name, kinds[i].name))
            return &kinds[i];
    return NULL;
}

static void add_kind(struct reader *reader, struct intent_use *use, const struct health_kind *kind,
                     const struct node *value)
{
    struct intent_use inner = *use;

    inner.value = value;
    if (!kind->options ? node_truth(value) != TRUTH_TRUE : value->kind == NODE_LIST) {
        intent_fault(reader, value, NULL, kind->options ? "'%s' takes true, a value or a map" : "'%s' takes true",
                     kind->name);
        return;
    }
    if (value->kind == NODE_MAP)
        intent_check_keys(reader, value, kind->options, kind->name);
    if (kind->add)
        kind->add(reader, &inner);
}

static void health_expand(struct reader *reader, struct intent_use *use)
{
    static const struct node yes = {.kind = NODE_SCALAR, .style = STYLE_PLAIN, .text = "true", .len = 4};
    const struct node *agent = NULL;
    int found = 0;

    if (use->value->kind == NODE_SCALAR && node_truth(use->value) == TRUTH_NONE) {
        const struct health_kind *kind = find_kind(use->value);

        if (!kind) {
            intent_fault(reader, use->value, "one of: tcp http smtp mysql pgsql redis ldap ssl, or agent: PORT",
                         "no health check '%.*s'", (int)use->value->len, use->value->text);
            return;
        }
        add_kind(reader, use, kind, &yes);
    }
    for (const struct node *key = use->value->kind == NODE_MAP ? use->value->first : NULL; key;
         key = node_next_key(key)) {
        const struct health_kind *kind = find_kind(key);

        if (node_truth(key->next) == TRUTH_FALSE)
            continue;
        if (node_is(key, "agent"))
            agent = key->next;
        else if (kind && ++found == 1)
            add_kind(reader, use, kind, key->next);
        else if (kind)
            intent_fault(reader, key, NULL, "the servers of a backend have one kind of check, and an agent beside it");
    }
    add_default_server(reader, use, agent);
}

static bool default_servers_speak_ssl(const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next)
        if (d->kw->id == KW_DEFAULTS_DEFAULT_SERVER && directive_option(d, KW_SERVER_SSL))
            return true;
    return false;
}

static void health_finish(struct reader *reader, struct intent_use *use)
{
    const struct section *defaults = section_defaults(reader->config, use->section);
    struct directive *hello = NULL;
    bool by_default = defaults && default_servers_speak_ssl(defaults), all_ssl = true, any = false;

    for (struct directive *d = use->section->first; d; d = d->next) {
        if (d->intent == use->intent->name && d->kw->id == KW_DEFAULTS_OPTION_SSL_HELLO_CHK)
            hello = d;
        if (d->kw->id == KW_DEFAULTS_DEFAULT_SERVER && directive_option(d, KW_SERVER_SSL))
            by_default = true;
        if (directive_is_server(d)) {
            any = true;
            all_ssl = all_ssl &&
                      (directive_option(d, KW_SERVER_SSL) || (by_default && !directive_option(d, KW_SERVER_NO_SSL)));
        }
    }
    if (hello && any && all_ssl)
        section_remove(use->section, hello);
}

const struct intent intent_health = {"health",      "backend listen", "tcp http smtp mysql pgsql redis ldap ssl agent",
                                     health_expand, health_finish,    true};
