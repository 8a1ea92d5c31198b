#include "hacc/cli/machine.h"

#include "hacc/cli/cli.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

void machine_option(struct machine *machine, int option, const char *value)
{
    if (option == OPTION_HOST) {
        machine->host = true;
        machine->root = value;
        return;
    }
    machine->no_nginx = option == OPTION_NO_NGINX;
    machine->nginx_path = option == OPTION_NGINX ? value : NULL;
}

bool machine_is_usable(const struct machine *machine)
{
    struct stat st;

    if (machine->root && (stat(machine->root, &st) != 0 || !S_ISDIR(st.st_mode))) {
        cli_error("--host: '%s' is not a folder", machine->root);
        return false;
    }
    if (!machine->nginx_path)
        return true;
    errno = 0;
    if (stat(machine->nginx_path, &st) == 0 && S_ISREG(st.st_mode) && access(machine->nginx_path, R_OK) == 0)
        return true;
    cli_error("--nginx: cannot read '%s': %s", machine->nginx_path, errno ? strerror(errno) : "not a file");
    return false;
}

static void read_nginx(struct machine *machine, struct compilation *c)
{
    const char *path = machine->nginx_path ? machine->nginx_path : NGINX_PATH, *why;

    machine->known.nginx = NULL;
    if (machine->no_nginx || (!machine->nginx_path && (machine->root || access(path, F_OK) != 0)))
        return;
    if (nginx_read(&machine->nginx, path, &c->sources, &c->diags, &why))
        machine->known.nginx = &machine->nginx;
    else
        diag_add(&c->diags, RULE_HOST_UNREAD, (struct span){0}, NULL, "cannot read '%s': %s", path, why);
}

void machine_read(struct machine *machine, struct compilation *c, struct arena *arena)
{
    read_nginx(machine, c);
    machine->known.root = !machine->host ? NULL : machine->root ? machine->root : "";
    machine->known.sysctls = NULL;
    if (machine->host && c->config.sysctls) {
        host_sysctls_read(&machine->sysctls, machine->root, &c->sources, &c->diags);
        machine->known.sysctls = &machine->sysctls;
    }
    if (!machine->host || machine->root || machine->known.sockets)
        return;
    sockets_read(&machine->sockets, arena);
    machine->known.sockets = &machine->sockets;
}
