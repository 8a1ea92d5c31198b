/* The state directory of `hacc apply`: the lock, the journal, the history, and the texts of generations. It belongs to
 * one target (one haproxy.cfg of one HAProxy). Everything in it is for its owner alone, is written beside its place,
 * synced and renamed, and is read back as a whole. */
#ifndef HACC_DEPLOY_STATE_H
#define HACC_DEPLOY_STATE_H

#include "hacc/base/buf.h"

#include <stdbool.h>
#include <sys/types.h>

/* Hexadecimal digits of a generation's name, and room for them with a NUL. */
enum { GENERATION_DIGITS = 16, GENERATION_SIZE = GENERATION_DIGITS + 1 };

struct state {
    const char *dir; /* absolute */
    int lock;        /* descriptor that holds the lock; -1: it is not held */
    int folder_lock; /* while it is held: the same of the target's folder; -1: that cannot be locked */
    struct arena *arena;
};

enum state_result {
    STATE_READY,
    STATE_BUSY,    /* another hacc holds the lock */
    STATE_UNUSABLE /* there is no such directory, it is not ours alone, or it cannot be written */
};

/* Prepares the use of `dir` (NULL: the default, /var/lib/hacc for root, else ~/.local/state/hacc). Touches nothing. */
void state_init(struct state *state, const char *dir, struct arena *arena);

/* Makes the directory where it is not there, checks that nobody else can write to it, and takes the lock, without
 * waiting, and that of `folder`, where the target is. *why (arena-owned) says what is wrong where the result is not
 * STATE_READY. */
enum state_result state_lock(struct state *state, const char *folder, const char **why);

/* Lets go of the lock. It goes by itself with the process, however that ends. */
void state_unlock(struct state *state);

/* Gives the path of a file in the directory; arena-owned. */
const char *state_path(const struct state *state, const char *name);

/* Replaces a file of the directory (0600): after a loss of power the old text is there or the new one. Gives false with
 * *why set. */
bool state_write(const struct state *state, const char *name, const char *text, size_t len, const char **why);

/* Reads a file of the directory into `text`, which it empties first. Gives false with *why set; *why NULL: there is no
 * such file. */
bool state_read(const struct state *state, const char *name, struct buf *text, const char **why);

/* Removes a file of the directory, for good once it returns. One that is not there is no fault. */
bool state_remove(const struct state *state, const char *name, const char **why);

/* Gives the name of the generation that a text is: the beginning of its SHA-256. */
void generation_name(const char *text, size_t len, char name[GENERATION_SIZE]);

/* Whether a text can be the name of a generation. */
bool generation_is_name(const char *text);

/* Keeps a generation's text; one that is kept already is left as it is. */
bool generation_keep(const struct state *state, const char *generation, const struct buf *text, const char **why);

/* Reads what generation_keep kept; *why NULL: nothing is kept of it. */
bool generation_read(const struct state *state, const char *generation, struct buf *text, const char **why);

#endif
