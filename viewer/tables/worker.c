// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/worker.h"

struct answer {
	struct ww_listing *listing;
	GArray *order;
};

static void order_free(gpointer data)
{
	struct ww_table_order *order = data;

	ww_document_unref(order->document);
	g_clear_pointer(&order->listing, ww_listing_unref);
	g_clear_pointer(&order->scope.lanes, ww_lane_set_unref);
	g_free(order->arrangement.search);
	g_free(order);
}

static void answer_free(gpointer data)
{
	struct answer *answer = data;

	g_clear_pointer(&answer->listing, ww_listing_unref);
	g_clear_pointer(&answer->order, g_array_unref);
	g_free(answer);
}

static void work(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct ww_table_order *order = data;
	struct answer *answer = g_new0(struct answer, 1);

	if (order->listing)
		answer->listing = ww_listing_ref(order->listing);
	else
		answer->listing =
			ww_listing_new(order->kind, order->document, &order->scope, cancellable);
	if (answer->listing)
		answer->order =
			ww_listing_arrange(answer->listing, &order->arrangement, cancellable);
	if (!g_task_return_error_if_cancelled(task))
		g_task_return_pointer(task, answer, answer_free);
	else
		answer_free(answer);
}

void ww_table_worker_start(const struct ww_table_order *order, GCancellable *cancellable,
			   GAsyncReadyCallback done, gpointer data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
	struct ww_table_order *copy = g_memdup2(order, sizeof(*order));

	ww_document_ref(copy->document);
	if (copy->listing)
		ww_listing_ref(copy->listing);
	if (copy->scope.lanes)
		ww_lane_set_ref(copy->scope.lanes);
	copy->arrangement.search = g_strdup(order->arrangement.search);
	g_task_set_task_data(task, copy, order_free);
	g_task_run_in_thread(task, work);
}

struct ww_listing *ww_table_worker_finish(GAsyncResult *result, GArray **order)
{
	struct answer *answer = g_task_propagate_pointer(G_TASK(result), NULL);
	struct ww_listing *listing;

	if (!answer)
		return NULL;
	listing = g_steal_pointer(&answer->listing);
	*order = g_steal_pointer(&answer->order);
	answer_free(answer);
	return listing;
}
