/* Conditions of rules: tests of what has no value when the rule is run are false, always. */
#include "hacc/check/lint.h"

#include "hacc/lang/sample.h"
#include "hacc/lang/value.h"

#include <strings.h>

const struct keyword *lint_fetch(const struct lint *lint, const char *text, uint32_t len)
{
    const struct lang *lang = &lint->config->lang;
    const struct word word = {.text = text, .len = len};
    uint32_t end = sample_name_end(&word, 0);
    const struct keyword *alias = sample_find(lang, CONTEXT_ACL_KEYWORD, text, end);

    if (alias && alias->alias)
        return sample_find(lang, CONTEXT_FETCH, alias->alias, (uint32_t)strcspn(alias->alias, " "));
    return sample_find(lang, CONTEXT_FETCH, text, end);
}

const struct keyword *lint_acl_fetch(const struct lint *lint, const struct symbol *line)
{
    const struct arg *criterion = line->directive ? directive_param(line->directive, "test") : NULL;

    return criterion ? lint_fetch(lint, criterion->text, criterion->len) : NULL;
}

/* An ACL by its name: one of the section's, or one that HAProxy brings along. */
static void name_test(const struct lint *lint, struct lint_test *test)
{
    const struct keyword *predefined;

    test->acl = config_find(lint->config, SYMBOL_ACL, test->name, test->name_len, lint->section);
    if (test->acl)
        return;
    predefined = keyword_find(CONTEXT_PREDEFINED_ACL, test->name, test->name_len, lint->config->lang.version, NULL);
    if (predefined)
        test->fetch = lint_fetch(lint, predefined->alias, (uint32_t)strlen(predefined->alias));
}

static bool is_or(const char *text, uint32_t len)
{
    return len == 2 && (memcmp(text, "||", 2) == 0 || strncasecmp(text, "or", 2) == 0);
}

/* Goes to the next test, and does not look at what it tests. Braces stand around tests, words outside are names. */
static bool next_test(const struct directive *d, struct lint_test *test)
{
    if (!(d->flags & KW_TESTS))
        return false;
    while (test->next < d->arg_count) {
        const struct arg *arg = &d->args[test->next++];
        const char *text = arg->text;
        uint32_t len = arg->len;

        if (!arg->sig || sig_at(arg->sig)->type != TYPE_COND || sig_at(arg->sig)->kind != SIG_PARAM)
            continue;
        while (len && *text == '!')
            text++, len--;
        test->at = arg;
        test->name = NULL;
        test->acl = NULL;
        test->fetch = NULL;
        if (text_is(text, len, "{") && test->next < d->arg_count) {
            test->inside = true;
            test->at = &arg[1];
            return true;
        }
        if (text_is(text, len, "}")) {
            test->inside = false;
        } else if (!test->inside && len && !is_or(text, len)) {
            test->name = text;
            test->name_len = len;
            return true;
        }
    }
    return false;
}

bool lint_next_test(const struct lint *lint, const struct directive *d, struct lint_test *test)
{
    if (!next_test(d, test))
        return false;
    if (test->name)
        name_test(lint, test);
    else
        test->fetch = lint_fetch(lint, test->at->text, test->at->len);
    return true;
}

bool lint_next_criterion(const struct directive *d, struct lint_test *test)
{
    while (next_test(d, test))
        if (!test->name)
            return true;
    return false;
}

/* Where the condition of a rule is tested. */
static enum place_id place_of(const struct directive *d)
{
    return (enum place_id)(d->kw->tested ? d->kw->tested : d->kw->place);
}

static bool has_value(const struct lint *lint, const struct directive *d, const struct keyword *fetch)
{
    return !fetch || sample_has_value(fetch, lint->config->lang.version, place_of(d), lint->section->context);
}

/* Gives a line of an ACL that tests what has no value in the rule, NULL: there is none. *all: none of its lines tests
 * what has one. */
static const struct symbol *vain_line(const struct lint *lint, const struct directive *d, const struct symbol *acl,
                                      bool *all)
{
    const struct symbol *vain = NULL;

    *all = true;
    for (const struct symbol *line = acl; line; line = line->same) {
        if (has_value(lint, d, lint_acl_fetch(lint, line)))
            *all = false;
        else if (!vain)
            vain = line;
    }
    return vain;
}

static void report(struct lint *lint, const struct directive *d, const struct lint_test *test, bool all)
{
    const struct symbol *line = test->acl ? vain_line(lint, d, test->acl, &all) : NULL;
    const struct keyword *fetch = line ? lint_acl_fetch(lint, line) : test->fetch;
    const char *place = sample_places[place_of(d)].doc;
    const char *help = sample_no_value_help(fetch, lint->config->lang.version, place_of(d), lint->section->context);

    if (!test->name)
        diag_add(lint->config->diags, RULE_ACL_FETCH_PHASE, arg_span(test->at), help,
                 "this never matches: '%s' has no value %s", fetch->name, place);
    else
        diag_add(lint->config->diags, RULE_ACL_FETCH_PHASE, arg_span(test->at), help,
                 all ? "ACL '%.*s' never matches here: '%s' has no value %s"
                     : "ACL '%.*s' matches here in part only: '%s' has no value %s",
                 (int)test->name_len, test->name, fetch->name, place);
    if (line)
        diag_place(lint->config->diags, line->at, "it is tested here");
}

/* Whether what is tested is not shown to proxies of the mode at hand. */
static bool is_raw(const struct lint *lint, const struct keyword *fetch)
{
    return fetch && fetch->modes && !(fetch->modes & MODE_BIT(lint->mode));
}

/* Gives the line of an ACL that tests raw contents, which HAProxy does not show to proxies in mode http. */
static const struct symbol *raw_line(const struct lint *lint, const struct symbol *acl)
{
    for (const struct symbol *line = acl; line; line = line->same)
        if (is_raw(lint, lint_acl_fetch(lint, line)))
            return line;
    return NULL;
}

/* Of a condition the first test that never matches is told of, or else the first that does so in part. Gives whether
 * some test may be of raw contents. */
static bool check_condition(struct lint *lint, const struct directive *d)
{
    bool raw = false;
    struct lint_test test = {0}, partly = {0};

    while (lint_next_test(lint, d, &test)) {
        bool all = true;

        raw |= test.acl ? raw_line(lint, test.acl) != NULL : is_raw(lint, test.fetch);
        if (test.acl ? !vain_line(lint, d, test.acl, &all) : has_value(lint, d, test.fetch))
            continue;
        if (all) {
            report(lint, d, &test, true);
            return true;
        }
        if (!partly.at)
            partly = test;
    }
    if (partly.at)
        report(lint, d, &partly, false);
    return raw;
}

/* A condition is told of once, at its first such test. */
static void check_raw(struct lint *lint, const struct directive *d)
{
    struct lint_test test = {0};

    while (lint_next_test(lint, d, &test)) {
        const struct symbol *line = raw_line(lint, test.acl);
        const struct keyword *fetch = line ? lint_acl_fetch(lint, line) : test.fetch;

        if (!is_raw(lint, fetch))
            continue;
        diag_add(lint->config->diags, RULE_CONTENT_IN_HTTP, arg_span(test.at), "test it in a proxy of mode tcp",
                 "'%s' tests raw contents, and %s '%.*s' is in mode %s", fetch->name, LINT_NAME(lint),
                 proxy_mode_names[lint->mode]);
        if (line)
            diag_place(lint->config->diags, line->at, "it is tested here");
        return;
    }
}

/* Gives what a log-format string reads of raw contents, NULL: nothing. */
static const struct keyword *raw_fetch(const struct lint *lint, const struct arg *arg)
{
    const struct word word = {.text = arg->text, .len = arg->len};
    uint32_t at = 0, from;

    if (!arg->sig || sig_at(arg->sig)->kind != SIG_PARAM || sig_at(arg->sig)->type != TYPE_FMT ||
        arg->flags & (ARG_ENV | ARG_POISON))
        return NULL;
    while ((from = fmt_expression_at(&lint->config->lang, &word, &at))) {
        const struct keyword *fetch = lint_fetch(lint, arg->text + from, arg->len - from);

        if (is_raw(lint, fetch))
            return fetch;
    }
    return NULL;
}

/* A line is told of once, at its first such format. */
static void check_raw_format(struct lint *lint, const struct directive *d)
{
    for (uint32_t i = 0; i < d->arg_count; i++) {
        const struct keyword *fetch = raw_fetch(lint, &d->args[i]);

        if (!fetch)
            continue;
        lint_add(lint, RULE_CONTENT_IN_HTTP, d, "use it in a proxy of mode tcp",
                 "'%s' reads raw contents, and %s '%.*s' is in mode %s", fetch->name, LINT_NAME(lint),
                 proxy_mode_names[lint->mode]);
        return;
    }
}

/* Whether a rule makes the name of the backend or server from a log-format string. */
static bool is_dynamic(const struct directive *d)
{
    return (d->kw->id == KW_FRONTEND_USE_BACKEND || d->kw->id == KW_FRONTEND_USE_SERVER) &&
           memchr(d->args[0].text, '%', d->args[0].len);
}

/* HAProxy looks for it from 2.4 on, in conditions of these. `some`: there may be such a condition. */
static void check_all_raw(struct lint *lint, bool some)
{
    static const enum keyword_id looked_at[] = {KW_FRONTEND_TCP_REQUEST_CONNECTION,
                                                KW_FRONTEND_TCP_REQUEST_SESSION,
                                                KW_FRONTEND_TCP_REQUEST_CONTENT,
                                                KW_LISTEN_TCP_RESPONSE_CONTENT,
                                                KW_FRONTEND_HTTP_REQUEST,
                                                KW_FRONTEND_HTTP_RESPONSE,
                                                KW_FRONTEND_HTTP_AFTER_RESPONSE,
                                                KW_FRONTEND_USE_BACKEND,
                                                KW_FRONTEND_USE_SERVER,
                                                KW_LISTEN_STICK_MATCH,
                                                KW_LISTEN_STICK_ON,
                                                KW_LISTEN_STICK_STORE_REQUEST,
                                                KW_LISTEN_STICK_STORE_RESPONSE};

    const uint64_t formatted = keyword_bit(KW_FRONTEND_HTTP_REQUEST) | keyword_bit(KW_FRONTEND_HTTP_RESPONSE);
    const struct directive *id = lint_effective(lint, KW_DEFAULTS_UNIQUE_ID_FORMAT);

    if (lint->mode != MODE_HTTP || lint->config->lang.version < HAP_2_4)
        return;
    if (id && lint->frontend)
        check_raw_format(lint, id);
    for (const struct directive *d = section_lines(lint->section, formatted); d; d = d->next)
        if (d->kw->id == KW_FRONTEND_HTTP_REQUEST || d->kw->id == KW_FRONTEND_HTTP_RESPONSE)
            check_raw_format(lint, d);
    for (const struct directive *d = some ? lint->section->first : NULL; d; d = d->next)
        if (keyword_is_one_of(d->kw, looked_at, LINT_COUNT(looked_at)) && directive_has_condition(d) &&
            !is_dynamic(d) && !lint_is_misplaced(lint, d->kw))
            check_raw(lint, d);
}

void lint_conditions(struct lint *lint)
{
    bool raw = false;

    for (const struct directive *d = lint->section->first; d; d = d->next)
        if (directive_has_condition(d) && !lint_is_misplaced(lint, d->kw))
            raw |= place_of(d) == PLACE_NONE || check_condition(lint, d);
    if (lint->enabled && lint->sure && (lint->frontend || lint->backend || lint->section->serves))
        check_all_raw(lint, raw);
}
