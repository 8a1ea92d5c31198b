/* hacc build: YAML in, haproxy.cfg and what the kernel needs beside it out. */
#include "hacc/cli/cli.h"
#include "hacc/cli/options.h"
#include "hacc/cli/verdict.h"
#include "hacc/write/files.h"
#include "hacc/write/to_cfg.h"
#include "hacc/write/to_sysctl.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { OUTPUT_CFG, OUTPUT_SYSCTL, OUTPUT_NFT, OUTPUT_ROUTES, OUTPUT_COUNT };

struct build_options {
    struct compile_options compile;
    const char *dir;     /* -o; NULL: standard output */
    const char *haproxy; /* --with-haproxy: the binary; NULL: not asked */
    bool check, expand, annotate;
};

struct build {
    struct compilation c;
    struct build_options options;
    struct source_map map;
    struct buf out[OUTPUT_COUNT];
    struct output files[OUTPUT_COUNT];
};

static const char help[] =
    "usage: hacc build [OPTION…] FILE…\n"
    "\n"
    "Compiles YAML files to haproxy.cfg. Several files are merged by key. A file whose name ends in .cfg, or whose text\n"
    "is one, is read as a haproxy.cfg, to be checked and laid out; several are read one after the other. A folder stands\n"
    "for its .cfg files, or its .yaml and .yml files, in the order of their names. Findings go to standard error; on any\n"
    "error nothing is written.\n"
    "\n"
    "  -o, --output DIR       write DIR/haproxy.cfg, and where the configuration needs them DIR/90-hacc.conf (sysctl),\n"
    "                         DIR/tproxy.nft and DIR/tproxy-routes.sh; without it haproxy.cfg goes to standard output\n"
    "      --haproxy X.Y      the version of HAProxy to compile for: 2.2, 2.4, 2.6, 2.8, 3.0, 3.2 (default: the file's\n"
    "                         'haproxy:' key, else BIN or the installed haproxy, else the newest)\n"
    "      --from KIND        what the files are, whatever their names: yaml or cfg\n"
    "      --expand           mark each line that an intent of 'hacc:' became with the intent's name and place\n"
    "      --annotate         mark each line with the place in the input that it comes from\n"
    "      --check            with -o: write nothing, exit 1 if a file in DIR is not what would be written\n"
    "      --with-haproxy[=BIN]\n"
    "                         let the real haproxy check the result; what it says comes back at the line of the input\n"
    "      --allow-outside    let include: and !file leave the folder of the first FILE\n"
    "  -h, --help             print this\n"
    "\n"
    "FILE may be - for standard input. Exit status: 0 done, 1 errors in the input (with --check: files differ),\n"
    "2 usage, a file that cannot be read or written, or a haproxy that cannot be run.\n";

static const struct option long_options[] = {INPUT_OPTIONS,
                                             {"output", required_argument, NULL, 'o'},
                                             {"expand", no_argument, NULL, 'e'},
                                             {"annotate", no_argument, NULL, 'a'},
                                             {"check", no_argument, NULL, 'c'},
                                             {"with-haproxy", optional_argument, NULL, 'w'},
                                             {"help", no_argument, NULL, 'h'},
                                             {NULL, 0, NULL, 0}};

/* What must hold of all options and files together. */
static int check_options(const struct build_options *options, int argc, char **argv)
{
    if (!options_inputs("build", argc, argv))
        return EXIT_UNREADABLE;
    if (options->dir && !*options->dir)
        cli_error("-o needs the name of a folder");
    else if (options->check && !options->dir)
        cli_error("--check needs -o DIR, the files to compare with");
    else
        return -1;
    return EXIT_UNREADABLE;
}

/* Gives -1 to go on, else the exit status. */
static int parse_options(struct build_options *options, int argc, char **argv)
{
    int option;

    options_init(&options->compile);
    while ((option = getopt_long(argc, argv, "o:h", long_options, NULL)) >= 0) {
        switch (option) {
        case 'o':
            options->dir = optarg;
            break;
        case OPTION_VERSION:
        case OPTION_FROM:
        case OPTION_OUTSIDE:
            if (!options_take(&options->compile, option, optarg))
                return EXIT_UNREADABLE;
            break;
        case 'e':
            options->expand = true;
            break;
        case 'a':
            options->annotate = true;
            break;
        case 'c':
            options->check = true;
            break;
        case 'w':
            options->haproxy = options->compile.haproxy = optarg && *optarg ? optarg : "haproxy";
            break;
        case 'h':
            fputs(help, stdout);
            return EXIT_SUCCESS;
        default:
            fputs("hacc: 'hacc build --help' lists the options\n", stderr);
            return EXIT_UNREADABLE;
        }
    }
    return check_options(options, argc, argv);
}

/* Renders everything in memory. */
static void render(struct build *build)
{
    static const char *const names[OUTPUT_COUNT] = {"haproxy.cfg", "90-hacc.conf", "tproxy.nft", "tproxy-routes.sh"};
    const struct config *config = &build->c.config;
    struct cfg_options options = {.annotate = build->options.annotate,
                                  .expand = build->options.expand,
                                  .map = build->options.haproxy ? &build->map : NULL};

    build->map.arena = &build->c.arena;
    to_cfg(config, &options, &build->out[OUTPUT_CFG]);
    to_sysctl(config, &build->out[OUTPUT_SYSCTL]);
    to_tproxy_nft(config, &build->out[OUTPUT_NFT]);
    to_tproxy_routes(config, &build->out[OUTPUT_ROUTES]);
    for (int i = 0; i < OUTPUT_COUNT; i++) {
        build->files[i] = (struct output){
            .name = names[i],
            .text = build->out[i].len || i == OUTPUT_CFG ? buf_text(&build->out[i]) : NULL,
            .len = build->out[i].len,
            .mode = 0644,
        };
        if (i == OUTPUT_ROUTES)
            build->files[i].mode = 0755;
    }
    if (config->secret)
        build->files[OUTPUT_CFG].mode = build->files[OUTPUT_SYSCTL].mode = 0600;
}

static int check_files(struct build *build)
{
    static const char *const says[] = {"", "is not what would be written", "is missing", "would be removed", ""};
    int status = EXIT_SUCCESS;

    for (int i = 0; i < OUTPUT_COUNT; i++) {
        enum output_state state = output_compare(&build->files[i], build->options.dir, &build->c.arena);

        if (state == OUTPUT_CURRENT)
            continue;
        cli_error("%s/%s%s %s", build->options.dir, build->files[i].name, state == OUTPUT_UNREADABLE ? ":" : "",
                  state == OUTPUT_UNREADABLE ? strerror(errno) : says[state]);
        if (status != EXIT_UNREADABLE)
            status = state == OUTPUT_UNREADABLE ? EXIT_UNREADABLE : EXIT_FINDINGS;
    }
    return status;
}

static int write_result(struct build *build)
{
    const char *path;

    if (build->options.check)
        return check_files(build);
    if (!build->options.dir)
        return cli_print(build->files[OUTPUT_CFG].text, build->files[OUTPUT_CFG].len) ? EXIT_SUCCESS : EXIT_UNREADABLE;
    if (outputs_write(build->files, OUTPUT_COUNT, build->options.dir, &build->c.arena, &path))
        return EXIT_SUCCESS;
    cli_error("%s: %s", path, strerror(errno));
    return EXIT_UNREADABLE;
}

static int build_files(struct build *build, const char *const *paths, uint32_t count)
{
    const char *haproxy = build->options.haproxy, *why = NULL;
    struct haproxy_program program = {.words = &haproxy, .count = 1};
    int status;

    compile_files(&build->c, paths, count, &build->options.compile);
    if (!build->c.diags.errors && !build->c.unreadable) {
        render(build);
        if (haproxy && !haproxy_verdict(&program, &build->out[OUTPUT_CFG], &build->map, &build->c.diags, &why))
            build->c.unreadable = true;
    }
    status = compile_report(&build->c);
    if (why)
        cli_error("%s", why);
    return status;
}

int command_build(int argc, char **argv)
{
    static struct build build; /* static: what setjmp returns to must be found as it was left */
    int status = parse_options(&build.options, argc, argv);

    if (status >= 0)
        return status;
    compile_init(&build.c);
    for (int i = 0; i < OUTPUT_COUNT; i++)
        buf_init(&build.out[i], &build.c.oom);
    if (setjmp(build.c.oom.env) == 0) {
        status = build_files(&build, (const char *const *)argv + optind, (uint32_t)(argc - optind));
        if (status == EXIT_SUCCESS)
            status = write_result(&build);
    } else {
        cli_error("out of memory");
        status = EXIT_UNREADABLE;
    }
    for (int i = 0; i < OUTPUT_COUNT; i++)
        buf_release(&build.out[i]);
    compile_release(&build.c);
    return status;
}
