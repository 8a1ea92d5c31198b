/* The value of an intent as YAML on one line: its options, read off lines. */
#include "hacc/write/intent_guess_parts.h"

const struct directive *find_line(const struct guesser *guesser, uint16_t id)
{
    return section_find_directive(guesser->section, (enum keyword_id)id);
}

struct value value_begin(struct guesser *guesser)
{
    struct value value = {.guesser = guesser};

    buf_init_in(&value.entries, guesser->writer.arena);
    buf_init_in(&value.lone, guesser->writer.arena);
    return value;
}

struct buf *value_key(struct value *value, const char *key)
{
    buf_printf(&value->entries, "%s%s: ", value->count++ ? ", " : "", key);
    return &value->entries;
}

static void value_scalar(struct value *value, const char *key, const struct yaml_item *scalar, bool alone)
{
    scalar_print(value_key(value, key), scalar->text, scalar->len, SCALAR_FLOW, 0);
    if (alone)
        scalar_print(&value->lone, scalar->text, scalar->len, SCALAR_FLOW, 0);
}

void value_word(struct value *value, const char *key, const struct arg *word, bool alone)
{
    value->bad |= !literal_holds(word);
    if (!value->bad)
        value_scalar(value, key, literal_item(&value->guesser->writer, word), alone);
}

void value_text(struct value *value, const char *key, const struct arg *words, uint32_t count)
{
    value_scalar(value, key, text_item(&value->guesser->writer, words, count), false);
}

/* Gives the word of a line that a hole is about, or NULL. */
static const struct arg *hole_word(const struct hole *hole, const struct directive *line)
{
    const struct arg *from = hole->name ? directive_option(line, (enum keyword_id)hole->name) : line->args;

    return from && from + hole->skip < line->args + line->arg_count ? from + hole->skip : NULL;
}

static void value_hole(struct value *value, const struct hole *hole)
{
    const struct directive *line = find_line(value->guesser, hole->line);
    bool there = line && (!hole->name || directive_option(line, (enum keyword_id)hole->name));
    const struct arg *word;

    if (hole->kind == HOLE_WORD) {
        word = line ? hole_word(hole, line) : NULL;
        if (word && !(hole->otherwise && text_is(word->text, word->len, hole->otherwise)))
            value_word(value, hole->key, word, hole->alone);
    } else if (there == (hole->kind == HOLE_TRUE)) {
        buf_puts(value_key(value, hole->key), there ? "true" : "false");
    }
}

void value_holes(struct value *value, const struct hole *holes)
{
    for (; holes && holes->key; holes++)
        value_hole(value, holes);
}

const char *value_yaml(struct value *value)
{
    struct arena *arena = value->guesser->writer.arena;

    if (!value->count)
        return "true";
    if (value->count == 1 && value->lone.len)
        return buf_text(&value->lone);
    return arena_printf(arena, "{%s}", buf_text(&value->entries));
}
