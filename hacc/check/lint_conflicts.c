/* Options that take each other's place, and those that are dangerous or not thought to the end. */
#include "hacc/check/lint.h"

/* Of each of these groups the last line counts. Source: asked of the binaries. */
static const enum keyword_id closing[] = {KW_DEFAULTS_OPTION_HTTPCLOSE, KW_DEFAULTS_OPTION_HTTP_SERVER_CLOSE,
                                          KW_DEFAULTS_OPTION_HTTP_KEEP_ALIVE, KW_DEFAULTS_OPTION_FORCECLOSE};
static const enum keyword_id checks[] = {
    KW_DEFAULTS_OPTION_HTTPCHK,     KW_DEFAULTS_OPTION_TCP_CHECK,   KW_DEFAULTS_OPTION_SMTPCHK,
    KW_DEFAULTS_OPTION_MYSQL_CHECK, KW_DEFAULTS_OPTION_PGSQL_CHECK, KW_DEFAULTS_OPTION_REDIS_CHECK,
    KW_DEFAULTS_OPTION_LDAP_CHECK,  KW_DEFAULTS_OPTION_SPOP_CHECK,  KW_DEFAULTS_OPTION_SSL_HELLO_CHK};

/* Two of a group in one section: a proxy may well replace what it inherits. */
static void check_conflict(struct lint *lint, const enum keyword_id *ids, size_t count)
{
    const struct directive *before = NULL;
    size_t there = 0;

    for (size_t i = 0; i < count; i++)
        there += lint_own(lint, ids[i]) != NULL;
    for (const struct directive *d = there > 1 ? lint->section->first : NULL; d; d = d->next) {
        if (directive_is_dot(d))
            before = NULL;
        if (d->form != FORM_PLAIN || !keyword_is_one_of(d->kw, ids, count))
            continue;
        if (before && before->kw != d->kw) {
            diag_add(lint->config->diags, RULE_OPTIONS_CONFLICT, d->at, "keep one of them",
                     "'%s' takes the place of the '%s' above", d->kw->name, before->kw->name);
            diag_place(lint->config->diags, before->at, "this one has no effect");
        }
        before = d;
    }
}

static void check_invalid(struct lint *lint)
{
    static const enum keyword_id options[] = {KW_DEFAULTS_OPTION_ACCEPT_INVALID_HTTP_REQUEST,
                                              KW_DEFAULTS_OPTION_ACCEPT_INVALID_HTTP_RESPONSE,
                                              KW_DEFAULTS_OPTION_ACCEPT_UNSAFE_VIOLATIONS_IN_HTTP_REQUEST,
                                              KW_DEFAULTS_OPTION_ACCEPT_UNSAFE_VIOLATIONS_IN_HTTP_RESPONSE};

    for (size_t i = 0; i < LINT_COUNT(options); i++) {
        const struct directive *d = lint_own(lint, options[i]);

        if (d && d->form == FORM_PLAIN && !lint_is_misplaced(lint, d->kw))
            diag_add(lint->config->diags, RULE_ACCEPT_INVALID_HTTP, d->at,
                     "remove it, and mend what sends such messages; 'show errors' on the stats socket shows them",
                     "'%s' lets through what HTTP forbids, and with it attacks that are made of it", d->kw->name);
    }
}

/* Images and archives are compressed already: to do so again costs time and gains nothing. */
static void check_compression(struct lint *lint)
{
    static const enum keyword_id algorithms[] = {KW_DEFAULTS_COMPRESSION_ALGO, KW_DEFAULTS_COMPRESSION_ALGO_RES};
    static const enum keyword_id types_of[] = {KW_DEFAULTS_COMPRESSION_TYPE, KW_DEFAULTS_COMPRESSION_TYPE_RES};
    const struct directive *line = lint_last_of(lint, algorithms, LINT_COUNT(algorithms));

    if (!line || line == lint->seen.compression || lint_any_of(lint, types_of, LINT_COUNT(types_of)))
        return;
    lint->seen.compression = line;
    diag_add(lint->config->diags, RULE_COMPRESSION_NO_TYPE, line->at,
             "add 'compression type text/html text/css text/plain application/javascript application/json'",
             "everything is compressed, images and archives too: no 'compression type' says what");
}

void lint_conflicts(struct lint *lint)
{
    check_conflict(lint, closing, LINT_COUNT(closing));
    check_conflict(lint, checks, LINT_COUNT(checks));
    check_invalid(lint);
    if ((lint->frontend || lint->backend) && lint->enabled && lint->sure && lint->mode == MODE_HTTP)
        check_compression(lint);
}
