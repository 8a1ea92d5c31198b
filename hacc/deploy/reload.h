/* Telling a master to read its file again. */
#ifndef HACC_DEPLOY_RELOAD_H
#define HACC_DEPLOY_RELOAD_H

#include "hacc/deploy/apply.h"

enum reload_result {
    RELOAD_TAKEN,   /* it says that the new worker runs */
    RELOAD_ASKED,   /* it has been told, and does not say how it went */
    RELOAD_REFUSED, /* it says that it did not take the file; why and more are set */
    RELOAD_UNASKED  /* it could not be told; why is set */
};

/* Tells it by the channel of its mode: systemd's reload, the master's socket, or SIGUSR2. Waits where another reload is
 * under way, and for the answer where there is one, each with a time limit. */
enum reload_result reload(struct apply *apply);

/* What a master says of its reloads; says_failed false: it has no socket, or is too old to say. */
struct reload_count {
    bool known;
    uint32_t reloads, failed;
};

struct reload_count reload_count(const struct apply *apply);

#endif
