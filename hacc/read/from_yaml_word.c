/* YAML scalars and lists as words of haproxy.cfg. */
#include "hacc/read/reader.h"

#include <string.h>

bool reader_shape(struct reader *reader, const struct node *node, const char *wanted)
{
    static const char *const kinds[] = {"a scalar", "a list", "a map"};

    reader->match.failed = true;
    if (node->flags & NODE_POISON)
        return false;
    return diag_add(reader->diags, RULE_BAD_SHAPE, node_span(node), NULL, "%s stands where %s is expected",
                    kinds[node->kind], wanted);
}

bool reader_no_value(struct reader *reader, const char *name, const struct node *value)
{
    reader->match.failed = true;
    if (value->flags & NODE_POISON)
        return false;
    return diag_add(reader->diags, RULE_BAD_SHAPE, node_span(value),
                    arena_printf(reader->lang->arena, "write %s: true", name), "'%s' takes no value", name);
}

/* A value that would leave its word, or that HAProxy has no word for. */
static bool check_word(struct reader *reader, const struct word *word)
{
    const char *bad = NULL;

    if (!word->len)
        bad = "an empty value cannot be written in haproxy.cfg";
    else if (memchr(word->text, '\0', word->len))
        bad = "a NUL byte cannot be written in haproxy.cfg";
    if (!bad || word->flags & WORD_POISON)
        return true;
    reader->match.failed = true;
    return diag_add(reader->diags, RULE_UNSAFE_TEXT, word->at, NULL, "%s", bad);
}

void reader_word(struct reader *reader, const struct node *scalar, struct word *word)
{
    word->text = scalar->text;
    word->len = scalar->len;
    word->at = node_span(scalar);
    word->flags = (uint8_t)(scalar->flags & NODE_POISON ? WORD_POISON : 0);
    if (scalar->flags & NODE_SECRET)
        word->flags |= WORD_SECRET | WORD_GIVEN;
    word->skew = scalar->flags & (NODE_MAPPED | NODE_FIXED) ? WORD_SKEWED : scalar->style == STYLE_PLAIN ? 0 : 1;
    cfg_word(word, reader->lang, scalar->text, scalar->len, scalar->flags & NODE_FIXED);
    check_word(reader, word);
}

/* A text is one directive: two lines of a literal block were meant as two. */
static bool check_block(struct reader *reader, const struct node *scalar)
{
    const char *text = scalar->text, *second;
    uint32_t len = scalar->len;

    while (len && text[len - 1] == '\n')
        len--;
    second = scalar->style == STYLE_LITERAL ? memchr(text, '\n', len) : NULL;
    if (!second)
        return true;
    second++;
    return diag_add(
        reader->diags, RULE_UNSAFE_TEXT,
        yaml_text_span(scalar, (uint32_t)(second - text), len - (uint32_t)(second - text), reader->config->sources),
        "write a list, an item for each; or '>-' for one directive over several lines",
        "a line break inside of HAProxy's text: what follows is no directive of its own");
}

bool reader_text(struct reader *reader, const struct node *scalar)
{
    bool direct = !(scalar->flags & (NODE_MAPPED | NODE_FIXED));
    struct text_place place = {node_span(scalar), direct, scalar, reader->config->sources};
    struct words *words = &reader->words;
    uint32_t first = words->count;

    if (direct && scalar->style != STYLE_PLAIN)
        place.at.off++;
    if (scalar->flags & NODE_FIXED) {
        struct word *word = words_push(words); /* !env and !file: one word, as it is */

        reader_word(reader, scalar, word);
        return true;
    }
    if (!check_block(reader, scalar) || !cfg_lex(words, reader->lang, LEX_YAML, scalar->text, scalar->len, &place)) {
        reader->match.failed = true;
        return false;
    }
    for (uint32_t i = first; i < words->count; i++)
        if (!check_word(reader, &words->at[i]))
            return false;
    return true;
}

/* Text for one node of a signature, which must take all of it. */
static void add_text(struct reader *reader, uint16_t at, const struct node *scalar)
{
    uint32_t first = reader->words.count, taken, count;

    if (reader_text(reader, scalar)) {
        count = reader->words.count - first;
        taken = match_single(&reader->match, at, reader->words.at + first, count);
        if (taken < count)
            match_extra(&reader->match, &reader->words.at[first + taken]);
    }
    reader->words.count = first;
}

/* `maxconn: false`: of a word that is no number HAProxy makes 0, but this is meant for YAML. */
static bool check_truth(struct reader *reader, const struct sig *sig, const struct node *scalar)
{
    if (!sig->atol || node_truth(scalar) == TRUTH_NONE)
        return true;
    reader->match.failed = true;
    return diag_add(reader->diags, RULE_BAD_VALUE, node_span(scalar), NULL, "'%.*s' is not %s", (int)scalar->len,
                    scalar->text, types[sig->type].doc);
}

static void add_scalar(struct reader *reader, uint16_t at, const struct node *scalar)
{
    struct word word;

    if (scalar->kind != NODE_SCALAR) {
        reader_shape(reader, scalar, "a single value");
        return;
    }
    if (type_takes_words((enum type_id)sig_at(at)->type)) {
        add_text(reader, at, scalar);
        return;
    }
    if (!check_truth(reader, sig_at(at), scalar))
        return;
    reader_word(reader, scalar, &word);
    if (word.len && reader_one_line(reader, &word, sig_at(at)->type))
        match_param(&reader->match, at, &word, 1);
}

bool reader_one_line(struct reader *reader, const struct word *word, enum type_id type)
{
    if (type == TYPE_STR || word->flags & WORD_POISON || type == TYPE_FMT ||
        (!memchr(word->text, '\n', word->len) && !memchr(word->text, '\r', word->len)))
        return true;
    reader->match.failed = true;
    return diag_add(reader->diags, RULE_UNSAFE_TEXT, word->at, NULL, "a line break cannot stand in this value");
}

/* A list for a value that is a comma-separated word. */
static void add_joined(struct reader *reader, uint16_t at, const struct node *list)
{
    struct node joined = *list;
    char *text = NULL;
    uint32_t len = 0;

    for (const struct node *item = list->first; item; item = item->next) {
        if (item->kind != NODE_SCALAR) {
            reader_shape(reader, item, "a single value");
            return;
        }
        len += item->len + 1;
        joined.flags |= item->flags & (NODE_SECRET | NODE_POISON);
    }
    text = arena_alloc(reader->lang->arena, len + 1);
    len = 0;
    for (const struct node *item = list->first; item; item = item->next) {
        if (len)
            text[len++] = ',';
        memcpy(text + len, item->text, item->len);
        len += item->len;
    }
    joined.kind = NODE_SCALAR;
    joined.flags |= NODE_MAPPED;
    joined.text = text;
    joined.len = len;
    add_scalar(reader, at, &joined);
}

void add_param(struct reader *reader, uint16_t at, const struct node *value)
{
    if (value->kind == NODE_LIST && sig_takes_list(at))
        add_joined(reader, at, value);
    else
        add_scalar(reader, at, value);
}

void add_params(struct reader *reader, uint16_t at, const struct node *value)
{
    if (value->kind == NODE_SCALAR)
        add_text(reader, at, value);
    else if (value->kind != NODE_LIST)
        reader_shape(reader, value, "a value or a list of values");
    else
        for (const struct node *item = value->first; item; item = item->next)
            add_param(reader, sig_at(at)->first, item);
}
