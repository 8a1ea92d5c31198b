#include "hacc/host/addresses.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static socklen_t set_address(struct sockaddr_storage *address, const struct endpoint *endpoint)
{
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;

    memset(address, 0, sizeof(*address));
    if (endpoint->family == ENDPOINT_IPV6) {
        v6->sin6_family = AF_INET6;
        memcpy(&v6->sin6_addr, endpoint->ip, sizeof(v6->sin6_addr));
        return sizeof(*v6);
    }
    v4->sin_family = AF_INET;
    memcpy(&v4->sin_addr, endpoint->ip, sizeof(v4->sin_addr));
    return sizeof(*v4);
}

bool host_lacks_address(const struct endpoint *endpoint)
{
    const struct endpoint_name *device = &endpoint->device;
    struct sockaddr_storage address;
    bool lacks = false;
    socklen_t len;
    int fd;

    if ((endpoint->family != ENDPOINT_IPV4 && endpoint->family != ENDPOINT_IPV6) || endpoint->space.len)
        return false;
    len = set_address(&address, endpoint);
    fd = socket(address.ss_family, (endpoint->datagram ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    if (!device->len || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device->text, device->len) == 0)
        lacks = bind(fd, (const struct sockaddr *)&address, len) != 0 && errno == EADDRNOTAVAIL;
    close(fd);
    return lacks;
}

bool host_open_port(int64_t *port)
{
    FILE *file = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "re");
    unsigned number;
    bool known = file && fscanf(file, "%u", &number) == 1;

    if (file)
        fclose(file);
    if (known)
        *port = number;
    return known;
}
