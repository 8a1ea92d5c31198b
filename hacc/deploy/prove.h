/* Whether a new process really runs with a generation: what a reload's own status does not tell. */
#ifndef HACC_DEPLOY_PROVE_H
#define HACC_DEPLOY_PROVE_H

#include "hacc/deploy/admin_sockets.h"
#include "hacc/deploy/generation.h"
#include "hacc/host/process.h"

/* How long a new process may take from its start to its first answer, in milliseconds. */
enum { PROVE_TIME_LIMIT = 10000 };

struct proof {
    const struct generation *generation;
    const struct config *config;     /* of it; NULL: not known, and its listeners are not looked at */
    const struct process *processes; /* the new ones: any of them may answer */
    uint32_t count;
    const struct admin_sockets *sockets; /* of the generation */
    const char *master_socket;           /* asked instead, for the (one) worker; NULL: none */
    const char *probe;                   /* a URL that has to answer; NULL: none */
    int time_limit_ms;
    struct arena *arena;
    const char *why; /* what is missing, where the answer is no */
};

/* Whether one of the processes answers as the generation, all are alive, and they listen on what the configuration
 * binds. Asks until it is so, or the time is over; a process that has ended is enough for a no. */
bool prove(struct proof *proof);

#endif
