#include "hacc/model/sysctl.h"

#include "hacc/lang/number.h"
#include "hacc/lang/types.h"

#include <stdlib.h>

/* Interfaces may have any name, but keys with them have a '/'. */
bool sysctl_key_parse(const char *text, uint32_t len)
{
    if (!memchr(text, '/', len))
        return name_parse(text, len);
    for (uint32_t i = 0; i < len; i++)
        if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f || text[i] == '=' ||
            (i == 0 && (text[i] == '#' || text[i] == ';')))
            return false;
    return true;
}

const char *sysctl_name(struct arena *arena, const char *key, size_t len)
{
    bool optional = len && key[0] == '-';
    char *name = arena_strndup(arena, key + optional, len - optional);

    if (name[strcspn(name, "./")] != '/')
        return name;
    for (char *c = name; *c; c++)
        *c = *c == '/' ? '.' : *c == '.' ? '/' : *c;
    return name;
}

bool sysctl_next_word(struct word *word)
{
    word->text += word->len;
    word->text += strspn(word->text, " \t");
    word->len = (uint32_t)strcspn(word->text, " \t");
    return word->len > 0;
}

bool sysctl_same_value(const char *a, const char *b)
{
    struct word left = {.text = a}, right = {.text = b};
    bool more;

    do {
        int64_t x, y;

        more = sysctl_next_word(&left);
        more = sysctl_next_word(&right) && more;
        if ((left.len != right.len || memcmp(left.text, right.text, left.len) != 0) &&
            (!based_parse(&left, &x) || !based_parse(&right, &y) || x != y))
            return false;
    } while (more);
    return true;
}

bool sysctl_number(const struct sysctl *sysctl, int64_t *number)
{
    struct word word = {.text = sysctl->value};

    return !sysctl->secret && sysctl_next_word(&word) && based_parse(&word, number);
}

struct sysctl *config_sysctl(struct config *config, const char *key, const char *value, const char *reason,
                             struct span at)
{
    struct sysctl *sysctl = arena_zalloc(config->arena, sizeof(*sysctl));

    sysctl->key = key;
    sysctl->name = sysctl_name(config->arena, key, strlen(key));
    sysctl->value = value;
    sysctl->reason = reason;
    sysctl->at = at;
    sysctl->number = config->sysctl_count++;
    *config->sysctl_tail = sysctl;
    config->sysctl_tail = &sysctl->next;
    return sysctl;
}

static int by_name(const void *a, const void *b)
{
    const struct sysctl *left = *(struct sysctl *const *)a, *right = *(struct sysctl *const *)b;
    int order = strcmp(left->name, right->name);

    return order ? order : left->number < right->number ? -1 : left->number > right->number;
}

void sysctl_index_make(struct sysctl_index *index, const struct config *config)
{
    index->at = arena_alloc(config->arena, config->sysctl_count * sizeof(*index->at));
    index->count = 0;
    for (struct sysctl *s = config->sysctls; s; s = s->next)
        index->at[index->count++] = s;
    qsort(index->at, index->count, sizeof(*index->at), by_name);
}

uint32_t sysctl_index_run(const struct sysctl_index *index, uint32_t first)
{
    uint32_t end = first + 1;

    while (end < index->count && strcmp(index->at[end]->name, index->at[first]->name) == 0)
        end++;
    return end - first;
}

const struct sysctl *sysctl_index_final(const struct sysctl_index *index, uint32_t first)
{
    uint32_t end = first + sysctl_index_run(index, first);

    for (uint32_t i = end; i > first; i--)
        if (!index->at[i - 1]->reason)
            return index->at[i - 1];
    return index->at[first];
}

const struct sysctl *sysctl_index_find(const struct sysctl_index *index, const char *name)
{
    uint32_t low = 0, high = index->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (strcmp(index->at[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < index->count && strcmp(index->at[low]->name, name) == 0 ? sysctl_index_final(index, low) : NULL;
}
