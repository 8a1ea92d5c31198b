#include "hacc/deploy/instance.h"

#include <stdlib.h>
#include <string.h>

#define PIDFILE_USUAL "/run/haproxy.pid"

struct search {
    struct instance *instance;
    const struct instance_query *query;
    struct processes all;   /* the haproxies of this machine */
    struct sockets sockets; /* all that are open */
    struct pids named;      /* by the pid file */
    const char *why;
};

/* --- what ties a process to the target --- */

const char *process_option(const struct process *process, const char *option)
{
    for (uint32_t i = process->command_count; i + 1 < process->argc; i++)
        if (strcmp(process->argv[i], option) == 0)
            return process->argv[i + 1];
    return NULL;
}

static bool is_target(const struct install *file, const char *path)
{
    return strcmp(path, file->target) == 0 || strcmp(path, file->staged) == 0;
}

static bool names_target(const struct search *search, const struct process *process)
{
    const char *path = process_option(process, "-f");

    return path && is_target(search->query->file, path);
}

/* A file beside the target that it reads; NULL: none. */
static const char *other_file(const struct search *search, const struct process *process)
{
    const struct install *file = search->query->file;

    for (uint32_t i = process->command_count; i + 1 < process->argc; i++) {
        const char *path = process->argv[i + 1];

        if (strcmp(process->argv[i], "-f") != 0 || is_target(file, path))
            continue;
        /* where it was started is not known any more */
        if (*path != '/' &&
            strcmp(strrchr(path, '/') ? strrchr(path, '/') + 1 : path, strrchr(file->target, '/') + 1) == 0)
            continue;
        return path;
    }
    return NULL;
}

bool process_listens(const struct process *process, const struct sockets *sockets, struct arena *arena)
{
    struct sockets own = {0};

    return !process_sockets(process, sockets, &own, arena) || own.count;
}

static const struct process *find_pid(const struct search *search, pid_t pid)
{
    for (uint32_t i = 0; i < search->all.count; i++)
        if (search->all.at[i].pid == pid)
            return &search->all.at[i];
    return NULL;
}

static const struct process *master_of(const struct search *search, const struct process *process)
{
    const struct process *parent = find_pid(search, process->parent);

    return parent ? parent : process;
}

/* --- the sockets --- */

static void find_sockets(struct search *search)
{
    struct instance *instance = search->instance;
    const char *given = search->query->settings->at[APPLY_SOCKET];
    struct arena *arena = search->query->arena;
    bool hands_over = given && admin_socket_path(given, arena); /* of one that the file at the target does not have */

    if (search->query->installed)
        admin_sockets_of(&instance->sockets, search->query->installed, arena);
    if (!given)
        return;
    for (uint32_t i = 0; i < instance->sockets.count; i++)
        if (strcmp(instance->sockets.at[i].address, given) == 0)
            hands_over = instance->sockets.at[i].hands_over;
    instance->sockets = (struct admin_sockets){arena_alloc(arena, sizeof(*instance->sockets.at)), 1};
    *instance->sockets.at = (struct admin_socket){given, hands_over};
}

/* Gives the process that answers the socket; NULL: none that is a haproxy of this machine. */
static const struct process *ask_socket(struct search *search, const struct admin_socket *socket)
{
    struct instance *instance = search->instance;
    struct admin_facts facts = admin_facts(socket->address, 0, ADMIN_TIME_LIMIT, search->query->arena);
    const struct process *process = facts.pid ? find_pid(search, facts.pid) : NULL;

    if (facts.failure == ADMIN_DEAD && !instance->stale)
        instance->stale = socket->address;
    if (process && !instance->socket) {
        instance->socket = socket->address;
        instance->hands_over = socket->hands_over;
        memcpy(instance->generation, facts.generation, sizeof(facts.generation));
    }
    return process;
}

/* --- who it is --- */

static void read_pidfile(struct search *search)
{
    const struct instance_query *query = search->query;
    const struct directive *line = NULL;
    const char *path = query->settings->at[APPLY_PIDFILE];

    if (!path)
        path = query->pidfile;
    for (uint32_t i = 0; i < search->all.count && !path; i++) {
        const char *option = names_target(search, &search->all.at[i]) ? process_option(&search->all.at[i], "-p") : NULL;

        if (option && *option == '/' && strncmp(option, query->run, strlen(query->run)) != 0)
            path = option;
    }
    for (const struct section *s = query->installed ? query->installed->first : NULL; s && !line; s = s->next)
        if (s->context == CONTEXT_GLOBAL)
            line = section_find_directive(s, KW_GLOBAL_PIDFILE);
    if (!path && line && line->arg_count && *line->args[0].text == '/') /* else it is where HAProxy was started */
        path = arena_strndup(query->arena, line->args[0].text, line->args[0].len);
    search->instance->pidfile = path ? path : PIDFILE_USUAL;
    pid_file_read(search->instance->pidfile, &search->named, query->arena);
}

/* Whether a process that the pid file names is ours: the number may be a stranger's by now. */
static bool is_tied(const struct search *search, const struct process *process)
{
    const char *pidfile = process_option(process, "-p");

    return names_target(search, process) || (pidfile && strcmp(pidfile, search->instance->pidfile) == 0);
}

static void add_served(struct search *search, const struct process *process)
{
    struct instance *instance = search->instance;

    for (uint32_t i = 0; i < instance->served_count; i++)
        if (instance->served[i].pid == process->pid)
            return;
    if (!instance->served)
        instance->served = arena_zalloc(search->query->arena, (search->all.count + 1) * sizeof(*instance->served));
    instance->served[instance->served_count++] = *process;
}

/* Those that the pid file and the sockets lead to: of a master and its workers, the master. */
static void find_led_to(struct search *search)
{
    const struct instance *instance = search->instance;

    for (uint32_t i = 0; i < instance->sockets.count; i++) {
        const struct process *process = ask_socket(search, &instance->sockets.at[i]);

        if (process)
            add_served(search, master_of(search, process));
    }
    for (uint32_t i = 0; i < search->named.count; i++) {
        const struct process *process = find_pid(search, search->named.at[i]);

        if (process && is_tied(search, process))
            add_served(search, master_of(search, process));
    }
}

/* Those that their command lines alone tie to the target. One that serves alone is the one that is looked for. */
static void find_strays(struct search *search)
{
    struct instance *instance = search->instance;
    struct arena *arena = search->query->arena;

    instance->strays = arena_zalloc(arena, (search->all.count + 1) * sizeof(*instance->strays));
    for (uint32_t i = 0; i < search->all.count; i++) {
        const struct process *process = &search->all.at[i];
        bool led_to = false;

        if (!names_target(search, process) || master_of(search, process) != process)
            continue;
        for (uint32_t k = 0; k < instance->served_count && !led_to; k++)
            led_to = instance->served[k].pid == process->pid;
        if (!led_to && process_listens(process, &search->sockets, arena))
            instance->strays[instance->stray_count++] = *process;
    }
    if (instance->served_count || instance->stray_count != 1)
        return;
    add_served(search, &instance->strays[0]);
    instance->stray_count = 0;
}

static bool has_worker(const struct search *search, const struct process *process)
{
    for (uint32_t i = 0; i < search->all.count; i++)
        if (search->all.at[i].parent == process->pid)
            return true;
    return false;
}

/* Where a master runs, whoever is led to beside it is a stray, which has taken its admin socket or pid file. */
static void leave_to_master(struct search *search)
{
    struct instance *instance = search->instance;
    uint32_t master = 0;

    while (master < instance->served_count && !has_worker(search, &instance->served[master]))
        master++;
    if (master >= instance->served_count)
        return;
    for (uint32_t i = 0; i < instance->served_count; i++)
        if (i != master)
            instance->strays[instance->stray_count++] = instance->served[i];
    instance->served[0] = instance->served[master];
    instance->served_count = 1;
}

/* The newest child of the master that serves; a process without a master is its own. */
static void find_worker(struct search *search)
{
    struct instance *instance = search->instance;

    if (!instance->served_count)
        return;
    leave_to_master(search);
    instance->main = instance->worker = &instance->served[0];
    for (uint32_t i = 0; i < search->all.count; i++) {
        const struct process *process = &search->all.at[i];

        if (process->parent == instance->main->pid &&
            (instance->worker == instance->main || process->start > instance->worker->start))
            instance->worker = process;
    }
}

/* Everybody whose listeners are not in the new one's way. */
static void list_pids(struct search *search)
{
    struct instance *instance = search->instance;

    instance->pids = arena_alloc(search->query->arena, (search->all.count + 1) * sizeof(*instance->pids));
    for (uint32_t i = 0; i < search->all.count; i++) {
        const struct process *process = &search->all.at[i], *master = master_of(search, process);
        bool ours = names_target(search, master);

        for (uint32_t k = 0; k < instance->served_count && !ours; k++)
            ours = instance->served[k].pid == master->pid;
        if (ours)
            instance->pids[instance->pid_count++] = (uint32_t)process->pid;
    }
}

static bool is_understood(struct search *search)
{
    const struct instance *instance = search->instance;
    struct arena *arena = search->query->arena;
    const char *other = instance->main ? other_file(search, instance->main) : NULL;

    if (!instance->main && instance->stray_count) {
        search->why = arena_printf(arena,
                                   "%u haproxies run with '%s', and neither a pid file nor an admin socket tells "
                                   "which one it is about (processes %d, %d …)",
                                   instance->stray_count, search->query->file->target, instance->strays[0].pid,
                                   instance->strays[1].pid);
        return false;
    }
    if (!other)
        return true;
    search->why = arena_printf(arena, "the running haproxy (process %d) reads '%s', and hacc would install '%s' alone",
                               instance->main->pid, other, search->query->file->target);
    return false;
}

/* A worker whose master alone has a socket is asked through it. */
static void ask_master(struct search *search)
{
    struct instance *instance = search->instance;
    struct admin_facts facts;

    if (*instance->generation || !instance->master_socket || !instance->worker || instance->worker == instance->main)
        return;
    facts = admin_facts(instance->master_socket, instance->worker->pid, ADMIN_TIME_LIMIT, search->query->arena);
    if (facts.pid == instance->worker->pid)
        memcpy(instance->generation, facts.generation, sizeof(facts.generation));
}

bool instance_find(struct instance *instance, const struct instance_query *query, const char **why)
{
    struct search search = {.instance = instance, .query = query};

    *instance = (struct instance){0};
    processes_find_haproxy(&search.all, query->arena);
    sockets_read(&search.sockets, query->arena);
    find_sockets(&search);
    read_pidfile(&search);
    find_led_to(&search);
    find_strays(&search);
    find_worker(&search);
    list_pids(&search);
    instance_find_mode(instance, query);
    instance_find_program(instance, query);
    ask_master(&search);
    if (is_understood(&search))
        return true;
    *why = search.why;
    return false;
}
