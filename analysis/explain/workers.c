// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/explain/workers.h"

struct crew {
	void (*work)(guint piece, guint worker, void *data);
	void *data;
	gint n_pieces;
	gint next; /* atomic: the piece that nobody has yet */
};

struct worker {
	struct crew *crew;
	guint number;
	GThread *thread; /* NULL: the caller, or there was none to be had */
};

guint ww_workers_for(guint n_pieces)
{
	return CLAMP(n_pieces, 1, MIN(g_get_num_processors(), WW_WORKERS_MAX));
}

static void *work(void *data)
{
	const struct worker *worker = data;
	struct crew *crew = worker->crew;
	gint piece;

	while ((piece = g_atomic_int_add(&crew->next, 1)) < crew->n_pieces)
		crew->work((guint)piece, worker->number, crew->data);
	return NULL;
}

void ww_workers_run(guint n_workers, guint n_pieces,
		    void (*work_piece)(guint piece, guint worker, void *data), void *data)
{
	struct crew crew = { .work = work_piece, .data = data, .n_pieces = (gint)n_pieces };
	struct worker workers[WW_WORKERS_MAX];

	for (guint i = 0; i < n_workers; i++)
		workers[i] = (struct worker){ .crew = &crew, .number = i };
	/* Without a thread the others have more to do. */
	for (guint i = 1; i < n_workers; i++)
		workers[i].thread = g_thread_try_new("analysis", work, &workers[i], NULL);
	work(&workers[0]);
	for (guint i = 1; i < n_workers; i++)
		if (workers[i].thread)
			g_thread_join(workers[i].thread);
}
