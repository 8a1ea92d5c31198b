/* Health checks: rules and settings of a kind of check that is not the one chosen. */
#include "hacc/check/check.h"
#include "hacc/check/lint_server.h"

#include <string.h>

static const enum keyword_id http_rules[] = {KW_DEFAULTS_HTTP_CHECK_COMMENT,  KW_DEFAULTS_HTTP_CHECK_CONNECT,
                                             KW_DEFAULTS_HTTP_CHECK_EXPECT,   KW_DEFAULTS_HTTP_CHECK_SEND,
                                             KW_DEFAULTS_HTTP_CHECK_SET_VAR,  KW_DEFAULTS_HTTP_CHECK_SET_VAR_FMT,
                                             KW_DEFAULTS_HTTP_CHECK_UNSET_VAR};

static const enum keyword_id tcp_rules[] = {KW_DEFAULTS_TCP_CHECK_COMMENT,     KW_DEFAULTS_TCP_CHECK_CONNECT,
                                            KW_DEFAULTS_TCP_CHECK_EXPECT,      KW_DEFAULTS_TCP_CHECK_SEND,
                                            KW_DEFAULTS_TCP_CHECK_SEND_BINARY, KW_DEFAULTS_TCP_CHECK_SEND_BINARY_LF,
                                            KW_DEFAULTS_TCP_CHECK_SEND_LF,     KW_DEFAULTS_TCP_CHECK_SET_VAR,
                                            KW_DEFAULTS_TCP_CHECK_SET_VAR_FMT, KW_DEFAULTS_TCP_CHECK_UNSET_VAR};

/* A line for a kind of check that is not chosen: another one may be, in the place of the right one or of none. */
static void report_unused(struct lint *lint, const struct directive *line, const char *option)
{
    const struct directive *kind = lint_check_kind(lint);

    lint_add(lint, RULE_CHECK_UNUSED, line,
             arena_printf(lint->config->arena, kind ? "write 'option %s' in the place of '%s'" : "add 'option %s'",
                          option, kind ? kind->kw->name : ""),
             "'%s' has no effect: %s '%.*s' does not choose 'option %s'", line->kw->name, LINT_NAME(lint), option);
}

/* Told of at the first rule of the set. */
static void check_rules(struct lint *lint, const enum keyword_id *rules, size_t count, const char *option)
{
    const struct directive *line = NULL;

    for (const struct directive *d = lint->section->first; d && !line; d = d->next)
        line = keyword_is_one_of(d->kw, rules, count) ? d : NULL;
    if (line)
        report_unused(lint, line, option);
}

static void check_setting(struct lint *lint, enum keyword_id id, const char *option)
{
    const struct directive *line = lint_effective(lint, id);

    if (line)
        report_unused(lint, line, option);
}

/* An external check starts a program, which HAProxy refuses to do unless it is told to. */
static void check_fork(struct lint *lint, const struct directive *kind)
{
    if (!lint->global || !section_find_directive(lint->global, KW_GLOBAL_INSECURE_FORK_WANTED))
        lint_add(lint, RULE_EXTERNAL_CHECK_FORK, kind, "add 'insecure-fork-wanted' to the global section",
                 "the external checks of %s '%.*s' are bound to fail: HAProxy may not start programs", LINT_NAME(lint));
}

const struct directive *lint_check_kind(const struct lint *lint)
{
    return lint_last_of(lint, check_kinds, CHECK_KINDS);
}

/* What stands behind the version was once sent as headers; from 2.8 on it is an error of the language. */
static void check_inline(struct lint *lint)
{
    const struct directive *line = lint_own(lint, KW_DEFAULTS_OPTION_HTTPCHK);

    if (lint->config->lang.version >= HAP_2_8)
        return;
    for (uint32_t i = 0; line && i < line->arg_count; i++)
        if (!(line->args[i].flags & ARG_ENV) && memmem(line->args[i].text, line->args[i].len, "\r\n", 2))
            diag_add(
                lint->config->diags, RULE_HTTPCHK_HTTP11_INLINE, arg_span(&line->args[i]),
                "write them as 'http-check send hdr Host www.example.com'",
                "'option httpchk' with headers behind the version is deprecated, and an error from HAProxy 2.8 on");
}

void lint_checks(struct lint *lint)
{
    const struct directive *kind;

    if (!lint->backend)
        return;
    check_inline(lint);
    kind = lint_check_kind(lint);
    if (!kind || kind->kw->id != KW_DEFAULTS_OPTION_HTTPCHK)
        check_rules(lint, http_rules, LINT_COUNT(http_rules), "httpchk");
    if (!kind || kind->kw->id != KW_DEFAULTS_OPTION_TCP_CHECK)
        check_rules(lint, tcp_rules, LINT_COUNT(tcp_rules), "tcp-check");
    if (kind && kind->kw->id != KW_DEFAULTS_OPTION_HTTPCHK && kind->kw->id != KW_DEFAULTS_OPTION_EXTERNAL_CHECK) {
        check_setting(lint, KW_DEFAULTS_HTTP_CHECK_DISABLE_ON_404, "httpchk");
        check_setting(lint, KW_DEFAULTS_HTTP_CHECK_SEND_STATE, "httpchk");
    }
    if (kind && kind->kw->id == KW_DEFAULTS_OPTION_EXTERNAL_CHECK) {
        check_fork(lint, kind);
        return;
    }
    check_setting(lint, KW_DEFAULTS_EXTERNAL_CHECK_COMMAND, "external-check");
    check_setting(lint, KW_DEFAULTS_EXTERNAL_CHECK_PATH, "external-check");
}
