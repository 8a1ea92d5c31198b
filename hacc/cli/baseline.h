/* The baseline: findings that were there when a project began to use hacc lint. They are told apart, and do not count.
 * Its file is JSON, a finding a line, in the order of files and rules. */
#ifndef HACC_CLI_BASELINE_H
#define HACC_CLI_BASELINE_H

#include "hacc/cli/levels.h"
#include "hacc/write/to_findings.h"

struct baseline_entry {
    const char *file; /* relative to the baseline's folder */
    const char *rule, *print, *message;
    bool seen;   /* it was found again */
    bool looked; /* its file was linted, by its rule */
};

struct baseline {
    const char *path;          /* as it is given */
    const char *folder;        /* absolute */
    struct baseline_entry *at; /* in the order of file, rule and fingerprint */
    uint32_t count;
    bool writing;                /* all that is found becomes an entry of the new one */
    struct baseline_entry *made; /* in that case; file NULL: forgotten */
    uint32_t made_count, made_cap;
    struct arena *arena;
};

/* Reads the baseline, among `sources`, in whose arena it stays. `writing`: there need not be one. Gives false, having
 * said why. */
bool baseline_read(struct baseline *baseline, const char *path, bool writing, struct sources *sources);

/* Settles the findings of a configuration that stand in the baseline, or, where it is written, all that may. Errors of
 * the language always count. `levels`: the rules that were asked for. */
void baseline_apply(struct baseline *baseline, const struct findings *findings, struct diags *diags,
                    const struct levels *levels);

/* Forgets what was made since made_count was `from` until it was `to`: the configuration turned out to be none. */
void baseline_forget(struct baseline *baseline, uint32_t from, uint32_t to);

/* Gives the entries that were looked for and not found, or NULL; their number in *count. */
const struct findings_fixed *baseline_fixed(const struct baseline *baseline, uint32_t *count);

/* Writes the new baseline: what was found, and of the old one what was not looked for. Gives false, having said why. */
bool baseline_write(const struct baseline *baseline);

#endif
