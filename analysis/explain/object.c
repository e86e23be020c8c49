// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/object.h"

#include <string.h>

#include "analysis/explain/files.h"

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

/* A lock of the kernel, in whatever call. */
static bool name_kernel_lock(struct ww_wait_object *object, const struct ww_trace *trace,
			     const struct ww_interval *wait)
{
	struct ww_kernel_lock lock;

	if ((wait->reason != WW_REASON_KERNEL_LOCK && wait->reason != WW_REASON_MMAP_LOCK) ||
	    !ww_query_kernel_lock_at(trace, wait->utid, wait->span.begin_ns, &lock))
		return false;
	object->is_known = true;
	object->kind = ww_reason_name((enum ww_reason)wait->reason);
	object->address = lock.address;
	return true;
}

static char *process_text(const struct ww_trace *trace, uint32_t utid)
{
	const struct ww_process *process =
		ww_trace_process(trace, ww_trace_thread(trace, utid)->upid);

	return g_strdup_printf("%s/%d", process->name, process->pid);
}

static bool name_child(struct ww_wait_object *object, const struct ww_trace *trace,
		       const struct ww_interval *wait)
{
	const bool is_child = wait->reason == WW_REASON_VFORK ? wait->waker == WW_WAKER_THREAD
							      : wait->waker == WW_WAKER_CHILD_EXIT;

	if ((wait->reason != WW_REASON_CHILD && wait->reason != WW_REASON_VFORK) || !is_child ||
	    wait->waker_utid >= WW_UTID_IDLE)
		return false;
	object->is_known = true;
	object->kind = "child";
	object->peer = process_text(trace, wait->waker_utid);
	return true;
}

/* The model says 0 for what was not recorded too: then the thread must have been seen to go and
 * wait for that one. */
static void name_descriptor(struct ww_wait_object *object, const struct ww_trace *trace,
			    const struct ww_interval *wait)
{
	/* enum ww_wire_file */
	static const char *const kinds[WW_WIRE_FILE_N] = { "descriptor", "file",   "pipe", "socket",
							   "terminal",   "device", "event" };
	const int32_t pid = ww_trace_process(trace, ww_trace_thread(trace, wait->utid)->upid)->pid;
	const int fd = (int)wait->object;
	struct ww_file_name name;

	if (fd == 0 && !ww_files_descriptor(trace, wait->utid, fd, wait->span.begin_ns, NULL))
		return;
	object->is_known = true;
	object->kind = kinds[WW_WIRE_FILE_UNKNOWN];
	object->fd = fd;
	if (!ww_files_name(trace, wait->utid, fd, wait->span.begin_ns, &name))
		return;
	if (name.kind < WW_WIRE_FILE_N)
		object->kind = kinds[name.kind];
	if (name.path[0] == '/')
		object->path = g_strdup(name.path);
	/* A pipe inside of one process says nothing about who is at its other end. */
	if (name.kind == WW_WIRE_FILE_PIPE && ww_files_is_of(&name, pid)) {
		object->name = g_strdup("pipe of its own");
		return;
	}
	object->peer = ww_files_peer(&name);
	object->name = ww_files_text(&name);
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
	if (wait->state != WW_STATE_BLOCKED)
		return;
	if (name_kernel_lock(object, trace, wait) || name_child(object, trace, wait))
		return;
	if (takes_futex(wait->syscall) && wait->object != 0) {
		object->is_known = true;
		object->kind = "futex";
		name_address(object, trace, wait->utid, wait->object);
	} else if (takes_descriptor(wait->syscall) && wait->object <= INT32_MAX) {
		name_descriptor(object, trace, wait);
	}
}

void ww_wait_object_clear(struct ww_wait_object *object)
{
	g_clear_pointer(&object->symbol, g_free);
	g_clear_pointer(&object->site, g_free);
	g_clear_pointer(&object->path, g_free);
	g_clear_pointer(&object->peer, g_free);
	g_clear_pointer(&object->device, g_free);
	g_clear_pointer(&object->name, g_free);
}
