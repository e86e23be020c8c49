// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/insight.h"

#include "viewer/model/focus.h"
#include "viewer/trace/give-way.h"
#include "viewer/view/view.h"

/* An area changes with every motion of a drag; it is worth a sum once it rests. */
#define AREA_DELAY_MS 60

enum signal {
	SIGNAL_ANSWERED,
	SIGNAL_FOUND,
	SIGNAL_OVERLAID,
	SIGNAL_N,
};

struct _WwInsight {
	GObject parent;
	WwView *view; /* weak; NULL when it is gone */
	struct ww_answer *answer;
	GCancellable *cancellable; /* of the question on its way; NULL: none */
	bool asks_again;           /* the selection has changed since */
	guint ask_source;
	GPtrArray *findings;
	GCancellable *searching;      /* of the findings on their way; NULL: none */
	bool wants_findings;          /* somebody asked for them */
	const struct ww_trace *trace; /* that findings are of; never followed */
	struct ww_answer *path;       /* whose path is shown */
	bool wants_path;              /* that of the answer on its way */
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwInsight, ww_insight, G_TYPE_OBJECT)

static void stop_searching(WwInsight *insight)
{
	if (insight->searching)
		g_cancellable_cancel(insight->searching);
	g_clear_object(&insight->searching);
}

static void insight_dispose(GObject *object)
{
	WwInsight *insight = WW_INSIGHT(object);

	g_clear_handle_id(&insight->ask_source, g_source_remove);
	if (insight->cancellable)
		g_cancellable_cancel(insight->cancellable);
	g_clear_object(&insight->cancellable);
	stop_searching(insight);
	g_clear_weak_pointer(&insight->view);
	g_clear_pointer(&insight->answer, ww_answer_unref);
	g_clear_pointer(&insight->path, ww_answer_unref);
	g_clear_pointer(&insight->findings, g_ptr_array_unref);
	G_OBJECT_CLASS(ww_insight_parent_class)->dispose(object);
}

static void ww_insight_class_init(WwInsightClass *class)
{
	static const char *const names[SIGNAL_N] = { "answered", "found", "overlaid" };

	G_OBJECT_CLASS(class)->dispose = insight_dispose;
	for (size_t i = 0; i < SIGNAL_N; i++)
		signals[i] = g_signal_new(names[i], WW_TYPE_INSIGHT, G_SIGNAL_RUN_LAST, 0, NULL,
					  NULL, NULL, G_TYPE_NONE, 0);
}

static void ww_insight_init(WwInsight *insight)
{
}

struct question {
	struct ww_document *document;
	struct ww_selection selection; /* its set of lanes is held */
};

static void question_free(gpointer data)
{
	struct question *question = data;

	if (question->selection.lanes)
		ww_lane_set_unref(question->selection.lanes);
	ww_document_unref_aside(question->document);
	g_free(question);
}

/* The document behind the view, to be held by a worker. */
static struct ww_document *hold_document(WwInsight *insight)
{
	const struct ww_document *document = ww_view_document(insight->view);

	return ww_document_ref((struct ww_document *)(uintptr_t)document);
}

static void find_answer(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct question *question = data;

	g_task_return_pointer(task,
			      ww_answer_new(question->document, &question->selection, cancellable),
			      (GDestroyNotify)ww_answer_unref);
}

static void set_path(WwInsight *insight, struct ww_answer *answer)
{
	insight->wants_path = false;
	if (insight->path == answer)
		return;
	g_clear_pointer(&insight->path, ww_answer_unref);
	if (answer)
		insight->path = ww_answer_ref(answer);
	g_signal_emit(insight, signals[SIGNAL_OVERLAID], 0);
}

static void ask(WwInsight *insight);

static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(WwInsight) insight = data;
	struct ww_answer *answer = g_task_propagate_pointer(G_TASK(result), NULL);

	g_clear_object(&insight->cancellable);
	if (insight->view && insight->asks_again) {
		ww_answer_unref(answer);
		/* Else it is asked once the selection rests. */
		if (insight->ask_source == 0)
			ask(insight);
		return;
	}
	if (!insight->view || !answer) {
		ww_answer_unref(answer);
		return;
	}
	g_clear_pointer(&insight->answer, ww_answer_unref);
	insight->answer = answer;
	g_signal_emit(insight, signals[SIGNAL_ANSWERED], 0);
	if (insight->wants_path && insight->answer && insight->answer->path)
		set_path(insight, insight->answer);
	insight->wants_path = false;
}

static void ask(WwInsight *insight)
{
	struct question *question;
	g_autoptr(GTask) task = NULL;

	insight->asks_again = false;
	if (ww_view_selection(insight->view)->kind == WW_SELECTION_NONE)
		return;
	question = g_new0(struct question, 1);
	question->document = hold_document(insight);
	question->selection = *ww_view_selection(insight->view);
	if (question->selection.lanes)
		ww_lane_set_ref(question->selection.lanes);
	insight->cancellable = g_cancellable_new();
	task = g_task_new(NULL, insight->cancellable, on_answer, g_object_ref(insight));
	/* The answer says itself when it was cancelled. */
	g_task_set_check_cancellable(task, FALSE);
	g_task_set_task_data(task, question, question_free);
	g_task_run_in_thread(task, find_answer);
}

static gboolean ask_now(gpointer data)
{
	WwInsight *insight = data;

	insight->ask_source = 0;
	/* A worker may hold it longer than the view lives. */
	if (!insight->view)
		return G_SOURCE_REMOVE;
	if (insight->cancellable)
		insight->asks_again = true;
	else
		ask(insight);
	return G_SOURCE_REMOVE;
}

static void on_selected(WwInsight *insight)
{
	const enum ww_selection_kind kind = ww_view_selection(insight->view)->kind;

	g_clear_pointer(&insight->answer, ww_answer_unref);
	g_clear_handle_id(&insight->ask_source, g_source_remove);
	insight->wants_path = false;
	if (insight->cancellable) {
		g_cancellable_cancel(insight->cancellable);
		insight->asks_again = true;
	}
	if (kind == WW_SELECTION_NONE)
		ww_insight_hide_path(insight);
	else if (kind == WW_SELECTION_AREA)
		insight->ask_source = g_timeout_add(AREA_DELAY_MS, ask_now, insight);
	else
		insight->ask_source = g_idle_add_full(G_PRIORITY_DEFAULT, ask_now, insight, NULL);
}

const struct ww_answer *ww_insight_answer(WwInsight *insight)
{
	return insight->answer;
}

bool ww_insight_is_settled(WwInsight *insight)
{
	return insight->ask_source == 0 && !insight->cancellable && !insight->searching;
}

struct search {
	struct ww_document *document;
	struct ww_focus focus;
	GCancellable *cancellable;
};

static void search_free(gpointer data)
{
	struct search *search = data;

	ww_document_unref(search->document);
	g_object_unref(search->cancellable);
	g_free(search);
}

/* Once it is cancelled nobody is left to be looked at, so it ends soon. */
static bool wants_thread(const struct ww_thread *thread, void *data)
{
	const struct search *search = data;

	return !g_cancellable_is_cancelled(search->cancellable) &&
	       ww_focus_covers(&search->focus, thread);
}

/* On a thread of its own, which gives way: what a person asks for comes first. */
static gpointer find_findings(gpointer data)
{
	g_autoptr(GTask) task = data;
	struct search *search = g_task_get_task_data(task);
	const struct ww_trace *trace = search->document->trace;
	const struct ww_span all = { 0, MAX(ww_trace_info(trace)->duration_ns, 1) };

	ww_give_way();
	ww_focus_init(&search->focus, trace);
	g_task_return_pointer(task, ww_findings(trace, all, wants_thread, search),
			      (GDestroyNotify)g_ptr_array_unref);
	return NULL;
}

static void on_findings(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(WwInsight) insight = data;
	GPtrArray *findings = g_task_propagate_pointer(G_TASK(result), NULL);

	/* Cancelled: another question is on its way. */
	if (!findings)
		return;
	g_clear_object(&insight->searching);
	insight->findings = findings;
	g_signal_emit(insight, signals[SIGNAL_FOUND], 0);
}

static void ask_findings(WwInsight *insight)
{
	struct search *search = g_new0(struct search, 1);
	GTask *task;

	insight->searching = g_cancellable_new();
	search->document = hold_document(insight);
	search->cancellable = g_object_ref(insight->searching);
	task = g_task_new(NULL, insight->searching, on_findings, g_object_ref(insight));
	g_task_set_task_data(task, search, search_free);
	g_thread_unref(g_thread_new("findings", find_findings, task));
}

const GPtrArray *ww_insight_findings(WwInsight *insight)
{
	insight->wants_findings = true;
	if (!insight->findings && !insight->searching && ww_view_document(insight->view)->is_read)
		ask_findings(insight);
	return insight->findings;
}

/* Answers hold the trace that they are of, findings do not. What is said of a part of the trace
 * stays until all of it is read. */
static void on_document(WwInsight *insight)
{
	const struct ww_document *document = ww_view_document(insight->view);

	if (insight->trace != document->trace) {
		insight->trace = document->trace;
		stop_searching(insight);
		g_clear_pointer(&insight->findings, g_ptr_array_unref);
		if (document->is_read)
			on_selected(insight);
	}
	if (insight->wants_findings)
		ww_insight_findings(insight);
}

WwInsight *ww_insight_new(WwView *view)
{
	WwInsight *insight = g_object_new(WW_TYPE_INSIGHT, NULL);

	g_set_weak_pointer(&insight->view, view);
	g_signal_connect_object(view, "selected", G_CALLBACK(on_selected), insight,
				G_CONNECT_SWAPPED);
	g_signal_connect_object(view, "document", G_CALLBACK(on_document), insight,
				G_CONNECT_SWAPPED);
	insight->trace = ww_view_trace(view);
	return insight;
}

const struct ww_answer *ww_insight_path(WwInsight *insight)
{
	return insight->path;
}

void ww_insight_show_path(WwInsight *insight)
{
	if (!insight->answer)
		insight->wants_path = true;
	else if (insight->answer->path)
		set_path(insight, insight->answer);
}

void ww_insight_hide_path(WwInsight *insight)
{
	set_path(insight, NULL);
}
