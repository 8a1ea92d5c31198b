/* Redirects that the request they make meets again. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

/* What a redirect makes of a request. */
struct target {
    const char *host; /* NULL: the same */
    uint32_t host_len;
    const char *path; /* NULL: the same */
    uint32_t path_len;
    enum scheme { SCHEME_SAME, SCHEME_HTTP, SCHEME_HTTPS } scheme;
    bool cookies; /* it sets or deletes one */
    bool no_query;
};

/* --- the target --- */

/* Reads "https://host", "http://host"; gives the bytes that it took. */
static uint32_t read_origin(struct target *target, const char *text, uint32_t len)
{
    uint32_t at = text_begins(text, len, "https://") ? 8 : text_begins(text, len, "http://") ? 7 : 0;

    if (!at)
        return 0;
    target->scheme = at == 8 ? SCHEME_HTTPS : SCHEME_HTTP;
    target->host = text + at;
    while (at < len && text[at] != '/')
        at++;
    target->host_len = (uint32_t)(text + at - target->host);
    return at;
}

/* Gives the value of the first of two options that stands. */
static const struct arg *option_value(const struct directive *d, enum keyword_id id, enum keyword_id other)
{
    const struct arg *value = directive_option_value(d, id);

    return value ? value : directive_option_value(d, other);
}

static bool read_location(struct target *target, const struct arg *to)
{
    uint32_t at = read_origin(target, to->text, to->len);
    const char *query = memchr(to->text, '?', to->len);

    target->path = at == to->len ? "/" : to->text + at;
    target->path_len = at == to->len ? 1 : (uint32_t)((query ? query : to->text + to->len) - target->path);
    return *target->path == '/';
}

static bool read_scheme(struct target *target, const struct arg *to)
{
    target->scheme = text_is(to->text, to->len, "https") ? SCHEME_HTTPS : SCHEME_HTTP;
    return target->scheme == SCHEME_HTTPS || text_is(to->text, to->len, "http");
}

/* Gives whether it is known where a redirect leads. */
static bool read_target(const struct directive *d, struct target *target)
{
    const struct arg *location = option_value(d, KW_REDIRECT_LOCATION, KW_HTTP_REDIRECT_LOCATION);
    const struct arg *prefix = option_value(d, KW_REDIRECT_PREFIX, KW_HTTP_REDIRECT_PREFIX);
    const struct arg *scheme = option_value(d, KW_REDIRECT_SCHEME, KW_HTTP_REDIRECT_SCHEME);
    const struct arg *to = location ? location : prefix ? prefix : scheme;

    *target = (struct target){.scheme = SCHEME_SAME};
    if (!to || !to->len || to->flags & ARG_ENV || memchr(to->text, '%', to->len) ||
        directive_option(d, KW_REDIRECT_APPEND_SLASH))
        return false;
    target->cookies = directive_option(d, KW_REDIRECT_SET_COOKIE) || directive_option(d, KW_REDIRECT_CLEAR_COOKIE) ||
                      directive_option(d, KW_REDIRECT_SET_COOKIE_FMT);
    target->no_query = directive_option(d, KW_REDIRECT_DROP_QUERY);
    if (location)
        return read_location(target, to);
    if (scheme)
        return read_scheme(target, to);
    /* a prefix with a path of its own grows with each turn, and is left alone */
    return read_origin(target, to->text, to->len) == to->len || text_is(to->text, to->len, "/");
}

/* Whether the line makes the proxy listen where requests of that scheme go to. */
static bool listens(const struct directive *d, bool https)
{
    const char *port = https ? ":443" : ":80";
    size_t len = strlen(port);
    const struct arg *address = d->args;

    return d->kw->id == KW_FRONTEND_BIND && d->arg_count && (directive_option(d, KW_BIND_SSL) != NULL) == https &&
           address->len >= len && memcmp(address->text + address->len - len, port, len) == 0;
}

/* --- conditions on the redirected request --- */

/* What of a test's outcome is known: BLOCK_UNKNOWN with *same: it is what it was for the first request. */
static enum block_truth test_on(const struct target *target, const struct request_test *test, bool *same)
{
    const struct request_sample *sample = test->sample;
    bool plain = sample->converters == sample->len;
    unsigned fetch = sample->fetch->id;

    *same = false;
    switch ((enum request_part)sample->part) {
    case PART_CONSTANT:
        return fetch == KW_FETCH_ALWAYS_TRUE ? BLOCK_TRUE : BLOCK_FALSE;
    case PART_METHOD:
        return plain ? request_test_passes(test, "GET", 3) : BLOCK_UNKNOWN;
    case PART_HOST:
        *same = !target->host;
        return target->host && plain ? request_test_passes(test, target->host, target->host_len) : BLOCK_UNKNOWN;
    case PART_PATH:
        *same = !target->path && fetch != KW_FETCH_URL && fetch != KW_FETCH_BASE &&
                (fetch == KW_FETCH_PATH || !target->no_query);
        return target->path && plain && fetch == KW_FETCH_PATH
                   ? request_test_passes(test, target->path, target->path_len)
                   : BLOCK_UNKNOWN;
    case PART_CONNECTION:
        *same = target->scheme == SCHEME_SAME || fetch == KW_FETCH_SRC;
        if (fetch == KW_FETCH_SSL_FC && target->scheme != SCHEME_SAME)
            return target->scheme == SCHEME_HTTPS ? BLOCK_TRUE : BLOCK_FALSE;
        return BLOCK_UNKNOWN;
    case PART_HEADER:
        *same = target->scheme == SCHEME_SAME && !target->cookies;
        return BLOCK_UNKNOWN;
    case PART_OTHER:
        return BLOCK_UNKNOWN;
    }
    return BLOCK_UNKNOWN;
}

/* The same for a term. *host: a test of the host is what makes it true. */
static enum block_truth term_on(const struct target *target, const struct request_term *term, bool *same, bool *host)
{
    enum block_truth truth = term->set->whole ? BLOCK_FALSE : BLOCK_UNKNOWN;

    *same = term->set->whole && term->set->steady;
    for (uint32_t i = 0; i < term->set->count; i++) {
        bool test_same;
        enum block_truth one = test_on(target, &term->set->tests[i], &test_same);

        *host |= one == BLOCK_TRUE && term->set->tests[i].sample->part == PART_HOST && !term->negated;
        *same = *same && test_same;
        truth = block_or(truth, one);
    }
    return term->negated ? block_not(truth) : truth;
}

/* Whether a redirected request, the first of which met the case, meets it again. */
static bool case_holds_again(const struct target *target, const struct request_case *one)
{
    bool host = !target->host;

    for (uint32_t i = 0; i < one->count; i++) {
        bool same;

        if (term_on(target, &one->terms[i], &same, &host) != BLOCK_TRUE && !same)
            return false;
    }
    return host; /* a host that no condition asks for may be served elsewhere */
}

/* Whether a rule above, which the first request did not meet, may take the redirected one. */
static bool may_take(const struct target *target, const struct request_condition *condition)
{
    if (!condition->known)
        return true;
    for (uint32_t i = 0; i < condition->count; i++) {
        const struct request_case *one = &condition->cases[i];
        bool all_same = true, fails = false, host = false;

        for (uint32_t j = 0; j < one->count; j++) {
            bool same;

            fails |= term_on(target, &one->terms[j], &same, &host) == BLOCK_FALSE;
            all_same = all_same && same;
        }
        if (!fails && !all_same)
            return true;
    }
    return false;
}

/* Whether the redirected request comes as it is to the rule: what stands above lets it pass. Most sections have few
 * such rules; of more than LOOKED_AT nothing is said. */
static bool is_reached(const struct lint *lint, const struct directive *rule, const struct target *target)
{
    enum { LOOKED_AT = 100 };
    unsigned count = 0;
    bool above = true;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        struct request_condition condition;
        bool redirect = d->kw->id == KW_FRONTEND_REDIRECT;

        above = above && d != rule;
        if (d == rule || (d->kw->id != KW_FRONTEND_HTTP_REQUEST && !redirect) ||
            (!above && (redirect || rule->kw->id == KW_FRONTEND_HTTP_REQUEST)))
            continue;
        if (++count > LOOKED_AT || lint_changes_request(d))
            return false;
        if (!redirect && !lint_ends_requests(d))
            continue;
        condition = request_condition_of(lint->config, lint->section, d);
        if (may_take(target, &condition))
            return false;
    }
    return true;
}

/* served: the schemes that the proxy listens for. Gives whether the target meets the condition: then the rules above
 * had to be looked at. */
static bool check_redirect(struct lint *lint, const struct directive *d, const bool served[3])
{
    struct request_condition condition;
    struct target target;
    bool again = false;

    if (!read_target(d, &target) || !served[target.scheme])
        return false;
    condition = request_condition_of(lint->config, lint->section, d);
    for (uint32_t i = 0; i < condition.count && !again; i++)
        again = case_holds_again(&target, &condition.cases[i]);
    if (!again || !is_reached(lint, d, &target))
        return again;
    if (target.scheme != SCHEME_SAME && !target.host)
        diag_add(lint->config->diags, RULE_REDIRECT_LOOP, d->at,
                 target.scheme == SCHEME_HTTPS ? "add 'unless { ssl_fc }'" : "add 'if { ssl_fc }'",
                 "what this rule redirects comes back to it by %s, and is redirected again",
                 target.scheme == SCHEME_HTTPS ? "https" : "http");
    else
        diag_add(lint->config->diags, RULE_REDIRECT_LOOP, d->at, "add a condition that its target does not meet",
                 "what this rule redirects comes back to it, and is redirected again");
    return true;
}

/* No more than so many suspects are looked into. */
#define SUSPECTS_MAX 64

void lint_redirects(struct lint *lint)
{
    const uint64_t redirects = keyword_bit(KW_FRONTEND_REDIRECT) | keyword_bit(KW_FRONTEND_HTTP_REQUEST);
    bool served[] = {[SCHEME_SAME] = true, [SCHEME_HTTP] = false, [SCHEME_HTTPS] = false};
    unsigned suspects = 0;

    if (!lint->frontend || !lint->enabled || !lint->sure || lint->mode != MODE_HTTP)
        return;
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_BIND); d; d = lint_next(lint, d, KW_FRONTEND_BIND)) {
        served[SCHEME_HTTP] |= listens(d, false);
        served[SCHEME_HTTPS] |= listens(d, true);
    }
    for (const struct directive *d = section_lines(lint->section, redirects); d && suspects < SUSPECTS_MAX; d = d->next)
        if (d->kw->id == KW_FRONTEND_REDIRECT ||
            (d->kw->id == KW_FRONTEND_HTTP_REQUEST && directive_option(d, KW_HTTP_REQUEST_REDIRECT)))
            suspects += check_redirect(lint, d, served);
}
