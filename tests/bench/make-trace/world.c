// SPDX-License-Identifier: GPL-2.0-or-later
/* The machine as a whole: how many, how fast, and when it is over. */
#include "tests/bench/make-trace/world.h"

#include <math.h>

#include "tests/bench/make-trace/trades.h"

#define FIRST_TID 1000
#define THREADS_PER_PROCESS 16
#define BUSY_SHARE 0.6 /* of all CPUs, before they stand in each other's way */
#define EVENTS_PER_RUN 3.6
#define EVENTS_PER_INTERVAL 0.74
#define STEPS_PER_LOOK 1024 /* at the pace */
#define LONGEST_STEP_NS 300
#define DELAYS 256

static double delays[DELAYS]; /* quantiles of the exponential distribution with mean 1 */

static void fill_delays(void)
{
	for (int i = 0; i < DELAYS; i++)
		delays[i] = -log((i + 0.5) / DELAYS);
}

uint64_t world_delay(struct world *world, double mean_ns)
{
	return 1 + (uint64_t)(mean_ns * world->pace * delays[world_random(world) % DELAYS]);
}

/* How long the busiest thread sleeps, so that all together keep the CPUs as busy as planned: of n
 * threads the one of rank r gets 1/(r+1) as much done. */
static void set_pace(struct world *world)
{
	const struct plan *plan = &world->plan;
	double n_runs = (double)plan->n_events / EVENTS_PER_RUN;
	double run_gap_ns = (double)plan->span_ns / n_runs;
	double weight = log((double)plan->n_threads) + 0.58;

	world->pace = 1;
	world->run_ns = (uint64_t)(BUSY_SHARE * plan->n_cpus * run_gap_ns);
	world->sleep_ns = weight * run_gap_ns;
	world->recording.step_ns = CLAMP(plan->span_ns / plan->n_events / 8, 1, LONGEST_STEP_NS);
}

static void add_thread(struct world *world, uint32_t index, uint32_t rank)
{
	const int32_t tid = FIRST_TID + (int32_t)index;
	struct thread *thread = &world->threads[index];

	*thread = (struct thread){
		.next = NOBODY,
		.sleep_rank = rank,
		.pid = tid - (int32_t)(index % THREADS_PER_PROCESS),
		.runs_left = UINT32_MAX,
		.cpu = (uint16_t)(index % world->plan.n_cpus),
		.trade = (uint8_t)world_one_of(world, N_TRADES),
	};
	truth_bear(&world->truth, tid, WW_STATE_BLOCKED, 0);
	recording_put_task(&world->recording, tid, thread->pid, thread->cpu,
			   trades[thread->trade].syscall);
	sleepers_add(&world->sleepers,
		     1000 + world_delay(world, world->sleep_ns * (rank + 1.0) / 2), index);
}

/* Busy and quiet lanes lie among each other: ranks are dealt like cards. */
static void add_threads(struct world *world)
{
	const uint32_t n = world->plan.n_threads;
	g_autofree uint32_t *ranks = g_new(uint32_t, n);

	for (uint32_t i = 0; i < n; i++)
		ranks[i] = i;
	for (uint32_t i = n - 1; i > 0; i--) {
		uint32_t other = world_one_of(world, i + 1);
		uint32_t rank = ranks[i];

		ranks[i] = ranks[other];
		ranks[other] = rank;
	}
	for (uint32_t i = 0; i < n; i++)
		add_thread(world, i, ranks[i]);
}

static void world_init(struct world *world, const struct plan *plan)
{
	const uint32_t n_max = plan->n_threads + plan->n_forks;

	fill_delays();
	*world = (struct world){
		.plan = *plan,
		.threads = g_new0(struct thread, n_max),
		.cpus = g_new0(struct cpu, plan->n_cpus),
		.waiting = g_new0(uint32_t, n_max),
		.n_waiting_max = MIN(n_max, plan->n_cpus * 4),
		.random = plan->seed,
	};
	if (plan->n_intervals > 0)
		world->plan.n_events = (uint64_t)((double)plan->n_intervals * EVENTS_PER_INTERVAL);
	truth_init(&world->truth, n_max, plan->n_cpus);
	sleepers_init(&world->sleepers, n_max);
	set_pace(world);
	for (uint32_t cpu = 0; cpu < plan->n_cpus; cpu++)
		world->cpus[cpu] = (struct cpu){
			.until_ns = UINT64_MAX,
			.current = NOBODY,
			.head = NOBODY,
			.tail = NOBODY,
		};
}

static void world_clear(struct world *world)
{
	recording_clear(&world->recording);
	sleepers_clear(&world->sleepers);
	truth_clear(&world->truth);
	g_free(world->threads);
	g_free(world->cpus);
	g_free(world->waiting);
}

static uint64_t n_wanted(const struct world *world)
{
	return world->plan.n_intervals ? world->plan.n_intervals : world->plan.n_events;
}

static uint64_t n_done(const struct world *world)
{
	return world->plan.n_intervals ? world->truth.n_intervals : world->truth.n_events;
}

/* Slower or faster, so that what is left of the work fits what is left of the time. */
static void keep_pace(struct world *world, uint64_t n_before, uint64_t before_ns)
{
	const uint64_t now_ns = world->recording.now_ns;
	const uint64_t n = n_done(world);
	double seen = (double)(now_ns - before_ns) / (double)(n - n_before);
	double wanted;

	if (n >= n_wanted(world) || now_ns >= world->plan.span_ns)
		return;
	wanted = (double)(world->plan.span_ns - now_ns) / (double)(n_wanted(world) - n);
	world->pace *= CLAMP(wanted / seen, 0.8, 1.25);
}

static void run(struct world *world)
{
	while (n_done(world) < n_wanted(world) && !world->recording.error) {
		uint64_t n_before = n_done(world);
		uint64_t before_ns = world->recording.now_ns;

		for (int i = 0; i < STEPS_PER_LOOK && n_done(world) < n_wanted(world); i++)
			world_step(world);
		keep_pace(world, n_before, before_ns);
	}
}

/* The last record, which ends the trace where the plan says, if that is not over. */
static void finish(struct world *world)
{
	struct recording *recording = &world->recording;
	struct ww_wire_interrupt record = {
		.context = WW_WIRE_CONTEXT_HARDIRQ,
		.vector = 24,
		.duration_ns = 1,
	};
	uint64_t at_ns = MAX(recording_tick(recording), world->plan.span_ns);

	recording_put(recording, 0, WW_WIRE_ID_INTERRUPT, &record, sizeof(record), at_ns);
	truth_end(&world->truth, at_ns);
}

bool world_make_trace(const struct plan *plan, const char *directory, struct truth *truth,
		      GError **error)
{
	g_autofree char *path = g_build_filename(directory, "truth.json", NULL);
	struct world world;
	bool is_done;

	world_init(&world, plan);
	world.recording.truth = &world.truth;
	is_done = recording_begin(&world.recording, directory, plan->n_cpus, error);
	if (is_done) {
		add_threads(&world);
		run(&world);
		finish(&world);
		is_done = recording_end(&world.recording, error) &&
			  truth_save(&world.truth, path, error);
	}
	*truth = world.truth;
	world.truth = (struct truth){ 0 };
	world_clear(&world);
	return is_done;
}
