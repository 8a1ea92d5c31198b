/* Processes of this machine, by /proc (proc(5)): which one it really is, what it runs, and signals to it alone. */
#ifndef HACC_HOST_PROCESS_H
#define HACC_HOST_PROCESS_H

#include "hacc/host/sockets.h"

#include <sys/types.h>

/* A process is its pid and its start: the pid alone may be another one's by the next moment. */
struct process {
    pid_t pid, parent;
    uint64_t start;   /* clock ticks since boot (sysconf(_SC_CLK_TCK) in a second) */
    uint64_t age;     /* seconds that it has run */
    char state;       /* as in proc(5): 'R', 'S', 'D' … 'Z' a zombie */
    uid_t uid;        /* the effective one */
    const char *name; /* as the kernel cuts it */
    const char *exe;  /* what it runs; NULL: this user may not see it, or the file has been deleted */
    bool exe_deleted; /* replaced or removed since it started: an upgrade */
    const char *const *argv;
    uint32_t argc;
    /* What runs the same program again, before its own arguments: [exe]; where the dynamic loader was told to run it,
     * exe with the loader's arguments and the program. NULL with count 0: not known. */
    const char *const *command;
    uint32_t command_count;
};

/* Reads a process; all lives in `arena`. Gives false where there is none, or it ended meanwhile. A zombie is one. */
bool process_read(struct process *process, pid_t pid, struct arena *arena);

/* Whether that very process still runs: a zombie, or another one of its pid, does not. */
bool process_lives(const struct process *process);

/* Sends a signal to that very process (0: none). Gives 0, or -1 with errno set: ESRCH where it has ended. */
int process_signal(const struct process *process, int signal);

/* Waits until that very process has ended; a zombie has. Gives false at the time limit. */
bool process_wait_end(const struct process *process, int time_limit_ms);

/* Whether it is an haproxy, by the name of the program that it runs (haproxy, haproxy-2.6 …). */
bool process_is_haproxy(const struct process *process);

struct processes {
    struct process *at; /* in the order of their start */
    uint32_t count, cap;
};

/* Gives all haproxies that run: masters, workers, old ones too; no zombies, and none of a container (a namespace of
 * pids below this one): what its command line names are files of the container's. */
void processes_find_haproxy(struct processes *processes, struct arena *arena);

/* Why a pid file's pids are not known. */
enum pid_file { PID_FILE_READ, PID_FILE_ABSENT, PID_FILE_FORBIDDEN, PID_FILE_BAD };

/* The pids of a pid file, a line each; none where it is empty. */
struct pids {
    pid_t *at;
    uint32_t count;
};

/* Reads a pid file. What it says may be long over: process_read tells. */
enum pid_file pid_file_read(const char *path, struct pids *pids, struct arena *arena);

/* Gives those of `all` that the process has; one socket may be several processes'. False: this user may not look. */
bool process_sockets(const struct process *process, const struct sockets *all, struct sockets *own,
                     struct arena *arena);

#endif
