#include "hacc/check/preflight.h"

#include "hacc/check/preflight_parts.h"

#include <stdarg.h>
#include <stdio.h>

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

void preflight_run(struct preflight *preflight, struct config *config, const struct preflight_start *start)
{
    static void (*const run[])(struct preflight_look * look) = {preflight_version};
    struct preflight_look look = {preflight, config, start, config->arena};

    *preflight = (struct preflight){.arena = config->arena};
    for (size_t i = 0; i < sizeof(run) / sizeof(*run); i++)
        run[i](&look);
}
