#include "hacc/cli/beside.h"

#include "hacc/cli/paths.h"
#include "hacc/host/sysctl.h"
#include "hacc/model/sysctl.h"
#include "hacc/write/files.h"

#include <stdio.h>
#include <unistd.h>

#define SYSCTL_FILE       "90-hacc.conf"
#define USUAL_SYSCTL_FILE "/etc/sysctl.d/" SYSCTL_FILE

static void read_sysctls(struct compilation *c, const char *folder)
{
    const char *path = USUAL_SYSCTL_FILE;
    struct host_sysctls settings;
    struct diags diags;

    if (access(path, F_OK) != 0)
        path = arena_printf(&c->arena, "%s/" SYSCTL_FILE, folder);
    diags_init(&diags, &c->arena);
    host_sysctls_read_file(&settings, path, &c->sources, &diags);
    for (uint32_t i = 0; i < settings.count; i++)
        config_sysctl(&c->config, settings.at[i].name, settings.at[i].value, NULL, settings.at[i].at);
}

/* "mark=0x1 table=100", a line of the script. */
static void read_routes(struct compilation *c, const char *folder)
{
    const char *path = arena_printf(&c->arena, "%s/tproxy-routes.sh", folder), *why, *line;
    struct tproxy tproxy = {.wanted = true};
    const struct source *source;
    uint32_t src;

    if (access(path, R_OK) != 0 || !(src = sources_read(&c->sources, path, &why)))
        return;
    source = c->sources.at[src];
    line = strstr(source->data, "\nmark=0x");
    if (!strstr(source->data, OUTPUT_MARK) || !line ||
        sscanf(line + 1, "mark=0x%x table=%u", &tproxy.mark, &tproxy.table) != 2)
        return;
    tproxy.at = (struct span){src, (uint32_t)(line + 1 - source->data), (uint32_t)strcspn(line + 1, "\n")};
    c->config.tproxy = tproxy;
}

void beside_read(struct compilation *c, const char *path)
{
    const char *real = path_real(path, &c->arena), *folder = real ? path_folder(real, &c->arena) : NULL;

    if (!folder)
        return;
    read_sysctls(c, folder);
    read_routes(c, folder);
}
