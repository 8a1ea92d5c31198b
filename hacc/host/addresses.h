/* Which addresses are this machine's. */
#ifndef HACC_HOST_ADDRESSES_H
#define HACC_HOST_ADDRESSES_H

#include "hacc/model/endpoint.h"

enum host_address {
    HOST_ADDRESS_LOCAL,   /* a socket can be bound to it: it is this machine's, or the kernel allows others too */
    HOST_ADDRESS_FOREIGN, /* the kernel refuses it: EADDRNOTAVAIL */
    HOST_ADDRESS_NO_LINK, /* the kernel refuses it: a link-local one, of which no interface is named */
    HOST_ADDRESS_UNKNOWN  /* it is no IP address, is in another network namespace, or could not be asked about */
};

/* Asks the kernel, as a bind of HAProxy without `transparent` does: a UDP socket is bound to the address at no port of
 * its own, and closed. So ip_nonlocal_bind, local routes (ip route add local), VRFs and addresses that are not ready
 * yet count as they do for HAProxy. Allocates nothing. */
enum host_address host_address(const struct endpoint *endpoint);

#endif
