#include "hacc/host/routes.h"

#include "hacc/host/netlink.h"

#include <linux/fib_rules.h>
#include <string.h>
#include <sys/socket.h>

/* Gives an attribute of four bytes; `otherwise` where there is none. */
static uint32_t number(const struct nlmsghdr *message, size_t head, unsigned type, uint32_t otherwise)
{
    const struct rtattr *attribute = netlink_attribute(message, head, type);

    if (attribute && RTA_PAYLOAD(attribute) >= sizeof(otherwise))
        memcpy(&otherwise, RTA_DATA(attribute), sizeof(otherwise));
    return otherwise;
}

/* A rule that holds for more, or less, than the mark alone is not the one that is looked for. */
static bool is_rule(const struct nlmsghdr *message, uint32_t mark, uint32_t table)
{
    const struct fib_rule_hdr *rule = NLMSG_DATA(message);
    uint32_t mask = number(message, sizeof(*rule), FRA_FWMASK, UINT32_MAX);

    return message->nlmsg_type == RTM_NEWRULE && message->nlmsg_len >= NLMSG_LENGTH(sizeof(*rule)) &&
           rule->action == FR_ACT_TO_TBL && !(rule->flags & FIB_RULE_INVERT) && !rule->src_len && !rule->dst_len &&
           (mark & mask) == number(message, sizeof(*rule), FRA_FWMARK, 0) && (mark & mask) != 0 &&
           number(message, sizeof(*rule), FRA_TABLE, rule->table) == table;
}

static bool is_delivery(const struct nlmsghdr *message, uint32_t table)
{
    const struct rtmsg *route = NLMSG_DATA(message);

    return message->nlmsg_type == RTM_NEWROUTE && message->nlmsg_len >= NLMSG_LENGTH(sizeof(*route)) &&
           route->rtm_type == RTN_LOCAL && !route->rtm_dst_len && !route->rtm_src_len &&
           number(message, sizeof(*route), RTA_TABLE, route->rtm_table) == table;
}

/* Gives whether the kernel answered. */
static bool ask(int family, uint16_t type, char *room, size_t *used)
{
    struct {
        struct nlmsghdr head;
        struct rtmsg body; /* struct fib_rule_hdr is as long, and begins with the family as well */
    } request = {.head = {.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
                          .nlmsg_type = type,
                          .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
                 .body = {.rtm_family = (unsigned char)family}};

    return netlink_ask(NETLINK_ROUTE, &request.head, room, used) == NETLINK_WHOLE;
}

/* Looks through the rules, or the routes; gives whether the kernel told all of them. */
static bool look(int family, uint16_t type, uint32_t mark, uint32_t table, struct host_mark_routes *routes, char *room)
{
    size_t used;
    unsigned left;

    if (!ask(family, type, room, &used))
        return false;
    left = (unsigned)used;
    for (const struct nlmsghdr *message = (const void *)room; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
        if (message->nlmsg_type == NLMSG_ERROR)
            return false;
        routes->rule |= is_rule(message, mark, table);
        routes->delivers |= is_delivery(message, table);
    }
    return true;
}

struct host_mark_routes host_mark_routes(int family, uint32_t mark, uint32_t table, struct arena *arena)
{
    char *room = arena_alloc(arena, NETLINK_ANSWER_MAX);
    struct host_mark_routes routes = {0};

    routes.known =
        look(family, RTM_GETRULE, mark, table, &routes, room) && look(family, RTM_GETROUTE, mark, table, &routes, room);
    return routes;
}
