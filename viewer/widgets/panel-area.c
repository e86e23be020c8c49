// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/model/focus.h"
#include "viewer/text.h"
#include "viewer/widgets/panel-parts.h"
#include "viewer/widgets/share-bar.h"
#include "viewer/widgets/swatch.h"

#define THREADS_SHOWN 6
#define WAITS_SHOWN 6

struct thread_sums {
	uint32_t utid;
	struct ww_state_sums sums;
};

static int compare_runnable(gconstpointer a, gconstpointer b)
{
	const struct thread_sums *x = a;
	const struct thread_sums *y = b;
	const int64_t x_ns = x->sums.ns[WW_STATE_RUNNABLE];
	const int64_t y_ns = y->sums.ns[WW_STATE_RUNNABLE];

	return x_ns > y_ns ? -1 : x_ns < y_ns;
}

/* Elements: struct thread_sums, most runnable first; @total is their sum. */
static GArray *sum_threads(WwView *view, struct ww_span span, struct ww_state_sums *total)
{
	const struct ww_trace *trace = ww_view_trace(view);
	GArray *threads = g_array_new(FALSE, FALSE, sizeof(struct thread_sums));
	struct ww_focus focus;

	ww_focus_init(&focus, trace);
	*total = (struct ww_state_sums){ 0 };
	for (uint32_t utid = 0; utid < ww_trace_info(trace)->n_threads; utid++) {
		struct thread_sums thread = { .utid = utid };

		if (!ww_focus_covers(&focus, ww_trace_thread(trace, utid)))
			continue;
		ww_query_sums(trace, (struct ww_lane){ WW_LANE_THREAD, utid }, span, &thread.sums);
		for (int state = 0; state < WW_STATE_N; state++)
			total->ns[state] += thread.sums.ns[state];
		g_array_append_val(threads, thread);
	}
	g_array_sort(threads, compare_runnable);
	return threads;
}

static void add_states(GtkBox *page, const struct ww_state_sums *total)
{
	GtkWidget *bar = ww_share_bar_new("Time by state");
	GtkListBox *list;
	int64_t whole_ns = 0;

	for (size_t i = 0; i < WW_STATE_N; i++)
		whole_ns += i == WW_STATE_DEAD ? 0 : total->ns[i];
	ww_panel_add_heading(page, "Time by state, all threads together");
	gtk_box_append(page, bar);
	list = ww_panel_add_list(page, "Time by state");
	for (size_t i = 0; i < WW_STATE_N; i++) {
		const enum ww_state state = ww_palette_order(i);
		const int64_t ns = total->ns[state];
		g_autofree char *length = ww_duration_text(ns);
		g_autofree char *share = ww_share_text(ns, whole_ns);
		g_autofree char *value = g_strdup_printf("%s  ·  %s", length, share);

		if (ns == 0 || state == WW_STATE_DEAD)
			continue;
		ww_share_bar_add_state(WW_SHARE_BAR(bar), ns, state);
		ww_panel_add_row(list, ww_swatch_new_state(state), ww_state_label(state), NULL,
				 value);
	}
}

static void add_threads(GtkBox *page, WwView *view, const GArray *threads, struct ww_span span)
{
	GtkListBox *list = NULL;

	for (guint i = 0; i < MIN(threads->len, THREADS_SHOWN); i++) {
		const struct thread_sums *thread = &g_array_index(threads, struct thread_sums, i);
		const struct ww_lane lane = { WW_LANE_THREAD, thread->utid };
		const int64_t ns = thread->sums.ns[WW_STATE_RUNNABLE];
		g_autofree char *name = NULL;
		g_autofree char *length = NULL;
		struct ww_interval wait;
		GtkWidget *row;

		if (ns == 0)
			return;
		if (!list) {
			ww_panel_add_heading(page, "Who waited for a CPU");
			list = ww_panel_add_list(page, "Who waited for a CPU");
		}
		name = ww_text_lane(ww_view_trace(view), lane);
		length = ww_duration_text(ns);
		row = ww_panel_add_row(list, ww_swatch_new_state(WW_STATE_RUNNABLE), name, NULL,
				       length);
		if (ww_query_next(ww_view_trace(view), lane, span.begin_ns, 1u << WW_STATE_RUNNABLE,
				  &wait))
			ww_panel_link(row, view, lane, wait.span.begin_ns);
	}
}

static bool wants_thread(const struct ww_thread *thread, void *data)
{
	return ww_focus_covers(data, thread);
}

static void add_waits(GtkBox *page, WwView *view, struct ww_span span)
{
	const struct ww_trace *trace = ww_view_trace(view);
	struct ww_focus focus;
	const struct ww_wait_filter filter = {
		.span = span,
		.states = 1u << WW_STATE_RUNNABLE,
		.wants_thread = wants_thread,
		.data = &focus,
		.limit = WAITS_SHOWN,
	};
	g_autoptr(GArray) waits = NULL;
	GtkListBox *list;

	ww_focus_init(&focus, trace);
	waits = ww_query_waits(trace, &filter);
	if (waits->len == 0)
		return;
	ww_panel_add_heading(page, "Longest waits for a CPU");
	list = ww_panel_add_list(page, "Longest waits for a CPU");
	for (guint i = 0; i < waits->len; i++) {
		const struct ww_wait_ref ref = g_array_index(waits, struct ww_wait_ref, i);
		struct ww_interval wait;
		g_autofree char *name = ww_trace_thread_text(trace, ref.utid);
		g_autofree char *length = NULL;
		g_autofree char *when = NULL;

		if (!ww_query_wait(trace, ref, &wait))
			continue;
		length = ww_duration_text(ww_span_length_ns(wait.span));
		when = ww_instant_text(wait.span.begin_ns);
		ww_panel_link_wait(
			ww_panel_add_row(list, ww_swatch_new_state(wait.state), name, when, length),
			view, ref);
	}
}

void ww_panel_fill_area(GtkBox *page, WwView *view)
{
	const struct ww_span span = ww_view_selection(view)->span;
	struct ww_state_sums total;
	g_autoptr(GArray) threads = sum_threads(view, span, &total);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(span));
	g_autofree char *begin = ww_instant_text(span.begin_ns);
	g_autofree char *end = ww_instant_text(span.end_ns);
	g_autofree char *when = g_strdup_printf("From %s to %s", begin, end);

	ww_panel_add_text(page, "Selected area", "heading");
	ww_panel_add_text(page, length, "title-1");
	ww_panel_add_text(page, when, "dim-label");
	add_states(page, &total);
	add_threads(page, view, threads, span);
	add_waits(page, view, span);
}
