/* What is live, beside what is at the target and what the last apply left. */
#ifndef HACC_DEPLOY_STATUS_H
#define HACC_DEPLOY_STATUS_H

#include "hacc/deploy/apply.h"

enum status_role {
    ROLE_MASTER,
    ROLE_SERVES,
    ROLE_ENDING, /* told to end, with its last connections */
    ROLE_STRAY   /* serves, and neither pid file nor admin socket lead to it */
};

struct status_process {
    pid_t pid;
    enum status_role role;
    uint64_t age; /* seconds */
};

struct status {
    const char *live;    /* generation; "": not known, or nothing */
    const char *runtime; /* what was changed while it ran, past hacc; NULL: nothing, or it is not known */
    struct status_process *at;
    uint32_t count;
    const struct history_entry *last; /* NULL: none */
    bool unfinished;                  /* an apply was cut off */
    enum apply_status exit;           /* as `hacc status` ends */
    struct history *history;          /* holds `last` */
};

/* Finds it, once apply_begin and apply_look are through. `live`: the configuration that runs; NULL: not known. Gives
 * false with apply->why. To be released in either case. */
bool status_find(struct status *status, struct apply *apply, const struct config *live);

void status_release(struct status *status);

const char *status_role_name(enum status_role role); /* "serves" */

#endif
