// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/panel.h"

#include "viewer/view/view-marks.h"
#include "viewer/widgets/metrics.h"
#include "viewer/widgets/named.h"
#include "viewer/widgets/panel-parts.h"

/* What was there stays until the answer comes, but no longer than this: then what is known at once
 * is shown. */
#define PATIENCE_MS 90

struct _WwPanel {
	GtkWidget parent;
	WwView *view;
	GtkWidget *scrolled;
	guint refill_source;
	GtkBox *page;      /* the present one; owned by the widget tree */
	guint rest_source; /* 0: all of the page is there */
	uint32_t marks_version;
	bool shows_all; /* of the present page's lists */
};

G_DEFINE_FINAL_TYPE(WwPanel, ww_panel, GTK_TYPE_WIDGET)

static void fill(const struct ww_panel_page *page)
{
	const struct ww_answer *answer = ww_insight_answer(ww_view_insight(page->view));

	switch (ww_view_selection(page->view)->kind) {
	case WW_SELECTION_NONE:
		ww_panel_fill_summary(page);
		break;
	case WW_SELECTION_INTERVAL:
		if (answer && answer->explanation)
			ww_panel_fill_explanation(page, answer);
		else
			ww_panel_fill_interval(page, answer);
		break;
	case WW_SELECTION_AREA:
		ww_panel_fill_area(page, answer ? answer->area : NULL);
		break;
	}
}

static bool holds_focus(WwPanel *panel)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(panel));
	GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;

	return focus && gtk_widget_is_ancestor(focus, GTK_WIDGET(panel));
}

/* A focus that goes away with the old page leaves the viewport without one that it asks for. */
static void set_page(WwPanel *panel, GtkWidget *page)
{
	const bool had_focus = holds_focus(panel);

	if (had_focus) {
		gtk_widget_set_focusable(GTK_WIDGET(panel), TRUE);
		gtk_widget_grab_focus(GTK_WIDGET(panel));
	}
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(panel->scrolled), page);
	if (had_focus) {
		gtk_widget_set_focusable(GTK_WIDGET(panel), FALSE);
		gtk_widget_child_focus(GTK_WIDGET(panel), GTK_DIR_TAB_FORWARD);
	}
}

/* A new page in the stead of the present one; @keeps_place: scrolled to where that was. */
/* What lies below the first look at an explanation comes a frame later: the answer is read before
 * that, and a page of many rows takes longer to lay out than a frame lasts. */
static bool has_rest(const struct ww_panel_page *page)
{
	const struct ww_answer *answer = ww_insight_answer(ww_view_insight(page->view));

	return answer && answer->explanation &&
	       ww_view_selection(page->view)->kind == WW_SELECTION_INTERVAL;
}

static void fill_rest(const struct ww_panel_page *page)
{
	if (has_rest(page))
		ww_panel_fill_rest(page, ww_insight_answer(ww_view_insight(page->view)));
}

static gboolean add_rest(gpointer data)
{
	WwPanel *panel = data;
	const struct ww_panel_page page = { panel->page, panel->view, panel->shows_all };

	panel->rest_source = 0;
	fill_rest(&page);
	return G_SOURCE_REMOVE;
}

static void refill(WwPanel *panel, bool keeps_place)
{
	GtkAdjustment *vertical =
		gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(panel->scrolled));
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	const struct ww_panel_page page = { GTK_BOX(box), panel->view, panel->shows_all };

	g_clear_handle_id(&panel->refill_source, g_source_remove);
	gtk_widget_add_css_class(box, "page");
	fill(&page);
	set_page(panel, box);
	g_clear_handle_id(&panel->rest_source, g_source_remove);
	if (keeps_place)
		fill_rest(&page);
	else
		gtk_adjustment_set_value(vertical, 0);
	if (!keeps_place && has_rest(&page))
		panel->rest_source = g_idle_add_full(G_PRIORITY_LOW, add_rest, panel, NULL);
	panel->page = GTK_BOX(box);
}

static gboolean refill_later(gpointer data)
{
	WwPanel *panel = data;

	panel->refill_source = 0;
	refill(panel, false);
	return G_SOURCE_REMOVE;
}

static void on_selected(WwPanel *panel)
{
	const bool is_none = ww_view_selection(panel->view)->kind == WW_SELECTION_NONE;

	panel->shows_all = false;
	g_clear_handle_id(&panel->refill_source, g_source_remove);
	g_clear_handle_id(&panel->rest_source, g_source_remove);
	panel->refill_source = is_none ? g_idle_add(refill_later, panel)
				       : g_timeout_add(PATIENCE_MS, refill_later, panel);
}

static void on_answered(WwPanel *panel)
{
	refill(panel, false);
}

/* Findings belong to the summary, and advice to an explanation. */
static void on_found(WwPanel *panel)
{
	if (panel->refill_source == 0)
		refill(panel, true);
}

/* Only the summary lists marks; cursors it does not. */
static void on_marked(WwPanel *panel)
{
	const uint32_t version = ww_marks_version(ww_view_marks(panel->view));
	const bool is_new = version != panel->marks_version;

	panel->marks_version = version;
	if (is_new && ww_view_selection(panel->view)->kind == WW_SELECTION_NONE)
		on_found(panel);
}

/* More of the trace, or its summary. An explanation is asked for anew where that matters. */
static void on_document(WwPanel *panel)
{
	if (ww_view_selection(panel->view)->kind == WW_SELECTION_NONE)
		on_found(panel);
}

static void show_all(GtkWidget *widget, const char *name, GVariant *parameter)
{
	WwPanel *panel = WW_PANEL(widget);

	panel->shows_all = true;
	refill(panel, true);
}

bool ww_panel_is_settled(WwPanel *panel)
{
	return panel->refill_source == 0 && ww_insight_is_settled(ww_view_insight(panel->view));
}

static void panel_dispose(GObject *object)
{
	WwPanel *panel = WW_PANEL(object);

	g_clear_handle_id(&panel->refill_source, g_source_remove);
	g_clear_handle_id(&panel->rest_source, g_source_remove);
	g_clear_pointer(&panel->scrolled, gtk_widget_unparent);
	g_clear_object(&panel->view);
	G_OBJECT_CLASS(ww_panel_parent_class)->dispose(object);
}

static void ww_panel_class_init(WwPanelClass *class)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = panel_dispose;
	gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
	gtk_widget_class_set_css_name(widget_class, "explanation");
	gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
	gtk_widget_class_install_action(widget_class, "panel.show-all", NULL, show_all);
}

static void ww_panel_init(WwPanel *panel)
{
	panel->scrolled = gtk_scrolled_window_new();
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(panel->scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_widget_set_parent(panel->scrolled, GTK_WIDGET(panel));
	gtk_widget_set_size_request(GTK_WIDGET(panel), WW_PANEL_WIDTH_PX, -1);
	ww_name_widget(GTK_WIDGET(panel), "Explanation");
}

GtkWidget *ww_panel_new(WwView *view)
{
	WwPanel *panel = g_object_new(WW_TYPE_PANEL, NULL);
	WwInsight *insight = ww_view_insight(view);

	panel->view = g_object_ref(view);
	g_signal_connect_object(view, "selected", G_CALLBACK(on_selected), panel,
				G_CONNECT_SWAPPED);
	g_signal_connect_object(view, "marked", G_CALLBACK(on_marked), panel, G_CONNECT_SWAPPED);
	g_signal_connect_object(view, "document", G_CALLBACK(on_document), panel,
				G_CONNECT_SWAPPED);
	g_signal_connect_object(view, "origin", G_CALLBACK(on_found), panel, G_CONNECT_SWAPPED);
	g_signal_connect_object(insight, "answered", G_CALLBACK(on_answered), panel,
				G_CONNECT_SWAPPED);
	g_signal_connect_object(insight, "found", G_CALLBACK(on_found), panel, G_CONNECT_SWAPPED);
	g_signal_connect_object(insight, "overlaid", G_CALLBACK(on_found), panel,
				G_CONNECT_SWAPPED);
	/* Behind the first picture of the timeline. */
	panel->refill_source = g_idle_add(refill_later, panel);
	return GTK_WIDGET(panel);
}
