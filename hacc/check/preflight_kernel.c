/* What a configuration needs of the kernel: settings, and what transparent mode rests on. */
#include "hacc/check/preflight_parts.h"
#include "hacc/host/routes.h"
#include "hacc/host/sysctl.h"
#include "hacc/model/sysctl.h"

#include <sys/socket.h>
#include <unistd.h>

/* --- settings --- */

static void check_setting(struct preflight_look *look, const struct sysctl *sysctl)
{
    bool absent;
    const char *now = host_sysctl_now(sysctl->name, &absent, look->arena);

    if (!now && absent)
        PREFLIGHT_ADD(look, SYSCTL, WARNING, sysctl->at,
                      "load the module that has it ('modprobe nf_conntrack' of net.netfilter), or leave it out",
                      "this kernel has no setting '%.200s'", sysctl->key);
    else if (!now)
        PREFLIGHT_ADD(look, SYSCTL, UNKNOWN, sysctl->at, "run it as root", "'%.200s' cannot be read", sysctl->key);
    else if (!sysctl_same_value(sysctl->value, now) && sysctl->secret)
        PREFLIGHT_ADD(look, SYSCTL, WARNING, sysctl->at, "load the settings: sysctl --system",
                      "'%.200s' is not as the configuration has it", sysctl->key);
    else if (!sysctl_same_value(sysctl->value, now))
        PREFLIGHT_ADD(look, SYSCTL, WARNING, sysctl->at,
                      "load the settings: install 90-hacc.conf in /etc/sysctl.d, and run 'sysctl --system'",
                      "'%.200s' is '%.100s' now, and the configuration wants '%.100s'", sysctl->key, now,
                      sysctl->value);
}

void preflight_sysctls(struct preflight_look *look)
{
    uint32_t before = look->preflight->count, count = 0;
    struct sysctl_index index;

    if (!look->config->sysctls)
        return;
    sysctl_index_make(&index, look->config);
    for (uint32_t first = 0; first < index.count; first += sysctl_index_run(&index, first)) {
        const struct sysctl *sysctl = sysctl_index_final(&index, first);

        if (strchr(sysctl->name, '*')) /* for what no other line sets */
            continue;
        count++;
        if (!look->start->sets_sysctls)
            check_setting(look, sysctl);
    }
    if (count && look->preflight->count == before)
        PREFLIGHT_ADD(look, SYSCTL, OK, NOWHERE, NULL,
                      look->start->sets_sysctls ? "%u are set before the start" : "%u, all as they are wanted", count);
}

/* --- transparent mode --- */

#define LOAD_ROUTES "run tproxy-routes.sh, which 'hacc build' writes; at each boot, before HAProxy"

static void check_family(struct preflight_look *look, int family, const char *name)
{
    const struct tproxy *tproxy = &look->config->tproxy;
    struct host_mark_routes routes = host_mark_routes(family, tproxy->mark, tproxy->table, look->arena);

    if (!routes.known)
        PREFLIGHT_ADD(look, TPROXY, UNKNOWN, tproxy->at, NULL, "the kernel does not tell its %s rules and routes",
                      name);
    else if (!routes.rule)
        PREFLIGHT_ADD(look, TPROXY, WARNING, tproxy->at, LOAD_ROUTES,
                      "no %s rule looks up packets with the mark 0x%x in table %u: replies of the servers are lost",
                      name, tproxy->mark, tproxy->table);
    else if (!routes.delivers)
        PREFLIGHT_ADD(look, TPROXY, WARNING, tproxy->at, LOAD_ROUTES,
                      "table %u has no local %s route for every address: replies of the servers are lost",
                      tproxy->table, name);
}

void preflight_tproxy(struct preflight_look *look)
{
    uint32_t before = look->preflight->count;

    if (!look->config->tproxy.wanted)
        return;
    check_family(look, AF_INET, "IPv4");
    if (access("/proc/net/if_inet6", F_OK) == 0)
        check_family(look, AF_INET6, "IPv6");
    preflight_marks(look);
    if (look->preflight->count == before)
        PREFLIGHT_ADD(look, TPROXY, OK, look->config->tproxy.at, NULL,
                      "marks, rules and routes are there (mark 0x%x, table %u)", look->config->tproxy.mark,
                      look->config->tproxy.table);
}
