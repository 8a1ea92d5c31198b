/* Addresses: the forms that HAProxy takes, by what the address is for. Source: configuration.txt, 11 (3.x)
 * and "bind", "server", "log", "source"; each form asked of the binaries. Nothing is resolved here. */
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <arpa/inet.h>

enum addr_flags {
    PORT_OK = 1, /* a port may stand */
    PORT_NEEDED = 2,
    PORT_RANGE = 4,  /* 8000-8010 */
    PORT_OFFSET = 8, /* +1000 */
    LIST = 16,       /* several, comma separated */
    STREAM = 32,     /* TCP and the like */
    DGRAM = 64,      /* UDP and the like */
    LISTEN = 128,    /* HAProxy listens on it: rhttp@, quic4@, fd@ */
    LOG = 256,       /* stdout, stderr, ring@, backend@, fd@ */
    CONNECT = 512,   /* a server: rhttp@ */
    LOCAL = 1024,    /* UNIX sockets */
    ONE = 2048       /* for all of PORT_RANGE and LIST there may be one socket alone */
};

static const struct {
    unsigned flags;
    const char *example;
} profiles[] = {
    [ADDR_BIND] = {PORT_OK | PORT_NEEDED | PORT_RANGE | LIST | STREAM | LISTEN | LOCAL,
                   "as in :443, 192.0.2.1:80, [::]:80, 127.0.0.1:8000-8010 or /run/app.sock"},
    [ADDR_SERVER] = {PORT_OK | PORT_OFFSET | STREAM | CONNECT | LOCAL,
                     "as in 192.0.2.1:80, [2001:db8::1]:80, web1.example.com:80 or /run/app.sock"},
    [ADDR_SOURCE] = {PORT_OK | PORT_RANGE | STREAM | LOCAL, "as in 192.0.2.1, 192.0.2.1:1024-2048, [2001:db8::1] or *"},
    [ADDR_LOG] = {PORT_OK | STREAM | DGRAM | LOG | LOCAL,
                  "as in 127.0.0.1:514, /dev/log, stdout, ring@NAME or [2001:db8::1]:514"},
    [ADDR_PEER] = {PORT_OK | PORT_NEEDED | STREAM | LOCAL, "as in 192.0.2.1:10000 or [2001:db8::1]:10000"},
    [ADDR_MAILER] = {PORT_OK | PORT_NEEDED | STREAM, "as in 192.0.2.25:25 or [2001:db8::25]:25"},
    [ADDR_NAMESERVER] = {PORT_OK | PORT_NEEDED | STREAM | DGRAM | LOCAL, "as in 192.0.2.53:53 or [2001:db8::53]:53"},
    [ADDR_CHECK] = {PORT_OK | STREAM | LOCAL, "as in 192.0.2.1, 192.0.2.1:8080 or [2001:db8::1]:8080"},
    [ADDR_SOCKET] = {PORT_OK | PORT_NEEDED | PORT_RANGE | LIST | STREAM | LISTEN | LOCAL,
                     "as in /run/haproxy/admin.sock or ipv4@127.0.0.1:9999"},
    [ADDR_HOST] = {0, "as in 192.0.2.1, 2001:db8::1 or web1.example.com"},
    [ADDR_DISPATCH] = {PORT_OK | PORT_NEEDED | STREAM | LOCAL, "as in 192.0.2.1:80 or [2001:db8::1]:80"},
    [ADDR_SINGLE] = {PORT_OK | PORT_NEEDED | PORT_RANGE | LIST | STREAM | LISTEN | LOCAL | ONE,
                     "as in :10000, 192.0.2.1:10000 or /run/peers.sock"},
    [ADDR_DGRAM] = {PORT_OK | PORT_NEEDED | PORT_RANGE | LIST | DGRAM | LOCAL, "as in :514, 192.0.2.1:514 or [::]:514"},
};

/* What may stand before an '@' or '+'. */
static const struct prefix {
    const char *text;
    uint8_t family, since;
    uint16_t needs;    /* one of these flags */
    uint8_t symbol;    /* ADDR_FAMILY_NAME: what the name is of */
    uint8_t transport; /* enum transport */
} prefixes[] = {
    {"ipv4@", ADDR_FAMILY_IPV4, HAP_2_2, STREAM | DGRAM, SYMBOL_NONE, TRANSPORT_UNSAID},
    {"ipv6@", ADDR_FAMILY_IPV6, HAP_2_2, STREAM | DGRAM, SYMBOL_NONE, TRANSPORT_UNSAID},
    {"unix@", ADDR_FAMILY_UNIX, HAP_2_2, LOCAL, SYMBOL_NONE, TRANSPORT_UNSAID},
    {"abns@", ADDR_FAMILY_ABSTRACT, HAP_2_2, LOCAL, SYMBOL_NONE, TRANSPORT_UNSAID},
    {"fd@", ADDR_FAMILY_FD, HAP_2_2, LISTEN | LOG, SYMBOL_NONE, TRANSPORT_UNSAID},
    {"sockpair@", ADDR_FAMILY_FD, HAP_2_2, STREAM, SYMBOL_NONE, TRANSPORT_STREAM},
    {"ring@", ADDR_FAMILY_NAME, HAP_2_2, LOG, SYMBOL_RING, TRANSPORT_UNSAID},
    {"backend@", ADDR_FAMILY_NAME, HAP_3_0, LOG, SYMBOL_BACKEND, TRANSPORT_UNSAID},
    {"abnsz@", ADDR_FAMILY_ABSTRACT, HAP_3_2, LOCAL, SYMBOL_NONE, TRANSPORT_UNSAID},
    {"ip@", ADDR_FAMILY_ANY, HAP_2_4, STREAM | DGRAM, SYMBOL_NONE, TRANSPORT_UNSAID},
    {"tcp@", ADDR_FAMILY_ANY, HAP_2_4, STREAM, SYMBOL_NONE, TRANSPORT_STREAM},
    {"tcp4@", ADDR_FAMILY_IPV4, HAP_2_4, STREAM, SYMBOL_NONE, TRANSPORT_STREAM},
    {"tcp6@", ADDR_FAMILY_IPV6, HAP_2_4, STREAM, SYMBOL_NONE, TRANSPORT_STREAM},
    {"udp@", ADDR_FAMILY_ANY, HAP_2_4, DGRAM, SYMBOL_NONE, TRANSPORT_DGRAM},
    {"udp4@", ADDR_FAMILY_IPV4, HAP_2_4, DGRAM, SYMBOL_NONE, TRANSPORT_DGRAM},
    {"udp6@", ADDR_FAMILY_IPV6, HAP_2_4, DGRAM, SYMBOL_NONE, TRANSPORT_DGRAM},
    {"uxst@", ADDR_FAMILY_UNIX, HAP_2_4, STREAM, SYMBOL_NONE, TRANSPORT_STREAM},
    {"uxdg@", ADDR_FAMILY_UNIX, HAP_2_4, DGRAM, SYMBOL_NONE, TRANSPORT_DGRAM},
    {"quic4@", ADDR_FAMILY_IPV4, HAP_2_6, LISTEN, SYMBOL_NONE, TRANSPORT_QUIC},
    {"quic6@", ADDR_FAMILY_IPV6, HAP_2_6, LISTEN, SYMBOL_NONE, TRANSPORT_QUIC},
    {"mptcp@", ADDR_FAMILY_ANY, HAP_3_2, STREAM, SYMBOL_NONE, TRANSPORT_STREAM},
    {"mptcp4@", ADDR_FAMILY_IPV4, HAP_3_2, STREAM, SYMBOL_NONE, TRANSPORT_STREAM},
    {"mptcp6@", ADDR_FAMILY_IPV6, HAP_3_2, STREAM, SYMBOL_NONE, TRANSPORT_STREAM},
    {"rhttp@", ADDR_FAMILY_NAME, HAP_3_0, LISTEN | CONNECT, SYMBOL_NONE, TRANSPORT_REVERSE},
};

/* Gives what the address begins with; NULL: none of them. */
static const struct prefix *find_prefix(const char *text, uint32_t len)
{
    if (!len || !is_alpha(*text) || !memchr(text, '@', len))
        return NULL;
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (text_begins(text, len, prefixes[i].text))
            return &prefixes[i];
    return NULL;
}

/* sun_path: 107 bytes and a NUL; a listener keeps 10 of them for the name it is made under */
enum { UNIX_MAX = 107, UNIX_LISTEN_MAX = 97 };

struct addr {
    struct lang *lang;
    const struct word *word;
    uint32_t from, len; /* of the one address of a list */
    unsigned flags;
    const char *example;
    struct addr_parts *parts; /* where to note what it says; NULL: nowhere */
};

#define ADDR_TEXT(addr) (int)(addr)->len, (addr)->word->text + (addr)->from

static bool addr_fault(const struct addr *addr, const char *help, const char *what)
{
    return lang_fault(addr->lang, RULE_BAD_ADDRESS, word_span(addr->word, addr->from, addr->len),
                      help ? help : addr->example, "address '%.*s' %s", ADDR_TEXT(addr), what);
}

static bool port_number(const char *text, uint32_t len, uint32_t *port)
{
    *port = 0;
    for (uint32_t i = 0; i < len; i++) {
        if (!is_digit(text[i]) || i > 8)
            return false;
        *port = *port * 10 + (uint32_t)(text[i] - '0');
    }
    return len > 0;
}

static bool port_range(const struct addr *addr, const char *text, uint32_t len)
{
    const char *dash = memchr(text, '-', len);
    uint32_t low, high, first = dash ? (uint32_t)(dash - text) : len;

    if (!port_number(text, first, &low) || (dash && !port_number(dash + 1, len - first - 1, &high)))
        return addr_fault(addr, NULL, "has a port that is not a number");
    if (!dash)
        high = low;
    else if (!(addr->flags & PORT_RANGE) || (addr->flags & ONE && low != high))
        return addr_fault(addr, NULL, "has a range of ports where one port is meant");
    if (low > 65535 || high > 65535)
        return addr_fault(addr, "ports go from 1 to 65535", "has a port above 65535");
    if (low > high && !(addr->flags & LISTEN && addr->lang->version == HAP_2_2)) /* which then listens nowhere */
        return addr_fault(addr, "the lower port comes first", "has an empty range of ports");
    if (!low && (addr->flags & PORT_NEEDED))
        return addr_fault(addr, NULL, "needs a port other than 0");
    if (addr->parts) {
        addr->parts->low = (uint16_t)low;
        addr->parts->high = (uint16_t)high;
    }
    return true;
}

static bool port_check(const struct addr *addr, const char *text, uint32_t len)
{
    uint32_t offset;

    if (!len)
        return !(addr->flags & PORT_NEEDED) || addr_fault(addr, NULL, "lacks a port");
    if (*text != '+' && *text != '-')
        return port_range(addr, text, len);
    if (!(addr->flags & PORT_OFFSET))
        return addr_fault(addr, NULL, "has a port with a sign, which only servers can have");
    return port_number(text + 1, len - 1, &offset) || addr_fault(addr, NULL, "has a port offset that is not a number");
}

/* Digits and dots alone, as 10.1, which the resolver reads as an address. */
static bool host_is_ip(const char *text, uint32_t len, enum addr_family family)
{
    return ip_parse(text, len, family == ADDR_FAMILY_IPV4 ? 4 : family == ADDR_FAMILY_IPV6 ? 6 : 0);
}

static void note_host(const struct addr *addr, const char *text, uint32_t len, enum addr_family family)
{
    if (!addr->parts)
        return;
    addr->parts->family = family;
    addr->parts->host = text;
    addr->parts->host_len = len;
}

/* Digits and dots are no host name: they are an address, as the C library reads them (10.1), or nothing (256.1.1.1). */
static bool is_no_host(const char *text, uint32_t len, enum addr_family family)
{
    char copy[64]; /* longer ones are no address */
    struct in_addr ip;

    for (uint32_t i = 0; i < len; i++)
        if (text[i] != '.' && !is_digit(text[i]))
            return false;
    if (len >= sizeof(copy))
        return true;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return family == ADDR_FAMILY_IPV6 || !inet_aton(copy, &ip);
}

static bool host_check(const struct addr *addr, const char *text, uint32_t len, enum addr_family family)
{
    note_host(addr, text, len, family);
    if (!len || (len == 1 && *text == '*') || text_is(text, len, "::"))
        return !(len == 2 && family == ADDR_FAMILY_IPV4) || addr_fault(addr, NULL, "is IPv6 where IPv4 was asked for");
    if (*text == '[') {
        if (text[len - 1] != ']')
            return addr_fault(addr, NULL, "has a '[' that is not closed");
        return host_is_ip(text + 1, len - 2, family) || (len == 4 && text_is(text + 1, 2, "::")) ||
               addr_fault(addr, NULL, "has no IP address between its brackets");
    }
    if (host_is_ip(text, len, family))
        return true;
    if (memchr(text, ':', len) || (len == 1 && *text == ':'))
        return addr_fault(addr, NULL, "is not valid: HAProxy takes what follows the last ':' for the port");
    if (is_no_host(text, len, family))
        return addr_fault(addr, NULL, "is not an IP address");
    /* up to 2.x nothing but a resolver decides; what no resolver can answer is refused here */
    return hostname_parse(text, len) || addr_fault(addr, NULL, "is neither an IP address nor a host name");
}

static bool host_port_check(const struct addr *addr, uint32_t from, enum addr_family family)
{
    const char *text = addr->word->text + from, *end = addr->word->text + addr->from + addr->len;
    const char *at = end;

    if (!(addr->flags & PORT_OK))
        return host_check(addr, text, (uint32_t)(end - text), family);
    while (at > text && at[-1] != ':' && at[-1] != ']')
        at--;
    if (at > text && at[-1] == ':')
        return host_check(addr, text, (uint32_t)(at - 1 - text), family) && port_check(addr, at, (uint32_t)(end - at));
    return host_check(addr, text, (uint32_t)(end - text), family) && port_check(addr, end, 0);
}

static bool local_check(const struct addr *addr, uint32_t from, bool abstract)
{
    uint32_t len = addr->from + addr->len - from;
    uint32_t max = abstract || !(addr->flags & LISTEN) ? UNIX_MAX : UNIX_LISTEN_MAX;

    note_host(addr, addr->word->text + from, len, abstract ? ADDR_FAMILY_ABSTRACT : ADDR_FAMILY_UNIX);
    if (len <= max)
        return true;
    return addr_fault(addr, max == UNIX_MAX ? "the kernel takes 107 bytes" : "HAProxy can listen on 97 bytes or less",
                      "is too long for a UNIX socket");
}

static bool fd_check(const struct addr *addr, uint32_t from)
{
    uint32_t fd;

    note_host(addr, addr->word->text + from, addr->from + addr->len - from, ADDR_FAMILY_FD);
    return port_number(addr->word->text + from, addr->from + addr->len - from, &fd) ||
           addr_fault(addr, "as in fd@3", "has no number of a file descriptor");
}

static bool prefix_fault(const struct addr *addr, const struct prefix *prefix)
{
    if (addr->lang->version < prefix->since)
        return lang_fault(addr->lang, RULE_WRONG_VERSION, word_span(addr->word, addr->from, addr->len), NULL,
                          "'%s' exists since HAProxy %s; this file targets %s", prefix->text,
                          hap_version_names[prefix->since], hap_version_names[addr->lang->version]);
    return addr_fault(addr, NULL, "is of a kind that cannot stand here");
}

static bool prefix_check(const struct addr *addr, const struct prefix *prefix, uint32_t from)
{
    uint32_t len = addr->from + addr->len - from;

    /* servers of a log backend are datagram ones; only the whole configuration shows which they are */
    bool log_server = (addr->flags & CONNECT) && prefix->needs == DGRAM && addr->lang->version >= HAP_3_0;

    if (addr->lang->version < prefix->since || (!(addr->flags & prefix->needs) && !log_server))
        return prefix_fault(addr, prefix);
    if (addr->parts && prefix->transport != TRANSPORT_UNSAID)
        addr->parts->datagram = prefix->transport != TRANSPORT_STREAM;
    switch ((enum addr_family)prefix->family) {
    case ADDR_FAMILY_ANY:
    case ADDR_FAMILY_IPV4:
    case ADDR_FAMILY_IPV6:
        return host_port_check(addr, from, (enum addr_family)prefix->family);
    case ADDR_FAMILY_UNIX:
        return local_check(addr, from, false);
    case ADDR_FAMILY_ABSTRACT:
        return local_check(addr, from, true);
    case ADDR_FAMILY_FD:
        return fd_check(addr, from);
    case ADDR_FAMILY_NAME:
        if (prefix->symbol != SYMBOL_NONE && len)
            lang_ref(addr->lang, (enum symbol_kind)prefix->symbol, addr->word->text + from, len,
                     word_span(addr->word, from, len));
        return prefix->symbol != SYMBOL_NONE || /* else a reverse connection */
               lang_exposed(addr->lang, EXPOSE_EXPERIMENTAL, addr->word->at, prefix->text);
    }
    return true;
}

/* Gives the length of the transport's name. */
static uint32_t note_transport(const struct addr *addr, unsigned needs, const char *text)
{
    if (addr->parts)
        addr->parts->datagram = needs != STREAM;
    return (uint32_t)strlen(text);
}

/* "stream+ipv4@…": the transport may be named apart, from 2.4 on. */
static uint32_t transport_len(const struct addr *addr)
{
    static const struct {
        const char *text;
        unsigned needs;
        enum hap_version since;
    } transports[] = {{"stream+", STREAM, HAP_2_4}, {"dgram+", DGRAM, HAP_2_4}, {"quic+", LISTEN, HAP_2_6}};
    const char *text = addr->word->text + addr->from;

    for (size_t i = 0; i < sizeof(transports) / sizeof(*transports); i++)
        if ((addr->flags & transports[i].needs) && addr->lang->version >= transports[i].since &&
            text_begins(text, addr->len, transports[i].text))
            return note_transport(addr, transports[i].needs, transports[i].text);
    return 0;
}

static bool addr_one(const struct addr *addr)
{
    uint32_t from = addr->from + (addr->len && is_alpha(addr->word->text[addr->from]) ? transport_len(addr) : 0);
    const char *text = addr->word->text + from;
    uint32_t len = addr->from + addr->len - from;
    const struct prefix *prefix;

    if (!len)
        return addr_fault(addr, NULL, "is empty");
    if (*text == '/' && (addr->flags & LOCAL))
        return local_check(addr, from, false);
    if ((prefix = find_prefix(text, len)))
        return prefix_check(addr, prefix, from + (uint32_t)strlen(prefix->text));
    if ((addr->flags & LOG) && (text_is(text, len, "stdout") || text_is(text, len, "stderr")))
        return true;
    return host_port_check(addr, from, ADDR_FAMILY_ANY);
}

static enum transport transport_of(const char *text, uint32_t len)
{
    const struct prefix *prefix;

    if (text_begins(text, len, "stream+"))
        return TRANSPORT_STREAM;
    if (text_begins(text, len, "quic+"))
        return TRANSPORT_QUIC;
    prefix = find_prefix(text, len);
    return prefix ? (enum transport)prefix->transport : TRANSPORT_UNSAID;
}

enum transport addr_transport(const char *text, uint32_t len)
{
    enum transport first = TRANSPORT_UNSAID, one;

    for (uint32_t i = 0, from = 0; i <= len; i++) {
        if (i < len && text[i] != ',')
            continue;
        one = transport_of(text + from, i - from);
        first = from ? first : one;
        if (one == TRANSPORT_QUIC)
            return one;
        from = i + 1;
    }
    return first;
}

/* *, 0.0.0.0, [::] */
static bool is_any_host(const char *text, const char *end)
{
    for (; text < end; text++)
        if (!memchr("*0.:[]", *text, 6))
            return false;
    return true;
}

enum addr_target addr_target(const char *text, uint32_t len, bool *has_port)
{
    const struct prefix *prefix = find_prefix(text, len);
    const char *end = text + len, *port;

    *has_port = false;
    if (prefix && prefix->family > ADDR_FAMILY_IPV6)
        return ADDR_TARGET_LOCAL;
    text += prefix ? strlen(prefix->text) : 0;
    if (text == end || *text == '/')
        return ADDR_TARGET_LOCAL;
    port = memrchr(text, ':', (size_t)(end - text));
    if (!port || memchr(port, ']', (size_t)(end - port)))
        port = end;
    len = (uint32_t)(port - text);
    port += port < end;
    while (port < end && *port == '0')
        port++;
    *has_port = port < end && *port != '+' && *port != '-';
    return is_any_host(text, text + len) ? ADDR_TARGET_CLIENT : ADDR_TARGET_HOST;
}

bool addr_lacks_port(const char *text, uint32_t len)
{
    bool has_port;

    return addr_target(text, len, &has_port) == ADDR_TARGET_HOST && !has_port;
}

bool addr_is_one(const char *text, uint32_t len)
{
    const char *end = text + len, *comma = memchr(text, ',', len), *port = memrchr(text, ':', len), *dash;

    if (comma && comma + 1 < end)
        return false;
    port = port ? port + 1 : end;
    end -= comma != NULL;
    dash = port < end ? memchr(port, '-', (size_t)(end - port)) : NULL;
    return !dash || (dash - port == end - dash - 1 && memcmp(port, dash + 1, (size_t)(dash - port)) == 0);
}

bool addr_listens(const struct sig *param)
{
    return param->type == TYPE_ADDR &&
           (param->arg == ADDR_BIND || param->arg == ADDR_SINGLE || param->arg == ADDR_DGRAM);
}

bool addr_next(const struct lang *lang, const struct sig *param, const struct word *word, uint32_t *at,
               struct addr_parts *parts)
{
    struct lang probe = *lang;
    struct addr addr = {&probe, word, *at, 0, profiles[param->arg].flags, NULL, parts};

    probe.diags = NULL;
    while (addr.from < word->len) {
        const char *text = word->text + addr.from;
        const char *comma = memchr(text, ',', word->len - addr.from);

        addr.len = comma && addr.flags & LIST ? (uint32_t)(comma - text) : word->len - addr.from;
        *at = addr.from + addr.len + 1;
        *parts = (struct addr_parts){.from = addr.from, .len = addr.len, .datagram = !(addr.flags & STREAM)};
        if (addr_one(&addr))
            return true;
        addr.from = *at;
    }
    return false;
}

VALUE(addr)
{
    struct addr addr = {lang, word, 0, word->len, profiles[param->arg].flags, profiles[param->arg].example, NULL};
    bool good = true;

    /* only 3.x asks a peer for its port; what earlier versions made of it was port 0 */
    if (param->arg == ADDR_PEER && lang->version < HAP_3_0)
        addr.flags = (addr.flags & ~(unsigned)PORT_NEEDED) | PORT_OFFSET;
    if ((param->arg == ADDR_DISPATCH || param->arg == ADDR_NAMESERVER) && lang->version == HAP_2_2)
        addr.flags &= ~(unsigned)LOCAL;
    if (!(addr.flags & LIST) || !memchr(word->text, ',', word->len))
        return addr_one(&addr);
    for (uint32_t i = 0; i <= word->len; i++) {
        if (i < word->len && word->text[i] != ',')
            continue;
        addr.len = i - addr.from;
        if (addr.len && addr.from && addr.flags & ONE)
            return addr_fault(&addr, NULL, "stands where one address is meant");
        if (addr.len || i < word->len) /* HAProxy lets a comma end the list */
            good &= addr_one(&addr);
        addr.from = i + 1;
    }
    return good;
}
