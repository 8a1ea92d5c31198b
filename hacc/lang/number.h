/* Numbers in words, as HAProxy reads them: whole, or what a word begins with. */
#ifndef HACC_LANG_NUMBER_H
#define HACC_LANG_NUMBER_H

#include "hacc/lang/words.h"

/* By enum time_unit: how the unit is written, and how many microseconds it has. */
extern const char *const unit_names[];
extern const int64_t unit_us[];

/* As time_parse (hacc/lang/types.h). HAProxy passes over what stands behind the unit: *end is the length it reads. */
bool time_read(const char *text, uint32_t len, enum time_unit unit, int64_t *ms, uint32_t *end);

/* Reads 0x1f, 017 and 15 as strtol with base 0 does; at most INT64_MAX. Gives false for what is no number as a whole.
 */
bool based_parse(const struct word *word, int64_t *value);

/* Gives the number that a word begins with, as atol has it: behind blanks; empty, which counts as 0, where it begins
 * with none. */
struct word leading_number(const struct word *word);

/* Whether the number that a text begins with, as atol has it, is 0. */
bool begins_with_zero(const char *text, uint32_t len);

#endif
