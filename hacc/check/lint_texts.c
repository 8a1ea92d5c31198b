/* A set of texts: an open hash table that is used again from section to section. */
#include "hacc/check/lint.h"

#include <string.h>

void lint_texts_begin(struct lint_texts *texts)
{
    texts->number++;
    texts->count = 0;
}

/* Gives the place of a text, or the free one where it belongs. */
static struct lint_text *find(const struct lint_texts *texts, uint32_t hash, const struct arg *arg)
{
    for (uint32_t i = hash & texts->mask;; i = (i + 1) & texts->mask) {
        struct lint_text *text = &texts->at[i];

        if (text->number != texts->number ||
            (text->hash == hash && text->arg->len == arg->len && memcmp(text->arg->text, arg->text, arg->len) == 0))
            return text;
    }
}

static void grow(struct lint *lint, struct lint_texts *texts)
{
    struct lint_texts old = *texts;
    uint32_t size = old.at ? 2 * (old.mask + 1) : 16;

    texts->at = arena_zalloc(lint->config->arena, size * sizeof(*texts->at));
    texts->mask = size - 1;
    for (uint32_t i = 0; old.at && i <= old.mask; i++)
        if (old.at[i].number == old.number)
            *find(texts, old.at[i].hash, old.at[i].arg) = old.at[i];
}

const struct lint_text *lint_texts_add(struct lint *lint, struct lint_texts *texts, const struct directive *line,
                                       const struct arg *arg)
{
    uint32_t hash = grammar_hash(0, arg->text, arg->len);
    struct lint_text *text;

    if (!texts->at || 2 * texts->count > texts->mask)
        grow(lint, texts);
    text = find(texts, hash, arg);
    if (text->number == texts->number)
        return text;
    *text = (struct lint_text){.line = line, .arg = arg, .hash = hash, .number = texts->number};
    texts->count++;
    return NULL;
}
