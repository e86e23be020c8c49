// SPDX-License-Identifier: MIT
/*
 * Finding the real functions and the settings.
 */
#include "tracer/hooks/hooks.h"
#include "tracer/hooks/ticks.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_ALLOC_THRESHOLD_NS 10000
#define MAX_TRACER_LIBRARIES 8

#define FINDER(type, name, symbol, version, parameters, arguments, without)                        \
	static type find_##name parameters;
WW_NEXT_FUNCTIONS(FINDER)
#undef FINDER

#define FIRST(type, name, symbol, version, parameters, arguments, without) .name = find_##name,
struct ww_next ww_next = { WW_NEXT_FUNCTIONS(FIRST) };
#undef FIRST

struct ww_hooks ww_hooks;
__thread bool ww_hooks_is_busy __attribute__((tls_model("initial-exec")));

struct extent {
	uintptr_t begin;
	uintptr_t end;
};
static struct extent tracer_libraries[MAX_TRACER_LIBRARIES];
static size_t n_tracer_libraries;

/* Version first: without one, dlsym() may answer with the oldest of the condition functions. */
static void *next_symbol(const char *symbol, const char *version)
{
	void *found = version ? dlvsym(RTLD_NEXT, symbol, version) : NULL;

	return found ? found : dlsym(RTLD_NEXT, symbol);
}

static bool is_in_libc(const void *function)
{
	Dl_info theirs, libc;

	return dladdr(function, &theirs) && dladdr((const void *)gnu_get_libc_version, &libc) &&
	       theirs.dli_fbase == libc.dli_fbase;
}

/* Two threads may be here at once: both find the same. */
static void find_next(void)
{
	void *found;

	if (ww_hooks_is_busy)
		return;
	ww_hooks_is_busy = true;
#define FIND(type, name, symbol, version, parameters, arguments, without)                          \
	found = next_symbol(symbol, version);                                                      \
	if (found)                                                                                 \
		__atomic_store_n((void **)&ww_next.name, found, __ATOMIC_RELEASE);
	WW_NEXT_FUNCTIONS(FIND)
#undef FIND
	ww_hooks.is_libc_malloc =
		is_in_libc((const void *)ww_next.malloc) && is_in_libc((const void *)ww_next.free);
	/* That version also brought this function. */
	ww_hooks.is_rwlock_try_safe = ww_next.rwlock_clockrdlock != find_rwlock_clockrdlock;
	ww_hooks_is_busy = false;
}

#define FINDER(type, name, symbol, version, parameters, arguments, without)                        \
	static type find_##name parameters                                                         \
	{                                                                                          \
		find_next();                                                                       \
		if (ww_next.name == find_##name)                                                   \
			return without;                                                            \
		return ww_next.name arguments;                                                     \
	}
WW_NEXT_FUNCTIONS(FINDER)
#undef FINDER

static int note_tracer_library(struct dl_phdr_info *object, size_t size, void *data)
{
	const char *slash = strrchr(object->dlpi_name, '/');
	const char *name = slash ? slash + 1 : object->dlpi_name;
	struct extent extent = { UINTPTR_MAX, 0 };

	if (strncmp(name, "liblttng-ust", strlen("liblttng-ust")) != 0)
		return 0;
	for (size_t i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &object->dlpi_phdr[i];
		uintptr_t begin = object->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD)
			continue;
		if (begin < extent.begin)
			extent.begin = begin;
		if (begin + header->p_memsz > extent.end)
			extent.end = begin + header->p_memsz;
	}
	tracer_libraries[n_tracer_libraries++] = extent;
	return n_tracer_libraries == MAX_TRACER_LIBRARIES;
}

bool ww_hooks_is_tracer(const void *site)
{
	for (size_t i = 0; i < n_tracer_libraries; i++) {
		if ((uintptr_t)site >= tracer_libraries[i].begin &&
		    (uintptr_t)site < tracer_libraries[i].end)
			return true;
	}
	return false;
}

/* A value that is no number counts as not set: nobody is here to complain to. */
static uint64_t threshold(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);
	char *end;
	uint64_t value;

	if (!text || *text < '0' || *text > '9')
		return otherwise;
	value = strtoull(text, &end, 10);
	return *end ? otherwise : value;
}

__attribute__((constructor)) static void begin(void)
{
	int saved_errno = errno;
	const char *mode = getenv("WHYWAIT_HOOKS");

	find_next();
	ww_ticks_begin();
	dl_iterate_phdr(note_tracer_library, NULL);
	ww_hooks.lock_threshold_ns = threshold("WHYWAIT_LOCK_THRESHOLD_NS", 0);
	ww_hooks.alloc_threshold_ns =
		threshold("WHYWAIT_ALLOC_THRESHOLD_NS", DEFAULT_ALLOC_THRESHOLD_NS);
	ww_hooks.is_on = !mode || strcmp(mode, "off") != 0;
	errno = saved_errno;
}
