#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct memory_block {
    memory_block *older;
    /* What follows is aligned for every type. */
    _Alignas(16) char bytes[];
};

static memory *taker;
static void *landing;
static size_t landing_size;

void *memory_alloc(memory *of, size_t size) {
    if (size > PTRDIFF_MAX - sizeof(memory_block)) return NULL;
    memory_block *block = malloc(sizeof(memory_block) + size);
    if (block == NULL) return NULL;
    block->older = of->newest;
    of->newest = block;
    return block->bytes;
}

void *memory_grow_newest(memory *of, size_t size) {
    if (size > PTRDIFF_MAX - sizeof(memory_block)) return NULL;
    memory_block *block = realloc(of->newest, sizeof(memory_block) + size);
    if (block == NULL) return NULL;
    of->newest = block;
    return block->bytes;
}

void memory_free(memory *of) {
    while (of->newest != NULL) {
        memory_block *older = of->newest->older;
        free(of->newest);
        of->newest = older;
    }
}

void memory_take_from_host(memory *of) {
    taker = of;
    landing = NULL;
}

void memory_land(void *buffer, size_t size) {
    landing = buffer;
    landing_size = size;
}

/* Called by the host for each text and list that it hands over. Texts get the zero byte that C wants. */
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t align, size_t size) {
    if (landing != NULL && align == 1 && size <= landing_size) {
        void *bytes = landing;
        landing = NULL;
        return bytes;
    }
    size_t zero = align == 1 ? 1 : 0;
    char *bytes = taker == NULL ? malloc(size + zero) : memory_alloc(taker, size + zero);
    if (bytes == NULL) abort();
    if (old != NULL) memcpy(bytes, old, old_size < size ? old_size : size);
    if (zero) bytes[size] = '\0';
    return bytes;
}
