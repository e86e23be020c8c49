// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/drop.h"

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y,
			GtkWidget *window)
{
	const GSList *files = g_value_get_boxed(value);
	bool is_opened = false;

	for (; files; files = files->next) {
		g_autofree char *path = g_file_get_path(files->data);

		if (!path)
			continue;
		gtk_widget_activate_action(window, "app.open-trace", "s", path);
		is_opened = true;
	}
	return is_opened;
}

void ww_drop_accept(GtkWidget *window)
{
	GtkDropTarget *target = gtk_drop_target_new(GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

	g_signal_connect(target, "drop", G_CALLBACK(on_drop), window);
	gtk_widget_add_controller(window, GTK_EVENT_CONTROLLER(target));
}
