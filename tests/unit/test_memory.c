/* Arena, buffer and sources: what everything else stands on. */
#include "hacc/base/buf.h"
#include "hacc/base/source.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void pieces_are_apart_and_aligned(void **state)
{
    enum { PIECES = 3000 };
    static unsigned char *at[PIECES];
    struct arena arena;

    (void)state;
    arena_init(&arena, NULL);
    for (size_t i = 0; i < PIECES; i++) {
        at[i] = arena_alloc(&arena, i % 97);
        assert_int_equal((uintptr_t)at[i] % 8, 0);
        memset(at[i], (int)(i & 0xff), i % 97);
    }
    for (size_t i = 0; i < PIECES; i++)
        for (size_t j = 0; j < i % 97; j++)
            assert_int_equal(at[i][j], i & 0xff);
    arena_release(&arena);
}

static void big_pieces(void **state)
{
    struct arena arena;
    char *big, *text;

    (void)state;
    arena_init(&arena, NULL);
    big = arena_zalloc(&arena, 10u << 20);
    assert_int_equal(big[0] | big[(10u << 20) - 1], 0);
    text = arena_strndup(&arena, "abc", 2);
    assert_string_equal(text, "ab");
    assert_string_equal(arena_printf(&arena, "%s-%d", "x", 5), "x-5");
    arena_release(&arena);
    assert_non_null(arena_alloc(&arena, 1)); /* usable again */
    arena_release(&arena);
}

static void long_formats(void **state)
{
    struct arena arena;
    struct buf buf;
    char *text;

    (void)state;
    arena_init(&arena, NULL);
    text = arena_printf(&arena, "%*d", 100000, 7);
    assert_int_equal(strlen(text), 100000);
    buf_init(&buf, NULL);
    buf_printf(&buf, "%*d", 100000, 7);
    assert_int_equal(buf.len, 100000);
    assert_string_equal(buf_text(&buf), text);
    buf_release(&buf);
    arena_release(&arena);
}

#if !defined(__SANITIZE_ADDRESS__) /* its shadow needs more address space than the limit leaves */
/* In a child whose memory ends: the jump is taken, and not a crash. */
static void running_out_of_memory_jumps(void **state)
{
    pid_t pid;
    int status;

    (void)state;
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        static struct oom oom;
        static struct arena arena;
        struct rlimit limit = {256u << 20, 256u << 20};

        setrlimit(RLIMIT_AS, &limit);
        arena_init(&arena, &oom);
        if (setjmp(oom.env) == 0)
            for (int i = 0; i < 1000; i++)
                arena_alloc(&arena, 1u << 20);
        else
            _exit(7);
        _exit(1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
}
#endif

static void buffers_grow(void **state)
{
    struct arena arena;
    struct buf bufs[2];

    (void)state;
    arena_init(&arena, NULL);
    buf_init(&bufs[0], NULL);
    buf_init_in(&bufs[1], &arena);
    for (int b = 0; b < 2; b++) {
        assert_string_equal(buf_text(&bufs[b]), "");
        for (int i = 0; i < 10000; i++)
            buf_putc(&bufs[b], (char)('a' + i % 26));
        buf_puts(&bufs[b], "end");
        buf_add(&bufs[b], NULL, 0);
        assert_int_equal(bufs[b].len, 10003);
        for (int i = 0; i < 10000; i++)
            assert_int_equal(bufs[b].data[i], 'a' + i % 26);
        assert_string_equal(buf_text(&bufs[b]) + 10000, "end");
        buf_release(&bufs[b]);
        assert_int_equal(bufs[b].len, 0);
        buf_puts(&bufs[b], "again");
        assert_string_equal(buf_text(&bufs[b]), "again");
        buf_release(&bufs[b]);
    }
    arena_release(&arena);
}

static void check_place(struct source *source, uint32_t off, uint32_t line, uint32_t column)
{
    struct place place = source_place(source, off);

    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

static void places(void **state)
{
    static const char text[] = "ab\n\xc3\xbc"
                               "c\r\n\nlast";
    struct sources sources;
    struct source *source;
    struct arena arena;
    uint32_t src, len;

    (void)state;
    arena_init(&arena, NULL);
    sources_init(&sources, &arena);
    src = sources_add(&sources, "f", text, sizeof(text) - 1);
    source = sources.at[src];
    check_place(source, 8, 3, 1); /* the empty line; then backwards, and forwards again */
    check_place(source, 0, 1, 1);
    check_place(source, 2, 1, 3);
    check_place(source, 3, 2, 1);
    check_place(source, 5, 2, 2);
    check_place(source, 9, 4, 1);
    check_place(source, 12, 4, 4);
    check_place(source, 11, 4, 3);
    check_place(source, 13, 4, 5);
    check_place(source, 99, 4, 5);
    assert_memory_equal(source_line(source, 5, &len),
                        "\xc3\xbc"
                        "c",
                        3);
    assert_int_equal(len, 3); /* without CR and LF */
    source_line(source, 8, &len);
    assert_int_equal(len, 0);
    assert_memory_equal(source_line(source, 99, &len), "last", 4);
    assert_int_equal(len, 4);
    sources_release(&sources);
    arena_release(&arena);
}

static void files(void **state)
{
    char path[] = "/tmp/hacc-test.XXXXXX";
    int fd = mkstemp(path);
    struct sources sources;
    struct arena arena;
    const char *why;
    uint32_t src;

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a\0b", 3), 3);
    close(fd);
    arena_init(&arena, NULL);
    sources_init(&sources, &arena);
    src = sources_read(&sources, path, &why);
    assert_true(src > 0);
    assert_int_equal(sources.at[src]->len, 3);
    assert_memory_equal(sources.at[src]->data, "a\0b", 4); /* NUL behind the last byte */
    assert_string_equal(sources.at[src]->name, path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(sources_read(&sources, path, &why), 0);
    assert_string_equal(why, "No such file or directory");
    assert_int_equal(sources_read(&sources, "/tmp", &why), 0);
    assert_string_equal(why, "Is a directory");
    sources_release(&sources);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_apart_and_aligned),
        cmocka_unit_test(big_pieces),
        cmocka_unit_test(long_formats),
#if !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(running_out_of_memory_jumps),
#endif
        cmocka_unit_test(buffers_grow),
        cmocka_unit_test(places),
        cmocka_unit_test(files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
