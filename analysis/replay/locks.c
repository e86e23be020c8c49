// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the hooks inside the program saw: waits for locks and slow allocations.
 *
 * A lock wait names the futex waits inside it when it ends, because its end may be its only record.
 */
#include <errno.h>

#include "analysis/replay/reason.h"
#include "analysis/replay/replay-private.h"

static uint32_t utid_of(struct ww_replay *replay, int32_t tid)
{
	const struct replay_thread *thread = ww_replay_living(replay, tid);

	return thread ? thread->utid : WW_UTID_NONE;
}

static struct replay_thread *speaker(struct ww_replay *replay, const struct ww_event *event)
{
	struct replay_thread *thread = ww_replay_meet(replay, event->tid);

	if (thread)
		ww_replay_join_process(replay, thread, event->pid);
	return thread;
}

/* Page faults and disk waits inside a lock call are not the lock's. */
static bool is_lock_sleep(const struct ww_interval *interval)
{
	return interval->state == WW_STATE_BLOCKED &&
	       !(interval->flags & (WW_INTERVAL_IN_IOWAIT | WW_INTERVAL_IN_FAULT)) &&
	       (ww_syscall_is_futex(interval->syscall) || interval->syscall == WW_SYSCALL_UNKNOWN);
}

/* The clocks of both sources are one, but an end without its begin is dated by subtraction. */
static bool is_inside(const struct ww_interval *interval, struct ww_span span)
{
	return interval->span.begin_ns >= span.begin_ns - WW_CLOCK_SKEW_NS &&
	       interval->span.begin_ns < span.end_ns;
}

static bool read_sleep(struct ww_replay *replay, const struct replay_thread *thread,
		       const struct ww_lock_wait *wait, uint32_t index,
		       struct ww_interval *interval)
{
	return ww_store_read_thread(replay->store, thread->utid, index, interval) &&
	       is_lock_sleep(interval) && is_inside(interval, wait->span);
}

/* Its last sleep says who ended it. */
static uint8_t reason_of(struct ww_replay *replay, struct replay_thread *thread,
			 const struct ww_lock_wait *wait, uint32_t first)
{
	struct ww_interval last;

	for (uint32_t i = thread->n_intervals; i > first; i--)
		if (read_sleep(replay, thread, wait, i - 1, &last))
			return ww_replay_judge_lock(replay, thread, wait, &last, i - 1);
	return (uint8_t)ww_lock_kind_reason((enum ww_lock_kind)wait->kind);
}

/* T3: every sleep of one wait but its first was a wake-up that brought nothing. */
static void name_sleeps(struct ww_replay *replay, struct replay_thread *thread,
			const struct ww_lock_wait *wait)
{
	struct ww_interval interval;
	uint32_t i = thread->n_intervals;
	uint16_t rewakes = 0;
	uint8_t reason;

	while (i > 0 && ww_store_read_thread(replay->store, thread->utid, i - 1, &interval) &&
	       interval.span.end_ns > wait->span.begin_ns)
		i--;
	reason = reason_of(replay, thread, wait, i);
	for (; i < thread->n_intervals; i++) {
		if (!read_sleep(replay, thread, wait, i, &interval))
			continue;
		interval.reason = reason;
		interval.flags |= WW_INTERVAL_IN_LOCK;
		interval.object = wait->address;
		interval.rewakes = rewakes;
		ww_store_amend_thread(replay->store, thread->utid, i, &interval);
		rewakes = (uint16_t)MIN(rewakes + 1, UINT16_MAX);
	}
}

static void append_wait(struct ww_replay *replay, struct replay_thread *thread,
			const struct ww_lock_wait *wait)
{
	ww_store_append_lock_wait(replay->store, wait);
	if (wait->kind != WW_LOCK_SPIN)
		name_sleeps(replay, thread, wait);
}

void ww_replay_finish_episode(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns,
			      uint8_t flags)
{
	struct ww_lock_wait *wait = &thread->episode.wait;

	thread->episode.is_open = false;
	wait->span.end_ns = MAX(t_ns, wait->span.begin_ns);
	wait->flags |= flags;
	append_wait(replay, thread, wait);
}

static struct ww_lock_wait wait_of(struct ww_replay *replay, const struct ww_event *event,
				   const struct replay_thread *thread)
{
	return (struct ww_lock_wait){
		.address = event->lock.address,
		.site = event->lock.site,
		.utid = thread->utid,
		.owner_utid = utid_of(replay, event->lock.owner_tid),
		.kind = event->lock.kind,
		.result = ECANCELED,
	};
}

void ww_replay_lock_begin(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = speaker(replay, event);

	if (!thread || event->lock.kind >= WW_LOCK_N)
		return;
	if (thread->episode.is_open) /* its end was lost */
		ww_replay_finish_episode(replay, thread, t_ns, WW_INTERVAL_INFERRED);
	thread->episode.is_open = true;
	thread->episode.wait = wait_of(replay, event, thread);
	thread->episode.wait.span.begin_ns = t_ns;
}

void ww_replay_lock_end(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = speaker(replay, event);
	struct ww_lock_wait wait;

	if (!thread || event->lock.kind >= WW_LOCK_N)
		return;
	if (thread->episode.is_open && thread->episode.wait.address == event->lock.address) {
		thread->episode.wait.result = event->lock.result;
		ww_replay_finish_episode(replay, thread, t_ns, 0);
		return;
	}
	if (event->lock.duration_ns < 0)
		return;
	wait = wait_of(replay, event, thread);
	wait.span.begin_ns = MAX(t_ns - event->lock.duration_ns, 0);
	wait.span.end_ns = t_ns;
	wait.result = event->lock.result;
	if (event->lock.duration_ns > t_ns)
		wait.flags |= WW_INTERVAL_CENSORED_LEFT;
	append_wait(replay, thread, &wait);
}

void ww_replay_alloc_pause(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const struct replay_thread *thread = speaker(replay, event);
	struct ww_alloc_pause pause;
	int64_t end_ns;

	if (!thread || event->alloc.call >= WW_ALLOC_N || event->alloc.duration_ns < 0 ||
	    event->alloc.ago_ns < 0)
		return;
	end_ns = MAX(t_ns - event->alloc.ago_ns, 0);
	pause = (struct ww_alloc_pause){
		.span = { MAX(end_ns - event->alloc.duration_ns, 0), end_ns },
		.size_bytes = event->alloc.size_bytes,
		.site = event->alloc.site,
		.utid = thread->utid,
		.call = event->alloc.call,
	};
	ww_store_append_alloc_pause(replay->store, &pause);
}
