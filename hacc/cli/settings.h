/* .hacc.yaml: what a project says to hacc lint (docs/lint.md). */
#ifndef HACC_CLI_SETTINGS_H
#define HACC_CLI_SETTINGS_H

#include "hacc/cli/levels.h"
#include "hacc/read/yaml_read.h"

#define SETTINGS_NAME ".hacc.yaml"

/* What holds for files whose path, below the settings' folder, matches a pattern. */
struct settings_files {
    struct settings_files *next;
    const char *pattern; /* of fnmatch(3); '*' matches slashes too */
    struct levels levels;
    int version; /* enum hap_version; -1: nothing is said */
};

/* Files and folders that are one configuration. */
struct settings_whole {
    struct settings_whole *next;
    const char **paths; /* as they are shown */
    uint32_t count;
    uint32_t unit; /* 1 + its index among the configurations of the run; 0: it is not linted yet */
};

/* A path of one of them. */
struct settings_path {
    const char *real;
    struct settings_whole *whole;
    uint32_t index; /* among the whole's */
};

struct settings {
    struct settings *next;
    const char *path, *folder; /* absolute, without links */
    struct settings_files all; /* what holds for all files */
    struct settings_files *files;
    struct settings_whole *wholes;
    struct settings_path *paths; /* of all of them, in the order of their names */
    uint32_t path_count, path_cap;
    bool looked; /* all of `wholes` are linted */
    int fail_on; /* enum severity, LEVEL_NEVER or LEVEL_UNSET */
};

/* Reads settings->path into what is prepared. Gives false after findings. */
bool settings_read(struct settings *settings, struct sources *sources, struct diags *diags);

/* All that one run reads. Findings about them are in diags. */
struct settings_store {
    struct settings *first;
    struct sources *sources;
    struct diags *diags;
    const char *given; /* --config */
    bool none;         /* --no-config */
    bool unreadable;   /* something in them was not understood */
};

/* Gives the settings for a file or folder: those of --config, else of the nearest .hacc.yaml in its folder or above;
 * NULL: there are none. */
struct settings *settings_find(struct settings_store *store, const char *name);

/* Lays on `levels` what the settings say of a file; they may be NULL. */
void settings_levels(const struct settings *settings, const char *name, struct arena *arena, struct levels *levels);

/* Gives the version of HAProxy that they say a file is for, or -1. */
int settings_version(const struct settings *settings, const char *name, struct arena *arena);

/* Gives the path of a configuration that a file is, or (a folder) lies in; NULL: there is none. The settings may be
 * NULL. */
const struct settings_path *settings_path_of(const struct settings *settings, const char *name, struct arena *arena);

#endif
