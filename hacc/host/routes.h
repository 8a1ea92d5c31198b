/* How this machine routes packets that bear a mark: ip-rule(8), ip-route(8). */
#ifndef HACC_HOST_ROUTES_H
#define HACC_HOST_ROUTES_H

#include "hacc/base/arena.h"

#include <stdbool.h>

/* What there is for one mark. */
struct host_mark_routes {
    bool known;    /* else the kernel does not tell */
    bool rule;     /* packets with the mark are looked up in the table */
    bool delivers; /* the table has a local route for every address: they are for this machine */
};

/* Asks for IPv4 or IPv6 (AF_INET, AF_INET6). What is needed in between is taken from `arena`. */
struct host_mark_routes host_mark_routes(int family, uint32_t mark, uint32_t table, struct arena *arena);

#endif
