/* IP addresses, networks and host names. */
#include "hacc/lang/value.h"

#include <arpa/inet.h>

bool ip_parse(const char *text, uint32_t len, int family)
{
    char copy[INET6_ADDRSTRLEN];
    unsigned char bytes[16];

    if (len >= sizeof(copy))
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return (family != 6 && inet_pton(AF_INET, copy, bytes) == 1) ||
           (family != 4 && inet_pton(AF_INET6, copy, bytes) == 1);
}

bool hostname_parse(const char *text, uint32_t len)
{
    uint32_t label = 0;

    if (!len || len > 255)
        return false;
    for (uint32_t i = 0; i < len; i++) {
        if (text[i] == '.' && label) {
            label = 0;
        } else if ((is_alnum(text[i]) || text[i] == '_' || (text[i] == '-' && label)) && label < 63) {
            label++;
        } else {
            return false;
        }
    }
    return true;
}

/* "10" and "10.1" in the old manner of inet_aton, which HAProxy gets from the resolver. */
static bool short_ip(const char *text, uint32_t len)
{
    char copy[32];
    struct in_addr addr;

    if (!len || len >= sizeof(copy))
        return false;
    for (uint32_t i = 0; i < len; i++)
        if (!is_digit(text[i]) && text[i] != '.')
            return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return inet_aton(copy, &addr) != 0;
}

static bool mask_parse(const char *text, uint32_t len, uint32_t bits, int family)
{
    uint32_t value = 0;

    if (ip_parse(text, len, family))
        return true;
    if (!len || len > 3)
        return false;
    for (uint32_t i = 0; i < len; i++) {
        if (!is_digit(text[i]))
            return false;
        value = value * 10 + (uint32_t)(text[i] - '0');
    }
    return value <= bits;
}

/* Gives NULL, or what is wrong. */
static const char *net_check(const char *text, uint32_t len)
{
    const char *slash = memchr(text, '/', len);
    uint32_t host = slash ? (uint32_t)(slash - text) : len;
    bool four = ip_parse(text, host, 4) || short_ip(text, host);

    if (!four && !ip_parse(text, host, 6))
        return "is not an IP address or network";
    if (slash && !mask_parse(slash + 1, len - host - 1, four ? 32 : 128, four ? 4 : 6))
        return "has a mask that is not one of its kind of address";
    return NULL;
}

bool net_parse(const char *text, uint32_t len)
{
    return !net_check(text, len);
}

static bool net_one(struct lang *lang, const struct word *word, uint32_t from, uint32_t len, bool listed)
{
    const char *slash = memchr(word->text + from, '/', len);
    const char *wrong = net_check(word->text + from, len);

    /* a list asks no resolver, which is what knows 10 as an address */
    if (!wrong && listed && !ip_parse(word->text + from, slash ? (uint32_t)(slash - word->text) - from : len, 0))
        wrong = "is not an IP address or network";

    /* HAProxy asks the resolver for a name, once, when it starts */
    if (wrong && !listed && len && is_alpha(word->text[from]) && hostname_parse(word->text + from, len))
        return true;
    return !wrong ||
           lang_fault(lang, RULE_BAD_ADDRESS, word_span(word, from, len), "as in 192.0.2.1, 10.0.0.0/8, 2001:db8::/32",
                      "'%.*s' %s", (int)len, word->text + from, wrong);
}

VALUE(net)
{
    uint32_t from = 0;
    bool good = true;

    if (param->arg == NET_V4 && memchr(word->text, ':', word->len))
        return lang_fault(lang, RULE_BAD_ADDRESS, word->at, "as in 192.0.2.1 or 10.0.0.0/8",
                          "'%.*s' is not an IPv4 address or network", WORD_ARGS(word));
    if (param->arg != NET_LIST)
        return net_one(lang, word, 0, word->len, false);
    for (uint32_t i = 0; i <= word->len; i++) {
        if (i < word->len && word->text[i] != ',')
            continue;
        good &= net_one(lang, word, from, i - from, true);
        from = i + 1;
    }
    return good;
}

VALUE(ip)
{
    int family = param->arg == IP_V4 ? 4 : param->arg == IP_V6 ? 6 : 0;

    return ip_parse(word->text, word->len, family) ||
           lang_fault(lang, RULE_BAD_ADDRESS, word->at, family == 6 ? "as in 2001:db8::1" : "as in 192.0.2.1",
                      "'%.*s' is not an %s address", WORD_ARGS(word),
                      family == 4   ? "IPv4"
                      : family == 6 ? "IPv6"
                                    : "IP");
}

VALUE(mask)
{
    int family = param->arg == MASK_V6 ? 6 : param->arg == MASK_V4 ? 4 : 0;

    return mask_parse(word->text, word->len, family == 4 ? 32 : 128, family) ||
           lang_fault(lang, RULE_BAD_VALUE, word->at,
                      family == 6 ? "as in 64 or ffff:ffff::" : "as in 24 or 255.255.255.0",
                      "'%.*s' is not a network mask", WORD_ARGS(word));
}

/* last,libc,none,192.0.2.1 */
VALUE(init_addr)
{
    uint32_t from = 0;

    (void)param;
    for (uint32_t i = 0; i <= word->len; i++) {
        const char *text = word->text + from;
        uint32_t len = i - from;

        if (i < word->len && word->text[i] != ',')
            continue;
        if (!text_is(text, len, "last") && !text_is(text, len, "libc") && !text_is(text, len, "none") &&
            !ip_parse(text, len, 0))
            return lang_fault(lang, RULE_BAD_VALUE, word_span(word, from, len), "last, libc, none or an IP address",
                              "'%.*s' does not say where a server's address comes from", (int)len, text);
        from = i + 1;
    }
    return true;
}
