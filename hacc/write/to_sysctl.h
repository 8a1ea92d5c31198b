/* The files beside haproxy.cfg: kernel settings, and packet marks and routes for transparent mode. */
#ifndef HACC_WRITE_TO_SYSCTL_H
#define HACC_WRITE_TO_SYSCTL_H

#include "hacc/model/config.h"

/* Appends the sysctl fragment (sysctl.d(5)): each key once, its reason above it; nothing where there are no
 * settings. */
void to_sysctl(const struct config *config, struct buf *out);

/* Append the nft rules and the routes script that `transparent` needs; nothing where nothing is transparent.
 */
void to_tproxy_nft(const struct config *config, struct buf *out);
void to_tproxy_routes(const struct config *config, struct buf *out);

#endif
