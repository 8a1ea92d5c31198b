/* The rules for people and programs: pages, tables. */
#ifndef HACC_WRITE_TO_RULES_H
#define HACC_WRITE_TO_RULES_H

#include "hacc/base/buf.h"
#include "hacc/base/rule.h"

/* The name that the rule's texts go by. */
static inline const char *rule_file(const struct rule *rule)
{
    return rule->cfg ? "haproxy.cfg" : "lb.yaml";
}

/* Appends the page of a rule, as text for a terminal or as Markdown. `findings` is what lint says of rule->bad. */
void to_rule_page(const struct rule *rule, const char *findings, bool markdown, struct buf *out);

/* Append some rules: a line each in columns; as Markdown, a table a family, with links to the pages beside it; as one
 * JSON object whose memory comes from `arena`:
 *
 *   {"rules": [{"id": …, "family": …, "severity": …, "haproxy": …, "since": …, "until": …, "summary": …, "why": …,
 *               "form": "yaml" | "cfg", "bad": …, "good": …, "without": …, "fix": true | false,
 *               "proof": true | false}, …]}
 *
 * There null stands for what a rule does not have. */
void to_rules_table(const struct rule *const *rules, size_t count, struct buf *out);
void to_rules_index(const struct rule *const *rules, size_t count, struct buf *out);
void to_rules_json(const struct rule *const *rules, size_t count, struct arena *arena, struct buf *out);

#endif
