/* The memory of one request, freed as a whole. */
#ifndef ROUTELET_MEMORY_H
#define ROUTELET_MEMORY_H

#include <stddef.h>

typedef struct memory_block memory_block;

/* Everything allocated for one request. */
typedef struct {
    memory_block *newest;
} memory;

/* NULL where there is none left. */
void *memory_alloc(memory *of, size_t size);
/* Makes the newest allocation larger, in place or elsewhere. */
void *memory_grow_newest(memory *of, size_t size);
void memory_free(memory *of);

/* What the host allocates from now on is this request's; with NULL, it is nobody's and stays for ever,
 * as the adapter needs it that calls the host for libc. */
void memory_take_from_host(memory *of);
/* The next bytes of the host that fit go to `buffer` and nowhere else. */
void memory_land(void *buffer, size_t size);

#endif
