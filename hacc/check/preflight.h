/* What `haproxy -c` does not see: whether this machine lets HAProxy start with a configuration, and serve. Nothing is
 * changed, and nothing is bound that a program listens on or could be sent to. */
#ifndef HACC_CHECK_PREFLIGHT_H
#define HACC_CHECK_PREFLIGHT_H

#include "hacc/model/config.h"

/* The checks, in the order of their rows: id, what it asks. The ids are stable: programs read them. */
#define PREFLIGHT_CHECKS(CHECK)                                                              \
    CHECK(VERSION, "version", "is the binary of the version that the configuration is for")  \
    CHECK(PORTS, "ports", "does nobody else listen where HAProxy is to")                     \
    CHECK(ADDRESSES, "addresses", "are the addresses of the binds this machine's")           \
    CHECK(CHROOT, "chroot", "is there the folder that HAProxy locks itself into")            \
    CHECK(FOLDERS, "folders", "are there the folders of its UNIX sockets and its pid file")  \
    CHECK(USER, "user", "are there the users and groups that the configuration names")       \
    CHECK(FILES, "files", "does the limit of open files leave room for maxconn")             \
    CHECK(CAPABILITIES, "capabilities", "may the process do what needs root")                \
    CHECK(SYSCTL, "sysctl", "has the kernel the settings that the configuration wants")      \
    CHECK(TPROXY, "tproxy", "are there the marks, rules and routes of transparent mode")     \
    CHECK(LOG, "log", "can its log sockets be reached from the chroot")                      \
    CHECK(FIREWALL, "firewall", "does the firewall let anybody in to its ports")             \
    CHECK(DISK, "disk", "is there room for the files that are to be written")                \
    CHECK(MEMORY, "memory", "is there memory for a second process beside the one that runs") \
    CHECK(TAKEOVER, "takeover", "can the new process take over the sockets (rows of the caller, by preflight_add)")

enum preflight_check {
#define PREFLIGHT_ID(id, name, asks) PREFLIGHT_##id,
    PREFLIGHT_CHECKS(PREFLIGHT_ID)
#undef PREFLIGHT_ID
        PREFLIGHT_COUNT
};

enum preflight_state {
    PREFLIGHT_OK,
    PREFLIGHT_UNKNOWN, /* could not be looked at, or not by this user */
    PREFLIGHT_WARNING, /* HAProxy starts, and something will not be as it is wanted */
    PREFLIGHT_FAILURE  /* HAProxy does not start, or takes its place beside another program that gets connections */
};

struct preflight_row {
    enum preflight_check check;
    enum preflight_state state;
    const char *found; /* the fact: lower case, names in single quotes; may hold bytes of the input */
    const char *fix;   /* what to do; NULL: nothing */
    struct span at;    /* the line of the configuration that wants it; src 0: none */
};

/* Of each check one row where all is well, or a row for each thing that is not; none of a check that the configuration
 * gives no cause for (chroot without a chroot). Lives in the configuration's arena. */
struct preflight {
    struct arena *arena;
    struct preflight_row *at; /* in the order of the checks, once preflight_run is through */
    uint32_t count, cap;
    uint32_t states[PREFLIGHT_FAILURE + 1]; /* how many rows of each */
};

/* A folder that is to be written into. */
struct preflight_folder {
    const char *path; /* one that is not there yet is looked at where it will be made */
    uint64_t bytes;   /* how much, at most */
};

/* How HAProxy is to be started with the configuration. Zeroed: by this process, in nobody's place. */
struct preflight_start {
    const char *haproxy;  /* the binary, as haproxy_version takes it; NULL: not looked at */
    uint32_t starter;     /* the process whose limits and capabilities it gets: the master; 0: this one */
    bool starter_unknown; /* nobody knows who will start it: what this user lacks is PREFLIGHT_UNKNOWN, no failure */
    const uint32_t *pids; /* the live processes in whose place it comes, masters and workers: what they listen on it */
    uint32_t pid_count;   /* takes over or shares. 0: none, every listener is in its way */
    bool sets_sysctls;    /* the configuration's settings of the kernel are made before it starts */
    const struct preflight_folder *folders;
    uint32_t folder_count;
    const char *nginx; /* nginx's configuration, for the names of its files; NULL: NGINX_PATH, where there is one */
    bool no_nginx;     /* it is not looked at */
};

/* Runs all checks but TAKEOVER on a configuration without errors (check_language is through) whose version is set.
 * Never fails: what cannot be looked at is a row PREFLIGHT_UNKNOWN. Takes as long as `nft` takes to list its rules;
 * what it starts is ended after five seconds. Exit status of a caller that stops on failures: EXIT_PREFLIGHT. */
void preflight_run(struct preflight *preflight, struct config *config, const struct preflight_start *start);

/* Adds a row, for what the caller alone knows. `fix` (may be NULL) is copied. Behind preflight_run it stands at the
 * end. */
__attribute__((format(printf, 6, 7))) void preflight_add(struct preflight *preflight, enum preflight_check check,
                                                         enum preflight_state state, struct span at, const char *fix,
                                                         const char *fmt, ...);

/* Whether HAProxy must not be started: there is a row PREFLIGHT_FAILURE. */
static inline bool preflight_fails(const struct preflight *preflight)
{
    return preflight->states[PREFLIGHT_FAILURE] > 0;
}

/* "ports", "does nobody else …"; "ok", "unknown", "warning", "failure" */
const char *preflight_check_name(enum preflight_check check);
const char *preflight_check_asks(enum preflight_check check);
const char *preflight_state_name(enum preflight_state state);

#endif
