// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the trace says of threads beside their states: page faults, reclaim, locks of the kernel,
 * timeouts, system calls, and plain facts that hold from an instant on.
 */
#include "analysis/replay/facts.h"

#include "base/hash.h"

/* Of what is due at an instant; clocks that people set are not as exact as others. */
#define TIMEOUT_SLACK_NS WW_NS_PER_MS

#define LOCK_IS_MUTEX 32
#define LOCK_READS_OR_WRITES (2 | 4)

static void clear_thread(void *data)
{
	struct thread_facts *facts = data;

	g_clear_pointer(&facts->regions, g_array_unref);
}

struct replay_facts *ww_replay_facts_new(void)
{
	struct replay_facts *facts = g_new0(struct replay_facts, 1);

	facts->threads = g_array_new(false, true, sizeof(struct thread_facts));
	g_array_set_clear_func(facts->threads, clear_thread);
	facts->cpus = g_array_new(false, false, sizeof(struct cpu_facts));
	facts->irq_names = g_array_new(false, true, sizeof(uint32_t));
	ww_pending_init(&facts->requests);
	ww_pending_init(&facts->works);
	ww_pending_init(&facts->tasks);
	facts->frames = g_hash_table_new_full(ww_hash_u64, g_int64_equal, g_free, NULL);
	facts->files = g_hash_table_new_full(ww_hash_u64, g_int64_equal, g_free, NULL);
	facts->clues = g_hash_table_new_full(ww_hash_u64, g_int64_equal, g_free, NULL);
	facts->asked = g_hash_table_new_full(ww_hash_u64, g_int64_equal, g_free, NULL);
	facts->kinships = g_hash_table_new_full(ww_hash_u64, g_int64_equal, g_free, g_free);
	facts->pools = g_hash_table_new_full(ww_hash_u64, g_int64_equal, g_free, NULL);
	return facts;
}

struct replay_facts *ww_replay_facts_copy(const struct replay_facts *facts)
{
	struct replay_facts *copy = g_memdup2(facts, sizeof(*facts));

	copy->threads = g_array_copy(facts->threads);
	g_array_set_clear_func(copy->threads, clear_thread);
	for (guint i = 0; i < copy->threads->len; i++) {
		GArray **regions = &g_array_index(copy->threads, struct thread_facts, i).regions;

		*regions = *regions ? g_array_copy(*regions) : NULL;
	}
	copy->cpus = g_array_copy(facts->cpus);
	/* Finishing only reads these. */
	g_array_ref(copy->irq_names);
	copy->requests = ww_pending_borrow(&facts->requests);
	copy->works = ww_pending_borrow(&facts->works);
	copy->tasks = ww_pending_borrow(&facts->tasks);
	g_hash_table_ref(copy->frames);
	g_hash_table_ref(copy->files);
	g_hash_table_ref(copy->clues);
	g_hash_table_ref(copy->asked);
	g_hash_table_ref(copy->kinships);
	g_hash_table_ref(copy->pools);
	return copy;
}

void ww_replay_facts_free(struct replay_facts *facts)
{
	g_array_unref(facts->threads);
	g_array_unref(facts->cpus);
	g_array_unref(facts->irq_names);
	ww_pending_clear(&facts->requests);
	ww_pending_clear(&facts->works);
	ww_pending_clear(&facts->tasks);
	g_hash_table_unref(facts->frames);
	g_hash_table_unref(facts->files);
	g_hash_table_unref(facts->clues);
	g_hash_table_unref(facts->asked);
	g_hash_table_unref(facts->kinships);
	g_hash_table_unref(facts->pools);
	g_free(facts);
}

struct thread_facts *ww_facts_thread(struct ww_replay *replay, uint32_t utid)
{
	GArray *threads = replay->facts->threads;

	if (utid >= threads->len)
		g_array_set_size(threads, utid + 1);
	return &g_array_index(threads, struct thread_facts, utid);
}

uint32_t ww_facts_utid(struct ww_replay *replay, int32_t tid)
{
	const struct replay_thread *thread = ww_replay_living(replay, tid);

	return thread ? thread->utid : WW_UTID_NONE;
}

void ww_facts_append(struct ww_replay *replay, enum ww_track kind, uint64_t key, int64_t begin_ns,
		     int64_t end_ns, const uint64_t fields[WW_ROW_FIELDS_MAX])
{
	/* A thread may be told to do things after records of others made an end of it. */
	struct ww_track_row row = { .span = { MAX(begin_ns, 0), MAX(MAX(begin_ns, end_ns), 0) } };

	for (unsigned int i = 0; i < WW_ROW_FIELDS_MAX; i++)
		row.fields[i] = fields[i];
	ww_store_append_row(replay->store, kind, key, &row);
}

struct replay_thread *ww_replay_about(struct ww_replay *replay, const struct ww_event *event)
{
	uint32_t current;

	if (event->tid != WW_TID_UNKNOWN || event->cpu == WW_CPU_UNKNOWN)
		return ww_replay_meet(replay, event->tid);
	current = ww_replay_cpu(replay, event->cpu)->current;
	return current < replay->threads->len ? ww_replay_thread(replay, current) : NULL;
}

/* A fault has no record of its end: it was served where the thread goes on, or long before. */
static void end_fault(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns)
{
	const struct thread_facts *facts = ww_facts_thread(replay, thread->utid);
	const bool is_slow = thread->has_facts & REPLAY_FACT_SLOW_FAULT;

	ww_facts_append(replay, WW_TRACK_FAULT, thread->utid, facts->fault.begin_ns,
			is_slow ? t_ns : facts->fault.begin_ns,
			WW_FIELDS(facts->fault.address, facts->fault.error,
				  is_slow && facts->fault.is_major));
	thread->has_facts &= (uint16_t) ~(REPLAY_FACT_FAULT | REPLAY_FACT_SLOW_FAULT);
}

static void begin_fault(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_about(replay, event);
	struct thread_facts *facts;

	if (!thread)
		return;
	if (thread->has_facts & (REPLAY_FACT_FAULT | REPLAY_FACT_SLOW_FAULT))
		end_fault(replay, thread, t_ns);
	facts = ww_facts_thread(replay, thread->utid);
	facts->fault.begin_ns = t_ns;
	facts->fault.address = event->page_fault.address;
	facts->fault.error = event->page_fault.error;
	facts->fault.is_major = false;
	thread->has_facts |= REPLAY_FACT_FAULT;
}

static void end_reclaim(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns,
			uint64_t n_pages)
{
	const struct thread_facts *facts = ww_facts_thread(replay, thread->utid);

	ww_facts_append(
		replay, WW_TRACK_RECLAIM, thread->utid, facts->reclaim.begin_ns, t_ns,
		WW_FIELDS(facts->reclaim.kind, (uint64_t)(int64_t)facts->reclaim.order, n_pages));
	thread->has_facts &= (uint16_t)~REPLAY_FACT_RECLAIM;
}

/* Compaction lies inside of reclaim: the outer bracket is the one that counts. */
static void reclaim(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_about(replay, event);
	struct thread_facts *facts;

	if (!thread)
		return;
	facts = ww_facts_thread(replay, thread->utid);
	if (event->kind == WW_EVENT_RECLAIM_END) {
		if (thread->has_facts & REPLAY_FACT_RECLAIM &&
		    facts->reclaim.kind == event->reclaim.kind)
			end_reclaim(replay, thread, t_ns, event->reclaim.n_pages);
	} else if (!(thread->has_facts & REPLAY_FACT_RECLAIM)) {
		facts->reclaim.begin_ns = t_ns;
		facts->reclaim.kind = event->reclaim.kind;
		facts->reclaim.order = event->reclaim.order;
		thread->has_facts |= REPLAY_FACT_RECLAIM;
	}
}

static void end_lock(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns,
		     bool has_failed)
{
	const struct thread_facts *facts = ww_facts_thread(replay, thread->utid);

	ww_facts_append(replay, WW_TRACK_KERNEL_LOCK, thread->utid, facts->lock.begin_ns, t_ns,
			WW_FIELDS(facts->lock.address, facts->lock.flags, facts->lock.owner_utid,
				  has_failed));
	thread->has_facts &= (uint16_t) ~(REPLAY_FACT_KERNEL_LOCK | REPLAY_FACT_RWSEM);
}

static void begin_lock(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		       struct replay_thread *thread)
{
	const uint8_t flags = event->kernel_lock.flags;
	const uint32_t owner = ww_facts_utid(replay, event->kernel_lock.owner_tid);
	struct thread_facts *facts = ww_facts_thread(replay, thread->utid);

	facts->lock.begin_ns = t_ns;
	facts->lock.address = event->kernel_lock.address;
	facts->lock.flags = flags;
	facts->lock.owner_utid = owner;
	thread->has_facts |= REPLAY_FACT_KERNEL_LOCK;
	if (flags & LOCK_READS_OR_WRITES && !(flags & LOCK_IS_MUTEX))
		thread->has_facts |= REPLAY_FACT_RWSEM;
}

static void kernel_lock(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_about(replay, event);
	bool is_begin;

	if (!thread)
		return;
	is_begin = event->kind == WW_EVENT_KERNEL_LOCK_BEGIN;
	if (thread->has_facts & REPLAY_FACT_KERNEL_LOCK) /* or the end of the last one was lost */
		end_lock(replay, thread, t_ns, !is_begin && event->kernel_lock.has_failed);
	if (is_begin)
		begin_lock(replay, event, t_ns, thread);
}

/* The mutex a thread sleeps for names a holder that the begin of its wait may not have known. */
static void blocked_on(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_about(replay, event);
	const uint32_t owner = ww_facts_utid(replay, event->kernel_lock.owner_tid);
	struct thread_facts *facts;

	if (!thread)
		return;
	facts = ww_facts_thread(replay, thread->utid);
	if (thread->has_facts & REPLAY_FACT_KERNEL_LOCK &&
	    facts->lock.address == event->kernel_lock.address) {
		facts->lock.owner_utid = owner;
		return;
	}
	facts->blocked_on.begin_ns = t_ns;
	facts->blocked_on.address = event->kernel_lock.address;
	facts->blocked_on.owner_utid = owner;
	thread->has_facts |= REPLAY_FACT_BLOCKED_ON;
}

/* @from_ns: when a relative one began to count. */
static uint64_t deadline_of(const struct ww_replay *replay, const struct ww_event *event,
			    int64_t from_ns)
{
	const int64_t timeout_ns = event->timeout.timeout_ns;
	int64_t deadline_ns;

	switch (event->timeout.kind) {
	case WW_WIRE_TIMEOUT_RELATIVE:
		return __builtin_add_overflow(from_ns, timeout_ns, &deadline_ns)
			       ? WW_ROW_TIME_NONE
			       : (uint64_t)deadline_ns;
	case WW_WIRE_TIMEOUT_REALTIME:
		return (uint64_t)ww_replay_since_origin(replay, timeout_ns);
	case WW_WIRE_TIMEOUT_MONOTONIC:
		if (!replay->manifest ||
		    __builtin_add_overflow(timeout_ns, replay->manifest->clock_offset_ns,
					   &deadline_ns))
			return WW_ROW_TIME_NONE;
		return (uint64_t)ww_replay_since_origin(replay, deadline_ns);
	default:
		return WW_ROW_TIME_NONE;
	}
}

/*
 * A relative timeout counts from somewhere inside the call, before the thread went to sleep. Where
 * calls are recorded it began with this one; else the thread may have been kept from its sleep, or
 * sleeps in the call for the second time, and half of the time has to do.
 */
static int64_t slack_of(const struct ww_event *event, bool knows_call)
{
	if (event->timeout.kind != WW_WIRE_TIMEOUT_RELATIVE || knows_call)
		return TIMEOUT_SLACK_NS;
	return MAX(event->timeout.timeout_ns / 2, TIMEOUT_SLACK_NS);
}

static void timeout(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_about(replay, event);
	struct thread_facts *facts;
	bool knows_call;

	if (!thread)
		return;
	knows_call = thread->syscall_begin_ns >= 0 && thread->syscall == event->timeout.syscall;
	facts = ww_facts_thread(replay, thread->utid);
	facts->timeout.begin_ns = t_ns;
	facts->timeout.deadline_ns =
		deadline_of(replay, event, knows_call ? thread->syscall_begin_ns : t_ns);
	facts->timeout.slack_ns = slack_of(event, knows_call);
	facts->timeout.syscall = event->timeout.syscall;
	thread->has_facts |= REPLAY_FACT_TIMEOUT;
}

/* Timers have other uses than timeouts: one that ends a sleep long before that is the end of it
 * brings a signal. */
static enum ww_timeout_outcome outcome_of(const struct thread_facts *facts,
					  const struct replay_thread *thread)
{
	const struct ww_interval *open = &thread->open;
	int64_t woken_ns = open->waking_ns >= 0 ? open->waking_ns : open->wakeup_ns;
	unsigned int waker = open->waker;
	bool is_due;

	if (thread->phase == WW_PHASE_BLOCKED_WOKEN) {
		woken_ns = thread->pending.time_ns;
		waker = thread->pending.by.kind;
	}
	if (woken_ns < 0)
		return WW_TIMEOUT_UNKNOWN;
	is_due = facts->timeout.deadline_ns == WW_ROW_TIME_NONE ||
		 (int64_t)facts->timeout.deadline_ns - woken_ns <= facts->timeout.slack_ns;
	if ((waker == WW_WAKER_UNKNOWN || waker == WW_WAKER_NONE) && is_due)
		return WW_TIMEOUT_UNKNOWN;
	return waker == WW_WAKER_TIMER && is_due ? WW_TIMEOUT_EXPIRED : WW_TIMEOUT_WOKEN;
}

void ww_replay_facts_leave(struct ww_replay *replay, struct replay_thread *thread, bool in_fault,
			   bool in_iowait, int64_t t_ns)
{
	if (!(thread->has_facts & REPLAY_FACT_FAULT))
		return;
	if (!in_fault) {
		end_fault(replay, thread, t_ns);
		return;
	}
	ww_facts_thread(replay, thread->utid)->fault.is_major |= in_iowait;
	thread->has_facts |= REPLAY_FACT_SLOW_FAULT;
}

void ww_replay_facts_arrive(struct ww_replay *replay, struct replay_thread *thread, int64_t t_ns)
{
	const struct thread_facts *facts = ww_facts_thread(replay, thread->utid);

	if (ww_replay_has_news(thread))
		ww_replay_explain_again(replay, thread);
	if (thread->has_facts & REPLAY_FACT_SLOW_FAULT)
		end_fault(replay, thread, t_ns);
	if (thread->has_facts & REPLAY_FACT_BLOCKED_ON)
		ww_facts_append(replay, WW_TRACK_KERNEL_LOCK, thread->utid,
				facts->blocked_on.begin_ns, t_ns,
				WW_FIELDS(facts->blocked_on.address, LOCK_IS_MUTEX,
					  facts->blocked_on.owner_utid));
	if (thread->has_facts & REPLAY_FACT_TIMEOUT)
		ww_facts_append(replay, WW_TRACK_TIMEOUT, thread->utid, facts->timeout.begin_ns,
				t_ns,
				WW_FIELDS(facts->timeout.deadline_ns,
					  (uint64_t)(int64_t)facts->timeout.syscall,
					  outcome_of(facts, thread)));
	thread->has_facts &=
		(uint16_t) ~(REPLAY_FACT_BLOCKED_ON | REPLAY_FACT_TIMEOUT | REPLAY_FACT_STACK);
}

static void end_call(struct ww_replay *replay, const struct replay_thread *thread, int64_t t_ns,
		     int64_t ret, uint8_t flags)
{
	const struct thread_facts *facts = ww_facts_thread(replay, thread->utid);

	ww_facts_append(replay, WW_TRACK_SYSCALL, thread->utid, thread->syscall_begin_ns, t_ns,
			WW_FIELDS((uint64_t)(int64_t)thread->syscall, (uint64_t)ret,
				  facts->call.args[0], facts->call.args[1], flags,
				  facts->call.name));
}

uint8_t ww_replay_arguments(struct ww_replay *replay, const struct replay_thread *thread,
			    uint64_t args[2])
{
	const struct thread_facts *facts = ww_facts_thread(replay, thread->utid);

	args[0] = facts->call.args[0];
	args[1] = facts->call.args[1];
	return thread->syscall_begin_ns >= 0 ? facts->call.n_args : 0;
}

void ww_replay_call(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns,
		    struct replay_thread *thread)
{
	struct thread_facts *facts = ww_facts_thread(replay, thread->utid);
	const bool is_other = event->syscall.nr >= 0 && thread->syscall >= 0 &&
			      event->syscall.nr != thread->syscall;

	if (event->kind == WW_EVENT_SYSCALL_EXIT) {
		if (thread->syscall_begin_ns >= 0 && !is_other)
			end_call(replay, thread, t_ns, event->syscall.ret, 0);
		return;
	}
	if (event->syscall.n_args > 0)
		ww_replay_note_close(replay, thread, event->syscall.nr, event->syscall.args[0]);
	facts->call.n_args = event->syscall.n_args;
	facts->call.args[0] = event->syscall.n_args > 0 ? event->syscall.args[0] : 0;
	facts->call.args[1] = event->syscall.n_args > 1 ? event->syscall.args[1] : 0;
	facts->call.name = event->text ? ww_store_text(replay->store, event->text) : WW_TEXT_NONE;
}

static void set_prio(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	struct replay_thread *thread = ww_replay_about(replay, event);
	const uint32_t donor = ww_facts_utid(replay, event->setprio.donor_tid);

	if (!thread)
		return;
	if (event->setprio.new_prio >= 0)
		thread->prio = event->setprio.new_prio;
	ww_facts_append(replay, WW_TRACK_PRIO, thread->utid, t_ns, t_ns,
			WW_FIELDS((uint64_t)(int64_t)event->setprio.old_prio,
				  (uint64_t)(int64_t)event->setprio.new_prio, donor));
}

static void descriptor(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const struct replay_thread *thread = ww_replay_about(replay, event);

	ww_replay_note_file(replay, event);
	if (thread)
		ww_facts_append(replay, WW_TRACK_DESCRIPTOR, thread->utid, t_ns, t_ns,
				WW_FIELDS((uint64_t)(int64_t)event->file.descriptor,
					  event->file.inode, event->file.kind));
}

/* Names and totals of things that are no threads. */
static void other_instant(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	const uint32_t text =
		event->text ? ww_store_text(replay->store, event->text) : WW_TEXT_NONE;

	if (event->kind == WW_EVENT_FILE_NAME)
		ww_replay_note_file(replay, event);
	if (event->kind == WW_EVENT_CGROUP_NAME)
		ww_facts_append(replay, WW_TRACK_CGROUP_NAME, event->cgroup.cgroup, t_ns, t_ns,
				WW_FIELDS(text));
	else if (event->kind == WW_EVENT_FILE_NAME && event->pid > 0)
		ww_facts_append(replay, WW_TRACK_FILE, (uint64_t)event->pid, t_ns, t_ns,
				WW_FIELDS((uint64_t)(int64_t)event->file.descriptor,
					  event->file.inode, event->file.kind, text));
	else if (event->kind == WW_EVENT_IRQ_NAME && event->text)
		ww_replay_irq_name(replay, event->irq_name.irq, event->text, t_ns);
	else if (event->kind == WW_EVENT_THROTTLE_TOTAL)
		ww_facts_append(
			replay, WW_TRACK_THROTTLE, event->cgroup.cgroup, t_ns, t_ns,
			WW_FIELDS(event->cgroup.n_throttled, event->cgroup.throttled_us * 1000));
	else if (event->kind == WW_EVENT_STEAL)
		ww_facts_append(replay, WW_TRACK_STEAL, event->steal.cpu, t_ns, t_ns,
				WW_FIELDS(event->steal.steal_ns));
}

/* clang-format off */
static handle_fn *const handlers[WW_EVENT_N] = {
	[WW_EVENT_PAGE_FAULT]        = begin_fault,
	[WW_EVENT_RECLAIM_BEGIN]     = reclaim,
	[WW_EVENT_RECLAIM_END]       = reclaim,
	[WW_EVENT_KERNEL_LOCK_BEGIN] = kernel_lock,
	[WW_EVENT_KERNEL_LOCK_END]   = kernel_lock,
	[WW_EVENT_BLOCKED_ON]        = blocked_on,
	[WW_EVENT_TIMEOUT]           = timeout,
	[WW_EVENT_SETPRIO]           = set_prio,
	[WW_EVENT_AFFINITY]          = ww_replay_affinity,
	[WW_EVENT_CGROUP]            = ww_replay_cgroup,
	[WW_EVENT_STACK]             = ww_replay_stack,
	[WW_EVENT_DESCRIPTOR]        = descriptor,
	[WW_EVENT_CGROUP_NAME]       = other_instant,
	[WW_EVENT_FILE_NAME]         = other_instant,
	[WW_EVENT_IRQ_NAME]          = other_instant,
	[WW_EVENT_THROTTLE_TOTAL]    = other_instant,
	[WW_EVENT_STEAL]             = other_instant,
	[WW_EVENT_FRAMES]            = ww_replay_frames,
	[WW_EVENT_INTERRUPT]         = ww_replay_interrupt,
	[WW_EVENT_INTERRUPT_ENTRY]   = ww_replay_interrupt,
	[WW_EVENT_INTERRUPT_EXIT]    = ww_replay_interrupt,
	[WW_EVENT_CPU_IDLE]          = ww_replay_idle,
	[WW_EVENT_CPU_IDLE_STATE]    = ww_replay_idle,
	[WW_EVENT_CPU_HOTPLUG]       = ww_replay_hotplug,
	[WW_EVENT_CPU_FREQUENCY]     = ww_replay_frequency,
	[WW_EVENT_DISK_START]        = ww_replay_disk,
	[WW_EVENT_DISK_ISSUE]        = ww_replay_disk,
	[WW_EVENT_DISK_COMPLETE]     = ww_replay_disk,
	[WW_EVENT_WORK_QUEUE]        = ww_replay_work,
	[WW_EVENT_WORK_BEGIN]        = ww_replay_work,
	[WW_EVENT_WORK_END]          = ww_replay_work,
	[WW_EVENT_TASK_BEGIN]        = ww_replay_word,
	[WW_EVENT_TASK_END]          = ww_replay_word,
	[WW_EVENT_REGION_BEGIN]      = ww_replay_word,
	[WW_EVENT_REGION_END]        = ww_replay_word,
	[WW_EVENT_LOG]               = ww_replay_word,
	[WW_EVENT_COUNTER]           = ww_replay_word,
};
/* clang-format on */

void ww_replay_fact(struct ww_replay *replay, const struct ww_event *event, int64_t t_ns)
{
	if (handlers[event->kind])
		handlers[event->kind](replay, event, t_ns);
}

static void finish_thread(struct ww_replay *replay, struct replay_thread *thread)
{
	const int64_t end_ns = thread->died_ns >= 0 ? thread->died_ns : replay->now_ns;

	if (thread->has_facts & (REPLAY_FACT_FAULT | REPLAY_FACT_SLOW_FAULT))
		end_fault(replay, thread, end_ns);
	if (thread->has_facts & REPLAY_FACT_RECLAIM)
		end_reclaim(replay, thread, end_ns, 0);
	if (thread->has_facts & REPLAY_FACT_KERNEL_LOCK)
		end_lock(replay, thread, end_ns, false);
	ww_replay_facts_arrive(replay, thread, end_ns);
	if (thread->syscall_begin_ns >= 0)
		end_call(replay, thread, end_ns, 0, WW_INTERVAL_CENSORED_RIGHT);
	ww_replay_finish_work(replay, thread->utid, end_ns, WW_INTERVAL_CENSORED_RIGHT);
	ww_replay_finish_words(replay, thread->utid);
}

void ww_replay_facts_finish(struct ww_replay *replay)
{
	const unsigned int n = MIN(replay->facts->threads->len, replay->threads->len);

	for (uint32_t utid = 0; utid < n; utid++)
		finish_thread(replay, ww_replay_thread(replay, utid));
	ww_replay_finish_tasks(replay);
	ww_replay_finish_cpus_facts(replay);
	replay->result.n_forgotten = replay->facts->requests.n_forgotten +
				     replay->facts->works.n_forgotten +
				     replay->facts->tasks.n_forgotten + replay->facts->n_forgotten;
}
