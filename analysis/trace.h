/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trace, loaded: the door to everything the analysis knows.
 *
 * ww_trace_load() reads a directory, replays it and seals the result. A sealed trace never changes, so any number of threads
 * may query it (analysis/query.h) and explain it (analysis/explain/explain.h) without a lock. Damaged parts do not fail the
 * load: what is sound loads, the rest is in ww_trace_info.missing and in the lanes as unknown.
 */
#ifndef WW_ANALYSIS_TRACE_H
#define WW_ANALYSIS_TRACE_H

#include <gio/gio.h>

#include "analysis/model.h"
#include "base/auto.h"
#include "base/manifest.h"

struct ww_trace;

struct ww_trace_info {
	const char *path;
	int64_t origin_unix_ns; /* the first event over all streams */
	int64_t duration_ns;    /* from the origin to the last event */
	uint32_t n_cpus;        /* CPUs seen */
	uint32_t n_threads;
	uint32_t n_processes;
	uint64_t n_events;      /* CTF events of all streams */
	uint64_t n_lost;        /* discarded while recording, as far as counted */
	uint64_t n_kernel_events, n_user_events; /* n_events by source */
	uint64_t n_kernel_lost, n_user_lost;     /* n_lost likewise */
	uint64_t n_lost_packets;     /* whole packets that are missing; what they held is in no count */
	uint64_t n_lost_uncounted;   /* losses of which nobody knows how many records they were */
	uint64_t n_switches_missing; /* proven by the records around them, and in no count of lost ones */
	uint32_t unseen_utid;        /* after whose time on a CPU most of them are missing, WW_UTID_NONE */
	uint64_t n_overlaps;         /* a thread was on two CPUs for longer than their clocks may differ */
	int64_t longest_overlap_ns;  /* for so long at the most */
	uint64_t n_forgotten;        /* requests, work items, tasks that had begun and were given up, being too many */
	uint64_t n_damages;          /* streams that end in damage, or whose time goes back */
	bool has_kernel, has_user;
	bool is_in_order;            /* no stream's time goes back */
	bool is_kernel_complete;     /* whole switches are there, none lost, missing or damaged */
	bool tells_throttled;        /* it says of threads that they left because a quota was used up */
	bool is_partial;             /* more of the trace is being read: it ends where the reading is now */
	const char *const *missing;  /* NULL-terminated sentences: what was not recorded or not readable */
	const struct ww_manifest *manifest; /* NULL when the directory has none */
};

/* Whether an index is believed and kept, so that the trace opens at once the next time. */
enum ww_index_use {
	WW_INDEX_AUTO,   /* of traces that take a moment to read */
	WW_INDEX_ALWAYS, /* of small ones too */
	WW_INDEX_NEVER,
};

struct ww_load_options {
	enum ww_index_use index;
	/* Called on the loading thread now and then, and once with 1.0 at the end; @fraction is of the bytes to read. */
	void (*progress)(double fraction, uint64_t n_events, void *data);
	void *progress_data;
	GCancellable *cancellable; /* G_IO_ERROR_CANCELLED */
	/*
	 * NULL, or somebody who does not want to wait for the end: called now and then while a trace is read (not while an index is
	 * opened) with what was read until now, on the loading thread. @trace is the receiver's: ww_trace_free(), on any thread and
	 * at any time. About a tenth of the time goes into these.
	 */
	void (*partial)(struct ww_trace *trace, void *data);
	void *partial_data;
	unsigned int partial_interval_ms; /* at least this long between two of them; 0: 250 */
};

/*
 * Loads the trace in @path: a directory of trace-record, of LTTng or any directory with CTF 1.8 traces in it. @options may be
 * NULL. What was read is kept as an index (analysis/index/places.h says where) and believed the next time, unless the trace has
 * changed since. Fails with WW_ERROR_NOT_TRACE, WW_ERROR_EMPTY, WW_ERROR_UNSUPPORTED (CTF 2), WW_ERROR_DAMAGED when nothing could be read.
 */
struct ww_trace *ww_trace_load(const char *path, const struct ww_load_options *options, GError **error);
void ww_trace_free(struct ww_trace *trace); /* NULL is fine */
WW_DEFINE_AUTO(trace)

/*
 * Whether a part of the index that was read so far turned out to be damaged: that part reads as unknown. Small indices are
 * verified before they are believed, so this is for large ones. Freeing such a trace removes its index.
 */
bool ww_trace_is_index_damaged(const struct ww_trace *trace);

/* Borrowed, as all that follows: valid until the trace is freed. */
const struct ww_trace_info *ww_trace_info(const struct ww_trace *trace);

/* @utid below info.n_threads, @upid below info.n_processes; both count from 0 in order of first appearance. */
const struct ww_thread *ww_trace_thread(const struct ww_trace *trace, uint32_t utid);
const struct ww_process *ww_trace_process(const struct ww_trace *trace, uint32_t upid);

/* "main/4100", "swapper" for WW_UTID_IDLE, "unknown" for WW_UTID_NONE: how every sentence names a thread. Free with g_free. */
char *ww_trace_thread_text(const struct ww_trace *trace, uint32_t utid);

struct ww_symbol {
	const char *name;   /* "cache_lock", NULL when unknown */
	const char *module; /* "/usr/bin/redis-server", NULL when unknown */
	uint64_t offset;    /* from the symbol's start, else from the module's */
};

/* What lies at @address in process @upid. False when nothing covers it. The strings are borrowed. */
bool ww_trace_symbol(const struct ww_trace *trace, uint32_t upid, uint64_t address, struct ww_symbol *symbol);

/* "cache_lock", "cache_lock+0x8", "libc.so.6+0x8a2f0", "0x55d0c0de"; never NULL. Free with g_free. */
char *ww_trace_address_text(const struct ww_trace *trace, uint32_t upid, uint64_t address);

#endif
