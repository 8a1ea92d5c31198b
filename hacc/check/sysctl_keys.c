#include "hacc/check/sysctl_keys.h"

#include "hacc/base/diag.h"

#include <stdio.h>

static const struct sysctl_key keys[] = {
#define SYSCTL(key, kind, count, min, max) {key, SYSCTL_##kind, count, min, max, NULL, NULL},
#define SYSCTL_GONE(key, fate, help)       {key, SYSCTL_GONE, 0, 0, 0, fate, help},
#include "hacc/check/sysctl_keys.def"
#undef SYSCTL
#undef SYSCTL_GONE
};

enum { KEY_COUNT = sizeof(keys) / sizeof(*keys), KEY_MAX = 200 /* no key is longer, in bytes */ };

/* Gives the first row that does not sort before the text. */
static uint32_t lower_bound(const char *text)
{
    uint32_t low = 0, high = KEY_COUNT;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (strcmp(keys[middle].key, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Gives where the n-th name begins, counting from 0; NULL: there are not so many. */
static const char *nth_name(const char *name, int n)
{
    for (; n && name; n--) {
        name = strchr(name, '.');
        name += name != NULL;
    }
    return name;
}

/* Writes the name as its row would have it: with '*' in the fourth place where rows have it there. Gives whether they
 * do. */
static bool write_pattern(const char *name, char pattern[KEY_MAX])
{
    const char *fourth = nth_name(name, 3), *rest = fourth ? strchr(fourth, '.') : NULL;
    int before = (int)(fourth ? fourth - name : 0);
    uint32_t row;

    snprintf(pattern, KEY_MAX, "%.*s*", before, name);
    row = lower_bound(pattern);
    if (fourth && row < KEY_COUNT && strncmp(keys[row].key, pattern, (size_t)before + 1) == 0) {
        snprintf(pattern, KEY_MAX, "%.*s*%s", before, name, rest ? rest : "");
        return true;
    }
    snprintf(pattern, KEY_MAX, "%s", name);
    return false;
}

/* Gives the row of the folder of `pattern`, whose names begin at `last`, that is nearest to it; NULL: none is near.
 * Sets *known where there are any. */
static const char *nearest(const char *pattern, size_t last, bool suggest, bool *known)
{
    const char *names[KEY_COUNT];
    char folder[KEY_MAX];
    size_t count = 0;

    snprintf(folder, sizeof(folder), "%.*s", (int)last, pattern);
    for (uint32_t row = lower_bound(folder); row < KEY_COUNT && strncmp(keys[row].key, folder, last) == 0; row++)
        if (!strchr(keys[row].key + last, '.'))
            names[count++] = keys[row].key + last;
    *known = count > 0 && last;
    return suggest && *known ? diag_suggest(pattern + last, strlen(pattern + last), names, count) : NULL;
}

static void find_interface(struct sysctl_place *place, const char *name, const char *pattern)
{
    const char *fourth = nth_name(name, 3), *fifth = strchr(fourth, '.'), *last = strrchr(name, '.') + 1;
    char whole[KEY_MAX];
    uint32_t row;

    if (!fifth)
        return; /* a number */
    place->interface = fourth;
    place->interface_len = (uint32_t)(fifth - fourth);
    if (place->key || last == fifth + 1)
        return;
    snprintf(whole, sizeof(whole), "%.*s*.%s", (int)(fourth - name), pattern, last);
    row = lower_bound(whole);
    if (row >= KEY_COUNT || strcmp(keys[row].key, whole) != 0)
        return;
    place->dotted = last;
    place->interface_len = (uint32_t)(last - 1 - fourth);
}

void sysctl_place_find(struct sysctl_place *place, const char *name, bool suggest, struct arena *arena)
{
    char pattern[KEY_MAX];
    const char *last = strrchr(name, '.'), *near;
    bool starred;
    uint32_t row;

    *place = (struct sysctl_place){0};
    if (strlen(name) >= KEY_MAX || !last)
        return;
    starred = write_pattern(name, pattern);
    row = lower_bound(pattern);
    if (row < KEY_COUNT && strcmp(keys[row].key, pattern) == 0)
        place->key = &keys[row];
    if (starred)
        find_interface(place, name, pattern);
    if (place->key || place->dotted)
        return;
    near = nearest(pattern, (size_t)(strrchr(pattern, '.') + 1 - pattern), suggest, &place->known_folder);
    if (near)
        place->near = arena_printf(arena, "%.*s%s", (int)(last + 1 - name), name, near);
}
