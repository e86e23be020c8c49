// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts of traces written by hand, and data that is stretched; needs no display. */
#include <math.h>

#include "tests/golden/script.h"
#include "viewer/model/lane-data.h"

/* Ten columns of 10: A runs throughout, B and C take turns and wait for each other, D sleeps. */
static const char script[] = "0 task 0 A/1 R pid=1\n"
			     "0 task 0 B/2 S pid=1\n"
			     "0 task 0 C/3 S pid=1\n"
			     "0 task 0 D/4 S pid=1\n"
			     "0 switch 0 idle R A/1\n"
			     "20 waking 0 A/1 B/2 target=1\n"
			     "20 wakeup 0 B/2 target=1\n"
			     "30 switch 1 idle R B/2\n"
			     "40 waking 0 A/1 C/3 target=1\n"
			     "40 wakeup 0 C/3 target=1\n"
			     "65 switch 1 B/2 S C/3\n"
			     "90 switch 1 C/3 S idle\n"
			     "100 other\n";

struct fixture {
	struct ww_trace *trace;
	struct ww_lane lanes[4];
};

static const struct ww_span all = { 0, 100 };

static void set_up(struct fixture *fixture, gconstpointer data)
{
	static const char *const names[] = { "A", "B", "C", "D" };

	fixture->trace = ww_script_trace(script);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		fixture->lanes[i] = (struct ww_lane){ WW_LANE_THREAD,
						      ww_script_utid(fixture->trace, names[i]) };
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	ww_trace_free(fixture->trace);
}

static void test_counts(struct fixture *fixture, gconstpointer data)
{
	static const struct ww_concurrency_column expected[10] = {
		{ 1, 0, 3 }, { 1, 0, 3 },       { 1, 1, 2 }, { 2, 0, 2 }, { 2, 1, 1 },
		{ 2, 1, 1 }, { 2, 0.5f, 1.5f }, { 2, 0, 2 }, { 2, 0, 2 }, { 1, 0, 3 },
	};
	ww_auto(concurrency) counts =
		ww_concurrency_new(fixture->trace, fixture->lanes, 4, all, 10);

	for (int x = 0; x < 10; x++) {
		g_assert_cmpfloat_with_epsilon(counts->columns[x].running, expected[x].running,
					       0.01);
		g_assert_cmpfloat_with_epsilon(counts->columns[x].runnable, expected[x].runnable,
					       0.01);
		g_assert_cmpfloat_with_epsilon(counts->columns[x].blocked, expected[x].blocked,
					       0.02);
	}
	g_assert_cmpfloat_with_epsilon(counts->most_running, 2, 0.01);
	g_assert_cmpfloat_with_epsilon(counts->most_runnable, 1, 0.01);
	g_assert_cmpfloat_with_epsilon(counts->most_active, 3, 0.01);
}

static void test_cpus_run_or_not(struct fixture *fixture, gconstpointer data)
{
	const struct ww_lane cpus[2] = { { WW_LANE_CPU, 0 }, { WW_LANE_CPU, 1 } };
	ww_auto(concurrency) counts = ww_concurrency_new(fixture->trace, cpus, 2, all, 10);

	g_assert_cmpfloat_with_epsilon(counts->columns[0].running, 1, 0.01);
	g_assert_cmpfloat_with_epsilon(counts->columns[5].running, 2, 0.01);
	g_assert_cmpfloat(counts->columns[0].blocked, ==, 0);
}

static void test_scale(struct fixture *fixture, gconstpointer data)
{
	static const struct {
		float most;
		uint32_t n_lanes, scale;
	} scales[] = {
		{ 0, 9, 1 },    { 1, 9, 1 }, { 1.01f, 9, 1 }, { 1.5f, 9, 2 },  { 2.5f, 9, 3 },
		{ 3.9f, 9, 4 }, { 5, 9, 6 }, { 7, 99, 8 },    { 9, 99, 12 },   { 13, 99, 16 },
		{ 17, 99, 24 }, { 9, 9, 9 }, { 5, 5, 5 },     { 500, 99, 99 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(scales); i++)
		g_assert_cmpuint(ww_concurrency_scale(scales[i].most, scales[i].n_lanes), ==,
				 scales[i].scale);
}

static void test_columns_get_fewer(struct fixture *fixture, gconstpointer data)
{
	g_assert_cmpuint(ww_lane_data_n_columns(8, 1720), ==, 1720);
	g_assert_cmpuint(ww_lane_data_n_columns(20, 1720), ==, 860);
	g_assert_cmpuint(ww_lane_data_n_columns(10000, 1720), ==, 256);
	g_assert_cmpuint(ww_lane_data_n_columns(10000, 100), ==, 100);
}

/* What was made for 0 to 100 is shown for 40 to 140: at half of the pixels there is nothing. */
static void test_stretches(struct fixture *fixture, gconstpointer data)
{
	ww_auto(lane_data) lane =
		ww_lane_data_new(fixture->trace, false, &fixture->lanes[1], 1, all, 100);
	ww_auto(lane_data) right = ww_lane_data_stretch(lane, (struct ww_span){ 40, 140 }, 10);
	ww_auto(lane_data) close = ww_lane_data_stretch(lane, (struct ww_span){ 29, 31 }, 10);

	g_assert_null(right->utids);
	g_assert_cmpuint(right->pixels[0].share[WW_STATE_RUNNING], ==, 255);
	g_assert_cmpuint(right->pixels[3].share[WW_STATE_BLOCKED], ==, 255);
	g_assert_cmpuint(right->pixels[7].share[WW_STATE_BLOCKED], ==, 0);
	g_assert_cmpuint(close->pixels[4].share[WW_STATE_RUNNABLE], ==, 255);
	g_assert_cmpuint(close->pixels[5].share[WW_STATE_RUNNING], ==, 255);
	g_assert_cmpint(ww_lane_data_column(lane, 10, (struct ww_span){ -50, 50 }, 10, 4), ==, -1);
	g_assert_cmpint(ww_lane_data_column(lane, 10, (struct ww_span){ -50, 50 }, 10, 5), ==, 0);
}

static void test_cpu_says_who_ran(struct fixture *fixture, gconstpointer data)
{
	const struct ww_lane cpu = { WW_LANE_CPU, 1 };
	ww_auto(lane_data) lane = ww_lane_data_new(fixture->trace, false, &cpu, 1, all, 10);
	ww_auto(lane_data) twice = ww_lane_data_stretch(lane, (struct ww_span){ 0, 200 }, 10);

	g_assert_cmpuint(lane->utids[1], ==, WW_UTID_NONE);
	g_assert_cmpuint(lane->utids[4], ==, fixture->lanes[1].index);
	g_assert_cmpuint(lane->utids[8], ==, fixture->lanes[2].index);
	g_assert_cmpuint(twice->utids[3], ==, fixture->lanes[2].index);
	g_assert_cmpuint(twice->utids[7], ==, WW_UTID_NONE);
}

/* Two threads take turns with pauses of all lengths in between. */
static void add_turns(GString *turns, int n_turns, int64_t *t_ns)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);

	for (int i = 0; i < n_turns; i++) {
		const char *name = g_rand_boolean(rand) ? "A/1" : "B/2";

		*t_ns += 1 + (g_rand_int_range(rand, 0, 50) == 0 ? 100000 : 100);
		g_string_append_printf(turns, "%" G_GINT64_FORMAT " switch 0 idle R %s\n", *t_ns,
				       name);
		*t_ns += g_rand_int_range(rand, 1, 300);
		g_string_append_printf(turns, "%" G_GINT64_FORMAT " switch 0 %s S idle\n", *t_ns,
				       name);
	}
}

static GString *script_of_two(void)
{
	return g_string_new("0 task 0 A/1 S pid=1\n0 task 0 B/2 S pid=1\n");
}

static uint32_t utid_from(const struct ww_trace *trace, struct ww_lane lane, int64_t t_ns)
{
	struct ww_interval interval;

	if (ww_query_at(trace, lane, t_ns, &interval) && interval.state == WW_STATE_RUNNING)
		return interval.utid;
	g_assert_true(ww_query_next(trace, lane, t_ns, 1u << WW_STATE_RUNNING, &interval));
	return interval.utid;
}

static uint32_t count_intervals(const struct ww_trace *trace, struct ww_lane lane,
				struct ww_span span)
{
	struct ww_interval_iter iter;
	struct ww_interval interval;
	uint32_t n = 0;

	ww_interval_iter_init(&iter, trace, lane, span);
	while (ww_interval_iter_next(&iter, &interval))
		n++;
	return n;
}

/* Who ran first in each of @n_px pixels of the whole trace, or where they are crowded in the first
 * of four. Returns how many are. */
static uint32_t assert_first(const struct ww_trace *trace, uint32_t n_px)
{
	const struct ww_span whole = { 0, ww_trace_info(trace)->duration_ns };
	const struct ww_lane cpu = { WW_LANE_CPU, 0 };
	const double ns_per_px = (double)whole.end_ns / n_px;
	ww_auto(lane_data) lane = ww_lane_data_new(trace, false, &cpu, 1, whole, n_px);
	uint32_t n_crowded = 0;

	for (uint32_t x = 0; x < n_px; x++) {
		const int64_t group_ns = (int64_t)((x - x % 4) * ns_per_px);
		const struct ww_span group = { group_ns, group_ns + (int64_t)(4 * ns_per_px) };
		const uint8_t share = lane->pixels[x].share[WW_STATE_RUNNING];
		uint32_t utid = WW_UTID_NONE;

		if (share > 0)
			utid = utid_from(trace, cpu, (int64_t)(x * ns_per_px));
		if (utid == lane->utids[x])
			continue;
		n_crowded++;
		g_assert_cmpuint(share, <, UINT8_MAX);
		g_assert_cmpuint(count_intervals(trace, cpu, group), >=, 60);
		g_assert_cmpuint(lane->utids[x], ==, utid_from(trace, cpu, group_ns));
	}
	return n_crowded;
}

static void test_cpu_says_who_ran_first(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(GString) turns = script_of_two();
	ww_auto(trace) trace = NULL;
	int64_t t_ns = 0;

	add_turns(turns, 2000, &t_ns);
	trace = ww_script_trace(turns->str);
	g_assert_cmpuint(assert_first(trace, 20000), ==, 0);
	g_assert_cmpuint(assert_first(trace, 1000), <, 250);
	assert_first(trace, 7);
}

/* A and B run @n_turns times for @turn_ns, without a pause. */
static void add_long_turns(GString *turns, int n_turns, int64_t turn_ns, int64_t *t_ns)
{
	static const char *const names[] = { "A/1", "B/2" };

	for (int i = 0; i < n_turns; i++) {
		g_string_append_printf(turns, "%" G_GINT64_FORMAT " switch 0 %s R %s\n", *t_ns + 1,
				       i == 0 ? "idle" : names[(i + 1) % 2], names[i % 2]);
		*t_ns += turn_ns;
	}
	g_string_append_printf(turns, "%" G_GINT64_FORMAT " other\n", *t_ns);
}

/* Turns of three pixels beside a crowd: however many intervals there are on the whole. */
static void test_cpu_says_who_ran_beside_a_crowd(struct fixture *fixture, gconstpointer data)
{
	const int n_long = 16;
	const uint32_t n_px = 2 * 3 * n_long;
	const struct ww_lane cpu = { WW_LANE_CPU, 0 };
	g_autoptr(GString) turns = script_of_two();
	ww_auto(lane_data) lane = NULL;
	ww_auto(trace) trace = NULL;
	int64_t t_ns = 0;

	add_turns(turns, 4000, &t_ns);
	add_long_turns(turns, n_long, t_ns / n_long, &t_ns);
	trace = ww_script_trace(turns->str);
	lane = ww_lane_data_new(trace, false, &cpu, 1, (struct ww_span){ 0, t_ns }, n_px);
	for (uint32_t x = n_px / 2 + 1; x < n_px; x++)
		g_assert_cmpuint(lane->utids[x], ==,
				 utid_from(trace, cpu, (int64_t)(x * ((double)t_ns / n_px))));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
	g_test_add("/concurrency/" name, struct fixture, NULL, set_up, function, tear_down)
	ADD("counts", test_counts);
	ADD("CPUs run or not", test_cpus_run_or_not);
	ADD("a scale grows in steps", test_scale);
	ADD("columns get fewer the more lanes there are", test_columns_get_fewer);
	ADD("data is stretched", test_stretches);
	ADD("a CPU says who ran", test_cpu_says_who_ran);
	ADD("a CPU says who ran first", test_cpu_says_who_ran_first);
	ADD("a CPU says who ran beside a crowd", test_cpu_says_who_ran_beside_a_crowd);
#undef ADD
	return g_test_run();
}
