/* What a process listens on: an address with its ports, or a UNIX socket. */
#ifndef HACC_MODEL_ENDPOINT_H
#define HACC_MODEL_ENDPOINT_H

#include "hacc/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum endpoint_family { ENDPOINT_IPV4, ENDPOINT_IPV6, ENDPOINT_UNIX, ENDPOINT_ABSTRACT };

/* A text that is not NUL-terminated; len 0: none. */
struct endpoint_name {
    const char *text;
    uint32_t len;
};

struct endpoint {
    uint8_t family;              /* enum endpoint_family */
    bool datagram;               /* UDP or QUIC; else TCP */
    bool dual;                   /* an IPv6 wildcard that takes IPv4 as well (IPV6_V6ONLY is off) */
    bool shares;                 /* SO_REUSEPORT; of datagrams SO_REUSEADDR does as well */
    uint8_t ip[16];              /* network order; IPv4: the first four; all zero: the wildcard */
    uint16_t low, high;          /* ports, both included */
    struct endpoint_name path;   /* of a UNIX socket; of an abstract one its name as HAProxy writes it, abns@name */
    struct endpoint_name device; /* SO_BINDTODEVICE; none: any */
    struct endpoint_name space;  /* the network namespace; none: the usual one */
};

/* How two endpoints get on with each other on one Linux host (socket(7), ip(7), ipv6(7); asked of the kernel by
 * tests/ports/run). */
enum endpoint_clash {
    ENDPOINTS_APART,   /* both are there, and each gets its own connections */
    ENDPOINTS_COVERED, /* both may listen; the one that is more specific takes its part from the other */
    ENDPOINTS_SPLIT,   /* both may listen on one address; connections go to either, or to one of them alone */
    ENDPOINTS_TAKEN,   /* the one that comes second takes a UNIX socket's path from the first, or cannot listen */
    ENDPOINTS_REFUSED  /* the one that comes second cannot listen: EADDRINUSE */
};

/* Gives it for two endpoints of one user: the kernel lets nobody else share a port. */
enum endpoint_clash endpoints_clash(const struct endpoint *a, const struct endpoint *b);

/* Whether the address is 0.0.0.0 or ::. */
bool endpoint_is_wildcard(const struct endpoint *endpoint);

/* Gives the four bytes of an IPv4 address, of ::ffff:a.b.c.d too, which is the same to the kernel; NULL: it is none. */
const uint8_t *endpoint_ipv4(const struct endpoint *endpoint);

/* By name: less than, equal to or greater than 0. */
int endpoint_name_order(const struct endpoint_name *a, const struct endpoint_name *b);

/* Sets family and address from an IPv4 or IPv6 address, without brackets. Gives false for any other text. */
bool endpoint_set_ip(struct endpoint *endpoint, const char *text, uint32_t len);

/* Appends it as HAProxy writes it: "0.0.0.0:80", "[::1]:8000-8010", "/run/app.sock", "abns@name". */
void endpoint_print(const struct endpoint *endpoint, struct buf *out);

#endif
