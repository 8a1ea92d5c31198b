/* One run of hacc lint: configurations, each linted by itself, and what it prints of them. */
#ifndef HACC_CLI_LINT_RUN_H
#define HACC_CLI_LINT_RUN_H

#include "hacc/cli/baseline.h"
#include "hacc/cli/compile.h"
#include "hacc/cli/layout.h"
#include "hacc/cli/machine.h"
#include "hacc/cli/settings.h"
#include "hacc/write/to_findings.h"

#include <sys/types.h>

/* What becomes of a configuration. */
struct lint_unit {
    const char *const *paths; /* files and folders, as compile_files takes them */
    uint32_t count;
    struct settings *settings; /* NULL: none */
    bool asked;                /* by the command line; else it is linted to see what it is made of */
    bool part;                 /* another configuration has read its file: it is no configuration of its own */
    struct buf piece;          /* what the format makes of its findings */
    struct findings_sum sum;
    struct lint_text *texts; /* of --fix: what stands for its files, and for standard input */
    uint32_t mended;         /* findings that --fix has done away with */
    uint32_t made, made_end; /* the entries of a baseline that were made of them */
    bool failed;             /* it has findings that make the exit status 1 */
};

/* A file that a configuration was made of. */
struct lint_file {
    dev_t dev;
    ino_t ino;
    uint32_t unit;
};

/* What --fix makes of a file's text. */
struct lint_text {
    struct lint_text *next;
    const char *name;             /* of the source */
    struct buf before, now, last; /* last: before the round at hand, where `edited` */
    bool edited;
    bool from_stdin;
};

enum lint_fix { LINT_FIX_NONE, LINT_FIX_WRITE, LINT_FIX_DIFF };

struct lint_run {
    /* set by the command line */
    struct compile_options options;
    const struct findings_format *format;
    struct levels asked; /* --only, --skip: RULE_OFF, or LEVEL_UNSET */
    int fail_on;         /* enum severity or LEVEL_NEVER; LEVEL_UNSET: the settings' */
    bool together;       /* all arguments are one configuration */
    const char *stdin_name, *baseline_path;
    bool write_baseline;
    enum lint_fix fix;
    struct machine machine;

    struct oom oom;
    struct arena arena; /* of what outlives a configuration */
    struct sources sources;
    struct diags diags; /* about the settings */
    struct settings_store store;
    struct layout layout;
    struct baseline baseline;
    struct lint_unit *units;
    uint32_t unit_count, unit_cap;
    uint32_t unit; /* index of the configuration at hand */
    struct lint_file *files;
    uint32_t file_count, file_cap;
    struct compilation c;   /* of the configuration at hand */
    struct levels **levels; /* by its sources; NULL: not asked for yet */
    uint32_t level_count;
    struct buf changes; /* for standard output, instead of the findings: what --fix makes of standard input, or
                           how the files would differ */
    bool from_stdin;    /* one of the arguments is standard input */
};

/* Readies what the command line does not set. run->oom.env is to be set before anything else is called. */
void lint_begin(struct lint_run *run);

/* Compiles a configuration into run->c, with its texts, and finds its faults: those that count, and those that comments
 * ignore. */
void lint_compile(struct lint_run *run, struct lint_unit *unit);

/* Gives the name that the path has among sources and in the file system. */
const char *lint_name_of(const struct lint_run *run, const char *path);

/* Adds a configuration, which lint_unit then lints. It is moved when another one is added. */
struct lint_unit *lint_add_unit(struct lint_run *run, const char *const *paths, uint32_t count, bool asked);
void lint_unit(struct lint_run *run, struct lint_unit *unit);

/* Lints what the arguments name, and prints it. Gives the exit status. */
int lint_all(struct lint_run *run, const char *const *arguments, uint32_t count);

/* Releases everything, wherever the run ended. */
void lint_end(struct lint_run *run);

#endif
