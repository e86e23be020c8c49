// SPDX-License-Identifier: GPL-2.0-or-later
/* The rows as they are drawn and touched: tasks and counters, pinned rows that do not scroll,
 * groups too large to be computed while a frame waits. */
#include <inttypes.h>

#include "tests/ui/stage.h"
#include "viewer/model/palette.h"
#include "viewer/widgets/lane-header.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/timeline-private.h"

#define WIDTH_PX (WW_HEADER_WIDTH_PX + 1000)
#define HEIGHT_PX 300
#define CROWD 120 /* threads of one process: more than a frame computes */

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

static void set_up(struct stage *stage, gconstpointer data)
{
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 100;
	g_autofree char *script = script_new();

	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	stage->document = ww_document_new(ww_script_trace_with(script, manifest));
	stage->view = ww_view_new(stage->document);
	stage_show_sized(stage, ww_timeline_new(stage->view), WIDTH_PX, HEIGHT_PX);
}

static WwTimeline *timeline_of(struct stage *stage)
{
	return WW_TIMELINE(stage->widget);
}

static const struct ww_row *row_of_kind(struct stage *stage, enum ww_row_kind kind)
{
	const struct ww_rows *rows = ww_view_rows(stage->view);

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

static void test_tasks_are_nested(struct stage *stage, gconstpointer data)
{
	const struct ww_row *row = row_of_kind(stage, WW_ROW_TASKS);
	g_autofree uint32_t *pixels = stage_render(stage, WIDTH_PX, HEIGHT_PX);
	const uint32_t task = stage_word_of(ww_palette_task("request", false));
	const uint32_t region = stage_word_of(ww_palette_task("parse", false));

	g_assert_cmphex(color_at(pixels, row->y_px, 5, 3), ==, 0);
	g_assert_cmphex(color_at(pixels, row->y_px, 40, 3), ==, task);
	g_assert_cmphex(color_at(pixels, row->y_px, 70, 3), ==, 0);
	g_assert_cmphex(color_at(pixels, row->y_px, 28, 3 + WW_ROW_LEVEL_HEIGHT_PX), ==, region);
	g_assert_cmphex(color_at(pixels, row->y_px, 40, 3 + WW_ROW_LEVEL_HEIGHT_PX), ==, 0);
}

static void test_a_click_selects_a_task(struct stage *stage, gconstpointer data)
{
	const struct ww_row *row = row_of_kind(stage, WW_ROW_TASKS);
	const struct ww_selection *selection = ww_view_selection(stage->view);
	const double below = row->y_px + WW_ROW_LEVEL_HEIGHT_PX + 3;

	g_assert_false(ww_timeline_select_task(timeline_of(stage), row, 50, row->y_px + 3));
	g_assert_true(ww_timeline_select_task(timeline_of(stage), row, 400, row->y_px + 3));
	g_assert_cmpstr(selection->title, ==, "request");
	g_assert_cmpint(selection->span.begin_ns, ==, 10000);
	g_assert_cmpint(selection->span.end_ns, ==, 60000);
	g_assert_true(ww_selection_covers_thread(selection, row->lane.index));
	g_assert_cmpuint(ww_lane_set_n_threads(selection->lanes), ==, 1);
	g_assert_true(ww_timeline_select_task(timeline_of(stage), row, 250, below));
	g_assert_cmpstr(selection->title, ==, "parse");
	g_assert_true(ww_view_undo(stage->view));
	g_assert_cmpstr(selection->title, ==, "request");
}

static void assert_tip(struct stage *stage, const struct ww_row *row, int us, const char *says)
{
	g_autofree char *text = ww_timeline_tip_text(
		timeline_of(stage), WW_HEADER_WIDTH_PX + us * 10 + 5, row->y_px + 5);

	g_assert_cmpstr(text, ==, says);
}

/* What the pointer rests on is told: its state and reason, how long, from when. */
static void test_tips(struct stage *stage, gconstpointer data)
{
	const struct ww_row *tasks = row_of_kind(stage, WW_ROW_TASKS);
	const struct ww_row *leader = tasks - 1;
	g_autofree char *none = NULL;

	assert_tip(stage, tasks, 40, "request\n50.0 us, from 0.000010 s");
	assert_tip(stage, tasks, 80, NULL);
	assert_tip(stage, leader, 40, "leader/100: Running on CPU 0\n61.0 us, from 0.000000 s");
	assert_tip(stage, leader, 80, "leader/100: Blocked\n39.0 us, from 0.000061 s");
	none = ww_timeline_tip_text(timeline_of(stage), 10, leader->y_px + 5);
	g_assert_null(none);
}

static void settle(struct stage *stage)
{
	while (!ww_timeline_is_settled(timeline_of(stage)))
		g_main_context_iteration(NULL, TRUE);
	gtk_test_widget_wait_for_draw(stage->widget);
}

/* Its frame is drawn around it, in a color that is neither its own nor the paper's. */
static void test_a_selected_task_is_framed(struct stage *stage, gconstpointer data)
{
	const struct ww_row *row = row_of_kind(stage, WW_ROW_TASKS);
	g_autofree uint32_t *framed = NULL;
	g_autofree uint32_t *plain = NULL;

	g_assert_true(ww_timeline_select_task(timeline_of(stage), row, 400, row->y_px + 3));
	gtk_test_widget_wait_for_draw(stage->widget);
	framed = stage_render(stage, WIDTH_PX, HEIGHT_PX);
	ww_view_select_none(stage->view);
	gtk_test_widget_wait_for_draw(stage->widget);
	plain = stage_render(stage, WIDTH_PX, HEIGHT_PX);
	g_assert_cmphex(color_at(framed, row->y_px, 40, 0), !=, color_at(plain, row->y_px, 40, 0));
	g_assert_cmphex(color_at(framed, row->y_px, 40, 0), !=, color_at(framed, row->y_px, 40, 3));
}

/* More of the trace came, in which the same thread has another name: the header says it. */
static void test_headers_are_renamed(struct stage *stage, gconstpointer data)
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
	settle(stage);
	document = ww_document_new(ww_script_trace_with(other, manifest));
	ww_view_set_document(stage->view, document);
	ww_document_unref(stage->document);
	stage->document = document;
	for (guint h = 0; h < timeline_of(stage)->headers->len; h++) {
		GtkWidget *header = g_ptr_array_index(timeline_of(stage)->headers, h);
		const struct ww_row *row;
		g_autofree char *title = NULL;

		if (!gtk_widget_get_child_visible(header))
			continue;
		row = ww_rows_row(ww_view_rows(stage->view),
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
static void test_another_trace_begins(struct stage *stage, gconstpointer data)
{
	struct ww_document *document =
		ww_document_new(ww_script_trace_with("0 task 0 other/300 S pid=300\n"
						     "10us switch 0 idle R other/300\n"
						     "90us switch 0 other/300 S idle\n",
						     NULL));
	GtkWidget *header;

	settle(stage);
	header = g_ptr_array_index(timeline_of(stage)->headers, 8);
	ww_view_set_document(stage->view, document);
	ww_document_unref(stage->document);
	stage->document = document;
	/* A click on a header whose row is gone does nothing. */
	g_signal_emit_by_name(header, "clicked");
	settle(stage);
}

/* The strip of the crowd comes from a worker; after a move the old one stands in for it. */
static void test_a_crowd_comes_later(struct stage *stage, gconstpointer data)
{
	const struct ww_row *row = row_of_kind(stage, WW_ROW_PROCESS);
	const uint32_t running = stage_word_of(ww_palette_state(WW_STATE_RUNNING, false));
	const int bottom = row->height_px - 5;
	g_autofree uint32_t *pixels = NULL;
	g_autofree uint32_t *moved = NULL;

	settle(stage);
	pixels = stage_render(stage, WIDTH_PX, HEIGHT_PX);
	g_assert_cmphex(color_at(pixels, row->y_px, 30, bottom), ==, running);
	g_assert_cmphex(color_at(pixels, row->y_px, 95, bottom), !=, running);
	ww_view_show(stage->view, (struct ww_span){ 20000, 70000 });
	gtk_test_widget_wait_for_draw(stage->widget);
	moved = stage_render(stage, WIDTH_PX, HEIGHT_PX);
	g_assert_cmphex(color_at(moved, row->y_px, 30, bottom), ==, running);
	settle(stage);
}

static GtkWidget *pinned_header(struct stage *stage)
{
	return g_ptr_array_index(timeline_of(stage)->pinned_headers, 0);
}

static void test_pinned_rows_stay(struct stage *stage, gconstpointer data)
{
	const struct ww_lane leader = { WW_LANE_THREAD,
					ww_script_utid(stage->document->trace, "leader") };
	const uint32_t running = stage_word_of(ww_palette_state(WW_STATE_RUNNING, false));
	g_autofree uint32_t *pixels = NULL;

	ww_view_pin(stage->view, leader, true);
	gtk_test_widget_wait_for_draw(stage->widget);
	gtk_adjustment_set_value(timeline_of(stage)->vertical, 1000);
	gtk_test_widget_wait_for_draw(stage->widget);
	g_assert_cmpfloat(ww_timeline_scroll_px(timeline_of(stage)), ==, 1000);
	gtk_test_accessible_assert_property(pinned_header(stage), GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "thread leader 100");
	pixels = stage_render(stage, WIDTH_PX, HEIGHT_PX);
	g_assert_cmphex(color_at(pixels, 0, 30, WW_ROW_LANE_HEIGHT_PX / 2), ==, running);
	ww_view_pin(stage->view, leader, false);
	gtk_test_widget_wait_for_draw(stage->widget);
	g_assert_false(gtk_widget_get_child_visible(pinned_header(stage)));
}

static void test_headers_describe(struct stage *stage, gconstpointer data)
{
	for (guint h = 0; h < timeline_of(stage)->headers->len; h++) {
		GtkWidget *header = g_ptr_array_index(timeline_of(stage)->headers, h);
		const struct ww_row *row;

		if (!gtk_widget_get_child_visible(header))
			continue;
		row = ww_rows_row(ww_view_rows(stage->view),
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
	stage_init(&argc, &argv);
#define ADD(name, function)                                                                        \
	g_test_add("/lanes/" name, struct stage, NULL, set_up, function, stage_tear_down)
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
