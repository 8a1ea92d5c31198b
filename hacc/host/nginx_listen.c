#include "hacc/host/nginx_reader.h"
#include "hacc/model/endpoint_index.h"

#include <netdb.h>
#include <stdlib.h>

static void add_listen(struct nginx_reader *reader, const struct nginx_listen *listen)
{
    struct nginx *nginx = reader->nginx;

    if (nginx->count == nginx->cap)
        nginx->at = arena_extend(reader->sources->arena, nginx->at, nginx->count, &nginx->cap, 16, sizeof(*nginx->at));
    nginx->at[nginx->count++] = *listen;
}

/* "80", "8000-8010". */
static bool read_ports(const char *text, struct endpoint *endpoint)
{
    char *end;
    unsigned long low = strtoul(text, &end, 10), high = low;

    if (*text < '0' || *text > '9')
        return false;
    if (*end == '-' && end[1] >= '0' && end[1] <= '9')
        high = strtoul(end + 1, &end, 10);
    if (*end || !low || low > high || high > 65535)
        return false;
    endpoint->low = (uint16_t)low;
    endpoint->high = (uint16_t)high;
    return true;
}

/* A name: the addresses that /etc/hosts gives it, since nothing is asked of the network. */
static void add_named(struct nginx_reader *reader, struct nginx_listen *listen, const char *name)
{
    const struct hostent *host;
    bool found = false;

    sethostent(0);
    while ((host = gethostent()) != NULL) {
        bool named = strcasecmp(host->h_name, name) == 0;

        for (char **alias = host->h_aliases; *alias; alias++)
            named |= strcasecmp(*alias, name) == 0;
        if (!named)
            continue;
        found = true;
        listen->endpoint.family = host->h_addrtype == AF_INET6 ? ENDPOINT_IPV6 : ENDPOINT_IPV4;
        memset(listen->endpoint.ip, 0, sizeof(listen->endpoint.ip));
        memcpy(listen->endpoint.ip, host->h_addr_list[0], (size_t)host->h_length);
        add_listen(reader, listen);
    }
    endhostent();
    if (!found)
        nginx_fault(reader, listen->at, "the ports of '%.200s' are not compared: the name is not in /etc/hosts", name);
}

/* Splits "HOST:PORTS" of `text`, which is the caller's to write to, and sets what it says. Gives the host that is left
 * to be looked up, "" where the address is known, NULL where it is none. */
static const char *read_address(const struct nginx_reader *reader, char *text, struct endpoint *endpoint)
{
    char *colon = text[0] == '[' ? strchr(text, ']') : strrchr(text, ':');

    endpoint->low = endpoint->high = reader->protocol == LEVEL_HTTP ? 80 : 0;
    if (text[0] == '[') {
        if (!colon || (colon[1] && (colon[1] != ':' || !read_ports(colon + 2, endpoint))) || !endpoint->low)
            return NULL;
        return endpoint_set_ip(endpoint, text + 1, (uint32_t)(colon - text - 1)) ? "" : NULL;
    }
    if (!colon && read_ports(text, endpoint))
        return "";
    if (colon ? !read_ports(colon + 1, endpoint) : text[strspn(text, "0123456789-")] == '\0')
        return NULL;
    if (colon)
        *colon = '\0';
    if (!endpoint->low || !*text)
        return NULL;
    return strcmp(text, "*") == 0 || endpoint_set_ip(endpoint, text, (uint32_t)strlen(text)) ? "" : text;
}

/* The options of a socket give the address a socket of its own ("bind" in nginx's manual). */
static void read_parameters(struct nginx_listen *listen, const struct nginx_word *words, uint32_t count)
{
    static const char *const options[] = {"bind",      "setfib=",   "fastopen=",      "backlog=",
                                          "rcvbuf=",   "sndbuf=",   "accept_filter=", "deferred",
                                          "ipv6only=", "reuseport", "so_keepalive="};

    for (uint32_t i = 2; i < count; i++) {
        const char *text = words[i].text;

        if (strcmp(text, "reuseport") == 0)
            listen->endpoint.shares = true;
        else if (strcmp(text, "udp") == 0 || strcmp(text, "quic") == 0)
            listen->endpoint.datagram = true;
        else if (strcmp(text, "ipv6only=off") == 0)
            listen->endpoint.dual = true;
        for (size_t k = 0; k < sizeof(options) / sizeof(*options); k++)
            listen->own_socket |= strncmp(text, options[k], strlen(options[k])) == 0;
    }
}

void nginx_read_listen(struct nginx_reader *reader, const struct nginx_word *words, uint32_t count)
{
    struct nginx_listen listen = {.endpoint = {.family = ENDPOINT_IPV4}, .protocol = (uint8_t)reader->protocol};
    const char *host, *address = count > 1 ? words[1].text : "";
    char *text;

    reader->listens = true;
    listen.at = words[count > 1].at;
    read_parameters(&listen, words, count);
    if (strncmp(address, "unix:", 5) == 0) {
        listen.endpoint.family = ENDPOINT_UNIX;
        listen.endpoint.path = (struct endpoint_name){address + 5, (uint32_t)strlen(address + 5)};
        add_listen(reader, &listen);
        return;
    }
    text = arena_strndup(reader->sources->arena, address, strlen(address));
    host = read_address(reader, text, &listen.endpoint);
    if (!host)
        nginx_fault(reader, listen.at, "nginx does not listen on '%.200s'", address);
    else if (*host)
        add_named(reader, &listen, host);
    else
        add_listen(reader, &listen);
}

void nginx_imply_listen(struct nginx_reader *reader)
{
    const struct nginx_listen listen = {.endpoint = {.family = ENDPOINT_IPV4, .low = 80, .high = 80},
                                        .at = reader->server,
                                        .protocol = LEVEL_HTTP,
                                        .implied = true};

    add_listen(reader, &listen);
}

/* By address and port, so that what is one socket stands together. */
static int compare(const void *left, const void *right)
{
    const struct nginx_listen *a = *(struct nginx_listen *const *)left, *b = *(struct nginx_listen *const *)right;
    int order = a->endpoint.family - b->endpoint.family;

    if (!order)
        order = a->endpoint.datagram - b->endpoint.datagram;
    if (!order)
        order = a->endpoint.low - b->endpoint.low;
    if (!order)
        order = a->endpoint.high - b->endpoint.high;
    return order ? order : memcmp(a->endpoint.ip, b->endpoint.ip, sizeof(a->endpoint.ip));
}

/* It is enough that one of those of an address says reuseport or ipv6only=off. */
static void share_options(struct nginx_listen *const *all, uint32_t count)
{
    bool shares = false, dual = false, own_socket = false;

    for (uint32_t i = 0; i < count; i++) {
        shares |= all[i]->endpoint.shares;
        dual |= all[i]->endpoint.dual;
        own_socket |= all[i]->own_socket;
    }
    for (uint32_t i = 0; i < count; i++) {
        all[i]->endpoint.shares = shares;
        all[i]->endpoint.dual = dual;
        all[i]->own_socket = own_socket;
    }
}

/* Beside a wildcard of its family and port, an address has no socket of its own unless it asks for one. */
static void drop_held(struct nginx *nginx, struct arena *arena)
{
    struct endpoint_index wildcards;

    endpoint_index_init(&wildcards, arena);
    for (uint32_t i = 0; i < nginx->count; i++)
        if (nginx->at[i].endpoint.family != ENDPOINT_UNIX && endpoint_is_wildcard(&nginx->at[i].endpoint))
            endpoint_index_add(&wildcards, &nginx->at[i].endpoint, i);
    endpoint_index_sort(&wildcards);
    for (uint32_t i = 0; i < nginx->count; i++) {
        struct nginx_listen *listen = &nginx->at[i];
        uint32_t holder = ENDPOINT_NONE;

        if (!listen->own_socket)
            holder = endpoint_index_holder(&wildcards, &listen->endpoint, false);
        listen->unbound = holder != ENDPOINT_NONE && nginx->at[holder].protocol == listen->protocol &&
                          nginx->at[holder].endpoint.family == listen->endpoint.family;
    }
}

void nginx_unite_listens(struct nginx *nginx, struct arena *arena)
{
    struct nginx_listen **all = arena_alloc(arena, nginx->count * sizeof(struct nginx_listen *));
    uint32_t begin = 0;

    for (uint32_t i = 0; i < nginx->count; i++)
        all[i] = &nginx->at[i];
    if (nginx->count)
        qsort(all, nginx->count, sizeof(struct nginx_listen *), compare);
    for (uint32_t i = 1; i <= nginx->count; i++) {
        if (i < nginx->count && compare(&all[i], &all[begin]) == 0)
            continue;
        share_options(all + begin, i - begin);
        begin = i;
    }
    drop_held(nginx, arena);
}
