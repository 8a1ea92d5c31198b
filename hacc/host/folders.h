/* Folders of this machine that a configuration names. */
#ifndef HACC_HOST_FOLDERS_H
#define HACC_HOST_FOLDERS_H

#include "hacc/base/arena.h"

#include <stdbool.h>

/* Whether there is certainly no folder at an absolute path: nothing is there, or no folder. `root`: the folder that
 * stands for '/', or "". What may not be looked at may be there. */
bool host_lacks_folder(const char *root, const char *path, uint32_t len, struct arena *arena);

#endif
