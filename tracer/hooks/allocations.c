// SPDX-License-Identifier: MIT
/*
 * The allocator: calls that may be slow are timed, the others cost one comparison.
 *
 * The C library serves requests of up to 1032 bytes from a per-thread cache in a few nanoseconds; a
 * larger one may search, consolidate, map or return memory to the kernel. So only those read a
 * clock. A smaller one that stalls in the kernel is seen from there. The size behind a pointer
 * given to free() is read where the C library keeps it, in the word before; that is why another
 * allocator is left alone altogether.
 */
#include "tracer/hooks/emit.h"

#define LARGE_BYTES 1032

WW_HOOK void *malloc(size_t size);
WW_HOOK void *calloc(size_t n_members, size_t size);
WW_HOOK void *realloc(void *memory, size_t size);
WW_HOOK void free(void *memory);
WW_HOOK int posix_memalign(void **memory, size_t alignment, size_t size);
WW_HOOK void *aligned_alloc(size_t alignment, size_t size);
WW_HOOK void *memalign(size_t alignment, size_t size);

static bool is_timed(const void *site)
{
	return ww_hooks.is_on && ww_hooks.is_libc_malloc && ww_emit_wants_pause(site);
}

/*
 * Usable bytes, from the size word with its three flag bits; memory must be the C library's or
 * ww_early_alloc()'s.
 */
static size_t libc_usable_bytes(const void *memory)
{
	return (((const size_t *)memory)[-1] & ~(size_t)7) - sizeof(size_t);
}

static WW_COLD void *malloc_large(size_t size, const void *site)
{
	uint64_t begin_ns;
	void *result;

	if (!is_timed(site))
		return ww_next.malloc(size);
	begin_ns = ww_now_ns();
	result = ww_next.malloc(size);
	ww_emit_pause(WW_EMIT_MALLOC, size, begin_ns, site);
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
	uint64_t begin_ns;
	void *result;

	if (!is_timed(site))
		return ww_next.calloc(n_members, size);
	begin_ns = ww_now_ns();
	result = ww_next.calloc(n_members, size);
	ww_emit_pause(WW_EMIT_CALLOC, n_members * size, begin_ns, site);
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
	uint64_t begin_ns;
	void *result;

	if (ww_early_owns(memory))
		return ww_early_realloc(memory, size);
	if (!is_timed(site))
		return ww_next.realloc(memory, size);
	begin_ns = ww_now_ns();
	result = ww_next.realloc(memory, size);
	ww_emit_pause(WW_EMIT_REALLOC, size, begin_ns, site);
	return result;
}

void *realloc(void *memory, size_t size)
{
	if (WW_LIKELY(ww_hooks.is_libc_malloc && size < LARGE_BYTES &&
		      (!memory || libc_usable_bytes(memory) <= LARGE_BYTES)))
		return ww_next.realloc(memory, size);
	return realloc_large(memory, size, WW_CALL_SITE);
}

static WW_COLD void free_large(void *memory, const void *site)
{
	uint64_t begin_ns;
	size_t size;

	if (ww_early_owns(memory))
		return;
	if (!is_timed(site)) {
		ww_next.free(memory);
		return;
	}
	size = libc_usable_bytes(memory);
	begin_ns = ww_now_ns();
	ww_next.free(memory);
	ww_emit_pause(WW_EMIT_FREE, size, begin_ns, site);
}

void free(void *memory)
{
	if (!memory)
		return;
	if (WW_LIKELY(ww_hooks.is_libc_malloc && libc_usable_bytes(memory) <= LARGE_BYTES))
		ww_next.free(memory);
	else
		free_large(memory, WW_CALL_SITE);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	uint64_t begin_ns;
	int result;

	if (size < LARGE_BYTES || !is_timed(WW_CALL_SITE))
		return ww_next.posix_memalign(memory, alignment, size);
	begin_ns = ww_now_ns();
	result = ww_next.posix_memalign(memory, alignment, size);
	ww_emit_pause(WW_EMIT_MEMALIGN, size, begin_ns, WW_CALL_SITE);
	return result;
}

void *aligned_alloc(size_t alignment, size_t size)
{
	uint64_t begin_ns;
	void *result;

	if (size < LARGE_BYTES || !is_timed(WW_CALL_SITE))
		return ww_next.aligned_alloc(alignment, size);
	begin_ns = ww_now_ns();
	result = ww_next.aligned_alloc(alignment, size);
	ww_emit_pause(WW_EMIT_MEMALIGN, size, begin_ns, WW_CALL_SITE);
	return result;
}

void *memalign(size_t alignment, size_t size)
{
	uint64_t begin_ns;
	void *result;

	if (size < LARGE_BYTES || !is_timed(WW_CALL_SITE))
		return ww_next.memalign(alignment, size);
	begin_ns = ww_now_ns();
	result = ww_next.memalign(alignment, size);
	ww_emit_pause(WW_EMIT_MEMALIGN, size, begin_ns, WW_CALL_SITE);
	return result;
}
