#include "hacc/model/endpoint.h"

#include <arpa/inet.h>

static const uint8_t zero[16];

bool endpoint_is_wildcard(const struct endpoint *endpoint)
{
    const uint8_t *ipv4 = endpoint_ipv4(endpoint);

    return memcmp(ipv4 ? ipv4 : endpoint->ip, zero, ipv4 ? 4 : 16) == 0;
}

const uint8_t *endpoint_ipv4(const struct endpoint *endpoint)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

    if (endpoint->family == ENDPOINT_IPV4)
        return endpoint->ip;
    return memcmp(endpoint->ip, prefix, sizeof(prefix)) == 0 ? endpoint->ip + sizeof(prefix) : NULL;
}

int endpoint_name_order(const struct endpoint_name *a, const struct endpoint_name *b)
{
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return a->len ? memcmp(a->text, b->text, a->len) : 0;
}

static bool is_local(const struct endpoint *endpoint)
{
    return endpoint->family == ENDPOINT_UNIX || endpoint->family == ENDPOINT_ABSTRACT;
}

/* In one network namespace, where that matters: paths are the same in all. */
static bool same_space(const struct endpoint *a, const struct endpoint *b)
{
    return a->family == ENDPOINT_UNIX || endpoint_name_order(&a->space, &b->space) == 0;
}

/* The same address (SPLIT), a wildcard that holds the other one (COVERED), or neither (APART). */
static enum endpoint_clash ip_overlap(const struct endpoint *a, const struct endpoint *b)
{
    const uint8_t *a4 = endpoint_ipv4(a), *b4 = endpoint_ipv4(b);
    bool any_a = endpoint_is_wildcard(a), any_b = endpoint_is_wildcard(b);

    if (!a4 == !b4) {
        if (memcmp(a4 ? a4 : a->ip, b4 ? b4 : b->ip, a4 ? 4 : 16) == 0)
            return ENDPOINTS_SPLIT;
        return any_a || any_b ? ENDPOINTS_COVERED : ENDPOINTS_APART;
    }
    return (a4 ? any_b && b->dual : any_a && a->dual) ? ENDPOINTS_COVERED : ENDPOINTS_APART;
}

enum endpoint_clash endpoints_clash(const struct endpoint *a, const struct endpoint *b)
{
    enum endpoint_clash clash;

    if (!same_space(a, b))
        return ENDPOINTS_APART;
    if (is_local(a) || is_local(b)) {
        if (a->family != b->family || endpoint_name_order(&a->path, &b->path) != 0)
            return ENDPOINTS_APART;
        return a->family == ENDPOINT_UNIX ? ENDPOINTS_TAKEN : ENDPOINTS_REFUSED;
    }
    if (a->datagram != b->datagram || a->low > b->high || b->low > a->high)
        return ENDPOINTS_APART;
    clash = ip_overlap(a, b);
    if (clash != ENDPOINTS_APART && endpoint_name_order(&a->device, &b->device) != 0)
        clash = a->device.len && b->device.len ? ENDPOINTS_APART : ENDPOINTS_COVERED;
    return clash == ENDPOINTS_APART || (a->shares && b->shares) ? clash : ENDPOINTS_REFUSED;
}

bool endpoint_set_ip(struct endpoint *endpoint, const char *text, uint32_t len)
{
    char copy[INET6_ADDRSTRLEN];

    if (!len || len >= sizeof(copy))
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    endpoint->family = memchr(text, ':', len) ? ENDPOINT_IPV6 : ENDPOINT_IPV4;
    return inet_pton(endpoint->family == ENDPOINT_IPV6 ? AF_INET6 : AF_INET, copy, endpoint->ip) == 1;
}

void endpoint_print(const struct endpoint *endpoint, struct buf *out)
{
    char ip[INET6_ADDRSTRLEN];

    if (is_local(endpoint)) {
        buf_add(out, endpoint->path.text, endpoint->path.len);
        return;
    }
    inet_ntop(endpoint->family == ENDPOINT_IPV4 ? AF_INET : AF_INET6, endpoint->ip, ip, sizeof(ip));
    buf_printf(out, endpoint->family == ENDPOINT_IPV4 ? "%s:%u" : "[%s]:%u", ip, endpoint->low);
    if (endpoint->high != endpoint->low)
        buf_printf(out, "-%u", endpoint->high);
}
