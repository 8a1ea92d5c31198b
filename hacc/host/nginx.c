#include "hacc/host/nginx_reader.h"

#include <errno.h>
#include <glob.h>
#include <sys/stat.h>

enum { MAX_WORDS = 64, MAX_BLOCKS = 64 };

/* One file, and the blocks that are open in it. */
struct file {
    struct nginx_lexer lexer;
    struct nginx_word words[MAX_WORDS]; /* of the directive being read */
    uint32_t count, depth;
    bool broken; /* the directive being read has had its finding */
    enum nginx_level levels[MAX_BLOCKS];
    uint32_t blocks, deeper; /* blocks open; those beyond what `levels` holds */
};

void nginx_fault(struct nginx_reader *reader, struct span at, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    diag_addv(reader->diags, RULE_HOST_UNREAD, at, NULL, fmt, ap);
    va_end(ap);
}

static void read_file(struct nginx_reader *reader, const char *path, struct span from, enum nginx_level level,
                      uint32_t depth);

/* What nginx takes for a pattern; the list of files lives in the arena, as what is read may run out of memory. */
static char **find_files(struct nginx_reader *reader, const char *pattern, size_t *count)
{
    struct arena *arena = reader->sources->arena;
    char **paths = NULL;
    glob_t found;

    *count = 0;
    if (glob(pattern, 0, NULL, &found) == 0) {
        paths = arena_alloc(arena, found.gl_pathc * sizeof(*paths));
        for (; *count < found.gl_pathc; ++*count)
            paths[*count] = arena_strndup(arena, found.gl_pathv[*count], strlen(found.gl_pathv[*count]));
    }
    globfree(&found);
    return paths;
}

static void read_include(struct nginx_reader *reader, const struct file *file, enum nginx_level level)
{
    const struct nginx_word *word = &file->words[1];
    const char *path = word->text;
    size_t count;
    char **paths;

    if (file->count != 2) {
        nginx_fault(reader, file->words[0].at, "nginx's 'include' takes one path");
        return;
    }
    if (path[0] != '/')
        path = arena_printf(reader->sources->arena, "%s%s", reader->folder, path);
    if (!strpbrk(path, "*?[")) {
        read_file(reader, path, word->at, level, file->depth + 1);
        return;
    }
    paths = find_files(reader, path, &count);
    for (size_t i = 0; i < count; i++)
        read_file(reader, paths[i], word->at, level, file->depth + 1);
}

/* Which level a block opens. */
static enum nginx_level block_level(enum nginx_level level, const char *name)
{
    static const struct {
        enum nginx_level in;
        const char *name;
        enum nginx_level opens;
    } blocks[] = {
        {LEVEL_MAIN, "http", LEVEL_HTTP},       {LEVEL_MAIN, "stream", LEVEL_STREAM},
        {LEVEL_MAIN, "mail", LEVEL_MAIL},       {LEVEL_HTTP, "server", LEVEL_SERVER},
        {LEVEL_STREAM, "server", LEVEL_SERVER}, {LEVEL_MAIL, "server", LEVEL_SERVER},
    };

    for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
        if (blocks[i].in == level && strcmp(blocks[i].name, name) == 0)
            return blocks[i].opens;
    return LEVEL_OTHER;
}

static bool ends_in(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);

    return len >= n && strcmp(text + len - n, end) == 0;
}

static void open_block(struct nginx_reader *reader, struct file *file)
{
    enum nginx_level level = file->levels[file->blocks - 1], opens;

    if (file->count && ends_in(file->words[0].text, "_by_lua_block")) {
        if (!nginx_skip_lua(&file->lexer))
            nginx_fault(reader, file->words[0].at, "this block of Lua does not end");
        return;
    }
    if (file->blocks == MAX_BLOCKS) {
        file->deeper++;
        return;
    }
    opens = file->count ? block_level(level, file->words[0].text) : LEVEL_OTHER;
    file->levels[file->blocks++] = opens;
    if (opens == LEVEL_SERVER) {
        reader->protocol = level;
        reader->server = file->words[0].at;
        reader->listens = false;
    }
}

static void close_block(struct nginx_reader *reader, struct file *file, struct span at)
{
    if (file->deeper) {
        file->deeper--;
        return;
    }
    if (file->blocks == 1) {
        nginx_fault(reader, at, "a '}' without its '{'");
        return;
    }
    if (file->levels[--file->blocks] == LEVEL_SERVER && reader->protocol == LEVEL_HTTP && !reader->listens)
        nginx_imply_listen(reader);
}

static void end_directive(struct nginx_reader *reader, struct file *file)
{
    enum nginx_level level = file->levels[file->blocks - 1];

    if (!file->count || file->broken)
        return;
    if (level != LEVEL_OTHER && strcmp(file->words[0].text, "include") == 0)
        read_include(reader, file, level);
    else if (level == LEVEL_SERVER && strcmp(file->words[0].text, "listen") == 0)
        nginx_read_listen(reader, file->words, file->count);
}

static void read_tokens(struct nginx_reader *reader, struct file *file)
{
    struct nginx_word word;

    for (;;) {
        switch (nginx_next(&file->lexer, &word)) {
        case NGINX_WORD:
            if (file->count < MAX_WORDS)
                file->words[file->count++] = word;
            continue;
        case NGINX_SEMICOLON:
            end_directive(reader, file);
            break;
        case NGINX_OPEN:
            open_block(reader, file);
            break;
        case NGINX_CLOSE:
            close_block(reader, file, word.at);
            break;
        case NGINX_BAD:
            nginx_fault(reader, word.at, "a quote that does not end its word");
            file->broken = true;
            continue;
        case NGINX_END:
            if (!file->broken && (file->count || file->blocks > 1))
                nginx_fault(reader, file->count ? file->words[0].at : word.at,
                            "the file ends inside of a block or directive");
            return;
        }
        file->count = 0;
        file->broken = false;
    }
}

static void read_source(struct nginx_reader *reader, uint32_t src, enum nginx_level level, uint32_t depth)
{
    struct file file = {.lexer = {reader->sources->at[src], reader->sources->arena, src, 0}, .depth = depth};

    file.levels[file.blocks++] = level;
    read_tokens(reader, &file);
}

/* As sources_read, for plain files within what is left of the limit alone: not a device, or a pipe that nobody writes
 * to. */
static uint32_t read_plain(struct nginx_reader *reader, const char *path, const char **why)
{
    struct stat st;

    if (stat(path, &st) < 0) {
        *why = strerror(errno);
        return 0;
    }
    *why = "not a file";
    if (!S_ISREG(st.st_mode))
        return 0;
    *why = "too large";
    if (st.st_size > NGINX_MAX_BYTES - reader->bytes)
        return 0;
    reader->bytes += (uint32_t)st.st_size;
    return sources_read(reader->sources, path, why);
}

static void read_file(struct nginx_reader *reader, const char *path, struct span from, enum nginx_level level,
                      uint32_t depth)
{
    const char *why;
    uint32_t src;

    if (reader->stopped)
        return;
    if (depth > NGINX_MAX_DEPTH || reader->files++ >= NGINX_MAX_FILES) {
        reader->stopped = true;
        nginx_fault(reader, from,
                    "nginx's files from '%.300s' on are not read: one includes itself, or there are too many", path);
        return;
    }
    src = read_plain(reader, path, &why);
    if (src)
        read_source(reader, src, level, depth);
    else
        nginx_fault(reader, from, "cannot read '%.300s': %s", path, why);
}

bool nginx_read(struct nginx *nginx, const char *path, struct sources *sources, struct diags *diags, const char **why)
{
    struct nginx_reader reader = {.nginx = nginx, .sources = sources, .diags = diags};
    const char *slash = strrchr(path, '/');
    uint32_t src = read_plain(&reader, path, why);

    *nginx = (struct nginx){0};
    if (!src)
        return false;
    reader.folder = slash ? arena_printf(sources->arena, "%.*s", (int)(slash - path + 1), path) : "";
    read_source(&reader, src, LEVEL_MAIN, 0);
    nginx_unite_listens(nginx, sources->arena);
    return true;
}
