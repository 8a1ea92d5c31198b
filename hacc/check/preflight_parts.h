/* What the files of the preflight share. A check is a function that adds its rows; one for which the configuration
 * gives no cause adds none. */
#ifndef HACC_CHECK_PREFLIGHT_PARTS_H
#define HACC_CHECK_PREFLIGHT_PARTS_H

#include "hacc/check/binds.h"
#include "hacc/check/preflight.h"
#include "hacc/host/rights.h"

struct preflight_look {
    struct preflight *preflight;
    struct config *config;
    const struct preflight_start *start;
    struct arena *arena;       /* the configuration's */
    const char *root;          /* where the process that starts HAProxy has its '/': "" or /proc/PID/root */
    struct binds binds;        /* paths of UNIX sockets with what `unix-bind prefix` puts before them */
    struct host_rights rights; /* of the process that starts HAProxy */
    struct firewall *firewall; /* NULL: not read yet */
};

/* Gives the first line of a keyword in the global sections, with an argument whose value the text tells, or NULL. */
const struct directive *preflight_global(const struct preflight_look *look, enum keyword_id id);

/* Gives the first argument of such a line, NUL-terminated; NULL: there is none. *at is set to its place. */
const char *preflight_global_text(const struct preflight_look *look, enum keyword_id id, struct span *at);

/* The same as a number of up to 63 bits; `otherwise` where there is none. */
uint64_t preflight_global_number(const struct preflight_look *look, enum keyword_id id, uint64_t otherwise);

/* Gives "'*:80' of frontend 'web'". */
const char *preflight_bind_name(const struct preflight_look *look, const struct bind *bind);

/* Whether connections to servers are to come from addresses that are not this machine's (usesrc). */
bool preflight_uses_foreign(const struct preflight_look *look);

/* Adds a row, as preflight_add does. */
#define PREFLIGHT_ADD(look, check, state, at, ...) \
    preflight_add((look)->preflight, PREFLIGHT_##check, PREFLIGHT_##state, at, __VA_ARGS__)

#define NOWHERE ((struct span){0})

/* The checks, in the order in which they run. */
void preflight_version(struct preflight_look *look);
void preflight_ports(struct preflight_look *look);
void preflight_addresses(struct preflight_look *look);
void preflight_sources(struct preflight_look *look);
void preflight_chroot(struct preflight_look *look);
void preflight_folders(struct preflight_look *look);
void preflight_users(struct preflight_look *look);
void preflight_files(struct preflight_look *look);
void preflight_capabilities(struct preflight_look *look);
void preflight_sysctls(struct preflight_look *look);
void preflight_tproxy(struct preflight_look *look);
void preflight_marks(struct preflight_look *look); /* a part of tproxy: the rules that set the mark */
void preflight_logs(struct preflight_look *look);
void preflight_firewall(struct preflight_look *look);
void preflight_disk(struct preflight_look *look);
void preflight_memory(struct preflight_look *look);

#endif
