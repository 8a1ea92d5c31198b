/* Admin sockets: what answers may be slow, endless, broken off or nonsense. */
#include "hacc/host/admin.h"

#include "hacc/host/admin_show.h"
#include "hacc/host/clock.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

/* How the server plays its part. */
enum play { PLAY_ANSWER, PLAY_SILENCE, PLAY_DRIP, PLAY_ENDLESS, PLAY_RESET };

static void play_part(int fd, enum play play, const char *answer)
{
    static char much[1 << 16];
    char command[ADMIN_COMMAND_MAX];
    ssize_t got = 0;

    while (play == PLAY_ANSWER && (got = recv(fd, command, sizeof(command), 0)) > 0 && command[got - 1] != '\n')
        ;
    if (play == PLAY_ANSWER && send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
        _exit(1);
    if (play == PLAY_SILENCE)
        clock_sleep_ms(20000);
    while (play == PLAY_DRIP && send(fd, "x", 1, MSG_NOSIGNAL) > 0)
        clock_sleep_ms(5);
    while (play == PLAY_ENDLESS && send(fd, much, sizeof(much), MSG_NOSIGNAL) > 0)
        ;
    close(fd); /* PLAY_RESET: with a command that nobody has read */
}

/* Listens, plays to one connection, and ends. */
static pid_t start_server(enum play play, const char *answer)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pid_t pid;

    memcpy(address.sun_path, path, sizeof(path));
    unlink(path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 4), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        play_part(accept(fd, NULL, NULL), play, answer);
        _exit(0);
    }
    close(fd);
    return pid;
}

static struct admin_answer ask_part(enum play play, const char *answer, int time_limit_ms, struct arena *arena)
{
    pid_t pid = start_server(play, answer);
    struct admin_answer result;
    struct endpoint endpoint;

    assert_true(admin_address(&endpoint, path, (uint32_t)strlen(path)));
    result = admin_ask(&endpoint, "show info", time_limit_ms, arena);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    unlink(path);
    return result;
}

static void answers_are_bounded(void **state)
{
    struct admin_answer answer;
    struct arena arena;
    int64_t begin;

    (void)state;
    arena_init(&arena, NULL);
    answer = ask_part(PLAY_ANSWER, "one\ntwo\n\n", 5000, &arena);
    assert_int_equal(answer.failure, ADMIN_ANSWERED);
    assert_string_equal(answer.text, "one\ntwo");
    answer = ask_part(PLAY_ANSWER, "\n", 5000, &arena);
    assert_int_equal(answer.failure, ADMIN_ANSWERED);
    assert_int_equal(answer.len, 0);
    begin = clock_ms();
    assert_int_equal(ask_part(PLAY_SILENCE, "", 100, &arena).failure, ADMIN_TIMEOUT);
    assert_int_equal(ask_part(PLAY_DRIP, "", 100, &arena).failure, ADMIN_TIMEOUT);
    assert_true(clock_ms() - begin < 5000);
    assert_int_equal(ask_part(PLAY_RESET, "", 5000, &arena).failure, ADMIN_INTERRUPTED);
    assert_int_equal(ask_part(PLAY_ENDLESS, "", 30000, &arena).failure, ADMIN_TOO_LONG);
    arena_release(&arena);
}

static void no_answer(void **state)
{
    char command[ADMIN_COMMAND_MAX + 2];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct endpoint endpoint;
    struct arena arena;
    int fd;

    (void)state;
    arena_init(&arena, NULL);
    assert_true(admin_address(&endpoint, path, (uint32_t)strlen(path)));
    unlink(path);
    assert_int_equal(admin_ask(&endpoint, "show info", 1000, &arena).failure, ADMIN_ABSENT);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    memcpy(address.sun_path, path, sizeof(path));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(admin_ask(&endpoint, "show info", 1000, &arena).failure, ADMIN_DEAD);
    close(fd);
    assert_int_equal(admin_ask(&endpoint, "show info", 1000, &arena).failure, ADMIN_DEAD); /* a stale socket */
    unlink(path);
    memset(command, 'x', sizeof(command));
    command[sizeof(command) - 1] = '\0';
    assert_int_equal(admin_ask(&endpoint, command, 1000, &arena).failure, ADMIN_TOO_LONG);
    assert_int_equal(admin_ask(&(struct endpoint){.family = ENDPOINT_IPV4}, "", 1000, &arena).failure,
                     ADMIN_BAD_ADDRESS);
    arena_release(&arena);
}

static void addresses(void **state)
{
    static const struct {
        const char *text;
        int family; /* -1: none */
        uint16_t port;
    } rows[] = {
        {"/run/a.sock", ENDPOINT_UNIX, 0},
        {"unix@/run/a.sock", ENDPOINT_UNIX, 0},
        {"unix@a.sock", ENDPOINT_UNIX, 0},
        {"abns@name", ENDPOINT_ABSTRACT, 0},
        {"abnsz@name", ENDPOINT_ABSTRACT, 0},
        {"127.0.0.1:9999", ENDPOINT_IPV4, 9999},
        {"ipv4@127.0.0.1:1", ENDPOINT_IPV4, 1},
        {"[::1]:65535", ENDPOINT_IPV6, 65535},
        {"ipv6@[::1]:80", ENDPOINT_IPV6, 80},
        {":9999", ENDPOINT_IPV4, 9999},
        {"*:9999", ENDPOINT_IPV4, 9999},
        {"ipv6@:80", ENDPOINT_IPV6, 80},
        {"127.0.0.1:99999", -1, 0},
        {"127.0.0.1:0", -1, 0},
        {"127.0.0.1", -1, 0},
        {"127.0.0.1:", -1, 0},
        {"127.0.0.1:8x", -1, 0},
        {"localhost:80", -1, 0},
        {"fd@3", -1, 0},
        {"", -1, 0},
        {"unix@", -1, 0},
        {"abns@", -1, 0},
        {"127.0.0.1:655360000", -1, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct endpoint endpoint;
        bool is = admin_address(&endpoint, rows[i].text, (uint32_t)strlen(rows[i].text));

        assert_int_equal(is, rows[i].family >= 0);
        if (is) {
            assert_int_equal(endpoint.family, rows[i].family);
            assert_int_equal(endpoint.low, rows[i].port);
        }
    }
}

static struct admin_answer said(const char *text)
{
    return (struct admin_answer){.text = text, .len = strlen(text)};
}

static void infos(void **state)
{
    static const char *const bad[] = {"",
                                      "Name: HAProxy",
                                      "Pid: 12",
                                      "Pid: x\nVersion: 2.6",
                                      "Pid: 0\nVersion: 2.6",
                                      "Pid: 99999999999999999999\nVersion: 2.6",
                                      "Version: 2.6\nPid: -1",
                                      "Pid: 1\nVersion: 2.6\nNbproc: 4000000000"};
    struct admin_answer answer = said("Name: HAProxy\nVersion: 2.2.9-2\nNbproc: 4\nProcess_num: 3\nPid: 29079\n"
                                      "Uptime: 0d 0h00m01s\nUptime_sec: 1\nUlimit-n: 20000\nStopping: 1\nnode: a: b");
    struct admin_info info;
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    assert_true(admin_read_info(&answer, &info, &arena));
    assert_int_equal(info.pid, 29079);
    assert_string_equal(info.version, "2.2.9-2");
    assert_int_equal(info.processes, 4);
    assert_int_equal(info.process, 3);
    assert_int_equal(info.uptime, 1);
    assert_int_equal(info.file_limit, 20000);
    assert_true(info.stopping);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        answer = said(bad[i]);
        assert_false(admin_read_info(&answer, &info, &arena));
    }
    answer = said("HACC_GEN=abc=d");
    assert_string_equal(admin_read_env(&answer, "HACC_GEN", &arena), "abc=d");
    assert_null(admin_read_env(&answer, "HACC", &arena));
    answer = said("Variable not found");
    assert_null(admin_read_env(&answer, "HACC_GEN", &arena));
    arena_release(&arena);
}

static void processes_of_a_master(void **state)
{
    static const char *const bad[] = {"",
                                      "x",
                                      "#<PID>\n# workers\n12 worker 0 0d00h00m00s 2.6",
                                      "#<PID>\n1 master x 0d00h00m00s 2.6",
                                      "#<PID>\n1 master 0 [failed: x] 0d00h00m00s",
                                      "#<PID>\n1 master 0 now",
                                      "#<PID>\n1 master 0 [failed:"};
    struct admin_answer answer =
        said("#<PID>          <type>          <reloads>       <uptime>        <version>      \n"
             "1162            master          5 [failed: 2]   0d00h02m07s     2.5-dev13\n"
             "# workers\n1271            worker          1               1d01h01m01s     2.5\n"
             "# old workers\n1233            worker          3               0d00h00m43s     "
             "2.0\n# programs\n1244 foo 0 0d00h00m00s -");
    struct admin_processes got;
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    assert_true(admin_read_processes(&answer, &got, &arena));
    assert_int_equal(got.master, 1162);
    assert_int_equal(got.reloads, 5);
    assert_true(got.says_failed);
    assert_int_equal(got.failed, 2);
    assert_int_equal(got.uptime, 127);
    assert_int_equal(got.count, 3);
    assert_int_equal(got.at[0].pid, 1271);
    assert_int_equal(got.at[0].uptime, 86400 + 3600 + 61);
    assert_true(got.at[0].worker && !got.at[0].old);
    assert_true(got.at[1].worker && got.at[1].old);
    assert_int_equal(got.at[1].reloads, 3);
    assert_false(got.at[2].worker);
    answer = said("#<PID>  <type>  <relative PID>  <reloads>  <uptime>  <version>\n2827 master 0 7 0d00h00m02s 2.2.9\n"
                  "# workers\n2829 worker 1 0 0d00h00m02s 2.2.9\n# programs\n");
    assert_true(admin_read_processes(&answer, &got, &arena));
    assert_int_equal(got.reloads, 7);
    assert_false(got.says_failed);
    assert_int_equal(got.at[0].reloads, 0);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        answer = said(bad[i]);
        assert_false(admin_read_processes(&answer, &got, &arena));
    }
    arena_release(&arena);
}

static const char servers_head[] =
    "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight "
    "srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state "
    "bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord\n";

static void states_of_servers(void **state)
{
    static const char *const bad[] = {"", "2\n# be_id", "1\n", "1\n# be_id be_name\n3 b\n"};
    static const char *const bad_rows[] = {"3 b", "3 b 1 s1 127.0.0.1 9 0 10 10 1 8 2 0 6 0 0 0 - 18901 -",
                                           "3 b 1 s1 127.0.0.1 0 0 10 10 1 8 2 0 6 0 0 0 - 99999 -",
                                           "3 b 1 s1 127.0.0.1 0 0 -1 10 1 8 2 0 6 0 0 0 - 1 -"};
    struct admin_servers servers;
    struct admin_answer answer;
    struct arena arena;
    char text[1024];

    (void)state;
    arena_init(&arena, NULL);
    snprintf(
        text, sizeof(text),
        "%s3 b 1 s1 127.0.0.1 0 8 5 10 1 8 2 0 6 0 0 0 web.example 18901 -\n3 b 4 su - 2 0 1 1 1 1 0 2 0 0 0 0 - 0 -",
        servers_head);
    answer = said(text);
    assert_true(admin_read_servers(&answer, &servers, &arena));
    assert_int_equal(servers.count, 2);
    assert_string_equal(servers.at[0].backend, "b");
    assert_string_equal(servers.at[0].address, "127.0.0.1");
    assert_string_equal(servers.at[0].fqdn, "web.example");
    assert_int_equal(servers.at[0].port, 18901);
    assert_int_equal(servers.at[0].admin_state, SERVER_FORCED_DRAIN);
    assert_int_equal(servers.at[0].weight, 5);
    assert_int_equal(servers.at[0].first_weight, 10);
    assert_null(servers.at[1].address);
    assert_int_equal(servers.at[1].state, SERVER_RUNNING);
    for (size_t i = 0; i < sizeof(bad_rows) / sizeof(*bad_rows); i++) {
        snprintf(text, sizeof(text), "%s%s\n", servers_head, bad_rows[i]);
        answer = said(text);
        assert_false(admin_read_servers(&answer, &servers, &arena));
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        answer = said(bad[i]);
        assert_false(admin_read_servers(&answer, &servers, &arena));
    }
    arena_release(&arena);
}

static void tables_in_csv(void **state)
{
    struct admin_answer answer = said("# pxname,svname,desc,slim,\nb,s1,\"a \"\"b\"\", c\",7,\nb,s2,,,\nb,s3");
    struct admin_table table;
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    assert_true(admin_read_table(&answer, ',', &table, &arena));
    assert_int_equal(table.rows, 3);
    assert_int_equal(admin_table_column(&table, "slim"), 3);
    assert_int_equal(admin_table_column(&table, "nothing"), -1);
    assert_string_equal(admin_table_cell(&table, 0, 2), "a \"b\", c");
    assert_string_equal(admin_table_cell(&table, 0, 3), "7");
    assert_string_equal(admin_table_cell(&table, 1, 3), "");
    assert_string_equal(admin_table_cell(&table, 2, 3), "");
    arena_release(&arena);
}

/* Whatever is made of good answers, each reader comes back, and reads nothing outside them (ASan). */
static void mangled_answers(void **state)
{
    static const char *const texts[] = {
        "Name: HAProxy\nVersion: 2.2.9-2\nNbproc: 4\nProcess_num: 3\nPid: 29079\nStopping: 1",
        "#<PID> <type> <relative PID> <reloads>\n1162 master 5 [failed: 2] 0d00h02m07s 2.5\n# old\n1 worker 1 3 1d01h01m01s",
        "1\n# be_id be_name srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_fqdn srv_port\n"
        "3 b s1 127.0.0.1 0 8 5 10 web.example 18901",
        "# pxname,svname,desc,slim,\nb,s1,\"a \"\"b\"\", c\",7,\nb,s2,,,",
    };
    static const char odd[] = "\0\n ,\"#-:[]=9x\xff";
    char text[512];

    (void)state;
    srand(7);
    for (int round = 0; round < 20000; round++) {
        const char *from = texts[rand() % 4];
        struct admin_processes processes;
        struct admin_servers servers;
        struct admin_answer answer;
        struct admin_table table;
        struct admin_info info;
        struct arena arena;
        const char *log;
        char *exact;

        memcpy(text, from, strlen(from) + 1);
        for (int i = rand() % 4; i >= 0; i--)
            text[(size_t)rand() % strlen(from)] = odd[(size_t)rand() % (sizeof(odd) - 1)];
        answer.len = (size_t)rand() % 8 ? strlen(from) : (size_t)rand() % strlen(from);
        exact = malloc(answer.len + 1);
        memcpy(exact, text, answer.len);
        exact[answer.len] = '\0';
        answer.text = exact;
        arena_init(&arena, NULL);
        admin_read_info(&answer, &info, &arena);
        admin_read_env(&answer, "Name", &arena);
        admin_read_processes(&answer, &processes, &arena);
        admin_read_servers(&answer, &servers, &arena);
        admin_read_table(&answer, ',', &table, &arena);
        admin_read_table(&answer, ' ', &table, &arena);
        admin_read_reload(&answer, &log);
        arena_release(&arena);
        free(exact);
    }
}

static void reloads(void **state)
{
    struct admin_answer answer = said("Success=1\n--\n[NOTICE] x");
    const char *log;

    (void)state;
    assert_int_equal(admin_read_reload(&answer, &log), RELOAD_SUCCESS);
    assert_string_equal(log, "[NOTICE] x");
    answer = said("Success=0\n--\n[ALERT] y");
    assert_int_equal(admin_read_reload(&answer, &log), RELOAD_FAILURE);
    answer = said("Success=0\n--\nAnother reload is still in progress.");
    assert_int_equal(admin_read_reload(&answer, &log), RELOAD_BUSY);
    answer = said("");
    assert_int_equal(admin_read_reload(&answer, &log), RELOAD_UNSAID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_bounded),
        cmocka_unit_test(no_answer),
        cmocka_unit_test(addresses),
        cmocka_unit_test(infos),
        cmocka_unit_test(processes_of_a_master),
        cmocka_unit_test(states_of_servers),
        cmocka_unit_test(tables_in_csv),
        cmocka_unit_test(mangled_answers),
        cmocka_unit_test(reloads),
    };

    snprintf(path, sizeof(path), "/tmp/hacc-test-%d.sock", (int)getpid());
    return cmocka_run_group_tests(tests, NULL, NULL);
}
