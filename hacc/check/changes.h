/* What changes in meaning between two configurations, and whether a running HAProxy takes it without a reload.
 *
 * Compared is what HAProxy makes of the lines, not how they are written: a proxy has its own settings and those of its
 * defaults, a server its own options and those of default-server; 1s is 1000. What HAProxy does not mind is no change:
 * the order of sections and of lines that are read as a set, quotes, comments, names of defaults sections. Where the
 * order of lines matters, a line that stands elsewhere is a move.
 *
 * One cause is one change, however many things it concerns: a timeout of a defaults section is one change of all
 * proxies that take it from there, and an option of default-server one of all the servers below it (struct
 * change_target). */
#ifndef HACC_CHECK_CHANGES_H
#define HACC_CHECK_CHANGES_H

#include "hacc/model/config.h"

/* Under which heading a reader looks for a change, in the order of the output. */
enum change_group {
    CHANGES_GLOBAL,
    CHANGES_FRONTENDS, /* listen sections too */
    CHANGES_ROUTES,    /* rules, and the ACLs that they use */
    CHANGES_BACKENDS,
    CHANGES_SERVERS,
    CHANGES_TIMEOUTS, /* whatever is a duration, of any section */
    CHANGES_SECTIONS, /* those that are neither global nor a proxy */
    CHANGES_SYSTEM,   /* what stands outside of haproxy.cfg: sysctls, transparent mode */
    CHANGE_GROUPS
};

enum change_kind {
    CHANGE_ADDED,   /* there is no old side */
    CHANGE_REMOVED, /* there is no new side */
    CHANGE_CHANGED,
    CHANGE_MOVED,  /* the same line in another place among lines whose order matters */
    CHANGE_RENAMED /* a section or a server: all else is equal */
};

/* How it gets into the HAProxy that runs: by commands of its Runtime API, for each target, or by a reload. The API
 * takes what is said here in the versions that hacc knows; struct change.since where not in all of them. */
enum change_way {
    CHANGE_RELOAD,
    CHANGE_WEIGHT,           /* set server B/S weight N; the option `weight` (NULL in a side: 1) */
    CHANGE_ADDRESS,          /* set server B/S addr IP port P; arg is the address of the line, both are IP:PORT */
    CHANGE_STATE,            /* set server B/S state maint|ready; the option `disabled` (NULL in a side: ready) */
    CHANGE_SERVER_MAXCONN,   /* set maxconn server B/S N; the option `maxconn` (NULL in a side: 0) */
    CHANGE_SERVER_ADD,       /* add server B/S …: its address and struct change.options */
    CHANGE_SERVER_REMOVE,    /* set server B/S state maint; del server B/S */
    CHANGE_FRONTEND_MAXCONN, /* set maxconn frontend F N; the line `maxconn`, on both sides */
    CHANGE_GLOBAL_MAXCONN,   /* set maxconn global N; the line `maxconn`, on both sides, and the new one is less */
    CHANGE_RATE,    /* set rate-limit … global N; the line `maxconnrate`, `maxsessrate` or `maxsslrate` (NULL: 0) */
    CHANGE_OUTSIDE, /* nothing of HAProxy's: a sysctl, nft, routes */
    CHANGE_WAYS
};

/* What one side has. All of it belongs to that side's configuration. */
struct change_side {
    const struct section *section;  /* of the target; NULL: this side has none, or it is a sysctl */
    const struct directive *line;   /* where it comes from, maybe in the target's defaults; NULL: nothing says it, or it
                                       is the section itself */
    const struct arg *arg;          /* of an option of a server: its name, in `line`; its values stand behind it. Of an
                                       address: itself. NULL: the whole line */
    const struct directive *server; /* of what is about a server: its line */
};

/* One thing that a change is about. */
struct change_target {
    const struct change_target *next;
    struct change_side old, new;
};

struct change {
    const struct change *next;
    enum change_group group;
    enum change_kind kind;
    enum change_way way;
    bool part;                       /* of a server: it is about one of its options, or its address */
    const char *what;                /* "server 'web1'" of a part; else the keyword, the section, the sysctl */
    const char *old_text, *new_text; /* as haproxy.cfg spells it, secrets left out; NULL: nothing */
    struct span old_at, new_at;      /* src 0: no place */
    const struct directive *above;   /* of a move: what it now stands below; NULL: it is the first */
    const char *options;             /* of CHANGE_SERVER_ADD: the words behind the address, those of default-server
                                        among them, as they are, secrets too; "": none */
    bool secret;                     /* of the options: some word came from !env or !file */
    const char *why; /* "it needs a reload: …" the sentence behind the colon; of a way without a reload:
                        what is done */
    const struct change_target *first; /* one at least */
    uint32_t target_count;
};

struct changes {
    const struct change *first; /* by group, and in a group by the place: first of the new configuration */
    uint32_t count;
    uint32_t reloads; /* of them, those that need one */
    uint32_t of[CHANGE_GROUPS];
};

/* Finds out what changes. Both have been through check_language without an error, and outlive the result, which lives
 * in `arena`. What is possible at run time is said for the version of `new`. Time is linear in the lines. */
const struct changes *changes_find(const struct config *old, const struct config *new, struct arena *arena);

/* Appends a line as haproxy.cfg spells it, secrets left out. */
void changes_line(struct buf *out, const struct directive *line);

#endif
