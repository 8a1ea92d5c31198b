#include "hacc/deploy/state.h"

#include "hacc/deploy/install.h"
#include "hacc/write/files.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_NAME "lock"

static bool fault(const struct state *state, const char **why, const char *what, const char *path)
{
    *why = arena_printf(state->arena, "cannot %s '%s': %s", what, path, strerror(errno));
    return false;
}

void state_init(struct state *state, const char *dir, struct arena *arena)
{
    const char *home = getenv("XDG_STATE_HOME");

    *state = (struct state){.dir = dir, .lock = -1, .arena = arena};
    if (dir)
        return;
    if (geteuid() == 0)
        state->dir = "/var/lib/hacc";
    else if (home && *home == '/')
        state->dir = arena_printf(arena, "%s/hacc", home);
    else
        state->dir = arena_printf(arena, "%s/.local/state/hacc", (home = getenv("HOME")) ? home : "");
}

const char *state_path(const struct state *state, const char *name)
{
    return arena_printf(state->arena, "%s/%s", state->dir, name);
}

static bool sync_dir(const struct state *state, const char *path, const char **why)
{
    const char *slash = strrchr(path, '/');
    const char *dir = arena_strndup(state->arena, path, (size_t)(slash - path));

    return folder_sync(dir) || fault(state, why, "sync", dir);
}

/* Makes a folder and those above it, as `mkdir -p`. */
static bool make_folders(const struct state *state, const char *path, const char **why)
{
    char *above = arena_strndup(state->arena, path, strlen(path));
    char *slash = strrchr(above, '/');
    struct stat st;

    if (stat(path, &st) == 0)
        return true;
    if (slash && slash != above) {
        *slash = '\0';
        if (!make_folders(state, above, why))
            return false;
    }
    if (mkdir(path, 0700) != 0)
        return errno == EEXIST || fault(state, why, "make", path);
    return sync_dir(state, path, why); /* else the journal could be lost with its folder */
}

/* Whoever can write to the directory can make hacc install what he likes. */
static bool is_ours_alone(const struct state *state, const char **why)
{
    struct stat st;

    if (lstat(state->dir, &st) != 0)
        return fault(state, why, "look at", state->dir);
    if (S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
        return true;
    *why = arena_printf(state->arena, "'%s' is %s", state->dir,
                        !S_ISDIR(st.st_mode)     ? "no folder"
                        : st.st_uid != geteuid() ? "another user's folder"
                                                 : "a folder that others may write to");
    return false;
}

/* The file says who holds the lock, for people alone. */
static void note_holder(int lock)
{
    char text[32];
    int len = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

    if (ftruncate(lock, 0) == 0)
        write_all(lock, text, (size_t)len);
}

static void say_holder(const struct state *state, int lock, const char **why)
{
    char text[32];
    ssize_t len = pread(lock, text, sizeof(text) - 1, 0);
    long pid;

    text[len > 0 ? len : 0] = '\0';
    pid = strtol(text, NULL, 10);
    *why = pid > 0 ? arena_printf(state->arena, "another hacc is at work in '%s' (process %ld)", state->dir, pid)
                   : arena_printf(state->arena, "another hacc is at work in '%s'", state->dir);
}

/* Locks the folder of the target: a hacc with another state directory may be at work there. A folder that cannot be
 * locked (some network file systems') is left to the other lock. */
static bool lock_folder(struct state *state, const char *folder, const char **why)
{
    state->folder_lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (state->folder_lock >= 0 && flock(state->folder_lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return true;
        close(state->folder_lock);
        *why = arena_printf(state->arena, "another hacc, with another state directory, is at work in '%s'", folder);
        return false;
    }
    return true;
}

enum state_result state_lock(struct state *state, const char *folder, const char **why)
{
    const char *path = state_path(state, LOCK_NAME);
    int lock;

    if (*state->dir != '/') {
        *why = arena_printf(state->arena, "the state directory '%s' is no absolute path", state->dir);
        return STATE_UNUSABLE;
    }
    if (!make_folders(state, state->dir, why) || !is_ours_alone(state, why) ||
        !make_folders(state, state_path(state, "generations"), why) ||
        !make_folders(state, state_path(state, "run"), why))
        return STATE_UNUSABLE;
    lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (lock < 0) {
        fault(state, why, "open", path);
        return STATE_UNUSABLE;
    }
    while (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        bool busy = errno == EWOULDBLOCK;

        if (errno == EINTR)
            continue;
        if (busy)
            say_holder(state, lock, why);
        else
            fault(state, why, "lock", path);
        close(lock);
        return busy ? STATE_BUSY : STATE_UNUSABLE;
    }
    if (!lock_folder(state, folder, why)) {
        close(lock);
        return STATE_BUSY;
    }
    note_holder(lock);
    state->lock = lock;
    return STATE_READY;
}

void state_unlock(struct state *state)
{
    if (state->lock >= 0) {
        close(state->lock);
        if (state->folder_lock >= 0)
            close(state->folder_lock);
    }
    state->lock = -1;
}

bool state_write(const struct state *state, const char *name, const char *text, size_t len, const char **why)
{
    const char *path = state_path(state, name), *fresh = arena_printf(state->arena, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600), err;
    bool good;

    if (fd < 0)
        return fault(state, why, "write", fresh);
    good = write_all(fd, text, len) && fsync(fd) == 0;
    err = errno;
    close(fd);
    errno = err;
    if (good && rename(fresh, path) == 0)
        return sync_dir(state, path, why);
    fault(state, why, "write", path);
    unlink(fresh);
    return false;
}

bool state_read(const struct state *state, const char *name, struct buf *text, const char **why)
{
    const char *path = state_path(state, name);

    if (install_read(path, text, why))
        return true;
    if (*why)
        *why = arena_printf(state->arena, "cannot read '%s': %s", path, *why);
    return false;
}

bool state_remove(const struct state *state, const char *name, const char **why)
{
    const char *path = state_path(state, name);

    if (unlink(path) != 0)
        return errno == ENOENT || fault(state, why, "remove", path);
    return sync_dir(state, path, why);
}

void generation_name(const char *text, size_t len, char name[GENERATION_SIZE])
{
    char digest[SHA256_DIGEST_STRING_LENGTH];

    SHA256Data((const uint8_t *)text, len, digest);
    memcpy(name, digest, GENERATION_DIGITS);
    name[GENERATION_DIGITS] = '\0';
}

bool generation_is_name(const char *text)
{
    size_t digits = 0;

    while (isxdigit((unsigned char)text[digits]) && !isupper((unsigned char)text[digits]))
        digits++;
    return digits == GENERATION_DIGITS && !text[digits];
}

static const char *generation_file(const struct state *state, const char *generation)
{
    return arena_printf(state->arena, "generations/%s.cfg", generation);
}

bool generation_keep(const struct state *state, const char *generation, const struct buf *text, const char **why)
{
    const char *name = generation_file(state, generation);
    struct stat st;

    if (stat(state_path(state, name), &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == text->len)
        return true;
    return state_write(state, name, text->data, text->len, why);
}

bool generation_read(const struct state *state, const char *generation, struct buf *text, const char **why)
{
    return state_read(state, generation_file(state, generation), text, why);
}
