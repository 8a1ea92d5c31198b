/* The sockets that a configuration opens. */
#ifndef HACC_CHECK_BINDS_H
#define HACC_CHECK_BINDS_H

#include "hacc/check/lint.h"
#include "hacc/model/endpoint.h"

/* An address that HAProxy listens on. */
struct bind {
    struct endpoint endpoint; /* without `shares` */
    const struct section *section;
    struct span at;
    const char *text; /* the address as it is written; not NUL-terminated */
    uint32_t len;
    bool pinned;         /* for some processes or threads alone: several such lines of one address share its load */
    bool clashes, taken; /* there is a finding: beside another bind, beside another program */
};

struct binds {
    struct bind *at; /* in the order of the configuration */
    uint32_t count, cap;
};

/* Adds those of the section at hand whose addresses are known, and that HAProxy is certain to open: not behind an .if,
 * nor of a section that is switched off. */
void binds_collect(struct binds *binds, struct lint *lint);

#endif
