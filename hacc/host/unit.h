/* What systemd's files say of a service: systemd.unit(5), systemd.exec(5). */
#ifndef HACC_HOST_UNIT_H
#define HACC_HOST_UNIT_H

#include "hacc/base/arena.h"

/* Gives what the service ("haproxy.service") gets mounted at an absolute path when it starts (BindPaths=,
 * BindReadOnlyPaths= of its file and of its drop-ins); NULL: nothing, or there are no such files. Only the service's
 * own processes see that. */
const char *host_unit_mount(const char *service, const char *path, struct arena *arena);

#endif
