// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Traces that other people recorded, and damaged ones, through the reader. The counts are
 * Babeltrace 2.0.4's own.
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "analysis/read/reader.h"
#include "analysis/trace.h"
#include "base/error.h"
#include "tests/corpora/archive.h"
#include "tests/golden/same-events.h"
#include "tests/golden/script.h"

struct tally {
	uint64_t n_of[WW_EVENT_N];
	uint64_t n_events; /* of the trace: neither LOST nor GAP */
	uint64_t n_lost, n_lost_packets;
	int64_t first_ns, last_ns;
	char gap[WW_TEXT_BYTES]; /* the first one */
};

static bool count_events(const char *path, struct tally *tally, GError **error)
{
	ww_auto(reader) reader = ww_reader_open(path, NULL, error);
	struct ww_event event;
	enum ww_read_status status;

	*tally = (struct tally){ .first_ns = INT64_MAX, .last_ns = INT64_MIN };
	if (!reader)
		return false;
	while ((status = ww_reader_next(reader, &event, error)) == WW_READ_EVENT) {
		g_assert_cmpint(event.kind, <, WW_EVENT_N);
		if (tally->n_events > 0)
			g_assert_cmpint(event.time_ns, >=, tally->last_ns);
		tally->n_of[event.kind]++;
		tally->last_ns = event.time_ns;
		if (event.kind == WW_EVENT_LOST) {
			tally->n_lost += event.lost.count;
			tally->n_lost_packets += event.lost.n_packets;
		} else if (event.kind == WW_EVENT_GAP) {
			if (!tally->gap[0])
				g_strlcpy(tally->gap, event.text, sizeof(tally->gap));
		} else {
			tally->first_ns = MIN(tally->first_ns, event.time_ns);
			tally->n_events++;
		}
	}
	g_assert_cmpfloat(ww_reader_fraction(reader), ==, 1.0);
	return status == WW_READ_END;
}

struct known {
	const char *path;
	uint64_t n_events, n_lost, n_lost_packets, n_gaps;
	const char *gap; /* part of the first one */
};

static const struct known known[] = {
	{ "ctf/bug446190", 31556 },
	{ "ctf/flipping-endianness", 14310 },
	{ "ctf/tracefile-rotation", 12305 },
	/* As many as Babeltrace 1 reads. Babeltrace 2 gives up at 11,682: its muxer compares the
	 * times of packets, which overlap here, where ours compares events. */
	{ "ctf/scp_src", 110771 },
	{ "ctf/perf-taskset2", 1500 },
	{ "ctf/cyg-profile/glxgears-cyg-profile", 4977 },
	{ "ctf/cyg-profile/glxgears-cyg-profile-fast", 5161 },
	{ "ctf/bt-2packets", 2 },
	{ "ctf/bt-array-align-elem", 1 },
	{ "ctf/bt-barectf-event-before-packet", 2 },
	{ "ctf/bt-crlf-metadata", 5 },
	{ "ctf/bt-debug-info", 4 },
	{ "ctf/bt-env-warning", 7809 },
	{ "ctf/bt-ev-disc-no-ts-begin-end", 3, .n_lost = 17 },
	{ "ctf/bt-lf-metadata", 5 },
	{ "ctf/bt-lttng-crash", 400 },
	{ "ctf/bt-lttng-event-after-packet", 2 },
	{ "ctf/bt-meta-variant-no-underscore", 1 },
	{ "ctf/bt-meta-variant-one-underscore", 1 },
	{ "ctf/bt-meta-variant-reserved-keywords", 1 },
	{ "ctf/bt-meta-variant-same-with-underscore", 1 },
	{ "ctf/bt-meta-variant-two-underscores", 1 },
	{ "ctf/bt-multi-domains", 4272, .n_lost = 728 },
	{ "ctf/bt-no-packet-context", 3 },
	{ "ctf/bt-sequence", 10 },
	{ "ctf/bt-session-rotation/3", 100 },
	{ "ctf/bt-session-rotation/a", 166 },
	{ "ctf/bt-smalltrace", 2 },
	{ "ctf/bt-struct-array-align-elem", 1 },
	{ "ctf/bt-succeed1", 7809 },
	{ "ctf/bt-succeed2", 7809 },
	{ "ctf/bt-succeed3", 7809 },
	{ "ctf/bt-succeed4", 0 },
	{ "ctf/bt-trace-with-index", 4000 },
	{ "ctf/bt-warnings", 7809 },
	{ "ctf/bt-wk-heartbeat-u", 20 },
	{ "ctf/deterministic-ordering/a-corrupted", 2, .n_gaps = 1, .gap = "No event class" },
	{ "ctf/deterministic-ordering/b-not-corrupted", 3 },
	{ "ctf/deterministic-ordering/c-corrupted", 2, .n_gaps = 1, .gap = "No event class" },
	{ "ctf/packet-seq-num/2-lost-before-last", 3, .n_lost_packets = 2 },
	{ "ctf/packet-seq-num/2-streams-lost-in-1", 8, .n_lost_packets = 2 },
	{ "ctf/packet-seq-num/2-streams-lost-in-2", 8, .n_lost_packets = 6 },
	{ "ctf/packet-seq-num/7-lost-between-2-with-index", 2, .n_lost_packets = 7 },
	{ "ctf/packet-seq-num/no-lost-not-starting-at-0", 3 },
	{ "ctf/packet-seq-num/no-lost", 3 },
	{ "lttng-analyses/cputop", 92 },
	{ "lttng-analyses/irq", 46 },
	{ "states/cpu_analysis", 8 },
	{ "states/lttng_kernel_analysis", 21 },
	{ "states/sched_only", 4 },
};

static void test_known(gconstpointer data)
{
	const struct known *expected = data;
	g_autofree char *path = g_build_filename(corpora_root(), expected->path, NULL);
	g_autoptr(GError) error = NULL;
	struct tally tally;
	bool is_read = count_events(path, &tally, &error);

	g_assert_no_error(error);
	g_assert_true(is_read);
	g_assert_cmpuint(tally.n_events, ==, expected->n_events);
	g_assert_cmpuint(tally.n_lost, ==, expected->n_lost);
	g_assert_cmpuint(tally.n_lost_packets, ==, expected->n_lost_packets);
	g_assert_cmpuint(tally.n_of[WW_EVENT_GAP], ==, expected->n_gaps);
	if (expected->gap)
		g_assert_nonnull(strstr(tally.gap, expected->gap));
}

/* These the fast reader must take; which others it takes is its own business, as long as it tells
 * the same. */
static const char *const for_fast_reader[] = {
	"ctf/bt-debug-info",
	"ctf/bt-multi-domains/kernel",
	"ctf/bt-multi-domains/ust",
	"ctf/bt-trace-with-index",
	"ctf/bug446190/kernel",
	"ctf/cyg-profile/glxgears-cyg-profile",
	"ctf/tracefile-rotation/kernel",
	NULL,
};

/* Event by event. */
static void test_same(gconstpointer data)
{
	const struct known *known_trace = data;
	g_autofree char *path = g_build_filename(corpora_root(), known_trace->path, NULL);
	g_autoptr(GPtrArray) traces = ww_find_traces(path);

	for (guint i = 0; i < traces->len; i++) {
		const char *name = (const char *)traces->pdata[i] + strlen(corpora_root()) + 1;
		const bool is_expected = g_strv_contains(for_fast_reader, name);
		struct ww_same_events same;

		ww_same_events_compare(traces->pdata[i], &same);
		g_test_message("%s: %s, %" PRIu64 " events are the same", name,
			       same.is_fast ? "fast" : "Babeltrace's", same.n_events);
		g_assert_true(same.is_fast || !is_expected);
		g_assert_cmpstr(same.difference->str, ==, "");
		g_string_free(same.difference, TRUE);
	}
}

/* How many events each dialect understands, against what babeltrace2's text output says. */
static const struct {
	const char *path;
	uint64_t n_of[WW_EVENT_N];
} kinds[] = {
	{ "ctf/bug446190", { [WW_EVENT_SWITCH] = 1052, [WW_EVENT_SYSCALL_EXIT] = 1811 } },
	{ "ctf/flipping-endianness",
	  { [WW_EVENT_SWITCH] = 2540, [WW_EVENT_TASK] = 68, [WW_EVENT_FORK] = 8 } },
	{ "ctf/tracefile-rotation",
	  { [WW_EVENT_SWITCH] = 4687,
	    [WW_EVENT_WAKING] = 2378,
	    [WW_EVENT_WAKEUP] = 2378,
	    [WW_EVENT_WAKEUP_NEW] = 5,
	    [WW_EVENT_MIGRATE] = 269,
	    [WW_EVENT_FORK] = 5,
	    [WW_EVENT_EXEC] = 3,
	    [WW_EVENT_EXIT] = 6 } },
	{ "ctf/perf-taskset2",
	  { [WW_EVENT_SWITCH] = 562,
	    [WW_EVENT_WAKEUP] = 346,
	    [WW_EVENT_MIGRATE] = 4,
	    [WW_EVENT_EXEC] = 2,
	    [WW_EVENT_EXIT] = 1 } },
	{ "states/lttng_kernel_analysis",
	  { [WW_EVENT_SWITCH] = 8,
	    [WW_EVENT_TASK] = 5,
	    [WW_EVENT_FORK] = 1,
	    [WW_EVENT_EXIT] = 1,
	    [WW_EVENT_SYSCALL_ENTER] = 3,
	    [WW_EVENT_SYSCALL_EXIT] = 2 } },
};

static void test_kinds(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *path = g_build_filename(corpora_root(), kinds[i].path, NULL);
		g_autoptr(GError) error = NULL;
		struct tally tally;

		count_events(path, &tally, &error);
		g_assert_no_error(error);
		for (unsigned int kind = 0; kind < WW_EVENT_N; kind++) {
			g_test_message("%s: kind %u: %" PRIu64, kinds[i].path, kind,
				       tally.n_of[kind]);
			if (kinds[i].n_of[kind])
				g_assert_cmpuint(tally.n_of[kind], ==, kinds[i].n_of[kind]);
		}
	}
}

/* Every damaged trace is a sentence about it, soon, and nothing worse. */
static void test_fail(gconstpointer data)
{
	g_autofree char *path = g_build_filename(corpora_root(), data, NULL);
	g_autoptr(GError) error = NULL;
	int64_t begin_us = g_get_monotonic_time();
	struct tally tally;

	g_assert_false(count_events(path, &tally, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_DAMAGED);
	g_assert_nonnull(strstr(error->message, path));
	g_assert_nonnull(strstr(error->message, "metadata line "));
	g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 10 * G_USEC_PER_SEC);
	g_test_message("%s", error->message);
}

struct progress {
	double last;
	unsigned int n_calls;
};

static void note_progress(double fraction, uint64_t n_events, void *data)
{
	struct progress *progress = data;

	g_assert_cmpfloat(fraction, >=, 0.0);
	g_assert_cmpfloat(fraction, <=, 1.0);
	progress->last = fraction;
	progress->n_calls++;
}

/* Every trace with events loads to the end, and what the reader counted is what the trace says. */
static void test_load(gconstpointer data)
{
	const struct known *expected = data;
	g_autofree char *path = g_build_filename(corpora_root(), expected->path, NULL);
	struct progress progress = { 0 };
	const struct ww_load_options options = { .progress = note_progress,
						 .progress_data = &progress };
	g_autoptr(GError) error = NULL;
	ww_auto(trace) trace = ww_trace_load(path, &options, &error);
	const struct ww_trace_info *info;

	if (expected->n_events == 0) {
		g_assert_error(error, WW_ERROR, WW_ERROR_EMPTY);
		return;
	}
	g_assert_no_error(error);
	info = ww_trace_info(trace);
	g_assert_cmpuint(info->n_events, ==, expected->n_events);
	g_assert_cmpuint(info->n_lost, ==, expected->n_lost);
	g_assert_cmpfloat(progress.last, ==, 1.0);
	g_assert_cmpuint(progress.n_calls, >=, 1);
	ww_check_trace(trace);
	if (expected->n_lost || expected->n_lost_packets || expected->n_gaps)
		g_assert_nonnull(info->missing[0]);
	else
		g_assert_null(info->missing[0]);
}

static void test_ctf_2(void)
{
	g_autofree char *path =
		g_build_filename(corpora_root(), "ctf", "CTF2-7.0-smalltrace", NULL);
	g_autoptr(GError) error = NULL;
	struct tally tally;

	g_assert_false(count_events(path, &tally, &error));
	g_assert_error(error, WW_ERROR, WW_ERROR_UNSUPPORTED);
	g_assert_nonnull(strstr(error->message, "CTF 2"));
}

static void test_cancel(void)
{
	g_autofree char *path = g_build_filename(corpora_root(), "ctf", "bug446190", NULL);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	ww_auto(reader) reader = ww_reader_open(path, cancellable, &error);
	enum ww_read_status status;
	struct ww_event event;

	g_assert_no_error(error);
	g_assert_cmpint(ww_reader_next(reader, &event, &error), ==, WW_READ_EVENT);
	g_cancellable_cancel(cancellable);
	do
		status = ww_reader_next(reader, &event, &error);
	while (status == WW_READ_EVENT);
	g_assert_cmpint(status, ==, WW_READ_ERROR);
	g_assert_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void copy_directory(const char *from, const char *to)
{
	g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
	const char *name;

	g_assert_nonnull(dir);
	g_assert_cmpint(g_mkdir_with_parents(to, 0700), ==, 0);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *source = g_build_filename(from, name, NULL);
		g_autofree char *target = g_build_filename(to, name, NULL);
		g_autofree char *bytes = NULL;
		size_t n;

		if (g_file_get_contents(source, &bytes, &n, NULL))
			g_assert_true(g_file_set_contents(target, bytes, (gssize)n, NULL));
	}
}

/* Wake-ups inside interrupt brackets, against awk over babeltrace2's text output. */
static void test_contexts(void)
{
	g_autofree char *path = g_build_filename(corpora_root(), "ctf", "bug446190", NULL);
	g_autoptr(GError) error = NULL;
	ww_auto(reader) reader = ww_reader_open(path, NULL, &error);
	uint64_t n_of[WW_WIRE_CONTEXT_N + 1] = { 0 };
	struct ww_event event;

	g_assert_no_error(error);
	while (ww_reader_next(reader, &event, &error) == WW_READ_EVENT) {
		if (event.kind == WW_EVENT_WAKEUP)
			n_of[event.woken.context]++;
	}
	g_assert_no_error(error);
	g_assert_cmpuint(n_of[WW_WIRE_CONTEXT_HARDIRQ], ==, 16);
	g_assert_cmpuint(n_of[WW_WIRE_CONTEXT_SOFTIRQ], ==, 57);
	g_assert_cmpuint(n_of[WW_WIRE_CONTEXT_HRTIMER], ==, 32);
}

/* LTTng's streams are understood well enough to save the first packet of one that is cut inside its
 * second. */
static void test_torn(void)
{
	g_autofree char *original = g_build_filename(corpora_root(), "ctf", "bt-2packets", NULL);
	g_autofree char *torn = g_build_filename(corpora_root(), "torn", NULL);
	g_autofree char *stream = g_build_filename(torn, "channel0_2", NULL);
	g_autoptr(GError) error = NULL;
	struct tally tally;
	GStatBuf status;

	copy_directory(original, torn);
	g_assert_cmpint(g_stat(stream, &status), ==, 0);
	g_assert_cmpint(truncate(stream, status.st_size - 1), ==, 0);
	g_assert_true(count_events(torn, &tally, &error));
	g_assert_cmpuint(tally.n_events, ==, 1);
	g_assert_nonnull(strstr(
		tally.gap, "channel0_2' is damaged at byte 4096: the last packet is cut short"));
	corpora_remove_tree(torn);
}

/* Cuts or flips bits of one file; the same @seed always does the same. */
static void mutate(const char *directory, const char *name, uint32_t seed)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	g_autofree char *bytes = NULL;
	size_t n;

	g_assert_true(g_file_get_contents(path, &bytes, &n, NULL));
	if (n == 0)
		return;
	if (seed % 3 == 0) {
		n = (size_t)g_rand_int_range(rand, 0, (gint32)n);
	} else {
		for (int i = g_rand_int_range(rand, 1, 9); i > 0; i--)
			bytes[g_rand_int_range(rand, 0, (gint32)n)] ^=
				(char)(1 << g_rand_int_range(rand, 0, 8));
	}
	g_assert_true(g_file_set_contents(path, bytes, (gssize)n, NULL));
}

struct victim {
	const char *trace;
	const char *file;
	uint32_t n_seeds;
};

static const struct victim victims[] = {
	{ "ctf/tracefile-rotation/kernel", "metadata", 24 },
	{ "ctf/perf-taskset2", "metadata", 24 },
	{ "ctf/perf-taskset2", "perf_stream_0", 36 },
	{ "ctf/bt-2packets", "channel0_2", 24 },
	{ "ctf/bt-sequence", "channel0_1", 24 },
	{ "states/lttng_kernel_analysis/kernel", "metadata", 24 },
};

static void test_mutants(gconstpointer data)
{
	const struct victim *victim = data;
	g_autofree char *original = g_build_filename(corpora_root(), victim->trace, NULL);
	g_autofree char *mutant = g_build_filename(corpora_root(), "mutant", NULL);
	uint32_t n_read = 0;

	for (uint32_t seed = 1; seed <= victim->n_seeds; seed++) {
		g_autoptr(GError) error = NULL;
		int64_t begin_us = g_get_monotonic_time();
		struct tally tally;

		copy_directory(original, mutant);
		mutate(mutant, victim->file, seed);
		if (count_events(mutant, &tally, &error)) {
			n_read++;
		} else {
			g_assert_nonnull(error);
			g_assert_cmpuint(strlen(error->message), >, 20);
		}
		g_assert_cmpint(g_get_monotonic_time() - begin_us, <, 20 * G_USEC_PER_SEC);
		g_test_message("seed %u, %.1f s: %s", seed,
			       (double)(g_get_monotonic_time() - begin_us) / 1e6,
			       error ? error->message : tally.gap);
		corpora_remove_tree(mutant);
	}
	g_test_message("%s/%s: %u of %u mutants were read", victim->trace, victim->file, n_read,
		       victim->n_seeds);
}

static void add_tests(void)
{
	static const char *const fails[] = { "fail/fail1", "fail/fail2", "fail/integer-range",
					     "fail/metadata-syntax-error", "fail/smalltrace" };

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		g_autofree char *name = g_strconcat("/corpora/", known[i].path, NULL);

		g_test_add_data_func(name, &known[i], test_known);
		g_free(name);
		name = g_strconcat("/corpora/same/", known[i].path, NULL);
		g_test_add_data_func(name, &known[i], test_same);
		g_free(name);
		name = g_strconcat("/corpora/load/", known[i].path, NULL);
		g_test_add_data_func(name, &known[i], test_load);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(fails); i++) {
		g_autofree char *name = g_strconcat("/corpora/", fails[i], NULL);

		g_test_add_data_func(name, fails[i], test_fail);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(victims); i++) {
		g_autofree char *name = g_strdup_printf("/corpora/mutants/%s/%s", victims[i].trace,
							victims[i].file);

		g_test_add_data_func(name, &victims[i], test_mutants);
	}
	g_test_add_func("/corpora/kinds", test_kinds);
	g_test_add_func("/corpora/ctf-2", test_ctf_2);
	g_test_add_func("/corpora/contexts", test_contexts);
	g_test_add_func("/corpora/torn", test_torn);
	g_test_add_func("/corpora/cancel", test_cancel);
}

int main(int argc, char **argv)
{
	return corpora_run(&argc, &argv, add_tests);
}
