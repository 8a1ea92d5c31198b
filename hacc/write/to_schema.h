/* The grammar table as a JSON Schema (draft 7) of hacc's YAML, for editors. */
#ifndef HACC_WRITE_TO_SCHEMA_H
#define HACC_WRITE_TO_SCHEMA_H

#include "hacc/base/buf.h"
#include "hacc/lang/grammar.h"
#include "hacc/model/intent_form.h"

/* Appends the schema of files for HAProxy `version`, a definition a line; the same table gives the same bytes.
 * intents: ended by a name of NULL. `arena` serves for what is needed on the way; out of memory goes to its oom. */
void to_schema(enum hap_version version, const struct intent_form *intents, struct arena *arena, struct buf *out);

#endif
