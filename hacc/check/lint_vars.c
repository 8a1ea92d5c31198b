/* Variables: those that are read but never set, and those that are gone when they are read. */
#include "hacc/check/lint.h"

#include "hacc/lang/paren.h"
#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

/* A variable by its name. */
struct variable {
    struct variable *next; /* named next */
    const char *name;
    uint32_t len;
    bool set;
    struct span read; /* where it is read first, without another value in its place; src 0: nowhere */
};

struct variables {
    struct lint *lint;
    struct hash_set names;
    struct variable *first, **tail;
    bool open; /* something may set any of them */
};

static bool same_name(const void *item, const void *key)
{
    const struct variable *a = item, *b = key;

    return a->len == b->len && memcmp(a->name, b->name, a->len) == 0;
}

static struct variable *variable_of(struct variables *all, const char *name, uint32_t len)
{
    const struct variable key = {.name = name, .len = len};
    uint32_t hash = grammar_hash(0, name, len);
    struct variable *variable = hash_set_find(&all->names, hash, &key, same_name);

    if (variable)
        return variable;
    variable = arena_alloc(all->lint->config->arena, sizeof(*variable));
    *variable = key;
    *all->tail = variable;
    all->tail = &variable->next;
    hash_set_add(&all->names, all->lint->config->arena, hash, &key, same_name, variable);
    return variable;
}

/* The name at the start of arguments: up to a comma or the closing parenthesis. */
static uint32_t name_len(const char *text, uint32_t len)
{
    uint32_t end = 0;

    while (end < len && text[end] != ',' && text[end] != ')')
        end++;
    return end;
}

/* Of the scopes, req lives until the response comes, and res from then on. */
static void check_scope(struct variables *all, const struct directive *d, const char *name, uint32_t len,
                        struct span at)
{
    bool late = d->kw->phase > RESPONSE_PHASES || d->kw->place == PLACE_LOG;

    if (text_begins(name, len, "req.") && late)
        diag_add(
            all->lint->config->diags, RULE_VAR_SCOPE, at,
            arena_printf(all->lint->config->arena, "name it txn.%.*s where it is set and read", (int)len - 4, name + 4),
            "'%.*s' is gone when the response comes, so it is empty here", (int)len, name);
    else if (text_begins(name, len, "res.") && d->kw->phase && d->kw->phase < RESPONSE_PHASES)
        diag_add(all->lint->config->diags, RULE_VAR_SCOPE, at,
                 "a variable of the request is called req.NAME, and txn.NAME lives through both",
                 "'%.*s' is a variable of the response, so it is empty here", (int)len, name);
}

static void note_read(struct variables *all, const struct directive *d, const char *name, uint32_t len, bool fallback,
                      struct span at)
{
    struct variable *variable = variable_of(all, name, len);

    check_scope(all, d, name, len, at);
    if (!variable->read.src && !fallback)
        variable->read = at;
}

/* One `name(` of a sample expression, whose name begins at text[from] and ends at text[open]. */
static void note_call(struct variables *all, const struct directive *d, const struct arg *arg, uint32_t from,
                      uint32_t open)
{
    enum context_id context = from && arg->text[from - 1] == ',' ? CONTEXT_CONVERTER : CONTEXT_FETCH;
    const struct keyword *kw = sample_find(&all->lint->config->lang, context, arg->text + from, open - from);
    const char *name = arg->text + open + 1;
    uint32_t len = name_len(name, arg->len - open - 1);
    struct span at = arg_span(arg);

    if (!kw || !keyword_takes_variable(kw) || kw->id == KW_CONVERTER_UNSET_VAR)
        return;
    if (!arg->more)
        at = (struct span){at.src, at.off + open + 1, len};
    if (kw->id == KW_CONVERTER_SET_VAR)
        variable_of(all, name, len)->set = true;
    else
        note_read(all, d, name, len, len < arg->len - open - 1 && name[len] == ',', at);
}

/* Samples stand at the start of their word, behind a converter's comma, or in %[…]. */
static void note_samples(struct variables *all, const struct directive *d, const struct arg *arg)
{
    const char *open = memchr(arg->text, '(', arg->len);

    while (open) {
        uint32_t at = (uint32_t)(open - arg->text), from = at;

        while (from && is_ident(arg->text[from - 1]))
            from--;
        if (from < at && (!from || memchr(",[", arg->text[from - 1], 2)) && !(arg->flags & ARG_ENV))
            note_call(all, d, arg, from, at);
        open = memchr(open + 1, '(', arg->len - at - 1);
    }
}

/* `set-var(txn.x)`: a keyword or action with a variable in parentheses. */
static void note_keyword(struct variables *all, const struct keyword *kw, const char *text, uint32_t len)
{
    const char *open = memchr(text, '(', len);

    if (open && keyword_takes_variable(kw))
        variable_of(all, open + 1, name_len(open + 1, len - (uint32_t)(open + 1 - text)))->set = true;
}

static void note_line(struct variables *all, const struct directive *d)
{
    note_keyword(all, d->kw, d->name, d->name_len);
    if (d->kw->id == KW_GLOBAL_SET_VAR || d->kw->id == KW_GLOBAL_SET_VAR_FMT)
        variable_of(all, d->args->text, d->args->len)->set = true;
    all->open |= d->kw->id == KW_GLOBAL_LUA_LOAD || d->kw->id == KW_GLOBAL_LUA_LOAD_PER_THREAD ||
                 directive_option(d, KW_FILTER_SPOE) || directive_option(d, KW_FILTER_OPENTRACING);
    for (uint32_t i = 0; i < d->arg_count; i++) {
        const struct arg *arg = &d->args[i];

        if (!memchr(arg->text, '(', arg->len))
            continue;
        all->open |= arg->flags & ARG_ENV;
        if (arg->flags & ARG_HEAD)
            note_keyword(all, &keywords[arg->row], arg->text, arg->len);
        else
            note_samples(all, d, arg);
    }
}

/* A variable that is set, and whose name differs in case alone; NULL: none. */
static const struct variable *alike(const struct variables *all, const struct variable *variable)
{
    for (const struct variable *other = all->first; other; other = other->next)
        if (other->set && other->len == variable->len &&
            diag_distance(other->name, variable->len, variable->name, variable->len, 1) == 1)
            return other;
    return NULL;
}

static void report(struct variables *all, const struct variable *variable)
{
    struct config *config = all->lint->config;
    const struct variable *other = diags_full(config->diags) ? NULL : alike(all, variable);

    diag_add(config->diags, RULE_VAR_NEVER_SET, variable->read,
             other ? arena_printf(config->arena, "did you mean '%.*s'?", (int)other->len, other->name)
                   : "set it with set-var, or give 'var' a value for what is not set: var(txn.name,value)",
             "nothing sets variable '%.*s'", (int)variable->len, variable->name);
}

void lint_variables(struct lint *lint)
{
    struct variables all = {.lint = lint};

    if (!lint->config->lang.variables)
        return;
    all.tail = &all.first;
    for (const struct section *section = lint->config->first; section; section = section->next)
        for (const struct directive *d = section->first; d; d = d->next)
            note_line(&all, d);
    if (all.open || !lint->all_sure || lint->config->damaged || !lint->has_frontend || lint->has_errors)
        return;
    for (const struct variable *variable = all.first; variable; variable = variable->next)
        /* those of the process can be set while it runs */
        if (!variable->set && variable->read.src && !text_begins(variable->name, variable->len, "proc."))
            report(&all, variable);
}
