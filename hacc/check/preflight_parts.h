/* What the files of the preflight share. A check is a function that adds its rows; one for which the configuration
 * gives no cause adds none. */
#ifndef HACC_CHECK_PREFLIGHT_PARTS_H
#define HACC_CHECK_PREFLIGHT_PARTS_H

#include "hacc/check/preflight.h"

struct preflight_look {
    struct preflight *preflight;
    struct config *config;
    const struct preflight_start *start;
    struct arena *arena; /* the configuration's */
};

void preflight_version(struct preflight_look *look);

#endif
