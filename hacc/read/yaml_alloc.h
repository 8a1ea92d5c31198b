/* A heap for libyaml alone. libyaml allocates and frees several small texts for each scalar; a free list a
 * size serves them at a quarter of malloc's cost.
 *
 * The build copies libyaml.a with malloc, realloc, free and strdup renamed to the four functions below:
 *   objcopy --redefine-sym malloc=yaml_heap_malloc --redefine-sym realloc=yaml_heap_realloc \
 *           --redefine-sym free=yaml_heap_free --redefine-sym strdup=yaml_heap_strdup libyaml.a OUT.a
 * (--wrap does not do: parts of libyaml call free itself), and links with -Wl,--exclude-libs,OUT.a, so that
 * no other library meets this heap. A build without that step, as one with sanitizers, simply never calls
 * them.
 *
 * Not for use from several threads. */
#ifndef HACC_READ_YAML_ALLOC_H
#define HACC_READ_YAML_ALLOC_H

#include <stddef.h>

/* As malloc, realloc, free and strdup: NULL where memory runs out. */
void *yaml_heap_malloc(size_t size);
void *yaml_heap_realloc(void *block, size_t size);
void yaml_heap_free(void *block);
char *yaml_heap_strdup(const char *text);

/* Gives all memory back to malloc. Does nothing while a block is in use. */
void yaml_heap_release(void);

#endif
