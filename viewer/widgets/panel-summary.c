// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/text.h"
#include "viewer/widgets/panel-parts.h"
#include "viewer/widgets/share-bar.h"
#include "viewer/widgets/swatch.h"

#define WORST_SHOWN 8

/* What was recorded and where the time went, in words and as a bar. */
static void add_time(GtkBox *page, const struct ww_document *document)
{
	const struct ww_totals *totals = &document->summary.totals;
	GtkWidget *bar = ww_share_bar_new("Time by state");
	g_autofree char *recorded = ww_words_recorded(document->trace, &document->summary);
	g_autofree char *spent = ww_words_time_spent(&document->summary);

	ww_panel_add_text(page, recorded, NULL);
	for (size_t i = 0; i < WW_STATE_N; i++) {
		const enum ww_state state = ww_palette_order(i);

		if (ww_palette_look(state)->reach != WW_BAND_N && totals->state_ns[state] > 0)
			ww_share_bar_add_state(WW_SHARE_BAR(bar), totals->state_ns[state], state);
	}
	gtk_box_append(page, bar);
	ww_panel_add_text(page, spent, NULL);
}

static char *such_waits_text(const struct ww_wait_group *group)
{
	g_autofree char *count = ww_count_text(group->count);
	g_autofree char *total = ww_duration_text(group->total_ns);

	if (group->count == 1)
		return g_strdup("the only one");
	return g_strdup_printf("one of %s, %s in all", count, total);
}

static void add_worst_wait(GtkListBox *list, WwView *view, const struct ww_wait_group *group)
{
	const struct ww_trace *trace = ww_view_trace(view);
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
	subtitle = g_strdup_printf("%s, %s", state, such);
	ww_panel_link_wait(
		ww_panel_add_row(list, ww_swatch_new_state(wait.state), thread, subtitle, length),
		view, group->longest);
}

static void add_worst(GtkBox *page, WwView *view)
{
	const GArray *worst = ww_view_document(view)->summary.groups;
	GtkListBox *list;

	ww_panel_add_heading(page, "Worst waits");
	if (worst->len == 0) {
		ww_panel_add_text(page, "Nothing held a thread up.", "dim-label");
		return;
	}
	list = ww_panel_add_list(page, "Worst waits");
	for (guint i = 0; i < MIN(worst->len, WORST_SHOWN); i++)
		add_worst_wait(list, view, &g_array_index(worst, struct ww_wait_group, i));
}

static void add_go_to_worst(GtkBox *page, WwView *view)
{
	GtkWidget *button = gtk_button_new_with_label("Go to the Worst");

	if (ww_view_document(view)->summary.groups->len == 0)
		return;
	gtk_widget_add_css_class(button, "suggested-action");
	gtk_widget_add_css_class(button, "pill");
	gtk_widget_set_halign(button, GTK_ALIGN_START);
	gtk_widget_set_tooltip_text(button, "Each time one wait further down the list (R)");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.next-worst");
	gtk_box_append(page, button);
}

static void add_count(GtkListBox *list, const char *title, uint64_t count)
{
	g_autofree char *text = ww_count_text(count);

	ww_panel_add_row(list, NULL, title, NULL, text);
}

static void add_facts(GtkBox *page, const struct ww_trace_info *info)
{
	GtkListBox *list;
	g_autofree char *length = ww_duration_text(info->duration_ns);

	ww_panel_add_heading(page, "Recording");
	list = ww_panel_add_list(page, "Recording");
	ww_panel_add_row(list, NULL, "Length", NULL, length);
	add_count(list, "CPUs", info->n_cpus);
	add_count(list, "Processes", info->n_processes);
	add_count(list, "Threads", info->n_threads);
	add_count(list, "Events", info->n_events);
	add_count(list, "Lost events", info->n_lost);
}

static void add_missing(GtkBox *page, const struct ww_trace_info *info)
{
	GtkListBox *list;

	if (!info->missing || !info->missing[0])
		return;
	ww_panel_add_heading(page, "What this trace cannot tell");
	list = ww_panel_add_list(page, "What this trace cannot tell");
	for (size_t i = 0; info->missing[i]; i++)
		ww_panel_add_row(list, NULL, info->missing[i], NULL, NULL);
}

void ww_panel_fill_summary(GtkBox *page, WwView *view)
{
	const struct ww_document *document = ww_view_document(view);
	const struct ww_trace_info *info = ww_trace_info(document->trace);

	ww_panel_add_text(page, document->title, "title-3");
	add_time(page, document);
	add_go_to_worst(page, view);
	add_worst(page, view);
	add_missing(page, info);
	add_facts(page, info);
}
