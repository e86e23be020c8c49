// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/panel.h"

#include "viewer/widgets/metrics.h"
#include "viewer/widgets/panel-parts.h"

/* An area changes with every motion of a drag; its sums are worth computing once it rests. */
#define AREA_DELAY_MS 80

struct _WwPanel {
	GtkWidget parent;
	WwView *view;
	GtkWidget *scrolled;
	GCancellable *cancellable; /* of the explanation on its way; NULL: none */
	guint refill_timer;
};

G_DEFINE_FINAL_TYPE(WwPanel, ww_panel, GTK_TYPE_WIDGET)

struct question {
	struct ww_document *document;
	struct ww_wait_ref ref;
};

static void question_free(gpointer data)
{
	struct question *question = data;

	ww_document_unref(question->document);
	g_free(question);
}

static GtkBox *new_page(WwPanel *panel)
{
	GtkWidget *page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
	GtkAdjustment *vertical =
		gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(panel->scrolled));

	gtk_widget_add_css_class(page, "page");
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(panel->scrolled), page);
	gtk_adjustment_set_value(vertical, 0);
	return GTK_BOX(page);
}

static void explain(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct question *question = data;
	GError *error = NULL;
	struct ww_explanation *explanation =
		ww_explain_wait(question->document->trace, question->ref, &error);

	if (explanation)
		g_task_return_pointer(task, explanation, (GDestroyNotify)ww_explanation_free);
	else
		g_task_return_error(task, error);
}

static void on_explained(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(WwPanel) panel = data;
	g_autoptr(GError) error = NULL;
	ww_auto(explanation) explanation = g_task_propagate_pointer(G_TASK(result), &error);

	if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
		return;
	g_clear_object(&panel->cancellable);
	if (explanation) {
		ww_panel_fill_explanation(new_page(panel), panel->view, explanation);
	} else {
		GtkBox *page = new_page(panel);

		ww_panel_fill_interval(page, panel->view);
		ww_panel_add_text(page, error->message, "dim-label");
	}
}

static void ask(WwPanel *panel, struct ww_wait_ref ref)
{
	struct question *question = g_new0(struct question, 1);
	g_autoptr(GTask) task = NULL;

	panel->cancellable = g_cancellable_new();
	question->document =
		ww_document_ref((struct ww_document *)(uintptr_t)ww_view_document(panel->view));
	question->ref = ref;
	task = g_task_new(NULL, panel->cancellable, on_explained, g_object_ref(panel));
	g_task_set_task_data(task, question, question_free);
	g_task_run_in_thread(task, explain);
}

static void fill_interval(WwPanel *panel)
{
	const struct ww_selection *selection = ww_view_selection(panel->view);
	const bool is_wait = selection->lane.kind == WW_LANE_THREAD &&
			     (selection->interval.state == WW_STATE_RUNNABLE ||
			      selection->interval.state == WW_STATE_BLOCKED);
	struct ww_wait_ref ref;

	ww_panel_fill_interval(new_page(panel), panel->view);
	if (is_wait && ww_query_wait_at(ww_view_trace(panel->view), selection->lane.index,
					selection->span.begin_ns, &ref))
		ask(panel, ref);
}

static gboolean refill(gpointer data)
{
	WwPanel *panel = data;

	panel->refill_timer = 0;
	switch (ww_view_selection(panel->view)->kind) {
	case WW_SELECTION_NONE:
		ww_panel_fill_summary(new_page(panel), panel->view);
		break;
	case WW_SELECTION_INTERVAL:
		fill_interval(panel);
		break;
	case WW_SELECTION_AREA:
		ww_panel_fill_area(new_page(panel), panel->view);
		break;
	}
	return G_SOURCE_REMOVE;
}

static void on_selected(WwPanel *panel)
{
	if (panel->cancellable)
		g_cancellable_cancel(panel->cancellable);
	g_clear_object(&panel->cancellable);
	g_clear_handle_id(&panel->refill_timer, g_source_remove);
	if (ww_view_selection(panel->view)->kind == WW_SELECTION_AREA)
		panel->refill_timer = g_timeout_add(AREA_DELAY_MS, refill, panel);
	else
		panel->refill_timer = g_idle_add(refill, panel);
}

bool ww_panel_is_settled(WwPanel *panel)
{
	return panel->refill_timer == 0 && !panel->cancellable;
}

static void panel_dispose(GObject *object)
{
	WwPanel *panel = WW_PANEL(object);

	g_clear_handle_id(&panel->refill_timer, g_source_remove);
	if (panel->cancellable)
		g_cancellable_cancel(panel->cancellable);
	g_clear_object(&panel->cancellable);
	g_clear_pointer(&panel->scrolled, gtk_widget_unparent);
	if (panel->view)
		g_signal_handlers_disconnect_by_data(panel->view, panel);
	g_clear_object(&panel->view);
	G_OBJECT_CLASS(ww_panel_parent_class)->dispose(object);
}

static void ww_panel_class_init(WwPanelClass *class)
{
	G_OBJECT_CLASS(class)->dispose = panel_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
	gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "explanation");
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void ww_panel_init(WwPanel *panel)
{
	panel->scrolled = gtk_scrolled_window_new();
	gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(panel->scrolled), GTK_POLICY_NEVER,
				       GTK_POLICY_AUTOMATIC);
	gtk_widget_set_parent(panel->scrolled, GTK_WIDGET(panel));
	gtk_widget_set_size_request(GTK_WIDGET(panel), WW_PANEL_WIDTH_PX, -1);
	gtk_accessible_update_property(GTK_ACCESSIBLE(panel), GTK_ACCESSIBLE_PROPERTY_LABEL,
				       "Explanation", -1);
}

GtkWidget *ww_panel_new(WwView *view)
{
	WwPanel *panel = g_object_new(WW_TYPE_PANEL, NULL);

	panel->view = g_object_ref(view);
	g_signal_connect_swapped(view, "selected", G_CALLBACK(on_selected), panel);
	refill(panel);
	return GTK_WIDGET(panel);
}
