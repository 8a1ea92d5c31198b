#include "hacc/host/addresses.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

union any_address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

/* Gives the address's length. */
static socklen_t fill_address(union any_address *address, const struct endpoint *endpoint)
{
    memset(address, 0, sizeof(*address));
    if (endpoint->family == ENDPOINT_IPV4) {
        address->ipv4.sin_family = AF_INET;
        memcpy(&address->ipv4.sin_addr, endpoint->ip, sizeof(address->ipv4.sin_addr));
        return sizeof(address->ipv4);
    }
    address->ipv6.sin6_family = AF_INET6;
    memcpy(&address->ipv6.sin6_addr, endpoint->ip, sizeof(address->ipv6.sin6_addr));
    return sizeof(address->ipv6);
}

/* Where the bind line names an interface the kernel looks for the address there first. */
static bool choose_device(int fd, const struct endpoint_name *device)
{
    char name[IF_NAMESIZE] = "";

    if (!device->len)
        return true;
    if (device->len >= sizeof(name))
        return false;
    memcpy(name, device->text, device->len);
    return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, sizeof(name)) == 0;
}

enum host_address host_address(const struct endpoint *endpoint)
{
    enum host_address answer = HOST_ADDRESS_UNKNOWN;
    union any_address address;
    socklen_t len;
    int fd, on = 1;

    if ((endpoint->family != ENDPOINT_IPV4 && endpoint->family != ENDPOINT_IPV6) || endpoint->space.len)
        return HOST_ADDRESS_UNKNOWN;
    len = fill_address(&address, endpoint);
    fd = socket(address.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return HOST_ADDRESS_UNKNOWN;
    if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) == 0 &&
        choose_device(fd, &endpoint->device)) {
        if (bind(fd, &address.any, len) == 0)
            answer = HOST_ADDRESS_LOCAL;
        else if (errno == EADDRNOTAVAIL)
            answer = HOST_ADDRESS_FOREIGN;
        else if (errno == EINVAL && endpoint->family == ENDPOINT_IPV6 && IN6_IS_ADDR_LINKLOCAL(&address.ipv6.sin6_addr))
            answer = HOST_ADDRESS_NO_LINK;
    }
    close(fd);
    return answer;
}
