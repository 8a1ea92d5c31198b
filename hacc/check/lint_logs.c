/* Log formats without a log, and log formats that take each other's place. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

/* Each of these sets the one format of a proxy's log lines. */
static const enum keyword_id formats[] = {KW_DEFAULTS_LOG_FORMAT, KW_DEFAULTS_OPTION_HTTPLOG, KW_DEFAULTS_OPTION_TCPLOG,
                                          KW_DEFAULTS_OPTION_HTTPSLOG};

static bool is_format(const struct directive *line)
{
    return keyword_is_one_of(line->kw, formats, LINT_COUNT(formats));
}

bool lint_overridden_format(const struct lint *lint, const struct directive *line)
{
    return is_format(line) && line != lint_last_of(lint, formats, LINT_COUNT(formats));
}

/* Two formats in one defaults section: a proxy may well replace what it inherits. */
static void check_overrides(struct lint *lint)
{
    const struct directive *before = NULL, *error = NULL;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        const struct directive **last = d->kw->id == KW_DEFAULTS_ERROR_LOG_FORMAT ? &error : &before;

        if (directive_is_dot(d))
            before = error = NULL;
        if (d->form != FORM_PLAIN || (last == &before && !is_format(d)))
            continue;
        if (*last) {
            diag_add(lint->config->diags, RULE_LOG_FORMAT_OVERRIDDEN, d->at, "keep one of them",
                     "'%s' takes the place of the '%s' above", d->kw->name, (*last)->kw->name);
            diag_place(lint->config->diags, (*last)->at, "this one has no effect");
            if ((*last)->kw->id != KW_DEFAULTS_OPTION_HTTPLOG || !(*last)->arg_count) /* clf says more */
                lint_fix_remove(lint, *last);
        }
        *last = d;
    }
}

/* Adds up the targets of a section's log lines: `no log` takes back those above it. */
static uint32_t count_targets(const struct lint *lint, const struct section *section, uint32_t count)
{
    for (const struct directive *d = section_lines(section, keyword_bit(KW_DEFAULTS_LOG)); d; d = d->next) {
        if (d->kw->id != KW_DEFAULTS_LOG)
            continue;
        if (d->form != FORM_PLAIN)
            count = 0;
        else if (d->arg_count && !text_is(d->args[0].text, d->args[0].len, "global"))
            count++;
        else if (lint->global && section_find_directive(lint->global, KW_GLOBAL_LOG))
            count++;
    }
    return count;
}

static uint32_t inherited_targets(const struct lint *lint, const struct section *defaults, int depth)
{
    const struct section *outer = defaults ? lint_defaults_of(lint, defaults) : NULL;

    if (!defaults || depth > LINT_DEFAULTS_DEPTH)
        return 0;
    return count_targets(lint, defaults, inherited_targets(lint, outer, depth + 1));
}

static uint32_t targets_of(const struct lint *lint)
{
    return count_targets(lint, lint->section, inherited_targets(lint, lint->defaults, 0));
}

static const struct directive *format_of(const struct lint *lint)
{
    const struct directive *format = lint_last_of(lint, formats, LINT_COUNT(formats));

    return format ? format : lint_effective(lint, KW_DEFAULTS_LOG_FORMAT_SD);
}

/* What serves a statistics page need not log who looks at it. */
static bool is_page(const struct lint *lint)
{
    static const enum keyword_id lines[] = {KW_DEFAULTS_STATS_ENABLE, KW_DEFAULTS_STATS_URI};

    return lint_any_of(lint, lines, LINT_COUNT(lines)) != NULL;
}

static bool is_global(const struct directive *log)
{
    return log->arg_count && text_is(log->args[0].text, log->args[0].len, "global");
}

/* No target, and no format either: a `no log` was meant; a defaults section is told of once. */
static void check_no_target(struct lint *lint)
{
    const struct directive *log = lint_effective(lint, KW_DEFAULTS_LOG);

    if (!lint->process_sure || !lint->global)
        return;
    if (log && is_global(log) && !lint->globals[KW_GLOBAL_LOG] && log != lint->seen.log_empty) {
        lint->seen.log_empty = log;
        diag_add(lint->config->diags, RULE_LOG_GLOBAL_EMPTY, log->at,
                 "add a 'log' line to the global section, as in 'log /dev/log local0'",
                 "'log global' logs nothing: the global section has no 'log' line");
        return;
    }
    if (log || !lint->globals[KW_GLOBAL_LOG] || lint_own(lint, KW_DEFAULTS_LOG) || is_page(lint) ||
        (lint->defaults &&
         (lint->defaults == lint->seen.unlogged || section_find_directive(lint->defaults, KW_DEFAULTS_LOG))))
        return;
    lint->seen.unlogged = lint->defaults;
    lint_add_section(lint, RULE_NO_LOG, "add 'log global' to it or to its defaults; 'no log' if that is meant",
                     "%s '%.*s' logs nothing: the global section's 'log' is for those with 'log global'",
                     LINT_NAME(lint));
}

/* Whether a log line brings its own format along. */
static bool has_profile(const struct directive *log)
{
    return directive_param(log, "profile") != NULL;
}

static bool profiles_in(const struct section *section)
{
    for (const struct directive *d = section ? section->first : NULL; d; d = d->next)
        if ((d->kw->id == KW_GLOBAL_LOG || d->kw->id == KW_DEFAULTS_LOG) && has_profile(d))
            return true;
    return false;
}

/* HAProxy's own format is written as the connection comes in: it knows no more than the addresses. */
static void check_plain(struct lint *lint)
{
    const struct directive *log = lint_effective(lint, KW_DEFAULTS_LOG);

    if (!log || log == lint->seen.log_plain || is_page(lint) || profiles_in(lint->global) ||
        profiles_in(lint->defaults) || profiles_in(lint->section))
        return;
    lint->seen.log_plain = log;
    diag_add(lint->config->diags, RULE_LOG_NO_FORMAT, log->at,
             lint->mode == MODE_HTTP ? "add 'option httplog'" : "add 'option tcplog'",
             "%s '%.*s' logs who connects, and not what becomes of it: no log format is set", LINT_NAME(lint));
}

static void check_format(struct lint *lint, const struct directive *format)
{
    if (lint->mode != MODE_HTTP || format->kw->id != KW_DEFAULTS_OPTION_TCPLOG || format == lint->seen.log_mode)
        return;
    lint->seen.log_mode = format;
    lint_add(lint, RULE_LOG_FORMAT_WRONG_MODE, format, "use 'option httplog'",
             "%s '%.*s' speaks HTTP, and '%s' logs neither requests nor their status", LINT_NAME(lint),
             format->kw->name);
}

static void check_target(struct lint *lint)
{
    const struct directive *format = format_of(lint);

    if (lint->mode != MODE_TCP && lint->mode != MODE_HTTP)
        return;
    if (targets_of(lint)) {
        if (format)
            check_format(lint, format);
        else
            check_plain(lint);
    } else if (format) {
        lint_add(lint, RULE_LOG_FORMAT_UNUSED, format, "add 'log global', and a 'log' line to the global section",
                 "'%s' has no effect: %s '%.*s' has no 'log' line with a target", format->kw->name, LINT_NAME(lint));
    } else {
        check_no_target(lint);
    }
}

/* Gives the argument as the source spells it, with the new names of its variables. */
static const char *with_new_names(const struct lint *lint, const struct arg *arg)
{
    struct span at = arg_span(arg);
    const struct word word = {.text = lint->config->sources->at[at.src]->data + at.off, .len = at.len};
    const struct keyword *variable;
    uint32_t done = 0, end = 0;
    struct buf text;

    buf_init_in(&text, lint->config->arena);
    while ((variable = fmt_variable_at(&lint->config->lang, &word, &end))) {
        uint32_t len = (uint32_t)strlen(variable->name);

        if (!(variable->flags & KW_RENAMED) || end < done + len || !text_is(word.text + end - len, len, variable->name))
            continue;
        buf_add(&text, word.text + done, end - len - done);
        buf_puts(&text, variable->deprecated);
        done = end;
    }
    buf_add(&text, word.text + done, word.len - done);
    return buf_text(&text);
}

static void report_variable(struct lint *lint, const struct directive *d, const struct arg *arg,
                            const struct keyword *variable)
{
    lint_add(lint, RULE_DEPRECATED_KEYWORD, d, arena_printf(lint->config->arena, "use '%%%s'", variable->deprecated),
             "'%%%s' is deprecated in HAProxy %s", variable->name, hap_version_names[lint->config->lang.version]);
    if (arg->src && !(arg->flags & ARG_SECRET))
        diag_fix(lint->config->diags, arg_span(arg), with_new_names(lint, arg));
}

/* Names of variables that HAProxy is going to give up. */
static void check_variables(struct lint *lint, const struct directive *d)
{
    const struct keyword *variable;

    for (uint32_t i = 0; i < d->arg_count; i++) {
        const struct arg *arg = &d->args[i];
        const struct word word = {.text = arg->text, .len = arg->len};
        uint32_t at = 0;

        if (!arg->sig || sig_at(arg->sig)->kind != SIG_PARAM || sig_at(arg->sig)->type != TYPE_FMT ||
            arg->flags & (ARG_ENV | ARG_POISON))
            continue;
        while ((variable = fmt_variable_at(&lint->config->lang, &word, &at)))
            if (variable->deprecated)
                report_variable(lint, d, arg, variable);
    }
}

static void check_formats(struct lint *lint)
{
    static const enum keyword_id settings[] = {KW_DEFAULTS_LOG_FORMAT, KW_DEFAULTS_LOG_FORMAT_SD,
                                               KW_DEFAULTS_UNIQUE_ID_FORMAT};
    const struct directive *line;

    for (const struct directive *d = lint->section->first; d; d = d->next)
        if (d->kw->repeat == REPEAT_MANY)
            check_variables(lint, d);
    for (size_t i = 0; i < LINT_COUNT(settings) && lint->frontend && lint->enabled; i++)
        if ((line = lint_effective(lint, settings[i])) && !lint_overridden_format(lint, line))
            check_variables(lint, line);
}

void lint_logs(struct lint *lint)
{
    if (lint->config->lang.version < HAP_2_6) /* the old names are gone */
        check_formats(lint);
    if (lint->section->context == CONTEXT_DEFAULTS)
        check_overrides(lint);
    else if (lint->frontend && lint->enabled && lint->sure)
        check_target(lint);
}
