/* How a configuration is installed: the `apply:` map of the YAML, and the options of `hacc apply`, which have the same
 * names. */
#ifndef HACC_MODEL_APPLY_SETTINGS_H
#define HACC_MODEL_APPLY_SETTINGS_H

#include "hacc/model/intent_form.h"

#include <stdbool.h>
#include <stddef.h>

/* In the order of apply_forms. */
enum apply_setting {
    APPLY_MODE,
    APPLY_RELOAD,
    APPLY_HAPROXY_BIN,
    APPLY_PIDFILE,
    APPLY_SOCKET,
    APPLY_MASTER_SOCKET,
    APPLY_UNIT,
    APPLY_TARGET,
    APPLY_SYSCTL_TARGET,
    APPLY_STATE_DIR,
    APPLY_PROBE,
    APPLY_WAIT,
    APPLY_SYSCTL,
    APPLY_LOSSY,
    APPLY_SETTINGS
};

struct apply_settings {
    const char *at[APPLY_SETTINGS]; /* NULL: nothing is said */
};

/* What may be written for each; ends with a name of NULL. */
extern const struct intent_form apply_forms[];

/* Whether a setting takes the value: one of its words, or any text that is not empty. */
bool apply_setting_takes(enum apply_setting setting, const char *text, size_t len);

/* Gives the setting of a name; APPLY_SETTINGS: there is none. */
enum apply_setting apply_setting_find(const char *name, size_t len);

#endif
