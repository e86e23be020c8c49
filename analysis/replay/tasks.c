// SPDX-License-Identifier: GPL-2.0-or-later
/* Births, deaths and what a thread is: fork, exec, exit, the snapshot, system calls. */
#include <string.h>

#include "analysis/replay/reason.h"
#include "analysis/replay/replay-private.h"

#define KTHREADD_TID 2

/* T12: the tid belongs to somebody else now. When the old one ended was not recorded. */
static void end_unseen(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns)
{
	if (ww_thread_phase_state(thread->phase) == WW_STATE_RUNNING) {
		const int64_t good_ns = ww_replay_cpu(replay, thread->open.cpu)->good_ns;

		ww_replay_unseat(replay, thread, MIN(good_ns, t_ns));
	}
	thread->open.flags |= WW_INTERVAL_INFERRED | WW_INTERVAL_DEGRADED;
	ww_replay_bury(replay, thread, t_ns);
}

/* The new incarnation of @tid, for a fork at @t_ns. */
static struct replay_thread *newborn(struct ww_replay *replay, int32_t tid, int64_t t_ns)
{
	struct replay_thread *old = ww_replay_living(replay, tid);
	struct replay_thread *thread;

	/* The child's own CPU may have been a little faster than its parent's to say so. */
	if (old && !old->was_forked && old->born_ns > 0 &&
	    t_ns - old->born_ns <= WW_CLOCK_SKEW_NS) {
		old->was_forked = true;
		return old;
	}
	if (old)
		end_unseen(replay, old, t_ns);
	thread = ww_replay_bear(replay, tid, t_ns);
	thread->was_forked = true;
	thread->phase = WW_PHASE_RUNNABLE;
	thread->open.reason = WW_REASON_NEW;
	thread->open.flags |= WW_INTERVAL_INFERRED;
	return thread;
}

void ww_replay_fork(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const struct replay_thread *parent = ww_replay_meet(replay, event->forked.parent_tid);
	const uint32_t parent_utid = parent ? parent->utid : WW_UTID_NONE;
	struct replay_thread *child;

	if (event->tid <= 0 || event->tid == event->forked.parent_tid)
		return;
	if (parent)
		ww_replay_notice(replay, event, t_ns, parent_utid);
	child = newborn(replay, event->tid, t_ns);
	parent = parent_utid != WW_UTID_NONE ? ww_replay_thread(replay, parent_utid) : NULL;
	ww_replay_rename(child, event->name || !parent ? event->name : parent->name);
	if (child->phase == WW_PHASE_RUNNABLE && parent_utid != WW_UTID_NONE) {
		child->open.waker = WW_WAKER_THREAD;
		child->open.waker_utid = parent_utid;
	}
	if (parent)
		child->is_kernel = parent->is_kernel || parent->tid == KTHREADD_TID;
	if (event->pid == event->tid && child->process == WW_PROCESS_NONE)
		ww_replay_put_in_process(replay, child, ww_replay_new_process(replay, event->pid));
	ww_replay_join_process(replay, child, event->pid);
	if (event->pid == event->tid)
		g_array_index(replay->processes, struct replay_process, child->process)
			.parent_utid = parent_utid;
	if (parent_utid != WW_UTID_NONE)
		ww_replay_note_asked(replay, parent_utid, child->utid);
	if (parent_utid != WW_UTID_NONE)
		ww_replay_inherit(replay, parent_utid, child->utid, t_ns);
}

void ww_replay_wakeup_new(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_living(replay, event->tid);
	struct ww_wake wake = { .time_ns = t_ns, .cpu = event->cpu };

	if (event->tid <= 0)
		return;
	/* T12, or a fork that was not recorded. */
	if (!thread || !(thread->was_forked && thread->n_intervals == 0))
		thread = newborn(replay, event->tid, t_ns);
	ww_replay_rename(thread, event->name);
	if (event->woken.prio >= 0)
		thread->prio = thread->open.prio = event->woken.prio;
	if (thread->phase != WW_PHASE_RUNNABLE || thread->open.reason != WW_REASON_NEW)
		return;
	if (event->woken.waker_tid > 0 && ww_replay_living(replay, event->woken.waker_tid)) {
		thread->open.waker = WW_WAKER_THREAD;
		thread->open.waker_utid = ww_replay_living(replay, event->woken.waker_tid)->utid;
	}
	thread->open.flags &= (uint8_t)~WW_INTERVAL_INFERRED;
	thread->open.waking_ns = thread->open.wakeup_ns = t_ns;
	if (event->woken.target_cpu != WW_CPU_UNKNOWN)
		thread->open.cpu = event->woken.target_cpu;
	wake.wakee_utid = thread->utid;
	wake.waker = thread->open.waker;
	wake.waker_utid = thread->open.waker_utid;
	ww_store_append_wake(replay->store, &wake);
}

/* T10: the thread that called takes the leader's tid; all others, the leader too, are gone. */
static struct replay_thread *take_over(struct ww_replay *replay, int32_t tid, int32_t old_tid,
				       int64_t t_ns)
{
	struct replay_thread *leader = ww_replay_living(replay, tid);
	struct replay_thread *caller;

	if (leader)
		end_unseen(replay, leader, t_ns);
	caller = ww_replay_meet(replay, old_tid);
	caller->tid = tid;
	ww_store_thread(replay->store, caller->utid)->tid = tid;
	ww_tids_set(&replay->by_tid, old_tid, WW_TIDS_NONE);
	ww_tids_set(&replay->by_tid, tid, caller->utid);
	return caller;
}

void ww_replay_exec(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const int32_t old_tid = event->execed.old_tid;
	struct replay_thread *thread;

	if (event->tid <= 0)
		return;
	thread = old_tid > 0 && old_tid != event->tid ? take_over(replay, event->tid, old_tid, t_ns)
						      : ww_replay_meet(replay, event->tid);
	ww_replay_rename(thread, event->name);
	ww_replay_join_process(replay, thread, event->pid);
	thread->is_kernel = false; /* kernel threads start user helpers this way */
}

void ww_replay_exit(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_meet(replay, event->tid);

	if (!thread)
		return;
	thread->is_exiting = true;
	ww_replay_rename(thread, event->name);
	ww_replay_join_process(replay, thread, event->pid);
	ww_replay_notice(replay, event, t_ns, thread->utid);
}

static struct ww_sleep_cause snapshot_cause(const struct ww_event *event)
{
	return ww_sleep_explain(&(struct ww_sleep){
		.syscall = event->task.syscall,
		.arg0 = event->task.syscall_arg0,
		.arg1 = event->task.syscall_arg1,
		.file = ww_syscall_reads_or_writes(event->task.syscall) ? event->task.syscall_arg1
									: WW_WIRE_FILE_UNKNOWN,
		.knows_arguments = event->task.syscall >= 0,
		.wire_state = event->task.state,
		.in_iowait = event->task.in_iowait,
		.is_kernel = event->task.is_kernel,
	});
}

/* T8: nothing was seen of the thread yet, so what the snapshot says has been so since the recording
 * began. */
static void begin_as(const struct ww_event *event, struct replay_thread *thread)
{
	struct ww_interval *open = &thread->open;
	const struct ww_sleep_cause cause = snapshot_cause(event);

	open->cpu = event->task.cpu;
	open->prio = thread->prio;
	open->syscall = event->task.syscall;
	open->flags |= (uint8_t)((event->task.in_iowait ? WW_INTERVAL_IN_IOWAIT : 0) |
				 (event->task.throttled ? WW_INTERVAL_THROTTLED : 0));
	switch (event->task.state) {
	case WW_WIRE_STATE_RUNNING:
		thread->phase = WW_PHASE_RUNNABLE;
		open->reason = event->task.throttled ? WW_REASON_THROTTLED : WW_REASON_WOKEN;
		break;
	case WW_WIRE_STATE_STOPPED:
	case WW_WIRE_STATE_TRACED:
		thread->phase = WW_PHASE_STOPPED;
		open->reason = WW_REASON_NONE; /* a record before may have called it blocked */
		break;
	case WW_WIRE_STATE_UNKNOWN:
		break;
	default:
		thread->phase = WW_PHASE_BLOCKED;
		open->reason = (uint8_t)cause.reason;
		open->object = cause.object;
	}
}

/* Only what the thread did before the snapshot is open to it: later records know better. */
static void place(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		  struct replay_thread *thread)
{
	const bool is_untouched = thread->n_intervals == 0 && !thread->was_forked;
	const bool is_blank = thread->phase == WW_PHASE_UNKNOWN ||
			      (thread->phase == WW_PHASE_BLOCKED &&
			       thread->open.reason == WW_REASON_BLOCKED_UNKNOWN);

	replay->result.tells_throttled |= event->task.throttled;
	if (!is_untouched || !is_blank)
		return;
	if (event->task.state == WW_WIRE_STATE_DEAD || event->task.state == WW_WIRE_STATE_ZOMBIE)
		ww_replay_bury(replay, thread, thread->open.span.begin_ns);
	else if (!event->task.on_cpu)
		begin_as(event, thread);
	else if (event->task.cpu != WW_CPU_UNKNOWN &&
		 ww_replay_cpu(replay, event->task.cpu)->current == WW_UTID_NONE)
		ww_replay_agree(replay, event->task.cpu, t_ns, thread->utid);
}

static bool is_other_incarnation(const struct ww_replay *replay, const struct ww_event *event,
				 const struct replay_thread *thread)
{
	const bool has_pid = thread->process != WW_PROCESS_NONE && event->pid > 0;

	if (thread->start_time_ns != 0 && event->task.start_time_ns != 0)
		return thread->start_time_ns != event->task.start_time_ns;
	return has_pid &&
	       g_array_index(replay->processes, struct replay_process, thread->process).pid !=
		       event->pid;
}

void ww_replay_task(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_living(replay, event->tid);
	struct replay_process *process;

	if (event->tid <= 0)
		return;
	if (thread && is_other_incarnation(replay, event, thread))
		end_unseen(replay, thread, t_ns);
	thread = ww_replay_meet(replay, event->tid);
	ww_replay_rename(thread, event->name);
	ww_replay_join_process(replay, thread, event->pid);
	thread->start_time_ns = event->task.start_time_ns;
	thread->is_kernel = event->task.is_kernel;
	if (event->task.prio >= 0)
		thread->prio = event->task.prio;
	if (thread->process != WW_PROCESS_NONE) {
		process = &g_array_index(replay->processes, struct replay_process, thread->process);
		process->parent_pid = event->task.parent_pid;
	}
	ww_replay_place(replay, event, thread->utid);
	place(replay, event, t_ns, thread);
}

static int16_t call_number(struct ww_replay *replay, const struct ww_event *event)
{
	void *known;
	int16_t nr;

	if (event->syscall.nr != WW_SYSCALL_UNKNOWN || !event->text)
		return event->syscall.nr;
	if (g_hash_table_lookup_extended(replay->calls, event->text, NULL, &known))
		return (int16_t)GPOINTER_TO_INT(known);
	nr = ww_syscall_number(event->text);
	g_hash_table_insert(replay->calls, g_strdup(event->text), GINT_TO_POINTER(nr));
	return nr;
}

void ww_replay_syscall(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const bool enters = event->kind == WW_EVENT_SYSCALL_ENTER;
	struct replay_thread *thread = ww_replay_meet(replay, event->tid);
	uint32_t current;

	if (!thread && event->tid == WW_TID_UNKNOWN && event->cpu != WW_CPU_UNKNOWN) {
		current = ww_replay_cpu(replay, event->cpu)->current;
		thread = current < replay->threads->len ? ww_replay_thread(replay, current) : NULL;
	}
	if (!thread)
		return;
	ww_replay_call(replay, event, t_ns, thread);
	thread->syscall = enters ? call_number(replay, event) : WW_SYSCALL_NONE;
	thread->syscall_begin_ns = enters ? t_ns : -1;
	ww_replay_notice(replay, event, t_ns, thread->utid);
}
