/* Who can reach an address that is listened on. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

static bool is_one_of(const struct addr_parts *parts, const char *const *hosts)
{
    for (; *hosts; hosts++)
        if (text_is(parts->host, parts->host_len, *hosts))
            return true;
    return false;
}

static struct lint_listener listener_of(const struct addr_parts *parts)
{
    static const char *const all[] = {"", "*", "0.0.0.0", "::", "[::]", NULL};
    static const char *const local[] = {"::1", "[::1]", "localhost", NULL};
    struct lint_listener listener = {.reach = REACH_LOCAL, .low = parts->low, .high = parts->high};

    if (parts->family != ADDR_FAMILY_ANY && parts->family != ADDR_FAMILY_IPV4 && parts->family != ADDR_FAMILY_IPV6)
        return listener;
    listener.ipv6 = parts->family == ADDR_FAMILY_IPV6 || memchr(parts->host, ':', parts->host_len);
    if (is_one_of(parts, all))
        listener.reach = REACH_ALL;
    else if (!is_one_of(parts, local) && !text_begins(parts->host, parts->host_len, "127."))
        listener.reach = REACH_ADDRESS;
    return listener;
}

bool lint_next_listener(const struct lint *lint, const struct arg *address, uint32_t *at,
                        struct lint_listener *listener)
{
    const struct word word = {.text = address->text, .len = address->len};
    struct addr_parts parts;

    if (address->flags & (ARG_ENV | ARG_POISON) || !address->sig ||
        !addr_next(&lint->config->lang, sig_at(address->sig), &word, at, &parts))
        return false;
    *listener = listener_of(&parts);
    return true;
}

/* Whether clients need a certificate of their own. */
static bool asks_certificate(const struct directive *bind)
{
    const struct arg *verify = directive_option_value(bind, KW_BIND_VERIFY);

    return verify && text_is(verify->text, verify->len, "required");
}

bool lint_is_reachable(const struct lint *lint, const struct directive *bind)
{
    const struct arg *address = directive_param(bind, "address");
    struct lint_listener listener;
    uint32_t at = 0;

    while (address && !asks_certificate(bind) && lint_next_listener(lint, address, &at, &listener))
        if (listener.reach == REACH_ADDRESS || listener.reach == REACH_ALL)
            return true;
    return false;
}
