/* What a signature takes, asked by all who read, match or describe one. Sequences are given by their first node. */
#ifndef HACC_LANG_SIG_H
#define HACC_LANG_SIG_H

#include "hacc/lang/types.h"

/* Whether the sequence is exactly one value of one word, which a YAML scalar gives literally. */
bool sig_is_one_word(uint16_t at);

/* Whether the sequence can match no words at all. */
bool sig_may_be_empty(uint16_t at);

/* Whether the node is a parameter of one word with several items, which a YAML list may give. */
bool sig_takes_list(uint16_t at);

/* Whether a YAML list behind an option with this sequence is one value, not the option once for each item. */
bool sig_is_list_value(uint16_t at);

#endif
