// SPDX-License-Identifier: GPL-2.0-or-later
/* What the panel says of any interval: its title, who woke whom, what was before and after. */
#include "viewer/app/i18n.h"
#include "viewer/model/say.h"
#include "viewer/view/text.h"
#include "viewer/widgets/panel-parts.h"
#include "viewer/widgets/swatch.h"

static const unsigned int any_state = (1u << WW_STATE_N) - 1;

void ww_panel_add_title(const struct ww_panel_page *page)
{
	const struct ww_selection *selection = ww_view_selection(page->view);
	const struct ww_trace *trace = ww_view_trace(page->view);
	GtkGrid *line = ww_panel_line_new();
	g_autofree char *lane = ww_text_lane(trace, selection->lane);
	g_autofree char *state = ww_text_state(trace, selection->lane, &selection->interval);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(selection->span));
	g_autofree char *begin = ww_text_instant(page->view, selection->span.begin_ns);
	g_autofree char *end = ww_text_instant(page->view, selection->span.end_ns);
	g_autofree char *when = g_strdup_printf(_("%s, from %s to %s"), lane, begin, end);

	if (selection->lane.kind == WW_LANE_THREAD)
		ww_panel_line_add(line, ww_swatch_new_state(selection->interval.state));
	ww_panel_line_add(line, ww_panel_text_new(state, "heading"));
	gtk_box_append(page->box, GTK_WIDGET(line));
	ww_panel_add_text(page->box, length, "title-1");
	ww_panel_add_text(page->box, when, "dim-label");
}

static void add_neighbour(GtkListBox *list, WwView *view, const char *title,
			  const struct ww_interval *interval)
{
	const struct ww_lane lane = ww_view_selection(view)->lane;
	g_autofree char *state = ww_text_state(ww_view_trace(view), lane, interval);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(interval->span));
	GtkWidget *sign = lane.kind == WW_LANE_THREAD ? ww_swatch_new_state(interval->state) : NULL;

	ww_panel_link(ww_panel_add_row(list, sign, state, title, length), view, lane,
		      interval->span.begin_ns);
}

void ww_panel_add_around(const struct ww_panel_page *page)
{
	const struct ww_trace *trace = ww_view_trace(page->view);
	const struct ww_selection *selection = ww_view_selection(page->view);
	struct ww_interval before, after;
	const bool has_before = ww_query_previous(trace, selection->lane, selection->span.begin_ns,
						  any_state, &before);
	const bool has_after =
		ww_query_next(trace, selection->lane, selection->span.end_ns, any_state, &after);
	GtkListBox *list;

	if (!has_before && !has_after)
		return;
	ww_panel_add_heading(page->box, _("Before and after"));
	list = ww_panel_add_list(page->box, _("Before and after"));
	if (has_before)
		add_neighbour(list, page->view, _("Before"), &before);
	if (has_after)
		add_neighbour(list, page->view, _("After"), &after);
}

static void add_waker(const struct ww_panel_page *page, GtkListBox *list,
		      const struct ww_wake_step *step)
{
	const struct ww_trace *trace = ww_view_trace(page->view);
	const struct ww_lane cpu = { WW_LANE_CPU, step->wake.cpu };
	const struct ww_lane waker = { WW_LANE_THREAD, step->wake.waker_utid };
	g_autofree char *name = ww_say_waker(trace, &step->wake);
	g_autofree char *what = ww_say_wake_step(trace, step);
	g_autofree char *when = ww_text_instant(page->view, step->wake.time_ns);
	GtkWidget *row = ww_panel_add_row(list, NULL, name, what, when);

	if (waker.index < WW_UTID_IDLE)
		ww_panel_link(row, page->view, waker, step->wake.time_ns);
	else if (cpu.index != WW_CPU_UNKNOWN)
		ww_panel_link(row, page->view, cpu, step->wake.time_ns);
}

void ww_panel_add_wakers(const struct ww_panel_page *page, const GArray *wakers)
{
	GtkListBox *list;

	if (!wakers || wakers->len == 0)
		return;
	ww_panel_add_heading(page->box, wakers->len == 1 ? _("Who woke it")
							 : _("Who woke whom, latest first"));
	list = ww_panel_add_list(page->box, _("Wake-ups"));
	for (guint i = 0; i < wakers->len; i++)
		add_waker(page, list, &g_array_index(wakers, struct ww_wake_step, i));
}

static void add_who_ran(const struct ww_panel_page *page)
{
	const struct ww_selection *selection = ww_view_selection(page->view);
	const struct ww_lane lane = { WW_LANE_THREAD, selection->interval.utid };
	g_autofree char *name = NULL;

	if (selection->lane.kind != WW_LANE_CPU || lane.index >= WW_UTID_IDLE)
		return;
	name = ww_text_lane(ww_view_trace(page->view), lane);
	ww_panel_add_heading(page->box, _("Who ran"));
	ww_panel_link(ww_panel_add_row(ww_panel_add_list(page->box, _("Who ran")),
				       ww_swatch_new_state(WW_STATE_RUNNING), name, NULL, NULL),
		      page->view, lane, selection->span.begin_ns);
}

/* "It had been ready for 40.0 ms before it got the CPU. hog/102 had woken it." */
static void add_how_it_came(const struct ww_panel_page *page, const GArray *wakers)
{
	const struct ww_selection *selection = ww_view_selection(page->view);
	const struct ww_trace *trace = ww_view_trace(page->view);
	g_autofree char *length = NULL;
	g_autofree char *text = NULL;
	struct ww_interval ready;

	if (selection->lane.kind != WW_LANE_THREAD ||
	    selection->interval.state != WW_STATE_RUNNING ||
	    !ww_query_previous(trace, selection->lane, selection->span.begin_ns, any_state,
			       &ready) ||
	    ready.state != WW_STATE_RUNNABLE || ready.span.end_ns != selection->span.begin_ns)
		return;
	length = ww_duration_text(ww_span_length_ns(ready.span));
	if (wakers && wakers->len > 0 && ready.waking_ns >= 0) {
		const struct ww_wake_step *first = &g_array_index(wakers, struct ww_wake_step, 0);
		g_autofree char *waker = ww_say_waker(trace, &first->wake);

		text = g_strdup_printf(_("%s had woken it; then it was ready for %s before it got "
					 "the CPU."),
				       waker, length);
	} else {
		text = g_strdup_printf(_("It had been ready for %s before it got the CPU."),
				       length);
	}
	ww_panel_add_text(page->box, text, "sentence");
}

void ww_panel_fill_interval(const struct ww_panel_page *page, const struct ww_answer *answer)
{
	ww_panel_add_title(page);
	if (answer && answer->failure)
		ww_panel_add_text(page->box, answer->failure, "dim-label");
	if (answer)
		add_how_it_came(page, answer->wakers);
	add_who_ran(page);
	ww_panel_add_around(page);
	if (answer)
		ww_panel_add_wakers(page, answer->wakers);
}
