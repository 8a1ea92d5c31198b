#include "hacc/check/check.h"

#include <string.h>

static bool section_has(const struct section *section, const char *name)
{
    for (const struct directive *directive = section->first; directive; directive = directive->next)
        if (strcmp(directive->kw->name, name) == 0)
            return true;
    return false;
}

void check_required(struct config *config)
{
    if (config->damaged)
        return;
    for (const struct section *section = config->first; section; section = section->next) {
        const char *const *name = contexts[section->context].require;

        for (; name && *name && !section->poison; name++)
            if (!section_has(section, *name))
                diag_add(config->diags, RULE_REQUIRED_KEYWORD, section->at, NULL, "%s '%.*s' needs '%s'",
                         contexts[section->context].name, (int)section->name_len, section->name, *name);
    }
}

void check_language(struct config *config)
{
    config_link_defaults(config);
    check_defaults(config);
    check_names(config);
    check_once(config);
    check_refs(config);
    check_lines(config);
    check_required(config);
    check_order(config);
    check_captures(config);
    check_servers(config);
    check_proxies(config);
}
