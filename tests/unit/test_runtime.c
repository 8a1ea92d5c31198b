/* The Runtime API path beside an HAProxy that is played: any answer that is not known means a reload, and what was done
 * before it is taken back. Real ones: tests/apply/runtime. */
#include "hacc/deploy/runtime_files.h"

#include "hacc/cli/compile.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* How the played HAProxy answers a command that begins so; "" before all others. */
struct line {
    const char *command, *answer;
};

enum { LOG_SIZE = 1 << 16 };

struct fixture {
    char path[64], *log; /* shared: the commands that came, a line each */
    pid_t pid;
    struct compilation old, new;
    struct arena arena;
    struct runtime runtime;
};

#define HEAD \
    "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_fqdn srv_port\n"
#define INFO(version) "Name: HAProxy\nVersion: " version "\nPid: 77\nMaxconn: 100\n\n"
#define STAT          "# pxname,svname,slim,type,\nb,one,5,2,\nb,two,,2,\n"

static const char old_text[] = "defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n"
                               "backend b\n server one 192.0.2.1:80 weight 10 maxconn 5\n server two 192.0.2.2:80\n";
static const char weight_text[] = "defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n"
                                  "backend b\n server one 192.0.2.1:80 weight 20 maxconn 5\n server two 192.0.2.2:80\n";
static const char address_text[] =
    "defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n"
    "backend b\n server one 192.0.2.1:80 weight 20 maxconn 5\n server two 192.0.2.9:81\n";
static const char more_text[] = "defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n"
                                "backend b\n default-server weight 3\n server one 192.0.2.1:80 weight 10 maxconn 5\n"
                                " server two 192.0.2.2:80 weight 1\n server three 192.0.2.3:80 check inter 2s\n";
static const char less_text[] = "defaults\n mode http\n timeout connect 1s\n timeout client 1s\n timeout server 1s\n"
                                "backend b\n server one 192.0.2.1:80 weight 10 maxconn 5\n";

static const char *answer_of(const struct line *lines, const char *command)
{
    for (; lines->command; lines++)
        if (strncmp(command, lines->command, strlen(lines->command)) == 0)
            return lines->answer;
    return "Unknown command.\n\n";
}

/* Serves one connection after the other; an answer of NULL is none: the connection breaks off. */
static void serve(int listener, const struct line *lines, char *log)
{
    for (;;) {
        char command[4096];
        int fd = accept(listener, NULL, NULL);
        size_t len = 0;
        const char *answer;
        ssize_t got;

        while (len < sizeof(command) - 1 && (got = recv(fd, command + len, sizeof(command) - 1 - len, 0)) > 0)
            len += (size_t)got;
        command[len] = '\0';
        command[strcspn(command, "\n")] = '\0';
        if (strncmp(command, "show", 4) != 0)
            snprintf(log + strlen(log), LOG_SIZE - strlen(log), "%s\n", command);
        answer = answer_of(lines, command);
        if (answer && send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
            _exit(1);
        close(fd);
    }
}

static void compile(struct compilation *c, const char *text, enum hap_version version)
{
    struct compile_options options = {.version = (int)version, .fallback = -1};

    compile_init(c);
    if (setjmp(c->oom.env))
        fail_msg("out of memory");
    compile_text(c, "test.cfg", text, INPUT_CFG, &options);
    assert_int_equal(c->diags.errors, 0);
}

/* Plays `lines`, and plans the change from one text to the other. */
static bool begin(struct fixture *f, const struct line *lines, const char *old, const char *new)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const char *addresses[] = {f->path};
    const uint32_t pids[] = {77};
    struct runtime_query query = {.addresses = addresses, .address_count = 1, .pids = pids, .pid_count = 1};

    snprintf(f->path, sizeof(f->path), "/tmp/hacc-runtime-%d.sock", (int)getpid());
    f->log = mmap(NULL, LOG_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    memset(f->log, 0, LOG_SIZE);
    memcpy(address.sun_path, f->path, strlen(f->path));
    unlink(f->path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 16), 0);
    f->pid = fork();
    assert_true(f->pid >= 0);
    if (f->pid == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
        serve(fd, lines, f->log);
    close(fd);
    arena_init(&f->arena, NULL);
    compile(&f->old, old, HAP_3_0);
    compile(&f->new, new, HAP_3_0);
    if (!runtime_open(&f->runtime, &query, &f->arena))
        return false;
    f->runtime.wait_ms = 200;
    return runtime_plan(&f->runtime, changes_find(&f->old.config, &f->new.config, &f->arena), &f->old.config,
                        &f->new.config);
}

static void end(struct fixture *f)
{
    kill(f->pid, SIGKILL);
    waitpid(f->pid, NULL, 0);
    unlink(f->path);
    munmap(f->log, LOG_SIZE);
    compile_release(&f->old);
    compile_release(&f->new);
    arena_release(&f->arena);
}

static void good_answers(void **state)
{
    static const struct line lines[] = {
        {"show info", INFO("3.0.11")},
        {"show servers state", HEAD "3 b 1 one 192.0.2.1 2 0 20 10 - 80\n3 b 2 two 192.0.2.9 2 0 1 1 - 81\n\n"},
        {"show stat", STAT},
        {"set server b/one weight 20", "\n"},
        {"set server b/two addr 192.0.2.9 port 81", "IP changed from '192.0.2.2' to '192.0.2.9', port changed\n\n"},
        {NULL, NULL}};
    struct fixture f;

    (void)state;
    assert_true(begin(&f, lines, old_text, address_text));
    assert_int_equal(runtime_perform(&f.runtime), RUNTIME_DONE);
    assert_int_equal(f.runtime.sent, 2);
    assert_true(runtime_compare(&f.runtime, &f.runtime.new));
    assert_false(runtime_compare(&f.runtime, &f.runtime.old));
    end(&f);
}

/* An answer that is not known, after a command that was done: it is taken back. */
static void strange_answers(void **state)
{
    static const char *const strange[] = {"No such server.\n\n",
                                          "IP changed\n\n",
                                          "\n\nIP changed from '\n",
                                          "Permission denied\n\n",
                                          "\x1b[31m\x01\n",
                                          "Unknown command.\n\n",
                                          NULL,
                                          "IP changed from '1' to '2'\nand a second line\n\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(strange) / sizeof(*strange); i++) {
        const struct line lines[] = {
            {"show info", INFO("3.0.11")},
            {"show servers state", HEAD "3 b 1 one 192.0.2.1 2 0 10 10 - 80\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n\n"},
            {"show stat", STAT},
            {"set server b/one weight", "\n"},
            {"set server b/two addr 192.0.2.9", strange[i]},
            {"set server b/two addr 192.0.2.2 port 80", "no need to change the addr, no need to change the port\n\n"},
            {NULL, NULL}};
        struct fixture f;

        assert_true(begin(&f, lines, old_text, address_text));
        assert_int_equal(runtime_perform(&f.runtime), RUNTIME_PARTLY);
        assert_non_null(f.runtime.why);
        for (const char *at = f.runtime.why; *at; at++)
            assert_true((unsigned char)*at >= ' ');
        assert_true(runtime_take_back(&f.runtime));
        assert_non_null(strstr(f.log, "set server b/one weight 10\n"));
        assert_non_null(strstr(f.log, "set server b/two addr 192.0.2.2 port 80\n"));
        end(&f);
    }
}

static void states_that_cannot_be(void **state)
{
    static const char *const states[] = {
        "\n",
        "2\n# be_id\n",
        HEAD,
        HEAD "3 b 1 one 192.0.2.1 2 0 10 10 - 80\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n",    /* the weight is old */
        HEAD "3 b 1 one 192.0.2.1 2 0 20 10 - 80\n",                                      /* one is missing */
        HEAD "3 b 1 one 192.0.2.1 2 0 20 10 - 80\n3 b 1 one 192.0.2.1 2 0 20 10 - 80\n",  /* twice */
        HEAD "3 b 1 one 192.0.2.1 2 1 20 10 - 80\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n",    /* in maintenance */
        HEAD "3 b 1 one 192.0.2.1 2 8 20 10 - 80\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n",    /* drained */
        HEAD "3 b 1 one 192.0.2.1 2 0 20 10 - 99999\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n", /* no port */
        HEAD "3 b 1 one 192.0.2.1 2 0 20 10 - 80\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n3 b 3 x - 2 0 1 1 - 0\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
        const struct line lines[] = {{"show info", INFO("3.0.11")},
                                     {"show servers state", states[i]},
                                     {"show stat", STAT},
                                     {"set server b/one weight", "\n"},
                                     {NULL, NULL}};
        struct fixture f;

        assert_true(begin(&f, lines, old_text, weight_text));
        assert_int_equal(runtime_perform(&f.runtime), RUNTIME_DONE);
        assert_false(runtime_compare(&f.runtime, &f.runtime.new));
        assert_non_null(f.runtime.why);
        end(&f);
    }
}

static void limits_that_differ(void **state)
{
    static const struct line lines[] = {
        {"show info", INFO("3.0.11")},
        {"show servers state", HEAD "3 b 1 one 192.0.2.1 2 0 20 10 - 80\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n\n"},
        {"show stat", "# pxname,svname,slim,type,\nb,one,6,2,\nb,two,,2,\n"},
        {"set server b/one weight", "\n"},
        {NULL, NULL}};
    struct fixture f;

    (void)state;
    assert_true(begin(&f, lines, old_text, weight_text));
    assert_int_equal(runtime_perform(&f.runtime), RUNTIME_DONE);
    assert_false(runtime_compare(&f.runtime, &f.runtime.new));
    assert_non_null(strstr(f.runtime.why, "maxconn"));
    end(&f);
}

static void servers_come(void **state)
{
    static const struct line lines[] = {
        {"show info", INFO("3.0.11")},
        {"add server b/three 192.0.2.3:80 ", "New server registered.\n\n"},
        {"enable health b/three", "\n"},
        {"enable agent b/three", "Agent was not configured on this server, cannot enable.\n\n"},
        {"set server b/three state ready", "\n"},
        {"set server b/two weight 1", "\n"},
        {NULL, NULL}};
    struct fixture f;

    (void)state;
    assert_true(begin(&f, lines, old_text, more_text));
    if (runtime_perform(&f.runtime) != RUNTIME_DONE)
        fail_msg("%s", f.runtime.why);
    assert_non_null(strstr(f.log, "add server b/three 192.0.2.3:80 weight 3 check inter 2s\n"));
    assert_int_equal(f.runtime.sent, 5);
    end(&f);
}

/* The server has been made, and cannot be enabled: it goes again. */
static void servers_that_come_half(void **state)
{
    static const struct line lines[] = {
        {"show info", INFO("3.0.11")},
        {"show servers state", HEAD "3 b 1 one 192.0.2.1 2 0 10 10 - 80\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n\n"},
        {"show servers conn", "# bkname/svname bkid/svid used_cur\nb/three 3/3 0\n\n"},
        {"show stat", STAT},
        {"add server b/three", "New server registered.\n\n"},
        {"enable health b/three", "No.\n\n"},
        {"set server b/three state", "\n"},
        {"disable agent b/three", "\n"},
        {"del server b/three", "Server deleted.\n\n"},
        {NULL, NULL}};
    struct fixture f;

    (void)state;
    assert_true(begin(&f, lines, old_text, more_text));
    assert_int_equal(runtime_perform(&f.runtime), RUNTIME_PARTLY);
    assert_true(runtime_take_back(&f.runtime));
    assert_non_null(strstr(f.log, "del server b/three\n"));
    end(&f);
}

/* A server goes once it serves nothing; until then it is only drained. */
static void servers_that_serve(void **state)
{
    static const struct line lines[] = {
        {"show info", INFO("3.0.11")},
        {"show servers state", HEAD "3 b 1 one 192.0.2.1 2 0 10 10 - 80\n3 b 2 two 192.0.2.2 2 0 1 1 - 80\n\n"},
        {"show servers conn", "# bkname/svname bkid/svid used_cur\nb/one 3/1 7\nb/two 3/2 1\n\n"},
        {"show stat", STAT},
        {"set server b/two state", "\n"},
        {NULL, NULL}};
    struct fixture f;

    (void)state;
    assert_true(begin(&f, lines, old_text, less_text));
    assert_int_equal(runtime_perform(&f.runtime), RUNTIME_PARTLY);
    assert_non_null(strstr(f.runtime.why, "still serve"));
    assert_true(runtime_take_back(&f.runtime));
    assert_string_equal(f.log, "set server b/two state drain\nset server b/two state ready\n");
    end(&f);
}

static void versions_without_the_command(void **state)
{
    static const struct line lines[] = {{"show info", INFO("2.4.30")}, {NULL, NULL}};
    struct fixture f;

    (void)state;
    assert_false(begin(&f, lines, old_text, less_text));
    assert_non_null(f.runtime.why);
    assert_string_equal(f.log, "");
    end(&f);
}

/* Who answers is not who is to be driven, or nobody that is known. */
static void strangers(void **state)
{
    static const struct line other[] = {{"show info", "Version: 3.0\nPid: 78\n\n"}, {NULL, NULL}};
    static const struct line nonsense[] = {{"show info", "hello\n"}, {NULL, NULL}};
    static const struct line unknown[] = {{"show info", "Version: x\nPid: 77\n\n"}, {NULL, NULL}};
    static const struct line silent[] = {{"show info", NULL}, {NULL, NULL}};
    static const struct line *const all[] = {other, nonsense, unknown, silent};

    (void)state;
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
        struct fixture f;

        assert_false(begin(&f, all[i], old_text, weight_text));
        assert_non_null(f.runtime.why);
        end(&f);
    }
}

/* --- files --- */

/* What the played HAProxy has of a map, and how it answers the three commands of a transaction. */
struct map_play {
    const char *listed, *shown, *prepare, *add, *commit;
    bool found, done;
    const char *logged; /* is among the commands; NULL: none at all came */
};

static void play_map(const struct map_play *play)
{
    char path[64], list[160], show[96], text[] = "# a map\n a  b c \n\n";
    int fd;
    struct line lines[] = {{"show info", INFO("3.0.11")},
                           {show, play->shown},
                           {"show map", list},
                           {"show acl", "# id (file) description\n1 () acl 'src' file 'x' line 1\n\n"},
                           {"show ssl cert", "# filename\n\n"},
                           {"prepare map", play->prepare},
                           {"add map", play->add},
                           {"commit map", play->commit},
                           {"clear map", "\n"},
                           {NULL, NULL}};
    struct runtime_files files;
    const char *mark;
    struct fixture f;
    bool found;

    snprintf(path, sizeof(path), "/tmp/hacc-runtime-%d.map", (int)getpid());
    mark = strstr(play->listed, "PATH");
    snprintf(list, sizeof(list), "%.*s%s%s", (int)(mark - play->listed), play->listed, path, mark + strlen("PATH"));
    snprintf(show, sizeof(show), "show map %s", path);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    assert_true(begin(&f, lines, old_text, old_text));
    found = runtime_files_find(&files, &f.runtime);
    assert_int_equal(found, play->found);
    assert_int_equal(found && files.count && runtime_files_perform(&f.runtime, &files), play->done);
    if (!found || (files.count && !play->done))
        assert_non_null(f.runtime.why);
    if (play->logged)
        assert_non_null(strstr(f.log, play->logged));
    else
        assert_string_equal(f.log, "");
    end(&f);
    unlink(path);
}

static void maps_go_whole_or_not_at_all(void **state)
{
    static const char one[] = "# id (file) description\n2 (PATH) pattern loaded from file\n\n";
    static const struct map_play plays[] = {
        {one, "0x1 a b c\n\n", "", "", "", true, false, NULL}, /* nothing differs */
        {one, "0x1 a b\n\n", "New version created: 7\n\n", "\n", "\n", true, true, "commit map @7 /tmp/hacc-runtime"},
        {one, "\n", "New version created: 7\n\n", "\n", "\n", true, true, "add map @7 /tmp/hacc-runtime"},
        {one, "0x1 a b\n\n", "New version created: 7\n\n", "No.\n", "\n", true, false,
         "clear map @7 /tmp/hacc-runtime"},
        {one, "0x1 a b\n\n", "New version created: 7\n\n", "\n", "Version number out of range.\n", true, false,
         "commit"},
        {one, "0x1 a b\n\n", "New version created: 7;del server b/one\n", "\n", "\n", true, false, "prepare map"},
        {one, "0x1 a b\n\n", "New version created: \n", "\n", "\n", true, false, "prepare map"},
        {one, "0x1 a b\n\n", "Unknown command.\n", "\n", "\n", true, false, "prepare map"},
        {one, "0x1 a b\n\n", NULL, "\n", "\n", true, false, "prepare map"},
        {one, "Unknown map identifier. Please use #<id> or <file>.\n", "", "", "", false, false, NULL},
        {one, "a b\n", "", "", "", false, false, NULL},
        {"# id\n2 (PATH x) pattern\n", "\n", "", "", "", false, false, NULL},
        {"# id\n2 (/nowhere;show env) PATH\n", "\n", "", "", "", false, false, NULL},
        {"Permission denied PATH\n", "\n", "", "", "", false, false, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(plays) / sizeof(*plays); i++)
        play_map(&plays[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_answers),
        cmocka_unit_test(strange_answers),
        cmocka_unit_test(states_that_cannot_be),
        cmocka_unit_test(limits_that_differ),
        cmocka_unit_test(servers_come),
        cmocka_unit_test(servers_that_come_half),
        cmocka_unit_test(servers_that_serve),
        cmocka_unit_test(versions_without_the_command),
        cmocka_unit_test(strangers),
        cmocka_unit_test(maps_go_whole_or_not_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
