/* What the rules of `hacc lint` share. A family of rules is a file, lint_*.c; a rule is a function over the section at
 * hand.
 *
 * A rule stays silent where it cannot know. Of a section that was not understood, or that an .if may change, nothing is
 * said that depends on what is absent or comes from elsewhere (struct lint.sure). */
#ifndef HACC_CHECK_LINT_H
#define HACC_CHECK_LINT_H

#include "hacc/check/machine.h"
#include "hacc/check/request_read.h"
#include "hacc/check/request_words.h"
#include "hacc/model/sysctl.h"

/* Phases of rules (struct keyword.phase) on requests are below this, those on responses above. */
enum { RESPONSE_PHASES = 10 };

/* What a keyword is in the section at hand. Stale unless seen_in is the section's number. */
struct lint_keyword {
    uint32_t seen_in;
    uint32_t own_at, inherited_at;     /* their places in the order in which HAProxy reads */
    const struct directive *first;     /* its first line in the section itself, whatever its form; NULL: none */
    const struct directive *own;       /* its last one */
    const struct directive *inherited; /* its last line in the defaults section, whatever its form; NULL: none */
};

/* Defaults that take their settings from defaults: deeper than this they only go in circles. */
#define LINT_DEFAULTS_DEPTH 16

/* HOLDS_UNKNOWN: nobody has looked yet. */
enum lint_holds { HOLDS_UNKNOWN, HOLDS_NONE, HOLDS_SOME };

struct lint {
    struct config *config;
    const struct lint_machine *machine; /* NULL: nothing is known of it */
    const struct section *global;       /* the last one; NULL: there is none */
    const struct arg *local_peer;       /* see config_local_peer */
    const struct directive **globals;   /* by enum keyword_id: the first line of it in a global section, or NULL */
    bool process_sure;                  /* all of the global sections is known */
    struct lint_keyword *keywords;      /* by enum keyword_id */
    uint32_t lines;                     /* noted so far */
    uint32_t regex_steps;               /* that may still be taken to see whether regular expressions are slow */
    bool all_sure;                      /* every proxy so far was sure */
    bool has_errors;   /* of the language: what seems unused may only be spelt wrongly where it is used */
    bool has_frontend; /* there is a frontend or listen section: the file is no part of a larger one */
    bool all_mailers;  /* those that proxies use are all noted */
    struct lint_used { /* the mailers sections that proxies use */
        const struct section **at;
        uint32_t count, cap;
    } mailers;
    struct binds *binds;         /* of the sections so far: check/binds.h */
    struct tls_limits {          /* for lint_tls: what HAProxy makes of a line's TLS options */
        uint8_t without;         /* versions that are switched off one by one, as in struct keyword.tls */
        uint8_t min, max;        /* from 1, as the words of TYPE_TLS_VERSION; 0: not said */
        bool strict_sni;         /* none but known names */
        bool unknown;            /* the environment gives a part of it */
    } tls_binds, tls_servers;    /* of the global sections so far */
    bool lua_conversion;         /* what Lua makes of booleans is said above */
    const struct directive *lua; /* the first script that is loaded; NULL: none yet */
    struct standing *standing;   /* by enum keyword_id, for lint_repeated; NULL: not yet asked for */
    struct lint_options {        /* lint_options.c */
        struct lint_option *at;  /* by enum keyword_id */
        uint16_t *undoes;        /* by enum keyword_id: the option that it undoes; 0: none */
        uint32_t server;         /* the number of the server at hand */
        bool unsure;             /* a variable of its line may be any option */
        bool base_unsure;        /* the same of default-server */
        bool global_told;        /* something was said of the global section's ssl-server-verify */
    } options;
    struct hash_set addresses, cookies;      /* of the servers of the section at hand; see lint_server_sets.c */
    const struct directive *told_retries;    /* the retry-on line of which something was said last */
    enum lint_holds holds;                   /* whether some rule says which requests are not sent twice */
    const struct arg *told_source;           /* the source of which something was said last */
    int64_t open_port;                       /* the first that any user may take; 0: nobody has looked yet */
    const struct section *told_timeout;      /* defaults of which it was said last that a timeout is missing */
    const struct section *told_redispatch;   /* the same of 'option redispatch' */
    const struct section *told_port;         /* the section whose servers without a port were looked at last */
    struct lint_seen {                       /* in the proxies so far: the first line that does so; NULL: none */
        const struct directive *foreign;     /* connects to servers from addresses that are not this machine's */
        const struct directive *lasting;     /* lets connections be idle for an hour or more */
        const struct directive *maxconn;     /* limits the connections of a frontend */
        const struct directive *too_many;    /* and this one was told of */
        const struct directive *compression; /* compresses everything: it was told of */
        unsigned cleaned;                    /* see lint_headers.c */
        bool cleaned_known;
        const struct directive *ipv6; /* a bind line, where all frontends have such; see lint_keys.c */
        bool ipv6_known;
        const struct directive *log_empty, *log_plain, *log_mode; /* lines for logs that were told of */
        const struct section *unlogged;                           /* defaults without a log: it was told of */
    } seen;

    struct lint_tracks *tracks; /* what stick tables count, once somebody asked; see lint_counters.c */

    /* the section at hand */
    const struct section *section;
    const struct section *defaults; /* of a proxy: where its settings come from; NULL: nowhere */
    const char *what;               /* for messages: "backend", "frontend", "listen", "peers" */
    uint32_t number;                /* from 1 */
    bool frontend, backend;         /* which halves of a proxy it is; a defaults section is neither */
    bool sure;                      /* all of it is known, and all of its defaults */
    bool enabled;                   /* not switched off by 'disabled': HAProxy looks at it as a whole */
    enum proxy_mode mode;           /* of a proxy */
};

/* Give the first and the last line of a keyword in the section at hand itself, whatever its form, or NULL. */
const struct directive *lint_first(const struct lint *lint, enum keyword_id id);
const struct directive *lint_own(const struct lint *lint, enum keyword_id id);

/* Goes from line to line, from the first line of a keyword to its last one: most lines stand behind. Gives NULL behind
 * the last one. */
const struct directive *lint_next(const struct lint *lint, const struct directive *line, enum keyword_id id);

/* Gives the last line of a keyword that the section at hand takes from its defaults, whatever its form, or NULL. */
const struct directive *lint_inherited(const struct lint *lint, enum keyword_id id);

/* Gives the line of a keyword that is in force, of the section at hand or its defaults; NULL where there is none, or
 * where it is negated. */
const struct directive *lint_effective(const struct lint *lint, enum keyword_id id);

/* The same for keywords that take each other's place: the last one of all of them. */
const struct directive *lint_last_of(const struct lint *lint, const enum keyword_id *ids, size_t count);

/* Gives the first of them that is in force. */
const struct directive *lint_any_of(const struct lint *lint, const enum keyword_id *ids, size_t count);

/* Gives the first line of a keyword in the global sections; NULL: there is none, or it is negated. */
const struct directive *lint_global(const struct lint *lint, enum keyword_id id);

/* Whether the line stands in the section at hand, and not in its defaults. */
bool lint_is_own(const struct lint *lint, const struct directive *line);

/* Gives the defaults section that a defaults section takes its own settings from, or NULL. */
const struct section *lint_defaults_of(const struct lint *lint, const struct section *defaults);

/* Whether the keyword is for the half of a proxy that the section at hand is not: HAProxy ignores it, which is all that
 * there is to say of the line. */
bool lint_is_misplaced(const struct lint *lint, const struct keyword *kw);

/* The options of servers, lint_options.c. To be called in this order: once a section, for each default-server line of
 * it where it stands, for each server. */
void lint_options_begin(struct lint *lint);
void lint_options_default(struct lint *lint, const struct directive *line);
void lint_options_server(struct lint *lint, const struct directive *server);

/* Gives the name of an option that is in force for the server at hand, on its line or by default-server; NULL: it has
 * none, or another one undoes it. */
const struct arg *lint_option(const struct lint *lint, enum keyword_id id);

/* The same for the first value of an option that must have one. */
const struct arg *lint_option_value(const struct lint *lint, enum keyword_id id);

/* Whether the option is in force, and stands on the server's own line. */
bool lint_option_is_own(const struct lint *lint, enum keyword_id id);

/* Whether nothing has been said of the option in force yet: one of default-server is told of once, and not for each
 * server. */
bool lint_option_is_new(struct lint *lint, enum keyword_id id);

/* Adds a finding about a line in force: at the line where it stands in the section at hand; else at the section's name,
 * with the line as second place. The rest is as for diag_add. */
__attribute__((format(printf, 5, 6))) void lint_add(struct lint *lint, enum rule_id rule, const struct directive *line,
                                                    const char *help, const char *fmt, ...);

/* Adds a finding about what the section at hand is as a whole. */
__attribute__((format(printf, 4, 5))) void lint_add_section(struct lint *lint, enum rule_id rule, const char *help,
                                                            const char *fmt, ...);

/* The section at hand as the arguments of "%s '%.*s'". */
#define LINT_NAME(lint) (lint)->what, (int)(lint)->section->name_len, (lint)->section->name

#define LINT_COUNT(list) (sizeof(list) / sizeof(*(list)))

/* Whether a rule has a condition. */
bool directive_has_condition(const struct directive *directive);

/* Gives the fetch that a sample expression, or the criterion of an ACL, begins with; NULL where it is not known. */
const struct keyword *lint_fetch(const struct lint *lint, const char *text, uint32_t len);

/* A test of a condition. */
struct lint_test {
    const struct arg *at;        /* the name of the ACL, or the criterion between braces */
    const char *name;            /* of the ACL, without a '!'; NULL: there are braces */
    uint32_t name_len;           /* of it */
    const struct symbol *acl;    /* the first line of the ACL; NULL: none of the section's */
    const struct keyword *fetch; /* without such lines: what is tested; NULL: not known */
    uint32_t next;               /* where the next test is looked for */
    bool inside;                 /* of braces */
};

/* Goes to the next test of a rule's condition, from a test of zeroes to the first one; false: there is none. */
bool lint_next_test(const struct lint *lint, const struct directive *d, struct lint_test *test);

/* The same for the tests between braces alone, whose criterion is not looked up. */
bool lint_next_criterion(const struct directive *d, struct lint_test *test);

/* An ACL, with a name or without: the words that acl_words_read takes. */
struct lint_acl {
    const struct arg *args;
    uint32_t count;
    uint32_t next; /* where the next one is looked for */
};

/* Goes to the next ACL in a line: that of an `acl` line, or those between the braces of a condition. From one of zeroes
 * to the first; false: there is none. */
bool lint_next_acl(const struct directive *d, struct lint_acl *acl);

/* Whether the http-request rule ends the rules on requests where its condition holds. */
bool lint_ends_requests(const struct directive *d);

/* Whether the http-request rule changes what other conditions look at, other than headers that are not the host. */
bool lint_changes_request(const struct directive *d);

/* Gives what a line of an ACL tests; NULL where it is not known. */
const struct keyword *lint_acl_fetch(const struct lint *lint, const struct symbol *line);

/* Whether HAProxy waits, for as long as the inspect-delay, for contents that a rule of tcp-request content tests,
 * tracks or captures; other rules it evaluates at once. Source: tried with 2.2, 2.6, 3.0 and 3.2. */
bool lint_waits(const struct lint *lint, const struct directive *rule);

/* A fetch or converter in a line. */
struct lint_sample {
    const struct keyword *kw;
    const struct arg *arg; /* in which it stands */
    const char *args;      /* what stands in its parentheses; NULL: there are none */
    uint32_t args_len;
};

typedef void lint_see(struct lint *lint, const struct directive *d, const struct lint_sample *sample);

/* Shows `see` each fetch and converter of a line: in expressions, log-format strings, ACLs and conditions. */
void lint_each_sample(struct lint *lint, const struct directive *d, lint_see *see);

/* Gives the argument that the parameter `name`, or where that is NULL a name of the kind, takes: *len 0 where it is
 * left out. false: there is no such parameter. */
bool lint_sample_arg(const struct lint_sample *sample, const char *name, enum symbol_kind symbol, const char **text,
                     uint32_t *len);

/* An address that is listened on. */
struct lint_listener {
    enum {
        REACH_LOCAL,   /* by this machine alone: a loopback address, a UNIX socket, one that is inherited */
        REACH_ADDRESS, /* by whoever reaches one address of this machine */
        REACH_ALL      /* on all addresses */
    } reach;
    bool ipv6;         /* it is of IPv6 */
    int64_t low, high; /* the ports; 0 where there are none */
};

/* Goes to the next one of an address argument, from *at 0 to the first; false: there is none whose text is known. */
bool lint_next_listener(const struct lint *lint, const struct arg *address, uint32_t *at,
                        struct lint_listener *listener);

/* Whether other machines can connect to what a bind line opens, without a certificate of their own; false where that is
 * not known. */
bool lint_is_reachable(const struct lint *lint, const struct directive *bind);

/* Gives the line that says whom the process becomes once it listens; NULL: it stays who started it. */
const struct directive *lint_user(const struct lint *lint);

/* Whether such a line says root. */
bool lint_user_is_root(const struct directive *line);

/* Gives such a line where the process certainly becomes another user than root and keeps none of the capabilities; else
 * NULL. */
const struct directive *lint_user_without(const struct lint *lint, const char *const *capabilities, size_t count);

/* Give the finding added last a fix, where the source is laid out so that it can be changed: */

/* The line goes, with its line of text; a comment behind it stays. */
void lint_fix_remove(struct lint *lint, const struct directive *d);

/* Its keyword, a KW_RENAMED one, gets its new name. */
void lint_fix_rename(struct lint *lint, const struct directive *d);

/* --- the families: which sections each is called for --- */

void lint_deprecated(struct lint *lint); /* any */
void lint_ignored(struct lint *lint);    /* proxies, defaults */
void lint_order(struct lint *lint);      /* proxies, defaults */
void lint_conditions(struct lint *lint); /* proxies, defaults */
void lint_replies(struct lint *lint);    /* proxies, defaults */
void lint_logs(struct lint *lint);       /* proxies, defaults */

void lint_acls(struct lint *lint); /* any */

/* The patterns of one ACL, and its regular expressions. */
void lint_patterns(struct lint *lint, const struct acl_words *words);
void lint_regex(struct lint *lint, const struct arg *pattern, bool caseless);

void lint_regexes(struct lint *lint);  /* proxies, defaults */
void lint_tls(struct lint *lint);      /* any */
void lint_tables(struct lint *lint);   /* any */
void lint_criteria(struct lint *lint); /* any */
void lint_repeated(struct lint *lint); /* any */
void lint_numbers(struct lint *lint);  /* any */

/* Whether the line sets a log format that another line, nearer or further down, takes the place of. */
bool lint_overridden_format(const struct lint *lint, const struct directive *line);

/* Times that are so small that their unit was likely forgotten: in any section that has servers. */
void lint_times(struct lint *lint);

void lint_proxy(struct lint *lint);       /* proxies */
void lint_checks(struct lint *lint);      /* proxies */
void lint_track(struct lint *lint);       /* frontends, listen sections */
void lint_routing(struct lint *lint);     /* proxies, defaults */
void lint_early_http(struct lint *lint);  /* proxies */
void lint_redirects(struct lint *lint);   /* proxies */
void lint_backends(struct lint *lint);    /* proxies */
void lint_servers(struct lint *lint);     /* proxies, defaults */
void lint_timeouts(struct lint *lint);    /* proxies */
void lint_server_sets(struct lint *lint); /* proxies */
void lint_tls_options(struct lint *lint); /* any */
void lint_others(struct lint *lint);      /* sections that are neither */
void lint_binds(struct lint *lint);       /* any */
void lint_limits(struct lint *lint);      /* proxies */
void lint_source(struct lint *lint);      /* proxies, defaults */
void lint_headers(struct lint *lint);     /* proxies, defaults */
void lint_conflicts(struct lint *lint);   /* proxies, defaults */
void lint_secrets(struct lint *lint);     /* any */
void lint_keys(struct lint *lint);        /* any */
void lint_counters(struct lint *lint);    /* proxies */
void lint_page(struct lint *lint);        /* frontends, listen sections */
void lint_process(struct lint *lint);     /* the configuration as a whole, once */
void lint_names(struct lint *lint);       /* the configuration as a whole, once */

/* The same. */
void lint_unused_backends(struct lint *lint);
void lint_variables(struct lint *lint);
void lint_folders(struct lint *lint);
void lint_ports(struct lint *lint);
void lint_addresses(struct lint *lint);
void lint_sysctls(struct lint *lint);

/* Its parts: lines of HAProxy that need other settings than are set by hand, and what this machine has. */
void lint_sysctl_lines(struct lint *lint, const struct sysctl_index *index);
void lint_sysctl_host(struct lint *lint, const struct sysctl_index *index, const struct host_sysctls *host);

void lint_stats(struct lint *lint); /* proxies, defaults */

/* Notes the mailers that a section which is not known as a whole may use; gives whether these are all. */
bool lint_note_mailers(struct lint *lint);

#endif
