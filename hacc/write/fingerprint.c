#include "hacc/write/fingerprint.h"

#include <stdio.h>
#include <stdlib.h>

#define XXH_INLINE_ALL /* a header alone: nothing to load when hacc starts */
#include <xxhash.h>

static uint64_t hash_of(const struct diag *diag, const struct sources *sources)
{
    const char *rule = rule_get(diag->rule)->id, *text = diag->msg;
    uint32_t len = (uint32_t)strlen(text);

    if (diag->at[0].src)
        text = source_line(sources->at[diag->at[0].src], diag->at[0].off, &len);
    while (len && strchr(" \t\r", text[len - 1]))
        len--;
    while (len && strchr(" \t", *text)) {
        text++;
        len--;
    }
    return XXH3_64bits_withSeed(text, len, XXH3_64bits(rule, strlen(rule)));
}

struct numbered {
    uint32_t src, index;
    uint64_t hash;
};

static int compare(const void *pa, const void *pb)
{
    const struct numbered *a = pa, *b = pb;

    if (a->src != b->src)
        return a->src < b->src ? -1 : 1;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

struct fingerprint *fingerprints_make(const struct diags *diags, const struct sources *sources)
{
    struct fingerprint *prints = arena_zalloc(diags->arena, diags->count * sizeof(*prints));
    struct numbered *order = arena_alloc(diags->arena, diags->count * sizeof(*order));

    for (uint32_t i = 0; i < diags->count; i++)
        order[i] = (struct numbered){diags->at[i].at[0].src, i, hash_of(&diags->at[i], sources)};
    if (diags->count)
        qsort(order, diags->count, sizeof(*order), compare);
    for (uint32_t i = 0; i < diags->count; i++) {
        bool same = i && order[i - 1].src == order[i].src && order[i - 1].hash == order[i].hash;

        prints[order[i].index].hash = order[i].hash;
        prints[order[i].index].number = same ? prints[order[i - 1].index].number + 1 : 1;
    }
    return prints;
}

void fingerprint_text(char text[FINGERPRINT_TEXT], const struct fingerprint *print)
{
    snprintf(text, FINGERPRINT_TEXT, "%016llx:%u", (unsigned long long)print->hash, print->number);
}
