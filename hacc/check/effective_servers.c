/* The options of servers that are in force: those of the line over those of default-server. */
#include "hacc/check/effective.h"

#include <string.h>

bool line_is_server(const struct directive *line)
{
    return directive_is_server(line) || directive_is_peer(line) || line->kw->id == KW_RING_SERVER;
}

/* Options that say what is so without them: they undo what default-server says. */
static bool says_nothing(const struct effective *effective, const struct keyword *kw)
{
    switch ((unsigned)kw->id) {
    case KW_SERVER_ENABLED:
    case KW_SERVER_SSL_REUSE:
    case KW_SERVER_STICK:
    case KW_SERVER_TLS_TICKETS:
        return true;
    default:
        return effective->undoes[kw->id] && !kw->negation;
    }
}

void effective_note_negations(struct effective *effective)
{
    const struct context *context = &contexts[CONTEXT_SERVER];

    effective->undoes = arena_zalloc(effective->arena, KW_COUNT * sizeof(*effective->undoes));
    for (unsigned i = 0; i < context->row_count; i++) {
        const struct keyword *kw = &keywords[context->rows[i]], *other = NULL;

        if (kw->negation)
            other =
                keyword_find(CONTEXT_SERVER, kw->negation, strlen(kw->negation), effective->config->lang.version, NULL);
        if (other) {
            effective->undoes[kw->id] = other->id;
            effective->undoes[other->id] = kw->id;
        }
    }
}

/* Takes out what stands under a keyword. */
static void fold_remove(struct effective *effective, struct option_set *set, uint16_t id)
{
    if (!id || effective->fold_seen[id] != effective->folds)
        return;
    set->at[effective->fold_at[id]].line = NULL;
    effective->fold_seen[id] = 0;
}

static void fold_add(struct effective *effective, struct option_set *set, const struct option *option)
{
    const struct keyword *kw = option->known ? &keywords[option->arg->row] : NULL;

    if (kw) {
        fold_remove(effective, set, effective->undoes[kw->id]);
        if (kw->repeat != REPEAT_MANY)
            fold_remove(effective, set, kw->id);
        if (says_nothing(effective, kw))
            return;
        effective->fold_at[kw->id] = set->count;
        effective->fold_seen[kw->id] = effective->folds;
    }
    set->at[set->count++] = *option;
}

/* Whether the argument is the name of an option of a server, and not of one of its options' own. */
static bool is_option(const struct arg *arg)
{
    return arg->flags & ARG_HEAD && (keyword_is_in(&keywords[arg->row], CONTEXT_SERVER) ||
                                     keyword_is_in(&keywords[arg->row], CONTEXT_DEFAULT_SERVER));
}

uint32_t server_options_at(const struct directive *line)
{
    uint32_t i = 0;

    while (i < line->arg_count && !is_option(&line->args[i]) && (line->args[i].sig || line->args[i].row))
        i++;
    return i;
}

static void fold_line(struct effective *effective, struct option_set *set, const struct directive *line)
{
    uint32_t i = server_options_at(line), end;

    for (; i < line->arg_count; i = end) {
        struct option option = {.line = line, .arg = &line->args[i], .known = is_option(&line->args[i])};

        for (end = i + 1; end < line->arg_count && !is_option(&line->args[end]) &&
                          (!option.known || line->args[end].sig || line->args[end].flags & ARG_HEAD);
             end++)
            ;
        option.count = end - i;
        option.key = words_key(&effective->reader, line->args + i, end - i);
        fold_add(effective, set, &option);
    }
}

/* Puts together in `set`, which has room for all of them, the options of default-server and of a line. */
static void fold(struct effective *effective, struct option_set *set, const struct option_set *base,
                 const struct directive *line)
{
    uint32_t count = 0;

    set->count = 0;
    effective->folds++;
    for (uint32_t i = 0; base && i < base->count; i++)
        fold_add(effective, set, &base->at[i]);
    fold_line(effective, set, line);
    for (uint32_t i = 0; i < set->count; i++)
        if (set->at[i].line)
            set->at[count++] = set->at[i];
    set->count = count;
}

const struct option_set *effective_options(struct effective *effective, const struct option_set *base,
                                           const struct directive *line)
{
    uint32_t most = (base ? base->count : 0) + line->arg_count;
    struct option_set *set = arena_alloc(effective->arena, sizeof(*set));

    set->at = arena_alloc(effective->arena, most * sizeof(*set->at));
    fold(effective, set, base, line);
    return set;
}

const struct option *option_find(const struct option_set *options, enum keyword_id id)
{
    for (uint32_t i = 0; i < options->count; i++)
        if (options->at[i].known && keywords[options->at[i].arg->row].id == id)
            return &options->at[i];
    return NULL;
}

struct key server_key(struct effective *effective, const struct item *item)
{
    struct option_set *options = &effective->scratch;
    struct key key = words_key(&effective->reader, item->line->args, server_options_at(item->line));

    key = key_join(name_key(item->line->kw->id, "", 0), key);
    while (effective->scratch_cap < item->base->count + item->line->arg_count)
        options->at =
            arena_extend(effective->arena, options->at, 0, &effective->scratch_cap, 128, sizeof(*options->at));
    fold(effective, options, item->base, item->line);
    for (uint32_t i = 0; i < options->count; i++)
        key_add(&key, options->at[i].key);
    return key;
}
