/* Preloaded into hacc: the allocation number FAIL_AT fails; at the end it says how many there were, and how
 * many were not freed. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);

static long made, live, fail_at = -1;

static int fails(void)
{
    const char *text = getenv("FAIL_AT");

    if (fail_at < 0)
        fail_at = text ? atol(text) : 0;
    if (++made != fail_at)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    if (fails())
        return NULL;
    live++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (fails())
        return NULL;
    live++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (fails())
        return NULL;
    live += !old;
    return __libc_realloc(old, size);
}

void free(void *data)
{
    live -= data != NULL;
    __libc_free(data);
}

__attribute__((destructor)) static void report(void)
{
    char text[64];
    int len = snprintf(text, sizeof(text), "\nallocations: %ld, left: %ld\n", made, live);

    if (write(STDERR_FILENO, text, (size_t)len) < 0)
        _exit(3);
}
