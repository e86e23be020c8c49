// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/lane-jobs.h"

/* What is done by then is shown; a person who pans waits no longer for the first rows. */
#define BATCH_US (25 * G_TIME_SPAN_MILLISECOND)

struct request {
	int64_t key;
	bool is_group;
	struct ww_lane *lanes; /* owned */
	uint32_t n_lanes;
	struct ww_lane_data *result; /* NULL: not computed */
};

struct batch {
	struct ww_document *document;
	struct ww_span span;
	uint32_t n_px;
	GPtrArray *requests; /* struct request * */
};

struct ww_lane_jobs {
	ww_lane_jobs_ready ready;
	void (*done)(void *user_data);
	void *user_data;
	GPtrArray *wanted;         /* struct request * */
	GCancellable *cancellable; /* of the batch that is running; NULL: none is */
};

static void request_free(gpointer data)
{
	struct request *request = data;

	ww_lane_data_free(request->result);
	g_free(request->lanes);
	g_free(request);
}

static void batch_free(gpointer data)
{
	struct batch *batch = data;

	ww_document_unref_aside(batch->document);
	g_ptr_array_unref(batch->requests);
	g_free(batch);
}

struct ww_lane_jobs *ww_lane_jobs_new(ww_lane_jobs_ready ready, void (*done)(void *user_data),
				      void *user_data)
{
	struct ww_lane_jobs *jobs = g_new0(struct ww_lane_jobs, 1);

	jobs->ready = ready;
	jobs->done = done;
	jobs->user_data = user_data;
	jobs->wanted = g_ptr_array_new_with_free_func(request_free);
	return jobs;
}

void ww_lane_jobs_free(struct ww_lane_jobs *jobs)
{
	if (!jobs)
		return;
	ww_lane_jobs_cancel(jobs);
	g_ptr_array_unref(jobs->wanted);
	g_free(jobs);
}

void ww_lane_jobs_clear(struct ww_lane_jobs *jobs)
{
	g_ptr_array_set_size(jobs->wanted, 0);
}

void ww_lane_jobs_want(struct ww_lane_jobs *jobs, int64_t key, bool is_group,
		       const struct ww_lane *lanes, uint32_t n_lanes)
{
	struct request *request = g_new0(struct request, 1);

	request->key = key;
	request->is_group = is_group;
	request->lanes = g_memdup2(lanes, n_lanes * sizeof(*lanes));
	request->n_lanes = n_lanes;
	g_ptr_array_add(jobs->wanted, request);
}

static void run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct batch *batch = data;
	const gint64 begin_us = g_get_monotonic_time();

	for (guint i = 0; i < batch->requests->len; i++) {
		struct request *request = g_ptr_array_index(batch->requests, i);

		if (g_cancellable_is_cancelled(cancellable))
			break;
		request->result =
			ww_lane_data_new(batch->document->trace, request->is_group, request->lanes,
					 request->n_lanes, batch->span, batch->n_px);
		if (g_get_monotonic_time() - begin_us > BATCH_US)
			break;
	}
	g_task_return_boolean(task, TRUE);
}

static void on_done(GObject *source, GAsyncResult *result, gpointer data)
{
	const struct batch *batch = g_task_get_task_data(G_TASK(result));
	struct ww_lane_jobs *jobs = data;

	/* Then @jobs may be gone. */
	if (g_cancellable_is_cancelled(g_task_get_cancellable(G_TASK(result))))
		return;
	g_clear_object(&jobs->cancellable);
	for (guint i = 0; i < batch->requests->len; i++) {
		struct request *request = g_ptr_array_index(batch->requests, i);

		if (request->result)
			jobs->ready(request->key, g_steal_pointer(&request->result),
				    jobs->user_data);
	}
	jobs->done(jobs->user_data);
}

void ww_lane_jobs_start(struct ww_lane_jobs *jobs, struct ww_document *document,
			struct ww_span span, uint32_t n_px)
{
	g_autoptr(GTask) task = NULL;
	struct batch *batch;

	if (jobs->cancellable || jobs->wanted->len == 0)
		return;
	jobs->cancellable = g_cancellable_new();
	batch = g_new0(struct batch, 1);
	batch->document = ww_document_ref(document);
	batch->span = span;
	batch->n_px = n_px;
	batch->requests = g_steal_pointer(&jobs->wanted);
	jobs->wanted = g_ptr_array_new_with_free_func(request_free);
	task = g_task_new(NULL, jobs->cancellable, on_done, jobs);
	g_task_set_task_data(task, batch, batch_free);
	g_task_run_in_thread(task, run);
}

void ww_lane_jobs_cancel(struct ww_lane_jobs *jobs)
{
	if (jobs->cancellable)
		g_cancellable_cancel(jobs->cancellable);
	g_clear_object(&jobs->cancellable);
}

bool ww_lane_jobs_is_idle(const struct ww_lane_jobs *jobs)
{
	return !jobs->cancellable && jobs->wanted->len == 0;
}
