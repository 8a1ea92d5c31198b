/* The addresses and ports that a program may take on this machine: the kernel is asked. */
#ifndef HACC_HOST_ADDRESSES_H
#define HACC_HOST_ADDRESSES_H

#include "hacc/model/endpoint.h"

/* Whether the kernel says that the machine does not have the endpoint's address (EADDRNOTAVAIL), at its interface where
 * it has one. A socket is bound to it, at a port that the kernel chooses, and closed: that knows of local routes and of
 * net.ipv*.ip_nonlocal_bind too. false where the answer is another one. */
bool host_lacks_address(const struct endpoint *endpoint);

/* Sets the first port that any user may take; false: it is not known. */
bool host_open_port(int64_t *port);

#endif
