#include "hacc/base/rule.h"

#include "hacc/base/diag.h"

#include <string.h>

const struct rule *rule_get(enum rule_id id)
{
    return &rule_table[id];
}

const struct rule_family_row *rule_family_get(enum rule_family family)
{
    return &rule_family_table[family];
}

enum rule_id rule_find(const char *id, size_t len)
{
    unsigned low = 0, high = RULE_COUNT;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        size_t known = strlen(rule_table[middle].id);
        int diff = strncmp(rule_table[middle].id, id, len);

        if (diff == 0 && known == len)
            return (enum rule_id)middle;
        if (diff == 0)
            diff = known < len ? -1 : 1;
        if (diff < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return RULE_COUNT;
}

enum rule_family rule_family_find(const char *id, size_t len)
{
    for (unsigned i = 0; i < FAMILY_COUNT; i++)
        if (strlen(rule_family_table[i].id) == len && memcmp(rule_family_table[i].id, id, len) == 0)
            return (enum rule_family)i;
    return FAMILY_COUNT;
}

const char *rule_suggest(const char *id, size_t len, bool families)
{
    const char *ids[RULE_COUNT + FAMILY_COUNT];
    size_t count = 0;

    while (count < RULE_COUNT) {
        ids[count] = rule_table[count].id;
        count++;
    }
    for (unsigned i = 0; families && i < FAMILY_COUNT; i++)
        ids[count++] = rule_family_table[i].id;
    return diag_suggest(id, len, ids, count);
}

bool rule_is_refused(const struct rule *rule)
{
    return rule->severity == SEVERITY_ERROR && (rule->haproxy == REACTION_REFUSES || rule->haproxy == REACTION_UNSEEN);
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"info", "warning", "error"};

    return names[severity];
}

const char *reaction_name(enum reaction reaction)
{
    static const char *const names[] = {"silent", "warns", "refuses", "unseen"};

    return names[reaction];
}
