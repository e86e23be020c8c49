/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timeline store: what every thread and CPU was doing, and when.
 *
 * Replay appends, then seals; a sealed store never changes, so any number of threads may read it without a lock. Only
 * analysis/store, analysis/replay and the loader (trace-private.h) include this header: everybody else asks
 * analysis/query.h. Time is ns since the trace's origin, appended per lane in order; errors of order are bugs of replay and
 * asserted.
 */
#ifndef WW_ANALYSIS_STORE_STORE_H
#define WW_ANALYSIS_STORE_STORE_H

#include "analysis/model.h"
#include "base/auto.h"
#include "base/manifest.h"

struct ww_store;

struct ww_store *ww_store_new(void);
void ww_store_free(struct ww_store *store); /* NULL is fine */
WW_DEFINE_AUTO(store)

/* Interned copy that lives as long as the store. */
const char *ww_store_intern(struct ww_store *store, const char *text);

/* Both return the new id. @thread and @process are copied; their names are interned, ids and counts are set by the store. */
uint32_t ww_store_add_process(struct ww_store *store, const struct ww_process *process);
uint32_t ww_store_add_thread(struct ww_store *store, const struct ww_thread *thread);

/* To be completed while replaying (name, life, is_target); valid until the next add of its kind. */
struct ww_thread *ww_store_thread(struct ww_store *store, uint32_t utid);
struct ww_process *ww_store_process(struct ww_store *store, uint32_t upid);

/* Append one interval to a lane; begins where the lane's last one ended or later. Returns its index in the lane. */
uint32_t ww_store_append_thread(struct ww_store *store, uint32_t utid, const struct ww_interval *interval);
uint32_t ww_store_append_cpu(struct ww_store *store, uint32_t cpu, const struct ww_interval *interval);

/* To correct what was appended: a lock's name that arrives after the wait. Valid until the next append to the lane. */
struct ww_interval *ww_store_thread_interval(struct ww_store *store, uint32_t utid, uint32_t index);

void ww_store_append_wake(struct ww_store *store, const struct ww_wake *wake);
uint32_t ww_store_append_lock_wait(struct ww_store *store, const struct ww_lock_wait *wait);
void ww_store_append_alloc_pause(struct ww_store *store, const struct ww_alloc_pause *pause);
void ww_store_append_queue_step(struct ww_store *store, uint16_t cpu, int64_t time_ns, uint16_t n_runnable);

/* Sorts what needs it and builds the indices; nothing may be appended afterwards. */
void ww_store_seal(struct ww_store *store);

#endif
