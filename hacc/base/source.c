#include "hacc/base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void sources_init(struct sources *sources, struct arena *arena)
{
    static struct source *none; /* at[0], where nothing else has been added */

    memset(sources, 0, sizeof(*sources));
    sources->arena = arena;
    sources->at = &none;
    sources->count = 1;
}

/* Appends a source without contents: whatever memory these take has an owner from the start. */
static struct source *sources_push(struct sources *sources, const char *name)
{
    struct source *source = arena_zalloc(sources->arena, sizeof(*source));

    if (sources->count >= sources->cap) {
        uint32_t cap = sources->cap ? 2 * sources->cap : 8;
        struct source **at = arena_zalloc(sources->arena, cap * sizeof(struct source *));

        memcpy(at, sources->at, sources->count * sizeof(struct source *));
        sources->at = at;
        sources->cap = cap;
    }
    source->name = arena_strndup(sources->arena, name, strlen(name));
    source->arena = sources->arena;
    sources->at[sources->count++] = source;
    return source;
}

uint32_t sources_add(struct sources *sources, const char *name, const char *data, size_t len)
{
    struct source *source = sources_push(sources, name);
    char *copy = malloc(len + 1);

    if (!copy)
        oom_raise(sources->arena->oom);
    if (len)
        memcpy(copy, data, len);
    copy[len] = '\0';
    source->data = copy;
    source->len = (uint32_t)len;
    return sources->count - 1;
}

/* Reads fd to its end. Gives malloc'd data, or NULL with errno set (EFBIG: over the limit). */
static char *read_all(int fd, size_t hint, size_t *len)
{
    size_t cap = (hint > SOURCE_MAX_SIZE ? SOURCE_MAX_SIZE : hint) + 1, used = 0;
    char *data = malloc(cap);

    while (data) {
        ssize_t n = read(fd, data + used, cap - used);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || used + (size_t)n > SOURCE_MAX_SIZE) {
            int err = n < 0 ? errno : EFBIG;

            free(data);
            errno = err;
            return NULL;
        }
        if (n == 0)
            break;
        used += (size_t)n;
        if (used == cap) {
            char *more = realloc(data, cap *= 2);

            if (!more)
                free(data);
            data = more;
        }
    }
    if (data)
        data[used] = '\0';
    *len = used;
    return data;
}

/* Gives the contents of a file ("-": standard input), or NULL with errno set. */
static char *read_path(const char *path, size_t *len)
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), err;
    char *data = NULL;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0)
        err = errno;
    else if (S_ISDIR(st.st_mode))
        err = EISDIR;
    else {
        data = read_all(fd, S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : 65536, len);
        err = errno;
    }
    if (fd >= 0 && !is_stdin)
        close(fd);
    errno = err;
    return data;
}

uint32_t sources_offer(struct sources *sources, const char *name, const char *data, size_t len)
{
    uint32_t src = sources_add(sources, name, data, len);

    sources->at[src]->peeked = true;
    return src;
}

/* Gives the source of a path that was only looked at so far; 0: there is none. */
static uint32_t take_peeked(struct sources *sources, const char *path)
{
    for (uint32_t i = 1; i < sources->count; i++) {
        if (!sources->at[i]->peeked || strcmp(sources->at[i]->name, path) != 0)
            continue;
        sources->at[i]->peeked = false;
        return i;
    }
    return 0;
}

uint32_t sources_peek(struct sources *sources, const char *path, const char **why)
{
    uint32_t src = sources_read(sources, path, why);

    if (src && src != sources->from_stdin) /* which is remembered anyway */
        sources->at[src]->peeked = true;
    return src;
}

uint32_t sources_read(struct sources *sources, const char *path, const char **why)
{
    bool is_stdin = strcmp(path, "-") == 0;
    uint32_t peeked = take_peeked(sources, path);
    struct source *source;
    size_t len;

    if (peeked)
        return peeked;
    if (is_stdin && sources->from_stdin)
        return sources->from_stdin;
    if (is_stdin)
        path = sources->stdin_name ? sources->stdin_name : "<stdin>";
    source = sources_push(sources, path);
    source->data = read_path(is_stdin ? "-" : path, &len);
    if (source->data) {
        source->len = (uint32_t)len;
        if (is_stdin)
            sources->from_stdin = sources->count - 1;
        return sources->count - 1;
    }
    sources->count--;
    if (errno == ENOMEM)
        oom_raise(sources->arena->oom);
    *why = errno == EFBIG ? "larger than 1 GiB" : strerror(errno);
    *why = arena_strndup(sources->arena, *why, strlen(*why));
    return 0;
}

void sources_release(struct sources *sources)
{
    for (uint32_t i = 1; i < sources->count; i++) {
        free((char *)sources->at[i]->data);
        free(sources->at[i]->breaks);
    }
    sources->count = 1;
    sources->from_stdin = 0;
}

enum { BLOCK = 4096 /* bytes */ };

static uint32_t count_breaks(const char *from, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), low = ones * 0x7f;
    uint32_t count = 0;

    for (; end - from >= 8; from += 8) {
        uint64_t word;

        memcpy(&word, from, sizeof(word));
        word ^= ones * '\n';                           /* a line break is a byte of zero */
        word = ~(((word & low) + low) | word | low);   /* 0x80 in each of these, and nothing else */
        count += (uint32_t)((word >> 7) * ones >> 56); /* their sum */
    }
    for (; from < end; from++)
        count += *from == '\n';
    return count;
}

static void index_breaks(struct source *source)
{
    uint32_t blocks = source->len / BLOCK + 1;

    source->breaks = malloc(blocks * sizeof(*source->breaks));
    if (!source->breaks)
        oom_raise(source->arena->oom);
    source->breaks[0] = 0;
    for (uint32_t i = 1; i < blocks; i++) {
        const char *before = source->data + (size_t)(i - 1) * BLOCK;

        source->breaks[i] = source->breaks[i - 1] + count_breaks(before, before + BLOCK);
    }
}

/* The length of the byte order mark, which takes no column. */
static uint32_t mark_len(const struct source *source)
{
    return source->len >= 3 && memcmp(source->data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* Finds where the line that holds `off` begins and ends. Lines may be long, and the next place is often on the same. */
static void find_line(struct source *source, uint32_t off)
{
    const char *before, *next;

    if (source->line_known && off >= source->line_start && off <= source->line_end)
        return;
    before = off ? memrchr(source->data, '\n', off) : NULL;
    next = memchr(source->data + off, '\n', source->len - off);
    source->line_start = before ? (uint32_t)(before + 1 - source->data) : 0;
    source->line_end = next ? (uint32_t)(next - source->data) : source->len;
    source->line_known = true;
}

/* Gives the number of the line that holds `off`, from 0. */
static uint32_t line_number(struct source *source, uint32_t off)
{
    if (!source->breaks)
        index_breaks(source);
    return source->breaks[off / BLOCK] + count_breaks(source->data + off - off % BLOCK, source->data + off);
}

struct place source_place(struct source *source, uint32_t off)
{
    uint32_t line, at, column = 1;

    if (off > source->len)
        off = source->len;
    line = line_number(source, off);
    find_line(source, off);
    at = source->line_start;
    if (!line && off >= mark_len(source))
        at = mark_len(source);
    if (source->last_column && source->last_off >= at && source->last_off <= off) {
        at = source->last_off;
        column = source->last_column;
    }
    for (; at < off; at++)
        column += ((unsigned char)source->data[at] & 0xc0) != 0x80;
    source->last_off = off;
    source->last_column = column;
    return (struct place){line + 1, column};
}

const char *source_line(struct source *source, uint32_t off, uint32_t *len)
{
    uint32_t begin, end;

    if (off > source->len)
        off = source->len;
    find_line(source, off);
    begin = source->line_start ? source->line_start : mark_len(source);
    end = source->line_end;
    if (end > begin && source->data[end - 1] == '\r')
        end--;
    *len = end > begin ? end - begin : 0;
    return source->data + begin;
}
