// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/trace-page.h"

#include "viewer/widgets/minimap.h"
#include "viewer/widgets/panel.h"
#include "viewer/widgets/ruler.h"
#include "viewer/widgets/status-bar.h"
#include "viewer/widgets/timeline.h"

struct _WwTracePage {
	GtkWidget parent;
	GtkWidget *flap;
	GtkWidget *timeline;
	GtkWidget *panel;
};

G_DEFINE_FINAL_TYPE(WwTracePage, ww_trace_page, GTK_TYPE_WIDGET)

static void trace_page_dispose(GObject *object)
{
	g_clear_pointer(&WW_TRACE_PAGE(object)->flap, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_trace_page_parent_class)->dispose(object);
}

static void ww_trace_page_class_init(WwTracePageClass *class)
{
	G_OBJECT_CLASS(class)->dispose = trace_page_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void ww_trace_page_init(WwTracePage *page)
{
	page->flap = adw_flap_new();
	adw_flap_set_flap_position(ADW_FLAP(page->flap), GTK_PACK_END);
	adw_flap_set_fold_policy(ADW_FLAP(page->flap), ADW_FLAP_FOLD_POLICY_AUTO);
	/* The flap's swipe would take every drag over the lanes. */
	adw_flap_set_swipe_to_open(ADW_FLAP(page->flap), FALSE);
	adw_flap_set_swipe_to_close(ADW_FLAP(page->flap), FALSE);
	adw_flap_set_locked(ADW_FLAP(page->flap), TRUE);
	gtk_widget_set_parent(page->flap, GTK_WIDGET(page));
}

static GtkWidget *content_new(WwTracePage *page, WwView *view)
{
	GtkWidget *content = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *scrolled = gtk_scrolled_window_new();

	page->timeline = ww_timeline_new(view);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), page->timeline);
	gtk_widget_set_vexpand(scrolled, TRUE);
	gtk_box_append(GTK_BOX(content), ww_minimap_new(view));
	gtk_box_append(GTK_BOX(content), ww_ruler_new(view));
	gtk_box_append(GTK_BOX(content), scrolled);
	gtk_box_append(GTK_BOX(content), ww_status_bar_new(view));
	return content;
}

GtkWidget *ww_trace_page_new(WwView *view)
{
	WwTracePage *page = g_object_new(WW_TYPE_TRACE_PAGE, NULL);
	AdwFlap *flap = ADW_FLAP(page->flap);

	page->panel = ww_panel_new(view);
	adw_flap_set_content(flap, content_new(page, view));
	adw_flap_set_separator(flap, gtk_separator_new(GTK_ORIENTATION_VERTICAL));
	adw_flap_set_flap(flap, page->panel);
	return GTK_WIDGET(page);
}

AdwFlap *ww_trace_page_flap(WwTracePage *page)
{
	return ADW_FLAP(page->flap);
}

void ww_trace_page_focus(WwTracePage *page)
{
	gtk_widget_grab_focus(page->timeline);
}

bool ww_trace_page_is_settled(WwTracePage *page)
{
	return ww_panel_is_settled(WW_PANEL(page->panel));
}
