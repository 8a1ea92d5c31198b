/* The sockets that a configuration opens. */
#ifndef HACC_CHECK_BINDS_H
#define HACC_CHECK_BINDS_H

#include "hacc/check/lint.h"
#include "hacc/model/endpoint_index.h"

/* An address that HAProxy listens on. */
struct bind {
    struct endpoint endpoint; /* without `shares` */
    const struct section *section;
    struct span at;
    const char *text; /* the address as it is written; not NUL-terminated */
    uint32_t len;
    const struct directive *line;
    bool foreign;        /* it need not be this machine's: the line says 'transparent' */
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

/* Fills `binds` with those of all sections, where check_lint is not what is run. */
void binds_read(struct binds *binds, struct config *config);

/* Gives those of IP that are to be this machine's, each address at an interface once, by the bind that comes first; in
 * the order of the addresses. */
const struct bind **binds_addresses(const struct binds *binds, uint32_t *count, struct arena *arena);

/* The worst that a bind meets. */
struct bind_meeting {
    uint32_t other; /* index of it */
    enum endpoint_clash clash;
};

/* Gives, a bind each, what it meets of the `count` endpoints of others. `index`: of the binds, sorted. Lives in
 * `arena`. */
const struct bind_meeting *binds_meet(const struct binds *binds, const struct endpoint_index *index,
                                      const struct endpoint *const *others, uint32_t count, struct arena *arena);

#endif
