// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/trace/loader.h"

#include "viewer/trace/give-way.h"

#define PROGRESS_PERIOD_MS 100
/* Up to this many threads each part of a trace gets its overview, which takes about 20 ms then. */
#define OUTLINED_THREADS_MAX 500

enum signal {
	SIGNAL_PROGRESSED,
	SIGNAL_LOADED,
	SIGNAL_ENDED,
	SIGNAL_N,
};

/* What is on its way from the worker to the main thread. */
struct job {
	char *path;
	GCancellable *reading, *digesting;
	WwLoader *loader; /* main thread only; NULL when it is gone */
	GMutex mutex;     /* over all that follows */
	double fraction;
	uint64_t n_events;
	struct ww_document *document; /* the newest, not yet delivered; NULL */
	struct ww_document *partial;  /* the last part, delivered or not; NULL */
	enum ww_loader_state state;
	GError *error;
	guint source; /* of the delivery on its way; 0: none */
};

struct _WwLoader {
	GObject parent;
	struct job *job;
	guint timer;
	enum ww_loader_state state;
	struct ww_document *document;
	double fraction;
	uint64_t n_events;
	bool is_stopped;
};

static guint signals[SIGNAL_N];

G_DEFINE_FINAL_TYPE(WwLoader, ww_loader, G_TYPE_OBJECT)

static void job_clear(gpointer data)
{
	struct job *job = data;

	g_clear_pointer(&job->document, ww_document_unref);
	g_clear_pointer(&job->partial, ww_document_unref);
	g_clear_error(&job->error);
	g_object_unref(job->reading);
	g_object_unref(job->digesting);
	g_mutex_clear(&job->mutex);
	g_free(job->path);
}

static void job_unref(gpointer job)
{
	g_atomic_rc_box_release_full(job, job_clear);
}

static void note_progress(double fraction, uint64_t n_events, void *data)
{
	struct job *job = data;

	g_mutex_lock(&job->mutex);
	job->fraction = fraction;
	job->n_events = n_events;
	g_mutex_unlock(&job->mutex);
}

static void take(WwLoader *loader, struct ww_document *document)
{
	struct ww_document *former = g_steal_pointer(&loader->document);

	loader->document = document;
	g_signal_emit(loader, signals[SIGNAL_LOADED], 0);
	if (former)
		ww_document_unref_aside(former);
}

static gboolean deliver(gpointer data)
{
	struct job *job = data;
	g_autoptr(WwLoader) loader = job->loader ? g_object_ref(job->loader) : NULL;
	struct ww_document *document;

	g_mutex_lock(&job->mutex);
	job->source = 0;
	document = g_steal_pointer(&job->document);
	if (loader)
		loader->state = job->state;
	g_mutex_unlock(&job->mutex);
	if (!loader) {
		if (document)
			ww_document_unref_aside(document);
		return G_SOURCE_REMOVE;
	}
	if (loader->state != WW_LOADER_READING)
		g_clear_handle_id(&loader->timer, g_source_remove);
	if (document)
		take(loader, document);
	if (loader->state >= WW_LOADER_DONE)
		g_signal_emit(loader, signals[SIGNAL_ENDED], 0);
	return G_SOURCE_REMOVE;
}

/* The newest wins: the main thread need not see what it was too busy for. Takes @document (NULL:
 * nothing new) and @error. */
static void post(struct job *job, struct ww_document *document, enum ww_loader_state state,
		 GError *error)
{
	struct ww_document *missed = NULL;

	g_mutex_lock(&job->mutex);
	if (document) {
		missed = job->document;
		job->document = document;
	}
	job->state = state;
	if (error)
		job->error = error;
	if (job->source == 0)
		job->source = g_idle_add_full(G_PRIORITY_DEFAULT, deliver,
					      g_atomic_rc_box_acquire(job), job_unref);
	g_mutex_unlock(&job->mutex);
	if (missed)
		ww_document_unref(missed);
}

/* Takes @document; the one with an overview. */
static struct ww_document *outlined(struct ww_document *document)
{
	struct ww_document *outline = ww_document_outline(document);

	ww_document_unref(document);
	return outline;
}

static void on_partial(struct ww_trace *trace, void *data)
{
	struct job *job = data;
	struct ww_document *document = ww_document_sketch(trace, false);

	if (ww_trace_info(trace)->n_threads <= OUTLINED_THREADS_MAX)
		document = outlined(document);
	g_clear_pointer(&job->partial, ww_document_unref);
	job->partial = ww_document_ref(document);
	post(job, document, WW_LOADER_READING, NULL);
}

/* All that will be read of it, in a document without anything derived. */
static struct ww_document *read_trace(struct job *job, GError **error)
{
	const struct ww_load_options options = {
		.progress = note_progress,
		.progress_data = job,
		.cancellable = job->reading,
		.partial = on_partial,
		.partial_data = job,
	};
	g_autoptr(GError) failure = NULL;
	struct ww_trace *trace = ww_trace_load(job->path, &options, &failure);
	struct ww_document *document;

	if (trace)
		return ww_document_sketch(trace, true);
	if (job->partial && g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
		document = outlined(g_steal_pointer(&job->partial));
		document->is_read = true;
		return document;
	}
	g_propagate_error(error, g_steal_pointer(&failure));
	return NULL;
}

/* Takes @document, which has been posted. */
static void derive(struct job *job, struct ww_document *document)
{
	struct ww_document *digest;

	ww_give_way();
	document = outlined(document);
	post(job, ww_document_ref(document), WW_LOADER_DIGESTING, NULL);
	digest = ww_document_digest(document, job->digesting);
	ww_document_unref(document);
	if (digest)
		post(job, digest, WW_LOADER_DONE, NULL);
}

static gpointer run(gpointer data)
{
	struct job *job = data;
	GError *error = NULL;
	struct ww_document *document = read_trace(job, &error);

	/* An older part would hold what it shares with the newest. */
	g_clear_pointer(&job->partial, ww_document_unref);
	if (document) {
		post(job, ww_document_ref(document), WW_LOADER_DIGESTING, NULL);
		derive(job, document);
	} else {
		post(job, NULL, WW_LOADER_FAILED, error);
	}
	job_unref(job);
	return NULL;
}

static gboolean show_progress(gpointer data)
{
	WwLoader *loader = data;

	g_mutex_lock(&loader->job->mutex);
	loader->fraction = loader->job->fraction;
	loader->n_events = loader->job->n_events;
	g_mutex_unlock(&loader->job->mutex);
	g_signal_emit(loader, signals[SIGNAL_PROGRESSED], 0);
	return G_SOURCE_CONTINUE;
}

static void loader_finalize(GObject *object)
{
	WwLoader *loader = WW_LOADER(object);

	g_clear_handle_id(&loader->timer, g_source_remove);
	g_cancellable_cancel(loader->job->reading);
	g_cancellable_cancel(loader->job->digesting);
	loader->job->loader = NULL;
	job_unref(loader->job);
	if (loader->document)
		ww_document_unref_aside(loader->document);
	G_OBJECT_CLASS(ww_loader_parent_class)->finalize(object);
}

static void ww_loader_class_init(WwLoaderClass *class)
{
	static const char *const names[SIGNAL_N] = { "progressed", "loaded", "ended" };

	G_OBJECT_CLASS(class)->finalize = loader_finalize;
	for (size_t i = 0; i < SIGNAL_N; i++)
		signals[i] = g_signal_new(names[i], WW_TYPE_LOADER, G_SIGNAL_RUN_LAST, 0, NULL,
					  NULL, NULL, G_TYPE_NONE, 0);
}

static void ww_loader_init(WwLoader *loader)
{
	struct job *job = g_atomic_rc_box_new0(struct job);

	g_mutex_init(&job->mutex);
	job->loader = loader;
	job->reading = g_cancellable_new();
	job->digesting = g_cancellable_new();
	loader->job = job;
}

WwLoader *ww_loader_new(const char *path)
{
	WwLoader *loader = g_object_new(WW_TYPE_LOADER, NULL);

	loader->job->path = g_strdup(path);
	loader->timer = g_timeout_add(PROGRESS_PERIOD_MS, show_progress, loader);
	g_thread_unref(g_thread_new("loader", run, g_atomic_rc_box_acquire(loader->job)));
	return loader;
}

const char *ww_loader_path(WwLoader *loader)
{
	return loader->job->path;
}

enum ww_loader_state ww_loader_state(WwLoader *loader)
{
	return loader->state;
}

const struct ww_document *ww_loader_document(WwLoader *loader)
{
	return loader->document;
}

/* Written once, before the state that says so. */
const GError *ww_loader_error(WwLoader *loader)
{
	return loader->state == WW_LOADER_FAILED ? loader->job->error : NULL;
}

double ww_loader_fraction(WwLoader *loader)
{
	return loader->fraction;
}

uint64_t ww_loader_n_events(WwLoader *loader)
{
	return loader->n_events;
}

void ww_loader_stop(WwLoader *loader)
{
	loader->is_stopped = true;
	g_cancellable_cancel(loader->job->reading);
}

bool ww_loader_is_stopped(WwLoader *loader)
{
	return loader->is_stopped;
}
