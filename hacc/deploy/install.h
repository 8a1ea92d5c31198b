/* Putting a file in the place where a running program looks for it. The steps are apart, because programs are started
 * in between, and because hacc may be ended after each: beside the target stand for that time the new file (the staged
 * one) and another name of the old one. Their names are always the same and begin with a dot: HAProxy passes them over
 * where it is given the folder. At most one install of a target is under way (struct state's lock). */
#ifndef HACC_DEPLOY_INSTALL_H
#define HACC_DEPLOY_INSTALL_H

#include "hacc/base/buf.h"

#include <stdbool.h>
#include <sys/types.h>

struct install {
    const char *target; /* absolute */
    const char *folder;
    const char *staged; /* the new file, until it is placed */
    const char *kept;   /* the old one's second name, from install_keep to install_settle */
    struct arena *arena;
};

/* Readies an install; touches nothing. `target` is absolute. */
void install_init(struct install *install, const char *target, struct arena *arena);

/* Whether hacc may put a file there: the target is a regular file, or nothing; and neither its folder nor any above may
 * be written to by another user, but for ones like /tmp, whose files only their owner can rename. Root's folders and
 * those of this user are trusted. Gives false with *why (arena-owned) set. */
bool install_is_safe(const struct install *install, const char **why);

/* Writes the new file beside the target, with `mode` or what the target has of it, and the target's owner, and puts it
 * on the disk. */
bool install_stage(const struct install *install, const char *text, size_t len, mode_t mode, const char **why);

/* Gives the target its second name, on the disk; nothing where there is no target. */
bool install_keep(const struct install *install, const char **why);

/* Renames the staged file to the target, on the disk. Where the folder cannot be put on the disk, the target is what it
 * was. */
bool install_place(const struct install *install, const char **why);

/* Makes the target what it was before install_place, with the same bytes on the same place of the disk: nothing has to
 * be written. Where it was not placed, it stays. `fresh`: there was no target. */
bool install_put_back(const struct install *install, bool fresh, const char **why);

/* Removes what stands beside the target. */
void install_settle(const struct install *install);

/* Reads a file whole into `text`, which it empties first; *why NULL: it does not exist. Links are not followed. */
bool install_read(const char *path, struct buf *text, const char **why);

#endif
