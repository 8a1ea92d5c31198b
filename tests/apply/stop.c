/* Loaded into hacc by the tests (LD_PRELOAD): counts the calls by which an apply changes the machine or asks it, and at
 * one of them ends hacc (SIGKILL), makes the call fail, or waits for the test.
 *
 *   STOP_LOG=FILE        write the name and argument of each call, a line each
 *   STOP_KILL=N          end hacc before the Nth call
 *   STOP_FAIL=NAME:K:E   let the Kth call of that name fail with error number E (K 0: each one)
 *   STOP_WAIT=NAME:K:F   before the Kth call of that name make the file F, and wait until F.go is there
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <unistd.h>

static int calls;

/* Splits "NAME:K:REST"; gives REST where it is this call's turn. */
static const char *turn(const char *variable, const char *name, int *count)
{
    const char *text = getenv(variable), *colon = text ? strchr(text, ':') : NULL;
    char *rest;
    long wanted;

    if (!colon || (size_t)(colon - text) != strlen(name) || strncmp(text, name, strlen(name)) != 0)
        return NULL;
    wanted = strtol(colon + 1, &rest, 10);
    return ++*count == wanted || wanted == 0 ? rest + 1 : NULL;
}

static void await(const char *file)
{
    char go[512];

    snprintf(go, sizeof(go), "%s.go", file);
    close(creat(file, 0600));
    for (int i = 0; i < 10000 && access(go, F_OK) != 0; i++)
        usleep(1000);
}

/* Whether the call is to fail, with errno set. */
static int enter(const char *name, const char *argument)
{
    static int failing, waiting;
    const char *log = getenv("STOP_LOG"), *at = getenv("STOP_KILL"), *rest;
    char line[512];

    if (strcmp(program_invocation_short_name, "hacc") != 0)
        return 0;
    calls++;
    if (log) {
        int len = snprintf(line, sizeof(line), "%s %s\n", name, argument),
            fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);

        if (write(fd, line, len < (int)sizeof(line) ? (size_t)len : sizeof(line) - 1) < 0)
            abort();
        close(fd);
    }
    if (at && calls == atoi(at))
        kill(getpid(), SIGKILL);
    rest = turn("STOP_WAIT", name, &waiting);
    if (rest)
        await(rest);
    rest = turn("STOP_FAIL", name, &failing);
    if (rest)
        errno = atoi(rest);
    return rest != NULL;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static const char *path_of(int fd)
{
    static char path[512];
    char link[64];
    ssize_t len;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    len = readlink(link, path, sizeof(path) - 1);
    path[len > 0 ? len : 0] = '\0';
    return path;
}

int rename(const char *from, const char *to)
{
    return enter("rename", to) ? -1 : NEXT(rename)(from, to);
}

int link(const char *from, const char *to)
{
    return enter("link", to) ? -1 : NEXT(link)(from, to);
}

int unlink(const char *path)
{
    return enter("unlink", path) ? -1 : NEXT(unlink)(path);
}

int fsync(int fd)
{
    return enter("fsync", path_of(fd)) ? -1 : NEXT(fsync)(fd);
}

/* Of files alone: what is said on the terminal is no step. */
ssize_t write(int fd, const void *data, size_t len)
{
    const char *path = fd > 2 ? path_of(fd) : "";

    if (*path == '/' && strstr(path, ".hacc-") && enter("write", path))
        return -1;
    return NEXT(write)(fd, data, len);
}

pid_t fork(void)
{
    return enter("fork", "") ? -1 : NEXT(fork)();
}

int connect(int fd, const struct sockaddr *address, socklen_t len)
{
    return enter("connect", "") ? -1 : NEXT(connect)(fd, address, len);
}

int pidfd_send_signal(int fd, int number, siginfo_t *info, unsigned flags)
{
    char text[16];

    snprintf(text, sizeof(text), "%d", number);
    return enter("signal", text) ? -1 : NEXT(pidfd_send_signal)(fd, number, info, flags);
}
