/* Which file an include or !file means, and whether it may. */
#include "hacc/read/yaml_front.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A file read for !file, once however often it is named. */
struct file_value {
    struct file_value *next;
    dev_t dev;
    ino_t ino;
    uint32_t src;
};

/* More would not fit into a node's source index, with room for includes. */
enum { MAX_SOURCES = 60000 };

/* Gives `path` relative to the file `origin`. */
static const char *resolve(struct yaml_front *front, uint32_t origin, const char *path)
{
    const char *name = front->sources->at[front->origins[origin].src]->name, *slash = strrchr(name, '/');

    if (path[0] == '/' || !slash)
        return path;
    return arena_printf(front->arena, "%.*s%s", (int)(slash - name + 1), name, path);
}

/* Gives the real path, arena-owned, or NULL with errno set. */
static const char *real_path(struct yaml_front *front, const char *path)
{
    char real[PATH_MAX];

    return realpath(path, real) ? arena_strndup(front->arena, real, strlen(real)) : NULL;
}

static void set_tree(struct yaml_front *front, const char *path)
{
    const char *slash, *real;

    if (strcmp(path, "-") == 0)
        path = front->sources->stdin_name ? front->sources->stdin_name : "";
    slash = strrchr(path, '/');
    if (slash == path)
        real = "";
    else
        real = real_path(front, slash ? arena_strndup(front->arena, path, (size_t)(slash - path)) : ".");
    if (real && strcmp(real, "/") == 0)
        real = "";
    front->tree = real ? arena_printf(front->arena, "%s/", real) : NULL;
}

/* Checks a file that YAML text names: it must be a regular file inside the tree. */
static bool check_target(struct yaml_front *front, const char *path, struct span from, struct stat *st)
{
    const char *real = real_path(front, path);

    if (!real || stat(real, st) < 0)
        return diag_add(front->diags, RULE_INCLUDE, from, NULL, "cannot read '%.300s': %s", path, strerror(errno));
    if (!S_ISREG(st->st_mode))
        return diag_add(front->diags, RULE_INCLUDE, from, NULL, "cannot read '%.300s': %s", path,
                        S_ISDIR(st->st_mode) ? "it is a directory; name its files, as in conf.d/*.yaml"
                                             : "not a regular file");
    if (!front->options.allow_outside && (!front->tree || strncmp(real, front->tree, strlen(front->tree)) != 0))
        return diag_add(front->diags, RULE_INCLUDE, from, "move it there, or pass --allow-outside",
                        "'%.300s' lies outside the folder of the main file", path);
    return true;
}

/* Writes "a.yaml -> b.yaml -> " for the files that lead to `origin`, starting at `first`. */
static void write_chain(struct yaml_front *front, char *out, size_t size, int32_t origin, uint32_t first)
{
    int32_t chain[YAML_MAX_INCLUDES];
    uint32_t count = 0;
    size_t len = 0;

    for (; origin >= 0; origin = front->origins[origin].parent) {
        chain[count++] = origin;
        if ((uint32_t)origin == first)
            break;
    }
    out[0] = '\0';
    while (count > 0 && len < size)
        len += (size_t)snprintf(out + len, size - len, "%s -> ",
                                front->sources->at[front->origins[chain[--count]].src]->name);
}

/* Refuses a file that is being read, or has been. */
static bool check_again(struct yaml_front *front, const char *path, const struct stat *st, int32_t parent,
                        struct span from)
{
    char chain[HELP_SIZE];
    uint32_t i = 0;

    while (i < front->origin_count &&
           (!front->origins[i].known || front->origins[i].dev != st->st_dev || front->origins[i].ino != st->st_ino))
        i++;
    if (i == front->origin_count)
        return true;
    for (int32_t up = parent; up >= 0; up = front->origins[up].parent) {
        if ((uint32_t)up != i)
            continue;
        write_chain(front, chain, sizeof(chain), parent, i);
        return diag_add(front->diags, RULE_INCLUDE, from, NULL, "'%.200s' includes itself: %s%.200s", path, chain,
                        path);
    }
    diag_add(front->diags, RULE_INCLUDE, from, NULL, "'%.300s' is read twice", path);
    if (front->origins[i].from.src)
        diag_place(front->diags, front->origins[i].from, "first here");
    return false;
}

static struct yaml_file *file_add(struct yaml_front *front, uint32_t src)
{
    struct document *doc = front->doc;
    struct yaml_file *file = arena_zalloc(front->arena, sizeof(*file));

    if (!doc->files)
        doc->files = arena_alloc(front->arena, YAML_MAX_INCLUDES * sizeof(struct yaml_file *));
    file->src = src;
    doc->files[doc->file_count++] = file;
    return file;
}

struct yaml_file *yaml_open(struct yaml_front *front, const char *path, int32_t parent, struct span from,
                            uint32_t *origin)
{
    struct yaml_origin *entry;
    const char *why = NULL;
    struct stat st;
    bool known = strcmp(path, "-") != 0 && stat(path, &st) == 0;

    if (!front->origin_count && parent < 0)
        set_tree(front, path);
    if (front->origin_count == YAML_MAX_INCLUDES) {
        diag_add(front->diags, RULE_YAML_LIMIT, from, NULL, "more than %d files", YAML_MAX_INCLUDES);
        return NULL;
    }
    if (parent >= 0 && !check_target(front, path, from, &st))
        return NULL;
    if (known && S_ISREG(st.st_mode) && !check_again(front, path, &st, parent, from))
        return NULL;
    entry = &front->origins[front->origin_count];
    *entry = (struct yaml_origin){.parent = parent, .from = from, .known = known};
    if (known) {
        entry->dev = st.st_dev;
        entry->ino = st.st_ino;
    }
    entry->src = sources_read(front->sources, path, &why);
    if (!entry->src) {
        diag_add(front->diags, parent < 0 ? RULE_UNREADABLE : RULE_INCLUDE, from, NULL, "cannot read '%.300s': %s",
                 path, why);
        return NULL;
    }
    *origin = front->origin_count++;
    return file_add(front, entry->src);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **yaml_include_paths(struct yaml_front *front, uint32_t origin, const struct node *pattern)
{
    const char *text = arena_strndup(front->arena, pattern->text, pattern->len);
    const char *path = resolve(front, origin, text), **paths;
    size_t count;
    int status;

    if (!*text) {
        diag_add(front->diags, RULE_INCLUDE, node_span(pattern), NULL, "an empty path");
        return NULL;
    }
    if (!strpbrk(text, "*?[")) {
        paths = arena_zalloc(front->arena, 2 * sizeof(*paths));
        paths[0] = path;
        return paths;
    }
    status = glob(path, GLOB_NOSORT | GLOB_ERR, NULL, &front->found);
    if (status == GLOB_NOSPACE)
        oom_raise(front->arena->oom);
    if (status == GLOB_ABORTED) {
        diag_add(front->diags, RULE_INCLUDE, node_span(pattern), NULL, "cannot search '%.300s': %s", path,
                 strerror(errno));
        return NULL;
    }
    count = status == 0 ? front->found.gl_pathc : 0;
    paths = arena_zalloc(front->arena, (count + 1) * sizeof(*paths));
    for (size_t i = 0; i < count; i++)
        paths[i] = arena_strndup(front->arena, front->found.gl_pathv[i], strlen(front->found.gl_pathv[i]));
    /* not by glob itself: its order is the locale's */
    qsort(paths, count, sizeof(*paths), compare_paths);
    globfree(&front->found);
    memset(&front->found, 0, sizeof(front->found));
    return paths;
}

bool yaml_file_value(struct yaml_front *front, uint32_t origin, const char *name, uint32_t len, struct span at,
                     const char **text, uint32_t *text_len)
{
    const char *path = resolve(front, origin, arena_strndup(front->arena, name, len)), *why = NULL;
    struct file_value *value;
    const struct source *source;
    struct stat st;

    if (!len)
        return diag_add(front->diags, RULE_INCLUDE, at, "write !file PATH", "'!file' takes the path of a file");
    if (!check_target(front, path, at, &st))
        return false;
    for (value = front->file_values; value && (value->dev != st.st_dev || value->ino != st.st_ino);)
        value = value->next;
    if (!value) {
        if (st.st_size > YAML_MAX_FILE_VALUE || front->sources->count >= MAX_SOURCES)
            return diag_add(front->diags, RULE_YAML_LIMIT, at, NULL,
                            "'%.300s' is larger than 1 MiB, or one file too many", path);
        value = arena_zalloc(front->arena, sizeof(*value));
        *value =
            (struct file_value){front->file_values, st.st_dev, st.st_ino, sources_read(front->sources, path, &why)};
        if (!value->src)
            return diag_add(front->diags, RULE_INCLUDE, at, NULL, "cannot read '%.300s': %s", path, why);
        front->file_values = value;
    }
    source = front->sources->at[value->src];
    *text = source->data;
    *text_len = source->len;
    if (*text_len && (*text)[*text_len - 1] == '\n')
        *text_len -= *text_len > 1 && (*text)[*text_len - 2] == '\r' ? 2 : 1;
    return true;
}
