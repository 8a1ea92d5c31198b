/* The rows of a preflight for people and for programs. Whatever is made lives in the arena of the output. */
#ifndef HACC_WRITE_TO_PREFLIGHT_H
#define HACC_WRITE_TO_PREFLIGHT_H

#include "hacc/check/preflight.h"

/* Appends a table: state, check, what was found; below it the line of the configuration and the fix. `all`: what is
 * well too. */
void preflight_print(const struct preflight *preflight, const struct sources *sources, bool all, bool color,
                     struct buf *out);

/* Appends one JSON object, a row a line:
 *
 *   {"checks": [
 *   {"check": "ports", "state": "ok" | "unknown" | "warning" | "failure", "found": …, "fix": … or null,
 *    "file": … or null, "line": … or null, "column": … or null}
 *   ], "failures": …, "warnings": …, "unknown": …, "ok": …}
 */
void preflight_json(const struct preflight *preflight, const struct sources *sources, struct buf *out);

#endif
