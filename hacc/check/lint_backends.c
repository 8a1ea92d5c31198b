/* Where requests go: backends that nothing reaches, or that have nothing behind them. */
#include "hacc/check/lint.h"
#include "hacc/check/request_words.h"

#include "hacc/lang/paren.h"
#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

static bool is_dynamic(const struct arg *name)
{
    return name->flags & ARG_ENV || memchr(name->text, '%', name->len);
}

/* --- a frontend --- */

/* `deny unless a or b`: what is left may be just what the use_backend rules take. */
static bool takes_the_rest(const struct lint *lint, const struct directive *d)
{
    struct request_condition condition = request_condition_of(lint->config, lint->section, d);

    for (uint32_t i = 0; i < condition.count; i++) {
        const struct request_case *one = &condition.cases[i];
        uint32_t negated = 0;

        while (negated < one->count && one->terms[negated].negated)
            negated++;
        if (negated == one->count)
            return true;
    }
    return !condition.known;
}

/* Whether the rule may leave nothing for default_backend. */
static bool takes_all(const struct lint *lint, const struct directive *d)
{
    bool ends = d->kw->id == KW_FRONTEND_REDIRECT || lint_ends_requests(d);

    if (!directive_has_condition(d))
        return ends || d->kw->id == KW_FRONTEND_USE_BACKEND;
    return ends && takes_the_rest(lint, d);
}

static void check_default(struct lint *lint)
{
    const struct directive *last = NULL;

    if (lint->section->context != CONTEXT_FRONTEND || lint_effective(lint, KW_DEFAULTS_DEFAULT_BACKEND))
        return;
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (takes_all(lint, d))
            return;
        if (d->kw->id == KW_FRONTEND_USE_BACKEND)
            last = d;
    }
    if (last)
        lint_add_section(lint, RULE_NO_DEFAULT_BACKEND,
                         "add default_backend, or a last use_backend without a condition",
                         "what no use_backend rule of %s '%.*s' takes %s", LINT_NAME(lint),
                         lint->mode == MODE_HTTP ? "is answered with 503" : "is closed");
}

/* --- a backend --- */

/* Whether something in the section answers requests where there are no servers. */
static bool answers(const struct lint *lint)
{
    static const enum keyword_id answering[] = {
        KW_LISTEN_SERVER,          KW_LISTEN_SERVER_TEMPLATE,      KW_FRONTEND_DISPATCH,
        KW_FRONTEND_REDIRECT,      KW_DEFAULTS_ERRORFILE,          KW_DEFAULTS_ERRORFILES,
        KW_DEFAULTS_HTTP_ERROR,    KW_DEFAULTS_ERRORLOC,           KW_DEFAULTS_ERRORLOC302,
        KW_DEFAULTS_ERRORLOC303,   KW_DEFAULTS_OPTION_HTTP_PROXY,  KW_DEFAULTS_STATS_ENABLE,
        KW_DEFAULTS_STATS_URI,     KW_DEFAULTS_STATS_AUTH,         KW_DEFAULTS_STATS_REALM,
        KW_DEFAULTS_STATS_REFRESH, KW_DEFAULTS_OPTION_TRANSPARENT, KW_FRONTEND_FILTER,
    };

    if (lint_any_of(lint, answering, LINT_COUNT(answering)))
        return true;
    for (const struct directive *d = lint->section->first; d; d = d->next)
        if (lint_ends_requests(d) || directive_option(d, KW_HTTP_REQUEST_USE_SERVICE))
            return true;
    return false;
}

static void check_servers(struct lint *lint)
{
    const struct symbol *symbol = NULL;

    if (lint->section->context != CONTEXT_BACKEND || (lint->mode != MODE_HTTP && lint->mode != MODE_TCP))
        return;
    symbol = config_find(lint->config, SYMBOL_BACKEND, lint->section->name, lint->section->name_len, NULL);
    if (symbol && symbol->section == lint->section && symbol->used & USED_AS_TARGET && !answers(lint))
        lint_add_section(lint, RULE_BACKEND_EMPTY, "add a server, or what answers instead: 'http-request return'",
                         "%s '%.*s' has no server: all that is sent to it %s", LINT_NAME(lint),
                         lint->mode == MODE_HTTP ? "is answered with 503" : "is closed");
}

/* --- names made from the request --- */

/* A name that is an expression, `bk_%[path,map(FILE)]`, in its parts. */
struct expression {
    struct word prefix, inside, suffix;
    const struct keyword *fetch;
    const struct keyword *last; /* the last converter; NULL: there is none */
    struct word arguments;      /* of the last converter, without parentheses */
    bool bounded;               /* a converter looks its value up in a file */
};

static bool reads_file(const struct keyword *converter)
{
    return converter->paren && sig_at(converter->paren)->kind == SIG_PARAM &&
           sig_at(converter->paren)->type == TYPE_PATH;
}

static void read_converters(const struct lint *lint, struct expression *e)
{
    uint32_t at = paren_skip(&e->inside, sample_name_end(&e->inside, 0));

    while (at < e->inside.len && e->inside.text[at] == ',') {
        uint32_t name = at + 1, end = sample_name_end(&e->inside, name);

        at = paren_skip(&e->inside, end);
        e->last = sample_find(&lint->config->lang, CONTEXT_CONVERTER, e->inside.text + name, end - name);
        e->bounded |= !e->last || reads_file(e->last);
        if (at > end + 1)
            e->arguments = word_part(&e->inside, end + 1, at - end - 2);
    }
    e->bounded |= at != e->inside.len;
}

/* Gives whether the name is one expression, with or without text around it. */
static bool read_expression(const struct lint *lint, const struct arg *name, struct expression *e)
{
    struct word word = {.text = name->text, .len = name->len};
    const char *open = memchr(name->text, '%', name->len);
    uint32_t from, to;

    *e = (struct expression){.last = NULL};
    if (!open || name->flags & ARG_ENV)
        return false;
    from = (uint32_t)(open - name->text);
    for (to = name->len; to > from && name->text[to - 1] != ']';)
        to--;
    if (to < from + 4 || open[1] != '[' || memchr(open + 1, '%', name->len - from - 1))
        return false;
    e->prefix = word_part(&word, 0, from);
    e->inside = word_part(&word, from + 2, to - from - 3);
    e->suffix = word_part(&word, to, name->len - to);
    e->fetch = sample_find(&lint->config->lang, CONTEXT_FETCH, e->inside.text, sample_name_end(&e->inside, 0));
    if (e->fetch)
        read_converters(lint, e);
    return e->fetch != NULL;
}

/* The client chooses among all backends, those that are not meant for it too. */
static void check_bounds(struct lint *lint, const struct directive *d, const struct expression *e)
{
    enum request_part part = request_part_of(e->fetch);

    if (e->bounded || e->prefix.len || e->suffix.len || directive_has_condition(d) ||
        (part != PART_PATH && part != PART_HEADER && part != PART_HOST))
        return;
    diag_add(lint->config->diags, RULE_DYNAMIC_BACKEND_UNBOUNDED, arg_span(d->args),
             "look the name up in a map, or put a prefix of its own before it: bk_%[…]",
             "the client names the backend, and can name every one there is");
}

static bool backend_exists(const struct lint *lint, const struct expression *e, const char *name, uint32_t len)
{
    const char *full = arena_printf(lint->config->arena, "%.*s%.*s%.*s", (int)e->prefix.len, e->prefix.text, (int)len,
                                    name, (int)e->suffix.len, e->suffix.text);

    return config_find(lint->config, SYMBOL_BACKEND, full, (uint32_t)strlen(full), NULL);
}

/* A line of a map: a key, blanks, and the value up to the end of the line. */
static void check_map_line(struct lint *lint, const struct directive *d, const struct expression *e, uint32_t src,
                           const char *text, uint32_t from, uint32_t to)
{
    while (from < to && strchr(" \t", text[from]))
        from++;
    if (from == to || text[from] == '#')
        return;
    while (from < to && !strchr(" \t\r", text[from]))
        from++;
    while (from < to && strchr(" \t", text[from]))
        from++;
    while (to > from && strchr(" \t\r", text[to - 1]))
        to--;
    if (from == to || backend_exists(lint, e, text + from, to - from))
        return;
    diag_add(lint->config->diags, RULE_MAP_TARGET_MISSING, (struct span){src, from, to - from},
             "define it, or correct the map; HAProxy goes on to the next rule",
             "there is no backend '%.*s%.*s%.*s', which this line of the map names", (int)e->prefix.len, e->prefix.text,
             (int)(to - from), text + from, (int)e->suffix.len, e->suffix.text);
    diag_place(lint->config->diags, arg_span(d->args), "the rule that uses the map");
}

/* The file, where it is at hand: HAProxy looks for it where it is started. */
static void check_map_file(struct lint *lint, const struct directive *d, const struct expression *e,
                           const struct word *path)
{
    const char *name = arena_strndup(lint->config->arena, path->text, path->len), *why;
    uint32_t src = 0, from = 0;
    const struct source *source;

    if (*name != '/' && lint->global && section_find_directive(lint->global, KW_GLOBAL_DEFAULT_PATH))
        return;
    if (memchr(name, '@', path->len) || memchr(name, '"', path->len))
        return;
    src = sources_read(lint->config->sources, name, &why);
    if (!src)
        return;
    source = lint->config->sources->at[src];
    for (uint32_t i = 0; i <= source->len; i++) {
        if (i < source->len && source->data[i] != '\n')
            continue;
        check_map_line(lint, d, e, src, source->data, from, i);
        from = i + 1;
    }
}

static void check_map(struct lint *lint, const struct directive *d, const struct expression *e)
{
    const char *comma;
    struct word path, fallback;

    if (!e->last || !reads_file(e->last) || e->last->out_type != SAMPLE_STR || !e->arguments.len ||
        lint->config->damaged || lint->config->unknown_names >> SYMBOL_BACKEND & 1)
        return;
    comma = memchr(e->arguments.text, ',', e->arguments.len);
    path = word_part(&e->arguments, 0, comma ? (uint32_t)(comma - e->arguments.text) : e->arguments.len);
    if (comma) {
        fallback = word_part(&e->arguments, path.len + 1, e->arguments.len - path.len - 1);
        if (fallback.len && !backend_exists(lint, e, fallback.text, fallback.len))
            diag_add(lint->config->diags, RULE_MAP_TARGET_MISSING, arg_span(d->args),
                     "define it, or name another one; HAProxy goes on to the next rule",
                     "there is no backend '%.*s%.*s%.*s', which is for what the map does not have", (int)e->prefix.len,
                     e->prefix.text, (int)fallback.len, fallback.text, (int)e->suffix.len, e->suffix.text);
    }
    check_map_file(lint, d, e, &path);
}

static void check_names(struct lint *lint)
{
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_USE_BACKEND); d; d = d->next) {
        struct expression e;

        if (d->kw->id != KW_FRONTEND_USE_BACKEND || !read_expression(lint, d->args, &e))
            continue;
        check_bounds(lint, d, &e);
        check_map(lint, d, &e);
    }
}

void lint_backends(struct lint *lint)
{
    if (!lint->enabled || !lint->sure)
        return;
    if (lint->frontend) {
        check_default(lint);
        check_names(lint);
    }
    check_servers(lint);
}

/* --- the configuration as a whole --- */

/* Whether something chooses backends that no name in the configuration tells. */
static bool choice_is_open(const struct config *config)
{
    const uint64_t choosing = keyword_bit(KW_FRONTEND_USE_BACKEND) | keyword_bit(KW_DEFAULTS_DEFAULT_BACKEND) |
                              keyword_bit(KW_FRONTEND_FILTER);

    for (const struct section *section = config->first; section; section = section->next) {
        if (section->flags & KW_BRANCH)
            return true;
        for (const struct directive *d = section_lines(section, choosing); d; d = d->next)
            if (((d->kw->id == KW_FRONTEND_USE_BACKEND || d->kw->id == KW_DEFAULTS_DEFAULT_BACKEND) && d->arg_count &&
                 is_dynamic(d->args)) ||
                directive_option(d, KW_FILTER_SPOE))
                return true;
    }
    return false;
}

void lint_unused_backends(struct lint *lint)
{
    const struct config *config = lint->config;

    if (!lint->all_sure || config->damaged || !lint->has_frontend || lint->has_errors || choice_is_open(config))
        return;
    for (const struct symbol *backend = config->names.first; backend; backend = backend->next)
        if (backend->kind == SYMBOL_BACKEND && backend->section->context == CONTEXT_BACKEND && !backend->used &&
            !backend->section->condition)
            diag_add(config->diags, RULE_BACKEND_UNUSED, backend->at, "name it by use_backend, or remove it",
                     "nothing sends to backend '%.*s'", (int)backend->len, backend->name);
}
