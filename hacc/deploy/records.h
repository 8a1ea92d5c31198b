/* What `hacc apply` keeps between runs, as YAML in the state directory: the journal of a change that is under way, and
 * the history of those that are done. libcyaml reads and writes it: it is written by hacc alone, and failing at the
 * first fault is right there. No secret is ever in it. */
#ifndef HACC_DEPLOY_RECORDS_H
#define HACC_DEPLOY_RECORDS_H

#include "hacc/deploy/state.h"

/* How HAProxy is run. */
enum deploy_mode { MODE_DAEMON, MODE_MASTER, MODE_SYSTEMD };

/* How far a change has come. What follows from each, after hacc was ended: hacc/deploy/recover.h. */
enum journal_step {
    STEP_PREPARED, /* settings of the kernel may be changed, and the new file may stand beside the target */
    STEP_STARTED,  /* a new process may run: in daemon mode one of its own; else the target may be the new file */
    STEP_PROVEN    /* the target is the new file, and a process has proven that it runs with it */
};

/* A process; a pid alone may be another one's by now. */
struct process_record {
    int pid;
    uint64_t start; /* when it was started, as of struct process */
};

/* A setting: of the kernel, as it was before; or of an apply. */
struct setting_record {
    const char *name, *value;
};

struct journal {
    enum deploy_mode mode;
    enum journal_step step;
    bool runtime;           /* by the Runtime API, without a new process */
    const char *generation; /* what is being applied */
    const char *previous;   /* of the target's text before; "": there was no such file */
    const char *running;    /* what the process that is to be replaced says of itself; "": nothing is known, or none */
    const char *target;     /* absolute */
    const char *pidfile;    /* of daemon mode: what the new process is told to write; else "" */
    const char *sysctl_target;  /* ""; none is written */
    bool fresh_sysctl;          /* there was no such file */
    struct process_record *old; /* those that are to go */
    unsigned old_count;
    struct setting_record *settings;
    unsigned setting_count;
};

/* How a generation came to be live. */
enum history_way { WAY_FOUND /* it was there before hacc */, WAY_START, WAY_RELOAD, WAY_RUNTIME, WAY_ROLLBACK };

/* One line of the history. */
struct history_entry {
    const char *time;       /* UTC, 2026-11-21T20:00:00Z */
    const char *generation; /* that was live afterwards */
    const char
        *process; /* the generation that its process was started with: another one where the Runtime API was used */
    const char *source; /* the files that it was made of, as they were named */
    enum deploy_mode mode;
    enum history_way way;
    int status; /* exit status of the apply */
    int milliseconds;
    int pid; /* of the process (of the master, the worker) that served afterwards; 0: not known */
};

struct history {
    const char *target;              /* what the state directory is for */
    const char *pidfile;             /* of the operator, as the last apply found it */
    struct setting_record *settings; /* those of the last apply that were given: how HAProxy is found */
    unsigned setting_count;
    struct history_entry *at; /* oldest first */
    unsigned count;
};

/* No more entries than this are kept, the oldest go; texts of generations go with the last entry that names them. */
enum { HISTORY_MAX = 100 };

/* Puts the journal on the disk. */
bool journal_write(const struct state *state, const struct journal *journal, const char **why);

/* Gives the journal of a change that is under way; *why NULL: there is none. The caller releases it. */
struct journal *journal_read(const struct state *state, const char **why);

/* Ends the change: there is no journal afterwards. */
bool journal_remove(const struct state *state, const char **why);

/* Frees what journal_read gave; NULL too. */
void journal_release(struct journal *journal);

/* Gives the history; an empty one where there is none yet. NULL with *why set where it cannot be read. The caller
 * releases it. */
struct history *history_read(const struct state *state, const char **why);

/* Adds an entry to what is on the disk, and sets the rest to what `head` says. */
bool history_add(const struct state *state, const struct history *head, const struct history_entry *entry,
                 const char **why);

/* Frees what history_read gave; NULL too. */
void history_release(struct history *history);

const char *deploy_mode_name(enum deploy_mode mode); /* "daemon" */
const char *journal_step_name(enum journal_step step);
const char *history_way_name(enum history_way way);

/* Finds a mode by its name. */
bool deploy_mode_find(const char *name, enum deploy_mode *mode);

#endif
