/* Ports that two want: binds of the configuration, what nginx listens on, the sockets that are open now. */
#include "hacc/check/binds.h"
#include "hacc/check/machine.h"

/* Gives "frontend 'web'". */
static const char *owner(const struct lint *lint, const struct bind *bind)
{
    const struct section *section = bind->section;

    if (!section->name_len)
        return arena_printf(lint->config->arena, "the %s section", contexts[section->context].name);
    return arena_printf(lint->config->arena, "%s '%.*s'", contexts[section->context].name,
                        (int)(section->name_len > 200 ? 200 : section->name_len), section->name);
}

/* An address as it is written, as the arguments of "%.*s". */
#define BIND_ARGS(bind) (int)((bind)->len > 200 ? 200 : (bind)->len), (bind)->text

/* --- among the binds --- */

static const char *const clash_help[] = {
    [ENDPOINTS_SPLIT] =
        "HAProxy starts all the same, and each connection gets to one of the two: remove one, or give it "
        "another address or port",
    [ENDPOINTS_TAKEN] = "HAProxy starts all the same, and nothing reaches the first one any more: give one of them "
                        "another path",
    [ENDPOINTS_REFUSED] = "HAProxy does not start: remove one, or give it another address or port",
};

/* The later one has an address that the earlier one has too. */
static void add_clash(const struct lint *lint, struct bind *earlier, struct bind *later)
{
    enum endpoint_clash clash = endpoints_clash(&earlier->endpoint, &later->endpoint);
    struct diags *diags = lint->config->diags;

    if (later->clashes || clash == ENDPOINTS_APART)
        return;
    if (clash == ENDPOINTS_SPLIT && earlier->section == later->section && earlier->pinned && later->pinned)
        return; /* one line for each process or thread: the usual way up to 2.4 */
    later->clashes = true;
    diag_add(diags, RULE_PORT_CLASH, later->at, clash_help[clash], "'%.*s' is bound twice: %s has '%.*s'",
             BIND_ARGS(later), earlier->section == later->section ? "this section" : owner(lint, earlier),
             BIND_ARGS(earlier));
    diag_place(diags, earlier->at, "the other one is here");
}

static void meet(void *context, uint32_t a, uint32_t b)
{
    struct lint *lint = context;
    struct bind *binds = lint->binds->at;

    add_clash(lint, &binds[a < b ? a : b], &binds[a < b ? b : a]);
}

/* Gives " at interface 'eth0'", or "". */
static const char *at_device(const struct lint *lint, const struct endpoint *endpoint)
{
    const struct endpoint_name *device = &endpoint->device;

    if (!device->len)
        return "";
    return arena_printf(lint->config->arena, " at interface '%.*s'", (int)(device->len > 100 ? 100 : device->len),
                        device->text);
}

/* A wildcard holds the address. HAProxy can have both; in one section it hardly matters which of them gets what. */
static void add_covered(const struct lint *lint, struct bind *bind, struct bind *holder)
{
    enum endpoint_clash clash = endpoints_clash(&bind->endpoint, &holder->endpoint);

    if (clash != ENDPOINTS_COVERED) {
        add_clash(lint, bind < holder ? bind : holder, bind < holder ? holder : bind);
        return;
    }
    if (bind->section == holder->section || bind->clashes)
        return;
    diag_add(lint->config->diags, RULE_PORT_COVERED, bind->at, "give each an address of its own, or a port",
             "%s takes the connections to '%.*s'%s from %s, which has '%.*s'", owner(lint, bind), BIND_ARGS(bind),
             at_device(lint, &bind->endpoint), owner(lint, holder), BIND_ARGS(holder));
    diag_place(lint->config->diags, holder->at, "only the others get here");
}

static void check_binds(struct lint *lint, const struct endpoint_index *index)
{
    struct binds *binds = lint->binds;

    endpoint_index_same(index, meet, lint);
    for (uint32_t i = 0; i < binds->count; i++) {
        uint32_t holder = endpoint_index_holder(index, &binds->at[i].endpoint, false);

        if (holder != ENDPOINT_NONE)
            add_covered(lint, &binds->at[i], &binds->at[holder]);
    }
}

/* --- beside others --- */

/* What another program listens on. */
struct other {
    const struct endpoint *endpoint;
    const struct nginx_listen *listen; /* from nginx's configuration, or */
    const struct open_socket *socket;  /* open now */
};

struct others {
    struct other *at;
    uint32_t count;
};

static const char *print_endpoint(const struct lint *lint, const struct endpoint *endpoint)
{
    struct buf out;

    buf_init_in(&out, lint->config->arena);
    endpoint_print(endpoint, &out);
    return buf_text(&out);
}

static void add_nginx(const struct lint *lint, const struct bind *bind, const struct nginx_listen *listen,
                      enum rule_id rule)
{
    diag_add(lint->config->diags, rule, bind->at,
             rule == RULE_PORT_COVERED ? "give each an address of its own, or a port"
             : bind->endpoint.family == ENDPOINT_UNIX
                 ? "give one of them another path"
                 : "move nginx to another port, as in 'listen 127.0.0.1:8080;', and send to it with a server line; or "
                   "bind an address that nginx does not have",
             "'%.*s' is nginx's too, which listens on %s", BIND_ARGS(bind), print_endpoint(lint, &listen->endpoint));
    diag_place(lint->config->diags, listen->at,
               listen->implied ? "without a 'listen' this one has port 80" : "nginx has it here");
}

static void add_socket(const struct lint *lint, const struct bind *bind, const struct open_socket *socket)
{
    if (!socket->pid) {
        diag_add(lint->config->diags, RULE_HOST_UNREAD, bind->at,
                 "root sees which program it is; haproxy itself does no harm",
                 "'%.*s' may be in use: what listens on %s is hidden from this user", BIND_ARGS(bind),
                 print_endpoint(lint, &socket->endpoint));
        return;
    }
    diag_add(lint->config->diags, RULE_PORT_CLASH, bind->at,
             "stop that program or move it to another port, or bind an address that it does not have",
             "'%.*s' is in use: '%s' (process %u) listens on %s", BIND_ARGS(bind), socket->program, socket->pid,
             print_endpoint(lint, &socket->endpoint));
}

static void add_taken(const struct lint *lint, struct bind *bind, const struct other *other, enum endpoint_clash clash)
{
    bind->taken = true;
    if (other->listen)
        add_nginx(lint, bind, other->listen, clash == ENDPOINTS_COVERED ? RULE_PORT_COVERED : RULE_PORT_CLASH);
    else
        add_socket(lint, bind, other->socket);
}

/* Of binds that clash with one another the first is told of. */
static void check_others(struct lint *lint, const struct endpoint_index *index, const struct others *others)
{
    struct binds *binds = lint->binds;
    const struct endpoint **endpoints = arena_alloc(lint->config->arena, others->count * sizeof(struct endpoint *));
    const struct bind_meeting *worst;

    for (uint32_t i = 0; i < others->count; i++)
        endpoints[i] = others->at[i].endpoint;
    worst = binds_meet(binds, index, endpoints, others->count, lint->config->arena);
    for (uint32_t i = 0; i < binds->count; i++)
        if (worst[i].clash != ENDPOINTS_APART && !binds->at[i].taken && !binds->at[i].clashes)
            add_taken(lint, &binds->at[i], &others->at[worst[i].other], worst[i].clash);
}

static void check_nginx(struct lint *lint, const struct endpoint_index *index, const struct nginx *nginx)
{
    struct others others = {.at = arena_alloc(lint->config->arena, nginx->count * sizeof(*others.at))};

    for (uint32_t i = 0; i < nginx->count; i++)
        if (!nginx->at[i].unbound)
            others.at[others.count++] = (struct other){.endpoint = &nginx->at[i].endpoint, .listen = &nginx->at[i]};
    check_others(lint, index, &others);
}

/* "haproxy", "haproxy-3.2". */
static bool is_haproxy(const struct open_socket *socket)
{
    return strncmp(socket->program, "haproxy", strlen("haproxy")) == 0;
}

/* Those whose programs are known, or those whose programs are not. Of HAProxy's own nothing is said: a reload takes
 * them over, or shares them. */
static void check_sockets(struct lint *lint, const struct endpoint_index *index, const struct sockets *sockets,
                          bool known)
{
    struct others others = {.at = arena_alloc(lint->config->arena, sockets->count * sizeof(*others.at))};

    for (uint32_t i = 0; i < sockets->count; i++)
        if (!sockets->at[i].pid != known && !is_haproxy(&sockets->at[i]))
            others.at[others.count++] = (struct other){.endpoint = &sockets->at[i].endpoint, .socket = &sockets->at[i]};
    check_others(lint, index, &others);
}

/* Paths of UNIX sockets are not what they seem where `unix-bind prefix` stands before them. */
static bool has_prefix(const struct lint *lint)
{
    const struct directive *line = lint->global ? section_find_directive(lint->global, KW_GLOBAL_UNIX_BIND) : NULL;

    return line && directive_option(line, KW_UNIX_BIND_PREFIX);
}

void lint_ports(struct lint *lint)
{
    const struct lint_machine *machine = lint->machine;
    bool shares = !lint->global || !section_find_directive(lint->global, KW_GLOBAL_NOREUSEPORT);
    bool prefix = has_prefix(lint);
    struct binds *binds = lint->binds;
    struct endpoint_index index;

    endpoint_index_init(&index, lint->config->arena);
    for (uint32_t i = 0; i < binds->count; i++) {
        binds->at[i].endpoint.shares = shares || binds->at[i].endpoint.datagram; /* those by SO_REUSEADDR anyway */
        if (binds->at[i].endpoint.family != ENDPOINT_UNIX || !prefix)
            endpoint_index_add(&index, &binds->at[i].endpoint, i);
    }
    endpoint_index_sort(&index);
    check_binds(lint, &index);
    if (machine && machine->nginx)
        check_nginx(lint, &index, machine->nginx);
    if (!machine || !machine->sockets)
        return;
    check_sockets(lint, &index, machine->sockets, true);
    check_sockets(lint, &index, machine->sockets, false);
    if (machine->sockets->unread)
        diag_add(lint->config->diags, RULE_HOST_UNREAD, (struct span){0}, NULL,
                 "not all open sockets of this machine are compared: %s", machine->sockets->unread);
}
