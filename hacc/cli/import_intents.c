/* Guesses are expanded by the front itself, in a document of their own; what an intent writes there is looked for in
 * the configuration. Then the whole configuration is written with all that was found, read again and compared: what
 * does not come back as it was is dropped. */
#include "hacc/cli/import_intents.h"

#include "hacc/read/from_yaml.h"

#include <string.h>

/* Writings of the whole, each with fewer intents than the one before. */
enum { ATTEMPTS = 8 };

/* --- finding --- */

/* One section a guess. */
static void write_guesses(const struct intent_guess *guess, struct buf *out)
{
    uint32_t number = 0;

    buf_puts(out, "- global: {}\n"); /* an intent that needs one makes none */
    for (; guess; guess = guess->next) {
        const struct context *ctx = &contexts[guess->section->context];

        if (guess->section->context == CONTEXT_GLOBAL)
            buf_printf(out, "- %s: {hacc: {%s: %s}}\n", ctx->name, guess->name, guess->yaml);
        else
            buf_printf(out, "- %s guess%u: {mode: http, hacc: {%s: %s}}\n", ctx->name, number++, guess->name,
                       guess->yaml);
    }
}

static void add_line(struct compilation *c, struct found_intent *found, struct section *section,
                     struct directive *directive)
{
    struct found_line *line = arena_alloc(&c->arena, sizeof(*line));

    *line = (struct found_line){found->lines, section, directive};
    found->lines = line;
    directive->intent = found->text.name;
}

static bool is_free(const struct directive *directive)
{
    return !directive->intent && !directive->comments && !directive->trailing;
}

/* Takes back what was found. */
static void release(struct found_intent *found)
{
    for (struct found_line *line = found->lines; line; line = line->next)
        line->directive->intent = NULL;
    found->lines = NULL;
}

/* Finds each line that the guess has become. */
static bool find_lines(struct compilation *c, struct found_intent *found, const struct section *expanded)
{
    struct section *section = found->guess->section;

    for (const struct directive *made = expanded->first; made; made = made->next) {
        struct directive *line = section->first;

        if (!made->intent || strcmp(made->intent, found->text.name) != 0)
            continue;
        while (line && !(is_free(line) && readback_same(line, made)))
            line = line->next;
        if (!line)
            return false;
        add_line(c, found, section, line);
    }
    return found->lines != NULL;
}

/* `log global` is what journald writes where requests are logged by nothing else. */
static void find_log_global(struct compilation *c, struct found_intent *found)
{
    for (struct section *section = c->config.first; section; section = section->next) {
        struct directive *log = NULL;
        uint32_t count = 0;
        bool dots = false;

        for (struct directive *d = section->first; d; d = d->next) {
            dots |= directive_is_dot(d);
            if (d->kw->id != KW_DEFAULTS_LOG)
                continue;
            log = d;
            count++;
        }
        if (count == 1 && !dots && is_free(log) && log->form == FORM_PLAIN && log->arg_count == 1 &&
            (section->context == CONTEXT_DEFAULTS || (section_sides(section) && !section->defaults)))
            add_line(c, found, section, log);
    }
}

/* Whether the intent reads better than its lines. */
static bool is_worth_it(const struct found_intent *found)
{
    bool single = !found->lines->next;

    return !single || found->lines->directive->kw->id != KW_GLOBAL_LOG;
}

static struct found_intent *try_guess(struct compilation *c, const struct intent_guess *guess,
                                      const struct section *expanded)
{
    struct found_intent *found = arena_zalloc(&c->arena, sizeof(*found));

    found->guess = guess;
    found->text = (struct intent_text){NULL, guess->name, guess->yaml};
    if (expanded->poison || !find_lines(c, found, expanded)) {
        release(found);
        return NULL;
    }
    for (const struct found_line *line = found->lines; line; line = line->next) {
        if (line->directive->kw->id == KW_GLOBAL_LOG) {
            find_log_global(c, found);
            break;
        }
        found->strips |=
            line->directive->kw->id == KW_DEFAULTS_COOKIE && !directive_option(line->directive, KW_COOKIE_DYNAMIC);
    }
    if (is_worth_it(found))
        return found;
    release(found);
    return NULL;
}

struct found_intent *intents_find(struct compilation *c)
{
    const struct intent_guess *guess = intent_guesses(&c->config), *last = NULL;
    struct found_intent *first = NULL, **tail = &first;
    const struct section *expanded;
    struct readback *again = arena_zalloc(&c->arena, sizeof(*again));
    struct buf out;

    if (!guess)
        return NULL;
    buf_init_in(&out, &c->arena);
    write_guesses(guess, &out);
    readback_read(again, c, &out);
    expanded = readback_section(again->copy.first);
    for (; guess && expanded && (expanded = expanded->next); guess = guess->next) {
        if (last && last->section == guess->section && strcmp(last->name, guess->name) == 0)
            continue; /* a shorter one was right */
        if ((*tail = try_guess(c, guess, expanded))) {
            last = guess;
            tail = &(*tail)->next;
        }
    }
    return first;
}

/* --- writing --- */

/* A server whose line has been cut before the cookie that `sticky` gives it. */
struct stripped {
    struct stripped *next;
    struct directive *server;
};

/* Whether the line ends with `cookie` and the server's name. */
static bool has_own_name_as_cookie(const struct directive *d)
{
    const struct arg *name = d->args, *last;

    if (d->kw->id != KW_LISTEN_SERVER || d->arg_count < 4)
        return false;
    last = d->args + d->arg_count - 1;
    return directive_option(d, KW_SERVER_COOKIE) == last - 1 && last->len == name->len &&
           memcmp(last->text, name->text, name->len) == 0 && last->flags == name->flags;
}

/* Cuts the lines for the writing alone: what is compared is whole again. */
static struct stripped *strip_servers(struct compilation *c, const struct found_intent *found)
{
    struct stripped *first = NULL;

    for (; found; found = found->next) {
        for (struct directive *d = found->guess->section->first; d && found->strips && !found->dropped; d = d->next) {
            struct stripped *made;

            if (!has_own_name_as_cookie(d))
                continue;
            made = arena_alloc(&c->arena, sizeof(*made));
            *made = (struct stripped){first, d};
            d->arg_count -= 2;
            first = made;
        }
    }
    return first;
}

/* Gives the sections the intents found. */
static bool offer(struct compilation *c, struct found_intent *found)
{
    struct intent_text **tail = NULL;
    const struct section *section = NULL;
    bool any = false;

    for (struct section *s = c->config.first; s; s = s->next)
        s->intents = NULL;
    for (; found; found = found->next) {
        if (found->dropped) {
            release(found);
            continue;
        }
        if (found->guess->section != section)
            tail = &found->guess->section->intents;
        section = found->guess->section;
        found->text.next = NULL;
        *tail = &found->text;
        tail = &found->text.next;
        any = true;
    }
    return any;
}

void import_intents(struct compilation *c, struct buf *out)
{
    struct found_intent *found = intents_find(c);
    struct readback *again = arena_zalloc(&c->arena, sizeof(*again));

    for (uint32_t i = 0; i < ATTEMPTS && offer(c, found); i++) {
        struct stripped *servers = strip_servers(c, found);
        struct yaml_order order;
        struct buf yaml;

        buf_init_in(&yaml, &c->arena);
        to_yaml(&c->config, &order, &yaml);
        for (; servers; servers = servers->next)
            servers->server->arg_count += 2;
        readback_read(again, c, &yaml);
        if (!intents_prove(again, &order, found))
            continue;
        c->config.secret |= again->copy.secret;
        out->len = 0;
        buf_add(out, yaml.data, yaml.len);
        return;
    }
}
