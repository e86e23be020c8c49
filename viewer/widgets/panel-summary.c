// SPDX-License-Identifier: GPL-2.0-or-later
/* What the panel says of the whole trace. */
#include "viewer/app/i18n.h"
#include "viewer/view/text.h"
#include "viewer/view/view-marks.h"
#include "viewer/widgets/panel-parts.h"
#include "viewer/widgets/share-bar.h"
#include "viewer/widgets/swatch.h"

/* What was recorded and where the time went, in words and as a bar. */
static void add_time(const struct ww_panel_page *page, const struct ww_document *document)
{
	const struct ww_totals *totals = &document->summary.totals;
	GtkWidget *bar = ww_share_bar_new(_("Time by state"));
	g_autofree char *recorded = ww_words_recorded(document->trace, &document->summary);
	g_autofree char *spent = ww_words_time_spent(&document->summary);

	ww_panel_add_text(page->box, recorded, NULL);
	for (size_t i = 0; i < WW_STATE_N; i++) {
		const enum ww_state state = ww_palette_order(i);

		if (ww_palette_look(state)->reach != WW_BAND_N && totals->state_ns[state] > 0)
			ww_share_bar_add_state(WW_SHARE_BAR(bar), totals->state_ns[state], state);
	}
	gtk_box_append(page->box, bar);
	ww_panel_add_text(page->box, spent, NULL);
}

static char *such_waits_text(const struct ww_wait_group *group)
{
	g_autofree char *count = ww_count_text(group->count);
	g_autofree char *total = ww_duration_text(group->total_ns);

	if (group->count == 1)
		return g_strdup(_("the only one"));
	return g_strdup_printf(ngettext("%s time, %s", "%s times, %s", (gulong)group->count), count,
			       total);
}

static void add_worst_wait(const struct ww_panel_page *page, GtkListBox *list,
			   const struct ww_wait_group *group)
{
	const struct ww_trace *trace = ww_view_trace(page->view);
	const struct ww_lane lane = { WW_LANE_THREAD, group->longest.utid };
	struct ww_interval wait;
	g_autofree char *thread = ww_text_lane(trace, lane);
	g_autofree char *length = ww_duration_text(group->max_ns);
	g_autofree char *such = such_waits_text(group);
	g_autofree char *state = NULL;
	g_autofree char *subtitle = NULL;

	if (!ww_query_wait(trace, group->longest, &wait))
		return;
	state = ww_text_state(trace, lane, &wait);
	subtitle = g_strdup_printf("%s\n%s", state, such);
	ww_panel_link_wait(
		ww_panel_add_row(list, ww_swatch_new_state(wait.state), thread, subtitle, length),
		page->view, group->longest);
}

static void add_worst(const struct ww_panel_page *page)
{
	const GArray *worst = ww_view_document(page->view)->summary.groups;
	GtkListBox *list;

	ww_panel_add_heading(page->box, _("Worst waits"));
	if (worst->len == 0) {
		ww_panel_add_text(page->box, _("Nothing held a thread up."), "dim-label");
		return;
	}
	ww_panel_add_text(page->box,
			  _("Each is the longest of its kind. Where something held a thread up "
			    "comes first, what nobody can explain last."),
			  "dim-label");
	list = ww_panel_add_list(page->box, _("Worst waits"));
	for (guint i = 0; i < ww_panel_rows_shown(page, worst->len); i++)
		add_worst_wait(page, list, &g_array_index(worst, struct ww_wait_group, i));
	ww_panel_add_more(page, list, worst->len);
}

static void add_go_to_worst(const struct ww_panel_page *page)
{
	GtkWidget *button = gtk_button_new_with_label(_("Go to the Worst"));

	if (ww_view_document(page->view)->summary.groups->len == 0) {
		g_object_unref(g_object_ref_sink(button));
		return;
	}
	gtk_widget_add_css_class(button, "suggested-action");
	gtk_widget_add_css_class(button, "pill");
	gtk_widget_set_halign(button, GTK_ALIGN_START);
	gtk_widget_set_tooltip_text(button, _("Each time one wait further down the list (R)"));
	gtk_actionable_set_detailed_action_name(GTK_ACTIONABLE(button), "win.run::next-worst");
	gtk_box_append(page->box, button);
}

static void add_count(GtkListBox *list, const char *title, uint64_t count)
{
	g_autofree char *text = ww_count_text(count);

	ww_panel_add_row(list, NULL, title, NULL, text);
}

/* "0" would deny what the trace cannot tell. */
static void add_lost(GtkListBox *list, const struct ww_trace_info *info)
{
	const bool is_counted = info->n_damages + info->n_lost_packets + info->n_lost_uncounted +
					info->n_switches_missing ==
				0;
	g_autofree char *count = ww_count_text(info->n_lost);
	g_autofree char *at_least = g_strdup_printf(_("at least %s"), count);
	const char *text = info->n_lost > 0 ? at_least : _("some, not counted");

	ww_panel_add_row(list, NULL, _("Lost events"), NULL, is_counted ? count : text);
}

void ww_panel_add_marks(const struct ww_panel_page *page)
{
	const struct ww_marks *marks = ww_view_marks(page->view);
	const uint32_t n = ww_marks_count(marks);
	GtkListBox *list;

	if (n == 0)
		return;
	ww_panel_add_heading(page->box, _("Marks"));
	list = ww_panel_add_list(page->box, _("Marks"));
	for (uint32_t i = 0; i < ww_panel_rows_shown(page, n); i++) {
		const struct ww_mark *mark = ww_marks_at(marks, i);
		g_autofree char *title = g_strdup_printf(_("Mark %u"), mark->number);
		g_autofree char *when = ww_text_instant(page->view, mark->t_ns);

		ww_panel_link_mark(
			ww_panel_add_row(list, NULL, title, *mark->note ? mark->note : NULL, when),
			page->view, mark->number);
	}
	ww_panel_add_more(page, list, n);
}

static void add_facts(const struct ww_panel_page *page, const struct ww_trace_info *info)
{
	GtkListBox *list;
	g_autofree char *length = ww_duration_text(info->duration_ns);

	ww_panel_add_heading(page->box, _("Recording"));
	list = ww_panel_add_list(page->box, _("Recording"));
	ww_panel_add_row(list, NULL, _("Length"), NULL, length);
	add_count(list, _("CPUs"), info->n_cpus);
	add_count(list, _("Processes"), info->n_processes);
	add_count(list, _("Threads"), info->n_threads);
	add_count(list, _("Events"), info->n_events);
	add_lost(list, info);
}

static void add_missing(const struct ww_panel_page *page, const struct ww_trace_info *info)
{
	GtkListBox *list;

	if (!info->missing || !info->missing[0])
		return;
	ww_panel_add_heading(page->box, _("What this trace cannot tell"));
	list = ww_panel_add_list(page->box, _("What this trace cannot tell"));
	for (size_t i = 0; info->missing[i]; i++)
		ww_panel_add_row(list, NULL, info->missing[i], NULL, NULL);
}

/* The timeline is there before anybody knows what is in it. */
static void add_patience(const struct ww_panel_page *page, const struct ww_document *document)
{
	ww_panel_add_text(page->box,
			  document->is_read
				  ? _("Looking for the worst waits…")
				  : _("Still reading. The worst waits are told when all of "
				      "the trace is read."),
			  "dim-label");
}

void ww_panel_fill_summary(const struct ww_panel_page *page)
{
	const struct ww_document *document = ww_view_document(page->view);
	const struct ww_trace_info *info = ww_trace_info(document->trace);

	ww_panel_add_text(page->box, document->title, "title-3");
	if (document->is_digested) {
		add_time(page, document);
		add_go_to_worst(page);
	}
	add_missing(page, info);
	if (document->is_digested) {
		add_worst(page);
		ww_panel_add_marks(page);
		ww_panel_add_findings(page);
	} else {
		add_patience(page, document);
	}
	add_facts(page, info);
}
