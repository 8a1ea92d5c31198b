/* Addresses that are bound, and that this machine does not have. */
#include "hacc/check/binds.h"
#include "hacc/check/machine.h"
#include "hacc/host/addresses.h"

#include <stdlib.h>

/* By address and interface; of one address, in the order of the configuration. */
static int by_address(const void *pa, const void *pb)
{
    const struct bind *a = *(const struct bind *const *)pa, *b = *(const struct bind *const *)pb;
    int order = (int)a->endpoint.family - (int)b->endpoint.family;

    if (!order)
        order = memcmp(a->endpoint.ip, b->endpoint.ip, sizeof(a->endpoint.ip));
    if (!order)
        order = endpoint_name_order(&a->endpoint.device, &b->endpoint.device);
    return order ? order : (a > b) - (a < b);
}

/* Whether two that are beside each other in that order have one address. */
static bool same_address(const struct bind *a, const struct bind *b)
{
    return a->endpoint.family == b->endpoint.family &&
           memcmp(a->endpoint.ip, b->endpoint.ip, sizeof(a->endpoint.ip)) == 0 &&
           endpoint_name_order(&a->endpoint.device, &b->endpoint.device) == 0;
}

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
    struct binds *binds = lint->binds;
    const struct bind **sorted;
    struct sysctl_index index;
    uint32_t count = 0;

    if (!lint->machine || !lint->machine->root || *lint->machine->root || !binds->count)
        return;
    sysctl_index_make(&index, lint->config);
    sorted = arena_alloc(lint->config->arena, binds->count * sizeof(*sorted));
    for (uint32_t i = 0; i < binds->count; i++)
        if (!binds->at[i].foreign && !endpoint_is_wildcard(&binds->at[i].endpoint) &&
            !is_set(&index, &binds->at[i].endpoint))
            sorted[count++] = &binds->at[i];
    if (count)
        qsort(sorted, count, sizeof(*sorted), by_address);
    for (uint32_t i = 0; i < count; i++)
        if (!i || !same_address(sorted[i - 1], sorted[i]))
            check_address(lint, sorted[i]);
}
