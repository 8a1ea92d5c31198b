/* What the kernel knows of its settings: the rows of sysctl_keys.def. Names are as of sysctl_name. */
#ifndef HACC_CHECK_SYSCTL_KEYS_H
#define HACC_CHECK_SYSCTL_KEYS_H

#include "hacc/base/arena.h"

#include <stdbool.h>

enum sysctl_kind { SYSCTL_NUMBER, SYSCTL_LOOSE, SYSCTL_ANY, SYSCTL_READ_ONLY, SYSCTL_GONE };

struct sysctl_key {
    const char *key; /* its fourth name may be '*' */
    enum sysctl_kind kind;
    uint8_t count;           /* numbers that it takes at most */
    int64_t min, max;        /* of each; INT64_MAX: what 64 bits without a sign can hold */
    const char *fate, *help; /* of SYSCTL_GONE: what became of it, what to do */
};

/* What a setting is for. */
struct sysctl_place {
    const struct sysctl_key *key; /* NULL: the kernel has none of this name */
    const char *interface;        /* for which interface, not NUL-terminated; NULL: none */
    uint32_t interface_len;
    const char *dotted; /* the interface has a dot that parts its name, where it seems to go on to this; or NULL */
    bool known_folder;  /* all names that stand beside this one are known */
    const char *near;   /* of a known folder: the whole name that was likely meant; or NULL */
};

/* Looks a name up. `near` is looked for where `suggest` is set, and is put in `arena`. */
void sysctl_place_find(struct sysctl_place *place, const char *name, bool suggest, struct arena *arena);

#endif
