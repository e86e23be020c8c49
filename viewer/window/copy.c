// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/copy.h"

#include "viewer/app/i18n.h"
#include "viewer/model/say.h"
#include "viewer/model/words.h"
#include "viewer/view/text.h"

static void add_span(GString *text, struct ww_span span)
{
	g_autofree char *length = ww_duration_text(ww_span_length_ns(span));
	g_autofree char *begin = ww_instant_text(span.begin_ns);
	g_autofree char *end = ww_instant_text(span.end_ns);

	g_string_append_printf(text, _("%s, from %s to %s\n"), length, begin, end);
}

static void add_trace(GString *text, WwView *view)
{
	const struct ww_document *document = ww_view_document(view);
	const GPtrArray *findings = ww_insight_findings(ww_view_insight(view));
	g_autofree char *recorded = ww_words_recorded(document->trace, &document->summary);
	g_autofree char *spent = ww_words_time_spent(&document->summary);

	g_string_append_printf(text, "%s\n%s\n%s\n", document->title, recorded, spent);
	for (guint i = 0; findings && i < findings->len; i++) {
		const struct ww_finding *finding = findings->pdata[i];
		g_autofree char *label = ww_say_capital(ww_word_finding(finding->kind));

		g_string_append_printf(text, "\n%s\n%s\n", label, finding->sentence);
		if (finding->advice) {
			g_string_append_printf(text, _("What to try: %s"), finding->advice);
			g_string_append_c(text, '\n');
		}
	}
}

static void add_interval(GString *text, WwView *view, const struct ww_answer *answer)
{
	const struct ww_selection *selection = ww_view_selection(view);
	const struct ww_trace *trace = ww_view_trace(view);
	g_autofree char *lane = ww_text_lane(trace, selection->lane);
	g_autofree char *state = ww_text_state(trace, selection->lane, &selection->interval);

	g_string_append_printf(text, "%s: %s\n", lane, state);
	add_span(text, selection->span);
	for (guint i = 0; answer && answer->wakers && i < answer->wakers->len; i++) {
		const struct ww_wake_step *step =
			&g_array_index(answer->wakers, struct ww_wake_step, i);
		g_autofree char *who = ww_say_waker(trace, &step->wake);
		g_autofree char *what = ww_say_wake_step(trace, step);
		g_autofree char *when = ww_instant_text(step->wake.time_ns);

		g_string_append_printf(text, "%s  %s: %s\n", when, who, what);
	}
}

/* A table with tabs: it falls into columns in whatever it is pasted into. */
static void add_area(GString *text, WwView *view, const struct ww_answer *answer)
{
	const struct ww_area *area = answer ? answer->area : NULL;

	add_span(text, ww_view_selection(view)->span);
	if (!area)
		return;
	g_string_append_printf(text, "\n%s\t%s\t%s\t%s\t%s\n", _("Thread"), _("Running"),
			       _("Runnable"), _("Blocked"), _("Other"));
	for (guint i = 0; i < area->threads->len; i++) {
		const struct ww_area_thread *thread =
			&g_array_index(area->threads, struct ww_area_thread, i);
		const int64_t *ns = thread->totals.state_ns;
		g_autofree char *name = ww_trace_thread_text(ww_view_trace(view), thread->utid);
		g_autofree char *running = ww_duration_text(ns[WW_STATE_RUNNING]);
		g_autofree char *runnable = ww_duration_text(ns[WW_STATE_RUNNABLE]);
		g_autofree char *blocked = ww_duration_text(ns[WW_STATE_BLOCKED]);
		g_autofree char *other =
			ww_duration_text(ns[WW_STATE_STOPPED] + ns[WW_STATE_UNKNOWN]);

		g_string_append_printf(text, "%s\t%s\t%s\t%s\t%s\n", name, running, runnable,
				       blocked, other);
	}
}

char *ww_copy_text(WwView *view)
{
	const struct ww_answer *answer = ww_insight_answer(ww_view_insight(view));
	GString *text;

	if (answer && answer->explanation && !answer->area)
		return ww_say_all(ww_view_trace(view), answer->explanation, answer->occupant,
				  answer->unknowns);
	text = g_string_new(NULL);
	switch (ww_view_selection(view)->kind) {
	case WW_SELECTION_NONE:
		add_trace(text, view);
		break;
	case WW_SELECTION_INTERVAL:
		add_interval(text, view, answer);
		break;
	case WW_SELECTION_AREA:
		add_area(text, view, answer);
		break;
	}
	return g_string_free(text, FALSE);
}
