/* Headers that tell servers who the client is, and those that a client may tell HAProxy itself. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

#include <strings.h>

/* Headers of requests that servers take HAProxy's word for. A client can send each of them. */
static const struct trusted {
    const char *name;
    bool address; /* it tells an address; the others, how the client speaks to HAProxy */
} trusted[] = {{"X-Forwarded-For", true},    {"X-Real-IP", true},         {"X-Client-IP", true},
               {"X-Forwarded-Proto", false}, {"X-Forwarded-Ssl", false},  {"X-Forwarded-Scheme", false},
               {"X-Forwarded-Host", false},  {"X-Forwarded-Port", false}, {"Front-End-Https", false}};

/* A bit for each of them. */
#define ALL_TRUSTED ((1u << LINT_COUNT(trusted)) - 1)

static unsigned trusted_bit(const char *name, uint32_t len)
{
    for (unsigned i = 0; i < LINT_COUNT(trusted); i++)
        if (strlen(trusted[i].name) == len && strncasecmp(trusted[i].name, name, len) == 0)
            return 1u << i;
    return 0;
}

/* Gives the action of a rule on requests: its name, with its arguments behind it; NULL: it is no such rule. */
static const struct arg *request_action(const struct directive *d)
{
    return d->kw->id == KW_FRONTEND_HTTP_REQUEST && d->arg_count && d->args[0].flags & ARG_HEAD ? &d->args[0] : NULL;
}

/* Which of a client's own headers a rule takes away, on whatever condition. */
static unsigned cleaned_by(const struct directive *d)
{
    const struct arg *action = request_action(d);
    enum keyword_id id = action ? keywords[action->row].id : KW_NONE;

    if ((id != KW_HTTP_REQUEST_DEL_HEADER && id != KW_HTTP_REQUEST_SET_HEADER) || d->arg_count < 2)
        return 0;
    if (action[1].flags & ARG_ENV || (d->arg_count > 2 && text_is(action[2].text, action[2].len, "-m")))
        return ALL_TRUSTED; /* it may be any */
    return trusted_bit(action[1].text, action[1].len);
}

static unsigned cleaned_in(const struct section *section)
{
    unsigned cleaned = 0;

    for (const struct directive *d = section_lines(section, keyword_bit(KW_FRONTEND_HTTP_REQUEST)); d; d = d->next)
        cleaned |= cleaned_by(d);
    return cleaned;
}

/* What a backend need not do again: some frontend or defaults section does it. */
static unsigned cleaned_before(struct lint *lint)
{
    if (!lint->seen.cleaned_known)
        for (const struct section *s = lint->config->first; s; s = s->next)
            if (s->context == CONTEXT_FRONTEND || s->context == CONTEXT_LISTEN || s->context == CONTEXT_DEFAULTS)
                lint->seen.cleaned |= cleaned_in(s);
    lint->seen.cleaned_known = true;
    return lint->seen.cleaned;
}

/* Whether a condition looks at the header: it stands there for the case that there is none yet. */
static bool condition_names(const struct directive *d, const char *name)
{
    size_t len = strlen(name);

    for (uint32_t i = 2; i < d->arg_count; i++)
        for (uint32_t at = 0; at + len <= d->args[i].len; at++)
            if (d->args[i].sig && sig_at(d->args[i].sig)->type == TYPE_COND &&
                strncasecmp(d->args[i].text + at, name, len) == 0)
                return true;
    return false;
}

static void check_append(struct lint *lint, const struct directive *d, unsigned cleaned)
{
    const struct arg *action = request_action(d);
    unsigned bit = 0, i = 0;

    if (action && keywords[action->row].id == KW_HTTP_REQUEST_ADD_HEADER && d->arg_count > 2)
        bit = trusted_bit(action[1].text, action[1].len) & ~cleaned;
    while (bit && bit != 1u << i)
        i++;
    if (!bit || (trusted[i].address ? directive_has_condition(d) : condition_names(d, trusted[i].name)))
        return;
    diag_add(lint->config->diags, trusted[i].address ? RULE_XFF_APPEND : RULE_FORWARDED_PROTO_APPEND, d->at,
             "use 'set-header', which replaces what the client sent",
             "a client's own '%s' stays in front of this one, and servers may believe it", trusted[i].name);
}

static bool is_closing(enum keyword_id action)
{
    return action == KW_HTTP_REQUEST_DENY || action == KW_TCP_REQUEST_CONNECTION_REJECT ||
           action == KW_HTTP_REQUEST_AUTH || action == KW_HTTP_REQUEST_TARPIT || action == KW_HTTP_REQUEST_RETURN;
}

/* Whether what a criterion looks at is an address that the client itself tells: hdr_ip(X-Forwarded-For). */
static bool is_told(const struct lint *lint, const struct arg *criterion)
{
    const struct keyword *fetch = criterion ? lint_fetch(lint, criterion->text, criterion->len) : NULL;
    const char *open = criterion ? memchr(criterion->text, '(', criterion->len) : NULL;
    uint32_t len = 0, left;

    if (!fetch || !open ||
        (fetch->id != KW_FETCH_HDR_IP && fetch->id != KW_FETCH_REQ_HDR_IP && fetch->id != KW_FETCH_HDR &&
         fetch->id != KW_FETCH_REQ_HDR))
        return false;
    left = (uint32_t)(criterion->text + criterion->len - ++open);
    while (len < left && open[len] != ',' && open[len] != ')')
        len++;
    for (size_t i = 0; i < LINT_COUNT(trusted); i++)
        if (trusted[i].address && trusted_bit(open, len) == 1u << i)
            return true;
    return false;
}

/* What a test looks at: one address that is told, the real one, or something else. */
enum test_of { OF_OTHER, OF_TOLD, OF_REAL };

static enum test_of test_of(const struct lint *lint, const struct lint_test *test)
{
    const struct arg *criterion = test->name ? NULL : test->at;
    const struct keyword *fetch = test->fetch;

    if (test->acl) {
        if (!test->acl->directive)
            return OF_OTHER;
        criterion = directive_param(test->acl->directive, "test");
        fetch = lint_acl_fetch(lint, test->acl);
    }
    if (fetch && fetch->id == KW_FETCH_SRC)
        return OF_REAL;
    return fetch && (fetch->id == KW_FETCH_HDR_IP || fetch->id == KW_FETCH_REQ_HDR_IP) && is_told(lint, criterion)
               ? OF_TOLD
               : OF_OTHER;
}

/* Gives the test of a rule that lets those in who tell the right address; NULL: there is none, or the real address is
 * tested as well. */
static const struct arg *trusting_test(const struct lint *lint, const struct directive *d)
{
    const struct arg *action = request_action(d), *found = NULL;
    bool opening = action && keywords[action->row].id == KW_HTTP_REQUEST_ALLOW;
    bool closing = action && is_closing((enum keyword_id)keywords[action->row].id);
    bool unless = directive_option(d, KW_COND_UNLESS) != NULL;
    struct lint_test test = {0};

    while ((opening || closing) && lint_next_test(lint, d, &test)) {
        enum test_of what = test_of(lint, &test);
        const struct arg *first = test.name ? test.at : test.at - 1;
        bool negated = (first->len && *first->text == '!') != unless;

        if (what == OF_REAL)
            return NULL;
        if (what == OF_TOLD && negated == closing && !found)
            found = test.at;
    }
    return found;
}

/* Whether all may connect: a bind line is on all addresses, and no rule looks at who connects. */
static bool is_open(const struct lint *lint)
{
    bool open = false;

    if (lint_effective(lint, KW_FRONTEND_TCP_REQUEST_CONNECTION) ||
        lint_effective(lint, KW_FRONTEND_TCP_REQUEST_SESSION))
        return false;
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_BIND); d && !open;
         d = lint_next(lint, d, KW_FRONTEND_BIND)) {
        const struct arg *address = d->kw->id == KW_FRONTEND_BIND ? directive_param(d, "address") : NULL;
        struct lint_listener listener;
        uint32_t at = 0;

        while (address && !open && lint_next_listener(lint, address, &at, &listener))
            open = listener.reach == REACH_ALL && !directive_option(d, KW_BIND_INTERFACE);
    }
    return open;
}

static bool tests_source(const struct lint *lint, const struct directive *d)
{
    struct lint_test test = {0};

    while (lint_next_test(lint, d, &test))
        if (test_of(lint, &test) == OF_REAL)
            return true;
    return false;
}

static void check_trusted(struct lint *lint)
{
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_HTTP_REQUEST); d; d = d->next) {
        const struct arg *action = request_action(d), *test;

        if (!action)
            continue;
        if (tests_source(lint, d)) /* from here on it is known who connects */
            return;
        if (keywords[action->row].id == KW_TCP_REQUEST_CONNECTION_SET_SRC && d->arg_count > 1 &&
            !directive_has_condition(d) && is_told(lint, &action[1]))
            diag_add(lint->config->diags, RULE_XFF_TRUSTED, arg_span(&action[1]),
                     "add 'if { src ADDRESSES-OF-THE-PROXY }'",
                     "every client chooses its address: 'src' becomes what the client's header says");
        else if ((test = trusting_test(lint, d)))
            diag_add(lint->config->diags, RULE_XFF_TRUSTED, arg_span(test),
                     "test 'src', or add 'if { src ADDRESSES-OF-THE-PROXY }' to what trusts the header",
                     "any client gets past this: it looks at an address that the client's header tells");
    }
}

/* Whether a rule knows of HTTP/2 in clear text: some argument names the header. */
static bool names_upgrade(const struct directive *d)
{
    static const char header[] = "upgrade";

    for (uint32_t i = 0; i < d->arg_count; i++)
        for (uint32_t at = 0; at + strlen(header) <= d->args[i].len; at++)
            if (strncasecmp(d->args[i].text + at, header, strlen(header)) == 0)
                return true;
    return false;
}

/* Whether a rule keeps something from clients: paths, methods. */
static bool guards_paths(const struct lint *lint, const struct directive *d)
{
    static const enum keyword_id guarded[] = {KW_FETCH_PATH, KW_FETCH_PATHQ, KW_FETCH_URL, KW_FETCH_BASE,
                                              KW_FETCH_METHOD};
    const struct arg *action = request_action(d);
    struct lint_test test = {0};

    while (action && keywords[action->row].id == KW_HTTP_REQUEST_DENY && lint_next_test(lint, d, &test)) {
        const struct keyword *fetch = test.acl ? lint_acl_fetch(lint, test.acl) : test.fetch;

        if (fetch && keyword_is_one_of(fetch, guarded, LINT_COUNT(guarded)))
            return true;
    }
    return false;
}

/* Up to 2.6 a request to go over to HTTP/2 is passed on, and what follows it is not looked at. */
static void check_upgrade(struct lint *lint)
{
    const struct directive *guarded = NULL;

    if (lint->config->lang.version > HAP_2_6)
        return;
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (names_upgrade(d))
            return;
        if (!guarded && guards_paths(lint, d))
            guarded = d;
    }
    if (guarded)
        diag_add(lint->config->diags, RULE_H2C_UPGRADE, guarded->at,
                 "add 'http-request del-header Upgrade if { req.hdr(Upgrade) -i -m sub h2c }'",
                 "a client gets past this rule where the server takes HTTP/2: 'Upgrade: h2c' is passed on");
}

void lint_headers(struct lint *lint)
{
    unsigned cleaned = 0;

    if (lint->backend && !lint->frontend)
        cleaned = cleaned_before(lint);
    for (const struct directive *d = lint_first(lint, KW_FRONTEND_HTTP_REQUEST); d; d = d->next) {
        cleaned |= cleaned_by(d);
        check_append(lint, d, cleaned);
    }
    if (!lint->frontend || !lint->enabled || !lint->sure || lint->mode != MODE_HTTP ||
        !lint_first(lint, KW_FRONTEND_HTTP_REQUEST))
        return;
    check_upgrade(lint);
    if (is_open(lint))
        check_trusted(lint);
}
