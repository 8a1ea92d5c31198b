#include "hacc/base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
    struct arena_chunk *next;
    max_align_t data[];
};

/* First chunk small, so that a small file touches few pages; then doubling up to a size at which
 * the cost of malloc itself no longer shows. */
enum { CHUNK_FIRST = 64 * 1024, CHUNK_MAX = 4 * 1024 * 1024, ALIGNMENT = 8 };

_Noreturn void oom_raise(struct oom *oom)
{
    if (!oom)
        abort();
    longjmp(oom->env, 1);
}

void arena_init(struct arena *arena, struct oom *oom)
{
    memset(arena, 0, sizeof(*arena));
    arena->oom = oom;
}

static void *arena_grow(struct arena *arena, size_t size)
{
    size_t want = arena->chunks ? 2 * arena->used : CHUNK_FIRST;
    struct arena_chunk *chunk;

    if (want > CHUNK_MAX)
        want = CHUNK_MAX;
    if (want < CHUNK_FIRST)
        want = CHUNK_FIRST;
    if (want < size)
        want = size;
    if (want > SIZE_MAX / 2 || !(chunk = malloc(sizeof(*chunk) + want)))
        oom_raise(arena->oom);
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->at = (char *)chunk->data + size;
    arena->end = (char *)chunk->data + want;
    return chunk->data;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *p = arena->at;

    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    arena->used += size;
    if (size > (size_t)(arena->end - arena->at))
        return arena_grow(arena, size);
    arena->at += size;
    return p;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_alloc(arena, len + 1);

    if (len)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
    va_list ap, again;
    char *text;
    int len;

    va_start(ap, fmt);
    va_copy(again, ap);
    len = vsnprintf(NULL, 0, fmt, ap);
    text = arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, fmt, again);
    va_end(again);
    va_end(ap);
    return text;
}

void arena_release(struct arena *arena)
{
    struct arena_chunk *chunk = arena->chunks;

    while (chunk) {
        struct arena_chunk *next = chunk->next;

        free(chunk);
        chunk = next;
    }
    arena_init(arena, arena->oom);
}
