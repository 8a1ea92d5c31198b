/* One apply: a generation is made live on this machine, proven, or taken back (docs/apply.md).
 *
 * Whenever hacc is not running, however it ended, the target is a whole file: of the generation that was live before,
 * or of the new one, once a process has proven that it runs with it. What a journal says of an apply that was ended is
 * taken back or brought to its end by the next command (apply_recover). */
#ifndef HACC_DEPLOY_APPLY_H
#define HACC_DEPLOY_APPLY_H

#include "hacc/check/changes.h"
#include "hacc/deploy/generation.h"
#include "hacc/deploy/install.h"
#include "hacc/deploy/instance.h"
#include "hacc/deploy/records.h"
#include "hacc/deploy/settings.h"
#include "hacc/model/apply_settings.h"

/* What each asks of an operator: docs/apply.md. */
enum apply_status {
    APPLY_DONE = 0,
    APPLY_FINDINGS = 1,   /* hacc's own checks */
    APPLY_UNREADABLE = 2, /* usage, or what could not be read */
    APPLY_REFUSED = 3,    /* the real haproxy refuses the file */
    APPLY_PREFLIGHT = 4,  /* the machine is not ready for it */
    APPLY_BUSY = 5,       /* another hacc is at work */
    APPLY_KEPT = 6,       /* HAProxy did not take it; the old one never stopped */
    APPLY_TAKEN_BACK = 7, /* it did not prove itself; the old one is live again */
    APPLY_DOWN = 8,       /* what is live is not known, or nothing is */
    APPLY_LINGERING = 9   /* it is live, and an old process still serves connections */
};

struct apply {
    /* set by the command */
    struct arena *arena;
    struct apply_settings settings; /* the options, then those of the file */
    const char *source;             /* the names of the files */
    enum history_way way;           /* WAY_RELOAD or WAY_ROLLBACK */
    const struct config *installed; /* the configuration at the target; NULL: none, or it is not understood */
    struct generation next;
    const struct config *config; /* of next */
    bool debug;                  /* tell each step to standard error */
    bool dry_run;                /* nothing is locked, made or changed */

    /* what apply_begin finds */
    const char *target;
    bool by_sysctl; /* settings of the kernel are made */
    int wait_ms;    /* for old processes to end */
    struct state state;
    struct install file, sysctl_file;
    struct instance running;

    /* while it is done */
    struct journal journal;
    struct setting_plan plan;
    struct process made;            /* the process, or worker, that serves now; pid 0: not known */
    char previous[GENERATION_SIZE]; /* of the target's text before; "": there was no such file */
    bool unsure;                    /* what runs may not be what its generation says: only a reload tells */
    bool edited;                    /* it was hacc's, and somebody has changed it since */
    const char *pidfile;            /* of the last apply; NULL: none is known */
    const char *live;               /* the generation that the last apply's process was started with; "": none */
    const char *now;                /* the one that it was brought to, by the Runtime API as well; "": none */
    int live_pid;                   /* of its process; 0: none */
    int64_t begun_ms;
    int check_ms;         /* how long haproxy took to check the file: to load it takes about as long */
    struct runtime *told; /* what has been told to the running HAProxy, maybe in part; NULL: nothing */
    const char *why;      /* what went wrong, in one sentence; arena-owned */
    const char *more;     /* what haproxy said of it, lines; NULL: nothing */
};

/* Takes the lock and readies the rest: DONE, UNREADABLE (wrong settings), PREFLIGHT (state directory, target), BUSY. */
enum apply_status apply_begin(struct apply *apply);

/* Ends what an apply before this one left unfinished: *done (arena-owned, may be NULL) says what has been done. DONE,
 * or DOWN where it cannot be told what is live. To be called once the running HAProxy is found. */
enum apply_status apply_recover(struct apply *apply, const char **done);

/* Finds the running HAProxy. PREFLIGHT where what there is cannot be understood: it must not be guessed whom to signal.
 */
enum apply_status apply_look(struct apply *apply);

/* The generation that is live, as far as it is known: what the process says of itself, and what the Runtime API made of
 * it since. "": not known. */
const char *apply_live(const struct apply *apply);

/* Whether the settings of the kernel are what the next generation wants, and written down. */
bool apply_is_set(const struct apply *apply);

/* LINGERING, with why, where a haproxy of the target serves beside the one that was looked for; else DONE. */
enum apply_status apply_see_strays(struct apply *apply);

/* Makes apply->next live: from the journal to the history. */
enum apply_status apply_perform(struct apply *apply);

/* Takes back what the Runtime API was told, where no reload has made it good. Gives `status`; or DOWN, where what runs
 * is something between the two. */
enum apply_status apply_untell(struct apply *apply, enum apply_status status);

/* Whether files that HAProxy has read (maps, lists of ACLs, certificates) have other contents now. */
bool apply_has_new_files(const struct apply *apply);

/* Makes apply->next live by the Runtime API, without a reload, where that can be done. `changes`: from `old`, which is
 * what runs, to it. Gives false with `why` where it cannot, or was not: the file is as it was, and a reload, which
 * makes good whatever has been done, has to follow. */
bool apply_at_runtime(struct apply *apply, const struct changes *changes, const struct config *old,
                      enum apply_status *status);

/* Says what of the running HAProxy is not as its configuration `live` has it: somebody has used the Runtime API. NULL:
 * nothing, or it cannot be told. */
const char *apply_drift(struct apply *apply, const struct config *live);

/* Lets go of the lock. */
void apply_end(struct apply *apply);

/* With --debug, tells a step. Nothing of a configuration's text is ever told. */
__attribute__((format(printf, 2, 3))) void apply_tell(const struct apply *apply, const char *fmt, ...);

/* Sets `why`, and gives `status`. */
__attribute__((format(printf, 3, 4))) enum apply_status apply_fail(struct apply *apply, enum apply_status status,
                                                                   const char *fmt, ...);

#endif
