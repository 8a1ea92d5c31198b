/* What the rules of `hacc lint` may know of the machine that HAProxy is to run on. */
#ifndef HACC_CHECK_MACHINE_H
#define HACC_CHECK_MACHINE_H

#include "hacc/host/nginx.h"
#include "hacc/host/sockets.h"
#include "hacc/host/sysctl.h"

struct lint_machine {
    const char *root;                   /* the folder that stands for '/', "" for '/' itself; NULL: not looked at */
    const struct nginx *nginx;          /* NULL: not looked at */
    const struct sockets *sockets;      /* NULL: not looked at */
    const struct host_sysctls *sysctls; /* NULL: not looked at */
};

#endif
