/* Arguments in parentheses: `set-var(txn.x)`, `hdr(host,1)`, checked against their signature. */
#ifndef HACC_LANG_PAREN_H
#define HACC_LANG_PAREN_H

#include "hacc/lang/words.h"

/* Checks a word that is a name, or a name and its arguments, against the arguments' signature, whose first
 * node is `first` (0: no arguments, though "()" may stand). Adds findings and gives false where something is
 * wrong. The arguments of keywords know no quotes: HAProxy takes those for a part of them. */
bool paren_parse(struct lang *lang, uint16_t first, const struct word *word);

/* As paren_parse, inside a longer word: the name is word->text[from .. open), and where word->text[open] is
 * '(' the arguments begin there. Gives in *end the byte behind the closing parenthesis (`open` where there is
 * none). Faults are of `rule`; those of expressions and conditions, anything but RULE_BAD_VALUE, may quote their
 * arguments. Where no ')' follows, *end is word->len. */
bool paren_parse_at(struct lang *lang, uint16_t first, const struct word *word, uint32_t from, uint32_t open,
                    enum rule_id rule, uint32_t *end);

/* Gives the byte behind the arguments that begin at word->text[open], unchecked; `open` where there are none,
 * word->len where they do not end. */
uint32_t paren_skip(const struct word *word, uint32_t open);

#endif
