#include "hacc/lang/match.h"

#include "hacc/lang/hooks.h"
#include "hacc/lang/paren.h"
#include "hacc/lang/sig.h"
#include "hacc/lang/value.h"

#include <string.h>

static bool can_begin(const struct match *match, uint16_t at, const struct word *words, uint32_t count,
                      const struct follow *follow);

void match_init(struct match *match, struct lang *lang)
{
    memset(match, 0, sizeof(*match));
    match->lang = lang;
}

void match_begin(struct match *match, struct span at)
{
    match->lang->number++;
    match->count = 0;
    match->failed = match->recheck = match->unchecked = false;
    match->row = 0;
    match->skipped_at = NULL;
    match->at = at;
}

static struct arg *add_arg(struct match *match)
{
    if (match->count == match->cap)
        match->args =
            arena_extend(match->lang->arena, match->args, match->count, &match->cap, 64, sizeof(*match->args));
    return &match->args[match->count++];
}

static void add_word(struct match *match, uint16_t sig, const struct word *word, uint8_t flags)
{
    struct arg *arg = add_arg(match);

    uint32_t more = word->at.len > word->len ? word->at.len - word->len : 0;

    *arg = (struct arg){word->text,
                        word->len,
                        word->at.off,
                        (uint16_t)word->at.src,
                        sig,
                        match->row,
                        (uint8_t)(word->flags | flags),
                        (uint8_t)(more > 255 ? 255 : more)};
}

void match_literal(struct match *match, uint16_t sig, const char *text, uint32_t len, struct span at)
{
    struct arg *arg = add_arg(match);

    *arg = (struct arg){text, len, at.off, (uint16_t)at.src, sig, match->row, 0, 0};
}

uint32_t match_unchecked(struct match *match, const struct word *words, uint32_t count)
{
    match->unchecked = true;
    for (uint32_t i = 0; i < count; i++)
        add_word(match, 0, &words[i], 0);
    return count;
}

/* Where the samples of what is being matched are taken: its option says so, or else its keyword. */
static enum place_id place_of(const struct match *match)
{
    const struct keyword *kw = match->lang->kw;

    if (keywords[match->row].place != PLACE_NONE)
        return (enum place_id)keywords[match->row].place;
    return kw ? (enum place_id)kw->place : PLACE_NONE;
}

uint32_t match_param(struct match *match, uint16_t param, const struct word *words, uint32_t count)
{
    const struct sig *sig = sig_at(param);
    uint8_t flags = sig->type == TYPE_SECRET ? ARG_SECRET : 0;
    uint32_t taken;
    bool good;

    if (words[0].flags & WORD_SPLIT) /* how many words it is shows at run time */
        return match_unchecked(match, words, count);
    match->lang->place = place_of(match);
    taken = value_parse(match->lang, sig, words, count, &good);
    if (!good && sig->type != TYPE_DEF) /* a name of the wrong letters is still what others mean by it */
        flags |= ARG_POISON;
    for (uint32_t i = 0; i < taken; i++)
        add_word(match, param, &words[i], flags);
    return taken;
}

/* The length of an option's name: up to the parenthesis of its arguments. */
static uint32_t name_len(const struct word *word)
{
    const char *paren = memchr(word->text, '(', word->len);

    return paren ? (uint32_t)(paren - word->text) : word->len;
}

/* Options whose name is several words are joined with one blank each. */
static const struct keyword *find_joined(const struct lang *lang, enum context_id context, const struct word *words,
                                         uint32_t count, uint32_t *taken)
{
    char name[128];
    uint32_t len = 0;
    const struct keyword *found = NULL;

    for (uint32_t i = 0; i < count && i < 4; i++) {
        uint32_t word_len = name_len(&words[i]); /* http-check set-var(check.x) */
        const struct keyword *kw;

        if (words[i].flags & WORD_ENV || len + word_len + 1 >= sizeof(name))
            break;
        if (i)
            name[len++] = ' ';
        memcpy(name + len, words[i].text, word_len);
        len += word_len;
        kw = keyword_find(context, name, len, lang->version, NULL);
        if (kw && (kw->paren || word_len == words[i].len)) {
            found = kw;
            *taken = i + 1;
        }
        if (!keyword_is_group(context, name, len))
            break;
    }
    return found;
}

const struct keyword *match_row(const struct lang *lang, enum context_id context, const struct word *words,
                                uint32_t count, uint32_t *taken, const struct keyword **other)
{
    uint32_t len = name_len(&words[0]);
    const struct keyword *kw, *joined;

    *taken = 1;
    if (other)
        *other = NULL;
    if (words[0].flags & WORD_ENV)
        return NULL;
    kw = keyword_find(context, words[0].text, len, lang->version, other);
    if (kw && len < words[0].len && !kw->paren)
        kw = NULL; /* `check(1)`: the option takes no arguments */
    if (!kw)
        kw = keyword_find_prefix(context, words[0].text, words[0].len, lang->version);
    if (count > 1 && keyword_is_group(context, words[0].text, words[0].len) &&
        (joined = find_joined(lang, context, words, count, taken)))
        return joined;
    *taken = 1;
    return kw;
}

/* `set-retries` in a frontend: the action is HAProxy's, but needs what the section is not. */
static bool wrong_proxy(struct match *match, const struct keyword *row, const struct word *word)
{
    struct buf places;

    buf_init_in(&places, match->lang->arena);
    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (contexts[i].proxy != PROXY_NONE && row->proxies & 1u << contexts[i].proxy)
            buf_printf(&places, "%s%s", places.len ? ", " : "it may stand in ", contexts[i].name);
    return diag_add(match->lang->diags, RULE_WRONG_SECTION, word->at, buf_text(&places),
                    "'%s' cannot stand in a %s section", row->name, contexts[match->lang->context].name);
}

bool match_head(struct match *match, const struct keyword *row, const struct word *word)
{
    bool good = true;

    match->row = (uint16_t)(row - keywords);
    if (row->proxies && !(row->proxies & 1u << contexts[match->lang->context].proxy))
        good = wrong_proxy(match, row, word);
    if (row->paren && sig_at(row->paren)->kind != SIG_SEQUENCE)
        good = paren_parse(match->lang, row->paren, word) && good;
    if (row->counter != NO_COUNTER)
        counter_check(match->lang, row->counter, word->at);
    if (row->expose)
        lang_exposed(match->lang, row->expose, word->at, row->name);
    if (row->repeat == REPEAT_ONCE || row->group || row->exclude || row->require || row->hook || row->flags & KW_OWN)
        match->recheck = true;
    add_word(match, 0, word, ARG_HEAD);
    return good;
}

/* Whether the word is one that a following sequence begins with. */
static bool begins_follow(const struct match *match, const struct follow *follow, const struct word *words,
                          uint32_t count)
{
    for (; follow; follow = follow->up) {
        for (uint16_t at = follow->at; at; at = sig_at(at)->next) {
            const struct sig *sig = sig_at(at);
            const struct sig *head = sig->kind == SIG_OPTIONAL || sig->kind == SIG_REPEAT ? sig_at(sig->first) : sig;
            bool open = head->kind == SIG_PARAM && !types[head->type].predictive;

            if (!open && can_begin(match, at, words, count, NULL))
                return true;
            if (follow->again)
                break;
            if (sig->kind != SIG_OPTIONAL)
                return false;
        }
    }
    return false;
}

static bool word_begins(const struct sig *sig, const struct word *word)
{
    size_t len = strlen(sig->text);

    if (word->flags & WORD_ENV)
        return false;
    if (sig->paren)
        return word->len > len && memcmp(word->text, sig->text, len) == 0 && word->text[len] == '(';
    return word->len == len && memcmp(word->text, sig->text, len) == 0;
}

static bool can_begin(const struct match *match, uint16_t at, const struct word *words, uint32_t count,
                      const struct follow *follow)
{
    const struct sig *sig = sig_at(at);
    uint32_t taken;

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
        return word_begins(sig, &words[0]);
    case SIG_PARAM:
        if (words[0].flags & (WORD_ENV | WORD_POISON))
            return true;
        if (types[sig->type].predictive)
            return type_accepts(match->lang, sig, &words[0]);
        return !begins_follow(match, follow, words, count);
    case SIG_CONTEXT:
        return match_row(match->lang, (enum context_id)sig->context, words, count, &taken, NULL) != NULL;
    case SIG_OPTIONAL:
    case SIG_REPEAT:
    case SIG_SEQUENCE:
        return sig->first && can_begin(match, sig->first, words, count, follow);
    case SIG_CHOICE:
        for (uint16_t alt = sig->first; alt; alt = sig_at(alt)->next)
            if (can_begin(match, alt, words, count, follow))
                return true;
        return false;
    }
    return false;
}

static uint32_t match_context(struct match *match, const struct sig *sig, const struct word *words, uint32_t count,
                              const struct follow *follow)
{
    const struct keyword *other, *row;
    uint16_t outer = match->row;
    uint32_t taken;

    row = match_row(match->lang, (enum context_id)sig->context, words, count, &taken, &other);
    if (!row && words[0].flags & WORD_ENV) /* which option it is shows at run time */
        return match_unchecked(match, words, count);
    if (!row) {
        match_unknown(match, (enum context_id)sig->context, &words[0], other);
        return count;
    }
    if (!match_head(match, row, &words[0]))
        match->failed = true;
    for (uint32_t i = 1; i < taken; i++)
        add_word(match, 0, &words[i], 0);
    if (row->sig)
        taken += match_sequence(match, row->sig, words + taken, count - taken, follow);
    match->row = outer;
    return taken;
}

static uint32_t match_word(struct match *match, uint16_t at, const struct word *words, uint32_t count)
{
    const struct sig *sig = sig_at(at);

    if (words[0].flags & WORD_ENV)
        return match_unchecked(match, words, count);
    if (!word_begins(sig, &words[0])) {
        match_unexpected(match, &words[0], at);
        return 1;
    }
    if (sig->paren && !paren_parse(match->lang, sig->paren, &words[0]))
        match->failed = true;
    add_word(match, at, &words[0], 0);
    return 1;
}

static uint32_t match_choice(struct match *match, uint16_t at, const struct word *words, uint32_t count,
                             const struct follow *follow)
{
    bool may_be_empty = false;

    for (uint16_t alt = sig_at(at)->first; alt; alt = sig_at(alt)->next) {
        if (!sig_at(alt)->first)
            may_be_empty = true;
        else if (can_begin(match, alt, words, count, follow))
            return match_sequence(match, sig_at(alt)->first, words, count, follow);
    }
    if (may_be_empty)
        return 0;
    if (words[0].flags & WORD_ENV) /* which alternative it is shows at run time */
        return match_unchecked(match, words, count);
    match_unexpected(match, &words[0], at);
    return count;
}

/* How many words an option takes that is likely what an unknown word was meant to be; -1: nobody knows. */
static int likely_words(const struct match *match, enum context_id context, const struct word *word)
{
    const char *near = word->len > 3 ? keyword_suggest(context, word->text, word->len, match->lang->version) : NULL;
    const struct keyword *row = near ? keyword_find(context, near, strlen(near), match->lang->version, NULL) : NULL;

    if (!row)
        return -1;
    if (!row->sig)
        return 0;
    return sig_at(row->sig)->kind == SIG_PARAM && !sig_at(row->sig)->next ? 1 : -1;
}

/* The options behind an unknown one are still looked at: skips to the next word that is a row, or looks like one. */
static uint32_t skip_unknown(struct match *match, const struct sig *item, const struct word *words, uint32_t count,
                             const struct follow *follow)
{
    enum context_id context = (enum context_id)item->context;
    int likely = likely_words(match, context, &words[0]);
    uint32_t i = 1, taken;

    if (likely >= 0)
        return 1 + (uint32_t)likely > count ? count : 1 + (uint32_t)likely;
    while (i < count && !match_row(match->lang, context, words + i, count - i, &taken, NULL) &&
           !begins_follow(match, follow, words + i, count - i) && likely_words(match, context, &words[i]) < 0)
        i++;
    return i;
}

static bool follow_takes(const struct match *match, const struct follow *follow, const struct word *words,
                         uint32_t count)
{
    for (; follow; follow = follow->up)
        for (uint16_t at = follow->at; at; at = sig_at(at)->next) {
            if (can_begin(match, at, words, count, NULL))
                return true;
            if (follow->again)
                break;
            if (sig_at(at)->kind != SIG_OPTIONAL)
                return false;
        }
    return false;
}

static uint32_t match_repeat(struct match *match, uint16_t at, const struct word *words, uint32_t count,
                             const struct follow *follow)
{
    const struct sig *item = sig_at(sig_at(at)->first);
    struct follow again = {at, follow, true}; /* what an option takes ends where the next one begins */
    uint32_t i = 0;
    bool failed = match->failed;

    while (i < count && !match->unchecked) {
        if (can_begin(match, sig_at(at)->first, words + i, count - i, follow)) {
            match->failed = false;
            i += match_sequence(match, sig_at(at)->first, words + i, count - i,
                                item->kind == SIG_CONTEXT ? &again : follow);
        } else if (item->kind == SIG_CONTEXT && !follow_takes(match, follow, words + i, count - i)) {
            uint32_t taken = match_context(match, item, words + i, count - i, follow);

            i += match->unchecked ? taken : skip_unknown(match, item, words + i, count - i, follow);
        } else {
            break;
        }
        failed = failed || match->failed;
    }
    match->failed = failed;
    if (!i && count)
        match_unexpected(match, &words[0], at);
    return i;
}

static uint32_t match_node(struct match *match, uint16_t at, const struct word *words, uint32_t count,
                           const struct follow *follow)
{
    const struct sig *sig = sig_at(at);

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
        return match_word(match, at, words, count);
    case SIG_PARAM:
        return match_param(match, at, words, count);
    case SIG_CONTEXT:
        return match_context(match, sig, words, count, follow);
    case SIG_CHOICE:
        return match_choice(match, at, words, count, follow);
    case SIG_REPEAT:
        return match_repeat(match, at, words, count, follow);
    case SIG_OPTIONAL:
    case SIG_SEQUENCE:
        return sig->first ? match_sequence(match, sig->first, words, count, follow) : 0;
    }
    return 0;
}

static void note_skipped(struct match *match, uint16_t at, const struct word *word)
{
    if (match->skipped_at != word)
        match->skipped_count = 0;
    match->skipped_at = word;
    if (match->skipped_count < sizeof(match->skipped) / sizeof(*match->skipped))
        match->skipped[match->skipped_count++] = at;
}

uint32_t match_sequence(struct match *match, uint16_t at, const struct word *words, uint32_t count,
                        const struct follow *up)
{
    uint32_t i = 0;

    for (; at && !match->failed && !match->unchecked; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);
        struct follow follow = {sig->next, up, false};

        if (i >= count) {
            if (sig_may_be_empty(at))
                break;
            if (sig->kind == SIG_OPTIONAL)
                continue;
            match_missing(match, at);
            break;
        }
        if (sig->kind == SIG_OPTIONAL && !can_begin(match, sig->first, words + i, count - i, &follow)) {
            const struct sig *inner = sig_at(sig->first);

            /* `[@server...]` at an unknown word: let it say what is wrong, if nothing later takes it */
            if (inner->kind == SIG_REPEAT)
                inner = sig_at(inner->first);
            if (inner->kind != SIG_CONTEXT || inner->context == CONTEXT_COND ||
                follow_takes(match, &follow, words + i, count - i)) {
                note_skipped(match, sig->first, &words[i]);
                continue;
            }
        }
        i += match_node(match, at, words + i, count - i, &follow);
    }
    return i;
}

uint32_t match_single(struct match *match, uint16_t at, const struct word *words, uint32_t count)
{
    if (count)
        return match_node(match, at, words, count, NULL);
    match_missing(match, at);
    return 0;
}

/* The keyword, or the option that stands last, where HAProxy passes over what is behind it; NULL: neither. */
static const struct keyword *find_ignoring(const struct match *match, const struct keyword *kw)
{
    uint32_t last = match->count;

    while (last > 0 && !(match->args[last - 1].flags & ARG_HEAD))
        last--;
    if (match->lang->version < (enum hap_version)kw->ignores)
        return kw;
    kw = &keywords[last ? match->args[last - 1].row : 0];
    return match->lang->version < (enum hap_version)kw->ignores ? kw : NULL;
}

/* Whether a fixed word could stand there: HAProxy looks at that, and passes over what follows. */
static bool stands_for_word(const struct match *match, const struct word *word)
{
    for (uint32_t i = 0; match->skipped_at == word && i < match->skipped_count; i++)
        if (sig_at(match->skipped[i])->kind == SIG_WORD)
            return true;
    return false;
}

bool match_ignored(struct match *match, const struct keyword *kw, const struct word *words, uint32_t count)
{
    if (match->failed || stands_for_word(match, words) || !(kw = find_ignoring(match, kw)))
        return false;
    diag_add(match->lang->diags, RULE_IGNORED_TEXT, words[0].at,
             count > 1 ? "remove it, and what follows" : "remove it",
             "HAProxy passes over '%.*s': it is behind the last argument of '%s'", WORD_ARGS(&words[0]), kw->name);
    diag_fix(match->lang->diags, words_span(words, count), "");
    for (uint32_t i = 0; i < count; i++)
        add_word(match, 0, &words[i], ARG_IGNORED);
    return true;
}

bool match_words(struct match *match, const struct keyword *kw, const struct word *words, uint32_t count)
{
    uint32_t taken = match_sequence(match, kw->sig, words, count, NULL);

    if (taken < count && words[taken].flags & WORD_ENV) /* it may be empty at run time, and end the line */
        match_unchecked(match, words + taken, count - taken);
    else if (taken < count && !match_ignored(match, kw, words + taken, count - taken))
        match_extra(match, &words[taken]);
    return match_finish(match, kw);
}
