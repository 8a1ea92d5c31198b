/* Questions to the kernel by netlink(7). */
#ifndef HACC_HOST_NETLINK_H
#define HACC_HOST_NETLINK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>

/* The longest answer that is read, and the longest piece that the kernel sends of it, in bytes. */
enum { NETLINK_ANSWER_MAX = 8 << 20, NETLINK_PIECE = 64 << 10 };

enum netlink_end {
    NETLINK_WHOLE,
    NETLINK_LONG,  /* the answer is longer than NETLINK_ANSWER_MAX: its beginning is there */
    NETLINK_SILENT /* the kernel does not answer */
};

/* Sends a request (its nlmsg_len set) of the protocol NETLINK_… and reads the answer into `room`, NETLINK_ANSWER_MAX
 * bytes; sets *used to its length. Nothing is allocated while the descriptor is open. */
enum netlink_end netlink_ask(int protocol, const struct nlmsghdr *request, char *room, size_t *used);

/* Gives the attribute `type` of those that follow a message's head of `head` bytes, or NULL. */
const struct rtattr *netlink_attribute(const struct nlmsghdr *message, size_t head, unsigned type);

#endif
