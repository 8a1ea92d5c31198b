#include "hacc/host/netlink.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Whether the last message of the answer's piece says that it is over. */
static bool is_over(const char *data, size_t len)
{
    unsigned left = (unsigned)len;

    for (const struct nlmsghdr *message = (const void *)data; NLMSG_OK(message, left);
         message = NLMSG_NEXT(message, left))
        if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE)
            return true;
    return false;
}

enum netlink_end netlink_ask(int protocol, const struct nlmsghdr *request, char *room, size_t *used)
{
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, protocol);
    ssize_t len = -1;

    *used = 0;
    if (fd >= 0 && send(fd, request, request->nlmsg_len, 0) == (ssize_t)request->nlmsg_len) {
        do {
            len = recv(fd, room + *used, NETLINK_ANSWER_MAX - *used, 0);
            *used += len > 0 ? (size_t)len : 0;
        } while ((len < 0 && errno == EINTR) || (len > 0 && !is_over(room + *used - (size_t)len, (size_t)len) &&
                                                 *used <= NETLINK_ANSWER_MAX - NETLINK_PIECE));
    }
    if (fd >= 0)
        close(fd);
    if (len < 0)
        return NETLINK_SILENT;
    return *used > NETLINK_ANSWER_MAX - NETLINK_PIECE ? NETLINK_LONG : NETLINK_WHOLE;
}

const struct rtattr *netlink_attribute(const struct nlmsghdr *message, size_t head, unsigned type)
{
    const struct rtattr *attribute = (const void *)((const char *)NLMSG_DATA(message) + NLMSG_ALIGN(head));
    unsigned left = (unsigned)(message->nlmsg_len - NLMSG_LENGTH(NLMSG_ALIGN(head)));

    for (; message->nlmsg_len > NLMSG_LENGTH(NLMSG_ALIGN(head)) && RTA_OK(attribute, left);
         attribute = RTA_NEXT(attribute, left))
        if (attribute->rta_type == type)
            return attribute;
    return NULL;
}
