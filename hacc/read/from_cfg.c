#include "hacc/read/from_cfg.h"

#include "hacc/read/cfg_line.h"
#include "hacc/read/reader.h"

#include <string.h>

/* One source being read. */
struct cfg {
    struct reader reader;
    const struct source *source;
    uint32_t src;
    bool begun;          /* no section has begun, but a line that only a variable's value tells may have begun one */
    bool passed_section; /* HAProxy passes over the section that the lines belong to */
};

static void add_comment(struct cfg *cfg, uint32_t off, uint32_t len)
{
    struct comment_line *line = arena_zalloc(cfg->reader.config->arena, sizeof(*line));

    while (len && cfg_blank(cfg->source->data[off + len - 1]))
        len--;
    line->text = cfg->source->data + off;
    line->len = len;
    config_remark(cfg->reader.config, (struct span){cfg->src, off, len});
    *cfg->reader.pending_tail = line;
    cfg->reader.pending_tail = &line->next;
}

/* Whether the line above that of `at` holds nothing, or there is none. */
static bool blank_above(const struct source *source, const char *at)
{
    while (at > source->data && at[-1] != '\n')
        at--;
    if (at == source->data)
        return true;
    for (at--; at > source->data && at[-1] != '\n'; at--)
        if (!cfg_blank(at[-1]))
            return false;
    return true;
}

/* Whether nothing stands on the line below that of `at`, or it is the last one. */
static bool blank_below(const struct source *source, const char *at)
{
    const char *end = source->data + source->len;
    const char *line = memchr(at, '\n', (size_t)(end - at));

    for (at = line ? line + 1 : end; at < end && *at != '\n'; at++)
        if (!cfg_blank(*at))
            return false;
    return true;
}

/* Gives where, of the comments that wait, those end that stand close behind the section's last line, with an empty line
 * below them: often lines that were commented out. */
static struct comment_line **close_comments(struct cfg *cfg)
{
    struct comment_line **link = &cfg->reader.pending;
    const char *last = NULL;

    for (; *link && !blank_above(cfg->source, (*link)->text); link = &(*link)->next)
        last = (*link)->text;
    return last && blank_below(cfg->source, last) ? link : &cfg->reader.pending;
}

/* Comments indented like a body, or close behind it, belong to the section that ends; the others to what begins. */
static void split_comments(struct cfg *cfg, struct section *before)
{
    struct comment_line **link;

    if (!before)
        return;
    link = close_comments(cfg);
    while (*link && (*link)->text > cfg->source->data && (*link)->text[-1] != '\n')
        link = &(*link)->next;
    if (link == &cfg->reader.pending)
        return;
    before->closing = cfg->reader.pending;
    cfg->reader.pending = *link;
    *link = NULL;
    if (!cfg->reader.pending)
        cfg->reader.pending_tail = &cfg->reader.pending;
}

static bool check_version(struct cfg *cfg, const struct context *ctx, const struct word *word)
{
    enum hap_version version = cfg->reader.lang->version;

    if (version >= ctx->since && version <= ctx->until)
        return lang_exposed(cfg->reader.lang, ctx->expose, word->at, ctx->name);
    return lang_wrong_version(cfg->reader.lang, word->at, "section", ctx->name, ctx->since, ctx->until);
}

static void read_name(struct cfg *cfg, struct section *section, const struct word *name)
{
    section->name = name->text;
    section->name_len = name->len;
    section->name_at = name->at;
    section->name_env = name->flags & WORD_ENV;
    config_define_section(cfg->reader.config, section);
}

/* Whether `from DEFAULTS` stands at words[i]: HAProxy takes a "from" with nothing behind it for a name. */
static bool is_from(const struct context *ctx, const struct word *words, uint32_t count, uint32_t i)
{
    return ctx->from && i + 1 < count && word_is(&words[i], "from");
}

/* The words behind a section's keyword: its name, and `from DEFAULTS`. */
static void read_header(struct cfg *cfg, struct section *section, const struct word *words, uint32_t count)
{
    const struct context *ctx = &contexts[section->context];
    struct diags *diags = cfg->reader.diags;
    uint32_t i = 1;

    if (ctx->names != NAMES_NONE && i < count && !(is_from(ctx, words, count, i) && count == 3))
        read_name(cfg, section, &words[i++]);
    if (!section->name_len && ctx->names == NAMES_REQUIRED)
        diag_add(diags, RULE_MISSING_ARGUMENT, words[0].at, NULL, "a %s section needs a name", ctx->name);
    if (is_from(ctx, words, count, i)) {
        if (cfg->reader.lang->version < HAP_2_4)
            lang_wrong_version(cfg->reader.lang, words[i].at, NULL, "from", HAP_2_4, HAP_NEWEST);
        reader_from(&cfg->reader, section, &words[i + 1]);
        i += 2;
    }
    if (i == count)
        return;
    if (cfg->reader.lang->version >= ctx->ignores) {
        diag_add(diags, RULE_IGNORED_TEXT, words[i].at, "remove it",
                 "HAProxy reads nothing behind the name of a %s section", ctx->name);
        diag_fix(diags, words_span(&words[i], count - i), "");
    } else {
        diag_add(diags, RULE_EXTRA_ARGUMENT, words[i].at, NULL, "unexpected word '%.*s' behind '%s'", (int)words[i].len,
                 words[i].text, ctx->name);
    }
}

static void open_section(struct cfg *cfg, enum context_id context, const struct word *words, uint32_t count)
{
    struct section *section;

    check_version(cfg, &contexts[context], &words[0]);
    split_comments(cfg, cfg->reader.section);
    section = config_add_section(cfg->reader.config, context, "", 0, words[0].at);
    section->condition = cfg->reader.lang->branch;
    cfg->reader.section = section;
    comments_take(&cfg->reader, &section->comments);
    read_header(cfg, section, words, count);
}

/* .if and its like stand anywhere; HAProxy takes them line by line. */
static bool read_dot(struct cfg *cfg, uint32_t first, uint32_t line)
{
    static const struct span nowhere;
    struct reader *reader = &cfg->reader;
    const struct word *words = reader->words.at + first;
    const struct keyword *kw;
    struct section *section;
    enum context_id context;

    if (!words[0].len || words[0].text[0] != '.')
        return false;
    if (!reader->section)
        reader->section = config_add_section(reader->config, CONTEXT_NONE, "", 0, nowhere);
    kw = keyword_find(CONTEXT_DOT, words[0].text, words[0].len, reader->lang->version, NULL);
    reader->in_body = words[0].at.off > line;
    if (kw ? branch_passes(reader, kw) : reader->known == BLOCK_FALSE) {
        reader->lang->block = BLOCK_FALSE;
        reader_add_passed(reader, kw ? kw : &keyword_verbatim, first + (kw != NULL), words[0].at, words[0].at.off);
    } else {
        reader->lang->block = BLOCK_FALSE; /* what .if alone means */
        section = reader->section;
        context = section->context;
        section->context = CONTEXT_DOT; /* where its keyword is looked up */
        reader_add_words(reader, first, words[0].at, words[reader->words.count - first - 1].at.off);
        section->context = context;
    }
    if (kw)
        branch_follow(reader, kw, words[0].at);
    reader->in_body = true;
    return true;
}

/* A line before any section. */
static void read_outside(struct cfg *cfg, uint32_t first)
{
    static const struct span nowhere;
    struct reader *reader = &cfg->reader;
    const struct word *words = reader->words.at + first, *last = &reader->words.at[reader->words.count - 1];

    if (!cfg->begun && !(words[0].flags & WORD_ENV)) {
        diag_add(reader->diags, RULE_UNKNOWN_SECTION, words[0].at, "begin with a section, as in 'global'",
                 "'%.*s' stands before any section", (int)words[0].len, words[0].text);
        return;
    }
    cfg->begun = true;
    reader->config->unknown_names = UINT64_MAX;
    if (!reader->section)
        reader->section = config_add_section(reader->config, CONTEXT_NONE, "", 0, nowhere);
    reader->in_body = false;
    reader_add_run_time(reader, first, words[0].at, last->at.off + last->at.len, FORM_PLAIN);
    reader->in_body = true;
}

/* A line of a branch that HAProxy does not take: it need not make sense. Sections that begin there are lines too. */
static void read_passed(struct cfg *cfg, uint32_t first, uint32_t line, bool header)
{
    struct reader *reader = &cfg->reader;
    struct span at = reader->words.at[first].at;
    uint32_t end = reader->words.at[reader->words.count - 1].at.off;
    struct branch_mark mark = branch_begin_passed(reader);
    bool understood = false;

    cfg->passed_section |= header;
    reader->in_body = at.off > line;
    if (!cfg->passed_section && reader->section->context != CONTEXT_NONE)
        reader_add_words(reader, first, at, end);
    understood = branch_end_passed(reader, &mark);
    if (!understood)
        reader_add_passed(reader, &keyword_verbatim, first, at, end);
    reader->in_body = true;
}

/* Gives the directive added last, to hang its comments on. `tail` is what the section's was before it; NULL: there was
 * no section. */
static struct directive *last_added(struct section *section, struct directive **tail)
{
    if (!section || tail == section->tail)
        return NULL;
    return tail ? *tail : section->first;
}

static void read_words(struct cfg *cfg, uint32_t first, uint32_t line)
{
    struct reader *reader = &cfg->reader;
    const struct word *words = reader->words.at + first;
    uint32_t count = reader->words.count - first;
    enum context_id context = words[0].flags & WORD_ENV ? CONTEXT_NONE : section_find(words[0].text, words[0].len);
    struct directive **tail = reader->section ? reader->section->tail : NULL, *added;

    cfg->passed_section &= reader->known == BLOCK_FALSE;
    if (context != CONTEXT_NONE && reader->known != BLOCK_FALSE) {
        open_section(cfg, context, words, count);
        return;
    }
    if (!read_dot(cfg, first, line)) {
        if (reader->known == BLOCK_FALSE)
            read_passed(cfg, first, line, context != CONTEXT_NONE);
        else if (!reader->section || reader->section->context == CONTEXT_NONE)
            read_outside(cfg, first);
        else
            reader_add_words(reader, first, words[0].at, words[count - 1].at.off + words[count - 1].at.len);
    }
    added = last_added(reader->section, tail);
    if (added)
        comments_take(reader, &added->comments);
}

/* A comment behind the words of a line hangs on what they made. */
static void hang_trailing(struct cfg *cfg, uint32_t off, uint32_t len, struct directive **tail,
                          const struct section *before)
{
    struct section *section = cfg->reader.section;
    bool opened = section != before && section->context != CONTEXT_NONE; /* CONTEXT_NONE: .if and its like alone */
    struct directive *added = opened ? NULL : last_added(section, tail);
    struct comment_line *pending = cfg->reader.pending;

    cfg->reader.pending = NULL;
    cfg->reader.pending_tail = &cfg->reader.pending;
    add_comment(cfg, off, len);
    if (opened)
        comments_take(&cfg->reader, &section->trailing);
    else if (added)
        comments_take(&cfg->reader, &added->trailing);
    if (pending) { /* the line made nothing: its comments wait for the next one */
        struct comment_line *last = pending;

        while (last->next)
            last = last->next;
        last->next = cfg->reader.pending;
        cfg->reader.pending = pending;
        if (!last->next)
            cfg->reader.pending_tail = &last->next;
    }
}

static void read_line(struct cfg *cfg, uint32_t off, uint32_t len)
{
    struct reader *reader = &cfg->reader;
    struct section *before = reader->section;
    struct directive **tail = before ? before->tail : NULL;
    uint32_t first = reader->words.count, comment;
    bool good = cfg_line(&reader->words, reader->lang, cfg->source->data + off, len, (struct span){cfg->src, off, len});

    comment = reader->words.comment;
    if (good && reader->words.count == first) {
        if (comment < len && cfg->source->data[off + comment] == '#')
            add_comment(cfg, off + comment, len - comment);
        else if (!before && !reader->config->first) /* an empty line ends the head of the file */
            comments_take(reader, &reader->config->opening);
        return;
    }
    if (good)
        read_words(cfg, first, off);
    else if (reader->section)
        reader->section->poison = true;
    if (comment < len && cfg->source->data[off + comment] == '#')
        hang_trailing(cfg, off + comment, len - comment, tail, before);
    reader->words.count = first;
}

void from_cfg(struct config *config, uint32_t src)
{
    struct cfg cfg = {.reader = {.config = config,
                                 .lang = &config->lang,
                                 .diags = config->diags,
                                 .in_body = true,
                                 .known = BLOCK_TRUE},
                      .source = config->sources->at[src],
                      .src = src};
    uint32_t off = cfg_file_begin(&config->lang, config->sources->at[src], src);

    config->cfg = true;
    match_init(&cfg.reader.match, &config->lang);
    words_init(&cfg.reader.words, config->arena);
    cfg.reader.uses_tail = &cfg.reader.uses;
    cfg.reader.branches = config->branches;
    cfg.reader.pending = config->closing; /* the end of the file before this one */
    cfg.reader.pending_tail = &cfg.reader.pending;
    while (*cfg.reader.pending_tail)
        cfg.reader.pending_tail = &(*cfg.reader.pending_tail)->next;
    config->closing = NULL;
    while (off < cfg.source->len) {
        const char *line = cfg.source->data + off, *end = memchr(line, '\n', cfg.source->len - off);
        uint32_t len = end ? (uint32_t)(end - line) : cfg.source->len - off;

        read_line(&cfg, off, len);
        off += len + 1;
    }
    while (cfg.reader.nested)
        diag_add(config->diags, RULE_BAD_SHAPE, cfg.reader.open[--cfg.reader.nested].at, "end it with '.endif'",
                 "this '.if' has no '.endif'");
    split_comments(&cfg, cfg.reader.section);
    comments_take(&cfg.reader, &config->closing);
    config->branches = cfg.reader.branches;
}

bool looks_like_cfg(const char *text, uint32_t len)
{
    uint32_t i = 0, begin;

    for (;;) {
        while (i < len && cfg_blank(text[i]))
            i++;
        if (i == len || text[i] != '#')
            break;
        while (i < len && text[i] != '\n')
            i++;
    }
    if (i < len && text[i] == '.')
        return true; /* .if: a key of a YAML map would have a colon */
    for (begin = i; i < len && !cfg_blank(text[i]) && text[i] != ':'; i++)
        ;
    if (section_find(text + begin, i - begin) == CONTEXT_NONE)
        return false;
    while (i < len && text[i] != '\n' && cfg_blank(text[i]))
        i++;
    if (i < len && text[i] == ':')
        return false;
    while (i < len && text[i] != '\n' && text[i] != '#')
        i++;
    while (i > begin && cfg_blank(text[i - 1]))
        i--;
    return text[i - 1] != ':';
}
