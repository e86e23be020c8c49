// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Broken event streams: whatever is missing, doubled or out of place, replay asserts nothing and
 * every invariant holds.
 *
 * A small simulated machine writes a true stream; mutations then drop events, swap neighbours, use
 * tids again and say that records were lost. Some streams are pure noise. The seeds are fixed, so a
 * failure repeats.
 */
#include <string.h>

#include "analysis/trace-private.h"
#include "tests/golden/script.h"

#define N_CPUS 4
#define N_THREADS 24
#define N_EVENTS 100000
#define FIRST_TID 100

enum machine_state {
	ASLEEP,
	READY,
	ON_CPU,
};

struct machine {
	GRand *rand;
	GArray *events;
	int64_t now_ns;
	int32_t current[N_CPUS]; /* index of a thread, -1 idle */
	struct {
		int32_t tid;
		enum machine_state state;
	} threads[N_THREADS];
	int32_t next_tid;
};

struct mutation {
	const char *name;
	double drop, swap, lose, reuse;
	bool is_noise;
};

static const struct mutation mutations[] = {
	{ .name = "none" },
	{ .name = "drop-1-percent", .drop = 0.01 },
	{ .name = "drop-half", .drop = 0.5 },
	{ .name = "swap", .swap = 0.05 },
	{ .name = "reuse-tids", .reuse = 0.02 },
	{ .name = "lost", .drop = 0.05, .lose = 0.01 },
	{ .name = "everything", .drop = 0.1, .swap = 0.1, .lose = 0.01, .reuse = 0.02 },
	{ .name = "noise", .is_noise = true },
};

static int pick(struct machine *machine, int n)
{
	return g_rand_int_range(machine->rand, 0, n);
}

static struct ww_event *add(struct machine *machine, enum ww_event_kind kind, int cpu)
{
	struct ww_event event;

	memset(&event, 0, sizeof(event));
	event.time_ns = INT64_C(1600000000000000000) + machine->now_ns;
	event.kind = (uint8_t)kind;
	event.cpu = (uint16_t)cpu;
	event.tid = WW_TID_UNKNOWN;
	event.pid = WW_TID_UNKNOWN;
	g_array_append_val(machine->events, event);
	return &g_array_index(machine->events, struct ww_event, machine->events->len - 1);
}

static int32_t tid_on(const struct machine *machine, int cpu)
{
	return machine->current[cpu] < 0 ? 0 : machine->threads[machine->current[cpu]].tid;
}

/* Its CPU takes the first ready thread it finds. */
static void run_scheduler(struct machine *machine, int cpu, uint8_t prev_state)
{
	struct ww_event *event = add(machine, WW_EVENT_SWITCH, cpu);
	int32_t next = -1;

	for (int i = 0, first = pick(machine, N_THREADS); i < N_THREADS && next < 0; i++)
		if (machine->threads[(first + i) % N_THREADS].state == READY)
			next = (first + i) % N_THREADS;
	event->tid = tid_on(machine, cpu);
	event->switched.prev_state = prev_state;
	event->switched.syscall = (int16_t)pick(machine, 460);
	event->switched.syscall_arg0 = (uint64_t)pick(machine, 8);
	event->switched.in_iowait = pick(machine, 8) == 0;
	event->switched.next_prio = 120;
	if (machine->current[cpu] >= 0)
		machine->threads[machine->current[cpu]].state =
			prev_state == WW_WIRE_STATE_RUNNING ? READY : ASLEEP;
	machine->current[cpu] = next;
	if (next >= 0)
		machine->threads[next].state = ON_CPU;
	event->switched.next_tid = tid_on(machine, cpu);
}

static void wake(struct machine *machine, int cpu, int thread)
{
	struct ww_event *event = add(machine, WW_EVENT_WAKING, cpu);

	event->tid = machine->threads[thread].tid;
	event->woken.waker_tid = tid_on(machine, cpu);
	event->woken.target_cpu = (uint16_t)pick(machine, N_CPUS);
	event->woken.context = (uint8_t)pick(machine, WW_WIRE_CONTEXT_N + 1);
	event->woken.vector = (uint16_t)pick(machine, 10);
	machine->now_ns += pick(machine, 300);
	event = add(machine, WW_EVENT_WAKEUP, cpu);
	event->tid = machine->threads[thread].tid;
	event->woken.waker_tid = WW_TID_UNKNOWN;
	event->woken.target_cpu = (uint16_t)pick(machine, N_CPUS);
	event->woken.context = WW_WIRE_CONTEXT_N;
	machine->threads[thread].state = READY;
}

static void fork_thread(struct machine *machine, int cpu, int thread)
{
	struct ww_event *event = add(machine, WW_EVENT_FORK, cpu);

	machine->threads[thread].tid = machine->next_tid++;
	event->tid = machine->threads[thread].tid;
	event->pid = pick(machine, 2) ? event->tid : FIRST_TID;
	event->forked.parent_tid = tid_on(machine, cpu);
	event = add(machine, WW_EVENT_WAKEUP_NEW, cpu);
	event->tid = machine->threads[thread].tid;
	event->woken.waker_tid = tid_on(machine, cpu);
	event->woken.target_cpu = (uint16_t)pick(machine, N_CPUS);
	machine->threads[thread].state = READY;
}

static void add_user_event(struct machine *machine, int cpu)
{
	const bool is_begin = pick(machine, 2);
	struct ww_event *event =
		add(machine, is_begin ? WW_EVENT_LOCK_WAIT_BEGIN : WW_EVENT_LOCK_WAIT_END, cpu);

	event->source = 1;
	event->tid = tid_on(machine, cpu);
	event->pid = FIRST_TID;
	event->lock.address = (uint64_t)pick(machine, 4);
	event->lock.kind = (uint8_t)pick(machine, WW_LOCK_N);
	event->lock.owner_tid = tid_on(machine, pick(machine, N_CPUS));
	event->lock.duration_ns = pick(machine, 5000) - 1;
}

static void live(struct machine *machine)
{
	const int cpu = pick(machine, N_CPUS), thread = pick(machine, N_THREADS);
	static const uint8_t leaves[] = { WW_WIRE_STATE_RUNNING,  WW_WIRE_STATE_SLEEPING,
					  WW_WIRE_STATE_SLEEPING, WW_WIRE_STATE_DISK_SLEEP,
					  WW_WIRE_STATE_STOPPED,  WW_WIRE_STATE_UNKNOWN };

	machine->now_ns += 1 + pick(machine, 2000);
	if (machine->threads[thread].tid == 0 && machine->current[cpu] >= 0)
		fork_thread(machine, cpu, thread);
	else if (machine->threads[thread].state == ASLEEP && machine->threads[thread].tid > 0)
		wake(machine, cpu, thread);
	else if (pick(machine, 8) == 0)
		add_user_event(machine, cpu);
	else if (machine->current[cpu] >= 0 && pick(machine, 50) == 0) {
		const int dying = machine->current[cpu];

		add(machine, WW_EVENT_EXIT, cpu)->tid = tid_on(machine, cpu);
		run_scheduler(machine, cpu, WW_WIRE_STATE_DEAD);
		machine->threads[dying].tid = 0;
	} else
		run_scheduler(machine, cpu, leaves[pick(machine, G_N_ELEMENTS(leaves))]);
}

static void add_noise(struct machine *machine)
{
	struct ww_event *event =
		add(machine, (enum ww_event_kind)pick(machine, WW_EVENT_N), pick(machine, 9) - 1);
	const int64_t time_ns = event->time_ns;
	const uint8_t kind = event->kind;
	const uint16_t cpu = event->cpu;
	unsigned char *bytes = (unsigned char *)event;

	for (size_t i = 0; i < sizeof(*event); i++)
		bytes[i] = (unsigned char)pick(machine, 256);
	event->time_ns = time_ns;
	event->kind = kind;
	event->cpu = cpu;
	event->source = (uint8_t)pick(machine, 2);
	event->tid = pick(machine, 40) - 2;
	event->pid = pick(machine, 40) - 2;
	event->name = pick(machine, 2) ? "noise" : NULL;
	event->text = pick(machine, 2) || kind == WW_EVENT_GAP ? "noisy" : NULL;
	/* The bytes of a bool are the one thing a reader cannot get wrong. */
	if (kind == WW_EVENT_SWITCH) {
		event->switched.throttled = pick(machine, 2);
		event->switched.in_iowait = pick(machine, 2);
		event->switched.preempted = pick(machine, 2);
		event->switched.in_fault = pick(machine, 2);
		event->switched.next_tid = pick(machine, 40) - 2;
	} else if (kind == WW_EVENT_TASK) {
		event->task.throttled = pick(machine, 2);
		event->task.in_iowait = pick(machine, 2);
		event->task.on_cpu = pick(machine, 2);
		event->task.is_kernel = pick(machine, 2);
	} else if (kind == WW_EVENT_EXIT) {
		event->exited.group_dead = pick(machine, 2);
	} else if (kind == WW_EVENT_GAP) {
		event->gap.is_out_of_order = pick(machine, 2);
	} else if (kind == WW_EVENT_WAKING || kind == WW_EVENT_WAKEUP ||
		   kind == WW_EVENT_WAKEUP_NEW) {
		event->woken.is_enqueued = pick(machine, 2);
	} else if (kind == WW_EVENT_CGROUP) {
		event->cgroup.is_process = pick(machine, 2);
	} else if (kind == WW_EVENT_KERNEL_LOCK_END) {
		event->kernel_lock.has_failed = pick(machine, 2);
	}
	machine->now_ns += pick(machine, 2000);
}

/* A hole is said after the fact, as readers do. */
static void add_loss(struct machine *machine)
{
	const int64_t length_ns = pick(machine, 20000);
	struct ww_event *event = add(machine, WW_EVENT_LOST, pick(machine, N_CPUS));

	event->lost.end_ns = event->time_ns + pick(machine, 2000) - 1000;
	event->lost.begin_ns = event->lost.end_ns - length_ns;
	event->lost.count = (uint64_t)pick(machine, 100);
}

static void mutate(struct machine *machine, const struct mutation *mutation, unsigned int from)
{
	for (unsigned int i = from; i < machine->events->len; i++) {
		struct ww_event *event = &g_array_index(machine->events, struct ww_event, i);

		if (g_rand_double(machine->rand) < mutation->reuse && event->tid > 0)
			event->tid = FIRST_TID + pick(machine, N_THREADS);
		if (i > from && g_rand_double(machine->rand) < mutation->swap) {
			const struct ww_event before = event[-1];

			event[-1] = *event;
			*event = before;
		}
		if (g_rand_double(machine->rand) < mutation->drop)
			event->kind = WW_EVENT_OTHER;
	}
	if (g_rand_double(machine->rand) < mutation->lose)
		add_loss(machine);
}

static struct ww_trace *replay_events(const GArray *events)
{
	struct ww_store *store = ww_store_new();
	ww_auto(replay) replay = ww_replay_new(store, NULL);

	for (unsigned int i = 0; i < events->len; i++)
		ww_replay_event(replay, &g_array_index(events, struct ww_event, i));
	return ww_trace_from_store(store, ww_replay_finish(replay), NULL);
}

/* Without loss every boundary is exact: nothing was inferred but what had begun before the
 * recording. */
static void check_exact(const struct ww_trace *trace)
{
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		struct ww_interval_iter iter;
		struct ww_interval interval;

		ww_interval_iter_init(&iter, trace, (struct ww_lane){ WW_LANE_THREAD, utid },
				      (struct ww_span){ 0, INT64_MAX });
		while (ww_interval_iter_next(&iter, &interval))
			if (!(interval.flags & WW_INTERVAL_CENSORED_LEFT))
				g_assert_false(interval.flags & WW_INTERVAL_INFERRED);
	}
}

static void test_mutation(const void *data)
{
	const struct mutation *mutation = data;
	struct machine machine = {
		.rand = g_rand_new_with_seed(20),
		.events = g_array_new(false, false, sizeof(struct ww_event)),
		.current = { -1, -1, -1, -1 },
		.next_tid = FIRST_TID + N_THREADS,
	};
	ww_auto(trace) trace = NULL;

	for (int i = 0; i < N_THREADS; i++)
		machine.threads[i].tid = FIRST_TID + i;
	while (machine.events->len < N_EVENTS) {
		const unsigned int from = machine.events->len;

		if (mutation->is_noise)
			add_noise(&machine);
		else
			live(&machine);
		mutate(&machine, mutation, from > 0 ? from - 1 : 0);
	}
	trace = replay_events(machine.events);
	ww_check_trace(trace);
	if (strcmp(mutation->name, "none") == 0)
		check_exact(trace);
	g_rand_free(machine.rand);
	g_array_unref(machine.events);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < G_N_ELEMENTS(mutations); i++) {
		g_autofree char *path = g_strdup_printf("/mutations/%s", mutations[i].name);

		g_test_add_data_func(path, &mutations[i], test_mutation);
	}
	return g_test_run();
}
