// SPDX-License-Identifier: GPL-2.0-or-later
/* Incarnations of threads and their intervals. */
#include <string.h>

#include "analysis/replay/replay-private.h"

/* The last incarnation of a tid, dead or alive. */
static struct replay_thread *last_of(struct ww_replay *replay, int32_t tid)
{
	const uint32_t utid = ww_tids_get(&replay->by_tid, tid);

	return utid != WW_TIDS_NONE ? ww_replay_thread(replay, utid) : NULL;
}

struct replay_thread *ww_replay_living(struct ww_replay *replay, int32_t tid)
{
	struct replay_thread *thread = tid > 0 ? last_of(replay, tid) : NULL;

	return thread && thread->died_ns < 0 ? thread : NULL;
}

struct replay_thread *ww_replay_bear(struct ww_replay *replay, int32_t tid, int64_t born_ns)
{
	const struct ww_thread record = { .tid = tid, .life = { born_ns, born_ns } };
	struct replay_thread thread = {
		.utid = ww_store_add_thread(replay->store, &record),
		.process = WW_PROCESS_NONE,
		.sibling = WW_UTID_NONE,
		.tid = tid,
		.born_ns = born_ns,
		.died_ns = -1,
		.prio = -1,
		.syscall = WW_SYSCALL_UNKNOWN,
		.syscall_begin_ns = -1,
		.slept_in_ns = -1,
	};

	thread.open = ww_replay_blank(&thread);
	thread.open.cpu = WW_CPU_UNKNOWN;
	thread.open.span.begin_ns = born_ns;
	g_array_append_val(replay->threads, thread);
	ww_tids_set(&replay->by_tid, tid, thread.utid);
	return ww_replay_thread(replay, thread.utid);
}

struct replay_thread *ww_replay_meet(struct ww_replay *replay, int32_t tid)
{
	struct replay_thread *last = tid > 0 ? last_of(replay, tid) : NULL;

	if (tid <= 0)
		return NULL;
	if (last && last->died_ns < 0)
		return last;
	/* A dead one's tid without a fork: the fork was lost, and nobody knows when it was. */
	return ww_replay_bear(replay, tid, last ? replay->now_ns : 0);
}

struct ww_interval ww_replay_blank(const struct replay_thread *thread)
{
	return (struct ww_interval){
		.reason = WW_REASON_NONE,
		.waker = WW_WAKER_UNKNOWN,
		.cpu = thread->open.cpu,
		.syscall = WW_SYSCALL_UNKNOWN,
		.prio = thread->prio,
		.utid = thread->utid,
		.waker_utid = WW_UTID_NONE,
		.waking_ns = -1,
		.wakeup_ns = -1,
	};
}

#define LISTENER_SUFFIX "-ust"
#define LISTENER_STEM_BYTES (WW_NAME_BYTES - sizeof(LISTENER_SUFFIX))

bool ww_replay_is_listener_name(const char *name, const char *program)
{
	char expected[WW_NAME_BYTES + sizeof(LISTENER_SUFFIX)];

	g_snprintf(expected, sizeof(expected), "%.*s" LISTENER_SUFFIX, (int)LISTENER_STEM_BYTES,
		   program);
	return program[0] && strcmp(name, expected) == 0;
}

void ww_replay_rename(struct replay_thread *thread, const char *name)
{
	/* Others' traces say the names at every switch, mostly the same again. */
	if (!name || !name[0] || strncmp(thread->name, name, sizeof(thread->name) - 1) == 0)
		return;
	/* It begins under the name of the thread that started it. */
	thread->is_listener |= ww_replay_is_listener_name(name, thread->name);
	g_strlcpy(thread->name, name, sizeof(thread->name));
}

/* The first loss in @span, or NULL. */
static const struct ww_span *first_loss(const struct ww_replay *replay, struct ww_span span)
{
	const struct ww_span *loss;
	unsigned int low = 0, high = replay->losses->len;

	while (low < high) {
		const unsigned int middle = low + (high - low) / 2;

		if (g_array_index(replay->losses, struct ww_span, middle).end_ns > span.begin_ns)
			high = middle;
		else
			low = middle + 1;
	}
	if (low == replay->losses->len)
		return NULL;
	loss = &g_array_index(replay->losses, struct ww_span, low);
	return ww_span_overlaps(*loss, span) ? loss : NULL;
}

bool ww_replay_has_loss(const struct ww_replay *replay, struct ww_span span)
{
	return first_loss(replay, span);
}

void ww_replay_close(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns)
{
	struct ww_interval *open = &thread->open;

	g_assert(t_ns >= open->span.begin_ns);
	if (t_ns == open->span.begin_ns)
		return;
	if (ww_replay_has_news(thread))
		ww_replay_explain_again(replay, thread);
	open->span.end_ns = t_ns;
	open->state = (uint8_t)ww_thread_phase_state(thread->phase);
	if (!thread->has_changed && !thread->was_forked)
		open->flags |= WW_INTERVAL_CENSORED_LEFT;
	if (open->state == WW_STATE_BLOCKED)
		ww_replay_judge_sleep(replay, thread);
	if ((open->state == WW_STATE_BLOCKED || open->state == WW_STATE_RUNNABLE) &&
	    ww_replay_has_loss(replay, open->span))
		open->flags |= WW_INTERVAL_DEGRADED;
	ww_store_append_thread(replay->store, thread->utid, open);
	thread->n_intervals++;
}

/* T1: it left the CPU to sleep, but the wake-up was there first. It has been ready ever since. */
static void revise(struct replay_thread *thread)
{
	struct ww_interval *open = &thread->open;

	open->reason = WW_REASON_WOKEN;
	open->waker = (uint8_t)thread->pending.by.kind;
	open->waker_utid = thread->pending.by.utid;
	open->waking_ns = thread->pending.time_ns;
	open->object = 0;
	open->rewakes = 0;
	thread->phase = WW_PHASE_RUNNABLE;
}

void ww_replay_input(struct ww_replay *replay, struct replay_thread *thread,
		     enum ww_sched_input input, int64_t t_ns, const struct ww_interval *next)
{
	const struct ww_thread_step step = ww_thread_fsm_step(thread->phase, input);

	if (input == WW_SCHED_COMES && thread->has_facts & REPLAY_SLEEP_FACTS)
		ww_replay_facts_arrive(replay, thread, t_ns);
	if (step.flags & WW_STEP_REVISES)
		revise(thread);
	if (step.flags & WW_STEP_INFERS_END)
		thread->open.flags |= WW_INTERVAL_INFERRED;
	if (step.flags & WW_STEP_CLOSES) {
		ww_replay_close(replay, thread, t_ns);
		thread->open = *next;
		thread->has_changed = true;
		thread->open.span.begin_ns = t_ns;
		if (step.flags & WW_STEP_INFERS_BEGIN)
			thread->open.flags |= WW_INTERVAL_INFERRED;
	}
	thread->phase = (enum ww_thread_phase)step.phase;
}

void ww_replay_doubt_ready(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns)
{
	const int64_t ready_ns = thread->open.span.begin_ns;
	struct ww_interval unknown = ww_replay_blank(thread);
	const struct ww_span *loss;

	if (thread->phase != WW_PHASE_RUNNABLE)
		return;
	loss = first_loss(replay, (struct ww_span){ ready_ns, t_ns });
	if (!loss)
		return;
	unknown.flags = WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED;
	ww_replay_input(replay, thread, WW_SCHED_LOST, MAX(loss->begin_ns, ready_ns), &unknown);
}

void ww_replay_bury(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns)
{
	if (thread->phase != WW_PHASE_DEAD)
		ww_replay_close(replay, thread, t_ns);
	thread->phase = WW_PHASE_DEAD;
	thread->died_ns = t_ns;
	ww_store_thread(replay->store, thread->utid)->life.end_ns = t_ns;
	if (thread->episode.is_open)
		ww_replay_finish_episode(replay, thread, t_ns, WW_INTERVAL_INFERRED);
}
