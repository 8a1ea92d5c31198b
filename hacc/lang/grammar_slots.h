/* The hash table of the grammar: an entry a (context, name, version range), open addressing. */
#ifndef HACC_LANG_GRAMMAR_SLOTS_H
#define HACC_LANG_GRAMMAR_SLOTS_H

#include <stdint.h>

struct grammar_slot {
    const char *name; /* NULL: free */
    uint16_t len;
    uint8_t context;
    uint16_t row; /* index into keywords; 0: the name begins longer keywords */
};

extern const uint32_t grammar_slot_mask;
extern const struct grammar_slot grammar_slots[];

#endif
