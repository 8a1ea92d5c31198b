#include "hacc/model/config.h"

#include <string.h>

void config_init(struct config *config, struct arena *arena, struct diags *diags, struct sources *sources,
                 enum hap_version version)
{
    memset(config, 0, sizeof(*config));
    config->arena = arena;
    config->diags = diags;
    config->sources = sources;
    config->tail = &config->first;
    config->sysctl_tail = &config->sysctls;
    lang_init(&config->lang, diags, version);
}

struct section *config_add_section(struct config *config, enum context_id context, const char *name, uint32_t len,
                                   struct span at)
{
    struct section *section = arena_zalloc(config->arena, sizeof(*section));

    section->context = context;
    section->name = name;
    section->name_len = len;
    section->at = section->name_at = at;
    section->tail = &section->first;
    *config->tail = section;
    config->tail = &section->next;
    return section;
}

struct directive *config_directive(struct config *config, const struct keyword *kw, const struct match *match)
{
    struct directive *directive = arena_zalloc(config->arena, sizeof(*directive));

    directive->kw = kw;
    directive->name = kw->name;
    directive->name_len = (uint32_t)strlen(kw->name);
    directive->at = match->at;
    directive->arg_count = match->count;
    if (match->count) {
        struct arg *args = arena_alloc(config->arena, match->count * sizeof(*args));

        memcpy(args, match->args, match->count * sizeof(*args));
        directive->args = args;
        for (uint32_t i = 0; i < match->count; i++)
            if (args[i].flags & ARG_SECRET)
                config->secret = true;
    }
    return directive;
}

void section_add(struct section *section, struct directive *directive)
{
    *section->tail = directive;
    section->tail = &directive->next;
}

void section_insert(struct section *section, struct directive *directive, const struct directive *before)
{
    struct directive **link = &section->first;

    while (*link && *link != before)
        link = &(*link)->next;
    directive->next = *link;
    *link = directive;
    if (!directive->next)
        section->tail = &directive->next;
}

void section_remove(struct section *section, struct directive *directive)
{
    struct directive **link = &section->first;

    while (*link && *link != directive)
        link = &(*link)->next;
    if (!*link)
        return;
    *link = directive->next;
    if (!*link)
        section->tail = link;
}

static bool same_name(const struct section *section, const char *name, uint32_t len)
{
    return section->name_len == len && memcmp(section->name, name, len) == 0;
}

const struct section *section_defaults(const struct config *config, const struct section *section)
{
    const struct section *found = NULL;

    for (const struct section *s = config->first; s && s != section; s = s->next)
        if (s->context == CONTEXT_DEFAULTS && (!section->from || same_name(s, section->from, section->from_len)))
            found = s;
    return found;
}

struct directive *section_effective(const struct config *config, const struct section *section, enum keyword_id id)
{
    struct directive *found = NULL;

    for (; section && !found; section = section_defaults(config, section)) {
        found = section_find_directive(section, id);
        if (section->context == CONTEXT_DEFAULTS && !section->from)
            break; /* an unnamed defaults section starts afresh */
    }
    return found;
}

struct sysctl *config_sysctl(struct config *config, const char *key, const char *value, const char *reason,
                             struct span at)
{
    struct sysctl *sysctl = arena_zalloc(config->arena, sizeof(*sysctl));

    sysctl->key = key;
    sysctl->value = value;
    sysctl->reason = reason;
    sysctl->at = at;
    *config->sysctl_tail = sysctl;
    config->sysctl_tail = &sysctl->next;
    return sysctl;
}

bool symbol_is_local(enum symbol_kind kind)
{
    return kind == SYMBOL_SERVER || kind == SYMBOL_ACL || kind == SYMBOL_USER || kind == SYMBOL_GROUP ||
           kind == SYMBOL_FILTER;
}

static uint32_t symbol_hash(enum symbol_kind kind, const char *name, uint32_t len, const struct section *scope)
{
    return grammar_hash((unsigned)kind ^ (unsigned)((uintptr_t)scope >> 4), name, len);
}

static bool symbol_is(const struct symbol *symbol, uint32_t hash, enum symbol_kind kind, const char *name,
                      uint32_t len, const struct section *scope)
{
    return symbol->hash == hash && symbol->kind == kind && symbol->scope == scope && symbol->len == len &&
           memcmp(symbol->name, name, len) == 0;
}

static void symbols_grow(struct config *config)
{
    struct symbols *symbols = &config->symbols;
    uint32_t old = symbols->slots ? symbols->mask + 1 : 0, size = old ? 4 * old : 256;
    struct symbol **slots = arena_zalloc(config->arena, size * sizeof(struct symbol *));

    for (uint32_t i = 0; i < old; i++) {
        struct symbol *symbol = symbols->slots[i], *next;

        for (; symbol; symbol = next) {
            next = symbol->next;
            symbol->next = slots[symbol->hash & (size - 1)];
            slots[symbol->hash & (size - 1)] = symbol;
        }
    }
    symbols->slots = slots;
    symbols->mask = size - 1;
}

struct symbol *config_find(const struct config *config, enum symbol_kind kind, const char *name, uint32_t len,
                           const struct section *scope)
{
    uint32_t hash;
    struct symbol *symbol;

    if (!config->symbols.slots)
        return NULL;
    if (!symbol_is_local(kind))
        scope = NULL;
    hash = symbol_hash(kind, name, len, scope);
    for (symbol = config->symbols.slots[hash & config->symbols.mask]; symbol; symbol = symbol->next)
        if (symbol_is(symbol, hash, kind, name, len, scope))
            return symbol;
    return NULL;
}

void config_define(struct config *config, enum symbol_kind kind, const char *name, uint32_t len,
                   struct section *section, struct directive *directive, struct span at)
{
    const struct section *scope = symbol_is_local(kind) ? section : NULL;
    struct symbol *first = config_find(config, kind, name, len, section);
    struct symbol *symbol = arena_zalloc(config->arena, sizeof(*symbol));

    symbol->kind = kind;
    symbol->name = name;
    symbol->len = len;
    symbol->scope = scope;
    symbol->section = section;
    symbol->directive = directive;
    symbol->at = at;
    symbol->hash = symbol_hash(kind, name, len, scope);
    if (first) { /* later ones hang behind the first, in the order of definition */
        (first->last ? first->last : first)->same = symbol;
        first->last = symbol;
        return;
    }
    if (!config->symbols.slots || config->symbols.count > config->symbols.mask)
        symbols_grow(config);
    symbol->next = config->symbols.slots[symbol->hash & config->symbols.mask];
    config->symbols.slots[symbol->hash & config->symbols.mask] = symbol;
    config->symbols.count++;
}

struct directive *section_find_directive(const struct section *section, enum keyword_id id)
{
    for (struct directive *directive = section->first; directive; directive = directive->next)
        if (directive->kw->id == id && directive->form == FORM_PLAIN)
            return directive;
    return NULL;
}

const struct arg *directive_param(const struct directive *directive, const char *name)
{
    for (uint32_t i = 0; i < directive->arg_count; i++) {
        const struct arg *arg = &directive->args[i];

        if (!arg->row && arg->sig && sig_at(arg->sig)->kind == SIG_PARAM && strcmp(sig_at(arg->sig)->text, name) == 0)
            return arg;
    }
    return NULL;
}
