#include "hacc/deploy/runtime_files.h"

#include "hacc/deploy/runtime_commands.h"
#include "hacc/lang/value.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* How much of a payload goes in one command, in bytes: HAProxy's buffer holds command and payload. */
enum { PAYLOAD_MAX = 8192 };

/* The words of the commands, and since when they make a transaction. */
static const struct {
    const char *noun;
    enum hap_version since; /* before it: no transaction, and a reload */
    bool payload;           /* several lines may go in one command */
} kinds[] = {
    [FILE_MAP] = {"map", HAP_2_4, true},
    [FILE_ACL] = {"acl", HAP_2_4, false},
};

/* --- reading --- */

/* Reads the bytes of a descriptor that the caller closes, into `room` of `size`. */
static bool read_all(int fd, char *room, size_t size)
{
    size_t len = 0;

    while (len < size) {
        ssize_t got = read(fd, room + len, size - len);

        if (got == 0)
            return false; /* it has become shorter */
        if (got < 0 && errno != EINTR)
            return false;
        len += got > 0 ? (size_t)got : 0;
    }
    return true;
}

bool runtime_file_is_new(const struct runtime *runtime, const char *path)
{
    struct stat facts;

    return stat(path, &facts) < 0 || facts.st_ctim.tv_sec >= runtime->since;
}

const char *runtime_file_read(struct runtime *runtime, const char *path, size_t *len)
{
    struct stat facts;
    char *room;
    int fd;
    bool good;

    if (*path != '/' || stat(path, &facts) < 0 || !S_ISREG(facts.st_mode) || facts.st_size > RUNTIME_FILE_MAX) {
        runtime_refuse(runtime, "'%s' cannot be read beside what HAProxy has of it", path);
        return NULL;
    }
    *len = (size_t)facts.st_size;
    room = arena_zalloc(runtime->arena, *len + 1);
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    good = fd >= 0 && read_all(fd, room, *len);
    if (!good)
        runtime_refuse(runtime, "'%s' cannot be read: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return good ? room : NULL;
}

void runtime_file_add(struct runtime *runtime, struct runtime_files *files, const struct runtime_file *file)
{
    if (files->count == files->cap)
        files->at = arena_extend(runtime->arena, files->at, files->count, &files->cap, 8, sizeof(*files->at));
    files->at[files->count++] = *file;
}

/* Gives the next line of a text, without its end, and moves *at behind it; NULL: there is none. */
static const char *next_line(const char **at, size_t *len)
{
    const char *line = *at;

    if (!*line)
        return NULL;
    *len = strcspn(line, "\n");
    *at = line + *len + (line[*len] == '\n');
    return line;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Appends a line of a file as HAProxy has it: nothing of blank ones and comments; of a map one blank between key and
 * value, and none at the end (asked of the binaries). */
static void add_entry(struct buf *out, enum runtime_file_kind kind, const char *line, size_t len)
{
    size_t key = 0;

    while (len && is_blank(*line)) {
        line++;
        len--;
    }
    len -= len && line[len - 1] == '\r';
    if (!len || *line == '#')
        return;
    if (kind == FILE_MAP) {
        while (len && is_blank(line[len - 1]))
            len--;
        while (key < len && !is_blank(line[key]))
            key++;
        buf_add(out, line, key);
        line += key;
        len -= key;
        while (len && is_blank(*line)) {
            line++;
            len--;
        }
        buf_putc(out, ' ');
    }
    buf_add(out, line, len);
    buf_putc(out, '\n');
}

static const char *entries_of(struct runtime *runtime, enum runtime_file_kind kind, const char *text)
{
    const char *line;
    struct buf out;
    size_t len;

    buf_init_in(&out, runtime->arena);
    while ((line = next_line(&text, &len)) != NULL)
        add_entry(&out, kind, line, len);
    return buf_text(&out);
}

/* What 'show map FILE' answers, without the addresses that the lines begin with. */
static const char *running_of(struct runtime *runtime, const struct admin_answer *answer)
{
    const char *at = answer->text, *line;
    struct buf out;
    size_t len;

    buf_init_in(&out, runtime->arena);
    while ((line = next_line(&at, &len)) != NULL) {
        size_t address = strcspn(line, " \n");

        if (!text_begins(line, (uint32_t)(len < 8 ? len : 8), "0x") || address >= len) {
            runtime_refuse(runtime, "HAProxy lists the entries of a file in a form that is not known");
            return NULL;
        }
        buf_add(&out, line + address + 1, len - address - 1);
        buf_putc(&out, '\n');
    }
    return buf_text(&out);
}

/* Whether a path is one word of a command. */
static bool is_word(const char *path)
{
    for (const char *at = path; *at; at++)
        if (!is_alnum(*at) && !strchr("_.:-/@,=+%~", *at))
            return false;
    return *path == '/';
}

/* Compares one file of a channel, and notes it where it differs. */
static bool compare_file(struct runtime_files *files, struct runtime *runtime, const struct runtime_channel *channel,
                         enum runtime_file_kind kind, const char *path)
{
    struct runtime_file file = {.kind = kind, .path = path};
    struct admin_answer answer;
    const char *text;
    size_t len;

    if (!runtime_file_is_new(runtime, path))
        return true;
    if (!is_word(path) || !(text = runtime_file_read(runtime, path, &len)) || strlen(text) != len)
        return runtime->why || runtime_refuse(runtime, "'%s' is no file that commands can name", path);
    answer = runtime_ask(runtime, channel, arena_printf(runtime->arena, "show %s %s", kinds[kind].noun, path));
    if (answer.failure)
        return runtime_refuse_answer(runtime, "show map", &answer);
    file.text = entries_of(runtime, kind, text);
    file.running = running_of(runtime, &answer);
    if (file.running && strcmp(file.text, file.running) != 0)
        runtime_file_add(runtime, files, &file);
    return file.running != NULL;
}

/* All maps, or all lists, of a channel: lines "2 (/etc/haproxy/a.map) pattern loaded …"; in other ones there is no
 * file. */
static bool find_kind(struct runtime_files *files, struct runtime *runtime, const struct runtime_channel *channel,
                      enum runtime_file_kind kind)
{
    const char *command = arena_printf(runtime->arena, "show %s", kinds[kind].noun), *at, *line;
    struct admin_answer answer = runtime_ask(runtime, channel, command);
    size_t len;

    if (answer.failure || *answer.text != '#')
        return runtime_refuse_answer(runtime, command, &answer);
    at = answer.text;
    while ((line = next_line(&at, &len)) != NULL) {
        const char *begin = memchr(line, '(', len),
                   *end = begin ? memchr(begin, ')', len - (size_t)(begin - line)) : NULL;

        if (*line == '#' || !end || end - begin < 2 || begin[1] != '/')
            continue;
        if (!compare_file(files, runtime, channel, kind,
                          arena_strndup(runtime->arena, begin + 1, (size_t)(end - begin - 1))))
            return false;
    }
    return true;
}

bool runtime_files_find(struct runtime_files *files, struct runtime *runtime)
{
    *files = (struct runtime_files){0};
    runtime->why = NULL;
    /* all processes have read the same files at one time, and get the same commands: the first one tells for all */
    return !runtime->channel_count ||
           (find_kind(files, runtime, &runtime->channels[0], FILE_MAP) &&
            find_kind(files, runtime, &runtime->channels[0], FILE_ACL) && runtime_certificates_find(files, runtime));
}

/* --- sending --- */

bool runtime_command_send(struct runtime *runtime, const struct runtime_channel *channel, const char *command,
                          const char *good, struct admin_answer *answer)
{
    const char *head = arena_strndup(runtime->arena, command, strcspn(command, "\n"));

    runtime->sent++;
    *answer = runtime_ask(runtime, channel, command);
    if (!answer->failure && (*good ? strncmp(answer->text, good, strlen(good)) == 0 : !answer->len))
        return true;
    return runtime_refuse_answer(runtime, head, answer);
}

/* Appends a pattern as one word of a command. */
static bool add_word(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < ' ' || strchr(";<\x7f", text[i]))
            return false;
        if (text[i] == ' ' || text[i] == '\\')
            buf_putc(out, '\\');
        buf_putc(out, text[i]);
    }
    return true;
}

/* Makes the next command that adds entries, and moves *at behind them; false: an entry cannot be said. */
static bool next_command(struct buf *out, const struct runtime_file *file, const char *version, const char **at)
{
    const char *line;
    size_t len = 0;

    out->len = 0;
    buf_printf(out, "add %s @%s %s ", kinds[file->kind].noun, version, file->path);
    if (!kinds[file->kind].payload) {
        line = next_line(at, &len);
        return add_word(out, line, len);
    }
    buf_puts(out, "<<\n");
    do {
        line = next_line(at, &len);
        if (len + 1 > PAYLOAD_MAX)
            return false;
        buf_add(out, line, len);
        buf_putc(out, '\n');
    } while (**at && out->len + strcspn(*at, "\n") + 1 < PAYLOAD_MAX);
    return true; /* the line break behind the command ends it with an empty line */
}

static bool add_entries(struct runtime *runtime, const struct runtime_channel *channel, const struct runtime_file *file,
                        const char *version)
{
    const char *at = file->text;
    struct admin_answer answer;
    struct buf command;

    buf_init_in(&command, runtime->arena);
    while (*at) {
        if (!next_command(&command, file, version, &at))
            return runtime_refuse(runtime, "'%s' has an entry that no command can say", file->path);
        if (!runtime_command_send(runtime, channel, buf_text(&command), "", &answer))
            return false;
    }
    return true;
}

/* A new version is made, filled, and takes the place of the one in use at one moment. */
static bool send_entries(struct runtime *runtime, const struct runtime_channel *channel,
                         const struct runtime_file *file)
{
    static const char created[] = "New version created: ";
    const char *noun = kinds[file->kind].noun, *version;
    struct admin_answer answer;

    if (runtime->version < kinds[file->kind].since)
        return runtime_refuse(runtime, "HAProxy %s has no transaction for '%s'", hap_version_names[runtime->version],
                              file->path);
    if (!runtime_command_send(runtime, channel, arena_printf(runtime->arena, "prepare %s %s", noun, file->path),
                              created, &answer))
        return false;
    version = answer.text + strlen(created);
    if (!*version || version[strspn(version, "0123456789")])
        return runtime_refuse_answer(runtime, "prepare", &answer);
    if (add_entries(runtime, channel, file, version))
        return runtime_command_send(
            runtime, channel, arena_printf(runtime->arena, "commit %s @%s %s", noun, version, file->path), "", &answer);
    runtime_ask(runtime, channel, arena_printf(runtime->arena, "clear %s @%s %s", noun, version, file->path));
    return false;
}

bool runtime_files_perform(struct runtime *runtime, const struct runtime_files *files)
{
    for (uint32_t i = 0; i < files->count; i++)
        for (uint32_t k = 0; k < runtime->channel_count; k++) {
            const struct runtime_file *file = &files->at[i];

            if (!(file->kind == FILE_CERTIFICATE ? runtime_certificate_send
                                                 : send_entries)(runtime, &runtime->channels[k], file))
                return false;
        }
    return true;
}
