// SPDX-License-Identifier: GPL-2.0-or-later
/* The queries against a scan of every interval, on lanes that are made of random ones. */
#include "analysis/query.h"
#include "analysis/trace-private.h"
#include "tests/golden/script.h"

#define N_INTERVALS 100000
#define N_ROUNDS 200
#define N_PX 400

static const struct ww_span everything = { INT64_MIN, INT64_MAX };
static const struct ww_lane lane = { WW_LANE_THREAD, 0 };

/* One thread; holes between some intervals, lengths over six orders of magnitude, one state a
 * thousand times rarer. */
static struct ww_trace *random_trace(GRand *rand, uint32_t n_intervals)
{
	struct ww_store *store = ww_store_new();
	struct ww_replay_result result = { 0 };
	int64_t at_ns = 0;

	ww_store_add_process(store, &(struct ww_process){ .pid = 1, .name = "p" });
	ww_store_add_thread(store, &(struct ww_thread){ .tid = 1, .name = "t" });
	for (uint32_t i = 0; i < n_intervals; i++) {
		const int64_t begin_ns = at_ns + (g_rand_int_range(rand, 0, 10) == 0);
		/* One draw after the other: the same trace from every compiler. */
		const uint32_t longest_ns = g_rand_int(rand);
		const int64_t length_ns = 1 + (longest_ns >> g_rand_int_range(rand, 12, 32));
		const bool is_rare = g_rand_int_range(rand, 0, 1000) == 0;
		const struct ww_interval interval = {
			.span = { begin_ns, begin_ns + length_ns },
			.state = (uint8_t)(is_rare ? WW_STATE_STOPPED
						   : g_rand_int_range(rand, 1, 4)),
		};

		ww_store_append_thread(store, 0, &interval);
		at_ns = interval.span.end_ns;
	}
	ww_store_thread(store, 0)->life.end_ns = at_ns;
	result.duration_ns = at_ns;
	ww_store_seal(store);
	return ww_trace_from_store(store, &result, NULL);
}

static struct ww_state_sums scan(const struct ww_trace *trace, struct ww_span span)
{
	struct ww_state_sums sums = { 0 };
	struct ww_interval_iter iter;
	struct ww_interval interval;

	ww_interval_iter_init(&iter, trace, lane, span);
	while (ww_interval_iter_next(&iter, &interval))
		sums.ns[interval.state] +=
			ww_span_length_ns(ww_span_intersect(interval.span, span));
	return sums;
}

/* Spans of every size, some of them reaching out of the trace. */
static struct ww_span random_span(GRand *rand, int64_t end_ns)
{
	const double from = g_rand_double_range(rand, -0.1, 1.1);
	const double size = g_rand_double(rand);
	const int64_t begin_ns = (int64_t)(from * (double)end_ns);

	return (struct ww_span){
		begin_ns, begin_ns + 1 + (int64_t)(size * size * size * size * (double)end_ns)
	};
}

static void test_sums(void)
{
	GRand *rand = g_rand_new_with_seed(1);
	ww_auto(trace) trace = random_trace(rand, N_INTERVALS);

	for (int round = 0; round < N_ROUNDS; round++) {
		const struct ww_span span = random_span(rand, ww_trace_info(trace)->duration_ns);
		const struct ww_state_sums expected = scan(trace, span);
		struct ww_state_sums sums;

		ww_query_sums(trace, lane, span, &sums);
		g_assert_cmpmem(&sums, sizeof(sums), &expected, sizeof(expected));
	}
	g_rand_free(rand);
}

static struct ww_span pixel_span(struct ww_span span, uint32_t n_px, uint32_t px)
{
	const __int128 length_ns = ww_span_length_ns(span);
	const int64_t begin_ns = span.begin_ns + (int64_t)(length_ns * px / n_px);
	const int64_t end_ns = span.begin_ns + (int64_t)(length_ns * (px + 1) / n_px);

	return (struct ww_span){ begin_ns, MAX(end_ns, begin_ns + 1) };
}

static void check_exact(const struct ww_trace *trace, struct ww_span width,
			const struct ww_pixel *pixel)
{
	const struct ww_state_sums sums = scan(trace, width);

	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		const double share =
			(double)sums.ns[state] * 255 / (double)ww_span_length_ns(width);

		if (sums.ns[state] > 0)
			g_assert_cmpuint(pixel->share[state], ==,
					 share < 1 ? 1 : (unsigned int)share);
		else
			g_assert_cmpuint(pixel->share[state], ==, 0);
	}
}

/* Edges that lie up to half a pixel beside the true ones, so it may show half a pixel's time for a
 * whole one's; each of its buckets is rounded. */
static void check_near(const struct ww_trace *trace, struct ww_span width,
		       const struct ww_pixel *pixel)
{
	const int64_t px_ns = ww_span_length_ns(width);
	const struct ww_span wide = { width.begin_ns - px_ns / 2, width.end_ns + px_ns / 2 };
	const struct ww_state_sums sums = scan(trace, wide);

	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		g_assert_cmpfloat(pixel->share[state], <=,
				  (double)sums.ns[state] * 255 * 2 / (double)px_ns + 2);
		g_assert_true(sums.ns[state] > 0 || pixel->share[state] == 0);
	}
}

/* What a pixel has is in its picture or in that of a neighbour: nothing is hidden. */
static void check_shown(const struct ww_trace *trace, struct ww_span span, uint32_t n_px,
			const struct ww_pixel *pixels)
{
	for (uint32_t px = 1; px + 1 < n_px; px++) {
		const struct ww_state_sums sums = scan(trace, pixel_span(span, n_px, px));

		for (unsigned int state = 0; state < WW_STATE_N; state++)
			g_assert_true(sums.ns[state] == 0 || pixels[px - 1].share[state] > 0 ||
				      pixels[px].share[state] > 0 ||
				      pixels[px + 1].share[state] > 0);
	}
}

/* No time is drawn twice or left out, but at the two edges. */
static void check_total(const struct ww_trace *trace, struct ww_span span, uint32_t n_px,
			const struct ww_pixel *pixels)
{
	const struct ww_state_sums sums = scan(trace, span);
	const double px_ns = (double)ww_span_length_ns(span) / n_px;

	for (unsigned int state = 0; state < WW_STATE_N; state++) {
		const double expected = (double)sums.ns[state] * 255 / px_ns;
		double drawn = 0;

		for (uint32_t px = 0; px < n_px; px++)
			drawn += pixels[px].share[state];
		g_assert_cmpfloat(ABS(drawn - expected), <=, 2 * 255 + 2 * n_px);
	}
}

static void check_pixels(const struct ww_trace *trace, struct ww_span span, uint32_t n_px)
{
	g_autofree struct ww_pixel *pixels = g_new(struct ww_pixel, n_px);
	const double per_px = (double)ww_span_length_ns(span) / n_px * N_INTERVALS /
			      (double)ww_trace_info(trace)->duration_ns;

	ww_query_pixels(trace, lane, span, n_px, pixels);
	for (uint32_t px = 0; px < n_px; px++) {
		const struct ww_span width = pixel_span(span, n_px, px);

		if (per_px < 6)
			check_exact(trace, width, &pixels[px]);
		else
			check_near(trace, width, &pixels[px]);
	}
	check_shown(trace, span, n_px, pixels);
	check_total(trace, span, n_px, pixels);
}

/* One pixel has all states that there are in its span, whoever tells them. */
static void check_states(const struct ww_trace *trace, struct ww_span span)
{
	const struct ww_state_sums sums = scan(trace, span);
	struct ww_pixel pixel;

	ww_query_pixels(trace, lane, span, 1, &pixel);
	for (unsigned int state = 0; state < WW_STATE_N; state++)
		g_assert_true(sums.ns[state] == 0 || pixel.share[state] > 0);
}

/* Every zoom: from all intervals in a few pixels to pixels of one nanosecond. */
static void test_pixels(void)
{
	GRand *rand = g_rand_new_with_seed(2);
	ww_auto(trace) trace = random_trace(rand, N_INTERVALS);
	const int64_t end_ns = ww_trace_info(trace)->duration_ns;

	for (int round = 0; round < N_ROUNDS; round++) {
		const struct ww_span span = random_span(rand, end_ns);

		check_pixels(trace, span, N_PX);
		check_states(trace, span);
	}
	check_pixels(trace, (struct ww_span){ 0, end_ns }, 10);
	check_pixels(trace, (struct ww_span){ 0, end_ns }, 1920);
	check_pixels(trace, (struct ww_span){ end_ns / 2, end_ns / 2 + 100 }, N_PX);
	check_pixels(trace, (struct ww_span){ end_ns, end_ns + 100 }, N_PX);
	g_rand_free(rand);
}

/* An hour, one nanosecond of it stopped: the picture shows it at any width. */
static void test_rare_state(void)
{
	struct ww_store *store = ww_store_new();
	const int64_t hour_ns = 3600 * WW_NS_PER_S, at_ns = 1234 * WW_NS_PER_S;
	const struct ww_replay_result result = { .duration_ns = hour_ns };
	const struct ww_interval intervals[] = {
		{ .span = { 0, at_ns }, .state = WW_STATE_RUNNING },
		{ .span = { at_ns, at_ns + 1 }, .state = WW_STATE_STOPPED },
		{ .span = { at_ns + 1, hour_ns }, .state = WW_STATE_RUNNING },
	};
	struct ww_pixel pixels[100];
	ww_auto(trace) trace = NULL;

	ww_store_add_process(store, &(struct ww_process){ .pid = 1 });
	ww_store_add_thread(store, &(struct ww_thread){ .tid = 1 });
	for (unsigned int i = 0; i < G_N_ELEMENTS(intervals); i++)
		ww_store_append_thread(store, 0, &intervals[i]);
	ww_store_seal(store);
	trace = ww_trace_from_store(store, &result, NULL);
	ww_query_pixels(trace, lane, (struct ww_span){ 0, hour_ns }, 100, pixels);
	for (int px = 0; px < 100; px++)
		g_assert_cmpuint(pixels[px].share[WW_STATE_STOPPED], ==, px == 34);
	g_assert_cmpuint(pixels[0].share[WW_STATE_RUNNING], ==, 255);
}

/* Running and blocked in turn, but for one nanosecond at @at_ns. */
static struct ww_trace *trace_with_rare(int64_t at_ns, int64_t end_ns)
{
	struct ww_store *store = ww_store_new();
	const struct ww_replay_result result = { .duration_ns = end_ns };

	ww_store_add_process(store, &(struct ww_process){ .pid = 1 });
	ww_store_add_thread(store, &(struct ww_thread){ .tid = 1 });
	for (int64_t t_ns = 0, i = 0; t_ns < end_ns; i++) {
		const bool is_rare = t_ns == at_ns;
		const int64_t next_ns = t_ns < at_ns ? MIN(t_ns + 1000, at_ns) : t_ns + 1000;
		const struct ww_interval interval = {
			.span = { t_ns, is_rare ? t_ns + 1 : next_ns },
			.state = is_rare ? WW_STATE_STOPPED
				 : i % 2 ? WW_STATE_RUNNING
					 : WW_STATE_BLOCKED,
		};

		ww_store_append_thread(store, 0, &interval);
		t_ns = interval.span.end_ns;
	}
	ww_store_seal(store);
	return ww_trace_from_store(store, &result, NULL);
}

/* Nor at the very edge of a picture, which no neighbour shows. */
static void test_rare_at_edges(void)
{
	const int64_t end_ns = 10000000;
	struct ww_pixel pixels[50];

	for (int64_t at_ns = 3456789; at_ns < 3600000; at_ns += 7321) {
		ww_auto(trace) trace = trace_with_rare(at_ns, end_ns);

		for (int64_t width_ns = 50; at_ns + width_ns < end_ns; width_ns += width_ns / 3) {
			const int64_t begins_ns[] = { at_ns, at_ns - width_ns + 1 };

			for (unsigned int i = 0; i < 2; i++) {
				const struct ww_span span = { begins_ns[i],
							      begins_ns[i] + width_ns };

				ww_query_pixels(trace, lane, span, 50, pixels);
				g_assert_cmpuint(pixels[i * 49].share[WW_STATE_STOPPED], >, 0);
			}
		}
	}
}

static void test_neighbours(void)
{
	GRand *rand = g_rand_new_with_seed(3);
	ww_auto(trace) trace = random_trace(rand, 5000);
	const unsigned int stopped = 1u << WW_STATE_STOPPED;

	for (int round = 0; round < N_ROUNDS; round++) {
		const int64_t t_ns = random_span(rand, ww_trace_info(trace)->duration_ns).begin_ns;
		struct ww_interval_iter iter;
		struct ww_interval interval, found, next, previous;
		bool has_next = false, has_previous = false;

		ww_interval_iter_init(&iter, trace, lane, everything);
		while (ww_interval_iter_next(&iter, &interval)) {
			if (interval.state != WW_STATE_STOPPED)
				continue;
			if (interval.span.end_ns <= t_ns)
				previous = interval, has_previous = true;
			if (interval.span.begin_ns >= t_ns && !has_next)
				next = interval, has_next = true;
		}
		g_assert_cmpint(ww_query_next(trace, lane, t_ns, stopped, &found), ==, has_next);
		if (has_next)
			g_assert_cmpint(found.span.begin_ns, ==, next.span.begin_ns);
		g_assert_cmpint(ww_query_previous(trace, lane, t_ns, stopped, &found), ==,
				has_previous);
		if (has_previous)
			g_assert_cmpint(found.span.begin_ns, ==, previous.span.begin_ns);
	}
	g_rand_free(rand);
}

#define TWO_LIVES                                                                                  \
	"0 switch 0 idle R main/1\n"                                                               \
	"5 fork 0 main/1 Alpha/7 pid=7\n"                                                          \
	"10 switch 1 idle R Alpha/7\n"                                                             \
	"15 waking 1 Alpha/7 main/1\n"                                                             \
	"20 switch 1 Alpha/7 X idle\n"                                                             \
	"30 fork 0 main/1 beta/7 pid=7\n"                                                          \
	"32 waking 0 main/1 beta/7\n"                                                              \
	"35 switch 1 idle R beta/7\n"                                                              \
	"36 lock-begin beta/7 mutex 0x10 owner=main/1\n"                                           \
	"37 lock-begin main/1 mutex 0x10\n"                                                        \
	"38 lock-end main/1 mutex 0x10\n"                                                          \
	"39 lock-end beta/7 mutex 0x10\n"                                                          \
	"40 lock-begin beta/7 mutex 0x20\n"                                                        \
	"45 lock-end beta/7 mutex 0x20\n"                                                          \
	"50 switch 1 beta/7 S idle syscall=nanosleep\n"                                            \
	"60 other\n"

static void test_utids(void)
{
	ww_auto(trace) trace = ww_script_trace(TWO_LIVES);
	const uint32_t alpha = ww_script_utid(trace, "Alpha");
	const uint32_t beta = ww_script_utid(trace, "beta");

	g_assert_cmpuint(ww_query_utid(trace, 7, 5), ==, alpha);
	g_assert_cmpuint(ww_query_utid(trace, 7, 19), ==, alpha);
	g_assert_cmpuint(ww_query_utid(trace, 7, 25), ==, WW_UTID_NONE);
	g_assert_cmpuint(ww_query_utid(trace, 7, 30), ==, beta);
	g_assert_cmpuint(ww_query_utid(trace, 7, INT64_MIN), ==, beta);
	g_assert_cmpuint(ww_query_utid(trace, 8, INT64_MIN), ==, WW_UTID_NONE);
}

static unsigned int n_found(const struct ww_trace *trace, const char *text)
{
	g_autoptr(GArray) utids = ww_query_search(trace, text);

	return utids->len;
}

static void test_search(void)
{
	ww_auto(trace) trace = ww_script_trace(TWO_LIVES);

	g_assert_cmpuint(n_found(trace, "alpha"), ==, 1);
	g_assert_cmpuint(n_found(trace, "ALPHA/7"), ==, 1);
	g_assert_cmpuint(n_found(trace, "7"), ==, 2);
	g_assert_cmpuint(n_found(trace, ""), ==, 3);
	g_assert_cmpuint(n_found(trace, "nobody"), ==, 0);
	g_assert_cmpuint(n_found(trace, "\xff"), ==, 0);
}

static void test_wakes(void)
{
	ww_auto(trace) trace = ww_script_trace(TWO_LIVES);
	const uint32_t main_utid = ww_script_utid(trace, "main");
	g_autoptr(GArray) all = ww_query_wakes_of(trace, WW_UTID_NONE, everything);
	g_autoptr(GArray) of = ww_query_wakes_of(trace, main_utid, everything);
	g_autoptr(GArray) by = ww_query_wakes_by(trace, main_utid, everything);
	g_autoptr(GArray) none = ww_query_wakes_by(trace, main_utid, (struct ww_span){ 33, 60 });

	g_assert_cmpuint(all->len, ==, 2);
	g_assert_cmpuint(of->len, ==, 1);
	g_assert_cmpint(g_array_index(of, struct ww_wake, 0).time_ns, ==, 15);
	g_assert_cmpuint(by->len, ==, 1);
	g_assert_cmpint(g_array_index(by, struct ww_wake, 0).time_ns, ==, 32);
	g_assert_cmpuint(none->len, ==, 0);
}

static void test_lock_waits(void)
{
	ww_auto(trace) trace = ww_script_trace(TWO_LIVES);
	const uint32_t beta = ww_script_utid(trace, "beta");
	const uint32_t upid = ww_trace_thread(trace, beta)->upid;
	g_autoptr(GArray) all = ww_query_lock_waits(trace, WW_UTID_NONE, everything);
	g_autoptr(GArray) of = ww_query_lock_waits(trace, beta, (struct ww_span){ 42, 43 });
	g_autoptr(GArray) on = ww_query_lock_waits_on(trace, upid, 0x10, everything);

	g_assert_cmpuint(all->len, ==, 3);
	g_assert_cmpint(g_array_index(all, struct ww_lock_wait, 0).span.begin_ns, ==, 36);
	g_assert_cmpint(g_array_index(all, struct ww_lock_wait, 1).span.begin_ns, ==, 37);
	g_assert_cmpuint(of->len, ==, 1);
	g_assert_cmpuint(g_array_index(of, struct ww_lock_wait, 0).address, ==, 0x20);
	/* The same address in another process is another lock. */
	g_assert_cmpuint(on->len, ==, 1);
	g_assert_cmpuint(g_array_index(on, struct ww_lock_wait, 0).utid, ==, beta);
}

static bool is_beta(const struct ww_thread *thread, void *data)
{
	return thread->utid == *(const uint32_t *)data;
}

static void test_waits(void)
{
	ww_auto(trace) trace = ww_script_trace(TWO_LIVES);
	uint32_t beta = ww_script_utid(trace, "beta");
	struct ww_wait_filter filter = {
		.span = everything,
		.states = 1u << WW_STATE_RUNNABLE | 1u << WW_STATE_BLOCKED,
	};
	g_autoptr(GArray) all = ww_query_waits(trace, &filter);
	g_autoptr(GArray) one = NULL;
	struct ww_wait_ref ref;
	struct ww_interval wait;
	int64_t last_ns = INT64_MAX;

	g_assert_cmpuint(all->len, ==, 3);
	for (unsigned int i = 0; i < all->len; i++) {
		g_assert_true(
			ww_query_wait(trace, g_array_index(all, struct ww_wait_ref, i), &wait));
		g_assert_cmpint(ww_span_length_ns(wait.span), <=, last_ns);
		last_ns = ww_span_length_ns(wait.span);
	}
	filter.wants_thread = is_beta;
	filter.data = &beta;
	filter.min_ns = 5;
	filter.limit = 1;
	one = ww_query_waits(trace, &filter);
	g_assert_cmpuint(one->len, ==, 1);
	g_assert_true(ww_query_wait_at(trace, beta, 55, &ref));
	g_assert_cmpuint(ref.index, ==, g_array_index(one, struct ww_wait_ref, 0).index);
	g_assert_true(ww_query_wait(trace, ref, &wait));
	g_assert_cmpuint(wait.reason, ==, WW_REASON_SLEEP);
	g_assert_false(ww_query_wait_at(trace, beta, 29, &ref));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/query/sums", test_sums);
	g_test_add_func("/query/pixels", test_pixels);
	g_test_add_func("/query/rare-state", test_rare_state);
	g_test_add_func("/query/rare-at-edges", test_rare_at_edges);
	g_test_add_func("/query/neighbours", test_neighbours);
	g_test_add_func("/query/utids", test_utids);
	g_test_add_func("/query/search", test_search);
	g_test_add_func("/query/wakes", test_wakes);
	g_test_add_func("/query/lock-waits", test_lock_waits);
	g_test_add_func("/query/waits", test_waits);
	return g_test_run();
}
