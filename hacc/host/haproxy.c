#include "hacc/host/haproxy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Becomes the program; `errors` tells the parent why it could not. */
static _Noreturn void run_child(const char *const *argv, int out, int errors)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC), err;

    if (null >= 0 && dup2(null, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(out, STDERR_FILENO) >= 0)
        execvp(argv[0], (char *const *)argv);
    err = errno;
    if (write(errors, &err, sizeof(err)) < 0)
        _exit(126);
    _exit(127);
}

/* Reads `fd` to its end or the deadline. Gives false at the deadline. */
static bool drain(int fd, int64_t deadline, struct buf *out)
{
    for (;;) {
        struct pollfd poll_fd = {fd, POLLIN, 0};
        int64_t left = deadline - now_ms();
        ssize_t n;

        if (left <= 0)
            return false;
        if (poll(&poll_fd, 1, (int)left) < 0 && errno != EINTR)
            return true;
        if (!poll_fd.revents)
            continue;
        buf_reserve(out, 4096);
        n = read(fd, out->data + out->len, 4096);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return true;
        out->len += (size_t)n;
    }
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int haproxy_run(const char *const *argv, int time_limit_ms, struct buf *out)
{
    int pipes[2], errors[2], status, err = 0;
    pid_t pid;

    if (pipe2(pipes, O_CLOEXEC) < 0)
        return -1;
    if (pipe2(errors, O_CLOEXEC) < 0) {
        close(pipes[0]);
        close(pipes[1]);
        return -1;
    }
    pid = fork();
    if (pid == 0)
        run_child(argv, pipes[1], errors[1]);
    close(pipes[1]);
    close(errors[1]);
    if (pid > 0) {
        bool ended = drain(pipes[0], now_ms() + time_limit_ms, out);

        if (!ended)
            kill(pid, SIGKILL);
        status = wait_for(pid);
        if (read(errors[0], &err, sizeof(err)) != sizeof(err))
            err = ended ? 0 : ETIMEDOUT;
    } else {
        err = errno;
        status = -1;
    }
    close(pipes[0]);
    close(errors[0]);
    errno = err;
    return err ? -1 : status;
}

int haproxy_version(const char *bin, struct oom *oom)
{
    const char *argv[] = {bin, "-v", NULL}, *text;
    unsigned major, minor;
    struct buf out;
    int found = -1;

    buf_init(&out, oom);
    if (haproxy_run(argv, 5000, &out) == 0 && (text = strstr(buf_text(&out), "version ")) &&
        sscanf(text, "version %u.%u", &major, &minor) == 2) {
        for (int i = 0; i < HAP_COUNT; i++) {
            unsigned known_major, known_minor;

            if (sscanf(hap_version_names[i], "%u.%u", &known_major, &known_minor) == 2 &&
                (known_major < major || (known_major == major && known_minor <= minor)))
                found = i;
        }
    }
    buf_release(&out);
    return found;
}
