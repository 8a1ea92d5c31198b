/* Settings of the kernel, whichever way their keys are spelt. Source: sysctl.d(5); asked of sysctl(8). */
#ifndef HACC_MODEL_SYSCTL_H
#define HACC_MODEL_SYSCTL_H

#include "hacc/model/config.h"

/* Whether a line of sysctl.d(5) can begin with the text as its key. */
bool sysctl_key_parse(const char *text, uint32_t len);

/* Gives the one spelling of a key: dots part its names, and a '/' is a dot inside a name. The '.' or '/' that comes
 * first in the key is what parts its names, and the other one is the dot inside. A '-' before the key, by which a fault
 * does not count, is no part of it. */
const char *sysctl_name(struct arena *arena, const char *key, size_t len);

/* Goes to the next word of a value, from one of zeroes at its start; false: there is none, and the word is empty. */
bool sysctl_next_word(struct word *word);

/* Whether two values are the same words, or the same numbers. */
bool sysctl_same_value(const char *a, const char *b);

/* Reads the first number of a setting; false: there is none, or it is not to be told. */
bool sysctl_number(const struct sysctl *sysctl, int64_t *number);

/* Adds a sysctl setting and gives it; the strings are kept. reason NULL: written by hand. */
struct sysctl *config_sysctl(struct config *config, const char *key, const char *value, const char *reason,
                             struct span at);

/* All settings of a configuration by their names; those of one name as they were read. */
struct sysctl_index {
    struct sysctl **at;
    uint32_t count;
};

/* Fills an index, in the configuration's arena. */
void sysctl_index_make(struct sysctl_index *index, const struct config *config);

/* Gives how many settings from `first` on have one name. */
uint32_t sysctl_index_run(const struct sysctl_index *index, uint32_t first);

/* Gives the setting of those that counts: the last one by hand; without one, the first. */
const struct sysctl *sysctl_index_final(const struct sysctl_index *index, uint32_t first);

/* Gives the setting of a name that counts, or NULL. */
const struct sysctl *sysctl_index_find(const struct sysctl_index *index, const char *name);

#endif
