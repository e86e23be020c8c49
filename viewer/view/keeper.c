// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/keeper.h"

#include "viewer/view/view-memory.h"

#define SAVE_DELAY_MS 600

struct ww_keeper {
	WwView *view;
	GtkToggleButton *panel;
	GtkWidget *tables;
	char *directory;
	guint save_source; /* 0: nothing is to be written */
};

/* What cannot be written is not remembered: nothing that a person could do about it here. */
static void save(struct ww_keeper *keeper)
{
	ww_auto(memory) memory = ww_view_remember(keeper->view);
	g_autoptr(GError) error = NULL;

	g_clear_handle_id(&keeper->save_source, g_source_remove);
	memory->shows_panel = gtk_toggle_button_get_active(keeper->panel);
	memory->shows_tables = gtk_widget_get_visible(keeper->tables);
	if (!ww_memory_save(keeper->directory, ww_trace_info(ww_view_trace(keeper->view)), memory,
			    &error))
		g_info("%s", error->message);
}

static gboolean save_now(gpointer data)
{
	struct ww_keeper *keeper = data;

	keeper->save_source = 0;
	save(keeper);
	return G_SOURCE_REMOVE;
}

static void save_later(struct ww_keeper *keeper)
{
	if (keeper->save_source == 0)
		keeper->save_source = g_timeout_add(SAVE_DELAY_MS, save_now, keeper);
}

static void recall(struct ww_keeper *keeper, const struct ww_memory *memory)
{
	ww_view_recall(keeper->view, memory);
	gtk_toggle_button_set_active(keeper->panel, memory->shows_panel);
	gtk_widget_set_visible(keeper->tables, memory->shows_tables);
}

/* The process ends without taking the window apart. */
static void on_shutdown(struct ww_keeper *keeper)
{
	if (keeper->save_source)
		save(keeper);
}

static void listen(struct ww_keeper *keeper)
{
	static const char *const changes[] = { "moved", "selected", "folded", "marked", "origin" };

	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++)
		g_signal_connect_swapped(keeper->view, changes[i], G_CALLBACK(save_later), keeper);
	if (g_application_get_default())
		g_signal_connect_swapped(g_application_get_default(), "shutdown",
					 G_CALLBACK(on_shutdown), keeper);
	g_signal_connect_swapped(keeper->panel, "notify::active", G_CALLBACK(save_later), keeper);
	g_signal_connect_swapped(keeper->tables, "notify::visible", G_CALLBACK(save_later), keeper);
}

struct ww_keeper *ww_keeper_new(WwView *view, GtkToggleButton *panel, GtkWidget *tables,
				GError **error)
{
	struct ww_keeper *keeper = g_new0(struct ww_keeper, 1);
	ww_auto(memory) memory = NULL;

	keeper->view = g_object_ref(view);
	keeper->panel = g_object_ref(panel);
	keeper->tables = g_object_ref(tables);
	keeper->directory = ww_memory_directory();
	memory = ww_memory_load(keeper->directory, ww_trace_info(ww_view_trace(view)), error);
	if (memory)
		recall(keeper, memory);
	listen(keeper);
	return keeper;
}

void ww_keeper_free(struct ww_keeper *keeper)
{
	if (!keeper)
		return;
	if (keeper->save_source)
		save(keeper);
	if (g_application_get_default())
		g_signal_handlers_disconnect_by_data(g_application_get_default(), keeper);
	g_signal_handlers_disconnect_by_data(keeper->view, keeper);
	g_signal_handlers_disconnect_by_data(keeper->panel, keeper);
	g_signal_handlers_disconnect_by_data(keeper->tables, keeper);
	g_object_unref(keeper->view);
	g_object_unref(keeper->panel);
	g_object_unref(keeper->tables);
	g_free(keeper->directory);
	g_free(keeper);
}
