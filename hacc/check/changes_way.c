/* How a change gets into the running HAProxy. Source: HAProxy's management.txt, and what 2.6, 3.0 and 3.2 do
 * (tests/diff/runtime). */
#include "hacc/check/changes_parts.h"

#include "hacc/lang/value.h"

/* The first version whose `add server` and `del server` need no experimental mode. */
#define DYNAMIC_SERVERS HAP_2_6

static struct way reload(const char *why)
{
    return (struct way){CHANGE_RELOAD, why};
}

static struct way by(enum change_way way, const char *what)
{
    return (struct way){way, what};
}

/* Gives the number that a line or option has behind its name; `otherwise` where it is not there. false: nobody knows
 * before HAProxy starts. */
static bool number_of(const struct arg *value, int64_t otherwise, int64_t *number)
{
    *number = otherwise;
    return !value || (!(value->flags & ARG_ENV) && int_parse(value->text, value->len, number));
}

static const struct arg *value_of(const struct item *item)
{
    return item && item->line->arg_count ? item->line->args : NULL;
}

static bool is_conditional(const struct item *item)
{
    return item && (item->line->condition || item->section->condition);
}

/* --- settings --- */

static struct way way_of_limit(const struct item *old, const struct item *new, bool global)
{
    int64_t before, after;

    if (!old || !new)
        return reload("what the limit is without this line is found out when HAProxy starts");
    if (!number_of(value_of(old), 0, &before) || !number_of(value_of(new), 0, &after) || before <= 0 || after <= 0)
        return reload("the number is known when HAProxy starts");
    if (!global)
        return by(CHANGE_FRONTEND_MAXCONN, "'set maxconn frontend' sets it");
    if (after > before)
        return reload("'set maxconn global' cannot raise it above what HAProxy was started with");
    return by(CHANGE_GLOBAL_MAXCONN, "'set maxconn global' sets it");
}

struct way way_of_setting(const struct comparison *c, const struct item *old, const struct item *new)
{
    const struct item *any = new ? new : old;
    int64_t number;

    if (is_conditional(old) || is_conditional(new))
        return reload("whether HAProxy reads it is known when it starts");
    switch ((unsigned)any->line->kw->id) {
    case KW_DEFAULTS_MAXCONN:
        if (section_sides(c->subject[OLD]->section) & SIDE_FRONTEND && !c->off)
            return way_of_limit(old, new, false);
        break;
    case KW_GLOBAL_MAXCONN:
        return way_of_limit(old, new, true);
    case KW_GLOBAL_MAXCONNRATE:
    case KW_GLOBAL_MAXSESSRATE:
    case KW_GLOBAL_MAXSSLRATE:
        if (number_of(value_of(new), 0, &number))
            return by(CHANGE_RATE, "'set rate-limit' sets it");
        break;
    default:
        break;
    }
    return way_of_line(any->line);
}

struct way way_of_line(const struct directive *line)
{
    const struct sig *first = line->arg_count && line->args->sig ? sig_at(line->args->sig) : NULL;

    if (first && first->kind == SIG_PARAM && first->type == TYPE_ADDR && addr_listens(first))
        return reload("HAProxy opens what it listens on when it starts");
    if (keyword_rules(line->kw) || line->kw->phase)
        return reload("HAProxy reads rules when it starts");
    return reload("HAProxy reads it when it starts");
}

struct way way_of_section(const struct section *section)
{
    return reload(section_sides(section) ? "HAProxy makes its proxies when it starts"
                                         : "HAProxy reads the section when it starts");
}

/* --- servers --- */

/* Whether the way to balance takes other weights and other servers while HAProxy runs: hashes do where they are
 * consistent. */
static bool is_dynamic(const struct comparison *c)
{
    const struct item *balance = setting_find(c, OLD, KW_DEFAULTS_BALANCE);
    const struct item *hash = setting_find(c, OLD, KW_DEFAULTS_HASH_TYPE);
    const struct arg *name = value_of(balance);
    const struct keyword *kw = name && name->flags & ARG_HEAD ? &keywords[name->row] : NULL;

    if (!name)
        return true;
    if (!kw || kw->id == KW_BALANCE_STATIC_RR || kw->id == KW_BALANCE_STICKY)
        return false;
    return !(kw->flags & KW_HASHES) ||
           (value_of(hash) && text_is(value_of(hash)->text, value_of(hash)->len, "consistent"));
}

/* Why servers of the subject at hand cannot be changed at all while HAProxy runs; NULL: they can. */
static const char *fixed_servers(const struct comparison *c, const struct item *item)
{
    const struct item *mode = setting_find(c, OLD, KW_DEFAULTS_MODE);
    const struct section *section = c->subject[OLD]->section;

    if (!(section_sides(section) & SIDE_BACKEND) || !item->base)
        return "HAProxy reads it when it starts";
    if (item->line->kw->id != KW_LISTEN_SERVER)
        return "servers of a template are made when HAProxy starts";
    if (is_conditional(item) || section->name_env || item->line->args->flags & ARG_ENV)
        return "whether HAProxy has the server is known when it starts";
    if (value_of(mode) && text_is(value_of(mode)->text, value_of(mode)->len, proxy_mode_names[MODE_LOG]))
        return "servers of logs cannot be changed while HAProxy runs";
    return c->off ? "the backend is disabled" : NULL;
}

/* Whether an address is that of one place, IP:PORT, as the Runtime API takes it. */
static bool is_plain(const struct comparison *c, const struct arg *address)
{
    const struct word word = {.text = address->text, .len = address->len};
    struct addr_parts parts;
    uint32_t at = 0, bracket = address->len && address->text[0] == '[';

    if (address->flags & ARG_ENV || !address->sig ||
        !addr_next(&c->side[NEW].config->lang, sig_at(address->sig), &word, &at, &parts))
        return false;
    if (parts.host != address->text || parts.datagram || !parts.low || parts.low != parts.high ||
        !ip_parse(parts.host + bracket, parts.host_len - 2 * bracket, 0) ||
        text_is(parts.host, parts.host_len, "0.0.0.0") || text_is(parts.host, parts.host_len, "::"))
        return false;
    return parts.host_len + 1 < address->len && address->text[parts.host_len] == ':' &&
           is_digit(address->text[parts.host_len + 1]);
}

struct way way_of_address(struct comparison *c, const struct item *item, const struct arg *old, const struct arg *new)
{
    const char *fixed = fixed_servers(c, item);

    if (fixed)
        return reload(fixed);
    if (!old || !new || !is_plain(c, old) || !is_plain(c, new))
        return reload("the Runtime API takes addresses of the form IP:PORT alone");
    return by(CHANGE_ADDRESS, "'set server … addr' sets it");
}

struct way way_of_option(struct comparison *c, const struct item *item, const struct option_set *all[SIDES],
                         const struct option *option[SIDES])
{
    const struct option *any = option[NEW] ? option[NEW] : option[OLD];
    const char *fixed = fixed_servers(c, item);
    int64_t number;

    if (fixed)
        return reload(fixed);
    switch (any->known ? (unsigned)keywords[any->arg->row].id : KW_NONE) {
    case KW_SERVER_WEIGHT:
        if (!is_dynamic(c))
            return reload("this way to balance keeps its weights");
        if (number_of(option[NEW] ? option[NEW]->arg + 1 : NULL, 1, &number))
            return by(CHANGE_WEIGHT, "'set server … weight' sets it");
        break;
    case KW_SERVER_DISABLED:
        return by(CHANGE_STATE, "'set server … state' sets it");
    case KW_SERVER_MAXCONN:
        if (option_find(all[OLD], KW_SERVER_MINCONN) || option_find(all[NEW], KW_SERVER_MINCONN))
            return reload("beside 'minconn' the Runtime API may set both");
        if (number_of(option[NEW] ? option[NEW]->arg + 1 : NULL, 0, &number))
            return by(CHANGE_SERVER_MAXCONN, "'set maxconn server' sets it");
        break;
    default:
        break;
    }
    return reload("HAProxy reads the server's option when it starts");
}

/* Why `add server` cannot make the server; NULL: it can. */
static const char *unaddable(struct comparison *c, const struct item *item)
{
    const struct option_set *options = effective_options(&c->side[NEW], item->base, item->line);

    if (server_options_at(item->line) != 2 || !is_plain(c, &item->line->args[1]))
        return "'add server' takes addresses of the form IP:PORT alone";
    for (uint32_t i = 0; i < options->count; i++) {
        const struct arg *arg = options->at[i].arg;

        if (!options->at[i].known || keywords[arg->row].dynamic > c->side[NEW].config->lang.version)
            return "'add server' does not take one of its options";
        if (keywords[arg->row].id == KW_SERVER_TRACK)
            return "it tracks another server";
    }
    return NULL;
}

static void note_references(struct comparison *c)
{
    key_map_init(&c->referenced, c->arena);
    for (struct ref *ref = c->side[OLD].config->lang.refs; ref; ref = ref->next)
        if (ref->kind == SYMBOL_SERVER)
            *key_map_at(&c->referenced, name_key(0, ref->name, ref->len)) = ref;
    c->referenced_known = true;
}

/* Whether something refers to the server: then `del server` refuses. */
static bool is_referenced(struct comparison *c, const struct item *item)
{
    const struct section *section = c->subject[OLD]->section;
    const struct arg *name = item->line->args;
    const char *whole =
        arena_printf(c->arena, "%.*s/%.*s", (int)section->name_len, section->name, (int)name->len, name->text);

    if (!c->referenced_known)
        note_references(c);
    return effective_slot(&c->slots, KW_FRONTEND_USE_SERVER) ||
           key_map_find(&c->referenced, name_key(0, name->text, name->len)) ||
           key_map_find(&c->referenced, name_key(0, whole, strlen(whole)));
}

struct way way_of_server(struct comparison *c, const struct item *old, const struct item *new)
{
    const char *why = fixed_servers(c, new ? new : old);

    if (why)
        return reload(why);
    if (old && new)
        return reload("a server has its name, and its place among the others, from HAProxy's start");
    if (c->side[NEW].config->lang.version < DYNAMIC_SERVERS)
        return reload("this version of HAProxy has its servers from its start");
    if (!is_dynamic(c))
        return reload("this way to balance keeps its servers");
    if (!new)
        return is_referenced(c, old) ? reload("something refers to the server")
                                     : by(CHANGE_SERVER_REMOVE, "'del server' removes it");
    why = unaddable(c, new);
    return why ? reload(why) : by(CHANGE_SERVER_ADD, "'add server' makes it");
}
