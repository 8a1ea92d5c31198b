/* hacc: a compiler for HAProxy configurations. */
#include "hacc/base/version.h"
#include "hacc/cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command commands[] = {
    {"build", "compile YAML to haproxy.cfg", command_build},
    {"lint", "find faults, and say where they are", command_lint},
    {"diff", "say what changes in meaning, and what needs a reload", command_diff},
    {"doctor", "see whether this machine lets HAProxy start", command_doctor},
    {"apply", "install a configuration on this machine, and prove it", command_apply},
    {"rollback", "make an earlier generation live again", command_rollback},
    {"status", "show what is live, and what differs from it", command_status},
    {"history", "list the generations that were live", command_history},
    {"import", "turn a haproxy.cfg into YAML", command_import},
    {"fmt", "lay out YAML and haproxy.cfg files", command_fmt},
    {"doc", "explain a keyword of HAProxy", command_doc},
    {"rules", "list the kinds of faults that hacc finds", command_rules},
    {"explain", "explain a rule: why, an example, its mending", command_explain},
    {"schema", "print the JSON Schema of the YAML, for editors", command_schema},
};

static const char usage[] = "usage: hacc COMMAND [OPTION…] FILE…\n"
                            "       hacc help [COMMAND] | --help | --version\n";

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

static void print_help(void)
{
    puts(usage);
    puts("hacc turns a YAML load balancer into a haproxy.cfg, and finds its faults first.\n");
    puts("commands:");
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        printf("  %-8s %s\n", commands[i].name, commands[i].summary);
    puts("\n'hacc COMMAND --help' tells more. FILE may be - for standard input.");
}

/* Runs what the command line asks for; argv[0] is the program's name, for messages of getopt. */
static int run(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    bool help = strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0;
    const struct command *command = find_command(help && argc > 2 ? argv[2] : name);

    if (help && command) {
        char *ask[] = {argv[0], (char *)"--help", NULL};

        return command->run(2, ask);
    }
    if (help && argc == 2) {
        print_help();
        return EXIT_SUCCESS;
    }
    if (command) {
        argv[1] = argv[0];
        return command->run(argc - 1, argv + 1);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        puts("hacc " HACC_VERSION);
        return EXIT_SUCCESS;
    }
    if (argc > 1)
        cli_error("no command '%s'", help ? argv[2] : name);
    fputs(usage, stderr);
    return EXIT_UNREADABLE;
}

/* A closed standard stream gets a descriptor that cannot be written to, so that no file takes its number. */
static bool fill_streams(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    return fd >= 0 && close(fd) == 0;
}

int main(int argc, char **argv)
{
    char *none[] = {NULL, NULL};
    int status;

    if (!fill_streams())
        return EXIT_UNREADABLE;
    if (argc < 1)
        argv = none;
    argv[0] = (char *)"hacc";
    status = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        cli_error("standard output: %s", strerror(errno));
        return EXIT_UNREADABLE;
    }
    return status;
}
