/* Input made to hurt: every reading ends soon, says something, and frees what it took. */
#include "tests/unit/test_yaml_fixture.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

/* Far above what any case takes (0.2 s at most, without a sanitizer), far below anything quadratic. */
enum { SECONDS = 20, SIZE = 10 * 1000 * 1000 };

static double cpu_seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void hostile_texts_end(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *start, *repeat, *finding; /* finding NULL: none */
    } cases[] = {
        {"", "[", "nested deeper than 64 levels"},
        {"", "{", "nested deeper than 64 levels"},
        {"", "[\n", "nested deeper than 64 levels"},
        {"a: ", "[a,", "nested deeper than 64 levels"},
        {"", "- ", "nested deeper than 64 levels"},
        {"", "? ", "nested deeper than 64 levels"},
        {"a: ", "x", NULL},
        {"a: ", "x: ", "': ' inside a text would start a YAML map"},
        {"", "\"", "closes the text, and more follows"},
        {"a: \"", "x\n", "the quote that opens here is not closed"},
        {"", "*:80\n", "starts a YAML alias"},
        {"", "a: *:80\n", "too many syntax errors"},
        {"", "a: 'b\n", "too many syntax errors"},
        {"a:\n", "\tb: c\n", "a tab in the indentation, here and on"},
        {"a: {", "b: @c,\n", "too many syntax errors"},
        {"", "---\n", "a second YAML document starts here"},
        {"", "#", "nothing but comments"},
        {"", "\n", "the file is empty"},
        {"", "%", "'%' cannot start a text in YAML"},
        {"a: ", "!", "is a YAML tag here"},
        {"a: |", "x", "starts a YAML text block"},
        {"", "\xe9", "too many bytes here are not UTF-8 text"},
        {"a: ", "\x01", "too many control characters"},
    };
    char *text = malloc(SIZE + 16);

    assert_non_null(text);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        size_t len = strlen(cases[i].start), step = strlen(cases[i].repeat);
        double begin = cpu_seconds();

        memcpy(text, cases[i].start, len);
        for (; len + step <= SIZE; len += step)
            memcpy(text + len, cases[i].repeat, step);
        read_text_len(f, text, len);
        if (cpu_seconds() - begin > SECONDS)
            fail_msg("case %zu takes %.1f s", i, cpu_seconds() - begin);
        if (!cases[i].finding)
            assert_int_equal(f->diags.count, 0);
        else if (!strstr(findings(f), cases[i].finding))
            fail_msg("case %zu says: %.300s", i, findings(f));
        assert_true(f->diags.count <= 2 * YAML_MAX_ERRORS + 1);
    }
    free(text);
}

/* Findings by the thousand: as many as diag.h keeps, and the rest is counted. */
static void many_findings_end(void **state)
{
    struct fixture *f = *state;
    static const char *const values[] = {
        ":\n", ": !x y\n", ": \"\\n\"\n", ": *x\n", ": !env NO_SUCH_VARIABLE\n", ": {a, b: c}\n"};
    char *text = malloc(4000000);

    assert_non_null(text);
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        double begin = cpu_seconds();
        size_t len = 0;

        for (int k = 0; k < 100000; k++)
            len += (size_t)sprintf(text + len, "k%d%s", k, values[i]);
        read_text_len(f, text, len);
        assert_int_equal(f->diags.count, DIAG_MAX);
        assert_int_equal(f->diags.errors, 100000);
        assert_true(cpu_seconds() - begin < SECONDS);
    }
    free(text);
}

/* Aliases multiply: 10 to the 29th values in 1 kB. */
static void alias_bombs_end(void **state)
{
    struct fixture *f = *state;
    char text[4096];
    size_t len = (size_t)sprintf(text, "a0: &a0 x\n");
    double begin = cpu_seconds();

    for (int i = 1; i < 30; i++) {
        len += (size_t)sprintf(text + len, "a%d: &a%d [", i, i);
        for (int k = 0; k < 10; k++)
            len += (size_t)sprintf(text + len, "*a%d,", i - 1);
        len += (size_t)sprintf(text + len, "]\n");
    }
    read_text(f, text);
    assert_true(cpu_seconds() - begin < SECONDS);
    assert_int_equal(f->diags.errors, 1);
    assert_non_null(strstr(findings(f), "stand for more than 100000 values"));
    len = (size_t)sprintf(text, "a: &a {<<: [");
    for (int k = 0; k < 100; k++)
        len += (size_t)sprintf(text + len, "*a,");
    sprintf(text + len, "]}\n");
    read_text(f, text);
    assert_int_equal(f->diags.errors, 100);
}

/* Without memory the call ends at its owner's oom, at whatever point that is. (AddressSanitizer needs the address
 * space for itself: in its build this test does not exist.) */
#if !defined(__SANITIZE_ADDRESS__)
static void ends_without_memory(void **state)
{
    struct fixture *f = *state;
    char *text = malloc(4000000);
    size_t len = 0;
    int ended = 0;

    assert_non_null(text);
    for (int k = 0; k < 100000; k++)
        len += (size_t)sprintf(text + len, "k%d: {a: 'b''c', d: [e, f]}\n", k);
    file_write_len("f.yaml", text, len);
    free(text);
    for (int mib = 1; mib < 40; mib += 3) {
        pid_t pid = fork();
        int status;

        assert_true(pid >= 0);
        if (pid == 0) {
            static const char *const paths[] = {"f.yaml"};
            struct oom oom;
            struct rlimit limit;
            unsigned long pages;
            FILE *statm = fopen("/proc/self/statm", "r");

            /* what earlier tests freed must not serve this one */
            fixture_reset(f);
            malloc_trim(0);
            if (!statm || fscanf(statm, "%lu", &pages) != 1)
                _exit(2);
            fclose(statm);
            limit.rlim_cur = limit.rlim_max = pages * 4096 + (rlim_t)mib * 1024 * 1024;
            f->arena.oom = &oom;
            if (setjmp(oom.env))
                _exit(f->arena.oom == &oom ? 3 : 4);
            if (setrlimit(RLIMIT_AS, &limit))
                _exit(2);
            yaml_read(&f->doc, paths, 1, &f->options, NULL, &f->sources, &f->diags);
            _exit(f->doc.root && !f->diags.errors ? 0 : 5);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 3);
        ended += WEXITSTATUS(status) == 3;
    }
    assert_true(ended > 3);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_texts_end),
        cmocka_unit_test(many_findings_end),
        cmocka_unit_test(alias_bombs_end),
#if !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(ends_without_memory),
#endif
    };

    return cmocka_run_group_tests_name("yaml hostile", tests, fixture_setup, fixture_teardown);
}
