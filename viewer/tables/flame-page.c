// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/flame-page.h"

#include "viewer/app/i18n.h"
#include "viewer/tables/asker.h"
#include "viewer/widgets/flame-graph.h"

struct _WwFlamePage {
	GtkWidget parent;
	WwView *view;
	struct ww_listing_scope scope; /* wanted; holds a reference on its lanes */
	struct ww_asker asker;
	const struct ww_trace *trace; /* that was drawn; only compared */
	GtkWidget *scrolled, *graph;
	GtkWidget *follow; /* stands elsewhere */
};

struct question {
	struct ww_document *document;
	struct ww_flame_scope scope;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE(WwFlamePage, ww_flame_page, GTK_TYPE_WIDGET)

static void question_free(gpointer data)
{
	struct question *question = data;

	ww_document_unref(question->document);
	g_clear_pointer(&question->scope.lanes, ww_lane_set_unref);
	g_free(question);
}

static void draw(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
	const struct question *question = data;
	struct ww_flame *flame = ww_flame_new(&question->scope);

	if (!g_task_return_error_if_cancelled(task))
		g_task_return_pointer(task, flame, (GDestroyNotify)ww_flame_free);
	else
		ww_flame_free(flame);
}

static void emit_changed(WwFlamePage *page)
{
	g_signal_emit(page, changed_signal, 0);
}

static void on_drawn(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(WwFlamePage) page = data;
	struct ww_flame *flame = g_task_propagate_pointer(G_TASK(result), NULL);

	/* Cancelled: another is on its way, or nobody wants any. */
	if (!flame)
		return;
	ww_asker_take_answer(&page->asker);
	ww_flame_graph_set(WW_FLAME_GRAPH(page->graph), flame);
	emit_changed(page);
}

static void ask(GtkWidget *widget, GCancellable *cancellable)
{
	WwFlamePage *page = WW_FLAME_PAGE(widget);
	struct question *question = g_new0(struct question, 1);
	g_autoptr(GTask) task = NULL;

	page->trace = ww_view_trace(page->view);
	question->document =
		ww_document_ref((struct ww_document *)(uintptr_t)ww_view_document(page->view));
	question->scope = (struct ww_flame_scope){
		.trace = question->document->trace,
		.span = page->scope.span,
		.lanes = page->scope.lanes,
		.is_by_stack =
			page->scope.choice == 0 && ww_flame_has_stacks(question->document->trace),
		.cancellable = cancellable, /* the task has a reference */
	};
	if (page->scope.lanes)
		ww_lane_set_ref(page->scope.lanes);
	task = g_task_new(NULL, cancellable, on_drawn, g_object_ref(page));
	g_task_set_task_data(task, question, question_free);
	g_task_run_in_thread(task, draw);
}

const char *const ww_flame_choices[] = { N_("By Call Stack"), N_("By Reason"), NULL };

void ww_flame_page_set_scope(WwFlamePage *page, const struct ww_listing_scope *scope)
{
	const struct ww_listing_scope before = page->scope;

	page->scope = *scope;
	if (scope->lanes)
		ww_lane_set_ref(scope->lanes);
	if (before.span.begin_ns != scope->span.begin_ns ||
	    before.span.end_ns != scope->span.end_ns || before.lanes != scope->lanes ||
	    before.choice != scope->choice)
		ww_asker_ask_soon(&page->asker);
	if (before.lanes)
		ww_lane_set_unref(before.lanes);
}

GtkWidget *ww_flame_page_follow_button(WwFlamePage *page)
{
	return page->follow;
}

char *ww_flame_page_note(WwFlamePage *page)
{
	return ww_flame_graph_text(WW_FLAME_GRAPH(page->graph));
}

bool ww_flame_page_is_busy(WwFlamePage *page)
{
	return ww_asker_is_busy(&page->asker);
}

/* What a trace that is still being read gave stays until all of it is there. */
static void on_document(WwFlamePage *page)
{
	if (ww_view_document(page->view)->is_read && page->trace != ww_view_trace(page->view))
		ww_asker_ask_soon(&page->asker);
}

static void on_chosen(WwFlamePage *page)
{
	const struct ww_flame_node *node = ww_flame_graph_chosen(WW_FLAME_GRAPH(page->graph));
	GtkAdjustment *vertical =
		gtk_scrolled_window_get_vadjustment(GTK_SCROLLED_WINDOW(page->scrolled));

	gtk_widget_set_sensitive(page->follow, node && node->longest_ns >= 0);
	if (node)
		gtk_adjustment_clamp_page(vertical, node->depth * WW_FLAME_ROW_PX,
					  (node->depth + 1) * WW_FLAME_ROW_PX);
	emit_changed(page);
}

static void on_followed(WwFlamePage *page)
{
	const struct ww_flame_node *node = ww_flame_graph_chosen(WW_FLAME_GRAPH(page->graph));

	if (node && node->longest_ns >= 0)
		ww_view_go_to_wait(page->view, node->longest);
}

static void flame_page_dispose(GObject *object)
{
	WwFlamePage *page = WW_FLAME_PAGE(object);

	ww_asker_cancel(&page->asker);
	if (page->follow)
		g_signal_handlers_disconnect_by_data(page->follow, page);
	g_clear_object(&page->follow);
	g_clear_pointer(&page->scrolled, gtk_widget_unparent);
	g_clear_pointer(&page->scope.lanes, ww_lane_set_unref);
	if (page->view)
		g_signal_handlers_disconnect_by_data(page->view, page);
	g_clear_object(&page->view);
	G_OBJECT_CLASS(ww_flame_page_parent_class)->dispose(object);
}

static void ww_flame_page_class_init(WwFlamePageClass *class)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = flame_page_dispose;
	gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
	changed_signal = g_signal_new("changed", WW_TYPE_FLAME_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
				      NULL, NULL, G_TYPE_NONE, 0);
}

static void ww_flame_page_init(WwFlamePage *page)
{
	ww_asker_init(&page->asker, GTK_WIDGET(page), ask);
	page->scrolled = gtk_scrolled_window_new();
	page->graph = ww_flame_graph_new();
	page->follow = gtk_button_new_with_label(_("Show the Longest"));
	g_object_ref_sink(page->follow);
	gtk_widget_set_tooltip_text(page->follow, _("Show the longest wait of this (Ctrl+Enter)"));
	gtk_widget_set_valign(page->follow, GTK_ALIGN_CENTER);
	gtk_widget_set_sensitive(page->follow, FALSE);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(page->scrolled), page->graph);
	gtk_widget_set_parent(page->scrolled, GTK_WIDGET(page));
	g_signal_connect_swapped(page->graph, "chosen", G_CALLBACK(on_chosen), page);
	g_signal_connect_swapped(page->graph, "followed", G_CALLBACK(on_followed), page);
	g_signal_connect_swapped(page->follow, "clicked", G_CALLBACK(on_followed), page);
}

GtkWidget *ww_flame_page_new(WwView *view)
{
	WwFlamePage *page = g_object_new(WW_TYPE_FLAME_PAGE, NULL);

	page->view = g_object_ref(view);
	ww_listing_scope_init(&page->scope, ww_view_document(view));
	g_signal_connect_swapped(view, "document", G_CALLBACK(on_document), page);
	return GTK_WIDGET(page);
}
