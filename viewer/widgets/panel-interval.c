// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/text.h"
#include "viewer/widgets/linked-sentence.h"
#include "viewer/widgets/panel-parts.h"
#include "viewer/widgets/share-bar.h"
#include "viewer/widgets/swatch.h"

/* Rows of one list: more are no explanation to a person, and each costs the window time. */
#define ROWS_MAX 50

static const unsigned int any_state = (1u << WW_STATE_N) - 1;

/* "mutex" -> "Mutex": model labels are written to stand inside a sentence. */
static char *capital(const char *text)
{
	char *copy = g_strdup(text);

	copy[0] = g_ascii_toupper(copy[0]);
	return copy;
}

static void add_title(GtkBox *page, WwView *view)
{
	const struct ww_selection *selection = ww_view_selection(view);
	const struct ww_trace *trace = ww_view_trace(view);
	GtkWidget *line = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 10);
	g_autofree char *lane = ww_text_lane(trace, selection->lane);
	g_autofree char *state = ww_text_state(trace, selection->lane, &selection->interval);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(selection->span));
	g_autofree char *begin = ww_instant_text(selection->span.begin_ns);
	g_autofree char *end = ww_instant_text(selection->span.end_ns);
	g_autofree char *when = g_strdup_printf("%s, from %s to %s", lane, begin, end);

	if (selection->lane.kind == WW_LANE_THREAD)
		gtk_box_append(GTK_BOX(line), ww_swatch_new_state(selection->interval.state));
	ww_panel_add_text(GTK_BOX(line), state, "heading");
	gtk_box_append(page, line);
	ww_panel_add_text(page, length, "title-1");
	ww_panel_add_text(page, when, "dim-label");
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

static void add_waker(GtkListBox *list, WwView *view)
{
	const struct ww_interval *interval = &ww_view_selection(view)->interval;
	const struct ww_lane lane = { WW_LANE_THREAD, interval->waker_utid };
	g_autofree char *name = NULL;

	if (interval->waker == WW_WAKER_UNKNOWN || interval->waker == WW_WAKER_NONE)
		return;
	if (interval->waker_utid >= WW_UTID_IDLE) {
		name = capital(ww_waker_name(interval->waker));
		ww_panel_add_row(list, NULL, name, "Woke it", NULL);
		return;
	}
	name = ww_text_lane(ww_view_trace(view), lane);
	ww_panel_link(ww_panel_add_row(list, NULL, name, "Woke it", NULL), view, lane,
		      MAX(interval->waking_ns, 0));
}

static void add_around(GtkBox *page, WwView *view)
{
	const struct ww_trace *trace = ww_view_trace(view);
	const struct ww_selection *selection = ww_view_selection(view);
	GtkListBox *list;
	struct ww_interval interval;

	ww_panel_add_heading(page, "Before and after");
	list = ww_panel_add_list(page, "Before and after");
	if (ww_query_previous(trace, selection->lane, selection->span.begin_ns, any_state,
			      &interval))
		add_neighbour(list, view, "Before", &interval);
	if (selection->lane.kind == WW_LANE_THREAD)
		add_waker(list, view);
	if (ww_query_next(trace, selection->lane, selection->span.end_ns, any_state, &interval))
		add_neighbour(list, view, "After", &interval);
}

static void add_who_ran(GtkBox *page, WwView *view)
{
	const struct ww_selection *selection = ww_view_selection(view);
	const struct ww_lane lane = { WW_LANE_THREAD, selection->interval.utid };
	g_autofree char *name = NULL;

	if (selection->lane.kind != WW_LANE_CPU || lane.index >= WW_UTID_IDLE)
		return;
	name = ww_text_lane(ww_view_trace(view), lane);
	ww_panel_add_heading(page, "Who ran");
	ww_panel_link(ww_panel_add_row(ww_panel_add_list(page, "Who ran"),
				       ww_swatch_new_state(WW_STATE_RUNNING), name, NULL, NULL),
		      view, lane, selection->span.begin_ns);
}

void ww_panel_fill_interval(GtkBox *page, WwView *view)
{
	add_title(page, view);
	add_who_ran(page, view);
	add_around(page, view);
}

static char *value_text(int64_t ns, int64_t whole_ns)
{
	g_autofree char *length = ww_duration_text(ns);
	g_autofree char *share = ww_share_text(ns, whole_ns);

	return g_strdup_printf("%s\n%s", share, length);
}

static const char *relation_text(enum ww_relation relation)
{
	static const char *const texts[WW_RELATION_N] = {
		[WW_RELATION_SAME_PROCESS] = "same process",
		[WW_RELATION_SAME_CGROUP] = "same cgroup",
		[WW_RELATION_OTHER] = "another process",
		[WW_RELATION_KERNEL] = "kernel thread",
		[WW_RELATION_RECORDER] = "the recorder itself",
	};

	return texts[relation];
}

static char *cause_text(const struct ww_cause_part *part)
{
	GString *text = g_string_new(ww_cause_label(part->cause));
	const char *relation = relation_text(part->relation);
	g_autofree char *more = ww_cause_part_text(part);

	text->str[0] = g_ascii_toupper(text->str[0]);
	if (relation)
		g_string_append_printf(text, " · %s", relation);
	if (part->cpu != WW_CPU_UNKNOWN)
		g_string_append_printf(text, " · CPU %u", part->cpu);
	if (more)
		g_string_append_printf(text, " · %s", more);
	return g_string_free(text, FALSE);
}

static void add_cause(GtkListBox *list, WwView *view, const struct ww_cause_part *part, uint32_t i,
		      int64_t whole_ns)
{
	const struct ww_lane lane = { WW_LANE_THREAD, part->utid };
	const bool is_thread = part->utid < WW_UTID_IDLE;
	g_autofree char *cause = cause_text(part);
	g_autofree char *value = value_text(part->ns, whole_ns);
	g_autofree char *thread = is_thread ? ww_text_lane(ww_view_trace(view), lane) : NULL;
	GtkWidget *row = ww_panel_add_row(list, ww_swatch_new_part(i), is_thread ? thread : cause,
					  is_thread ? cause : NULL, value);

	if (is_thread)
		ww_panel_link(row, view, lane, part->first_ns);
}

static guint rows_shown(const GArray *all)
{
	return MIN(all->len, ROWS_MAX);
}

static void add_rest(GtkListBox *list, const GArray *all, const char *what)
{
	g_autofree char *count = ww_count_text(all->len - rows_shown(all));
	g_autofree char *text = g_strdup_printf("and %s more %s", count, what);

	if (all->len > rows_shown(all))
		ww_panel_add_row(list, NULL, text, NULL, NULL);
}

static void add_causes(GtkBox *page, WwView *view, const struct ww_explanation *explanation)
{
	const int64_t whole_ns = ww_span_length_ns(explanation->wait.span);
	GtkWidget *bar = ww_share_bar_new("Causes of this wait");
	GtkListBox *list;

	if (explanation->causes->len == 0)
		return;
	ww_panel_add_heading(page, explanation->wait.state == WW_STATE_RUNNABLE
					   ? "What it waited behind"
					   : "Where the time went");
	gtk_box_append(page, bar);
	list = ww_panel_add_list(page, "Causes");
	for (guint i = 0; i < explanation->causes->len; i++) {
		const struct ww_cause_part *part =
			&g_array_index(explanation->causes, struct ww_cause_part, i);

		ww_share_bar_add_part(WW_SHARE_BAR(bar), part->ns, i);
		if (i < rows_shown(explanation->causes))
			add_cause(list, view, part, i, whole_ns);
	}
	add_rest(list, explanation->causes, "that are smaller");
}

static void add_step(GtkListBox *list, WwView *view, const struct ww_path_step *step)
{
	const struct ww_lane lane = { WW_LANE_THREAD, step->utid };
	const bool is_thread = step->utid < WW_UTID_IDLE;
	const char *reason = ww_reason_label(step->reason);
	g_autofree char *thread = ww_trace_thread_text(ww_view_trace(view), step->utid);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(step->span));
	g_autofree char *what =
		g_strjoin(" · ", ww_state_label(step->state), *reason ? reason : step->detail,
			  *reason ? step->detail : NULL, NULL);
	GtkWidget *sign = ww_swatch_new_state(step->state);
	GtkWidget *row = ww_panel_add_row(list, sign, thread, what, length);

	gtk_widget_set_margin_start(sign, (int)MIN(step->depth, 6) * 10);
	if (is_thread)
		ww_panel_link(row, view, lane, step->span.begin_ns);
}

static void add_path(GtkBox *page, WwView *view, const struct ww_explanation *explanation)
{
	GtkListBox *list;

	if (!explanation->path || explanation->path->len == 0)
		return;
	ww_panel_add_heading(page, "What happened meanwhile, step by step");
	list = ww_panel_add_list(page, "Steps");
	for (guint i = 0; i < rows_shown(explanation->path); i++)
		add_step(list, view, &g_array_index(explanation->path, struct ww_path_step, i));
	add_rest(list, explanation->path, "steps");
}

static const char *avoidable_text(const struct ww_avoidable_part *part)
{
	switch (part->kind) {
	case WW_AVOIDABLE_ALLOWED_IDLE:
		return "A CPU it may use was idle";
	case WW_AVOIDABLE_DISALLOWED_IDLE:
		return "Only CPUs it may not use were idle";
	case WW_AVOIDABLE_SATURATED:
		return "Every CPU was busy";
	case WW_AVOIDABLE_NOT_ELIGIBLE:
		return "It was not allowed to run anywhere";
	case WW_AVOIDABLE_UNKNOWN:
	case WW_AVOIDABLE_N:
		break;
	}
	return part->cpu == WW_CPU_UNKNOWN
		       ? "Not known"
		       : "A CPU was idle; nobody knows whether it may use that one";
}

static void add_avoidables(GtkBox *page, const struct ww_explanation *explanation)
{
	const int64_t whole_ns = ww_span_length_ns(explanation->wait.span);
	GtkListBox *list;

	if (!explanation->avoidables || explanation->avoidables->len == 0)
		return;
	ww_panel_add_heading(page, "Could it have run elsewhere?");
	list = ww_panel_add_list(page, "Avoidability");
	for (guint i = 0; i < explanation->avoidables->len; i++) {
		const struct ww_avoidable_part *part =
			&g_array_index(explanation->avoidables, struct ww_avoidable_part, i);
		g_autofree char *value = value_text(part->ns, whole_ns);
		g_autofree char *cpu =
			part->cpu == WW_CPU_UNKNOWN ? NULL : g_strdup_printf("CPU %u", part->cpu);

		ww_panel_add_row(list, NULL, avoidable_text(part), cpu, value);
	}
}

static void add_object(GtkBox *page, const struct ww_wait_object *object)
{
	g_autofree char *address = g_strdup_printf("0x%" G_GINT64_MODIFIER "x", object->address);
	g_autofree char *fd = g_strdup_printf("%d", object->fd);
	g_autofree char *kind = NULL;
	GtkListBox *list;

	if (!object->is_known || !object->kind)
		return;
	kind = capital(object->kind);
	ww_panel_add_heading(page, "What it waited for");
	list = ww_panel_add_list(page, "Object");
	ww_panel_add_row(list, NULL, kind, NULL,
			 object->symbol         ? object->symbol
			 : object->address != 0 ? address
			 : object->fd >= 0      ? fd
						: NULL);
	if (object->symbol && object->address != 0)
		ww_panel_add_row(list, NULL, "Address", NULL, address);
	if (object->site)
		ww_panel_add_row(list, NULL, "Called from", NULL, object->site);
}

static void add_sentence(GtkBox *page, WwView *view, const struct ww_explanation *explanation)
{
	static const char *const texts[WW_CONFIDENCE_N] = {
		[WW_CONFIDENCE_UNKNOWN] = "Confidence: unknown, the recording does not say enough",
		[WW_CONFIDENCE_LIKELY] = "Confidence: likely, part of this is inferred",
		[WW_CONFIDENCE_EXACT] = "Confidence: exact, every part was recorded",
	};

	gtk_box_append(page, ww_linked_sentence_new(view, explanation));
	ww_panel_add_text(page, texts[explanation->confidence], "dim-label");
}

void ww_panel_fill_explanation(GtkBox *page, WwView *view, const struct ww_explanation *explanation)
{
	add_title(page, view);
	add_sentence(page, view, explanation);
	add_causes(page, view, explanation);
	add_avoidables(page, explanation);
	add_path(page, view, explanation);
	add_object(page, &explanation->object);
	add_around(page, view);
}
