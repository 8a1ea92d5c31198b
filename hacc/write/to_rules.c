#include "hacc/write/to_rules.h"

#include "hacc/base/json_arena.h"

static size_t widest_id(const struct rule *const *rules, size_t count)
{
    size_t widest = 0;

    for (size_t i = 0; i < count; i++)
        if (strlen(rules[i]->id) > widest)
            widest = strlen(rules[i]->id);
    return widest;
}

void to_rules_table(const struct rule *const *rules, size_t count, struct buf *out)
{
    int width = (int)widest_id(rules, count);

    for (size_t i = 0; i < count; i++) {
        const struct rule *rule = rules[i];

        buf_printf(out, "%-*s  %-7s  %-9s  %-7s  %s\n", width, rule->id, severity_name(rule->severity),
                   rule_family_get(rule->family)->id, reaction_name(rule->haproxy), rule->summary);
    }
}

static void family_index(enum rule_family family, const struct rule *const *rules, size_t count, struct buf *out)
{
    const struct rule_family_row *row = rule_family_get(family);

    buf_printf(out, "\n## %s: %s\n\n| rule | severity | `haproxy -c` | finds |\n| --- | --- | --- | --- |\n", row->id,
               row->summary);
    for (size_t i = 0; i < count; i++) {
        if (rules[i]->family != family)
            continue;
        buf_printf(out, "| [%s](%s.md) | %s | %s | ", rules[i]->id, rules[i]->id, severity_name(rules[i]->severity),
                   reaction_name(rules[i]->haproxy));
        for (const char *c = rules[i]->summary; *c; c++)
            buf_printf(out, *c == '|' ? "\\%c" : "%c", *c);
        buf_puts(out, " |\n");
    }
}

void to_rules_index(const struct rule *const *rules, size_t count, struct buf *out)
{
    buf_puts(
        out,
        "# The rules of hacc\n\n"
        "`hacc explain RULE` prints a page, `hacc rules` this table. The third column is what `haproxy -c` makes of "
        "the fault:\nit is silent, it warns, it refuses the configuration, or it never sees the fault (unseen).\n");
    for (unsigned family = 0; family < FAMILY_COUNT; family++)
        family_index((enum rule_family)family, rules, count, out);
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *rule_json(const struct rule *rule)
{
    json_t *row = json_object();

    json_object_set_new(row, "id", json_string(rule->id));
    json_object_set_new(row, "family", json_string(rule_family_get(rule->family)->id));
    json_object_set_new(row, "severity", json_string(severity_name(rule->severity)));
    json_object_set_new(row, "haproxy", json_string(reaction_name(rule->haproxy)));
    json_object_set_new(row, "since", text_or_null(rule->since));
    json_object_set_new(row, "until", text_or_null(rule->until));
    json_object_set_new(row, "summary", json_string(rule->summary));
    json_object_set_new(row, "why", json_string(rule->why));
    json_object_set_new(row, "form", json_string(rule->cfg ? "cfg" : "yaml"));
    json_object_set_new(row, "bad", text_or_null(rule->bad));
    json_object_set_new(row, "good", text_or_null(rule->good));
    json_object_set_new(row, "without", text_or_null(rule->without));
    json_object_set_new(row, "fix", json_boolean(rule->fix));
    json_object_set_new(row, "proof", json_boolean(rule->proof));
    return row;
}

void to_rules_json(const struct rule *const *rules, size_t count, struct arena *arena, struct buf *out)
{
    json_arena_begin(arena);
    buf_puts(out, "{\"rules\": [");
    for (size_t i = 0; i < count; i++) {
        buf_puts(out, i ? ",\n" : "\n");
        json_print(rule_json(rules[i]), 0, out);
    }
    buf_puts(out, "\n]}\n");
    json_arena_end();
}
