// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/loader.h"

#define PROGRESS_PERIOD_MS 50

/* Shared by the worker, which writes the figures, and a timer on the main thread, which reads them.
 */
struct load {
	char *path;
	ww_loader_progress progress;
	void *data;
	GCancellable *cancellable; /* owned; NULL: nobody cancels */
	guint timer;
	GMutex mutex;
	double fraction;   /* under the mutex */
	uint64_t n_events; /* under the mutex */
};

static void load_free(gpointer data)
{
	struct load *load = data;

	g_mutex_clear(&load->mutex);
	g_clear_object(&load->cancellable);
	g_free(load->path);
	g_free(load);
}

static void note_progress(double fraction, uint64_t n_events, void *data)
{
	struct load *load = data;

	g_mutex_lock(&load->mutex);
	load->fraction = fraction;
	load->n_events = n_events;
	g_mutex_unlock(&load->mutex);
}

static gboolean show_progress(gpointer data)
{
	struct load *load = data;
	double fraction;
	uint64_t n_events;

	if (g_cancellable_is_cancelled(load->cancellable))
		return G_SOURCE_CONTINUE;
	g_mutex_lock(&load->mutex);
	fraction = load->fraction;
	n_events = load->n_events;
	g_mutex_unlock(&load->mutex);
	load->progress(fraction, n_events, load->data);
	return G_SOURCE_CONTINUE;
}

static void run(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	struct load *load = data;
	const struct ww_load_options options = {
		.progress = note_progress,
		.progress_data = load,
		.cancellable = cancellable,
	};
	GError *error = NULL;
	struct ww_document *document = ww_document_load(load->path, &options, &error);

	if (document)
		g_task_return_pointer(task, document, (GDestroyNotify)ww_document_unref);
	else
		g_task_return_error(task, error);
}

void ww_loader_start(const char *path, GCancellable *cancellable, ww_loader_progress progress,
		     GAsyncReadyCallback done, void *data)
{
	g_autoptr(GTask) task = g_task_new(NULL, cancellable, done, data);
	struct load *load = g_new0(struct load, 1);

	load->path = g_strdup(path);
	load->progress = progress;
	load->data = data;
	g_set_object(&load->cancellable, cancellable);
	g_mutex_init(&load->mutex);
	load->timer = g_timeout_add(PROGRESS_PERIOD_MS, show_progress, load);
	g_task_set_task_data(task, load, load_free);
	g_task_run_in_thread(task, run);
}

struct ww_document *ww_loader_finish(GAsyncResult *result, GError **error)
{
	struct load *load = g_task_get_task_data(G_TASK(result));

	g_clear_handle_id(&load->timer, g_source_remove);
	return g_task_propagate_pointer(G_TASK(result), error);
}
