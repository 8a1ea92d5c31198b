/* What the files that make examples share. */
#ifndef HACC_WRITE_EXAMPLE_PARTS_H
#define HACC_WRITE_EXAMPLE_PARTS_H

#include "hacc/lang/sig.h"
#include "hacc/write/example.h"

/* The row that an example is asked for, and before it those in whose lines it stands: the outermost first. */
struct example_step {
    const struct example_step *next;
    enum context_id context;
    const struct keyword *kw;
};

struct maker {
    struct arena *arena;
    enum hap_version version;
    const struct example_step *path; /* what has yet to be put in */
    const char *const *require;      /* of the row that is being made */
    struct buf words;
    bool glued; /* the next word needs no blank before it */
};

static inline bool maker_has(const struct maker *maker, const struct keyword *kw)
{
    return maker->version >= (enum hap_version)kw->since && maker->version <= (enum hap_version)kw->until;
}

/* Whether a sequence takes rows of a context, at any depth. */
bool sig_leads_to(uint16_t at, enum context_id context);

/* Gives the way from a section to a row; a row that no signature leads to stands alone, its context NONE. */
const struct example_step *example_path(struct maker *maker, enum context_id context, const struct keyword *kw);

/* Gives the section that a line stands in best, of those that take it. */
enum context_id example_home(const struct example_step *line);

/* Gives a value of a parameter. *number: it is a number to YAML. */
const char *example_of_type(struct maker *maker, const struct sig *sig, bool *number);

/* Gives the row of the context that is asked for, NULL where there is none, and takes it off the path. */
const struct keyword *example_wanted_row(struct maker *maker, enum context_id context);

/* Gives a row of the context that the version has, and every build. */
const struct keyword *example_first_row(const struct maker *maker, enum context_id context);

#endif
