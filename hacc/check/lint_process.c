/* What concerns the process: its user, its limits, its sockets; and what proxies ask of these. */
#include "hacc/check/lint.h"

#include "hacc/host/folders.h"
#include "hacc/host/unit.h"
#include "hacc/lang/value.h"

/* A connection that may be idle for so long keeps the process of before a reload alive. */
enum { LONG_IDLE_MS = 60 * 60 * 1000 };

/* Each connection has a socket to the client and one to the server. */
enum { CONNECTION_SOCKETS = 2 };

/* A stream has a buffer for each direction; HAProxy's own size is 16 KiB. */
enum { STREAM_BUFFERS = 2, EXCESSIVE_BUFFER = 1024 * 1024 };

/* Gives the number behind a line, or 0: there is none, or only a variable's value tells. */
static int64_t number_of(const struct directive *line)
{
    int64_t number;

    return line && line->arg_count && int_parse(line->args[0].text, line->args[0].len, &number) ? number : 0;
}

/* Up to 2.8 nobody but root connects from foreign addresses. */
static void check_user(struct lint *lint)
{
    const struct directive *line = lint_user(lint);

    if (!line || !lint_user_is_root(line) || (lint->seen.foreign && lint->config->lang.version < HAP_3_0))
        return;
    diag_add(lint->config->diags, RULE_USER_ROOT, line->at, "write 'user haproxy' and 'group haproxy'",
             "HAProxy stays root: '%s %.*s'", line->kw->name, WORD_ARGS(&line->args[0]));
}

static void check_foreign(struct lint *lint)
{
    static const char *const any[] = {"cap_net_raw", "cap_net_admin", "cap_sys_admin"};
    const struct directive *line = lint_user_without(lint, any, LINT_COUNT(any)), *source = lint->seen.foreign;
    bool capable = lint->config->lang.version >= HAP_3_0;

    if (!source || !line)
        return;
    diag_add(lint->config->diags, RULE_USESRC_NEEDS_ROOT, line->at,
             capable ? "add 'setcap cap_net_raw' to the global section"
                     : "remove 'user' and 'group': up to HAProxy 2.8 it must stay root for this",
             "HAProxy does not start: as '%.*s' it may not connect from other machines' addresses",
             WORD_ARGS(&line->args[0]));
    diag_place(lint->config->diags, source->at, "it is to do so here");
}

/* Settings of the kernel by hand, and none of what else it takes. A haproxy.cfg has no such settings. */
static void check_transparent(struct lint *lint)
{
    const struct directive *source = lint->seen.foreign;

    if (!source || lint->config->tproxy.wanted || !lint->config->sysctls)
        return;
    diag_add(lint->config->diags, RULE_TPROXY_INCOMPLETE, source->at, "write 'hacc: {transparent: true}' instead",
             "answers to foreign addresses get lost: sysctl settings alone do not bring them back to HAProxy");
    diag_place(lint->config->diags, lint->config->sysctls->at, "there are settings, but no rules of nft and ip rule");
}

static void check_reload(struct lint *lint)
{
    const struct directive *line = lint->seen.lasting;

    if (!line || !lint->global || lint_global(lint, KW_GLOBAL_HARD_STOP_AFTER))
        return;
    diag_add(lint->config->diags, RULE_HARD_STOP_AFTER_MISSING, line->at,
             "add 'hard-stop-after 30m' to the global section",
             "after a reload the old process lives on as long as a connection may be idle: '%s %.*s'", line->kw->name,
             WORD_ARGS(&line->args[0]));
}

static void check_maxconn(struct lint *lint)
{
    const struct directive *line = lint->seen.maxconn;

    if (!line || !lint->global || lint->globals[KW_GLOBAL_MAXCONN])
        return;
    diag_add(lint->config->diags, RULE_NO_GLOBAL_MAXCONN, line->at, "add 'maxconn' to the global section as well",
             "'maxconn %.*s' is each frontend's: the limit of the process is not set, and comes from 'ulimit -n'",
             WORD_ARGS(&line->args[0]));
}

static void check_descriptors(struct lint *lint)
{
    const struct directive *line = lint_global(lint, KW_GLOBAL_FD_HARD_LIMIT);
    const struct directive *maxconn = lint_global(lint, KW_GLOBAL_MAXCONN);
    const struct directive *strict = lint->globals[KW_GLOBAL_STRICT_LIMITS];
    int64_t limit = number_of(line), wanted = number_of(maxconn);

    if (limit <= 0 || wanted <= 0 || wanted > INT32_MAX || limit >= CONNECTION_SOCKETS * wanted ||
        (strict && strict->form == FORM_NO))
        return;
    diag_add(lint->config->diags, RULE_FD_BUDGET, line->at, "raise it, or lower 'maxconn'",
             "HAProxy does not start: 'maxconn %lld' takes more than %lld descriptors, and may have %lld",
             (long long)wanted, (long long)(CONNECTION_SOCKETS * wanted), (long long)limit);
    diag_place(lint->config->diags, maxconn->at, "so many connections, of two sockets each");
}

static void check_bufsize(struct lint *lint)
{
    const struct directive *line = lint_global(lint, KW_GLOBAL_TUNE_BUFSIZE);
    int64_t bytes;

    if (!line || !line->arg_count || !size_parse(line->args[0].text, line->args[0].len, &bytes) ||
        bytes < EXCESSIVE_BUFFER)
        return;
    diag_add(lint->config->diags, RULE_BUFSIZE_EXCESSIVE, arg_span(&line->args[0]),
             "remove it: 16384 holds the largest header that is of use, and bodies need not fit",
             "1000 connections take %lld MB of buffers with 'tune.bufsize %.*s'",
             (long long)(bytes / (1024 * 1024) * STREAM_BUFFERS * 1000), WORD_ARGS(&line->args[0]));
}

/* Whether this machine has the socket inside the chroot, or HAProxy's unit mounts it there. */
static bool is_in_chroot(const struct lint *lint, const struct arg *chroot, const struct arg *socket)
{
    const struct lint_machine *machine = lint->machine;
    struct arena *arena = lint->config->arena;
    const char *path = arena_printf(arena, "%.*s%.*s", WORD_ARGS(chroot), WORD_ARGS(socket));

    return machine && machine->root &&
           (host_has(machine->root, path, arena) ||
            (!*machine->root && host_unit_mount("haproxy.service", path, arena)));
}

/* A path leads to what is in the chroot. Distributions put /dev/log there. */
static void check_log_sockets(struct lint *lint)
{
    const struct directive *chroot = lint_global(lint, KW_GLOBAL_CHROOT);

    if (!chroot || !chroot->arg_count || chroot->args[0].flags & ARG_ENV ||
        text_is(chroot->args[0].text, chroot->args[0].len, "/"))
        return;
    for (const struct directive *d = lint->global->first; d; d = d->next) {
        const struct arg *target = d->kw->id == KW_GLOBAL_LOG && d->arg_count ? &d->args[0] : NULL;

        if (!target || d->intent || target->flags & ARG_ENV || target->text[0] != '/' ||
            text_is(target->text, target->len, "/dev/log") || is_in_chroot(lint, &chroot->args[0], target))
            continue;
        diag_add(lint->config->diags, RULE_CHROOT_LOG_SOCKET, arg_span(target),
                 "use 'log stdout format raw daemon', or bind-mount the socket into the chroot",
                 "nothing is logged: from inside the chroot HAProxy finds no socket '%.*s'", WORD_ARGS(target));
        diag_place(lint->config->diags, chroot->at, "the path is looked up in there");
    }
}

/* Other ways of handing sockets over are the master's, of whom the configuration need not tell. */
static void check_expose_fd(struct lint *lint)
{
    const struct directive *first = NULL;

    if (lint->globals[KW_GLOBAL_MASTER_WORKER] || !lint->global)
        return;
    for (const struct directive *d = lint->global->first; d; d = d->next) {
        const struct arg *level = d->kw->id == KW_GLOBAL_STATS_SOCKET ? directive_option_value(d, KW_BIND_LEVEL) : NULL;

        if (directive_option(d, KW_BIND_EXPOSE_FD))
            return;
        if (!first && level && text_is(level->text, level->len, "admin") && !lint_is_reachable(lint, d))
            first = d;
    }
    if (first)
        diag_add(lint->config->diags, RULE_EXPOSE_FD_MISSING, first->at,
                 "add 'expose-fd listeners', unless HAProxy runs with a master (-W)",
                 "a new process cannot take the listening sockets over from this one (-x)");
}

void lint_limits(struct lint *lint)
{
    static const enum keyword_id timeouts[] = {KW_DEFAULTS_TIMEOUT_TUNNEL, KW_DEFAULTS_TIMEOUT_CLIENT};
    const struct directive *line = lint->frontend ? lint_effective(lint, KW_DEFAULTS_MAXCONN) : NULL;
    int64_t most = number_of(lint_global(lint, KW_GLOBAL_MAXCONN)), ms;

    if (line && !lint->seen.maxconn)
        lint->seen.maxconn = line;
    if (line && most > 0 && number_of(line) > most && line != lint->seen.too_many) {
        diag_add(lint->config->diags, RULE_FRONTEND_MAXCONN_GT_GLOBAL, line->at,
                 "lower it, or raise 'maxconn' in the global section",
                 "'maxconn %.*s' is never reached: the whole process takes %lld", WORD_ARGS(&line->args[0]),
                 (long long)most);
        diag_place(lint->config->diags, lint_global(lint, KW_GLOBAL_MAXCONN)->at, "that is said here");
        lint->seen.too_many = line;
    }
    for (size_t i = 0; i < LINT_COUNT(timeouts) && !lint->seen.lasting; i++) {
        line = lint_effective(lint, timeouts[i]);
        if (line && line->arg_count && !(line->args[0].flags & ARG_ENV) &&
            time_parse(line->args[0].text, line->args[0].len, UNIT_MS, &ms) && ms >= LONG_IDLE_MS)
            lint->seen.lasting = line;
    }
}

void lint_process(struct lint *lint)
{
    if (!lint->process_sure || !lint->global)
        return;
    check_user(lint);
    check_foreign(lint);
    check_transparent(lint);
    check_reload(lint);
    check_maxconn(lint);
    check_descriptors(lint);
    check_bufsize(lint);
    check_log_sockets(lint);
    check_expose_fd(lint);
}
