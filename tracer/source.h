/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where kernel records come from: one table per way of getting them.
 *
 * A source makes records of base/wire.h from its attachment on, while it is told to. kernel.c does
 * the rest for all of them. One thread at a time; which one does not matter.
 */
#ifndef WW_TRACER_SOURCE_H
#define WW_TRACER_SOURCE_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Gets one record of @cpu, a borrowed struct of base/wire.h. False ends the reading. */
typedef bool (*ww_record_func)(uint32_t cpu, const void *record, size_t size_bytes,
			       void *user_data);

/* Threads that were there before and could not be attached to. */
struct ww_unattached {
	unsigned int n_attached;       /* that could */
	unsigned int n_refused;        /* of processes that are not this user's */
	unsigned int n_no_descriptors; /* beyond the limit of open files */
	bool is_endless;               /* new ones came faster than they were attached to */
};

enum ww_stacks {
	WW_STACKS_NONE,
	WW_STACKS_USER, /* of the target's threads, whenever one goes to sleep */
	WW_STACKS_ALL,  /* these, and the kernel's of everybody who sleeps uninterruptibly */
};

struct ww_source_options {
	uint32_t ring_bytes; /* per CPU, a power of two */
	enum ww_stacks stacks;
	bool has_syscalls;        /* every system call of the target, at a price for everybody */
	bool is_everybody_target; /* else what add_target() names, and all that it starts */
};

struct ww_source_ops {
	int64_t drain_interval_us; /* its rings hold the storm of this long */

	void (*free)(void *source); /* detaches too */
	uint32_t (*n_cpus)(const void *source);
	/* Faults, stacks and system calls are recorded of the target's only. Before the beginning;
	 * NULL where the source knows its target. False: there are too many. */
	bool (*add_target)(void *source, int32_t pid);
	bool (*attach)(void *source, GError **error);
	void (*set_recording)(void *source, bool is_recording);
	void (*detach)(void *source); /* what is in the rings stays */

	/* Gives the threads that are there as task records with cpu UINT32_MAX. False: it cannot.
	 */
	bool (*read_tasks)(void *source);
	/* Frames of this stack were told and are gone: they are to be told again when it is met.
	 * NULL where there are none. */
	void (*forget_stack)(void *source, uint64_t stack);

	/* Gives what the rings hold. False when the receiver said so. */
	bool (*read_rings)(void *source);

	/* Records that found no room, per CPU; @n_lost has n_cpus() elements. */
	void (*read_lost)(void *source, uint64_t *n_lost);
	/* Records that are missing for another reason; no CPU is known for them. */
	uint64_t (*n_missed)(void *source);

	/* Record kinds switched on, tracepoints this kernel lacks. NULL-terminated, borrowed. */
	const char *const *(*recorded)(const void *source);
	const char *const *(*missing)(const void *source);

	/* What of its processes it does not follow; NULL: that cannot be. */
	const struct ww_unattached *(*unattached)(const void *source);
};

struct ww_source {
	const struct ww_source_ops *ops; /* NULL: none was opened */
	void *data;                      /* owned */
};

/* The BPF programs, for all threads of the machine. Errors as ww_programs_load(). */
bool ww_source_open_bpf(struct ww_source *source, const struct ww_source_options *options,
			ww_record_func func, void *user_data, GError **error);

/*
 * perf_event_open(2) for the processes @pids (int32_t, copied) and their descendants, and for all
 * that they will start: no right is needed for one's own. Fails with WW_ERROR_NO_RIGHTS when the
 * kernel refuses it all or one of @pids.
 */
bool ww_source_open_perf(struct ww_source *source, const GArray *pids, ww_record_func func,
			 void *user_data, GError **error);

#endif
