// SPDX-License-Identifier: GPL-2.0-or-later
#include "tracer/thread-states.h"

#include <string.h>

#define KTHREADD_TID 2

struct ww_thread_states {
	GHashTable *threads; /* tid -> struct ww_thread_state */
	uint64_t lost_ns;    /* records from before this are missing; 0: none */
};

struct ww_thread_states *ww_thread_states_new(void)
{
	struct ww_thread_states *states = g_new0(struct ww_thread_states, 1);

	states->threads = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	return states;
}

void ww_thread_states_free(struct ww_thread_states *states)
{
	if (!states)
		return;
	g_hash_table_unref(states->threads);
	g_free(states);
}

struct ww_thread_state *ww_thread_states_find(const struct ww_thread_states *states, int32_t tid)
{
	return g_hash_table_lookup(states->threads, GINT_TO_POINTER(tid));
}

static void reset(struct ww_thread_state *thread, int32_t tid, uint64_t timestamp)
{
	*thread = (struct ww_thread_state){
		.task = {
			.id = WW_WIRE_ID_TASK,
			.state = WW_WIRE_STATE_UNKNOWN,
			.syscall = WW_WIRE_SYSCALL_NONE,
			.tid = tid,
		},
		.first_ns = timestamp,
	};
}

/* The thread with a @tid that threads have, met now if it never was. */
static struct ww_thread_state *meet_thread(struct ww_thread_states *states, int32_t tid,
					   uint64_t timestamp)
{
	struct ww_thread_state *thread = ww_thread_states_find(states, tid);

	if (!thread) {
		thread = g_new(struct ww_thread_state, 1);
		reset(thread, tid, timestamp);
		g_hash_table_insert(states->threads, GINT_TO_POINTER(tid), thread);
	}
	thread->first_ns = MIN(thread->first_ns, timestamp);
	return thread;
}

/* The same; NULL for the idle thread, and for what no thread is called. */
static struct ww_thread_state *meet(struct ww_thread_states *states, int32_t tid,
				    uint64_t timestamp)
{
	return tid > 0 ? meet_thread(states, tid, timestamp) : NULL;
}

static void name(struct ww_thread_state *thread, const char *comm, uint64_t timestamp)
{
	if (!thread || timestamp < thread->named_ns)
		return;
	memcpy(thread->task.comm, comm, sizeof(thread->task.comm));
	thread->named_ns = timestamp;
}

static void identify(struct ww_thread_state *thread, int32_t pid)
{
	if (thread && !thread->task.pid)
		thread->task.pid = pid;
}

static void allow(struct ww_thread_state *thread, uint64_t cpus, uint64_t timestamp)
{
	if (timestamp < thread->affinity_ns)
		return;
	thread->task.allowed_cpus = cpus;
	thread->affinity_ns = timestamp;
}

static void come(struct ww_thread_states *states, uint32_t cpu, int32_t tid, uint64_t timestamp)
{
	struct ww_thread_state *thread = meet(states, tid, timestamp);

	if (!thread || timestamp < thread->changed_ns)
		return;
	thread->changed_ns = timestamp;
	thread->is_dead = false;
	thread->task.state = WW_WIRE_STATE_RUNNING;
	thread->task.on_cpu = 1;
	thread->task.throttled = 0;
	thread->task.in_iowait = 0;
	thread->task.cpu = (__u16)cpu;
	thread->task.syscall = WW_WIRE_SYSCALL_NONE;
	thread->task.syscall_arg0 = 0;
	thread->task.syscall_arg1 = 0;
	thread->task.instruction = 0;
	thread->task.stack_pointer = 0;
	thread->task.frame_pointer = 0;
}

/* The thread as it left its CPU, or NULL when something younger is known. */
static struct ww_thread_state *leave(struct ww_thread_states *states, uint32_t cpu, int32_t tid,
				     uint64_t timestamp)
{
	struct ww_thread_state *thread = meet(states, tid, timestamp);

	if (!thread || timestamp < thread->changed_ns)
		return NULL;
	thread->changed_ns = timestamp;
	thread->task.on_cpu = 0;
	thread->task.cpu = (__u16)cpu;
	return thread;
}

static bool is_death(unsigned int wire_state)
{
	return wire_state == WW_WIRE_STATE_DEAD || wire_state == WW_WIRE_STATE_ZOMBIE;
}

static void take_switch(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_switch *record = data;
	struct ww_thread_state *prev =
		leave(states, cpu, (int32_t)record->prev_tid, record->timestamp);

	if (prev) {
		prev->task.state = record->prev_state;
		prev->task.throttled = record->throttled;
		prev->task.in_iowait = record->in_iowait;
		prev->task.syscall = record->syscall;
		prev->task.syscall_arg0 = record->syscall_arg0;
		prev->task.syscall_arg1 = (__u8)record->syscall_arg1;
		prev->is_dead = is_death(record->prev_state);
	}
	come(states, cpu, (int32_t)record->next_tid, record->timestamp);
	if (record->next_tid)
		ww_thread_states_find(states, (int32_t)record->next_tid)->task.prio =
			(__u8)record->next_prio;
}

static void take_in(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_sched_in *record = data;

	come(states, cpu, record->tid, record->timestamp);
}

static void take_out(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	static const unsigned int wire_states[WW_WIRE_LEFT_N] = {
		[WW_WIRE_LEFT_BLOCKED] = WW_WIRE_STATE_SLEEPING,
		[WW_WIRE_LEFT_PREEMPTED] = WW_WIRE_STATE_RUNNING,
		[WW_WIRE_LEFT_ENDED] = WW_WIRE_STATE_DEAD,
	};
	const struct ww_wire_sched_out *record = data;
	struct ww_thread_state *thread = leave(states, cpu, record->tid, record->timestamp);

	if (!thread || record->left >= WW_WIRE_LEFT_N)
		return;
	thread->task.state = wire_states[record->left] & 0xfu;
	thread->is_dead = is_death(thread->task.state);
}

/*
 * The first of several wakings is what made it ready. One that comes before the sleep, while the
 * thread still runs, is told again by its wakeup, behind it.
 */
static void make_ready(struct ww_thread_states *states, int32_t tid, uint64_t timestamp,
		       uint16_t cpu)
{
	struct ww_thread_state *thread = meet(states, tid, timestamp);

	if (!thread || timestamp < thread->changed_ns)
		return;
	if (thread->ready_ns < thread->changed_ns || thread->ready_ns == 0)
		thread->ready_ns = timestamp;
	thread->last_ready_ns = MAX(thread->last_ready_ns, timestamp);
	if (!thread->task.on_cpu)
		thread->task.cpu = cpu;
}

static void take_waking(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_waking *record = data;

	make_ready(states, record->tid, record->timestamp, record->target_cpu);
}

static void take_wakeup(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_wakeup *record = data;

	make_ready(states, record->tid, record->timestamp, record->target_cpu);
}

static void take_migrate(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_migrate *record = data;
	struct ww_thread_state *thread = ww_thread_states_find(states, record->tid);

	if (thread && !thread->task.on_cpu && record->timestamp >= thread->changed_ns)
		thread->task.cpu = record->to_cpu;
}

/*
 * The child's own CPU may have told of it before its parent's did: then it is the same one, and
 * only who it is was missing. Anything older is somebody else who had its number.
 */
static struct ww_thread_state *bear(struct ww_thread_states *states,
				    const struct ww_wire_fork *record)
{
	struct ww_thread_state *child = ww_thread_states_find(states, record->child_tid);

	if (child && child->first_ns >= record->timestamp)
		return child;
	child = meet_thread(states, record->child_tid, record->timestamp);
	reset(child, record->child_tid, record->timestamp);
	child->task.state = WW_WIRE_STATE_RUNNING;
	child->changed_ns = child->ready_ns = child->last_ready_ns = record->timestamp;
	return child;
}

static void take_fork(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_fork *record = data;
	const struct ww_thread_state *parent;
	struct ww_thread_state *child;

	if (record->child_tid <= 0 || record->child_tid == record->parent_tid)
		return;
	meet(states, record->parent_tid, record->timestamp);
	child = bear(states, record);
	parent = ww_thread_states_find(states, record->parent_tid);
	child->first_ns = record->timestamp;
	child->task.pid = record->child_pid;
	if (record->comm[0])
		name(child, record->comm, record->timestamp);
	if (!parent)
		return;
	if (!record->comm[0])
		name(child, parent->task.comm, record->timestamp);
	child->task.is_kernel = parent->task.is_kernel || parent->task.tid == KTHREADD_TID;
	child->task.parent_pid =
		record->child_pid == record->child_tid ? parent->task.pid : parent->task.parent_pid;
	child->task.cgroup = parent->task.cgroup;
	/* A set that the parent got later is not the child's. */
	if (parent->affinity_ns <= record->timestamp)
		allow(child, parent->task.allowed_cpus, record->timestamp);
	child->is_target |= parent->is_target;
}

/* The thread that called takes the leader's number; what the leader was is gone. */
static void take_over(struct ww_thread_states *states, const struct ww_wire_exec *record)
{
	struct ww_thread_state *caller = ww_thread_states_find(states, record->old_tid);

	if (!caller || record->old_tid == record->tid || caller->first_ns > record->timestamp)
		return;
	g_hash_table_steal(states->threads, GINT_TO_POINTER(record->old_tid));
	caller->task.tid = record->tid;
	g_hash_table_replace(states->threads, GINT_TO_POINTER(record->tid), caller);
}

static void take_exec(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_exec *record = data;
	struct ww_thread_state *thread;

	take_over(states, record);
	thread = meet(states, record->tid, record->timestamp);
	if (!thread)
		return;
	name(thread, record->comm, record->timestamp);
	identify(thread, record->pid);
	thread->task.is_kernel = 0; /* kernel threads start user helpers this way */
}

static void take_exit(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_exit *record = data;

	identify(meet(states, record->tid, record->timestamp), record->pid);
}

static void take_rename(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_rename *record = data;

	name(meet(states, record->tid, record->timestamp), record->comm, record->timestamp);
}

static void take_affinity(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_affinity *record = data;
	struct ww_thread_state *thread = meet(states, record->tid, record->timestamp);

	if (thread)
		allow(thread, record->allowed_cpus, record->timestamp);
}

static void take_setprio(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_setprio *record = data;
	struct ww_thread_state *thread = meet(states, record->tid, record->timestamp);

	if (thread && record->timestamp >= thread->changed_ns)
		thread->task.prio = (__u8)record->new_prio;
}

static void take_cgroup(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_cgroup *record = data;
	struct ww_thread_state *thread = meet(states, record->tid, record->timestamp);
	GHashTableIter iter;
	gpointer other;

	if (!thread)
		return;
	thread->task.cgroup = record->cgroup;
	g_hash_table_iter_init(&iter, states->threads);
	while (record->is_process && thread->task.pid &&
	       g_hash_table_iter_next(&iter, NULL, &other)) {
		struct ww_wire_task *task = &((struct ww_thread_state *)other)->task;

		if (task->pid == thread->task.pid)
			task->cgroup = record->cgroup;
	}
}

/* A picture of a thread: who it is in any case, what it does unless a younger record says. */
static void take_task(struct ww_thread_states *states, uint32_t cpu, const void *data)
{
	const struct ww_wire_task *record = data;
	struct ww_thread_state *thread = meet(states, record->tid, record->timestamp);
	struct ww_wire_task younger;

	if (!thread)
		return;
	younger = thread->task;
	thread->task = *record;
	if (record->timestamp < thread->named_ns)
		memcpy(thread->task.comm, younger.comm, sizeof(younger.comm));
	thread->task.allowed_cpus = younger.allowed_cpus;
	allow(thread, record->allowed_cpus, record->timestamp);
	if (record->timestamp >= thread->changed_ns) {
		thread->changed_ns = record->timestamp;
		thread->is_dead = is_death(record->state);
		return;
	}
	thread->task.state = younger.state;
	thread->task.on_cpu = younger.on_cpu;
	thread->task.throttled = younger.throttled;
	thread->task.in_iowait = younger.in_iowait;
	thread->task.cpu = younger.cpu;
	thread->task.syscall = younger.syscall;
	thread->task.syscall_arg0 = younger.syscall_arg0;
	thread->task.syscall_arg1 = younger.syscall_arg1;
}

typedef void take_fn(struct ww_thread_states *states, uint32_t cpu, const void *data);

static take_fn *const takers[WW_WIRE_ID_N] = {
	[WW_WIRE_ID_SWITCH] = take_switch,
	[WW_WIRE_ID_WAKING] = take_waking,
	[WW_WIRE_ID_WAKEUP] = take_wakeup,
	[WW_WIRE_ID_WAKEUP_NEW] = take_waking, /* one layout: base/wire.h */
	[WW_WIRE_ID_MIGRATE] = take_migrate,
	[WW_WIRE_ID_FORK] = take_fork,
	[WW_WIRE_ID_EXEC] = take_exec,
	[WW_WIRE_ID_EXIT] = take_exit,
	[WW_WIRE_ID_RENAME] = take_rename,
	[WW_WIRE_ID_TASK] = take_task,
	[WW_WIRE_ID_AFFINITY] = take_affinity,
	[WW_WIRE_ID_SETPRIO] = take_setprio,
	[WW_WIRE_ID_CGROUP] = take_cgroup,
	[WW_WIRE_ID_SCHED_IN] = take_in,
	[WW_WIRE_ID_SCHED_OUT] = take_out,
};

void ww_thread_states_take(struct ww_thread_states *states, uint32_t cpu, const void *record)
{
	const struct ww_wire_wakeup *any = record;

	if (any->id < WW_WIRE_ID_N && takers[any->id])
		takers[any->id](states, cpu, record);
}

void ww_thread_states_lose(struct ww_thread_states *states, uint64_t timestamp)
{
	states->lost_ns = MAX(states->lost_ns, timestamp);
}

static gboolean is_forgotten(gpointer key, gpointer value, gpointer timestamp)
{
	const struct ww_thread_state *thread = value;

	return thread->is_dead && thread->changed_ns < *(const uint64_t *)timestamp;
}

void ww_thread_states_sweep(struct ww_thread_states *states, uint64_t timestamp)
{
	g_hash_table_foreach_remove(states->threads, is_forgotten, &timestamp);
}

static bool is_woken(const struct ww_thread_state *thread)
{
	return thread->last_ready_ns > 0 && thread->last_ready_ns >= thread->changed_ns;
}

/* The instant from which on it is what it is now; 0: nobody knows. */
static uint64_t said_at(const struct ww_thread_state *thread)
{
	if (!is_woken(thread) || thread->task.on_cpu)
		return thread->changed_ns;
	return thread->ready_ns >= thread->changed_ns ? thread->ready_ns : thread->last_ready_ns;
}

enum ww_thread_now ww_thread_states_now(const struct ww_thread_states *states,
					const struct ww_thread_state *thread, uint64_t *since_ns)
{
	static const uint8_t off_cpu[WW_WIRE_STATE_N] = {
		[WW_WIRE_STATE_RUNNING] = WW_THREAD_RUNNABLE,
		[WW_WIRE_STATE_SLEEPING] = WW_THREAD_BLOCKED,
		[WW_WIRE_STATE_DISK_SLEEP] = WW_THREAD_BLOCKED,
		[WW_WIRE_STATE_STOPPED] = WW_THREAD_STOPPED,
		[WW_WIRE_STATE_TRACED] = WW_THREAD_STOPPED,
		[WW_WIRE_STATE_DEAD] = WW_THREAD_DEAD,
		[WW_WIRE_STATE_ZOMBIE] = WW_THREAD_DEAD,
		[WW_WIRE_STATE_PARKED] = WW_THREAD_BLOCKED,
		[WW_WIRE_STATE_IDLE] = WW_THREAD_BLOCKED,
		[WW_WIRE_STATE_UNKNOWN] = WW_THREAD_UNKNOWN,
	};
	uint64_t said_ns = said_at(thread);

	if (since_ns)
		*since_ns = said_ns;
	if (thread->is_dead)
		return WW_THREAD_DEAD;
	if (said_ns == 0 || said_ns <= states->lost_ns)
		return WW_THREAD_UNKNOWN;
	if (thread->task.on_cpu)
		return WW_THREAD_RUNNING;
	if (is_woken(thread))
		return WW_THREAD_RUNNABLE;
	return thread->task.state < WW_WIRE_STATE_N ? off_cpu[thread->task.state]
						    : WW_THREAD_UNKNOWN;
}

void ww_thread_states_for_each(const struct ww_thread_states *states, ww_thread_state_func func,
			       void *user_data)
{
	GHashTableIter iter;
	gpointer thread;

	g_hash_table_iter_init(&iter, states->threads);
	while (g_hash_table_iter_next(&iter, NULL, &thread))
		func(states, thread, user_data);
}

struct picture {
	GArray *tasks;
	uint64_t timestamp;
};

static void add_to_picture(const struct ww_thread_states *states, struct ww_thread_state *thread,
			   void *user_data)
{
	const struct picture *picture = user_data;
	struct ww_wire_task task = thread->task;

	task.timestamp = picture->timestamp;
	switch (ww_thread_states_now(states, thread, NULL)) {
	case WW_THREAD_DEAD:
		return;
	case WW_THREAD_UNKNOWN:
		task.state = WW_WIRE_STATE_UNKNOWN;
		task.on_cpu = task.throttled = task.in_iowait = 0;
		task.syscall = WW_WIRE_SYSCALL_NONE;
		break;
	case WW_THREAD_RUNNABLE:
		task.state = WW_WIRE_STATE_RUNNING;
		task.in_iowait = 0;
		break;
	default:
		break;
	}
	g_array_append_val(picture->tasks, task);
}

GArray *ww_thread_states_picture(const struct ww_thread_states *states, uint64_t timestamp)
{
	struct picture picture = {
		.tasks = g_array_new(FALSE, FALSE, sizeof(struct ww_wire_task)),
		.timestamp = timestamp,
	};

	ww_thread_states_for_each(states, add_to_picture, &picture);
	return picture.tasks;
}
