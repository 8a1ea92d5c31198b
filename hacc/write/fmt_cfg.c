#include "hacc/write/fmt_cfg.h"

#include "hacc/read/cfg_lex.h"
#include "hacc/write/cfg_layout.h"

#include <string.h>

enum line_kind {
    LINE_COMMENT,
    LINE_SECTION,
    LINE_OUTER, /* .if and its like at the start of a line, where they may hold whole sections */
    LINE_BODY
};

/* A word as it is written. */
struct piece {
    uint32_t off, len;
};

/* A line that is not empty. */
struct line {
    uint32_t first, count;         /* of its words */
    uint32_t comment, comment_len; /* from its '#' on; length 0: it has none */
    uint8_t kind;                  /* enum line_kind */
    bool indented;
    bool parted;              /* from the line above, by an empty line */
    bool unknown;             /* LINE_BODY: nothing that hacc knows begins with its first word */
    bool leads;               /* an .if before a section, with nothing but comments and other such lines between */
    const struct keyword *kw; /* of a line in columns: what its name belongs to; else NULL */
};

struct fmt_cfg {
    const char *data;
    struct buf *out;
    struct lang lang;
    struct words words; /* of the line being read */
    struct piece *pieces;
    uint32_t piece_count, piece_cap;
    struct line *lines;
    uint32_t line_count, line_cap;
    enum context_id context; /* the section being read; CONTEXT_NONE above the first */
    bool parted;             /* the last line read was empty */
    bool in_section;         /* what is printed now stands in one */
    bool headed;             /* the comments printed last are those of the section that follows */
    struct arena *arena;
};

/* ---- reading ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void add_piece(struct fmt_cfg *fmt, const struct word *word)
{
    if (fmt->piece_count == fmt->piece_cap)
        fmt->pieces =
            arena_extend(fmt->arena, fmt->pieces, fmt->piece_count, &fmt->piece_cap, 256, sizeof(*fmt->pieces));
    fmt->pieces[fmt->piece_count++] = (struct piece){word->at.off, word->at.len};
}

static struct line *add_line(struct fmt_cfg *fmt)
{
    if (fmt->line_count == fmt->line_cap)
        fmt->lines = arena_extend(fmt->arena, fmt->lines, fmt->line_count, &fmt->line_cap, 64, sizeof(*fmt->lines));
    return memset(&fmt->lines[fmt->line_count++], 0, sizeof(struct line));
}

/* HAProxy reads no further than a carriage return behind a word: what follows one is not to become words. The line's
 * text ends at `end`. */
static bool check_returns(struct fmt_cfg *fmt, uint32_t src, uint32_t end)
{
    for (uint32_t i = 0; i < fmt->words.count; i++) {
        uint32_t from = fmt->words.at[i].at.off + fmt->words.at[i].at.len;
        uint32_t to = i + 1 < fmt->words.count ? fmt->words.at[i + 1].at.off : end;
        const char *found = memchr(fmt->data + from, '\r', to - from), *at = found;

        while (at && at < fmt->data + end && is_blank(*at))
            at++;
        if (at && at < fmt->data + end)
            return diag_add(fmt->lang.diags, RULE_UNSAFE_TEXT, (struct span){src, (uint32_t)(found - fmt->data), 1},
                            "remove the carriage return, or end the line here",
                            "HAProxy ends the line at this carriage return, and text follows");
    }
    return true;
}

/* Looks up the keyword that a line of the open section begins with. */
static void find_keyword(struct fmt_cfg *fmt, struct line *line, const struct word *word)
{
    const struct keyword *other, *kw = keyword_find(fmt->context, word->text, word->len, HAP_NEWEST, &other);

    kw = kw ? kw : other;
    line->unknown = !kw && !keyword_is_group(fmt->context, word->text, word->len);
    if (kw && cfg_in_columns(kw, line->count - 1))
        line->kw = kw;
}

/* What a line is, by its first word. */
static void classify(struct fmt_cfg *fmt, struct line *line)
{
    const struct word *word = &fmt->words.at[0];
    enum context_id context = word->flags & WORD_ENV ? CONTEXT_NONE : section_find(word->text, word->len);

    line->kind = LINE_BODY;
    if (context != CONTEXT_NONE) {
        line->kind = LINE_SECTION;
        fmt->context = context;
    } else if (word->len && word->text[0] == '.') {
        const struct keyword *kw = keyword_find(CONTEXT_DOT, word->text, word->len, HAP_NEWEST, NULL);

        if (!line->indented || fmt->context == CONTEXT_NONE)
            line->kind = LINE_OUTER;
        line->leads = line->kind == LINE_OUTER && kw && kw->id == KW_DOT__IF;
    } else {
        line->unknown = true;
        if (fmt->context != CONTEXT_NONE)
            find_keyword(fmt, line, word);
    }
}

/* Reads the `len` bytes at `off`. Gives false where they are not words. */
static bool read_line(struct fmt_cfg *fmt, uint32_t src, uint32_t off, uint32_t len)
{
    struct text_place place = {{src, off, len}, true, NULL, NULL};
    struct line *line;
    uint32_t end;

    fmt->words.count = 0;
    if (!cfg_lex(&fmt->words, &fmt->lang, LEX_CFG, fmt->data + off, len, &place))
        return false;
    end = off + fmt->words.comment;
    if (end < off + len && fmt->data[end] != '#') /* a carriage return ended the words */
        end = off + len;
    if (!fmt->words.count && end == off + len) {
        fmt->parted = true;
        return true;
    }
    if (!check_returns(fmt, src, end))
        return false;
    line = add_line(fmt);
    line->comment = end;
    line->comment_len = off + len - end;
    while (line->comment_len && is_blank(fmt->data[end + line->comment_len - 1]))
        line->comment_len--;
    line->indented = (fmt->words.count ? fmt->words.at[0].at.off : end) > off;
    line->parted = fmt->parted;
    line->first = fmt->piece_count;
    line->count = fmt->words.count;
    fmt->parted = false;
    for (uint32_t i = 0; i < line->count; i++)
        add_piece(fmt, &fmt->words.at[i]);
    if (line->count)
        classify(fmt, line);
    return true;
}

/* Finds what only the lines below tell: of which .if blocks sections are what they are for; and the sections that hacc
 * does not know, which begin at the start of a line, apart from what is above, with lines below that do not. */
static void look_back(struct fmt_cfg *fmt)
{
    const struct line *below = NULL; /* the next that is no comment */
    bool leads = false;

    for (uint32_t i = fmt->line_count; i-- > 0;) {
        struct line *line = &fmt->lines[i];
        bool apart = i == 0 || line->parted || line[-1].kind == LINE_COMMENT;

        if (line->unknown && !line->indented && apart && below && below->kind == LINE_BODY && below->indented)
            line->kind = LINE_SECTION;
        if (line->kind == LINE_SECTION || line->kind == LINE_BODY)
            leads = line->kind == LINE_SECTION;
        line->leads &= leads;
        if (line->kind != LINE_COMMENT)
            below = line;
    }
}

/* Reads all lines, and tells of all faults. */
static bool read_lines(struct fmt_cfg *fmt, const struct source *source, uint32_t src)
{
    bool good = true;
    uint32_t off = source->len >= 3 && memcmp(source->data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

    while (off < source->len) {
        const char *line = source->data + off, *end = memchr(line, '\n', source->len - off);
        uint32_t len = end ? (uint32_t)(end - line) : source->len - off;

        good &= read_line(fmt, src, off, len);
        off += len + 1;
    }
    look_back(fmt);
    return good;
}

/* ---- printing ---- */

/* Begins line `i`: with an empty line above it where one was, but for the first in a section. */
static void begin_line(struct fmt_cfg *fmt, uint32_t i, bool in_body, bool parted)
{
    parted |= fmt->lines[i].parted && !(in_body && i && fmt->lines[i - 1].kind == LINE_SECTION);
    if (parted && fmt->out->len)
        buf_putc(fmt->out, '\n');
}

static void print_comment(struct fmt_cfg *fmt, const struct line *line, bool in_section)
{
    if (in_section)
        buf_puts(fmt->out, CFG_INDENT);
    buf_add(fmt->out, fmt->data + line->comment, line->comment_len);
    buf_putc(fmt->out, '\n');
}

/* Prints a line of words; the first name is padded to `width`. */
static void print_words(struct fmt_cfg *fmt, const struct line *line, uint32_t width)
{
    struct buf *out = fmt->out;

    if (fmt->in_section && line->kind == LINE_BODY)
        buf_puts(out, CFG_INDENT);
    for (uint32_t i = 0; i < line->count; i++) {
        const struct piece *piece = &fmt->pieces[line->first + i];

        if (i)
            buf_putc(out, ' ');
        buf_add(out, fmt->data + piece->off, piece->len);
        if (i == 1)
            cfg_pad(out, piece->len, width);
    }
    if (line->comment_len) {
        buf_puts(out, CFG_BEFORE_COMMENT);
        buf_add(out, fmt->data + line->comment, line->comment_len);
    }
    buf_putc(out, '\n');
}

/* Where the columns that begin at line `i` end: *width becomes that of their names. Comments do not interrupt
 * them. */
static uint32_t find_columns(const struct fmt_cfg *fmt, uint32_t i, uint32_t *width)
{
    const struct keyword *kw = fmt->lines[i].kw;
    uint32_t begin = i, end = i;

    *width = 0;
    for (; i < fmt->line_count && (fmt->lines[i].kind == LINE_COMMENT || fmt->lines[i].kw == kw); i++) {
        const struct line *line = &fmt->lines[i];

        if (line->parted && i > begin)
            break;
        if (line->kind == LINE_COMMENT)
            continue;
        if (fmt->pieces[line->first + 1].len > *width)
            *width = fmt->pieces[line->first + 1].len;
        end = i;
    }
    return end + 1;
}

/* Of the comments between a section's last directive and what follows, those that still are the section's: the indented
 * ones, and those that touch the directive and not what follows. Gives the first that is not; `next` is what follows.
 */
static uint32_t find_split(const struct fmt_cfg *fmt, uint32_t i, uint32_t next)
{
    bool below = i && fmt->lines[i - 1].kind != LINE_OUTER, touches = false;

    for (uint32_t k = i + 1; below && k <= next && k < fmt->line_count; k++)
        touches |= fmt->lines[k].parted;
    for (; i < next; i++) {
        touches &= !fmt->lines[i].parted;
        if (!fmt->lines[i].indented && !touches)
            break;
    }
    return i;
}

/* Prints the comments i..next, which stand above line `next` or at the end. */
static void print_comments(struct fmt_cfg *fmt, uint32_t i, uint32_t next)
{
    bool at_end = next == fmt->line_count, begins = !at_end && fmt->lines[next].kind == LINE_SECTION;
    bool outer = !at_end && fmt->lines[next].kind == LINE_OUTER;
    uint32_t split = !fmt->in_section ? i : at_end || begins ? find_split(fmt, i, next) : next;

    fmt->headed = begins && split < next;
    for (; i < next; i++) {
        const struct line *line = &fmt->lines[i];

        begin_line(fmt, i, i < split, begins && i == split);
        print_comment(fmt, line, i < split && !(outer && !line->indented));
    }
}

static void print_lines(struct fmt_cfg *fmt)
{
    uint32_t columns = 0, width = 0;

    for (uint32_t i = 0, next; i < fmt->line_count; i = next) {
        const struct line *line = &fmt->lines[i];
        bool begins = line->kind == LINE_SECTION, leads = line->leads && i && line[-1].kind == LINE_BODY;

        next = i + 1;
        if (line->kind == LINE_COMMENT) {
            while (next < fmt->line_count && fmt->lines[next].kind == LINE_COMMENT)
                next++;
            print_comments(fmt, i, next);
            continue;
        }
        if (line->kw && i >= columns)
            columns = find_columns(fmt, i, &width);
        begin_line(fmt, i, line->kind == LINE_BODY, leads || (begins && !fmt->headed));
        fmt->in_section |= begins;
        fmt->headed = false;
        print_words(fmt, line, line->kw ? width : 0);
    }
}

bool fmt_cfg(const struct sources *sources, uint32_t src, struct diags *diags, struct buf *out)
{
    struct fmt_cfg fmt = {.data = sources->at[src]->data, .out = out, .arena = diags->arena};

    lang_init(&fmt.lang, diags, HAP_NEWEST);
    words_init(&fmt.words, diags->arena);
    if (!read_lines(&fmt, sources->at[src], src))
        return false;
    print_lines(&fmt);
    return true;
}
