/* What a file is a part of by the layouts that are usual, where no .hacc.yaml tells:
 *
 *   a YAML file that one in its folder, or in the folders above it, includes; up to that of the repository (.git), and
 *   not far where there is none
 *   a .cfg file in a folder NAME.d, all of which HAProxy's -f takes; where that is conf.d with a haproxy.cfg beside it,
 * and none of its files has a global section, the two together, as Red Hat's unit has it */
#ifndef HACC_CLI_LAYOUT_H
#define HACC_CLI_LAYOUT_H

#include "hacc/cli/settings.h"

/* In no folder with more YAML files is one looked for that includes others, and in no more folders without a repository
 * around them. */
enum { LAYOUT_MAX_FILES = 200, LAYOUT_MAX_FOLDERS = 3 };

/* A YAML file that includes others. */
struct layout_main {
    struct layout_main *next;
    const char *real;
    struct settings_whole whole; /* the file */
};

/* What is in a folder. */
struct layout_folder {
    struct layout_folder *next;
    const char *path; /* absolute, without links */
    struct layout_main *mains;
    struct settings_whole *parts; /* of NAME.d: what its files belong to; NULL: no .cfg files are there */
    bool joined;                  /* the haproxy.cfg beside NAME.d is one of them */
    bool mains_known, parts_known;
};

struct layout {
    struct layout_folder *first;
    struct arena *arena;
};

/* Gives the configuration that a .cfg file (absolute, without links) belongs to, or that a folder NAME.d is; NULL:
 * none.
 */
struct settings_whole *layout_cfg(struct layout *layout, const char *real);

/* Gives the YAML files that may include the file: those of its folder first, and of the next folder up where *at is
 * what came last; NULL: there are no more folders. */
struct layout_folder *layout_yaml(struct layout *layout, const char *real, const struct layout_folder *at);

#endif
