/* Comments that silence a rule at their place:
 *
 *   server: {old: 10.0.0.9:80}   # hacc: ignore[server-no-check] -- it is only for the night of the move
 *
 * On a line of its own such a comment is for the next line that holds more than comments. */
#ifndef HACC_CHECK_IGNORES_H
#define HACC_CHECK_IGNORES_H

#include "hacc/model/config.h"

/* Settles the findings of config->diags (sorted) that a comment of config->remarks ignores, and adds findings about the
 * comments themselves. `sure`: all there is to find has been found; else no comment is called unused. */
void ignores_apply(struct config *config, bool sure);

#endif
