// SPDX-License-Identifier: GPL-2.0-or-later
/* What a view knows of its selection, asked for on a worker thread; needs no display. */
#include "tests/ui/story.h"
#include "viewer/view/view.h"

struct fixture {
	struct ww_document *document;
	WwView *view;
	WwInsight *insight;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
	fixture->document = story_document();
	fixture->view = ww_view_new(fixture->document);
	fixture->insight = ww_view_insight(fixture->view);
	ww_view_resize(fixture->view, 1000);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	g_object_unref(fixture->view);
	ww_document_unref(fixture->document);
}

static uint32_t utid_of(const struct fixture *fixture, const char *name)
{
	return ww_script_utid(fixture->document->trace, name);
}

static struct ww_lane lane_of(const struct fixture *fixture, const char *name)
{
	return (struct ww_lane){ WW_LANE_THREAD, utid_of(fixture, name) };
}

static void settle(const struct fixture *fixture)
{
	while (!ww_insight_is_settled(fixture->insight))
		g_main_context_iteration(NULL, TRUE);
}

static void test_wait(struct fixture *fixture, gconstpointer data)
{
	const struct ww_answer *answer;

	g_assert_null(ww_insight_answer(fixture->insight));
	g_assert_true(ww_view_next_worst(fixture->view));
	g_assert_null(ww_insight_answer(fixture->insight));
	settle(fixture);
	answer = ww_insight_answer(fixture->insight);
	g_assert_nonnull(answer->explanation);
	g_assert_cmpuint(answer->wakers->len, ==, 1);
	g_assert_cmpuint(answer->path->spans->len, ==, 1);
	ww_view_select_none(fixture->view);
	g_assert_null(ww_insight_answer(fixture->insight));
	settle(fixture);
	g_assert_null(ww_insight_answer(fixture->insight));
}

/* Only the last of several selections is answered. */
static void test_last_one_counts(struct fixture *fixture, gconstpointer data)
{
	const struct ww_answer *answer;

	ww_view_next_worst(fixture->view);
	while (ww_insight_is_settled(fixture->insight))
		g_main_context_iteration(NULL, TRUE);
	g_main_context_iteration(NULL, FALSE);
	ww_view_select_at(fixture->view, lane_of(fixture, "victim"), 70000);
	settle(fixture);
	answer = ww_insight_answer(fixture->insight);
	g_assert_cmpint(answer->selection.span.begin_ns, ==, 60000);
	g_assert_null(answer->explanation);
	/* It runs because it was woken. */
	g_assert_cmpuint(answer->arrows->edges->len, ==, 1);
}

static void count(unsigned int *n)
{
	++*n;
}

/* An area that is drawn while a question is on its way is asked for once, when it rests. */
static void test_asks_once(struct fixture *fixture, gconstpointer data)
{
	unsigned int n_answered = 0;

	g_signal_connect_swapped(fixture->insight, "answered", G_CALLBACK(count), &n_answered);
	ww_view_next_worst(fixture->view);
	g_main_context_iteration(NULL, FALSE);
	ww_view_select_area(fixture->view, (struct ww_span){ 10000, 90000 });
	settle(fixture);
	g_assert_cmpuint(n_answered, ==, 1);
	g_assert_nonnull(ww_insight_answer(fixture->insight)->area);
}

static void test_path(struct fixture *fixture, gconstpointer data)
{
	const struct ww_answer *shown;
	uint32_t main_row, hog_row;

	g_assert_false(ww_view_path_main_row(fixture->view, &main_row));
	g_assert_false(ww_view_toggle_path(fixture->view));
	ww_view_next_worst(fixture->view);
	/* Asked for before the answer is there. */
	g_assert_true(ww_view_toggle_path(fixture->view));
	g_assert_null(ww_insight_path(fixture->insight));
	settle(fixture);
	shown = ww_insight_path(fixture->insight);
	g_assert_nonnull(shown);
	/* Most of it is of hog. */
	g_assert_true(ww_view_path_main_row(fixture->view, &main_row));
	g_assert_true(ww_rows_find(ww_view_rows(fixture->view), lane_of(fixture, "hog"), &hog_row));
	g_assert_cmpuint(main_row, ==, hog_row);
	/* It stays while its steps are looked at, and goes where it is asked to. */
	ww_view_go_to(fixture->view, lane_of(fixture, "hog"), 30000, true);
	settle(fixture);
	g_assert_true(ww_insight_path(fixture->insight) == shown);
	g_assert_true(ww_view_toggle_path(fixture->view));
	g_assert_null(ww_insight_path(fixture->insight));
	g_assert_false(ww_view_toggle_path(fixture->view));
}

static void test_none_hides_the_path(struct fixture *fixture, gconstpointer data)
{
	ww_view_next_worst(fixture->view);
	ww_view_toggle_path(fixture->view);
	settle(fixture);
	g_assert_nonnull(ww_insight_path(fixture->insight));
	ww_view_select_none(fixture->view);
	g_assert_null(ww_insight_path(fixture->insight));
}

static void test_path_unfolds(struct fixture *fixture, gconstpointer data)
{
	const struct ww_rows *rows = ww_view_rows(fixture->view);
	uint32_t row;

	ww_view_next_worst(fixture->view);
	settle(fixture);
	g_assert_true(ww_rows_find(rows, lane_of(fixture, "hog"), &row));
	ww_view_toggle_row(fixture->view, row - 3);
	g_assert_true(ww_rows_row(rows, row - 3)->is_folded);
	ww_view_toggle_path(fixture->view);
	g_assert_false(ww_rows_row(rows, row - 3)->is_folded);
}

static void test_area(struct fixture *fixture, gconstpointer data)
{
	struct ww_lane_set *lanes = ww_lane_set_new();
	const struct ww_answer *answer;

	ww_view_select_area(fixture->view, (struct ww_span){ 0, 50000 });
	g_assert_false(ww_view_toggle_path(fixture->view));
	settle(fixture);
	answer = ww_insight_answer(fixture->insight);
	g_assert_cmpuint(answer->area->threads->len, ==, 3);
	g_assert_null(answer->path);
	ww_lane_set_add(lanes, lane_of(fixture, "victim"));
	ww_view_select_lanes(fixture->view, (struct ww_span){ 10000, 70000 }, lanes, NULL);
	g_assert_true(ww_view_toggle_path(fixture->view));
	settle(fixture);
	answer = ww_insight_answer(fixture->insight);
	g_assert_cmpuint(answer->area->threads->len, ==, 1);
	g_assert_true(ww_insight_path(fixture->insight) == answer);
}

static void test_findings(struct fixture *fixture, gconstpointer data)
{
	g_assert_null(ww_insight_findings(fixture->insight));
	g_assert_false(ww_insight_is_settled(fixture->insight));
	settle(fixture);
	g_assert_nonnull(ww_insight_findings(fixture->insight));
}

/* A view that goes away while an answer is on its way. */
static void test_view_goes(struct fixture *fixture, gconstpointer data)
{
	g_autoptr(WwInsight) insight = g_object_ref(fixture->insight);

	ww_view_next_worst(fixture->view);
	ww_insight_findings(insight);
	for (int i = 0; i < 3; i++)
		g_main_context_iteration(NULL, FALSE);
	g_clear_object(&fixture->view);
	while (!ww_insight_is_settled(insight))
		g_main_context_iteration(NULL, TRUE);
	g_assert_nonnull(ww_insight_findings(insight));
	fixture->view = ww_view_new(fixture->document);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/insight/wait", test_wait },
		{ "/insight/last one counts", test_last_one_counts },
		{ "/insight/path", test_path },
		{ "/insight/asks once", test_asks_once },
		{ "/insight/none hides the path", test_none_hides_the_path },
		{ "/insight/path unfolds", test_path_unfolds },
		{ "/insight/area", test_area },
		{ "/insight/findings", test_findings },
		{ "/insight/view goes", test_view_goes },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
