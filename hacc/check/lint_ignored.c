/* Lines that HAProxy reads and then ignores, by the row's fields: side, modes, deprecated. */
#include "hacc/check/lint.h"

static void report_deprecated(struct lint *lint, const struct keyword *kw, struct span at)
{
    const char *help = *kw->deprecated ? arena_printf(lint->config->arena, "use %s", kw->deprecated) : NULL;

    diag_add(lint->config->diags, RULE_DEPRECATED_KEYWORD, at, help, "'%s' is deprecated in HAProxy %s%s", kw->name,
             hap_version_names[lint->config->lang.version], help ? "" : " and has no effect");
}

static void fix_deprecated(struct lint *lint, const struct directive *d)
{
    if (d->kw->flags & KW_RENAMED)
        lint_fix_rename(lint, d);
    else if (!*d->kw->deprecated)
        lint_fix_remove(lint, d);
}

/* Whether the section at hand has the half that heeds the keyword. */
static bool is_heeded(const struct lint *lint, const struct keyword *kw)
{
    return !kw->side || (kw->side == SIDE_FRONTEND ? lint->frontend : lint->backend);
}

/* A listen section has both halves, and what stands in defaults goes to the half that it is for. */
bool lint_is_misplaced(const struct lint *lint, const struct keyword *kw)
{
    return lint->frontend != lint->backend && !is_heeded(lint, kw);
}

/* What is ignored anyway is not called deprecated as well. */
void lint_deprecated(struct lint *lint)
{
    const struct section *section = lint->section;

    for (const struct directive *d = section->flags & KW_DEPRECATED ? section->first : NULL; d; d = d->next) {
        if (!(d->flags & KW_DEPRECATED))
            continue;
        if (d->kw->deprecated && !lint_is_misplaced(lint, d->kw)) {
            report_deprecated(lint, d->kw, d->at);
            fix_deprecated(lint, d);
        }
        for (uint32_t i = 0; i < d->arg_count; i++)
            if (d->args[i].flags & ARG_HEAD && keywords[d->args[i].row].deprecated)
                report_deprecated(lint, &keywords[d->args[i].row], arg_span(&d->args[i]));
    }
}

static void check_side(struct lint *lint, const struct directive *d)
{
    if (!lint_is_misplaced(lint, d->kw))
        return;
    diag_add(lint->config->diags, RULE_IGNORED_HERE, d->at,
             lint->frontend ? "it belongs in the backend" : "it belongs in the frontend", "'%s' is ignored in a %s",
             d->kw->name, lint->what);
}

/* In a frontend that turns connections into HTTP, rules for HTTP have their use in mode tcp. */
static bool is_upgraded(const struct lint *lint)
{
    const uint64_t upgrade = keyword_bit(KW_TCP_REQUEST_CONTENT_SWITCH_MODE);

    for (const struct directive *d = section_lines_with(lint->section, upgrade); d; d = d->next)
        if (directive_option(d, KW_TCP_REQUEST_CONTENT_SWITCH_MODE))
            return true;
    return false;
}

static bool wants_other_mode(const struct lint *lint, const struct keyword *kw)
{
    return kw->modes && !(kw->modes & MODE_BIT(lint->mode));
}

/* What of a line has no effect in the mode at hand: its keyword, or an option of it; NULL: nothing. */
static const struct keyword *misfit(const struct lint *lint, const struct directive *d)
{
    if (!is_heeded(lint, d->kw) || d->form != FORM_PLAIN)
        return NULL;
    if (wants_other_mode(lint, d->kw))
        return d->kw;
    for (uint32_t i = 0; i < d->arg_count; i++)
        if (d->args[i].flags & ARG_HEAD && wants_other_mode(lint, &keywords[d->args[i].row]))
            return &keywords[d->args[i].row];
    return NULL;
}

/* "it takes 'mode http'" */
static const char *needed_mode(struct lint *lint, unsigned modes)
{
    int mode = modes & MODE_BIT(MODE_HTTP) ? MODE_HTTP : 0;

    while (!(modes & MODE_BIT(mode)))
        mode++;
    return arena_printf(lint->config->arena, "it takes 'mode %s'", proxy_mode_names[mode]);
}

static void check_mode(struct lint *lint, const struct directive *d)
{
    const struct keyword *kw = misfit(lint, d);

    if (kw && !lint_overridden_format(lint, d))
        lint_add(lint, d->kw->id == KW_DEFAULTS_BALANCE ? RULE_L7_BALANCE_IN_TCP : RULE_HTTP_OPTION_IN_TCP, d,
                 needed_mode(lint, kw->modes), "'%s%s%s' has no effect: %s '%.*s' is in mode %s", d->kw->name,
                 kw == d->kw ? "" : " ", kw == d->kw ? "" : kw->name, LINT_NAME(lint), proxy_mode_names[lint->mode]);
}

/* Of several rules of one keyword the first is told of, of several settings the last: it counts. What comes from
 * defaults are settings, never rules. */
static void check_modes(struct lint *lint)
{
    for (const struct directive *d = lint->section->first; d; d = d->next)
        if (d == (d->kw->repeat == REPEAT_MANY ? lint_first(lint, d->kw->id) : lint_own(lint, d->kw->id)))
            check_mode(lint, d);
    for (const struct section *s = lint->defaults; s; s = lint_defaults_of(lint, s))
        for (const struct directive *d = s->first; d; d = d->next)
            if (d->kw->repeat != REPEAT_MANY && !lint_is_own(lint, d) && !lint_own(lint, d->kw->id))
                check_mode(lint, d);
}

/* What is said of connections that carry HTTP, also that they are not to be closed, has no effect in a backend of mode
 * tcp, and HAProxy does not say so. What comes from defaults is for other proxies. A frontend may hand connections to
 * backends of mode http. */
static void check_closing(struct lint *lint)
{
    static const enum keyword_id closing[] = {KW_DEFAULTS_OPTION_HTTP_SERVER_CLOSE, KW_DEFAULTS_OPTION_HTTP_KEEP_ALIVE,
                                              KW_DEFAULTS_OPTION_HTTPCLOSE};

    for (size_t i = 0; i < LINT_COUNT(closing) && !lint->frontend && lint->mode == MODE_TCP; i++) {
        const struct directive *line = lint_own(lint, closing[i]);

        if (line)
            diag_add(lint->config->diags, RULE_HTTP_OPTION_IN_TCP, line->at, "remove it",
                     "'%s%s' has no effect: %s '%.*s' is in mode tcp", line->form == FORM_NO ? "no " : "",
                     line->kw->name, LINT_NAME(lint));
    }
}

/* From 2.6 on HAProxy takes this from the proxies themselves alone. */
static void check_offload(struct lint *lint)
{
    const struct directive *line = lint_own(lint, KW_DEFAULTS_COMPRESSION_OFFLOAD);

    if (line && lint->section->context == CONTEXT_DEFAULTS && lint->config->lang.version >= HAP_2_6)
        diag_add(lint->config->diags, RULE_IGNORED_HERE, line->at, "it belongs in the proxies",
                 "'%s' is ignored in a defaults section", line->kw->name);
}

void lint_ignored(struct lint *lint)
{
    check_offload(lint);
    for (const struct directive *d = lint->section->first; d; d = d->next)
        check_side(lint, d);
    if ((lint->frontend || lint->backend) && lint->enabled && lint->sure && !is_upgraded(lint))
        check_modes(lint);
    if (lint->backend && lint->enabled && lint->sure)
        check_closing(lint);
}
