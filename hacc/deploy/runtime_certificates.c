/* Certificates: HAProxy tells the fingerprint of each file's certificate, and takes a new one by a transaction. */
#include "hacc/deploy/runtime_commands.h"
#include "hacc/deploy/runtime_files.h"
#include "hacc/lang/value.h"

#include <resolv.h>
#include <sha1.h>
#include <stdio.h>
#include <stdlib.h>

static const char begin_line[] = "-----BEGIN CERTIFICATE-----\n", end_line[] = "-----END CERTIFICATE-----";

/* Gives the SHA-1 of the first certificate of a PEM text, as HAProxy writes it; false: there is none. */
static bool fingerprint(struct runtime *runtime, const char *pem, char text[SHA1_DIGEST_STRING_LENGTH])
{
    const char *begin = strstr(pem, begin_line), *end = begin ? strstr(begin, end_line) : NULL;
    unsigned char *der;
    char *base64;
    int len;

    if (!end)
        return false;
    begin += strlen(begin_line);
    base64 = arena_strndup(runtime->arena, begin, (size_t)(end - begin));
    der = arena_alloc(runtime->arena, (size_t)(end - begin));
    len = b64_pton(base64, der, (size_t)(end - begin));
    if (len <= 0)
        return false;
    SHA1Data(der, (size_t)len, text);
    for (char *at = text; *at; at++)
        *at = *at >= 'a' ? (char)(*at - 'a' + 'A') : *at;
    return true;
}

/* Appends a PEM text without its empty lines, one of which would end the payload. */
static void add_pem(struct buf *out, const char *pem)
{
    while (*pem) {
        size_t len = strcspn(pem, "\n"), used = len - (len && pem[len - 1] == '\r');

        buf_add(out, pem, used);
        if (used)
            buf_putc(out, '\n');
        pem += len + (pem[len] == '\n');
    }
}

/* Compares one certificate, and notes it where it differs. One whose key is in a file of its own is left to a reload.
 */
static bool compare_certificate(struct runtime_files *files, struct runtime *runtime, const char *path)
{
    static const char label[] = "\nSHA1 FingerPrint: ";
    struct runtime_file file = {.kind = FILE_CERTIFICATE, .path = path};
    const char *command = arena_printf(runtime->arena, "show ssl cert %s", path), *said;
    struct admin_answer answer = runtime_ask(runtime, &runtime->channels[0], command);
    char own[SHA1_DIGEST_STRING_LENGTH];
    size_t len;

    said = answer.failure ? NULL : strstr(answer.text, label);
    if (!said)
        return runtime_refuse_answer(runtime, command, &answer);
    if (!(file.text = runtime_file_read(runtime, path, &len)))
        return false;
    if (strlen(file.text) != len || !fingerprint(runtime, file.text, own))
        return runtime_refuse(runtime, "'%s' has no certificate", path);
    said += strlen(label);
    if (strncmp(said, own, strlen(own)) == 0)
        return true;
    if (!strstr(file.text, "PRIVATE KEY-----"))
        return runtime_refuse(runtime, "the key of '%s' is in a file of its own", path);
    runtime_file_add(runtime, files, &file);
    return true;
}

bool runtime_certificates_find(struct runtime_files *files, struct runtime *runtime)
{
    struct admin_answer answer = runtime_ask(runtime, &runtime->channels[0], "show ssl cert");
    char *text, *at, *line;

    if (answer.failure || *answer.text != '#')
        return !answer.failure || runtime_refuse_answer(runtime, "show ssl cert", &answer); /* built without TLS */
    text = arena_strndup(runtime->arena, answer.text, answer.len);
    for (line = strtok_r(text, "\n", &at); line; line = strtok_r(NULL, "\n", &at)) {
        if (*line != '/' || !runtime_file_is_new(runtime, line))
            continue; /* "# filename", "*file" of a transaction, "@store/name" */
        if (strpbrk(line, " \t;\\<"))
            return runtime_refuse(runtime, "'%s' is no file that commands can name", line);
        if (!compare_certificate(files, runtime, line))
            return false;
    }
    return true;
}

bool runtime_certificate_send(struct runtime *runtime, const struct runtime_channel *channel,
                              const struct runtime_file *file)
{
    struct admin_answer answer;
    struct buf command;
    const char *end;

    buf_init_in(&command, runtime->arena);
    buf_printf(&command, "set ssl cert %s <<\n", file->path);
    add_pem(&command, file->text);
    if (!runtime_command_send(runtime, channel, buf_text(&command), "Transaction ", &answer))
        return false;
    if (!runtime_command_send(runtime, channel, arena_printf(runtime->arena, "commit ssl cert %s", file->path),
                              "Committing ", &answer))
        return false;
    end = strrchr(answer.text, '\n');
    if (end && strcmp(end, "\nSuccess!") == 0)
        return true;
    runtime_ask(runtime, channel, arena_printf(runtime->arena, "abort ssl cert %s", file->path));
    return runtime_refuse_answer(runtime, "commit ssl cert", &answer);
}
