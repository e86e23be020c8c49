// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows, navigation and texts of the viewer on a trace written by hand; needs no display. */
#include "tests/ui/story.h"
#include "viewer/view/text.h"
#include "viewer/view/view.h"
#include "viewer/window/commands.h"

struct fixture {
	struct ww_document *document;
	WwView *view;
};

static void set_up(struct fixture *fixture, gconstpointer data)
{
	fixture->document = story_document();
	fixture->view = ww_view_new(fixture->document);
	ww_view_resize(fixture->view, 1000);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	g_object_unref(fixture->view);
	ww_document_unref(fixture->document);
}

static struct ww_lane lane_of(const struct fixture *fixture, const char *name)
{
	return (struct ww_lane){ WW_LANE_THREAD, ww_script_utid(fixture->document->trace, name) };
}

/* Every visible row on a line: deeper ones indented, folded groups with a plus, unfolded with a
 * minus. */
static char *rows_text(const struct fixture *fixture)
{
	const struct ww_rows *rows = ww_view_rows(fixture->view);
	GString *text = g_string_new(NULL);

	for (uint32_t i = 0; i < ww_rows_count(rows); i++) {
		const struct ww_row *row = ww_rows_row(rows, i);
		g_autofree char *title = ww_row_title(fixture->document->trace, row);

		g_string_append_printf(text, "%s%s%s\n", row->depth ? " " : "",
				       row->kind == WW_ROW_LANE ? ""
				       : row->is_folded         ? "+"
								: "-",
				       title);
	}
	return g_string_free(text, FALSE);
}

static void assert_says(const struct fixture *fixture, const char *expected)
{
	g_autofree char *text = ww_text_view(fixture->view);

	if (!strstr(text, expected))
		g_error("no '%s' in '%s'", expected, text);
}

/* False: the key led nowhere. */
static bool press(const struct fixture *fixture, guint keyval, GdkModifierType modifiers)
{
	const struct ww_command *command = ww_commands_pressed(keyval, 0, modifiers);

	g_assert_nonnull(command);
	return command->run(fixture->view);
}

static void test_rows(struct fixture *fixture, gconstpointer data)
{
	g_autofree char *text = rows_text(fixture);
	const struct ww_rows *rows = ww_view_rows(fixture->view);
	int height_px = 0;

	g_assert_cmpstr(
		text, ==,
		"-CPUs\n CPU 0\n CPU 1\n-service\n service\n victim\n hog\nnoise\n+Kernel threads\n");
	for (uint32_t i = 0; i < ww_rows_count(rows); i++) {
		const struct ww_row *row = ww_rows_row(rows, i);

		g_assert_cmpint(row->y_px, ==, height_px);
		g_assert_cmpuint(ww_rows_at_px(rows, row->y_px), ==, i);
		height_px += row->height_px;
		g_assert_cmpuint(ww_rows_at_px(rows, height_px - 1), ==, i);
	}
	g_assert_cmpint(ww_rows_height_px(rows), ==, height_px);
}

static void test_folding(struct fixture *fixture, gconstpointer data)
{
	const struct ww_lane victim = lane_of(fixture, "victim");
	uint32_t i;

	ww_view_toggle_row(fixture->view, 3);
	g_assert_true(ww_rows_find(ww_view_rows(fixture->view), victim, &i));
	g_assert_cmpint(ww_rows_row(ww_view_rows(fixture->view), i)->kind, ==, WW_ROW_PROCESS);
	g_assert_true(ww_view_go_to(fixture->view, victim, 30000, false));
	g_assert_true(ww_rows_find(ww_view_rows(fixture->view), victim, &i));
	g_assert_cmpint(ww_rows_row(ww_view_rows(fixture->view), i)->kind, ==, WW_ROW_LANE);
}

static void test_worst(struct fixture *fixture, gconstpointer data)
{
	g_assert_true(press(fixture, GDK_KEY_r, 0));
	assert_says(fixture, "selected victim/101, Runnable (woken), 40.0 us");
	g_assert_true(ww_span_contains(ww_view_viewport(fixture->view)->span, 20000));
	g_assert_true(ww_span_contains(ww_view_viewport(fixture->view)->span, 60000));
}

static void test_wakers(struct fixture *fixture, gconstpointer data)
{
	ww_view_select_at(fixture->view, lane_of(fixture, "victim"), 30000);
	g_assert_true(press(fixture, GDK_KEY_bracketleft, 0));
	assert_says(fixture, "selected hog/102, Running on CPU 0, 50.0 us");
	g_assert_false(press(fixture, GDK_KEY_bracketleft, 0));
	g_assert_true(press(fixture, GDK_KEY_bracketright, 0));
	assert_says(fixture, "selected victim/101, Runnable (woken)");
}

static void test_steps(struct fixture *fixture, gconstpointer data)
{
	ww_view_select_at(fixture->view, lane_of(fixture, "victim"), 30000);
	press(fixture, GDK_KEY_Right, 0);
	assert_says(fixture, "selected victim/101, Running on CPU 0, 20.0 us");
	press(fixture, GDK_KEY_Left, 0);
	press(fixture, GDK_KEY_Left, 0);
	assert_says(fixture, "selected victim/101, Blocked, 20.0 us");
	press(fixture, GDK_KEY_Left, 0);
	assert_says(fixture, "selected victim/101, Blocked, 20.0 us");
	press(fixture, GDK_KEY_Down, 0);
	assert_says(fixture, "selected hog/102");
}

static void test_undo(struct fixture *fixture, gconstpointer data)
{
	const struct ww_span all = ww_view_viewport(fixture->view)->span;

	g_assert_false(press(fixture, GDK_KEY_z, GDK_CONTROL_MASK));
	ww_view_zoom(fixture->view, 0.5, 500);
	ww_view_zoom(fixture->view, 0.5, 500);
	ww_view_select_at(fixture->view, lane_of(fixture, "hog"), 30000);
	press(fixture, GDK_KEY_z, GDK_CONTROL_MASK);
	assert_says(fixture, "nothing selected");
	g_assert_cmpint(ww_span_length_ns(ww_view_viewport(fixture->view)->span), ==,
			ww_span_length_ns(all) / 4);
	/* Two turns of the wheel in one go are one step back. */
	press(fixture, GDK_KEY_z, GDK_CONTROL_MASK);
	g_assert_cmpint(ww_view_viewport(fixture->view)->span.end_ns, ==, all.end_ns);
	press(fixture, GDK_KEY_y, GDK_CONTROL_MASK);
	press(fixture, GDK_KEY_y, GDK_CONTROL_MASK);
	assert_says(fixture, "selected hog/102");
}

static void test_area(struct fixture *fixture, gconstpointer data)
{
	g_assert_false(press(fixture, GDK_KEY_z, 0));
	ww_view_select_area(fixture->view, (struct ww_span){ -5000, 40000 });
	assert_says(fixture, "area of 40.0 us selected");
	g_assert_true(press(fixture, GDK_KEY_z, 0));
	g_assert_cmpint(ww_view_viewport(fixture->view)->span.end_ns, ==, 40000);
	press(fixture, GDK_KEY_Escape, 0);
	assert_says(fixture, "nothing selected");
}

/* Iterates until the rows say @expected: what a worker finds out comes later. */
static void wait_for_rows(const struct fixture *fixture, const char *expected)
{
	while (true) {
		g_autofree char *text = rows_text(fixture);

		if (g_str_equal(text, expected))
			return;
		g_main_context_iteration(NULL, TRUE);
	}
}

static void test_pins(struct fixture *fixture, gconstpointer data)
{
	g_assert_false(press(fixture, GDK_KEY_t, 0));
	ww_view_select_at(fixture->view, lane_of(fixture, "hog"), 30000);
	g_assert_true(press(fixture, GDK_KEY_t, 0));
	wait_for_rows(fixture, "hog\n-CPUs\n CPU 0\n CPU 1\n-service\n service\n victim\nnoise\n"
			       "+Kernel threads\n");
	g_assert_true(press(fixture, GDK_KEY_t, 0));
	wait_for_rows(fixture, "-CPUs\n CPU 0\n CPU 1\n-service\n service\n victim\n hog\nnoise\n"
			       "+Kernel threads\n");
}

/* Only noise does something in the first 10 us. Where one goes is shown, empty or not. */
static void test_hides(struct fixture *fixture, gconstpointer data)
{
	ww_view_hide_empty(fixture->view, true);
	wait_for_rows(fixture, "-CPUs\n CPU 0\n CPU 1\n-service\n victim\n hog\nnoise\n");
	ww_view_show(fixture->view, (struct ww_span){ 0, 9000 });
	wait_for_rows(fixture, "-CPUs\n CPU 0\n CPU 1\nnoise\n");
	g_assert_true(ww_view_go_to(fixture->view, lane_of(fixture, "service"), 5000, true));
	wait_for_rows(fixture, "-CPUs\n CPU 0\n CPU 1\n-service\n service\nnoise\n");
	ww_view_hide_empty(fixture->view, false);
	wait_for_rows(fixture, "-CPUs\n CPU 0\n CPU 1\n-service\n service\n victim\n hog\nnoise\n"
			       "+Kernel threads\n");
}

static void test_sorts(struct fixture *fixture, gconstpointer data)
{
	ww_view_sort(fixture->view, WW_ROWS_BY_NAME);
	wait_for_rows(fixture, "-CPUs\n CPU 0\n CPU 1\nnoise\n-service\n hog\n service\n victim\n"
			       "+Kernel threads\n");
	ww_view_sort(fixture->view, WW_ROWS_BY_TALK);
	g_assert_cmpint(ww_view_order(fixture->view), ==, WW_ROWS_BY_TALK);
	wait_for_rows(fixture, "-CPUs\n CPU 0\n CPU 1\n-service\n victim\n hog\n service\nnoise\n"
			       "+Kernel threads\n");
	ww_view_filter(fixture->view, "vict");
	wait_for_rows(fixture, "-service\n victim\n");
}

/* An area of some lanes is a place of the history; what it crosses lives as long as the view. */
static void test_area_of_lanes(struct fixture *fixture, gconstpointer data)
{
	const struct ww_lane hog = lane_of(fixture, "hog");

	for (int i = 0; i < 2; i++) {
		struct ww_lane_set *lanes = ww_lane_set_new();

		ww_lane_set_add(lanes, hog);
		ww_view_select_lanes(fixture->view, (struct ww_span){ 1000, 2000 }, lanes, NULL);
	}
	g_assert_true(ww_selection_covers_thread(ww_view_selection(fixture->view), hog.index));
	g_assert_false(ww_selection_covers_thread(ww_view_selection(fixture->view),
						  lane_of(fixture, "victim").index));
	press(fixture, GDK_KEY_Escape, 0);
	press(fixture, GDK_KEY_z, GDK_CONTROL_MASK);
	g_assert_true(ww_selection_crosses_lane(ww_view_selection(fixture->view), hog));
}

static void select_area(const struct fixture *fixture, int64_t end_ns)
{
	ww_view_select_area(fixture->view, (struct ww_span){ 10000, end_ns });
}

/* What a drag goes through is one step back, another drag is another. */
static void test_drags(struct fixture *fixture, gconstpointer data)
{
	for (int i = 1; i <= 2; i++) {
		ww_view_begin_drag(fixture->view);
		select_area(fixture, 11000);
		select_area(fixture, 10000 + i * 10000);
		ww_view_end_drag(fixture->view);
	}
	assert_says(fixture, "area of 20.0 us");
	press(fixture, GDK_KEY_z, GDK_CONTROL_MASK);
	assert_says(fixture, "area of 10.0 us");
	press(fixture, GDK_KEY_z, GDK_CONTROL_MASK);
	assert_says(fixture, "nothing selected");
}

/* From the state that extending reached last. */
static void test_leaves_extended(struct fixture *fixture, gconstpointer data)
{
	static const struct {
		guint key;
		const char *says;
	} cases[] = {
		{ GDK_KEY_Right, "selected victim/101, Blocked, 20.0 us" },
		{ GDK_KEY_bracketleft, "selected hog/102, Running" },
		{ GDK_KEY_Down, "selected hog/102" },
		{ GDK_KEY_Up, "selected service/100" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		ww_view_select_at(fixture->view, lane_of(fixture, "victim"), 10000);
		press(fixture, GDK_KEY_Right, GDK_SHIFT_MASK);
		if (i == 0)
			press(fixture, GDK_KEY_Right, GDK_SHIFT_MASK);
		assert_says(fixture, "on 1 lane selected");
		g_assert_true(press(fixture, cases[i].key, 0));
		assert_says(fixture, cases[i].says);
	}
	ww_view_select_at(fixture->view, lane_of(fixture, "hog"), 5000);
	press(fixture, GDK_KEY_Right, GDK_SHIFT_MASK);
	g_assert_true(press(fixture, GDK_KEY_bracketright, 0));
	assert_says(fixture, "selected victim/101, Runnable (woken)");
	ww_view_select_at(fixture->view, lane_of(fixture, "victim"), 10000);
	press(fixture, GDK_KEY_Right, GDK_SHIFT_MASK);
	g_assert_true(press(fixture, GDK_KEY_period, 0));
	assert_says(fixture, "selected victim/101");
}

static void assert_is_of_the_view(const struct fixture *fixture)
{
	g_autofree char *text = rows_text(fixture);

	g_assert_cmpstr(text, ==, "-CPUs\n CPU 0\n CPU 1\nnoise\n");
}

/* What a worker found about an earlier view is not shown in this one. */
static void test_hides_in_order(struct fixture *fixture, gconstpointer data)
{
	gulong handler;

	ww_view_hide_empty(fixture->view, true);
	ww_view_show(fixture->view, (struct ww_span){ 0, 9000 });
	handler = g_signal_connect_swapped(fixture->view, "folded",
					   G_CALLBACK(assert_is_of_the_view), fixture);
	wait_for_rows(fixture, "-CPUs\n CPU 0\n CPU 1\nnoise\n");
	g_signal_handler_disconnect(fixture->view, handler);
	ww_view_hide_empty(fixture->view, false);
}

static void test_cpu_lane(struct fixture *fixture, gconstpointer data)
{
	const struct ww_lane cpu = { WW_LANE_CPU, 1 };

	ww_view_select_at(fixture->view, cpu, 10000);
	assert_says(fixture, "selected CPU 1, Runs noise/200, 50.0 us");
	ww_view_select_at(fixture->view, cpu, 70000);
	assert_says(fixture, "selected CPU 1, Idle");
}

static void test_not_a_key(struct fixture *fixture, gconstpointer data)
{
	g_assert_null(ww_commands_pressed(GDK_KEY_x, 0, 0));
	g_assert_null(ww_commands_pressed(GDK_KEY_r, 0, GDK_CONTROL_MASK));
}

static void test_summary(struct fixture *fixture, gconstpointer data)
{
	const struct ww_summary *summary = &fixture->document->summary;
	const struct ww_overview *overview = &fixture->document->overview;

	g_assert_cmpstr(fixture->document->title, ==, "service");
	g_assert_cmpuint(summary->n_threads, ==, 3);
	g_assert_cmpint(summary->totals.state_ns[WW_STATE_RUNNABLE], ==, 40000);
	/* At 30 us hog runs and victim wants to. */
	g_assert_cmpfloat_with_epsilon(overview->running[WW_OVERVIEW_COLUMNS * 3 / 10], 1, 0.01);
	g_assert_cmpfloat_with_epsilon(overview->runnable[WW_OVERVIEW_COLUMNS * 3 / 10], 1, 0.01);
	g_assert_cmpfloat_with_epsilon(overview->most, 2, 0.01);
	g_assert_cmpfloat(overview->running[WW_OVERVIEW_COLUMNS - 2], ==, 0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/view/rows", test_rows },
		{ "/view/folding", test_folding },
		{ "/view/worst", test_worst },
		{ "/view/wakers", test_wakers },
		{ "/view/steps", test_steps },
		{ "/view/undo", test_undo },
		{ "/view/area", test_area },
		{ "/view/CPU lane", test_cpu_lane },
		{ "/view/not a key", test_not_a_key },
		{ "/view/pins", test_pins },
		{ "/view/hides", test_hides },
		{ "/view/hides in order", test_hides_in_order },
		{ "/view/drags", test_drags },
		{ "/view/leaves extended", test_leaves_extended },
		{ "/view/sorts", test_sorts },
		{ "/view/area of lanes", test_area_of_lanes },
		{ "/view/summary", test_summary },
	};

	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
