// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/trace-page.h"

#include "viewer/app/preferences.h"
#include "viewer/tables/tables.h"
#include "viewer/widgets/minimap.h"
#include "viewer/widgets/panel.h"
#include "viewer/widgets/ruler.h"
#include "viewer/widgets/status-bar.h"
#include "viewer/widgets/timeline.h"

/* In less the lanes would have too little left. */
#define TABLES_MIN_PAGE_PX 600
#define TABLES_SHARE 0.32

struct _WwTracePage {
	GtkWidget parent;
	GtkWidget *columns; /* what is over time, and the panel beside it */
	GtkWidget *lanes, *timeline;
	GtkWidget *panel;
	GtkWidget *paned, *tables;
	bool is_arranged; /* it is settled whether there are tables at first */
	bool has_share;   /* they have got their share of the height */
};

G_DEFINE_FINAL_TYPE(WwTracePage, ww_trace_page, GTK_TYPE_WIDGET)

static void trace_page_dispose(GObject *object)
{
	g_clear_pointer(&WW_TRACE_PAGE(object)->columns, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_trace_page_parent_class)->dispose(object);
}

static void trace_page_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
			       int *minimum, int *natural, int *minimum_baseline,
			       int *natural_baseline)
{
	gtk_widget_measure(WW_TRACE_PAGE(widget)->columns, orientation, for_size, minimum, natural,
			   NULL, NULL);
}

static void give_share(WwTracePage *page, int height_px)
{
	page->has_share = true;
	gtk_paned_set_position(GTK_PANED(page->paned), (int)(height_px * (1 - TABLES_SHARE)));
}

/* Once it is known how much room there is. From then on it is as the person leaves it. */
static void arrange(WwTracePage *page, int height_px)
{
	page->is_arranged = true;
	if (height_px < TABLES_MIN_PAGE_PX)
		ww_preferences_show(WW_PREFERENCE_SHOW_TABLES, G_OBJECT(page->tables), "visible",
				    false);
	else
		give_share(page, height_px);
}

static void trace_page_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	WwTracePage *page = WW_TRACE_PAGE(widget);

	if (!page->is_arranged && page->tables)
		arrange(page, height);
	gtk_widget_allocate(page->columns, width, height, baseline, NULL);
}

static void ww_trace_page_class_init(WwTracePageClass *class)
{
	G_OBJECT_CLASS(class)->dispose = trace_page_dispose;
	GTK_WIDGET_CLASS(class)->measure = trace_page_measure;
	GTK_WIDGET_CLASS(class)->size_allocate = trace_page_size_allocate;
}

static void ww_trace_page_init(WwTracePage *page)
{
	page->columns = gtk_paned_new(GTK_ORIENTATION_HORIZONTAL);
	gtk_widget_set_parent(page->columns, GTK_WIDGET(page));
}

static GtkWidget *lanes_new(WwTracePage *page, WwView *view)
{
	GtkWidget *lanes = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkWidget *scrolled = gtk_scrolled_window_new();

	page->timeline = ww_timeline_new(view);
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), page->timeline);
	gtk_widget_set_vexpand(scrolled, TRUE);
	gtk_box_append(GTK_BOX(lanes), ww_minimap_new(view));
	gtk_box_append(GTK_BOX(lanes), ww_ruler_new(view));
	gtk_box_append(GTK_BOX(lanes), scrolled);
	page->lanes = lanes;
	return lanes;
}

static void on_tables_shown(WwTracePage *page)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(page));
	GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;

	if (gtk_widget_get_visible(page->tables) && !page->has_share)
		give_share(page, gtk_widget_get_height(GTK_WIDGET(page)));
	/* A focus that goes away with them would leave the keys without a place. */
	if (!gtk_widget_get_visible(page->tables) && focus &&
	    gtk_widget_is_ancestor(focus, page->tables))
		gtk_widget_grab_focus(page->timeline);
}

static GtkWidget *content_new(WwTracePage *page, WwView *view)
{
	GtkWidget *content = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	GtkPaned *paned;

	page->paned = gtk_paned_new(GTK_ORIENTATION_VERTICAL);
	page->tables = ww_tables_new(view);
	g_signal_connect_swapped(page->tables, "notify::visible", G_CALLBACK(on_tables_shown),
				 page);
	paned = GTK_PANED(page->paned);
	gtk_paned_set_start_child(paned, lanes_new(page, view));
	gtk_paned_set_end_child(paned, page->tables);
	gtk_paned_set_resize_end_child(paned, FALSE);
	gtk_paned_set_shrink_start_child(paned, FALSE);
	gtk_paned_set_shrink_end_child(paned, FALSE);
	gtk_widget_set_vexpand(page->paned, TRUE);
	gtk_box_append(GTK_BOX(content), page->paned);
	gtk_box_append(GTK_BOX(content), ww_status_bar_new(view));
	return content;
}

GtkWidget *ww_trace_page_new(WwView *view)
{
	WwTracePage *page = g_object_new(WW_TYPE_TRACE_PAGE, NULL);
	GtkPaned *columns = GTK_PANED(page->columns);

	page->panel = ww_panel_new(view);
	gtk_paned_set_start_child(columns, content_new(page, view));
	gtk_paned_set_end_child(columns, page->panel);
	gtk_paned_set_resize_end_child(columns, FALSE);
	gtk_paned_set_shrink_start_child(columns, FALSE);
	gtk_paned_set_shrink_end_child(columns, FALSE);
	return GTK_WIDGET(page);
}

GtkWidget *ww_trace_page_panel(WwTracePage *page)
{
	return page->panel;
}

void ww_trace_page_focus(WwTracePage *page)
{
	gtk_widget_grab_focus(page->timeline);
}

/* Whether the focus went there: not into what is hidden, or holds nothing to press. */
static bool focus_pane(WwTracePage *page, GtkWidget *pane)
{
	if (pane == page->timeline)
		return gtk_widget_grab_focus(pane);
	if (pane == page->tables)
		return gtk_widget_get_visible(pane) && ww_tables_focus(WW_TABLES(pane));
	return gtk_widget_get_visible(pane) && gtk_widget_child_focus(pane, GTK_DIR_TAB_FORWARD);
}

void ww_trace_page_focus_next(WwTracePage *page)
{
	GtkWidget *const panes[] = { page->timeline, page->tables, page->panel };
	GtkWidget *focus = gtk_root_get_focus(gtk_widget_get_root(GTK_WIDGET(page)));
	size_t present = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(panes); i++) {
		if (focus && (focus == panes[i] || gtk_widget_is_ancestor(focus, panes[i])))
			present = i;
	}
	for (size_t step = 1; step <= G_N_ELEMENTS(panes); step++) {
		if (focus_pane(page, panes[(present + step) % G_N_ELEMENTS(panes)]))
			return;
	}
}

bool ww_trace_page_is_settled(WwTracePage *page)
{
	return page->is_arranged && ww_timeline_is_settled(WW_TIMELINE(page->timeline)) &&
	       ww_panel_is_settled(WW_PANEL(page->panel)) &&
	       (!gtk_widget_get_visible(page->tables) ||
		ww_tables_is_settled(WW_TABLES(page->tables)));
}

GtkWidget *ww_trace_page_lanes(WwTracePage *page)
{
	return page->lanes;
}

GtkWidget *ww_trace_page_tables(WwTracePage *page)
{
	return page->tables;
}

void ww_trace_page_toggle_tables(WwTracePage *page)
{
	gtk_widget_set_visible(page->tables, !gtk_widget_get_visible(page->tables));
}
