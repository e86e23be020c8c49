// SPDX-License-Identifier: GPL-2.0-or-later
/* What a frame costs: nothing new, zoomed, moved, and where spans carry their names. */
#include <math.h>
#include <string.h>

#include "tests/bench/view/stage.h"
#include "viewer/view/view.h"

#define N_ZOOM 240
#define N_PAN 80
#define PAN_PX 7
#define ZOOMED_IN_SHARE 4000 /* the closest of the zoom, of the trace's length */
/* Spans of one lane on the screen where one counts as zoomed in. */
#define SPANS_ZOOMED_IN 30

/* So that there is something to see: folded processes from the top until the screen is full. */
static void unfold(struct stage *stage)
{
	WwView *view = ww_window_view(stage->window);
	const struct ww_rows *rows = ww_view_rows(view);
	uint32_t first = UINT32_MAX, n_lanes = 0;

	for (uint32_t i = 0; i < ww_rows_count(rows) && n_lanes < (uint32_t)stage->n_lanes; i++) {
		const struct ww_row *row = ww_rows_row(rows, i);

		if (row->kind == WW_ROW_PROCESS && row->is_folded)
			ww_view_toggle_row(view, i);
		row = ww_rows_row(rows, i);
		if (row->kind != WW_ROW_LANE || row->lane.kind != WW_LANE_THREAD)
			continue;
		first = MIN(first, i);
		n_lanes++;
	}
	if (n_lanes > 0)
		g_signal_emit_by_name(view, "reveal", first, first);
}

/* Of the trace, such that each of the busiest lanes shows a few spans. */
static int64_t zoomed_in_ns(WwView *view)
{
	const struct ww_rows *rows = ww_view_rows(view);
	const struct ww_trace *trace = ww_view_trace(view);
	const int64_t duration_ns = ww_trace_info(trace)->duration_ns;
	const struct ww_span part = { duration_ns / 2, duration_ns / 2 + duration_ns / 50 };
	uint64_t n_spans = 0, n_lanes = 0;

	for (uint32_t i = 0; i < ww_rows_count(rows) && n_lanes < 60; i++) {
		const struct ww_row *row = ww_rows_row(rows, i);
		struct ww_interval_iter iter;
		struct ww_interval interval;

		if (row->kind != WW_ROW_LANE || row->lane.kind != WW_LANE_THREAD)
			continue;
		n_lanes++;
		ww_interval_iter_init(&iter, trace, row->lane, part);
		while (ww_interval_iter_next(&iter, &interval))
			n_spans++;
	}
	return (int64_t)((double)ww_span_length_ns(part) * SPANS_ZOOMED_IN * (double)n_lanes /
			 (double)MAX(n_spans, 1));
}

static void show_length(WwView *view, int64_t length_ns)
{
	const struct ww_span all = ww_view_viewport(view)->limits;
	const int64_t begin_ns = all.begin_ns + ww_span_length_ns(all) / 3;

	ww_view_show(view, (struct ww_span){ begin_ns, begin_ns + length_ns });
}

/* The index is mapped, and what of it is in memory belongs to the system. */
static double own_megabytes(void)
{
	g_autofree char *maps = NULL;
	bool is_index = false;
	double kilobytes = 0;

	g_file_get_contents("/proc/self/smaps", &maps, NULL, NULL);
	for (char *rest = maps, *line; (line = strsep(&rest, "\n"));) {
		if (strchr(line, '/'))
			is_index = strstr(line, ".whywait-index") != NULL;
		else if (g_ascii_isxdigit(line[0]) && strchr(line, '-'))
			is_index = false;
		if (!is_index && g_str_has_prefix(line, "Rss:"))
			kilobytes += g_ascii_strtod(line + strlen("Rss:"), NULL);
	}
	return kilobytes / 1024;
}

static void finish(struct stage *stage)
{
	const char *picture = g_getenv("BENCH_VIEW_PICTURE");
	WwView *view = ww_window_view(stage->window);

	if (picture)
		g_spawn_command_line_sync(picture, NULL, NULL, NULL, NULL);
	g_print("\"lanes\": %d, \"zoomed_in_ns\": %" G_GINT64_FORMAT ", \"own_mb\": %.0f, ",
		stage->n_lanes, zoomed_in_ns(view), own_megabytes());
	stage_leave(stage);
}

static void step_pan(struct stage *stage, int frame)
{
	ww_view_pan(ww_window_view(stage->window), PAN_PX);
}

static void run_zoomed_in(struct stage *stage)
{
	WwView *view = ww_window_view(stage->window);

	show_length(view, zoomed_in_ns(view));
	stage_run(stage, &(struct stage_run){ "zoomed_in", N_ZOOM, step_pan, finish });
}

/* Three scales, one after the other: a quarter of the trace, a hundredth, a thousandth. */
static void step_pan_far(struct stage *stage, int frame)
{
	static const int shares[] = { 4, 100, 1000 };
	WwView *view = ww_window_view(stage->window);

	if (frame % N_PAN == 0)
		show_length(view, ww_span_length_ns(ww_view_viewport(view)->limits) /
					  shares[frame / N_PAN % G_N_ELEMENTS(shares)]);
	ww_view_pan(view, PAN_PX);
}

static void run_pan(struct stage *stage)
{
	stage_run(stage, &(struct stage_run){ "pan", 3 * N_PAN, step_pan_far, run_zoomed_in });
}

/* In, then out again. */
static void step_zoom(struct stage *stage, int frame)
{
	const double factor = pow(ZOOMED_IN_SHARE, 2.0 / N_ZOOM);
	const bool goes_in = frame % N_ZOOM < N_ZOOM / 2;
	WwView *view = ww_window_view(stage->window);

	ww_view_zoom(view, goes_in ? 1 / factor : factor, ww_view_viewport(view)->width_px * 0.4);
}

static void run_zoom(struct stage *stage)
{
	stage_run(stage, &(struct stage_run){ "zoom", N_ZOOM, step_zoom, run_pan });
}

static void step_still(struct stage *stage, int frame)
{
	gtk_widget_queue_draw(GTK_WIDGET(stage->window));
}

void play_frames(struct stage *stage)
{
	unfold(stage);
	stage_run(stage, &(struct stage_run){ "still", N_PAN, step_still, run_zoom });
}
