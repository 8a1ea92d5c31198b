/* Responses that HAProxy builds itself: return, deny, tarpit, http-error. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

#include <strings.h>

/* Pages that are complete responses: nothing can be added to them. */
static const struct arg *complete_page(const struct directive *d)
{
    static const enum keyword_id pages[] = {KW_RETURN_ERRORFILE, KW_RETURN_ERRORFILES, KW_RETURN_DEFAULT_ERRORFILES};
    const struct arg *page = NULL;

    for (size_t i = 0; i < LINT_COUNT(pages) && !page; i++)
        page = directive_option(d, pages[i]);
    return page;
}

static bool has_payload(const struct directive *d)
{
    return directive_option(d, KW_RETURN_FILE) || directive_option(d, KW_RETURN_LF_FILE) ||
           directive_option(d, KW_RETURN_STRING) || directive_option(d, KW_RETURN_LF_STRING);
}

static void check_additions(struct lint *lint, const struct directive *d)
{
    const struct arg *type = directive_option(d, KW_RETURN_CONTENT_TYPE), *header = directive_option(d, KW_RETURN_HDR);
    const struct arg *page = complete_page(d);

    if (type && (page || !has_payload(d))) {
        diag_add(lint->config->diags, RULE_REPLY_ARGUMENT_IGNORED, arg_span(type),
                 page ? NULL : "add a payload, as with string",
                 page ? "'content-type' is ignored: '%s' gives a whole response"
                      : "'content-type' is ignored: the response has no payload",
                 page ? keywords[page->row].name : "");
    }
    if (header && page)
        diag_add(lint->config->diags, RULE_REPLY_ARGUMENT_IGNORED, arg_span(header), NULL,
                 "'hdr' is ignored: '%s' gives a whole response", keywords[page->row].name);
}

/* HAProxy sets these three itself. */
static bool is_own_header(const struct arg *name)
{
    static const char *const own[] = {"content-length", "content-type", "transfer-encoding"};

    for (size_t i = 0; i < LINT_COUNT(own); i++)
        if (strlen(own[i]) == name->len && strncasecmp(own[i], name->text, name->len) == 0)
            return true;
    return false;
}

static void check_headers(struct lint *lint, const struct directive *d)
{
    for (uint32_t i = 0; i + 1 < d->arg_count; i++) {
        const struct arg *name = &d->args[i + 1];

        if (d->args[i].flags & ARG_HEAD && keywords[d->args[i].row].id == KW_RETURN_HDR && is_own_header(name))
            diag_add(lint->config->diags, RULE_REPLY_ARGUMENT_IGNORED, arg_span(name), NULL,
                     "the header '%.*s' is ignored: HAProxy sets it itself", WORD_ARGS(name));
    }
}

/* Whether an http-errors section has a page for the status. */
static bool has_page(const struct section *errors, int64_t status)
{
    int64_t code;

    for (const struct directive *d = errors->first; d; d = d->next)
        if (d->arg_count && (!int_parse(d->args[0].text, d->args[0].len, &code) || code == status))
            return true;
    return errors->poison;
}

static void check_page(struct lint *lint, const struct arg *name, int64_t status, struct span at)
{
    const struct symbol *errors = config_find(lint->config, SYMBOL_HTTP_ERRORS, name->text, name->len, NULL);

    if (!errors || has_page(errors->section, status))
        return;
    diag_add(lint->config->diags, RULE_ERROR_PAGE_MISSING, at, NULL, "http-errors '%.*s' has no page for status %lld",
             WORD_ARGS(name), (long long)status);
    diag_place(lint->config->diags, errors->at, "it is defined here");
}

/* `errorfiles NAME CODE…`: the keyword of a proxy. */
static void check_errorfiles(struct lint *lint, const struct directive *d)
{
    int64_t status;

    for (uint32_t i = 1; i < d->arg_count; i++)
        if (int_parse(d->args[i].text, d->args[i].len, &status))
            check_page(lint, &d->args[0], status, arg_span(&d->args[i]));
}

/* Gives the status of a response, as it is given or as its action has it by itself, and its place; false: only a
 * variable's value tells it. */
static bool reply_status(const struct directive *d, int64_t *status, struct span *at)
{
    *status = 0;
    for (uint32_t i = 0; i < d->arg_count; i++) {
        const struct arg *arg = &d->args[i];

        if (arg->flags & ARG_HEAD && keywords[arg->row].status) {
            *status = keywords[arg->row].status;
            *at = arg_span(arg);
        } else if (arg->sig && sig_at(arg->sig)->kind == SIG_PARAM && sig_at(arg->sig)->type == TYPE_STATUS) {
            *at = arg_span(arg);
            return !(arg->flags & ARG_ENV) && int_parse(arg->text, arg->len, status);
        }
    }
    return *status != 0;
}

/* `option forwarded`: a port is told behind its address alone. */
static void check_forwarded(struct lint *lint, const struct directive *d)
{
    static const enum keyword_id ports[][4] = {
        {KW_FORWARDED_BY_PORT, KW_FORWARDED_BY_PORT_EXPR, KW_FORWARDED_BY, KW_FORWARDED_BY_EXPR},
        {KW_FORWARDED_FOR_PORT, KW_FORWARDED_FOR_PORT_EXPR, KW_FORWARDED_FOR, KW_FORWARDED_FOR_EXPR}};

    for (size_t i = 0; i < LINT_COUNT(ports); i++) {
        const struct arg *port = directive_option(d, ports[i][0]);

        if (!port)
            port = directive_option(d, ports[i][1]);
        if (port && !directive_option(d, ports[i][2]) && !directive_option(d, ports[i][3]))
            diag_add(lint->config->diags, RULE_REPLY_ARGUMENT_IGNORED, arg_span(port),
                     arena_printf(lint->config->arena, "add '%s'", i ? "for" : "by"),
                     "'%s' is ignored without the address before it", keywords[port->row].name);
    }
}

void lint_replies(struct lint *lint)
{
    const uint64_t lines = keyword_bit(KW_DEFAULTS_OPTION_FORWARDED) | keyword_bit(KW_DEFAULTS_ERRORFILES);
    const uint64_t options =
        keyword_bit(KW_RETURN_CONTENT_TYPE) | keyword_bit(KW_RETURN_HDR) | keyword_bit(KW_RETURN_ERRORFILES);
    const struct directive *first = section_lines(lint->section, lines);

    if (!first)
        first = section_lines_with(lint->section, options);
    for (const struct directive *d = first; d; d = d->next) {
        const struct arg *name;
        int64_t status;
        struct span at;

        if (d->kw->id == KW_DEFAULTS_OPTION_FORWARDED && !lint_is_misplaced(lint, d->kw))
            check_forwarded(lint, d);
        if (d->kw->id == KW_DEFAULTS_ERRORFILES)
            check_errorfiles(lint, d);
        if (!directive_option(d, KW_RETURN_CONTENT_TYPE) && !directive_option(d, KW_RETURN_HDR) &&
            !directive_option(d, KW_RETURN_ERRORFILES))
            continue;
        check_additions(lint, d);
        check_headers(lint, d);
        name = directive_option_value(d, KW_RETURN_ERRORFILES);
        if (name && reply_status(d, &status, &at))
            check_page(lint, name, status, at);
    }
}
