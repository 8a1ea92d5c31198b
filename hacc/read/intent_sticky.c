/* sticky: a client stays with its server, by a cookie or by its address. */
#include "hacc/read/intent.h"

#include <string.h>

/* insert indirect nocache: the servers never see the cookie, and no cache gives one client's cookie to
 * another. */
static void add_cookie(struct reader *reader, struct intent_use *use, const struct node *cookie)
{
    struct intent_use inner = *use;
    const char *name, *idle, *life, *key;
    const struct node *httponly;

    inner.value = cookie;
    if (cookie->kind == NODE_MAP)
        intent_check_keys(reader, cookie, "name httponly secure max-idle max-life key", "sticky cookie");
    name = cookie->kind == NODE_SCALAR && node_truth(cookie) == TRUTH_NONE
               ? node_word(reader, cookie)
               : intent_word(reader, &inner, "name", "SERVERID");
    httponly = cookie->kind == NODE_MAP ? node_find(cookie, "httponly", NULL) : NULL;
    idle = intent_word(reader, &inner, "max-idle", NULL);
    life = intent_word(reader, &inner, "max-life", NULL);
    key = intent_word(reader, &inner, "key", NULL);
    reader_add_line(reader, use->key, "cookie %s insert indirect nocache%s%s%s%s%s%s%s", name,
                    httponly && node_truth(httponly) == TRUTH_FALSE ? "" : " httponly",
                    intent_option(&inner, "secure") ? " secure" : "", idle ? " maxidle " : "", idle ? idle : "",
                    life ? " maxlife " : "", life ? life : "", key ? " dynamic" : "");
    if (key) {
        reader_add_line(reader, use->key, "dynamic-cookie-key %s", key);
        reader->config->secret = true;
    }
}

/* type ipv6 holds both families: IPv4 clients are stored as ::ffff:a.b.c.d; type ip would not hold IPv6 ones.
 */
static void add_source(struct reader *reader, struct intent_use *use, const struct node *source)
{
    struct intent_use inner = *use;
    const char *peers;

    inner.value = source;
    if (source->kind == NODE_MAP)
        intent_check_keys(reader, source, "size expire peers", "sticky source");
    else if (node_truth(source) != TRUTH_TRUE)
        intent_fault(reader, source, "write source: true, or a map", "'source' takes size, expire and peers");
    peers = intent_word(reader, &inner, "peers", NULL);
    reader_add_line(reader, use->key, "stick-table type ipv6 size %s expire %s%s%s",
                    intent_word(reader, &inner, "size", "100k"), intent_word(reader, &inner, "expire", "30m"),
                    peers ? " peers " : "", peers ? peers : "");
    reader_add_line(reader, use->key, "stick on src");
}

static const struct node *sticky_part(const struct intent_use *use, const char *name)
{
    return use->value->kind == NODE_MAP ? intent_option(use, name) : NULL;
}

static void sticky_expand(struct reader *reader, struct intent_use *use)
{
    const struct node *cookie = sticky_part(use, "cookie"), *source = sticky_part(use, "source");

    if (use->value->kind == NODE_SCALAR && node_truth(use->value) == TRUTH_TRUE)
        cookie = use->value;
    if (!cookie == !source) {
        intent_fault(reader, use->key, "write sticky: {cookie: NAME} or sticky: {source: true}",
                     "clients stick by a cookie or by their address: one of the two");
        return;
    }
    if (cookie)
        add_cookie(reader, use, cookie);
    else
        add_source(reader, use, source);
    /* without it a client whose server has died gets errors until a health check notices */
    reader_add_line(reader, use->key, "option redispatch");
}

/* Gives a server line the option `cookie SERVERNAME`. */
static void give_cookie(struct reader *reader, struct section *section, struct directive *server)
{
    const struct keyword *row = keyword_find(CONTEXT_SERVER, "cookie", 6, reader->lang->version, NULL);
    struct arg *args = arena_alloc(reader->config->arena, (server->arg_count + 2) * sizeof(*args));
    const struct arg *name = &server->args[0];

    memcpy(args, server->args, server->arg_count * sizeof(*args));
    args[server->arg_count] = (struct arg){.text = row->name,
                                           .len = 6,
                                           .off = name->off,
                                           .src = name->src,
                                           .row = (uint16_t)(row - keywords),
                                           .flags = ARG_HEAD};
    args[server->arg_count + 1] = *name;
    args[server->arg_count + 1].sig = row->sig;
    args[server->arg_count + 1].row = (uint16_t)(row - keywords);
    server->args = args;
    server->arg_count += 2;
    directive_note_option(server, row);
    section_note(section, server);
}

static void finish_cookie(struct reader *reader, struct intent_use *use, const struct node *cookie)
{
    bool dynamic = cookie->kind == NODE_MAP && node_find(cookie, "key", NULL);

    if (!section_speaks_http(reader->config, use->section))
        intent_fault(reader, use->key, "add 'mode: http', or stick by source", "cookies need mode http");
    for (struct directive *d = use->section->first; d && !dynamic; d = d->next) {
        if (d->kw->id == KW_LISTEN_SERVER_TEMPLATE)
            intent_fault(reader, use->key, "give the cookie a key: SECRET, for cookies made from the address",
                         "the servers of a server-template would share one cookie");
        else if (d->kw->id == KW_LISTEN_SERVER && d->arg_count && !directive_option(d, KW_SERVER_COOKIE))
            give_cookie(reader, use->section, d);
    }
}

static bool has_peer(const struct section *peers, const struct arg *name)
{
    for (const struct directive *d = peers->first; d; d = d->next)
        if (d->kw->named && d->arg_count && d->args[0].len == name->len &&
            memcmp(d->args[0].text, name->text, name->len) == 0)
            return true;
    return false;
}

/* HAProxy looks for a peer with its own name. Where it finds none it warns, exits 0 and removes the section.
 */
static void check_local_peer(struct reader *reader, const struct node *peers)
{
    const struct symbol *symbol = config_find(reader->config, SYMBOL_PEERS, peers->text, peers->len, NULL);
    const struct section *global = intent_global(reader);
    const struct directive *local = section_find_directive(global, KW_GLOBAL_LOCALPEER);

    if (!symbol || symbol->section->poison) /* a missing section is reported as such */
        return;
    if (local && local->arg_count && (local->args[0].flags & ARG_ENV || has_peer(symbol->section, &local->args[0])))
        return;
    intent_fault(reader, peers,
                 "add 'localpeer: NAME' to global, with this machine's name among the peers; start the others with -L",
                 "no peer of '%.*s' is this machine", (int)peers->len, peers->text);
    diag_place(reader->diags, local ? local->at : symbol->at, local ? "this name is none of its peers" : "the peers");
}

static void sticky_finish(struct reader *reader, struct intent_use *use)
{
    const struct node *cookie = sticky_part(use, "cookie"), *source = sticky_part(use, "source"), *peers;

    if (use->value->kind == NODE_SCALAR)
        cookie = use->value;
    if (cookie)
        finish_cookie(reader, use, cookie);
    else if (source && source->kind == NODE_MAP && (peers = node_find(source, "peers", NULL)))
        check_local_peer(reader, peers);
}

const struct intent intent_sticky = {"sticky", "backend listen", "cookie source", sticky_expand, sticky_finish, true};
