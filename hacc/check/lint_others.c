/* Sections that are no proxies: peers, resolvers, rings, caches. */
#include "hacc/check/lint.h"
#include "hacc/host/name.h"

#include "hacc/lang/value.h"

/* HAProxy keeps so many characters of a cache's name. */
enum { CACHE_NAME = 32 };

/* What a ring of 3.0 and later needs of its size for itself, and for a message beside its length. Asked of the
 * binaries. */
enum { RING_HEAD = 192, RING_MESSAGE = 2 };

/* The size that a ring has by itself, and the longest message that it takes. */
enum { RING_SIZE = 16384, RING_MAXLEN = 16384 };

/* Up to 2.8 the file behind a ring has whole pages, and a head of its own. */
enum { RING_PAGE = 4096, RING_FILE_HEAD = 72 };

static bool is_named(const struct arg *name, const struct arg *other)
{
    return name->len == other->len && memcmp(name->text, other->text, name->len) == 0;
}

/* Peers are not checked, and their addresses are what they are. */
static void check_peer_options(struct lint *lint, const struct directive *d)
{
    static const enum keyword_id vain[] = {KW_SERVER_CHECK, KW_SERVER_AGENT_CHECK, KW_SERVER_INIT_ADDR,
                                           KW_SERVER_RESOLVERS};

    for (size_t i = 0; i < LINT_COUNT(vain) && lint->config->lang.version >= HAP_2_4; i++) {
        const struct arg *option = directive_option(d, vain[i]);

        if (!option)
            continue;
        diag_add(lint->config->diags, RULE_IGNORED_HERE, arg_span(option), NULL, "'%s' is ignored of a peer",
                 keywords[option->row].name);
        return;
    }
}

/* A peer has an address, or it is this machine and has a bind line. From 3.0 on HAProxy says that it leaves it out. */
static void check_peer_address(struct lint *lint, const struct directive *d, const struct arg *local)
{
    bool bound = lint_own(lint, KW_PEERS_BIND) && (!local || is_named(&d->args[0], local));

    if (lint->config->lang.version < HAP_3_0 || d->kw->id != KW_PEERS_PEER || bound || directive_param(d, "address"))
        return;
    diag_add(lint->config->diags, RULE_PEER_NO_ADDRESS, d->at, "add its address and port",
             "HAProxy leaves peer '%.*s' out: it has no address", WORD_ARGS(&d->args[0]));
}

/* Whether the section lacks a peer of that name, which therefore is not kept. With a bind line of its own the local one
 * is there. */
static bool lacks_peer(const struct lint *lint, const char *name, uint32_t len)
{
    bool named = lint_own(lint, KW_PEERS_BIND) || lint_own(lint, KW_PEERS_DISABLED);

    for (const struct directive *d = lint->section->first; d && !named; d = d->next)
        named = directive_is_peer(d) &&
                (d->args[0].flags & ARG_ENV || (d->args[0].len == len && memcmp(d->args[0].text, name, len) == 0));
    return !named;
}

/* Without the local peer the whole section goes. Its name may also be given on the command line (-L). */
static void check_local_peer(struct lint *lint)
{
    const struct arg *local = lint->local_peer;
    const char *name = NULL;

    if (!local && lint->process_sure && !lint->globals[KW_GLOBAL_LOCALPEER] && lint->machine && lint->machine->root &&
        !*lint->machine->root)
        name = host_name(lint->config->arena);
    if (name && lacks_peer(lint, name, (uint32_t)strlen(name)))
        lint_add_section(lint, RULE_PEER_HOST_MISSING,
                         "say which peer this machine is: 'localpeer NAME' in the global section",
                         "HAProxy leaves peers '%.*s' out: no peer in it has this machine's name",
                         (int)lint->section->name_len, lint->section->name);
    if (!local || !lacks_peer(lint, local->text, local->len))
        return;
    lint_add_section(lint, RULE_PEER_LOCAL_MISSING, "add the peer that 'localpeer' names",
                     "HAProxy leaves peers '%.*s' out: it has no peer '%.*s', which this machine is",
                     (int)lint->section->name_len, lint->section->name, WORD_ARGS(local));
}

/* With itself alone HAProxy keeps the tables over a reload, and shares them with nobody. */
static void check_alone(struct lint *lint)
{
    const struct directive *only = NULL;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (directive_is_peer(d) && only)
            return;
        if (directive_is_peer(d))
            only = d;
    }
    if (only && !lint->has_errors && !lint_own(lint, KW_PEERS_DISABLED))
        diag_add(lint->config->diags, RULE_PEERS_ALONE, only->at, "add the other machines, if there are such",
                 "the tables of peers '%.*s' outlive a reload, but no other machine learns of them",
                 (int)lint->section->name_len, lint->section->name);
}

static bool connects_by_tls(const struct directive *d, bool by_default)
{
    return directive_option(d, KW_SERVER_SSL) || (by_default && !directive_option(d, KW_SERVER_NO_SSL));
}

/* At a reload the old process hands its tables to the new one, as a client of the local peer. */
static void check_peer_tls(struct lint *lint, const struct arg *local)
{
    const struct directive *bind = NULL, *self = NULL;
    bool by_default = false, connects = false;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (directive_option(d, KW_BIND_SSL))
            bind = d;
        if (d->kw->id == KW_PEERS_DEFAULT_SERVER) {
            by_default = connects_by_tls(d, by_default);
        } else if (!self && directive_is_peer(d) && is_named(&d->args[0], local)) {
            self = d;
            connects = connects_by_tls(d, by_default);
        }
    }
    if (!self || connects || !bind || lint->config->lang.version < HAP_2_6 || lint_own(lint, KW_PEERS_DISABLED))
        return;
    diag_add(lint->config->diags, RULE_PEER_TLS_MISSING, self->at,
             "add 'ssl' and how to verify, here or to a 'default-server' above",
             "this machine listens to peers by TLS, but speaks to itself, peer '%.*s', without", WORD_ARGS(local));
    diag_place(lint->config->diags, bind->at, "it listens by TLS here");
}

static void check_peers(struct lint *lint)
{
    const struct arg *local = lint->local_peer;

    for (const struct directive *d = lint->section->first; d; d = d->next)
        if (directive_is_peer(d)) {
            check_peer_options(lint, d);
            check_peer_address(lint, d, local);
        }
    if (lint->sure)
        check_alone(lint);
    if (lint->sure)
        check_local_peer(lint);
    if (local && lint->sure)
        check_peer_tls(lint, local);
}

static void check_resolvers(struct lint *lint)
{
    if (lint->sure && !lint_own(lint, KW_RESOLVERS_NAMESERVER) && !lint_own(lint, KW_RESOLVERS_PARSE_RESOLV_CONF))
        lint_add_section(lint, RULE_RESOLVERS_EMPTY, "add a 'nameserver', or 'parse-resolv-conf'",
                         "resolvers '%.*s' has no name server", (int)lint->section->name_len, lint->section->name);
}

/* How many bytes HAProxy writes a length in, up to the largest sizes of rings. */
static int64_t length_bytes(int64_t length)
{
    static const int64_t first[] = {240, 2288, 264432, 33818864, INT64_C(4328786160)}; /* that takes a byte more */
    int64_t bytes = 1;

    for (size_t i = 0; i < LINT_COUNT(first) && length >= first[i]; i++)
        bytes++;
    return bytes;
}

/* Gives the longest message that fits into the ring, 0 where that is not known. Up to 2.8 a ring never shrinks. */
static int64_t ring_room(const struct lint *lint)
{
    int64_t size = RING_SIZE, wanted;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (d->kw->id != KW_RING_SIZE)
            continue;
        if (!d->arg_count || !size_parse(d->args[0].text, d->args[0].len, &wanted))
            return 0;
        if (wanted > size || lint->config->lang.version >= HAP_3_0)
            size = wanted;
    }
    if (lint->config->lang.version < HAP_3_0)
        return lint_own(lint, KW_RING_BACKING_FILE) ? (size + RING_PAGE - 1) / RING_PAGE * RING_PAGE - RING_FILE_HEAD
                                                    : size;
    size -= RING_HEAD + RING_MESSAGE;
    return size > 0 ? size - length_bytes(size) : 0;
}

/* A ring that is kept in a file up to 2.8 may be too small for the messages that it takes by itself. */
static void check_ring_line(struct lint *lint)
{
    const struct directive *line = lint_own(lint, KW_RING_MAXLEN), *file = lint_own(lint, KW_RING_BACKING_FILE);
    int64_t room = ring_room(lint), longest = RING_MAXLEN;

    if (!line && lint->config->lang.version < HAP_3_0)
        line = file;
    else if (!line || !line->arg_count || !int_parse(line->args[0].text, line->args[0].len, &longest))
        return;
    if (line && line->arg_count && room > 0 && longest > room)
        diag_add(lint->config->diags, RULE_SIZE_CUT, arg_span(&line->args[0]), "raise 'size', or lower 'maxlen'",
                 "messages of %lld bytes do not fit into the ring: they are cut to %lld", (long long)longest,
                 (long long)room);
}

static void check_ring_servers(struct lint *lint)
{
    static const enum keyword_id options[] = {KW_SERVER_SEND_PROXY, KW_SERVER_SEND_PROXY_V2,
                                              KW_SERVER_SEND_PROXY_V2_SSL, KW_SERVER_SEND_PROXY_V2_SSL_CN,
                                              KW_SERVER_PROXY_V2_OPTIONS};
    const struct arg *option;

    for (const struct directive *d = lint->section->first; d && lint->config->lang.version >= HAP_3_0; d = d->next)
        for (size_t i = 0; i < LINT_COUNT(options); i++)
            if ((option = directive_option(d, options[i])))
                diag_add(lint->config->diags, RULE_IGNORED_HERE, arg_span(option), NULL,
                         "'%s' is ignored of a ring's server", keywords[option->row].name);
}

/* A message that is sent with the SYN may be lost with it, and a ring has no 'retry-on'. */
static void check_ring_fast_open(struct lint *lint)
{
    const struct arg *option;

    for (const struct directive *d = lint->section->first; d && lint->config->lang.version >= HAP_2_6; d = d->next)
        if ((option = directive_option(d, KW_SERVER_TFO)))
            diag_add(lint->config->diags, RULE_TFO_NO_RETRY, arg_span(option), "remove it",
                     "with 'tfo' a message may be lost, and a ring does not send it again");
}

/* A ring that sends its messages on is a backend of its own kind. */
static void check_ring_timeouts(struct lint *lint)
{
    if (!lint->sure || !lint_own(lint, KW_RING_SERVER) || lint->config->lang.version < HAP_2_4 ||
        (lint_own(lint, KW_RING_TIMEOUT_CONNECT) && lint_own(lint, KW_RING_TIMEOUT_SERVER)))
        return;
    lint_add_section(lint, RULE_TIMEOUT_MISSING, "a ring with servers takes 'timeout connect' and 'timeout server'",
                     "ring '%.*s' has no '%s'", (int)lint->section->name_len, lint->section->name,
                     lint_own(lint, KW_RING_TIMEOUT_CONNECT) ? "timeout server" : "timeout connect");
}

static void check_cache(struct lint *lint)
{
    if (lint->section->name_len > CACHE_NAME)
        lint_add_section(lint, RULE_NAME_TRUNCATED, NULL, "HAProxy keeps %d characters of a cache's name: '%.*s'",
                         CACHE_NAME, CACHE_NAME, lint->section->name);
}

/* 3.2 asks how boolean samples look to Lua, before it loads any (configuration.txt 3.2, bool-sample-conversion). */
static void check_lua(struct lint *lint)
{
    if (lint->config->lang.version < HAP_3_2 || !lint->sure)
        return;
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (d->kw->id == KW_GLOBAL_TUNE_LUA_BOOL_SAMPLE_CONVERSION && lint->lua) {
            diag_add(lint->config->diags, RULE_VALUE_IGNORED, d->at, "move it above",
                     "HAProxy ignores this '%s': it has loaded Lua already", d->kw->name);
            diag_place(lint->config->diags, lint->lua->at, "Lua is loaded here");
        } else if (d->kw->id == KW_GLOBAL_TUNE_LUA_BOOL_SAMPLE_CONVERSION) {
            lint->lua_conversion = true;
        } else if ((d->kw->id == KW_GLOBAL_LUA_LOAD || d->kw->id == KW_GLOBAL_LUA_LOAD_PER_THREAD) && !lint->lua) {
            lint->lua = d;
            if (!lint->lua_conversion)
                diag_add(lint->config->diags, RULE_LUA_BOOLEANS, d->at,
                         "write 'tune.lua.bool-sample-conversion normal' above it, or 'pre-3.1-bug' if that is meant",
                         "boolean samples are 0 and 1 here, which are both true to Lua");
        }
    }
}

void lint_others(struct lint *lint)
{
    enum context_id context = lint->section->context;

    if (context == CONTEXT_PEERS || context == CONTEXT_RING || context == CONTEXT_RESOLVERS)
        lint_times(lint);
    if (context == CONTEXT_GLOBAL) {
        check_lua(lint);
    } else if (context == CONTEXT_PEERS) {
        check_peers(lint);
    } else if (context == CONTEXT_RESOLVERS) {
        check_resolvers(lint);
    } else if (context == CONTEXT_RING) {
        check_ring_line(lint);
        check_ring_servers(lint);
        check_ring_fast_open(lint);
        check_ring_timeouts(lint);
    } else if (context == CONTEXT_CACHE) {
        check_cache(lint);
    }
}
