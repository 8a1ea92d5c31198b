/* A signature against the keys of a YAML map. The words come out in the signature's order; options of a
 * @context... in the order in which they are written. */
#include "hacc/read/reader.h"

#include "hacc/lang/paren.h"

#include <string.h>

static const struct node no_node;

static void fail(struct reader *reader)
{
    reader->match.failed = true;
}

static void report_shape(struct reader *reader, const struct node *node, const char *wanted)
{
    static const char *const kinds[] = {"scalar", "list", "map"};

    fail(reader);
    if (!(node->flags & NODE_POISON))
        diag_add(reader->diags, RULE_BAD_SHAPE, node_span(node), NULL, "a %s stands where %s is expected",
                 kinds[node->kind], wanted);
}

/* A value that would leave its word, or that HAProxy has no word for. */
static bool check_word(struct reader *reader, const struct word *word)
{
    const char *bad = NULL;

    if (!word->len)
        bad = "an empty value cannot be written in haproxy.cfg";
    else if (memchr(word->text, '\0', word->len))
        bad = "a NUL byte cannot be written in haproxy.cfg";
    else if (memchr(word->text, '\r', word->len))
        bad = "a carriage return cannot be written in haproxy.cfg";
    if (!bad)
        return true;
    fail(reader);
    return diag_add(reader->diags, RULE_UNSAFE_TEXT, word->at, NULL, "%s", bad);
}

void reader_word(struct reader *reader, const struct node *scalar, struct word *word)
{
    word->text = scalar->text;
    word->len = scalar->len;
    word->at = node_span(scalar);
    word->flags = (uint8_t)(scalar->flags & NODE_POISON ? WORD_POISON : 0);
    if (scalar->flags & NODE_SECRET)
        word->flags |= WORD_SECRET;
    word->skew = scalar->flags & (NODE_MAPPED | NODE_FIXED) ? WORD_SKEWED : scalar->style == STYLE_PLAIN ? 0 : 1;
    cfg_word(word, reader->lang, scalar->text, scalar->len, scalar->flags & NODE_FIXED);
    check_word(reader, word);
}

bool reader_text(struct reader *reader, const struct node *scalar)
{
    bool direct = !(scalar->flags & (NODE_MAPPED | NODE_FIXED));
    struct text_place place = {node_span(scalar), direct, scalar, reader->config->sources};
    struct words *words = &reader->words;
    uint32_t first = words->count;

    if (direct && scalar->style != STYLE_PLAIN)
        place.at.off++;
    if (scalar->flags & NODE_FIXED) {
        struct word *word = words_push(words); /* !env and !file: one word, as it is */

        reader_word(reader, scalar, word);
        return true;
    }
    if (!cfg_lex(words, reader->lang, LEX_YAML, scalar->text, scalar->len, &place)) {
        fail(reader);
        return false;
    }
    for (uint32_t i = first; i < words->count; i++)
        check_word(reader, &words->at[i]);
    return true;
}

bool takes_one_word(uint16_t at)
{
    const struct sig *sig = sig_at(at);

    return at && sig->kind == SIG_PARAM && !sig->next && sig->type != TYPE_SAMPLE && sig->type != TYPE_COND &&
           sig->type != TYPE_ACL;
}

static bool multi_word(const struct sig *sig)
{
    return sig->type == TYPE_SAMPLE || sig->type == TYPE_COND || sig->type == TYPE_ACL;
}

static struct node *frame_find(struct frame *frame, const char *name, const struct node **key)
{
    size_t len = strlen(name);

    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (struct node *k = frame->map->first; k; k = node_next_key(k), i++) {
            if (k->len != len || memcmp(k->text, name, len) != 0 || frame->used >> i & 1)
                continue;
            frame->used |= (uint64_t)1 << i;
            if (key)
                *key = k;
            return k->next;
        }
    }
    return NULL;
}

static bool frame_has(const struct frame *frame, const char *name)
{
    size_t len = strlen(name);

    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (const struct node *k = frame->map->first; k; k = node_next_key(k), i++)
            if (k->len == len && memcmp(k->text, name, len) == 0 && !(frame->used >> i & 1))
                return node_truth(k->next) != TRUTH_FALSE;
    }
    return false;
}

/* Gives the row of a context that a key names. A key may hold the arguments: "set-var(txn.x)". */
static const struct keyword *key_row(const struct reader *reader, enum context_id context, const struct node *key,
                                     const struct keyword **other)
{
    struct word word = {key->text, key->len, {0, 0, 0}, 0, 0};
    const struct keyword *row;
    uint32_t taken;

    /* the common case first: the name alone */
    row = keyword_find(context, key->text, key->len, reader->lang->version, other);
    return row ? row : match_row(reader->lang, context, &word, 1, &taken, other);
}

static const struct keyword *frame_row(const struct reader *reader, struct frame *frame, enum context_id context,
                                       const struct node **key, struct frame **where, uint32_t *index)
{
    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (const struct node *k = frame->map->first; k; k = node_next_key(k), i++) {
            const struct keyword *row;

            if (frame->used >> i & 1 || !(row = key_row(reader, context, k, NULL)))
                continue;
            *key = k;
            *where = frame;
            *index = i;
            return row;
        }
    }
    return NULL;
}

/* Whether the keys of the frame hold something for the sequence. */
static bool present(const struct reader *reader, uint16_t at, struct frame *frame)
{
    const struct sig *sig = sig_at(at);
    const struct node *key;
    struct frame *where;
    uint32_t index;

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
    case SIG_PARAM:
        return frame_has(frame, sig->text);
    case SIG_OPTIONAL:
        return present(reader, sig->first, frame) || (sig->next && present(reader, sig->next, frame));
    case SIG_REPEAT:
    case SIG_SEQUENCE:
        return sig->first && present(reader, sig->first, frame);
    case SIG_CONTEXT:
        return frame_row(reader, frame, (enum context_id)sig->context, &key, &where, &index) != NULL;
    case SIG_CHOICE:
        for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
            if (present(reader, alt, frame))
                return true;
        return false;
    }
    return false;
}

static void match_text(struct reader *reader, uint16_t at, const struct node *scalar)
{
    uint32_t first = reader->words.count, taken;
    bool failed = reader->match.failed;

    reader->match.failed = false; /* an earlier option's fault must not hide this one's */
    if (reader_text(reader, scalar)) {
        const struct word *words = reader->words.at + first;
        uint32_t count = reader->words.count - first;

        taken = match_sequence(&reader->match, at, words, count, NULL);
        if (taken < count && !reader->match.failed) {
            fail(reader);
            diag_add(reader->diags, RULE_EXTRA_ARGUMENT, words[taken].at, NULL, "unexpected word '%.*s'",
                     (int)words[taken].len, words[taken].text);
        }
    }
    reader->match.failed = reader->match.failed || failed;
    reader->words.count = first;
}

static void add_param_word(struct reader *reader, uint16_t at, const struct node *scalar)
{
    struct word word;

    if (scalar->kind != NODE_SCALAR) {
        report_shape(reader, scalar, "a single value");
        return;
    }
    if (multi_word(sig_at(at))) {
        match_text(reader, at, scalar);
        return;
    }
    reader_word(reader, scalar, &word);
    if (sig_at(at)->type != TYPE_STR && sig_at(at)->type != TYPE_FMT && memchr(word.text, '\n', word.len)) {
        fail(reader);
        diag_add(reader->diags, RULE_UNSAFE_TEXT, word.at, NULL, "a line break cannot stand in this value");
        return;
    }
    if (word.len)
        match_param(&reader->match, at, &word, 1);
}

/* A list for a value that is a comma-separated word. */
static void add_joined(struct reader *reader, uint16_t at, const struct node *list)
{
    struct node joined = *list;
    char *text = NULL;
    uint32_t len = 0;

    for (const struct node *item = list->first; item; item = item->next) {
        if (item->kind != NODE_SCALAR) {
            report_shape(reader, item, "a single value");
            return;
        }
        len += item->len + 1;
    }
    text = arena_alloc(reader->lang->arena, len + 1);
    len = 0;
    for (const struct node *item = list->first; item; item = item->next) {
        if (len)
            text[len++] = ',';
        memcpy(text + len, item->text, item->len);
        len += item->len;
    }
    joined.kind = NODE_SCALAR;
    joined.flags |= NODE_MAPPED;
    joined.text = text;
    joined.len = len;
    add_param_word(reader, at, &joined);
}

static void add_param(struct reader *reader, uint16_t at, const struct node *value)
{
    uint8_t type = sig_at(at)->type;

    if (value->kind == NODE_LIST && (type == TYPE_CSV || type == TYPE_LIST))
        add_joined(reader, at, value);
    else
        add_param_word(reader, at, value);
}

/* A value that may come several times: a list, or text with several words. */
static void add_params(struct reader *reader, uint16_t at, const struct node *value)
{
    if (value->kind == NODE_SCALAR) {
        match_text(reader, at, value);
        return;
    }
    if (value->kind != NODE_LIST) {
        report_shape(reader, value, "a value or a list of values");
        return;
    }
    for (const struct node *item = value->first; item; item = item->next)
        add_param(reader, sig_at(at)->first, item);
}

/* Writes an argument so that it stays one: in quotes where it holds what separates arguments. */
static void put_argument(struct buf *out, const char *text, uint32_t len)
{
    bool plain = true;

    for (uint32_t i = 0; i < len && plain; i++)
        plain = !strchr(",()\"'\\ ", text[i]);
    if (plain) {
        buf_add(out, text, len);
        return;
    }
    buf_putc(out, '"');
    for (uint32_t i = 0; i < len; i++) {
        if (text[i] == '"' || text[i] == '\\')
            buf_putc(out, '\\');
        buf_putc(out, text[i]);
    }
    buf_putc(out, '"');
}

static bool put_arguments(struct reader *reader, uint16_t at, struct frame *frame, struct buf *out, bool *first)
{
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);
        struct node *value;

        if (sig->kind == SIG_OPTIONAL || sig->kind == SIG_REPEAT) {
            if (present(reader, sig->first, frame) && !put_arguments(reader, sig->first, frame, out, first))
                return false;
            continue;
        }
        if (sig->kind != SIG_PARAM)
            continue;
        value = frame_find(frame, sig->text, NULL);
        if (!value) {
            fail(reader);
            return diag_add(reader->diags, RULE_MISSING_ARGUMENT, reader->match.at, NULL, "'%s' is missing",
                            sig->text);
        }
        for (const struct node *item = value->kind == NODE_LIST ? value->first : value; item;
             item = value->kind == NODE_LIST ? item->next : NULL) {
            if (item->kind != NODE_SCALAR) {
                report_shape(reader, item, "a single value");
                return false;
            }
            if (!*first)
                buf_putc(out, ',');
            *first = false;
            put_argument(out, item->text, item->len);
        }
    }
    return true;
}

/* The name of an option with the arguments that a map gives it: set-var(txn.x). */
static bool compose_head(struct reader *reader, const char *name, uint32_t name_len, uint16_t paren,
                         struct frame *frame, const struct node *key, struct word *word)
{
    struct buf out;
    bool first = true, good;

    buf_init(&out, reader->lang->arena->oom);
    buf_add(&out, name, name_len);
    buf_putc(&out, '(');
    good = put_arguments(reader, paren, frame, &out, &first);
    buf_putc(&out, ')');
    if (first)
        out.len = name_len; /* all arguments left out */
    word->text = arena_strndup(reader->lang->arena, out.data, out.len);
    word->len = (uint32_t)out.len;
    word->at = node_span(key);
    word->flags = 0;
    word->skew = WORD_SKEWED;
    buf_release(&out);
    return good;
}

/* The value behind an option word: `usesrc: clientip`, `check: true`, `len: 65535`. */
static void map_group(struct reader *reader, uint16_t at, struct frame *frame)
{
    const struct sig *sig = sig_at(at);
    const struct node *key = &no_node, *value = frame_find(frame, sig->text, &key);
    struct word word = {sig->text, (uint32_t)strlen(sig->text), node_span(key), 0, 0};

    if (sig->paren) {
        struct frame inner = {value, 0, frame};

        if (value->kind == NODE_SCALAR) {
            word.text = arena_printf(reader->lang->arena, "%s(%.*s)", sig->text, (int)value->len, value->text);
            word.len = (uint32_t)strlen(word.text);
            word.at = node_span(value);
            word.skew = WORD_SKEWED;
            match_sequence(&reader->match, at, &word, 1, NULL);
            return;
        }
        if (value->kind != NODE_MAP)
            report_shape(reader, value, "a map or the argument itself");
        else if (compose_head(reader, sig->text, word.len, sig->paren, &inner, key, &word) &&
                 paren_parse(reader->lang, sig->paren, &word)) {
            match_literal(&reader->match, at, word.text, word.len, word.at);
            map_sequence(reader, sig->next, &inner);
            map_leftover(reader, &inner, at, NULL);
        }
        return;
    }
    match_literal(&reader->match, at, sig->text, word.len, word.at);
    if (sig->next) {
        map_value(reader, sig->next, value);
    } else if (node_truth(value) != TRUTH_TRUE) {
        report_shape(reader, value, "true (the option takes no value)");
    }
}

/* Adds one option with its value. */
static void map_row(struct reader *reader, const struct keyword *row, const struct node *key,
                    const struct node *value)
{
    struct word head = {key->text, key->len, node_span(key), 0, key->style == STYLE_PLAIN ? 0 : 1};
    uint16_t outer = reader->match.row;
    bool has_paren = memchr(key->text, '(', key->len) != NULL;

    if (row->paren && !has_paren && value->kind == NODE_MAP) {
        struct frame inner = {value, 0, NULL};

        if (compose_head(reader, key->text, key->len, row->paren, &inner, key, &head)) {
            if (!match_head(&reader->match, row, &head))
                fail(reader);
            map_sequence(reader, row->sig, &inner);
            map_leftover(reader, &inner, row->sig, row);
        }
    } else if (row->paren && !has_paren && row->sig == 0 && value->kind == NODE_SCALAR &&
               node_truth(value) == TRUTH_NONE) {
        /* an option that is all arguments: its value is what stands between the parentheses */
        head.text = arena_printf(reader->lang->arena, "%.*s(%.*s)", (int)key->len, key->text, (int)value->len,
                                 value->text);
        head.len = (uint32_t)strlen(head.text);
        head.skew = WORD_SKEWED;
        head.at = node_span(value);
        if (!match_head(&reader->match, row, &head))
            fail(reader);
    } else {
        if (!match_head(&reader->match, row, &head))
            fail(reader);
        if (row->sig)
            map_value(reader, row->sig, value);
        else if (node_truth(value) != TRUTH_TRUE)
            report_shape(reader, value, "true (the option takes no value)");
    }
    reader->match.row = outer;
}

/* `false` writes the option's own negation. */
static void map_negation(struct reader *reader, enum context_id context, const struct keyword *row,
                         const struct node *key)
{
    const struct keyword *negation = NULL;
    uint16_t outer = reader->match.row;
    struct word word = {NULL, 0, node_span(key), 0, WORD_SKEWED};

    if (row->negation)
        negation = keyword_find(context, row->negation, strlen(row->negation), reader->lang->version, NULL);
    if (!negation) {
        fail(reader);
        diag_add(reader->diags, RULE_NO_NEGATION, node_span(key), "leave the key out",
                 "'%s: false' has no form in HAProxy: the option cannot be taken back", row->name);
        return;
    }
    word.text = negation->name;
    word.len = (uint32_t)strlen(negation->name);
    match_head(&reader->match, negation, &word);
    reader->match.row = outer;
}

static void map_option(struct reader *reader, enum context_id context, const struct keyword *row,
                       const struct node *key, const struct node *value)
{
    if (value->kind == NODE_LIST && !(row->sig && sig_at(row->sig)->kind == SIG_REPEAT) &&
        !(row->sig && (sig_at(row->sig)->type == TYPE_CSV || sig_at(row->sig)->type == TYPE_LIST))) {
        for (const struct node *item = value->first; item; item = item->next)
            map_row(reader, row, key, item);
    } else if (node_truth(value) == TRUTH_FALSE && !takes_one_word(row->sig)) {
        map_negation(reader, context, row, key);
    } else {
        map_row(reader, row, key, value);
    }
}

/* @context...: every key that is a row of it, in the order written. */
static void map_rows(struct reader *reader, enum context_id context, struct frame *frame)
{
    for (; frame; frame = frame->outer) {
        uint32_t i = 0;

        for (const struct node *k = frame->map->first; k; k = node_next_key(k), i++) {
            const struct keyword *row;

            if (frame->used >> i & 1 || !(row = key_row(reader, context, k, NULL)))
                continue;
            frame->used |= (uint64_t)1 << i;
            map_option(reader, context, row, k, k->next);
        }
    }
}

/* @context: one key. Its text may run on into what follows the option ("deny if admin"), and its map may hold the
 * keys of what follows ("{fmt: x, if: admin}"): so what follows is read here too. */
static void map_choice_of_rows(struct reader *reader, uint16_t at, struct frame *frame)
{
    const struct sig *sig = sig_at(at);
    const struct node *key = NULL;
    struct frame *where, inner = {NULL, 0, frame};
    uint32_t index;
    const struct keyword *row = frame_row(reader, frame, (enum context_id)sig->context, &key, &where, &index);
    uint16_t outer = reader->match.row;
    bool has_paren;

    if (!row) {
        struct buf expected;

        fail(reader);
        buf_init(&expected, reader->lang->arena->oom);
        match_describe(at, &expected);
        if (frame->map->first) {
            const struct keyword *other = NULL;
            struct word word = {frame->map->first->text, frame->map->first->len, node_span(frame->map->first), 0, 0};

            key_row(reader, (enum context_id)sig->context, frame->map->first, &other);
            match_unknown(&reader->match, (enum context_id)sig->context, &word, other);
        } else {
            diag_add(reader->diags, RULE_MISSING_ARGUMENT, reader->match.at, NULL, "%s is missing",
                     buf_text(&expected));
        }
        buf_release(&expected);
        for (; frame; frame = frame->outer)
            frame->used = UINT64_MAX;
        return;
    }
    where->used |= (uint64_t)1 << index;
    has_paren = memchr(key->text, '(', key->len) != NULL;
    if (key->next->kind == NODE_SCALAR && node_truth(key->next) != TRUTH_TRUE) {
        uint32_t first = reader->words.count, taken = 0, count;
        struct word *word = words_push(&reader->words);
        struct follow follow = {sig->next, NULL};
        const struct word *words;

        *word = (struct word){key->text, key->len, node_span(key), 0, key->style == STYLE_PLAIN ? 0 : 1};
        if (node_truth(key->next) == TRUTH_FALSE) {
            map_negation(reader, (enum context_id)sig->context, row, key);
            return;
        }
        if (reader_text(reader, key->next)) {
            words = reader->words.at + first;
            count = reader->words.count - first;
            if (!match_head(&reader->match, row, &words[0]))
                fail(reader);
            taken = 1;
            if (row->sig)
                taken += match_sequence(&reader->match, row->sig, words + 1, count - 1, &follow);
            reader->match.row = outer;
            if (taken < count)
                taken += match_sequence(&reader->match, sig->next, words + taken, count - taken, NULL);
            else
                map_sequence(reader, sig->next, frame);
            if (taken < count && !reader->match.failed) {
                fail(reader);
                diag_add(reader->diags, RULE_EXTRA_ARGUMENT, words[taken].at, NULL, "unexpected word '%.*s'",
                         (int)words[taken].len, words[taken].text);
            }
        }
        reader->words.count = first;
        reader->match.row = outer;
        return;
    }
    if (key->next->kind == NODE_MAP) {
        struct word head = {key->text, key->len, node_span(key), 0, key->style == STYLE_PLAIN ? 0 : 1};

        inner.map = key->next;
        if (row->paren && !has_paren && !compose_head(reader, key->text, key->len, row->paren, &inner, key, &head))
            return;
        if (!match_head(&reader->match, row, &head))
            fail(reader);
        map_sequence(reader, row->sig, &inner);
        reader->match.row = outer;
        map_sequence(reader, sig->next, &inner);
        map_leftover(reader, &inner, row->sig ? row->sig : at, row);
        return;
    }
    map_row(reader, row, key, key->next);
    map_sequence(reader, sig->next, frame);
}

static void report_missing_key(struct reader *reader, uint16_t at)
{
    struct buf expected;

    fail(reader);
    buf_init(&expected, reader->lang->arena->oom);
    match_describe(at, &expected);
    diag_add(reader->diags, RULE_MISSING_ARGUMENT, reader->match.at, NULL, "%s is missing from '%s'",
             buf_text(&expected), reader->match.row ? keywords[reader->match.row].name : reader->lang->kw->name);
    buf_release(&expected);
}

static bool can_be_empty(uint16_t at)
{
    for (; at; at = sig_at(at)->next)
        if (sig_at(at)->kind != SIG_OPTIONAL)
            return false;
    return true;
}

static void map_choice(struct reader *reader, uint16_t at, struct frame *frame)
{
    bool empty = false;

    for (uint16_t alt = sig_at(at)->first; alt; alt = sig_at(alt)->next) {
        uint16_t first = sig_at(alt)->first;

        if (!first || can_be_empty(first)) {
            empty = true;
            if (!first)
                continue;
        }
        if (!present(reader, alt, frame))
            continue;
        map_sequence(reader, first, frame);
        return;
    }
    if (!empty)
        report_missing_key(reader, at);
}

static void map_node(struct reader *reader, uint16_t at, struct frame *frame)
{
    const struct sig *sig = sig_at(at), *item;
    const struct node *value;

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD: /* handled by map_sequence */
    case SIG_SEQUENCE:
        break;
    case SIG_PARAM:
        if ((value = frame_find(frame, sig->text, NULL)))
            add_param(reader, at, value);
        else
            report_missing_key(reader, at);
        break;
    case SIG_OPTIONAL:
        if (present(reader, sig->first, frame))
            map_sequence(reader, sig->first, frame);
        break;
    case SIG_CHOICE:
        map_choice(reader, at, frame);
        break;
    case SIG_CONTEXT:
        map_choice_of_rows(reader, at, frame);
        break;
    case SIG_REPEAT:
        item = sig_at(sig->first);
        if (item->kind == SIG_CONTEXT)
            map_rows(reader, (enum context_id)item->context, frame);
        else if (item->kind == SIG_PARAM && (value = frame_find(frame, item->text, NULL)))
            add_params(reader, at, value);
        else
            while (!reader->match.failed && present(reader, sig->first, frame))
                map_sequence(reader, sig->first, frame);
        break;
    }
}

void map_sequence(struct reader *reader, uint16_t at, struct frame *frame)
{
    if (frame->map->len > 64) {
        report_shape(reader, frame->map, "a map of at most 64 keys");
        frame->used = UINT64_MAX;
        return;
    }
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        if (sig->kind == SIG_WORD) {
            if (frame_has(frame, sig->text)) {
                map_group(reader, at, frame); /* takes the rest of the sequence with it */
                return;
            }
            match_literal(&reader->match, at, sig->text, (uint32_t)strlen(sig->text), reader->match.at);
            continue;
        }
        map_node(reader, at, frame);
        if (sig->kind == SIG_CONTEXT)
            return; /* it has read what follows */
    }
}

void map_value(struct reader *reader, uint16_t at, const struct node *value)
{
    struct frame frame = {value, 0, NULL};

    if (value->kind == NODE_MAP) {
        map_sequence(reader, at, &frame);
        map_leftover(reader, &frame, at, NULL);
    } else if (value->kind == NODE_LIST) {
        if (sig_at(at)->kind == SIG_REPEAT && !sig_at(at)->next && sig_at(sig_at(at)->first)->kind == SIG_PARAM)
            add_params(reader, at, value);
        else if (takes_one_word(at))
            add_param(reader, at, value);
        else
            report_shape(reader, value, "text or a map");
    } else if (takes_one_word(at)) {
        add_param(reader, at, value);
    } else if (node_truth(value) == TRUTH_TRUE && can_be_empty(at)) {
        return;
    } else {
        match_text(reader, at, value);
    }
}
