#include "hacc/deploy/generation.h"

#include "hacc/write/to_sysctl.h"

#include <stdio.h>

/* The first line, for people, and the last lines, for HAProxy: behind all others, where no resetenv takes it away. */
#define HEAD "# written by hacc apply, generation %s: the next one replaces what is changed here by hand\n"
#define TAIL   \
    "\n"       \
    "global\n" \
    "    setenv " GENERATION_VARIABLE " %s\n"

/* Bytes of the two, with a name in them. */
enum { HEAD_LEN = sizeof(HEAD) - 3 + GENERATION_DIGITS, TAIL_LEN = sizeof(TAIL) - 3 + GENERATION_DIGITS };

/* The map's entry of the first line, which comes from nowhere. */
static void begin_map(struct source_map *map, struct arena *arena)
{
    *map = (struct source_map){.arena = arena};
    map->at = arena_extend(arena, map->at, 0, &map->cap, 256, sizeof(*map->at));
    map->at[map->count++] = (struct span){0, 0, 0};
}

/* Fills in head, tail and name around the body, which begins HEAD_LEN bytes into the text. */
static void sign(struct generation *generation)
{
    struct buf *text = &generation->text;
    char head[HEAD_LEN + 1];

    generation_name(text->data + HEAD_LEN, text->len - HEAD_LEN, generation->name);
    snprintf(head, sizeof(head), HEAD, generation->name);
    memcpy(text->data, head, HEAD_LEN);
    buf_printf(text, TAIL, generation->name);
}

void generation_make(struct generation *generation, const struct config *config)
{
    struct cfg_options options = {.map = &generation->map};

    buf_init_in(&generation->text, config->arena);
    buf_init_in(&generation->sysctl, config->arena);
    begin_map(&generation->map, config->arena);
    buf_reserve(&generation->text, HEAD_LEN);
    generation->text.len = HEAD_LEN;
    to_cfg(config, &options, &generation->text);
    sign(generation);
    generation->named = true;
    to_sysctl(config, &generation->sysctl);
    generation->mode = config->secret ? 0600 : 0644;
}

/* Whether the first line is hacc's. The name in it is copied. */
static bool read_head(const char *text, size_t len, char name[GENERATION_SIZE])
{
    static const char format[] = HEAD;
    size_t before = (size_t)(strstr(format, "%s") - format);
    char head[HEAD_LEN + 1];

    if (len < HEAD_LEN + TAIL_LEN)
        return false;
    memcpy(name, text + before, GENERATION_DIGITS);
    name[GENERATION_DIGITS] = '\0';
    snprintf(head, sizeof(head), HEAD, name);
    return generation_is_name(name) && memcmp(text, head, HEAD_LEN) == 0;
}

void generation_of(const char *text, size_t len, char name[GENERATION_SIZE], bool *edited)
{
    char said[GENERATION_SIZE], tail[TAIL_LEN + 1];

    *edited = false;
    if (!read_head(text, len, said)) {
        generation_name(text, len, name);
        return;
    }
    generation_name(text + HEAD_LEN, len - HEAD_LEN - TAIL_LEN, name);
    snprintf(tail, sizeof(tail), TAIL, said);
    *edited = strcmp(name, said) != 0 || memcmp(text + len - TAIL_LEN, tail, TAIL_LEN) != 0;
    if (*edited)
        generation_name(text, len, name);
}

void generation_take(struct generation *generation, const char *text, size_t len, struct arena *arena)
{
    char said[GENERATION_SIZE];
    bool edited;

    generation_of(text, len, generation->name, &edited);
    buf_init_in(&generation->text, arena);
    buf_init_in(&generation->sysctl, arena);
    buf_add(&generation->text, text, len);
    generation->map = (struct source_map){.arena = arena};
    generation->mode = 0600;
    generation->named = !edited && read_head(text, len, said);
}

const char *generation_body(const char *text, size_t len, size_t *body_len)
{
    char name[GENERATION_SIZE], said[GENERATION_SIZE];
    bool edited;

    generation_of(text, len, name, &edited);
    *body_len = len;
    if (edited || !read_head(text, len, said))
        return text;
    *body_len = len - HEAD_LEN - TAIL_LEN + 1;
    return text + HEAD_LEN - 1;
}
