#include "hacc/deploy/settings.h"

#include "hacc/host/sysctl.h"
#include "hacc/model/sysctl.h"
#include "hacc/write/files.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void settings_plan(struct setting_plan *plan, const struct config *config, struct arena *arena)
{
    struct sysctl_index index;

    sysctl_index_make(&index, config);
    *plan = (struct setting_plan){arena_alloc(arena, (index.count + 1) * sizeof(*plan->at)), 0};
    for (uint32_t first = 0; first < index.count; first += sysctl_index_run(&index, first)) {
        const struct sysctl *wanted = sysctl_index_final(&index, first);
        bool absent;
        const char *now = strpbrk(wanted->name, "*?[") ? NULL : host_sysctl_now(wanted->name, &absent, arena);

        if (now && !sysctl_same_value(now, wanted->value))
            plan->at[plan->count++] = (struct setting_change){wanted->name, now, wanted->value};
    }
}

/* Source: sysctl(8); in a name a '.' parts, and a '/' is a dot inside. */
static const char *path_of(const char *name, struct arena *arena)
{
    char *path = arena_printf(arena, "/proc/sys/%s", name);

    for (char *at = path + sizeof("/proc/sys/") - 1; *at; at++)
        *at = *at == '.' ? '/' : *at == '/' ? '.' : *at;
    return path;
}

static bool set(const char *name, const char *value, struct arena *arena, const char **why)
{
    const char *path = path_of(name, arena), *line = arena_printf(arena, "%s\n", value), *now;
    int fd = open(path, O_WRONLY | O_CLOEXEC), err;
    bool good = fd >= 0 && write_all(fd, line, strlen(line)), absent;

    err = errno;
    if (fd >= 0 && close(fd) != 0 && good) {
        err = errno;
        good = false;
    }
    if (!good) {
        *why = arena_printf(arena, "cannot set '%s': %s", name, strerror(err));
        return false;
    }
    now = host_sysctl_now(name, &absent, arena);
    if (now && sysctl_same_value(now, value))
        return true;
    *why = arena_printf(arena, "'%s' was set, and the kernel has it otherwise", name); /* the value may be a secret */
    return false;
}

bool settings_make(const struct setting_plan *plan, struct arena *arena, const char **why)
{
    for (unsigned i = 0; i < plan->count; i++)
        if (!set(plan->at[i].name, plan->at[i].wanted, arena, why))
            return false;
    return true;
}

bool settings_put_back(const struct setting_record *records, unsigned count, struct arena *arena, const char **why)
{
    bool good = true;

    while (count-- > 0)
        good = set(records[count].name, records[count].value, arena, why) && good;
    return good;
}
