#include "hacc/base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void buf_init(struct buf *buf, struct oom *oom)
{
    memset(buf, 0, sizeof(*buf));
    buf->oom = oom;
}

void buf_init_in(struct buf *buf, struct arena *arena)
{
    buf_init(buf, arena->oom);
    buf->arena = arena;
}

/* Gives the contents in `cap` bytes of memory; NULL where there is none. */
static char *grow(struct buf *buf, size_t cap)
{
    char *data;

    if (!buf->arena)
        return realloc(buf->data, cap);
    data = arena_alloc(buf->arena, cap);
    if (buf->len)
        memcpy(data, buf->data, buf->len);
    return data;
}

void buf_reserve(struct buf *buf, size_t more)
{
    size_t cap = buf->cap ? buf->cap : buf->arena ? 256 : 4096;
    char *data;

    if (more > SIZE_MAX / 4)
        oom_raise(buf->oom);
    while (cap - buf->len < more)
        cap *= 2;
    if (cap == buf->cap)
        return;
    if (!(data = grow(buf, cap)))
        oom_raise(buf->oom);
    buf->data = data;
    buf->cap = cap;
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
    va_list ap, again;
    int len;

    va_start(ap, fmt);
    va_copy(again, ap);
    len = vsnprintf(NULL, 0, fmt, ap);
    if (len < 0) /* longer than INT_MAX */
        oom_raise(buf->oom);
    buf_reserve(buf, (size_t)len + 1);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, again);
    buf->len += (size_t)len;
    va_end(again);
    va_end(ap);
}

const char *buf_text(struct buf *buf)
{
    buf_reserve(buf, 1);
    buf->data[buf->len] = '\0';
    return buf->data;
}

void buf_release(struct buf *buf)
{
    struct arena *arena = buf->arena;

    if (!arena)
        free(buf->data);
    buf_init(buf, buf->oom);
    buf->arena = arena;
}
