/* Which process has a socket. */
#ifndef HACC_HOST_SOCKET_OWNERS_H
#define HACC_HOST_SOCKET_OWNERS_H

#include "hacc/host/sockets.h"

/* Sets pid and program of the sockets, which are in the order of their inodes afterwards. Allocates nothing. */
void socket_owners_find(struct sockets *sockets);

#endif
