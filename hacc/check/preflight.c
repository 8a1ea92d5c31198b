#include "hacc/check/preflight.h"

#include "hacc/check/preflight_parts.h"
#include "hacc/lang/types.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
    const char *name, *asks;
} checks[PREFLIGHT_COUNT] = {
#define PREFLIGHT_TEXTS(id, name, asks) {name, asks},
    PREFLIGHT_CHECKS(PREFLIGHT_TEXTS)
#undef PREFLIGHT_TEXTS
};

const char *preflight_check_name(enum preflight_check check)
{
    return checks[check].name;
}

const char *preflight_check_asks(enum preflight_check check)
{
    return checks[check].asks;
}

const char *preflight_state_name(enum preflight_state state)
{
    static const char *const names[] = {
        [PREFLIGHT_OK] = "ok",
        [PREFLIGHT_UNKNOWN] = "unknown",
        [PREFLIGHT_WARNING] = "warning",
        [PREFLIGHT_FAILURE] = "failure",
    };

    return names[state];
}

void preflight_add(struct preflight *preflight, enum preflight_check check, enum preflight_state state, struct span at,
                   const char *fix, const char *fmt, ...)
{
    struct arena *arena = preflight->arena;
    char found[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(found, sizeof(found), fmt, ap);
    va_end(ap);
    if (preflight->count == preflight->cap)
        preflight->at =
            arena_extend(arena, preflight->at, preflight->count, &preflight->cap, 32, sizeof(*preflight->at));
    preflight->at[preflight->count++] =
        (struct preflight_row){.check = check,
                               .state = state,
                               .found = arena_strndup(arena, found, strlen(found)),
                               .fix = fix ? arena_strndup(arena, fix, strlen(fix)) : NULL,
                               .at = at};
    preflight->states[state]++;
}

/* --- what the checks share --- */

const struct directive *preflight_global(const struct preflight_look *look, enum keyword_id id)
{
    for (const struct section *section = look->config->first; section; section = section->next) {
        const struct directive *line = section->context == CONTEXT_GLOBAL ? section_find_directive(section, id) : NULL;

        if (line && line->form == FORM_PLAIN && line->arg_count && !(line->args[0].flags & (ARG_ENV | ARG_POISON)))
            return line;
    }
    return NULL;
}

const char *preflight_global_text(const struct preflight_look *look, enum keyword_id id, struct span *at)
{
    const struct directive *line = preflight_global(look, id);

    if (!line)
        return NULL;
    *at = arg_span(&line->args[0]);
    return arena_strndup(look->arena, line->args[0].text, line->args[0].len);
}

uint64_t preflight_global_number(const struct preflight_look *look, enum keyword_id id, uint64_t otherwise)
{
    const struct directive *line = preflight_global(look, id);
    int64_t number;

    return line && int_parse(line->args[0].text, line->args[0].len, &number) && number >= 0 ? (uint64_t)number
                                                                                            : otherwise;
}

const char *preflight_bind_name(const struct preflight_look *look, const struct bind *bind)
{
    const struct section *section = bind->section;

    if (!section->name_len)
        return arena_printf(look->arena, "'%.*s' of the %s section", bind->len > 200 ? 200 : (int)bind->len, bind->text,
                            contexts[section->context].name);
    return arena_printf(look->arena, "'%.*s' of %s '%.*s'", bind->len > 200 ? 200 : (int)bind->len, bind->text,
                        contexts[section->context].name, section->name_len > 200 ? 200 : (int)section->name_len,
                        section->name);
}

bool preflight_uses_foreign(const struct preflight_look *look)
{
    for (const struct section *section = look->config->first; section; section = section->next)
        for (const struct directive *d = section->first; d; d = d->next)
            if (d->form == FORM_PLAIN && directive_option(d, KW_SOURCE_USESRC))
                return true;
    return false;
}

/* What `unix-bind prefix` puts before the paths of all UNIX sockets but those of the Runtime API. Asked of HAProxy. */
static void add_prefix(struct preflight_look *look)
{
    const struct directive *line = preflight_global(look, KW_GLOBAL_UNIX_BIND);
    const struct arg *prefix = line ? directive_option_value(line, KW_UNIX_BIND_PREFIX) : NULL;

    if (!prefix || prefix->flags & ARG_ENV)
        return;
    for (uint32_t i = 0; i < look->binds.count; i++) {
        struct bind *bind = &look->binds.at[i];
        struct endpoint_name *path = &bind->endpoint.path;

        if (bind->endpoint.family != ENDPOINT_UNIX || bind->line->kw->id == KW_GLOBAL_STATS_SOCKET)
            continue;
        path->text = arena_printf(look->arena, "%.*s%.*s", (int)prefix->len, prefix->text, (int)path->len, path->text);
        path->len += prefix->len;
    }
}

void preflight_run(struct preflight *preflight, struct config *config, const struct preflight_start *start)
{
    static void (*const run[])(struct preflight_look *) = {
        preflight_version, preflight_ports, preflight_addresses, preflight_sources,      preflight_chroot,
        preflight_folders, preflight_users, preflight_files,     preflight_capabilities, preflight_sysctls,
        preflight_tproxy,  preflight_logs,  preflight_firewall,  preflight_disk,         preflight_memory,
    };
    struct preflight_look look = {.preflight = preflight, .config = config, .start = start, .arena = config->arena};

    *preflight = (struct preflight){.arena = config->arena};
    look.root = start->starter ? arena_printf(look.arena, "/proc/%u/root", start->starter) : "";
    if (access(look.root, X_OK) != 0) /* another user's: what this process sees is most likely the same */
        look.root = "";
    look.rights = host_rights(start->starter);
    binds_read(&look.binds, config);
    add_prefix(&look);
    for (size_t i = 0; i < sizeof(run) / sizeof(*run); i++)
        run[i](&look);
}
