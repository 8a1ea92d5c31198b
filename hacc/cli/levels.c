#include "hacc/cli/levels.h"

#include "hacc/cli/cli.h"

void levels_fill(struct levels *levels, int level)
{
    memset(levels->of, level, sizeof(levels->of));
}

enum levels_result levels_set(struct levels *levels, const char *name, size_t len, int level)
{
    enum rule_id rule = rule_find(name, len);
    enum rule_family family = rule_family_find(name, len);

    if (rule != RULE_COUNT) {
        levels->of[rule] = (int8_t)level;
        return rule_is_refused(rule_get(rule)) ? LEVELS_REFUSED : LEVELS_SET;
    }
    if (family == FAMILY_COUNT)
        return LEVELS_UNKNOWN;
    for (int i = 0; i < RULE_COUNT; i++)
        if (rule_get((enum rule_id)i)->family == family && !rule_is_refused(rule_get((enum rule_id)i)))
            levels->of[i] = (int8_t)level;
    return LEVELS_SET;
}

void levels_lay(struct levels *levels, const struct levels *over)
{
    for (int i = 0; i < RULE_COUNT; i++)
        if (over->of[i] != LEVEL_UNSET)
            levels->of[i] = over->of[i];
}

static bool unknown(const char *option, const char *name, size_t len)
{
    const char *like = rule_suggest(name, len, true);

    if (like)
        cli_error("%s: there is no rule or family '%.*s'; did you mean '%s'?", option, (int)len, name, like);
    else
        cli_error("%s: there is no rule or family '%.*s' ('hacc rules' lists them)", option, (int)len, name);
    return false;
}

/* Gives each name of the list the level. */
static bool set_all(struct levels *levels, const char *option, const char *names, int level)
{
    for (size_t len; *names; names += len + (names[len] == ',')) {
        enum levels_result result;

        len = strcspn(names, ",");
        result = levels_set(levels, names, len, level);
        if (result == LEVELS_UNKNOWN)
            return unknown(option, names, len);
        if (result == LEVELS_REFUSED && level == RULE_OFF) {
            cli_error("%s: what '%.*s' finds is an error for hacc build too: it cannot be left out", option, (int)len,
                      names);
            return false;
        }
    }
    return true;
}

bool levels_only(struct levels *levels, const char *names)
{
    struct levels wanted;

    levels_fill(&wanted, RULE_OFF);
    if (!set_all(&wanted, "--only", names, SEVERITY_ERROR))
        return false;
    for (int i = 0; i < RULE_COUNT; i++)
        if (wanted.of[i] == RULE_OFF && !rule_is_refused(rule_get((enum rule_id)i)))
            levels->of[i] = RULE_OFF;
    return true;
}

bool levels_skip(struct levels *levels, const char *names)
{
    return set_all(levels, "--skip", names, RULE_OFF);
}

int level_find(const char *name, size_t len, const char *other, int value)
{
    for (int i = SEVERITY_INFO; i <= SEVERITY_ERROR; i++) {
        const char *known = severity_name((enum severity)i);

        if (strlen(known) == len && memcmp(known, name, len) == 0)
            return i;
    }
    return strlen(other) == len && memcmp(other, name, len) == 0 ? value : LEVEL_UNSET;
}
