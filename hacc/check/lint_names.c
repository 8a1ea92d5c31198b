/* Names that are given twice, and sections that are used in two ways or in none. */
#include "hacc/check/lint.h"

#include <ctype.h>
#include <strings.h>

/* Of a second userlist, user or group of a name HAProxy keeps nothing. */
static void check_duplicates(struct lint *lint)
{
    for (const struct symbol *first = lint->config->repeated; first; first = first->next_repeated) {
        if (!symbol_is_kept_once(first->kind))
            continue;
        for (const struct symbol *again = first->same; again; again = again->same) {
            diag_add(lint->config->diags, RULE_DUPLICATE_IGNORED, again->at, "remove one of them",
                     "HAProxy ignores this %s '%.*s': there is one of that name above", symbol_names[again->kind],
                     (int)again->len, again->name);
            diag_place(lint->config->diags, first->at, "this one counts");
            if (again->directive && !first->branch)
                lint_fix_remove(lint, again->directive);
        }
    }
}

static bool is_later(const struct symbol *a, const struct symbol *b)
{
    return a->number != b->number ? a->number > b->number : a->at.off > b->at.off;
}

/* One name for a frontend and a backend: from 3.3 on it is refused. */
static void check_same_names(struct lint *lint)
{
    if (lint->config->lang.version < HAP_3_2)
        return;
    for (const struct symbol *frontend = lint->config->names.first; frontend; frontend = frontend->next) {
        const struct symbol *backend = NULL, *later;

        if (frontend->kind == SYMBOL_FRONTEND)
            backend = config_find(lint->config, SYMBOL_BACKEND, frontend->name, frontend->len, NULL);
        if (!backend || backend->section == frontend->section)
            continue;
        later = is_later(backend, frontend) ? backend : frontend;
        diag_add(lint->config->diags, RULE_FE_BE_SAME_NAME, later->at, "rename one: HAProxy 3.3 refuses this",
                 "a frontend and a backend are both named '%.*s'", (int)later->len, later->name);
        diag_place(lint->config->diags, (later == backend ? frontend : backend)->at, "the other one is here");
    }
}

/* Two servers of one name of which one has its own number, or both: what 3.2 warns of, and 3.3 refuses. */
static void check_same_servers(struct lint *lint)
{
    if (lint->config->lang.version < HAP_3_2)
        return;
    for (const struct symbol *first = lint->config->repeated; first; first = first->next_repeated) {
        bool unnumbered = false; /* one without a number stands above: with another such one it is an error */

        for (const struct symbol *again = first; again && first->kind == SYMBOL_SERVER; again = again->same) {
            bool numbered = again->directive && directive_option(again->directive, KW_SERVER_ID);

            if (again != first && (numbered || !unnumbered)) {
                diag_add(lint->config->diags, RULE_SERVER_SAME_NAME, again->at, "rename it: HAProxy 3.3 refuses this",
                         "another server of %s '%.*s' is named '%.*s'", contexts[again->section->context].name,
                         (int)again->section->name_len, again->section->name, (int)again->len, again->name);
                diag_place(lint->config->diags, first->at, "the other one is here");
            }
            unnumbered |= !numbered;
        }
    }
}

/* How a defaults section is used. */
struct defaults_use {
    const struct section *defaults, *by_name, *by_place; /* the proxies that did so first; NULL: none */
};

struct defaults_uses {
    struct defaults_use *at;
    uint32_t count, cap;
};

static struct defaults_use *find_use(struct lint *lint, struct defaults_uses *uses, const struct section *defaults)
{
    for (uint32_t i = uses->count; i-- > 0;) /* most proxies use one of the last */
        if (uses->at[i].defaults == defaults)
            return &uses->at[i];
    if (uses->count == uses->cap)
        uses->at = arena_extend(lint->config->arena, uses->at, uses->count, &uses->cap, 8, sizeof(*uses->at));
    uses->at[uses->count] = (struct defaults_use){.defaults = defaults};
    return &uses->at[uses->count++];
}

/* Notes how a proxy uses its defaults section. One that others name is hardly meant for what merely follows it. */
static void check_use(struct lint *lint, struct defaults_uses *uses, const struct section *proxy,
                      const struct section *defaults)
{
    struct defaults_use *use = find_use(lint, uses, defaults);
    const struct section **mine = proxy->from ? &use->by_name : &use->by_place;
    const struct section *other = proxy->from ? use->by_place : use->by_name;

    if (!*mine)
        *mine = proxy;
    if (!other)
        return;
    diag_add(lint->config->diags, RULE_DEFAULTS_MIXED, proxy->name_at, "name it with 'from' everywhere, or nowhere",
             "%s '%.*s' takes defaults '%.*s' by its %s, another proxy by its %s", contexts[proxy->context].name,
             (int)proxy->name_len, proxy->name, (int)defaults->name_len, defaults->name, proxy->from ? "name" : "place",
             proxy->from ? "place" : "name");
    diag_place(lint->config->diags, other->name_at, "this one");
}

static void check_defaults_uses(struct lint *lint)
{
    struct defaults_uses uses = {NULL, 0, 0};
    const struct section *last = NULL;

    if (lint->config->lang.version < HAP_3_0)
        return;
    for (const struct section *section = lint->config->first; section; section = section->next) {
        if (section->context == CONTEXT_DEFAULTS) {
            last = section;
        } else if (section->context == CONTEXT_FRONTEND || section->context == CONTEXT_BACKEND ||
                   section->context == CONTEXT_LISTEN) {
            const struct section *defaults = section->from ? lint_defaults_of(lint, section) : last;

            if (defaults && defaults->name_len)
                check_use(lint, &uses, section, defaults);
        }
    }
}

static bool is_used(const struct lint *lint, const struct section *mailers)
{
    for (uint32_t i = 0; i < lint->mailers.count; i++)
        if (lint->mailers.at[i] == mailers)
            return true;
    return false;
}

/* HAProxy removes mailers that no proxy sends mail through. */
static void check_mailers(struct lint *lint)
{
    if (!lint->all_mailers || lint->config->damaged)
        return;
    for (const struct section *section = lint->config->first; section; section = section->next)
        if (section->context == CONTEXT_MAILERS && !is_used(lint, section))
            diag_add(lint->config->diags, RULE_MAILERS_UNUSED, section->name_at,
                     "name it by 'email-alert mailers', or remove it", "no proxy sends mail by mailers '%.*s'",
                     (int)section->name_len, section->name);
}

static uint32_t fold_hash(const struct symbol *symbol)
{
    uint32_t hash = (uint32_t)symbol->kind;

    for (uint32_t i = 0; i < symbol->len; i++)
        hash = (hash ^ (uint32_t)tolower((unsigned char)symbol->name[i])) * 16777619u;
    return hash ^ hash >> 15;
}

static bool same_folded(const void *item, const void *key)
{
    const struct symbol *a = item, *b = key;

    return a->kind == b->kind && a->len == b->len && strncasecmp(a->name, b->name, a->len) == 0;
}

/* Names that rules tell, of a kind. */
static void check_case(struct lint *lint, const struct symbols *names, enum symbol_kind kind)
{
    struct hash_set folded = {0};

    for (struct symbol *symbol = names->first; symbol; symbol = symbol->next) {
        const struct symbol *other = NULL;

        if (symbol->kind == kind)
            other = hash_set_add(&folded, lint->config->arena, fold_hash(symbol), symbol, same_folded, symbol);
        if (!other)
            continue;
        diag_add(lint->config->diags, RULE_NAME_CASE_TYPO, symbol->at,
                 "spell them alike, or name one of them otherwise",
                 "%s '%.*s' differs from '%.*s' in case alone, and HAProxy takes them for two", symbol_names[kind],
                 (int)symbol->len, symbol->name, (int)other->len, other->name);
        diag_place(lint->config->diags, other->at, "the other one");
    }
}

static void check_cases(struct lint *lint)
{
    check_case(lint, &lint->config->names, SYMBOL_BACKEND);
    for (const struct section *section = lint->config->first; section; section = section->next)
        if (section_lines(section, keyword_bit(KW_FRONTEND_ACL) | keyword_bit(KW_FCGI_APP_ACL)))
            check_case(lint, &section->names, SYMBOL_ACL);
}

void lint_names(struct lint *lint)
{
    check_cases(lint);
    check_mailers(lint);
    check_duplicates(lint);
    check_same_names(lint);
    check_same_servers(lint);
    check_defaults_uses(lint);
}
