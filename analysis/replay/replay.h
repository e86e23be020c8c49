/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replay: events in, timeline out.
 *
 * Knows every rule of how a thread's state follows from scheduler events (early wakes, lost wake-ups, missing switch-ins,
 * exec, exit, tids used again, lost records, both ends of the trace). No I/O and no clock: the same events always give the
 * same store, so golden scripts replay it exactly. One thread.
 */
#ifndef WW_ANALYSIS_REPLAY_REPLAY_H
#define WW_ANALYSIS_REPLAY_REPLAY_H

#include "analysis/event.h"
#include "analysis/store/store.h"

struct ww_replay;

/* @manifest (NULL is fine) tells which processes are the target and the recorder; borrowed, as is @store. */
struct ww_replay *ww_replay_new(struct ww_store *store, const struct ww_manifest *manifest);
void ww_replay_free(struct ww_replay *replay); /* NULL is fine */
WW_DEFINE_AUTO(replay)

/* What a function of the kernel at @address is called, NULL when nobody knows; borrowed until the replay ends. */
typedef const char *ww_kernel_name_fn(uint64_t address, void *data);
/* Names that tell what a thread waits for inside the kernel; before the first event. */
void ww_replay_name_kernel(struct ww_replay *replay, ww_kernel_name_fn *name, void *data);

/* Events in time order. The first one's time becomes the origin. */
void ww_replay_event(struct ww_replay *replay, const struct ww_event *event);

/* So far, as in the result. */
uint64_t ww_replay_n_events(const struct ww_replay *replay);

struct ww_replay_result {
	int64_t origin_unix_ns;
	int64_t duration_ns;
	uint32_t n_cpus;
	uint64_t n_events; /* without LOST and GAP, which are not events of the trace */
	uint64_t n_user_events; /* of these, those of the hooks */
	uint64_t n_lost[2];     /* records, by struct ww_event.source */
	uint64_t n_lost_packets[2];
	uint64_t n_lost_uncounted; /* losses of which nobody knows how many, of both sources */
	bool has_kernel, has_user, is_damaged, is_out_of_order;
	uint64_t n_switches_missing; /* proven by their neighbours and outside of every counted loss */
	uint32_t unseen_utid;        /* after whose time on a CPU most of them are missing, WW_UTID_NONE */
	uint64_t n_overlaps;         /* a thread was on two CPUs for longer than their clocks may differ (T20) */
	int64_t longest_overlap_ns;
	uint64_t n_forgotten;        /* had begun, and was given up: too many were without an end */
	bool is_kernel_complete; /* whole switches are there, none lost, missing or damaged */
	bool tells_throttled;    /* of some thread: it left because a quota was used up */
	GPtrArray *gaps; /* char *: sentences of WW_EVENT_GAP, owned by the replay */
};

/* Closes what is open (censored at the right) at the last event's time and seals the store. Call once. */
const struct ww_replay_result *ww_replay_finish(struct ww_replay *replay);

/*
 * What @replay would have come to if the trace ended now; @replay goes on. @store is ww_store_copy() of its store and becomes
 * sealed. The result is that of what is returned (ww_replay_free), which takes no more events.
 */
struct ww_replay *ww_replay_preview(const struct ww_replay *replay, struct ww_store *store, const struct ww_replay_result **result);

#endif
