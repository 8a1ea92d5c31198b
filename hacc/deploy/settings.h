/* Settings of the kernel that a configuration wants: those that differ are made, read back, and put back where an apply
 * is taken back. */
#ifndef HACC_DEPLOY_SETTINGS_H
#define HACC_DEPLOY_SETTINGS_H

#include "hacc/deploy/records.h"
#include "hacc/model/config.h"

struct setting_change {
    const char *name; /* as of sysctl_name */
    const char *old, *wanted;
};

struct setting_plan {
    struct setting_change *at;
    unsigned count;
};

/* Finds what differs; in `arena`. What this kernel does not have, or does not show, is left out: preflight has told of
 * it. */
void settings_plan(struct setting_plan *plan, const struct config *config, struct arena *arena);

/* Makes the settings. At the first that cannot be made, or that the kernel has otherwise when it is read back, gives
 * false with *why; those before it stay made. */
bool settings_make(const struct setting_plan *plan, struct arena *arena, const char **why);

/* Puts old values back, the last one first. Gives false, having tried all, with *why of one that could not be. */
bool settings_put_back(const struct setting_record *records, unsigned count, struct arena *arena, const char **why);

#endif
