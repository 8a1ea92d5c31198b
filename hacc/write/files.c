#include "hacc/write/files.h"

#include "hacc/base/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, const char *text, size_t len)
{
    while (len) {
        ssize_t n = write(fd, text, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text += n;
        len -= (size_t)n;
    }
    return true;
}

/* Writes the new contents beside the target; the name is in `staged`. */
static bool stage(const struct output *output, char *staged)
{
    mode_t mask = umask(077);
    int fd = mkostemp(staged, O_CLOEXEC), err;
    bool good;

    umask(mask);
    if (fd < 0)
        return false;
    good = write_all(fd, output->text, output->len) && fchmod(fd, output->mode & ~mask) == 0 && fsync(fd) == 0;
    err = errno;
    if (close(fd) < 0 && good) {
        err = errno;
        good = false;
    }
    if (!good)
        unlink(staged);
    errno = err;
    return good;
}

/* Reads a file of `dir` whole. Gives NULL where it cannot be read. */
static char *read_output(const char *dir, const char *name, struct arena *arena, size_t *len)
{
    struct sources sources;
    const char *why;
    char *text = NULL;
    uint32_t src;

    sources_init(&sources, arena);
    src = sources_read(&sources, arena_printf(arena, "%s/%s", dir, name), &why);
    if (src) {
        *len = sources.at[src]->len;
        text = arena_strndup(arena, sources.at[src]->data, *len);
    }
    sources_release(&sources);
    return text;
}

static bool is_ours(const char *dir, const char *name, struct arena *arena)
{
    size_t len;
    const char *text = read_output(dir, name, arena, &len);

    return text && strstr(text, OUTPUT_MARK) != NULL;
}

bool output_is_current(const struct output *output, const char *dir, struct arena *arena)
{
    size_t len;
    const char *text;

    if (!output->text)
        return !is_ours(dir, output->name, arena);
    text = read_output(dir, output->name, arena, &len);
    return text && len == output->len && memcmp(text, output->text, len) == 0;
}

static bool sync_dir(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;
    bool good = fd >= 0 && fsync(fd) == 0;

    err = errno;
    if (fd >= 0)
        close(fd);
    errno = err;
    return good;
}

static void unstage(char **staged, unsigned count)
{
    int err = errno;

    for (unsigned i = 0; i < count; i++)
        if (staged[i])
            unlink(staged[i]);
    errno = err;
}

bool outputs_write(const struct output *outputs, unsigned count, const char *dir, struct arena *arena,
                   const char **path)
{
    char **staged = arena_zalloc(arena, count * sizeof(char *));

    *path = dir;
    if (mkdir(dir, 0777) < 0 && errno != EEXIST)
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (!outputs[i].text)
            continue;
        staged[i] = arena_printf(arena, "%s/.%s.XXXXXX", dir, outputs[i].name);
        *path = arena_printf(arena, "%s/%s", dir, outputs[i].name);
        if (!stage(&outputs[i], staged[i])) {
            staged[i] = NULL;
            unstage(staged, i);
            return false;
        }
    }
    for (unsigned i = 0; i < count; i++) {
        *path = arena_printf(arena, "%s/%s", dir, outputs[i].name);
        if (staged[i] ? rename(staged[i], *path) < 0 : is_ours(dir, outputs[i].name, arena) && unlink(*path) < 0) {
            unstage(staged, count);
            return false;
        }
        staged[i] = NULL;
    }
    *path = dir;
    return sync_dir(dir);
}
