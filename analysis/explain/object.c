// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/object.h"

#include <string.h>

/* Calls whose first argument is the descriptor they wait on. */
static const char *const descriptor_calls[] = {
	"read",      "write",      "pread64",         "pwrite64",       "readv",
	"writev",    "preadv",     "pwritev",         "preadv2",        "pwritev2",
	"recvfrom",  "sendto",     "recvmsg",         "sendmsg",        "recvmmsg",
	"sendmmsg",  "accept",     "accept4",         "connect",        "fsync",
	"fdatasync", "syncfs",     "epoll_wait",      "epoll_pwait",    "epoll_pwait2",
	"ioctl",     "flock",      "fcntl",           "ftruncate",      "fallocate",
	"close",     "getdents64", "sync_file_range", "io_uring_enter",
};

static bool takes_descriptor(int16_t syscall)
{
	const char *name = syscall >= 0 ? ww_syscall_name(syscall) : NULL;

	for (size_t i = 0; name && i < G_N_ELEMENTS(descriptor_calls); i++) {
		if (strcmp(name, descriptor_calls[i]) == 0)
			return true;
	}
	return false;
}

static bool takes_futex(int16_t syscall)
{
	const char *name = syscall >= 0 ? ww_syscall_name(syscall) : NULL;

	return name && strcmp(name, "futex") == 0;
}

static void name_address(struct ww_wait_object *object, const struct ww_trace *trace, uint32_t utid,
			 uint64_t address)
{
	uint32_t upid = ww_trace_thread(trace, utid)->upid;
	struct ww_symbol symbol;

	object->address = address;
	if (address != 0 && ww_trace_symbol(trace, upid, address, &symbol) && symbol.name)
		object->symbol = ww_trace_address_text(trace, upid, address);
}

void ww_wait_object_init_lock(struct ww_wait_object *object, const struct ww_trace *trace,
			      const struct ww_lock_wait *lock)
{
	*object = (struct ww_wait_object){ .fd = -1 };
	object->is_known = true;
	object->kind = ww_lock_kind_name(lock->kind);
	name_address(object, trace, lock->utid, lock->address);
	if (lock->site != 0)
		object->site = ww_trace_address_text(
			trace, ww_trace_thread(trace, lock->utid)->upid, lock->site);
}

void ww_wait_object_init(struct ww_wait_object *object, const struct ww_trace *trace,
			 const struct ww_interval *wait)
{
	struct ww_lock_wait lock;

	if (ww_query_lock_wait_of(trace, wait, &lock)) {
		ww_wait_object_init_lock(object, trace, &lock);
		return;
	}
	*object = (struct ww_wait_object){ .fd = -1 };
	/* 0 means "not recorded" in the model, so a wait on descriptor 0 stays unnamed. */
	if (wait->state != WW_STATE_BLOCKED || wait->object == 0)
		return;
	if (takes_futex(wait->syscall)) {
		object->is_known = true;
		object->kind = "futex";
		name_address(object, trace, wait->utid, wait->object);
	} else if (takes_descriptor(wait->syscall) && wait->object <= INT32_MAX) {
		object->is_known = true;
		object->kind = "descriptor";
		object->fd = (int)wait->object;
	}
}

void ww_wait_object_clear(struct ww_wait_object *object)
{
	g_clear_pointer(&object->symbol, g_free);
	g_clear_pointer(&object->site, g_free);
}
