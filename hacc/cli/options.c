#include "hacc/cli/options.h"

#include "hacc/cli/cli.h"

#include <getopt.h>
#include <string.h>

void options_init(struct compile_options *options)
{
    options->version = options->fallback = -1;
    options->haproxy = "haproxy";
}

bool options_version(const char *text, int *version)
{
    char known[64] = "";

    *version = hap_version_parse(text, strlen(text));
    if (*version >= 0)
        return true;
    for (int i = 0; i < HAP_COUNT; i++) {
        strcat(known, i ? ", " : "");
        strcat(known, hap_version_names[i]);
    }
    cli_error("'%s' is not a version that hacc knows (%s)", text, known);
    return false;
}

bool options_take(struct compile_options *options, int option, const char *value)
{
    switch (option) {
    case OPTION_VERSION:
        return options_version(value, &options->version);
    case OPTION_FROM:
        if (strcmp(value, "yaml") != 0 && strcmp(value, "cfg") != 0) {
            cli_error("--from takes yaml or cfg, not '%s'", value);
            return false;
        }
        options->from = *value == 'y' ? INPUT_YAML : INPUT_CFG;
        return true;
    default:
        options->allow_outside = true;
        return true;
    }
}

bool options_inputs(const char *command, int argc, char **argv)
{
    int from_stdin = 0;

    for (int i = optind; i < argc; i++)
        from_stdin += strcmp(argv[i], "-") == 0;
    if (optind == argc)
        cli_error("no input file ('hacc %s --help' tells more)", command);
    else if (from_stdin > 1)
        cli_error("standard input can be read only once");
    return optind < argc && from_stdin <= 1;
}
