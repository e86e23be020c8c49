// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/dialogs/folder-row.h"

#include "viewer/app/i18n.h"
#include "viewer/app/places.h"
#include "viewer/widgets/named.h"

struct _WwFolderRow {
	AdwActionRow parent;
	char *path;
};

G_DEFINE_FINAL_TYPE(WwFolderRow, ww_folder_row, ADW_TYPE_ACTION_ROW)

static void folder_row_finalize(GObject *object)
{
	g_free(WW_FOLDER_ROW(object)->path);
	G_OBJECT_CLASS(ww_folder_row_parent_class)->finalize(object);
}

/* Takes @path. */
static void set_path(WwFolderRow *row, char *path)
{
	g_autofree char *text = ww_place_text(path);
	g_autofree char *escaped = g_markup_escape_text(text, -1);

	g_free(row->path);
	row->path = path;
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), escaped);
}

static void on_chosen(GtkNativeDialog *dialog, int response, WwFolderRow *row)
{
	g_autoptr(GFile) folder = NULL;
	char *path;

	if (response == GTK_RESPONSE_ACCEPT)
		folder = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
	path = folder ? g_file_get_path(folder) : NULL;
	if (path)
		set_path(row, path);
	g_object_unref(dialog);
}

static void on_choose(GtkButton *button, WwFolderRow *row)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(row));
	g_autoptr(GFile) folder = g_file_new_for_path(row->path);
	GtkFileChooserNative *dialog = gtk_file_chooser_native_new(
		_("Choose a Folder"), GTK_WINDOW(root), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
		_("_Choose"), _("_Cancel"));

	gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(dialog), folder, NULL);
	gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
	/* The row may go before the answer comes. */
	g_signal_connect_object(dialog, "response", G_CALLBACK(on_chosen), row, 0);
	gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static void ww_folder_row_class_init(WwFolderRowClass *class)
{
	G_OBJECT_CLASS(class)->finalize = folder_row_finalize;
}

static void ww_folder_row_init(WwFolderRow *row)
{
	GtkWidget *button = ww_named_button_new(_("C_hoose…"));

	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	g_signal_connect(button, "clicked", G_CALLBACK(on_choose), row);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), button);
}

GtkWidget *ww_folder_row_new(const char *title, const char *path)
{
	WwFolderRow *row = g_object_new(WW_TYPE_FOLDER_ROW, "title", title, NULL);

	set_path(row, g_strdup(g_file_test(path, G_FILE_TEST_IS_DIR) ? path : g_get_home_dir()));
	return GTK_WIDGET(row);
}

const char *ww_folder_row_path(WwFolderRow *row)
{
	return row->path;
}
