// SPDX-License-Identifier: GPL-2.0-or-later
/* What the panel says of a wait: the explanation, every part of it a link to its evidence. */
#include "analysis/explain/disk.h"
#include "viewer/app/i18n.h"
#include "viewer/model/say.h"
#include "viewer/model/words.h"
#include "viewer/view/text.h"
#include "viewer/widgets/linked-sentence.h"
#include "viewer/widgets/panel-parts.h"
#include "viewer/widgets/share-bar.h"
#include "viewer/widgets/swatch.h"

#define IDLE_STATE WW_STATE_BLOCKED /* of a CPU */

static char *value_text(int64_t ns, int64_t whole_ns)
{
	g_autofree char *length = ww_duration_text(ns);
	g_autofree char *share = ww_share_text(ns, whole_ns);

	return g_strdup_printf("%s\n%s", share, length);
}

/* The request to a disk that ended the wait, as a stretch of the waiter's lane. */
static bool link_disk(const struct ww_panel_page *page, GtkWidget *row,
		      const struct ww_explanation *explanation)
{
	const struct ww_lane lane = { WW_LANE_THREAD, explanation->ref.utid };
	struct ww_disk_end end;

	if (!ww_disk_end_find(ww_view_trace(page->view), lane.index, explanation->wait.span, &end))
		return false;
	ww_panel_link_stretch(row, page->view, lane,
			      (struct ww_span){ end.queued_ns, end.request.span.end_ns },
			      _("Disk Request"));
	return true;
}

/* What ended it came on a CPU: a timer, an interrupt. */
static bool link_wake_up(const struct ww_panel_page *page, GtkWidget *row, const GArray *wakers)
{
	const struct ww_wake_step *step;

	if (!wakers || wakers->len == 0)
		return false;
	step = &g_array_index(wakers, struct ww_wake_step, 0);
	if (step->wake.cpu == WW_CPU_UNKNOWN)
		return false;
	ww_panel_link(row, page->view, (struct ww_lane){ WW_LANE_CPU, step->wake.cpu },
		      step->wake.time_ns);
	return true;
}

static void link_evidence(const struct ww_panel_page *page, GtkWidget *row,
			  const struct ww_answer *answer, const struct ww_cause_part *part)
{
	const struct ww_lane self = { WW_LANE_THREAD, answer->explanation->ref.utid };

	if (part->utid < WW_UTID_IDLE) {
		ww_panel_link(row, page->view, (struct ww_lane){ WW_LANE_THREAD, part->utid },
			      part->first_ns);
		return;
	}
	if ((part->cause == WW_CAUSE_DISK_DEVICE || part->cause == WW_CAUSE_DISK_QUEUE) &&
	    link_disk(page, row, answer->explanation))
		return;
	if (part->cpu != WW_CPU_UNKNOWN)
		ww_panel_link(row, page->view, (struct ww_lane){ WW_LANE_CPU, part->cpu },
			      part->first_ns);
	else if (part->cause != WW_CAUSE_TIMER || !link_wake_up(page, row, answer->wakers))
		/* Nothing else shows it: where it begins in the wait itself. */
		ww_panel_link_stretch(
			row, page->view, self,
			(struct ww_span){ part->first_ns, MIN(part->first_ns + part->ns,
							      answer->explanation->span.end_ns) },
			ww_word_cause(part->cause));
}

static void add_cause(const struct ww_panel_page *page, GtkListBox *list,
		      const struct ww_answer *answer, guint i)
{
	const struct ww_cause_part *part =
		&g_array_index(answer->explanation->causes, struct ww_cause_part, i);
	const bool is_thread = part->utid < WW_UTID_IDLE;
	g_autofree char *cause = ww_say_cause(part);
	g_autofree char *value = value_text(part->ns, ww_span_length_ns(answer->explanation->span));
	g_autofree char *thread =
		is_thread ? ww_trace_thread_text(ww_view_trace(page->view), part->utid) : NULL;
	GtkWidget *sign = ww_swatch_new_part(ww_swatch_part_of(part->cause, i));
	GtkWidget *row = ww_panel_add_row(list, sign, is_thread ? thread : cause,
					  is_thread ? cause : NULL, value);

	link_evidence(page, row, answer, part);
}

/* A part of the bar is the link that its row is, or would be if the list were longer. */
static void on_followed(WwShareBar *bar, guint i, WwView *view)
{
	const struct ww_panel_page page = { .view = view };
	const struct ww_answer *answer = ww_insight_answer(ww_view_insight(view));
	g_autoptr(GtkWidget) link = NULL;

	if (!answer || !answer->explanation || i >= answer->explanation->causes->len)
		return;
	link = g_object_ref_sink(gtk_button_new());
	link_evidence(&page, link, answer,
		      &g_array_index(answer->explanation->causes, struct ww_cause_part, i));
	g_signal_emit_by_name(link, "clicked");
}

static void add_causes(const struct ww_panel_page *page, const struct ww_answer *answer)
{
	const GArray *causes = answer->explanation->causes;
	GtkWidget *bar = ww_share_bar_new(_("Causes of this wait"));
	GtkListBox *list;

	if (causes->len == 0) {
		g_object_unref(g_object_ref_sink(bar));
		return;
	}
	ww_panel_add_heading(page->box, answer->explanation->wait.state == WW_STATE_RUNNABLE
						? _("What it waited behind")
						: _("Where the time went"));
	gtk_box_append(page->box, bar);
	list = ww_panel_add_list(page->box, _("Causes"));
	g_signal_connect_object(bar, "followed", G_CALLBACK(on_followed), page->view, 0);
	gtk_widget_set_cursor_from_name(bar, "pointer");
	for (guint i = 0; i < causes->len; i++) {
		const struct ww_cause_part *part = &g_array_index(causes, struct ww_cause_part, i);

		ww_share_bar_add_part(WW_SHARE_BAR(bar), part->ns,
				      ww_swatch_part_of(part->cause, i));
		if (i < ww_panel_rows_shown(page, causes->len))
			add_cause(page, list, answer, i);
	}
	ww_panel_add_more(page, list, causes->len);
	if (answer->occupant)
		ww_panel_add_text(page->box, answer->occupant, "note");
}

static void add_step(const struct ww_panel_page *page, GtkListBox *list,
		     const struct ww_path_step *step)
{
	g_autofree char *thread = ww_trace_thread_text(ww_view_trace(page->view), step->utid);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(step->span));
	g_autofree char *what = ww_say_step(step);
	GtkWidget *sign = ww_swatch_new_state(step->state);
	GtkWidget *row = ww_panel_add_row(list, sign, thread, what, length);

	gtk_widget_set_margin_start(sign, (int)MIN(step->depth, 6) * 10);
	if (step->utid < WW_UTID_IDLE)
		ww_panel_link(row, page->view, (struct ww_lane){ WW_LANE_THREAD, step->utid },
			      step->span.begin_ns);
}

void ww_panel_add_steps(const struct ww_panel_page *page, const struct ww_explanation *explanation)
{
	const GArray *path = explanation->path;
	GtkListBox *list;

	if (!path || path->len == 0)
		return;
	ww_panel_add_heading(page->box, _("What happened meanwhile, step by step"));
	list = ww_panel_add_list(page->box, _("Steps"));
	for (guint i = 0; i < ww_panel_rows_shown(page, path->len); i++)
		add_step(page, list, &g_array_index(path, struct ww_path_step, i));
	ww_panel_add_more(page, list, path->len);
}

static void add_avoidable(const struct ww_panel_page *page, GtkListBox *list,
			  const struct ww_explanation *explanation,
			  const struct ww_avoidable_part *part)
{
	const struct ww_lane cpu = { WW_LANE_CPU, part->cpu };
	g_autofree char *value = value_text(part->ns, ww_span_length_ns(explanation->span));
	g_autofree char *name = part->cpu == WW_CPU_UNKNOWN ? NULL : ww_text_lane(NULL, cpu);
	GtkWidget *row = ww_panel_add_row(list, NULL, ww_say_avoidable(part), name, value);
	struct ww_interval idle;

	if (part->cpu == WW_CPU_UNKNOWN)
		return;
	if ((ww_query_at(ww_view_trace(page->view), cpu, explanation->span.begin_ns, &idle) &&
	     idle.state == IDLE_STATE) ||
	    ww_query_next(ww_view_trace(page->view), cpu, explanation->span.begin_ns,
			  1u << IDLE_STATE, &idle))
		ww_panel_link(row, page->view, cpu, idle.span.begin_ns);
}

static void add_avoidables(const struct ww_panel_page *page,
			   const struct ww_explanation *explanation)
{
	const GArray *avoidables = explanation->avoidables;
	GtkListBox *list;

	if (!avoidables || avoidables->len == 0)
		return;
	ww_panel_add_heading(page->box, _("Could it have run elsewhere?"));
	list = ww_panel_add_list(page->box, _("Avoidability"));
	for (guint i = 0; i < ww_panel_rows_shown(page, avoidables->len); i++)
		add_avoidable(page, list, explanation,
			      &g_array_index(avoidables, struct ww_avoidable_part, i));
	ww_panel_add_more(page, list, avoidables->len);
}

static void add_fact(GtkListBox *list, const char *title, const char *value)
{
	if (value && *value)
		ww_panel_add_row(list, NULL, title, value, NULL);
}

static void add_object(const struct ww_panel_page *page, const struct ww_wait_object *object)
{
	g_autofree char *address = g_strdup_printf("0x%" G_GINT64_MODIFIER "x", object->address);
	g_autofree char *fd = g_strdup_printf("%d", object->fd);
	g_autofree char *kind = NULL;
	GtkListBox *list;

	if (!object->is_known || !object->kind)
		return;
	kind = ww_say_capital(object->kind);
	ww_panel_add_heading(page->box, _("What it waited for"));
	list = ww_panel_add_list(page->box, _("Object"));
	ww_panel_add_row(list, NULL, kind,
			 object->symbol         ? object->symbol
			 : object->address != 0 ? address
			 : object->fd >= 0      ? fd
						: NULL,
			 NULL);
	if (object->symbol && object->address != 0)
		add_fact(list, _("Address"), address);
	add_fact(list, _("Called from"), object->site);
	add_fact(list, _("Name"), object->name);
	if (!object->name) {
		add_fact(list, _("File"), object->path);
		add_fact(list, _("At the other end"), object->peer);
	}
	add_fact(list, _("Device"), object->device);
}

static void add_unknowns(const struct ww_panel_page *page, const GPtrArray *unknowns)
{
	GtkListBox *list;

	if (!unknowns || unknowns->len == 0)
		return;
	ww_panel_add_heading(page->box, _("What is not known"));
	list = ww_panel_add_list(page->box, _("What is not known"));
	for (guint i = 0; i < unknowns->len; i++)
		ww_panel_add_row(list, NULL, unknowns->pdata[i], NULL, NULL);
}

/* Buttons do what their command does. */
void ww_panel_add_buttons(const struct ww_panel_page *page)
{
	GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
	GtkWidget *follow = gtk_button_new_with_label(ww_insight_path(ww_view_insight(page->view))
							      ? _("Hide the Path")
							      : _("Follow the Critical Path"));
	GtkWidget *copy = gtk_button_new_with_label(_("Copy"));

	gtk_actionable_set_detailed_action_name(GTK_ACTIONABLE(follow), "win.run::path");
	gtk_widget_set_tooltip_text(follow, _("Shows over the lanes what it waited for (C)"));
	gtk_widget_add_css_class(follow, "path");
	gtk_actionable_set_action_name(GTK_ACTIONABLE(copy), "win.copy");
	gtk_widget_set_tooltip_text(copy, _("Copies the whole explanation (Ctrl+Shift+C)"));
	gtk_widget_add_css_class(line, "buttons");
	gtk_box_append(GTK_BOX(line), follow);
	gtk_box_append(GTK_BOX(line), copy);
	gtk_box_append(page->box, line);
}

static bool is_all_unknown(const struct ww_explanation *explanation)
{
	return explanation->causes->len == 1 &&
	       g_array_index(explanation->causes, struct ww_cause_part, 0).cause ==
		       WW_CAUSE_UNKNOWN;
}

void ww_panel_fill_explanation(const struct ww_panel_page *page, const struct ww_answer *answer)
{
	const struct ww_explanation *explanation = answer->explanation;

	ww_panel_add_title(page);
	gtk_box_append(page->box, ww_linked_sentence_new(page->view, explanation));
	/* The one part says so itself. */
	if (!is_all_unknown(explanation))
		ww_panel_add_text(page->box, ww_say_confidence(explanation->confidence),
				  "dim-label");
	ww_panel_add_buttons(page);
	ww_panel_add_advice(page, explanation);
	add_causes(page, answer);
}

void ww_panel_fill_rest(const struct ww_panel_page *page, const struct ww_answer *answer)
{
	const struct ww_explanation *explanation = answer->explanation;

	add_avoidables(page, explanation);
	ww_panel_add_steps(page, explanation);
	ww_panel_add_wakers(page, answer->wakers);
	add_object(page, &explanation->object);
	add_unknowns(page, answer->unknowns);
	ww_panel_add_around(page);
}
