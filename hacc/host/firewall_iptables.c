/* What iptables-save prints, and ufw's files, which are the same language. Source: iptables(8), iptables-extensions(8);
 * asked of Debian's iptables and ufw. */
#include "hacc/host/firewall_parts.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct iptables_reading {
    struct firewall *firewall;
    unsigned families;
    const char *table; /* "4 filter", "6 filter" */
    bool decides;      /* the table is one in which packets for this machine are let in or not */
};

/* A word of a line: quotes hold it together. */
struct piece {
    const char *text;
    size_t len;
    bool quoted;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool next_piece(struct piece *piece, const char *end)
{
    const char *at = piece->text + piece->len + (piece->quoted && piece->text + piece->len < end);

    while (at < end && is_blank(*at))
        at++;
    piece->quoted = at < end && *at == '"';
    at += piece->quoted;
    piece->text = at;
    while (at < end && (piece->quoted ? *at != '"' : !is_blank(*at)))
        at += piece->quoted && *at == '\\' && at + 1 < end ? 2 : 1;
    piece->len = (size_t)(at - piece->text);
    return piece->len || piece->quoted;
}

/* Whether it may be the value of the option before it. */
static bool is_value(const struct piece *piece)
{
    return piece->quoted || (*piece->text != '-' && *piece->text != '!');
}

static bool piece_is(const struct piece *piece, const char *word)
{
    return piece->len == strlen(word) && memcmp(piece->text, word, piece->len) == 0;
}

static bool is_one_of(const struct piece *piece, const char *const *words)
{
    for (; *words; words++)
        if (piece_is(piece, *words))
            return true;
    return false;
}

static const char *copy(const struct iptables_reading *reading, const struct piece *piece)
{
    return arena_strndup(reading->firewall->arena, piece->text, piece->len);
}

/* --- conditions --- */

/* "80", "80,443", "8000:8010". Names of services are not known here. */
static void match_ports(struct iptables_reading *reading, struct firewall_match *match, const char *text)
{
    match->kind = MATCH_PORT;
    while (*text) {
        char *end;
        long low = *text == ':' ? 0 : strtol(text, &end, 10), high = low;

        if (*text == ':')
            end = (char *)(uintptr_t)text;
        else if (end == text)
            break;
        if (*end == ':') {
            high = isdigit((unsigned char)end[1]) ? strtol(end + 1, &end, 10) : UINT16_MAX;
            end += *end == ':';
        }
        firewall_add_ports(reading->firewall, &match->ports, low, high);
        text = end + (*end == ',');
        if (*end && *end != ',')
            break;
    }
    if (*text)
        match->kind = MATCH_MAYBE;
}

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = list; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (strcspn(at, ",") == len && strncmp(at, word, len) == 0)
            return true;
    return false;
}

static void match_protocol(struct firewall_match *match, const char *text)
{
    bool all = has_word(text, "all") || has_word(text, "0");

    match->kind = MATCH_PROTOCOL;
    match->bits = (all || has_word(text, "tcp") || has_word(text, "6") ? 1U : 0U) |
                  (all || has_word(text, "udp") || has_word(text, "17") ? 2U : 0U);
}

static void match_always(struct firewall_match *match, bool holds)
{
    match->kind = MATCH_ALWAYS;
    match->negated ^= !holds;
}

/* One option with its value ("" where it has none). */
static void read_option(struct iptables_reading *reading, struct firewall_rule *rule, const struct piece *option,
                        const char *value, bool negated)
{
    static const char *const without[] = {"-m", "--match", "--comment", NULL};
    static const char *const ports[] = {"--dport", "--destination-port", "--dports", "--destination-ports", NULL};
    static const char *const protocols[] = {"-p", "--protocol", NULL};
    static const char *const states[] = {"--ctstate", "--state", NULL};
    static const char *const interfaces[] = {"-i", "--in-interface", NULL};
    struct firewall_match *match;

    if (is_one_of(option, without))
        return;
    match = firewall_match(reading->firewall, rule);
    match->negated = negated;
    if (is_one_of(option, ports))
        match_ports(reading, match, value);
    else if (is_one_of(option, protocols))
        match_protocol(match, value);
    else if (is_one_of(option, states))
        match_always(match, has_word(value, "NEW"));
    else if (is_one_of(option, interfaces) && strcmp(value, "lo") == 0)
        match_always(match, false);
    else if (piece_is(option, "--dst-type"))
        match_always(match, has_word(value, "LOCAL"));
    else if (piece_is(option, "--syn"))
        match_always(match, true);
    else if (piece_is(option, "-f") || piece_is(option, "--icmp-type") || piece_is(option, "--icmpv6-type"))
        match_always(match, false);
    else
        match->kind = MATCH_MAYBE;
}

/* --- rules --- */

static void read_target(struct iptables_reading *reading, struct firewall_rule *rule, const struct piece *target)
{
    static const char *const drops[] = {"DROP", "REJECT", NULL};
    static const char *const goes_on[] = {"LOG",   "NFLOG",    "ULOG", "MARK",    "CONNMARK", "CT",
                                          "TRACE", "TCPMSS",   "SET",  "NOTRACK", "DSCP",     "TOS",
                                          "AUDIT", "CLASSIFY", "TEE",  "TTL",     "HL",       NULL};

    if (piece_is(target, "ACCEPT"))
        rule->outcome = FIREWALL_ACCEPT;
    else if (is_one_of(target, drops))
        rule->outcome = FIREWALL_DROP;
    else if (piece_is(target, "RETURN"))
        rule->returns = true;
    else if (is_one_of(target, goes_on))
        rule->outcome = FIREWALL_ON;
    else if (!target->len)
        rule->outcome = FIREWALL_ANY;
    else if (isupper((unsigned char)*target->text) && !islower((unsigned char)target->text[target->len - 1]) &&
             !firewall_chain(reading->firewall, reading->table, copy(reading, target))->families)
        rule->outcome = FIREWALL_ANY; /* a target that is not known, and no chain above */
    else
        rule->target = firewall_chain(reading->firewall, reading->table, copy(reading, target));
}

/* "-A CHAIN … -j TARGET …": what stands behind the target is the target's own. */
static void read_rule(struct iptables_reading *reading, struct piece *piece, const char *end)
{
    struct firewall_rule *rule;
    bool negated = false, more;

    if (!next_piece(piece, end))
        return;
    rule = firewall_rule(reading->firewall, firewall_chain(reading->firewall, reading->table, copy(reading, piece)));
    more = next_piece(piece, end);
    while (more) {
        struct piece option = *piece;
        const char *value = "";

        if (piece_is(piece, "!")) {
            negated = true;
            more = next_piece(piece, end);
            continue;
        }
        more = next_piece(piece, end);
        if (more && (piece_is(&option, "-j") || piece_is(&option, "-g") || piece_is(&option, "--jump") ||
                     piece_is(&option, "--goto"))) {
            rule->leaves = piece_is(&option, "-g") || piece_is(&option, "--goto");
            read_target(reading, rule, piece);
            return;
        }
        if (more && is_value(piece)) {
            value = copy(reading, piece);
            do /* further values, of --tcp-flags and the like */
                more = next_piece(piece, end);
            while (more && is_value(piece));
        }
        read_option(reading, rule, &option, value, negated);
        negated = false;
    }
}

/* ":INPUT DROP [0:0]" */
static void read_chain(struct iptables_reading *reading, struct piece *piece, const char *end)
{
    struct piece name = {piece->text + 1, piece->len - 1, false};
    struct firewall_chain *chain = firewall_chain(reading->firewall, reading->table, copy(reading, &name));

    chain->families = reading->families;
    chain->base = reading->decides && (strcmp(chain->name, "INPUT") == 0 || strcmp(chain->name, "PREROUTING") == 0);
    chain->drops = next_piece(piece, end) && piece_is(piece, "DROP");
    if (strcmp(chain->name, "ufw-user-input") == 0)
        reading->firewall->kind = FIREWALL_UFW;
}

void firewall_read_iptables(struct firewall *firewall, const char *text, size_t len, unsigned families)
{
    struct iptables_reading reading = {.firewall = firewall, .families = families, .table = ""};
    const char *stop = text + len, *end;

    for (const char *line = text; line < stop; line = end + 1) {
        struct piece piece = {line, 0, false};

        end = memchr(line, '\n', (size_t)(stop - line));
        end = end ? end : stop;
        if (!next_piece(&piece, end))
            continue;
        if (*piece.text == '*') {
            struct piece name = {piece.text + 1, piece.len - 1, false};

            reading.table = arena_printf(firewall->arena, "%u %s", families, copy(&reading, &name));
            reading.decides = !piece_is(&name, "nat");
        } else if (*piece.text == ':') {
            read_chain(&reading, &piece, end);
        } else if (piece_is(&piece, "-A")) {
            firewall->other_marks |= memmem(line, (size_t)(end - line), "-m socket", strlen("-m socket")) != NULL;
            read_rule(&reading, &piece, end);
        }
    }
}

/* --- ufw --- */

/* Its chains, as it calls them from INPUT; at the end of before-input it calls user-input, where is what it lets in. */
static const char *const ufw_chains[] = {"before-logging-input", "before-input", "after-input",
                                         "after-logging-input",  "reject-input", "track-input"};

enum { UFW_MAX = 1 << 20 };

/* Appends a file; false: it cannot be read. */
static bool read_file(const char *path, struct buf *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = -1;

    out->len = 0;
    buf_reserve(out, UFW_MAX);
    if (fd >= 0) {
        len = read(fd, out->data, UFW_MAX);
        close(fd);
    }
    out->len = len > 0 ? (size_t)len : 0;
    return len >= 0;
}

/* Whether a file of settings has KEY=WORD, in quotes or not. */
static bool has_setting(struct buf *file, const char *key, const char *word)
{
    for (const char *line = buf_text(file); *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
        const char *value = line + strlen(key);

        if (strncmp(line, key, strlen(key)) != 0)
            continue;
        value += *value == '"';
        return strncmp(value, word, strlen(word)) == 0;
    }
    return false;
}

static bool read_ufw_family(struct firewall *firewall, unsigned families, bool accepts, struct buf *file)
{
    static const char *const names[] = {"before", "user", "after"};
    const char *six = families == 2 ? "6" : "", *table = arena_printf(firewall->arena, "%u filter", families);
    struct firewall_chain *input = firewall_chain(firewall, table, "INPUT");

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!read_file(arena_printf(firewall->arena, "/etc/ufw/%s%s.rules", names[i], six), file))
            return false;
        firewall_read_iptables(firewall, file->data, file->len, families);
    }
    firewall_rule(firewall, firewall_chain(firewall, table, arena_printf(firewall->arena, "ufw%s-before-input", six)))
        ->target = firewall_chain(firewall, table, arena_printf(firewall->arena, "ufw%s-user-input", six));
    input->families = families;
    input->base = true;
    input->drops = !accepts;
    for (size_t i = 0; i < sizeof(ufw_chains) / sizeof(*ufw_chains); i++)
        firewall_rule(firewall, input)->target =
            firewall_chain(firewall, table, arena_printf(firewall->arena, "ufw%s-%s", six, ufw_chains[i]));
    return true;
}

bool firewall_read_ufw(struct firewall *firewall)
{
    struct buf file;
    bool accepts;

    buf_init_in(&file, firewall->arena);
    if (!read_file("/etc/ufw/ufw.conf", &file) || !has_setting(&file, "ENABLED=", "yes"))
        return false;
    if (!read_file("/etc/default/ufw", &file))
        return false;
    accepts = has_setting(&file, "DEFAULT_INPUT_POLICY=", "ACCEPT");
    firewall->kind = FIREWALL_UFW;
    return read_ufw_family(firewall, 1, accepts, &file) && read_ufw_family(firewall, 2, accepts, &file);
}
