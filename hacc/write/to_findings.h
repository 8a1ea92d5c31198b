/* Findings for programs. */
#ifndef HACC_WRITE_TO_FINDINGS_H
#define HACC_WRITE_TO_FINDINGS_H

#include "hacc/base/diag.h"

/* Appends the findings as one JSON object, a finding a line:
 *
 *   {"findings": [
 *   {"file": …, "line": …, "column": …, "endLine": …, "endColumn": …, "severity": "error" | "warning" | "info",
 *    "rule": …, "message": …, "help": … or null, "related": [{"file": …, …, "message": …}, …]}
 *   ]}
 *
 * Lines and columns count from 1, columns in code points; the end is the place behind the last character. Of a
 * finding without a place, file, lines and columns are null. "notShown" behind the list counts those that were
 * too many to be kept. */
void findings_json(const struct diags *diags, const struct sources *sources, struct buf *out);

#endif
