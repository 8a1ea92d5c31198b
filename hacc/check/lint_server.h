/* What the rules on servers share: the families lint_server.c (each server), lint_server_tls.c, lint_server_ports.c,
 * lint_server_sets.c (all servers of a proxy). */
#ifndef HACC_CHECK_LINT_SERVER_H
#define HACC_CHECK_LINT_SERVER_H

#include "hacc/check/lint.h"

/* Where a server is. Texts are not NUL-terminated. */
struct lint_server {
    const struct directive *line;
    const struct arg *name;    /* the prefix of server-template */
    const struct arg *address; /* as it is written */
    const char *host, *port;   /* NULL: none, or not known; a socket file has neither */
    uint32_t host_len, port_len;
    bool ip;    /* host is an address, and no name */
    bool local; /* connections do not leave this machine: a socket file, a loopback address */
};

/* Takes a server line apart. Gives false for one whose address only a variable's value tells. */
bool lint_server_read(struct lint_server *server, const struct directive *line);

/* Whether a number, which may be NULL, is known to be 0. */
bool lint_is_zero(const struct arg *value);

/* Rules on one server, whose options are those at hand (lint_options_server). */
void lint_server(struct lint *lint, const struct lint_server *server);
void lint_server_tls(struct lint *lint, const struct lint_server *server);
void lint_server_ports(struct lint *lint, const struct lint_server *server);

/* Gives the line that chooses the kind of health check, or NULL. */
const struct directive *lint_check_kind(const struct lint *lint);

#endif
