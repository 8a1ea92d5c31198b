/* Keys that no signature wants: what was likely meant. */
#include "hacc/read/reader.h"

#include <string.h>

/* More names than this are not listed for an unknown key. */
enum { MAX_LISTED = 24 };

/* The names that a sequence could have used, for "did you mean". */
struct names {
    const char *at[512];
    uint32_t count;
};

static void collect(uint16_t at, enum hap_version version, struct names *names, int depth)
{
    for (; at && depth < 8; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);
        const struct context *ctx = &contexts[sig->context];

        if ((sig->kind == SIG_WORD || sig->kind == SIG_PARAM) && names->count < 512)
            names->at[names->count++] = sig->text;
        if (sig->kind == SIG_CONTEXT)
            for (unsigned i = 0; i < ctx->row_count && names->count < 512; i++)
                if (version >= keywords[ctx->rows[i]].since && version <= keywords[ctx->rows[i]].until)
                    names->at[names->count++] = keywords[ctx->rows[i]].name;
        if (sig->first)
            collect(sig->first, version, names, depth + 1);
        if (sig->paren)
            collect(sig->paren, version, names, depth + 1);
    }
}

/* A key of a context of the signature that another version of HAProxy has. */
static const struct keyword *other_version(uint16_t at, const struct node *key, enum hap_version version)
{
    const struct keyword *other = NULL;

    for (; at && !other; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        if (sig->kind == SIG_CONTEXT)
            keyword_find((enum context_id)sig->context, key->text, key->len, version, &other);
        else if (sig->first)
            other = other_version(sig->first, key, version);
    }
    return other;
}

/* The context whose options the sequence takes, for "unknown server option". */
static const char *what_of(uint16_t at)
{
    const char *what = NULL;

    for (; at && !what; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        if (sig->kind == SIG_CONTEXT && sig->context != CONTEXT_COND)
            what = contexts[sig->context].what;
        else if (sig->first)
            what = what_of(sig->first);
    }
    return what;
}

bool reader_colon(struct reader *reader, enum context_id context, const struct node *key)
{
    const char *blank = memchr(key->text, ' ', key->len);
    struct word first = {key->text, blank ? (uint32_t)(blank - key->text) : key->len, node_span(key), 0, WORD_SKEWED};
    uint32_t taken;

    if (!blank || key->style != STYLE_PLAIN ||
        (!match_row(reader->lang, context, &first, 1, &taken, NULL) &&
         !keyword_is_group(context, first.text, first.len)))
        return false;
    reader->match.failed = true;
    diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key), "put the whole text in quotes, or make it a map",
             "the ':' behind '%.*s' makes a YAML map of this text", (int)key->len, key->text);
    return true;
}

static bool names_hold(const struct names *names, const struct node *key)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (node_is(key, names->at[i]))
            return true;
    return false;
}

bool sequence_knows(uint16_t at, enum hap_version version, const struct node *key)
{
    struct names names = {.count = 0};

    collect(at, version, &names, 0);
    return names_hold(&names, key);
}

/* A key that the signature has, but not beside the others of the map. */
static void report_known(struct reader *reader, const struct node *key, uint16_t at)
{
    const struct sig *sig = sig_at(at);

    reader->match.failed = true;
    if (node_truth(key->next) == TRUTH_FALSE)
        diag_add(reader->diags, RULE_NO_NEGATION, node_span(key), "leave the key out",
                 "HAProxy has no word for '%.*s: false'", (int)key->len, key->text);
    else if (sig->kind == SIG_CONTEXT && key_row(reader, (enum context_id)sig->context, key, NULL))
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key), "make it an item of a list",
                 "'%.*s' stands beside another %s", (int)key->len, key->text, contexts[sig->context].what);
    else
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(key), NULL, "'%.*s' cannot stand beside the other keys here",
                 (int)key->len, key->text);
}

/* "it takes: a, b, c", where that is short enough to read. */
static const char *list_names(struct lang *lang, const struct names *names)
{
    struct buf list;

    if (!names->count || names->count > MAX_LISTED)
        return NULL;
    buf_init_in(&list, lang->arena);
    for (uint32_t i = 0; i < names->count; i++) {
        bool again = false;

        for (uint32_t j = 0; j < i && !again; j++)
            again = strcmp(names->at[i], names->at[j]) == 0;
        if (!again)
            buf_printf(&list, "%s%s", list.len ? ", " : "it takes: ", names->at[i]);
    }
    return buf_text(&list);
}

/* An unknown key. Gives whether it looks like a misspelling of one that is known. */
static bool report_unknown(struct reader *reader, const struct node *key, uint16_t at, const struct names *names,
                           const struct keyword *kw)
{
    struct lang *lang = reader->lang;
    const struct keyword *other = other_version(at, key, lang->version);
    const char *paren = memchr(key->text, '(', key->len), *near, *what = what_of(at), *help = NULL;
    struct node bare = *key;

    reader->match.failed = true;
    if (other) {
        lang_wrong_version(lang, node_span(key), what ? what : "option", other->name, other->since, other->until);
        return true;
    }
    bare.len = paren ? (uint32_t)(paren - key->text) : key->len;
    if (paren && names_hold(names, &bare)) {
        diag_add(lang->diags, RULE_EXTRA_ARGUMENT, node_span(key), NULL, "'%.*s' takes no arguments in parentheses",
                 (int)bare.len, bare.text);
        return true;
    }
    near = diag_suggest(key->text, key->len, names->at, names->count);
    help = near ? arena_printf(lang->arena, "did you mean '%s'?", near) : list_names(lang, names);
    if (what)
        diag_add(lang->diags, RULE_UNKNOWN_KEYWORD, node_span(key), help, "unknown %s '%.*s'", what, (int)key->len,
                 key->text);
    else
        diag_add(lang->diags, RULE_UNKNOWN_KEYWORD, node_span(key), help, "unknown key '%.*s'%s%s%s", (int)key->len,
                 key->text, kw ? " in '" : "", kw ? kw->name : "", kw ? "'" : "");
    return near != NULL;
}

/* What the map lacks; unless a key that nobody knows may be just that, misnamed: one mistake, one message. */
static void report_missing(struct reader *reader, const struct frame *frame)
{
    uint16_t row = reader->match.row;

    for (uint32_t i = 0; i < frame->missing_count; i++) {
        if (frame_misspells(frame, frame->missing[i].at))
            continue;
        reader->match.row = frame->missing[i].row;
        match_missing(&reader->match, frame->missing[i].at);
    }
    reader->match.row = row;
}

void map_leftover(struct reader *reader, const struct frame *frame, uint16_t at, uint16_t rest,
                  const struct keyword *kw)
{
    struct names names = {.count = 0};
    bool strange = false;
    uint32_t i = 0;

    if (frame->map->len > 64)
        return;
    for (const struct node *key = frame->map->first; key; key = node_next_key(key), i++) {
        if (frame->used >> i & 1 || (key->flags | key->next->flags) & NODE_POISON)
            continue;
        if (!names.count) {
            collect(at, reader->lang->version, &names, 0);
            collect(rest, reader->lang->version, &names, 0);
            if (kw && kw->paren)
                collect(kw->paren, reader->lang->version, &names, 0);
        }
        if (names_hold(&names, key))
            report_known(reader, key, at);
        else if (!report_unknown(reader, key, at, &names, kw))
            strange = true;
    }
    if (!strange)
        report_missing(reader, frame);
}
