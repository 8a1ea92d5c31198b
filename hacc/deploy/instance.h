/* The HAProxy that a target belongs to, as it runs now. Who may get a signal is decided here: a process is known by its
 * pid and its start, and is ours only where it is a haproxy that an admin socket or its own command line ties to the
 * target. */
#ifndef HACC_DEPLOY_INSTANCE_H
#define HACC_DEPLOY_INSTANCE_H

#include "hacc/deploy/admin_sockets.h"
#include "hacc/deploy/install.h"
#include "hacc/deploy/records.h"
#include "hacc/host/haproxy.h"
#include "hacc/host/process.h"
#include "hacc/model/apply_settings.h"

struct instance {
    enum deploy_mode mode;
    const struct process *main;   /* the master, or the (first) process of daemon mode; NULL: none runs */
    const struct process *worker; /* the one that serves: of a master its newest worker; NULL: none */
    struct process *served;       /* of daemon mode all that serve and have to go; several with nbproc */
    uint32_t served_count;
    struct process
        *strays; /* haproxies of this target that listen, and that nothing but their command lines leads to */
    uint32_t stray_count;
    uint32_t *pids; /* of all of these, and of the workers */
    uint32_t pid_count;
    struct haproxy_program program; /* to check with and to start */
    const char *bin;                /* the haproxy itself; NULL: `program` is another program that runs it */
    const char *pidfile;            /* never NULL */
    struct admin_sockets sockets;   /* those of the file that runs, or --socket's */
    const char *socket;             /* the first that answers for it; NULL: none does */
    bool hands_over;                /* it hands over its listening sockets */
    const char *stale;              /* a socket that is there and that nobody answers; NULL: none */
    const char *master_socket;      /* NULL: none is known */
    const char *unit;               /* of systemd */
    char generation[RUNNING_SIZE];  /* what the process says of itself; "": nothing */
};

/* What is looked for, and where. */
struct instance_query {
    const struct apply_settings *settings;
    const struct install *file;
    const struct config *installed; /* the configuration at the target; NULL: none, or it is not understood */
    const char *pidfile;            /* that of the last apply; NULL: none is known */
    const char *run;                /* the folder of the pid files that hacc has HAProxy write */
    struct arena *arena;            /* all lives in it */
};

/* Finds it. Gives false with *why where it must not be guessed whom to signal. */
bool instance_find(struct instance *instance, const struct instance_query *query, const char **why);

/* Gives what stands behind `option` on a process's command line; NULL: it has no such option. */
const char *process_option(const struct process *process, const char *option);

/* Whether a process listens on anything; true where this user may not look. */
bool process_listens(const struct process *process, const struct sockets *sockets, struct arena *arena);

/* How it is run: as the settings say; else as the process, or else this machine, shows. */
void instance_find_mode(struct instance *instance, const struct instance_query *query);

/* What it is called by. */
void instance_find_program(struct instance *instance, const struct instance_query *query);

#endif
