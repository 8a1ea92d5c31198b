/* What HAProxy's 'show' commands answer, read into structs (management.txt, 9.3 and 9.4). Answers are not trusted: one
 * that is not in the form that is known gives false. All lives in `arena`. */
#ifndef HACC_HOST_ADMIN_SHOW_H
#define HACC_HOST_ADMIN_SHOW_H

#include "hacc/host/admin.h"

#include <sys/types.h>

/* Of 'show info': the process that has answered. */
struct admin_info {
    pid_t pid;
    const char *version;         /* "2.6.12-1+deb12u3" */
    uint32_t processes, process; /* nbproc, and which one of them this is, from 1 */
    uint64_t uptime;             /* seconds */
    uint64_t connections;        /* now */
    uint64_t maxconn, maxsock, file_limit;
    uint64_t connection_rate, session_rate, tls_rate; /* limits, a second; 0: none */
    bool stopping;                                    /* told to end: it serves its last connections */
};

bool admin_read_info(const struct admin_answer *answer, struct admin_info *info, struct arena *arena);

/* Gives the value of an environment variable from 'show env NAME'; NULL: it has none. */
const char *admin_read_env(const struct admin_answer *answer, const char *name, struct arena *arena);

/* A worker, or another program, of 'show proc' on a master's socket. */
struct admin_process {
    pid_t pid;
    uint32_t reloads; /* that it has seen; 0: it is of the last one */
    uint64_t uptime;  /* seconds */
    bool worker;      /* else: a program */
    bool old;         /* it serves its last connections */
    const char *version;
};

struct admin_processes {
    pid_t master;
    uint32_t reloads;
    uint32_t failed; /* of the reloads since the last good one; HAProxy says it since 2.5 */
    bool says_failed;
    uint64_t uptime; /* of the master */
    struct admin_process *at;
    uint32_t count, cap;
};

bool admin_read_processes(const struct admin_answer *answer, struct admin_processes *processes, struct arena *arena);

/* An answer in lines of equal fields, with their names in a line that begins with '#': 'show servers state', 'show
 * servers conn', and 'show stat', which is CSV. */
struct admin_table {
    const char **names, **cells;
    uint32_t *first; /* of each row: its first cell; one more: where the last one ends */
    uint32_t columns, rows, cell_count, cell_cap, row_cap;
};

bool admin_read_table(const struct admin_answer *answer, char separator, struct admin_table *table,
                      struct arena *arena);

/* Gives which column has a name; -1: none. */
int admin_table_column(const struct admin_table *table, const char *name);

/* Gives a cell; "" where the row is too short, as 2.6 leaves out the last ones of servers that it got while it ran. */
const char *admin_table_cell(const struct admin_table *table, uint32_t row, int column);

/* A line of 'show servers state'. */
struct admin_server {
    const char *backend, *name;
    const char *address; /* NULL: it has none (yet), or that of a UNIX socket */
    const char *fqdn;    /* NULL: it is not looked up */
    uint16_t port;
    uint8_t state;                 /* enum admin_server_state */
    uint8_t admin_state;           /* of enum admin_server_admin */
    uint32_t weight, first_weight; /* now, and in the configuration */
};

enum admin_server_state { SERVER_STOPPED, SERVER_STARTING, SERVER_RUNNING, SERVER_STOPPING };

enum admin_server_admin {
    SERVER_FORCED_MAINT = 0x01,
    SERVER_TRACKED_MAINT = 0x02,
    SERVER_CONFIG_MAINT = 0x04,
    SERVER_FORCED_DRAIN = 0x08,
    SERVER_TRACKED_DRAIN = 0x10,
    SERVER_UNRESOLVED = 0x20,
    SERVER_FQDN_CHANGED = 0x40
};

struct admin_servers {
    struct admin_server *at; /* in the order of the answer */
    uint32_t count;
};

bool admin_read_servers(const struct admin_answer *answer, struct admin_servers *servers, struct arena *arena);

/* What a master says to 'reload' (3.0 and later; an older one breaks the connection off). */
enum admin_reload { RELOAD_UNSAID, RELOAD_SUCCESS, RELOAD_FAILURE, RELOAD_BUSY };

/* *log: HAProxy's messages of that reload. */
enum admin_reload admin_read_reload(const struct admin_answer *answer, const char **log);

#endif
