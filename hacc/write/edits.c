#include "hacc/write/edits.h"

#include <stdlib.h>

static int compare(const void *pa, const void *pb)
{
    const struct edit *ea = pa, *eb = pb;
    const struct span *a = &ea->fix.at, *b = &eb->fix.at;

    if (a->src != b->src)
        return a->src < b->src ? -1 : 1;
    if (a->off != b->off)
        return a->off < b->off ? -1 : 1;
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    if (ea->rule != eb->rule)
        return ea->rule < eb->rule ? -1 : 1;
    return strcmp(ea->fix.text, eb->fix.text);
}

static bool is_same_change(const struct fix *a, const struct fix *b)
{
    return a->at.src == b->at.src && a->at.off == b->at.off && a->at.len == b->at.len && strcmp(a->text, b->text) == 0;
}

/* Whether `next`, which does not begin before `last`, begins behind its end; two in one place never do. */
static bool is_apart(const struct fix *last, const struct fix *next)
{
    return next->at.src != last->at.src || (next->at.off > last->at.off && next->at.off >= last->at.off + last->at.len);
}

uint32_t edits_choose(struct edit *edits, uint32_t count)
{
    uint32_t kept = 0;

    if (count)
        qsort(edits, count, sizeof(*edits), compare);
    for (uint32_t i = 0; i < count; i++)
        if (!kept || is_apart(&edits[kept - 1].fix, &edits[i].fix) ||
            is_same_change(&edits[kept - 1].fix, &edits[i].fix))
            edits[kept++] = edits[i];
    return kept;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Whether words that ended here were the last ones: of their line, of a quoted text, or before other blanks. The end of
 * the text is a NUL. */
static bool is_end(char c)
{
    return is_blank(c) || strchr("\r\n\"'", c);
}

struct span edit_place(const struct fix *fix, const struct source *source)
{
    struct span at = fix->at;

    if (*fix->text || !is_end(source->data[at.off + at.len]))
        return at;
    while (at.off && is_blank(source->data[at.off - 1])) {
        at.off--;
        at.len++;
    }
    return at;
}

void edits_apply(const struct source *source, const struct edit *edits, uint32_t count, struct buf *out)
{
    uint32_t done = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct fix *fix = &edits[i].fix;
        struct span at = edit_place(fix, source);

        if (i && is_same_change(&edits[i - 1].fix, fix))
            continue;
        if (at.off > done) /* else an edit beside it has taken the blanks between them */
            buf_add(out, source->data + done, at.off - done);
        buf_puts(out, fix->text);
        done = at.off + at.len;
    }
    buf_add(out, source->data + done, source->len - done);
}
