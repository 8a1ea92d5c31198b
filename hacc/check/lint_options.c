/* The options of servers as they are in force: those of the line, over those of default-server. */
#include "hacc/check/lint.h"

#include <string.h>

/* What an option is for the server at hand. */
struct lint_option {
    uint32_t own_in, base_in; /* by which server, and in which section, it was set last */
    const struct arg *own;    /* NULL: undone */
    const struct arg *base;   /* the same by default-server */
    const struct arg *told;   /* the base of which something was said last */
};

static struct lint_option *option_of(const struct lint *lint, enum keyword_id id)
{
    return &lint->options.at[id];
}

/* Notes which options undo which: 'no-check' undoes 'check'. */
static void note_negations(struct lint *lint)
{
    const struct context *context = &contexts[CONTEXT_SERVER];
    enum hap_version version = lint->config->lang.version;

    lint->options.undoes = arena_zalloc(lint->config->arena, KW_COUNT * sizeof(*lint->options.undoes));
    for (unsigned i = 0; i < context->row_count; i++) {
        const struct keyword *kw = &keywords[context->rows[i]], *other = NULL;

        if (kw->negation)
            other = keyword_find(CONTEXT_SERVER, kw->negation, strlen(kw->negation), version, NULL);
        if (other) {
            lint->options.undoes[kw->id] = other->id;
            lint->options.undoes[other->id] = kw->id;
        }
    }
}

static void set(struct lint *lint, bool own, enum keyword_id id, const struct arg *arg)
{
    struct lint_option *option = option_of(lint, id);

    if (own) {
        option->own_in = lint->options.server;
        option->own = arg;
    } else {
        option->base_in = lint->number;
        option->base = arg;
    }
}

static void take_options(struct lint *lint, const struct directive *line, bool own)
{
    for (uint32_t i = 0; i < line->arg_count; i++) {
        const struct arg *arg = &line->args[i];

        if (arg->flags & ARG_HEAD) {
            enum keyword_id id = (enum keyword_id)keywords[arg->row].id;

            set(lint, own, id, arg);
            if (lint->options.undoes[id])
                set(lint, own, (enum keyword_id)lint->options.undoes[id], NULL);
        } else if (!arg->row && !arg->sig) { /* not checked: a variable's value may be any option */
            if (own)
                lint->options.unsure = true;
            else
                lint->options.base_unsure = true;
        }
    }
}

void lint_options_default(struct lint *lint, const struct directive *line)
{
    take_options(lint, line, false);
}

static void take_defaults(struct lint *lint, const struct section *defaults, int depth)
{
    if (defaults->from && lint_defaults_of(lint, defaults) && depth < LINT_DEFAULTS_DEPTH)
        take_defaults(lint, lint_defaults_of(lint, defaults), depth + 1);
    for (const struct directive *d = defaults->first; d; d = d->next)
        if (d->kw->id == KW_DEFAULTS_DEFAULT_SERVER)
            lint_options_default(lint, d);
}

void lint_options_begin(struct lint *lint)
{
    if (!lint->options.at) {
        lint->options.at = arena_zalloc(lint->config->arena, KW_COUNT * sizeof(*lint->options.at));
        note_negations(lint);
    }
    lint->options.base_unsure = false;
    if (lint->defaults)
        take_defaults(lint, lint->defaults, 0);
}

void lint_options_server(struct lint *lint, const struct directive *server)
{
    lint->options.server++;
    lint->options.unsure = lint->options.base_unsure;
    take_options(lint, server, true);
}

const struct arg *lint_option(const struct lint *lint, enum keyword_id id)
{
    const struct lint_option *option = option_of(lint, id);

    if (option->own_in == lint->options.server)
        return option->own;
    return option->base_in == lint->number ? option->base : NULL;
}

const struct arg *lint_option_value(const struct lint *lint, enum keyword_id id)
{
    const struct arg *option = lint_option(lint, id);

    return option ? option + 1 : NULL;
}

bool lint_option_is_own(const struct lint *lint, enum keyword_id id)
{
    return lint_option(lint, id) && option_of(lint, id)->own_in == lint->options.server;
}

bool lint_option_is_new(struct lint *lint, enum keyword_id id)
{
    struct lint_option *option = option_of(lint, id);

    if (lint_option_is_own(lint, id))
        return true;
    if (option->told == option->base)
        return false;
    option->told = option->base;
    return true;
}
