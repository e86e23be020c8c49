// SPDX-License-Identifier: GPL-2.0-or-later
/* What the panel says of an area: where the time of its threads went. */
#include "viewer/app/i18n.h"
#include "viewer/model/say.h"
#include "viewer/model/words.h"
#include "viewer/view/text.h"
#include "viewer/widgets/panel-parts.h"
#include "viewer/widgets/share-bar.h"
#include "viewer/widgets/swatch.h"

static char *value_text(int64_t ns, int64_t whole_ns)
{
	g_autofree char *length = ww_duration_text(ns);
	g_autofree char *share = ww_share_text(ns, whole_ns);

	return g_strdup_printf("%s\n%s", share, length);
}

static void add_title(const struct ww_panel_page *page)
{
	const struct ww_selection *selection = ww_view_selection(page->view);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(selection->span));
	g_autofree char *begin = ww_text_instant(page->view, selection->span.begin_ns);
	g_autofree char *end = ww_text_instant(page->view, selection->span.end_ns);
	g_autofree char *when = g_strdup_printf(_("From %s to %s"), begin, end);
	g_autofree char *title =
		selection->title ? g_strdup(selection->title) : g_strdup(_("Selected area"));

	ww_panel_add_text(page->box, title, "heading");
	ww_panel_add_text(page->box, length, "title-1");
	ww_panel_add_text(page->box, when, "dim-label");
}

/* "victim/101" leads to the thread, as it was when the area begins. */
static void add_only_thread(const struct ww_panel_page *page, uint32_t utid, const char *whole)
{
	const struct ww_lane lane = { WW_LANE_THREAD, utid };
	g_autofree char *name = ww_trace_thread_text(ww_view_trace(page->view), utid);
	GtkListBox *list = ww_panel_add_list(page->box, _("Thread"));

	ww_panel_link(ww_panel_add_row(list, NULL, name, NULL, whole), page->view, lane,
		      ww_view_selection(page->view)->span.begin_ns);
}

/* "12 threads, 2.40 s of their time". */
static void add_whole(const struct ww_panel_page *page, const struct ww_area *area)
{
	g_autofree char *count = ww_count_text(area->threads->len);
	g_autofree char *whole = ww_duration_text(ww_area_whole_ns(area));
	g_autofree char *text = NULL;

	if (area->threads->len == 1) {
		add_only_thread(page, g_array_index(area->threads, struct ww_area_thread, 0).utid,
				whole);
		return;
	}
	text = g_strdup_printf(ngettext("%s thread, %s of its time", "%s threads, %s of their time",
					area->threads->len),
			       count, whole);
	ww_panel_add_text(page->box, text, "dim-label");
}

static void add_bar_states(WwShareBar *bar, const struct ww_totals *totals)
{
	for (size_t i = 0; i < WW_STATE_N; i++) {
		const enum ww_state state = ww_palette_order(i);

		if (state != WW_STATE_DEAD && totals->state_ns[state] > 0)
			ww_share_bar_add_state(bar, totals->state_ns[state], state);
	}
}

static void add_states(const struct ww_panel_page *page, const struct ww_area *area)
{
	const int64_t whole_ns = ww_area_whole_ns(area);
	GtkWidget *bar = ww_share_bar_new(_("Time by state"));
	g_autofree char *absent = value_text(area->absent_ns, whole_ns);
	GtkListBox *list;

	ww_panel_add_heading(page->box, _("Time by state"));
	add_bar_states(WW_SHARE_BAR(bar), &area->totals);
	gtk_box_append(page->box, bar);
	list = ww_panel_add_list(page->box, _("Time by state"));
	for (size_t i = 0; i < WW_STATE_N; i++) {
		const enum ww_state state = ww_palette_order(i);
		const int64_t ns = area->totals.state_ns[state];
		g_autofree char *value = value_text(ns, whole_ns);

		if (ns > 0 && state != WW_STATE_DEAD)
			ww_panel_add_row(list, ww_swatch_new_state(state), ww_word_state(state),
					 NULL, value);
	}
	if (area->absent_ns > 0)
		ww_panel_add_row(list, ww_swatch_new_state(WW_STATE_DEAD),
				 _("Not born yet, or ended"), NULL, absent);
}

struct share {
	const char *label;
	int64_t ns;
	bool is_unknown;
};

static int compare_shares(gconstpointer a, gconstpointer b)
{
	const int64_t x_ns = ((const struct share *)a)->ns;
	const int64_t y_ns = ((const struct share *)b)->ns;

	return x_ns > y_ns ? -1 : x_ns < y_ns;
}

/* Elements: struct share, largest first. @unknown: which of them is what nobody knows. */
static GArray *shares_of(const int64_t *all_ns, int n, int unknown, const char *(*label)(int i))
{
	GArray *shares = g_array_new(FALSE, FALSE, sizeof(struct share));

	for (int i = 0; i < n; i++) {
		const struct share share = { label(i), all_ns[i], i == unknown };

		if (share.ns > 0)
			g_array_append_val(shares, share);
	}
	g_array_sort(shares, compare_shares);
	return shares;
}

static const char *cause_label(int cause)
{
	return ww_word_cause(cause);
}

static const char *reason_label(int reason)
{
	return ww_word_reason(reason);
}

static void add_shares(const struct ww_panel_page *page, const char *heading, const GArray *shares)
{
	GtkWidget *bar;
	GtkListBox *list;
	int64_t whole_ns = 0;

	if (shares->len == 0)
		return;
	for (guint i = 0; i < shares->len; i++)
		whole_ns += g_array_index(shares, struct share, i).ns;
	ww_panel_add_heading(page->box, heading);
	bar = ww_share_bar_new(heading);
	gtk_box_append(page->box, bar);
	list = ww_panel_add_list(page->box, heading);
	for (guint i = 0; i < shares->len; i++) {
		const struct share *share = &g_array_index(shares, struct share, i);
		g_autofree char *label = ww_say_capital(share->label);
		g_autofree char *value = value_text(share->ns, whole_ns);
		const uint32_t part = share->is_unknown ? WW_PART_UNKNOWN : i;

		ww_share_bar_add_part(WW_SHARE_BAR(bar), share->ns, part);
		if (i < ww_panel_rows_shown(page, shares->len))
			ww_panel_add_row(list, ww_swatch_new_part(part), label, NULL, value);
	}
	ww_panel_add_more(page, list, shares->len);
}

static void add_causes(const struct ww_panel_page *page, const struct ww_area *area)
{
	g_autoptr(GArray) causes =
		shares_of(area->totals.cause_ns, WW_CAUSE_N, WW_CAUSE_UNKNOWN, cause_label);
	g_autoptr(GArray) reasons = shares_of(area->totals.reason_ns, WW_REASON_N,
					      WW_REASON_BLOCKED_UNKNOWN, reason_label);

	add_shares(page,
		   area->is_estimated ? _("Ready, by cause (estimated)") : _("Ready, by cause"),
		   causes);
	add_shares(page, _("Blocked, by reason"), reasons);
}

/* The largest of @shares as "preempted 3.00 ms, ..."; NULL when there is none. */
static char *largest_text(const int64_t *all_ns, int n, const char *(*label)(int i))
{
	g_autoptr(GArray) shares = shares_of(all_ns, n, -1, label);
	const struct share *largest;
	g_autofree char *length = NULL;

	if (shares->len == 0)
		return NULL;
	largest = &g_array_index(shares, struct share, 0);
	length = ww_duration_text(largest->ns);
	return g_strdup_printf("%s %s", largest->label, length);
}

/* "Ready 3.00 ms (behind an equal 2.00 ms)", a line for each state. */
static char *thread_text(const struct ww_totals *totals)
{
	static const struct {
		enum ww_state state;
		const char *word;
	} words[] = { { WW_STATE_RUNNING, N_("Ran") },
		      { WW_STATE_RUNNABLE, N_("Ready") },
		      { WW_STATE_BLOCKED, N_("Blocked") } };
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		const int64_t ns = totals->state_ns[words[i].state];
		g_autofree char *length = ww_duration_text(ns);
		g_autofree char *most =
			words[i].state == WW_STATE_RUNNABLE
				? largest_text(totals->cause_ns, WW_CAUSE_N, cause_label)
			: words[i].state == WW_STATE_BLOCKED
				? largest_text(totals->reason_ns, WW_REASON_N, reason_label)
				: NULL;

		if (ns == 0)
			continue;
		g_string_append_printf(text, "%s%s %s", text->len ? "\n" : "", _(words[i].word),
				       length);
		if (most)
			g_string_append_printf(text, " (%s)", most);
	}
	return g_string_free(text, FALSE);
}

static void add_thread(const struct ww_panel_page *page, GtkListBox *list,
		       const struct ww_area_thread *thread)
{
	g_autofree char *name = ww_trace_thread_text(ww_view_trace(page->view), thread->utid);
	g_autofree char *text = thread_text(&thread->totals);
	GtkWidget *row = ww_panel_add_row(list, NULL, name, text, NULL);
	GtkWidget *box = gtk_list_box_row_get_child(GTK_LIST_BOX_ROW(row));
	GtkWidget *bar = ww_share_bar_new(_("Time by state"));

	add_bar_states(WW_SHARE_BAR(bar), &thread->totals);
	ww_share_bar_make_small(WW_SHARE_BAR(bar));
	gtk_widget_set_margin_top(bar, 4);
	gtk_box_append(GTK_BOX(gtk_widget_get_first_child(box)), bar);
	if (thread->has_worst)
		ww_panel_link_wait(row, page->view, thread->worst);
}

static void add_threads(const struct ww_panel_page *page, const struct ww_area *area)
{
	const GArray *threads = area->threads;
	GtkListBox *list;

	ww_panel_add_heading(page->box, _("Thread by thread"));
	list = ww_panel_add_list(page->box, _("Threads"));
	for (guint i = 0; i < ww_panel_rows_shown(page, threads->len); i++)
		add_thread(page, list, &g_array_index(threads, struct ww_area_thread, i));
	ww_panel_add_more(page, list, threads->len);
}

static void add_wait(const struct ww_panel_page *page, GtkListBox *list, struct ww_wait_ref ref)
{
	const struct ww_trace *trace = ww_view_trace(page->view);
	const struct ww_lane lane = { WW_LANE_THREAD, ref.utid };
	g_autofree char *name = ww_trace_thread_text(trace, ref.utid);
	g_autofree char *length = NULL;
	g_autofree char *state = NULL;
	struct ww_interval wait;

	if (!ww_query_wait(trace, ref, &wait))
		return;
	length = ww_duration_text(ww_span_length_ns(wait.span));
	state = ww_text_state(trace, lane, &wait);
	ww_panel_link_wait(
		ww_panel_add_row(list, ww_swatch_new_state(wait.state), name, state, length),
		page->view, ref);
}

static void add_waits(const struct ww_panel_page *page, const struct ww_area *area)
{
	GtkListBox *list;

	if (area->waits->len == 0)
		return;
	ww_panel_add_heading(page->box, _("Longest waits, for a CPU first"));
	list = ww_panel_add_list(page->box, _("Longest waits"));
	for (guint i = 0; i < ww_panel_rows_shown(page, area->waits->len); i++)
		add_wait(page, list, g_array_index(area->waits, struct ww_wait_ref, i));
	ww_panel_add_more(page, list, area->waits->len);
}

static void add_rank(GtkListBox *list, const char *title, int64_t ns)
{
	g_autofree char *length = ww_duration_text(ns);

	ww_panel_add_row(list, NULL, title, NULL, length);
}

static void add_latency(const struct ww_panel_page *page, const struct ww_area *area)
{
	g_autofree char *count = ww_count_text(area->n_ready);
	GtkListBox *list;

	if (area->n_ready == 0)
		return;
	ww_panel_add_heading(page->box, _("How long threads were ready before they ran"));
	list = ww_panel_add_list(page->box, _("Latency"));
	ww_panel_add_row(list, NULL, _("Times"), NULL, count);
	add_rank(list, _("Half of them at most"), area->p50_ns);
	add_rank(list, _("99 of 100 at most"), area->p99_ns);
	add_rank(list, _("Longest"), area->max_ns);
}

void ww_panel_fill_area(const struct ww_panel_page *page, const struct ww_area *area)
{
	const struct ww_answer *answer = ww_insight_answer(ww_view_insight(page->view));

	add_title(page);
	if (!area) {
		ww_panel_add_busy(page->box, _("Adding up…"));
		return;
	}
	add_whole(page, area);
	if (area->threads->len == 0)
		return;
	if (answer && answer->explanation) {
		if (answer->explanation->sentence)
			ww_panel_add_text(page->box, answer->explanation->sentence, "sentence");
		ww_panel_add_buttons(page);
	}
	add_states(page, area);
	add_waits(page, area);
	add_causes(page, area);
	add_threads(page, area);
	add_latency(page, area);
	if (answer && answer->explanation)
		ww_panel_add_steps(page, answer->explanation);
}
