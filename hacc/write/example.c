#include "hacc/write/example_parts.h"

#include <string.h>

/* --- the YAML form --- */

static struct example_value *add_value(struct maker *maker, struct example_value *map, const char *key,
                                       enum example_kind kind)
{
    struct example_value *value = arena_zalloc(maker->arena, sizeof(*value));

    value->key = key;
    value->kind = kind;
    value->tail = &value->first;
    if (map) {
        *map->tail = value;
        map->tail = &value->next;
    }
    return value;
}

static void put_word(struct maker *maker, const char *text)
{
    if (maker->words.len && !maker->glued)
        buf_putc(&maker->words, ' ');
    maker->glued = false;
    buf_puts(&maker->words, text);
}

static void add_param(struct maker *maker, const struct sig *sig, const char *key, struct example_value *map)
{
    bool number;
    const char *text = example_of_type(maker, sig, &number);

    put_word(maker, text);
    add_value(maker, map, key, number ? EXAMPLE_NUMBER : EXAMPLE_TEXT)->text = text;
}

/* --- signatures --- */

bool sig_leads_to(uint16_t at, enum context_id context)
{
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        if ((sig->kind == SIG_CONTEXT && sig->context == context) ||
            (sig->kind == SIG_PARAM && sig->type == TYPE_LIST && sig->arg == context))
            return true;
        if (sig_leads_to(sig->first, context) || sig_leads_to(sig->paren, context))
            return true;
    }
    return false;
}

/* Whether what is asked for stands in the sequence. */
static bool is_wanted(const struct maker *maker, uint16_t at)
{
    return maker->path && sig_leads_to(at, maker->path->context);
}

static void add_arguments(struct maker *maker, uint16_t at, struct example_value *map, bool *some)
{
    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        if (sig->kind == SIG_OPTIONAL) {
            continue;
        } else if (sig->kind == SIG_CHOICE) {
            add_arguments(maker, sig_at(sig->first)->first, map, some);
            continue;
        } else if (sig->kind == SIG_REPEAT || sig->kind == SIG_SEQUENCE) {
            add_arguments(maker, sig->first, map, some);
            continue;
        }
        if (*some)
            buf_putc(&maker->words, ',');
        maker->glued = *some = true;
        if (sig->kind == SIG_PARAM) {
            add_param(maker, sig, sig->text, map);
        } else {
            put_word(maker, sig->text);
            add_value(maker, map, sig->text, EXAMPLE_TRUE);
        }
    }
}

/* (arguments) behind a word, unless they can be left out. Gives whether there are any. */
static bool add_paren(struct maker *maker, uint16_t at, struct example_value *map)
{
    size_t before = maker->words.len;
    bool some = false;

    if (!at || sig_may_be_empty(at))
        return false;
    buf_putc(&maker->words, '(');
    maker->glued = true;
    add_arguments(maker, at, map, &some);
    maker->glued = false;
    if (some)
        buf_putc(&maker->words, ')');
    else
        maker->words.len = before; /* of (), which is as good as nothing */
    return some;
}

static void add_sequence(struct maker *maker, uint16_t at, struct example_value *map);

/* What stands under a key: the value itself where it is one word, else a map, or true. */
static struct example_value *add_under(struct maker *maker, const char *key, uint16_t paren, uint16_t at,
                                       struct example_value *map)
{
    struct example_value *under = add_value(maker, NULL, key, EXAMPLE_MAP);

    if (add_paren(maker, paren, under) || !sig_is_one_word(at)) {
        add_sequence(maker, at, under);
        if (!under->first)
            under->kind = EXAMPLE_TRUE;
    } else {
        struct example_value *holder = add_value(maker, NULL, NULL, EXAMPLE_MAP);

        add_param(maker, sig_at(at), key, holder);
        under = holder->first;
    }
    if (map) {
        *map->tail = under;
        map->tail = &under->next;
    }
    return under;
}

static struct example_value *add_row(struct maker *maker, const struct keyword *kw, struct example_value *map)
{
    const char *name = kw->flags & KW_PREFIX ? arena_printf(maker->arena, "%sname1", kw->name) : kw->name;
    const char *const *require = maker->require;
    struct example_value *value;

    put_word(maker, name);
    maker->require = kw->require;
    value = add_under(maker, name, kw->paren, kw->sig, map);
    maker->require = require;
    return value;
}

static bool needs(const struct keyword *kw, const struct keyword *other)
{
    for (const char *const *need = kw ? kw->require : NULL; need && *need; need++)
        if (keyword_fulfils(other, *need))
            return true;
    return false;
}

static bool has_key(const struct example_value *map, const char *name)
{
    for (const struct example_value *value = map->first; value; value = value->next)
        if (value->key && strcmp(value->key, name) == 0)
            return true;
    return false;
}

/* Whether the row `there`, or one that stands in the map, needs the row. */
static bool is_needed(const struct context *ctx, const struct keyword *there, const struct example_value *map,
                      const struct keyword *kw)
{
    bool needed = needs(there, kw);

    for (unsigned i = 0; i < ctx->row_count && !needed; i++)
        needed = has_key(map, keywords[ctx->rows[i]].name) && needs(&keywords[ctx->rows[i]], kw);
    return needed;
}

/* Gives the first row that is what is needed, one that those that stand need too if there is such. */
static const struct keyword *find_required(const struct maker *maker, const struct context *ctx,
                                           const struct keyword *there, const struct example_value *map,
                                           const char *need)
{
    const struct keyword *found = NULL;

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];

        if (maker_has(maker, kw) && keyword_fulfils(kw, need) &&
            (!found || (is_needed(ctx, there, map, kw) && !is_needed(ctx, there, map, found))))
            found = kw;
    }
    return found;
}

/* The rows that the keyword needs, without those that stand already. */
static void add_required(struct maker *maker, enum context_id context, const struct keyword *there,
                         struct example_value *map)
{
    const struct context *ctx = &contexts[context];

    for (const char *const *need = maker->require; need && *need; need++) {
        const struct keyword *kw =
            there && keyword_fulfils(there, *need) ? NULL : find_required(maker, ctx, there, map, *need);

        if (kw && !has_key(map, kw->name))
            add_row(maker, kw, map);
    }
}

const struct keyword *example_first_row(const struct maker *maker, enum context_id context)
{
    const struct context *ctx = &contexts[context];

    for (unsigned i = 0; i < ctx->row_count; i++)
        if (maker_has(maker, &keywords[ctx->rows[i]]) && !keywords[ctx->rows[i]].build)
            return &keywords[ctx->rows[i]];
    return &keywords[ctx->rows[0]];
}

const struct keyword *example_wanted_row(struct maker *maker, enum context_id context)
{
    const struct example_step *step = maker->path;

    if (!step || step->context != context)
        return NULL;
    maker->path = step->next;
    return step->kw;
}

/* The rows of the context that one of its rows needs beside it. */
static void add_beside(struct maker *maker, enum context_id context, const struct keyword *there,
                       struct example_value *map)
{
    const char *const *require = maker->require;

    maker->require = there->require;
    add_required(maker, context, there, map);
    maker->require = require;
}

static void add_context(struct maker *maker, enum context_id context, bool many, struct example_value *map)
{
    const struct keyword *kw = example_wanted_row(maker, context);

    if (!kw && !(many && maker->require))
        kw = example_first_row(maker, context);
    if (many)
        add_required(maker, context, kw, map);
    if (kw)
        add_row(maker, kw, map);
    if (kw && many && kw->require)
        add_beside(maker, context, kw, map);
}

/* The last alternative that leads to what is asked for, which says most beside it, else the first that is not empty,
 * one that is no options alone if there is such. */
static uint16_t chosen(const struct maker *maker, const struct sig *choice)
{
    uint16_t first = 0, wanted = 0;

    for (uint16_t alt = choice->first; alt; alt = sig_at(alt)->next) {
        if (is_wanted(maker, sig_at(alt)->first))
            wanted = sig_at(alt)->first;
        if (!first || sig_at(first)->kind == SIG_REPEAT)
            first = sig_at(alt)->first ? sig_at(alt)->first : first;
    }
    return wanted ? wanted : first;
}

static void add_repeat(struct maker *maker, const struct sig *sig, struct example_value *map)
{
    const struct sig *item = sig_at(sig->first);

    if (item->kind == SIG_CONTEXT)
        add_context(maker, (enum context_id)item->context, true, map);
    else
        add_sequence(maker, sig->first, map);
}

static void add_sequence(struct maker *maker, uint16_t at, struct example_value *map)
{
    size_t begin = maker->words.len;

    for (; at; at = sig_at(at)->next) {
        const struct sig *sig = sig_at(at);

        switch ((enum sig_kind)sig->kind) {
        case SIG_WORD:
            put_word(maker, sig->text);
            if (sig_is_one_word(sig->next) || (sig->paren && !sig_may_be_empty(sig->paren))) {
                add_under(maker, sig->text, sig->paren, sig->next, map);
                return;
            }
            add_value(maker, map, sig->text, EXAMPLE_TRUE);
            break;
        case SIG_PARAM:
            add_param(maker, sig, sig->text, map);
            break;
        case SIG_OPTIONAL:
            if (is_wanted(maker, sig->first) || (maker->words.len == begin && sig_may_be_empty(sig->next)))
                add_sequence(maker, sig->first, map);
            break;
        case SIG_SEQUENCE:
            add_sequence(maker, sig->first, map);
            break;
        case SIG_CHOICE:
            add_sequence(maker, chosen(maker, sig), map);
            break;
        case SIG_CONTEXT:
            add_context(maker, (enum context_id)sig->context, false, map);
            break;
        case SIG_REPEAT:
            add_repeat(maker, sig, map);
            break;
        }
    }
}

/* --- the line --- */

/* The value under the key of a keyword whose first parameter is a name: {NAME: …}. */
static struct example_value *add_named(struct maker *maker, const struct keyword *kw)
{
    struct example_value *names = add_value(maker, NULL, kw->name, EXAMPLE_MAP);
    bool number;
    const char *name = example_of_type(maker, sig_at(kw->sig), &number);

    put_word(maker, name);
    add_under(maker, name, 0, sig_at(kw->sig)->next, names);
    return names;
}

static void make(struct example *example, struct maker *maker, const struct keyword *kw)
{
    size_t len;

    if (kw->named) {
        put_word(maker, kw->name);
        maker->require = kw->require;
        example->value = add_named(maker, kw);
    } else {
        example->value = add_row(maker, kw, NULL);
    }
    example->literal = sig_is_one_word(kw->sig) && !kw->paren;
    len = strlen(kw->name) + (kw->flags & KW_PREFIX ? strlen("name1") : 0);
    buf_putc(&maker->words, ' ');
    example->words = buf_text(&maker->words);
    while (example->words[len] != ' ' && example->words[len])
        len++; /* the arguments; none of them has a blank */
    example->key = arena_strndup(maker->arena, example->words, len);
    example->words = arena_strndup(maker->arena, example->words + len + 1,
                                   maker->words.len > len + 1 ? maker->words.len - len - 2 : 0);
}

void example_make_row(struct example *example, struct arena *arena, const struct keyword *kw, enum hap_version version)
{
    struct maker maker = {.arena = arena, .version = version};

    buf_init_in(&maker.words, arena);
    *example = (struct example){.section = CONTEXT_NONE};
    make(example, &maker, kw);
}

void example_make(struct example *example, struct arena *arena, enum context_id context, const struct keyword *kw,
                  enum hap_version version)
{
    struct maker maker = {.arena = arena, .version = version};
    const struct example_step *path = example_path(&maker, context, kw);

    buf_init_in(&maker.words, arena);
    *example = (struct example){.section = path->context == CONTEXT_NONE ? CONTEXT_NONE : example_home(path)};
    maker.path = path->next;
    make(example, &maker, path->kw);
}
