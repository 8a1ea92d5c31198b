/* What nginx listens on, read from its configuration: for the ports that HAProxy cannot have.
 * Source of the language: nginx.org/en/docs, "Configuration file's structure", and the "listen" of the http, stream
 * and mail modules; asked of Debian's nginx. */
#ifndef HACC_HOST_NGINX_H
#define HACC_HOST_NGINX_H

#include "hacc/base/diag.h"
#include "hacc/model/endpoint.h"

struct nginx_listen {
    struct endpoint endpoint;
    struct span at;   /* the address; of a server without any listen, its 'server' */
    uint8_t protocol; /* of the block around the server: enum nginx_level */
    bool implied;     /* a server of http without any listen: nginx takes *:80, or *:8000 where it may not */
    bool own_socket;  /* a socket of its own, even where a wildcard of its port stands beside it */
    bool unbound;     /* it has no socket: it takes its connections from that of the wildcard */
};

struct nginx {
    struct nginx_listen *at; /* in the order of the files */
    uint32_t count, cap;
};

/* Files that include each other deeper than this, more of them, or more bytes in all, are not read. */
enum { NGINX_MAX_DEPTH = 32, NGINX_MAX_FILES = 10000, NGINX_MAX_BYTES = 64 << 20 };

/* Where Debian's package, and most others, have it. */
#define NGINX_PATH "/etc/nginx/nginx.conf"

/* Reads nginx's configuration at `path` with all that it includes. All lives in the sources' arena. What cannot be read
 * or understood is a finding (RULE_HOST_UNREAD) at its place, and reading goes on behind it. Gives false where `path`
 * itself cannot be read: *why says the reason, and there is no finding. */
bool nginx_read(struct nginx *nginx, const char *path, struct sources *sources, struct diags *diags, const char **why);

#endif
