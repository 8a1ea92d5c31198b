#include "hacc/base/json_arena.h"

#include "hacc/base/diag.h"

#include <stdlib.h>
#include <string.h>

static struct arena *heap;

static void *heap_alloc(size_t size)
{
    return arena_alloc(heap, size);
}

static void heap_free(void *memory)
{
    (void)memory;
}

void json_arena_begin(struct arena *arena)
{
    heap = arena;
    json_set_alloc_funcs(heap_alloc, heap_free);
}

void json_arena_end(void)
{
    json_set_alloc_funcs(malloc, free);
}

json_t *json_clean(const char *text)
{
    struct buf clean;

    buf_init_in(&clean, heap);
    diag_visible(&clean, text, strlen(text));
    return json_string(buf_text(&clean));
}

/* jansson gives a text in pieces. */
static int append(const char *piece, size_t len, void *out)
{
    buf_add(out, piece, len);
    return 0;
}

void json_print(const json_t *value, size_t flags, struct buf *out)
{
    json_dump_callback(value, append, out, flags);
}
