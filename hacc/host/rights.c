#include "hacc/host/rights.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 10 };

/* Reads a file of /proc, NUL-terminated; false: it cannot be read. */
static bool read_file(const char *path, char *text)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = 0;
    size_t used = 0;

    if (fd < 0)
        return false;
    while (used < FILE_MAX - 1 && (len = read(fd, text + used, FILE_MAX - 1 - used)) > 0)
        used += (size_t)len;
    close(fd);
    text[used] = '\0';
    return len >= 0;
}

/* Gives what stands behind `key` at the start of a line; NULL: there is no such line. */
static const char *find_value(const char *text, const char *key)
{
    while (text && strncmp(text, key, strlen(key)) != 0) {
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    return text ? text + strlen(key) : NULL;
}

bool host_number(const char *path, const char *key, uint64_t *number)
{
    char text[FILE_MAX];
    const char *value = read_file(path, text) ? find_value(text, key) : NULL;

    return value && sscanf(value, "%" SCNu64, number) == 1;
}

/* Whether the process is of the first user namespace: in another one, what root has there counts for little. */
static bool is_of_the_first(const char *folder)
{
    char path[64], text[FILE_MAX];
    unsigned inside, outside;

    snprintf(path, sizeof(path), "%s/uid_map", folder);
    return read_file(path, text) && sscanf(text, "%u %u", &inside, &outside) == 2 && !inside && !outside &&
           strstr(text, "4294967295");
}

struct host_rights host_rights(uint32_t pid)
{
    struct host_rights rights = {0};
    char folder[32] = "/proc/self", path[64], text[FILE_MAX];
    const char *uids, *gids, *capabilities, *limit;
    uint64_t most;

    if (pid)
        snprintf(folder, sizeof(folder), "/proc/%u", pid);
    snprintf(path, sizeof(path), "%s/limits", folder);
    limit = read_file(path, text) ? find_value(text, "Max open files") : NULL;
    if (!limit || sscanf(limit, "%*s %" SCNu64, &rights.files) != 1)
        return rights;
    snprintf(path, sizeof(path), "%s/status", folder);
    if (!read_file(path, text))
        return rights;
    uids = find_value(text, "Uid:");
    gids = find_value(text, "Gid:");
    capabilities = find_value(text, "CapEff:");
    rights.known = uids && gids && capabilities && sscanf(uids, "%*u %" SCNu32, &rights.uid) == 1 &&
                   sscanf(gids, "%*u %" SCNu32, &rights.gid) == 1 &&
                   sscanf(capabilities, "%" SCNx64, &rights.capabilities) == 1;
    if (host_may(&rights, CAP_SYS_RESOURCE) && is_of_the_first(folder) &&
        host_number("/proc/sys/fs/nr_open", "", &most) && most > rights.files)
        rights.files = most;
    return rights;
}
