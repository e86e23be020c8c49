// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/answer.h"

#include "analysis/explain/occupant.h"
#include "viewer/model/focus.h"
#include "viewer/model/unknowns.h"

static void answer_clear(gpointer data)
{
	struct ww_answer *answer = data;

	g_clear_pointer(&answer->wakers, g_array_unref);
	ww_overlay_free(answer->arrows);
	ww_explanation_free(answer->explanation);
	ww_overlay_free(answer->path);
	g_free(answer->occupant);
	g_clear_pointer(&answer->unknowns, g_ptr_array_unref);
	g_free(answer->failure);
	ww_area_free(answer->area);
	if (answer->selection.lanes)
		ww_lane_set_unref(answer->selection.lanes);
	ww_document_unref_aside(answer->document);
}

struct ww_answer *ww_answer_ref(struct ww_answer *answer)
{
	return g_atomic_rc_box_acquire(answer);
}

void ww_answer_unref(struct ww_answer *answer)
{
	if (answer)
		g_atomic_rc_box_release_full(answer, answer_clear);
}

static void explain(struct ww_answer *answer, const struct ww_trace *trace)
{
	struct ww_explanation *explanation;
	g_autoptr(GError) error = NULL;
	struct ww_occupant occupant;
	struct ww_wait_ref ref;

	if (!ww_query_wait_at(trace, answer->selection.lane.index,
			      answer->selection.interval.span.begin_ns, &ref))
		return;
	explanation = ww_explain_wait(trace, ref, &error);
	if (!explanation) {
		answer->failure = g_strdup(error->message);
		return;
	}
	answer->explanation = explanation;
	answer->path = ww_overlay_new_path(trace, explanation);
	answer->unknowns = ww_unknowns_of(trace, explanation);
	if (ww_explain_occupant(trace, explanation, &occupant))
		answer->occupant = ww_words_occupant(trace, explanation, &occupant);
}

static void look_at_interval(struct ww_answer *answer, const struct ww_trace *trace)
{
	const struct ww_interval *interval = &answer->selection.interval;

	answer->wakers = ww_wakers_of(trace, interval);
	answer->arrows = ww_overlay_new_arrows(trace, interval);
	if (interval->state == WW_STATE_RUNNABLE || interval->state == WW_STATE_BLOCKED)
		explain(answer, trace);
}

struct area_question {
	const struct ww_selection *selection;
	struct ww_focus focus;
};

/* What was dragged over is meant, whoever it is; of all lanes those that were recorded on purpose.
 */
static bool wants_thread(const struct ww_thread *thread, void *data)
{
	const struct area_question *question = data;
	const struct ww_lane_set *lanes = question->selection->lanes;

	if (lanes && ww_lane_set_n_threads(lanes) > 0)
		return ww_selection_covers_thread(question->selection, thread->utid);
	return ww_focus_covers(&question->focus, thread);
}

static void explain_window(struct ww_answer *answer, const struct ww_trace *trace)
{
	const struct ww_lane_set *lanes = answer->selection.lanes;
	uint32_t utid = 0;

	if (!lanes || ww_lane_set_n_threads(lanes) != 1)
		return;
	while (!ww_lane_set_has(lanes, (struct ww_lane){ WW_LANE_THREAD, utid }))
		utid++;
	answer->explanation = ww_explain_window(trace, utid, answer->selection.span, NULL);
	if (answer->explanation)
		answer->path = ww_overlay_new_path(trace, answer->explanation);
}

static bool sum_area(struct ww_answer *answer, const struct ww_trace *trace,
		     GCancellable *cancellable)
{
	struct area_question question = { .selection = &answer->selection };

	ww_focus_init(&question.focus, trace);
	answer->area =
		ww_area_new(trace, answer->selection.span, wants_thread, &question, cancellable);
	explain_window(answer, trace);
	return answer->area;
}

struct ww_answer *ww_answer_new(const struct ww_document *document,
				const struct ww_selection *selection, GCancellable *cancellable)
{
	struct ww_answer *answer = g_atomic_rc_box_new0(struct ww_answer);
	bool is_done = true;

	answer->document = ww_document_ref(document);
	answer->selection = *selection;
	if (selection->lanes)
		ww_lane_set_ref(selection->lanes);
	if (selection->kind == WW_SELECTION_AREA)
		is_done = sum_area(answer, document->trace, cancellable);
	else if (selection->kind == WW_SELECTION_INTERVAL && selection->lane.kind == WW_LANE_THREAD)
		look_at_interval(answer, document->trace);
	if (is_done && !g_cancellable_is_cancelled(cancellable))
		return answer;
	ww_answer_unref(answer);
	return NULL;
}
