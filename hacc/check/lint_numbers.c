/* Numbers that HAProxy reads, and then does without or cuts down. */
#include "hacc/check/lint.h"

#include "hacc/lang/value.h"

/* HAProxy reads the numbers of users and groups as an int. */
enum { ID_MAX = INT32_MAX };

/* Processes that HAProxy can start, and threads of one. */
enum { PROCESSES = 64, THREADS = 1024 };

static bool number_of(const struct directive *line, int64_t *number)
{
    return line && line->form == FORM_PLAIN && line->arg_count && !(line->args[0].flags & ARG_ENV) &&
           int_parse(line->args[0].text, line->args[0].len, number);
}

static void check_ids(struct lint *lint, const struct directive *d)
{
    int64_t number;

    if ((d->kw->id != KW_GLOBAL_UID && d->kw->id != KW_GLOBAL_GID) || !d->arg_count || d->args[0].flags & ARG_ENV)
        return;
    if (!number_of(d, &number))
        number = INT64_MAX; /* more than 64 bits hold */
    if (number > ID_MAX || d->args[0].text[0] == '+')
        diag_add(lint->config->diags, RULE_VALUE_IGNORED, arg_span(&d->args[0]),
                 arena_printf(lint->config->arena, "write a number up to %d, without a sign", ID_MAX),
                 "HAProxy does not read '%.*s', and sets no %s", WORD_ARGS(&d->args[0]), d->kw->name);
}

/* Whether a line asks HAProxy for a list of what can be traced: it names a source alone, or '-' for its events. */
static bool is_question(const struct directive *d)
{
    for (uint32_t i = 1; i < d->arg_count; i++)
        if (text_is(d->args[i].text, d->args[i].len, "-"))
            return true;
    return d->arg_count == 1 && !(d->args[0].flags & ARG_ENV) && !text_is(d->args[0].text, d->args[0].len, "0");
}

static void check_trace(struct lint *lint, const struct directive *d)
{
    if ((d->kw->id == KW_GLOBAL_TRACE || d->kw->id == KW_TRACES_TRACE) && is_question(d))
        diag_add(lint->config->diags, RULE_VALUE_IGNORED, d->at, "say what to do, as in 'start now'",
                 "this '%s' changes nothing: HAProxy lists what could be traced", d->kw->name);
}

static void check_threads(struct lint *lint)
{
    const struct directive *threads = lint_own(lint, KW_GLOBAL_NBTHREAD);
    const struct directive *limit = lint_own(lint, KW_GLOBAL_THREAD_HARD_LIMIT);
    int64_t wanted, most;

    if (!number_of(threads, &wanted) || !number_of(limit, &most) || wanted <= most)
        return;
    diag_add(lint->config->diags, RULE_SIZE_CUT, arg_span(&threads->args[0]), "write the same number in both",
             "'nbthread %lld' is cut to %lld", (long long)wanted, (long long)most);
    diag_place(lint->config->diags, limit->at, "by this limit");
}

/* A shard beyond the section's number of them. */
static void check_shards(struct lint *lint)
{
    const struct directive *shards = lint_own(lint, KW_PEERS_SHARDS);
    int64_t count, shard;

    if (!number_of(shards, &count))
        return;
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        const struct arg *value = directive_option_value(d, KW_SERVER_SHARD);

        if (!value || value->flags & ARG_ENV || !int_parse(value->text, value->len, &shard) || shard <= count)
            continue;
        diag_add(lint->config->diags, RULE_VALUE_IGNORED, arg_span(value), "raise 'shards', or lower it",
                 "HAProxy ignores shard %lld: the section has %lld", (long long)shard, (long long)count);
        diag_place(lint->config->diags, shards->at, "it is said here");
    }
}

/* Gives the processes of all, odd, even, 3, 1-4 or 2- as bits, 0 where that is not known. A slash and threads may
 * follow. */
static uint64_t processes_of(const struct arg *arg)
{
    const char *slash = memchr(arg->text, '/', arg->len), *dash;
    uint32_t len = slash ? (uint32_t)(slash - arg->text) : arg->len;
    int64_t low = 1, high = PROCESSES;
    uint64_t bits = 0;
    bool odd = text_is(arg->text, len, "odd"), even = text_is(arg->text, len, "even");

    dash = memchr(arg->text, '-', len);
    if (arg->flags & ARG_ENV)
        return 0;
    if (!odd && !even && !text_is(arg->text, len, "all")) {
        uint32_t first = dash ? (uint32_t)(dash - arg->text) : len;

        if (!int_parse(arg->text, first, &low))
            return 0;
        high = dash ? high : low;
        if (dash && first + 1 < len && !int_parse(dash + 1, len - first - 1, &high))
            return 0;
    }
    for (int64_t i = low > 1 ? low : 1; i <= high && i <= PROCESSES; i++)
        if (!(i % 2 ? even : odd))
            bits |= UINT64_C(1) << (i - 1);
    return bits;
}

/* Gives the processes that run the section at hand: those of `bind-process` that there are, or else all; of a global
 * section those that serve its sockets. */
static uint64_t proxy_processes(struct lint *lint, uint64_t there_are)
{
    bool global = lint->section->context == CONTEXT_GLOBAL;
    const struct directive *line =
        global ? lint_own(lint, KW_GLOBAL_STATS_BIND_PROCESS) : lint_effective(lint, KW_DEFAULTS_BIND_PROCESS);
    uint64_t wanted = 0;

    for (uint32_t i = 0; line && i < line->arg_count; i++) {
        uint64_t some = processes_of(&line->args[i]);

        if (!some)
            return 0;
        wanted |= some;
    }
    if (wanted && !(wanted & there_are) && !global)
        lint_add(lint, RULE_VALUE_IGNORED, line, "raise 'nbproc' in the global section, or remove it",
                 "none of the processes of this '%s' exists", line->kw->name);
    return wanted & there_are ? wanted & there_are : there_are;
}

/* `nbproc` of the global section says how many processes there are; else there is one. */
static void check_processes(struct lint *lint)
{
    const struct directive *line = lint->global ? section_find_directive(lint->global, KW_GLOBAL_NBPROC) : NULL;
    int64_t count = 1;
    uint64_t run_by;

    if (line && (!number_of(line, &count) || count < 1 || count > PROCESSES))
        return;
    run_by = proxy_processes(lint, UINT64_MAX >> (PROCESSES - count));
    for (const struct directive *d = lint->section->first; d && run_by; d = d->next) {
        const struct arg *process = directive_option_value(d, KW_BIND_PROCESS);
        uint64_t wanted = process ? processes_of(process) : 0;

        if (!wanted || wanted & run_by)
            continue;
        if (lint->section->context == CONTEXT_GLOBAL)
            diag_add(lint->config->diags, RULE_VALUE_IGNORED, arg_span(process), "raise 'nbproc' or change it",
                     "none of the processes of this 'process' serves sockets of the global section");
        else
            diag_add(lint->config->diags, RULE_VALUE_IGNORED, arg_span(process), "raise 'nbproc' or change it",
                     "none of the processes of this 'process' runs %s '%.*s'", LINT_NAME(lint));
    }
}

/* Reads 3 or 1-4. Gives false for the words that name many threads, and what only a variable's value tells. */
static bool read_threads(const struct arg *arg, int64_t *first, int64_t *last)
{
    const char *dash = memchr(arg->text, '-', arg->len);
    uint32_t len = dash ? (uint32_t)(dash - arg->text) : arg->len;

    if (arg->flags & ARG_ENV || !int_parse(arg->text, len, first) || *first < 1 || *first > THREADS)
        return false;
    *last = *first;
    return !dash || (int_parse(dash + 1, arg->len - len - 1, last) && *last >= *first && *last <= THREADS);
}

/* A thread that one line puts into its group twice. */
static void check_group(struct lint *lint, const struct directive *d)
{
    bool seen[THREADS + 1] = {false};
    int64_t thread, last;

    for (uint32_t i = 1; d->kw->id == KW_GLOBAL_THREAD_GROUP && i < d->arg_count; i++) {
        if (!read_threads(&d->args[i], &thread, &last))
            return;
        for (; thread <= last && !seen[thread]; thread++)
            seen[thread] = true;
        if (thread <= last)
            diag_add(lint->config->diags, RULE_DUPLICATE_IGNORED, arg_span(&d->args[i]), NULL,
                     "thread %lld stands twice in this line", (long long)thread);
    }
}

/* Only sockets of the Internet can be opened several times on one address. */
static void check_socket_shards(struct lint *lint, const struct directive *d)
{
    const struct arg *shards = directive_option_value(d, KW_BIND_SHARDS);
    const struct arg *address = shards ? directive_param(d, "address") : NULL;
    int64_t count;

    if (!address || (shards->flags | address->flags) & ARG_ENV || !int_parse(shards->text, shards->len, &count) ||
        count < 2 || !(memchr(address->text, '/', address->len) || text_begins(address->text, address->len, "abns")))
        return;
    diag_add(lint->config->diags, RULE_VALUE_IGNORED, arg_span(shards), "leave 'shards' out",
             "a UNIX socket has one shard, and not %lld", (long long)count);
}

void lint_numbers(struct lint *lint)
{
    enum context_id context = lint->section->context;

    for (const struct directive *d = lint->section->first; d; d = d->next) {
        check_ids(lint, d);
        check_trace(lint, d);
        check_group(lint, d);
        if (lint->config->lang.version >= HAP_2_8)
            check_socket_shards(lint, d);
    }
    if (context == CONTEXT_GLOBAL && lint->sure)
        check_threads(lint);
    if (context == CONTEXT_PEERS && lint->sure)
        check_shards(lint);
    if ((context == CONTEXT_GLOBAL || ((lint->frontend || lint->backend) && lint->enabled)) && lint->sure &&
        lint->config->lang.version < HAP_2_4)
        check_processes(lint);
}
