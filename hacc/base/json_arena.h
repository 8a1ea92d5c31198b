/* jansson with the memory of an arena: where that runs out the arena's oom takes over, and nothing has to be given
 * back. */
#ifndef HACC_BASE_JSON_ARENA_H
#define HACC_BASE_JSON_ARENA_H

#include "hacc/base/buf.h"

#include <jansson.h>

/* From here to json_arena_end values come from the arena, and none is ever NULL for lack of memory. */
void json_arena_begin(struct arena *arena);
void json_arena_end(void);

/* Gives a text as a value. Messages and names of files may hold bytes of the input, JSON holds characters alone: the
 * rest becomes visible, as diag_visible makes it. */
json_t *json_clean(const char *text);

/* Appends a value as text; flags are jansson's. */
void json_print(const json_t *value, size_t flags, struct buf *out);

#endif
