/* A generation: what one configuration becomes on a machine. Its name is the beginning of the SHA-256 of the
 * configuration's text; the running HAProxy bears it in its environment, as HACC_GEN, and tells it (`show env
 * HACC_GEN`).
 */
#ifndef HACC_DEPLOY_GENERATION_H
#define HACC_DEPLOY_GENERATION_H

#include "hacc/deploy/state.h"
#include "hacc/write/to_cfg.h"

#define GENERATION_VARIABLE "HACC_GEN"

struct generation {
    char name[GENERATION_SIZE];
    struct buf text;       /* of haproxy.cfg, as it is installed: with its name in it */
    struct buf sysctl;     /* of the sysctl fragment; empty: there is none */
    bool named;            /* HAProxy tells its name: the text is one that generation_make made */
    mode_t mode;           /* of both files, before the umask */
    struct source_map map; /* of text */
};

/* Makes the generation of a configuration, in its arena. */
void generation_make(struct generation *generation, const struct config *config);

/* Makes one of a text that may be anybody's. The map stays empty. */
void generation_take(struct generation *generation, const char *text, size_t len, struct arena *arena);

/* Names the generation that a file's text is: what hacc wrote by its own name, any other text by its SHA-256. *edited:
 * hacc wrote it, and it has been changed since. */
void generation_of(const char *text, size_t len, char name[GENERATION_SIZE], bool *edited);

/* Gives where the configuration stands in a text, without what hacc put around it, and its length. Of hacc's first line
 * the line break is left: lines keep their numbers. */
const char *generation_body(const char *text, size_t len, size_t *body_len);

#endif
