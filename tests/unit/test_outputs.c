/* Output files: all or none, whatever fails. */
#include "hacc/write/files.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct box {
    struct arena arena;
    char top[64];
    const char *path; /* what outputs_write names */
};

static int box_setup(void **state)
{
    struct box *box = calloc(1, sizeof(*box));

    strcpy(box->top, "/tmp/hacc-outputs-XXXXXX");
    arena_init(&box->arena, NULL);
    umask(022);
    *state = box;
    return !mkdtemp(box->top) || chdir(box->top);
}

static int box_teardown(void **state)
{
    struct box *box = *state;
    char command[128];
    int status;

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

static const char *get(struct box *box, const char *path)
{
    char *text = arena_zalloc(&box->arena, 4096);
    FILE *file = fopen(path, "r");

    if (!file)
        return NULL;
    text[fread(text, 1, 4095, file)] = '\0';
    fclose(file);
    return text;
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

/* The names in a folder, one a line, sorted. */
static const char *names_in(struct box *box, const char *dir)
{
    char *command = arena_printf(&box->arena, "ls -A '%s'", dir), *text = arena_zalloc(&box->arena, 1024);
    FILE *pipe = popen(command, "r");

    assert_non_null(pipe);
    text[fread(text, 1, 1023, pipe)] = '\0';
    assert_int_equal(pclose(pipe), 0);
    return text;
}

static struct output output(const char *name, const char *text)
{
    return (struct output){.name = name, .text = text, .len = text ? strlen(text) : 0, .mode = 0644};
}

static bool write_to(struct box *box, const char *dir, struct output a, struct output b)
{
    struct output both[] = {a, b};

    return outputs_write(both, 2, dir, &box->arena, &box->path);
}

static void fails(struct box *box, const char *dir, struct output a, struct output b, int err, const char *path)
{
    assert_false(write_to(box, dir, a, b));
    assert_int_equal(errno, err);
    assert_string_equal(box->path, path);
}

static void makes_the_folder(void **state)
{
    struct box *box = *state;

    assert_true(write_to(box, "out", output("a", "A\n"), output("b", NULL)));
    assert_string_equal(names_in(box, "out"), "a\n");
    assert_string_equal(get(box, "out/a"), "A\n");
    assert_int_equal(mode_of("out/a"), 0644);
}

static void fails_where_no_folder_can_be(void **state)
{
    struct box *box = *state;

    put("file", "", 0644);
    fails(box, "no/such", output("a", "A"), output("b", NULL), ENOENT, "no/such");
    fails(box, "file", output("a", "A"), output("b", NULL), ENOTDIR, "file/a");
    assert_string_equal(names_in(box, "."), "file\n");
}

static void keeps_stricter_modes(void **state)
{
    struct box *box = *state;
    struct output secret = output("b", "new b");

    mkdir("out", 0755);
    put("out/a", "old", 0640);
    put("out/b", "old", 0644);
    secret.mode = 0600;
    assert_true(write_to(box, "out", output("a", "new a"), secret));
    assert_string_equal(get(box, "out/a"), "new a");
    assert_int_equal(mode_of("out/a"), 0640);
    assert_int_equal(mode_of("out/b"), 0600);
    umask(077);
    assert_true(write_to(box, "out", output("c", "C"), output("d", NULL)));
    assert_int_equal(mode_of("out/c"), 0600);
}

static void keeps_the_owner(void **state)
{
    struct box *box = *state;
    struct stat st;

    if (geteuid() != 0)
        skip();
    mkdir("out", 0755);
    put("out/a", "old", 0640);
    assert_int_equal(chown("out/a", 1234, 2345), 0);
    assert_true(write_to(box, "out", output("a", "new"), output("b", NULL)));
    assert_int_equal(stat("out/a", &st), 0);
    assert_int_equal(st.st_uid, 1234);
    assert_int_equal(st.st_gid, 2345);
    assert_int_equal(st.st_mode & 07777, 0640);
}

static void replaces_a_symlink(void **state)
{
    struct box *box = *state;

    mkdir("out", 0755);
    put("target", "untouched", 0644);
    assert_int_equal(symlink("../target", "out/a"), 0);
    assert_true(write_to(box, "out", output("a", "new"), output("b", NULL)));
    assert_string_equal(get(box, "target"), "untouched");
    assert_string_equal(get(box, "out/a"), "new");
    assert_true(mode_of("out/a") == 0644);
}

/* The first file is in its place already when the second one fails: it comes back. */
static void rolls_back(void **state)
{
    struct box *box = *state;

    mkdir("out", 0755);
    mkdir("out/b", 0755);
    put("out/a", "old", 0604);
    fails(box, "out", output("a", "new"), output("b", "B"), EISDIR, "out/b");
    assert_string_equal(get(box, "out/a"), "old");
    assert_int_equal(mode_of("out/a"), 0604);
    assert_string_equal(names_in(box, "out"), "a\nb\n");
    unlink("out/a");
    fails(box, "out", output("a", "new"), output("b", "B"), EISDIR, "out/b");
    assert_string_equal(names_in(box, "out"), "b\n");
}

static void removes_ours_alone(void **state)
{
    struct box *box = *state;

    mkdir("out", 0755);
    put("out/a", "#!/bin/sh\n" OUTPUT_MARK ": x\n", 0755);
    put("out/b", "by hand\n\n" OUTPUT_MARK "\n", 0644);
    mkdir("out/c", 0755);
    fails(box, "out", output("a", NULL), output("c", "C"), EISDIR, "out/c");
    assert_string_equal(names_in(box, "out"), "a\nb\nc\n");
    assert_int_equal(mode_of("out/a"), 0755);
    assert_true(write_to(box, "out", output("a", NULL), output("b", NULL)));
    assert_string_equal(names_in(box, "out"), "b\nc\n");
}

static void survives_a_full_disk(void **state)
{
    struct box *box = *state;
    char *large = malloc(1 << 20);

    memset(large, 'x', 1 << 20);
    large[(1 << 20) - 1] = '\0';
    mkdir("out", 0755);
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("none", "out", "tmpfs", 0, "size=64k") < 0) {
        free(large);
        skip();
    }
    put("out/a", "old", 0644);
    fails(box, "out", output("a", "new"), output("b", large), ENOSPC, "out/b");
    assert_string_equal(get(box, "out/a"), "old");
    assert_string_equal(names_in(box, "out"), "a\n");
    assert_int_equal(mount("none", "out", "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), 0);
    fails(box, "out", output("a", "new"), output("b", NULL), EROFS, "out/a");
    assert_int_equal(umount("out"), 0);
    free(large);
}

static enum output_state compare(struct box *box, struct output wanted)
{
    return output_compare(&wanted, ".", &box->arena);
}

static void compares(void **state)
{
    struct box *box = *state;

    put("a", "text", 0644);
    put("ours", OUTPUT_MARK "\n", 0644);
    mkdir("folder", 0755);
    assert_int_equal(compare(box, output("a", "text")), OUTPUT_CURRENT);
    assert_int_equal(compare(box, output("a", "texT")), OUTPUT_DIFFERENT);
    assert_int_equal(compare(box, output("a", "tex")), OUTPUT_DIFFERENT);
    assert_int_equal(compare(box, output("a", "text ")), OUTPUT_DIFFERENT);
    assert_int_equal(compare(box, output("a", "")), OUTPUT_DIFFERENT);
    assert_int_equal(compare(box, output("b", "text")), OUTPUT_MISSING);
    assert_int_equal(compare(box, output("a", NULL)), OUTPUT_CURRENT);
    assert_int_equal(compare(box, output("b", NULL)), OUTPUT_CURRENT);
    assert_int_equal(compare(box, output("ours", NULL)), OUTPUT_SUPERFLUOUS);
    assert_int_equal(compare(box, output("folder", "text")), OUTPUT_UNREADABLE);
    assert_int_equal(errno, EISDIR);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, box_setup, box_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(makes_the_folder),   TEST(fails_where_no_folder_can_be), TEST(keeps_stricter_modes),
        TEST(keeps_the_owner),    TEST(replaces_a_symlink),           TEST(rolls_back),
        TEST(removes_ours_alone), TEST(survives_a_full_disk),         TEST(compares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
