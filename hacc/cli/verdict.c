#include "hacc/cli/verdict.h"

#include "hacc/cli/cli.h"
#include "hacc/host/haproxy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Gives the place of the generated file's line that a message names as "[PATH:LINE]", and cuts that from it. */
static struct span find_place(const char **text, const char *path, const struct source_map *map)
{
    const char *at = strstr(*text, path), *end;
    unsigned long line;
    char *after;

    if (!at || at[strlen(path)] != ':')
        return (struct span){0, 0, 0};
    line = strtoul(at + strlen(path) + 1, &after, 10);
    end = strchr(after, ' ');
    if (end)
        *text = end + strspn(end, " :");
    return line >= 1 && line <= map->count ? map->at[line - 1] : (struct span){0, 0, 0};
}

/* One line of haproxy's output: "[ALERT]    (pid) : config : parsing [PATH:LINE] : message". */
static void read_line(const char *line, const char *path, const struct source_map *map, struct diags *diags)
{
    bool alert = strncmp(line, "[ALERT]", 7) == 0, warning = strncmp(line, "[WARNING]", 9) == 0;
    const char *text = strstr(line, ") : ");
    struct span at;

    if ((!alert && !warning) || !text)
        return;
    text += 4;
    if (strncmp(text, "config : ", 9) == 0)
        text += 9;
    /* sums of what has been said before */
    if (strncmp(text, "Error(s) found in", 17) == 0 || strncmp(text, "Fatal errors found", 18) == 0)
        return;
    at = find_place(&text, path, map);
    diag_add(diags, alert ? RULE_HAPROXY : RULE_HAPROXY_WARNING, at, NULL, "haproxy: %s", text);
}

static void read_output(char *text, const char *path, const struct source_map *map, struct diags *diags)
{
    for (char *line = text, *end; *line; line = end) {
        end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        else
            end = line + strlen(line);
        read_line(line, path, map, diags);
    }
}

static bool write_temporary(char *path, const struct buf *cfg)
{
    int fd = mkstemp(path);
    bool good = fd >= 0 && cli_write(fd, cfg->data, cfg->len);
    int err = errno;

    if (fd >= 0)
        close(fd);
    errno = err;
    return good;
}

void haproxy_verdict(const char *bin, const struct buf *cfg, const struct source_map *map, struct diags *diags)
{
    char path[] = "/tmp/hacc-check.XXXXXX";
    const char *argv[] = {bin, "-c", "-f", path, NULL};
    uint32_t errors = diags->errors;
    struct span nowhere = {0, 0, 0};
    struct buf out;
    int status;

    if (!write_temporary(path, cfg)) {
        diag_add(diags, RULE_HAPROXY, nowhere, NULL, "%s: %s", path, strerror(errno));
        return;
    }
    buf_init(&out, diags->arena->oom);
    status = haproxy_run(argv, HAPROXY_TIME_LIMIT, &out);
    unlink(path);
    if (status < 0)
        diag_add(diags, RULE_HAPROXY, nowhere, NULL, "'%s' cannot be run: %s", bin, strerror(errno));
    else if (buf_text(&out))
        read_output(out.data, path, map, diags);
    if (status > 0 && status != 2 && diags->errors == errors) /* 2: valid text without a listener */
        diag_add(diags, RULE_HAPROXY, nowhere, NULL, "'%s -c' refuses the result with status %d", bin, status);
    buf_release(&out);
}
