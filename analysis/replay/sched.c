// SPDX-License-Identifier: GPL-2.0-or-later
/* The scheduler's own events: switches, wake-ups, migrations. */
#include "analysis/replay/reason.h"
#include "analysis/replay/replay-private.h"

#define NR_SCHED_YIELD 24
#define NR_SCHED_SETAFFINITY 203
#define REWAKE_MAX_RUN_NS (50 * WW_NS_PER_US)

/* What is current when a switch names @tid: a thread, the idle thread, or nobody knows. */
static uint32_t current_of_tid(struct ww_replay *replay, int32_t tid)
{
	const struct replay_thread *thread = ww_replay_meet(replay, tid);

	if (thread)
		return thread->utid;
	return tid == 0 ? WW_UTID_IDLE : WW_UTID_NONE;
}

static enum ww_sched_input input_of(uint8_t prev_state)
{
	switch (prev_state) {
	case WW_WIRE_STATE_RUNNING:
		return WW_SCHED_PREEMPTED;
	case WW_WIRE_STATE_SLEEPING:
	case WW_WIRE_STATE_DISK_SLEEP:
	case WW_WIRE_STATE_PARKED:
	case WW_WIRE_STATE_IDLE:
		return WW_SCHED_SLEEPS;
	case WW_WIRE_STATE_STOPPED:
	case WW_WIRE_STATE_TRACED:
		return WW_SCHED_STOPS;
	case WW_WIRE_STATE_DEAD:
	case WW_WIRE_STATE_ZOMBIE:
		return WW_SCHED_DIES;
	default:
		return WW_SCHED_VANISHES;
	}
}

/* Parked and dead have had the same number in different kernels; nobody is parked who has begun to
 * die. */
static enum ww_sched_input input_of_leaving(const struct ww_event *event,
					    const struct replay_thread *thread)
{
	if (thread->is_exiting && event->switched.prev_state == WW_WIRE_STATE_PARKED)
		return WW_SCHED_DIES;
	return input_of(event->switched.prev_state);
}

static enum ww_reason reason_of_preemption(const struct ww_event *event, int16_t syscall)
{
	if (event->switched.throttled)
		return WW_REASON_THROTTLED;
	return syscall == NR_SCHED_YIELD && !event->switched.preempted ? WW_REASON_YIELDED
								       : WW_REASON_PREEMPTED;
}

/* Where system calls are recorded these say whether it is still the same wait. Else a futex slept
 * on once more says so, if there was no time to do much in between, and nothing was done for
 * others. */
static bool sleeps_again(const struct replay_thread *thread, const struct ww_interval *next)
{
	if (thread->syscall_begin_ns >= 0)
		return thread->slept_in_ns == thread->syscall_begin_ns;
	return thread->syscall == WW_SYSCALL_UNKNOWN && ww_syscall_is_futex(next->syscall) &&
	       next->object != 0 && next->object == thread->last_sleep.object &&
	       next->syscall == thread->last_sleep.syscall && !thread->last_sleep.has_woken &&
	       thread->last_sleep.ran_ns < REWAKE_MAX_RUN_NS;
}

/* T3: how often it was woken in this very wait without getting what it waited for. */
static uint16_t count_rewakes(struct replay_thread *thread, const struct ww_interval *next)
{
	const bool is_again = sleeps_again(thread, next);

	thread->slept_in_ns = thread->syscall_begin_ns;
	thread->rewakes = (uint16_t)(is_again ? MIN(thread->rewakes + 1, UINT16_MAX) : 0);
	thread->last_sleep.object = next->object;
	thread->last_sleep.syscall = next->syscall;
	thread->last_sleep.ran_ns = 0;
	thread->last_sleep.has_woken = false;
	return thread->rewakes;
}

/* What the switch says of the call, else the record of the call's begin. */
static void add_call(struct ww_replay *replay, const struct ww_event *event,
		     const struct replay_thread *thread, struct ww_sleep *sleep)
{
	uint64_t args[2];

	if (event->switched.syscall >= 0) {
		sleep->knows_arguments = true;
		sleep->arg0 = event->switched.syscall_arg0;
		sleep->arg1 = event->switched.syscall_arg1;
		sleep->file = ww_syscall_reads_or_writes(sleep->syscall) ? sleep->arg1 : 0;
	} else if (event->switched.syscall == WW_SYSCALL_UNKNOWN && sleep->syscall >= 0) {
		const uint8_t n = ww_replay_arguments(replay, thread, args);

		ww_sleep_take_arguments(sleep, args, n);
	}
	if (sleep->knows_arguments && sleep->file == WW_WIRE_FILE_UNKNOWN)
		sleep->file = ww_replay_file_kind(replay, thread, sleep->arg0);
}

static void explain_sleep(struct ww_replay *replay, const struct ww_event *event,
			  struct replay_thread *thread, struct ww_interval *next)
{
	const uint16_t facts = thread->has_facts;
	struct ww_sleep_cause cause;
	struct ww_sleep sleep = {
		.syscall = next->syscall,
		.in_reclaim = facts & REPLAY_FACT_RECLAIM,
		.in_kernel_lock = facts & (REPLAY_FACT_KERNEL_LOCK | REPLAY_FACT_BLOCKED_ON),
		.in_rwsem = facts & REPLAY_FACT_RWSEM,
		.has_request = facts & REPLAY_FACT_DISK,
		.wire_state = event->switched.prev_state,
		.in_iowait = event->switched.in_iowait,
		.in_fault = event->switched.in_fault,
		.is_exiting = thread->is_exiting,
		.is_kernel = thread->is_kernel,
	};

	add_call(replay, event, thread, &sleep);
	if (facts & REPLAY_FACT_STACK)
		ww_replay_add_clues(replay, thread, &sleep);
	cause = ww_sleep_explain(&sleep);
	next->reason = (uint8_t)cause.reason;
	next->object = cause.object;
	next->rewakes = count_rewakes(thread, next);
}

static bool is_stopper(struct ww_replay *replay, uint32_t utid)
{
	return utid < replay->threads->len &&
	       g_str_has_prefix(ww_replay_thread(replay, utid)->name, "migration/");
}

/* R5: it may no longer stay where it runs. The kernel has it sleep until the stopper of its CPU,
 * which comes next, has put it elsewhere; nothing else keeps it from running. */
static bool moves_itself(struct ww_replay *replay, const struct ww_event *event, int16_t syscall,
			 uint32_t next_utid)
{
	return syscall == NR_SCHED_SETAFFINITY &&
	       event->switched.prev_state == WW_WIRE_STATE_DISK_SLEEP &&
	       is_stopper(replay, next_utid);
}

static void leave(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		  struct replay_thread *thread, uint32_t next_utid)
{
	enum ww_sched_input input = input_of_leaving(event, thread);
	struct ww_interval next = ww_replay_blank(thread);

	next.syscall = event->switched.syscall == WW_SYSCALL_UNKNOWN ? thread->syscall
								     : event->switched.syscall;
	next.flags = (uint8_t)((event->switched.in_iowait ? WW_INTERVAL_IN_IOWAIT : 0) |
			       (event->switched.in_fault ? WW_INTERVAL_IN_FAULT : 0) |
			       (event->switched.throttled ? WW_INTERVAL_THROTTLED : 0));
	replay->result.tells_throttled |= event->switched.throttled;
	thread->last_sleep.ran_ns += t_ns - thread->open.span.begin_ns;
	if (thread->has_facts & REPLAY_FACT_FAULT)
		ww_replay_facts_leave(replay, thread, event->switched.in_fault,
				      event->switched.in_iowait, t_ns);
	if (moves_itself(replay, event, next.syscall, next_utid)) {
		input = WW_SCHED_PREEMPTED;
		next.reason = WW_REASON_AFFINITY_MOVE;
	} else if (input == WW_SCHED_PREEMPTED) {
		next.reason = (uint8_t)reason_of_preemption(event, next.syscall);
	} else if (input == WW_SCHED_SLEEPS) {
		explain_sleep(replay, event, thread, &next);
	}
	if (input == WW_SCHED_DIES)
		ww_replay_bury(replay, thread, t_ns);
	else
		ww_replay_input(replay, thread, input, t_ns, &next);
}

/* T9: a thread cannot run twice; the newer switch-in is right. */
static void evict(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns)
{
	const uint16_t older = thread->open.cpu;

	thread->open.flags |= WW_INTERVAL_DEGRADED;
	ww_replay_unseat(replay, thread, t_ns);
	ww_replay_cpu(replay, older)->evicted = thread->utid;
}

static void arrive(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		   struct replay_thread *thread)
{
	struct ww_interval running;

	if (ww_thread_phase_state(thread->phase) == WW_STATE_RUNNING)
		evict(replay, thread, t_ns);
	if (event->switched.next_prio >= 0)
		thread->prio = event->switched.next_prio;
	running = ww_replay_blank(thread);
	running.cpu = event->cpu;
	if (thread->open.cpu == WW_CPU_UNKNOWN)
		thread->open.cpu = event->cpu;
	ww_replay_input(replay, thread, WW_SCHED_COMES, t_ns, &running);
}

void ww_replay_switch(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const uint32_t prev = current_of_tid(replay, event->tid);
	const uint32_t next = current_of_tid(replay, event->switched.next_tid);
	bool was_here;

	if (event->tid == WW_TID_UNKNOWN || event->switched.next_tid == WW_TID_UNKNOWN)
		replay->has_half_switches = true;
	if (event->cpu == WW_CPU_UNKNOWN)
		return;
	was_here = ww_replay_agree(replay, event->cpu, t_ns, prev);
	if (prev < replay->threads->len)
		ww_replay_rename(ww_replay_thread(replay, prev), event->name);
	if (next < replay->threads->len)
		ww_replay_rename(ww_replay_thread(replay, next), event->text);
	if (prev == next)
		return;
	if (was_here && prev < replay->threads->len)
		leave(replay, event, t_ns, ww_replay_thread(replay, prev), next);
	if (next < replay->threads->len)
		arrive(replay, event, t_ns, ww_replay_thread(replay, next));
	ww_replay_occupy(replay, event->cpu, t_ns, next, 0);
}

/* A thread that is woken and was never seen has been blocked since the recording began: somebody
 * would have seen it run. */
static struct replay_thread *meet_wakee(struct ww_replay *replay, int32_t tid)
{
	const unsigned int n_threads = replay->threads->len;
	struct replay_thread *thread = ww_replay_meet(replay, tid);

	if (!thread || replay->threads->len == n_threads || thread->born_ns > 0)
		return thread;
	thread->phase = WW_PHASE_BLOCKED;
	thread->open.reason = WW_REASON_BLOCKED_UNKNOWN;
	thread->open.flags |= WW_INTERVAL_INFERRED;
	return thread;
}

/* It died a moment ago on another CPU, whose clock is a little ahead. */
static bool has_just_died(struct ww_replay *replay, int32_t tid, int64_t t_ns)
{
	const uint32_t utid = ww_tids_get(&replay->by_tid, tid);
	const struct replay_thread *last =
		utid != WW_TIDS_NONE ? ww_replay_thread(replay, utid) : NULL;

	return last && last->died_ns >= 0 && t_ns - last->died_ns <= WW_CLOCK_SKEW_NS;
}

static void append_wake(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
			uint32_t wakee_utid, struct replay_waker by)
{
	const struct ww_wake wake = {
		.time_ns = t_ns,
		.waker_utid = by.utid,
		.wakee_utid = wakee_utid,
		.waker = (uint8_t)by.kind,
		.cpu = event->cpu,
	};

	ww_store_append_wake(replay->store, &wake);
	if (by.kind == WW_WAKER_THREAD)
		ww_replay_thread(replay, by.utid)->last_sleep.has_woken = true;
}

/* The waker is what runs on its CPU; while nobody knows who does, it is news. */
static void meet_waker(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	if (event->woken.waker_tid != WW_TID_UNKNOWN)
		ww_replay_notice(replay, event, t_ns,
				 current_of_tid(replay, event->woken.waker_tid));
}

/* Blocked until now; from now on runnable. */
static void wake(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		 struct replay_thread *thread, enum ww_sched_input input, struct replay_waker by)
{
	const bool is_waking = input == WW_SCHED_WAKING;
	struct ww_interval next = ww_replay_blank(thread);

	next.reason = WW_REASON_WOKEN;
	next.waker = (uint8_t)by.kind;
	next.waker_utid = by.utid;
	next.waking_ns = is_waking ? t_ns : -1;
	next.wakeup_ns = is_waking ? -1 : t_ns;
	next.syscall = thread->open.syscall;
	if (event->woken.target_cpu != WW_CPU_UNKNOWN)
		next.cpu = event->woken.target_cpu;
	thread->open.waker = (uint8_t)by.kind;
	thread->open.waker_utid = by.utid;
	thread->open.waking_ns = next.waking_ns;
	thread->open.wakeup_ns = next.wakeup_ns;
	ww_replay_input(replay, thread, input, t_ns, &next);
}

static void decide_to_wake(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread;
	struct replay_waker by;
	uint32_t wakee;

	meet_waker(replay, event, t_ns);
	thread = meet_wakee(replay, event->tid);
	wakee = thread->utid;
	if (ww_replay_has_news(thread))
		ww_replay_explain_again(replay, thread);
	by = ww_replay_find_waker(replay, event, wakee);
	append_wake(replay, event, t_ns, wakee, by);
	thread = ww_replay_thread(replay, wakee);
	ww_replay_rename(thread, event->name);
	if (event->woken.prio >= 0)
		thread->prio = event->woken.prio;
	ww_replay_doubt_ready(replay, thread, t_ns);
	switch (thread->phase) {
	case WW_PHASE_RUNNING:
		thread->pending.time_ns = t_ns;
		thread->pending.by = by;
		ww_replay_input(replay, thread, WW_SCHED_WAKING, t_ns, NULL);
		break;
	case WW_PHASE_RUNNING_WOKEN:
	case WW_PHASE_RUNNABLE: /* T2 */
		break;
	default:
		wake(replay, event, t_ns, thread, WW_SCHED_WAKING, by);
	}
}

static void enqueue(const struct ww_event *event, int64_t t_ns, struct replay_thread *thread)
{
	if (thread->open.wakeup_ns < 0)
		thread->open.wakeup_ns = t_ns;
	if (event->woken.target_cpu != WW_CPU_UNKNOWN)
		thread->open.cpu = event->woken.target_cpu;
}

/* Older kernels have no waking: then the wakeup is all there is, and it names its waker as well as
 * it can. */
static struct replay_waker waker_of_wakeup(struct ww_replay *replay, const struct ww_event *event,
					   int64_t t_ns, uint32_t wakee)
{
	struct replay_waker by = { WW_WAKER_UNKNOWN, WW_UTID_NONE };

	if (replay->has_waking)
		return by;
	by = ww_replay_find_waker(replay, event, wakee);
	append_wake(replay, event, t_ns, wakee, by);
	return by;
}

static void put_in_queue(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = meet_wakee(replay, event->tid);

	if (ww_replay_has_news(thread))
		ww_replay_explain_again(replay, thread);
	ww_replay_rename(thread, event->name);
	if (event->woken.prio >= 0)
		thread->prio = event->woken.prio;
	switch (thread->phase) {
	case WW_PHASE_RUNNABLE:
		if (thread->open.reason == WW_REASON_WOKEN)
			enqueue(event, t_ns, thread);
		break;
	case WW_PHASE_RUNNING:
	case WW_PHASE_RUNNING_WOKEN:
		ww_replay_input(replay, thread, WW_SCHED_QUEUED, t_ns, NULL);
		break;
	case WW_PHASE_BLOCKED_WOKEN: /* T1, confirmed */
		ww_replay_input(replay, thread, WW_SCHED_QUEUED, t_ns, NULL);
		enqueue(event, t_ns, thread);
		break;
	default:
		wake(replay, event, t_ns, thread, WW_SCHED_QUEUED,
		     waker_of_wakeup(replay, event, t_ns, thread->utid));
	}
}

void ww_replay_waking(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	replay->has_waking = true;
	replay->has_wakeup |= event->woken.is_enqueued;
	if (event->tid <= 0 || has_just_died(replay, event->tid, t_ns))
		return;
	decide_to_wake(replay, event, t_ns);
	if (event->woken.is_enqueued)
		put_in_queue(replay, event, t_ns);
}

void ww_replay_wakeup(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	replay->has_wakeup = true;
	if (event->tid > 0 && !has_just_died(replay, event->tid, t_ns))
		put_in_queue(replay, event, t_ns);
}

/* Between waking and wakeup, and before its first, the scheduler only chooses one. */
static bool stands_in_no_queue(const struct ww_replay *replay, const struct ww_interval *runnable)
{
	if (runnable->wakeup_ns >= 0)
		return false;
	return runnable->reason == WW_REASON_NEW ||
	       (runnable->reason == WW_REASON_WOKEN && replay->has_wakeup);
}

/* R5: the stopper of its CPU took it off, to put it where it is allowed to run. T13: not so where
 * the CPU itself goes. */
static bool is_pushed_by_stopper(struct ww_replay *replay, const struct replay_thread *thread)
{
	return thread->open.reason == WW_REASON_PREEMPTED && thread->open.cpu != WW_CPU_UNKNOWN &&
	       !ww_replay_is_offline(replay, thread->open.cpu) &&
	       is_stopper(replay, ww_replay_cpu(replay, thread->open.cpu)->current);
}

void ww_replay_migrate(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_living(replay, event->tid);
	struct ww_interval rest;

	if (!thread || thread->phase != WW_PHASE_RUNNABLE ||
	    event->migrated.to_cpu == WW_CPU_UNKNOWN || thread->open.cpu == event->migrated.to_cpu)
		return;
	if (is_pushed_by_stopper(replay, thread))
		thread->open.reason = WW_REASON_AFFINITY_MOVE;
	rest = thread->open;
	rest.cpu = event->migrated.to_cpu;
	if (stands_in_no_queue(replay, &rest)) {
		thread->open = rest;
		return;
	}
	ww_replay_close(replay, thread, t_ns);
	thread->open = rest;
	thread->open.span.begin_ns = t_ns;
	thread->has_changed = true;
}
