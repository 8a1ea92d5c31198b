#include "hacc/read/yaml_alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Sizes served from free lists: 16 << 0 to 16 << 6, header included; larger blocks are malloc's. */
enum { CLASSES = 7, CLASS_LARGE = CLASSES, SLAB_SIZE = 64 * 1024 };

/* Before each block. Its size keeps the block aligned for any type. */
struct header {
    _Alignas(16) uint32_t class;
    size_t size; /* of a large block */
};

_Static_assert(sizeof(struct header) == 16, "blocks follow their header at 16 bytes");

struct free_block {
    struct free_block *next;
};

struct slab {
    struct slab *next;
    max_align_t data[];
};

/* libyaml's allocation functions take no context, so this state is the program's. */
static struct {
    struct free_block *free[CLASSES]; /* blocks, not headers: a block keeps its header while free */
    struct slab *slabs;
    char *at, *end;
    size_t in_use;
} heap;

static size_t class_size(uint32_t class)
{
    return (size_t)16 << class;
}

static struct header *header_of(void *block)
{
    return (struct header *)block - 1;
}

static void *slab_block(uint32_t class)
{
    size_t size = sizeof(struct header) + class_size(class);
    struct header *header;

    if ((size_t)(heap.end - heap.at) < size) {
        struct slab *slab = malloc(sizeof(*slab) + SLAB_SIZE);

        if (!slab)
            return NULL;
        slab->next = heap.slabs;
        heap.slabs = slab;
        heap.at = (char *)slab->data;
        heap.end = heap.at + SLAB_SIZE;
    }
    header = (struct header *)heap.at;
    heap.at += size;
    header->class = class;
    heap.in_use++;
    return header + 1;
}

static void *large_block(size_t size)
{
    struct header *header = size < SIZE_MAX / 2 ? malloc(sizeof(*header) + size) : NULL;

    if (!header)
        return NULL;
    header->class = CLASS_LARGE;
    header->size = size;
    heap.in_use++;
    return header + 1;
}

static uint32_t class_of(size_t size)
{
    if (size <= 16)
        return 0;
    return size > 16 << (CLASSES - 1) ? CLASS_LARGE : (uint32_t)(60 - __builtin_clzll((unsigned long long)size - 1));
}

void *yaml_heap_malloc(size_t size)
{
    uint32_t class = class_of(size);
    struct free_block *block;

    if (class == CLASS_LARGE)
        return large_block(size);
    block = heap.free[class];
    if (!block)
        return slab_block(class);
    heap.free[class] = block->next;
    heap.in_use++;
    return block;
}

void yaml_heap_free(void *block)
{
    struct header *header;
    struct free_block *freed = block;

    if (!block)
        return;
    header = header_of(block);
    heap.in_use--;
    if (header->class == CLASS_LARGE) {
        free(header);
        return;
    }
    freed->next = heap.free[header->class];
    heap.free[header->class] = freed;
}

void *yaml_heap_realloc(void *block, size_t size)
{
    size_t old;
    void *moved;

    if (!block)
        return yaml_heap_malloc(size);
    old = header_of(block)->class == CLASS_LARGE ? header_of(block)->size : class_size(header_of(block)->class);
    if (size <= old && size > old / 4)
        return block;
    if (header_of(block)->class == CLASS_LARGE && class_of(size) == CLASS_LARGE) {
        struct header *header = size < SIZE_MAX / 2 ? realloc(header_of(block), sizeof(*header) + size) : NULL;

        if (!header)
            return NULL;
        header->size = size;
        return header + 1;
    }
    moved = yaml_heap_malloc(size);
    if (!moved)
        return NULL;
    memcpy(moved, block, old < size ? old : size);
    yaml_heap_free(block);
    return moved;
}

char *yaml_heap_strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = yaml_heap_malloc(size);

    return copy ? memcpy(copy, text, size) : NULL;
}

void yaml_heap_release(void)
{
    if (heap.in_use)
        return;
    while (heap.slabs) {
        struct slab *next = heap.slabs->next;

        free(heap.slabs);
        heap.slabs = next;
    }
    memset(&heap, 0, sizeof(heap));
}
