// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/dialogs/process-picker.h"

#include <adwaita.h>

#include "viewer/app/i18n.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/text-row.h"

#define LIST_HEIGHT_PX 216

struct _WwProcessPicker {
	GtkWidget parent;
	GtkWidget *box;
	GtkWidget *search;
	GtkWidget *list;
	GPtrArray *processes; /* as they were when the picker came on the screen */
};

static guint picked_signal;

G_DEFINE_FINAL_TYPE(WwProcessPicker, ww_process_picker, GTK_TYPE_WIDGET)

static void process_picker_dispose(GObject *object)
{
	g_clear_pointer(&WW_PROCESS_PICKER(object)->box, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_process_picker_parent_class)->dispose(object);
}

static void process_picker_finalize(GObject *object)
{
	g_ptr_array_unref(WW_PROCESS_PICKER(object)->processes);
	G_OBJECT_CLASS(ww_process_picker_parent_class)->finalize(object);
}

static void process_picker_map(GtkWidget *widget);

static void ww_process_picker_class_init(WwProcessPickerClass *class)
{
	G_OBJECT_CLASS(class)->dispose = process_picker_dispose;
	G_OBJECT_CLASS(class)->finalize = process_picker_finalize;
	GTK_WIDGET_CLASS(class)->map = process_picker_map;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
	picked_signal = g_signal_new("picked", WW_TYPE_PROCESS_PICKER, G_SIGNAL_RUN_LAST, 0, NULL,
				     NULL, NULL, G_TYPE_NONE, 0);
}

static const struct ww_process_entry *entry_of(WwProcessPicker *picker, GtkListBoxRow *row)
{
	return g_ptr_array_index(picker->processes, (guint)gtk_list_box_row_get_index(row));
}

static gboolean is_wanted(GtkListBoxRow *row, gpointer data)
{
	WwProcessPicker *picker = data;

	return ww_process_matches(entry_of(picker, row),
				  gtk_editable_get_text(GTK_EDITABLE(picker->search)));
}

/* What is not seen is not chosen. */
static void on_search(GtkSearchEntry *search, WwProcessPicker *picker)
{
	GtkListBox *list = GTK_LIST_BOX(picker->list);
	GtkListBoxRow *row = gtk_list_box_get_selected_row(list);

	gtk_list_box_invalidate_filter(list);
	if (row && !is_wanted(row, picker))
		gtk_list_box_unselect_row(list, row);
}

/* Escape ends the search, and then the dialog: the entry keeps the key from it. */
static void on_stop_search(GtkSearchEntry *search, WwProcessPicker *picker)
{
	if (*gtk_editable_get_text(GTK_EDITABLE(search)))
		gtk_editable_set_text(GTK_EDITABLE(search), "");
	else
		gtk_widget_activate_action(GTK_WIDGET(picker), "window.close", NULL);
}

static void on_selected(GtkListBox *list, WwProcessPicker *picker)
{
	g_signal_emit(picker, picked_signal, 0);
}

static GtkWidget *row_new(const struct ww_process_entry *entry)
{
	GtkWidget *row = ww_text_row_new(entry->name, entry->command);
	g_autofree char *pid = g_strdup_printf("%d", entry->pid);
	GtkWidget *label = gtk_label_new(pid);

	gtk_widget_add_css_class(label, "dim-label");
	gtk_widget_add_css_class(label, "numeric");
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), label);
	return row;
}

static void append_row(WwProcessPicker *picker, const struct ww_process_entry *entry,
		       int32_t chosen_pid)
{
	GtkListBox *list = GTK_LIST_BOX(picker->list);
	GtkWidget *row = row_new(entry);

	gtk_list_box_append(list, row);
	if (entry->pid == chosen_pid && is_wanted(GTK_LIST_BOX_ROW(row), picker))
		gtk_list_box_select_row(list, GTK_LIST_BOX_ROW(row));
}

/* Processes come and go: the list is as old as the picker is on the screen. */
static void refresh(WwProcessPicker *picker)
{
	const struct ww_process_entry *chosen = ww_process_picker_chosen(picker);
	const int32_t chosen_pid = chosen ? chosen->pid : 0;
	GtkListBoxRow *row;

	while ((row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(picker->list), 0)))
		gtk_list_box_remove(GTK_LIST_BOX(picker->list), GTK_WIDGET(row));
	g_ptr_array_unref(picker->processes);
	picker->processes = ww_process_list_new("/proc");
	for (guint i = 0; i < picker->processes->len; i++)
		append_row(picker, g_ptr_array_index(picker->processes, i), chosen_pid);
	g_signal_emit(picker, picked_signal, 0);
}

static void process_picker_map(GtkWidget *widget)
{
	refresh(WW_PROCESS_PICKER(widget));
	GTK_WIDGET_CLASS(ww_process_picker_parent_class)->map(widget);
}

static GtkWidget *list_new(WwProcessPicker *picker)
{
	GtkWidget *scrolled = gtk_scrolled_window_new();
	GtkWidget *nothing = gtk_label_new(_("No process matches"));

	picker->list = gtk_list_box_new();
	gtk_widget_add_css_class(nothing, "dim-label");
	gtk_widget_set_margin_top(nothing, 24);
	gtk_list_box_set_placeholder(GTK_LIST_BOX(picker->list), nothing);
	gtk_list_box_set_filter_func(GTK_LIST_BOX(picker->list), is_wanted, picker, NULL);
	ww_name_widget(picker->list, _("Processes"));
	g_signal_connect(picker->list, "selected-rows-changed", G_CALLBACK(on_selected), picker);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), picker->list);
	gtk_widget_set_size_request(scrolled, -1, LIST_HEIGHT_PX);
	gtk_widget_set_overflow(scrolled, GTK_OVERFLOW_HIDDEN);
	gtk_widget_add_css_class(scrolled, "card");
	gtk_widget_add_css_class(picker->list, "plain");
	return scrolled;
}

static void ww_process_picker_init(WwProcessPicker *picker)
{
	picker->processes = g_ptr_array_new();
	picker->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);
	picker->search = gtk_search_entry_new();
	g_object_set(picker->search, "placeholder-text", _("Name, command or number"), NULL);
	ww_name_widget(picker->search, _("Filter Processes"));
	g_signal_connect(picker->search, "search-changed", G_CALLBACK(on_search), picker);
	g_signal_connect(picker->search, "stop-search", G_CALLBACK(on_stop_search), picker);
	gtk_box_append(GTK_BOX(picker->box), picker->search);
	gtk_box_append(GTK_BOX(picker->box), list_new(picker));
	gtk_widget_set_parent(picker->box, GTK_WIDGET(picker));
}

GtkWidget *ww_process_picker_new(void)
{
	return g_object_new(WW_TYPE_PROCESS_PICKER, NULL);
}

const struct ww_process_entry *ww_process_picker_chosen(WwProcessPicker *picker)
{
	GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(picker->list));

	return row ? entry_of(picker, row) : NULL;
}
