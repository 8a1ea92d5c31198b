/* What a configuration says of what, item by item, for hacc/check/changes.h.
 *
 * A line is an item of a slot: what it sets (a setting: one line counts), or the list that it is part of. Slots are
 * those of both configurations, so that items of one slot can be held against each other. Lines behind .if are items of
 * slots of their own, one for each condition: which of them HAProxy reads is known when it starts. */
#ifndef HACC_CHECK_EFFECTIVE_H
#define HACC_CHECK_EFFECTIVE_H

#include "hacc/check/line_key.h"

enum { OLD, NEW, SIDES };

struct item;

/* Slots of which HAProxy takes all from the defaults or, where the proxy says anything itself, nothing. Source:
 * HAProxy's cfgparse-listen.c and tcpcheck.c. */
enum slot_family {
    FAMILY_NONE,
    FAMILY_CHECKS, /* the rules of health checks; the kind of them too makes the inherited ones go */
    FAMILY_STATS,  /* the statistics page */
    FAMILIES
};

/* What one side says of a slot. Stale unless `seen` is the number of the section at hand. */
struct slot_state {
    uint32_t seen;
    bool cleared;               /* `no log`: what the defaults say does not count */
    const struct item *setting; /* NULL: switched off */
    struct item *first, *last;  /* of a list, by item.next */
};

struct slot {
    struct key key;
    bool list;         /* each line counts; else the last one */
    bool alternatives; /* a setting of several keywords, which take each other's place */
    uint8_t family;    /* enum slot_family */
    bool dropped;      /* what is inherited of it is gone once the proxy says anything of the family itself */
    uint32_t changed;  /* in which pair of defaults the two sides differ in what they inherit */
    uint32_t touched;  /* in which section */
    struct slot_state base[SIDES], own[SIDES]; /* of the defaults, of the section */
};

/* An option of a server that is in force. */
struct option {
    const struct directive *line; /* the server's, or one of default-server */
    const struct arg *arg; /* its name, or the first of words that only a variable's value tells the meaning of */
    uint32_t count;        /* of words, with its name */
    bool known;            /* arg is a name */
    struct key key;
};

/* What default-server says at some place. */
struct option_set {
    struct option *at;
    uint32_t count;
};

struct item {
    const struct directive *line;
    const struct section *section;
    struct slot *slot;
    struct key key;                /* what it says */
    struct key identity;           /* of a list: what is the same thing, whatever is said of it */
    const struct option_set *base; /* of a server: what default-server adds to it; NULL: it is none */
    struct item *next;             /* in slot_state */
};

/* What a proxy, or another section, is called; several sections can be one subject: global. */
struct subject {
    struct subject *next;
    struct key key;
    const struct section *section; /* the first one */
    const struct section **sections;
    uint32_t count, cap;
    struct subject *other; /* the same one in the other configuration; NULL: there is none */
    struct key content;    /* all that is said of it; only of those without an other */
};

struct effective {
    const struct config *config;
    struct arena *arena;
    struct key_map *slots; /* of both configurations */
    struct line_reader reader;
    struct item *items;
    uint32_t count, cap;
    struct item_range {
        uint32_t from, to;
    } * ranges;                      /* by section.number: its items; numbers need not ascend */
    const struct option_set **bases; /* by section.number: what its default-server lines say, at its end */
    struct subject *first, **tail;
    struct key_map subjects, acls;
    struct key guard;   /* of the line at hand: the conditions of .if around it */
    struct key *guards; /* of those around these */
    uint32_t guard_count, guard_cap;
    uint16_t *undoes;              /* by enum keyword_id: the option of a server that it undoes; 0: none */
    uint32_t *fold_at, *fold_seen; /* by enum keyword_id, while options are put together */
    uint32_t folds;
    struct option_set scratch; /* the options of one server */
    uint32_t scratch_cap;
};

/* Reads the configuration; `slots` are shared by both sides. */
void effective_read(struct effective *effective, const struct config *config, struct key_map *slots,
                    struct arena *arena);

/* Makes the keys of the items anew, where names of sections are others in the other configuration. */
void effective_rename(struct effective *effective, const struct key_map *renamed);

/* Gives the options in force of a line with those of default-server: NULL of a line alone. */
const struct option_set *effective_options(struct effective *effective, const struct option_set *base,
                                           const struct directive *line);

/* Gives the option of a keyword that is in force; NULL: none. */
const struct option *option_find(const struct option_set *options, enum keyword_id id);

/* Whether a line is that of one server, which has its options and those of default-server: in a proxy, a ring, among
 * peers. */
bool line_is_server(const struct directive *line);

/* Gives how many words of a server line stand before its options: a name, an address. */
uint32_t server_options_at(const struct directive *line);

/* What a server line says: its name and address, and the set of its options. */
struct key server_key(struct effective *effective, const struct item *item);

/* Notes which options of servers undo which: 'no-check' undoes 'check'. To be called before the functions above. */
void effective_note_negations(struct effective *effective);

/* Gives the slot of a keyword outside of .if; NULL: no line of either side is of it. */
struct slot *effective_slot(const struct key_map *slots, enum keyword_id id);

#endif
