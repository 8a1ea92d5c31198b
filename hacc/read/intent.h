/* Intents: what people want of a load balancer, rewritten into plain directives (docs/intents.md).
 * An intent never stands in for what is written by hand: where the section has the keyword, it adds none. */
#ifndef HACC_READ_INTENT_H
#define HACC_READ_INTENT_H

#include "hacc/read/reader.h"

struct intent;

/* An intent as it stands in the input. */
struct intent_use {
    struct intent_use *next;
    const struct intent *intent;
    struct section *section;
    const struct node *key, *value; /* its own copies */
};

struct intent {
    const char *name;
    const char *where;   /* the sections that it may stand in, blank-separated */
    const char *options; /* the keys of its map, blank-separated */
    void (*expand)(struct reader *reader, struct intent_use *use); /* adds its lines where it stands */
    void (*finish)(struct reader *reader, struct intent_use *use); /* once all is read; may be NULL */
    bool before_servers;                                           /* its lines must stand before the first server */
};

extern const struct intent intent_journald, intent_stats, intent_sticky, intent_health, intent_transparent,
    intent_redirect_https, intent_tls;

/* Reports what is wrong with a use, at a node of it. */
__attribute__((format(printf, 4, 5))) void intent_fault(struct reader *reader, const struct node *at, const char *help,
                                                        const char *fmt, ...);

/* Gives the value of an option of a use: NULL where it is left out or false. */
const struct node *intent_option(const struct intent_use *use, const char *name);

/* As intent_option, as a word of haproxy.cfg, quoted where it must be; `otherwise` where it is left out. */
const char *intent_word(struct reader *reader, const struct intent_use *use, const char *name, const char *otherwise);

/* A node's text as a word of haproxy.cfg. */
const char *node_word(struct reader *reader, const struct node *node);

/* Checks that the keys of a map are among `options`. */
void intent_check_keys(struct reader *reader, const struct node *map, const char *options, const char *what);

/* Gives the global section, made where there is none. */
struct section *intent_global(struct reader *reader);

/* Adds a line to another section: at its end, or (before) before a directive of it. */
__attribute__((format(printf, 5, 6))) void intent_line_into(struct reader *reader, struct section *section,
                                                            const struct intent_use *use,
                                                            const struct directive *before, const char *fmt, ...);

/* Whether the section (or its defaults) speaks `mode`; tcp is what HAProxy takes where nothing says it. */
bool section_speaks_http(const struct config *config, const struct section *section);

#endif
