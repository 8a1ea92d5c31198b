/* The options and arguments that every command takes which reads configurations. */
#ifndef HACC_CLI_OPTIONS_H
#define HACC_CLI_OPTIONS_H

#include "hacc/cli/compile.h"

/* The letters of these options in a table for getopt_long. */
enum { OPTION_VERSION = 'v', OPTION_FROM = 'f', OPTION_OUTSIDE = 'O' };

#define INPUT_OPTIONS                                                                                     \
    {"haproxy", required_argument, NULL, OPTION_VERSION}, {"from", required_argument, NULL, OPTION_FROM}, \
    {                                                                                                     \
        "allow-outside", no_argument, NULL, OPTION_OUTSIDE                                                \
    }

/* What the options are where none is given. */
void options_init(struct compile_options *options);

/* Takes the value of --haproxy: sets *version to the enum hap_version. Gives false, having said why, for one that is
 * not known. */
bool options_version(const char *text, int *version);

/* Takes one of INPUT_OPTIONS. Gives false, having said why, for a wrong value. */
bool options_take(struct compile_options *options, int option, const char *value);

/* Whether the arguments are inputs: one at least, standard input once at most. Gives false, having said why;
 * `command` is the name of the command that is to be asked for --help. */
bool options_inputs(const char *command, int argc, char **argv);

#endif
