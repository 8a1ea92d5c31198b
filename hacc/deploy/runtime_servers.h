/* What a configuration says of each server, as far as the Runtime API can change it: what commands are made of, and
 * what 'show servers state' is held against. */
#ifndef HACC_DEPLOY_RUNTIME_SERVERS_H
#define HACC_DEPLOY_RUNTIME_SERVERS_H

#include "hacc/check/effective.h"
#include "hacc/model/endpoint.h"

/* A number that only a variable's value tells. */
#define RUNTIME_UNKNOWN UINT32_MAX

struct runtime_server {
    const char *backend, *name;
    const struct section *section;
    const struct directive *line;
    struct endpoint endpoint;         /* where has_ip: family and address; where has_port: low */
    bool has_ip, has_port;            /* else: a name, a UNIX socket, a port that follows the client's */
    const struct option_set *options; /* in force, with those of default-server */
    uint32_t weight, maxconn;         /* RUNTIME_UNKNOWN */
    bool disabled;
    bool agent; /* an agent-check may change its weight and state at any time */
};

struct runtime_servers {
    struct runtime_server *at; /* in the order of backend and name */
    uint32_t count, cap;
    const struct config *config;
};

/* Reads those that HAProxy certainly has: of proxies that are not switched off, outside of .if, not those that a
 * server-template makes. All lives in `arena`. The configuration has been through check_language. */
void runtime_servers_read(struct runtime_servers *servers, const struct config *config, struct arena *arena);

/* Gives a server, or NULL. */
const struct runtime_server *runtime_servers_find(const struct runtime_servers *servers, const char *backend,
                                                  const char *name);

/* Whether the configuration may have a server beside those in the list: behind an .if, of a server-template, by a name
 * that only a variable's value tells, of a backend that is none of its own. */
bool runtime_servers_may_have(const struct runtime_servers *servers, const char *backend, const char *name);

#endif
