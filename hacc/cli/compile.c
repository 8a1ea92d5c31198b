#include "hacc/cli/compile.h"

#include "hacc/check/check.h"
#include "hacc/cli/cli.h"
#include "hacc/host/haproxy.h"
#include "hacc/read/from_yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void compile_init(struct compilation *c)
{
    memset(c, 0, sizeof(*c));
    arena_init(&c->arena, &c->oom);
    sources_init(&c->sources, &c->arena);
    diags_init(&c->diags, &c->arena);
}

/* Which HAProxy the configuration is for, where the command line does not say it (architecture.md, "Versions
 * known"). */
static enum hap_version choose_version(struct compilation *c, const struct compile_options *options)
{
    int version = from_yaml_version(&c->doc, &c->diags);

    if (options->version >= 0)
        return (enum hap_version)options->version;
    if (version == -1)
        version = haproxy_version("haproxy", &c->oom);
    return version >= 0 ? (enum hap_version)version : HAP_NEWEST;
}

void compile_files(struct compilation *c, const char *const *paths, uint32_t count,
                   const struct compile_options *options)
{
    struct yaml_options yaml = {.allow_outside = options->allow_outside};
    struct from_yaml from;
    struct yaml_sink sink;

    from_yaml_init(&from, &c->config, options->version, &c->sources, &c->diags);
    sink = from_yaml_sink(&from);
    yaml_read(&c->doc, paths, count, &yaml, &sink, &c->sources, &c->diags);
    c->unreadable = c->doc.unreadable;
    from_yaml_finish(&from, &c->doc, from.reader ? c->config.lang.version : choose_version(c, options));
    check_language(&c->config);
}

int compile_report(struct compilation *c)
{
    struct buf out;

    diags_sort(&c->diags);
    buf_init(&out, &c->oom);
    diags_print(&c->diags, &c->sources, (struct diag_style){cli_color(STDERR_FILENO)}, &out);
    cli_write(STDERR_FILENO, out.data, out.len);
    buf_release(&out);
    return c->unreadable ? EXIT_UNREADABLE : c->diags.errors ? EXIT_FINDINGS : EXIT_SUCCESS;
}

void compile_release(struct compilation *c)
{
    sources_release(&c->sources);
    arena_release(&c->arena);
}
