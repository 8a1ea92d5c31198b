#include "hacc/cli/compile.h"

#include "hacc/check/check.h"
#include "hacc/cli/cli.h"
#include "hacc/host/haproxy.h"
#include "hacc/read/from_cfg.h"
#include "hacc/read/from_yaml.h"
#include "hacc/write/files.h"

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

/* Which HAProxy the configuration is for: what the command line says, else the file, else the binary at hand. */
static enum hap_version choose_version(struct compilation *c, const struct compile_options *options)
{
    int version = from_yaml_version(&c->doc, &c->diags);

    if (options->version >= 0)
        return (enum hap_version)options->version;
    if (version == -1)
        version = options->fallback;
    if (version == -1 && options->haproxy)
        version = haproxy_version(options->haproxy, &c->arena);
    return version >= 0 ? (enum hap_version)version : HAP_NEWEST;
}

/* haproxy.cfg: one file after the other, as haproxy's own -f takes them. */
static void compile_cfg(struct compilation *c, const char *const *paths, uint32_t count,
                        const struct compile_options *options)
{
    static const struct span nowhere;
    const char *why;

    config_init(&c->config, &c->arena, &c->diags, &c->sources, choose_version(c, options));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t src = sources_read(&c->sources, paths[i], &why);

        if (src) {
            from_cfg(&c->config, src);
            continue;
        }
        c->unreadable = true;
        diag_add(&c->diags, RULE_UNREADABLE, nowhere, NULL, "cannot read '%s': %s", paths[i], why);
    }
    check_language(&c->config);
}

static void compile_yaml(struct compilation *c, const char *const *paths, uint32_t count,
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

void compile_files(struct compilation *c, const char *const *arguments, uint32_t count,
                   const struct compile_options *options)
{
    struct inputs inputs;

    if (!inputs_find(&inputs, arguments, count, options->from, &c->sources, &c->diags)) {
        config_init(&c->config, &c->arena, &c->diags, &c->sources, HAP_NEWEST);
        c->unreadable = true;
    } else if (inputs.kind == INPUT_CFG) {
        compile_cfg(c, inputs.paths, inputs.count, options);
    } else {
        compile_yaml(c, inputs.paths, inputs.count, options);
    }
}

void compile_text(struct compilation *c, const char *name, const char *text, enum input_kind kind,
                  const struct compile_options *options)
{
    sources_offer(&c->sources, name, text, strlen(text));
    if (kind == INPUT_CFG)
        compile_cfg(c, &name, 1, options);
    else
        compile_yaml(c, &name, 1, options);
}

bool compile_understood(const struct compilation *c)
{
    return !c->unreadable && !c->config.damaged;
}

int compile_report(struct compilation *c)
{
    struct buf out;

    diags_sort(&c->diags);
    buf_init_in(&out, &c->arena);
    diags_print(&c->diags, &c->sources, (struct diag_style){.color = cli_color(STDERR_FILENO)}, &out);
    write_all(STDERR_FILENO, out.data, out.len);
    return c->unreadable ? EXIT_UNREADABLE : c->diags.errors ? EXIT_FINDINGS : EXIT_SUCCESS;
}

void compile_release(struct compilation *c)
{
    sources_release(&c->sources);
    arena_release(&c->arena);
}
