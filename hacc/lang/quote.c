#include "hacc/lang/quote.h"

enum quoting { QUOTE_NONE, QUOTE_SINGLE, QUOTE_DOUBLE };

/* What a word needs: single quotes take everything but themselves and line breaks. */
static enum quoting quoting_needed(const char *text, uint32_t len)
{
    enum quoting need = QUOTE_NONE;

    for (uint32_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        char next = i + 1 < len ? text[i + 1] : '\0';

        if (c > '\'' && c != '\\')
            continue;
        if (c == '\'' || c == '\n' || c == '\r')
            return QUOTE_DOUBLE;
        if (c <= ' ' || c == '#' || c == '"' || (c == '$' && (next == '{' || env_name_start(next))) ||
            (c == '\\' && (!next || strchr(" #\\'\"nrtx", next))))
            need = QUOTE_SINGLE;
    }
    return need;
}

/* Appends a word of letters, digits and the like, as nearly all are: looked at and copied in one go. Gives false, with
 * nothing appended, at a character that may need quotes. */
static bool add_bare(struct buf *out, const char *text, uint32_t len)
{
    char *to;

    if (out->cap - out->len < len)
        buf_reserve(out, len);
    to = out->data + out->len;
    for (uint32_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] <= '\'' || text[i] == '\\')
            return false;
        to[i] = text[i];
    }
    out->len += len;
    return len > 0;
}

void cfg_quote(struct buf *out, const char *text, uint32_t len, bool empty_is_quoted)
{
    enum quoting need;

    if (add_bare(out, text, len))
        return;
    need = len || !empty_is_quoted ? quoting_needed(text, len) : QUOTE_DOUBLE;

    if (need == QUOTE_NONE) {
        buf_add(out, text, len);
        return;
    }
    if (need == QUOTE_SINGLE) {
        buf_putc(out, '\'');
        buf_add(out, text, len);
        buf_putc(out, '\'');
        return;
    }
    buf_putc(out, '"');
    for (uint32_t i = 0; i < len; i++) {
        char c = text[i];

        if (c == '"' || c == '\\' || c == '$')
            buf_putc(out, '\\');
        if (c == '\n' || c == '\r')
            buf_puts(out, c == '\n' ? "\\n" : "\\r");
        else
            buf_putc(out, c);
    }
    buf_putc(out, '"');
}
