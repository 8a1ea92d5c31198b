#include "hacc/host/sysctl.h"

#include "hacc/model/sysctl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of files of one name the one in the first of these counts; then they are read by their names, wherever they are. */
static const char *const folders[] = {"/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d",
                                      "/lib/sysctl.d"};

/* A file to be read. */
struct file {
    const char *folder, *name;
    uint32_t number; /* of the folder */
};

struct reading {
    struct host_sysctls *sysctls;
    struct sources *sources;
    struct diags *diags;
    const char *root;
    struct file *files;
    uint32_t count, cap;
};

__attribute__((format(printf, 2, 3))) static void fault(struct reading *reading, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    diag_addv(reading->diags, RULE_HOST_UNREAD, (struct span){0}, NULL, fmt, ap);
    va_end(ap);
}

/* --- lines --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Makes *len bytes at the result those of the text without the blanks around it. */
static const char *trim(const char *text, size_t *len)
{
    while (*len && is_blank(text[*len - 1]))
        --*len;
    for (; *len && is_blank(*text); text++)
        --*len;
    return text;
}

/* A key with a pattern is for what no other line sets: it is passed over. */
static void read_line(struct reading *reading, uint32_t src, const char *line, size_t len)
{
    struct host_sysctls *sysctls = reading->sysctls;
    struct arena *arena = reading->sources->arena;
    const char *equals, *value;
    size_t key_len, value_len;

    line = trim(line, &len);
    equals = memchr(line, '=', len);
    if (!len || *line == '#' || *line == ';' || !equals)
        return;
    key_len = (size_t)(equals - line);
    value_len = len - key_len - 1;
    value = trim(equals + 1, &value_len);
    if (strcspn(trim(line, &key_len), "*?[") < key_len)
        return;
    if (sysctls->count == sysctls->cap)
        sysctls->at = arena_extend(arena, sysctls->at, sysctls->count, &sysctls->cap, 64, sizeof(*sysctls->at));
    sysctls->at[sysctls->count++] =
        (struct host_sysctl){sysctl_name(arena, line, key_len),
                             arena_strndup(arena, value, value_len),
                             {src, (uint32_t)(line - reading->sources->at[src]->data), (uint32_t)len}};
}

static void read_file(struct reading *reading, const char *path)
{
    const struct source *source;
    struct stat st;
    const char *why;
    uint32_t src;

    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return; /* none, or /dev/null, by which a file of that name is switched off */
    src = sources_read(reading->sources, path, &why);
    if (!src) {
        fault(reading, "cannot read '%s': %s", path, why);
        return;
    }
    source = reading->sources->at[src];
    for (const char *at = source->data, *end = at + source->len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop ? stop : end) - at);

        read_line(reading, src, at, len);
        at += len + 1;
    }
}

/* --- files --- */

/* Of a name, that in the first folder comes first. */
static int by_file(const void *a, const void *b)
{
    const struct file *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    return order ? order : (int)left->number - (int)right->number;
}

static bool is_read_later(const char *name)
{
    size_t len = strlen(name);

    return len > 5 && strcmp(name + len - 5, ".conf") == 0 && strcmp(name, "90-hacc.conf") > 0;
}

/* Copies the names of the folder's files that are read later to `names`, each with its NUL, as long as there is room.
 * Gives how much room they need; -1: the folder cannot be read. Nothing is allocated while it is open, because memory
 * that runs out would leave it so. */
static ssize_t copy_names(const char *path, char *names, size_t room)
{
    DIR *dir = opendir(path);
    size_t used = 0;

    if (!dir)
        return -1;
    for (const struct dirent *entry; (entry = readdir(dir));) {
        size_t len = strlen(entry->d_name) + 1;

        if (!is_read_later(entry->d_name))
            continue;
        if (used + len <= room)
            memcpy(names + used, entry->d_name, len);
        used += len;
    }
    closedir(dir);
    return (ssize_t)used;
}

static void list_folder(struct reading *reading, uint32_t folder)
{
    struct arena *arena = reading->sources->arena;
    const char *path = arena_printf(arena, "%s%s", reading->root, folders[folder]);
    ssize_t room = copy_names(path, NULL, 0);
    char *names;

    if (room < 0 && errno != ENOENT)
        fault(reading, "cannot read '%s': %s", path, strerror(errno));
    if (room <= 0)
        return;
    names = arena_zalloc(arena, (size_t)room);
    copy_names(path, names, (size_t)room);
    for (const char *name = names; name < names + room && *name; name += strlen(name) + 1) {
        if (reading->count == HOST_SYSCTL_MAX_FILES) {
            fault(reading, "not all files of '%s' are read: there are too many", path);
            return;
        }
        if (reading->count == reading->cap)
            reading->files =
                arena_extend(arena, reading->files, reading->count, &reading->cap, 16, sizeof(*reading->files));
        reading->files[reading->count++] = (struct file){path, name, folder};
    }
}

/* --- what is made of them --- */

/* Those of one name: the last one read first. */
static int by_name(const void *a, const void *b)
{
    const struct host_sysctl *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    if (order)
        return order;
    if (left->at.src != right->at.src)
        return left->at.src < right->at.src ? 1 : -1;
    return left->at.off < right->at.off ? 1 : -1;
}

static void keep_last(struct host_sysctls *sysctls)
{
    uint32_t kept = 0;

    if (sysctls->count)
        qsort(sysctls->at, sysctls->count, sizeof(*sysctls->at), by_name);
    for (uint32_t i = 0; i < sysctls->count; i++)
        if (!kept || strcmp(sysctls->at[kept - 1].name, sysctls->at[i].name) != 0)
            sysctls->at[kept++] = sysctls->at[i];
    sysctls->count = kept;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Copies the names of interfaces, as long as there is room, and gives how many there are; -1: they are not known. */
static int copy_interfaces(char (*names)[IF_NAMESIZE], int room)
{
    struct if_nameindex *all = if_nameindex();
    int count = 0;

    if (!all)
        return -1;
    for (; all[count].if_index; count++)
        if (count < room)
            snprintf(names[count], IF_NAMESIZE, "%s", all[count].if_name);
    if_freenameindex(all);
    return count;
}

static void read_interfaces(struct host_sysctls *sysctls, struct arena *arena)
{
    int count = copy_interfaces(NULL, 0);
    char(*names)[IF_NAMESIZE];

    if (count <= 0)
        return;
    names = arena_zalloc(arena, (size_t)count * sizeof(*names));
    sysctls->interfaces = arena_alloc(arena, (size_t)count * sizeof(*sysctls->interfaces));
    copy_interfaces(names, count);
    for (int i = 0; i < count; i++)
        sysctls->interfaces[i] = names[i];
    qsort(sysctls->interfaces, (size_t)count, sizeof(*sysctls->interfaces), by_text);
    sysctls->interface_count = (uint32_t)count;
}

void host_sysctls_read(struct host_sysctls *sysctls, const char *root, struct sources *sources, struct diags *diags)
{
    struct reading reading = {.sysctls = sysctls, .sources = sources, .diags = diags, .root = root ? root : ""};

    *sysctls = (struct host_sysctls){0};
    for (uint32_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
        list_folder(&reading, i);
    if (reading.count)
        qsort(reading.files, reading.count, sizeof(*reading.files), by_file);
    for (uint32_t i = 0; i < reading.count; i++)
        if (!i || strcmp(reading.files[i].name, reading.files[i - 1].name) != 0)
            read_file(&reading, arena_printf(sources->arena, "%s/%s", reading.files[i].folder, reading.files[i].name));
    read_file(&reading, arena_printf(sources->arena, "%s/etc/sysctl.conf", reading.root));
    keep_last(sysctls);
    if (!root)
        read_interfaces(sysctls, sources->arena);
}

void host_sysctls_read_file(struct host_sysctls *sysctls, const char *path, struct sources *sources,
                            struct diags *diags)
{
    struct reading reading = {.sysctls = sysctls, .sources = sources, .diags = diags, .root = ""};

    *sysctls = (struct host_sysctls){0};
    read_file(&reading, path);
    keep_last(sysctls);
}

static int find_name(const void *name, const void *setting)
{
    return strcmp(name, ((const struct host_sysctl *)setting)->name);
}

const struct host_sysctl *host_sysctls_find(const struct host_sysctls *sysctls, const char *name)
{
    return sysctls->count ? bsearch(name, sysctls->at, sysctls->count, sizeof(*sysctls->at), find_name) : NULL;
}

bool host_sysctls_interface(const struct host_sysctls *sysctls, const char *name)
{
    return !sysctls->interface_count ||
           bsearch(&name, sysctls->interfaces, sysctls->interface_count, sizeof(*sysctls->interfaces), by_text);
}

const char *host_sysctl_now(const char *name, bool *absent, struct arena *arena)
{
    char *path = arena_printf(arena, "/proc/sys/%s", name), text[4096];
    ssize_t len;
    int fd;

    for (char *c = path + strlen("/proc/sys/"); *c; c++)
        *c = *c == '.' ? '/' : *c == '/' ? '.' : *c;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    *absent = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
    if (fd < 0)
        return NULL;
    len = read(fd, text, sizeof(text));
    close(fd);
    if (len < 0)
        return NULL;
    return arena_strndup(arena, text, (size_t)len - (len && text[len - 1] == '\n'));
}
