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

/* A name that is looked for. */
struct symbol_key {
    enum symbol_kind kind;
    const char *name;
    uint32_t len;
};

static bool same_symbol(const void *item, const void *key)
{
    const struct symbol *symbol = item;
    const struct symbol_key *wanted = key;

    return symbol->kind == wanted->kind && symbol->len == wanted->len &&
           memcmp(symbol->name, wanted->name, wanted->len) == 0;
}

struct symbol *config_find(const struct config *config, enum symbol_kind kind, const char *name, uint32_t len,
                           const struct section *scope)
{
    const struct symbol_key key = {kind, name, len};
    const struct symbols *names = &config->names;

    if (symbol_is_local(kind))
        names = scope ? &scope->names : NULL;
    return names ? hash_set_find(&names->set, grammar_hash(kind, name, len), &key, same_symbol) : NULL;
}

/* Later definitions hang behind the first, in their order. */
static void define_again(struct config *config, struct symbol *first, struct symbol *again)
{
    if (!first->same) {
        first->next_repeated = config->repeated;
        config->repeated = first;
    }
    (first->last ? first->last : first)->same = again;
    first->last = again;
}

void config_define(struct config *config, enum symbol_kind kind, const char *name, uint32_t len,
                   struct section *section, struct directive *directive, struct span at)
{
    const struct symbol_key key = {kind, name, len};
    struct symbols *names = symbol_is_local(kind) ? &section->names : &config->names;
    struct symbol *symbol = arena_zalloc(config->arena, sizeof(*symbol)), *first;

    symbol->kind = (uint8_t)kind;
    symbol->name = name;
    symbol->len = len;
    symbol->section = section;
    symbol->directive = directive;
    symbol->number = config->lang.number;
    symbol->branch = config->lang.branch;
    symbol->at = at;
    first = hash_set_add(&names->set, config->arena, grammar_hash(kind, name, len), &key, same_symbol, symbol);
    if (first) {
        define_again(config, first, symbol);
        return;
    }
    *names->tail = symbol;
    names->tail = &symbol->next;
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
