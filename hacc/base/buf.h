/* A growable output buffer: everything that hacc writes is built here whole, then written once. */
#ifndef HACC_BASE_BUF_H
#define HACC_BASE_BUF_H

#include "hacc/base/arena.h"

#include <string.h>

struct buf {
    char *data; /* not NUL-terminated; see buf_text */
    size_t len, cap;
    struct oom *oom;
    struct arena *arena; /* where it grows; NULL: by malloc */
};

/* Prepares an empty buffer that its owner releases; oom may be NULL (abort). A function that may leave by
 * `oom` must not be the owner: it takes buf_init_in. */
void buf_init(struct buf *buf, struct oom *oom);

/* Prepares an empty buffer that grows in `arena`: it needs no release, and its contents live as long as the
 * arena. */
void buf_init_in(struct buf *buf, struct arena *arena);

/* Makes room for `more` bytes past len. */
void buf_reserve(struct buf *buf, size_t more);

/* Appends formatted text, as printf. */
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *buf, const char *fmt, ...);

/* Gives the contents as a string, valid until the next append. Never NULL. */
const char *buf_text(struct buf *buf);

/* Frees the contents (those of an arena stay with it); the buffer is empty and usable again. */
void buf_release(struct buf *buf);

/* Append: bytes, a string, one byte. */
static inline void buf_add(struct buf *buf, const char *text, size_t len)
{
    if (buf->cap - buf->len < len)
        buf_reserve(buf, len);
    if (len)
        memcpy(buf->data + buf->len, text, len);
    buf->len += len;
}

static inline void buf_puts(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

static inline void buf_putc(struct buf *buf, char c)
{
    if (buf->cap == buf->len)
        buf_reserve(buf, 1);
    buf->data[buf->len++] = c;
}

#endif
