// SPDX-License-Identifier: GPL-2.0-or-later
/* What the pointer rests on: a state of a lane, or a task. */
#include "viewer/app/i18n.h"
#include "viewer/view/text.h"
#include "viewer/widgets/timeline-private.h"

/* "service/100: Blocked (futex)", and below it "1.20 ms, from 0.123456 s". */
static char *tip_new(WwView *view, const char *what, struct ww_span span)
{
	g_autofree char *length = ww_duration_text(ww_span_length_ns(span));
	g_autofree char *begin = ww_text_instant(view, span.begin_ns);
	g_autofree char *when = g_strdup_printf(_("%s, from %s"), length, begin);

	return g_strdup_printf("%s\n%s", what, when);
}

static char *lane_tip(WwTimeline *timeline, const struct ww_row *row, double area_x)
{
	const struct ww_trace *trace = ww_view_trace(timeline->view);
	const int64_t t_ns = ww_viewport_time_ns(ww_view_viewport(timeline->view), area_x);
	struct ww_interval interval;
	g_autofree char *lane = NULL;
	g_autofree char *state = NULL;
	g_autofree char *what = NULL;

	if (!ww_query_at(trace, row->lane, t_ns, &interval))
		return NULL;
	lane = ww_text_lane(trace, row->lane);
	state = ww_text_state(trace, row->lane, &interval);
	what = g_strdup_printf("%s: %s", lane, state);
	return tip_new(timeline->view, what, interval.span);
}

static char *task_tip(WwTimeline *timeline, const struct ww_row *row, double area_x, double y)
{
	const struct ww_nested *nested = ww_timeline_task_at(timeline, row, area_x, y);
	g_autofree char *several = NULL;

	if (!nested)
		return NULL;
	if (nested->name)
		return tip_new(timeline->view, nested->name, nested->span);
	several =
		g_strdup_printf(ngettext("%u more", "%u more", nested->n_merged), nested->n_merged);
	return tip_new(timeline->view, several, nested->span);
}

char *ww_timeline_tip_text(WwTimeline *timeline, double x, double y)
{
	const double area_x = ww_timeline_area_x(x);
	const struct ww_row *row = area_x < 0 ? NULL : ww_timeline_row_at(timeline, y);

	if (!row)
		return NULL;
	if (row->kind == WW_ROW_LANE)
		return lane_tip(timeline, row, area_x);
	return row->kind == WW_ROW_TASKS ? task_tip(timeline, row, area_x, y) : NULL;
}

static gboolean on_query_tooltip(WwTimeline *timeline, int x, int y, gboolean is_keyboard,
				 GtkTooltip *tooltip)
{
	g_autofree char *text = is_keyboard ? NULL : ww_timeline_tip_text(timeline, x, y);

	gtk_tooltip_set_text(tooltip, text);
	return text != NULL;
}

void ww_timeline_add_tip(WwTimeline *timeline)
{
	gtk_widget_set_has_tooltip(GTK_WIDGET(timeline), TRUE);
	g_signal_connect(timeline, "query-tooltip", G_CALLBACK(on_query_tooltip), NULL);
}
