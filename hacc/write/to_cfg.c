#include "hacc/write/to_cfg.h"

#include "hacc/lang/quote.h"
#include "hacc/write/cfg_layout.h"

#include <string.h>

struct cfg_writer {
    const struct config *config;
    const struct cfg_options *options;
    struct buf *out;
    size_t name_width; /* of the run of named directives being written: server names are padded to it */
};

/* Ends a line that comes from `at`, and from an intent where `intent` is not NULL. */
static void end_line(struct cfg_writer *writer, struct span at, const char *intent)
{
    struct source_map *map = writer->options->map;
    bool expand = writer->options->expand && intent;

    if (at.src && (writer->options->annotate || expand)) {
        struct source *source = writer->config->sources->at[at.src];

        buf_printf(writer->out, "  # %s%s%s:%u", expand ? intent : "", expand ? ", " : "", source->name,
                   source_place(source, at.off).line);
    }
    buf_putc(writer->out, '\n');
    if (!map)
        return;
    if (map->count == map->cap)
        map->at = arena_extend(map->arena, map->at, map->count, &map->cap, 256, sizeof(*map->at));
    map->at[map->count++] = at;
}

static void write_comments(struct cfg_writer *writer, const struct comment_line *line, const char *indent)
{
    static const struct span nowhere;

    for (; line; line = line->next) {
        buf_puts(writer->out, indent);
        buf_add(writer->out, line->text, line->len);
        end_line(writer, nowhere, NULL);
    }
}

static void write_trailing(struct cfg_writer *writer, const struct comment_line *line)
{
    if (!line)
        return;
    buf_puts(writer->out, CFG_BEFORE_COMMENT);
    buf_add(writer->out, line->text, line->len);
}

/* `env`: the text is HAProxy's own spelling. */
static void write_word(struct buf *out, const char *text, uint32_t len, bool env)
{
    if (env)
        buf_add(out, text, len);
    else
        cfg_quote(out, text, len, true);
}

static void write_arg(struct buf *out, const struct arg *arg)
{
    write_word(out, arg->text, arg->len, arg->flags & ARG_ENV);
}

static void write_name(struct cfg_writer *writer, const struct directive *directive)
{
    struct buf *out = writer->out;
    size_t known = strlen(directive->kw->name);

    if (!directive->outermost)
        buf_puts(out, CFG_INDENT);
    if (directive->form != FORM_PLAIN)
        buf_puts(out, directive->form == FORM_NO ? "no " : "default ");
    buf_add(out, directive->name, known);
    if (directive->name_len > known) { /* with (arguments): they are one word with its last word */
        const char *last = strrchr(directive->kw->name, ' ');
        size_t head = last ? (size_t)(last - directive->kw->name) + 1 : 0;

        out->len -= known - head;
        cfg_quote(out, directive->name + head, directive->name_len - (uint32_t)head, true);
    }
}

static bool is_acl(const struct directive *directive)
{
    return directive->kw->id == KW_FRONTEND_ACL;
}

/* How many leading words an ACL repeats on each line: its name, its sample and its flags. */
static uint32_t acl_head(const struct directive *directive)
{
    uint32_t i = 2;

    while (i < directive->arg_count && directive->args[i].len && directive->args[i].text[0] == '-') {
        const struct arg *flag = &directive->args[i];
        bool takes_value = flag->len == 2 && strchr("mfMu", flag->text[1]);

        i += takes_value ? 2 : 1;
        if (flag->len == 2 && flag->text[1] == '-')
            break;
    }
    return i < directive->arg_count ? i : directive->arg_count;
}

/* One ACL with more patterns than a line can hold: several lines of the same name, which HAProxy ORs. */
static void write_split_acl(struct cfg_writer *writer, const struct directive *directive)
{
    uint32_t head = acl_head(directive), room = CFG_MAX_WORDS - 1 - head;

    for (uint32_t at = head; at < directive->arg_count; at += room) {
        write_name(writer, directive);
        for (uint32_t i = 0; i < head; i++) {
            buf_putc(writer->out, ' ');
            write_arg(writer->out, &directive->args[i]);
        }
        for (uint32_t i = at; i < directive->arg_count && i < at + room; i++) {
            buf_putc(writer->out, ' ');
            write_arg(writer->out, &directive->args[i]);
        }
        if (at == head)
            write_trailing(writer, directive->trailing);
        end_line(writer, directive->at, directive->intent);
    }
}

static void write_directive(struct cfg_writer *writer, const struct directive *directive)
{
    struct buf *out = writer->out;

    write_comments(writer, directive->comments, directive->outermost ? "" : CFG_INDENT);
    if (is_acl(directive) && directive->arg_count >= CFG_MAX_WORDS) {
        write_split_acl(writer, directive);
        return;
    }
    write_name(writer, directive);
    for (uint32_t i = 0; i < directive->arg_count; i++) {
        size_t from;

        if (i || directive->name_len)
            buf_putc(out, ' ');
        from = out->len;
        write_arg(out, &directive->args[i]);
        if (i == 0)
            cfg_pad(out, out->len - from, writer->name_width);
    }
    write_trailing(writer, directive->trailing);
    end_line(writer, directive->at, directive->intent);
}

static bool is_aligned(const struct directive *directive)
{
    return cfg_in_columns(directive->kw, directive->arg_count);
}

/* How wide a word is as it is written. */
static size_t arg_width(struct buf *out, const struct arg *arg)
{
    size_t from = out->len, width;

    write_arg(out, arg);
    width = out->len - from;
    out->len = from;
    return width;
}

/* Finds the run of one keyword that begins here: how many directives it has, and the width that their names are padded
 * to. */
static uint32_t find_run(struct cfg_writer *writer, const struct directive *directive)
{
    const struct keyword *kw = directive->kw;
    uint32_t count = 0;

    writer->name_width = 0;
    for (; directive && directive->kw == kw && is_aligned(directive); directive = directive->next, count++) {
        size_t width = arg_width(writer->out, &directive->args[0]);

        if (width > writer->name_width)
            writer->name_width = width;
    }
    return count;
}

static void write_header(struct cfg_writer *writer, const struct section *section)
{
    struct buf *out = writer->out;

    write_comments(writer, section->comments, "");
    if (section->context == CONTEXT_NONE)
        return;
    buf_puts(out, contexts[section->context].name);
    if (section->name_len) {
        buf_putc(out, ' ');
        write_word(out, section->name, section->name_len, section->name_env);
    }
    if (section->from_len) {
        buf_puts(out, " from ");
        write_word(out, section->from, section->from_len, section->from_env);
    }
    write_trailing(writer, section->trailing);
    end_line(writer, section->at, section->intent);
}

static void write_section(struct cfg_writer *writer, const struct section *section)
{
    uint32_t run = 0; /* directives left of it */

    write_header(writer, section);
    for (const struct directive *directive = section->first; directive; directive = directive->next) {
        run = run ? run - 1 : 0;
        if (!run)
            run = find_run(writer, directive);
        if (directive->outermost && !(directive == section->first && section->context == CONTEXT_NONE))
            end_line(writer, (struct span){0, 0, 0}, NULL);
        write_directive(writer, directive);
    }
    write_comments(writer, section->closing, CFG_INDENT);
}

void to_cfg(const struct config *config, const struct cfg_options *options, struct buf *out)
{
    struct cfg_writer writer = {config, options, out, 0};

    write_comments(&writer, config->opening, "");
    for (const struct section *section = config->first; section; section = section->next) {
        if (section != config->first || config->opening)
            end_line(&writer, (struct span){0, 0, 0}, NULL);
        write_section(&writer, section);
    }
    if (config->closing && config->first)
        end_line(&writer, (struct span){0, 0, 0}, NULL);
    write_comments(&writer, config->closing, "");
}
