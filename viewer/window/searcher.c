// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/searcher.h"

#include "viewer/app/i18n.h"
#include "viewer/model/search.h"

/* Waits that can be stepped through after one search. */
#define MATCHES_MAX 1000

enum progress {
	PROGRESS_NOTHING,
	PROGRESS_ASKED, /* names are on their way */
	PROGRESS_NAMES, /* and the waits are */
	PROGRESS_ALL,
};

/* One reference is the window's, others are those of open choosers and of work on its way. */
struct ww_searcher {
	gatomicrefcount refs;
	WwView *view;
	struct ww_document *document; /* of the search, which borrows from it */
	struct ww_search *search;     /* NULL: nothing is known yet */
	enum progress progress;
	GCancellable *cancellable; /* of all work */
	WwChooser *chooser;        /* the one that may wait for more; weak */
};

/* What a worker needs to hold on to. */
struct work {
	struct ww_document *document;
	struct ww_search_entry entry; /* of the waits to collect; its strings are owned */
	bool has_waits;               /* of a search: add them too */
};

static void work_free(gpointer data)
{
	struct work *work = data;

	g_free(work->entry.title);
	ww_document_unref(work->document);
	g_free(work);
}

static struct work *work_new(struct ww_searcher *searcher)
{
	struct work *work = g_new0(struct work, 1);

	work->document =
		ww_document_ref((struct ww_document *)(uintptr_t)ww_view_document(searcher->view));
	return work;
}

static struct ww_searcher *searcher_ref(struct ww_searcher *searcher)
{
	g_atomic_ref_count_inc(&searcher->refs);
	return searcher;
}

static void searcher_unref(gpointer data)
{
	struct ww_searcher *searcher = data;

	if (!g_atomic_ref_count_dec(&searcher->refs))
		return;
	g_clear_weak_pointer(&searcher->chooser);
	ww_search_free(searcher->search);
	ww_document_unref(searcher->document);
	g_object_unref(searcher->cancellable);
	g_object_unref(searcher->view);
	g_free(searcher);
}

static void start(struct ww_searcher *searcher, struct work *work, GTaskThreadFunc run,
		  GAsyncReadyCallback done)
{
	g_autoptr(GTask) task =
		g_task_new(NULL, searcher->cancellable, done, searcher_ref(searcher));

	g_task_set_task_data(task, work, work_free);
	g_task_run_in_thread(task, run);
}

static void collect(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct work *work = data;
	struct ww_search *search = ww_search_new(work->document->trace);

	if (work->has_waits)
		ww_search_add_waits(search);
	g_task_return_pointer(task, search, (GDestroyNotify)ww_search_free);
}

static void collect_waits(struct ww_searcher *searcher);

static void on_collected(GObject *source, GAsyncResult *result, gpointer data)
{
	struct ww_searcher *searcher = data;
	struct ww_search *search = g_task_propagate_pointer(G_TASK(result), NULL);

	if (search) {
		struct ww_search *old = searcher->search;

		searcher->search = search;
		searcher->progress++;
		if (searcher->progress == PROGRESS_NAMES)
			collect_waits(searcher);
		/* Its rows are of the old one until then. */
		if (searcher->chooser)
			ww_chooser_refresh(searcher->chooser, searcher);
		ww_search_free(old);
	}
	searcher_unref(searcher);
}

static void collect_waits(struct ww_searcher *searcher)
{
	struct work *work = work_new(searcher);

	work->has_waits = true;
	start(searcher, work, collect, on_collected);
}

static void take_document(struct ww_searcher *searcher)
{
	searcher->document =
		ww_document_ref((struct ww_document *)(uintptr_t)ww_view_document(searcher->view));
	searcher->cancellable = g_cancellable_new();
}

static void begin(struct ww_searcher *searcher)
{
	if (searcher->progress != PROGRESS_NOTHING)
		return;
	searcher->progress = PROGRESS_ASKED;
	start(searcher, work_new(searcher), collect, on_collected);
}

/* More of the trace was read: what was collected borrows from the part before. */
static void on_document(WwView *view, struct ww_searcher *searcher)
{
	if (ww_view_trace(view) == searcher->document->trace)
		return;
	g_cancellable_cancel(searcher->cancellable);
	g_clear_object(&searcher->cancellable);
	g_clear_pointer(&searcher->search, ww_search_free);
	ww_document_unref(searcher->document);
	take_document(searcher);
	searcher->progress = PROGRESS_NOTHING;
	if (searcher->chooser && ww_chooser_shows(searcher->chooser, searcher)) {
		ww_chooser_refresh(searcher->chooser, searcher);
		begin(searcher);
	}
}

struct ww_searcher *ww_searcher_new(WwView *view)
{
	struct ww_searcher *searcher = g_new0(struct ww_searcher, 1);

	g_atomic_ref_count_init(&searcher->refs);
	searcher->view = g_object_ref(view);
	take_document(searcher);
	g_signal_connect(view, "document", G_CALLBACK(on_document), searcher);
	return searcher;
}

void ww_searcher_free(struct ww_searcher *searcher)
{
	if (!searcher)
		return;
	g_signal_handlers_disconnect_by_data(searcher->view, searcher);
	g_cancellable_cancel(searcher->cancellable);
	searcher_unref(searcher);
}

static void find(gpointer data, const char *typed, GArray *choices)
{
	struct ww_searcher *searcher = data;
	g_autoptr(GPtrArray) found = NULL;

	if (!searcher->search)
		return;
	found = ww_search_find(searcher->search, typed, WW_CHOICES_MAX);
	for (guint i = 0; i < found->len; i++) {
		const struct ww_search_entry *entry = g_ptr_array_index(found, i);
		const struct ww_choice choice = {
			.title = entry->title,
			.subtitle = entry->subtitle,
			.note = ww_search_kind_label(entry->kind),
			.data = entry,
		};

		g_array_append_val(choices, choice);
	}
}

static void collect_alike(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct work *work = data;

	g_task_return_pointer(task,
			      ww_search_alike(work->document->trace, &work->entry, MATCHES_MAX),
			      (GDestroyNotify)g_array_unref);
}

static void on_alike(GObject *source, GAsyncResult *result, gpointer data)
{
	struct ww_searcher *searcher = data;
	GArray *matches = g_task_propagate_pointer(G_TASK(result), NULL);

	if (matches)
		ww_view_set_matches(searcher->view, matches);
	searcher_unref(searcher);
}

static void go_to_waits(struct ww_searcher *searcher, const struct ww_search_entry *entry)
{
	struct work *work = work_new(searcher);

	ww_view_go_to_wait(searcher->view, entry->ref);
	work->entry = *entry;
	work->entry.title = g_strdup(entry->title);
	work->entry.folded = NULL;
	work->entry.subtitle = NULL;
	start(searcher, work, collect_alike, on_alike);
}

static void choose(gpointer data, const struct ww_choice *choice)
{
	struct ww_searcher *searcher = data;
	const struct ww_search_entry *entry = choice->data;

	switch (entry->kind) {
	case WW_SEARCH_TIME:
		ww_view_center(searcher->view, entry->span.begin_ns);
		break;
	case WW_SEARCH_WAITS:
		go_to_waits(searcher, entry);
		break;
	case WW_SEARCH_TASK:
		ww_view_go_to_span(searcher->view, entry->lane, entry->span);
		break;
	default:
		ww_view_go_to_lane(searcher->view, entry->lane, entry->span);
		break;
	}
}

static const char *nothing(gpointer data)
{
	const struct ww_searcher *searcher = data;

	return searcher->progress < PROGRESS_ALL
		       ? _("Nothing yet; waits are still being summed up…")
		       : _("Nothing in this trace is called so. Try a thread, a lock, a system call "
			   "or a time like 1.25s.");
}

void ww_searcher_open(struct ww_searcher *searcher, WwChooser *chooser)
{
	static const struct ww_chooser_source source = {
		.name = N_("Search"),
		.prompt = N_("A thread, a lock, a system call, a task, a time like 1.25s"),
		.find = find,
		.choose = choose,
		.nothing = nothing,
		.free = searcher_unref,
	};

	g_set_weak_pointer(&searcher->chooser, chooser);
	begin(searcher);
	ww_chooser_open(chooser, &source, searcher_ref(searcher));
}
