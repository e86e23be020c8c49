// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/status-bar.h"

#include "viewer/text.h"
#include "viewer/widgets/swatch.h"

struct _WwStatusBar {
	GtkBox parent;
	WwView *view;
	GtkWidget *selection;
	GtkWidget *range;
};

G_DEFINE_FINAL_TYPE(WwStatusBar, ww_status_bar, GTK_TYPE_BOX)

static GtkWidget *legend_entry(enum ww_state state)
{
	GtkWidget *entry = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

	gtk_box_append(GTK_BOX(entry), ww_swatch_new_state(state));
	gtk_box_append(GTK_BOX(entry), gtk_label_new(ww_state_label(state)));
	gtk_widget_set_tooltip_text(entry, ww_state_meaning(state));
	return entry;
}

static GtkWidget *legend_new(void)
{
	GtkWidget *legend = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 14);

	for (size_t i = 0; i < WW_STATE_N; i++) {
		if (ww_palette_look(ww_palette_order(i))->reach != WW_BAND_N)
			gtk_box_append(GTK_BOX(legend), legend_entry(ww_palette_order(i)));
	}
	gtk_widget_set_hexpand(legend, TRUE);
	gtk_accessible_update_property(GTK_ACCESSIBLE(legend), GTK_ACCESSIBLE_PROPERTY_LABEL,
				       "Legend", -1);
	return legend;
}

static void show_range(WwStatusBar *bar)
{
	g_autofree char *text = ww_text_range(bar->view);

	gtk_label_set_text(GTK_LABEL(bar->range), text);
}

static void show_selection(WwStatusBar *bar)
{
	const struct ww_selection *selection = ww_view_selection(bar->view);
	g_autofree char *length = ww_duration_text(ww_span_length_ns(selection->span));
	g_autofree char *text = g_strdup_printf("%s selected", length);

	gtk_label_set_text(GTK_LABEL(bar->selection), text);
	gtk_widget_set_visible(bar->selection, selection->kind != WW_SELECTION_NONE);
}

static void status_bar_dispose(GObject *object)
{
	WwStatusBar *bar = WW_STATUS_BAR(object);

	if (bar->view)
		g_signal_handlers_disconnect_by_data(bar->view, bar);
	g_clear_object(&bar->view);
	G_OBJECT_CLASS(ww_status_bar_parent_class)->dispose(object);
}

static void ww_status_bar_class_init(WwStatusBarClass *class)
{
	G_OBJECT_CLASS(class)->dispose = status_bar_dispose;
}

static void ww_status_bar_init(WwStatusBar *bar)
{
	gtk_box_set_spacing(GTK_BOX(bar), 18);
	gtk_widget_add_css_class(GTK_WIDGET(bar), "statusbar");
	bar->selection = gtk_label_new(NULL);
	bar->range = gtk_label_new(NULL);
	gtk_widget_add_css_class(bar->selection, "selection-length");
	gtk_widget_add_css_class(bar->selection, "numeric");
	gtk_widget_add_css_class(bar->range, "numeric");
	gtk_label_set_ellipsize(GTK_LABEL(bar->range), PANGO_ELLIPSIZE_START);
	gtk_box_append(GTK_BOX(bar), legend_new());
	gtk_box_append(GTK_BOX(bar), bar->selection);
	gtk_box_append(GTK_BOX(bar), bar->range);
}

GtkWidget *ww_status_bar_new(WwView *view)
{
	WwStatusBar *bar = g_object_new(WW_TYPE_STATUS_BAR, NULL);

	bar->view = g_object_ref(view);
	g_signal_connect_swapped(view, "moved", G_CALLBACK(show_range), bar);
	g_signal_connect_swapped(view, "selected", G_CALLBACK(show_selection), bar);
	show_range(bar);
	show_selection(bar);
	return GTK_WIDGET(bar);
}
