#include "hacc/deploy/install.h"

#include "hacc/base/source.h"
#include "hacc/write/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool fault(struct arena *arena, const char **why, const char *what, const char *path)
{
    *why = arena_printf(arena, "cannot %s '%s': %s", what, path, strerror(errno));
    return false;
}

void install_init(struct install *install, const char *target, struct arena *arena)
{
    const char *slash = strrchr(target, '/');

    *install = (struct install){
        .target = target,
        .folder = slash == target ? "/" : arena_strndup(arena, target, (size_t)(slash - target)),
        .staged = arena_printf(arena, "%.*s/.%s.hacc-new", (int)(slash - target), target, slash + 1),
        .kept = arena_printf(arena, "%.*s/.%s.hacc-old", (int)(slash - target), target, slash + 1),
        .arena = arena,
    };
}

/* --- who else could put a file there --- */

/* Whether nobody but root and this user can rename what stands in the folder. */
static bool folder_is_safe(const struct install *install, const char *folder, bool last, const char **why)
{
    struct stat st;

    if (stat(folder, &st) != 0)
        return fault(install->arena, why, "look at", folder);
    if (!S_ISDIR(st.st_mode)) {
        *why = arena_printf(install->arena, "'%s' is no folder", folder);
        return false;
    }
    if (st.st_uid != 0 && st.st_uid != geteuid()) {
        *why = arena_printf(install->arena, "the folder '%s' belongs to another user, who could replace '%s'", folder,
                            install->target);
        return false;
    }
    if (!(st.st_mode & S_IWOTH) || (!last && (st.st_mode & S_ISVTX)))
        return true;
    *why = arena_printf(install->arena, "anybody may write to the folder '%s', and could replace '%s'", folder,
                        install->target);
    return false;
}

/* The same of a folder and all above it. */
static bool folders_are_safe(const struct install *install, const char *path, const char **why)
{
    char *folder = arena_strndup(install->arena, path, strlen(path));

    for (bool last = true;; last = false) {
        char *slash = strrchr(folder, '/');

        if (!folder_is_safe(install, folder, last, why))
            return false;
        if (!slash[1])
            return true;
        slash[slash == folder] = '\0'; /* "/" is the last one */
    }
}

bool install_is_safe(const struct install *install, const char **why)
{
    char folder[PATH_MAX];
    struct stat st;

    /* what stands behind a symbolic link counts as well as the link */
    if (!folders_are_safe(install, install->folder, why))
        return false;
    if (!realpath(install->folder, folder))
        return fault(install->arena, why, "look at", install->folder);
    if (strcmp(folder, install->folder) != 0 && !folders_are_safe(install, folder, why))
        return false;
    if (lstat(install->target, &st) != 0)
        return errno == ENOENT || fault(install->arena, why, "look at", install->target);
    if (S_ISREG(st.st_mode))
        return true;
    *why = arena_printf(install->arena, "'%s' is %s, and no file", install->target,
                        S_ISLNK(st.st_mode)   ? "a symbolic link"
                        : S_ISDIR(st.st_mode) ? "a folder"
                                              : "something special");
    return false;
}

/* --- the steps --- */

bool install_stage(const struct install *install, const char *text, size_t len, mode_t mode, const char **why)
{
    struct output output = {.name = install->staged, .text = text, .len = len, .mode = mode};
    int fd, err;
    bool good;

    if (unlink(install->staged) != 0 && errno != ENOENT)
        return fault(install->arena, why, "replace", install->staged);
    fd = open(install->staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fault(install->arena, why, "write", install->staged);
    good = output_fill(fd, install->target, &output);
    err = errno;
    close(fd);
    errno = err;
    if (good)
        return true;
    fault(install->arena, why, "write", install->staged);
    unlink(install->staged);
    return false;
}

bool install_keep(const struct install *install, const char **why)
{
    if (unlink(install->kept) != 0 && errno != ENOENT)
        return fault(install->arena, why, "replace", install->kept);
    if (link(install->target, install->kept) != 0) {
        if (errno == ENOENT)
            return true;
        return fault(install->arena, why, "link", install->kept);
    }
    return folder_sync(install->folder) || fault(install->arena, why, "sync", install->folder);
}

bool install_place(const struct install *install, const char **why)
{
    bool fresh = access(install->kept, F_OK) != 0;
    const char *more;

    if (rename(install->staged, install->target) != 0)
        return fault(install->arena, why, "rename to", install->target);
    if (folder_sync(install->folder))
        return true;
    fault(install->arena, why, "sync", install->folder);
    install_put_back(install, fresh, &more);
    return false;
}

bool install_put_back(const struct install *install, bool fresh, const char **why)
{
    if (fresh ? unlink(install->target) != 0 : rename(install->kept, install->target) != 0)
        return errno == ENOENT || fault(install->arena, why, "put back", install->target);
    return folder_sync(install->folder) || fault(install->arena, why, "sync", install->folder);
}

void install_settle(const struct install *install)
{
    unlink(install->staged);
    unlink(install->kept);
}

/* Memory is got before the reading: it may run out. A file that grows meanwhile is read as far as it was long. */
static bool read_descriptor(int fd, struct buf *text, size_t len)
{
    while (text->len < len) {
        ssize_t n = read(fd, text->data + text->len, len - text->len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        text->len += (size_t)n;
    }
    return true;
}

bool install_read(const char *path, struct buf *text, const char **why)
{
    struct stat st;
    int fd = -1, err = 0;

    text->len = 0;
    *why = NULL;
    if (lstat(path, &st) != 0)
        err = errno;
    else if (!S_ISREG(st.st_mode))
        err = S_ISDIR(st.st_mode) ? EISDIR : S_ISLNK(st.st_mode) ? ELOOP : EINVAL;
    else if ((size_t)st.st_size > SOURCE_MAX_SIZE)
        err = EFBIG;
    if (err == 0) {
        buf_reserve(text, (size_t)st.st_size);
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0 || !read_descriptor(fd, text, (size_t)st.st_size))
            err = errno;
    }
    if (fd >= 0)
        close(fd);
    if (err && err != ENOENT)
        *why = strerror(err);
    return err == 0;
}
