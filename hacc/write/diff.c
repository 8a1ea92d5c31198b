#include "hacc/write/diff.h"

#include <stdbool.h>
#include <string.h>

enum {
    CONTEXT = 3, /* lines around a change */
    WINDOW = 64  /* lines of each text in which the end of a change is looked for */
};

struct line {
    uint32_t off, len, hash; /* with its line break */
};

struct side {
    const char *data;
    struct line *lines;
    uint32_t count;
};

/* Lines that one text has and the other has not: removed at old, added at new. */
struct change {
    uint32_t old, old_count, new, new_count;
};

struct changes {
    struct change *at;
    uint32_t count, cap;
};

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv */
static uint32_t hash_line(const char *text, uint32_t len)
{
    uint32_t hash = 2166136261u;

    for (uint32_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return hash;
}

static void split(struct side *side, struct text text, struct arena *arena)
{
    uint32_t cap = 0;

    memset(side, 0, sizeof(*side));
    side->data = text.data;
    for (uint32_t off = 0; off < text.len;) {
        const char *line = text.data + off, *end = memchr(line, '\n', text.len - off);
        uint32_t len = end ? (uint32_t)(end + 1 - line) : text.len - off;

        if (side->count == cap)
            side->lines = arena_extend(arena, side->lines, side->count, &cap, 256, sizeof(*side->lines));
        side->lines[side->count++] = (struct line){off, len, hash_line(line, len)};
        off += len;
    }
}

static bool same_line(const struct side *a, uint32_t i, const struct side *b, uint32_t j)
{
    const struct line *x = &a->lines[i], *y = &b->lines[j];

    return x->hash == y->hash && x->len == y->len && memcmp(a->data + x->off, b->data + y->off, x->len) == 0;
}

static uint32_t window(const struct side *side, uint32_t at)
{
    return side->count - at < WINDOW ? side->count - at : WINDOW;
}

/* Finds the nearest lines behind i and j that are equal: as few as possible are skipped. Where there are none it skips
 * the window. */
static struct change find_change(const struct side *a, uint32_t i, const struct side *b, uint32_t j)
{
    uint32_t rows = window(a, i), columns = window(b, j);

    for (uint32_t sum = 1; sum < rows + columns; sum++) {
        for (uint32_t x = sum < columns ? 0 : sum - columns + 1; x <= sum && x < rows; x++)
            if (same_line(a, i + x, b, j + sum - x))
                return (struct change){i, x, j, sum - x};
    }
    return (struct change){i, rows, j, columns};
}

static void add_change(struct changes *changes, struct change change, struct arena *arena)
{
    struct change *last = changes->count ? &changes->at[changes->count - 1] : NULL;

    if (last && last->old + last->old_count == change.old && last->new + last->new_count == change.new) {
        last->old_count += change.old_count;
        last->new_count += change.new_count;
        return;
    }
    if (changes->count == changes->cap)
        changes->at = arena_extend(arena, changes->at, changes->count, &changes->cap, 16, sizeof(*changes->at));
    changes->at[changes->count++] = change;
}

static void find_changes(struct changes *changes, const struct side *a, const struct side *b, struct arena *arena)
{
    uint32_t i = 0, j = 0;

    memset(changes, 0, sizeof(*changes));
    while (i < a->count || j < b->count) {
        struct change change;

        if (i < a->count && j < b->count && same_line(a, i, b, j)) {
            i++;
            j++;
            continue;
        }
        change = find_change(a, i, b, j);
        add_change(changes, change, arena);
        i += change.old_count;
        j += change.new_count;
    }
}

static void print_lines(struct buf *out, char mark, const struct side *side, uint32_t from, uint32_t count)
{
    for (uint32_t i = from; i < from + count; i++) {
        const struct line *line = &side->lines[i];

        buf_putc(out, mark);
        buf_add(out, side->data + line->off, line->len);
        if (side->data[line->off + line->len - 1] != '\n')
            buf_puts(out, "\n\\ No newline at end of file\n");
    }
}

/* "12,3"; a range without lines is named by the line above it. */
static void print_range(struct buf *out, char mark, uint32_t from, uint32_t count)
{
    buf_printf(out, " %c%u", mark, count ? from + 1 : from);
    if (count != 1)
        buf_printf(out, ",%u", count);
}

/* Prints the changes at..end, so near to each other that the lines around them touch. */
static void print_hunk(struct buf *out, const struct side *a, const struct side *b, const struct change *at,
                       const struct change *end)
{
    uint32_t before = at->old < CONTEXT ? at->old : CONTEXT, i = at->old - before;
    uint32_t old_end = end[-1].old + end[-1].old_count, new_end = end[-1].new + end[-1].new_count;
    uint32_t after = a->count - old_end < CONTEXT ? a->count - old_end : CONTEXT;

    buf_puts(out, "@@");
    print_range(out, '-', i, old_end + after - i);
    print_range(out, '+', at->new - before, new_end + after - (at->new - before));
    buf_puts(out, " @@\n");
    for (; at < end; at++) {
        print_lines(out, ' ', a, i, at->old - i);
        print_lines(out, '-', a, at->old, at->old_count);
        print_lines(out, '+', b, at->new, at->new_count);
        i = at->old + at->old_count;
    }
    print_lines(out, ' ', a, i, after);
}

void diff_unified(const char *name, struct text old, struct text new, struct arena *arena, struct buf *out)
{
    struct side a, b;
    struct changes changes;

    split(&a, old, arena);
    split(&b, new, arena);
    find_changes(&changes, &a, &b, arena);
    if (changes.count)
        buf_printf(out, "--- %s.orig\n+++ %s\n", name, name);
    for (uint32_t i = 0, end; i < changes.count; i = end) {
        for (end = i + 1; end < changes.count; end++)
            if (changes.at[end].old - changes.at[end - 1].old - changes.at[end - 1].old_count > 2 * CONTEXT)
                break;
        print_hunk(out, &a, &b, &changes.at[i], &changes.at[end]);
    }
}
