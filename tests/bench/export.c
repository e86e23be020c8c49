// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How fast a format is written: a made-up trace in the store, written to a file that is thrown
 * away.
 *
 *     build/tests/bench/bench-export [PATH]
 *
 * Goal: 3 M slices a second of CPU time for Chrome JSON. The trace is a ring of threads that wake
 * each other on four CPUs: run, block in a futex, be runnable; one wake-up per turn, as in a busy
 * service.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "analysis/trace-private.h"
#include "base/error.h"
#include "converters/export.h"

#define N_CPUS 4
#define N_THREADS 64
#define N_TURNS 400000
#define TURN_NS 5000

static void append(struct ww_store *store, uint32_t utid, int64_t begin_ns, int64_t end_ns,
		   enum ww_state state, enum ww_reason reason)
{
	struct ww_interval interval = {
		.span = { begin_ns, end_ns },
		.state = (uint8_t)state,
		.reason = (uint8_t)reason,
		.cpu = (uint16_t)(utid % N_CPUS),
		.syscall = state == WW_STATE_BLOCKED ? 202 : WW_SYSCALL_NONE,
		.utid = utid,
		.waker = state == WW_STATE_RUNNING ? WW_WAKER_NONE : WW_WAKER_THREAD,
		.waker_utid = state == WW_STATE_RUNNING ? WW_UTID_NONE
							: (utid + N_THREADS - 1) % N_THREADS,
		.waking_ns = state == WW_STATE_RUNNABLE ? begin_ns : -1,
		.wakeup_ns = -1,
	};

	ww_store_append_thread(store, utid, &interval);
	if (state == WW_STATE_RUNNING)
		ww_store_append_cpu(store, interval.cpu, &interval);
}

static void add_threads(struct ww_store *store, int64_t end_ns)
{
	struct ww_process process = { .pid = 4100, .name = "service", .is_target = true };
	uint32_t upid = ww_store_add_process(store, &process);

	for (int32_t i = 0; i < N_THREADS; i++) {
		g_autofree char *name = g_strdup_printf("worker-%d", i);
		struct ww_thread thread = {
			.upid = upid,
			.tid = 4100 + i,
			.name = name,
			.life = { 0, end_ns },
			.is_target = true,
		};

		ww_store_add_thread(store, &thread);
	}
}

static struct ww_trace *make_trace(void)
{
	struct ww_store *store = ww_store_new();
	struct ww_replay_result result = { .duration_ns = (int64_t)N_TURNS * TURN_NS,
					   .n_cpus = N_CPUS,
					   .has_kernel = true };
	int64_t since_ns[N_THREADS] = { 0 };

	add_threads(store, result.duration_ns);
	for (int64_t turn = 0; turn < N_TURNS; turn++) {
		uint32_t utid = (uint32_t)(turn % N_THREADS);
		int64_t begin_ns = turn * TURN_NS;
		struct ww_wake wake = {
			.time_ns = begin_ns + 3500,
			.waker_utid = utid,
			.wakee_utid = (utid + 1) % N_THREADS,
			.waker = WW_WAKER_THREAD,
		};

		if (begin_ns > 0) {
			append(store, utid, since_ns[utid], begin_ns - 1500, WW_STATE_BLOCKED,
			       WW_REASON_FUTEX);
			append(store, utid, begin_ns - 1500, begin_ns, WW_STATE_RUNNABLE,
			       WW_REASON_WOKEN);
		}
		append(store, utid, begin_ns, begin_ns + 4000, WW_STATE_RUNNING, WW_REASON_NONE);
		since_ns[utid] = begin_ns + 4000;
		ww_store_append_wake(store, &wake);
	}
	ww_store_seal(store);
	return ww_trace_from_store(store, &result, NULL);
}

static double cpu_seconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool measure(const struct ww_trace *trace, const struct ww_exporter *exporter,
		    const char *path, GError **error)
{
	struct ww_export_options options = { .span = { 0, INT64_MAX } };
	ww_auto(writer) writer = ww_writer_open(path, WW_WRITER_REPLACE, error);
	struct ww_export_counts counts = { 0 };
	double begin_s = cpu_seconds(), spent_s;

	if (!writer || !ww_export_run(exporter, trace, &options, writer, &counts, error) ||
	    !ww_writer_commit(writer, error))
		return false;
	spent_s = cpu_seconds() - begin_s;
	printf("%-8s %-32s %6.2f M slices/s  %6.0f MB/s  %5.1f bytes a slice  (%.2f s)\n",
	       exporter->name, path, (double)counts.n_slices / spent_s / 1e6,
	       (double)ww_writer_position(writer) / spent_s / 1e6,
	       (double)ww_writer_position(writer) / (double)counts.n_slices, spent_s);
	return true;
}

int main(int argc, char **argv)
{
	g_autofree char *plain =
		g_strdup_printf("%s/bench-export.%d.json", g_get_tmp_dir(), getpid());
	g_autofree char *packed = g_strconcat(plain, ".gz", NULL);
	const char *const paths[] = { "/dev/null", argc > 1 ? argv[1] : plain, packed };
	ww_auto(trace) trace = make_trace();
	g_autoptr(GError) error = NULL;
	int status = WW_EXIT_DONE;

	for (size_t i = 0; ww_exporters[i] && !error; i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(paths) && !error; j++)
			measure(trace, ww_exporters[i], paths[j], &error);
	}
	if (error) {
		fprintf(stderr, "bench-export: %s\n", error->message);
		status = WW_EXIT_FAILED;
	}
	unlink(plain);
	unlink(packed);
	return status;
}
