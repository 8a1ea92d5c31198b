/* The state directory, its records, and the install of a file: what is on the disk after each step. */
#include "hacc/deploy/generation.h"
#include "hacc/deploy/install.h"
#include "hacc/deploy/records.h"
#include "hacc/read/from_cfg.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct box {
    struct arena arena;
    char top[64];
    struct state state;
    struct install install;
    const char *why;
};

static int box_setup(void **state)
{
    struct box *box = calloc(1, sizeof(*box));

    strcpy(box->top, "/tmp/hacc-deploy-XXXXXX");
    arena_init(&box->arena, NULL);
    umask(022);
    *state = box;
    if (!mkdtemp(box->top) || chdir(box->top) || mkdir("etc", 0755))
        return 1;
    state_init(&box->state, arena_printf(&box->arena, "%s/var/lib/hacc", box->top), &box->arena);
    install_init(&box->install, arena_printf(&box->arena, "%s/etc/haproxy.cfg", box->top), &box->arena);
    return 0;
}

static int box_teardown(void **state)
{
    struct box *box = *state;
    char command[128];
    int status;

    state_unlock(&box->state);
    snprintf(command, sizeof(command), "rm -rf '%s'", box->top);
    status = chdir("/") || system(command);
    arena_release(&box->arena);
    free(box);
    return status;
}

static void put(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void assert_file(struct box *box, const char *path, const char *wanted)
{
    struct buf text;
    const char *why;

    buf_init_in(&text, &box->arena);
    if (!wanted) {
        assert_int_equal(access(path, F_OK), -1);
        return;
    }
    assert_true(install_read(path, &text, &why));
    assert_string_equal(buf_text(&text), wanted);
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

/* --- the state directory --- */

static void test_lock(void **state)
{
    struct box *box = *state;
    struct state second;

    state_init(&second, box->state.dir, &box->arena);
    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_READY);
    assert_int_equal(mode_of("var/lib/hacc"), 0700);
    assert_int_equal(state_lock(&second, box->install.folder, &box->why), STATE_BUSY);
    assert_non_null(strstr(box->why, arena_printf(&box->arena, "process %d", (int)getpid())));
    state_unlock(&box->state);
    assert_int_equal(state_lock(&second, box->install.folder, &box->why), STATE_READY);
    state_unlock(&second);
}

/* One target is one target, whatever directory its state is in. */
static void test_lock_of_the_target(void **state)
{
    struct box *box = *state;
    struct state second;

    state_init(&second, arena_printf(&box->arena, "%s/other", box->top), &box->arena);
    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_READY);
    assert_int_equal(state_lock(&second, box->install.folder, &box->why), STATE_BUSY);
    assert_int_equal(state_lock(&second, box->top, &box->why), STATE_READY);
    state_unlock(&second);
    state_unlock(&box->state);
    assert_int_equal(state_lock(&second, box->install.folder, &box->why), STATE_READY);
    state_unlock(&second);
}

/* A child that a program of ours leaves behind does not hold it. */
static void test_lock_ends_with_exec(void **state)
{
    struct box *box = *state;
    struct state second;
    int pipes[2], status;
    char byte;
    pid_t pid;

    state_init(&second, box->state.dir, &box->arena);
    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_READY);
    assert_int_equal(pipe(pipes), 0);
    pid = fork();
    if (pid == 0) {
        dup2(pipes[0], STDIN_FILENO);
        close(pipes[1]);
        execlp("sh", "sh", "-c", "echo >ready; read line", NULL);
        _exit(127);
    }
    while (access("ready", F_OK) != 0)
        usleep(1000);
    state_unlock(&box->state);
    assert_int_equal(state_lock(&second, box->install.folder, &box->why), STATE_READY);
    byte = '\n';
    assert_int_equal(write(pipes[1], &byte, 1), 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    state_unlock(&second);
}

static void test_lock_refuses(void **state)
{
    struct box *box = *state;

    assert_int_equal(system("mkdir -p var/lib/hacc && chmod 770 var/lib/hacc"), 0);
    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_UNUSABLE);
    assert_non_null(strstr(box->why, "others may write"));
    assert_int_equal(system("rmdir var/lib/hacc && ln -s /tmp var/lib/hacc"), 0);
    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_UNUSABLE);
    box->state.dir = "var/lib/hacc";
    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_UNUSABLE);
    assert_non_null(strstr(box->why, "no absolute path"));
}

static void test_generations(void **state)
{
    struct box *box = *state;
    char name[GENERATION_SIZE];
    struct buf text, again;

    buf_init_in(&text, &box->arena);
    buf_init_in(&again, &box->arena);
    buf_puts(&text, "abc");
    generation_name(text.data, text.len, name);
    assert_string_equal(name, "ba7816bf8f01cfea"); /* FIPS 180-2, B.1 */
    assert_true(generation_is_name(name));
    assert_false(generation_is_name("ba7816bf8f01cfe"));
    assert_false(generation_is_name("../../../etc/pass"));
    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_READY);
    assert_false(generation_read(&box->state, name, &again, &box->why));
    assert_null(box->why);
    assert_true(generation_keep(&box->state, name, &text, &box->why));
    assert_true(generation_read(&box->state, name, &again, &box->why));
    assert_string_equal(buf_text(&again), "abc");
    assert_int_equal(mode_of("var/lib/hacc/generations/ba7816bf8f01cfea.cfg"), 0600);
}

/* A text that generation_make would give for this body. */
static void write_generation(struct box *box, struct generation *generation, const char *body)
{
    struct config config;
    struct diags diags;
    struct sources sources;

    diags_init(&diags, &box->arena);
    sources_init(&sources, &box->arena);
    config_init(&config, &box->arena, &diags, &sources, HAP_NEWEST);
    from_cfg(&config, sources_add(&sources, "a.cfg", body, strlen(body)));
    generation_make(generation, &config);
    sources_release(&sources);
}

static void test_generation_text(void **state)
{
    struct box *box = *state;
    struct generation one, same, taken;
    char name[GENERATION_SIZE];
    const char *body;
    bool edited;
    size_t len;

    write_generation(box, &one, "backend b\n    balance source\n");
    write_generation(box, &same, "backend  b\n  balance   source\n");
    assert_string_equal(one.name, same.name); /* it is the layout's, and not the input's */
    write_generation(box, &same, "backend b\n    balance roundrobin\n");
    assert_string_not_equal(one.name, same.name);
    assert_non_null(strstr(buf_text(&one.text), arena_printf(&box->arena, "    setenv HACC_GEN %s\n", one.name)));
    assert_int_equal(one.map.count, 3); /* its own first line, and two of the input */
    generation_of(one.text.data, one.text.len, name, &edited);
    assert_string_equal(name, one.name);
    assert_false(edited);
    body = generation_body(one.text.data, one.text.len, &len);
    assert_memory_equal(body, "\nbackend b\n    balance source\n", len);
    generation_take(&taken, one.text.data, one.text.len, &box->arena);
    assert_true(taken.named);
    assert_string_equal(taken.name, one.name);
}

static void test_generation_edited(void **state)
{
    struct box *box = *state;
    struct generation one, taken;
    char name[GENERATION_SIZE];
    bool edited;

    write_generation(box, &one, "backend b\n    balance source\n");
    for (size_t at = 0; at < one.text.len; at++) { /* wherever it is changed, it is another one */
        char kept = one.text.data[at];

        one.text.data[at] = kept == 'x' ? 'y' : 'x';
        generation_of(one.text.data, one.text.len, name, &edited);
        assert_string_not_equal(name, one.name);
        generation_take(&taken, one.text.data, one.text.len, &box->arena);
        assert_false(taken.named);
        one.text.data[at] = kept;
    }
    for (size_t len = 0; len < one.text.len; len++) {
        generation_of(one.text.data, len, name, &edited);
        assert_string_not_equal(name, one.name);
    }
    generation_of("listen a\n", 9, name, &edited);
    assert_false(edited);
}

/* --- records --- */

static void test_journal(void **state)
{
    struct box *box = *state;
    struct process_record old[] = {{12, 345678901234}, {13, 5}};
    struct setting_record settings[] = {{"net.ipv4.ip_local_port_range", "32768\t60999"}};
    struct journal journal = {.mode = MODE_MASTER,
                              .step = STEP_STARTED,
                              .generation = "new",
                              .previous = "",
                              .running = "it's: \"odd\" \xc3\xa4 #",
                              .target = "/etc/haproxy/haproxy.cfg",
                              .pidfile = "",
                              .sysctl_target = "",
                              .fresh_sysctl = true,
                              .old = old,
                              .old_count = 2,
                              .settings = settings,
                              .setting_count = 1};
    struct journal *again;

    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_READY);
    assert_null(journal_read(&box->state, &box->why));
    assert_null(box->why);
    assert_true(journal_write(&box->state, &journal, &box->why));
    again = journal_read(&box->state, &box->why);
    assert_non_null(again);
    assert_int_equal(again->mode, MODE_MASTER);
    assert_int_equal(again->step, STEP_STARTED);
    assert_string_equal(again->generation, "new");
    assert_string_equal(again->previous, "");
    assert_string_equal(again->running, journal.running);
    assert_int_equal(again->old_count, 2);
    assert_true(again->old[0].start == 345678901234 && again->old[1].pid == 13);
    assert_string_equal(again->settings[0].value, "32768\t60999");
    journal_release(again);
    journal.old_count = journal.setting_count = 0;
    journal.old = NULL;
    journal.settings = NULL;
    assert_true(journal_write(&box->state, &journal, &box->why));
    again = journal_read(&box->state, &box->why);
    assert_non_null(again);
    assert_int_equal(again->old_count, 0);
    journal_release(again);
    assert_true(journal_remove(&box->state, &box->why));
    assert_true(journal_remove(&box->state, &box->why));
    assert_null(journal_read(&box->state, &box->why));
}

static void test_journal_damaged(void **state)
{
    struct box *box = *state;

    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_READY);
    put("var/lib/hacc/journal.yaml", "mode: daemon\nstep: dancing\n", 0600);
    assert_null(journal_read(&box->state, &box->why));
    assert_non_null(strstr(box->why, "journal.yaml' is not as hacc writes it"));
}

static void test_history(void **state)
{
    struct box *box = *state;
    struct history_entry entry = {.time = "2026-11-21T20:00:00Z", .process = "p", .source = "f"};
    struct setting_record setting = {"mode", "master"};
    struct history *history, head = {.target = "/etc/haproxy/haproxy.cfg",
                                     .pidfile = "/run/haproxy.pid",
                                     .settings = &setting,
                                     .setting_count = 1};
    struct buf text;

    buf_init_in(&text, &box->arena);
    assert_int_equal(state_lock(&box->state, box->install.folder, &box->why), STATE_READY);
    history = history_read(&box->state, &box->why);
    assert_int_equal(history->count, 0);
    history_release(history);
    for (int i = 0; i < HISTORY_MAX + 3; i++) {
        entry.generation = arena_printf(&box->arena, "%016x", i % 2 ? i : 0);
        entry.milliseconds = i;
        assert_true(generation_keep(&box->state, entry.generation, &text, &box->why));
        assert_true(history_add(&box->state, &head, &entry, &box->why));
    }
    history = history_read(&box->state, &box->why);
    assert_int_equal(history->count, HISTORY_MAX);
    assert_string_equal(history->target, "/etc/haproxy/haproxy.cfg");
    assert_int_equal(history->setting_count, 1);
    assert_string_equal(history->settings[0].value, "master");
    assert_int_equal(history->at[0].milliseconds, 3);
    assert_int_equal(history->at[HISTORY_MAX - 1].milliseconds, HISTORY_MAX + 2);
    history_release(history);
    assert_file(box, "var/lib/hacc/generations/0000000000000001.cfg", NULL); /* no entry names it any more */
    assert_file(box, "var/lib/hacc/generations/0000000000000000.cfg", "");   /* later ones do */
    assert_file(box, "var/lib/hacc/generations/0000000000000003.cfg", "");
}

/* --- install --- */

static void test_install(void **state)
{
    struct box *box = *state;

    put("etc/haproxy.cfg", "old", 0640);
    assert_true(install_is_safe(&box->install, &box->why));
    assert_true(install_stage(&box->install, "new", 3, 0644, &box->why));
    assert_file(box, "etc/haproxy.cfg", "old");
    assert_int_equal(mode_of("etc/.haproxy.cfg.hacc-new"), 0640); /* what is stricter */
    assert_true(install_keep(&box->install, &box->why));
    assert_true(install_place(&box->install, &box->why));
    assert_file(box, "etc/haproxy.cfg", "new");
    assert_true(install_put_back(&box->install, false, &box->why));
    assert_file(box, "etc/haproxy.cfg", "old");
    assert_true(install_put_back(&box->install, false, &box->why)); /* again, and where nothing was placed */
    assert_file(box, "etc/haproxy.cfg", "old");
    install_settle(&box->install);
    assert_int_equal(system("test \"$(ls -A etc)\" = haproxy.cfg"), 0);
}

static void test_install_fresh(void **state)
{
    struct box *box = *state;

    assert_true(install_is_safe(&box->install, &box->why));
    put("etc/.haproxy.cfg.hacc-new", "left from before, and longer", 0666);
    assert_true(install_stage(&box->install, "new", 3, 0600, &box->why));
    assert_int_equal(mode_of("etc/.haproxy.cfg.hacc-new"), 0600);
    assert_true(install_keep(&box->install, &box->why));
    assert_true(install_place(&box->install, &box->why));
    assert_file(box, "etc/haproxy.cfg", "new");
    assert_true(install_put_back(&box->install, true, &box->why));
    assert_file(box, "etc/haproxy.cfg", NULL);
}

static void test_install_unsafe(void **state)
{
    struct box *box = *state;

    assert_int_equal(symlink("/etc/passwd", "etc/haproxy.cfg"), 0);
    assert_false(install_is_safe(&box->install, &box->why));
    assert_non_null(strstr(box->why, "a symbolic link"));
    assert_int_equal(unlink("etc/haproxy.cfg"), 0);
    assert_int_equal(chmod("etc", 0777), 0);
    assert_false(install_is_safe(&box->install, &box->why));
    assert_non_null(strstr(box->why, "anybody may write"));
    assert_int_equal(chmod("etc", 01777), 0); /* the file itself could be anybody's */
    assert_false(install_is_safe(&box->install, &box->why));
    assert_int_equal(chmod("etc", 0755), 0);
    assert_int_equal(chmod(".", 0777), 0); /* the folder above: /tmp above that is no fault */
    assert_false(install_is_safe(&box->install, &box->why));
    assert_int_equal(chmod(".", 0755), 0);
    assert_true(install_is_safe(&box->install, &box->why));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define BOXED(test) cmocka_unit_test_setup_teardown(test, box_setup, box_teardown)
        BOXED(test_lock),
        BOXED(test_lock_of_the_target),
        BOXED(test_lock_ends_with_exec),
        BOXED(test_lock_refuses),
        BOXED(test_generations),
        BOXED(test_generation_text),
        BOXED(test_generation_edited),
        BOXED(test_journal),
        BOXED(test_journal_damaged),
        BOXED(test_history),
        BOXED(test_install),
        BOXED(test_install_fresh),
        BOXED(test_install_unsafe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
