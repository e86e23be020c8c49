// SPDX-License-Identifier: MIT
/*
 * The allocator before the allocator: dlsym() may allocate while it looks for malloc().
 *
 * The C library of Debian 12 does not, older and foreign ones do. Any thread; a bump pointer, so
 * there is nothing to free.
 */
#include <string.h>

#include "tracer/hooks/hooks.h"

#define EARLY_BYTES 16384
#define MIN_ALIGNMENT 16

static char buffer[EARLY_BYTES] __attribute__((aligned(MIN_ALIGNMENT)));
static size_t used_bytes;

struct early_header {
	size_t size;      /* what was asked for */
	size_t size_word; /* where the C library keeps a chunk's size */
};
_Static_assert(sizeof(struct early_header) == MIN_ALIGNMENT, "memory behind the header is aligned");

void *ww_early_alloc(size_t alignment, size_t size)
{
	size_t needed, offset;
	uintptr_t memory;
	struct early_header *header;

	if (alignment < MIN_ALIGNMENT)
		alignment = MIN_ALIGNMENT;
	if (size > EARLY_BYTES || alignment > EARLY_BYTES || (alignment & (alignment - 1)))
		return NULL;
	needed = (sizeof(*header) + alignment + size + MIN_ALIGNMENT - 1) &
		 ~(size_t)(MIN_ALIGNMENT - 1);
	offset = __atomic_fetch_add(&used_bytes, needed, __ATOMIC_RELAXED);
	if (offset > EARLY_BYTES - MIN_ALIGNMENT || needed > EARLY_BYTES - offset)
		return NULL;
	memory = ((uintptr_t)buffer + offset + sizeof(*header) + alignment - 1) & ~(alignment - 1);
	header = (struct early_header *)memory - 1;
	header->size = size;
	header->size_word = SIZE_MAX;
	return (void *)memory;
}

void *ww_early_calloc(size_t n_members, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n_members, size, &total))
		return NULL;
	return ww_early_alloc(0, total);
}

/* Moves on to the real allocator as soon as there is one. */
void *ww_early_realloc(void *memory, size_t size)
{
	void *grown = ww_next.malloc(size);
	size_t old_size;

	if (!grown || !ww_early_owns(memory))
		return grown;
	old_size = ((const struct early_header *)memory)[-1].size;
	return memcpy(grown, memory, old_size < size ? old_size : size);
}

bool ww_early_owns(const void *memory)
{
	return (uintptr_t)memory - (uintptr_t)buffer < EARLY_BYTES;
}
