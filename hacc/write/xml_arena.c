#include "hacc/write/xml_arena.h"

#include "hacc/base/diag.h"

static struct arena *heap;

/* What objcopy makes of the library's calls. */
void *xml_heap_malloc(size_t size);
void *xml_heap_calloc(size_t count, size_t size);
void *xml_heap_realloc(void *memory, size_t size);
char *xml_heap_strdup(const char *text);
void xml_heap_free(void *memory);

/* Before each piece stands its size, for realloc. */
void *xml_heap_malloc(size_t size)
{
    uint64_t *memory = arena_zalloc(heap, sizeof(*memory) + size);

    *memory = size;
    return memory + 1;
}

void *xml_heap_calloc(size_t count, size_t size)
{
    return xml_heap_malloc(count * size);
}

void *xml_heap_realloc(void *memory, size_t size)
{
    void *copy = xml_heap_malloc(size);
    size_t old = memory ? (size_t)((uint64_t *)memory)[-1] : 0;

    if (old)
        memcpy(copy, memory, old < size ? old : size);
    return copy;
}

char *xml_heap_strdup(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(xml_heap_malloc(size), text, size);
}

void xml_heap_free(void *memory)
{
    (void)memory;
}

void xml_arena_begin(struct arena *arena)
{
    heap = arena;
    mxmlSetWrapMargin(0);
}

void xml_set(mxml_node_t *node, const char *name, const char *text)
{
    struct buf clean;

    buf_init_in(&clean, heap);
    diag_visible(&clean, text, strlen(text));
    mxmlElementSetAttr(node, name, buf_text(&clean));
}

void xml_set_number(mxml_node_t *node, const char *name, uint32_t number)
{
    mxmlElementSetAttr(node, name, arena_printf(heap, "%u", number));
}

void xml_print(mxml_node_t *node, struct buf *out)
{
    char *text = mxmlSaveAllocString(node, MXML_NO_CALLBACK);

    buf_puts(out, text);
}
