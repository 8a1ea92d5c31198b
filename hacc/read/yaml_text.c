/* Bytes of a YAML text: encoding, and where libyaml's characters stand. */
#include "hacc/read/yaml_front.h"

#include <stdlib.h>

static bool text_refuse(struct yaml_text *text, uint32_t off, uint32_t len, const char *help, const char *msg)
{
    text->front->doc->unreadable = true;
    text->file->damaged = true;
    return diag_add(text->front->diags, RULE_ENCODING, yaml_at(text, off, len), help, "%s", msg);
}

/* A byte in each of 8. */
#define EACH(byte) ((byte)*UINT64_C(0x0101010101010101))

static inline uint64_t load8(const void *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

/* Whether the 8 bytes at `p` are ASCII: mostly they are, whatever the file's language. */
static inline bool ascii8(const void *p)
{
    return !(load8(p) & EACH(0x80));
}

/* Whether there is a control character among 8 bytes of ASCII, other than a line feed. In each of them a bit is set: so
 * no subtraction borrows from the next one. */
static inline bool has_control8(uint64_t word)
{
    uint64_t not_below_blank = (word | EACH(0x80)) - EACH(0x20);
    uint64_t not_line_feed = ((word ^ EACH('\n')) | EACH(0x80)) - EACH(1);
    uint64_t is_delete = word + EACH(1);

    return ((~not_below_blank & not_line_feed) | is_delete) & EACH(0x80);
}

static bool is_control(unsigned char c)
{
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

/* Sets what a text is that no look at its characters must tell: `ascii` and `plain`. */
static void classify(struct yaml_text *text)
{
    const unsigned char *data = (const unsigned char *)text->source->data;
    uint32_t at = text->base;
    unsigned seen = 0; /* 1: a control character, 2: more than ASCII */

    while (at < text->len && seen < 2) {
        if (text->len - at >= 8 && ascii8(data + at) && !has_control8(load8(data + at))) {
            at += 8;
            continue;
        }
        seen |= data[at] >= 0x80 ? 2 : is_control(data[at]);
        at++;
    }
    text->ascii = seen < 2;
    text->plain = !seen;
}

/* Gives the length of the UTF-8 sequence at `p`, 0 where it is none. Source: RFC 3629, section 4. */
static uint32_t utf8_len(const unsigned char *p, const unsigned char *end)
{
    uint32_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

    if (len > (size_t)(end - p))
        return 0;
    for (uint32_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
        (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return len;
}

char *yaml_text_copy(struct yaml_text *text)
{
    struct yaml_front *front = text->front;

    if (!front->copy) {
        if (!(front->copy = malloc((size_t)text->len + 1)))
            oom_raise(front->arena->oom);
        memcpy(front->copy, text->source->data, (size_t)text->len + 1);
        text->data = front->copy;
    }
    return front->copy;
}

/* Replaces bytes that no YAML text may hold by letters, so that the rest can be read. False: too many. */
static bool hide_bad(struct yaml_text *text, uint32_t off, uint32_t len)
{
    if (text->bad_count + len > YAML_MAX_ERRORS)
        return false;
    for (uint32_t i = 0; i < len; i++) {
        yaml_text_copy(text)[off + i] = 'x';
        text->bad[text->bad_count++] = off + i;
    }
    text->file->damaged = true;
    return true;
}

bool yaml_text_is_bad(const struct yaml_text *text, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < text->bad_count; i++) {
        if (text->bad[i] >= from && text->bad[i] < to)
            return true;
    }
    return false;
}

static void say_bad_utf8(struct yaml_text *text, uint32_t off, uint32_t len)
{
    unsigned char byte = (unsigned char)text->source->data[off];

    /* A lone byte from here on is a letter in Latin-1, and mostly the same one in Windows-1252. */
    if (len == 1 && byte >= 0xc0) {
        const char letter[] = {(char)(0xc3), (char)(byte - 0x40), '\0'};
        char help[HELP_SIZE];

        snprintf(help, sizeof(help), "save the file as UTF-8; in Latin-1 this byte is '%s'", letter);
        diag_add(text->front->diags, RULE_ENCODING, yaml_at(text, off, 1), help, "byte 0x%02x is not UTF-8 text", byte);
        return;
    }
    diag_add(text->front->diags, RULE_ENCODING, yaml_at(text, off, len), "save the file as UTF-8",
             "byte 0x%02x is not UTF-8 text", byte);
}

/* Files joined end to end have it in their middle; libyaml takes it for a letter. */
static bool say_byte_order_mark(struct yaml_text *text, uint32_t off)
{
    if (!hide_bad(text, off, 3))
        return text_refuse(text, off, 3, "remove them", "too many byte order marks inside the text");
    diag_add(text->front->diags, RULE_ENCODING, yaml_at(text, off, 3), "remove it",
             "an invisible byte order mark inside the text");
    return true;
}

static bool check_utf8(struct yaml_text *text)
{
    const unsigned char *data = (const unsigned char *)text->source->data, *end = data + text->len;
    const unsigned char *p = data;

    while (p < end) {
        const unsigned char *bad = p;
        uint32_t len;

        if (end - p >= 8 && ascii8(p)) {
            p += 8;
            continue;
        }
        len = utf8_len(p, end);
        if (len == 3 && p > data && memcmp(p, "\xef\xbb\xbf", 3) == 0 &&
            !say_byte_order_mark(text, (uint32_t)(p - data)))
            return false;
        if (len) {
            p += len;
            continue;
        }
        while (p < end && !utf8_len(p, end))
            p++;
        if (!hide_bad(text, (uint32_t)(bad - data), (uint32_t)(p - bad)))
            return text_refuse(text, (uint32_t)(bad - data), 1, "save the file as UTF-8",
                               "too many bytes here are not UTF-8 text");
        say_bad_utf8(text, (uint32_t)(bad - data), (uint32_t)(p - bad));
    }
    return true;
}

bool yaml_text_check(struct yaml_text *text)
{
    const char *data = text->source->data, *nul;

    if (text->len >= 2 &&
        (memcmp(data, "\xff\xfe", 2) == 0 || memcmp(data, "\xfe\xff", 2) == 0 || !data[0] != !data[1]))
        return text_refuse(text, 0, 1, "save the file as UTF-8", "the file is UTF-16 text, or binary");
    text->base = text->len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    classify(text);
    nul = text->plain ? NULL : memchr(data, '\0', text->len);
    if (nul)
        return text_refuse(text, (uint32_t)(nul - data), 1, NULL, "a NUL byte: the file is binary");
    return text->ascii || check_utf8(text);
}

/* Gives the length of the control character at `off`, 0 where there is none: what libyaml's reader refuses.
 */
static uint32_t control_len(const char *data, uint32_t off, uint32_t len)
{
    unsigned char c = (unsigned char)data[off];
    unsigned char next = off + 1 < len ? (unsigned char)data[off + 1] : 0;

    if (c < 0x80)
        return is_control(c);
    if (c == 0xc2 && next < 0xa0 && next != 0x85)
        return 2;
    if (c == 0xef && off + 2 < len && off > 0 &&
        (memcmp(data + off, "\xef\xbf\xbe", 3) == 0 || memcmp(data + off, "\xef\xbf\xbf", 3) == 0))
        return 3;
    return 0;
}

bool yaml_text_controls(struct yaml_text *text)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < text->len; i++) {
        uint32_t len = control_len(text->data, i, text->len);

        if (!len)
            continue;
        if (!hide_bad(text, i, len)) {
            text_refuse(text, i, len, NULL, "too many control characters: the file is binary");
            return false;
        }
        found++;
        if (len == 1)
            diag_add(text->front->diags, RULE_ENCODING, yaml_at(text, i, 1), "remove it",
                     "control character 0x%02x in the text", (unsigned)(unsigned char)text->source->data[i]);
        else
            diag_add(text->front->diags, RULE_ENCODING, yaml_at(text, i, len), "remove it",
                     len == 3 ? "a noncharacter in the text" : "an invisible control character in the text");
    }
    return found > 0;
}

uint32_t yaml_offset_seek(struct yaml_text *text, size_t index)
{
    const unsigned char *data = (const unsigned char *)text->data;
    uint32_t at = text->bytes;

    if (text->bytes < text->base)
        at = text->base;
    /* Events come nearly in order: the next one is a few bytes on, at times a few back. */
    for (; text->chars < index && at < text->len; text->chars++) {
        if (index - text->chars >= 8 && text->len - at >= 8 && ascii8(data + at)) {
            at += 8;
            text->chars += 7;
            continue;
        }
        at++;
        while (at < text->len && (data[at] & 0xc0) == 0x80)
            at++;
    }
    for (; text->chars > index && at > text->base; text->chars--) {
        at--;
        while (at > text->base && (data[at] & 0xc0) == 0x80)
            at--;
    }
    text->bytes = at;
    return at;
}
