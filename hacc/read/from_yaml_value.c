/* A keyword and its YAML value: scalar, map, list, or names with values of their own. */
#include "hacc/read/reader.h"

#include "hacc/lang/paren.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum truth node_truth(const struct node *node)
{
    if (node->kind != NODE_SCALAR || node->style != STYLE_PLAIN || node->flags & NODE_FIXED)
        return TRUTH_NONE;
    if (node_is(node, "true"))
        return TRUTH_TRUE;
    if (node_is(node, "false"))
        return TRUTH_FALSE;
    return node_is(node, "default") ? TRUTH_DEFAULT : TRUTH_NONE;
}

bool node_is(const struct node *node, const char *text)
{
    return node->kind == NODE_SCALAR && node->len == strlen(text) && memcmp(node->text, text, node->len) == 0;
}

/* The comments of a directive: above it, behind its key or behind its end, of which one can stand on its line, and
 * those inside its value. */
static void take_comments(struct reader *reader, struct directive *directive)
{
    uint16_t src = (uint16_t)directive->at.src;
    struct comment_line *behind_key;

    comments_before(reader, src, directive->at.off);
    behind_key = comments_trailing(reader, src, directive->at.off + directive->at.len);
    comments_before(reader, src, directive->end);
    comments_take(reader, &directive->comments);
    directive->trailing = comments_trailing(reader, src, directive->end);
    if (!behind_key)
        return;
    if (directive->trailing) {
        *reader->pending_tail = directive->trailing;
        reader->pending_tail = &directive->trailing->next;
        comments_take(reader, &directive->comments);
    }
    directive->trailing = behind_key;
}

/* Ends the directive that reader->match holds: into the section, with its comments. */
static void add_directive(struct reader *reader, const struct keyword *kw, const char *name, uint32_t name_len,
                          enum directive_form form, uint32_t end)
{
    struct directive *directive;

    if (reader->match.failed) {
        reader->section->poison = true;
        return;
    }
    directive = config_directive(reader->config, kw, &reader->match);
    if (name) {
        directive->name = name;
        directive->name_len = name_len;
    }
    directive->form = (uint8_t)form;
    directive->intent = reader->intent;
    directive->outermost = !reader->in_body;
    directive->end = end = end > directive->at.off ? end : directive->at.off; /* .else has no value of its own */
    if (reader->cursor_count)
        take_comments(reader, directive);
    directive->condition = reader->lang->branch;
    section_add(reader->section, directive);
    if (!reader->passed)
        reader_define_names(reader, directive);
}

static uint32_t node_end(const struct node *node)
{
    return node->off + node->span_len;
}

static void begin(struct reader *reader, const struct keyword *kw, struct span at)
{
    reader->lang->kw = kw;
    reader->lang->section = reader->section;
    reader->lang->context = reader->section->context;
    match_begin(&reader->match, at);
}

/* The keyword as it is printed, with `word`'s arguments: the word is the last of the keyword's words. */
static const char *name_with(struct reader *reader, const struct keyword *kw, const struct word *word, uint32_t *len)
{
    const char *paren = memchr(word->text, '(', word->len), *name;

    if (!paren || word->len - (uint32_t)(paren - word->text) == 2)
        return NULL; /* () says nothing */
    name =
        arena_printf(reader->lang->arena, "%s%.*s", kw->name, (int)(word->len - (uint32_t)(paren - word->text)), paren);
    *len = (uint32_t)strlen(name);
    return name;
}

/* The keyword's own arguments, in its key, in its map, or all of its value: `http-check: {set-var(check.x): …}`,
 * `{set-var: {name: check.x, …}}`, `{unset-var: check.x}`. Gives the name to print, NULL: as in the table. */
static const char *keyword_name(struct reader *reader, const struct keyword *kw, const struct node *key,
                                const struct node *value, struct frame *frame, uint32_t *len)
{
    struct word word = {key->text, key->len, node_span(key), 0, key->style == STYLE_PLAIN ? 0 : 1};
    const char *last = strrchr(kw->name, ' ');
    bool in_key = memchr(key->text, '(', key->len) != NULL;

    last = last ? last + 1 : kw->name;
    if (!kw->paren || (kw->sig && value->kind == NODE_SCALAR && !in_key))
        return NULL;
    if (!in_key && value->kind == NODE_SCALAR && node_truth(value) == TRUTH_NONE)
        paren_scalar(reader, last, value, &word);
    else if (!in_key && value->kind == NODE_MAP &&
             !paren_compose(reader, last, (uint32_t)strlen(last), kw->paren, frame, &word))
        return NULL;
    if (!paren_parse(reader->lang, kw->paren, &word))
        reader->match.failed = true;
    return name_with(reader, kw, &word, len);
}

/* `true`, `false` and `default`. Gives false where the value is none of them, or the keyword takes it as text. */
static bool add_truth(struct reader *reader, const struct keyword *kw, const struct node *key, const struct node *value,
                      uint16_t sig)
{
    enum truth truth = node_truth(value);
    const char *name = NULL;
    uint32_t len = 0;
    enum directive_form form = truth == TRUTH_FALSE ? FORM_NO : truth == TRUTH_DEFAULT ? FORM_DEFAULT : FORM_PLAIN;

    if (truth == TRUTH_NONE || sig_is_one_word(sig))
        return false;
    begin(reader, kw, node_span(key));
    if ((form == FORM_NO && !(kw->flags & KW_NO)) || (form == FORM_DEFAULT && !(kw->flags & KW_DEFAULT))) {
        reader->match.failed = true;
        diag_add(reader->diags, RULE_NO_NEGATION, node_span(value), "leave the key out",
                 "'%s' has no '%s' form in HAProxy", kw->name, form == FORM_NO ? "no" : "default");
    } else if (form == FORM_PLAIN) {
        name = keyword_name(reader, kw, key, value, NULL, &len);
        match_words(&reader->match, kw, NULL, 0);
    }
    add_directive(reader, kw, name, len, form, node_end(value));
    return true;
}

/* `ignored: TEXT` in a map: the words behind the last argument. */
static void add_ignored(struct reader *reader, const struct keyword *kw, struct frame *frame)
{
    uint32_t first = reader->words.count;
    const struct node *value;

    if (reader->lang->version >= (enum hap_version)kw->ignores || !(value = frame_find(frame, "ignored", NULL)))
        return;
    if (value->kind != NODE_SCALAR)
        reader_shape(reader, value, "text");
    else if (reader_text(reader, value) && reader->words.count > first)
        match_ignored(&reader->match, kw, reader->words.at + first, reader->words.count - first);
    reader->words.count = first;
}

/* What stands behind a keyword: text, one value or a map. */
static void match_value(struct reader *reader, const struct keyword *kw, const struct node *key,
                        const struct node *value, struct frame *frame)
{
    uint32_t first = reader->words.count;

    if (value->kind == NODE_MAP) {
        map_sequence(reader, kw->sig, frame);
        add_ignored(reader, kw, frame);
        map_leftover(reader, frame, kw->sig, 0, kw);
        match_finish(&reader->match, kw);
    } else if (kw->paren && !kw->sig && !memchr(key->text, '(', key->len)) {
        match_finish(&reader->match, kw); /* the value is the arguments */
    } else if (!kw->paren && sig_is_one_word(kw->sig)) {
        map_value(reader, kw->sig, value);
        match_finish(&reader->match, kw);
    } else if (reader_text(reader, value)) {
        match_words(&reader->match, kw, reader->words.at + first, reader->words.count - first);
    }
    reader->words.count = first;
}

/* One directive from text, a map or a boolean. */
static void add_one(struct reader *reader, const struct keyword *kw, const struct node *key, const struct node *value,
                    struct span at)
{
    struct frame frame = {.map = value};
    uint32_t name_len = 0;
    const char *name;
    bool failed;

    if (value->flags & NODE_POISON) {
        reader->section->poison = true;
        return;
    }
    if (add_truth(reader, kw, key, value, kw->sig))
        return;
    begin(reader, kw, at);
    name = keyword_name(reader, kw, key, value, &frame, &name_len);
    failed = reader->match.failed;
    reader->match.failed = false;
    match_value(reader, kw, key, value, &frame);
    reader->match.failed |= failed;
    add_directive(reader, kw, name, name_len, FORM_PLAIN, node_end(value));
}

/* What stands under a name: `web1: 10.0.0.1:80 check`, `web1: {address: …}`, `admin: [src …, src …]`. */
static void add_named(struct reader *reader, const struct keyword *kw, const struct node *key, const struct node *value)
{
    uint16_t rest = sig_at(kw->sig)->next;
    struct word name;
    struct frame frame = {.map = value};

    if ((key->flags | value->flags) & NODE_POISON) {
        reader->section->poison = true;
        return;
    }
    if (value->kind == NODE_LIST) {
        for (const struct node *item = value->first; item; item = item->next)
            add_named(reader, kw, key, item);
        return;
    }
    begin(reader, kw, node_span(key));
    reader_word(reader, key, &name);
    if (name.len && reader_one_line(reader, &name, TYPE_NAME))
        match_param(&reader->match, kw->sig, &name, 1);
    if (!rest) {
        if (node_truth(value) != TRUTH_TRUE) {
            reader_no_value(reader, kw->name, value);
        }
    } else if (value->kind == NODE_MAP) {
        map_sequence(reader, rest, &frame);
        map_leftover(reader, &frame, rest, 0, kw);
    } else {
        map_value(reader, rest, value);
    }
    match_finish(&reader->match, kw);
    add_directive(reader, kw, NULL, 0, FORM_PLAIN, node_end(value));
}

/* Whether a key of the map, other than `first`, is one that stands behind the name. */
static bool has_other_of(const struct reader *reader, const struct node *map, const char *first, uint16_t rest)
{
    for (const struct node *key = map->first; key && rest; key = node_next_key(key))
        if (!node_is(key, first) && key->next->kind == NODE_SCALAR && sequence_knows(rest, reader->lang->version, key))
            return true;
    return false;
}

/* `server: {name: web1, address: …}` would define servers called "name" and "address". */
static bool is_confused(struct reader *reader, const struct keyword *kw, const struct node *key, const struct node *map)
{
    const char *first = sig_at(kw->sig)->text;
    uint16_t rest = sig_at(kw->sig)->next;
    const struct node *name = node_find(map, first, NULL);

    if (!name || name->kind != NODE_SCALAR || !has_other_of(reader, map, first, rest))
        return false;
    reader->section->poison = true;
    diag_add(reader->diags, RULE_BAD_SHAPE, node_span(map->first),
             arena_printf(reader->lang->arena, "write %s: {%.*s: {…}}, or a list: - {%s: %.*s, …}", kw->name,
                          (int)name->len, name->text, first, (int)name->len, name->text),
             "this would define %s %s called '%s'", strchr("aeio", kw->name[0]) ? "an" : "a", kw->name, first);
    (void)key;
    return true;
}

static void add_item(struct reader *reader, const struct keyword *kw, const struct node *key, const struct node *item)
{
    if (kw->named && item->kind == NODE_MAP && !node_find(item, sig_at(kw->sig)->text, NULL)) {
        for (const struct node *k = item->first; k; k = node_next_key(k))
            add_named(reader, kw, k, k->next);
    } else {
        add_one(reader, kw, key, item, node_span(item->kind == NODE_MAP && item->first ? item->first : item));
    }
}

/* A list for a keyword that counts once: HAProxy keeps one item, mostly the last, and says nothing. */
static void check_repeated(struct reader *reader, const struct keyword *kw, const struct node *list)
{
    if (list->len < 2 || kw->repeat != REPEAT_LAST || kw->named)
        return;
    diag_add(reader->diags, RULE_REPEATED_KEYWORD, node_span(list->first->next),
             "leave one; several words of one line stand in one text",
             "'%s' counts once: HAProxy keeps only one of these lines", kw->name);
}

void reader_add(struct reader *reader, const struct keyword *kw, const struct node *key, const struct node *value)
{
    if (value->kind == NODE_LIST) {
        check_repeated(reader, kw, value);
        for (const struct node *item = value->first; item; item = item->next) {
            if (item->kind == NODE_LIST) {
                reader->section->poison = true;
                diag_add(reader->diags, RULE_BAD_SHAPE, node_span(item), NULL, "a list stands in a list");
            } else {
                add_item(reader, kw, key, item);
            }
        }
    } else if (kw->named && value->kind == NODE_MAP) {
        if (is_confused(reader, kw, key, value))
            return;
        for (const struct node *k = value->first; k; k = node_next_key(k))
            add_named(reader, kw, k, k->next);
    } else {
        add_one(reader, kw, key, value, node_span(key));
    }
}

/* No keyword: says so of all the words that would make one. */
static void report_line(struct reader *reader, const struct word *words, uint32_t count)
{
    const struct keyword *other = NULL;
    char name[128] = "";
    uint32_t len = 0, i = 0;

    for (; i < count && len + words[i].len + 2 < sizeof(name); i++) {
        const char *paren = memchr(words[i].text, '(', words[i].len);
        uint32_t word_len = paren ? (uint32_t)(paren - words[i].text) : words[i].len;

        len += (uint32_t)snprintf(name + len, sizeof(name) - len, "%s%.*s", i ? " " : "", (int)word_len, words[i].text);
        if (!is_group_somewhere(name, len)) {
            i++;
            break;
        }
    }
    reader->section->poison = true;
    if (i > 1 && word_is(&words[1], "no")) {
        diag_add(reader->diags, RULE_NO_NEGATION, words[1].at,
                 arena_printf(reader->lang->arena, "write %.*s: {…: false}", (int)words[0].len, words[0].text),
                 "'no' stands before the whole keyword in HAProxy");
        return;
    }
    keyword_find(reader->section->context, name, len, reader->lang->version, &other);
    if (i)
        reader_unknown(reader, name, len, words[i - 1].at, other);
}

/* Whether only a variable's value tells the keyword: `option "${LOGGING}"`. */
static bool is_run_time(const struct reader *reader, const struct word *words, uint32_t count)
{
    char name[128];
    uint32_t len = 0;

    for (uint32_t i = 0; i < count && len + words[i].len + 1 < sizeof(name); i++) {
        if (words[i].flags & WORD_ENV)
            return true;
        if (i)
            name[len++] = ' ';
        memcpy(name + len, words[i].text, words[i].len);
        len += words[i].len;
        if (!keyword_is_group(reader->section->context, name, len))
            return false;
    }
    return false;
}

/* Adds words as they are, whatever they say. */
static void add_unchecked(struct reader *reader, const struct keyword *kw, uint32_t first, struct span at, uint32_t end,
                          enum directive_form form)
{
    begin(reader, kw, at);
    match_unchecked(&reader->match, reader->words.at + first, reader->words.count - first);
    add_directive(reader, kw, NULL, 0, form, end);
}

void reader_add_run_time(struct reader *reader, uint32_t first, struct span at, uint32_t end, enum directive_form form)
{
    reader->section->poison = true;
    add_unchecked(reader, &keyword_verbatim, first, at, end, form);
}

/* `option\ redispatch` is one word to HAProxy, and no keyword. */
static bool is_one_word(struct reader *reader, const struct word *word)
{
    return !(word->flags & WORD_ENV) && memchr(word->text, ' ', word->len) &&
           !diag_add(reader->diags, RULE_UNKNOWN_KEYWORD, word->at, "write the words of a keyword apart",
                     "'%.*s' is one word, because of its quotes or backslashes, and no keyword", (int)word->len,
                     word->text);
}

void reader_add_words(struct reader *reader, uint32_t first, struct span at, uint32_t end)
{
    const struct word *words = reader->words.at + first;
    uint32_t count = reader->words.count - first, taken = 0, skip = 0;
    const struct keyword *kw = NULL;
    enum directive_form form = FORM_PLAIN;
    const char *name = NULL;
    uint32_t name_len = 0;

    begin(reader, NULL, at);
    if (count > 1 && (word_is(&words[0], "no") || word_is(&words[0], "default"))) {
        form = words[0].text[0] == 'n' ? FORM_NO : FORM_DEFAULT;
        skip = 1;
    }
    if (count > skip && is_one_word(reader, &words[skip]))
        return;
    if (count > skip)
        kw = match_row(reader->lang, reader->section->context, words + skip, count - skip, &taken, NULL);
    if (!kw) {
        if (is_run_time(reader, words + skip, count - skip))
            reader_add_run_time(reader, first + skip, at, end, form);
        else
            report_line(reader, words + skip, count - skip);
        return;
    }
    reader->lang->kw = kw;
    words += skip + taken;
    count -= skip + taken;
    if (kw->paren && paren_parse(reader->lang, kw->paren, &words[-1]))
        name = name_with(reader, kw, &words[-1], &name_len);
    else if (kw->paren)
        reader->match.failed = true;
    if (form == FORM_PLAIN)
        match_words(&reader->match, kw, words, count);
    else if (!(kw->flags & (form == FORM_NO ? KW_NO : KW_DEFAULT)))
        reader->match.failed = !diag_add(reader->diags, RULE_NO_NEGATION, at, NULL, "'%s' has no '%s' form in HAProxy",
                                         kw->name, form == FORM_NO ? "no" : "default");
    add_directive(reader, kw, name, name_len, form, end);
}

void reader_add_passed(struct reader *reader, const struct keyword *kw, uint32_t first, struct span at, uint32_t end)
{
    add_unchecked(reader, kw, first, at, end, FORM_PLAIN);
}

void reader_add_text(struct reader *reader, const struct node *scalar, const char *prefix)
{
    uint32_t first = reader->words.count;
    struct text_place nowhere = {node_span(scalar), false, NULL, NULL};
    bool good = true;

    begin(reader, NULL, node_span(scalar));
    if (prefix)
        good = cfg_lex(&reader->words, reader->lang, LEX_YAML, prefix, (uint32_t)strlen(prefix), &nowhere);
    good = reader_text(reader, scalar) && good;
    if (good && reader->words.count > first)
        reader_add_words(reader, first, node_span(scalar), node_end(scalar));
    else
        reader->section->poison = true;
    reader->words.count = first;
}

/* Finds the text of a word among the values of a map: where an intent's option stands. */
static const struct node *find_value(const struct node *node, const struct word *word)
{
    const struct node *found = NULL;

    if (node->kind == NODE_SCALAR)
        return node->len == word->len && memcmp(node->text, word->text, word->len) == 0 ? node : NULL;
    for (const struct node *key = node->kind == NODE_MAP ? node->first : NULL; key && !found; key = node_next_key(key))
        found = find_value(key->next, word);
    return found;
}

/* The words of an intent's line stand where its options do, as far as they can be told. */
static void place_words(struct reader *reader, uint32_t first, const struct node *value)
{
    for (uint32_t i = first; i < reader->words.count; i++) {
        const struct node *node = find_value(value, &reader->words.at[i]);

        if (node)
            reader->words.at[i].at = node_span(node);
    }
}

void reader_add_line(struct reader *reader, const struct node *at, const char *fmt, ...)
{
    uint32_t first = reader->words.count;
    struct text_place place = {node_span(at), false, NULL, NULL};
    char line[4096], *text;
    va_list ap;
    int len;

    va_start(ap, fmt);
    len = vsnprintf(line, sizeof(line), fmt, ap);
    va_end(ap);
    if (len < 0 || (size_t)len >= sizeof(line)) {
        reader->section->poison = true;
        diag_add(reader->diags, RULE_LINE_LIMIT, node_span(at), NULL, "a value is too long for this intent");
        return;
    }
    text = arena_strndup(reader->lang->arena, line, (size_t)len);
    if (cfg_lex(&reader->words, reader->lang, LEX_YAML, text, (uint32_t)len, &place)) {
        if (at->next)
            place_words(reader, first, at->next);
        reader_add_words(reader, first, node_span(at), node_end(at));
    }
    reader->words.count = first;
}
