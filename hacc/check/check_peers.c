/* Peers sections: what their lines say of each other, and of this machine. Source: asked of the binaries. */
#include "hacc/check/check.h"

#include "hacc/lang/types.h"

struct peers {
    struct config *config;
    const struct section *section;
    const struct arg *local; /* the name of this machine; NULL: not known */
    bool kept;               /* see peers_are_kept */
};

static bool is_local(const struct arg *local, const struct directive *peer)
{
    return local && peer->args[0].len == local->len && memcmp(peer->args[0].text, local->text, local->len) == 0;
}

bool peers_are_kept(const struct section *section, const struct arg *local)
{
    bool enabled = true, named = false;

    for (const struct directive *d = section->first; d; d = d->next) {
        if (d->kw->id == KW_PEERS_DISABLED || d->kw->id == KW_PEERS_ENABLED)
            enabled = d->kw->id == KW_PEERS_ENABLED;
        else if (directive_is_peer(d))
            named |= !local || is_local(local, d);
    }
    return enabled && named;
}

/* The line where this machine listens is a peer line or a bind line, for all of the section. */
static void check_mix(const struct peers *peers)
{
    const struct directive *bind = section_find_directive(peers->section, KW_PEERS_BIND);
    const struct directive *peer = section_find_directive(peers->section, KW_PEERS_PEER);

    if (!bind || !peer || !conditions_may_meet(bind->condition, peer->condition))
        return;
    diag_add(peers->config->diags, RULE_DUPLICATE_KEYWORD, bind->at, "write 'server' in place of 'peer'",
             "'%s' and '%s' exclude each other in a peers section", bind->kw->name, peer->kw->name);
    diag_place(peers->config->diags, peer->at, "the other one is here");
}

/* With 'server' this machine has no address, and the others have one. */
static void check_address(const struct peers *peers, const struct directive *d)
{
    const struct arg *address = directive_param(d, "address");

    if (!peers->local || d->kw->id != KW_PEERS_SERVER || d->arg_count < 2)
        return;
    if (is_local(peers->local, d) && address)
        diag_add(peers->config->diags, RULE_EXTRA_ARGUMENT, arg_span(address), "put it on a 'bind' line",
                 "'%s' gives this machine no address", d->kw->name);
    else if (!is_local(peers->local, d) && !address && d->args[1].flags & ARG_HEAD)
        diag_add(peers->config->diags, RULE_MISSING_ARGUMENT, arg_span(&d->args[1]),
                 "only the local peer, which 'localpeer' names, has none", "'%s' lacks the address of the peer",
                 d->kw->name);
}

/* This machine listens at its own address, which therefore has a port. From 3.0 on that of every peer has one, which
 * its type sees to. */
static void check_port(const struct peers *peers, const struct directive *d)
{
    const struct arg *address = directive_param(d, "address");
    struct word word = {.text = address ? address->text : "", .len = address ? address->len : 0};
    struct addr_parts parts;
    uint32_t at = 0;

    if (d->kw->id != KW_PEERS_PEER || peers->config->lang.version >= HAP_3_0 || !is_local(peers->local, d) ||
        !address || address->flags & (ARG_ENV | ARG_POISON))
        return;
    if (!addr_next(&peers->config->lang, sig_at(address->sig), &word, &at,
                   &parts)) /* which takes none without a port */
        diag_add(peers->config->diags, RULE_BAD_ADDRESS, arg_span(address), "as in 192.0.2.1:10000",
                 "address '%.*s' lacks the port where this machine listens", (int)address->len, address->text);
}

/* HAProxy takes this machine twice in no section, and from 3.0 on no other peer of one that it keeps. What has no
 * address is left out. */
static void check_again(const struct peers *peers, const struct directive *d)
{
    const struct symbol *first =
        config_find(peers->config, SYMBOL_PEER, d->args[0].text, d->args[0].len, peers->section);

    if (!first || first->directive == d || !conditions_may_meet(first->directive->condition, d->condition))
        return;
    if (!is_local(peers->local, d) && (peers->config->lang.version < HAP_3_0 || !peers->kept ||
                                       !directive_param(d, "address") || !directive_param(first->directive, "address")))
        return;
    diag_add(peers->config->diags, RULE_DUPLICATE_NAME, arg_span(&d->args[0]), NULL,
             "peer '%.*s' is defined twice in '%.*s'", (int)d->args[0].len, d->args[0].text,
             (int)peers->section->name_len, peers->section->name);
    diag_place(peers->config->diags, first->at, "first defined here");
}

void check_peers(struct config *config)
{
    const struct arg *local = config_local_peer(config);

    for (const struct section *section = config->first; section && !config->damaged; section = section->next) {
        struct peers peers = {config, section, local, false};

        if (section->context != CONTEXT_PEERS)
            continue;
        peers.kept = peers_are_kept(section, local);
        check_mix(&peers);
        for (const struct directive *d = section->first; d; d = d->next) {
            if (!directive_is_peer(d))
                continue;
            check_address(&peers, d);
            check_port(&peers, d);
            check_again(&peers, d);
        }
    }
}
