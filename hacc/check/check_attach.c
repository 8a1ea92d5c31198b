/* attach-srv: a connection that is put into a server's pool under a name, and whether the server names its connections.
 * Source: asked of the binaries. */
#include "hacc/check/check.h"
#include "hacc/check/templates.h"

/* The section of the server looked at last, and whether its default-server lines name connections. */
struct pool {
    const struct section *section;
    bool names;
};

/* Whether a line has one of the options that name connections. */
static bool has_name(const struct directive *server)
{
    return directive_option(server, KW_SERVER_POOL_CONN_NAME) || directive_option(server, KW_SERVER_SNI);
}

static bool may_name(struct pool *pool, const struct section *section, const struct directive *server)
{
    if (has_name(server))
        return true;
    if (pool->section == section)
        return pool->names;
    *pool = (struct pool){section, false};
    for (; section; section = section->defaults)
        for (const struct directive *d = section->first; d; d = d->next)
            pool->names |= d->kw->id == KW_DEFAULTS_DEFAULT_SERVER && has_name(d);
    return pool->names;
}

static void check_rule(struct config *config, struct pool *pool, const struct section *section,
                       const struct directive *rule, const struct arg *action)
{
    const struct arg *name = action + 1;
    const struct section *where = section;
    const struct directive *server = name->flags & ARG_ENV ? NULL : server_line(config, name->text, name->len, &where);
    bool named = name + 1 < rule->args + rule->arg_count && name[1].row == action->row && !(name[1].flags & ARG_HEAD);

    if (!server || where->poison || named == may_name(pool, where, server))
        return;
    if (!named && !directive_option(server, KW_SERVER_POOL_CONN_NAME))
        return; /* whether sni is enough, the version and other options tell */
    diag_add(config->diags, RULE_REQUIRED_KEYWORD, arg_span(action),
             named ? "give it 'pool-conn-name', or leave 'name' out" : "add 'name' to the rule",
             named ? "the server '%.*s' does not name its connections" : "the server '%.*s' names its connections",
             (int)name->len, name->text);
    diag_place(config->diags, server->at, "it stands here");
}

void check_attach(struct config *config)
{
    struct pool pool = {NULL, false};

    for (const struct section *section = config->first; section && !config->damaged; section = section->next)
        for (const struct directive *d = section_lines(section, keyword_bit(KW_FRONTEND_TCP_REQUEST_SESSION)); d;
             d = d->next) {
            const struct arg *action = d->kw->id == KW_FRONTEND_TCP_REQUEST_SESSION
                                           ? directive_option(d, KW_TCP_REQUEST_SESSION_ATTACH_SRV)
                                           : NULL;

            if (action && action + 1 < d->args + d->arg_count)
                check_rule(config, &pool, section, d, action);
        }
}
