// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/wait-lengths.h"

#include "viewer/model/wait-set.h"

struct question {
	struct ww_document *document;
	struct ww_listing_scope scope;
};

static void question_free(gpointer data)
{
	struct question *question = data;

	ww_document_unref(question->document);
	g_clear_pointer(&question->scope.lanes, ww_lane_set_unref);
	g_free(question);
}

static void visit(struct ww_wait_ref ref, const struct ww_interval *wait, void *data)
{
	ww_sieve_add(data, ww_span_length_ns(wait->span));
}

static void collect(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct question *question = data;
	const struct ww_wait_walk walk = {
		.trace = question->document->trace,
		.lanes = question->scope.lanes,
		.span = question->scope.span,
		.set = (enum ww_wait_set)question->scope.choice,
		.max_ns = INT64_MAX,
		.cancellable = cancellable,
	};
	ww_auto(sieve) sieve = ww_sieve_new();

	while (ww_wait_walk(&walk, visit, sieve) && ww_sieve_next(sieve))
		;
	if (!g_task_return_error_if_cancelled(task))
		g_task_return_pointer(task, ww_sieve_histogram(sieve),
				      (GDestroyNotify)ww_histogram_free);
}

void ww_wait_lengths_start(struct ww_document *document, const struct ww_listing_scope *scope,
			   GCancellable *cancellable, GAsyncReadyCallback done, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
	struct question *question = g_new(struct question, 1);

	*question = (struct question){ ww_document_ref(document), *scope };
	if (scope->lanes)
		ww_lane_set_ref(scope->lanes);
	g_task_set_task_data(task, question, question_free);
	g_task_run_in_thread(task, collect);
}

struct ww_histogram *ww_wait_lengths_finish(GAsyncResult *result)
{
	return g_task_propagate_pointer(G_TASK(result), NULL);
}
