/* Memory of one compilation: allocated piece by piece, released at once. */
#ifndef HACC_BASE_ARENA_H
#define HACC_BASE_ARENA_H

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

/* Where execution goes on when memory runs out. The owner of a compilation calls setjmp(oom->env) once;
 * what it releases on the way out is the arena, the buffers and the descriptors that it owns. */
struct oom {
    jmp_buf env;
};

/* Ends the current compilation for lack of memory: goes to oom->env, or aborts where oom is NULL. */
_Noreturn void oom_raise(struct oom *oom);

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    char *at, *end;             /* free space of the newest chunk */
    size_t used;                /* bytes handed out, for statistics */
    struct oom *oom;
};

/* Prepares an empty arena; oom may be NULL (abort). */
void arena_init(struct arena *arena, struct oom *oom);

/* Gives `size` bytes (0 too) aligned to 8, as much as any type of ours needs; contents undefined. Never NULL:
 * see struct oom. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc, zeroed. */
void *arena_zalloc(struct arena *arena, size_t size);

/* Gives a NUL-terminated copy of the `len` bytes at `text`. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);

/* Gives formatted text, as printf, NUL-terminated. */
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *arena, const char *fmt, ...);

/* Gives a list of `count` items of `size` bytes room for more: a copy with *cap doubled (`first` at the start). The old
 * one stays as it was until the arena is released. */
void *arena_extend(struct arena *arena, const void *list, uint32_t count, uint32_t *cap, uint32_t first, size_t size);

/* Frees everything; the arena is empty and usable again. */
void arena_release(struct arena *arena);

#endif
