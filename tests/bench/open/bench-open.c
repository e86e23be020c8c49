// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench-open PHASE TRACE: what one phase of opening a trace costs. Prints one JSON object.
 *
 *     decode     every event through the reader that the trace gets
 *     foreign    the same through Babeltrace, whatever the trace is
 *     load       ww_trace_load(): from the index where there is one, else read, replayed and kept
 *     query      after that: what a window asks of it
 *
 * One phase a process, so that the peak of its own memory (RssAnon, looked at every 20 ms) is the
 * phase's. Wall time; CPU time with that of children. tests/bench/open/open.py makes a table of it.
 */
#include <glib.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

#include "analysis/query.h"
#include "analysis/read/reader.h"
#include "base/error.h"

#define LOOK_US 20000
#define N_LANES 60
#define N_PX 1920
#define N_PLACES 15

static atomic_bool is_over;
static uint64_t peak_bytes;

static uint64_t anonymous_bytes(void)
{
	g_autofree char *status = NULL;
	const char *line;

	if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL))
		return 0;
	line = strstr(status, "RssAnon:");
	return line ? g_ascii_strtoull(line + strlen("RssAnon:"), NULL, 10) * 1024 : 0;
}

static void *watch_memory(void *data)
{
	while (!atomic_load(&is_over)) {
		peak_bytes = MAX(peak_bytes, anonymous_bytes());
		g_usleep(LOOK_US);
	}
	return data;
}

static double cpu_s(void)
{
	struct rusage own, children;
	struct timeval sum;

	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &children);
	timeradd(&own.ru_utime, &own.ru_stime, &sum);
	timeradd(&sum, &children.ru_utime, &sum);
	timeradd(&sum, &children.ru_stime, &sum);
	return (double)sum.tv_sec + (double)sum.tv_usec / 1e6;
}

static double thread_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static bool read_all(struct ww_reader *reader, uint64_t *n_events, GError **error)
{
	enum ww_read_status status = WW_READ_ERROR;
	struct ww_event_batch batch;

	while (reader && (status = ww_reader_next_batch(reader, &batch, error)) == WW_READ_EVENT)
		*n_events += batch.n_events;
	return status == WW_READ_END;
}

static bool decode(const char *path, GError **error)
{
	ww_auto(reader) reader = ww_reader_open(path, NULL, error);
	uint64_t n_events = 0;

	if (!read_all(reader, &n_events, error))
		return false;
	printf("\"events\": %" PRIu64 ", ", n_events);
	return true;
}

static bool decode_foreign(const char *path, GError **error)
{
	g_autoptr(GPtrArray) traces = ww_find_traces(path);
	g_autofree struct ww_reader **readers = g_new0(struct ww_reader *, traces->len + 1);
	ww_auto(reader) reader = NULL;
	uint64_t n_events = 0;

	for (guint i = 0; i < traces->len; i++) {
		readers[i] = ww_babeltrace_reader_new(traces->pdata[i], NULL, error);
		if (!readers[i])
			return false;
	}
	reader = traces->len == 1 ? readers[0] : ww_merge_reader_new(readers, traces->len);
	if (!read_all(reader, &n_events, error))
		return false;
	printf("\"events\": %" PRIu64 ", ", n_events);
	return true;
}

static uint64_t count_intervals(const struct ww_trace *trace, struct ww_lane lane)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	uint64_t n = 0;

	ww_interval_iter_init(&iter, trace, lane, (struct ww_span){ INT64_MIN, INT64_MAX });
	while (ww_interval_iter_next(&iter, &interval))
		n++;
	return n;
}

static bool load(const char *path, GError **error)
{
	ww_auto(trace) trace = ww_trace_load(path, NULL, error);

	if (!trace)
		return false;
	printf("\"events\": %" PRIu64 ", ", ww_trace_info(trace)->n_events);
	return true;
}

static bool count(const char *path, GError **error)
{
	ww_auto(trace) trace = ww_trace_load(path, NULL, error);
	g_autoptr(GArray) cpus = NULL;
	uint64_t n = 0;

	if (!trace)
		return false;
	cpus = ww_query_cpus(trace);
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
		n += count_intervals(trace, (struct ww_lane){ WW_LANE_THREAD, utid });
	for (guint i = 0; i < cpus->len; i++)
		n += count_intervals(
			trace, (struct ww_lane){ WW_LANE_CPU, g_array_index(cpus, uint16_t, i) });
	printf("\"intervals\": %" PRIu64 ", ", n);
	return true;
}

static int compare_doubles(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct busy {
	uint32_t utid;
	int64_t ns;
};

static int compare_busy(const void *a, const void *b)
{
	const struct busy *x = a, *y = b;

	return (y->ns > x->ns) - (y->ns < x->ns);
}

/* The lanes in which most happens: what a person sorts to the top. */
static struct busy *busiest(const struct ww_trace *trace, struct ww_span all)
{
	const uint32_t n = ww_trace_info(trace)->n_threads;
	struct busy *busy = g_new(struct busy, n);
	struct ww_state_sums sums;

	for (uint32_t utid = 0; utid < n; utid++) {
		ww_query_sums(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, all, &sums);
		busy[utid] = (struct busy){ utid, sums.ns[WW_STATE_RUNNING] };
	}
	qsort(busy, n, sizeof(*busy), compare_busy);
	return busy;
}

static struct ww_span place(GRand *rand, int64_t duration_ns, int64_t length_ns)
{
	int64_t begin_ns = (int64_t)(g_rand_double(rand) * (double)(duration_ns - length_ns));

	return (struct ww_span){ begin_ns, begin_ns + length_ns };
}

/* Of a full window at this zoom: the median over some places. */
static double window_ms(const struct ww_trace *trace, const struct busy *lanes, uint32_t n_lanes,
			int64_t length_ns)
{
	static struct ww_pixel pixels[N_PX];
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	double ms[N_PLACES];

	for (int i = 0; i < N_PLACES; i++) {
		struct ww_span span = place(rand, ww_trace_info(trace)->duration_ns, length_ns);
		double begin_ms = thread_ms();

		for (uint32_t lane = 0; lane < n_lanes; lane++)
			ww_query_pixels(trace, (struct ww_lane){ WW_LANE_THREAD, lanes[lane].utid },
					span, N_PX, pixels);
		ms[i] = thread_ms() - begin_ms;
	}
	qsort(ms, N_PLACES, sizeof(*ms), compare_doubles);
	return ms[N_PLACES / 2];
}

static double sums_ms(const struct ww_trace *trace)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(2);
	const int64_t duration_ns = ww_trace_info(trace)->duration_ns;
	struct ww_state_sums sums;
	double ms[N_PLACES];

	for (int i = 0; i < N_PLACES; i++) {
		struct ww_span span = place(rand, duration_ns,
					    (int64_t)(g_rand_double(rand) * (double)duration_ns));
		double begin_ms = thread_ms();

		for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++)
			ww_query_sums(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span, &sums);
		ms[i] = thread_ms() - begin_ms;
	}
	qsort(ms, N_PLACES, sizeof(*ms), compare_doubles);
	return ms[N_PLACES / 2];
}

/* Over all threads and the whole trace: what make-trace's truth.json must say too. */
static void print_totals(const struct ww_trace *trace, struct ww_span all)
{
	struct ww_state_sums total = { 0 }, sums;

	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		ww_query_sums(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, all, &sums);
		for (unsigned int state = 0; state < WW_STATE_N; state++)
			total.ns[state] += sums.ns[state];
	}
	printf("\"states\": {");
	for (unsigned int state = 0; state < WW_STATE_N; state++)
		printf("%s\"%s\": %" PRId64, state ? ", " : "", ww_state_name((enum ww_state)state),
		       total.ns[state]);
	printf("}, ");
}

static bool query(const char *path, GError **error)
{
	ww_auto(trace) trace = ww_trace_load(path, NULL, error);
	g_autofree struct busy *lanes = NULL;
	int64_t duration_ns;
	uint32_t n_lanes;
	const char *comma = "";

	if (!trace)
		return false;
	duration_ns = ww_trace_info(trace)->duration_ns;
	n_lanes = MIN(N_LANES, ww_trace_info(trace)->n_threads);
	lanes = busiest(trace, (struct ww_span){ 0, duration_ns });
	printf("\"lanes\": %u, \"windows_ms\": [", n_lanes);
	for (int64_t part = 1; duration_ns / part > N_PX; part *= 4) {
		printf("%s[%" PRId64 ", %.3f]", comma, duration_ns / part,
		       window_ms(trace, lanes, n_lanes, duration_ns / part));
		comma = ", ";
	}
	printf("], \"sums_ms\": %.3f, ", sums_ms(trace));
	print_totals(trace, (struct ww_span){ 0, duration_ns });
	return true;
}

/* The first picture of a trace: it is loaded, and the window asks for all of it. */
static bool first_picture(const char *path, GError **error)
{
	ww_auto(trace) trace = ww_trace_load(path, NULL, error);
	struct busy lanes[N_LANES];
	uint32_t n_lanes;

	if (!trace)
		return false;
	n_lanes = MIN(N_LANES, ww_trace_info(trace)->n_threads);
	for (uint32_t i = 0; i < n_lanes; i++)
		lanes[i] = (struct busy){ .utid = i };
	window_ms(trace, lanes, n_lanes, ww_trace_info(trace)->duration_ns);
	return true;
}

static const struct phase {
	const char *name;
	bool (*run)(const char *path, GError **error);
} phases[] = {
	{ "decode", decode }, { "foreign", decode_foreign }, { "load", load }, { "count", count },
	{ "query", query },   { "picture", first_picture },
};

static const struct phase *find_phase(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(phases); i++) {
		if (strcmp(name, phases[i].name) == 0)
			return &phases[i];
	}
	return NULL;
}

static bool measure(const struct phase *phase, const char *path, GError **error)
{
	GThread *watcher = g_thread_new("memory", watch_memory, NULL);
	int64_t begin_us = g_get_monotonic_time();
	double begin_cpu_s = cpu_s();
	bool is_done;

	printf("{");
	is_done = phase->run(path, error);
	printf("\"wall_s\": %.4f, \"cpu_s\": %.4f, ",
	       (double)(g_get_monotonic_time() - begin_us) / 1e6, cpu_s() - begin_cpu_s);
	atomic_store(&is_over, true);
	g_thread_join(watcher);
	printf("\"peak_bytes\": %" PRIu64 "}\n", peak_bytes);
	return is_done;
}

int main(int argc, char **argv)
{
	const struct phase *phase = argc == 3 ? find_phase(argv[1]) : NULL;
	g_autoptr(GError) error = NULL;

	if (!phase) {
		fprintf(stderr, "usage: bench-open PHASE TRACE\n");
		return WW_EXIT_USAGE;
	}
	if (measure(phase, argv[2], &error))
		return WW_EXIT_DONE;
	fprintf(stderr, "bench-open: %s\n", error->message);
	return ww_exit_status(error);
}
