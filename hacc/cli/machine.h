/* The options by which `hacc lint` looks at the machine that HAProxy is to run on. */
#ifndef HACC_CLI_MACHINE_H
#define HACC_CLI_MACHINE_H

#include "hacc/check/check.h"
#include "hacc/cli/compile.h"

/* The letters of these options in a table for getopt_long. */
enum { OPTION_NGINX = 'x', OPTION_NO_NGINX = 'X', OPTION_HOST = 'H' };

#define MACHINE_OPTIONS                                                                                 \
    {"nginx", required_argument, NULL, OPTION_NGINX}, {"no-nginx", no_argument, NULL, OPTION_NO_NGINX}, \
    {                                                                                                   \
        "host", optional_argument, NULL, OPTION_HOST                                                    \
    }

/* Zeroed: nginx's configuration where it usually is, and nothing else. */
struct machine {
    const char *nginx_path; /* by --nginx; NULL: NGINX_PATH, where it exists */
    bool no_nginx, host;
    const char *root; /* by --host=DIR: what stands for '/'; NULL: this machine itself */
    struct nginx nginx;
    struct sockets sockets;
    struct host_sysctls sysctls;
    struct lint_machine known; /* what has been read */
};

/* Takes one of MACHINE_OPTIONS. */
void machine_option(struct machine *machine, int option, const char *value);

/* Whether what the options name is there. Gives false, having said why. */
bool machine_is_usable(const struct machine *machine);

/* Reads what the options ask for, into `known`: nginx's files, and those of sysctl where the configuration has settings
 * of the kernel, among the sources of the compilation, for which alone they hold; the open sockets into `arena`, once.
 * Of a machine that is a folder only files are read, and nginx's only where --nginx names them. */
void machine_read(struct machine *machine, struct compilation *c, struct arena *arena);

#endif
