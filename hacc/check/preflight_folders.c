/* What a configuration needs of the machine's folders: the chroot, folders of sockets, logs, room. */
#include "hacc/check/preflight_parts.h"
#include "hacc/host/folders.h"
#include "hacc/host/unit.h"
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

/* The service of distributions' packages. */
#define SERVICE "haproxy.service"

void preflight_chroot(struct preflight_look *look)
{
    struct span at = NOWHERE;
    const char *path = preflight_global_text(look, KW_GLOBAL_CHROOT, &at);

    if (!path || *path != '/')
        return;
    if (host_lacks_folder(look->root, path, (uint32_t)strlen(path), look->arena))
        PREFLIGHT_ADD(look, CHROOT, FAILURE, at, arena_printf(look->arena, "create it: install -d -m 0755 %s", path),
                      "there is no folder '%s'", path);
    else if (access(arena_printf(look->arena, "%s%s", look->root, path), F_OK) != 0)
        PREFLIGHT_ADD(look, CHROOT, UNKNOWN, at, "run it as root", "this user may not look at '%s'", path);
    else
        PREFLIGHT_ADD(look, CHROOT, OK, at, NULL, "'%s' is there", path);
}

/* --- folders of sockets --- */

/* Something that HAProxy makes at its start. */
struct made {
    const char *path, *folder; /* folder: "" of one in the root */
    const char *what;
    struct span at;
};

static int by_folder(const void *left, const void *right)
{
    const struct made *a = left, *b = right;
    int order = strcmp(a->folder, b->folder);

    return order ? order : (a->at.off > b->at.off) - (a->at.off < b->at.off);
}

static struct made made_at(const struct preflight_look *look, const char *path, const char *what, struct span at)
{
    const char *end = strrchr(path, '/');

    while (end > path && end[-1] == '/')
        end--;
    return (struct made){path, arena_strndup(look->arena, path, (size_t)(end - path)), what, at};
}

static void check_made(struct preflight_look *look, const struct made *made)
{
    const char *folder = *made->folder ? made->folder : "/";
    const char *full = arena_printf(look->arena, "%s%s", look->root, folder);

    if (host_lacks_folder(look->root, folder, (uint32_t)strlen(folder), look->arena))
        PREFLIGHT_ADD(look, FOLDERS, FAILURE, made->at,
                      arena_printf(look->arena,
                                   "create it: install -d -m 0755 %s; below /run it goes with the next boot, but for a "
                                   "line of tmpfiles.d(5) or RuntimeDirectory= of the service",
                                   folder),
                      "there is no folder '%s' for the %s '%s'", folder, made->what, made->path);
    else if (!look->start->starter && !look->start->starter_unknown &&
             faccessat(AT_FDCWD, full, W_OK | X_OK, AT_EACCESS) != 0 && errno == EACCES)
        PREFLIGHT_ADD(look, FOLDERS, FAILURE, made->at,
                      "let the user who starts HAProxy write there, or start it as root",
                      "this user may not make the %s '%s' in '%s'", made->what, made->path, folder);
}

void preflight_folders(struct preflight_look *look)
{
    struct made *list = arena_alloc(look->arena, (look->binds.count + 1) * sizeof(*list));
    uint32_t count = 0, before = look->preflight->count, folders = 0;
    struct span at = NOWHERE;
    const char *pid_file = preflight_global_text(look, KW_GLOBAL_PIDFILE, &at);

    for (uint32_t i = 0; i < look->binds.count; i++) {
        const struct endpoint *endpoint = &look->binds.at[i].endpoint;

        if (endpoint->family == ENDPOINT_UNIX && endpoint->path.len && *endpoint->path.text == '/')
            list[count++] = made_at(look, arena_strndup(look->arena, endpoint->path.text, endpoint->path.len), "socket",
                                    look->binds.at[i].at);
    }
    if (pid_file && *pid_file == '/')
        list[count++] = made_at(look, pid_file, "pid file", at);
    qsort(list, count, sizeof(*list), by_folder);
    for (uint32_t i = 0; i < count; i++) {
        if (i && strcmp(list[i - 1].folder, list[i].folder) == 0)
            continue;
        folders++;
        check_made(look, &list[i]);
    }
    if (count && look->preflight->count == before)
        PREFLIGHT_ADD(look, FOLDERS, OK, NOWHERE, NULL, "%u of sockets and pid file, all there", folders);
}

/* --- logs --- */

/* What a log line sends to. */
struct target {
    const char *path;
    struct span at;
};

struct targets {
    struct target *at;
    uint32_t count, cap;
};

static int by_path(const void *left, const void *right)
{
    const struct target *a = left, *b = right;
    int order = strcmp(a->path, b->path);

    return order ? order : (a->at.off > b->at.off) - (a->at.off < b->at.off);
}

static void take_target(struct preflight_look *look, const struct directive *d, struct targets *targets)
{
    static const enum keyword_id ids[] = {KW_GLOBAL_LOG, KW_DEFAULTS_LOG, KW_PEERS_LOG};
    const struct arg *arg = d->form == FORM_PLAIN && d->arg_count ? &d->args[0] : NULL;
    struct addr_parts parts;
    uint32_t at = 0;

    if (!arg || (d->kw->id != ids[0] && d->kw->id != ids[1] && d->kw->id != ids[2]))
        return;
    for (uint32_t i = 0; i < d->arg_count && d->args[i].sig; i++) {
        struct word word = {.text = d->args[i].text, .len = d->args[i].len};

        if (sig_at(d->args[i].sig)->type != TYPE_ADDR || d->args[i].flags & (ARG_ENV | ARG_POISON) ||
            !addr_next(&look->config->lang, sig_at(d->args[i].sig), &word, &at, &parts) ||
            parts.family != ADDR_FAMILY_UNIX || !parts.host_len || *parts.host != '/')
            continue;
        if (targets->count == targets->cap)
            targets->at =
                arena_extend(look->arena, targets->at, targets->count, &targets->cap, 8, sizeof(*targets->at));
        targets->at[targets->count++] =
            (struct target){arena_strndup(look->arena, parts.host, parts.host_len), arg_span(&d->args[i])};
        return;
    }
}

/* Sets the user that HAProxy becomes; false: that is not known. */
static bool find_user(const struct preflight_look *look, uid_t *uid, gid_t *gid)
{
    struct span at;
    const char *name = preflight_global_text(look, KW_GLOBAL_USER, &at);
    const struct passwd *user = name ? getpwnam(name) : NULL;

    *uid = user ? user->pw_uid : (uid_t)preflight_global_number(look, KW_GLOBAL_UID, 0);
    *gid = user ? user->pw_gid : (gid_t)preflight_global_number(look, KW_GLOBAL_GID, 0);
    return user || !name;
}

static const char *log_fix(const struct preflight_look *look, const struct target *target, const char *chroot)
{
    if (!*chroot)
        return "start the program that reads it (journald, rsyslog), or write 'log stdout format raw daemon'";
    return arena_printf(look->arena,
                        "mount it there when the service starts: 'BindReadOnlyPaths=%s:%s%s' below [Service]; or write "
                        "'log stdout format raw daemon'",
                        target->path, chroot, target->path);
}

/* What the process sees that starts HAProxy; and, where the service is not running, what it will see. */
static enum host_socket find_socket(const struct preflight_look *look, const struct target *target, const char *chroot,
                                    uid_t uid, gid_t gid)
{
    enum host_socket answer =
        host_log_socket(arena_printf(look->arena, "%s%s", look->root, chroot), target->path, uid, gid);
    const char *mounted;

    if (answer == HOST_SOCKET_READ || !*chroot || look->start->starter)
        return answer;
    mounted = host_unit_mount(SERVICE, arena_printf(look->arena, "%s%s", chroot, target->path), look->arena);
    return mounted ? host_log_socket("", mounted, uid, gid) : answer;
}

static void check_log(struct preflight_look *look, const struct target *target, const char *chroot)
{
    static const char *const faults[] = {
        [HOST_SOCKET_READ] = "",
        [HOST_SOCKET_DEAD] = "no program reads from the socket",
        [HOST_SOCKET_OTHER] = "there is something else than a datagram socket at",
        [HOST_SOCKET_ABSENT] = "there is no socket",
        [HOST_SOCKET_CLOSED] = "the user that HAProxy becomes may not write to the socket",
        [HOST_SOCKET_UNKNOWN] = "this user may not look at",
    };
    uid_t uid;
    gid_t gid;
    bool known = find_user(look, &uid, &gid);
    enum host_socket answer = find_socket(look, target, chroot, known ? uid : 0, gid);

    if (answer == HOST_SOCKET_READ)
        PREFLIGHT_ADD(look, LOG, OK, target->at, NULL, "'%s' is read%s", target->path,
                      *chroot ? ", and can be reached from the chroot" : "");
    else if (answer == HOST_SOCKET_UNKNOWN)
        PREFLIGHT_ADD(look, LOG, UNKNOWN, target->at, "run it as root", "%s '%s%s'", faults[answer], chroot,
                      target->path);
    else
        PREFLIGHT_ADD(look, LOG, WARNING, target->at, log_fix(look, target, chroot), "nothing is logged: %s '%s%s'",
                      faults[answer], chroot, target->path);
}

void preflight_logs(struct preflight_look *look)
{
    struct span at;
    const char *chroot = preflight_global_text(look, KW_GLOBAL_CHROOT, &at);
    struct targets targets = {0};

    if (!chroot || *chroot != '/' || strcmp(chroot, "/") == 0)
        chroot = "";
    for (const struct section *section = look->config->first; section; section = section->next)
        for (const struct directive *d = section->first; d; d = d->next)
            take_target(look, d, &targets);
    if (targets.count)
        qsort(targets.at, targets.count, sizeof(*targets.at), by_path);
    for (uint32_t i = 0; i < targets.count; i++)
        if (!i || strcmp(targets.at[i - 1].path, targets.at[i].path) != 0)
            check_log(look, &targets.at[i], chroot);
}

/* --- room --- */

void preflight_disk(struct preflight_look *look)
{
    for (uint32_t i = 0; i < look->start->folder_count; i++) {
        const struct preflight_folder *folder = &look->start->folders[i];
        struct host_room room = host_room(folder->path, look->arena);

        if (!room.known)
            PREFLIGHT_ADD(look, DISK, UNKNOWN, NOWHERE, "run it as root", "'%s' cannot be looked at", folder->path);
        else if (room.read_only)
            PREFLIGHT_ADD(look, DISK, FAILURE, NOWHERE, "mount it so that it can be written to",
                          "the file system of '%s' is read-only", folder->path);
        else if (!room.files)
            PREFLIGHT_ADD(look, DISK, FAILURE, NOWHERE, "remove files there",
                          "no more files can be made on the file system of '%s'", folder->path);
        else if (room.bytes < folder->bytes)
            PREFLIGHT_ADD(look, DISK, FAILURE, NOWHERE, "make room there",
                          "%llu KiB are free for '%s', and %llu KiB are to be written there",
                          (unsigned long long)room.bytes >> 10, folder->path,
                          (unsigned long long)(folder->bytes + 1023) >> 10);
        else
            PREFLIGHT_ADD(look, DISK, OK, NOWHERE, NULL, "%llu MiB are free for '%s'",
                          (unsigned long long)room.bytes >> 20, folder->path);
    }
}
