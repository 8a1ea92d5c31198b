/* Changes that the running HAProxy takes without a reload: by commands of its Runtime API (management.txt, 9.3).
 *
 * Every answer is one that is known for its command, or HAProxy has to be reloaded. What was changed so is compared
 * with the configuration afterwards. The order: runtime_open, runtime_plan, runtime_perform, then the file is written,
 * then runtime_compare; whatever of these says no has `why`, and a reload with the new file makes all good. */
#ifndef HACC_DEPLOY_RUNTIME_H
#define HACC_DEPLOY_RUNTIME_H

#include "hacc/check/changes.h"
#include "hacc/deploy/runtime_servers.h"
#include "hacc/host/admin.h"

#include <sys/types.h>

/* The way to one process: its own admin socket, or the master's. */
struct runtime_channel {
    struct endpoint socket;
    pid_t pid;      /* who answers */
    bool by_master; /* commands need the pid in front */
};

/* What is to be driven, and by which ways. */
struct runtime_query {
    const char *const *addresses; /* of admin sockets, as HAProxy writes them */
    uint32_t address_count;
    const char *master;   /* the master's socket; NULL: none */
    const uint32_t *pids; /* the processes that serve, each of which has to be driven */
    uint32_t pid_count;
};

/* How far an operation has come. */
enum runtime_progress { PROGRESS_NONE, PROGRESS_BEGUN, PROGRESS_DONE };

/* One thing to do: one target of one change. */
struct runtime_operation {
    enum change_way way;
    const struct runtime_server *old, *new; /* of what is about a server; NULL: that side has none */
    const struct change_side *old_side, *side;
    enum runtime_progress progress;
};

struct runtime {
    struct arena *arena;
    enum hap_version version; /* of the processes */
    struct runtime_channel *channels;
    uint32_t channel_count;
    uint32_t process_count; /* of the query */
    int64_t since; /* files that HAProxy reads are looked at where they have changed since then, as of time(2) */
    int wait_ms;   /* for connections of servers that are to go, all together */

    struct runtime_servers old, new;
    struct runtime_operation *operations;
    uint32_t operation_count, operation_cap;
    uint32_t sent;   /* commands that were to change something */
    const char *why; /* why not, in one sentence; arena-owned */
};

/* The longest wait for connections of servers that are to go, in milliseconds, where nothing else is said. */
#define RUNTIME_WAIT 10000

/* Finds a way to each process. Gives false where there is one that nothing leads to, or that is no HAProxy whose
 * commands are known. */
bool runtime_open(struct runtime *runtime, const struct runtime_query *query, struct arena *arena);

/* Makes operations of the changes between two configurations. Gives false where one needs a reload, or has a value that
 * HAProxy would not take as it is written. */
bool runtime_plan(struct runtime *runtime, const struct changes *changes, const struct config *old,
                  const struct config *new);

enum runtime_result {
    RUNTIME_DONE,
    RUNTIME_UNTOUCHED, /* it has not begun */
    RUNTIME_PARTLY     /* some of it may be done */
};

/* Does them. First servers come, then what is changed, then servers go: once they have no more requests. */
enum runtime_result runtime_perform(struct runtime *runtime);

/* Takes back what has been done or begun. Gives false where not all of it could be: HAProxy is between the two. */
bool runtime_take_back(struct runtime *runtime);

/* Whether the servers, frontends and limits that run are those of a configuration, as far as it says: `new` of the
 * plan, or `old`. */
bool runtime_compare(struct runtime *runtime, const struct runtime_servers *servers);

#endif
