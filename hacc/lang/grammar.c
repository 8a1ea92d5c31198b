#include "hacc/lang/grammar.h"

#include "hacc/base/diag.h"
#include "hacc/lang/grammar_slots.h"

#include <string.h>

const struct keyword keyword_verbatim = {
    .name = "",
    .doc = "A line whose keyword only the value of a variable tells: it is kept as it is.",
    .sig_text = "",
    .until = HAP_NEWEST,
    .repeat = REPEAT_MANY,
};

const char *const hap_version_names[HAP_COUNT] = {"2.2", "2.4", "2.6", "2.8", "3.0", "3.2"};

int hap_version_parse(const char *text, size_t len)
{
    if (len && *text == 'v') {
        text++;
        len--;
    }
    for (int i = 0; i < HAP_COUNT; i++) {
        size_t n = strlen(hap_version_names[i]);

        if (len >= n && memcmp(text, hap_version_names[i], n) == 0 && (len == n || text[n] == '.' || text[n] == '-'))
            return i;
    }
    return -1;
}

static bool slot_is(const struct grammar_slot *slot, enum context_id context, const char *name, size_t len)
{
    return slot->context == context && slot->len == len && memcmp(slot->name, name, len) == 0;
}

/* How many versions a row is away from one that it is not for. */
static int versions_away(const struct keyword *kw, enum hap_version version)
{
    return version < kw->since ? kw->since - (int)version : (int)version - kw->until;
}

const struct keyword *keyword_find(enum context_id context, const char *name, size_t len, enum hap_version version,
                                   const struct keyword **other)
{
    uint32_t i = grammar_hash(context, name, len) & grammar_slot_mask;

    if (other)
        *other = NULL;
    for (; grammar_slots[i].name; i = (i + 1) & grammar_slot_mask) {
        const struct grammar_slot *slot = &grammar_slots[i];
        const struct keyword *kw = &keywords[slot->row];

        if (!slot->row || !slot_is(slot, context, name, len))
            continue;
        if (version >= kw->since && version <= kw->until)
            return kw;
        if (other && (!*other || versions_away(kw, version) < versions_away(*other, version)))
            *other = kw;
    }
    return NULL;
}

bool keyword_is_in(const struct keyword *kw, enum context_id context)
{
    const struct context *ctx = &contexts[context];

    for (unsigned i = 0; i < ctx->row_count; i++)
        if (&keywords[ctx->rows[i]] == kw)
            return true;
    return false;
}

bool keyword_fulfils(const struct keyword *kw, const char *need)
{
    size_t len = strlen(kw->name);

    if (kw->group && strcmp(kw->group, need) == 0)
        return true;
    for (const char *one = need; one; one = strchr(one, '|') ? strchr(one, '|') + 1 : NULL)
        if (strncmp(one, kw->name, len) == 0 && (!one[len] || one[len] == '|'))
            return true;
    return false;
}

bool keyword_is_group(enum context_id context, const char *name, size_t len)
{
    uint32_t i = grammar_hash(context, name, len) & grammar_slot_mask;

    for (; grammar_slots[i].name; i = (i + 1) & grammar_slot_mask)
        if (!grammar_slots[i].row && slot_is(&grammar_slots[i], context, name, len))
            return true;
    return false;
}

const char *keyword_suggest(enum context_id context, const char *name, size_t len, enum hap_version version)
{
    const struct context *ctx = &contexts[context];
    unsigned best = (unsigned)(len < 3 ? 1 : len / 3) + 1;
    const char *found = NULL;

    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];
        unsigned distance;

        if (version < kw->since || version > kw->until)
            continue;
        distance = diag_distance(name, len, kw->name, strlen(kw->name), best - 1);
        if (distance < best) {
            best = distance;
            found = kw->name;
        }
    }
    return found;
}

static bool same(const char *a, const char *b, size_t len)
{
    return strlen(a) == len && memcmp(a, b, len) == 0;
}

enum context_id section_find(const char *name, size_t len)
{
    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (contexts[i].kind == CONTEXT_SECTION && same(contexts[i].name, name, len))
            return (enum context_id)i;
    return CONTEXT_NONE;
}

enum context_id section_find_key(const char *key, size_t len)
{
    for (int i = 1; i < CONTEXT_COUNT; i++)
        if (contexts[i].kind == CONTEXT_SECTION && same(contexts[i].key, key, len))
            return (enum context_id)i;
    return CONTEXT_NONE;
}

const struct keyword *keyword_find_prefix(enum context_id context, const char *name, size_t len,
                                          enum hap_version version)
{
    const struct context *ctx = &contexts[context];

    if (!memchr(name, '.', len)) /* with which every prefix ends: mkgrammar sees to it */
        return NULL;
    for (unsigned i = 0; i < ctx->row_count; i++) {
        const struct keyword *kw = &keywords[ctx->rows[i]];
        size_t n = strlen(kw->name);

        if (kw->flags & KW_PREFIX && len > n && memcmp(name, kw->name, n) == 0 && version >= kw->since &&
            version <= kw->until)
            return kw;
    }
    return NULL;
}
