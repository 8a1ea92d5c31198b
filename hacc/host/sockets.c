#include "hacc/host/sockets.h"

#include "hacc/host/netlink.h"
#include "hacc/host/socket_owners.h"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

/* One kind of socket that is asked for. */
struct query {
    uint8_t family, protocol;
    uint32_t states; /* a bit each: TCP_LISTEN, of UDP TCP_CLOSE, which is how it waits */
};

static bool read_ip(struct open_socket *socket, const struct nlmsghdr *message, const struct query *query)
{
    const struct inet_diag_msg *answer = NLMSG_DATA(message);
    const struct rtattr *only = netlink_attribute(message, sizeof(*answer), INET_DIAG_SKV6ONLY);
    struct endpoint *endpoint = &socket->endpoint;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*answer)))
        return false;
    endpoint->family = answer->idiag_family == AF_INET6 ? ENDPOINT_IPV6 : ENDPOINT_IPV4;
    endpoint->datagram = query->protocol == IPPROTO_UDP;
    memcpy(endpoint->ip, answer->id.idiag_src, answer->idiag_family == AF_INET6 ? 16 : 4);
    endpoint->dual = !only || !*(const uint8_t *)RTA_DATA(only);
    endpoint->low = endpoint->high = ntohs(answer->id.idiag_sport);
    socket->inode = answer->idiag_inode;
    return endpoint->low != 0;
}

/* Abstract names belong to one network namespace, and hardly to two programs: they are left out. */
static bool read_unix(struct open_socket *socket, const struct nlmsghdr *message, struct arena *arena)
{
    const struct unix_diag_msg *answer = NLMSG_DATA(message);
    const struct rtattr *name = netlink_attribute(message, sizeof(*answer), UNIX_DIAG_NAME);
    uint32_t len;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(*answer)) || !name || !RTA_PAYLOAD(name) ||
        !*(const char *)RTA_DATA(name))
        return false;
    len = (uint32_t)strnlen(RTA_DATA(name), RTA_PAYLOAD(name));
    socket->endpoint.family = ENDPOINT_UNIX;
    socket->endpoint.path = (struct endpoint_name){arena_strndup(arena, RTA_DATA(name), len), len};
    socket->inode = answer->udiag_ino;
    return true;
}

static void add_socket(struct sockets *sockets, const struct nlmsghdr *message, const struct query *query,
                       struct arena *arena)
{
    struct open_socket socket = {0};

    if (!(query->family == AF_UNIX ? read_unix(&socket, message, arena) : read_ip(&socket, message, query)))
        return;
    if (sockets->count >= SOCKETS_MAX) {
        sockets->unread = "there are too many";
        return;
    }
    if (sockets->count == sockets->cap)
        sockets->at = arena_extend(arena, sockets->at, sockets->count, &sockets->cap, 64, sizeof(*sockets->at));
    sockets->at[sockets->count++] = socket;
}

/* Reads the answer into `room`. Gives its length. */
static size_t ask(struct sockets *sockets, const struct query *query, char *room)
{
    struct {
        struct nlmsghdr head;
        union {
            struct inet_diag_req_v2 ip;
            struct unix_diag_req local;
        } body;
    } request = {.head = {.nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
    enum netlink_end end;
    size_t used;

    if (query->family == AF_UNIX) {
        request.body.local = (struct unix_diag_req){
            .sdiag_family = AF_UNIX, .udiag_states = query->states, .udiag_show = UDIAG_SHOW_NAME};
        request.head.nlmsg_len = NLMSG_LENGTH(sizeof(request.body.local));
    } else {
        request.body.ip = (struct inet_diag_req_v2){
            .sdiag_family = query->family, .sdiag_protocol = query->protocol, .idiag_states = query->states};
        request.head.nlmsg_len = NLMSG_LENGTH(sizeof(request.body.ip));
    }
    end = netlink_ask(NETLINK_SOCK_DIAG, &request.head, room, &used);
    if (end != NETLINK_WHOLE)
        sockets->unread = end == NETLINK_LONG ? "there are too many" : "the kernel does not tell";
    return used;
}

static void read_answer(struct sockets *sockets, const char *data, size_t len, const struct query *query,
                        struct arena *arena)
{
    unsigned left = (unsigned)len;

    for (const struct nlmsghdr *message = (const void *)data; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left)) {
        if (message->nlmsg_type == NLMSG_ERROR)
            sockets->unread = "the kernel does not list them";
        else if (message->nlmsg_type == SOCK_DIAG_BY_FAMILY)
            add_socket(sockets, message, query, arena);
    }
}

void sockets_read(struct sockets *sockets, struct arena *arena)
{
    static const struct query queries[] = {
        {AF_INET, IPPROTO_TCP, 1 << TCP_LISTEN},        {AF_INET6, IPPROTO_TCP, 1 << TCP_LISTEN},
        {AF_INET, IPPROTO_UDP, 1 << TCP_CLOSE},         {AF_INET6, IPPROTO_UDP, 1 << TCP_CLOSE},
        {AF_UNIX, 0, 1 << TCP_LISTEN | 1 << TCP_CLOSE},
    };
    char *room = arena_alloc(arena, NETLINK_ANSWER_MAX);

    *sockets = (struct sockets){0};
    for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++)
        read_answer(sockets, room, ask(sockets, &queries[i], room), &queries[i], arena);
    socket_owners_find(sockets);
}
