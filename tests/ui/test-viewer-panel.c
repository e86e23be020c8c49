// SPDX-License-Identifier: GPL-2.0-or-later
/* The panel's pages and the status line as a screen reader meets them. */
#include "tests/ui/stage.h"
#include "viewer/view/view-marks.h"
#include "viewer/widgets/panel.h"
#include "viewer/widgets/ruler.h"
#include "viewer/widgets/share-bar.h"
#include "viewer/widgets/status-bar.h"
#include "viewer/window/copy.h"

static void expect(struct stage *stage, const char *part)
{
	const gint64 deadline_us = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;

	while (!stage_find_label(stage->widget, part)) {
		if (g_get_monotonic_time() > deadline_us)
			g_error("nothing says '%s'", part);
		g_main_context_iteration(NULL, FALSE);
	}
}

/* The row of a list that a label is in, followed as by Enter. */
static void follow(struct stage *stage, const char *part)
{
	GtkWidget *row;

	expect(stage, part);
	row = gtk_widget_get_ancestor(stage_find_label(stage->widget, part), GTK_TYPE_LIST_BOX_ROW);
	g_assert_nonnull(row);
	g_assert_true(gtk_list_box_row_get_activatable(GTK_LIST_BOX_ROW(row)));
	g_signal_emit_by_name(gtk_widget_get_parent(row), "row-activated", row);
}

static const struct ww_selection *selection_of(struct stage *stage)
{
	return ww_view_selection(stage->view);
}

static void select_at(struct stage *stage, const char *name, int64_t t_us)
{
	const struct ww_lane lane = { WW_LANE_THREAD,
				      ww_script_utid(stage->document->trace, name) };

	ww_view_select_at(stage->view, lane, t_us * WW_NS_PER_US);
}

static void test_summary(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	expect(stage, "Worst waits");
	expect(stage, "What is wrong");
	follow(stage, "victim/101");
	g_assert_cmpint(selection_of(stage)->span.begin_ns, ==, 20000);
}

static void test_wait(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	select_at(stage, "victim", 30);
	expect(stage, "Confidence: exact");
	expect(stage, "Follow the Critical Path");
	expect(stage, "Could it have run elsewhere?");
	expect(stage, "Before and after");
	/* Who woke it is a link to what that thread did then. */
	follow(stage, "Woke victim/101");
	g_assert_cmpuint(selection_of(stage)->lane.index, ==,
			 ww_script_utid(stage->document->trace, "hog"));
}

/* Parts of the bar are links as its rows are. */
static void test_bar(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	select_at(stage, "victim", 30);
	expect(stage, "What it waited behind");
	g_signal_emit_by_name(stage_find(stage->widget, WW_TYPE_SHARE_BAR), "followed", 0);
	g_assert_cmpuint(selection_of(stage)->lane.index, ==,
			 ww_script_utid(stage->document->trace, "hog"));
}

static void test_path_button(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	select_at(stage, "victim", 30);
	expect(stage, "Follow the Critical Path");
	ww_view_toggle_path(stage->view);
	expect(stage, "Hide the Path");
	ww_view_toggle_path(stage->view);
	expect(stage, "Follow the Critical Path");
}

static void test_running(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	select_at(stage, "victim", 70);
	expect(stage, "hog/102 had woken it; then it was ready for 40.0 us before it got the CPU.");
}

static void test_area(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	ww_view_select_area(stage->view, (struct ww_span){ 10000, 90000 });
	expect(stage, "3 threads, 240 us of their time");
	expect(stage, "Thread by thread");
	expect(stage, "Ready 40.0 us (behind an equal 40.0 us)");
	follow(stage, "Ready 40.0 us");
	g_assert_cmpint(selection_of(stage)->span.end_ns, ==, 60000);
}

static void test_marks(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	expect(stage, "What is wrong");
	ww_view_mark_at(stage->view, 30000);
	ww_view_set_note(stage->view, 1, "look here");
	expect(stage, "look here");
	ww_view_show(stage->view, (struct ww_span){ 50000, 60000 });
	follow(stage, "look here");
	g_assert_true(ww_span_contains(ww_view_viewport(stage->view)->span, 30000));
}

/* The panel counts from where the ruler does. */
static void test_origin(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_panel_new(stage->view));
	select_at(stage, "victim", 30);
	expect(stage, "from 0.000020 s to 0.000060 s");
	ww_view_set_origin(stage->view, 50000);
	expect(stage, "from -0.000030 s to +0.000010 s");
}

static void test_status(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_status_bar_new(stage->view));
	ww_view_resize(stage->view, 1000);
	/* Unset cursors are no values, and B may lie before A. */
	ww_view_point(stage->view, 20000);
	expect(stage, "Pointer 0.0000200 s");
	ww_view_put_cursor(stage->view, WW_CURSOR_A, 35000);
	ww_view_put_cursor(stage->view, WW_CURSOR_B, 10000);
	expect(stage, "A to B 25.0 us");
	select_at(stage, "victim", 30);
	expect(stage, "40.0 us selected");
	ww_view_set_origin(stage->view, 50000);
	expect(stage, "counted from 0.000050 s");
}

static void test_ruler(struct stage *stage, gconstpointer data)
{
	stage_show(stage, ww_ruler_new(stage->view));
	gtk_test_accessible_assert_property(stage->widget, GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "Time ruler");
	ww_view_mark_at(stage->view, 30000);
	g_assert_true(ww_view_edit_note(stage->view));
	expect(stage, "Mark 1 at 0.000030 s");
	expect(stage, "Remove the Mark");
}

static void assert_copied(struct stage *stage, const char *part)
{
	g_autofree char *text = ww_copy_text(stage->view);

	if (!strstr(text, part))
		g_error("no '%s' in '%s'", part, text);
}

static void test_copy(struct stage *stage, gconstpointer data)
{
	WwInsight *insight = ww_view_insight(stage->view);

	assert_copied(stage, "service\n");
	select_at(stage, "victim", 30);
	while (!ww_insight_answer(insight))
		g_main_context_iteration(NULL, TRUE);
	assert_copied(stage, "victim/101 was ready for 40.0 us behind hog/102");
	select_at(stage, "victim", 70);
	while (!ww_insight_answer(insight))
		g_main_context_iteration(NULL, TRUE);
	assert_copied(stage, "hog/102: Woke victim/101");
	ww_view_select_area(stage->view, (struct ww_span){ 10000, 90000 });
	while (!ww_insight_answer(insight))
		g_main_context_iteration(NULL, TRUE);
	assert_copied(stage, "victim/101\t20.0 us\t40.0 us\t20.0 us\t0 ns\n");
}

int main(int argc, char **argv)
{
	stage_init(&argc, &argv);
	STAGE_TEST("/panel/summary", test_summary);
	STAGE_TEST("/panel/wait", test_wait);
	STAGE_TEST("/panel/bar", test_bar);
	STAGE_TEST("/panel/path button", test_path_button);
	STAGE_TEST("/panel/running", test_running);
	STAGE_TEST("/panel/area", test_area);
	STAGE_TEST("/panel/marks", test_marks);
	STAGE_TEST("/panel/origin", test_origin);
	STAGE_TEST("/panel/status", test_status);
	STAGE_TEST("/panel/ruler", test_ruler);
	STAGE_TEST("/panel/copy", test_copy);
	return g_test_run();
}
