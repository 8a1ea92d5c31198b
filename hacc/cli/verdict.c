#include "hacc/cli/verdict.h"

#include "hacc/cli/cli.h"
#include "hacc/host/haproxy.h"
#include "hacc/write/files.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* haproxy reads the text from a file in memory that is its standard input: nothing is left behind, whatever
 * ends us. */
#define CFG_PATH "/dev/stdin"

struct verdict {
    const struct buf *cfg;
    const struct source_map *map;
    struct diags *diags;
};

static struct span line_span(const struct verdict *verdict, unsigned long line)
{
    return line >= 1 && line <= verdict->map->count ? verdict->map->at[line - 1] : (struct span){0, 0, 0};
}

/* Gives where `name` stands in `text` behind `before` as a whole word: quoted, or up to a blank or the like.
 */
static const char *find_name(const char *text, const char *before, const char *name, size_t len)
{
    for (const char *at = text; (at = strstr(at, before)); at++) {
        const char *word = at + strlen(before);

        word += *word == '\'';
        if (strncmp(word, name, len) == 0 && strchr("' /:;,.", word[len]))
            return at;
    }
    return NULL;
}

/* Gives where `text` names the section of a header line: "backend 'b'", "Proxy 'b'", "server b/s1", "'peers
 * p'". */
static const char *find_section(const char *text, const char *line, size_t len)
{
    size_t kind_len = strcspn(line, " \n");
    const char *name = line + kind_len + 1;
    char kinds[3][32] = {"", "roxy ", "server "};

    if (kind_len + 1 >= len || kind_len + 2 > sizeof(kinds[0]))
        return NULL;
    memcpy(kinds[0], line, kind_len + 1);
    for (int i = 0; i < 3; i++) {
        const char *found = find_name(text, kinds[i], name, strcspn(name, " \n"));

        if (found)
            return found;
    }
    return NULL;
}

/* Whether `text` names the server of a line. */
static bool names_server(const char *text, const char *line)
{
    static const char keyword[] = "    server ";
    const char *name = line + sizeof(keyword) - 1;
    size_t len;

    if (strncmp(line, keyword, sizeof(keyword) - 1) != 0)
        return false;
    len = strcspn(name, " \n");
    return find_name(text, "/", name, len) || find_name(text, "server ", name, len);
}

/* Gives the place of the section that a message without a line names first, or of its server. */
static struct span find_named(const struct verdict *verdict, const char *text)
{
    struct span found = {0, 0, 0};
    const char *first = NULL;
    unsigned long number = 1;
    bool inside = false;

    for (const char *line = verdict->cfg->data, *end = line + verdict->cfg->len, *next; line < end; line = next) {
        next = memchr(line, '\n', (size_t)(end - line));
        next = next ? next + 1 : end;
        if (isalpha((unsigned char)*line)) {
            const char *at = find_section(text, line, (size_t)(next - line));

            inside = at && (!first || at < first);
            if (inside) {
                first = at;
                found = line_span(verdict, number);
            }
        } else if (inside && names_server(text, line)) {
            found = line_span(verdict, number);
        }
        number++;
    }
    return found;
}

/* Takes the places "[PATH:LINE]" and "(PATH:LINE)" out of a message, with what only joins them to it. */
static uint32_t cut_places(const struct verdict *verdict, char *text, struct span *at, uint32_t max)
{
    uint32_t count = 0;

    for (char *path; (path = strstr(text, CFG_PATH ":"));) {
        char *after, *from = path;
        unsigned long line = strtoul(path + sizeof(CFG_PATH), &after, 10);

        if (count < max)
            at[count++] = line_span(verdict, line);
        while (from > text && strchr(" [(", from[-1]))
            from--;
        if (from - text >= 7 && strncmp(from - 7, "parsing", 7) == 0)
            from -= 7;
        after += strspn(after, "])");
        if (from == text)
            after += strspn(after, " :");
        memmove(from, after, strlen(after) + 1);
    }
    return count;
}

/* One message: "[ALERT]    (pid) : config : parsing [PATH:LINE] : text", with "config : " and the place or
 * without; `help`: the lines "   | …" below it. */
static void read_message(const struct verdict *verdict, char *line, const char *help)
{
    bool alert = strncmp(line, "[ALERT]", 7) == 0, warning = strncmp(line, "[WARNING]", 9) == 0;
    struct span at[DIAG_PLACES] = {{0, 0, 0}};
    char *text = strstr(line, ") : ");
    uint32_t count;

    if ((!alert && !warning) || !text)
        return;
    text += 4;
    if (strncmp(text, "config : ", 9) == 0)
        text += 9;
    /* sums of what has been said before */
    if (strncmp(text, "Error(s) found in", 17) == 0 || strncmp(text, "Fatal errors found", 18) == 0)
        return;
    count = cut_places(verdict, text, at, DIAG_PLACES);
    if (!count)
        at[0] = find_named(verdict, text);
    diag_add(verdict->diags, alert ? RULE_HAPROXY : RULE_HAPROXY_WARNING, at[0], *help ? help : NULL, "haproxy: %s",
             text);
    for (uint32_t i = 1; i < count; i++)
        if (at[i].src)
            diag_place(verdict->diags, at[i], "it concerns this too");
}

/* Joins the lines "   | …" that explain a message; gives what follows them. */
static char *read_help(char *line, struct buf *help)
{
    help->len = 0;
    while (strncmp(line, "   | ", 5) == 0) {
        size_t len = strcspn(line += 5, "\n");

        if (help->len)
            buf_putc(help, ' ');
        buf_add(help, line, len);
        line += len + (line[len] == '\n');
    }
    return line;
}

static void read_output(const struct verdict *verdict, char *text)
{
    struct buf help;

    buf_init_in(&help, verdict->diags->arena);
    for (char *line = text, *next; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        next = read_help(next, &help);
        read_message(verdict, line, buf_text(&help));
    }
}

/* Gives a descriptor of a file in memory that holds the text, at its start; -1 with errno set. */
static int memory_file(const struct buf *cfg)
{
    int fd = memfd_create("haproxy.cfg", MFD_CLOEXEC);

    if (fd >= 0 && (!write_all(fd, cfg->data, cfg->len) || lseek(fd, 0, SEEK_SET) < 0)) {
        int err = errno;

        close(fd);
        errno = err;
        return -1;
    }
    return fd;
}

bool haproxy_verdict(const struct haproxy_program *program, const struct buf *cfg, const struct source_map *map,
                     struct diags *diags, const char **why)
{
    static const struct span nowhere;
    static const char *const words[] = {"-c", "-f", CFG_PATH};
    const char *bin = program->words[program->count - 1];
    struct verdict verdict = {cfg, map, diags};
    uint32_t errors = diags->errors;
    int status = -1, err, fd;
    struct buf out;

    buf_init_in(&out, diags->arena);
    buf_reserve(&out, HAPROXY_OUTPUT_MAX);
    fd = memory_file(cfg);
    if (fd >= 0)
        status = haproxy_call(program, words, 3, fd, HAPROXY_TIME_LIMIT, diags->arena, &out);
    err = errno;
    if (fd >= 0)
        close(fd);
    if (status < 0) {
        *why = err == ETIMEDOUT ? "no answer after a minute" : strerror(err);
        *why = arena_printf(diags->arena, "'%s -c': %s", bin, *why);
        return false;
    }
    if (status > 128) {
        *why = arena_printf(diags->arena, "'%s -c' was ended by signal %d", bin, status - 128);
        return false;
    }
    buf_text(&out);
    read_output(&verdict, out.data);
    if (status != 0 && status != 2 && diags->errors == errors) /* 2: valid text without a listener */
        diag_add(diags, RULE_HAPROXY, nowhere, NULL, "'%s -c' refuses the result with status %d", bin, status);
    return true;
}
