#include "hacc/check/lint.h"

#include "hacc/check/binds.h"
#include "hacc/check/check.h"
#include "hacc/lang/value.h"

#include <stdarg.h>
#include <stdio.h>

static struct lint_keyword *keyword_of(const struct lint *lint, enum keyword_id id)
{
    struct lint_keyword *keyword = &lint->keywords[id];

    if (keyword->seen_in != lint->number)
        *keyword = (struct lint_keyword){.seen_in = lint->number};
    return keyword;
}

const struct directive *lint_first(const struct lint *lint, enum keyword_id id)
{
    return keyword_of(lint, id)->first;
}

const struct directive *lint_own(const struct lint *lint, enum keyword_id id)
{
    return keyword_of(lint, id)->own;
}

const struct directive *lint_next(const struct lint *lint, const struct directive *line, enum keyword_id id)
{
    return line == lint_own(lint, id) ? NULL : line->next;
}

const struct directive *lint_inherited(const struct lint *lint, enum keyword_id id)
{
    return keyword_of(lint, id)->inherited;
}

const struct directive *lint_effective(const struct lint *lint, enum keyword_id id)
{
    return lint_last_of(lint, &id, 1);
}

const struct directive *lint_last_of(const struct lint *lint, const enum keyword_id *ids, size_t count)
{
    const struct directive *last = NULL;
    uint32_t last_at = 0;

    for (size_t i = 0; i < count; i++) {
        const struct lint_keyword *keyword = keyword_of(lint, ids[i]);
        uint32_t at = keyword->own ? keyword->own_at : keyword->inherited_at;

        if (at > last_at) {
            last = keyword->own ? keyword->own : keyword->inherited;
            last_at = at;
        }
    }
    return last && last->form == FORM_PLAIN ? last : NULL;
}

const struct directive *lint_any_of(const struct lint *lint, const enum keyword_id *ids, size_t count)
{
    const struct directive *found = NULL;

    for (size_t i = 0; i < count && !found; i++)
        found = lint_effective(lint, ids[i]);
    return found;
}

const struct directive *lint_global(const struct lint *lint, enum keyword_id id)
{
    const struct directive *line = lint->globals[id];

    return line && line->form == FORM_PLAIN ? line : NULL;
}

bool lint_is_own(const struct lint *lint, const struct directive *line)
{
    return keyword_of(lint, line->kw->id)->inherited != line;
}

void lint_add(struct lint *lint, enum rule_id rule, const struct directive *line, const char *help, const char *fmt,
              ...)
{
    struct diags *diags = lint->config->diags;
    bool own = lint_is_own(lint, line);
    va_list ap;

    va_start(ap, fmt);
    diag_addv(diags, rule, own ? line->at : lint->section->name_at, help, fmt, ap);
    va_end(ap);
    if (!own)
        diag_place(diags, line->at, "it takes this from its defaults");
}

void lint_add_section(struct lint *lint, enum rule_id rule, const char *help, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    diag_addv(lint->config->diags, rule, lint->section->name_at, help, fmt, ap);
    va_end(ap);
}

bool directive_has_condition(const struct directive *directive)
{
    return directive_option(directive, KW_COND_IF) || directive_option(directive, KW_COND_UNLESS);
}

const struct section *lint_defaults_of(const struct lint *lint, const struct section *defaults)
{
    const struct symbol *from = NULL;

    if (defaults->from)
        from = config_find(lint->config, SYMBOL_DEFAULTS, defaults->from, defaults->from_len, NULL);
    return from && from->section != defaults ? from->section : NULL;
}

/* Notes the lines of the section; gives whether all of them are certain to be read. */
static bool note_own(struct lint *lint)
{
    bool sure = !lint->section->poison;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        struct lint_keyword *keyword = keyword_of(lint, d->kw->id);

        if (!keyword->own)
            keyword->first = d;
        keyword->own = d;
        keyword->own_at = ++lint->lines;
        if (directive_is_dot(d))
            sure = false;
    }
    return sure;
}

/* The same for a defaults section, after that from which it takes its own settings. */
static bool note_defaults(struct lint *lint, const struct section *defaults, int depth)
{
    bool sure = !defaults->poison && !defaults->condition;

    if (defaults->from) {
        const struct section *from = lint_defaults_of(lint, defaults);

        sure = from && depth < LINT_DEFAULTS_DEPTH && note_defaults(lint, from, depth + 1) && sure;
    }
    for (const struct directive *d = defaults->first; d; d = d->next) {
        struct lint_keyword *keyword = keyword_of(lint, d->kw->id);

        keyword->inherited = d;
        keyword->inherited_at = ++lint->lines;
        if (directive_is_dot(d))
            sure = false;
    }
    return sure;
}

static enum proxy_mode mode_of(const struct lint *lint)
{
    const struct directive *line = lint_effective(lint, KW_DEFAULTS_MODE);

    for (int mode = 0; line && line->arg_count && mode < MODE_COUNT; mode++)
        if (text_is(line->args[0].text, line->args[0].len, proxy_mode_names[mode]))
            return (enum proxy_mode)mode;
    return MODE_TCP; /* HAProxy's own default */
}

/* Makes a section the one at hand. `last`: the defaults section above it. */
static void enter(struct lint *lint, const struct section *section, const struct section *last)
{
    bool proxy = section->context == CONTEXT_FRONTEND || section->context == CONTEXT_BACKEND ||
                 section->context == CONTEXT_LISTEN;

    lint->section = section;
    lint->defaults = proxy ? last : NULL;
    lint->what = contexts[section->context].name;
    lint->number++;
    lint->frontend = proxy && section->context != CONTEXT_BACKEND;
    lint->backend = proxy && section->context != CONTEXT_FRONTEND;
    lint->sure = !lint->config->damaged;
    if (section->from && (proxy || section->context == CONTEXT_DEFAULTS)) {
        lint->defaults = lint_defaults_of(lint, section);
        lint->sure = lint->sure && lint->defaults;
    }
    if (lint->defaults)
        lint->sure = note_defaults(lint, lint->defaults, 0) && lint->sure;
    lint->sure = note_own(lint) && lint->sure;
    lint->enabled = !lint_own(lint, KW_DEFAULTS_DISABLED) &&
                    (lint_own(lint, KW_DEFAULTS_ENABLED) || !lint_effective(lint, KW_DEFAULTS_DISABLED));
    lint->mode = mode_of(lint);
}

/* Notes what the global sections say. */
static void note_globals(struct lint *lint)
{
    lint->process_sure = !lint->config->damaged;
    lint->globals = arena_zalloc(lint->config->arena, KW_COUNT * sizeof(*lint->globals));
    for (const struct section *section = lint->config->first; section; section = section->next) {
        if (section->context != CONTEXT_GLOBAL)
            continue;
        lint->global = section;
        lint->process_sure = lint->process_sure && !section->poison && !section->condition;
        for (const struct directive *d = section->first; d; d = d->next) {
            if (!lint->globals[d->kw->id])
                lint->globals[d->kw->id] = d;
            lint->process_sure = lint->process_sure && !directive_is_dot(d);
        }
    }
}

static void run(struct lint *lint)
{
    lint_deprecated(lint);
    lint_acls(lint);
    lint_criteria(lint);
    binds_collect(lint->binds, lint);
    lint_tls(lint);
    lint_tables(lint);
    lint_numbers(lint);
    lint_repeated(lint);
    lint_tls_options(lint);
    lint_binds(lint);
    lint_secrets(lint);
    lint_keys(lint);
    if (!lint->frontend && !lint->backend && lint->section->context != CONTEXT_DEFAULTS) {
        lint_others(lint);
        return;
    }
    lint_ignored(lint);
    lint_order(lint);
    lint_conditions(lint);
    lint_routing(lint);
    lint_regexes(lint);
    lint_replies(lint);
    lint_logs(lint);
    lint_servers(lint);
    lint_stats(lint);
    lint_source(lint);
    lint_headers(lint);
    lint_conflicts(lint);
    if (lint->frontend || lint->backend)
        lint_counters(lint);
    lint->all_sure = lint->all_sure && lint->sure;
    if (!lint->sure)
        lint->all_mailers = lint_note_mailers(lint) && lint->all_mailers;
    if ((lint->frontend || lint->backend) && lint->enabled && lint->sure) {
        lint_proxy(lint);
        lint_checks(lint);
        lint_early_http(lint);
        lint_redirects(lint);
        lint_backends(lint);
        lint_track(lint);
        lint_timeouts(lint);
        lint_server_sets(lint);
        lint_limits(lint);
        if (lint->frontend)
            lint_page(lint);
    }
}

void binds_read(struct binds *binds, struct config *config)
{
    struct lint lint = {.config = config, .local_peer = config_local_peer(config)};
    const struct section *defaults = NULL;

    *binds = (struct binds){0};
    lint.keywords = arena_zalloc(config->arena, KW_COUNT * sizeof(*lint.keywords));
    for (const struct section *section = config->first; section; section = section->next) {
        enter(&lint, section, defaults);
        binds_collect(binds, &lint);
        if (section->context == CONTEXT_DEFAULTS)
            defaults = section;
    }
}

/* Steps of regular expressions in one configuration: a second or so at most, a thousandth of that for most. */
#define REGEX_STEPS_ALL 40000000

/* Marks what a reference uses: `table` and `backend/server` are uses of a backend too. */
static void mark_use(const struct config *config, const struct ref *ref)
{
    const char *slash = ref->kind == SYMBOL_SERVER ? memchr(ref->name, '/', ref->len) : NULL;
    enum symbol_kind kind = ref->kind == SYMBOL_ACL ? SYMBOL_ACL : SYMBOL_BACKEND;
    uint32_t len = slash ? (uint32_t)(slash - ref->name) : ref->len;
    const struct section *section;
    struct symbol *symbol;

    if (ref->kind != SYMBOL_ACL && ref->kind != SYMBOL_BACKEND && ref->kind != SYMBOL_TABLE && !slash)
        return;
    symbol = config_find(config, kind, ref->name, len, ref->section);
    if (!symbol)
        return;
    symbol->used |= USED;
    section = ref->section;
    if (section && section->context != CONTEXT_BACKEND && ref->kw &&
        (ref->kw->id == KW_FRONTEND_USE_BACKEND || ref->kw->id == KW_DEFAULTS_DEFAULT_BACKEND))
        symbol->used |= USED_AS_TARGET;
}

static void mark_uses(const struct config *config)
{
    for (const struct ref *ref = config->lang.refs; ref; ref = ref->next)
        mark_use(config, ref);
}

void check_lint(struct config *config, const struct lint_machine *machine)
{
    struct binds binds = {0};
    struct lint lint = {.config = config,
                        .machine = machine,
                        .local_peer = config_local_peer(config),
                        .all_sure = true,
                        .all_mailers = true,
                        .regex_steps = REGEX_STEPS_ALL,
                        .binds = &binds};
    const struct section *defaults = NULL;

    if (!config->arena) /* nothing could be read */
        return;
    lint.keywords = arena_zalloc(config->arena, KW_COUNT * sizeof(*lint.keywords));
    lint.has_errors = config->diags->errors > 0;
    mark_uses(config);
    note_globals(&lint);
    for (const struct section *section = config->first; section; section = section->next)
        lint.has_frontend |= (section_sides(section) & SIDE_FRONTEND) != 0;
    for (const struct section *section = config->first; section; section = section->next) {
        enter(&lint, section, defaults);
        run(&lint);
        if (section->context == CONTEXT_DEFAULTS)
            defaults = section;
    }
    lint_process(&lint);
    lint_names(&lint);
    lint_unused_backends(&lint);
    lint_variables(&lint);
    lint_ports(&lint);
    lint_addresses(&lint);
    lint_folders(&lint);
    lint_sysctls(&lint);
}
