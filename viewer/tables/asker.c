// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/asker.h"

#define DELAY_MS 80

static void on_map(struct ww_asker *asker)
{
	if (asker->is_stale)
		ww_asker_ask_soon(asker);
}

void ww_asker_init(struct ww_asker *asker, GtkWidget *page,
		   void (*ask)(GtkWidget *page, GCancellable *cancellable))
{
	*asker = (struct ww_asker){ .page = page, .ask = ask, .is_stale = true };
	g_signal_connect_swapped(page, "map", G_CALLBACK(on_map), asker);
	g_signal_connect_swapped(page, "unmap", G_CALLBACK(ww_asker_cancel), asker);
}

void ww_asker_cancel(struct ww_asker *asker)
{
	g_clear_handle_id(&asker->timer, g_source_remove);
	if (asker->cancellable)
		g_cancellable_cancel(asker->cancellable);
	g_clear_object(&asker->cancellable);
}

static gboolean ask_now(gpointer data)
{
	struct ww_asker *asker = data;

	asker->timer = 0;
	asker->cancellable = g_cancellable_new();
	asker->ask(asker->page, asker->cancellable);
	return G_SOURCE_REMOVE;
}

void ww_asker_ask_soon(struct ww_asker *asker)
{
	ww_asker_cancel(asker);
	asker->is_stale = true;
	if (gtk_widget_get_mapped(asker->page))
		asker->timer = g_timeout_add(asker->has_answer ? DELAY_MS : 0, ask_now, asker);
	g_signal_emit_by_name(asker->page, "changed");
}

void ww_asker_take_answer(struct ww_asker *asker)
{
	g_clear_object(&asker->cancellable);
	asker->is_stale = false;
	asker->has_answer = true;
}

bool ww_asker_is_busy(const struct ww_asker *asker)
{
	return asker->timer != 0 || asker->cancellable;
}
