#include "hacc/cli/lint_files.h"

#include <stdlib.h>
#include <sys/stat.h>

void lint_note_files(struct lint_run *run)
{
    for (uint32_t i = 1; i < run->c.sources.count; i++) {
        struct stat st;

        if (run->c.sources.at[i]->peeked || stat(run->c.sources.at[i]->name, &st) != 0)
            continue; /* one that is offered, and nobody has read, is no part */
        if (run->file_count == run->file_cap)
            run->files =
                arena_extend(&run->arena, run->files, run->file_count, &run->file_cap, 64, sizeof(*run->files));
        run->files[run->file_count++] = (struct lint_file){st.st_dev, st.st_ino, run->unit};
    }
}

static int compare_files(const void *pa, const void *pb)
{
    const struct lint_file *a = pa, *b = pb;

    if (a->dev != b->dev)
        return a->dev < b->dev ? -1 : 1;
    if (a->ino != b->ino)
        return a->ino < b->ino ? -1 : 1;
    return a->unit < b->unit ? -1 : a->unit > b->unit;
}

/* Gives the index of the first note of a file. */
static uint32_t find_file(const struct lint_run *run, const struct stat *st)
{
    struct lint_file wanted = {st->st_dev, st->st_ino, 0};
    uint32_t low = 0, high = run->file_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare_files(&run->files[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Tells, of a configuration of one file, whether another one has read that file. */
static void find_whole(struct lint_run *run, uint32_t index)
{
    struct lint_unit *unit = &run->units[index];
    struct stat st;

    if (unit->count != 1 || !unit->asked || strcmp(unit->paths[0], "-") == 0 || stat(unit->paths[0], &st) != 0)
        return;
    for (uint32_t i = find_file(run, &st);
         i < run->file_count && run->files[i].dev == st.st_dev && run->files[i].ino == st.st_ino; i++) {
        struct lint_unit *other = &run->units[run->files[i].unit];

        if (other == unit || other->part)
            continue;
        unit->part = true;
        other->asked = true;
        return;
    }
}

bool lint_is_shared(const struct lint_run *run, const char *path)
{
    uint32_t readers = 0;
    struct stat st;

    if (stat(path, &st) != 0)
        return false;
    for (uint32_t i = find_file(run, &st);
         i < run->file_count && run->files[i].dev == st.st_dev && run->files[i].ino == st.st_ino; i++)
        readers += !run->units[run->files[i].unit].part;
    return readers > 1;
}

void lint_find_parts(struct lint_run *run)
{
    if (run->file_count)
        qsort(run->files, run->file_count, sizeof(*run->files), compare_files);
    for (uint32_t i = 0; i < run->unit_count; i++)
        find_whole(run, i);
}
