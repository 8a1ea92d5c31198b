/* Conditions and ACLs. */
#ifndef HACC_LANG_COND_H
#define HACC_LANG_COND_H

#include "hacc/lang/words.h"

/* Parses an ACL without its name: criterion, flags, patterns; all `count` (at least 1) words are its. Gives
 * false, with findings, where HAProxy would refuse it. */
bool acl_parse(struct lang *lang, const struct word *words, uint32_t count);

/* Whether a word among patterns that are numbers says how those behind it are compared: eq, ge, gt, le, lt. */
bool acl_is_operator(const char *text, uint32_t len);

#endif
