/* haproxy.cfg to struct config: the second front. Every fault is reported, at its line, and reading goes on. */
#ifndef HACC_READ_FROM_CFG_H
#define HACC_READ_FROM_CFG_H

#include "hacc/model/config.h"

/* Reads source `src` into an initialised config; faults go to its diags. Comments and the order are kept. A line is
 * what HAProxy takes for one (configuration.txt 2.2): it ends at a line feed, there is no continuation. */
void from_cfg(struct config *config, uint32_t src);

/* Whether a text is a haproxy.cfg: its first words are those of a section, not followed by a colon. */
bool looks_like_cfg(const char *text, uint32_t len);

#endif
