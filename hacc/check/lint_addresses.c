/* Addresses that are bound, and that this machine does not have. */
#include "hacc/check/binds.h"
#include "hacc/check/machine.h"
#include "hacc/host/addresses.h"

/* Gives the setting by which anybody may bind the address. */
static const char *setting_of(const struct endpoint *endpoint)
{
    return endpoint_ipv4(endpoint) ? "net.ipv4.ip_nonlocal_bind" : "net.ipv6.ip_nonlocal_bind";
}

/* Whether the configuration makes that setting, or may. */
static bool is_set(const struct sysctl_index *index, const struct endpoint *endpoint)
{
    const struct sysctl *sysctl = sysctl_index_find(index, setting_of(endpoint));
    int64_t number;

    return sysctl && (!sysctl_number(sysctl, &number) || number);
}

static void check_address(const struct lint *lint, const struct bind *bind)
{
    const char *setting = setting_of(&bind->endpoint);

    if (!host_lacks_address(&bind->endpoint))
        return;
    diag_add(lint->config->diags, RULE_NONLOCAL_BIND, bind->at,
             arena_printf(lint->config->arena,
                          lint->config->cfg
                              ? "give it to an interface; where it moves between machines (VRRP), set '%s = 1' in "
                                "/etc/sysctl.d"
                              : "give it to an interface; where it moves between machines (VRRP), write "
                                "'sysctl: {%s: 1}'",
                          setting),
             "HAProxy does not start: this machine does not have the address of '%.*s'",
             (int)(bind->len > 200 ? 200 : bind->len), bind->text);
}

void lint_addresses(struct lint *lint)
{
    const struct bind **binds;
    struct sysctl_index index;
    uint32_t count;

    if (!lint->machine || !lint->machine->root || *lint->machine->root || !lint->binds->count)
        return;
    sysctl_index_make(&index, lint->config);
    binds = binds_addresses(lint->binds, &count, lint->config->arena);
    for (uint32_t i = 0; i < count; i++)
        if (!endpoint_is_wildcard(&binds[i]->endpoint) && !is_set(&index, &binds[i]->endpoint))
            check_address(lint, binds[i]);
}
