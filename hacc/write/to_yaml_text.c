/* Words of the model as they stand in YAML: as HAProxy's text, or as values that are taken literally. */
#include "hacc/lang/quote.h"
#include "hacc/write/to_yaml_parts.h"

#include <string.h>

/* The length of the character at text[0]; 0: bytes that are no UTF-8, or a character that cannot stand in YAML (control
 * characters), or that breaks lines there. */
static uint32_t printable(const char *text, uint32_t len)
{
    const unsigned char *c = (const unsigned char *)text;
    uint32_t count = *c < 0x80 ? 1 : *c >= 0xc2 && *c < 0xe0 ? 2 : *c >= 0xe0 && *c < 0xf0 ? 3 : *c >= 0xf0 ? 4 : 0;
    uint32_t code = count == 1 ? *c : count == 2 ? *c & 0x1f : count == 3 ? *c & 0x0f : *c & 0x07;

    if (!count || count > len || *c > 0xf4)
        return 0;
    for (uint32_t i = 1; i < count; i++) {
        if ((c[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (c[i] & 0x3f);
    }
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 || code == 0xfeff ||
        (code >= 0xd800 && code < 0xe000) || code == 0xfffe || code == 0xffff || code > 0x10ffff ||
        (count == 3 && code < 0x800) || (count == 4 && code < 0x10000))
        return 0;
    return count;
}

static bool is_printable(const char *text, uint32_t len)
{
    for (uint32_t i = 0, count; i < len; i += count)
        if (!(count = printable(text + i, len - i)))
            return false;
    return true;
}

/* Appends the character at text[0] for the inside of HAProxy's double quotes; gives its length. */
static uint32_t put_escaped(struct buf *out, const char *text, uint32_t len)
{
    static const char controls[] = "\nn\rr\tt";
    uint32_t count = printable(text, len);
    const char *control = *text ? strchr(controls, *text) : NULL;

    if (count) {
        if (strchr("\"\\$", *text))
            buf_putc(out, '\\');
        buf_add(out, text, count);
        return count;
    }
    if (control)
        buf_printf(out, "\\%c", control[1]);
    else
        buf_printf(out, "\\x%02x", (unsigned char)*text);
    return 1;
}

void text_word(struct buf *out, const char *text, uint32_t len)
{
    if (is_printable(text, len)) {
        cfg_quote(out, text, len, true);
        return;
    }
    buf_putc(out, '"');
    for (uint32_t i = 0; i < len;)
        i += put_escaped(out, text + i, len - i);
    buf_putc(out, '"');
}

/* A word with variables, as HAProxy spells it: a variable, or a decoded character, one after the other. */
struct pieces {
    const char *at, *end; /* what is left, without the quotes */
    const char *text;     /* the piece */
    uint32_t len;
    bool variable;
};

static struct pieces pieces_of(const struct arg *arg)
{
    return (struct pieces){.at = arg->text + 1, .end = arg->text + arg->len - 1};
}

static bool next_piece(struct pieces *pieces)
{
    static const char *const controls = "n\nr\rt\t";
    const char *end = memchr(pieces->at, '}', (size_t)(pieces->end - pieces->at)), *control;

    if (pieces->at == pieces->end)
        return false;
    pieces->text = pieces->at;
    pieces->variable = *pieces->at == '$'; /* the character itself is \$ here */
    if (pieces->variable) {
        pieces->len = (uint32_t)((end ? end + 1 : pieces->end) - pieces->at);
    } else if (*pieces->at == '\\' && pieces->end - pieces->at > 1) {
        control = strchr(controls, pieces->at[1]);
        pieces->text = control ? control + 1 : pieces->at + 1;
        pieces->len = 1;
        pieces->at++;
    } else {
        pieces->len = printable(pieces->at, (uint32_t)(pieces->end - pieces->at));
        pieces->len += !pieces->len;
    }
    pieces->at += pieces->variable || pieces->len > 1 ? pieces->len : 1;
    return true;
}

/* Whether what is around the variables needs no quotes. */
static bool is_bare_env(const struct arg *arg)
{
    struct pieces pieces = pieces_of(arg);

    while (next_piece(&pieces))
        if (pieces.variable ? memchr(pieces.text, ' ', pieces.len) != NULL
                            : strchr(" #\\'\"$", *pieces.text) || !printable(pieces.text, pieces.len))
            return false;
    return true;
}

static void env_word(struct buf *out, const struct arg *arg)
{
    struct pieces pieces = pieces_of(arg);
    bool bare = is_bare_env(arg);

    if (!bare)
        buf_putc(out, '"');
    while (next_piece(&pieces)) {
        if (pieces.variable)
            buf_add(out, pieces.text, pieces.len);
        else
            put_escaped(out, pieces.text, pieces.len);
    }
    if (!bare)
        buf_putc(out, '"');
}

void text_words(struct buf *out, const struct arg *args, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i)
            buf_putc(out, ' ');
        if (args[i].flags & ARG_ENV)
            env_word(out, &args[i]);
        else
            text_word(out, args[i].text, args[i].len);
    }
}

struct yaml_item *text_item(struct yaml_writer *writer, const struct arg *args, uint32_t count)
{
    struct buf out;

    buf_init_in(&out, writer->arena);
    text_words(&out, args, count);
    return item_text(writer, out.data, (uint32_t)out.len);
}

bool literal_holds(const struct arg *arg)
{
    struct pieces pieces = pieces_of(arg);

    if (!(arg->flags & ARG_ENV))
        return arg->len && is_printable(arg->text, arg->len);
    while (next_piece(&pieces))
        if (!pieces.variable && !printable(pieces.text, pieces.len))
            return false;
    return true;
}

struct yaml_item *literal_item(struct yaml_writer *writer, const struct arg *arg)
{
    struct pieces pieces = pieces_of(arg);
    struct buf out;

    buf_init_in(&out, writer->arena);
    if (arg->flags & ARG_ENV) {
        while (next_piece(&pieces))
            buf_add(&out, pieces.text, pieces.len);
    } else {
        for (uint32_t i = 0; i < arg->len; i++) {
            if (arg->text[i] == '$' && i + 1 < arg->len && arg->text[i + 1] == '{')
                buf_putc(&out, '$');
            buf_putc(&out, arg->text[i]);
        }
    }
    return item_text(writer, out.len ? out.data : "", (uint32_t)out.len);
}
