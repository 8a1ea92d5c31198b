/* What is in the way of the binds: other programs, nginx's configuration, addresses that this machine has not. */
#include "hacc/check/preflight_parts.h"
#include "hacc/host/addresses.h"
#include "hacc/host/nginx.h"
#include "hacc/host/socket_owners.h"
#include "hacc/model/sysctl.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct ports {
    struct preflight_look *look;
    struct endpoint_index index; /* of the binds */
    struct sockets sockets;
    struct nginx nginx;
    struct endpoint_index listens; /* nginx's */
    bool *told;                    /* a bind each */
};

static const char *print_endpoint(const struct ports *ports, const struct endpoint *endpoint)
{
    struct buf out;

    buf_init_in(&out, ports->look->arena);
    endpoint_print(endpoint, &out);
    return buf_text(&out);
}

/* --- nginx --- */

/* Gives "/etc/nginx/sites-enabled/default:3". */
static const char *listen_place(const struct ports *ports, const struct nginx_listen *listen)
{
    struct source *source = ports->look->config->sources->at[listen->at.src];

    return arena_printf(ports->look->arena, "%.300s:%u", source->name, source_place(source, listen->at.off).line);
}

/* Reads nginx's configuration where there is one. What of it is not understood is of no use here, and no fault. */
static void read_nginx(struct ports *ports)
{
    struct preflight_look *look = ports->look;
    const char *path = look->start->nginx ? look->start->nginx : NGINX_PATH, *why;
    struct diags diags;

    endpoint_index_init(&ports->listens, look->arena);
    diags_init(&diags, look->arena);
    if (look->start->no_nginx || (!look->start->nginx && access(path, F_OK) != 0))
        return;
    if (!nginx_read(&ports->nginx, path, look->config->sources, &diags, &why))
        PREFLIGHT_ADD(look, PORTS, UNKNOWN, NOWHERE, NULL, "cannot read '%s': %s", path, why);
    for (uint32_t i = 0; i < ports->nginx.count; i++)
        if (!ports->nginx.at[i].unbound)
            endpoint_index_add(&ports->listens, &ports->nginx.at[i].endpoint, i);
    endpoint_index_sort(&ports->listens);
}

/* Gives the listen of nginx's configuration that made an open socket; NULL: none is known. */
static const struct nginx_listen *find_listen(const struct ports *ports, const struct endpoint *endpoint)
{
    uint32_t found = ports->listens.count ? endpoint_index_holder(&ports->listens, endpoint, true) : ENDPOINT_NONE;

    return found == ENDPOINT_NONE ? NULL : &ports->nginx.at[found];
}

/* What nginx has in its files, and does not listen on now. */
static void check_listens(struct ports *ports)
{
    struct preflight_look *look = ports->look;
    const struct endpoint **endpoints = arena_alloc(look->arena, ports->nginx.count * sizeof(struct endpoint *));
    uint32_t *numbers = arena_alloc(look->arena, ports->nginx.count * sizeof(*numbers)), count = 0;
    const struct bind_meeting *worst;

    for (uint32_t i = 0; i < ports->nginx.count; i++) {
        if (ports->nginx.at[i].unbound)
            continue;
        numbers[count] = i;
        endpoints[count++] = &ports->nginx.at[i].endpoint;
    }
    worst = binds_meet(&look->binds, &ports->index, endpoints, count, look->arena);
    for (uint32_t i = 0; i < look->binds.count; i++) {
        if (worst[i].clash <= ENDPOINTS_COVERED || ports->told[i])
            continue;
        ports->told[i] = true;
        PREFLIGHT_ADD(look, PORTS, WARNING, look->binds.at[i].at,
                      "take it out of nginx's configuration, or bind an address that nginx does not have",
                      "%s is free now, but whichever of the two starts last does not get it: nginx has it in %s",
                      preflight_bind_name(look, &look->binds.at[i]),
                      listen_place(ports, &ports->nginx.at[numbers[worst[i].other]]));
    }
}

/* --- open sockets --- */

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static void add_held(struct ports *ports, const struct bind *bind, const struct open_socket *socket)
{
    struct preflight_look *look = ports->look;
    bool nginx = strcmp(socket->program, "nginx") == 0;
    const struct nginx_listen *listen = nginx ? find_listen(ports, &socket->endpoint) : NULL;
    const char *file = listen ? arena_printf(look->arena, ", by %s", listen_place(ports, listen)) : "";

    if (!socket->pid) {
        PREFLIGHT_ADD(look, PORTS, UNKNOWN, bind->at, "run it as root, who sees which program that is",
                      "%s: a program that is hidden from this user listens on %s", preflight_bind_name(look, bind),
                      print_endpoint(ports, &socket->endpoint));
        return;
    }
    PREFLIGHT_ADD(
        look, PORTS, FAILURE, bind->at,
        bind->endpoint.family == ENDPOINT_UNIX ? "stop that program, or give one of the two another path"
        : nginx ? "move nginx to another port, as in 'listen 127.0.0.1:8080;', and send to it with a server line; "
                  "or bind an address that nginx does not have"
                : "stop that program or move it to another port, or bind an address that it does not have",
        "%s is in use: '%s' (process %u) listens on %s%s", preflight_bind_name(look, bind), socket->program,
        socket->pid, print_endpoint(ports, &socket->endpoint), file);
}

/* A UNIX socket whose path has been removed, or is another machine's: of a container. Nobody reaches it there. */
static bool is_gone(const struct preflight_look *look, const struct open_socket *socket)
{
    const struct endpoint_name *path = &socket->endpoint.path;

    return socket->endpoint.family == ENDPOINT_UNIX &&
           access(arena_printf(look->arena, "%s%.*s", look->root, (int)path->len, path->text), F_OK) != 0 &&
           errno == ENOENT;
}

/* Those whose programs are known, or those whose programs are not. A program of the same user may even share a port
 * with HAProxy (SO_REUSEPORT): no error tells of it, and each gets some of the connections. */
static void check_sockets(struct ports *ports, bool known)
{
    struct preflight_look *look = ports->look;
    const struct sockets *sockets = &ports->sockets;
    uint32_t *pids = arena_alloc(look->arena, look->start->pid_count * sizeof(*pids)), count = 0;
    const struct endpoint **endpoints = arena_alloc(look->arena, sockets->count * sizeof(struct endpoint *));
    const struct open_socket **others = arena_alloc(look->arena, sockets->count * sizeof(struct open_socket *));
    const struct bind_meeting *worst;

    if (look->start->pid_count)
        memcpy(pids, look->start->pids, look->start->pid_count * sizeof(*pids));
    qsort(pids, look->start->pid_count, sizeof(*pids), by_number);
    for (uint32_t i = 0; i < sockets->count; i++) {
        const struct open_socket *socket = &sockets->at[i];

        if ((socket->pid != 0) != known || is_gone(look, socket))
            continue;
        if (bsearch(&socket->pid, pids, look->start->pid_count, sizeof(*pids), by_number))
            continue;
        others[count] = socket;
        endpoints[count++] = &socket->endpoint;
    }
    worst = binds_meet(&look->binds, &ports->index, endpoints, count, look->arena);
    for (uint32_t i = 0; i < look->binds.count; i++) {
        if (worst[i].clash <= ENDPOINTS_COVERED || ports->told[i])
            continue;
        ports->told[i] = true;
        add_held(ports, &look->binds.at[i], others[worst[i].other]);
    }
}

void preflight_ports(struct preflight_look *look)
{
    struct ports ports = {.look = look, .told = arena_zalloc(look->arena, look->binds.count * sizeof(bool))};
    uint32_t before = look->preflight->count;

    if (!look->binds.count)
        return;
    endpoint_index_init(&ports.index, look->arena);
    for (uint32_t i = 0; i < look->binds.count; i++)
        endpoint_index_add(&ports.index, &look->binds.at[i].endpoint, i);
    endpoint_index_sort(&ports.index);
    read_nginx(&ports);
    sockets_read(&ports.sockets, look->arena);
    socket_owners_prefer(&ports.sockets, look->start->pids, look->start->pid_count);
    check_sockets(&ports, true);
    check_sockets(&ports, false);
    check_listens(&ports);
    if (ports.sockets.unread)
        PREFLIGHT_ADD(look, PORTS, UNKNOWN, NOWHERE, NULL, "not all open sockets of this machine are compared: %s",
                      ports.sockets.unread);
    if (look->preflight->count == before)
        PREFLIGHT_ADD(look, PORTS, OK, NOWHERE, NULL, "%u bound, none of them in use by another program",
                      look->binds.count);
}

/* --- addresses --- */

/* A link-local address is an interface's, which the bind must name. */
static bool lacks_link(const struct endpoint *endpoint)
{
    return endpoint->family == ENDPOINT_IPV6 && endpoint->ip[0] == 0xfe && (endpoint->ip[1] & 0xc0) == 0x80 &&
           !endpoint->device.len;
}

static void add_foreign(struct preflight_look *look, const struct bind *bind)
{
    const char *key = endpoint_ipv4(&bind->endpoint) ? "net.ipv4.ip_nonlocal_bind" : "net.ipv6.ip_nonlocal_bind";
    struct sysctl_index index;
    const struct sysctl *wanted;
    int64_t number;

    if (lacks_link(&bind->endpoint)) {
        PREFLIGHT_ADD(look, ADDRESSES, FAILURE, bind->at, "add 'interface' with the name of the one that has it",
                      "%s is a link-local address, which each interface has its own of",
                      preflight_bind_name(look, bind));
        return;
    }
    sysctl_index_make(&index, look->config);
    wanted = sysctl_index_find(&index, key);
    if (wanted && sysctl_number(wanted, &number) && number) {
        if (!look->start->sets_sysctls)
            PREFLIGHT_ADD(look, ADDRESSES, FAILURE, bind->at, "load the settings of the configuration: sysctl --system",
                          "%s: this machine has no such address, and %s, which the configuration sets, is not 1 yet",
                          preflight_bind_name(look, bind), key);
        return;
    }
    PREFLIGHT_ADD(look, ADDRESSES, FAILURE, bind->at,
                  arena_printf(look->arena,
                               "'ip address' shows those that there are; for one that comes and goes, as with VRRP, "
                               "write '%s: 1' below sysctl:, or add 'transparent' to the bind",
                               key),
                  "%s: this machine has no such address", preflight_bind_name(look, bind));
}

void preflight_addresses(struct preflight_look *look)
{
    uint32_t count, before = look->preflight->count;
    const struct bind **binds = binds_addresses(&look->binds, &count, look->arena);

    for (uint32_t i = 0; i < count; i++)
        if (lacks_link(&binds[i]->endpoint) || host_lacks_address(&binds[i]->endpoint))
            add_foreign(look, binds[i]);
    if (count && look->preflight->count == before)
        PREFLIGHT_ADD(look, ADDRESSES, OK, NOWHERE, NULL, "%u bound, all of them this machine's", count);
}
