// SPDX-License-Identifier: GPL-2.0-or-later
/* The panel's pages and the status line as a screen reader meets them. */
#include <adwaita.h>

#include "tests/ui/story.h"
#include "viewer/view/view-marks.h"
#include "viewer/widgets/panel.h"
#include "viewer/widgets/ruler.h"
#include "viewer/widgets/share-bar.h"
#include "viewer/widgets/status-bar.h"
#include "viewer/window/copy.h"

struct fixture {
	struct ww_document *document;
	WwView *view;
	GtkWidget *window;
	GtkWidget *widget;
};

static void show(struct fixture *fixture, GtkWidget *widget)
{
	fixture->widget = widget;
	fixture->window = gtk_window_new();
	gtk_window_set_child(GTK_WINDOW(fixture->window), widget);
	gtk_window_present(GTK_WINDOW(fixture->window));
	gtk_test_widget_wait_for_draw(widget);
}

static void set_up(struct fixture *fixture, gconstpointer data)
{
	fixture->document = story_document();
	fixture->view = ww_view_new(fixture->document);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	if (fixture->window)
		gtk_window_destroy(GTK_WINDOW(fixture->window));
	g_object_unref(fixture->view);
	ww_document_unref(fixture->document);
}

static GtkWidget *find_label(GtkWidget *widget, const char *part)
{
	if (GTK_IS_LABEL(widget) && strstr(gtk_label_get_text(GTK_LABEL(widget)), part))
		return widget;
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
	     child = gtk_widget_get_next_sibling(child)) {
		GtkWidget *found = find_label(child, part);

		if (found)
			return found;
	}
	return NULL;
}

static void expect(struct fixture *fixture, const char *part)
{
	const gint64 deadline_us = g_get_monotonic_time() + 20 * G_TIME_SPAN_SECOND;

	while (!find_label(fixture->widget, part)) {
		if (g_get_monotonic_time() > deadline_us)
			g_error("nothing says '%s'", part);
		g_main_context_iteration(NULL, FALSE);
	}
}

/* The row of a list that a label is in, followed as by Enter. */
static void follow(struct fixture *fixture, const char *part)
{
	GtkWidget *row;

	expect(fixture, part);
	row = gtk_widget_get_ancestor(find_label(fixture->widget, part), GTK_TYPE_LIST_BOX_ROW);
	g_assert_nonnull(row);
	g_assert_true(gtk_list_box_row_get_activatable(GTK_LIST_BOX_ROW(row)));
	g_signal_emit_by_name(gtk_widget_get_parent(row), "row-activated", row);
}

static const struct ww_selection *selection_of(struct fixture *fixture)
{
	return ww_view_selection(fixture->view);
}

static void select_at(struct fixture *fixture, const char *name, int64_t t_us)
{
	const struct ww_lane lane = { WW_LANE_THREAD,
				      ww_script_utid(fixture->document->trace, name) };

	ww_view_select_at(fixture->view, lane, t_us * WW_NS_PER_US);
}

static void test_summary(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	expect(fixture, "Worst waits");
	expect(fixture, "What is wrong");
	follow(fixture, "victim/101");
	g_assert_cmpint(selection_of(fixture)->span.begin_ns, ==, 20000);
}

static void test_wait(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	select_at(fixture, "victim", 30);
	expect(fixture, "Confidence: exact");
	expect(fixture, "Follow the Critical Path");
	expect(fixture, "Could it have run elsewhere?");
	expect(fixture, "Before and after");
	/* Who woke it is a link to what that thread did then. */
	follow(fixture, "Woke victim/101");
	g_assert_cmpuint(selection_of(fixture)->lane.index, ==,
			 ww_script_utid(fixture->document->trace, "hog"));
}

static GtkWidget *find_bar(GtkWidget *widget)
{
	if (WW_IS_SHARE_BAR(widget))
		return widget;
	for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
	     child = gtk_widget_get_next_sibling(child)) {
		GtkWidget *found = find_bar(child);

		if (found)
			return found;
	}
	return NULL;
}

/* Parts of the bar are links as its rows are. */
static void test_bar(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	select_at(fixture, "victim", 30);
	expect(fixture, "What it waited behind");
	g_signal_emit_by_name(find_bar(fixture->widget), "followed", 0);
	g_assert_cmpuint(selection_of(fixture)->lane.index, ==,
			 ww_script_utid(fixture->document->trace, "hog"));
}

static void test_path_button(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	select_at(fixture, "victim", 30);
	expect(fixture, "Follow the Critical Path");
	ww_view_toggle_path(fixture->view);
	expect(fixture, "Hide the Path");
	ww_view_toggle_path(fixture->view);
	expect(fixture, "Follow the Critical Path");
}

static void test_running(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	select_at(fixture, "victim", 70);
	expect(fixture,
	       "hog/102 had woken it; then it was ready for 40.0 us before it got the CPU.");
}

static void test_area(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	ww_view_select_area(fixture->view, (struct ww_span){ 10000, 90000 });
	expect(fixture, "3 threads, 240 us of their time");
	expect(fixture, "Thread by thread");
	expect(fixture, "Ready 40.0 us (behind an equal 40.0 us)");
	follow(fixture, "Ready 40.0 us");
	g_assert_cmpint(selection_of(fixture)->span.end_ns, ==, 60000);
}

static void test_marks(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	expect(fixture, "What is wrong");
	ww_view_mark_at(fixture->view, 30000);
	ww_view_set_note(fixture->view, 1, "look here");
	expect(fixture, "look here");
	ww_view_show(fixture->view, (struct ww_span){ 50000, 60000 });
	follow(fixture, "look here");
	g_assert_true(ww_span_contains(ww_view_viewport(fixture->view)->span, 30000));
}

/* The panel counts from where the ruler does. */
static void test_origin(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_panel_new(fixture->view));
	select_at(fixture, "victim", 30);
	expect(fixture, "from 0.000020 s to 0.000060 s");
	ww_view_set_origin(fixture->view, 50000);
	expect(fixture, "from -0.000030 s to +0.000010 s");
}

static void test_status(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_status_bar_new(fixture->view));
	ww_view_resize(fixture->view, 1000);
	/* Unset cursors are no values, and B may lie before A. */
	ww_view_point(fixture->view, 20000);
	expect(fixture, "Pointer 0.0000200 s");
	ww_view_put_cursor(fixture->view, WW_CURSOR_A, 35000);
	ww_view_put_cursor(fixture->view, WW_CURSOR_B, 10000);
	expect(fixture, "A to B 25.0 us");
	select_at(fixture, "victim", 30);
	expect(fixture, "40.0 us selected");
	ww_view_set_origin(fixture->view, 50000);
	expect(fixture, "counted from 0.000050 s");
}

static void test_ruler(struct fixture *fixture, gconstpointer data)
{
	show(fixture, ww_ruler_new(fixture->view));
	gtk_test_accessible_assert_property(fixture->widget, GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "Time ruler");
	ww_view_mark_at(fixture->view, 30000);
	g_assert_true(ww_view_edit_note(fixture->view));
	expect(fixture, "Mark 1 at 0.000030 s");
	expect(fixture, "Remove the Mark");
}

static void assert_copied(struct fixture *fixture, const char *part)
{
	g_autofree char *text = ww_copy_text(fixture->view);

	if (!strstr(text, part))
		g_error("no '%s' in '%s'", part, text);
}

static void test_copy(struct fixture *fixture, gconstpointer data)
{
	WwInsight *insight = ww_view_insight(fixture->view);

	assert_copied(fixture, "service\n");
	select_at(fixture, "victim", 30);
	while (!ww_insight_answer(insight))
		g_main_context_iteration(NULL, TRUE);
	assert_copied(fixture, "victim/101 was ready for 40.0 us behind hog/102");
	select_at(fixture, "victim", 70);
	while (!ww_insight_answer(insight))
		g_main_context_iteration(NULL, TRUE);
	assert_copied(fixture, "hog/102: Woke victim/101");
	ww_view_select_area(fixture->view, (struct ww_span){ 10000, 90000 });
	while (!ww_insight_answer(insight))
		g_main_context_iteration(NULL, TRUE);
	assert_copied(fixture, "victim/101\t20.0 us\t40.0 us\t20.0 us\t0 ns\n");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct fixture *fixture, gconstpointer data);
	} tests[] = {
		{ "/panel/summary", test_summary }, { "/panel/wait", test_wait },
		{ "/panel/bar", test_bar },         { "/panel/path button", test_path_button },
		{ "/panel/running", test_running }, { "/panel/area", test_area },
		{ "/panel/marks", test_marks },     { "/panel/origin", test_origin },
		{ "/panel/status", test_status },   { "/panel/ruler", test_ruler },
		{ "/panel/copy", test_copy },
	};

	g_setenv("GTK_A11Y", "test", TRUE);
	gtk_test_init(&argc, &argv, NULL);
	adw_init();
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
