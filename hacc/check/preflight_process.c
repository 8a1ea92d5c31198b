/* What the process that HAProxy will be can have of this machine: version, users, descriptors, rights, memory. */
#include "hacc/check/preflight_parts.h"
#include "hacc/host/addresses.h"
#include "hacc/host/haproxy.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/sysinfo.h>

void preflight_version(struct preflight_look *look)
{
    static const struct span nowhere;
    enum hap_version wanted = look->config->lang.version;
    const char *bin = look->start->haproxy;
    int version = bin ? haproxy_version(bin, look->arena) : -1;

    if (!bin)
        return;
    if (version < 0)
        preflight_add(look->preflight, PREFLIGHT_VERSION, PREFLIGHT_UNKNOWN, nowhere,
                      "name the binary that is to run, with --haproxy-bin", "the version of '%s' cannot be read", bin);
    else if (version < (int)wanted)
        preflight_add(
            look->preflight, PREFLIGHT_VERSION, PREFLIGHT_FAILURE, nowhere,
            arena_printf(look->arena, "write 'haproxy: \"%s\"', or upgrade haproxy", hap_version_names[version]),
            "'%s' is HAProxy %s, and the configuration is for %s", bin, hap_version_names[version],
            hap_version_names[wanted]);
    else
        preflight_add(
            look->preflight, PREFLIGHT_VERSION, version > (int)wanted ? PREFLIGHT_WARNING : PREFLIGHT_OK, nowhere,
            version > (int)wanted ? arena_printf(look->arena, "write 'haproxy: \"%s\"'", hap_version_names[version])
                                  : NULL,
            "'%s' is HAProxy %s, and the configuration is for %s", bin, hap_version_names[version],
            hap_version_names[wanted]);
}

/* --- users and groups --- */

/* An option or line that names one, and whether it names a group. */
static const struct {
    enum keyword_id id;
    bool group;
} names[] = {
    {KW_GLOBAL_USER, false}, {KW_GLOBAL_GROUP, true},    {KW_BIND_USER, false},
    {KW_BIND_GROUP, true},   {KW_UNIX_BIND_USER, false}, {KW_UNIX_BIND_GROUP, true},
};

static bool is_there(const char *name, bool group)
{
    return group ? getgrnam(name) != NULL : getpwnam(name) != NULL;
}

/* Looks the value up, unless it is the one that was looked up last. */
static void check_name(struct preflight_look *look, const struct arg *arg, bool group, const char **last,
                       uint32_t *count)
{
    const char *name;

    if (!arg || arg->flags & (ARG_ENV | ARG_POISON))
        return;
    name = arena_strndup(look->arena, arg->text, arg->len);
    if (last[group] && strcmp(name, last[group]) == 0)
        return;
    last[group] = name;
    ++*count;
    if (!is_there(name, group))
        PREFLIGHT_ADD(look, USER, FAILURE, arg_span(arg),
                      arena_printf(look->arena, "create it: %s --system %s", group ? "groupadd" : "useradd", name),
                      "this machine has no %s '%s'", group ? "group" : "user", name);
}

void preflight_users(struct preflight_look *look)
{
    const char *last[2] = {NULL, NULL};
    uint32_t count = 0, before = look->preflight->count;

    for (const struct section *section = look->config->first; section; section = section->next)
        for (const struct directive *d = section->first; d; d = d->next)
            for (size_t i = 0; i < LINT_COUNT(names) && d->form == FORM_PLAIN; i++)
                check_name(look,
                           d->kw->id == names[i].id && d->arg_count ? &d->args[0]
                                                                    : directive_option_value(d, names[i].id),
                           names[i].group, last, &count);
    if (count && look->preflight->count == before)
        PREFLIGHT_ADD(look, USER, OK, NOWHERE, NULL, "users and groups that are named are there");
}

/* --- open files --- */

/* What HAProxy counts beside two files a connection and one a listener. Measured with 2.2 to 3.2. */
enum { LEAST_MAXCONN = 100, FILES_ALWAYS = 10, ADMIN_CONNECTIONS = 10, FILES_A_THREAD = 3 };

/* Gives how many servers are checked: each takes a file. */
static uint64_t count_checks(const struct config *config)
{
    uint64_t count = 0;

    for (const struct section *section = config->first; section; section = section->next) {
        const struct directive *defaults = section_find_directive(section, KW_DEFAULTS_DEFAULT_SERVER);
        bool all = defaults && directive_option(defaults, KW_SERVER_CHECK);

        for (const struct directive *d = section->first; d; d = d->next)
            count += directive_is_server(d) && (all || directive_option(d, KW_SERVER_CHECK));
    }
    return count;
}

/* Gives how many open files HAProxy certainly asks for; *likely: and what it does as far as is known. */
static uint64_t count_files(const struct preflight_look *look, uint64_t *likely)
{
    uint64_t maxconn = preflight_global_number(look, KW_GLOBAL_MAXCONN, 0);
    uint64_t threads = preflight_global_number(look, KW_GLOBAL_NBTHREAD, 0);
    uint64_t least = 2 * (maxconn ? maxconn : LEAST_MAXCONN) + look->binds.count + FILES_ALWAYS;

    if (preflight_global(look, KW_GLOBAL_STATS_SOCKET))
        least += preflight_global_number(look, KW_GLOBAL_STATS_MAXCONN, ADMIN_CONNECTIONS);
    *likely = least + FILES_A_THREAD * (threads ? threads : (uint64_t)get_nprocs()) + count_checks(look->config);
    return least + FILES_A_THREAD * (threads ? threads : 1);
}

/* Whether HAProxy does not start where it cannot have what it asks for: from 2.3 on, unless `no strict-limits` says
 * otherwise. The last line counts. */
static bool is_strict(const struct config *config)
{
    bool strict = config->lang.version > HAP_2_2;

    for (const struct section *section = config->first; section; section = section->next)
        for (const struct directive *d = section->context == CONTEXT_GLOBAL ? section->first : NULL; d; d = d->next)
            strict = d->kw->id == KW_GLOBAL_STRICT_LIMITS ? d->form != FORM_NO : strict;
    return strict;
}

void preflight_files(struct preflight_look *look)
{
    uint64_t asked = preflight_global_number(look, KW_GLOBAL_ULIMIT_N, 0), likely = asked, least = asked;
    const struct directive *line = preflight_global(look, asked ? KW_GLOBAL_ULIMIT_N : KW_GLOBAL_MAXCONN);
    uint64_t limit = look->rights.files, own = preflight_global_number(look, KW_GLOBAL_FD_HARD_LIMIT, limit);
    struct span at = line ? line->at : NOWHERE;
    enum preflight_state state = PREFLIGHT_WARNING;

    limit = own && own < limit ? own : limit;
    if (!asked)
        least = count_files(look, &likely);
    if (!look->rights.known) {
        PREFLIGHT_ADD(look, FILES, UNKNOWN, NOWHERE, "run it as root", "the limit of open files cannot be read");
        return;
    }
    if (likely <= limit) {
        PREFLIGHT_ADD(look, FILES, OK, at, NULL, "%llu are needed, and %llu are allowed", (unsigned long long)likely,
                      (unsigned long long)limit);
        return;
    }
    if (look->start->starter_unknown)
        state = PREFLIGHT_UNKNOWN;
    else if (is_strict(look->config) && least > limit)
        state = PREFLIGHT_FAILURE;
    preflight_add(look->preflight, PREFLIGHT_FILES, state, at,
                  arena_printf(look->arena,
                               "start it with a higher limit (LimitNOFILE=%llu of the service, ulimit -Hn), or %s",
                               (unsigned long long)likely, line ? "lower maxconn or ulimit-n" : "set maxconn"),
                  "%llu are needed, and HAProxy can have no more than %llu", (unsigned long long)likely,
                  (unsigned long long)limit);
}

/* --- what needs root --- */

/* Something that the process may not do. */
static void add_missing(struct preflight_look *look, struct span at, const char *capability, const char *what)
{
    preflight_add(look->preflight, PREFLIGHT_CAPABILITIES,
                  look->start->starter_unknown ? PREFLIGHT_UNKNOWN : PREFLIGHT_FAILURE, at,
                  arena_printf(look->arena,
                               "start it as root, or with %s (AmbientCapabilities= and "
                               "CapabilityBoundingSet= of the service)",
                               capability),
                  "the process that starts HAProxy lacks %s: it may not %s", capability, what);
}

static void check_ports(struct preflight_look *look)
{
    int64_t first;

    if (host_may(&look->rights, CAP_NET_BIND_SERVICE) || !host_open_port(&first))
        return;
    for (uint32_t i = 0; i < look->binds.count; i++) {
        const struct bind *bind = &look->binds.at[i];

        if (bind->endpoint.low && bind->endpoint.low < first) {
            add_missing(look, bind->at, "cap_net_bind_service",
                        arena_printf(look->arena, "bind %s, a port below %u", preflight_bind_name(look, bind),
                                     (unsigned)first));
            return;
        }
    }
}

/* Changes of user and group to what the process is already need no right. */
static void check_user(struct preflight_look *look)
{
    struct span at = NOWHERE;
    const char *user = preflight_global_text(look, KW_GLOBAL_USER, &at);
    const struct passwd *entry = user ? getpwnam(user) : NULL;
    uint64_t uid = entry ? entry->pw_uid : preflight_global_number(look, KW_GLOBAL_UID, look->rights.uid);
    const char *group;
    const struct group *other;

    if (uid && uid != look->rights.uid && !host_may(&look->rights, CAP_SETUID))
        add_missing(look, at, "cap_setuid", "become another user");
    at = NOWHERE;
    group = preflight_global_text(look, KW_GLOBAL_GROUP, &at);
    other = group ? getgrnam(group) : NULL;
    if (other && other->gr_gid && other->gr_gid != look->rights.gid && !host_may(&look->rights, CAP_SETGID))
        add_missing(look, at, "cap_setgid", "become another group");
}

/* Connections from foreign addresses (usesrc) need a right for as long as HAProxy runs: up to 2.8 it stays root, or
 * does not start; then it keeps what `setcap` says. Without it, it starts with a warning, and the connections fail. */
static void check_foreign(struct preflight_look *look)
{
    const struct directive *setcap = preflight_global(look, KW_GLOBAL_SETCAP);
    bool may = host_may(&look->rights, CAP_NET_RAW) || host_may(&look->rights, CAP_NET_ADMIN);
    struct span at = NOWHERE;
    const char *user = preflight_global_text(look, KW_GLOBAL_USER, &at);
    const struct passwd *entry = user ? getpwnam(user) : NULL;
    uint64_t uid = entry ? entry->pw_uid : preflight_global_number(look, KW_GLOBAL_UID, 0);

    if (!preflight_uses_foreign(look))
        return;
    if (uid && uid != look->rights.uid && !setcap)
        PREFLIGHT_ADD(
            look, CAPABILITIES, FAILURE, at,
            look->config->lang.version >= HAP_3_0
                ? "write 'setcap: cap_net_raw' in the global section"
                : "remove 'user' and 'group' (the chroot stays), or use HAProxy 3.0 or later with 'setcap'",
            "HAProxy connects from foreign addresses (usesrc), and does not start where it loses the right to "
            "with the change of user");
    else if (!may && setcap)
        add_missing(look, setcap->at, "cap_net_raw", "keep what 'setcap' names");
    else if (!may)
        PREFLIGHT_ADD(
            look, CAPABILITIES, WARNING, NOWHERE, "start it as root, or with cap_net_raw",
            "the process that starts HAProxy lacks cap_net_raw: connections from foreign addresses (usesrc) fail");
}

void preflight_capabilities(struct preflight_look *look)
{
    uint32_t before = look->preflight->count;
    struct span at = NOWHERE;
    const char *chroot = preflight_global_text(look, KW_GLOBAL_CHROOT, &at);

    if (!look->rights.known) {
        PREFLIGHT_ADD(look, CAPABILITIES, UNKNOWN, NOWHERE, "run it as root", "they cannot be read");
        return;
    }
    if (chroot && !host_may(&look->rights, CAP_SYS_CHROOT))
        add_missing(look, at, "cap_sys_chroot", arena_printf(look->arena, "go into '%s'", chroot));
    check_ports(look);
    check_user(look);
    check_foreign(look);
    if (look->preflight->count == before)
        PREFLIGHT_ADD(look, CAPABILITIES, OK, NOWHERE, NULL, "nothing is needed that the process lacks");
}

/* --- memory --- */

/* Both generations are there until the old one's connections have ended. */
void preflight_memory(struct preflight_look *look)
{
    uint64_t used = 0, free_kib, kib;

    for (uint32_t i = 0; i < look->start->pid_count; i++)
        if (host_number(arena_printf(look->arena, "/proc/%u/status", look->start->pids[i]), "VmRSS:", &kib))
            used += kib;
    if (!used)
        return;
    if (!host_number("/proc/meminfo", "MemAvailable:", &free_kib))
        PREFLIGHT_ADD(look, MEMORY, UNKNOWN, NOWHERE, NULL, "what is free cannot be read");
    else if (free_kib < used)
        PREFLIGHT_ADD(look, MEMORY, WARNING, NOWHERE,
                      "free some, or set 'hard-stop-after' so that old processes end soon",
                      "HAProxy uses %llu MiB, and only %llu MiB are free for a second one beside it",
                      (unsigned long long)used >> 10, (unsigned long long)free_kib >> 10);
    else
        PREFLIGHT_ADD(look, MEMORY, OK, NOWHERE, NULL, "HAProxy uses %llu MiB, and %llu MiB are free",
                      (unsigned long long)used >> 10, (unsigned long long)free_kib >> 10);
}
