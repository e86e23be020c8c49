// SPDX-License-Identifier: GPL-2.0-or-later
/* Which rows there are, in which order, on traces written by hand; needs no display. */
#include "tests/golden/script.h"
#include "viewer/model/rows.h"

/*
 * beta (three threads) is the target; alpha (one thread, with a region and a counter) ran more,
 * gamma (two threads) less. w10 and w2 wake each other, main wakes alpha.
 */
static const char script[] = "0 task 0 beta/10 S pid=10\n"
			     "0 task 0 w10/11 S pid=10\n"
			     "0 task 0 w2/12 S pid=10\n"
			     "0 task 0 alpha/20 S pid=20\n"
			     "0 task 0 gamma/30 S pid=30\n"
			     "0 task 0 gamma2/31 S pid=30\n"
			     "0 task 0 kworker/40 I pid=40 kernel\n"
			     "1 waking 0 idle alpha/20 target=1\n"
			     "1 wakeup 0 alpha/20 target=1\n"
			     "2 switch 1 idle R alpha/20\n"
			     "3 region-begin alpha/20 outer\n"
			     "4 region-begin alpha/20 inner\n"
			     "5 counter alpha/20 depth 2\n"
			     "6 region-end alpha/20 inner\n"
			     "7 counter alpha/20 depth 4\n"
			     "8 region-end alpha/20 outer\n"
			     "10 waking 0 idle w2/12 target=0\n"
			     "10 wakeup 0 w2/12 target=0\n"
			     "20 switch 0 idle R w2/12\n"
			     "25 waking 0 w2/12 w10/11 target=0\n"
			     "25 wakeup 0 w10/11 target=0\n"
			     "30 switch 0 w2/12 S w10/11\n"
			     "35 waking 0 w10/11 beta/10 target=0\n"
			     "35 wakeup 0 beta/10 target=0\n"
			     "36 waking 0 w10/11 w2/12 target=0\n"
			     "36 wakeup 0 w2/12 target=0\n"
			     "40 switch 0 w10/11 S beta/10\n"
			     "50 switch 0 beta/10 S w2/12\n"
			     "55 waking 0 w2/12 gamma2/31 target=0\n"
			     "55 wakeup 0 gamma2/31 target=0\n"
			     "60 switch 0 w2/12 S gamma2/31\n"
			     "70 switch 0 gamma2/31 S idle\n"
			     "90 switch 1 alpha/20 S idle\n"
			     "100 other\n";

struct fixture {
	struct ww_trace *trace;
	struct ww_row_facts *facts;
	struct ww_rows *rows;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 10;

	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	fixture->trace = ww_script_trace_with(script, manifest);
	fixture->facts = ww_row_facts_new(fixture->trace);
	fixture->rows = ww_rows_new(fixture->trace, fixture->facts);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	ww_rows_free(fixture->rows);
	ww_row_facts_free(fixture->facts);
	ww_trace_free(fixture->trace);
}

static struct ww_lane lane_of(const struct fixture *fixture, const char *name)
{
	return (struct ww_lane){ WW_LANE_THREAD, ww_script_utid(fixture->trace, name) };
}

/* One word a row: > for depth, + and - for groups that are folded or not, ! for pinned ones. */
static char *rows_text(const struct fixture *fixture)
{
	GString *text = g_string_new(NULL);

	for (uint32_t i = 0; i < ww_rows_count(fixture->rows); i++) {
		const struct ww_row *row = ww_rows_row(fixture->rows, i);
		g_autofree char *title = ww_row_title(fixture->trace, row);

		g_string_append_printf(text, "%s%s%s%s%s", i ? " " : "", row->depth ? ">" : "",
				       row->is_pinned ? "!" : "",
				       !ww_row_is_group(row) ? ""
				       : row->is_folded      ? "+"
							     : "-",
				       title);
	}
	return g_string_free(text, FALSE);
}

/* Heights and positions hold together, and each lane is found where it is. */
static void check_positions(const struct fixture *fixture)
{
	int height_px = 0;

	for (uint32_t i = 0; i < ww_rows_count(fixture->rows); i++) {
		const struct ww_row *row = ww_rows_row(fixture->rows, i);
		uint32_t found;

		g_assert_cmpint(row->y_px, ==, height_px);
		g_assert_cmpuint(ww_rows_at_px(fixture->rows, row->y_px), ==, i);
		height_px += row->height_px;
		g_assert_cmpuint(ww_rows_at_px(fixture->rows, height_px - 1), ==, i);
		g_assert_cmpint(row->is_pinned, ==, i < ww_rows_n_pinned(fixture->rows));
		if (row->kind == WW_ROW_LANE) {
			g_assert_true(ww_rows_find(fixture->rows, row->lane, &found));
			g_assert_cmpuint(found, ==, i);
		}
	}
	g_assert_cmpint(ww_rows_height_px(fixture->rows), ==, height_px);
}

static void assert_rows(const struct fixture *fixture, const char *expected)
{
	g_autofree char *text = rows_text(fixture);

	check_positions(fixture);
	g_assert_cmpstr(text, ==, expected);
}

#define CPUS "-CPUs >CPU 0 >CPU 1 "

static void test_as_recorded(struct fixture *fixture, gconstpointer data)
{
	assert_rows(fixture, CPUS "-beta >beta >w10 >w2 alpha Tasks depth +gamma +Kernel threads");
}

static void test_sorts(struct fixture *fixture, gconstpointer data)
{
	static const struct {
		enum ww_rows_order order;
		const char *rows;
	} orders[] = {
		{ WW_ROWS_BY_FIRST_EVENT,
		  CPUS "alpha Tasks depth -beta >w2 >w10 >beta -gamma >gamma2 >gamma" },
		{ WW_ROWS_BY_NAME,
		  CPUS "alpha Tasks depth -beta >beta >w2 >w10 -gamma >gamma >gamma2" },
		{ WW_ROWS_BY_RUNNABLE,
		  CPUS "-beta >w2 >beta >w10 -gamma >gamma2 >gamma alpha Tasks depth" },
		{ WW_ROWS_BY_RUNNING,
		  CPUS "alpha Tasks depth -beta >w2 >beta >w10 -gamma >gamma2 >gamma" },
	};

	ww_rows_fold_all(fixture->rows, false);
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		g_autofree char *expected =
			g_strconcat(orders[i].rows, " -Kernel threads >kworker", NULL);

		ww_rows_sort(fixture->rows, orders[i].order);
		assert_rows(fixture, expected);
	}
}

static void test_by_blocked(struct fixture *fixture, gconstpointer data)
{
	const struct ww_row_fact *facts = fixture->facts->threads;
	int64_t before_ns = INT64_MAX;

	ww_rows_sort(fixture->rows, WW_ROWS_BY_BLOCKED);
	for (uint32_t i = 0; i < ww_rows_count(fixture->rows); i++) {
		const struct ww_row *row = ww_rows_row(fixture->rows, i);

		if (row->kind == WW_ROW_PROCESS)
			before_ns = INT64_MAX;
		if (row->kind != WW_ROW_LANE || row->lane.kind != WW_LANE_THREAD || !row->depth)
			continue;
		g_assert_cmpint(facts[row->lane.index].blocked_ns, <=, before_ns);
		before_ns = facts[row->lane.index].blocked_ns;
	}
}

/* w2 and w10 wake each other most, w10 wakes beta as well; beta's process talks to gamma's. */
static void test_by_talk(struct fixture *fixture, gconstpointer data)
{
	ww_auto(talk) talk = ww_talk_new(fixture->trace, NULL);

	ww_rows_set_talk(fixture->rows, talk);
	ww_rows_sort(fixture->rows, WW_ROWS_BY_TALK);
	assert_rows(fixture, CPUS "-beta >beta >w10 >w2 +gamma alpha Tasks depth +Kernel threads");
	ww_rows_set_talk(fixture->rows, NULL);
}

static void test_folds(struct fixture *fixture, gconstpointer data)
{
	bool has_changed;
	uint32_t i;

	ww_rows_fold_all(fixture->rows, true);
	assert_rows(fixture, "+CPUs +beta alpha Tasks depth +gamma +Kernel threads");
	g_assert_true(ww_rows_find(fixture->rows, lane_of(fixture, "w2"), &i));
	g_assert_cmpint(ww_rows_row(fixture->rows, i)->kind, ==, WW_ROW_PROCESS);
	g_assert_true(ww_rows_unfold(fixture->rows, lane_of(fixture, "w2"), &i, &has_changed));
	g_assert_true(has_changed);
	g_assert_cmpint(ww_rows_row(fixture->rows, i)->kind, ==, WW_ROW_LANE);
	assert_rows(fixture, "+CPUs -beta >beta >w10 >w2 alpha Tasks depth +gamma +Kernel threads");
	g_assert_true(ww_rows_toggle(fixture->rows, 1));
	g_assert_false(ww_rows_toggle(fixture->rows, 2));
	assert_rows(fixture, "+CPUs +beta alpha Tasks depth +gamma +Kernel threads");
}

static void test_filters(struct fixture *fixture, gconstpointer data)
{
	bool has_changed;
	uint32_t i;

	ww_rows_filter(fixture->rows, "W1");
	assert_rows(fixture, "-beta >w10");
	g_assert_cmpuint(ww_rows_n_hidden(fixture->rows), ==, 8);
	ww_rows_filter(fixture->rows, " 31 ");
	assert_rows(fixture, "-gamma >gamma2");
	ww_rows_filter(fixture->rows, "30"); /* a pid: all its threads */
	assert_rows(fixture, "-gamma >gamma >gamma2");
	ww_rows_filter(fixture->rows, "CPU 1");
	assert_rows(fixture, "-CPUs >CPU 1");
	ww_rows_filter(fixture->rows, "nobody");
	assert_rows(fixture, "");
	g_assert_true(ww_rows_unfold(fixture->rows, lane_of(fixture, "w2"), &i, &has_changed));
	assert_rows(fixture, "-beta >w2");
	ww_rows_filter(fixture->rows, "");
	assert_rows(fixture, CPUS "-beta >beta >w10 >w2 alpha Tasks depth +gamma +Kernel threads");
	g_assert_cmpuint(ww_rows_n_hidden(fixture->rows), ==, 0);
}

static void test_pins(struct fixture *fixture, gconstpointer data)
{
	const struct ww_lane w2 = lane_of(fixture, "w2");
	const struct ww_lane alpha = lane_of(fixture, "alpha");

	g_assert_true(ww_rows_pin(fixture->rows, w2, true));
	g_assert_false(ww_rows_pin(fixture->rows, w2, true));
	g_assert_true(ww_rows_pin(fixture->rows, alpha, true));
	assert_rows(fixture, "!w2 !alpha !Tasks " CPUS "-beta >beta >w10 +gamma +Kernel threads");
	ww_rows_filter(fixture->rows, "gamma2");
	assert_rows(fixture, "!w2 !alpha !Tasks -gamma >gamma2");
	ww_rows_filter(fixture->rows, "");
	g_assert_true(ww_rows_pin(fixture->rows, w2, false));
	assert_rows(fixture, "!alpha !Tasks " CPUS "-beta >beta >w10 >w2 +gamma +Kernel threads");
	g_assert_true(ww_rows_is_pinned(fixture->rows, alpha));
	g_assert_true(ww_rows_pin(fixture->rows, alpha, false));
	g_assert_cmpint(ww_rows_pinned_height_px(fixture->rows), ==, 0);
}

/* Pinned rows stay where they are, the others scroll away below them. */
static void test_pinned_rows_do_not_scroll(struct fixture *fixture, gconstpointer data)
{
	const int lane_px = WW_ROW_LANE_HEIGHT_PX;
	const struct ww_row *row;

	ww_rows_pin(fixture->rows, lane_of(fixture, "w2"), true);
	g_assert_cmpint(ww_rows_pinned_height_px(fixture->rows), ==, lane_px);
	g_assert_cmpuint(ww_rows_at_screen(fixture->rows, 5, 1000), ==, 0);
	row = ww_rows_row(fixture->rows, 1);
	g_assert_cmpfloat(ww_rows_screen_y(row, 0), ==, lane_px);
	g_assert_cmpfloat(ww_rows_screen_y(row, 10), ==, lane_px - 10);
	g_assert_cmpuint(ww_rows_at_screen(fixture->rows, lane_px, 10), ==, 1);
	g_assert_cmpuint(ww_rows_at_screen(fixture->rows, lane_px, row->height_px), ==, 2);
}

static void test_hides(struct fixture *fixture, gconstpointer data)
{
	g_autofree bool *is_empty = g_new0(bool, fixture->facts->n_threads);
	bool has_changed;
	uint32_t i;

	is_empty[lane_of(fixture, "beta").index] = true;
	is_empty[lane_of(fixture, "gamma").index] = true;
	is_empty[lane_of(fixture, "gamma2").index] = true;
	is_empty[lane_of(fixture, "kworker").index] = true;
	g_assert_true(ww_rows_hide(fixture->rows, is_empty));
	g_assert_false(ww_rows_hide(fixture->rows, is_empty));
	assert_rows(fixture, CPUS "-beta >w10 >w2 alpha Tasks depth");
	g_assert_cmpuint(ww_rows_n_hidden(fixture->rows), ==, 4);
	g_assert_true(ww_rows_unfold(fixture->rows, lane_of(fixture, "gamma"), &i, &has_changed));
	assert_rows(fixture, CPUS "-beta >w10 >w2 alpha Tasks depth -gamma >gamma");
	ww_rows_hide(fixture->rows, NULL);
	assert_rows(fixture, CPUS
		    "-beta >beta >w10 >w2 alpha Tasks depth -gamma >gamma >gamma2 +Kernel threads");
}

/* A trace that goes on keeps what the person has set. */
static void test_renews(struct fixture *fixture, gconstpointer data)
{
	struct ww_row_facts *facts = ww_row_facts_new(fixture->trace);

	ww_rows_sort(fixture->rows, WW_ROWS_BY_NAME);
	ww_rows_pin(fixture->rows, lane_of(fixture, "w2"), true);
	ww_rows_fold_all(fixture->rows, false);
	ww_rows_renew(fixture->rows, fixture->trace, facts);
	assert_rows(fixture, "!w2 " CPUS "alpha Tasks depth -beta >beta >w10 -gamma >gamma >gamma2 "
			     "-Kernel threads >kworker");
	ww_row_facts_free(fixture->facts);
	fixture->facts = facts;
}

static void test_facts(struct fixture *fixture, gconstpointer data)
{
	const struct ww_row_fact *w10 = &fixture->facts->threads[lane_of(fixture, "w10").index];
	const struct ww_nesting *nesting =
		ww_row_facts_nesting(fixture->facts, lane_of(fixture, "alpha").index);
	const struct ww_counter *depth = g_ptr_array_index(fixture->facts->counters, 0);

	g_assert_cmpint(w10->first_ns, ==, 25);
	g_assert_cmpint(w10->runnable_ns, ==, 5);
	g_assert_cmpint(w10->running_ns, ==, 10);
	g_assert_cmpuint(ww_nesting_n_levels(nesting), ==, 2);
	g_assert_cmpstr(ww_nesting_at(nesting, 0, 5)->name, ==, "outer");
	g_assert_cmpstr(ww_nesting_at(nesting, 1, 5)->name, ==, "inner");
	g_assert_cmpint(depth->least, ==, 2);
	g_assert_cmpint(depth->most, ==, 4);
	g_assert_null(ww_row_facts_nesting(fixture->facts, lane_of(fixture, "w2").index));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
	g_test_add("/rows/" name, struct fixture, NULL, set_up, function, tear_down)
	ADD("as recorded", test_as_recorded);
	ADD("sorts", test_sorts);
	ADD("sorts by blocked time", test_by_blocked);
	ADD("sorts by who talks to whom", test_by_talk);
	ADD("folds", test_folds);
	ADD("filters", test_filters);
	ADD("pins", test_pins);
	ADD("pinned rows do not scroll", test_pinned_rows_do_not_scroll);
	ADD("hides", test_hides);
	ADD("keeps its settings when the trace goes on", test_renews);
	ADD("facts", test_facts);
#undef ADD
	return g_test_run();
}
