#include "hacc/base/diag.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void diags_init(struct diags *diags, struct arena *arena)
{
    memset(diags, 0, sizeof(*diags));
    diags->max = DIAG_MAX;
    diags->arena = arena;
}

/* Keeps a message that was too long to its last whole character, and shows that it goes on. */
static void cut_message(char *msg, size_t size)
{
    static const char more[] = "…";
    size_t end = size - sizeof(more);

    while (end && ((unsigned char)msg[end] & 0xc0) == 0x80)
        end--;
    memcpy(msg + end, more, sizeof(more));
}

static uint32_t *counter(struct diags *diags, enum severity severity)
{
    return severity == SEVERITY_ERROR     ? &diags->errors
           : severity == SEVERITY_WARNING ? &diags->warnings
                                          : &diags->infos;
}

bool diag_addv(struct diags *diags, enum rule_id rule, struct span at, const char *help, const char *fmt, va_list ap)
{
    const struct diag_levels *levels = diags->levels;
    int severity = levels ? levels->level(levels->context, rule, at.src) : (int)rule_get(rule)->severity;
    struct diag *diag;
    char msg[1024];

    diags->skipped =
        severity == RULE_OFF ||
        (severity == SEVERITY_ERROR ? diags_full(diags) : diags->warnings + (uint64_t)diags->infos >= diags->max);
    if (severity == RULE_OFF)
        return false;
    ++*counter(diags, (enum severity)severity);
    if (diags->skipped) {
        diags->dropped++;
        return false;
    }
    if (diags->count == diags->cap)
        diags->at = arena_extend(diags->arena, diags->at, diags->count, &diags->cap, 16, sizeof(*diags->at));
    if (vsnprintf(msg, sizeof(msg), fmt, ap) >= (int)sizeof(msg))
        cut_message(msg, sizeof(msg));
    diag = &diags->at[diags->count++];
    memset(diag, 0, sizeof(*diag));
    diag->rule = rule;
    diag->severity = (enum severity)severity;
    diag->at[0] = at;
    diag->msg = arena_strndup(diags->arena, msg, strlen(msg));
    diag->help = help ? arena_strndup(diags->arena, help, strlen(help)) : NULL;
    return false;
}

bool diag_add(struct diags *diags, enum rule_id rule, struct span at, const char *help, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    diag_addv(diags, rule, at, help, fmt, ap);
    va_end(ap);
    return false;
}

void diag_place(struct diags *diags, struct span at, const char *label)
{
    struct diag *diag;

    if (!diags->count || diags->skipped)
        return;
    diag = &diags->at[diags->count - 1];
    for (int i = 1; i < DIAG_PLACES; i++) {
        if (!diag->label[i]) {
            diag->at[i] = at;
            diag->label[i] = arena_strndup(diags->arena, label, strlen(label));
            return;
        }
    }
}

void diag_fix(struct diags *diags, struct span at, const char *text)
{
    struct diag *diag;
    struct fix *fix;

    if (!diags->count || diags->skipped)
        return;
    diag = &diags->at[diags->count - 1];
    if (!rule_get(diag->rule)->fix)
        return;
    fix = arena_alloc(diags->arena, sizeof(*fix));
    *fix = (struct fix){at, arena_strndup(diags->arena, text, strlen(text))};
    diag->fix = fix;
}

void diag_settle(struct diags *diags, struct diag *diag, enum diag_fate fate, const char *reason)
{
    --*counter(diags, diag->severity);
    ++*(fate == DIAG_KNOWN ? &diags->known : &diags->ignored);
    diag->fate = fate;
    diag->reason = reason;
}

static int diag_compare(const void *pa, const void *pb)
{
    const struct diag *a = pa, *b = pb;

    if (a->at[0].src != b->at[0].src)
        return a->at[0].src < b->at[0].src ? -1 : 1;
    if (a->at[0].off != b->at[0].off)
        return a->at[0].off < b->at[0].off ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    return strcmp(a->msg, b->msg);
}

void diags_sort(struct diags *diags)
{
    uint32_t kept = 0;

    if (!diags->count)
        return;
    qsort(diags->at, diags->count, sizeof(*diags->at), diag_compare);
    for (uint32_t i = 0; i < diags->count; i++) {
        if (kept && diag_compare(&diags->at[kept - 1], &diags->at[i]) == 0) {
            --*counter(diags, diags->at[i].severity);
            continue;
        }
        diags->at[kept++] = diags->at[i];
    }
    diags->count = kept;
}

unsigned diag_distance(const char *a, size_t alen, const char *b, size_t blen, unsigned limit)
{
    unsigned rows[3][66];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];

    if (alen > 64 || blen > 64 || (alen > blen ? alen - blen : blen - alen) > limit)
        return limit + 1;
    for (size_t j = 0; j <= blen; j++)
        last[j] = (unsigned)j;
    memcpy(before, last, sizeof(rows[0]));
    for (size_t i = 1; i <= alen; i++) {
        unsigned *spare = before;

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= blen; j++) {
            unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);

            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        before = last;
        last = now;
        now = spare;
    }
    return last[blen] > limit ? limit + 1 : last[blen];
}

const char *diag_suggest(const char *word, size_t len, const char *const *candidates, size_t count)
{
    unsigned limit = (unsigned)(len < 3 ? 1 : len / 3), best = limit + 1;
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        unsigned distance = diag_distance(word, len, candidates[i], strlen(candidates[i]), limit);

        if (distance < best) {
            best = distance;
            found = candidates[i];
        }
    }
    return found;
}
