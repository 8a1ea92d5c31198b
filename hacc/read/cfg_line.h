/* A line of haproxy.cfg as HAProxy reads it: what it refuses of a line whatever its keyword, and what it does not look
 * at. Asked of 2.2, 2.6, 3.0 and 3.2. */
#ifndef HACC_READ_CFG_LINE_H
#define HACC_READ_CFG_LINE_H

#include "hacc/read/cfg_lex.h"

/* Appends the words that HAProxy reads of the line text[0..len), which stands at `at` without its line feed: none of
 * an empty line. What it passes over in silence (behind an empty word, a carriage return) is told and left out. Gives
 * false after faults. */
bool cfg_line(struct words *words, struct lang *lang, const char *text, uint32_t len, struct span at);

/* Reports what HAProxy has against the file as a whole: a byte order mark, no line feed at its end. Gives where the
 * first line begins. */
uint32_t cfg_file_begin(struct lang *lang, const struct source *source, uint32_t src);

#endif
