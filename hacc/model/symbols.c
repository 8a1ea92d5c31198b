/* The names of a configuration: what defines them, and how they are found. */
#include "hacc/lang/types.h"
#include "hacc/model/config.h"

#include <string.h>

bool symbol_is_local(enum symbol_kind kind)
{
    static const bool local[SYMBOL_COUNT] = {
        [SYMBOL_SERVER] = true,  [SYMBOL_ACL] = true,         [SYMBOL_USER] = true,      [SYMBOL_GROUP] = true,
        [SYMBOL_FILTER] = true,  [SYMBOL_SPOE_ENGINE] = true, [SYMBOL_OT_FILTER] = true, [SYMBOL_SERVER_ID] = true,
        [SYMBOL_BIND_ID] = true, [SYMBOL_NAMESERVER] = true,  [SYMBOL_PEER] = true,
    };

    return local[kind];
}

bool symbol_is_kept_once(enum symbol_kind kind)
{
    return kind == SYMBOL_USERLIST || kind == SYMBOL_USER || kind == SYMBOL_GROUP;
}

/* Gives the slot that holds the name, or the free one where it belongs. */
static struct symbol_slot *find_slot(const struct symbol_table *table, uint32_t hash, enum symbol_kind kind,
                                     const char *name, uint32_t len)
{
    uint32_t i = hash & table->mask;

    for (; table->slots[i].symbol; i = (i + 1) & table->mask) {
        const struct symbol *symbol = table->slots[i].symbol;

        if (table->slots[i].hash == hash && symbol->kind == kind && symbol->len == len &&
            memcmp(symbol->name, name, len) == 0)
            break;
    }
    return &table->slots[i];
}

/* Starts small: most sections have a few names. */
static void table_grow(struct symbol_table *table, struct arena *arena)
{
    struct symbol_table old = *table;
    uint32_t size = old.slots ? 2 * (old.mask + 1) : 8;

    table->slots = arena_zalloc(arena, size * sizeof(*table->slots));
    table->mask = size - 1;
    for (uint32_t at = 0; old.slots && at <= old.mask; at++) {
        uint32_t i = old.slots[at].hash & table->mask;

        if (!old.slots[at].symbol)
            continue;
        while (table->slots[i].symbol)
            i = (i + 1) & table->mask;
        table->slots[i] = old.slots[at];
    }
}

struct symbol *config_find(const struct config *config, enum symbol_kind kind, const char *name, uint32_t len,
                           const struct section *scope)
{
    const struct symbol_table *table = &config->symbols.names;

    if (symbol_is_local(kind))
        table = scope ? &scope->names : NULL;
    if (!table || !table->slots)
        return NULL;
    return find_slot(table, grammar_hash(kind, name, len), kind, name, len)->symbol;
}

/* Later definitions hang behind the first, in their order. */
static void define_again(struct symbols *symbols, struct symbol *first, struct symbol *again)
{
    if (!first->same) {
        first->next_repeated = symbols->repeated;
        symbols->repeated = first;
    }
    (first->last ? first->last : first)->same = again;
    first->last = again;
}

void config_define(struct config *config, enum symbol_kind kind, const char *name, uint32_t len,
                   struct section *section, struct directive *directive, struct span at)
{
    struct symbols *symbols = &config->symbols;
    bool local = symbol_is_local(kind);
    struct symbol_table *table = local ? &section->names : &symbols->names;
    struct symbol *symbol = arena_zalloc(config->arena, sizeof(*symbol));
    uint32_t hash = grammar_hash(kind, name, len);
    struct symbol_slot *slot;

    symbol->kind = kind;
    symbol->name = name;
    symbol->len = len;
    symbol->scope = local ? section : NULL;
    symbol->section = section;
    symbol->directive = directive;
    symbol->number = config->lang.number;
    symbol->branch = config->lang.branch;
    symbol->at = at;
    if (!table->slots || 2 * table->count > table->mask)
        table_grow(table, config->arena);
    slot = find_slot(table, hash, kind, name, len);
    if (slot->symbol) {
        define_again(symbols, slot->symbol, symbol);
        return;
    }
    *slot = (struct symbol_slot){symbol, hash};
    table->count++;
    *symbols->tail = symbol;
    symbols->tail = &symbol->next;
}

void config_define_section(struct config *config, struct section *section)
{
    const struct context *context = &contexts[section->context];

    if (!section->name_len)
        return;
    if (!section->name_env && !context->any_name && !name_parse(section->name, section->name_len)) {
        section->poison = true;
        diag_add(config->diags, RULE_BAD_VALUE, section->name_at, NULL,
                 "'%.*s' is not a name: letters, digits, '-', '_', '.' and ':' make one", (int)section->name_len,
                 section->name);
        return;
    }
    for (int i = 0; i < 2; i++) {
        enum symbol_kind kind = (enum symbol_kind)context->defines[i];

        if (kind != SYMBOL_NONE && section->name_env)
            config_define_unknown(config, kind, section);
        else if (kind != SYMBOL_NONE)
            config_define(config, kind, section->name, section->name_len, section, NULL, section->name_at);
    }
}

void config_define_unknown(struct config *config, enum symbol_kind kind, struct section *section)
{
    _Static_assert(SYMBOL_COUNT <= 64, "a bit for each kind of name");

    if (symbol_is_local(kind))
        section->poison = true;
    else
        config->unknown_names |= (uint64_t)1 << kind;
}
