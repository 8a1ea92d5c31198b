/* Which process has a socket. */
#ifndef HACC_HOST_SOCKET_OWNERS_H
#define HACC_HOST_SOCKET_OWNERS_H

#include "hacc/host/sockets.h"

/* Sets pid and program of the sockets, which are in the order of their inodes afterwards. Allocates nothing. */
void socket_owners_find(struct sockets *sockets);

/* Takes these processes for the owners of what they have, whoever else has it too: a socket that is handed on (by
 * systemd, by a master) has several. To be called after socket_owners_find. */
void socket_owners_prefer(struct sockets *sockets, const uint32_t *pids, uint32_t count);

#endif
