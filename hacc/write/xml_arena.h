/* Mini-XML with the memory of an arena, as jansson has it (json_arena.h): its calls of malloc go to xml_heap_malloc and
 * the like, by which build/libmxml-heap.a is linked. libxml2 would double the time that hacc takes to start. */
#ifndef HACC_WRITE_XML_ARENA_H
#define HACC_WRITE_XML_ARENA_H

#include "hacc/base/buf.h"

#include <mxml.h>

/* From here on nodes come from the arena, and none is ever NULL for lack of memory. The library keeps something of the
 * first arena it is given: it must outlive the others. */
void xml_arena_begin(struct arena *arena);

/* Sets an attribute to text of the input, made fit for XML; to a number. (mxmlElementSetAttrf has libc allocate.) */
void xml_set(mxml_node_t *node, const char *name, const char *text);
void xml_set_number(mxml_node_t *node, const char *name, uint32_t number);

/* Appends a node as text, on a line. */
void xml_print(mxml_node_t *node, struct buf *out);

#endif
