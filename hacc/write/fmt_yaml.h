/* YAML to its canonical layout. */
#ifndef HACC_WRITE_FMT_YAML_H
#define HACC_WRITE_FMT_YAML_H

#include "hacc/base/diag.h"

enum fmt_yaml_result {
    FMT_YAML_DONE,
    FMT_YAML_FAULTS, /* the text is no YAML: see diags */
    FMT_YAML_CHANGED /* laid out it would say something else: `out` is of no use */
};

/* Appends the text of source `src` to `out`: two blanks of indent, list items indented below their key, one blank where
 * blanks part, at most one empty line in a row, comments at the indent of what they stand above. The breaks of lines
 * inside { }, [ ] and texts are the author's, and so is how a text is quoted. What the text means to hacc is not asked.
 *
 * The result is read again and compared: YAML allows layouts (line breaks of Unicode, say) that this one cannot keep.
 */
enum fmt_yaml_result fmt_yaml(struct sources *sources, uint32_t src, struct diags *diags, struct buf *out);

#endif
