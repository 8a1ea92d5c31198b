#include "hacc/host/haproxy.h"

#include "hacc/host/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* As execvp, and then in the sbin folders beside the bin folders of PATH: Debian's haproxy is in /usr/sbin,
 * which an ordinary user's PATH lacks. */
static void run_program(const char *const *argv)
{
    const char *at = getenv("PATH");
    char path[PATH_MAX];

    execvp(argv[0], (char *const *)argv);
    if (errno != ENOENT || strchr(argv[0], '/'))
        return;
    while (at && *at) {
        size_t len = strcspn(at, ":");

        if (len >= 4 && strncmp(at + len - 4, "/bin", 4) == 0) {
            snprintf(path, sizeof(path), "%.*s/sbin/%s", (int)len - 4, at, argv[0]);
            execv(path, (char *const *)argv);
        }
        at += len + (at[len] == ':');
    }
}

/* Becomes the program, in a process group of its own so that all of it can be ended; `errors` tells the
 * parent why it could not. */
static _Noreturn void run_child(const char *const *argv, const struct haproxy_program *how, int input, int out,
                                int errors)
{
    sigset_t none;
    int err;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL); /* hacc may hold signals back */
    if (how->environment)
        environ = (char **)how->environment;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (input < 0)
        input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if ((!how->folder || chdir(how->folder) == 0) && setpgid(0, 0) == 0 && dup2(input, STDIN_FILENO) >= 0 &&
        dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0)
        run_program(argv);
    err = errno;
    if (write(errors, &err, sizeof(err)) < 0)
        _exit(126);
    _exit(127);
}

/* Reads `fd` to its end or the deadline, into the room that `out` has. Gives false at the deadline. */
static bool drain(int fd, int64_t deadline, struct buf *out)
{
    char dropped[4096];

    for (;;) {
        struct pollfd poll_fd = {fd, POLLIN, 0};
        int64_t left = deadline - clock_ms();
        size_t room = out->cap - out->len;
        ssize_t n;

        if (left <= 0)
            return false;
        if (poll(&poll_fd, 1, (int)left) <= 0)
            continue; /* EINTR, or time is up */
        n = room ? read(fd, out->data + out->len, room) : read(fd, dropped, sizeof(dropped));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return true;
        if (room)
            out->len += (size_t)n;
    }
}

/* Waits for the process to end. Gives false at the deadline. */
static bool wait_until(pid_t pid, int64_t deadline, int *status)
{
    for (;;) {
        pid_t ended = waitpid(pid, status, WNOHANG);

        if (ended == pid)
            return true;
        if ((ended < 0 && errno != EINTR) || clock_ms() >= deadline)
            return false;
        clock_sleep_ms(1);
    }
}

/* Gives the exit status of a program that runs; -1 with errno set. */
static int finish(pid_t pid, int out_fd, int errors, int64_t deadline, struct buf *out)
{
    int status = 0, err = 0;
    bool ended = drain(out_fd, deadline, out) && wait_until(pid, deadline, &status);

    if (!ended) {
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL); /* where it has no group of its own yet */
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    if (read(errors, &err, sizeof(err)) != sizeof(err))
        err = ended ? 0 : ETIMEDOUT;
    errno = err;
    if (err)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Of `how` the environment and the folder count. */
static int run(const char *const *argv, const struct haproxy_program *how, int input, int time_limit_ms,
               struct buf *out)
{
    int64_t deadline = clock_ms() + time_limit_ms;
    int pipes[2], errors[2], status = -1, err;
    pid_t pid;

    buf_reserve(out, HAPROXY_OUTPUT_MAX); /* memory may run out here, but not once there are descriptors to close */
    if (pipe2(pipes, O_CLOEXEC) < 0)
        return -1;
    if (pipe2(errors, O_CLOEXEC) < 0) {
        err = errno;
        close(pipes[0]);
        close(pipes[1]);
        errno = err;
        return -1;
    }
    pid = fork();
    if (pid == 0)
        run_child(argv, how, input, pipes[1], errors[1]);
    err = errno;
    close(pipes[1]);
    close(errors[1]);
    if (pid > 0) {
        status = finish(pid, pipes[0], errors[0], deadline, out);
        err = errno;
    }
    close(pipes[0]);
    close(errors[0]);
    errno = err;
    return status;
}

int haproxy_version_of(const char *text)
{
    unsigned major, minor;
    int found = 0;

    if (sscanf(text, "%u.%u", &major, &minor) != 2)
        return -1;
    for (int i = 0; i < HAP_COUNT; i++) {
        unsigned known_major, known_minor;

        if (sscanf(hap_version_names[i], "%u.%u", &known_major, &known_minor) == 2 &&
            (known_major < major || (known_major == major && known_minor <= minor)))
            found = i;
    }
    return found;
}

int haproxy_run(const char *const *argv, int input, int time_limit_ms, struct buf *out)
{
    static const struct haproxy_program as_this_process;

    return run(argv, &as_this_process, input, time_limit_ms, out);
}

int haproxy_call(const struct haproxy_program *program, const char *const *words, uint32_t count, int input,
                 int time_limit_ms, struct arena *arena, struct buf *out)
{
    const char **argv = arena_alloc(arena, (program->count + count + 1) * sizeof(*argv));

    memcpy(argv, program->words, program->count * sizeof(*argv));
    memcpy(argv + program->count, words, count * sizeof(*argv));
    argv[program->count + count] = NULL;
    return run(argv, program, input, time_limit_ms, out);
}

int haproxy_version(const char *bin, struct arena *arena)
{
    const char *argv[] = {bin, "-v", NULL}, *text;
    struct buf out;

    buf_init_in(&out, arena);
    if (haproxy_run(argv, -1, 5000, &out) != 0 || !(text = strstr(buf_text(&out), "version ")))
        return -1;
    return haproxy_version_of(text + strlen("version "));
}
