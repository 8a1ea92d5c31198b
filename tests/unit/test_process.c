/* Processes: a process is its pid and its start; signals go to no stranger. */
#include "hacc/host/process.h"

#include "hacc/host/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static pid_t start_sleeper(void)
{
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        execlp("sleep", "sleep", "60", (char *)NULL);
        _exit(127);
    }
    return pid;
}

/* Waits until it is no more the copy of this program. */
static void read_sleeper(struct process *process, pid_t pid, struct arena *arena)
{
    for (int i = 0; i < 500; i++) {
        assert_true(process_read(process, pid, arena));
        if (strcmp(process->name, "sleep") == 0)
            return;
        clock_sleep_ms(10);
    }
    fail_msg("the sleeper does not start");
}

static void tells_what_runs(void **state)
{
    struct process process;
    struct arena arena;
    pid_t pid = start_sleeper();

    (void)state;
    arena_init(&arena, NULL);
    read_sleeper(&process, pid, &arena);
    assert_int_equal(process.pid, pid);
    assert_int_equal(process.parent, getpid());
    assert_int_equal(process.uid, geteuid());
    assert_int_equal(process.argc, 2);
    assert_string_equal(process.argv[1], "60");
    assert_non_null(strstr(process.exe, "/"));
    assert_int_equal(process.command_count, 1);
    assert_string_equal(process.command[0], process.exe);
    assert_false(process.exe_deleted);
    assert_false(process_is_haproxy(&process));
    assert_true(process.age < 60);
    assert_true(process_lives(&process));
    assert_false(process_wait_end(&process, 20));
    assert_int_equal(process_signal(&process, SIGTERM), 0);
    assert_true(process_wait_end(&process, 5000));
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    arena_release(&arena);
}

static void a_zombie_does_not_live(void **state)
{
    struct process process, zombie;
    struct arena arena;
    pid_t pid = start_sleeper();

    (void)state;
    arena_init(&arena, NULL);
    read_sleeper(&process, pid, &arena);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_true(process_wait_end(&process, 5000));
    assert_int_equal(kill(pid, 0), 0); /* and so it would look alive */
    assert_true(process_read(&zombie, pid, &arena));
    assert_int_equal(zombie.state, 'Z');
    assert_false(process_lives(&process));
    assert_int_equal(process_signal(&process, 0), -1);
    assert_int_equal(errno, ESRCH);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_false(process_read(&zombie, pid, &arena));
    assert_int_equal(process_signal(&process, SIGTERM), -1);
    assert_int_equal(errno, ESRCH);
    assert_true(process_wait_end(&process, 0));
    arena_release(&arena);
}

/* The pid of one process and the start of another: a pid that has come round. */
static void a_stranger_gets_no_signal(void **state)
{
    struct process process;
    struct arena arena;
    pid_t pid = start_sleeper();
    int status;

    (void)state;
    arena_init(&arena, NULL);
    read_sleeper(&process, pid, &arena);
    process.start++;
    assert_false(process_lives(&process));
    assert_int_equal(process_signal(&process, SIGKILL), -1);
    assert_int_equal(errno, ESRCH);
    assert_true(process_wait_end(&process, 0));
    process.start--;
    assert_int_equal(process_signal(&process, SIGUSR1), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
    arena_release(&arena);
}

static void no_process(void **state)
{
    struct process process;
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    assert_false(process_read(&process, 0, &arena));
    assert_int_equal(process_signal(&process, SIGTERM), -1);
    assert_false(process_read(&process, -1, &arena));
    assert_int_equal(process_signal(&process, SIGTERM), -1); /* kill(-1, …) would end all */
    assert_false(process_read(&process, 1 << 30, &arena));
    arena_release(&arena);
}

static void names_of_haproxy(void **state)
{
    static const char *const loader[] = {"/lib/ld-linux.so.2", "--library-path", "/x", "/x/haproxy", NULL};
    static const struct {
        const char *exe;
        bool is;
    } names[] = {{"/usr/sbin/haproxy", true},          {"/opt/haproxy-2.6", true},   {"/opt/haproxy2.6", true},
                 {"/usr/bin/haproxy_exporter", false}, {"/usr/bin/hapro", false},    {"/usr/bin/haproxy-wi", false},
                 {"/usr/bin/haproxyctl", false},       {"/opt/haproxy/nginx", false}};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct process process = {.name = "x", .command = &names[i].exe, .command_count = 1};

        assert_int_equal(process_is_haproxy(&process), names[i].is);
    }
    assert_true(process_is_haproxy(&(struct process){.name = "x", .command = loader, .command_count = 4}));
}

static enum pid_file read_pids(const char *text, size_t len, struct pids *pids, struct arena *arena)
{
    char path[] = "/tmp/hacc-pids-XXXXXX";
    int fd = mkstemp(path);
    enum pid_file result;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    close(fd);
    result = pid_file_read(path, pids, arena);
    unlink(path);
    return result;
}

static void pid_files(void **state)
{
    static const char *const bad[] = {"x", "12x", "-4", "0", "12 -1", "99999999999", "1\n+2", "0x10"};
    struct arena arena;
    struct pids pids;

    (void)state;
    arena_init(&arena, NULL);
    assert_int_equal(pid_file_read("/nowhere/x.pid", &pids, &arena), PID_FILE_ABSENT);
    assert_int_equal(pid_file_read("/proc", &pids, &arena), PID_FILE_BAD);
    assert_int_equal(read_pids("", 0, &pids, &arena), PID_FILE_READ);
    assert_int_equal(pids.count, 0);
    assert_int_equal(read_pids("12\n2147483647\n", 14, &pids, &arena), PID_FILE_READ);
    assert_int_equal(pids.count, 2);
    assert_int_equal(pids.at[0], 12);
    assert_int_equal(pids.at[1], 2147483647);
    assert_int_equal(read_pids("12\0003\n", 5, &pids, &arena), PID_FILE_BAD);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        assert_int_equal(read_pids(bad[i], strlen(bad[i]), &pids, &arena), PID_FILE_BAD);
    arena_release(&arena);
}

static void finds_sockets_of_a_process(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof(address);
    struct sockets all, own;
    struct process process;
    struct arena arena;
    pid_t pid;

    (void)state;
    arena_init(&arena, NULL);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
    sockets_read(&all, &arena);
    assert_true(process_read(&process, getpid(), &arena));
    assert_true(process_sockets(&process, &all, &own, &arena));
    assert_int_equal(own.count, 1);
    assert_int_equal(own.at[0].endpoint.low, ntohs(address.sin_port));
    pid = start_sleeper();
    read_sleeper(&process, pid, &arena);
    assert_true(process_sockets(&process, &all, &own, &arena));
    assert_int_equal(own.count, 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_false(process_sockets(&process, &all, &own, &arena));
    close(fd);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_runs),
        cmocka_unit_test(a_zombie_does_not_live),
        cmocka_unit_test(a_stranger_gets_no_signal),
        cmocka_unit_test(no_process),
        cmocka_unit_test(names_of_haproxy),
        cmocka_unit_test(pid_files),
        cmocka_unit_test(finds_sockets_of_a_process),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
