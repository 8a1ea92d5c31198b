/* Fingerprints: what makes a finding the same one when lines above it come and go. */
#ifndef HACC_WRITE_FINGERPRINT_H
#define HACC_WRITE_FINGERPRINT_H

#include "hacc/base/diag.h"

/* Of the rule and the text of the line, without the blanks around it; of a finding without a place, of its message.
 * Findings of one file that have all this in common are told apart by their number. */
struct fingerprint {
    uint64_t hash;
    uint32_t number; /* from 1 */
};

/* Gives the fingerprints of all findings, which are sorted, in the arena of `diags`. */
struct fingerprint *fingerprints_make(const struct diags *diags, const struct sources *sources);

#define FINGERPRINT_TEXT 28

/* Writes "0123456789abcdef:1". */
void fingerprint_text(char text[FINGERPRINT_TEXT], const struct fingerprint *print);

#endif
