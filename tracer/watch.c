// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings are read one CPU after the other, but a wait begins on one and ends on another: records are
 * kept until those of all CPUs are there, and then seen in the order of time.
 */
#include "tracer/watch.h"

#include <string.h>

#include "base/units.h"
#include "tracer/thread-states.h"

#define MAX_TRIGGERS 64
#define SWEEP_NS ((uint64_t)WW_NS_PER_S)

/* Calls of the futex family that wait: x86-64. */
#define NR_FUTEX 202
#define NR_FUTEX_WAITV 449
#define NR_FUTEX_WAIT 455

/* Records of one CPU that were not seen yet. */
struct queue {
	GByteArray *records;
	guint at;
};

struct ww_watch {
	const GArray *conditions;
	struct ww_watch_target target;
	bool has_waits; /* some condition is about waits */
	uint32_t n_cpus;
	struct queue *queues; /* one per CPU, and one of those without */
	struct ww_thread_states *states;
	bool has_pictures; /* tasks came since the target was marked */
	uint64_t swept_ns;

	GMutex mutex;    /* guards all below */
	GQueue triggers; /* struct ww_trigger *, owned */
	uint64_t n_overflow;
};

static const struct ww_condition *condition_at(const struct ww_watch *watch, guint i)
{
	return &g_array_index(watch->conditions, struct ww_condition, i);
}

struct ww_watch *ww_watch_new(const GArray *conditions, struct ww_watch_target target,
			      uint32_t n_cpus)
{
	struct ww_watch *watch = g_new0(struct ww_watch, 1);

	watch->conditions = conditions;
	watch->target = target;
	watch->n_cpus = n_cpus;
	watch->queues = g_new0(struct queue, n_cpus + 1);
	for (uint32_t i = 0; i <= n_cpus; i++)
		watch->queues[i].records = g_byte_array_new();
	for (guint i = 0; i < conditions->len; i++)
		watch->has_waits |=
			ww_condition_need(condition_at(watch, i)->kind) != WW_CONDITION_NEEDS_PROC;
	watch->states = ww_thread_states_new();
	g_mutex_init(&watch->mutex);
	g_queue_init(&watch->triggers);
	return watch;
}

void ww_watch_free(struct ww_watch *watch)
{
	if (!watch)
		return;
	for (uint32_t i = 0; i <= watch->n_cpus; i++)
		g_byte_array_unref(watch->queues[i].records);
	g_free(watch->queues);
	ww_thread_states_free(watch->states);
	g_queue_clear_full(&watch->triggers, g_free);
	g_mutex_clear(&watch->mutex);
	g_free(watch);
}

void ww_watch_raise(struct ww_watch *watch, const struct ww_trigger *trigger)
{
	g_mutex_lock(&watch->mutex);
	if (g_queue_get_length(&watch->triggers) < MAX_TRIGGERS)
		g_queue_push_tail(&watch->triggers, g_memdup2(trigger, sizeof(*trigger)));
	else
		watch->n_overflow++;
	g_mutex_unlock(&watch->mutex);
}

bool ww_watch_next(struct ww_watch *watch, struct ww_trigger *trigger)
{
	g_autofree struct ww_trigger *oldest = NULL;

	g_mutex_lock(&watch->mutex);
	oldest = g_queue_pop_head(&watch->triggers);
	g_mutex_unlock(&watch->mutex);
	if (!oldest)
		return false;
	*trigger = *oldest;
	return true;
}

uint64_t ww_watch_take_overflow(struct ww_watch *watch)
{
	uint64_t n_overflow;

	g_mutex_lock(&watch->mutex);
	n_overflow = watch->n_overflow;
	watch->n_overflow = 0;
	g_mutex_unlock(&watch->mutex);
	return n_overflow;
}

/* What says nothing about waits or whose they are need not be kept. */
static bool is_of_use(uint8_t id)
{
	static const bool uses[WW_WIRE_ID_N] = {
		[WW_WIRE_ID_SWITCH] = true,    [WW_WIRE_ID_WAKING] = true,
		[WW_WIRE_ID_WAKEUP] = true,    [WW_WIRE_ID_WAKEUP_NEW] = true,
		[WW_WIRE_ID_FORK] = true,      [WW_WIRE_ID_EXEC] = true,
		[WW_WIRE_ID_RENAME] = true,    [WW_WIRE_ID_TASK] = true,
		[WW_WIRE_ID_EXIT] = true,      [WW_WIRE_ID_SCHED_IN] = true,
		[WW_WIRE_ID_SCHED_OUT] = true,
	};

	return id < WW_WIRE_ID_N && uses[id];
}

static uint8_t id_of(const void *record)
{
	return ((const struct ww_wire_wakeup *)record)->id;
}

void ww_watch_take(struct ww_watch *watch, uint32_t cpu, const void *record, size_t size_bytes)
{
	struct queue *queue = &watch->queues[MIN(cpu, watch->n_cpus)];

	if (watch->has_waits && is_of_use(id_of(record)))
		g_byte_array_append(queue->records, record, (guint)size_bytes);
}

void ww_watch_lose(struct ww_watch *watch, uint64_t timestamp)
{
	ww_thread_states_lose(watch->states, timestamp);
}

static bool has_pid(const GArray *pids, int32_t pid)
{
	for (guint i = 0; i < pids->len; i++) {
		if (g_array_index(pids, int32_t, i) == pid)
			return true;
	}
	return false;
}

/* One round of finding out who belongs to the target. */
struct marking {
	const struct ww_watch *watch;
	GHashTable *pids; /* of processes that do */
	bool has_changed;
};

static bool is_member(const struct marking *marking, const struct ww_wire_task *task)
{
	const struct ww_watch_target *target = &marking->watch->target;

	if (task->is_kernel || has_pid(target->own_pids, task->pid))
		return false;
	return target->is_all || has_pid(target->root_pids, task->pid) ||
	       g_hash_table_contains(marking->pids, GINT_TO_POINTER(task->pid)) ||
	       g_hash_table_contains(marking->pids, GINT_TO_POINTER(task->parent_pid));
}

static void mark(const struct ww_thread_states *states, struct ww_thread_state *thread,
		 void *user_data)
{
	struct marking *marking = user_data;

	if (!thread->is_target && !is_member(marking, &thread->task))
		return;
	thread->is_target = true;
	if (thread->task.pid)
		marking->has_changed |=
			g_hash_table_add(marking->pids, GINT_TO_POINTER(thread->task.pid));
}

/* Children may be met before their parents, so this repeats until nothing changes. */
static void mark_target(struct ww_watch *watch)
{
	g_autoptr(GHashTable) pids = g_hash_table_new(NULL, NULL);
	struct marking marking = { .watch = watch, .pids = pids, .has_changed = true };

	while (marking.has_changed) {
		marking.has_changed = false;
		ww_thread_states_for_each(watch->states, mark, &marking);
	}
	watch->has_pictures = false;
}

static bool is_futex(int16_t syscall)
{
	return syscall == NR_FUTEX || syscall == NR_FUTEX_WAITV || syscall == NR_FUTEX_WAIT;
}

/* A wait of a thread: until now, or until it ended. */
struct wait {
	enum ww_thread_now kind;
	uint64_t since_ns, until_ns;
};

static bool is_met(const struct ww_condition *condition, const struct ww_thread_state *thread,
		   const struct wait *wait)
{
	static const uint8_t kinds[WW_CONDITION_N] = {
		[WW_CONDITION_RUNNABLE] = WW_THREAD_RUNNABLE,
		[WW_CONDITION_BLOCKED] = WW_THREAD_BLOCKED,
		[WW_CONDITION_LOCK_WAIT] = WW_THREAD_BLOCKED,
	};

	if (kinds[condition->kind] != wait->kind ||
	    (int64_t)(wait->until_ns - wait->since_ns) <= condition->limit)
		return false;
	return condition->kind != WW_CONDITION_LOCK_WAIT || is_futex(thread->task.syscall);
}

static void raise_wait(struct ww_watch *watch, const struct ww_condition *condition,
		       const struct ww_thread_state *thread, const struct wait *wait)
{
	struct ww_trigger trigger = {
		.condition = *condition,
		.value = (int64_t)(wait->until_ns - wait->since_ns),
		.at_ns = wait->until_ns,
		.pid = thread->task.pid,
		.tid = thread->task.tid,
	};

	memcpy(trigger.comm, thread->task.comm, sizeof(trigger.comm));
	ww_watch_raise(watch, &trigger);
}

/* LTTng's own threads inside the program wait all the time: "redis-serve-ust". */
static bool is_listener(const struct ww_watch *watch, const struct ww_thread_state *thread)
{
	static const char suffix[] = "-ust";
	const struct ww_thread_state *leader =
		ww_thread_states_find(watch->states, thread->task.pid);
	const size_t length = strnlen(thread->task.comm, sizeof(thread->task.comm));

	if (length < sizeof(suffix) || thread->task.tid == thread->task.pid ||
	    memcmp(thread->task.comm + length - strlen(suffix), suffix, strlen(suffix)) != 0)
		return false;
	return !leader ||
	       strncmp(leader->task.comm, thread->task.comm, length - strlen(suffix)) == 0;
}

/* A wait is told once for each condition, when it is long enough and not again at its end. */
static void judge(struct ww_watch *watch, struct ww_thread_state *thread, const struct wait *wait)
{
	if (is_listener(watch, thread))
		return;
	if (thread->told_wait_ns != wait->since_ns) {
		thread->told_wait_ns = wait->since_ns;
		thread->told = 0;
	}
	for (guint i = 0; i < watch->conditions->len; i++) {
		const struct ww_condition *condition = condition_at(watch, i);
		const uint64_t bit = UINT64_C(1) << i % 64;

		if (thread->told & bit || !is_met(condition, thread, wait))
			continue;
		thread->told |= bit;
		raise_wait(watch, condition, thread, wait);
	}
}

static bool is_wait(enum ww_thread_now now)
{
	return now == WW_THREAD_RUNNABLE || now == WW_THREAD_BLOCKED;
}

/* Whose wait a record may end; 0: nobody's. */
static int32_t waiter_of(const void *record)
{
	switch (id_of(record)) {
	case WW_WIRE_ID_SWITCH:
		return (int32_t)((const struct ww_wire_switch *)record)->next_tid;
	case WW_WIRE_ID_WAKING:
		return ((const struct ww_wire_waking *)record)->tid;
	case WW_WIRE_ID_WAKEUP:
		return ((const struct ww_wire_wakeup *)record)->tid;
	case WW_WIRE_ID_SCHED_IN:
		return ((const struct ww_wire_sched_in *)record)->tid;
	default:
		return 0;
	}
}

static void see(struct ww_watch *watch, uint32_t cpu, const void *record, uint64_t timestamp)
{
	const int32_t tid = waiter_of(record);
	struct ww_thread_state *thread = tid ? ww_thread_states_find(watch->states, tid) : NULL;
	struct wait wait = { .until_ns = timestamp };

	if (thread && thread->is_target)
		wait.kind = ww_thread_states_now(watch->states, thread, &wait.since_ns);
	/* What the thread waits in is gone when the record was taken, and so is a wait. */
	if (is_wait(wait.kind) &&
	    (wait.kind == WW_THREAD_BLOCKED || id_of(record) == WW_WIRE_ID_SWITCH ||
	     id_of(record) == WW_WIRE_ID_SCHED_IN))
		judge(watch, thread, &wait);
	ww_thread_states_take(watch->states, cpu, record);
	watch->has_pictures |= id_of(record) == WW_WIRE_ID_TASK;
}

static uint64_t head_of(const struct queue *queue)
{
	uint64_t timestamp;

	if (queue->at >= queue->records->len)
		return UINT64_MAX;
	memcpy(&timestamp, queue->records->data + queue->at, sizeof(timestamp));
	return timestamp;
}

/* The queue whose next record is the oldest. */
static uint32_t oldest_queue(const struct ww_watch *watch)
{
	uint32_t oldest = 0;

	for (uint32_t i = 1; i <= watch->n_cpus; i++) {
		if (head_of(&watch->queues[i]) < head_of(&watch->queues[oldest]))
			oldest = i;
	}
	return oldest;
}

static void see_records(struct ww_watch *watch, uint64_t until_ns)
{
	for (;;) {
		const uint32_t i = oldest_queue(watch);
		struct queue *queue = &watch->queues[i];
		const uint64_t timestamp = head_of(queue);
		const uint8_t *record = queue->records->data + queue->at;

		if (timestamp >= until_ns)
			break;
		see(watch, i < watch->n_cpus ? i : UINT32_MAX, record, timestamp);
		queue->at += ww_wire_records[id_of(record)].size_bytes;
	}
	for (uint32_t i = 0; i <= watch->n_cpus; i++) {
		struct queue *queue = &watch->queues[i];

		if (queue->at)
			g_byte_array_remove_range(queue->records, 0, queue->at);
		queue->at = 0;
	}
}

struct look {
	struct ww_watch *watch;
	uint64_t until_ns;
};

static void look_at(const struct ww_thread_states *states, struct ww_thread_state *thread,
		    void *user_data)
{
	const struct look *look = user_data;
	struct wait wait = { .until_ns = look->until_ns };

	if (!thread->is_target)
		return;
	wait.kind = ww_thread_states_now(states, thread, &wait.since_ns);
	if (is_wait(wait.kind) && wait.since_ns < wait.until_ns)
		judge(look->watch, thread, &wait);
}

void ww_watch_tick(struct ww_watch *watch, uint64_t until_ns)
{
	struct look look = { .watch = watch, .until_ns = until_ns };

	if (!watch->has_waits)
		return;
	see_records(watch, until_ns);
	if (watch->has_pictures)
		mark_target(watch);
	ww_thread_states_for_each(watch->states, look_at, &look);
	if (until_ns - watch->swept_ns < SWEEP_NS)
		return;
	watch->swept_ns = until_ns;
	ww_thread_states_sweep(watch->states, until_ns - MIN(until_ns, SWEEP_NS));
}
