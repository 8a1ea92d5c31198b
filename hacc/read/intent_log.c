/* journald: logs that arrive, from inside a chroot too.
 *
 * HAProxy opens the socket's path for each message, after its chroot. Debian's unit for 2.6 and later binds /dev/log
 * (which is journald's socket) to /var/lib/haproxy/dev/log, so that the path /dev/log leads there from inside the
 * package's chroot and from outside. With another chroot, or with 2.2, the worker's standard output is what
 * delivers: under `haproxy -Ws`, as every distribution's unit starts it, that is the unit's journal stream. */
#include "hacc/read/intent.h"

#include <string.h>

/* The chroot that Debian's unit has the socket bound into. */
#define UNIT_CHROOT "/var/lib/haproxy"

static bool chroot_is_unit(const char *path, uint32_t len)
{
    while (len > 1 && path[len - 1] == '/')
        len--;
    return len == strlen(UNIT_CHROOT) && memcmp(path, UNIT_CHROOT, len) == 0;
}

/* Whether /dev/log leads to journald after the chroot that the section asks for. */
static bool socket_delivers(const struct reader *reader, const struct intent_use *use)
{
    const struct directive *chroot = section_find_directive(use->section, KW_GLOBAL_CHROOT);

    return reader->lang->version >= HAP_2_4 &&
           (!chroot || !chroot->arg_count || chroot_is_unit(chroot->args[0].text, chroot->args[0].len));
}

/* The `via` that is asked for by name, NULL: hacc chooses. */
static const struct node *via_of(const struct intent_use *use)
{
    const struct node *via = use->value->kind == NODE_MAP ? intent_option(use, "via") : use->value;

    return via && node_truth(via) == TRUTH_NONE ? via : NULL;
}

static const char *log_line(struct reader *reader, const struct intent_use *use, bool to_socket)
{
    const char *level = intent_word(reader, use, "level", NULL);

    return arena_printf(reader->lang->arena, "log %s %s%s%s", to_socket ? "/dev/log" : "stdout format short",
                        intent_word(reader, use, "facility", "local0"), level ? " " : "", level ? level : "");
}

static void journald_expand(struct reader *reader, struct intent_use *use)
{
    const struct node *via = via_of(use);

    if (via && !node_is(via, "socket") && !node_is(via, "stdout"))
        intent_fault(reader, via, NULL, "journald is reached via 'socket' or 'stdout'");
    else
        reader_add_line(reader, use->key, "%s",
                        log_line(reader, use, via ? node_is(via, "socket") : socket_delivers(reader, use)));
}

/* The chroot may stand behind the intent: now it is known. */
static void check_way(struct reader *reader, struct intent_use *use)
{
    const struct node *via = via_of(use);
    bool to_socket = socket_delivers(reader, use);
    struct directive *line = use->section->first;

    while (line && !(line->kw->id == KW_GLOBAL_LOG && line->intent == use->intent->name))
        line = line->next;
    if (!line || (via && (to_socket || !node_is(via, "socket"))))
        return;
    if (via) {
        diag_add(reader->diags, RULE_CHROOT_LOG_SOCKET, node_span(via),
                 "bind-mount it in a drop-in of haproxy.service: BindReadOnlyPaths=/dev/log:CHROOT/dev/log",
                 "/dev/log does not lead out of this chroot");
    } else if (to_socket != (line->args[0].text[0] == '/')) {
        intent_line_into(reader, use->section, use, line, "%s", log_line(reader, use, to_socket));
        section_remove(use->section, line);
    }
}

static bool has_log(const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next)
        if (d->kw->id == KW_DEFAULTS_LOG) /* `no log` too: it was meant */
            return true;
    return false;
}

/* Request logs need `log global`: in the defaults, or in a proxy that no defaults section reaches. */
static void journald_finish(struct reader *reader, struct intent_use *use)
{
    check_way(reader, use);
    for (struct section *s = reader->config->first; s; s = s->next) {
        bool proxy = s->context == CONTEXT_FRONTEND || s->context == CONTEXT_LISTEN || s->context == CONTEXT_BACKEND;

        if (has_log(s) || !(s->context == CONTEXT_DEFAULTS || (proxy && !section_defaults(reader->config, s))))
            continue;
        intent_line_into(reader, s, use, s->first, "log global");
    }
}

const struct intent intent_journald = {"journald",      "global",        "via facility level",
                                       journald_expand, journald_finish, false};
