/* What haproxy says comes back at the source line, in the words of each version; and haproxy may misbehave.
 */
#include "hacc/cli/verdict.h"
#include "hacc/host/haproxy.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

struct box {
    struct arena arena;
    struct buf cfg;
    struct source_map map; /* line N comes from offset N of source 1 */
    struct diags diags;
    char fake[64]; /* a haproxy of our own */
    const char *why;
};

static int box_setup(void **state)
{
    struct box *box = calloc(1, sizeof(*box));
    int fd;

    arena_init(&box->arena, NULL);
    buf_init_in(&box->cfg, &box->arena);
    diags_init(&box->diags, &box->arena);
    strcpy(box->fake, "/tmp/hacc-haproxy-XXXXXX");
    fd = mkstemp(box->fake);
    *state = box;
    return fd < 0 || fchmod(fd, 0700) || close(fd);
}

static int box_teardown(void **state)
{
    struct box *box = *state;

    unlink(box->fake);
    arena_release(&box->arena);
    free(box);
    return 0;
}

static void set_cfg(struct box *box, const char *text)
{
    box->cfg.len = 0;
    buf_puts(&box->cfg, text);
    box->map = (struct source_map){arena_alloc(&box->arena, 100 * sizeof(struct span)), 0, 100, &box->arena};
    for (const char *at = text; (at = strchr(at, '\n')); at++) {
        box->map.at[box->map.count] = (struct span){1, box->map.count + 1, 0};
        box->map.count++;
    }
    diags_init(&box->diags, &box->arena);
}

static void set_fake(struct box *box, const char *script)
{
    FILE *file = fopen(box->fake, "w");

    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", script);
    assert_int_equal(fclose(file), 0);
}

static bool ask(struct box *box, const char *bin)
{
    struct haproxy_program program = {.words = &bin, .count = 1};

    return haproxy_verdict(&program, &box->cfg, &box->map, &box->diags, &box->why);
}

/* A haproxy that prints `text` and refuses. */
static void says(struct box *box, const char *text)
{
    set_fake(box, arena_printf(&box->arena, "cat >/dev/null; cat >&2 <<'END'\n%s\nEND\nexit 1", text));
    box->diags.count = 0;
    assert_true(ask(box, box->fake));
}

static void found(const struct box *box, uint32_t i, uint32_t line, const char *msg)
{
    assert_true(i < box->diags.count);
    assert_int_equal(box->diags.at[i].at[0].off, line);
    assert_string_equal(box->diags.at[i].msg, msg);
}

static const char cfg[] = "frontend web\n"
                          "    bind :80\n"
                          "    default_backend b\n"
                          "\n"
                          "backend b\n"
                          "    server s1 10.0.0.1:80\n"
                          "    server s10 10.0.0.2:80\n"
                          "\n"
                          "backend web2\n"
                          "    server s1 10.0.0.1:80\n";

static void maps_named_lines(void **state)
{
    struct box *box = *state;

    set_cfg(box, cfg);
    says(box, "[NOTICE] 324/072239 (948) : haproxy version is 2.2.9\n"
              "[ALERT] 324/072239 (948) : parsing [/dev/stdin:2] : unknown keyword 'x'\n"
              "[ALERT] 324/072239 (948) : parsing [/dev/stdin:6]: unable to enable\n"
              "[ALERT] 324/072239 (948) : Error(s) found in configuration file : /dev/stdin\n"
              "[ALERT] 324/072239 (948) : Fatal errors found in configuration.");
    assert_int_equal(box->diags.count, 2);
    found(box, 0, 2, "haproxy: unknown keyword 'x'");
    found(box, 1, 6, "haproxy: unable to enable");
    says(box, "[ALERT]    (2) : config : parsing [/dev/stdin:2] : unknown keyword 'x'\n"
              "[WARNING]  (2) : config : [/dev/stdin:7] : 'server b/s10' : odd\n"
              "[ALERT]    (2) : [/dev/stdin:999] : beyond\n");
    assert_int_equal(box->diags.count, 3);
    found(box, 0, 2, "haproxy: unknown keyword 'x'");
    found(box, 1, 7, "haproxy: 'server b/s10' : odd");
    assert_int_equal(box->diags.at[1].severity, SEVERITY_WARNING);
    assert_int_equal(box->diags.at[2].at[0].src, 0);
}

static void maps_two_places(void **state)
{
    struct box *box = *state;

    set_cfg(box, cfg);
    says(box, "[ALERT]    (2) : http frontend 'web' (/dev/stdin:1) tries to use tcp backend 'b' "
              "(/dev/stdin:5) in a rule");
    found(box, 0, 1, "haproxy: http frontend 'web' tries to use tcp backend 'b' in a rule");
    assert_int_equal(box->diags.at[0].at[1].off, 5);
}

static void maps_names(void **state)
{
    struct box *box = *state;

    set_cfg(box, cfg);
    says(box, "[ALERT]    (2) : config : Proxy 'web': unable to find required default_backend: 'b'.\n"
              "[ALERT]    (2) : config : missing timeouts for backend 'web2'.\n"
              "   | While not properly invalid, you will\n"
              "   | certainly encounter problems.\n"
              "[ALERT]    (2) : config : 'server b/s10' : no address\n"
              "[ALERT]    (2) : config : backend 'b', server 's1': no address\n"
              "[ALERT]    (2) : config : backend 'gone': odd\n");
    assert_int_equal(box->diags.count, 5);
    found(box, 0, 1, "haproxy: Proxy 'web': unable to find required default_backend: 'b'.");
    found(box, 1, 9, "haproxy: missing timeouts for backend 'web2'.");
    assert_string_equal(box->diags.at[1].help, "While not properly invalid, you will certainly encounter problems.");
    found(box, 2, 7, "haproxy: 'server b/s10' : no address");
    found(box, 3, 6, "haproxy: backend 'b', server 's1': no address");
    assert_int_equal(box->diags.at[4].at[0].src, 0);
}

/* Asks one haproxy about three files; gives whether it is there. */
static bool maps(struct box *box, const char *bin)
{
    if (haproxy_version(bin, &box->arena) < 0)
        return false;
    set_cfg(box, "frontend web\n    mode http\n    bind 127.0.0.1:1\n    default_backnd b\n\n"
                 "backend b\n    balance roundrbin\n    server s1 10.0.0.1:80 wieght 5\n");
    assert_true(ask(box, bin));
    assert_int_equal(box->diags.errors, 3);
    assert_int_equal(box->diags.at[0].at[0].off, 4);
    assert_int_equal(box->diags.at[1].at[0].off, 7);
    assert_int_equal(box->diags.at[2].at[0].off, 8);
    set_cfg(box, "defaults\n    timeout client 1s\n    timeout connect 1s\n    timeout server 1s\n\n"
                 "frontend web\n    mode http\n    bind 127.0.0.1:1\n    default_backend gone\n"
                 "    use_backend b if { path /x }\n\nbackend b\n    mode tcp\n    stick on src table none\n");
    assert_true(ask(box, bin));
    assert_int_equal(box->diags.errors, 3);
    assert_int_equal(box->diags.at[0].at[0].off, 6);
    assert_int_equal(box->diags.at[1].at[0].off, 6);
    assert_int_equal(box->diags.at[1].at[1].off, 12);
    assert_int_equal(box->diags.at[2].at[0].off, 12);
    set_cfg(box, "defaults\n    mode http\n");
    assert_true(ask(box, bin));
    assert_int_equal(box->diags.errors, 0);
    return true;
}

/* The installed haproxy; with HAPROXY_DIR, as tests/matrix sets it, every version of that folder too. */
static void each_version_maps(void **state)
{
    struct box *box = *state;
    const char *dir = getenv("HAPROXY_DIR");
    bool installed = maps(box, "haproxy");

    for (int i = 0; i < HAP_COUNT && dir; i++) {
        const char *bin = arena_printf(&box->arena, "%s/haproxy-%s", dir, hap_version_names[i]);

        if (access(bin, X_OK) == 0)
            assert_true(maps(box, bin));
    }
    if (!installed && !dir)
        skip();
}

static void refuses_without_a_word(void **state)
{
    struct box *box = *state;

    set_cfg(box, cfg);
    set_fake(box, "exit 1");
    assert_true(ask(box, box->fake));
    assert_int_equal(box->diags.errors, 1);
    set_cfg(box, cfg);
    set_fake(box, "exit 2");
    assert_true(ask(box, box->fake));
    assert_int_equal(box->diags.errors, 0);
}

static void cannot_be_asked(void **state)
{
    struct box *box = *state;

    set_cfg(box, cfg);
    assert_false(ask(box, "/nonexistent/haproxy"));
    assert_string_equal(box->why, "'/nonexistent/haproxy -c': No such file or directory");
    assert_false(ask(box, "/dev/null"));
    assert_string_equal(box->why, "'/dev/null -c': Permission denied");
    set_fake(box, "kill -SEGV $$");
    assert_false(ask(box, box->fake));
    assert_non_null(strstr(box->why, "was ended by signal 11"));
    assert_int_equal(box->diags.count, 0);
}

static void reads_the_text(void **state)
{
    struct box *box = *state;
    const char *argv[] = {box->fake, NULL};
    struct buf out;

    set_fake(box, "read line; echo \"got $line\"; echo error >&2; exit 3");
    buf_init_in(&out, &box->arena);
    assert_int_equal(haproxy_run(argv, -1, 10000, &out), 3);
    assert_string_equal(buf_text(&out), "got \nerror\n");
}

static void keeps_a_part_of_much_output(void **state)
{
    struct box *box = *state;
    const char *argv[] = {box->fake, NULL};
    struct buf out;

    set_fake(box, "yes | head -c 9000000");
    buf_init_in(&out, &box->arena);
    assert_int_equal(haproxy_run(argv, -1, 60000, &out), 0);
    assert_int_equal(out.len, HAPROXY_OUTPUT_MAX);
}

static double seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Whether the process whose number a fake wrote is gone; it may take init a moment to notice. */
static bool is_gone(const char *path)
{
    FILE *file = fopen(path, "r");
    int pid = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%d", &pid), 1);
    fclose(file);
    for (int i = 0; i < 500; i++) {
        char stat[64], state = 'Z';

        snprintf(stat, sizeof(stat), "/proc/%d/stat", pid);
        if (!(file = fopen(stat, "r")))
            return true;
        if (fscanf(file, "%*d %*s %c", &state) != 1)
            state = 'Z';
        fclose(file);
        if (state == 'Z')
            return true;
        usleep(10000);
    }
    return false;
}

static void ends_what_hangs(void **state)
{
    static const char *const scripts[] = {
        "sleep 60 & echo $! >\"$0.pid\"; wait",                     /* with a child of its own */
        "exec >/dev/null 2>&1; echo $$ >\"$0.pid\"; exec sleep 60", /* its output has ended */
    };
    struct box *box = *state;
    const char *argv[] = {box->fake, NULL}, *pid_path = arena_printf(&box->arena, "%s.pid", box->fake);

    for (size_t i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
        double begin = seconds();
        struct buf out;

        set_fake(box, scripts[i]);
        buf_init_in(&out, &box->arena);
        assert_int_equal(haproxy_run(argv, -1, 500, &out), -1);
        assert_int_equal(errno, ETIMEDOUT);
        assert_true(seconds() - begin < 20);
        assert_true(is_gone(pid_path));
        unlink(pid_path);
    }
}

static void knows_versions(void **state)
{
    static const struct {
        const char *says;
        int version;
    } cases[] = {{"HA-Proxy version 2.2.9-2+deb11u6 2023/12/23", HAP_2_2},
                 {"HAProxy version 2.6.12-1 2026/10/17", HAP_2_6},
                 {"HAProxy version 2.7.1", HAP_2_6},
                 {"HAProxy version 1.8.4", HAP_2_2},
                 {"HAProxy version 9.1", HAP_NEWEST},
                 {"HAProxy version x", -1},
                 {"", -1}};
    struct box *box = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        set_fake(box, arena_printf(&box->arena, "[ \"$1\" = -v ] && echo '%s'", cases[i].says));
        assert_int_equal(haproxy_version(box->fake, &box->arena), cases[i].version);
    }
    assert_int_equal(haproxy_version("/nonexistent/haproxy", &box->arena), -1);
}

/* A program that only the sbin folder beside a bin folder of PATH has. */
static void looks_beside_bin(void **state)
{
    struct box *box = *state;
    char top[] = "/tmp/hacc-path-XXXXXX", *path = arena_printf(&box->arena, "%s", getenv("PATH"));
    const char *argv[] = {"hacc-test-program", NULL};
    struct buf out;

    assert_non_null(mkdtemp(top));
    assert_int_equal(mkdir(arena_printf(&box->arena, "%s/sbin", top), 0755), 0);
    assert_int_equal(symlink("/bin/true", arena_printf(&box->arena, "%s/sbin/hacc-test-program", top)), 0);
    buf_init_in(&out, &box->arena);
    setenv("PATH", arena_printf(&box->arena, "/nonexistent:%s/bin", top), 1);
    assert_int_equal(haproxy_run(argv, -1, 10000, &out), 0);
    setenv("PATH", "/nonexistent", 1);
    assert_int_equal(haproxy_run(argv, -1, 10000, &out), -1);
    assert_int_equal(errno, ENOENT);
    setenv("PATH", path, 1);
    assert_int_equal(unlink(arena_printf(&box->arena, "%s/sbin/hacc-test-program", top)), 0);
    assert_int_equal(rmdir(arena_printf(&box->arena, "%s/sbin", top)), 0);
    assert_int_equal(rmdir(top), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, box_setup, box_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(maps_named_lines), TEST(maps_two_places),        TEST(maps_names),       TEST(each_version_maps),
        TEST(cannot_be_asked),  TEST(refuses_without_a_word), TEST(reads_the_text),   TEST(keeps_a_part_of_much_output),
        TEST(ends_what_hangs),  TEST(knows_versions),         TEST(looks_beside_bin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
