/* What the readers of packet filters share. */
#ifndef HACC_HOST_FIREWALL_PARTS_H
#define HACC_HOST_FIREWALL_PARTS_H

#include "hacc/base/buf.h"
#include "hacc/host/firewall.h"

/* Prepares a packet filter without rules. */
void firewall_init(struct firewall *firewall, struct arena *arena);

/* Gives the chain of a table; makes it where it is not there yet. The strings are copied. */
struct firewall_chain *firewall_chain(struct firewall *firewall, const char *table, const char *name);

/* Gives a new rule at the end of a chain; its matches are to be set. */
struct firewall_rule *firewall_rule(struct firewall *firewall, struct firewall_chain *chain);

/* Gives a new match of the rule. */
struct firewall_match *firewall_match(struct firewall *firewall, struct firewall_rule *rule);

/* Adds ports to a match. */
struct firewall_ports *firewall_add_ports(struct firewall *firewall, const struct firewall_ports **list, int64_t low,
                                          int64_t high);

/* Reads what `nft -j list ruleset` prints. Sets *foreign where rules of iptables are among it that nft cannot say:
 * what they ask for is not certain. Gives false where it is not understood. */
bool firewall_read_nft(struct firewall *firewall, const char *json, size_t len, bool *foreign);

/* Reads what iptables-save prints, or a file of ufw; `families`: as of struct firewall_chain. Of lines that are not
 * understood nothing is certain. */
void firewall_read_iptables(struct firewall *firewall, const char *text, size_t len, unsigned families);

/* Reads ufw's files as ufw loads them. Gives false where it is not enabled, or a file cannot be read. */
bool firewall_read_ufw(struct firewall *firewall);

#endif
