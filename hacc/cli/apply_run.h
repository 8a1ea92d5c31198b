/* What `hacc apply` and `hacc rollback` share: from a generation that is made to one that is live, and what is said of
 * it. */
#ifndef HACC_CLI_APPLY_RUN_H
#define HACC_CLI_APPLY_RUN_H

#include "hacc/check/changes.h"
#include "hacc/check/preflight.h"
#include "hacc/cli/compile.h"
#include "hacc/deploy/apply.h"

struct apply_run {
    struct apply apply;
    struct compilation c;         /* of the new configuration */
    struct compilation installed; /* of the one at the target */
    struct preflight preflight;
    const struct changes *changes; /* from what is live to the new one; NULL: not known */
    bool dry_run, yes;
};

/* The letters of the options in a table for getopt_long: those of struct apply_settings have their numbers behind
 * APPLY_OPTION. */
enum {
    APPLY_OPTION = 512,
    APPLY_DRY_RUN = 'n',
    APPLY_YES = 'y',
    APPLY_DEBUG = 'd',
    APPLY_NO_SYSCTL = 'S',
    APPLY_LOSSY_FLAG = 'L'
};

#define APPLY_OPTIONS                                                                                      \
    {"mode", required_argument, NULL, APPLY_OPTION + APPLY_MODE},                                          \
        {"reload", required_argument, NULL, APPLY_OPTION + APPLY_RELOAD},                                  \
        {"haproxy-bin", required_argument, NULL, APPLY_OPTION + APPLY_HAPROXY_BIN},                        \
        {"pidfile", required_argument, NULL, APPLY_OPTION + APPLY_PIDFILE},                                \
        {"socket", required_argument, NULL, APPLY_OPTION + APPLY_SOCKET},                                  \
        {"master-socket", required_argument, NULL, APPLY_OPTION + APPLY_MASTER_SOCKET},                    \
        {"unit", required_argument, NULL, APPLY_OPTION + APPLY_UNIT},                                      \
        {"target", required_argument, NULL, APPLY_OPTION + APPLY_TARGET},                                  \
        {"sysctl-target", required_argument, NULL, APPLY_OPTION + APPLY_SYSCTL_TARGET},                    \
        {"state-dir", required_argument, NULL, APPLY_OPTION + APPLY_STATE_DIR},                            \
        {"probe", required_argument, NULL, APPLY_OPTION + APPLY_PROBE},                                    \
        {"wait", required_argument, NULL, APPLY_OPTION + APPLY_WAIT},                                      \
        {"no-sysctl", no_argument, NULL, APPLY_NO_SYSCTL}, {"lossy", no_argument, NULL, APPLY_LOSSY_FLAG}, \
        {"dry-run", no_argument, NULL, APPLY_DRY_RUN}, {"yes", no_argument, NULL, APPLY_YES},              \
    {                                                                                                      \
        "debug", no_argument, NULL, APPLY_DEBUG                                                            \
    }

/* The lines of the help for these options. */
extern const char apply_options_help[];

/* Takes one of APPLY_OPTIONS; false, having said why, for a wrong value, or another option. */
bool apply_option(struct apply_run *run, int option, const char *value);

/* Readies the arena and the compilations; run->c.oom.env is to be set before anything else is called. */
void apply_run_init(struct apply_run *run);

/* Takes settings that are not given from those of the last apply, whose history is in the state directory. */
void apply_run_remember(struct apply_run *run);

/* Reads a text as the configuration that runs, or ran, into a compilation. */
void apply_run_compile(struct apply_run *run, struct compilation *c, const struct buf *text);

/* From the lock to the running HAProxy, what was left unfinished ended. Gives the exit status so far. */
int apply_run_begin(struct apply_run *run);

/* Gives the configuration of the process that runs, which need not be what is at the target any more; NULL: it is not
 * known. To be called once apply_run_begin is through; it takes the place of run->installed. */
const struct config *apply_run_live(struct apply_run *run);

/* From apply.next, and run->c.config, to the end. Gives the exit status, having said how it went. */
int apply_run_perform(struct apply_run *run);

/* Asks the real haproxy about apply.next; what it says comes at the lines of the input. Gives the exit status. */
int apply_validate(struct apply_run *run);

/* Asks whether this machine is ready, and prints what is not. Gives the exit status. */
int apply_preflight(struct apply_run *run);

/* Whether a setting has a value. */
bool apply_setting_is(const struct apply *apply, enum apply_setting setting, const char *value);

/* Releases everything. */
void apply_run_end(struct apply_run *run);

#endif
