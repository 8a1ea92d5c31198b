/* The configuration as one list of lines, with what belongs to a condition joined. */
#include "hacc/write/to_yaml_parts.h"

static enum event_kind kind_of(const struct directive *directive)
{
    switch (directive->kw->id) {
    case KW_DOT__IF:
        return EVENT_IF;
    case KW_DOT__ELIF:
        return EVENT_ELIF;
    case KW_DOT__ELSE:
        return EVENT_ELSE;
    case KW_DOT__ENDIF:
        return EVENT_ENDIF;
    case KW_DOT__NOTICE:
    case KW_DOT__WARNING:
    case KW_DOT__ALERT:
    case KW_DOT__DIAG:
        return EVENT_MESSAGE;
    default:
        return EVENT_LINE;
    }
}

static void add_event(struct outline *outline, enum event_kind kind, const struct section *section,
                      const struct directive *directive)
{
    if (outline->count == outline->cap)
        outline->at =
            arena_extend(outline->writer.arena, outline->at, outline->count, &outline->cap, 256, sizeof(*outline->at));
    outline->at[outline->count++] = (struct event){(uint8_t)kind, false, 0, section, directive};
}

/* Joins each condition with its branches, and tells which have sections inside. */
static void join_branches(struct outline *outline)
{
    uint32_t *open = arena_alloc(outline->writer.arena, (outline->count + 1) * sizeof(*open));
    uint32_t *branch = arena_alloc(outline->writer.arena, (outline->count + 1) * sizeof(*branch)), depth = 0;

    for (uint32_t i = 0; i < outline->count; i++) {
        struct event *event = &outline->at[i];

        if (event->kind == EVENT_SECTION)
            for (uint32_t k = 0; k < depth; k++)
                outline->at[open[k]].around = true;
        if (event->kind == EVENT_IF) {
            open[depth] = branch[depth] = i;
            depth++;
        } else if (event->kind > EVENT_IF) {
            outline->at[branch[depth - 1]].next = i;
            branch[depth - 1] = i;
            depth -= event->kind == EVENT_ENDIF;
        }
    }
}

void outline_events(struct outline *outline)
{
    for (const struct section *section = outline->writer.config->first; section; section = section->next) {
        if (section->context != CONTEXT_NONE)
            add_event(outline, EVENT_SECTION, section, NULL);
        for (const struct directive *directive = section->first; directive; directive = directive->next)
            if (!directive->intent) /* it comes from what stands under `hacc:` */
                add_event(outline, kind_of(directive), section, directive);
    }
    join_branches(outline);
}

uint32_t event_behind(const struct outline *outline, uint32_t i)
{
    while (outline->at[i].kind != EVENT_ENDIF)
        i = outline->at[i].next;
    return i + 1;
}
