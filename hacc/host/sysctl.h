/* What this machine sets of its kernel behind 90-hacc.conf, and its interfaces. Source: sysctl(8), --system; asked of
 * Debian's procps. */
#ifndef HACC_HOST_SYSCTL_H
#define HACC_HOST_SYSCTL_H

#include "hacc/base/diag.h"

struct host_sysctl {
    const char *name; /* as of sysctl_name */
    const char *value;
    struct span at;
};

struct host_sysctls {
    struct host_sysctl *at; /* by name, each once: the setting that is made last */
    uint32_t count, cap;
    const char **interfaces;  /* by name */
    uint32_t interface_count; /* 0: they are not known */
};

/* No more files than this are read. */
enum { HOST_SYSCTL_MAX_FILES = 1000 };

/* Reads the files that `sysctl --system` reads behind /etc/sysctl.d/90-hacc.conf; and the names of the interfaces.
 * `root`: the folder that stands for '/', whose interfaces are not known; NULL: this machine. All lives in the sources'
 * arena. What cannot be read is a finding (RULE_HOST_UNREAD). */
void host_sysctls_read(struct host_sysctls *sysctls, const char *root, struct sources *sources, struct diags *diags);

/* Reads one such file, /etc/sysctl.d/90-hacc.conf itself for one; none where it is not there. The rest as above. */
void host_sysctls_read_file(struct host_sysctls *sysctls, const char *path, struct sources *sources,
                            struct diags *diags);

/* Gives the setting of a name, or NULL. */
const struct host_sysctl *host_sysctls_find(const struct host_sysctls *sysctls, const char *name);

/* Gives what the kernel has of a setting now, its words as the kernel parts them, without the line break; NULL with
 * *absent set: it has no such setting; NULL: this user may not read it. `name`: as of sysctl_name, without '*'. */
const char *host_sysctl_now(const char *name, bool *absent, struct arena *arena);

/* Whether there is such an interface, or may be one. */
bool host_sysctls_interface(const struct host_sysctls *sysctls, const char *name);

#endif
