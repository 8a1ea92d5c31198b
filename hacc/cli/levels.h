/* Which rules speak, and how loudly: what the command line and .hacc.yaml say of them. */
#ifndef HACC_CLI_LEVELS_H
#define HACC_CLI_LEVELS_H

#include "hacc/base/diag.h"

enum { LEVEL_UNSET = RULE_OFF - 1, LEVEL_NEVER = SEVERITY_ERROR + 1 };

/* Of each rule an enum severity, RULE_OFF or LEVEL_UNSET. */
struct levels {
    int8_t of[RULE_COUNT];
};

/* Sets all rules. */
void levels_fill(struct levels *levels, int level);

enum levels_result {
    LEVELS_SET,
    LEVELS_UNKNOWN, /* no rule or family has that name; rule_suggest has one for it */
    LEVELS_REFUSED  /* see rule_is_refused */
};

/* Sets a rule, or those of a family that can be set. */
enum levels_result levels_set(struct levels *levels, const char *name, size_t len, int level);

/* Sets what `over` sets. */
void levels_lay(struct levels *levels, const struct levels *over);

/* Takes the value of --only or --skip: names of rules and families with commas between them. The others become, or
 * those become, RULE_OFF. Gives false, having said why. */
bool levels_only(struct levels *levels, const char *names);
bool levels_skip(struct levels *levels, const char *names);

/* Gives the level of that name: those of enum severity, or `other`, which is `value`; LEVEL_UNSET: it is none. */
int level_find(const char *name, size_t len, const char *other, int value);

#endif
