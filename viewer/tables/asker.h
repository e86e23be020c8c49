/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An asker: asks a worker anew when what a page of the tables shows is no longer what is wanted.
 *
 * Only while the page is mapped, and once what is wanted has stopped changing: an area changes with
 * every motion of a drag, a search with every letter. A question that is overtaken is cancelled.
 * It is part of its page, a widget with a signal "changed". Main thread only.
 */
#ifndef WW_VIEWER_TABLES_ASKER_H
#define WW_VIEWER_TABLES_ASKER_H

#include <gtk/gtk.h>
#include <stdbool.h>

struct ww_asker {
	GtkWidget *page;
	/* Starts a task, which holds a reference on the page. When it was not cancelled, it ends in
	 * ww_asker_take_answer(). */
	void (*ask)(GtkWidget *page, GCancellable *cancellable);
	bool is_stale;             /* what is shown is not what is wanted */
	bool has_answer;           /* something is shown */
	GCancellable *cancellable; /* of an answer on its way; NULL: none */
	guint timer;
};

/* At first nothing is shown: it asks when the page is mapped. */
void ww_asker_init(struct ww_asker *asker, GtkWidget *page,
		   void (*ask)(GtkWidget *page, GCancellable *cancellable));
/* Nothing is on its way then. When the page goes; when it is unmapped the asker does so itself, and
 * what is stale then is asked for when the page is mapped again. */
void ww_asker_cancel(struct ww_asker *asker);

/* What is wanted is something else now. Emits "changed". While nothing is shown yet it asks without
 * waiting for other changes. */
void ww_asker_ask_soon(struct ww_asker *asker);
/* It has come: the page shows it and then emits "changed". */
void ww_asker_take_answer(struct ww_asker *asker);
bool ww_asker_is_busy(const struct ww_asker *asker);

#endif
