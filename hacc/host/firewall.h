/* What this machine's packet filter does with connections from outside. Read from `nft -j list ruleset`, and of tables
 * that iptables made from `iptables-save`; where the kernel's rules cannot be read, from ufw's files. Languages:
 * libnftables-json(5), iptables(8), iptables-extensions(8). */
#ifndef HACC_HOST_FIREWALL_H
#define HACC_HOST_FIREWALL_H

#include "hacc/base/arena.h"

#include <stdbool.h>

/* What may become of a packet: bits. FIREWALL_ON: none of the rules decides. */
enum { FIREWALL_ACCEPT = 1, FIREWALL_DROP = 2, FIREWALL_ON = 4, FIREWALL_ANY = 7 };

/* How sure it is that a packet is what a rule asks for. */
enum firewall_fit { FIT_NO, FIT_MAYBE, FIT_YES };

enum firewall_kind { FIREWALL_NFT, FIREWALL_IPTABLES, FIREWALL_UFW, FIREWALLD };

/* Connections from another machine to a port of this one: the first packet of each. */
struct firewall_packet {
    bool ipv6, datagram;
    uint16_t port;
};

/* A condition of a rule. */
struct firewall_match {
    const struct firewall_match *next;
    enum {
        MATCH_PORT,     /* one of the ranges of `ports` has its port */
        MATCH_PROTOCOL, /* `bits` has it: 1 TCP, 2 UDP */
        MATCH_FAMILY,   /* `bits` has it: 1 IPv4, 2 IPv6 */
        MATCH_ALWAYS,   /* it holds, or with `negated` does not */
        MATCH_MAYBE     /* it is about what is not known of the packet */
    } kind;
    bool negated;
    unsigned bits;
    const struct firewall_ports {
        const struct firewall_ports *next;
        uint16_t low, high;
        unsigned outcome; /* of a verdict map */
        struct firewall_chain *target;
    } * ports;
};

struct firewall_rule {
    const struct firewall_rule *next;
    const struct firewall_match *matches; /* all must hold */
    unsigned outcome;                     /* bits; 0: the rule decides nothing */
    struct firewall_chain *target;        /* where it goes on; NULL: nowhere */
    bool leaves;                          /* it does not come back from there (goto) */
    bool returns;                         /* it goes back to where the chain was called from */
    const struct firewall_ports *map;     /* a verdict map on the port; NULL: none */
};

struct firewall_chain {
    struct firewall_chain *next, *next_of_hash;
    const char *table; /* "inet filter" */
    const char *name;
    unsigned families; /* bits: 1 IPv4, 2 IPv6 */
    bool base;         /* packets for this machine come here from the kernel */
    bool drops;        /* of a base chain: the policy */
    const struct firewall_rule *first, **tail;
    uint32_t asked; /* the number of the question that `outcome` is the answer to; 0: none */
    unsigned outcome;
};

struct firewall {
    struct arena *arena;
    struct firewall_chain *chains, **hashed;
    enum firewall_kind kind;
    const char *unread; /* why the rules are not known; NULL: they are */
    const char *advice; /* of `unread`: what to do; NULL: nothing is known */
    const char *marks;  /* "0x1 0x2 ": the marks that rules set for packets of transparent sockets */
    bool other_marks;   /* and there are such rules whose marks are not known */
    uint32_t questions, steps;
};

/* Rules that are looked at in all, for all questions together. */
enum { FIREWALL_STEPS = 50000000 };

/* Reads it. All lives in `arena`. Takes up to five seconds for each program that is asked, mostly some milliseconds. */
void firewall_read(struct firewall *firewall, struct arena *arena);

/* Whether certainly every such connection is refused or lost, wherever it comes from. */
bool firewall_stops(struct firewall *firewall, const struct firewall_packet *packet);

/* Whether no rule gives packets of transparent sockets the mark, as far as is known. */
bool firewall_lacks_mark(const struct firewall *firewall, uint32_t mark);

#endif
