#include "hacc/host/process.h"

#include "hacc/host/clock.h"
#include "hacc/lang/value.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* The longest file of /proc that is read whole, and the longest pid file, in bytes. */
enum { PROC_MAX = 128 << 10, PID_FILE_MAX = 64 << 10 };

/* Reads a small file whole into `room`, with a NUL behind it. Gives its length; -1 with errno set. */
static ssize_t read_file(const char *path, char *room, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
    size_t len = 0;
    ssize_t got = 1;

    if (fd < 0)
        return -1;
    while (len < size - 1 && got != 0) {
        got = read(fd, room + len, size - 1 - len);
        if (got < 0 && errno != EINTR)
            break;
        len += got > 0 ? (size_t)got : 0;
    }
    error = errno;
    close(fd);
    errno = error;
    room[len] = '\0';
    return got < 0 ? -1 : (ssize_t)len;
}

static char *proc_path(char path[64], pid_t pid, const char *name)
{
    snprintf(path, 64, "/proc/%d/%s", (int)pid, name);
    return path;
}

/* The fields of /proc/PID/stat: the name is between the first '(' and the last ')', and may hold anything. */
struct stat_fields {
    const char *name;
    uint32_t name_len;
    char state;
    int parent;
    unsigned long long start;
};

static bool read_stat(struct stat_fields *fields, pid_t pid, char *room, size_t size)
{
    const char *open_at, *close_at;
    char path[64];

    if (read_file(proc_path(path, pid, "stat"), room, size) <= 0)
        return false;
    open_at = strchr(room, '(');
    close_at = strrchr(room, ')');
    if (!open_at || !close_at || close_at < open_at)
        return false;
    fields->name = open_at + 1;
    fields->name_len = (uint32_t)(close_at - open_at - 1);
    return sscanf(close_at + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                  &fields->state, &fields->parent, &fields->start) == 3;
}

static bool has_ended(char state)
{
    return state == 'Z' || state == 'X' || state == 'x';
}

/* Cuts /proc/PID/cmdline into its words, each of which ends with a NUL. */
static void set_arguments(struct process *process, const char *text, size_t len, struct arena *arena)
{
    uint32_t count = 0;
    const char **argv;

    for (size_t i = 0; i < len; i++)
        count += text[i] == '\0';
    argv = arena_alloc(arena, (count + 1) * sizeof(*argv));
    for (uint32_t i = 0; i < count; i++) {
        argv[i] = text;
        text += strlen(text) + 1;
    }
    argv[count] = NULL;
    process->argv = argv;
    process->argc = count;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* The dynamic loader's options that have a value of their own (ld.so(8)). */
static bool loader_option_has_value(const char *option)
{
    static const char *const options[] = {"--library-path",     "--inhibit-rpath", "--audit",
                                          "--preload",          "--argv0",         "--glibc-hwcaps-prepend",
                                          "--glibc-hwcaps-mask"};

    for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
        if (strcmp(option, options[i]) == 0)
            return true;
    return false;
}

/* A program that the loader was told to run has the loader as its exe. */
static void set_command(struct process *process, struct arena *arena)
{
    uint32_t words = 1;
    const char **command;

    if (!process->exe)
        return;
    if (strncmp(base_name(process->exe), "ld-", 3) == 0) {
        while (words < process->argc && strncmp(process->argv[words], "--", 2) == 0)
            words += loader_option_has_value(process->argv[words]) ? 2 : 1;
        words++;
        if (words > process->argc)
            return;
    }
    command = arena_alloc(arena, words * sizeof(*command));
    command[0] = process->exe;
    for (uint32_t i = 1; i < words; i++)
        command[i] = process->argv[i];
    process->command = command;
    process->command_count = words;
}

static void read_exe(struct process *process, struct arena *arena)
{
    static const char deleted[] = " (deleted)";
    char path[64], target[PATH_MAX];
    ssize_t len = readlink(proc_path(path, process->pid, "exe"), target, sizeof(target) - 1);
    size_t end = sizeof(deleted) - 1;

    if (len <= 0)
        return;
    process->exe_deleted = (size_t)len > end && memcmp(target + len - end, deleted, end) == 0;
    if (!process->exe_deleted)
        process->exe = arena_strndup(arena, target, (size_t)len);
}

static uint64_t age_of(uint64_t start)
{
    struct timespec ts;
    uint64_t ticks = (uint64_t)sysconf(_SC_CLK_TCK);

    clock_gettime(CLOCK_BOOTTIME, &ts);
    return start / ticks < (uint64_t)ts.tv_sec ? (uint64_t)ts.tv_sec - start / ticks : 0;
}

bool process_read(struct process *process, pid_t pid, struct arena *arena)
{
    char path[64], room[1024], *arguments;
    struct stat_fields fields;
    struct stat owner;
    ssize_t len;

    *process = (struct process){.pid = pid};
    if (pid <= 0 || !read_stat(&fields, pid, room, sizeof(room)))
        return false;
    process->start = fields.start;
    process->age = age_of(fields.start);
    process->state = fields.state;
    process->parent = fields.parent;
    process->name = arena_strndup(arena, fields.name, fields.name_len);
    snprintf(path, sizeof(path), "/proc/%d", (int)pid);
    if (stat(path, &owner) < 0)
        return false;
    process->uid = owner.st_uid;
    arguments = arena_alloc(arena, PROC_MAX);
    len = read_file(proc_path(path, pid, "cmdline"), arguments, PROC_MAX);
    set_arguments(process, arguments, len > 0 ? (size_t)len : 0, arena);
    read_exe(process, arena);
    set_command(process, arena);
    return read_stat(&fields, pid, room, sizeof(room)) && fields.start == process->start;
}

bool process_lives(const struct process *process)
{
    struct stat_fields fields;
    char room[1024];

    return read_stat(&fields, process->pid, room, sizeof(room)) && fields.start == process->start &&
           !has_ended(fields.state);
}

/* Gives a descriptor of that very process; -1 with errno set: ESRCH where it has ended. */
static int open_process(const struct process *process)
{
    int fd = process->pid > 0 ? pidfd_open(process->pid, 0) : -1;

    if (fd < 0) {
        errno = process->pid > 0 ? errno : ESRCH;
        return -1;
    }
    if (process_lives(process)) /* by now the descriptor is that of the process which lives */
        return fd;
    close(fd);
    errno = ESRCH;
    return -1;
}

int process_signal(const struct process *process, int signal)
{
    int fd = open_process(process), result, error;

    if (fd < 0)
        return -1;
    result = pidfd_send_signal(fd, signal, NULL, 0);
    error = errno;
    close(fd);
    errno = error;
    return result;
}

bool process_wait_end(const struct process *process, int time_limit_ms)
{
    int64_t deadline = clock_ms() + time_limit_ms, left;
    int fd = open_process(process);
    bool ended = fd < 0 && errno == ESRCH;

    while (fd >= 0 && !ended && (left = deadline - clock_ms()) > 0) {
        struct pollfd poll_fd = {fd, POLLIN, 0};

        ended = poll(&poll_fd, 1, (int)left) > 0;
    }
    if (fd >= 0)
        close(fd);
    return ended || !process_lives(process);
}

/* Not haproxy_exporter, nor haproxy-wi: a version, or nothing, follows the name. */
static bool is_haproxy_name(const char *name)
{
    const char *rest = name + 7;

    if (strncmp(name, "haproxy", 7) != 0)
        return false;
    return !*rest || ((*rest == '-' || is_digit(*rest)) && is_digit(rest[*rest == '-']));
}

bool process_is_haproxy(const struct process *process)
{
    if (process->command_count)
        return is_haproxy_name(base_name(process->command[process->command_count - 1]));
    return is_haproxy_name(process->name) || (process->argc && is_haproxy_name(base_name(process->argv[0])));
}

static int by_start(const void *left, const void *right)
{
    const struct process *a = left, *b = right;

    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->pid > b->pid) - (a->pid < b->pid);
}

/* All pids of /proc, in the arena: no descriptor is open while more is allocated. */
static void list_pids(struct pids *pids, struct arena *arena)
{
    uint32_t cap = SOCKETS_MAX_PROCESSES;
    const struct dirent *entry;
    DIR *folder;

    *pids = (struct pids){.at = arena_alloc(arena, cap * sizeof(*pids->at))};
    folder = opendir("/proc");
    while (folder && pids->count < cap && (entry = readdir(folder)) != NULL)
        if (is_digit(entry->d_name[0]))
            pids->at[pids->count++] = (pid_t)strtol(entry->d_name, NULL, 10);
    if (folder)
        closedir(folder);
}

/* How many namespaces of pids a process is in, as this one sees it; 0: not known. */
static unsigned namespaces_of(const char *pid, char *room, size_t size)
{
    char path[64];
    const char *line;
    unsigned count = 0;

    snprintf(path, sizeof(path), "/proc/%s/status", pid);
    line = read_file(path, room, size) > 0 ? strstr(room, "\nNSpid:") : NULL;
    for (line = line ? line + sizeof("\nNSpid:") - 1 : ""; *line == '\t'; line += 1 + strcspn(line + 1, "\t\n"))
        count++;
    return count;
}

/* Whether a process is a container's, which has files and pids of its own. */
static bool is_contained(pid_t pid)
{
    char room[4096], name[16];
    unsigned own = namespaces_of("self", room, sizeof(room));

    snprintf(name, sizeof(name), "%d", (int)pid);
    return own && namespaces_of(name, room, sizeof(room)) > own;
}

/* Whether a process may be an haproxy: a look at its command line, before all of it is read. */
static bool may_be_haproxy(pid_t pid, char *room)
{
    char path[64];
    ssize_t len = read_file(proc_path(path, pid, "cmdline"), room, PATH_MAX);

    return len > 0 && memmem(room, (size_t)len, "haproxy", 7);
}

void processes_find_haproxy(struct processes *processes, struct arena *arena)
{
    char room[PATH_MAX];
    struct process process;
    struct pids pids;

    *processes = (struct processes){0};
    list_pids(&pids, arena);
    for (uint32_t i = 0; i < pids.count; i++) {
        if (!may_be_haproxy(pids.at[i], room) || !process_read(&process, pids.at[i], arena) ||
            has_ended(process.state) || !process_is_haproxy(&process) || is_contained(process.pid))
            continue;
        if (processes->count == processes->cap)
            processes->at =
                arena_extend(arena, processes->at, processes->count, &processes->cap, 8, sizeof(*processes->at));
        processes->at[processes->count++] = process;
    }
    if (processes->count)
        qsort(processes->at, processes->count, sizeof(*processes->at), by_start);
}

enum pid_file pid_file_read(const char *path, struct pids *pids, struct arena *arena)
{
    char *room = arena_alloc(arena, PID_FILE_MAX), *at = room;
    ssize_t len = read_file(path, room, PID_FILE_MAX);

    *pids = (struct pids){0};
    if (len < 0)
        return errno == EACCES || errno == EPERM     ? PID_FILE_FORBIDDEN
               : errno == ENOENT || errno == ENOTDIR ? PID_FILE_ABSENT
                                                     : PID_FILE_BAD;
    pids->at = arena_alloc(arena, ((size_t)len / 2 + 1) * sizeof(*pids->at));
    for (at += strspn(at, " \t\r\n"); *at; at += strspn(at, " \t\r\n")) {
        char *end;
        long pid = strtol(at, &end, 10);

        if (!is_digit(*at) || (*end && !strchr(" \t\r\n", *end)) || pid <= 0 || pid > INT_MAX)
            return PID_FILE_BAD;
        pids->at[pids->count++] = (pid_t)pid;
        at = end;
    }
    return at == room + len ? PID_FILE_READ : PID_FILE_BAD; /* a NUL is in it */
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

/* The inodes of the sockets of a folder of descriptors, at most `cap` of them. */
static uint32_t list_inodes(DIR *folder, uint32_t *inodes, uint32_t cap)
{
    const struct dirent *entry;
    uint32_t count = 0;
    char target[64];
    ssize_t len;

    while (count < cap && (entry = readdir(folder)) != NULL) {
        len = readlinkat(dirfd(folder), entry->d_name, target, sizeof(target) - 1);
        target[len > 0 ? len : 0] = '\0';
        count += sscanf(target, "socket:[%u]", &inodes[count]) == 1;
    }
    return count;
}

bool process_sockets(const struct process *process, const struct sockets *all, struct sockets *own, struct arena *arena)
{
    enum { INODES_MAX = 1 << 20 };
    uint32_t *inodes = arena_alloc(arena, INODES_MAX * sizeof(*inodes)), count;
    char path[64];
    DIR *folder;

    *own = (struct sockets){.at = arena_alloc(arena, all->count * sizeof(*own->at)), .unread = all->unread};
    folder = opendir(proc_path(path, process->pid, "fd"));
    if (!folder)
        return false;
    count = list_inodes(folder, inodes, INODES_MAX);
    closedir(folder);
    qsort(inodes, count, sizeof(*inodes), by_number);
    for (uint32_t i = 0; i < all->count; i++)
        if (bsearch(&all->at[i].inode, inodes, count, sizeof(*inodes), by_number))
            own->at[own->count++] = all->at[i];
    own->cap = own->count;
    return process_lives(process);
}
