#include "hacc/check/line_key.h"

#include "hacc/lang/number.h"
#include "hacc/lang/value.h"

#define XXH_INLINE_ALL /* a header alone: nothing to load when hacc starts */
#include <xxhash.h>

void line_reader_init(struct line_reader *reader, enum hap_version version, struct arena *arena)
{
    *reader = (struct line_reader){.version = version};
    buf_init_in(&reader->bytes, arena);
}

struct key key_of(const void *bytes, size_t len)
{
    XXH128_hash_t hash = XXH3_128bits(bytes, len);

    return (struct key){hash.low64, hash.high64};
}

struct key key_join(struct key a, struct key b)
{
    const struct key both[2] = {a, b};

    return key_of(both, sizeof(both));
}

void key_add(struct key *set, struct key one)
{
    set->low += one.low;
    set->high += one.high;
}

struct key name_key(unsigned kind, const char *name, size_t len)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed(name, len, kind);

    return (struct key){hash.low64, hash.high64};
}

/* --- words --- */

/* Whether a name is that of the line's own section, as what the section defines. */
static bool is_own_name(const struct line_reader *reader, unsigned kind, const char *text, uint32_t len)
{
    const struct section *section = reader->section;
    const uint8_t *defines = section ? contexts[section->context].defines : NULL;

    return section && section->name_len == len && memcmp(section->name, text, len) == 0 &&
           (kind == SYMBOL_TABLE || defines[0] == kind || defines[1] == kind);
}

static void add_name(struct line_reader *reader, const struct arg *arg)
{
    unsigned kind = sig_at(arg->sig)->arg;
    const char *other = NULL;

    if (is_own_name(reader, kind, arg->text, arg->len)) {
        buf_putc(&reader->bytes, '\x01');
        return;
    }
    if (reader->renamed)
        other = key_map_find(reader->renamed, name_key(kind, arg->text, arg->len));
    if (other)
        buf_puts(&reader->bytes, other);
    else
        buf_add(&reader->bytes, arg->text, arg->len);
}

/* Adds a number in its one spelling. Gives false where the word is none. */
static bool add_number(struct buf *out, const struct arg *arg, const struct sig *sig)
{
    const struct word word = {.text = arg->text, .len = arg->len};
    const struct word read = sig->atol ? leading_number(&word) : word;
    int64_t value;
    bool good;

    switch ((unsigned)sig->type) {
    case TYPE_TIME:
    case TYPE_EXPLICIT_TIME:
        good = time_parse(arg->text, arg->len, sig->type == TYPE_TIME ? (enum time_unit)sig->unit : UNIT_MS, &value);
        break;
    case TYPE_SIZE:
        good = size_parse(arg->text, arg->len, &value);
        break;
    default:
        good = int_parse(read.text, read.len, &value);
        break;
    }
    if (good)
        buf_printf(out, "%lld", (long long)value);
    return good;
}

/* An address on all interfaces may begin with a '*', or not. */
static void add_address(struct buf *out, const struct arg *arg)
{
    bool star = arg->len > 1 && arg->text[0] == '*' && arg->text[1] == ':';

    buf_add(out, arg->text + star, arg->len - star);
}

/* Empty parentheses say nothing; in a condition `or` is `||`. */
static void add_expression(struct buf *out, const struct arg *arg, bool condition)
{
    uint32_t len = arg->len;

    if (condition && text_is(arg->text, len, "||"))
        buf_puts(out, "or");
    else
        buf_add(out, arg->text, len > 2 && memcmp(arg->text + len - 2, "()", 2) == 0 ? len - 2 : len);
}

static void add_caseless(struct buf *out, const struct arg *arg)
{
    for (uint32_t i = 0; i < arg->len; i++)
        buf_putc(out, (char)(arg->text[i] >= 'A' && arg->text[i] <= 'Z' ? arg->text[i] + 'a' - 'A' : arg->text[i]));
}

/* A value as its type has it. */
static void add_value(struct line_reader *reader, const struct arg *arg, const struct sig *sig)
{
    struct buf *out = &reader->bytes;

    switch ((unsigned)sig->type) {
    case TYPE_TIME:
    case TYPE_EXPLICIT_TIME:
    case TYPE_SIZE:
    case TYPE_INT:
    case TYPE_ID:
    case TYPE_PORT:
        if (add_number(out, arg, sig))
            return;
        break;
    case TYPE_REF:
    case TYPE_OWN:
        add_name(reader, arg);
        return;
    case TYPE_ADDR:
        add_address(out, arg);
        return;
    case TYPE_SAMPLE:
    case TYPE_COND:
    case TYPE_ACL:
        add_expression(out, arg, sig->type == TYPE_COND);
        return;
    default:
        if (types[sig->type].caseless) {
            add_caseless(out, arg);
            return;
        }
        break;
    }
    buf_add(out, arg->text, arg->len);
}

/* Adds a word, and its end: no word holds a NUL. */
static void add_word(struct line_reader *reader, const struct arg *arg)
{
    struct buf *out = &reader->bytes;
    const struct sig *sig = sig_at(arg->sig);

    if (arg->flags & ARG_ENV) { /* HAProxy's spelling, which is one */
        buf_putc(out, '\x02');
        buf_add(out, arg->text, arg->len);
    } else if (arg->flags & ARG_HEAD) {
        buf_printf(out, "\x03%u", keywords[arg->row].id);
        add_expression(out, arg, false);
    } else if (arg->sig && sig->kind == SIG_PARAM) {
        add_value(reader, arg, sig);
    } else {
        buf_add(out, arg->text, arg->len);
    }
    buf_putc(out, '\0');
}

struct key words_key(struct line_reader *reader, const struct arg *args, uint32_t count)
{
    reader->bytes.len = 0;
    for (uint32_t i = 0; i < count; i++)
        add_word(reader, &args[i]);
    return key_of(reader->bytes.data, reader->bytes.len);
}

/* --- lines --- */

uint32_t option_end(const struct directive *line, uint32_t at)
{
    const uint16_t row = line->args[at].row;

    for (at++; at < line->arg_count && !(line->args[at].flags & ARG_HEAD) && line->args[at].row == row; at++)
        ;
    return at;
}

/* How many options of the same keyword stand before this one: their order counts. A line has 64 words at most. */
static uint32_t turn_of(const struct directive *line, uint32_t from, uint32_t at)
{
    uint32_t turn = 0;

    for (uint32_t i = from; i < at; i++)
        turn += line->args[i].flags & ARG_HEAD && line->args[i].row == line->args[at].row;
    return turn;
}

const struct keyword *line_keyword(const struct line_reader *reader, const struct directive *line)
{
    const struct keyword *kw = line->kw, *other = NULL;

    if (kw->flags & KW_RENAMED && reader->section)
        other = keyword_find(reader->section->context, kw->deprecated, strlen(kw->deprecated), reader->version, NULL);
    return other ? other : kw;
}

/* The name of a line: its keyword, and what stands in its parentheses. */
static struct key name_of_line(const struct line_reader *reader, const struct directive *line)
{
    size_t known = strlen(line->kw->name);
    const char *rest = line->name_len > known ? line->name + known : "";
    size_t len = line->name_len > known ? line->name_len - known : 0;

    if (len == 2 && memcmp(rest, "()", 2) == 0)
        len = 0;
    return name_key(line_keyword(reader, line)->id * 4u + line->form, rest, len);
}

struct key line_key(struct line_reader *reader, const struct directive *line, uint32_t from)
{
    struct key key = {0, 0};
    uint32_t i = from, end;

    while (i < line->arg_count && !(line->args[i].flags & ARG_HEAD))
        i++;
    key = words_key(reader, line->args + from, i - from);
    if (!from)
        key = key_join(name_of_line(reader, line), key);
    for (uint32_t first = i; i < line->arg_count; i = end) {
        const struct key turn = {line->args[i].flags & ARG_HEAD ? turn_of(line, first, i) : i, 0};

        end = option_end(line, i);
        key_add(&key, key_join(turn, words_key(reader, line->args + i, end - i)));
    }
    return key;
}

/* How many words of an ACL line stand before its patterns: its name, its sample, its flags. */
static uint32_t patterns_at(const struct directive *line)
{
    uint32_t i = 2;

    while (i < line->arg_count && line->args[i].len == 2 && line->args[i].text[0] == '-') {
        const char flag = line->args[i].text[1];

        i += flag == 'm' || flag == 'u' ? 2 : 1; /* -f has a file, which is as good as a pattern */
        if (flag == '-' || flag == 'f')
            break;
    }
    return i < line->arg_count ? i : line->arg_count;
}

struct key acl_key(struct line_reader *reader, const struct directive *line, struct key *head)
{
    uint32_t at = patterns_at(line);
    struct key key = {0, 0};

    *head = words_key(reader, line->args, at);
    for (; at < line->arg_count; at++)
        key_add(&key, words_key(reader, line->args + at, 1));
    return key;
}
