// SPDX-License-Identifier: MIT
/*
 * Memory that the program asks the kernel for itself: every call enters the kernel, so every one is
 * timed. The C library's own calls, those of its allocator among them, do not come here.
 *
 * <sys/mman.h> would declare mmap() under another name where file offsets are wide.
 */
#include <linux/mman.h>
#include <stdarg.h>
#include <unistd.h>

#include "tracer/hooks/pause.h"

WW_HOOK void *mmap(void *address, size_t length, int protection, int flags, int fd, long offset);
WW_HOOK void *mmap64(void *address, size_t length, int protection, int flags, int fd,
		     int64_t offset);
WW_HOOK int munmap(void *address, size_t length);
WW_HOOK void *mremap(void *old, size_t old_length, size_t length, int flags, ...);
WW_HOOK int brk(void *end);
WW_HOOK void *sbrk(intptr_t change);
WW_HOOK int madvise(void *address, size_t length, int advice);

static bool is_timed(void)
{
	return ww_hooks.is_on && ww_emit_wants_pauses();
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, long offset)
{
	struct ww_pause pause;
	void *result;

	if (!is_timed())
		return ww_next.mmap(address, length, protection, flags, fd, offset);
	ww_pause_begin(&pause, flags & MAP_POPULATE);
	result = ww_next.mmap(address, length, protection, flags, fd, offset);
	ww_pause_end(&pause, WW_EMIT_MMAP, length, WW_CALL_SITE);
	return result;
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, int64_t offset)
{
	struct ww_pause pause;
	void *result;

	if (!is_timed())
		return ww_next.mmap64(address, length, protection, flags, fd, offset);
	ww_pause_begin(&pause, flags & MAP_POPULATE);
	result = ww_next.mmap64(address, length, protection, flags, fd, offset);
	ww_pause_end(&pause, WW_EMIT_MMAP, length, WW_CALL_SITE);
	return result;
}

int munmap(void *address, size_t length)
{
	struct ww_pause pause;
	int result;

	if (!is_timed())
		return ww_next.munmap(address, length);
	ww_pause_begin(&pause, false);
	result = ww_next.munmap(address, length);
	ww_pause_end(&pause, WW_EMIT_MUNMAP, length, WW_CALL_SITE);
	return result;
}

/* Without a new address the last argument is whatever stands there, for the C library as for us. */
void *mremap(void *old, size_t old_length, size_t length, int flags, ...)
{
	struct ww_pause pause;
	void *address, *result;
	va_list arguments;

	va_start(arguments, flags);
	address = va_arg(arguments, void *);
	va_end(arguments);
	if (!is_timed())
		return ww_next.mremap(old, old_length, length, flags, address);
	ww_pause_begin(&pause, false);
	result = ww_next.mremap(old, old_length, length, flags, address);
	ww_pause_end(&pause, WW_EMIT_MREMAP, length, WW_CALL_SITE);
	return result;
}

int brk(void *end)
{
	struct ww_pause pause;
	intptr_t change;
	int result;

	if (!is_timed())
		return ww_next.brk(end);
	change = (intptr_t)end - (intptr_t)ww_next.sbrk(0);
	ww_pause_begin(&pause, false);
	result = ww_next.brk(end);
	ww_pause_end(&pause, WW_EMIT_BRK, (size_t)(change < 0 ? -change : change), WW_CALL_SITE);
	return result;
}

/* A change of 0 only asks where the end is. */
void *sbrk(intptr_t change)
{
	struct ww_pause pause;
	void *result;

	if (change == 0 || !is_timed())
		return ww_next.sbrk(change);
	ww_pause_begin(&pause, false);
	result = ww_next.sbrk(change);
	ww_pause_end(&pause, WW_EMIT_BRK, (size_t)(change < 0 ? -change : change), WW_CALL_SITE);
	return result;
}

int madvise(void *address, size_t length, int advice)
{
	struct ww_pause pause;
	int result;

	if (!is_timed())
		return ww_next.madvise(address, length, advice);
	ww_pause_begin(&pause, advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE);
	result = ww_next.madvise(address, length, advice);
	ww_pause_end(&pause, WW_EMIT_MADVISE, length, WW_CALL_SITE);
	return result;
}
