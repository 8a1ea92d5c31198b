/* Responses that HAProxy builds itself: deny, tarpit, return, http-error. Which statuses it has pages for is known by
 * the version; asked of the binaries. */
#include "hacc/lang/hooks.h"
#include "hacc/lang/value.h"

#include <stdio.h>

struct reply {
    const struct arg *status; /* as it is given */
    const struct arg *page;   /* the option that takes a page of HAProxy's own for the status */
    const struct arg *body;   /* the option that makes a payload */
};

static struct reply reply_of(const struct match *match)
{
    struct reply reply = {NULL, NULL, NULL};

    for (uint32_t i = 0; i < match->count; i++) {
        const struct arg *arg = &match->args[i];

        if (arg->sig && sig_at(arg->sig)->kind == SIG_PARAM && sig_at(arg->sig)->type == TYPE_STATUS)
            reply.status = arg;
        if (!(arg->flags & ARG_HEAD))
            continue;
        switch (keywords[arg->row].id) {
        case KW_RETURN_DEFAULT_ERRORFILES:
        case KW_RETURN_ERRORFILES:
            reply.page = arg;
            break;
        case KW_RETURN_FILE:
        case KW_RETURN_LF_FILE:
        case KW_RETURN_STRING:
        case KW_RETURN_LF_STRING:
            reply.body = arg;
            break;
        default:
            break;
        }
    }
    return reply;
}

/* The statuses that a version has pages for. */
static const struct type *pages_of(enum hap_version version)
{
    if (version == HAP_2_2)
        return &types[TYPE_ERROR_STATUS_2_2];
    return &types[version < HAP_3_2 ? TYPE_ERROR_STATUS_3_0 : TYPE_ERROR_STATUS];
}

static bool has_page(const struct type *pages, const struct arg *status)
{
    for (const char *const *one = pages->words; *one; one++)
        if (text_is(status->text, status->len, *one))
            return true;
    return false;
}

static void page_fault(struct match *match, const struct type *pages, const struct arg *status)
{
    char help[256];
    size_t at = (size_t)snprintf(help, sizeof(help), "one of:");

    for (const char *const *one = pages->words; *one && at < sizeof(help); one++)
        at += (size_t)snprintf(help + at, sizeof(help) - at, "%s %s", one > pages->words ? "," : "", *one);
    match->failed = true;
    lang_fault(match->lang, RULE_BAD_VALUE, arg_span(status), help, "HAProxy %s has no page for status %.*s",
               hap_version_names[match->lang->version], (int)status->len, status->text);
}

/* Whether something says what the response consists of; without it, deny and tarpit send the page of their status. */
static bool is_built(const struct match *match)
{
    for (uint32_t i = 0; i < match->count; i++) {
        const struct keyword *row = &keywords[match->args[i].row];

        if (match->args[i].flags & ARG_HEAD &&
            keyword_find(CONTEXT_RETURN, row->name, strlen(row->name), match->lang->version, NULL) == row)
            return true;
    }
    return false;
}

HOOK(reply)
{
    const struct type *pages = pages_of(match->lang->version);
    struct reply reply = reply_of(match);
    const struct arg *status = reply.status;

    (void)at;
    if (!status || status->flags & (ARG_ENV | ARG_POISON))
        return;
    if (!has_page(pages, status) && (reply.page || kw->id == KW_DEFAULTS_HTTP_ERROR || !is_built(match)))
        page_fault(match, pages, status);
    else if (reply.body && (text_is(status->text, status->len, "204") || text_is(status->text, status->len, "304")))
        match->failed = !lang_fault(match->lang, RULE_BAD_VALUE, arg_span(reply.body), "leave it out",
                                    "a response of status %.*s has no payload", (int)status->len, status->text);
}
