/* Whether a configuration that was written with intents is, read again, the same configuration. */
#include "hacc/cli/import_intents.h"

struct proof {
    const struct readback *again;
    const struct directive *const *order; /* the lines that no intent stands for; what is left of them */
    const struct directive **sequence;    /* lines of the section, where the copy has them */
    bool *taken;                          /* by the lines of intents in the section: the copy has had it */
    uint32_t cap;
};

/* Whether `a` stands above `b` in the file. */
static bool precedes(const struct directive *a, const struct directive *b)
{
    return a->at.src != b->at.src ? a->at.src < b->at.src : a->at.off < b->at.off;
}

/* Gives the line of an intent that the copy's is, or NULL. */
static const struct directive *take_intent_line(struct proof *proof, const struct section *section,
                                                const struct directive *line)
{
    uint32_t number = 0;

    for (const struct directive *d = section->first; d; d = d->next) {
        if (!d->intent)
            continue;
        if (!proof->taken[number] && readback_same(d, line)) {
            proof->taken[number] = true;
            return d;
        }
        number++;
    }
    return NULL;
}

/* Whether lines of intents stand where they must beside all others. */
static bool keeps_places(const struct proof *proof, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct directive *line = proof->sequence[i];

        for (uint32_t k = 0; k < count && line->intent; k++) {
            const struct directive *other = proof->sequence[k];

            if (k < i && precedes(line, other) && lines_keep_order(line, other))
                return false;
            if (k > i && precedes(other, line) && lines_keep_order(other, line))
                return false;
        }
    }
    return true;
}

static void make_room(struct proof *proof, uint32_t count)
{
    struct arena *arena = &proof->again->c->arena;

    if (count > proof->cap) {
        proof->cap = count;
        proof->sequence = arena_alloc(arena, count * sizeof(*proof->sequence));
        proof->taken = arena_alloc(arena, count * sizeof(*proof->taken));
    }
    for (uint32_t i = 0; i < count; i++)
        proof->taken[i] = false;
}

/* Whether the copy has the lines of a section, `count` of them, `plain` of which no intent stands for. */
static bool same_lines(struct proof *proof, const struct section *section, const struct section *copy, uint32_t count,
                       uint32_t plain)
{
    uint32_t seen = 0, at = 0;

    make_room(proof, count);
    for (const struct directive *d = copy->first; d; d = d->next) {
        const struct directive *line = NULL;

        if (directive_is_dot(d))
            continue;
        if (at == count)
            return false;
        if (d->intent)
            line = take_intent_line(proof, section, d);
        else if (seen < plain)
            line = proof->order[seen++];
        if (!line || !readback_same(line, d))
            return false;
        proof->sequence[at++] = line;
    }
    return at == count && (plain == count || keeps_places(proof, count));
}

static bool compare_section(struct proof *proof, const struct section *section, const struct section *copy)
{
    uint32_t count = 0, plain = 0;
    bool same;

    for (const struct directive *d = section->first; d; d = d->next) {
        count += !directive_is_dot(d);
        plain += !directive_is_dot(d) && !d->intent;
    }
    same =
        copy && !copy->poison && readback_same_header(section, copy) && same_lines(proof, section, copy, count, plain);
    proof->order += plain;
    return same;
}

/* Drops the intents that write lines of the section; gives how many. */
static uint32_t drop_in(struct found_intent *found, const struct section *section)
{
    uint32_t dropped = 0;

    for (; found; found = found->next) {
        bool here = found->guess->section == section;

        for (const struct found_line *line = found->lines; line && !here; line = line->next)
            here = line->section == section;
        dropped += here && !found->dropped;
        found->dropped |= here;
    }
    return dropped;
}

/* Drops what may have made a difference that no section's own intents made: first what acts on other sections. */
static void drop_any(struct found_intent *found)
{
    bool global = false;

    for (struct found_intent *f = found; f; f = f->next) {
        global |= f->guess->section->context == CONTEXT_GLOBAL && !f->dropped;
        f->dropped |= f->guess->section->context == CONTEXT_GLOBAL;
    }
    for (struct found_intent *f = found; f && !global; f = f->next)
        f->dropped = true;
}

bool intents_prove(const struct readback *again, const struct yaml_order *order, struct found_intent *found)
{
    struct proof proof = {.again = again, .order = order->at};
    const struct section *copy = readback_section(again->copy.first);
    uint32_t dropped = 0;
    bool same = !again->diags.errors && !again->copy.sysctls && !readback_lost_dot(again);

    for (const struct section *section = readback_section(again->c->config.first); section;
         section = readback_section(section->next)) {
        if (!compare_section(&proof, section, copy)) {
            dropped += drop_in(found, section);
            same = false;
        }
        copy = copy ? readback_section(copy->next) : NULL;
    }
    same = same && !copy;
    if (!same && !dropped)
        drop_any(found);
    return same;
}
