/* What `nft -j list ruleset` prints. Source: libnftables-json(5), asked of nft 1.0. */
#include "hacc/base/json_arena.h"
#include "hacc/host/firewall_parts.h"

struct nft_reading {
    struct firewall *firewall;
    const json_t *sets; /* by "TABLE NAME" */
    bool foreign;       /* iptables made a rule that only it can say */
};

static bool is(const char *text, const char *word)
{
    return text && strcmp(text, word) == 0;
}

static const char *string_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* Gives "inet filter". */
static const char *table_of(const struct nft_reading *reading, const json_t *object)
{
    const char *family = string_at(object, "family"), *table = string_at(object, "table");

    return arena_printf(reading->firewall->arena, "%s %s", family ? family : "", table ? table : "");
}

/* 0: packets to this machine are not of it. */
static unsigned families_of(const char *family)
{
    return is(family, "ip") ? 1 : is(family, "ip6") ? 2 : is(family, "inet") ? 3 : 0;
}

/* --- conditions --- */

/* Adds a number, a range, or an element of a set with its own time; false: it is something else. */
static bool add_value(struct nft_reading *reading, const struct firewall_ports **list, const json_t *value)
{
    const json_t *range = json_object_get(value, "range"), *element = json_object_get(value, "elem");

    if (json_is_integer(value))
        firewall_add_ports(reading->firewall, list, json_integer_value(value), json_integer_value(value));
    else if (json_is_array(range) && json_is_integer(json_array_get(range, 0)) &&
             json_is_integer(json_array_get(range, 1)))
        firewall_add_ports(reading->firewall, list, json_integer_value(json_array_get(range, 0)),
                           json_integer_value(json_array_get(range, 1)));
    else
        return element && add_value(reading, list, json_object_get(element, "val"));
    return true;
}

/* Gives the elements of a set, written out or by its name; NULL: they may change, or are no set. */
static const json_t *elements_of(const struct nft_reading *reading, const json_t *rule, const json_t *right)
{
    const char *name = json_string_value(right);
    const json_t *set = json_object_get(right, "set"), *flags;

    if (set)
        return set;
    if (!name || *name != '@')
        return NULL;
    set = json_object_get(reading->sets,
                          arena_printf(reading->firewall->arena, "%s %s", table_of(reading, rule), name + 1));
    flags = json_object_get(set, "flags");
    for (size_t i = 0; i < json_array_size(flags); i++)
        if (!is(json_string_value(json_array_get(flags, i)), "interval") &&
            !is(json_string_value(json_array_get(flags, i)), "constant"))
            return NULL;
    return set ? json_object_get(set, "elem") : NULL;
}

static void match_ports(struct nft_reading *reading, struct firewall_match *match, const json_t *rule, const char *op,
                        const json_t *right)
{
    const json_t *list = elements_of(reading, rule, right);
    int64_t number = json_integer_value(right);

    match->kind = MATCH_PORT;
    if (json_is_integer(right) && (*op == '<' || *op == '>')) {
        bool or_same = op[1] == '=';

        if (*op == '<')
            firewall_add_ports(reading->firewall, &match->ports, 0, or_same ? number : number - 1);
        else
            firewall_add_ports(reading->firewall, &match->ports, or_same ? number : number + 1, UINT16_MAX);
        return;
    }
    if (!list && !add_value(reading, &match->ports, right))
        match->kind = MATCH_MAYBE;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!add_value(reading, &match->ports, json_array_get(list, i)))
            match->kind = MATCH_MAYBE;
}

/* Calls for each word of a value: of a word alone, of a list, of a set. Gives whether any of them is `word`. */
static bool has_word(const json_t *right, const char *word)
{
    const json_t *list = json_is_array(right) ? right : json_object_get(right, "set");

    if (is(json_string_value(right), word))
        return true;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (has_word(json_array_get(list, i), word))
            return true;
    return false;
}

static bool has_protocol(const json_t *right, bool datagram)
{
    const json_t *list = json_object_get(right, "set");
    int number = datagram ? 17 : 6;

    if (has_word(right, datagram ? "udp" : "tcp") || (json_is_integer(right) && json_integer_value(right) == number))
        return true;
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_is_integer(json_array_get(list, i)) && json_integer_value(json_array_get(list, i)) == number)
            return true;
    return false;
}

static void match_protocol(struct firewall_match *match, const json_t *right)
{
    match->kind = MATCH_PROTOCOL;
    match->bits = (has_protocol(right, false) ? 1U : 0U) | (has_protocol(right, true) ? 2U : 0U);
    if (json_is_string(right) && *json_string_value(right) == '@')
        match->kind = MATCH_MAYBE;
}

/* It holds for certain, or certainly does not. */
static void match_always(struct firewall_match *match, bool holds)
{
    match->kind = MATCH_ALWAYS;
    match->negated ^= !holds;
}

static void match_meta(struct firewall_match *match, const char *key, const json_t *right)
{
    if (is(key, "l4proto")) {
        match_protocol(match, right);
    } else if (is(key, "nfproto") || is(key, "protocol")) {
        match->kind = MATCH_FAMILY;
        match->bits = (has_word(right, "ipv4") || has_word(right, "ip") ? 1U : 0U) |
                      (has_word(right, "ipv6") || has_word(right, "ip6") ? 2U : 0U);
    } else if ((is(key, "iifname") || is(key, "iif")) && is(json_string_value(right), "lo")) {
        match_always(match, false);
    } else {
        match->kind = MATCH_MAYBE;
    }
}

/* A field of a header says of which family, or protocol, the packet is. */
static void match_payload(struct nft_reading *reading, struct firewall_rule *out, struct firewall_match *match,
                          const json_t *rule, const char *op, const json_t *left, const json_t *right)
{
    const char *protocol = string_at(left, "protocol"), *field = string_at(left, "field");
    struct firewall_match *implied;

    if ((is(protocol, "ip") && is(field, "protocol")) || (is(protocol, "ip6") && is(field, "nexthdr")))
        match_protocol(match, right);
    else if (is(field, "dport"))
        match_ports(reading, match, rule, op, right);
    else
        match->kind = MATCH_MAYBE;
    if (!protocol || is(protocol, "th") || is(protocol, "ether"))
        return;
    implied = firewall_match(reading->firewall, out);
    implied->kind = families_of(protocol) ? MATCH_FAMILY : MATCH_PROTOCOL;
    implied->bits = families_of(protocol) ? families_of(protocol)
                    : is(protocol, "tcp") ? 1
                    : is(protocol, "udp") ? 2
                                          : 0;
}

static void read_match(struct nft_reading *reading, struct firewall_rule *out, const json_t *rule, const json_t *body)
{
    const json_t *left = json_object_get(body, "left"), *right = json_object_get(body, "right"), *inner;
    struct firewall_match *match = firewall_match(reading->firewall, out);
    const char *op = string_at(body, "op");

    op = op ? op : "==";
    match->negated = is(op, "!=");
    if ((inner = json_object_get(left, "meta")) != NULL)
        match_meta(match, string_at(inner, "key"), right);
    else if ((inner = json_object_get(left, "payload")) != NULL)
        match_payload(reading, out, match, rule, op, inner, right);
    else if ((inner = json_object_get(left, "ct")) != NULL && is(string_at(inner, "key"), "state"))
        match_always(match, has_word(right, "new"));
    else if ((inner = json_object_get(left, "fib")) != NULL && is(string_at(inner, "result"), "type") &&
             has_word(json_object_get(inner, "flags"), "daddr"))
        match_always(match, has_word(right, "local"));
    else
        match->kind = MATCH_MAYBE;
}

/* --- verdicts --- */

/* Sets what a verdict does; false: it is none. */
static bool read_verdict(const struct nft_reading *reading, const json_t *rule, const char *key, const json_t *body,
                         unsigned *outcome, struct firewall_chain **target)
{
    if (is(key, "accept"))
        *outcome = FIREWALL_ACCEPT;
    else if (is(key, "drop") || is(key, "reject"))
        *outcome = FIREWALL_DROP;
    else if ((is(key, "jump") || is(key, "goto")) && string_at(body, "target"))
        *target = firewall_chain(reading->firewall, table_of(reading, rule), string_at(body, "target"));
    else if (is(key, "continue"))
        *outcome = FIREWALL_ON;
    else
        return false;
    return true;
}

/* A verdict map on the port, or on the state of a connection; what is decided by anything else is not certain. */
static void read_map(struct nft_reading *reading, struct firewall_rule *out, const json_t *rule, const json_t *body)
{
    const json_t *key = json_object_get(body, "key"), *rows = elements_of(reading, rule, json_object_get(body, "data"));
    const json_t *payload = json_object_get(key, "payload"), *ct = json_object_get(key, "ct");
    bool state = ct && is(string_at(ct, "key"), "state");

    if (!rows || (!state && (!payload || !is(string_at(payload, "field"), "dport")))) {
        out->outcome = FIREWALL_ANY;
        return;
    }
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *verdict = json_array_get(row, 1);
        void *first = json_object_iter((json_t *)(uintptr_t)verdict);
        struct firewall_ports *ports;

        if (state && !has_word(json_array_get(row, 0), "new"))
            continue;
        if (state)
            ports = firewall_add_ports(reading->firewall, &out->map, 0, UINT16_MAX);
        else if (add_value(reading, &out->map, json_array_get(row, 0)))
            ports = (struct firewall_ports *)(uintptr_t)out->map;
        else
            continue;
        if (!first || !read_verdict(reading, rule, json_object_iter_key(first), json_object_iter_value(first),
                                    &ports->outcome, &ports->target))
            ports->outcome = FIREWALL_ANY;
    }
}

/* A rule for packets of transparent sockets that sets a mark. */
static void read_mark(struct nft_reading *reading, const json_t *rule)
{
    const json_t *expressions = json_object_get(rule, "expr");
    struct firewall *firewall = reading->firewall;
    bool transparent = false;

    for (size_t i = 0; i < json_array_size(expressions); i++) {
        const json_t *one = json_array_get(expressions, i);
        const json_t *left = json_object_get(json_object_get(one, "match"), "left");
        const json_t *change = json_object_get(one, "mangle"), *value = json_object_get(change, "value");
        const json_t *meta = json_object_get(json_object_get(change, "key"), "meta");

        transparent |= is(string_at(json_object_get(left, "socket"), "key"), "transparent");
        if (!transparent || !is(string_at(meta, "key"), "mark"))
            continue;
        if (json_is_integer(value))
            firewall->marks = arena_printf(firewall->arena, "%s0x%llx ", firewall->marks,
                                           (unsigned long long)json_integer_value(value));
        else
            firewall->other_marks = true;
    }
}

/* Whether a statement only counts, writes or changes, and decides nothing. */
static bool goes_on(const char *key)
{
    static const char *const known[] = {"counter", "log", "mangle", "notrack", "ct helper", "ct timeout", "secmark"};

    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (is(key, known[i]))
            return true;
    return false;
}

static void read_statement(struct nft_reading *reading, struct firewall_rule *out, const json_t *rule, const char *key,
                           const json_t *body)
{
    if (is(key, "match")) {
        read_match(reading, out, rule, body);
    } else if (is(key, "vmap")) {
        read_map(reading, out, rule, body);
    } else if (is(key, "return")) {
        out->returns = true;
    } else if (is(key, "xt")) {
        reading->foreign = true;
        if (is(string_at(body, "type"), "target"))
            out->outcome = FIREWALL_ANY;
        else
            firewall_match(reading->firewall, out)->kind = MATCH_MAYBE;
    } else if (is(key, "limit") || is(key, "quota") || is(key, "ct count") || is(key, "set") || is(key, "meter")) {
        firewall_match(reading->firewall, out)->kind = MATCH_MAYBE;
    } else if (!read_verdict(reading, rule, key, body, &out->outcome, &out->target) && !goes_on(key)) {
        out->outcome = FIREWALL_ANY;
    }
    out->leaves |= is(key, "goto");
}

static void read_rule(struct nft_reading *reading, const json_t *rule)
{
    const json_t *expressions = json_object_get(rule, "expr");
    struct firewall_chain *chain;
    struct firewall_rule *out;

    if (!families_of(string_at(rule, "family")) || !string_at(rule, "chain"))
        return;
    chain = firewall_chain(reading->firewall, table_of(reading, rule), string_at(rule, "chain"));
    out = firewall_rule(reading->firewall, chain);
    for (size_t i = 0; i < json_array_size(expressions); i++) {
        void *first = json_object_iter(json_array_get(expressions, i));

        if (first)
            read_statement(reading, out, rule, json_object_iter_key(first), json_object_iter_value(first));
    }
    read_mark(reading, rule);
}

/* Chains that see packets for this machine before a program does; those of type nat decide nothing but addresses. */
static void read_chain(struct nft_reading *reading, const json_t *object)
{
    const char *hook = string_at(object, "hook"), *name = string_at(object, "name");
    struct firewall_chain *chain;

    if (!families_of(string_at(object, "family")) || !name)
        return;
    chain = firewall_chain(reading->firewall, table_of(reading, object), name);
    chain->families = families_of(string_at(object, "family"));
    chain->base = (is(hook, "input") || is(hook, "prerouting")) && is(string_at(object, "type"), "filter");
    chain->drops = is(string_at(object, "policy"), "drop");
    if (is(string_at(object, "table"), "firewalld"))
        reading->firewall->kind = FIREWALLD;
}

static void read_all(struct nft_reading *reading, const json_t *list)
{
    json_t *sets = json_object();

    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *set = json_object_get(json_array_get(list, i), "set");

        set = set ? set : json_object_get(json_array_get(list, i), "map");
        if (set && string_at(set, "name"))
            json_object_set(
                sets, arena_printf(reading->firewall->arena, "%s %s", table_of(reading, set), string_at(set, "name")),
                set);
    }
    reading->sets = sets;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *chain = json_object_get(json_array_get(list, i), "chain");
        const json_t *rule = json_object_get(json_array_get(list, i), "rule");

        if (chain)
            read_chain(reading, chain);
        if (rule)
            read_rule(reading, rule);
    }
}

bool firewall_read_nft(struct firewall *firewall, const char *json, size_t len, bool *foreign)
{
    struct nft_reading reading = {.firewall = firewall};
    const json_t *root, *list;

    json_arena_begin(firewall->arena);
    root = json_loadb(json, len, 0, NULL);
    list = json_object_get(root, "nftables");
    if (list)
        read_all(&reading, list);
    json_arena_end();
    *foreign = reading.foreign;
    return list != NULL;
}
