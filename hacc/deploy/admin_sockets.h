/* The stats sockets of a configuration, and what is asked of a HAProxy through them. */
#ifndef HACC_DEPLOY_ADMIN_SOCKETS_H
#define HACC_DEPLOY_ADMIN_SOCKETS_H

#include "hacc/host/admin.h"
#include "hacc/model/config.h"

#include <sys/types.h>

struct admin_socket {
    const char *address; /* as HAProxy writes it */
    bool hands_over;     /* a UNIX socket with expose-fd listeners: a new process gets the listening sockets by it */
};

struct admin_sockets {
    struct admin_socket *at;
    uint32_t count;
};

/* Room for the text of HACC_GEN. */
enum { RUNNING_SIZE = 65 };

/* What a process says of itself. */
struct admin_facts {
    enum admin_failure failure;    /* of the connection */
    pid_t pid;                     /* 0: it is not told */
    bool stopping;                 /* it serves its last connections */
    char generation[RUNNING_SIZE]; /* "": none is told */
};

/* Gives the stats sockets of level admin, those that hand over sockets first; arena-owned. Their addresses that only a
 * variable's value tells are left out. */
void admin_sockets_of(struct admin_sockets *sockets, const struct config *config, struct arena *arena);

/* Gives the path of a UNIX socket's address; NULL: it is of another kind, and no listening sockets go through it,
 * whatever its line says (HAProxy's -x takes nothing else). Arena-owned. */
const char *admin_socket_path(const char *address, struct arena *arena);

/* Asks a socket, which may be several processes' at a time: one of them answers, as a whole. `worker`: the socket is
 * the master's, and the worker of that pid is asked; 0: the process itself. */
struct admin_facts admin_facts(const char *address, pid_t worker, int time_limit_ms, struct arena *arena);

#endif
