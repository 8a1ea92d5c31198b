/* What a proxy lacks, or has in vain. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

/* HAProxy's own limit where tune.http.cookielen says nothing (configuration.txt 3.2). */
enum { COOKIE_LENGTH = 63 };

/* A timeout of 0 is as good as none; of one that the environment gives nobody knows. */
static bool has_timeout(const struct lint *lint, enum keyword_id id)
{
    const struct directive *line = lint_effective(lint, id);
    int64_t ms = 1;

    if (!line || !line->arg_count)
        return false;
    if (!(line->args[0].flags & ARG_ENV))
        time_parse(line->args[0].text, line->args[0].len, UNIT_MS, &ms);
    return ms != 0;
}

static bool has_servers(const struct lint *lint)
{
    return lint->backend && (lint_own(lint, KW_LISTEN_SERVER) || lint_own(lint, KW_LISTEN_SERVER_TEMPLATE));
}

/* Frontends need a timeout for clients; backends, once they have a server, two for it. In a tunnel of mode tcp
 * `timeout tunnel` stands in for `timeout server`. */
static void check_timeouts(struct lint *lint)
{
    const char *missing[3];
    int count = 0;

    if (lint->mode != MODE_TCP && lint->mode != MODE_HTTP)
        return;
    if (lint->frontend && !has_timeout(lint, KW_DEFAULTS_TIMEOUT_CLIENT))
        missing[count++] = "timeout client";
    if (has_servers(lint)) {
        if (!has_timeout(lint, KW_DEFAULTS_TIMEOUT_CONNECT))
            missing[count++] = "timeout connect";
        if (!has_timeout(lint, KW_DEFAULTS_TIMEOUT_SERVER) &&
            (lint->mode == MODE_HTTP || !has_timeout(lint, KW_DEFAULTS_TIMEOUT_TUNNEL)))
            missing[count++] = "timeout server";
    }
    if (!count)
        return;
    lint_add_section(lint, RULE_TIMEOUT_MISSING,
                     "set them in the defaults section; without them, or with 0, dead connections pile up",
                     "%s '%.*s' has no '%s'%s%s%s%s%s%s", LINT_NAME(lint), missing[0], count > 2 ? ", '" : "",
                     count > 2 ? missing[1] : "", count > 2 ? "'" : "", count > 1 ? " and '" : "",
                     count > 1 ? missing[count - 1] : "", count > 1 ? "'" : "");
}

static void check_bind(struct lint *lint)
{
    if (lint->frontend && !lint_own(lint, KW_FRONTEND_BIND))
        lint_add_section(lint, RULE_BIND_MISSING, "make it a backend if it is to be used as one",
                         "%s '%.*s' has no 'bind', so nothing reaches it", LINT_NAME(lint));
}

/* In a listen section the default_backend goes before its own servers. */
static void check_default_backend(struct lint *lint)
{
    const struct directive *line = lint->frontend ? lint_effective(lint, KW_DEFAULTS_DEFAULT_BACKEND) : NULL;
    const struct directive *server = lint_first(lint, KW_LISTEN_SERVER);

    if (!server)
        server = lint_first(lint, KW_LISTEN_SERVER_TEMPLATE);
    if (!line || !server || !lint->backend)
        return;
    diag_add(lint->config->diags, RULE_SERVERS_UNUSED, server->at, "remove the servers, or the 'default_backend'",
             "the servers of %s '%.*s' are never used: its 'default_backend' goes before them", LINT_NAME(lint));
    diag_place(lint->config->diags, line->at, "everything goes here");
}

/* A connection that becomes HTTP needs a backend of mode http. */
static void check_switch(struct lint *lint)
{
    const struct arg *action = NULL;

    if (!lint->frontend || lint->mode != MODE_TCP || !has_servers(lint) || lint_own(lint, KW_FRONTEND_USE_BACKEND) ||
        lint_effective(lint, KW_DEFAULTS_DEFAULT_BACKEND))
        return;
    for (const struct directive *d = lint->section->first; d && !action; d = d->next)
        action = directive_option(d, KW_TCP_REQUEST_CONTENT_SWITCH_MODE);
    if (action)
        diag_add(lint->config->diags, RULE_SERVERS_UNUSED, arg_span(action),
                 "send them to a backend of mode http by 'use_backend' or 'default_backend'",
                 "connections that become HTTP cannot go to the servers of %s '%.*s': it is in mode tcp",
                 LINT_NAME(lint));
}

static void check_dispatch(struct lint *lint)
{
    const struct directive *line = lint_own(lint, KW_FRONTEND_DISPATCH);
    const struct directive *balance = lint_effective(lint, KW_DEFAULTS_BALANCE);

    if (!lint->backend || !line || !balance)
        return;
    diag_add(lint->config->diags, RULE_SERVERS_UNUSED, line->at, "remove one of them",
             "'dispatch' has no effect beside 'balance'");
    diag_place(lint->config->diags, balance->at, "servers are chosen by this");
}

/* Notes that a mailers section is used. */
static void use_mailers(struct lint *lint, const struct directive *line)
{
    struct lint_used *used = &lint->mailers;
    const struct symbol *mailers = NULL;

    if (line->arg_count)
        mailers = config_find(lint->config, SYMBOL_MAILERS, line->args[0].text, line->args[0].len, NULL);
    for (uint32_t i = 0; mailers && i < used->count; i++)
        if (used->at[i] == mailers->section)
            return;
    if (!mailers)
        return;
    if (used->count == used->cap)
        used->at = arena_extend(lint->config->arena, used->at, used->count, &used->cap, 8, sizeof(*used->at));
    used->at[used->count++] = mailers->section;
}

/* Gives whether all of the section was understood. */
static bool note_mailers(struct lint *lint, const struct section *section)
{
    for (const struct directive *d = section_lines(section, keyword_bit(KW_DEFAULTS_EMAIL_ALERT_MAILERS)); d;
         d = d->next)
        if (d->kw->id == KW_DEFAULTS_EMAIL_ALERT_MAILERS)
            use_mailers(lint, d);
    return !section->poison;
}

bool lint_note_mailers(struct lint *lint)
{
    bool understood = note_mailers(lint, lint->section) && (!lint->section->from || lint->defaults);
    int depth = 0;

    for (const struct section *s = lint->defaults; s && depth < LINT_DEFAULTS_DEPTH; s = lint_defaults_of(lint, s)) {
        understood = note_mailers(lint, s) && understood;
        depth++;
    }
    return understood;
}

/* Mails need all of from, to and mailers. */
static void check_email_alert(struct lint *lint)
{
    static const enum keyword_id any[] = {KW_DEFAULTS_EMAIL_ALERT_FROM, KW_DEFAULTS_EMAIL_ALERT_TO,
                                          KW_DEFAULTS_EMAIL_ALERT_MAILERS, KW_DEFAULTS_EMAIL_ALERT_LEVEL,
                                          KW_DEFAULTS_EMAIL_ALERT_MYHOSTNAME};
    static const char *const needed[] = {"from", "to", "mailers"};
    const struct directive *line = lint_any_of(lint, any, LINT_COUNT(any));
    const struct directive *mailers = lint_effective(lint, KW_DEFAULTS_EMAIL_ALERT_MAILERS);

    if (!line)
        return;
    for (size_t i = 0; i < LINT_COUNT(needed); i++)
        if (!lint_effective(lint, any[i])) {
            lint_add(lint, RULE_EMAIL_ALERT_INCOMPLETE, line,
                     "it takes 'email-alert mailers', 'email-alert from' and 'email-alert to'",
                     "%s '%.*s' sends no alert mails: 'email-alert %s' is missing", LINT_NAME(lint), needed[i]);
            return;
        }
    use_mailers(lint, mailers);
    if (lint->config->lang.version >= HAP_3_2)
        lint_add(lint, RULE_DEPRECATED_KEYWORD, mailers, "from 3.3 on a Lua script sends alert mails",
                 "'%s' is deprecated in HAProxy %s", mailers->kw->name, hap_version_names[lint->config->lang.version]);
}

/* HAProxy keeps one character of the cookie's length for itself. */
static void check_capture(struct lint *lint)
{
    const struct directive *line = lint_own(lint, KW_FRONTEND_CAPTURE_COOKIE);
    const struct directive *limit =
        lint->global ? section_find_directive(lint->global, KW_GLOBAL_TUNE_HTTP_COOKIELEN) : NULL;
    const struct arg *length = line ? directive_param(line, "length") : NULL;
    int64_t most = COOKIE_LENGTH, wanted;

    if (limit && limit->arg_count && !int_parse(limit->args[0].text, limit->args[0].len, &most))
        return;
    if (length && int_parse(length->text, length->len, &wanted) && wanted > most)
        diag_add(lint->config->diags, RULE_CAPTURE_TRUNCATED, arg_span(length),
                 "raise tune.http.cookielen in the global section", "the cookie is cut to %lld characters, not %lld",
                 (long long)most, (long long)wanted);
}

/* `global` points to a file that the global section has to name. */
static void check_state_file(struct lint *lint)
{
    const struct directive *line = lint_effective(lint, KW_DEFAULTS_LOAD_SERVER_STATE_FROM_FILE);

    if (!lint->backend || !line || !line->arg_count || !text_is(line->args[0].text, line->args[0].len, "global") ||
        (lint->global && section_find_directive(lint->global, KW_GLOBAL_SERVER_STATE_FILE)))
        return;
    lint_add(lint, RULE_STATE_FILE_MISSING, line, "add 'server-state-file' to the global section",
             "%s '%.*s' loads no server states: the global section names no 'server-state-file'", LINT_NAME(lint));
}

void lint_proxy(struct lint *lint)
{
    check_bind(lint);
    check_timeouts(lint);
    check_default_backend(lint);
    check_switch(lint);
    check_dispatch(lint);
    check_email_alert(lint);
    check_capture(lint);
    check_state_file(lint);
}
