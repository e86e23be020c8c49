// SPDX-License-Identifier: MIT
/*
 * The allocator: calls that may be slow are timed, the others cost one comparison.
 *
 * The C library serves requests of up to 1032 bytes from a per-thread cache in a few nanoseconds; a
 * larger one may search, consolidate, map or return memory to the kernel. So only those read a
 * clock. A smaller one that stalls in the kernel is seen from there; timing one in sixteen of them
 * would cost all of them 2 ns, and miss fifteen stalls of sixteen. The size behind a pointer
 * given to free() is read where the C library keeps it, in the word before; that is why another
 * allocator is left alone altogether.
 */
#include "tracer/hooks/pause.h"

#define LARGE_BYTES 1032
#define FLAGS ((size_t)7)
#define FLAG_MAPPED ((size_t)2)

/* Page faults are worth a system call from here on: clearing or copying so much takes ten times as
 * long. */
#define CLEARED_BYTES ((size_t)2 << 20)
/* The C library maps every request above this alone; a smaller one may come from its heap at once.
 */
#define MAPPED_BYTES (((size_t)4 << 20) * sizeof(long))

WW_HOOK void *malloc(size_t size);
WW_HOOK void *calloc(size_t n_members, size_t size);
WW_HOOK void *realloc(void *memory, size_t size);
WW_HOOK void *reallocarray(void *memory, size_t n_members, size_t size);
WW_HOOK void free(void *memory);
WW_HOOK int posix_memalign(void **memory, size_t alignment, size_t size);
WW_HOOK void *aligned_alloc(size_t alignment, size_t size);
WW_HOOK void *memalign(size_t alignment, size_t size);
WW_HOOK void *valloc(size_t size);
WW_HOOK void *pvalloc(size_t size);
WW_HOOK int malloc_trim(size_t pad);

static bool is_timed(void)
{
	return ww_hooks.is_on && ww_hooks.is_libc_malloc && ww_emit_wants_pauses();
}

/* The word before the C library's memory, or ww_early_alloc()'s: bytes of the chunk and three
 * flags. */
static size_t size_word(const void *memory)
{
	return ((const size_t *)memory)[-1];
}

static bool is_large(const void *memory)
{
	return size_word(memory) >= LARGE_BYTES + 2 * sizeof(size_t);
}

/* What malloc_usable_size() says: a chunk that was mapped alone keeps another word. */
static size_t usable_bytes(const void *memory)
{
	size_t word = size_word(memory);

	return (word & ~FLAGS) - (word & FLAG_MAPPED ? 2 : 1) * sizeof(size_t);
}

/* By an eighth or more: then it will be moved or copied sooner or later, and not at every call. */
static bool is_growing(const void *memory, size_t size)
{
	size_t usable;

	if (!memory || size < CLEARED_BYTES)
		return false;
	usable = usable_bytes(memory);
	return size > usable + usable / 8;
}

static WW_COLD void *malloc_large(size_t size, const void *site)
{
	struct ww_pause pause;
	void *result;

	if (!is_timed())
		return ww_next.malloc(size);
	ww_pause_begin(&pause, size > MAPPED_BYTES);
	result = ww_next.malloc(size);
	ww_pause_end(&pause, WW_EMIT_MALLOC, size, site);
	return result;
}

void *malloc(size_t size)
{
	if (WW_LIKELY(size < LARGE_BYTES))
		return ww_next.malloc(size);
	return malloc_large(size, WW_CALL_SITE);
}

static WW_COLD void *calloc_large(size_t n_members, size_t size, const void *site)
{
	struct ww_pause pause;
	void *result;

	if (!is_timed())
		return ww_next.calloc(n_members, size);
	ww_pause_begin(&pause, n_members * size >= CLEARED_BYTES);
	result = ww_next.calloc(n_members, size);
	ww_pause_end(&pause, WW_EMIT_CALLOC, n_members * size, site);
	return result;
}

void *calloc(size_t n_members, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n_members, size, &total) || WW_LIKELY(total < LARGE_BYTES))
		return ww_next.calloc(n_members, size);
	return calloc_large(n_members, size, WW_CALL_SITE);
}

static WW_COLD void *realloc_large(void *memory, size_t size, const void *site)
{
	struct ww_pause pause;
	void *result;

	if (ww_early_owns(memory))
		return ww_early_realloc(memory, size);
	if (!is_timed())
		return ww_next.realloc(memory, size);
	ww_pause_begin(&pause, is_growing(memory, size));
	result = ww_next.realloc(memory, size);
	ww_pause_end(&pause, WW_EMIT_REALLOC, size, site);
	return result;
}

void *realloc(void *memory, size_t size)
{
	if (WW_LIKELY(ww_hooks.is_libc_malloc && size < LARGE_BYTES &&
		      (!memory || !is_large(memory))))
		return ww_next.realloc(memory, size);
	return realloc_large(memory, size, WW_CALL_SITE);
}

/* As the C library does it: a product that fits is a realloc(). */
void *reallocarray(void *memory, size_t n_members, size_t size)
{
	size_t total;

	if (!ww_hooks.is_libc_malloc || __builtin_mul_overflow(n_members, size, &total))
		return ww_next.reallocarray(memory, n_members, size);
	if (WW_LIKELY(total < LARGE_BYTES && (!memory || !is_large(memory))))
		return ww_next.realloc(memory, total);
	return realloc_large(memory, total, WW_CALL_SITE);
}

static WW_COLD void free_large(void *memory, const void *site)
{
	struct ww_pause pause;
	size_t size;

	if (ww_early_owns(memory))
		return;
	if (!is_timed()) {
		ww_next.free(memory);
		return;
	}
	size = usable_bytes(memory);
	ww_pause_begin(&pause, false);
	ww_next.free(memory);
	ww_pause_end(&pause, WW_EMIT_FREE, size, site);
}

void free(void *memory)
{
	if (!memory)
		return;
	if (WW_LIKELY(ww_hooks.is_libc_malloc && !is_large(memory)))
		ww_next.free(memory);
	else
		free_large(memory, WW_CALL_SITE);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	struct ww_pause pause;
	int result;

	if (size < LARGE_BYTES || !is_timed())
		return ww_next.posix_memalign(memory, alignment, size);
	ww_pause_begin(&pause, size > MAPPED_BYTES);
	result = ww_next.posix_memalign(memory, alignment, size);
	ww_pause_end(&pause, WW_EMIT_MEMALIGN, size, WW_CALL_SITE);
	return result;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	struct ww_pause pause;
	void *result;

	if (size < LARGE_BYTES || !is_timed())
		return ww_next.aligned_alloc(alignment, size);
	ww_pause_begin(&pause, size > MAPPED_BYTES);
	result = ww_next.aligned_alloc(alignment, size);
	ww_pause_end(&pause, WW_EMIT_MEMALIGN, size, WW_CALL_SITE);
	return result;
}

void *memalign(size_t alignment, size_t size)
{
	struct ww_pause pause;
	void *result;

	if (size < LARGE_BYTES || !is_timed())
		return ww_next.memalign(alignment, size);
	ww_pause_begin(&pause, size > MAPPED_BYTES);
	result = ww_next.memalign(alignment, size);
	ww_pause_end(&pause, WW_EMIT_MEMALIGN, size, WW_CALL_SITE);
	return result;
}

void *valloc(size_t size)
{
	struct ww_pause pause;
	void *result;

	if (!is_timed())
		return ww_next.valloc(size);
	ww_pause_begin(&pause, size > MAPPED_BYTES);
	result = ww_next.valloc(size);
	ww_pause_end(&pause, WW_EMIT_MEMALIGN, size, WW_CALL_SITE);
	return result;
}

void *pvalloc(size_t size)
{
	struct ww_pause pause;
	void *result;

	if (!is_timed())
		return ww_next.pvalloc(size);
	ww_pause_begin(&pause, size > MAPPED_BYTES);
	result = ww_next.pvalloc(size);
	ww_pause_end(&pause, WW_EMIT_MEMALIGN, size, WW_CALL_SITE);
	return result;
}

/* Walks the heaps and gives back what it can; @pad is what it shall keep. */
int malloc_trim(size_t pad)
{
	struct ww_pause pause;
	int result;

	if (!is_timed())
		return ww_next.malloc_trim(pad);
	ww_pause_begin(&pause, false);
	result = ww_next.malloc_trim(pad);
	ww_pause_end(&pause, WW_EMIT_TRIM, pad, WW_CALL_SITE);
	return result;
}
