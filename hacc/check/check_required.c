#include "hacc/check/check.h"

#include <string.h>

static bool section_has(const struct section *section, const char *name)
{
    for (const struct directive *directive = section->first; directive; directive = directive->next)
        if (strcmp(directive->kw->name, name) == 0)
            return true;
    return false;
}

/* A FastCGI application gets more than one request at a time only where it multiplexes them. */
static void check_fcgi_app(struct config *config, const struct section *section)
{
    const struct directive *reqs = NULL;
    int64_t count;

    for (const struct directive *d = section->first; d; d = d->next)
        if (d->kw->id == KW_FCGI_APP_OPTION_MAX_REQS)
            reqs = d;
    if (!check_number(reqs, &count) || count <= 1 || section_find_directive(section, KW_FCGI_APP_OPTION_MPXS_CONNS))
        return;
    diag_add(config->diags, RULE_REQUIRED_KEYWORD, arg_span(&reqs->args[0]), "add 'option mpxs-conns'",
             "'%s' above 1 needs connections that carry several requests at a time", reqs->kw->name);
}

void check_required(struct config *config)
{
    if (config->damaged)
        return;
    for (const struct section *section = config->first; section; section = section->next) {
        const char *const *name = contexts[section->context].require;

        if (section->context == CONTEXT_FCGI_APP && !section->poison)
            check_fcgi_app(config, section);
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
    check_twice(config);
    check_once(config);
    check_refs(config);
    check_lines(config);
    check_required(config);
    check_order(config);
    check_captures(config);
    check_servers(config);
    check_attach(config);
    check_binds(config);
    check_peers(config);
    check_stores(config);
    check_proxies(config);
    check_formats(config);
    check_limits(config);
    check_tables(config);
    check_inherited(config);
    check_acme(config);
}
