// SPDX-License-Identifier: GPL-2.0-or-later
/* The names at the left: one header for each row on the screen. */
#include "viewer/widgets/lane-header.h"
#include "viewer/widgets/timeline-private.h"

static void select_lane(WwTimeline *timeline, struct ww_lane lane)
{
	const struct ww_span visible = ww_view_viewport(timeline->view)->span;

	ww_view_select_at(timeline->view, lane, visible.begin_ns + ww_span_length_ns(visible) / 2);
}

static void on_clicked(WwLaneHeader *header, WwTimeline *timeline)
{
	const struct ww_rows *rows = ww_view_rows(timeline->view);
	const uint32_t i = ww_lane_header_row(header);
	const struct ww_row *row;

	/* Rows may have gone since it was placed. */
	if (i >= ww_rows_count(rows))
		return;
	row = ww_rows_row(rows, i);
	if (ww_row_is_group(row))
		ww_view_toggle_row(timeline->view, i);
	else if (row->kind != WW_ROW_COUNTER)
		select_lane(timeline, row->lane);
}

static void add_headers(WwTimeline *timeline, GPtrArray *pool, guint n_headers)
{
	while (pool->len < n_headers) {
		GtkWidget *header = ww_lane_header_new(timeline->view);

		g_signal_connect(header, "clicked", G_CALLBACK(on_clicked), timeline);
		gtk_widget_set_parent(header, GTK_WIDGET(timeline));
		g_ptr_array_add(pool, header);
	}
}

static void show_header(GtkWidget *header, bool is_used)
{
	gtk_widget_set_child_visible(header, is_used);
	gtk_accessible_update_state(GTK_ACCESSIBLE(header), GTK_ACCESSIBLE_STATE_HIDDEN, !is_used,
				    -1);
}

static void label_header(WwTimeline *timeline, GtkWidget *header, uint32_t i)
{
	const struct ww_selection *selection = ww_view_selection(timeline->view);
	const struct ww_row *row = ww_rows_row(ww_view_rows(timeline->view), i);

	show_header(header, true);
	ww_lane_header_show_row(WW_LANE_HEADER(header), i);
	ww_lane_header_mark(WW_LANE_HEADER(header),
			    selection->kind == WW_SELECTION_INTERVAL && row->kind == WW_ROW_LANE &&
				    ww_lane_is_equal(row->lane, selection->lane));
}

static void place_header(WwTimeline *timeline, GtkWidget *header, uint32_t i)
{
	const struct ww_row *row = ww_rows_row(ww_view_rows(timeline->view), i);
	const int y = (int)ww_rows_screen_y(row, (int)ww_timeline_scroll_px(timeline));

	label_header(timeline, header, i);
	/* GTK wants every child measured before it is allocated. */
	gtk_widget_measure(header, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
	gtk_widget_size_allocate(header,
				 &(GtkAllocation){ 0, y, WW_HEADER_WIDTH_PX, row->height_px }, -1);
}

typedef void (*header_step)(WwTimeline *timeline, GtkWidget *header, uint32_t i);

static void step_pinned(WwTimeline *timeline, header_step step)
{
	const uint32_t n_pinned = ww_rows_n_pinned(ww_view_rows(timeline->view));

	add_headers(timeline, timeline->pinned_headers, n_pinned);
	for (guint h = 0; h < timeline->pinned_headers->len; h++) {
		GtkWidget *header = g_ptr_array_index(timeline->pinned_headers, h);

		if (h < n_pinned)
			step(timeline, header, h);
		else
			show_header(header, false);
	}
}

/* The row after the last one of those from @first on that are in @height. */
static uint32_t end_of_rows(WwTimeline *timeline, uint32_t first, int height)
{
	const struct ww_rows *rows = ww_view_rows(timeline->view);
	const double scroll_px = ww_timeline_scroll_px(timeline);
	uint32_t end = first;

	while (end < ww_rows_count(rows) &&
	       ww_rows_screen_y(ww_rows_row(rows, end), scroll_px) < height)
		end++;
	return end;
}

static void step_headers(WwTimeline *timeline, int height, header_step step)
{
	const struct ww_rows *rows = ww_view_rows(timeline->view);
	const double scroll_px = ww_timeline_scroll_px(timeline);
	const uint32_t n_rows = ww_rows_count(rows);
	uint32_t first, end;

	step_pinned(timeline, step);
	first = n_rows ? ww_rows_at_screen(rows, ww_rows_pinned_height_px(rows), scroll_px) : 0;
	first = MAX(first, ww_rows_n_pinned(rows));
	end = end_of_rows(timeline, first, height);
	add_headers(timeline, timeline->headers, end - first);
	/* A header keeps its row while rows scroll by: i modulo the pool, not i minus first. */
	for (guint h = 0; h < timeline->headers->len; h++) {
		GtkWidget *header = g_ptr_array_index(timeline->headers, h);
		const guint n_pool = timeline->headers->len;
		const uint32_t i = first + (h + n_pool - first % n_pool) % n_pool;

		if (i < end)
			step(timeline, header, i);
		else
			show_header(header, false);
	}
}

void ww_timeline_label_headers(WwTimeline *timeline)
{
	step_headers(timeline, gtk_widget_get_height(GTK_WIDGET(timeline)), label_header);
}

static void forget_pool(GPtrArray *pool)
{
	for (guint h = 0; h < pool->len; h++)
		ww_lane_header_forget(g_ptr_array_index(pool, h));
}

void ww_timeline_rename_headers(WwTimeline *timeline)
{
	forget_pool(timeline->pinned_headers);
	forget_pool(timeline->headers);
	ww_timeline_label_headers(timeline);
}

void ww_timeline_place_headers(WwTimeline *timeline, int height)
{
	step_headers(timeline, height, place_header);
}

static void describe_pool(GPtrArray *pool)
{
	for (guint h = 0; h < pool->len; h++) {
		GtkWidget *header = g_ptr_array_index(pool, h);

		if (gtk_widget_get_child_visible(header))
			ww_lane_header_describe(WW_LANE_HEADER(header));
	}
}

void ww_timeline_describe_headers(WwTimeline *timeline)
{
	describe_pool(timeline->pinned_headers);
	describe_pool(timeline->headers);
}

static void paint_pool(WwTimeline *timeline, GtkSnapshot *snapshot, GPtrArray *pool)
{
	for (guint h = 0; h < pool->len; h++) {
		GtkWidget *header = g_ptr_array_index(pool, h);

		if (gtk_widget_get_child_visible(header))
			gtk_widget_snapshot_child(GTK_WIDGET(timeline), header, snapshot);
	}
}

void ww_timeline_paint_headers(const struct ww_timeline_frame *frame)
{
	const double top_px = frame->top_px;

	gtk_snapshot_push_clip(frame->snapshot,
			       &GRAPHENE_RECT_INIT(0, (float)top_px, (float)frame->width_px,
						   (float)(frame->height_px - top_px)));
	paint_pool(frame->timeline, frame->snapshot, frame->timeline->headers);
	gtk_snapshot_pop(frame->snapshot);
	paint_pool(frame->timeline, frame->snapshot, frame->timeline->pinned_headers);
}
