#include "hacc/model/config.h"

#include "hacc/lang/types.h"

#include <string.h>

void config_init(struct config *config, struct arena *arena, struct diags *diags, struct sources *sources,
                 enum hap_version version)
{
    memset(config, 0, sizeof(*config));
    config->arena = arena;
    config->diags = diags;
    config->sources = sources;
    config->tail = &config->first;
    config->sysctl_tail = &config->sysctls;
    config->names.tail = &config->names.first;
    lang_init(&config->lang, diags, version);
}

void config_remark(struct config *config, struct span comment)
{
    static const char mark[] = "hacc:";
    const char *text = config->sources->at[comment.src]->data + comment.off, *end = text + comment.len;

    for (text++; text < end && (*text == ' ' || *text == '\t'); text++)
        ;
    if ((size_t)(end - text) < sizeof(mark) - 1 || memcmp(text, mark, sizeof(mark) - 1) != 0)
        return;
    if (config->remark_count == config->remark_cap)
        config->remarks = arena_extend(config->arena, config->remarks, config->remark_count, &config->remark_cap, 16,
                                       sizeof(*config->remarks));
    config->remarks[config->remark_count++] = comment;
}

struct section *config_add_section(struct config *config, enum context_id context, const char *name, uint32_t len,
                                   struct span at)
{
    struct section *section = arena_zalloc(config->arena, sizeof(*section));

    section->number = config->section_count++;
    section->context = context;
    section->name = name;
    section->name_len = len;
    section->at = section->name_at = at;
    section->tail = &section->first;
    section->names.tail = &section->names.first;
    *config->tail = section;
    config->tail = &section->next;
    return section;
}

struct directive *config_directive(struct config *config, const struct keyword *kw, const struct match *match)
{
    struct directive *directive = arena_zalloc(config->arena, sizeof(*directive));

    directive->kw = kw;
    directive->flags = kw->flags;
    directive->name = kw->name;
    directive->name_len = (uint32_t)strlen(kw->name);
    directive->at = match->at;
    directive->arg_count = match->count;
    if (config->longest < match->count)
        config->longest = match->count;
    if (match->count) {
        struct arg *args = arena_alloc(config->arena, match->count * sizeof(*args));

        memcpy(args, match->args, match->count * sizeof(*args));
        directive->args = args;
        for (uint32_t i = 0; i < match->count; i++) {
            if (args[i].flags & ARG_SECRET)
                config->secret = true;
            if (args[i].flags & ARG_HEAD)
                directive_note_option(directive, &keywords[args[i].row]);
        }
    }
    return directive;
}

void section_note(struct section *section, const struct directive *directive)
{
    section->keywords |= keyword_bit((enum keyword_id)directive->kw->id);
    section->options |= directive->options;
    section->flags |= directive->flags;
}

void section_add(struct section *section, struct directive *directive)
{
    *section->tail = directive;
    section->tail = &directive->next;
    section_note(section, directive);
    section->onces += directive->kw->repeat == REPEAT_ONCE;
}

void section_insert(struct section *section, struct directive *directive, const struct directive *before)
{
    struct directive **link = &section->first;

    while (*link && *link != before)
        link = &(*link)->next;
    directive->next = *link;
    *link = directive;
    section_note(section, directive);
    if (!directive->next)
        section->tail = &directive->next;
}

void section_remove(struct section *section, struct directive *directive)
{
    struct directive **link = &section->first;

    while (*link && *link != directive)
        link = &(*link)->next;
    if (!*link)
        return;
    *link = directive->next;
    if (!*link)
        section->tail = link;
}

static bool same_name(const struct section *section, const char *name, uint32_t len)
{
    return section->name_len == len && memcmp(section->name, name, len) == 0;
}

const struct section *section_defaults(const struct config *config, const struct section *section)
{
    const struct section *found = NULL;

    for (const struct section *s = config->first; s && s != section; s = s->next)
        if (s->context == CONTEXT_DEFAULTS && (!section->from || same_name(s, section->from, section->from_len)))
            found = s;
    return found;
}

unsigned section_sides(const struct section *section)
{
    unsigned sides = 0;

    for (int i = 0; i < 2; i++) {
        sides |= contexts[section->context].defines[i] == SYMBOL_FRONTEND ? SIDE_FRONTEND : 0;
        sides |= contexts[section->context].defines[i] == SYMBOL_BACKEND ? SIDE_BACKEND : 0;
    }
    return sides;
}

void config_link_defaults(struct config *config)
{
    struct section *last = NULL;

    for (struct section *section = config->first; section; section = section->next) {
        const struct symbol *named = NULL;

        if (section->from)
            named = config_find(config, SYMBOL_DEFAULTS, section->from, section->from_len, NULL);
        while (named && named->section->number >= section->number) /* it stands below: not that one */
            named = named->same;
        section->defaults = named                                                            ? named->section
                            : !section->from && !section->from_env && section_sides(section) ? last
                                                                                             : NULL;
        if (section->context == CONTEXT_DEFAULTS)
            last = section;
    }
}

struct directive *section_effective(const struct config *config, const struct section *section, enum keyword_id id)
{
    struct directive *found = NULL;

    for (; section && !found; section = section_defaults(config, section)) {
        found = section_find_directive(section, id);
        if (section->context == CONTEXT_DEFAULTS && !section->from)
            break; /* an unnamed defaults section starts afresh */
    }
    return found;
}

struct directive *section_find_directive(const struct section *section, enum keyword_id id)
{
    for (struct directive *directive = section_lines(section, keyword_bit(id)); directive; directive = directive->next)
        if (directive->kw->id == id && directive->form == FORM_PLAIN)
            return directive;
    return NULL;
}

const struct arg *directive_param(const struct directive *directive, const char *name)
{
    for (uint32_t i = 0; i < directive->arg_count; i++) {
        const struct arg *arg = &directive->args[i];

        if (!arg->row && arg->sig && sig_at(arg->sig)->kind == SIG_PARAM && strcmp(sig_at(arg->sig)->text, name) == 0)
            return arg;
    }
    return NULL;
}

void directive_note_option(struct directive *directive, const struct keyword *option)
{
    directive->options |= keyword_bit((enum keyword_id)option->id);
    directive->flags |= option->flags;
}

const struct arg *directive_option(const struct directive *directive, enum keyword_id id)
{
    if (!(directive->options & keyword_bit(id)))
        return NULL;
    for (uint32_t i = 0; i < directive->arg_count; i++)
        if (directive->args[i].flags & ARG_HEAD && keywords[directive->args[i].row].id == id)
            return &directive->args[i];
    return NULL;
}

const struct arg *directive_option_value(const struct directive *directive, enum keyword_id id)
{
    const struct arg *option = directive_option(directive, id);

    if (!option || option + 1 == directive->args + directive->arg_count || option[1].flags & ARG_HEAD)
        return NULL;
    return option + 1;
}

bool proxy_is_off(const struct section *section)
{
    const uint64_t either = keyword_bit(KW_DEFAULTS_DISABLED) | keyword_bit(KW_DEFAULTS_ENABLED);
    const struct directive *found = NULL;

    for (; section && !found; section = section->defaults)
        for (const struct directive *d = section_lines(section, either); d; d = d->next)
            if (d->kw->id == KW_DEFAULTS_DISABLED || d->kw->id == KW_DEFAULTS_ENABLED)
                found = d;
    return found && found->kw->id == KW_DEFAULTS_DISABLED;
}

const struct arg *config_local_peer(const struct config *config)
{
    const struct directive *line = NULL;

    for (const struct section *section = config->first; section; section = section->next)
        for (const struct directive *d = section->first; d && section->context == CONTEXT_GLOBAL; d = d->next)
            line = d->kw->id == KW_GLOBAL_LOCALPEER && d->arg_count ? d : line;
    return line && !(line->args[0].flags & ARG_ENV) ? &line->args[0] : NULL;
}

bool directive_is_peer(const struct directive *directive)
{
    return (directive->kw->id == KW_PEERS_PEER || directive->kw->id == KW_PEERS_SERVER) && directive->arg_count;
}
