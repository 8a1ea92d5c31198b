/* struct config: a configuration as hacc knows it, whichever front read it. Everything lives in one arena. */
#ifndef HACC_MODEL_CONFIG_H
#define HACC_MODEL_CONFIG_H

#include "hacc/base/hash_set.h"
#include "hacc/lang/match.h"
#include "hacc/model/apply_settings.h"

/* A comment, with its '#', without its line break. */
struct comment_line {
    struct comment_line *next;
    const char *text;
    uint32_t len;
};

enum directive_form { FORM_PLAIN, FORM_NO, FORM_DEFAULT };

/* Names in their order, and to be looked up (symbols.c). */
struct symbols {
    struct symbol *first, **tail; /* without those that are defined again */
    struct hash_set set;          /* of struct symbol */
};

/* One line of haproxy.cfg. */
struct directive {
    struct directive *next;
    const struct keyword *kw;
    const struct arg *args;
    uint64_t options;              /* keyword_bit of each option that it has, and perhaps of others */
    uint32_t arg_count;            /* what the checks ask of every line stands above, in one line of a cache mostly */
    uint32_t flags;                /* enum keyword_flags of its keyword and of its options */
    uint16_t facts;                /* of a server: what check_servers found in its line and default-server */
    uint16_t condition;            /* as of struct section, of the branches in the section too */
    uint8_t form;                  /* enum directive_form */
    bool outermost;                /* stands between sections: .if, .endif around whole sections */
    uint32_t name_len;             /* 0: kw is keyword_verbatim, args are all the words of the line */
    const char *name;              /* as it is written: the keyword, with (arguments) where it has some */
    struct span at;                /* the keyword's place */
    uint32_t end;                  /* where the directive ends in its source */
    const char *intent;            /* the intent that it comes from: "sticky"; NULL: written by hand */
    struct comment_line *comments; /* above it */
    struct comment_line *trailing; /* on its line */
};

/* An intent that stands for lines of a section: `hacc import` writes it under `hacc:`, and not the lines, whose
 * `intent` is set. */
struct intent_text {
    struct intent_text *next;
    const char *name; /* "sticky" */
    const char *yaml; /* its value, YAML on one line */
};

struct section {
    struct section *next;
    enum context_id context;
    const char *name; /* "" where it has none */
    uint32_t name_len;
    struct span at, name_at;
    struct directive *first, **tail;
    uint64_t keywords; /* keyword_bit of each keyword that its lines have, and perhaps of others */
    uint64_t options;  /* the same of the options of its lines */
    uint32_t flags;    /* enum keyword_flags of its lines */
    const char *from;  /* the defaults section that it takes its settings from; NULL: the last one */
    uint32_t from_len;
    struct section *defaults; /* where its settings come from; NULL: nowhere. Set by config_link_defaults */
    bool name_env, from_env;  /* it is HAProxy's own spelling, with ${…}: its value is known at run time only */
    uint8_t serves;       /* of a defaults section: enum proxy_side of those that start from it. By check_defaults */
    uint32_t number;      /* how many sections stand above it */
    uint16_t condition;   /* 0, or the number of the .if branch that it stands in */
    uint32_t onces;       /* directives in it of keywords that may stand once */
    struct symbols names; /* those that are local to it: its servers, its ACLs */
    bool poison;          /* something in it was not understood: say nothing of what it lacks */
    const char *intent;   /* the intent that made it; NULL: written by hand */
    struct intent_text *intents; /* recognised in it, for to_yaml */
    struct comment_line *comments, *trailing;
    struct comment_line *closing; /* behind its last directive */
};

/* A sysctl setting, by hand or derived. */
struct sysctl {
    struct sysctl *next;
    const char *key, *value;
    const char *name;              /* the key in its one spelling: see sysctl_name */
    const char *reason;            /* of a derived one; NULL: written by hand */
    struct comment_line *comments; /* above it in the input */
    struct span at, value_at;      /* value_at: of one written by hand */
    uint32_t number;               /* how many were read before it */
    bool secret;                   /* its value came from !env or !file */
};

struct request_set;

/* How a name is used: at all, and as the backend that a rule or default_backend sends to. */
enum symbol_use { USED = 1, USED_AS_TARGET = 2 };

/* What names refer to. */
struct symbol {
    struct symbol *next;          /* defined next, among the same struct symbols */
    struct symbol *same;          /* another one of the same kind, name and scope: defined again */
    struct symbol *last;          /* of the first one: the end of that list */
    struct symbol *next_repeated; /* of the first one: see struct config */
    const char *name;
    uint32_t len;
    uint32_t number; /* of the directive that defines it, in the order of the output */
    uint16_t branch; /* 0, or the number of the .if branch that it stands in */
    uint8_t kind;    /* enum symbol_kind */
    uint8_t used;    /* bits of enum symbol_use: of ACLs and backends, by lint */
    struct span at;
    struct section *section;            /* where it is defined */
    struct directive *directive;        /* what defines it; NULL: the section itself */
    const struct request_set *requests; /* what an ACL matches, once lint has asked: request_set_of */
};

/* What transparent mode needs of the kernel (the intent `transparent`). */
struct tproxy {
    bool wanted;
    uint32_t mark, table; /* packet mark and routing table of what belongs to HAProxy's sockets */
    struct span at;       /* the intent */
};

struct config {
    struct arena *arena;
    struct diags *diags;
    struct sources *sources;
    struct lang lang;
    struct section *first, **tail;
    uint32_t section_count;
    struct sysctl *sysctls, **sysctl_tail;
    uint32_t sysctl_count;
    struct symbols names;         /* those that are not local to a section */
    struct symbol *repeated;      /* names that are defined more than once */
    struct comment_line *opening; /* the head of the file */
    struct comment_line *closing; /* behind the last section */
    struct span *remarks;         /* the comments that speak to hacc */
    uint32_t remark_count, remark_cap;
    uint16_t branches;               /* .if branches of the files read so far; see struct section's condition */
    uint32_t longest;                /* most arguments of any directive */
    uint64_t unknown_names;          /* by enum symbol_kind: there are such whose names are known at run time only */
    bool secret;                     /* holds what only its owner may read */
    bool cfg;                        /* read from haproxy.cfg files; else from YAML */
    bool damaged;                    /* part of the input could not be read: what is missing may only be unread */
    struct tproxy tproxy;            /* transparent mode */
    struct apply_settings apply;     /* how it is installed */
    struct server_ranges *templates; /* what server-template lines make; NULL: nothing. By check_names */
};

void config_init(struct config *config, struct arena *arena, struct diags *diags, struct sources *sources,
                 enum hap_version version);

/* Appends a section. `name` is kept, not copied. */
struct section *config_add_section(struct config *config, enum context_id context, const char *name, uint32_t len,
                                   struct span at);

/* Gives a directive with the match's words copied, not yet in a section. */
struct directive *config_directive(struct config *config, const struct keyword *kw, const struct match *match);

void section_add(struct section *section, struct directive *directive);

/* Puts a directive before `before` (a directive of the section; NULL: at its end). */
void section_insert(struct section *section, struct directive *directive, const struct directive *before);

/* Takes a directive out of a section. */
void section_remove(struct section *section, struct directive *directive);

/* Gives the enum proxy_side of a section; 0: it is no proxy. */
unsigned section_sides(const struct section *section);

/* Sets `defaults` of the sections, when all are there. */
void config_link_defaults(struct config *config);

/* Gives the defaults section whose settings a proxy starts from, or NULL. */
const struct section *section_defaults(const struct config *config, const struct section *section);

/* Gives the first directive of a keyword in the section or, where it has none, in its defaults. */
struct directive *section_effective(const struct config *config, const struct section *section, enum keyword_id id);

/* Notes a comment that begins with "# hacc:"; of others, nothing. */
void config_remark(struct config *config, struct span comment);

/* Enters a name. Names of servers, ACLs and the like are local to `section`. */
void config_define(struct config *config, enum symbol_kind kind, const char *name, uint32_t len,
                   struct section *section, struct directive *directive, struct span at);

/* Enters what the name of a section defines, if it has one. What cannot be a name is a finding. */
void config_define_section(struct config *config, struct section *section);
/* Notes that a name of the kind is defined in the section that only a variable's value tells. */
void config_define_unknown(struct config *config, enum symbol_kind kind, struct section *section);

/* Whether what stands in two .if branches (struct section.condition) may be there at the same time: branches of one .if
 * never are, and which belong together is not kept. */
static inline bool conditions_may_meet(uint16_t a, uint16_t b)
{
    return !a || !b || a == b;
}

/* Whether names of the kind are local to their section. */
bool symbol_is_local(enum symbol_kind kind);

/* Whether HAProxy keeps the first thing of a name of the kind and ignores the others. */
bool symbol_is_kept_once(enum symbol_kind kind);

/* Finds a name; scope: the section for local kinds, else ignored. */
struct symbol *config_find(const struct config *config, enum symbol_kind kind, const char *name, uint32_t len,
                           const struct section *scope);

/* Notes what a line of the section is; done for each that is added. To be called for a line that gets an option. */
void section_note(struct section *section, const struct directive *directive);

/* Gives the first directive of a keyword in a section, or NULL. */
struct directive *section_find_directive(const struct section *section, enum keyword_id id);

/* Gives the argument that matched the parameter `name` of the directive's own signature, or NULL. */
const struct arg *directive_param(const struct directive *directive, const char *name);

/* The bit of a keyword in `keywords` of a section, and of an option in `options` of a directive: most lack most of
 * them, and are not searched for those. Several keywords share a bit. */
static inline uint64_t keyword_bit(enum keyword_id id)
{
    return (uint64_t)1 << (id & 63);
}

/* Gives the first line of a section where lines of some keywords (their keyword_bit) may stand in it; else NULL: there
 * is nothing to look for. */
static inline struct directive *section_lines(const struct section *section, uint64_t wanted)
{
    return section->keywords & wanted ? section->first : NULL;
}

/* The same where lines with some options may stand in it. */
static inline struct directive *section_lines_with(const struct section *section, uint64_t wanted)
{
    return section->options & wanted ? section->first : NULL;
}

/* Whether the directive is a condition or message (KW_BRANCH). */
static inline bool directive_is_dot(const struct directive *directive)
{
    return directive->flags & KW_BRANCH;
}

/* Notes an option that the directive has. */
void directive_note_option(struct directive *directive, const struct keyword *option);

/* Gives the name of an option that a directive has (of bind, of server; an action, the `if` of a rule), or NULL. */
const struct arg *directive_option(const struct directive *directive, enum keyword_id id);

/* Gives the first value of that option, or NULL. */
const struct arg *directive_option_value(const struct directive *directive, enum keyword_id id);

/* Whether a proxy is disabled, by itself or its defaults. To be asked when defaults are linked. */
bool proxy_is_off(const struct section *section);

/* Gives the name of this machine among the peers, where a global section says it (localpeer); NULL: it is the machine's
 * own, or a variable's value. */
const struct arg *config_local_peer(const struct config *config);

/* Whether the directive is a peer or server line of a peers section, with its name. */
bool directive_is_peer(const struct directive *directive);

/* Whether the directive is a server or server-template line. */
static inline bool directive_is_server(const struct directive *directive)
{
    return directive->kw->id == KW_LISTEN_SERVER || directive->kw->id == KW_LISTEN_SERVER_TEMPLATE;
}

#endif
