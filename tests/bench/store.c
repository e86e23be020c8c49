// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the timeline store costs: a made-up hour of threads that block, become ready and run, on 64
 * CPUs, each woken by another.
 *
 *     build/tests/bench/bench-store [INTERVALS [THREADS [PATH]]]
 *
 * Given a PATH, the file stays there, and 0 INTERVALS measure the one that is there.
 *
 * A few threads have most of the intervals, as in a real service. Prints CPU time, not wall time,
 * but for opening; "append" has the cost of making the intervals up taken off.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "analysis/query.h"
#include "analysis/trace-private.h"

#define N_CPUS 64u
#define N_SHOWN 60u
#define N_PX 1920u
#define N_PLACES 9
#define HOUR_NS (3600 * WW_NS_PER_S)
#define PER_CYCLE 5 /* blocked, runnable, running; the CPU's idle and busy */

struct world {
	struct ww_store *store; /* NULL: only make up */
	uint64_t n_cycles, n_intervals, random;
	uint32_t n_threads;
	int64_t *thread_end_ns;
	int64_t cpu_end_ns[N_CPUS];
	uint64_t sink;
};

static double seconds_of(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double cpu_seconds(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

static uint64_t next_random(struct world *world)
{
	world->random ^= world->random << 13;
	world->random ^= world->random >> 7;
	world->random ^= world->random << 17;
	return world->random;
}

static void put(struct world *world, bool is_cpu, uint32_t lane, const struct ww_interval *interval)
{
	if (interval->span.begin_ns >= interval->span.end_ns)
		return;
	world->n_intervals++;
	if (!world->store)
		world->sink += (uint64_t)interval->span.end_ns + interval->object;
	else if (is_cpu)
		ww_store_append_cpu(world->store, lane, interval);
	else
		ww_store_append_thread(world->store, lane, interval);
}

static void put_cpu(struct world *world, uint16_t cpu, struct ww_span run, uint32_t utid)
{
	struct ww_interval interval = {
		.span = { world->cpu_end_ns[cpu], run.begin_ns },
		.state = WW_STATE_BLOCKED,
		.syscall = WW_SYSCALL_UNKNOWN,
		.prio = -1,
		.cpu = cpu,
		.utid = WW_UTID_IDLE,
		.waker_utid = WW_UTID_NONE,
		.waking_ns = -1,
		.wakeup_ns = -1,
	};

	put(world, true, cpu, &interval);
	interval.span = run;
	interval.state = WW_STATE_RUNNING;
	interval.prio = 120;
	interval.utid = utid;
	put(world, true, cpu, &interval);
	world->cpu_end_ns[cpu] = run.end_ns;
}

static void put_wake(struct world *world, const struct ww_interval *runnable, uint16_t cpu)
{
	const struct ww_wake wake = {
		.time_ns = runnable->span.begin_ns,
		.waker_utid = runnable->waker_utid,
		.wakee_utid = runnable->utid,
		.waker = runnable->waker,
		.cpu = cpu,
	};

	if (world->store)
		ww_store_append_wake(world->store, &wake);
}

/* One thread waits, is woken and runs; its calls, locks and CPUs are those of a busy service. */
static void cycle(struct world *world, uint64_t i)
{
	static const int16_t calls[] = { 202, 202, 202, 232, 0, 1, 35 };
	const double where = (double)(next_random(world) >> 11) / (double)(UINT64_C(1) << 53);
	const uint32_t utid = (uint32_t)(pow(where, 4) * world->n_threads);
	const uint64_t random = next_random(world);
	const uint16_t cpu = (uint16_t)(random & 3 ? utid % N_CPUS : random >> 8 & (N_CPUS - 1));
	const int64_t now_ns = (int64_t)((double)i / (double)world->n_cycles * HOUR_NS);
	const int64_t wake_ns = MAX(now_ns, world->thread_end_ns[utid]);
	const int64_t run_ns =
		MAX(wake_ns + 1500 + (int64_t)(random >> 20 & 0xfff), world->cpu_end_ns[cpu]);
	const int64_t end_ns = run_ns + 2000 + (int64_t)(random >> 32 & 0xffff);
	struct ww_interval interval = {
		.span = { world->thread_end_ns[utid], wake_ns },
		.state = WW_STATE_BLOCKED,
		.reason = WW_REASON_FUTEX,
		.waker = WW_WAKER_THREAD,
		.syscall = calls[(random >> 50) % G_N_ELEMENTS(calls)],
		.prio = 120,
		.cpu = cpu,
		.utid = utid,
		.waker_utid = (uint32_t)((utid + 1 + (random >> 40 & 7)) % world->n_threads),
		.waking_ns = wake_ns,
		.wakeup_ns = -1,
		.object = random >> 55 & 3 ? 0x7f0012340000 + (utid & 0xff) * 64 : 0,
	};

	put(world, false, utid, &interval);
	interval.span = (struct ww_span){ wake_ns, run_ns };
	interval.state = WW_STATE_RUNNABLE;
	interval.reason = WW_REASON_WOKEN;
	interval.wakeup_ns = wake_ns;
	interval.object = 0;
	put(world, false, utid, &interval);
	put_wake(world, &interval, cpu);
	interval.span = (struct ww_span){ run_ns, end_ns };
	interval.state = WW_STATE_RUNNING;
	interval.reason = WW_REASON_NONE;
	interval.waker = WW_WAKER_UNKNOWN;
	interval.waker_utid = WW_UTID_NONE;
	interval.waking_ns = interval.wakeup_ns = -1;
	interval.syscall = WW_SYSCALL_NONE;
	put(world, false, utid, &interval);
	put_cpu(world, cpu, interval.span, utid);
	world->thread_end_ns[utid] = end_ns;
}

/* CPU seconds for all cycles. */
static double run(struct world *world)
{
	const double begin_s = cpu_seconds();

	world->random = UINT64_C(88172645463325252);
	world->n_intervals = 0;
	world->thread_end_ns = g_new0(int64_t, world->n_threads);
	memset(world->cpu_end_ns, 0, sizeof(world->cpu_end_ns));
	for (uint64_t i = 0; i < world->n_cycles; i++)
		cycle(world, i);
	g_free(world->thread_end_ns);
	return cpu_seconds() - begin_s;
}

static double rss_anon_mb(void)
{
	g_autofree char *status = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		return 0;
	line = strstr(status, "RssAnon:");
	return line ? g_ascii_strtod(line + strlen("RssAnon:"), NULL) / 1024 : 0;
}

static void add_threads(struct world *world)
{
	ww_store_add_process(world->store, &(struct ww_process){ .pid = 1, .name = "service" });
	for (uint32_t i = 0; i < world->n_threads; i++) {
		g_autofree char *name = g_strdup_printf("worker-%u", i);

		ww_store_add_thread(world->store, &(struct ww_thread){ .tid = (int32_t)i + 1,
								       .name = name,
								       .life = { 0, HOUR_NS } });
	}
}

static bool build(struct world *world, const char *path, GError **error)
{
	const double made_up_s = run(world);
	double appended_s, begin_s, sealed_s;
	struct stat status;

	world->store = ww_store_new_at(path, error);
	if (!world->store)
		return false;
	add_threads(world);
	appended_s = run(world);
	printf("%" G_GUINT64_FORMAT " intervals, %u threads, %u CPUs, %" G_GUINT64_FORMAT
	       " wakes\n",
	       world->n_intervals, world->n_threads, N_CPUS, world->n_cycles);
	printf("append and encode  %6.1f ns an interval, RssAnon %.0f MB\n",
	       (appended_s - made_up_s) * 1e9 / (double)world->n_intervals, rss_anon_mb());
	begin_s = cpu_seconds();
	ww_store_seal(world->store);
	sealed_s = cpu_seconds() - begin_s;
	printf("seal               %6.1f ns an interval, RssAnon %.0f MB\n",
	       sealed_s * 1e9 / (double)world->n_intervals, rss_anon_mb());
	if (!ww_store_commit(world->store, "bench", error) || stat(path, &status) < 0)
		return false;
	printf("file               %6.2f bytes an interval, all included (%.0f MB)\n",
	       (double)status.st_size / (double)world->n_intervals, (double)status.st_size / 1e6);
	ww_store_free(g_steal_pointer(&world->store));
	return true;
}

static int by_value(const void *pa, const void *pb)
{
	const double *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

static long page_faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

/* The median of CPU milliseconds for one picture, at places that were not seen before. */
static double picture_ms(const struct ww_trace *trace, struct world *world, int64_t width_ns)
{
	static struct ww_pixel pixels[N_SHOWN * N_PX];
	struct ww_lane lanes[N_SHOWN];
	double times[N_PLACES];

	for (uint32_t i = 0; i < N_SHOWN; i++)
		lanes[i] = (struct ww_lane){ WW_LANE_THREAD, i };
	for (unsigned int i = 0; i < G_N_ELEMENTS(times); i++) {
		const int64_t slack_ns = MAX(HOUR_NS - width_ns, 1);
		const int64_t begin_ns = (int64_t)(next_random(world) % (uint64_t)slack_ns);
		const double begin_s = cpu_seconds();

		ww_query_pixels_of(trace, lanes, N_SHOWN,
				   (struct ww_span){ begin_ns, begin_ns + width_ns }, N_PX, pixels);
		times[i] = (cpu_seconds() - begin_s) * 1e3;
	}
	qsort(times, G_N_ELEMENTS(times), sizeof(*times), by_value);
	return times[G_N_ELEMENTS(times) / 2];
}

static void measure_pictures(const struct ww_trace *trace, struct world *world)
{
	for (int64_t width_ns = HOUR_NS; width_ns > WW_NS_PER_MS; width_ns /= 2) {
		const long n_faults = page_faults();
		const double ms = picture_ms(trace, world, width_ns);

		printf("%10.3f s        %6.2f ms for %u lanes of %u px, %ld page faults\n",
		       (double)width_ns / 1e9, ms, N_SHOWN, N_PX,
		       (page_faults() - n_faults) / N_PLACES);
	}
}

static void measure_sums(const struct ww_trace *trace, struct world *world)
{
	g_autofree struct ww_state_sums *sums = g_new(struct ww_state_sums, world->n_threads);

	for (int i = 0; i < 3; i++) {
		const int64_t begin_ns = (int64_t)(next_random(world) % (HOUR_NS / 2));
		const double begin_s = cpu_seconds();

		ww_query_thread_sums(trace, (struct ww_span){ begin_ns, begin_ns + HOUR_NS / 3 },
				     sums);
		printf("sums of all        %6.1f ms%s\n", (cpu_seconds() - begin_s) * 1e3,
		       i == 0 ? " (first: verifies directories)" : "");
	}
}

static void measure_waits(const struct ww_trace *trace)
{
	const struct ww_wait_filter filter = {
		.span = { 0, HOUR_NS },
		.states = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED,
		.limit = 100,
	};
	const double begin_s = cpu_seconds();
	g_autoptr(GArray) waits = ww_query_waits(trace, &filter);

	printf("top %3u waits      %6.1f ms\n", waits->len, (cpu_seconds() - begin_s) * 1e3);
}

static bool measure(struct world *world, const char *path, GError **error)
{
	const struct ww_replay_result result = { .duration_ns = HOUR_NS, .n_cpus = N_CPUS };
	const double begin_s = seconds_of(CLOCK_MONOTONIC);
	struct ww_store *store = ww_store_open(path, "bench", error);
	ww_auto(trace) trace = NULL;

	if (!store)
		return false;
	trace = ww_trace_from_store(store, &result, NULL);
	picture_ms(trace, world, HOUR_NS);
	printf("open and overview  %6.1f ms wall (9 pictures of the whole hour)\n",
	       (seconds_of(CLOCK_MONOTONIC) - begin_s) * 1e3);
	measure_pictures(trace, world);
	measure_sums(trace, world);
	measure_waits(trace);
	return true;
}

int main(int argc, char **argv)
{
	g_autofree char *made = g_strdup_printf("%s/bench-store.%d", g_get_tmp_dir(), getpid());
	const char *path = argc > 3 ? argv[3] : made;
	struct world world = {
		.n_cycles = (argc > 1 ? g_ascii_strtoull(argv[1], NULL, 10) : 5000000) / PER_CYCLE,
		.n_threads = argc > 2 ? (uint32_t)g_ascii_strtoull(argv[2], NULL, 10) : 1000,
	};
	g_autoptr(GError) error = NULL;

	if ((world.n_cycles == 0 && argc <= 3) || world.n_threads == 0) {
		fprintf(stderr, "usage: bench-store [INTERVALS [THREADS [PATH]]]\n");
		return 2;
	}
	world.random = UINT64_C(88172645463325252);
	if ((world.n_cycles > 0 && !build(&world, path, &error)) || !measure(&world, path, &error))
		fprintf(stderr, "bench-store: %s\n", error->message);
	ww_store_free(world.store);
	if (argc <= 3)
		unlink(path);
	return error ? 3 : 0;
}
