/* What this machine's packet filter does with the ports of the binds, and with the replies of transparent mode. */
#include "hacc/check/preflight_parts.h"
#include "hacc/host/firewall.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>

/* What lets a port in, with the tool that made the rules. */
static const char *fix_of(const struct preflight_look *look, const struct bind *bind)
{
    const char *protocol = bind->endpoint.datagram ? "udp" : "tcp";
    unsigned port = bind->endpoint.low;

    switch (look->firewall->kind) {
    case FIREWALL_UFW:
        return arena_printf(look->arena, "let it in: ufw allow %u/%s", port, protocol);
    case FIREWALLD:
        return arena_printf(look->arena,
                            "let it in: firewall-cmd --permanent --add-port=%u/%s && firewall-cmd --reload", port,
                            protocol);
    case FIREWALL_IPTABLES:
        return arena_printf(look->arena, "let it in: %s -I INPUT -p %s --dport %u -j ACCEPT",
                            bind->endpoint.family == ENDPOINT_IPV6 ? "ip6tables" : "iptables", protocol, port);
    case FIREWALL_NFT:
        break;
    }
    return arena_printf(look->arena, "let it in: add '%s dport %u accept' to the rules of its input chain", protocol,
                        port);
}

/* Whether other machines can reach the address at all. */
static bool is_outside(const struct endpoint *endpoint)
{
    static const uint8_t loopback[16] = {[15] = 1};
    const uint8_t *ipv4 = endpoint_ipv4(endpoint);

    if ((endpoint->family != ENDPOINT_IPV4 && endpoint->family != ENDPOINT_IPV6) || endpoint->space.len)
        return false;
    return ipv4 ? *ipv4 != 127 : memcmp(endpoint->ip, loopback, sizeof(loopback)) != 0;
}

static bool is_stopped(struct preflight_look *look, const struct bind *bind, uint16_t port)
{
    struct firewall_packet packet = {.datagram = bind->endpoint.datagram, .port = port};

    packet.ipv6 = bind->endpoint.family == ENDPOINT_IPV6 && !endpoint_ipv4(&bind->endpoint);
    if (!firewall_stops(look->firewall, &packet))
        return false;
    if (!packet.ipv6 || !endpoint_is_wildcard(&bind->endpoint) || !bind->endpoint.dual)
        return true;
    packet.ipv6 = false; /* [::]:80 is reached over IPv4 too */
    return firewall_stops(look->firewall, &packet);
}

/* The rules are read once, and only where somebody asks. */
static struct firewall *read_firewall(struct preflight_look *look)
{
    if (!look->firewall) {
        look->firewall = arena_alloc(look->arena, sizeof(*look->firewall));
        firewall_read(look->firewall, look->arena);
    }
    return look->firewall;
}

/* Of addresses with one port each is asked about once: by family, protocol and port. */
static int by_port(const void *left, const void *right)
{
    const struct bind *a = *(const struct bind *const *)left, *b = *(const struct bind *const *)right;
    int order = a->endpoint.family - b->endpoint.family;

    if (!order)
        order = a->endpoint.datagram - b->endpoint.datagram;
    if (!order)
        order = a->endpoint.low - b->endpoint.low;
    return order ? order : (a > b) - (a < b);
}

static bool same_port(const struct bind *a, const struct bind *b)
{
    return a->endpoint.family == b->endpoint.family && a->endpoint.datagram == b->endpoint.datagram &&
           a->endpoint.low == b->endpoint.low && a->endpoint.high == b->endpoint.high;
}

void preflight_firewall(struct preflight_look *look)
{
    const struct bind **binds = arena_alloc(look->arena, look->binds.count * sizeof(struct bind *));
    uint32_t count = 0, before = look->preflight->count;

    for (uint32_t i = 0; i < look->binds.count; i++)
        if (is_outside(&look->binds.at[i].endpoint))
            binds[count++] = &look->binds.at[i];
    if (!count)
        return;
    if (read_firewall(look)->unread) {
        PREFLIGHT_ADD(look, FIREWALL, UNKNOWN, NOWHERE, look->firewall->advice, "its rules are not known: %s",
                      look->firewall->unread);
        return;
    }
    qsort(binds, count, sizeof(*binds), by_port);
    for (uint32_t i = 0; i < count; i++)
        if ((!i || !same_port(binds[i - 1], binds[i])) && is_stopped(look, binds[i], binds[i]->endpoint.low))
            PREFLIGHT_ADD(look, FIREWALL, WARNING, binds[i]->at, fix_of(look, binds[i]),
                          "nobody outside gets to %s: the firewall refuses port %u",
                          preflight_bind_name(look, binds[i]), binds[i]->endpoint.low);
    if (look->preflight->count == before)
        PREFLIGHT_ADD(look, FIREWALL, OK, NOWHERE, NULL, "no port is closed to everybody");
}

/* --- marks of transparent mode --- */

/* Whether the kernel's list of modules, or of what is built in, has a name; true where neither can be read. */
static bool may_have_module(const char *name)
{
    static const char *const lists[] = {"modules.dep", "modules.builtin"};
    bool found = false, read = false;
    struct utsname kernel;
    char path[512], line[4096];

    for (size_t i = 0; uname(&kernel) == 0 && i < LINT_COUNT(lists) && !found; i++) {
        FILE *file;

        snprintf(path, sizeof(path), "/lib/modules/%s/%s", kernel.release, lists[i]);
        file = fopen(path, "re");
        read = read || file;
        while (file && !found && fgets(line, sizeof(line), file))
            found = strstr(line, name) != NULL;
        if (file)
            fclose(file);
    }
    return found || !read;
}

void preflight_marks(struct preflight_look *look)
{
    const struct tproxy *tproxy = &look->config->tproxy;
    const struct firewall *firewall = read_firewall(look);

    if (firewall->unread)
        PREFLIGHT_ADD(look, TPROXY, UNKNOWN, tproxy->at, firewall->advice, "the rules that set marks are not known: %s",
                      firewall->unread);
    else if (firewall_lacks_mark(firewall, tproxy->mark) && !may_have_module("nft_socket.ko"))
        PREFLIGHT_ADD(look, TPROXY, WARNING, tproxy->at, "install a kernel with CONFIG_NFT_SOCKET",
                      "this kernel has no module 'nft_socket', by which replies of the servers get their mark");
    else if (firewall_lacks_mark(firewall, tproxy->mark))
        PREFLIGHT_ADD(look, TPROXY, WARNING, tproxy->at,
                      "load tproxy.nft, which 'hacc build' writes: nft -f tproxy.nft; at each boot, before HAProxy",
                      "no rule gives replies of the servers the mark 0x%x: they are lost", tproxy->mark);
}
