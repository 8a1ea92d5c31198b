/* One compilation: what every command that reads configurations does first. */
#ifndef HACC_CLI_COMPILE_H
#define HACC_CLI_COMPILE_H

#include "hacc/cli/inputs.h"
#include "hacc/model/config.h"
#include "hacc/read/yaml_read.h"

struct compile_options {
    enum input_kind from; /* what the files are, whatever their names; see inputs_find */
    int version;          /* enum hap_version; -1: the file's, else `fallback` */
    int fallback;         /* the same; -1: that of `haproxy`, else the newest */
    const char *haproxy;  /* the binary to ask for its version; NULL: none */
    bool allow_outside;   /* include and !file may leave the first file's folder */
};

struct compilation {
    struct oom oom; /* set by the caller: if (setjmp(c->oom.env) == 0) … */
    struct arena arena;
    struct sources sources;
    struct diags diags;
    struct document doc;
    struct config config;
    bool unreadable; /* something could not be read or run: exit status 2 */
};

/* Readies everything; c->oom.env is to be set before anything else is called. */
void compile_init(struct compilation *c);

/* Reads the files and folders named into c->config and runs the checks of the language. Findings are in c->diags. */
void compile_files(struct compilation *c, const char *const *arguments, uint32_t count,
                   const struct compile_options *options);

/* The same for one text in memory, as if it stood in a file of that name; kind is not INPUT_AUTO. */
void compile_text(struct compilation *c, const char *name, const char *text, enum input_kind kind,
                  const struct compile_options *options);

/* Whether the input has been understood so far that its findings are the whole story. */
bool compile_understood(const struct compilation *c);

/* Sorts the findings and prints them to standard error. Gives the exit status: 0, 1 (errors), 2 (unreadable). */
int compile_report(struct compilation *c);

/* Releases everything, wherever the compilation ended. */
void compile_release(struct compilation *c);

#endif
