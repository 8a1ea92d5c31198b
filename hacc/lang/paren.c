#include "hacc/lang/paren.h"

#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

#include <stdio.h>

/* More arguments than any signature has: acl() takes 12. */
#define PIECES_MAX 64

struct paren {
    struct lang *lang;
    enum rule_id rule;
    struct word name;
    struct span at; /* name and arguments, for what is missing */
    struct word pieces[PIECES_MAX];
    bool bare;    /* the name stands without parentheses */
    bool literal; /* they are a keyword's: quotes are bytes like others. An expression's may be quoted */
    uint32_t count;
    bool good;
};

static bool is_quoting(char c)
{
    return c == '"' || c == '\'' || c == '\\';
}

/* Finds the end of one argument: the ',' or ')' outside quotes. Gives false where the text ends first. A
 * backslash hides a backslash, a blank or a quote, as HAProxy has it; not a comma, not a parenthesis. `literal`: of
 * struct paren. */
static bool piece_end(const struct word *word, bool literal, uint32_t from, uint32_t *end, bool *quoted)
{
    char quote = 0;
    uint32_t i = from;

    *quoted = false;
    for (; i < word->len; i++) {
        char c = word->text[i];

        if (!quote && (c == ',' || c == ')'))
            break;
        if (literal || !is_quoting(c))
            continue;
        *quoted = true;
        if (c == '\\' && quote != '\'') {
            if (i + 1 < word->len && (is_quoting(word->text[i + 1]) || word->text[i + 1] == ' '))
                i++;
        } else if (c == quote) {
            quote = 0;
        } else if (!quote && c != '\\') {
            quote = c;
        }
    }
    *end = i < word->len ? i : word->len;
    return i < word->len;
}

/* The argument without its quotes and backslashes. */
static struct word piece_decode(struct lang *lang, const struct word *word, uint32_t from, uint32_t end)
{
    struct word piece = word_part(word, from, end - from);
    char *out = arena_alloc(lang->arena, end - from + 1);
    char quote = 0;

    piece.text = out;
    piece.len = 0;
    piece.skew = WORD_SKEWED;
    for (uint32_t i = from; i < end; i++) {
        char c = word->text[i];

        if (c == '\\' && quote != '\'' && i + 1 < end && (is_quoting(word->text[i + 1]) || word->text[i + 1] == ' ')) {
            out[piece.len++] = word->text[++i];
        } else if (c == quote) {
            quote = 0;
        } else if (!quote && (c == '"' || c == '\'')) {
            quote = c;
        } else {
            out[piece.len++] = c;
        }
    }
    return piece;
}

static bool split_fault(struct paren *paren, const struct word *word, uint32_t open)
{
    const char *rest = word->text + open;
    uint32_t len = word->len - open;
    const char *help =
        "an argument that holds ',' or ')' is quoted, and a word that holds blanks or quotes as a whole too";

    return lang_fault(paren->lang, paren->rule, word_span(word, open, 1), paren->literal ? NULL : help,
                      !paren->literal && (memchr(rest, '"', len) || memchr(rest, '\'', len))
                          ? "the arguments of '%.*s' have a quote or '(' that is not closed"
                          : "the '(' of '%.*s' is not closed",
                      WORD_ARGS(&paren->name));
}

static bool paren_split(struct paren *paren, const struct word *word, uint32_t open, uint32_t *end)
{
    uint32_t from = open + 1, stop;
    bool quoted;

    *end = word->len;
    for (;; from = stop + 1) {
        if (!piece_end(word, paren->literal, from, &stop, &quoted))
            return split_fault(paren, word, open);
        if (paren->count < PIECES_MAX)
            paren->pieces[paren->count++] =
                quoted ? piece_decode(paren->lang, word, from, stop) : word_part(word, from, stop - from);
        if (word->text[stop] == ')')
            break;
    }
    *end = stop + 1;
    if (paren->count == 1 && !paren->pieces[0].len)
        paren->count = 0;
    return true;
}

/* Text that may be empty. HAProxy takes it so: `map(/f,)`, `add()`; what it makes of it, it decides by keyword. */
static bool empty_passes(const struct sig *param)
{
    switch (param->type) {
    case TYPE_STR:
        return param->min <= 0;
    case TYPE_REGEX:
    case TYPE_FMT:
    case TYPE_SECRET:
        return true;
    default:
        return false;
    }
}

static bool paren_missing(struct paren *paren, const struct sig *param, struct span at)
{
    paren->good = false;
    return lang_fault(paren->lang, RULE_MISSING_ARGUMENT, at, types[param->type].doc, "'%.*s' lacks its argument '%s'",
                      WORD_ARGS(&paren->name), param->text);
}

/* Whether an empty argument names the thing of the section itself: its table, or what it is. */
static bool names_own(const struct paren *paren, const struct sig *param)
{
    if (param->type == TYPE_OWN)
        return true;
    return param->type == TYPE_REF && param->arg == SYMBOL_TABLE && !paren->bare; /* sc0_conn_cur(), sc_conn_cur(0,) */
}

static void note_own(struct paren *paren, const struct sig *param)
{
    lang_ref(paren->lang, (enum symbol_kind)param->arg, "", 0, paren->at);
}

/* Whether an empty argument is none: where HAProxy looks for a word of its own, a name, or the address that a map gives
 * otherwise, `fc_rtt` is not `fc_rtt()`, nor `date(1)` `date(1,)`. Between those of an action it passes over empty
 * conditions, between a converter's it does not. */
static bool must_be_filled(const struct paren *paren, const struct sig *param, bool optional)
{
    if (!optional)
        return !empty_passes(param) || (param->type == TYPE_STR && param->min > 0);
    if (param->type == TYPE_COND || param->type == TYPE_VAR_CONDITION)
        return !paren->literal;
    return !paren->bare &&
           ((param->type == TYPE_STR && param->min > 0) || param->type == TYPE_EPOCH_UNIT ||
            param->type == TYPE_RTT_UNIT || param->type == TYPE_IP || param->type == TYPE_PROTOBUF_TYPE);
}

static void match_param_piece(struct paren *paren, const struct sig *param, uint32_t at, bool optional)
{
    const struct word *piece = &paren->pieces[at];
    bool good = true;

    if (!piece->len) {
        /* an empty number ends what HAProxy takes: `ssl_c_s_dn(CN,)`, and not `ssl_c_s_dn(CN,,rfc2253)` */
        bool ends = param->type == TYPE_INT && at + 1 < paren->count;

        if (names_own(paren, param))
            note_own(paren, param);
        else if (ends || must_be_filled(paren, param, optional))
            paren_missing(paren, param, paren->at);
        return;
    }
    value_parse(paren->lang, param, piece, 1, &good);
    paren->good &= good;
}

static bool piece_begins(struct paren *paren, uint16_t node, const struct word *piece)
{
    const struct sig *sig = sig_at(node);

    switch ((enum sig_kind)sig->kind) {
    case SIG_WORD:
        return word_is(piece, sig->text);
    case SIG_PARAM:
        return type_accepts(paren->lang, sig, piece);
    case SIG_CONTEXT:
        return keyword_find((enum context_id)sig->context, piece->text, piece->len, paren->lang->version, NULL) != NULL;
    case SIG_OPTIONAL:
    case SIG_REPEAT:
    case SIG_SEQUENCE:
        return !sig->first || piece_begins(paren, sig->first, piece);
    case SIG_CHOICE:
        for (uint16_t one = sig->first; one; one = sig_at(one)->next)
            if (piece_begins(paren, one, piece))
                return true;
        return false;
    }
    return false;
}

static void expected_list(const struct sig *choice, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "one of:");

    for (uint16_t one = choice->first; one && at < size; one = sig_at(one)->next) {
        const struct sig *first = sig_at(sig_at(one)->first);

        if (sig_at(one)->first)
            at += (size_t)snprintf(out + at, size - at, first->kind == SIG_WORD ? " %s" : " <%s>",
                                   first->text ? first->text : "");
    }
}

static bool piece_fault(struct paren *paren, const struct sig *wanted, const struct word *piece)
{
    char help[300];

    paren->good = false;
    help[0] = '\0';
    if (wanted->kind == SIG_WORD)
        snprintf(help, sizeof(help), "expected '%s'", wanted->text);
    else if (wanted->kind == SIG_CHOICE)
        expected_list(wanted, help, sizeof(help));
    return lang_fault(paren->lang, paren->rule, piece->at, *help ? help : NULL, "'%.*s' is not an argument of '%.*s'",
                      WORD_ARGS(piece), WORD_ARGS(&paren->name));
}

/* The first value that must stand but has no argument left. */
static const struct sig *first_needed(const struct sig *sig)
{
    if (sig->kind == SIG_PARAM)
        return sig;
    if (sig->kind == SIG_SEQUENCE || sig->kind == SIG_REPEAT || sig->kind == SIG_CHOICE)
        return sig->first ? first_needed(sig_at(sig->first)) : NULL;
    return NULL;
}

static uint32_t match_sequence(struct paren *paren, uint16_t node, uint32_t at, bool optional);

/* The name that a choice is where it is none of its words: HAProxy looks it up even if it is empty. */
static const struct sig *choice_name(const struct sig *choice)
{
    for (uint16_t one = choice->first; one; one = sig_at(one)->next) {
        const struct sig *first = sig_at(sig_at(one)->first);

        if (sig_at(one)->first && first->kind == SIG_PARAM && first->type == TYPE_REF)
            return first;
    }
    return NULL;
}

static uint32_t match_choice_piece(struct paren *paren, const struct sig *choice, uint32_t at, bool optional)
{
    const struct sig *name = choice_name(choice);
    uint16_t only = 0, params = 0;

    if (!paren->pieces[at].len && optional) {
        if (name && !paren->bare)
            paren_missing(paren, name, paren->at);
        return at + 1;
    }
    if (!paren->pieces[at].len && first_needed(choice)) {
        paren_missing(paren, first_needed(choice), paren->at);
        return at + 1;
    }
    for (uint16_t one = choice->first; one; one = sig_at(one)->next) {
        uint16_t first = sig_at(one)->first;

        if (!first || (paren->pieces[at].len && piece_begins(paren, one, &paren->pieces[at])))
            return match_sequence(paren, first, at, false);
        if (sig_at(first)->kind == SIG_PARAM) {
            only = first;
            params++;
        }
    }
    if (params == 1) /* the parser of the one value there says best what is wrong */
        return match_sequence(paren, only, at, false);
    piece_fault(paren, choice, &paren->pieces[at]);
    return at + 1;
}

/* Whether optional arguments need more than the first of them. */
static bool needs_more(const struct sig *optional)
{
    uint16_t second = sig_at(optional->first)->next;

    return second && first_needed(sig_at(second));
}

/* One node against the arguments from `at`; gives the first that it leaves. */
static uint32_t match_node(struct paren *paren, const struct sig *sig, uint32_t at, bool optional)
{
    switch ((enum sig_kind)sig->kind) {
    case SIG_PARAM:
        match_param_piece(paren, sig, at, optional);
        return at + 1;
    case SIG_WORD:
        if (paren->pieces[at].len && !word_is(&paren->pieces[at], sig->text))
            piece_fault(paren, sig, &paren->pieces[at]);
        return at + 1;
    case SIG_OPTIONAL:
        if (at + 1 == paren->count && !paren->pieces[at].len && needs_more(sig))
            return at + 1; /* left out: be2hex() */
        return match_sequence(paren, sig->first, at, true);
    case SIG_SEQUENCE:
        return match_sequence(paren, sig->first, at, optional);
    case SIG_REPEAT:
        for (; at < paren->count; optional = true)
            at = match_node(paren, sig_at(sig->first), at, optional);
        return at;
    case SIG_CHOICE:
        return match_choice_piece(paren, sig, at, optional);
    case SIG_CONTEXT:
        if (paren->pieces[at].len && !piece_begins(paren, (uint16_t)(sig - sig_nodes), &paren->pieces[at]))
            piece_fault(paren, sig, &paren->pieces[at]);
        return at + 1;
    }
    return at + 1;
}

static uint32_t match_sequence(struct paren *paren, uint16_t node, uint32_t at, bool optional)
{
    for (; node; node = sig_at(node)->next) {
        const struct sig *sig = sig_at(node), *needed;

        if (at < paren->count) {
            at = match_node(paren, sig, at, optional);
            continue;
        }
        if (sig->kind == SIG_OPTIONAL || !(needed = first_needed(sig)))
            continue; /* of optional names only a first one is ever the section's own: see paren_match */
        paren_missing(paren, needed, paren->at);
        return at;
    }
    return at;
}

static void paren_match(struct paren *paren, uint16_t first)
{
    uint32_t used;

    /* the first argument counts as empty where there is none: `srv_conn` is `srv_conn()` */
    if (first && !paren->count) {
        paren->pieces[0] = word_part(&paren->name, paren->name.len, 0);
        paren->pieces[0].at = paren->at;
        paren->count = 1;
    }
    used = match_sequence(paren, first, 0, false);

    if (used >= paren->count || !paren->good)
        return;
    paren->good = lang_fault(paren->lang, paren->rule, paren->pieces[used].at,
                             !first           ? NULL
                             : paren->literal ? "a ',' separates arguments"
                                              : "a ',' separates arguments; quote the argument if it holds one",
                             first ? "'%.*s' takes no more than %u argument%s" : "'%.*s' takes no arguments",
                             WORD_ARGS(&paren->name), used, used == 1 ? "" : "s");
}

uint32_t paren_skip(const struct word *word, uint32_t open)
{
    uint32_t stop, from = open + 1;
    bool quoted;

    if (open >= word->len || word->text[open] != '(')
        return open;
    for (; piece_end(word, false, from, &stop, &quoted); from = stop + 1)
        if (word->text[stop] == ')')
            return stop + 1;
    return word->len;
}

bool paren_parse_at(struct lang *lang, uint16_t first, const struct word *word, uint32_t from, uint32_t open,
                    enum rule_id rule, uint32_t *end)
{
    struct paren paren;

    if (first && sig_at(first)->kind == SIG_SEQUENCE && !sig_at(first)->first)
        first = 0; /* "()": no arguments, said outright */
    paren.lang = lang;
    paren.rule = rule;
    paren.literal = rule == RULE_BAD_VALUE;
    paren.name = word_part(word, from, open - from);
    paren.count = 0;
    paren.good = true;
    paren.bare = open >= word->len || word->text[open] != '(';
    *end = open;
    if (open < word->len && word->text[open] == '(') {
        if (!paren_split(&paren, word, open, end))
            return false;
    } else if (!first) {
        return true;
    }
    paren.at = word_span(word, from, *end - from);
    paren_match(&paren, first);
    return paren.good;
}

bool paren_parse(struct lang *lang, uint16_t first, const struct word *word)
{
    const char *found = memchr(word->text, '(', word->len);
    uint32_t open = found ? (uint32_t)(found - word->text) : word->len, end;

    if (word->flags & (WORD_ENV | WORD_POISON))
        return true;
    if (!paren_parse_at(lang, first, word, 0, open, RULE_BAD_VALUE, &end))
        return false;
    return end == word->len || lang_fault(lang, RULE_BAD_VALUE, word_span(word, end, word->len - end), NULL,
                                          "'%.*s' follows the ')' of '%.*s'", (int)(word->len - end), word->text + end,
                                          (int)open, word->text);
}
