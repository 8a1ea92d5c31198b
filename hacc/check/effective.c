#include "hacc/check/effective.h"

#include "hacc/check/check.h"

#include <string.h>

/* --- slots --- */

/* Kinds of slots, for name_key: above all ids of keywords. */
enum { GROUP_SLOTS = 1 << 16, VERBATIM_SLOT = 1 << 17 };

/* Gives the group of keywords that take each other's place in a section; ORDER_NONE: there is none. */
static enum order_group alternatives_of(const struct keyword *kw)
{
    static const enum order_group groups[] = {ORDER_HTTP_MODE, ORDER_LOG_FORMAT, ORDER_DISABLED};

    if (kw->repeat == REPEAT_MANY)
        return ORDER_NONE;
    for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
        if (kw->order & 1u << groups[i])
            return groups[i];
    return keyword_is_one_of(kw, check_kinds, CHECK_KINDS) ? ORDER_CHECK : ORDER_NONE;
}

/* Gives the group whose lines are one list; ORDER_NONE: those of the keyword are. */
static enum order_group list_of(const struct keyword *kw)
{
    for (int group = ORDER_COUNT - 1; group > ORDER_NONE; group--)
        if (kw->order & 1u << group)
            return (enum order_group)group;
    return ORDER_NONE;
}

static bool is_list(const struct keyword *kw)
{
    return kw == &keyword_verbatim || kw->repeat == REPEAT_MANY || *kw->name == '.' ||
           kw->order & 1u << ORDER_CERTIFICATE;
}

static struct key slot_key(const struct effective *effective, const struct directive *line)
{
    const struct keyword *kw = line_keyword(&effective->reader, line);
    enum order_group group = is_list(kw) ? list_of(kw) : alternatives_of(kw);

    if (kw == &keyword_verbatim)
        return name_key(VERBATIM_SLOT, "", 0);
    if (group != ORDER_NONE)
        return name_key(GROUP_SLOTS + group + (is_list(kw) ? 0u : ORDER_COUNT), "", 0);
    if (kw->flags & KW_PREFIX)
        return name_key(kw->id, line->name, line->name_len);
    return name_key(kw->id, "", 0);
}

static enum slot_family family_of(const struct keyword *kw)
{
    static const enum keyword_id stats[] = {
        KW_DEFAULTS_STATS_AUTH,         KW_DEFAULTS_STATS_ENABLE,       KW_DEFAULTS_STATS_HIDE_VERSION,
        KW_DEFAULTS_STATS_REALM,        KW_DEFAULTS_STATS_REFRESH,      KW_DEFAULTS_STATS_SCOPE,
        KW_DEFAULTS_STATS_SHOW_DESC,    KW_DEFAULTS_STATS_SHOW_LEGENDS, KW_DEFAULTS_STATS_SHOW_MODULES,
        KW_DEFAULTS_STATS_SHOW_NODE,    KW_DEFAULTS_STATS_URI,          KW_FRONTEND_STATS_ADMIN,
        KW_FRONTEND_STATS_HTTP_REQUEST,
    };

    if (keyword_is_one_of(kw, stats, sizeof(stats) / sizeof(*stats)))
        return FAMILY_STATS;
    if (alternatives_of(kw) == ORDER_CHECK || (is_list(kw) && list_of(kw) == ORDER_CHECK))
        return FAMILY_CHECKS;
    return FAMILY_NONE;
}

static struct slot *slot_of(struct effective *effective, const struct directive *line)
{
    struct key key = key_join(effective->guard, slot_key(effective, line));
    void **at = key_map_at(effective->slots, key);
    struct slot *slot = *at;

    if (slot)
        return slot;
    *at = slot = arena_zalloc(effective->arena, sizeof(*slot));
    slot->key = key;
    slot->list = is_list(line->kw);
    slot->alternatives = !slot->list && alternatives_of(line->kw) != ORDER_NONE;
    slot->family = (uint8_t)family_of(line->kw);
    slot->dropped = slot->family == FAMILY_STATS || (slot->family == FAMILY_CHECKS && slot->list);
    return slot;
}

struct slot *effective_slot(const struct key_map *slots, enum keyword_id id)
{
    const struct key none = {0, 0};

    return key_map_find(slots, key_join(none, name_key(id, "", 0)));
}

/* --- items --- */

static bool is_default_server(const struct directive *line)
{
    return line->kw->id == KW_DEFAULTS_DEFAULT_SERVER || line->kw->id == KW_PEERS_DEFAULT_SERVER;
}

static bool is_acl(const struct directive *line)
{
    return line->kw->id == KW_FRONTEND_ACL || line->kw->id == KW_FCGI_APP_ACL;
}

/* What makes two lines of a list the same thing: the name, the address that is listened on or sent to. */
static struct key identity_of(struct effective *effective, const struct item *item)
{
    const struct directive *line = item->line;
    const struct arg *first = line->args;
    struct key kind = name_key(line->kw->id, "", 0);

    if (line->arg_count && (line->kw->named || (first->sig && sig_at(first->sig)->type == TYPE_ADDR)))
        return key_join(kind, words_key(&effective->reader, first, 1));
    return item->key;
}

static struct item *add_item(struct effective *effective, const struct section *section, const struct directive *line)
{
    struct item *item;

    if (effective->count == effective->cap)
        effective->items = arena_extend(effective->arena, effective->items, effective->count, &effective->cap, 256,
                                        sizeof(*effective->items));
    item = &effective->items[effective->count++];
    *item = (struct item){.line = line, .section = section, .slot = slot_of(effective, line)};
    return item;
}

/* An ACL may be written in one line or in several: those that test the same are one item. */
static void add_acl(struct effective *effective, const struct section *section, const struct directive *line)
{
    struct key head, patterns = acl_key(&effective->reader, line, &head);
    struct key key = key_join(key_join(effective->guard, head), name_key(section->number, "", 0));
    void **at = key_map_at(&effective->acls, key);
    uintptr_t number = (uintptr_t)*at;
    struct item *item;

    if (number) {
        key_add(&effective->items[number - 1].key, patterns);
        return;
    }
    *at = (void *)(uintptr_t)(effective->count + 1);
    item = add_item(effective, section, line);
    item->identity = item->key = head;
    key_add(&item->key, patterns);
}

static void set_key(struct effective *effective, struct item *item)
{
    effective->reader.section = item->section;
    if (item->base)
        item->key = server_key(effective, item);
    else
        item->key = line_key(&effective->reader, item->line, 0);
    if (item->slot->list)
        item->identity = identity_of(effective, item);
}

/* --- conditions --- */

static void follow_condition(struct effective *effective, const struct directive *line)
{
    enum keyword_id id = (enum keyword_id)line->kw->id;

    if (id == KW_DOT__ENDIF) {
        effective->guard_count -= effective->guard_count > 0;
        effective->guard = effective->guards ? effective->guards[effective->guard_count] : effective->guard;
        return;
    }
    if (id == KW_DOT__IF) {
        if (effective->guard_count == effective->guard_cap)
            effective->guards = arena_extend(effective->arena, effective->guards, effective->guard_count,
                                             &effective->guard_cap, 8, sizeof(*effective->guards));
        effective->guards[effective->guard_count++] = effective->guard;
    }
    effective->guard = key_join(effective->guard, line_key(&effective->reader, line, 0));
}

static bool is_condition(const struct directive *line)
{
    static const enum keyword_id ids[] = {KW_DOT__IF, KW_DOT__ELIF, KW_DOT__ELSE, KW_DOT__ENDIF};

    return keyword_is_one_of(line->kw, ids, sizeof(ids) / sizeof(*ids));
}

/* --- sections --- */

static void read_lines(struct effective *effective, const struct section *section)
{
    static const struct option_set nothing;
    const struct option_set *base = section->defaults ? effective->bases[section->defaults->number] : NULL;

    base = base ? base : &nothing;
    effective->reader.section = section;
    for (const struct directive *line = section->first; line; line = line->next) {
        if (is_condition(line)) {
            follow_condition(effective, line);
        } else if (is_default_server(line)) {
            base = effective_options(effective, base, line);
        } else if (is_acl(line)) {
            add_acl(effective, section, line);
        } else {
            struct item *item = add_item(effective, section, line);

            item->base = line_is_server(line) ? base : NULL;
            set_key(effective, item);
        }
    }
    effective->bases[section->number] = base;
}

/* Names of defaults sections mean nothing, and what they say is said of the proxies. One behind an .if is looked at by
 * itself: which proxies start from it is not known. */
static bool is_subject(const struct section *section)
{
    return section->context != CONTEXT_DEFAULTS || section->condition;
}

static void add_subject(struct effective *effective, const struct section *section)
{
    struct key key = key_join(effective->guard, name_key(section->context, section->name, section->name_len));
    void **at = key_map_at(&effective->subjects, key);
    struct subject *subject = *at;

    if (!subject) {
        *at = subject = arena_zalloc(effective->arena, sizeof(*subject));
        subject->key = key;
        subject->section = section;
        *effective->tail = subject;
        effective->tail = &subject->next;
    }
    if (subject->count == subject->cap)
        subject->sections = arena_extend(effective->arena, subject->sections, subject->count, &subject->cap, 1,
                                         sizeof(*subject->sections));
    subject->sections[subject->count++] = section;
}

void effective_read(struct effective *effective, const struct config *config, struct key_map *slots,
                    struct arena *arena)
{
    *effective = (struct effective){.config = config, .arena = arena, .slots = slots};
    effective->tail = &effective->first;
    line_reader_init(&effective->reader, config->lang.version, arena);
    key_map_init(&effective->subjects, arena);
    key_map_init(&effective->acls, arena);
    effective->ranges = arena_zalloc(arena, (config->section_count + 1) * sizeof(*effective->ranges));
    effective->bases = arena_zalloc(arena, (config->section_count + 1) * sizeof(*effective->bases));
    effective->fold_at = arena_alloc(arena, KW_COUNT * sizeof(*effective->fold_at));
    effective->fold_seen = arena_zalloc(arena, KW_COUNT * sizeof(*effective->fold_seen));
    effective_note_negations(effective);
    for (const struct section *section = config->first; section; section = section->next) {
        effective->ranges[section->number].from = effective->count;
        if (is_subject(section))
            add_subject(effective, section);
        read_lines(effective, section);
        effective->ranges[section->number].to = effective->count;
    }
    effective->reader.section = NULL;
}

void effective_rename(struct effective *effective, const struct key_map *renamed)
{
    effective->reader.renamed = renamed;
    for (uint32_t i = 0; i < effective->count; i++)
        if (!is_acl(effective->items[i].line))
            set_key(effective, &effective->items[i]);
    effective->reader.section = NULL;
}
