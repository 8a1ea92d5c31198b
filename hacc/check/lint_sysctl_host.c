/* Settings of the kernel beside those that this machine makes of its own, and beside its interfaces. */
#include "hacc/check/lint.h"
#include "hacc/check/sysctl_keys.h"
#include "hacc/lang/value.h"

static void check_overridden(const struct lint *lint, const struct sysctl *sysctl, const struct host_sysctls *host)
{
    const struct host_sysctl *other = host_sysctls_find(host, sysctl->name);
    struct config *config = lint->config;

    if (!other || sysctl_same_value(sysctl->value, other->value))
        return;
    diag_add(
        config->diags, RULE_SYSCTL_OVERRIDDEN, sysctl->at,
        arena_printf(config->arena, "take '%.200s' out of %s", sysctl->name, config->sources->at[other->at.src]->name),
        "'%.200s' does not stay %s: this machine sets it to '%.100s' behind 90-hacc.conf", sysctl->key,
        sysctl->secret ? "as it is here" : arena_printf(config->arena, "'%.100s'", sysctl->value), other->value);
    diag_place(config->diags, other->at, "'sysctl --system' reads this later");
}

/* `all` is every interface, `default` those to come; the kernel has these as if they were interfaces. A pattern is for
 * those that there are. */
static bool is_interface(const struct sysctl_place *place, const struct host_sysctls *host, struct arena *arena)
{
    static const char *const always[] = {"all", "default", "*"};
    char *name = arena_strndup(arena, place->interface, place->interface_len);

    for (size_t i = 0; i < LINT_COUNT(always); i++)
        if (text_is(place->interface, place->interface_len, always[i]))
            return true;
    for (char *c = name; *c; c++)
        *c = *c == '/' ? '.' : *c;
    return host_sysctls_interface(host, name);
}

static void check_interface(const struct lint *lint, const struct sysctl *sysctl, const struct host_sysctls *host)
{
    struct sysctl_place place;

    sysctl_place_find(&place, sysctl->name, false, lint->config->arena);
    if (!place.key || !place.interface || is_interface(&place, host, lint->config->arena))
        return;
    diag_add(lint->config->diags, RULE_SYSCTL_INTERFACE, sysctl->at,
             "'ip link' shows those that there are; 'default' is for those to come",
             "this machine has no interface '%.*s'", (int)place.interface_len, place.interface);
}

void lint_sysctl_host(struct lint *lint, const struct sysctl_index *index, const struct host_sysctls *host)
{
    for (uint32_t first = 0; first < index->count; first += sysctl_index_run(index, first)) {
        const struct sysctl *sysctl = sysctl_index_final(index, first);

        check_overridden(lint, sysctl, host);
        check_interface(lint, sysctl, host);
    }
}
