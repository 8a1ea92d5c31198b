#include "hacc/write/to_sysctl.h"

#include "hacc/model/sysctl.h"
#include "hacc/write/files.h"

/* Gives, by the settings' numbers, the value that each is written with; NULL: it is not, because another one of its key
 * is. A key is written once: where it is derived, there; else where it is written by hand first. What is written by
 * hand counts. */
static const char **written_values(const struct config *config)
{
    const char **values = arena_zalloc(config->arena, config->sysctl_count * sizeof(*values));
    struct sysctl_index index;
    uint32_t run;

    sysctl_index_make(&index, config);
    for (uint32_t first = 0; first < index.count; first += run) {
        const struct sysctl *written = index.at[first];

        run = sysctl_index_run(&index, first);
        for (uint32_t i = 0; i < run && !written->reason; i++)
            if (index.at[first + i]->reason)
                written = index.at[first + i];
        values[written->number] = sysctl_index_final(&index, first)->value;
    }
    return values;
}

static void write_setting(const struct config *config, const struct sysctl *sysctl, const char *value, struct buf *out)
{
    struct source *source = config->sources->at[sysctl->at.src];

    for (const struct comment_line *line = sysctl->comments; line; line = line->next)
        buf_printf(out, "%.*s\n", (int)line->len, line->text);
    if (sysctl->reason)
        buf_printf(out, "# %s\n", sysctl->reason);
    else if (!sysctl->comments)
        buf_printf(out, "# %s:%u\n", source->name, source_place(source, sysctl->at.off).line);
    buf_printf(out, "%s = %s\n", sysctl->key, value);
}

/* What intents derive comes first, then what is written by hand. */
void to_sysctl(const struct config *config, struct buf *out)
{
    const char **values;

    if (!config->sysctls)
        return;
    values = written_values(config);
    buf_puts(out, OUTPUT_MARK "; load: sysctl --system\n");
    for (int derived = 1; derived >= 0; derived--)
        for (const struct sysctl *s = config->sysctls; s; s = s->next)
            if (!s->reason == !derived && values[s->number])
                write_setting(config, s, values[s->number], out);
}

static const char nft_head[] =
    OUTPUT_MARK ": replies of the servers go to HAProxy's own sockets, which bear the clients' addresses\n"
                "# load: nft -f tproxy.nft    remove: nft delete table inet hacc_tproxy\n"
                "table inet hacc_tproxy\n"
                "delete table inet hacc_tproxy\n"
                "table inet hacc_tproxy {\n"
                "    chain divert {\n"
                "        type filter hook prerouting priority mangle; policy accept;\n";

void to_tproxy_nft(const struct config *config, struct buf *out)
{
    if (!config->tproxy.wanted)
        return;
    buf_puts(out, nft_head);
    buf_printf(out, "        meta l4proto tcp socket transparent 1 socket wildcard 0 meta mark set 0x%x accept\n",
               config->tproxy.mark);
    buf_puts(out, "    }\n}\n");
}

static const char routes_head[] =
    "#!/bin/sh\n" OUTPUT_MARK ": what tproxy.nft marked is delivered on this machine, whatever address it bears\n"
    "# usage: tproxy-routes.sh [start|stop]      start may be repeated\n"
    "set -eu\n"
    "\n";

/* Idempotent, for both families; `stop` takes back what `start` did. */
static const char routes_body[] =
    "\n"
    "families() {\n"
    "    echo \"-4 0.0.0.0/0\"\n"
    "    if [ -e /proc/net/if_inet6 ]; then echo \"-6 ::/0\"; fi\n"
    "}\n"
    "\n"
    "case ${1:-start} in\n"
    "start)\n"
    "    families | while read -r family everything; do\n"
    "        ip \"$family\" route replace local \"$everything\" dev lo table \"$table\"\n"
    "        if [ -z \"$(ip \"$family\" rule list fwmark \"$mark\" table \"$table\")\" ]; then\n"
    "            ip \"$family\" rule add fwmark \"$mark\" table \"$table\"\n"
    "        fi\n"
    "    done\n"
    "    ;;\n"
    "stop)\n"
    "    families | while read -r family everything; do\n"
    "        ip \"$family\" rule del fwmark \"$mark\" table \"$table\" 2>/dev/null || true\n"
    "        ip \"$family\" route del local \"$everything\" dev lo table \"$table\" 2>/dev/null || true\n"
    "    done\n"
    "    ;;\n"
    "*)\n"
    "    echo \"usage: $0 [start|stop]\" >&2\n"
    "    exit 2\n"
    "    ;;\n"
    "esac\n";

void to_tproxy_routes(const struct config *config, struct buf *out)
{
    if (!config->tproxy.wanted)
        return;
    buf_puts(out, routes_head);
    buf_printf(out, "mark=0x%x table=%u\n", config->tproxy.mark, config->tproxy.table);
    buf_puts(out, routes_body);
}
