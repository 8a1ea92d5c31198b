#include "hacc/deploy/instance.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UNIT_USUAL "haproxy.service"

/* Reads the beginning of a file of /proc. */
static void read_proc(const char *path, char *text, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, text, size - 1) : -1;

    text[len > 0 ? len : 0] = '\0';
    if (fd >= 0)
        close(fd);
}

/* Gives the unit of systemd that a process runs in; NULL: none. Its control group tells: "0::/system.slice/UNIT". */
static const char *unit_of(const struct process *process, struct arena *arena)
{
    char text[4096];
    const char *end, *begin;

    read_proc(arena_printf(arena, "/proc/%d/cgroup", process->pid), text, sizeof(text));
    end = strstr(text, ".service\n");
    if (!end || access("/run/systemd/system", F_OK) != 0)
        return NULL;
    for (begin = end; begin > text && begin[-1] != '/' && begin[-1] != '\n';)
        begin--;
    return arena_strndup(arena, begin, (size_t)(end - begin) + sizeof(".service") - 1);
}

static bool is_master(const struct instance *instance)
{
    const struct process *main = instance->main;

    if (instance->worker != main)
        return true;
    for (uint32_t i = main->command_count; i < main->argc; i++)
        if (strcmp(main->argv[i], "-W") == 0 || strcmp(main->argv[i], "-Ws") == 0)
            return true;
    return false;
}

void instance_find_mode(struct instance *instance, const struct instance_query *query)
{
    const char *said = query->settings->at[APPLY_MODE], *unit = query->settings->at[APPLY_UNIT];

    instance->unit = unit ? unit : UNIT_USUAL;
    if (said && deploy_mode_find(said, &instance->mode))
        return;
    if (!instance->main) {
        instance->mode = access("/run/systemd/system", F_OK) == 0 ? MODE_SYSTEMD : MODE_DAEMON;
        return;
    }
    instance->mode = is_master(instance) ? MODE_MASTER : MODE_DAEMON;
    said = unit_of(instance->main, query->arena);
    if (said && instance->mode == MODE_MASTER && strncmp(said, "haproxy", 7) == 0) {
        instance->mode = MODE_SYSTEMD;
        instance->unit = unit ? unit : said;
    }
}

/* -S ADDRESS[,bind options] */
static void find_master_socket(struct instance *instance, const struct instance_query *query)
{
    const char *given = query->settings->at[APPLY_MASTER_SOCKET];

    if (!given && instance->main)
        given = process_option(instance->main, "-S");
    if (given && *given != '-')
        instance->master_socket = arena_strndup(query->arena, given, strcspn(given, ","));
}

static void call_by(struct instance *instance, const char *bin, struct arena *arena)
{
    const char **words = arena_alloc(arena, sizeof(*words));

    char whole[PATH_MAX];

    /* it may be started in another folder */
    words[0] = instance->bin =
        strchr(bin, '/') && realpath(bin, whole) ? arena_strndup(arena, whole, strlen(whole)) : bin;
    instance->program = (struct haproxy_program){.words = words, .count = 1};
}

/* Variables that HAProxy and systemd give to their own children, and what hacc tells it. */
static bool is_passed_on(const char *variable)
{
    static const char *const own[] = {"HAPROXY_", "HACC_GEN=", "NOTIFY_SOCKET=", "LISTEN_", "WATCHDOG_"};

    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        if (strncmp(variable, own[i], strlen(own[i])) == 0)
            return false;
    return strchr(variable, '=') != NULL;
}

/* The configuration may use variables of the environment: that of the process that runs counts, and not that of the
 * user's terminal. NULL: it may not be read. */
static char *const *environment_of(const struct process *process, struct arena *arena)
{
    enum { ENVIRONMENT_MAX = 1 << 18 };
    char *text = arena_alloc(arena, ENVIRONMENT_MAX), **list;
    int fd = open(arena_printf(arena, "/proc/%d/environ", process->pid), O_RDONLY | O_CLOEXEC);
    size_t len = 0, count = 0;
    ssize_t n = -1;

    while (fd >= 0 && len < ENVIRONMENT_MAX - 1 && (n = read(fd, text + len, ENVIRONMENT_MAX - 1 - len)) > 0)
        len += (size_t)n;
    if (fd >= 0)
        close(fd);
    if (n != 0)
        return NULL;
    text[len] = '\0';
    for (size_t at = 0; at < len; at += strlen(text + at) + 1)
        count++;
    list = arena_alloc(arena, (count + 1) * sizeof(*list));
    count = 0;
    for (size_t at = 0; at < len; at += strlen(text + at) + 1)
        if (is_passed_on(text + at))
            list[count++] = text + at;
    list[count] = NULL;
    return list;
}

/* Relative paths in the configuration are relative to where the process that runs was started. NULL: it may not be
 * read, or the process has left it for its chroot. */
static const char *folder_of(const struct process *process, struct arena *arena)
{
    char path[PATH_MAX];
    ssize_t len = readlink(arena_printf(arena, "/proc/%d/root", process->pid), path, sizeof(path));

    if (len != 1)
        return NULL;
    len = readlink(arena_printf(arena, "/proc/%d/cwd", process->pid), path, sizeof(path) - 1);
    if (len <= 0)
        return NULL;
    path[len] = '\0';
    return access(path, X_OK) == 0 ? arena_strndup(arena, path, (size_t)len) : NULL;
}

void instance_find_program(struct instance *instance, const struct instance_query *query)
{
    const struct process *main = instance->main;
    const char *given = query->settings->at[APPLY_HAPROXY_BIN];

    find_master_socket(instance, query);
    if (given) {
        call_by(instance, given, query->arena);
    } else if (main && !main->exe_deleted && main->command_count) {
        instance->program = (struct haproxy_program){.words = main->command, .count = main->command_count};
        instance->bin = main->command_count == 1 ? main->command[0] : NULL;
    } else if (main && main->argc && *main->argv[0] == '/' && access(main->argv[0], X_OK) == 0) {
        call_by(instance, main->argv[0], query->arena); /* it has been upgraded since it was started */
    } else {
        call_by(instance, "haproxy", query->arena);
    }
    if (main) {
        instance->program.environment = environment_of(main, query->arena);
        instance->program.folder = folder_of(main, query->arena);
    }
}
