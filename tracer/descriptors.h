/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names behind file descriptors, while their processes live: a path, a socket's ends and the
 * process at the other one, a pipe's other process, what an epoll watches.
 *
 * Everything goes through /proc/PID, so other namespaces of mounts and pids do not matter. A name
 * costs a few system calls; where all sockets or all descriptors have to be looked through, that
 * takes no more than one part in fifty of the time, so some names come later. No file is opened, so
 * nothing can block. One thread.
 */
#ifndef WW_TRACER_DESCRIPTORS_H
#define WW_TRACER_DESCRIPTORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/auto.h"
#include "base/wire.h"

#define WW_DESCRIPTOR_WATCHED 8

struct ww_descriptor_name {
	enum ww_wire_file kind;
	uint64_t inode;
	bool is_partial; /* more may be known a moment later */
	/*
	 * "/var/log/x", "tcp 127.0.0.1:5000 -> 127.0.0.1:80 (redis-server/411)", "unix /run/x
	 * (dbus/300)", "pipe (sh/17)", "epoll of 4, 5, 9", "eventfd", "/dev/pts/3". A path that is
	 * too long has lost its beginning.
	 */
	char text[WW_WIRE_PATH_BYTES];
	int n_watched; /* by an epoll: the first of them */
	int32_t watched[WW_DESCRIPTOR_WATCHED];
};

struct ww_descriptors;

struct ww_descriptors *ww_descriptors_new(void);
void ww_descriptors_free(struct ww_descriptors *descriptors); /* NULL is fine */
WW_DEFINE_AUTO(descriptors)

/*
 * What @fd of process @pid (as this process sees it) leads to. @inode: what it led to when the
 * thread waited, 0 unknown; false when it is another one by now, or closed, or the process is gone.
 * Processes that were asked about before are those that can be named at the other end.
 */
bool ww_descriptors_name(struct ww_descriptors *descriptors, int32_t pid, int32_t fd,
			 uint64_t inode, struct ww_descriptor_name *name);

typedef void (*ww_descriptor_func)(int32_t pid, int32_t fd, const struct ww_descriptor_name *name,
				   void *user_data);

/* Remembers the question; one of too many is forgotten. */
void ww_descriptors_ask(struct ww_descriptors *descriptors, int32_t pid, int32_t fd,
			uint64_t inode);

/*
 * Answers what was asked, until @end_us of g_get_monotonic_time(). What is partial waits for a
 * later call, a second at the most; in the last one nothing waits. What an epoll watches is asked
 * by itself.
 */
void ww_descriptors_answer(struct ww_descriptors *descriptors, int64_t end_us, bool is_last,
			   ww_descriptor_func func, void *user_data);

#endif
