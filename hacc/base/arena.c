#include "hacc/base/arena.h"

#include "hacc/base/pages.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
    struct arena_chunk *next;
    size_t pages; /* its bytes, where it is pages of its own; 0: it is malloc's */
    max_align_t data[];
};

/* First chunk small, so that a small file touches few pages; then doubling up to a size at which the calls for more no
 * longer show, and that still stays in a processor's cache between the kernel's clearing it and our filling it. */
enum { CHUNK_FIRST = 64 * 1024, CHUNK_MAX = 256 * 1024, ALIGNMENT = 8 };

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

static size_t align(size_t size)
{
    return (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Gives a chunk with room for `size` bytes, *whole bytes in all; NULL where there is no memory. What is larger than a
 * chunk may not be filled (a growing list): its pages come as they are touched. */
static struct arena_chunk *chunk_new(size_t used, size_t size, size_t *whole)
{
    size_t want = 2 * used < CHUNK_FIRST ? CHUNK_FIRST : 2 * used < CHUNK_MAX ? 2 * used : CHUNK_MAX;
    bool fits = sizeof(struct arena_chunk) + size <= want, pages = fits && want == CHUNK_MAX;
    struct arena_chunk *chunk;

    *whole = fits ? want : sizeof(*chunk) + size;
    chunk = pages ? pages_alloc(*whole) : malloc(*whole);
    if (chunk)
        chunk->pages = pages ? *whole : 0;
    return chunk;
}

static void *arena_grow(struct arena *arena, size_t size)
{
    struct arena_chunk *chunk;
    size_t whole;

    if (size > SIZE_MAX / 4)
        oom_raise(arena->oom);
    size = align(size);
    if (!(chunk = chunk_new(arena->used, size, &whole)))
        oom_raise(arena->oom);
    arena->used += size;
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->at = (char *)chunk->data + size;
    arena->end = (char *)chunk + (whole & ~(size_t)(ALIGNMENT - 1));
    return chunk->data;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *p = arena->at;

    /* what is free is a multiple of the alignment: rounding up cannot pass it */
    if (size >= (size_t)(arena->end - arena->at))
        return arena_grow(arena, size);
    size = align(size);
    arena->used += size;
    arena->at += size;
    return p;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
    return memset(arena_alloc(arena, size), 0, size);
}

void *arena_extend(struct arena *arena, const void *list, uint32_t count, uint32_t *cap, uint32_t first, size_t size)
{
    void *more;

    *cap = *cap ? 2 * *cap : first;
    more = arena_alloc(arena, *cap * size);
    return count ? memcpy(more, list, count * size) : more;
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
    if (len < 0) /* longer than INT_MAX */
        oom_raise(arena->oom);
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

        if (chunk->pages)
            pages_free(chunk, chunk->pages);
        else
            free(chunk);
        chunk = next;
    }
    arena_init(arena, arena->oom);
}
