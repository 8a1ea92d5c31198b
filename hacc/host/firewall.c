#include "hacc/host/firewall.h"

#include "hacc/host/firewall_parts.h"
#include "hacc/host/haproxy.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* How long a program may take to list its rules, in milliseconds. */
enum { LIST_TIME_LIMIT = 5000 };

/* --- building --- */

/* Lists of chains by a hash of their names: Kubernetes makes tens of thousands. */
enum { HASHES = 8192 };

static uint32_t hash_of(const char *table, const char *name)
{
    uint32_t hash = 5381;

    for (const char *c = table; *c; c++)
        hash = hash * 33 + (unsigned char)*c;
    for (const char *c = name; *c; c++)
        hash = hash * 33 + (unsigned char)*c;
    return hash % HASHES;
}

void firewall_init(struct firewall *firewall, struct arena *arena)
{
    *firewall = (struct firewall){.arena = arena, .marks = ""};
    firewall->hashed = arena_zalloc(arena, HASHES * sizeof(struct firewall_chain *));
}

struct firewall_chain *firewall_chain(struct firewall *firewall, const char *table, const char *name)
{
    struct firewall_chain **list = &firewall->hashed[hash_of(table, name)], *chain = *list;

    while (chain && (strcmp(chain->name, name) != 0 || strcmp(chain->table, table) != 0))
        chain = chain->next_of_hash;
    if (chain)
        return chain;
    chain = arena_zalloc(firewall->arena, sizeof(*chain));
    chain->table = arena_strndup(firewall->arena, table, strlen(table));
    chain->name = arena_strndup(firewall->arena, name, strlen(name));
    chain->tail = &chain->first;
    chain->next = firewall->chains;
    chain->next_of_hash = *list;
    *list = firewall->chains = chain;
    return chain;
}

struct firewall_rule *firewall_rule(struct firewall *firewall, struct firewall_chain *chain)
{
    struct firewall_rule *rule = arena_zalloc(firewall->arena, sizeof(*rule));

    *chain->tail = rule;
    chain->tail = &rule->next;
    return rule;
}

struct firewall_match *firewall_match(struct firewall *firewall, struct firewall_rule *rule)
{
    struct firewall_match *match = arena_zalloc(firewall->arena, sizeof(*match));

    match->next = rule->matches;
    rule->matches = match;
    return match;
}

struct firewall_ports *firewall_add_ports(struct firewall *firewall, const struct firewall_ports **list, int64_t low,
                                          int64_t high)
{
    struct firewall_ports *ports = arena_zalloc(firewall->arena, sizeof(*ports));

    ports->low = (uint16_t)(low < 0 ? 0 : low > UINT16_MAX ? UINT16_MAX : low);
    ports->high = (uint16_t)(high < 0 ? 0 : high > UINT16_MAX ? UINT16_MAX : high);
    ports->next = *list;
    *list = ports;
    return ports;
}

/* --- what becomes of a packet --- */

static const struct firewall_ports *find_ports(const struct firewall_ports *ports, uint16_t port)
{
    while (ports && (port < ports->low || port > ports->high))
        ports = ports->next;
    return ports;
}

static enum firewall_fit fit_of(const struct firewall_match *match, const struct firewall_packet *packet)
{
    bool holds = true;

    switch (match->kind) {
    case MATCH_PORT:
        holds = find_ports(match->ports, packet->port) != NULL;
        break;
    case MATCH_PROTOCOL:
        holds = match->bits & (packet->datagram ? 2U : 1U);
        break;
    case MATCH_FAMILY:
        holds = match->bits & (packet->ipv6 ? 2U : 1U);
        break;
    case MATCH_ALWAYS:
        break;
    case MATCH_MAYBE:
        return FIT_MAYBE;
    }
    return holds != match->negated ? FIT_YES : FIT_NO;
}

static enum firewall_fit rule_fit(const struct firewall_rule *rule, const struct firewall_packet *packet)
{
    enum firewall_fit fit = FIT_YES, one;

    for (const struct firewall_match *match = rule->matches; match && fit != FIT_NO; match = match->next) {
        one = fit_of(match, packet);
        fit = one < fit ? one : fit;
    }
    return fit;
}

static unsigned walk(struct firewall *firewall, struct firewall_chain *chain, const struct firewall_packet *packet,
                     int depth);

/* Gives what may become of a packet that the rule is for. */
static unsigned apply(struct firewall *firewall, const struct firewall_rule *rule, const struct firewall_packet *packet,
                      int depth)
{
    const struct firewall_ports *row = find_ports(rule->map, packet->port);

    if (row)
        return row->target ? walk(firewall, row->target, packet, depth + 1) : row->outcome;
    if (rule->target)
        return walk(firewall, rule->target, packet, depth + 1);
    return rule->outcome ? rule->outcome : FIREWALL_ON;
}

/* Gives what may become of the packet in a chain; FIREWALL_ON: it comes out at its end, or by a return. The kernel
 * allows 16 calls inside each other. */
static unsigned walk(struct firewall *firewall, struct firewall_chain *chain, const struct firewall_packet *packet,
                     int depth)
{
    unsigned outcome = 0;
    bool ends = false;

    if (depth > 32 || ++firewall->steps > FIREWALL_STEPS)
        return FIREWALL_ANY;
    if (chain->asked == firewall->questions)
        return chain->outcome;
    for (const struct firewall_rule *rule = chain->first; rule && !ends; rule = rule->next) {
        enum firewall_fit fit = rule_fit(rule, packet);
        unsigned one;

        firewall->steps++;
        if (fit == FIT_NO)
            continue;
        one = rule->returns ? FIREWALL_ON : apply(firewall, rule, packet, depth);
        ends = fit == FIT_YES && (rule->returns || rule->leaves || !(one & FIREWALL_ON));
        outcome |= rule->returns || rule->leaves ? one : one & ~(unsigned)FIREWALL_ON;
    }
    chain->outcome = outcome | (ends ? 0 : FIREWALL_ON);
    chain->asked = firewall->questions;
    return chain->outcome;
}

bool firewall_stops(struct firewall *firewall, const struct firewall_packet *packet)
{
    firewall->questions++;
    for (struct firewall_chain *chain = firewall->chains; chain; chain = chain->next) {
        unsigned outcome;

        if (!chain->base || !(chain->families & (packet->ipv6 ? 2U : 1U)))
            continue;
        outcome = walk(firewall, chain, packet, 0);
        if (outcome & FIREWALL_ON)
            outcome |= chain->drops ? FIREWALL_DROP : FIREWALL_ACCEPT;
        if (!(outcome & FIREWALL_ACCEPT))
            return true;
    }
    return false;
}

bool firewall_lacks_mark(const struct firewall *firewall, uint32_t mark)
{
    char text[16];

    snprintf(text, sizeof(text), "0x%x ", mark);
    return !firewall->unread && !firewall->other_marks && !strstr(firewall->marks, text);
}

/* --- reading --- */

/* Runs a program and gives what it prints; false: it is not there (errno ENOENT), or does not do it. */
static bool list(const char *const *argv, struct buf *out, struct arena *arena)
{
    int status;

    buf_init_in(out, arena);
    errno = 0;
    status = haproxy_run(argv, -1, LIST_TIME_LIMIT, out);
    if (status > 0)
        errno = EPERM;
    return status == 0;
}

/* Rules of iptables, old or new. Gives false where they cannot be read. */
static bool read_iptables(struct firewall *firewall)
{
    static const char *const programs[][2] = {{"iptables-save", NULL}, {"ip6tables-save", NULL}};
    struct buf out;

    for (unsigned i = 0; i < 2; i++) {
        if (!list(programs[i], &out, firewall->arena))
            return false;
        firewall_read_iptables(firewall, out.data, out.len, i + 1);
    }
    if (firewall->kind == FIREWALL_NFT)
        firewall->kind = FIREWALL_IPTABLES;
    return true;
}

/* Whether the kernel has tables of the old iptables, which nft does not show. */
static bool has_old_tables(void)
{
    static const char *const lists[] = {"/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"};
    bool found = false;

    for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
        FILE *file = fopen(lists[i], "re");

        if (file) {
            found = found || fgetc(file) != EOF;
            fclose(file);
        }
    }
    return found;
}

void firewall_read(struct firewall *firewall, struct arena *arena)
{
    static const char *const nft[] = {"nft", "-j", "list", "ruleset", NULL};
    bool foreign = false, read;
    struct buf out;

    firewall_init(firewall, arena);
    read = list(nft, &out, arena);
    if (!read) {
        firewall->unread = errno == ENOENT ? "there is no 'nft'" : "'nft' does not list them";
        firewall->advice = errno == ENOENT ? "install nftables, or iptables" : "run it as root";
    } else if (!firewall_read_nft(firewall, out.data, out.len, &foreign)) {
        firewall->unread = "what 'nft' lists is not understood";
    }
    if (foreign || firewall->unread || has_old_tables()) {
        read = read_iptables(firewall);
        if (read) {
            firewall->unread = NULL;
        } else if (foreign) {
            firewall->unread = "they are of iptables, and 'iptables-save' does not list them";
            firewall->advice = "install iptables, and run it as root";
        }
    }
    if (firewall->unread && firewall_read_ufw(firewall))
        firewall->unread = NULL;
}
