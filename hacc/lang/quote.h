/* How haproxy.cfg spells a word (configuration.txt, 2.2 "Quoting and escaping"; see cfg_lex.h for the reverse). */
#ifndef HACC_LANG_QUOTE_H
#define HACC_LANG_QUOTE_H

#include "hacc/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* HAProxy's limits: words of a line, bytes of a line (2.2 to 3.2: MAX_LINE_ARGS 64, LINESIZE 2048; the line
 * buffer grows since 2.2, the number of words does not). */
#define CFG_MAX_WORDS 64

/* Appends a word as haproxy.cfg spells it: bare where possible, else quoted. An empty word is "" where
 * `empty_is_quoted`, else nothing. */
void cfg_quote(struct buf *out, const char *text, uint32_t len, bool empty_is_quoted);

/* Whether `c` parts words: what isspace(3) takes for a blank. A line feed ends the line before it can. */
static inline bool cfg_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether the name of an environment variable may begin with `c`. */
static inline bool env_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

#endif
