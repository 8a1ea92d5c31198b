#include "hacc/base/diag.h"

static const char *const severity_colors[] = {"\033[1;36m", "\033[1;35m", "\033[1;31m"};

/* Source lines longer than this are shown only around the caret. */
enum { LINE_SHOWN = 160, LINE_BEFORE = 60 };

static void print_color(struct buf *out, struct diag_style style, const char *code)
{
    if (style.color)
        buf_puts(out, code);
}

/* Whether no character begins with these two bytes: it would have a shorter form, be a surrogate, or lie beyond
 * U+10FFFF. */
static bool utf8_forbidden(unsigned char first, unsigned char second)
{
    return (first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) || (first == 0xf0 && second < 0x90) ||
           (first == 0xf4 && second >= 0x90);
}

/* Gives the length of the UTF-8 character at `text`, 0 where it is broken. */
static size_t utf8_len(const char *text, size_t left)
{
    unsigned char c = (unsigned char)*text;
    size_t len = c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 : c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0;

    if (len > left || (len > 2 && utf8_forbidden(c, (unsigned char)text[1])))
        return 0;
    for (size_t i = 1; i < len; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

void diag_visible(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0, n; i < len; i += n ? n : 1) {
        unsigned char c = (unsigned char)text[i];

        n = utf8_len(text + i, len - i);
        if (c == '\t')
            buf_putc(out, ' ');
        else if (c < 0x20 || c == 0x7f || (c == 0xc2 && n && (unsigned char)text[i + 1] < 0xa0) || (!n && c >= 0xc0))
            buf_putc(out, '?');
        else
            buf_add(out, text + i, n);
    }
}

static uint32_t count_columns(const char *text, uint32_t len)
{
    uint32_t columns = 0;

    for (uint32_t i = 0; i < len; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

/* Moves a cut position to the start of a code point. */
static uint32_t align_cut(const char *text, uint32_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

/* Appends the line of `at` with a caret under its first byte and '~' under the rest. */
static void print_excerpt(struct buf *out, struct source *source, struct span at, struct diag_style style,
                          const char *color)
{
    uint32_t len, from = 0, off, marked;
    const char *line = source_line(source, at.off, &len);

    off = (uint32_t)(source->data + (at.off > source->len ? source->len : at.off) - line);
    if (off > len)
        off = len;
    if (off > LINE_SHOWN - LINE_BEFORE / 2) {
        from = align_cut(line, off - LINE_BEFORE);
        line += from;
        off -= from;
        len -= from;
    }
    if (len > LINE_SHOWN)
        len = align_cut(line, LINE_SHOWN);
    buf_printf(out, "%5u | %s", source_place(source, at.off).line, from ? "…" : "");
    diag_visible(out, line, len);
    buf_printf(out, "\n      | %s", from ? " " : "");
    for (uint32_t i = count_columns(line, off); i > 0; i--)
        buf_putc(out, ' ');
    print_color(out, style, color);
    buf_putc(out, '^');
    marked = off < len ? count_columns(line + off, at.len < len - off ? at.len : len - off) : 0;
    for (uint32_t i = 1; i < marked; i++)
        buf_putc(out, '~');
    print_color(out, style, "\033[0m");
    buf_putc(out, '\n');
}

static void print_place(struct buf *out, const struct sources *sources, struct span at)
{
    struct place place = source_place(sources->at[at.src], at.off);

    buf_printf(out, "%s:%u:%u: ", sources->at[at.src]->name, place.line, place.column);
}

static void diag_print(const struct diag *diag, const struct sources *sources, struct diag_style style, struct buf *out)
{
    const char *color = severity_colors[diag->severity];

    print_color(out, style, "\033[1m");
    if (diag->at[0].src)
        print_place(out, sources, diag->at[0]);
    else
        buf_puts(out, "hacc: ");
    print_color(out, style, color);
    buf_printf(out, "%s[%s]: ", severity_name(diag->severity), rule_get(diag->rule)->id);
    print_color(out, style, "\033[0m\033[1m");
    diag_visible(out, diag->msg, strlen(diag->msg));
    print_color(out, style, "\033[0m");
    buf_puts(out, diag->fate == DIAG_KNOWN ? " (in the baseline)\n" : "\n");
    if (diag->fate == DIAG_KNOWN)
        return;
    if (diag->at[0].src)
        print_excerpt(out, sources->at[diag->at[0].src], diag->at[0], style, color);
    for (int i = 0; (i = diag_next_place(diag, i));) {
        print_place(out, sources, diag->at[i]);
        buf_printf(out, "note: %s\n", diag->label[i]);
        print_excerpt(out, sources->at[diag->at[i].src], diag->at[i], style, "\033[1;32m");
    }
    if (diag->help) {
        buf_puts(out, "  help: ");
        diag_visible(out, diag->help, strlen(diag->help));
        buf_puts(out, diag->fix && style.fixes ? " (--fix does it)\n" : "\n");
    }
}

void diags_print(const struct diags *diags, const struct sources *sources, struct diag_style style, struct buf *out)
{
    for (uint32_t i = 0; i < diags->count; i++)
        if (diags->at[i].fate != DIAG_IGNORED)
            diag_print(&diags->at[i], sources, style, out);
    if (diags->dropped)
        buf_printf(out, "hacc: %u more findings are not shown\n", diags->dropped);
}
