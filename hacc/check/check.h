/* The checks: what can only be seen when the whole configuration has been read. */
#ifndef HACC_CHECK_CHECK_H
#define HACC_CHECK_CHECK_H

#include "hacc/check/machine.h"
#include "hacc/model/config.h"

/* Names and ids that are given twice (HAProxy refuses them). Sets config->templates. */
void check_names(struct config *config);

/* Names that are needed but not defined. Says nothing of what part of the input could not be read. */
void check_refs(struct config *config);

/* Directives longer than HAProxy takes (64 words; configuration.txt 2.2). */
void check_lines(struct config *config);

/* Things without a name of their own that are given twice: certificates of a store, filters. */
void check_twice(struct config *config);

/* Keywords that stand twice in a section, and may only once. */
void check_once(struct config *config);

/* Sections without a keyword that they need. */
void check_required(struct config *config);

/* Defaults sections that a proxy cannot start from, and rules that cannot stand in one. To be called once, before
 * those below: it notes in `serves` who starts from a defaults section. */
void check_defaults(struct config *config);

/* Keywords below what they must stand above. */
void check_order(struct config *config);

/* Capture slots that rules name but nothing makes. */
void check_captures(struct config *config);

/* Server lines that lack what they need: a CA file, an agent's port, a check of the server that they track, a FastCGI
 * application. */
void check_servers(struct config *config);

/* Whether HAProxy connects to a server by TLS, to send to it or to check it. To be called after check_servers. */
bool server_speaks_tls(const struct directive *server);

/* Rules that put connections into a server's pool by a name, or without, where the server has it otherwise. */
void check_attach(struct config *config);

/* Listeners that speak TLS and lack what it needs: a certificate, a CA file. */
void check_binds(struct config *config);

/* Peers sections that mix two ways to say where this machine listens, or have it, or another peer, twice. */
void check_peers(struct config *config);

/* Certificates that crt-store sections load twice, and directories that stand below what is loaded from them. */
void check_stores(struct config *config);

/* Whether HAProxy keeps a peers section: it is not disabled, and has a peer that is this machine. `local`: as of
 * config_local_peer; NULL: any may be. */
bool peers_are_kept(const struct section *section, const struct arg *local);

/* Proxies that send to a backend of another mode or hold what theirs does not allow, and external checks that lack what
 * they need. */
void check_proxies(struct config *config);

/* Samples that cannot be keys of their stick table, and tables that lack what is looked up in them. */
void check_tables(struct config *config);

/* Proxies without the stick table that a line of their defaults section needs. To be called after check_defaults. */
void check_inherited(struct config *config);

/* Maps of acme sections that nothing reads. */
void check_acme(struct config *config);

/* Numbers that limit each other: of a cache, of OCSP updates, of threads. */
void check_limits(struct config *config);

/* Variables of formats that up to 2.8 proxies in mode http alone can show. */
void check_formats(struct config *config);

/* The options that choose the kind of a backend's health checks: the last one counts. */
enum { CHECK_KINDS = 10 };
extern const enum keyword_id check_kinds[CHECK_KINDS];

/* Gives the last directive of any of the keywords that counts in a section: its own, or that of its defaults. NULL:
 * none, or one that is negated. */
const struct directive *check_effective(const struct section *section, const enum keyword_id *ids, uint32_t count);

/* Reads the number of a directive as HAProxy does: what its first argument begins with, 0 where it begins with none.
 * Gives false where there is no directive or only a variable's value tells the number. */
bool check_number(const struct directive *d, int64_t *number);

/* The checks that come with the language, whose findings are errors: all of the above. */
void check_language(struct config *config);

/* The rules of `hacc lint`: what is no error of the language, but hardly what is wanted. To be called after
 * check_language. `machine` may be NULL. The families are in lint.h. */
void check_lint(struct config *config, const struct lint_machine *machine);

#endif
