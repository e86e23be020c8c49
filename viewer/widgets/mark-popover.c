// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/mark-popover.h"

#include "viewer/app/i18n.h"
#include "viewer/view/text.h"
#include "viewer/widgets/named.h"

#define NOTE_WIDTH_CHARS 32

struct _WwMarkPopover {
	GtkWidget parent;
	WwView *view;
	GtkWidget *popover;
	GtkWidget *title;
	GtkWidget *entry;
	uint32_t number; /* of the mark it is about */
};

G_DEFINE_FINAL_TYPE(WwMarkPopover, ww_mark_popover, GTK_TYPE_WIDGET)

static void mark_popover_dispose(GObject *object)
{
	WwMarkPopover *popover = WW_MARK_POPOVER(object);

	g_clear_pointer(&popover->popover, gtk_widget_unparent);
	g_clear_object(&popover->view);
	G_OBJECT_CLASS(ww_mark_popover_parent_class)->dispose(object);
}

static void mark_popover_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	gtk_popover_present(GTK_POPOVER(WW_MARK_POPOVER(widget)->popover));
}

static void ww_mark_popover_class_init(WwMarkPopoverClass *class)
{
	G_OBJECT_CLASS(class)->dispose = mark_popover_dispose;
	GTK_WIDGET_CLASS(class)->size_allocate = mark_popover_size_allocate;
}

static void on_closed(WwMarkPopover *popover)
{
	ww_view_set_note(popover->view, popover->number,
			 gtk_editable_get_text(GTK_EDITABLE(popover->entry)));
}

static void on_activated(WwMarkPopover *popover)
{
	gtk_popover_popdown(GTK_POPOVER(popover->popover));
}

static void on_remove(WwMarkPopover *popover)
{
	/* Keeps the note, for whoever brings the mark back. */
	gtk_popover_popdown(GTK_POPOVER(popover->popover));
	if (ww_view_go_to_mark(popover->view, popover->number))
		ww_view_remove_mark(popover->view);
}

/* What is typed here is no command of the window, even where the entry has no use for it. */
static gboolean on_key(GtkEventControllerKey *keys, guint keyval, guint keycode,
		       GdkModifierType modifiers, WwMarkPopover *popover)
{
	return keyval != GDK_KEY_Escape && keyval != GDK_KEY_Tab && keyval != GDK_KEY_ISO_Left_Tab;
}

static void ww_mark_popover_init(WwMarkPopover *popover)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
	GtkWidget *remove = gtk_button_new_with_label(_("Remove the Mark"));
	GtkEventController *keys = gtk_event_controller_key_new();

	popover->title = gtk_label_new(NULL);
	gtk_label_set_xalign(GTK_LABEL(popover->title), 0);
	gtk_widget_add_css_class(popover->title, "heading");
	popover->entry = gtk_entry_new();
	gtk_entry_set_placeholder_text(GTK_ENTRY(popover->entry), _("Write a note"));
	gtk_editable_set_width_chars(GTK_EDITABLE(popover->entry), NOTE_WIDTH_CHARS);
	gtk_entry_set_max_length(GTK_ENTRY(popover->entry), WW_MARK_NOTE_MAX_BYTES / 4);
	ww_name_widget(popover->entry, _("Note"));
	gtk_box_append(GTK_BOX(box), popover->title);
	gtk_box_append(GTK_BOX(box), popover->entry);
	gtk_box_append(GTK_BOX(box), remove);
	gtk_widget_add_css_class(box, "mark-note");
	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), popover);
	gtk_widget_add_controller(box, keys);
	popover->popover = gtk_popover_new();
	gtk_popover_set_position(GTK_POPOVER(popover->popover), GTK_POS_BOTTOM);
	gtk_popover_set_child(GTK_POPOVER(popover->popover), box);
	gtk_widget_set_parent(popover->popover, GTK_WIDGET(popover));
	g_signal_connect_swapped(popover->entry, "activate", G_CALLBACK(on_activated), popover);
	g_signal_connect_swapped(popover->popover, "closed", G_CALLBACK(on_closed), popover);
	g_signal_connect_swapped(remove, "clicked", G_CALLBACK(on_remove), popover);
}

GtkWidget *ww_mark_popover_new(WwView *view)
{
	WwMarkPopover *popover = g_object_new(WW_TYPE_MARK_POPOVER, NULL);

	popover->view = g_object_ref(view);
	return GTK_WIDGET(popover);
}

void ww_mark_popover_edit(WwMarkPopover *popover, uint32_t number, double x_px)
{
	const struct ww_marks *marks = ww_view_marks(popover->view);
	const GdkRectangle place = { (int)x_px, 0, 1, gtk_widget_get_height(GTK_WIDGET(popover)) };
	g_autofree char *when = NULL;
	g_autofree char *title = NULL;
	uint32_t i;

	if (!ww_marks_find(marks, number, &i))
		return;
	when = ww_text_instant(popover->view, ww_marks_at(marks, i)->t_ns);
	title = g_strdup_printf(_("Mark %u at %s"), number, when);
	popover->number = number;
	gtk_label_set_text(GTK_LABEL(popover->title), title);
	gtk_editable_set_text(GTK_EDITABLE(popover->entry), ww_marks_at(marks, i)->note);
	gtk_popover_set_pointing_to(GTK_POPOVER(popover->popover), &place);
	gtk_popover_popup(GTK_POPOVER(popover->popover));
	gtk_widget_grab_focus(popover->entry);
}
