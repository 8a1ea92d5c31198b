/* What the files that compare two configurations share:
 *
 *   effective.c          each configuration: items in slots, sections as subjects
 *   effective_servers.c  the options of its servers
 *   changes.c            subjects beside each other, and those that have another name now
 *   changes_slots.c      the slots of one subject, with what it has of its defaults
 *   changes_list.c       lists: what is new, gone, another, elsewhere
 *   changes_server.c     servers, option by option
 *   changes_way.c        whether a change needs a reload
 *   changes_add.c        the changes, one for each cause, and their texts */
#ifndef HACC_CHECK_CHANGES_PARTS_H
#define HACC_CHECK_CHANGES_PARTS_H

#include "hacc/check/changes.h"
#include "hacc/check/effective.h"

/* Slots, in the order in which they were met. */
struct slot_list {
    struct slot **at;
    uint32_t count, cap;
};

/* An item of a list, and which of the other side it is. */
struct element {
    const struct item *item;
    uint32_t other; /* its place there; NO_OTHER: it is not there */
    uint32_t next;  /* with the same key, or identity, in a chain */
    uint32_t above; /* how many lines stand above it whose order HAProxy minds */
    bool moved;
};

enum { NO_OTHER = UINT32_MAX };

struct element_list {
    struct element *at;
    uint32_t count, cap;
};

struct comparison {
    struct arena *arena;
    struct effective side[SIDES];
    struct key_map slots;

    /* the subject at hand; NULL: that side has none */
    const struct subject *subject[SIDES];
    uint32_t number; /* of it, for struct slot.touched and slot_state.seen */
    struct slot_list touched;
    bool off;                   /* the proxy is disabled on the old side */
    bool says[SIDES][FAMILIES]; /* it says something itself of an enum slot_family */

    /* the defaults at hand */
    const struct section *base[SIDES];
    unsigned base_sides; /* enum proxy_side of who takes them */
    uint32_t base_number;
    struct slot_list inherited, differing;

    struct element_list list[SIDES]; /* at hand */
    struct key_map referenced;       /* servers of the old side that something refers to, by name; see changes_way.c */
    bool referenced_known;

    struct found *first, **tail; /* the changes so far */
    struct key_map causes;
    uint32_t count;
};

/* A change that is being made. */
struct found {
    struct change change;
    struct found *next;
    struct change_target *last;
    uint32_t order[3]; /* by which they are sorted: group, place */
};

/* --- changes_slots.c --- */

/* Makes the subjects those at hand, and notes what is said of them; NULL: nothing. */
void comparison_begin(struct comparison *c, const struct subject *old, const struct subject *new);

/* Gives what a side of the subject at hand has of a setting, its own or of its defaults; NULL: nothing. */
const struct item *setting_of(const struct comparison *c, const struct slot *slot, int side);

/* Gives the setting of a keyword outside of .if in force, or NULL. */
const struct item *setting_find(const struct comparison *c, int side, enum keyword_id id);

/* Puts the items of a list, those of the defaults before the own ones, into c->list[side]. */
void list_collect(struct comparison *c, const struct slot *slot, int side, bool inherited);

/* Compares all slots of the subjects at hand. */
void compare_slots(struct comparison *c);

/* Gives the key of all that is said of the subject at hand, which one side alone has. */
struct key content_of(struct comparison *c, int side);

/* --- changes_list.c --- */

/* Compares c->list. */
void compare_lists(struct comparison *c);

/* --- changes_server.c --- */

/* Compares two servers of one name that differ. */
void compare_servers(struct comparison *c, const struct item *old, const struct item *new);

/* Whether two servers are the same but for their names. */
bool server_same(struct comparison *c, const struct item *old, const struct item *new);

/* --- changes_way.c --- */

struct way {
    enum change_way way;
    const char *why;
};

/* Give how a change gets into the running HAProxy: of a setting, a server that is new or gone, an option of a server,
 * its address (old_address, new_address), anything else. NULL: that side has none. */
struct way way_of_setting(const struct comparison *c, const struct item *old, const struct item *new);
struct way way_of_server(struct comparison *c, const struct item *old, const struct item *new);
struct way way_of_option(struct comparison *c, const struct item *item, const struct option_set *all[SIDES],
                         const struct option *option[SIDES]);
struct way way_of_address(struct comparison *c, const struct item *item, const struct arg *old, const struct arg *new);
struct way way_of_line(const struct directive *line);
struct way way_of_section(const struct section *section);

/* --- changes_add.c --- */

/* What a change is about. */
struct about {
    enum change_kind kind;
    const struct item *item[SIDES];     /* NULL: not there, or it is the section */
    const struct option *option[SIDES]; /* of a server: an option */
    const struct arg *address[SIDES];   /* or its address */
    const struct directive *above;      /* of a move */
    struct way way;
};

/* Adds a change of the subjects at hand, or a target to the change that has the same cause. */
void changes_add(struct comparison *c, const struct about *about);

/* A change of what stands outside of haproxy.cfg. A text that is NULL: not there. */
struct about_outside {
    const char *old_text, *new_text;
    struct span old_at, new_at;
    const char *why;
};

/* Adds such a change. */
void changes_add_outside(struct comparison *c, const struct about_outside *about);

/* Puts the changes in order. */
const struct changes *changes_finish(struct comparison *c);

#endif
