/* Files that HAProxy has read when it started, and that have changed since: maps, lists of ACLs, certificates. Each
 * goes in by a transaction of the Runtime API, whole or not at all (management.txt, 9.3). */
#ifndef HACC_DEPLOY_RUNTIME_FILES_H
#define HACC_DEPLOY_RUNTIME_FILES_H

#include "hacc/deploy/runtime.h"

enum runtime_file_kind { FILE_MAP, FILE_ACL, FILE_CERTIFICATE, RUNTIME_FILE_KINDS };

/* A file that differs from what HAProxy has of it. */
struct runtime_file {
    enum runtime_file_kind kind;
    const char *path;    /* as HAProxy names it */
    const char *text;    /* of the file: of a map "key value" lines, of a list its patterns, of a certificate its PEM */
    const char *running; /* of maps and lists: what HAProxy has, in the same form */
};

struct runtime_files {
    struct runtime_file *at;
    uint32_t count, cap;
};

/* Finds those that have been changed since runtime->since, and differ. What others have told HAProxy meanwhile (add
 * map) stays where the file has not been touched. Gives false with runtime->why where one cannot be read, or HAProxy
 * does not tell. */
bool runtime_files_find(struct runtime_files *files, struct runtime *runtime);

/* Gives HAProxy what the files say. Gives false with runtime->why: those before it have been taken, that one has not.
 */
bool runtime_files_perform(struct runtime *runtime, const struct runtime_files *files);

/* --- what runtime_files.c and runtime_certificates.c share --- */

/* The longest file of these that is read, in bytes. */
enum { RUNTIME_FILE_MAX = 16 << 20 };

/* Whether a file has been changed since runtime->since, or put into its place. */
bool runtime_file_is_new(const struct runtime *runtime, const char *path);

/* Reads a file whole. NULL with runtime->why. */
const char *runtime_file_read(struct runtime *runtime, const char *path, size_t *len);

void runtime_file_add(struct runtime *runtime, struct runtime_files *files, const struct runtime_file *file);

/* Sends a command by a channel whose answer must begin so ("" is the empty one), and says why where it does not: of the
 * command its first line alone, for a payload may be secret. */
bool runtime_command_send(struct runtime *runtime, const struct runtime_channel *channel, const char *command,
                          const char *good, struct admin_answer *answer);

/* Of certificates. */
bool runtime_certificates_find(struct runtime_files *files, struct runtime *runtime);
bool runtime_certificate_send(struct runtime *runtime, const struct runtime_channel *channel,
                              const struct runtime_file *file);

#endif
