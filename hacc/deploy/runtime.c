#include "hacc/deploy/runtime_commands.h"

#include "hacc/host/admin_show.h"
#include "hacc/host/clock.h"
#include "hacc/host/haproxy.h"
#include "hacc/lang/value.h"

#include <stdio.h>
#include <stdlib.h>

/* How often each socket is asked who answers: one that two processes listen on is answered by either. */
enum { WHO_ANSWERS = 8 };

/* Between two looks at connections, in milliseconds. */
enum { LOOK_AGAIN = 50 };

bool runtime_refuse(struct runtime *runtime, const char *fmt, ...)
{
    struct buf text;
    char line[512];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    buf_init_in(&text, runtime->arena);
    for (const char *at = line; *at; at++) /* an answer may hold anything */
        buf_putc(&text, (unsigned char)*at < ' ' || *at == 0x7f ? ' ' : *at);
    runtime->why = buf_text(&text);
    return false;
}

/* How much of a command is told: its first words, for options of a server may be secret. */
static int told_length(const char *command)
{
    size_t len = 0;

    for (int words = 0; command[len] && words < 4; words++) {
        len += strspn(command + len, " ");
        len += strcspn(command + len, " \n");
    }
    return len < 200 ? (int)len : 200;
}

bool runtime_refuse_answer(struct runtime *runtime, const char *command, const struct admin_answer *answer)
{
    int len = told_length(command);

    if (answer->failure)
        return runtime_refuse(runtime, "'%.*s' got no answer: %s", len, command, admin_failure_text(answer->failure));
    return runtime_refuse(runtime, "'%.*s' was answered '%.200s'", len, command, answer->text);
}

struct admin_answer runtime_ask(const struct runtime *runtime, const struct runtime_channel *channel,
                                const char *command)
{
    if (channel->by_master)
        command = arena_printf(runtime->arena, "@!%d %s", (int)channel->pid, command);
    return admin_ask(&channel->socket, command, ADMIN_TIME_LIMIT, runtime->arena);
}

/* --- channels --- */

/* Gives who answers on a channel; 0: nobody, or not always the same. */
static pid_t who_answers(struct runtime *runtime, const struct runtime_channel *channel, struct admin_info *info)
{
    pid_t pid = 0;

    for (int i = 0; i < WHO_ANSWERS; i++) {
        struct admin_answer answer = runtime_ask(runtime, channel, "show info");

        if (answer.failure || !admin_read_info(&answer, info, runtime->arena) || (pid && pid != info->pid))
            return 0;
        pid = info->pid;
    }
    return pid;
}

/* Whether a process is one that can be driven: of a version that is known, and no others serve beside those that are.
 */
static bool take_process(struct runtime *runtime, const struct admin_info *info)
{
    int version = haproxy_version_of(info->version);

    if (version < 0)
        return runtime_refuse(runtime, "the HAProxy that runs is of version '%.40s', which is not known",
                              info->version);
    if (info->processes != runtime->process_count)
        return runtime_refuse(runtime, "%u processes serve, and %u are known", info->processes, runtime->process_count);
    runtime->version = (enum hap_version)version;
    return true;
}

static void find_own_sockets(struct runtime *runtime, const struct runtime_query *query, bool *reached)
{
    for (uint32_t i = 0; i < query->address_count; i++) {
        struct runtime_channel channel = {.by_master = false};
        struct admin_info info;

        if (!admin_address(&channel.socket, query->addresses[i], (uint32_t)strlen(query->addresses[i])))
            continue;
        channel.pid = who_answers(runtime, &channel, &info);
        for (uint32_t at = 0; at < query->pid_count; at++)
            if (channel.pid && query->pids[at] == (uint32_t)channel.pid && !reached[at] &&
                take_process(runtime, &info)) {
                reached[at] = true;
                runtime->channels[runtime->channel_count++] = channel;
            }
    }
}

/* The way to a process by its master's socket. */
static bool find_by_master(struct runtime *runtime, const char *master, uint32_t pid)
{
    struct runtime_channel channel = {.by_master = true, .pid = (pid_t)pid};
    struct admin_info info;

    if (!master || !admin_address(&channel.socket, master, (uint32_t)strlen(master)) ||
        who_answers(runtime, &channel, &info) != channel.pid || !take_process(runtime, &info))
        return false;
    runtime->channels[runtime->channel_count++] = channel;
    return true;
}

bool runtime_open(struct runtime *runtime, const struct runtime_query *query, struct arena *arena)
{
    bool *reached = arena_zalloc(arena, query->pid_count);

    *runtime = (struct runtime){.arena = arena, .wait_ms = RUNTIME_WAIT, .process_count = query->pid_count};
    runtime->channels = arena_alloc(arena, query->pid_count * sizeof(*runtime->channels));
    find_own_sockets(runtime, query, reached);
    for (uint32_t i = 0; i < query->pid_count; i++)
        if (!reached[i] && !find_by_master(runtime, query->master, query->pids[i]) && !runtime->why)
            return runtime_refuse(runtime, "no admin socket leads to process %u alone", query->pids[i]);
    if (!query->pid_count)
        return runtime_refuse(runtime, "no HAProxy runs");
    return !runtime->why;
}

/* --- operations --- */

static const struct runtime_server *server_of(struct runtime *runtime, const struct runtime_servers *servers,
                                              const struct change_side *side)
{
    char *backend, *name;

    if (!side->server || !side->section)
        return NULL;
    backend = arena_strndup(runtime->arena, side->section->name, side->section->name_len);
    name = arena_strndup(runtime->arena, side->server->args[0].text, side->server->args[0].len);
    return runtime_servers_find(servers, backend, name);
}

/* Whether all commands of an operation can be written. */
static bool has_commands(struct runtime *runtime, const struct runtime_operation *operation)
{
    bool any = false;

    for (size_t i = 0; i < runtime_command_count; i++) {
        const struct runtime_command *command = &runtime_commands[i];

        if (!runtime_command_is_for(command, operation, runtime->version))
            continue;
        if (!runtime_command_text(command, operation, runtime->arena))
            return false;
        any = true;
    }
    return any;
}

static bool is_about_servers(enum change_way way)
{
    return way == CHANGE_WEIGHT || way == CHANGE_ADDRESS || way == CHANGE_STATE || way == CHANGE_SERVER_MAXCONN ||
           way == CHANGE_SERVER_ADD || way == CHANGE_SERVER_REMOVE;
}

/* "backend 'b', server 's': weight": what a reader looks for in the file. */
static const char *subject_of(const struct runtime *runtime, const struct change *change)
{
    const struct change_target *target = change->first;
    const struct change_side *side = target->new.section ? &target->new : &target->old;
    struct buf out;

    buf_init_in(&out, runtime->arena);
    if (side->section && side->section->name_len)
        buf_printf(&out, "%s '%.*s', ", contexts[side->section->context].name, (int)side->section->name_len,
                   side->section->name);
    if (change->what)
        buf_puts(&out, change->what);
    else if (side->server)
        buf_printf(&out, "server '%.*s'", (int)side->server->args->len, side->server->args->text);
    else
        buf_puts(&out, "the section");
    return buf_text(&out);
}

static bool add_operation(struct runtime *runtime, const struct change *change, const struct change_target *target)
{
    struct runtime_operation operation = {.way = change->way, .old_side = &target->old, .side = &target->new};

    operation.old = server_of(runtime, &runtime->old, &target->old);
    operation.new = server_of(runtime, &runtime->new, &target->new);
    if (is_about_servers(change->way) && ((!operation.new && change->way != CHANGE_SERVER_REMOVE) ||
                                          (!operation.old && change->way != CHANGE_SERVER_ADD)))
        return runtime_refuse(runtime, "%s: which servers there are is known when HAProxy starts",
                              subject_of(runtime, change));
    if (!has_commands(runtime, &operation))
        return runtime_refuse(runtime, "%s: no command of HAProxy %s can say it", subject_of(runtime, change),
                              hap_version_names[runtime->version]);
    if (runtime->operation_count == runtime->operation_cap)
        runtime->operations = arena_extend(runtime->arena, runtime->operations, runtime->operation_count,
                                           &runtime->operation_cap, 16, sizeof(*runtime->operations));
    runtime->operations[runtime->operation_count++] = operation;
    return true;
}

bool runtime_plan(struct runtime *runtime, const struct changes *changes, const struct config *old,
                  const struct config *new)
{
    runtime_servers_read(&runtime->old, old, runtime->arena);
    runtime_servers_read(&runtime->new, new, runtime->arena);
    for (const struct change *change = changes->first; change; change = change->next) {
        if (change->way == CHANGE_OUTSIDE)
            continue;
        if (change->way == CHANGE_RELOAD)
            return runtime_refuse(runtime, "%s: %s", subject_of(runtime, change), change->why);
        for (const struct change_target *target = change->first; target; target = target->next)
            if (!add_operation(runtime, change, target))
                return false;
    }
    return true;
}

/* --- commands --- */

/* Sends one command by every channel, again until `deadline` where the answer is that it cannot be done yet. */
static bool send_command(struct runtime *runtime, const struct runtime_command *command, const char *text,
                         int64_t deadline)
{
    for (uint32_t i = 0; i < runtime->channel_count; i++) {
        struct admin_answer answer;
        enum runtime_reply reply;

        runtime->sent++;
        for (;;) {
            answer = runtime_ask(runtime, &runtime->channels[i], text);
            reply = runtime_reply_of(command, &answer);
            if (reply != REPLY_WAIT || clock_ms() >= deadline)
                break;
            clock_sleep_ms(LOOK_AGAIN);
        }
        if (reply != REPLY_GOOD)
            return runtime_refuse_answer(runtime, text, &answer);
    }
    return true;
}

/* Sends the commands that an operation has in a phase. */
static bool send_phase(struct runtime *runtime, struct runtime_operation *operation, enum runtime_phase phase,
                       int64_t deadline)
{
    for (size_t i = 0; i < runtime_command_count; i++) {
        const struct runtime_command *command = &runtime_commands[i];
        const char *text;

        if (command->phase != phase || !runtime_command_is_for(command, operation, runtime->version))
            continue;
        text = runtime_command_text(command, operation, runtime->arena);
        operation->progress = PROGRESS_BEGUN;
        if (!send_command(runtime, command, text, deadline))
            return false;
    }
    if (operation->progress == PROGRESS_BEGUN && phase != PHASE_DRAIN)
        operation->progress = PROGRESS_DONE;
    return true;
}

static bool perform_phase(struct runtime *runtime, enum runtime_phase phase, int64_t deadline)
{
    for (uint32_t i = 0; i < runtime->operation_count; i++)
        if (!send_phase(runtime, &runtime->operations[i], phase, deadline))
            return false;
    return true;
}

/* --- connections --- */

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The servers that are to go, as "backend/name", in order. */
static const char **list_going(struct runtime *runtime, uint32_t *count)
{
    const char **names = arena_alloc(runtime->arena, runtime->operation_count * sizeof(*names));

    *count = 0;
    for (uint32_t i = 0; i < runtime->operation_count; i++) {
        const struct runtime_operation *operation = &runtime->operations[i];

        if (operation->way == CHANGE_SERVER_REMOVE)
            names[(*count)++] = arena_printf(runtime->arena, "%s/%s", operation->old->backend, operation->old->name);
    }
    qsort(names, *count, sizeof(*names), by_name);
    return names;
}

/* Gives how many of the servers have requests now; -1 with `why`. */
static int count_busy(struct runtime *runtime, const struct runtime_channel *channel, const char **names,
                      uint32_t count)
{
    struct admin_answer answer = runtime_ask(runtime, channel, "show servers conn");
    struct admin_table table;
    int name, used, busy = 0;

    if (answer.failure || !admin_read_table(&answer, ' ', &table, runtime->arena) ||
        (name = admin_table_column(&table, "bkname/svname")) < 0 ||
        (used = admin_table_column(&table, "used_cur")) < 0) {
        runtime_refuse_answer(runtime, "show servers conn", &answer);
        return -1;
    }
    for (uint32_t row = 0; row < table.rows; row++) {
        const char *server = admin_table_cell(&table, row, name);

        if (strcmp(admin_table_cell(&table, row, used), "0") != 0 &&
            bsearch(&server, names, count, sizeof(*names), by_name))
            busy++;
    }
    return busy;
}

/* Waits until no server that is to go has requests. */
static bool wait_for_requests(struct runtime *runtime, int64_t deadline)
{
    uint32_t count;
    const char **names = list_going(runtime, &count);

    for (uint32_t i = 0; i < runtime->channel_count && count; i++) {
        int busy;

        while ((busy = count_busy(runtime, &runtime->channels[i], names, count)) > 0) {
            if (clock_ms() >= deadline)
                return runtime_refuse(
                    runtime, "%d of the servers that are to go still serve requests when the time is over", busy);
            clock_sleep_ms(LOOK_AGAIN);
        }
        if (busy < 0)
            return false;
    }
    return true;
}

enum runtime_result runtime_perform(struct runtime *runtime)
{
    int64_t deadline;
    bool done = perform_phase(runtime, PHASE_ADD, 0) && perform_phase(runtime, PHASE_SET, 0) &&
                perform_phase(runtime, PHASE_DRAIN, 0);

    deadline = clock_ms() + runtime->wait_ms;
    done = done && wait_for_requests(runtime, deadline) && perform_phase(runtime, PHASE_REMOVE, deadline);
    if (done)
        return RUNTIME_DONE;
    return runtime->sent ? RUNTIME_PARTLY : RUNTIME_UNTOUCHED;
}

/* What takes an operation back: its ways with the sides changed. A server that was to go, and is still there, gets its
 * state again. */
static struct runtime_operation opposite_of(const struct runtime_operation *operation)
{
    struct runtime_operation back = *operation;

    back.old = operation->new;
    back.new = operation->old;
    back.old_side = operation->side;
    back.side = operation->old_side;
    back.progress = PROGRESS_NONE;
    if (operation->way == CHANGE_SERVER_ADD)
        back.way = CHANGE_SERVER_REMOVE;
    if (operation->way == CHANGE_SERVER_REMOVE)
        back.way = operation->progress == PROGRESS_DONE ? CHANGE_SERVER_ADD : CHANGE_STATE;
    return back;
}

bool runtime_take_back(struct runtime *runtime)
{
    const char *why = runtime->why;
    struct runtime back = *runtime;
    bool done;

    back.operations = arena_alloc(runtime->arena, runtime->operation_count * sizeof(*back.operations));
    back.operation_count = 0;
    back.wait_ms = 0;
    for (uint32_t i = runtime->operation_count; i-- > 0;)
        if (runtime->operations[i].progress != PROGRESS_NONE)
            back.operations[back.operation_count++] = opposite_of(&runtime->operations[i]);
    done = runtime_perform(&back) == RUNTIME_DONE && runtime_compare(&back, &runtime->old);
    runtime->why = done ? why : back.why;
    return done;
}
