#include "hacc/write/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One file on its way into its place. One that is to go is first replaced by an empty file, so that it too
 * can come back until all is done. */
struct placing {
    const char *target;
    char *staged; /* beside it: the new contents, once swapped the old ones; NULL: nothing is there */
    bool swapped; /* target and staged have changed places */
    bool fresh;   /* there was no target */
    bool removing;
};

bool write_all(int fd, const char *text, size_t len)
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

/* Gives a new file the mode that is wanted, or what the file that it replaces has of it, and that file's
 * owner. */
static bool set_mode(int fd, const char *target, const struct output *output)
{
    mode_t mask = umask(077), mode = output->mode & ~mask;
    struct stat old;

    umask(mask);
    if (lstat(target, &old) == 0 && S_ISREG(old.st_mode)) {
        mode = (output->edited ? 07777 : mode) & old.st_mode;
        if (fchown(fd, old.st_uid, old.st_gid) < 0 && fchown(fd, (uid_t)-1, old.st_gid) < 0 && errno != EPERM)
            return false;
    }
    return fchmod(fd, mode) == 0;
}

bool output_fill(int fd, const char *target, const struct output *output)
{
    return write_all(fd, output->text, output->len) && set_mode(fd, target, output) && fsync(fd) == 0;
}

/* Writes the new contents beside the target. */
static bool stage(const struct output *output, struct placing *placing, char *name)
{
    int fd = mkostemp(name, O_CLOEXEC), err;
    bool good;

    if (fd < 0)
        return false;
    placing->staged = name;
    good = output_fill(fd, placing->target, output);
    err = errno;
    if (close(fd) < 0 && good)
        return false;
    errno = err;
    return good;
}

/* Gives the text of a file (NUL behind its end), or NULL with errno set. Files that are not ours may be of
 * any size: one byte more than `limit` is read, enough to tell that it is another. */
static char *read_output(const char *path, size_t limit, struct arena *arena, size_t *len)
{
    char *text = arena_alloc(arena, limit + 2);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err;
    ssize_t n = 1;

    if (fd < 0)
        return NULL;
    for (*len = 0; n > 0 && *len <= limit; *len += n > 0 ? (size_t)n : 0)
        while ((n = read(fd, text + *len, limit + 1 - *len)) < 0 && errno == EINTR)
            ;
    err = errno;
    close(fd);
    errno = err;
    text[*len] = '\0';
    return n < 0 ? NULL : text;
}

static bool is_ours(const char *path, struct arena *arena)
{
    size_t len;
    const char *text = read_output(path, 256, arena, &len), *second;

    if (!text)
        return false;
    second = strchr(text, '\n');
    return strncmp(text, OUTPUT_MARK, strlen(OUTPUT_MARK)) == 0 ||
           (second && strncmp(second + 1, OUTPUT_MARK, strlen(OUTPUT_MARK)) == 0);
}

enum output_state output_compare(const struct output *output, const char *dir, struct arena *arena)
{
    const char *path = arena_printf(arena, "%s/%s", dir, output->name), *text;
    size_t len;

    if (!output->text)
        return is_ours(path, arena) ? OUTPUT_SUPERFLUOUS : OUTPUT_CURRENT;
    text = read_output(path, output->len, arena, &len);
    if (!text)
        return errno == ENOENT ? OUTPUT_MISSING : OUTPUT_UNREADABLE;
    return len == output->len && memcmp(text, output->text, len) == 0 ? OUTPUT_CURRENT : OUTPUT_DIFFERENT;
}

/* Puts the staged file in its place; swapping the two names keeps the old contents until all are placed. */
static bool place(struct placing *placing)
{
    struct stat old;

    if (lstat(placing->target, &old) == 0 && S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (renameat2(AT_FDCWD, placing->staged, AT_FDCWD, placing->target, RENAME_EXCHANGE) == 0)
        return placing->swapped = true;
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS)
        return false;
    placing->fresh = errno == ENOENT;
    if (rename(placing->staged, placing->target) < 0) {
        placing->fresh = false;
        return false;
    }
    placing->staged = NULL;
    return true;
}

/* Takes back what has been done, last first. */
static void undo(struct placing *placings, unsigned count)
{
    int err = errno;

    while (count-- > 0) {
        struct placing *p = &placings[count];

        if (p->swapped)
            renameat2(AT_FDCWD, p->staged, AT_FDCWD, p->target, RENAME_EXCHANGE);
        if (p->fresh)
            unlink(p->target);
        if (p->staged)
            unlink(p->staged);
    }
    errno = err;
}

/* Lets go of the old contents. */
static void settle(const struct placing *placings, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (placings[i].staged)
            unlink(placings[i].staged);
        if (placings[i].removing)
            unlink(placings[i].target);
    }
}

bool folder_sync(const char *dir)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err;
    bool good = fd >= 0 && fsync(fd) == 0;

    err = errno;
    if (fd >= 0)
        close(fd);
    errno = err;
    return good;
}

/* Stages and places all files; *path is the one at hand. */
static bool place_all(const struct output *outputs, struct placing *placings, unsigned count, const char *dir,
                      struct arena *arena, const char **path)
{
    static const struct output nothing = {.name = "", .text = "", .mode = 0600};

    for (unsigned i = 0; i < count; i++) {
        struct placing *p = &placings[i];

        *path = p->target = arena_printf(arena, "%s/%s", dir, outputs[i].name);
        p->removing = !outputs[i].text && is_ours(p->target, arena);
        if ((outputs[i].text || p->removing) &&
            !stage(p->removing ? &nothing : &outputs[i], p, arena_printf(arena, "%s/.%s.XXXXXX", dir, outputs[i].name)))
            return false;
    }
    for (unsigned i = 0; i < count; i++) {
        *path = placings[i].target;
        if (placings[i].staged && !place(&placings[i]))
            return false;
    }
    *path = dir;
    return folder_sync(dir);
}

bool outputs_write(const struct output *outputs, unsigned count, const char *dir, struct arena *arena,
                   const char **path)
{
    struct placing *placings = arena_zalloc(arena, count * sizeof(*placings));
    bool made = mkdir(dir, 0777) == 0;

    *path = dir;
    if (!made && errno != EEXIST)
        return false;
    if (place_all(outputs, placings, count, dir, arena, path)) {
        settle(placings, count);
        return true;
    }
    undo(placings, count);
    if (made) {
        int err = errno;

        rmdir(dir);
        errno = err;
    }
    return false;
}
