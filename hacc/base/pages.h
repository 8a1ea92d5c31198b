/* Memory straight from the kernel, for what is large and filled from its start to its end. */
#ifndef HACC_BASE_PAGES_H
#define HACC_BASE_PAGES_H

#include <stddef.h>

/* Gives zeroed pages that are all there: one call takes the place of a page fault for each of them. NULL, with errno
 * set, where there is no memory. */
void *pages_alloc(size_t size);

/* size: as it was asked for. */
void pages_free(void *pages, size_t size);

#endif
