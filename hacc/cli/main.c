/* hacc: a compiler for HAProxy configurations. */
#include "hacc/cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HACC_VERSION "0.1"

static const struct command commands[] = {
    {"build", "compile YAML to haproxy.cfg", command_build},
};

static const char usage[] = "usage: hacc COMMAND [OPTION…] FILE…\n"
                            "       hacc --help | --version\n";

static void print_help(void)
{
    puts(usage);
    puts("hacc turns a YAML load balancer into a haproxy.cfg, and finds its faults first.\n");
    puts("commands:");
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        printf("  %-8s %s\n", commands[i].name, commands[i].summary);
    puts("\n'hacc COMMAND --help' tells more. FILE may be - for standard input.");
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (strcmp(name, commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        puts("hacc " HACC_VERSION);
        return EXIT_SUCCESS;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help();
        return EXIT_SUCCESS;
    }
    if (*name)
        cli_error("no command '%s'", name);
    fputs(usage, stderr);
    return EXIT_UNREADABLE;
}
