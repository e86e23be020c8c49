// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/view/keeper.h"

#include "viewer/app/preferences.h"
#include "viewer/view/view-memory.h"

#define SAVE_DELAY_MS 600

struct ww_keeper {
	WwView *view;
	GtkToggleButton *panel;
	GtkWidget *tables;
	char *directory;
	struct ww_marks *known; /* as they were last read or written */
	guint save_source;      /* 0: nothing is to be written */
};

/* What cannot be written is not remembered: nothing that a person could do about it here. False
 * when it can be later. */
static bool save(struct ww_keeper *keeper)
{
	ww_auto(memory) memory = ww_view_remember(keeper->view);
	g_autoptr(GError) error = NULL;

	memory->shows_panel = gtk_toggle_button_get_active(keeper->panel);
	memory->shows_tables = gtk_widget_get_visible(keeper->tables);
	if (!ww_memory_save(keeper->directory, ww_trace_info(ww_view_trace(keeper->view)), memory,
			    keeper->known, &error))
		g_info("%s", error->message);
	else
		ww_marks_copy(keeper->known, memory->marks);
	return !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_AGAIN);
}

static gboolean save_now(gpointer data)
{
	struct ww_keeper *keeper = data;

	if (!save(keeper))
		return G_SOURCE_CONTINUE;
	keeper->save_source = 0;
	return G_SOURCE_REMOVE;
}

static void save_later(struct ww_keeper *keeper)
{
	if (keeper->save_source == 0)
		keeper->save_source = g_timeout_add(SAVE_DELAY_MS, save_now, keeper);
}

/* How it was in this trace is no choice for all of them. */
static void recall(struct ww_keeper *keeper, const struct ww_memory *memory)
{
	ww_view_recall(keeper->view, memory);
	if (!memory->has_place)
		return;
	ww_preferences_show(WW_PREFERENCE_SHOW_PANEL, G_OBJECT(keeper->panel), "active",
			    memory->shows_panel);
	ww_preferences_show(WW_PREFERENCE_SHOW_TABLES, G_OBJECT(keeper->tables), "visible",
			    memory->shows_tables);
}

void ww_keeper_recall(struct ww_keeper *keeper, GError **error)
{
	ww_auto(memory) memory = ww_memory_load(keeper->directory,
						ww_trace_info(ww_view_trace(keeper->view)), error);

	if (!memory)
		return;
	if (!ww_preferences_flag(ww_preferences_default(), WW_PREFERENCE_RESTORE_VIEW))
		memory->has_place = false;
	recall(keeper, memory);
	ww_marks_copy(keeper->known, memory->marks);
}

/* The process ends without taking the window apart. */
static void on_shutdown(struct ww_keeper *keeper)
{
	ww_keeper_flush(keeper);
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

	keeper->view = g_object_ref(view);
	keeper->panel = g_object_ref(panel);
	keeper->tables = g_object_ref(tables);
	keeper->directory = ww_memory_directory();
	keeper->known = ww_marks_new();
	ww_keeper_recall(keeper, error);
	listen(keeper);
	return keeper;
}

void ww_keeper_flush(struct ww_keeper *keeper)
{
	if (!keeper || !keeper->save_source)
		return;
	g_clear_handle_id(&keeper->save_source, g_source_remove);
	save(keeper);
}

void ww_keeper_free(struct ww_keeper *keeper)
{
	if (!keeper)
		return;
	ww_keeper_flush(keeper);
	if (g_application_get_default())
		g_signal_handlers_disconnect_by_data(g_application_get_default(), keeper);
	g_signal_handlers_disconnect_by_data(keeper->view, keeper);
	g_signal_handlers_disconnect_by_data(keeper->panel, keeper);
	g_signal_handlers_disconnect_by_data(keeper->tables, keeper);
	g_object_unref(keeper->view);
	g_object_unref(keeper->panel);
	g_object_unref(keeper->tables);
	ww_marks_free(keeper->known);
	g_free(keeper->directory);
	g_free(keeper);
}
