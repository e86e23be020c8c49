// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens on the made-up machine: who runs, sleeps, wakes whom and is moved.
 *
 * Each thing that happens is one cause with its records, at instants of their own; nothing else
 * happens in between.
 */
#include "tests/bench/make-trace/trades.h"
#include "tests/bench/make-trace/world.h"

#define PRIO 120
#define FUTEX_OF_PROCESS UINT64_C(0x7f0000000000)

/* How a thread leaves its CPU. */
struct leaving {
	enum ww_wire_state wire;
	enum ww_state into;
	const struct trade *trade; /* it sleeps in, or NULL */
	bool is_voluntary;
};

static const struct leaving preempted = { WW_WIRE_STATE_RUNNING, WW_STATE_RUNNABLE, NULL, false };
static const struct leaving stopped = { WW_WIRE_STATE_STOPPED, WW_STATE_STOPPED, NULL, true };
static const struct leaving ended = { WW_WIRE_STATE_DEAD, WW_STATE_DEAD, NULL, true };

static int32_t tid_of(const struct world *world, uint32_t thread)
{
	return thread == NOBODY ? 0 : world->truth.threads[thread].tid;
}

static bool is_chance(struct world *world, uint32_t one_of)
{
	return world_one_of(world, one_of) == 0;
}

static void push(struct world *world, uint32_t cpu, uint32_t thread)
{
	struct cpu *at = &world->cpus[cpu];

	world->threads[thread].next = NOBODY;
	world->threads[thread].cpu = (uint16_t)cpu;
	if (at->head == NOBODY)
		at->head = thread;
	else
		world->threads[at->tail].next = thread;
	at->tail = thread;
	at->n_queued++;
}

static uint32_t pop(struct world *world, uint32_t cpu)
{
	struct cpu *at = &world->cpus[cpu];
	uint32_t thread = at->head;

	if (thread == NOBODY)
		return NOBODY;
	at->head = world->threads[thread].next;
	at->n_queued--;
	return thread;
}

static uint32_t longest_queue(const struct world *world)
{
	uint32_t longest = 0;

	for (uint32_t cpu = 1; cpu < world->plan.n_cpus; cpu++) {
		if (world->cpus[cpu].n_queued > world->cpus[longest].n_queued)
			longest = cpu;
	}
	return longest;
}

/* A thread of another CPU's queue, moved to @cpu; NOBODY when none waits anywhere. */
static uint32_t pull(struct world *world, uint32_t cpu)
{
	uint32_t from = longest_queue(world);
	uint32_t thread = pop(world, from);
	struct ww_wire_migrate record = {
		.prio = PRIO,
		.from_cpu = (uint16_t)from,
		.tid = tid_of(world, thread),
		.to_cpu = (uint16_t)cpu,
	};
	uint64_t at_ns;

	if (thread == NOBODY)
		return NOBODY;
	at_ns = recording_tick(&world->recording);
	recording_put(&world->recording, cpu, WW_WIRE_ID_MIGRATE, &record, sizeof(record), at_ns);
	truth_enter(&world->truth, thread, WW_STATE_RUNNABLE, at_ns);
	return thread;
}

/* What the thread on @cpu does next, and when. */
static void plan(struct world *world, uint32_t cpu)
{
	struct cpu *at = &world->cpus[cpu];
	const struct thread *thread = &world->threads[at->current];
	const uint32_t n_born = world->truth.n_threads - world->plan.n_threads;
	uint32_t roll = world_one_of(world, 16);
	double done = (double)world->truth.n_events / (double)world->plan.n_events;

	if (thread->runs_left == 0)
		at->action = ACTION_EXIT;
	else if (n_born < world->plan.n_forks && n_born < done * world->plan.n_forks)
		at->action = ACTION_FORK;
	else if (roll < 4 && world->n_waiting > 0)
		at->action = ACTION_WAKE;
	else
		at->action = roll < 8 ? ACTION_YIELD_CPU : ACTION_SLEEP;
	at->until_ns = world->recording.now_ns + world_delay(world, (double)world->run_ns / 2);
}

static void put_switch(struct world *world, uint32_t cpu, const struct leaving *leaving,
		       uint32_t next, uint64_t at_ns)
{
	const uint32_t prev = world->cpus[cpu].current;
	const struct trade *trade = leaving->trade;
	uint64_t delay_ns = next == NOBODY ? 0 : at_ns - world->truth.threads[next].since_ns;
	struct ww_wire_switch record = {
		.prev_state = leaving->wire & 0xf,
		.in_iowait = trade && trade->in_iowait,
		.syscall = trade ? trade->syscall : WW_WIRE_SYSCALL_NONE,
		.prev_tid = tid_of(world, prev) & 0x3fffff,
		.syscall_arg1 = trade ? trade->argument : 0,
		.next_tid = (uint32_t)tid_of(world, next) & 0x3fffff,
		.next_prio = PRIO,
		.run_delay_ns = (uint32_t)MIN(delay_ns, UINT32_MAX),
		.syscall_arg0 = trade ? FUTEX_OF_PROCESS + (uint64_t)world->threads[prev].pid : 0,
	};

	recording_put(&world->recording, cpu, WW_WIRE_ID_SWITCH, &record, sizeof(record), at_ns);
}

static void leave(struct world *world, uint32_t cpu, const struct leaving *leaving, uint64_t at_ns)
{
	const uint32_t prev = world->cpus[cpu].current;
	struct thread_truth *truth = &world->truth.threads[prev];

	if (prev == NOBODY)
		return;
	truth_enter(&world->truth, prev, leaving->into, at_ns);
	truth->n_switches += leaving->into != WW_STATE_DEAD;
	truth->n_voluntary += leaving->is_voluntary && leaving->into != WW_STATE_DEAD;
}

static void arrive(struct world *world, uint32_t cpu, uint32_t next, uint64_t at_ns)
{
	struct thread_truth *truth = &world->truth.threads[next];

	truth_enter(&world->truth, next, WW_STATE_RUNNING, at_ns);
	truth->n_migrations += truth->run_cpu != WW_CPU_UNKNOWN && truth->run_cpu != cpu;
	truth->run_cpu = (uint16_t)cpu;
	world->threads[next].cpu = (uint16_t)cpu;
	if (world->threads[next].runs_left != UINT32_MAX)
		world->threads[next].runs_left--;
}

/* The current thread of @cpu, if any, leaves; the next one of its queue, or another's, comes. */
static void change(struct world *world, uint32_t cpu, const struct leaving *leaving)
{
	struct cpu *at = &world->cpus[cpu];
	uint32_t next = pop(world, cpu);
	uint64_t at_ns;

	if (next == NOBODY)
		next = pull(world, cpu);
	at->until_ns = UINT64_MAX;
	if (next == NOBODY && at->current == NOBODY)
		return;
	at_ns = recording_tick(&world->recording);
	put_switch(world, cpu, leaving, next, at_ns);
	leave(world, cpu, leaving, at_ns);
	if (next != NOBODY)
		arrive(world, cpu, next, at_ns);
	truth_occupy(&world->truth, cpu, next != NOBODY, at_ns);
	at->current = next;
	if (next != NOBODY)
		plan(world, cpu);
}

/* Its own old CPU, unless that is busy and another idles: then that one, every other time. */
static uint32_t place(struct world *world, uint32_t thread)
{
	const uint32_t own = world->threads[thread].cpu;

	if (world->cpus[own].current == NOBODY || is_chance(world, 2))
		return own;
	for (uint32_t cpu = 0; cpu < world->plan.n_cpus; cpu++) {
		if (world->cpus[cpu].current == NOBODY && world->cpus[cpu].n_queued == 0)
			return cpu;
	}
	return own;
}

/* It stands in the queue of @cpu now, which may have to hurry. */
static void enqueue(struct world *world, uint32_t cpu, uint32_t thread)
{
	struct cpu *at = &world->cpus[cpu];
	uint64_t soon_ns = world->recording.now_ns + world_delay(world, (double)world->run_ns / 32);
	const bool is_idle = at->current == NOBODY;

	push(world, cpu, thread);
	if (soon_ns >= at->until_ns || (!is_idle && !is_chance(world, 4)))
		return;
	at->until_ns = soon_ns;
	at->action = is_idle ? ACTION_DISPATCH : ACTION_YIELD_CPU;
}

static void put_wakeup(struct world *world, uint32_t cpu, uint32_t thread)
{
	struct ww_wire_wakeup record = {
		.prio = PRIO,
		.target_cpu = (uint16_t)cpu,
		.tid = tid_of(world, thread),
	};

	recording_put(&world->recording, cpu, WW_WIRE_ID_WAKEUP, &record, sizeof(record),
		      recording_tick(&world->recording));
}

/* Returns when. */
static uint64_t put_waking(struct world *world, uint32_t cpu, uint32_t thread, uint32_t target,
			   const struct trade *by)
{
	struct ww_wire_waking record = {
		.context = by ? by->context : WW_WIRE_CONTEXT_TASK,
		.vector = by ? by->vector : 0,
		.tid = tid_of(world, thread),
		.waker_tid = tid_of(world, world->cpus[cpu].current),
		.target_cpu = (uint16_t)target,
		.prio = PRIO,
		.is_enqueued = target == cpu,
	};
	uint64_t at_ns = recording_tick(&world->recording);

	recording_put(&world->recording, cpu, WW_WIRE_ID_WAKING, &record, sizeof(record), at_ns);
	world->truth.threads[thread].n_wakeups++;
	return at_ns;
}

/* @by: the interrupt that does it, or NULL: the current thread of @cpu. */
static void wake(struct world *world, uint32_t cpu, uint32_t thread, const struct trade *by)
{
	uint32_t target = place(world, thread);

	truth_enter(&world->truth, thread, WW_STATE_RUNNABLE,
		    put_waking(world, cpu, thread, target, by));
	if (target != cpu)
		put_wakeup(world, target, thread);
	enqueue(world, target, thread);
}

static void interrupt(struct world *world, uint32_t thread)
{
	const struct trade *trade = &trades[world->threads[thread].trade];
	uint32_t cpu = world_one_of(world, world->plan.n_cpus);
	uint64_t begin_ns = world->recording.now_ns;
	struct ww_wire_interrupt record = { .context = trade->context, .vector = trade->vector };
	uint64_t at_ns;

	wake(world, cpu, thread, trade);
	at_ns = recording_tick(&world->recording);
	record.duration_ns = (uint32_t)(at_ns - begin_ns);
	recording_put(&world->recording, cpu, WW_WIRE_ID_INTERRUPT, &record, sizeof(record), at_ns);
}

static void wait_for_thread(struct world *world, uint32_t thread)
{
	uint32_t n_max = world->plan.n_threads + world->plan.n_forks;

	world->waiting[(world->waiting_head + world->n_waiting++) % n_max] = thread;
}

static uint32_t take_waiting(struct world *world)
{
	uint32_t n_max = world->plan.n_threads + world->plan.n_forks;
	uint32_t thread = world->waiting[world->waiting_head];

	world->waiting_head = (world->waiting_head + 1) % n_max;
	world->n_waiting--;
	return thread;
}

static uint32_t other_busy_cpu(struct world *world, uint32_t cpu)
{
	uint32_t other = world_one_of(world, world->plan.n_cpus);

	return other != cpu && world->cpus[other].current != NOBODY ? other : cpu;
}

/* Somebody else wakes it in the moment before it sleeps: it leaves, and is ready. */
static void sleep_too_late(struct world *world, uint32_t cpu, uint32_t waker_cpu)
{
	const uint32_t thread = world->cpus[cpu].current;
	const struct trade *trade = &trades[world->threads[thread].trade];
	const struct leaving leaving = { (enum ww_wire_state)trade->state, WW_STATE_RUNNABLE, trade,
					 true };

	put_waking(world, waker_cpu, thread, cpu, NULL);
	change(world, cpu, &leaving);
	put_wakeup(world, cpu, thread);
	enqueue(world, cpu, thread);
}

static void go_to_sleep(struct world *world, uint32_t cpu)
{
	const uint32_t thread = world->cpus[cpu].current;
	const bool may_wait = world->n_waiting < world->n_waiting_max;
	const uint32_t waker_cpu = is_chance(world, 64) ? other_busy_cpu(world, cpu) : cpu;
	struct thread *of = &world->threads[thread];
	const struct leaving asleep = { (enum ww_wire_state)trades[of->trade].state,
					WW_STATE_BLOCKED, &trades[of->trade], true };

	if (waker_cpu != cpu) {
		sleep_too_late(world, cpu, waker_cpu);
		return;
	}
	change(world, cpu, may_wait && is_chance(world, 1024) ? &stopped : &asleep);
	if (world->truth.threads[thread].state == WW_STATE_STOPPED ||
	    (may_wait && world_one_of(world, 100) < 45))
		wait_for_thread(world, thread);
	else
		sleepers_add(&world->sleepers,
			     world->recording.now_ns +
				     world_delay(world, world->sleep_ns * (of->sleep_rank + 1.0)),
			     thread);
	of->trade = (uint8_t)world_one_of(world, N_TRADES);
}

/* A child of the current thread, every fourth one as a process of its own. Half of them end. */
static void fork_child(struct world *world, uint32_t cpu)
{
	const uint32_t parent = world->cpus[cpu].current;
	const uint32_t child = world->truth.n_threads;
	const int32_t tid = world->truth.threads[0].tid + (int32_t)child;
	const uint64_t at_ns = recording_tick(&world->recording);
	struct thread *thread = &world->threads[child];
	struct ww_wire_fork record = {
		.parent_tid = tid_of(world, parent),
		.child_tid = tid,
		.child_pid = is_chance(world, 4) ? tid : world->threads[parent].pid,
	};
	struct ww_wire_wakeup_new queued = {
		.context = WW_WIRE_CONTEXT_TASK,
		.tid = tid,
		.waker_tid = record.parent_tid,
		.prio = PRIO,
		.is_enqueued = 1,
	};

	recording_name(record.comm, tid);
	recording_put(&world->recording, cpu, WW_WIRE_ID_FORK, &record, sizeof(record), at_ns);
	truth_bear(&world->truth, tid, WW_STATE_RUNNABLE, at_ns);
	*thread = (struct thread){
		.sleep_rank = world_one_of(world, world->plan.n_threads),
		.pid = record.child_pid,
		.runs_left = is_chance(world, 2) ? UINT32_MAX : 1 + world_one_of(world, 8),
		.cpu = (uint16_t)cpu,
		.trade = (uint8_t)world_one_of(world, N_TRADES),
	};
	queued.target_cpu = (uint16_t)place(world, child);
	recording_put(&world->recording, cpu, WW_WIRE_ID_WAKEUP_NEW, &queued, sizeof(queued),
		      recording_tick(&world->recording));
	world->truth.threads[child].n_wakeups++;
	enqueue(world, queued.target_cpu, child);
}

static void end_thread(struct world *world, uint32_t cpu)
{
	const uint32_t thread = world->cpus[cpu].current;
	struct ww_wire_exit record = {
		.group_dead = world->threads[thread].pid == tid_of(world, thread),
		.tid = tid_of(world, thread),
		.pid = world->threads[thread].pid,
	};

	recording_put(&world->recording, cpu, WW_WIRE_ID_EXIT, &record, sizeof(record),
		      recording_tick(&world->recording));
	change(world, cpu, &ended);
}

static void yield_cpu(struct world *world, uint32_t cpu)
{
	const uint32_t thread = world->cpus[cpu].current;

	if (world->cpus[cpu].n_queued == 0) {
		plan(world, cpu);
		return;
	}
	change(world, cpu, &preempted);
	push(world, cpu, thread);
}

static void act(struct world *world, uint32_t cpu)
{
	switch ((enum action)world->cpus[cpu].action) {
	case ACTION_SLEEP:
		go_to_sleep(world, cpu);
		break;
	case ACTION_WAKE:
		if (world->n_waiting > 0)
			wake(world, cpu, take_waiting(world), NULL);
		plan(world, cpu);
		break;
	case ACTION_YIELD_CPU:
		yield_cpu(world, cpu);
		break;
	case ACTION_FORK:
		if (world->truth.n_threads < world->plan.n_threads + world->plan.n_forks)
			fork_child(world, cpu);
		plan(world, cpu);
		break;
	case ACTION_EXIT:
		end_thread(world, cpu);
		break;
	case ACTION_DISPATCH:
		change(world, cpu, &preempted);
		break;
	}
}

static uint32_t soonest_cpu(const struct world *world)
{
	uint32_t soonest = 0;

	for (uint32_t cpu = 1; cpu < world->plan.n_cpus; cpu++) {
		if (world->cpus[cpu].until_ns < world->cpus[soonest].until_ns)
			soonest = cpu;
	}
	return soonest;
}

void world_step(struct world *world)
{
	const uint32_t cpu = soonest_cpu(world);
	const uint64_t cpu_ns = world->cpus[cpu].until_ns;
	const uint64_t sleeper_ns = sleepers_next_ns(&world->sleepers);

	if (cpu_ns == UINT64_MAX && sleeper_ns == UINT64_MAX) {
		interrupt(world, take_waiting(world)); /* or nothing would ever happen again */
		return;
	}
	world->recording.now_ns = MAX(world->recording.now_ns, MIN(cpu_ns, sleeper_ns));
	if (sleeper_ns < cpu_ns)
		interrupt(world, sleepers_take(&world->sleepers));
	else
		act(world, cpu);
}
