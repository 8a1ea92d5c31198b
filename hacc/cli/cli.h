/* What the commands share: exit statuses, and talking to the terminal. */
#ifndef HACC_CLI_CLI_H
#define HACC_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

enum exit_status {
    EXIT_FINDINGS = 1,   /* findings that matter: errors, or as --fail-on says; with --check: files that differ */
    EXIT_UNREADABLE = 2, /* usage, or input that cannot be read or understood; output that cannot be written */
    EXIT_PREFLIGHT = 4   /* this machine does not let HAProxy start with the configuration */
};

/* A command: `run` gets argv with the program's name first, as getopt wants it, and gives the exit status. */
struct command {
    const char *name;
    const char *summary; /* one line for `hacc --help` */
    int (*run)(int argc, char **argv);
};

/* hacc build. */
int command_build(int argc, char **argv);

/* hacc lint. */
int command_lint(int argc, char **argv);

/* hacc fmt. */
int command_fmt(int argc, char **argv);

/* hacc import. */
int command_import(int argc, char **argv);

/* hacc diff. */
int command_diff(int argc, char **argv);

/* hacc schema. */
int command_schema(int argc, char **argv);

/* hacc doc. */
int command_doc(int argc, char **argv);

/* hacc rules. */
int command_rules(int argc, char **argv);

/* hacc explain. */
int command_explain(int argc, char **argv);

/* hacc doctor. */
int command_doctor(int argc, char **argv);

/* hacc apply. */
int command_apply(int argc, char **argv);

/* hacc rollback. */
int command_rollback(int argc, char **argv);

/* hacc history. */
int command_history(int argc, char **argv);

/* hacc status. */
int command_status(int argc, char **argv);

/* Whether `fd` is a terminal that may get colours (NO_COLOR, https://no-color.org, and TERM=dumb forbid
 * them). */
bool cli_color(int fd);

/* Writes the text to standard output. Gives false, having said why, where it cannot be written. */
bool cli_print(const char *text, size_t len);

/* Says that no rule has this id (nor, where `families`, any family), and which one may be meant. Gives
 * EXIT_FINDINGS. */
int cli_no_rule(const char *id, bool families);

/* Prints "hacc: …" to standard error. */
__attribute__((format(printf, 1, 2))) void cli_error(const char *fmt, ...);

#endif
