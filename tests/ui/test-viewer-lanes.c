// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows as they are drawn and touched: tasks and counters, pinned rows that do not scroll,
 * groups too large to be computed while a frame waits. */
#include <adwaita.h>
#include <inttypes.h>

#include "tests/golden/script.h"
#include "viewer/model/palette.h"
#include "viewer/widgets/lane-header.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/timeline-private.h"

#define WIDTH_PX (WW_HEADER_WIDTH_PX + 1000)
#define HEIGHT_PX 300
#define CROWD 120 /* threads of one process: more than a frame computes */

struct fixture {
	struct ww_document *document;
	WwView *view;
	GtkWidget *window;
	WwTimeline *timeline;
};

/* 100 us: the leader has a task from 10 to 60 us and a region in it, and counts; each thread of the
 * crowd runs for 100 ns. */
static char *script_new(void)
{
	GString *script = g_string_new("0 task 0 leader/100 S pid=100\n");

	for (int i = 1; i < CROWD; i++)
		g_string_append_printf(script, "0 task 0 crowd/%d S pid=100\n", 100 + i);
	g_string_append(script, "0 switch 0 idle R leader/100\n"
				"10us task-begin leader/100 7 request\n"
				"20us region-begin leader/100 parse task=7\n"
				"20us counter leader/100 depth 3\n"
				"30us region-end leader/100 parse task=7\n"
				"60us task-end leader/100 7\n"
				"61us switch 0 leader/100 S idle\n");
	for (int i = 1; i < CROWD; i++) {
		const int64_t ns = 61000 + 200 * i;

		g_string_append_printf(script,
				       "%" PRId64 " waking 0 idle crowd/%d target=0\n"
				       "%" PRId64 " wakeup 0 crowd/%d target=0\n"
				       "%" PRId64 " switch 0 idle R crowd/%d\n"
				       "%" PRId64 " switch 0 crowd/%d S idle\n",
				       ns, 100 + i, ns, 100 + i, ns + 10, 100 + i, ns + 110,
				       100 + i);
	}
	g_string_append(script, "100us other\n");
	return g_string_free(script, FALSE);
}

static void set_up(struct fixture *fixture, gconstpointer data)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 100;
	g_autofree char *script = script_new();
	GtkWidget *scrolled = gtk_scrolled_window_new();
	GtkWidget *timeline;

	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	fixture->document = ww_document_new(ww_script_trace_with(script, manifest));
	fixture->view = ww_view_new(fixture->document);
	timeline = ww_timeline_new(fixture->view);
	fixture->timeline = WW_TIMELINE(timeline);
	fixture->window = gtk_window_new();
	gtk_window_set_decorated(GTK_WINDOW(fixture->window), FALSE);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_EXTERNAL);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), timeline);
	gtk_widget_set_size_request(scrolled, WIDTH_PX, HEIGHT_PX);
	gtk_window_set_child(GTK_WINDOW(fixture->window), scrolled);
	gtk_window_present(GTK_WINDOW(fixture->window));
	gtk_test_widget_wait_for_draw(timeline);
}

static void tear_down(struct fixture *fixture, gconstpointer data)
{
	gtk_window_destroy(GTK_WINDOW(fixture->window));
	g_object_unref(fixture->view);
	ww_document_unref(fixture->document);
}

/* The drawn timeline, 0xAARRGGBB. Free with g_free. */
static uint32_t *render(struct fixture *fixture)
{
	g_autoptr(GdkPaintable) paintable = gtk_widget_paintable_new(GTK_WIDGET(fixture->timeline));
	GtkSnapshot *snapshot = gtk_snapshot_new();
	GskRenderer *renderer = gtk_native_get_renderer(GTK_NATIVE(fixture->window));
	g_autoptr(GdkTexture) texture = NULL;
	g_autoptr(GskRenderNode) node = NULL;
	uint32_t *pixels = g_new(uint32_t, WIDTH_PX * HEIGHT_PX);

	gdk_paintable_snapshot(paintable, snapshot, WIDTH_PX, HEIGHT_PX);
	node = gtk_snapshot_free_to_node(snapshot);
	texture = gsk_renderer_render_texture(renderer, node,
					      &GRAPHENE_RECT_INIT(0, 0, WIDTH_PX, HEIGHT_PX));
	gdk_texture_download(texture, (guchar *)pixels, WIDTH_PX * sizeof(uint32_t));
	return pixels;
}

static const struct ww_row *row_of_kind(const struct fixture *fixture, enum ww_row_kind kind)
{
	const struct ww_rows *rows = ww_view_rows(fixture->view);

	for (uint32_t i = 0; i < ww_rows_count(rows); i++) {
		if (ww_rows_row(rows, i)->kind == kind)
			return ww_rows_row(rows, i);
	}
	g_error("there is no row of kind %d", kind);
}

/* The color at @us and @below the top of the row; 0 for that of the paper. */
static uint32_t color_at(const uint32_t *pixels, int top, int us, int below)
{
	const uint32_t paper = 0xffffffff;
	const uint32_t pixel = pixels[(top + below) * WIDTH_PX + WW_HEADER_WIDTH_PX + us * 10 + 5];

	return pixel == paper ? 0 : pixel;
}

static uint32_t word_of(struct ww_color color)
{
	return 0xff000000u | (uint32_t)color.red << 16 | (uint32_t)color.green << 8 | color.blue;
}

static void test_tasks_are_nested(struct fixture *fixture, gconstpointer data)
{
	const struct ww_row *row = row_of_kind(fixture, WW_ROW_TASKS);
	g_autofree uint32_t *pixels = render(fixture);
	const uint32_t task = word_of(ww_palette_task("request", false));
	const uint32_t region = word_of(ww_palette_task("parse", false));

	g_assert_cmphex(color_at(pixels, row->y_px, 5, 3), ==, 0);
	g_assert_cmphex(color_at(pixels, row->y_px, 40, 3), ==, task);
	g_assert_cmphex(color_at(pixels, row->y_px, 70, 3), ==, 0);
	g_assert_cmphex(color_at(pixels, row->y_px, 28, 3 + WW_ROW_LEVEL_HEIGHT_PX), ==, region);
	g_assert_cmphex(color_at(pixels, row->y_px, 40, 3 + WW_ROW_LEVEL_HEIGHT_PX), ==, 0);
}

static void test_a_click_selects_a_task(struct fixture *fixture, gconstpointer data)
{
	const struct ww_row *row = row_of_kind(fixture, WW_ROW_TASKS);
	const struct ww_selection *selection = ww_view_selection(fixture->view);
	const double below = row->y_px + WW_ROW_LEVEL_HEIGHT_PX + 3;

	g_assert_false(ww_timeline_select_task(fixture->timeline, row, 50, row->y_px + 3));
	g_assert_true(ww_timeline_select_task(fixture->timeline, row, 400, row->y_px + 3));
	g_assert_cmpstr(selection->title, ==, "request");
	g_assert_cmpint(selection->span.begin_ns, ==, 10000);
	g_assert_cmpint(selection->span.end_ns, ==, 60000);
	g_assert_true(ww_selection_covers_thread(selection, row->lane.index));
	g_assert_cmpuint(ww_lane_set_n_threads(selection->lanes), ==, 1);
	g_assert_true(ww_timeline_select_task(fixture->timeline, row, 250, below));
	g_assert_cmpstr(selection->title, ==, "parse");
	g_assert_true(ww_view_undo(fixture->view));
	g_assert_cmpstr(selection->title, ==, "request");
}

static void assert_tip(struct fixture *fixture, const struct ww_row *row, int us, const char *says)
{
	g_autofree char *text = ww_timeline_tip_text(
		fixture->timeline, WW_HEADER_WIDTH_PX + us * 10 + 5, row->y_px + 5);

	g_assert_cmpstr(text, ==, says);
}

/* What the pointer rests on is told: its state and reason, how long, from when. */
static void test_tips(struct fixture *fixture, gconstpointer data)
{
	const struct ww_row *tasks = row_of_kind(fixture, WW_ROW_TASKS);
	const struct ww_row *leader = tasks - 1;
	g_autofree char *none = NULL;

	assert_tip(fixture, tasks, 40, "request\n50.0 us, from 0.000010 s");
	assert_tip(fixture, tasks, 80, NULL);
	assert_tip(fixture, leader, 40, "leader/100: Running on CPU 0\n61.0 us, from 0.000000 s");
	assert_tip(fixture, leader, 80, "leader/100: Blocked\n39.0 us, from 0.000061 s");
	none = ww_timeline_tip_text(fixture->timeline, 10, leader->y_px + 5);
	g_assert_null(none);
}

static void settle(struct fixture *fixture)
{
	while (!ww_timeline_is_settled(fixture->timeline))
		g_main_context_iteration(NULL, TRUE);
	gtk_test_widget_wait_for_draw(GTK_WIDGET(fixture->timeline));
}

/* Its frame is drawn around it, in a color that is neither its own nor the paper's. */
static void test_a_selected_task_is_framed(struct fixture *fixture, gconstpointer data)
{
	const struct ww_row *row = row_of_kind(fixture, WW_ROW_TASKS);
	g_autofree uint32_t *framed = NULL;
	g_autofree uint32_t *plain = NULL;

	g_assert_true(ww_timeline_select_task(fixture->timeline, row, 400, row->y_px + 3));
	gtk_test_widget_wait_for_draw(GTK_WIDGET(fixture->timeline));
	framed = render(fixture);
	ww_view_select_none(fixture->view);
	gtk_test_widget_wait_for_draw(GTK_WIDGET(fixture->timeline));
	plain = render(fixture);
	g_assert_cmphex(color_at(framed, row->y_px, 40, 0), !=, color_at(plain, row->y_px, 40, 0));
	g_assert_cmphex(color_at(framed, row->y_px, 40, 0), !=, color_at(framed, row->y_px, 40, 3));
}

/* More of the trace came, in which the same thread has another name: the header says it. */
static void test_headers_are_renamed(struct fixture *fixture, gconstpointer data)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 100;
	g_autofree char *script = script_new();
	g_auto(GStrv) pieces = g_strsplit(script, "leader", -1);
	g_autofree char *other = g_strjoinv("walker", pieces);
	struct ww_document *document;
	bool is_found = false;

	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	settle(fixture);
	document = ww_document_new(ww_script_trace_with(other, manifest));
	ww_view_set_document(fixture->view, document);
	ww_document_unref(fixture->document);
	fixture->document = document;
	for (guint h = 0; h < fixture->timeline->headers->len; h++) {
		GtkWidget *header = g_ptr_array_index(fixture->timeline->headers, h);
		const struct ww_row *row;
		g_autofree char *title = NULL;

		if (!gtk_widget_get_child_visible(header))
			continue;
		row = ww_rows_row(ww_view_rows(fixture->view),
				  ww_lane_header_row(WW_LANE_HEADER(header)));
		title = ww_row_title(document->trace, row);
		if (row->kind != WW_ROW_LANE || !g_str_equal(title, "walker"))
			continue;
		is_found = true;
		gtk_test_accessible_assert_property(header, GTK_ACCESSIBLE_PROPERTY_LABEL,
						    "thread walker 100");
	}
	g_assert_true(is_found);
}

/* A trace with fewer threads takes the place of one whose CPU lane is on the screen. */
static void test_another_trace_begins(struct fixture *fixture, gconstpointer data)
{
	struct ww_document *document =
		ww_document_new(ww_script_trace_with("0 task 0 other/300 S pid=300\n"
						     "10us switch 0 idle R other/300\n"
						     "90us switch 0 other/300 S idle\n",
						     NULL));
	GtkWidget *header;

	settle(fixture);
	header = g_ptr_array_index(fixture->timeline->headers, 8);
	ww_view_set_document(fixture->view, document);
	ww_document_unref(fixture->document);
	fixture->document = document;
	/* A click on a header whose row is gone does nothing. */
	g_signal_emit_by_name(header, "clicked");
	settle(fixture);
}

/* The strip of the crowd comes from a worker; after a move the old one stands in for it. */
static void test_a_crowd_comes_later(struct fixture *fixture, gconstpointer data)
{
	const struct ww_row *row = row_of_kind(fixture, WW_ROW_PROCESS);
	const uint32_t running = word_of(ww_palette_state(WW_STATE_RUNNING, false));
	const int bottom = row->height_px - 5;
	g_autofree uint32_t *pixels = NULL;
	g_autofree uint32_t *moved = NULL;

	settle(fixture);
	pixels = render(fixture);
	g_assert_cmphex(color_at(pixels, row->y_px, 30, bottom), ==, running);
	g_assert_cmphex(color_at(pixels, row->y_px, 95, bottom), !=, running);
	ww_view_show(fixture->view, (struct ww_span){ 20000, 70000 });
	gtk_test_widget_wait_for_draw(GTK_WIDGET(fixture->timeline));
	moved = render(fixture);
	g_assert_cmphex(color_at(moved, row->y_px, 30, bottom), ==, running);
	settle(fixture);
}

static GtkWidget *pinned_header(struct fixture *fixture)
{
	return g_ptr_array_index(fixture->timeline->pinned_headers, 0);
}

static void test_pinned_rows_stay(struct fixture *fixture, gconstpointer data)
{
	const struct ww_lane leader = { WW_LANE_THREAD,
					ww_script_utid(fixture->document->trace, "leader") };
	const uint32_t running = word_of(ww_palette_state(WW_STATE_RUNNING, false));
	g_autofree uint32_t *pixels = NULL;

	ww_view_pin(fixture->view, leader, true);
	gtk_test_widget_wait_for_draw(GTK_WIDGET(fixture->timeline));
	gtk_adjustment_set_value(fixture->timeline->vertical, 1000);
	gtk_test_widget_wait_for_draw(GTK_WIDGET(fixture->timeline));
	g_assert_cmpfloat(ww_timeline_scroll_px(fixture->timeline), ==, 1000);
	gtk_test_accessible_assert_property(pinned_header(fixture), GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "thread leader 100");
	pixels = render(fixture);
	g_assert_cmphex(color_at(pixels, 0, 30, WW_ROW_LANE_HEIGHT_PX / 2), ==, running);
	ww_view_pin(fixture->view, leader, false);
	gtk_test_widget_wait_for_draw(GTK_WIDGET(fixture->timeline));
	g_assert_false(gtk_widget_get_child_visible(pinned_header(fixture)));
}

static void test_headers_describe(struct fixture *fixture, gconstpointer data)
{
	for (guint h = 0; h < fixture->timeline->headers->len; h++) {
		GtkWidget *header = g_ptr_array_index(fixture->timeline->headers, h);
		const struct ww_row *row;

		if (!gtk_widget_get_child_visible(header))
			continue;
		row = ww_rows_row(ww_view_rows(fixture->view),
				  ww_lane_header_row(WW_LANE_HEADER(header)));
		if (row->kind != WW_ROW_LANE || row->lane.kind != WW_LANE_THREAD)
			continue;
		gtk_test_accessible_assert_property(header, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
						    "Running 61 %, blocked 39 %");
		return;
	}
	g_assert_not_reached();
}

int main(int argc, char **argv)
{
	g_setenv("GTK_A11Y", "test", TRUE);
	gtk_test_init(&argc, &argv, NULL);
	adw_init();
	adw_style_manager_set_color_scheme(adw_style_manager_get_default(),
					   ADW_COLOR_SCHEME_FORCE_LIGHT);
#define ADD(name, function)                                                                        \
	g_test_add("/lanes/" name, struct fixture, NULL, set_up, function, tear_down)
	ADD("tasks are nested", test_tasks_are_nested);
	ADD("a click selects a task", test_a_click_selects_a_task);
	ADD("a selected task is framed", test_a_selected_task_is_framed);
	ADD("headers are renamed", test_headers_are_renamed);
	ADD("another trace begins", test_another_trace_begins);
	ADD("tips", test_tips);
	ADD("a crowd comes later", test_a_crowd_comes_later);
	ADD("pinned rows stay", test_pinned_rows_stay);
	ADD("headers describe their lanes", test_headers_describe);
#undef ADD
	return g_test_run();
}
