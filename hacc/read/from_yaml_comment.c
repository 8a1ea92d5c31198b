/* Comments: handed out in the order of the source, each once, to what stands next to it. */
#include "hacc/read/reader.h"

#include <string.h>

static struct comment_cursor *cursor_of(struct reader *reader, uint16_t src)
{
    struct comment_cursor *cursor = src < reader->cursor_count ? &reader->cursors[src] : NULL;

    return cursor && cursor->file && cursor->next < cursor->file->comment_count ? cursor : NULL;
}

static struct comment_line *make_line(struct reader *reader, uint16_t src, const struct comment *comment)
{
    struct comment_line *line = arena_alloc(reader->config->arena, sizeof(*line));

    line->next = NULL;
    line->text = reader->config->sources->at[src]->data + comment->off;
    line->len = comment->len;
    return line;
}

void comments_before(struct reader *reader, uint16_t src, uint32_t off)
{
    struct comment_cursor *cursor = cursor_of(reader, src);

    while (cursor && cursor->next < cursor->file->comment_count && cursor->file->comments[cursor->next].off < off) {
        *reader->pending_tail = make_line(reader, src, &cursor->file->comments[cursor->next++]);
        reader->pending_tail = &(*reader->pending_tail)->next;
    }
}

void comments_take(struct reader *reader, struct comment_line **where)
{
    while (*where)
        where = &(*where)->next;
    *where = reader->pending;
    reader->pending = NULL;
    reader->pending_tail = &reader->pending;
}

struct comment_line *comments_trailing(struct reader *reader, uint16_t src, uint32_t off)
{
    struct comment_cursor *cursor = cursor_of(reader, src);
    const struct comment *comment;
    const char *data;

    if (!cursor)
        return NULL;
    comment = &cursor->file->comments[cursor->next];
    data = reader->config->sources->at[src]->data;
    if (comment->off < off || memchr(data + off, '\n', comment->off - off))
        return NULL;
    cursor->next++;
    return make_line(reader, src, comment);
}

/* How far from the start of its line a byte stands. */
static uint32_t column_of(const struct source *source, uint32_t off)
{
    uint32_t begin = off;

    while (begin > 0 && source->data[begin - 1] != '\n')
        begin--;
    return off - begin;
}

void comments_close(struct reader *reader, const struct section *section, uint16_t src, uint32_t before,
                    struct comment_line **where)
{
    struct comment_cursor *cursor = cursor_of(reader, src);
    const struct source *source = reader->config->sources->at[src];

    if (!cursor || section->at.src != src)
        return;
    while (cursor->next < cursor->file->comment_count && cursor->file->comments[cursor->next].off < before) {
        const struct comment *comment = &cursor->file->comments[cursor->next];

        if (column_of(source, comment->off) <= column_of(source, section->at.off))
            break;
        comments_before(reader, src, comment->off + 1);
    }
    comments_take(reader, where);
}
