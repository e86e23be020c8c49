// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/waits-page.h"

#include "viewer/app/i18n.h"
#include "viewer/model/wait-set.h"
#include "viewer/tables/asker.h"
#include "viewer/tables/kinds.h"
#include "viewer/tables/wait-lengths.h"
#include "viewer/widgets/histogram-view.h"
#include "viewer/widgets/named.h"

#define HISTOGRAM_WIDTH_PX 300
/* In less the rows would have too little left; then there is no histogram. */
#define BOTH_MIN_WIDTH_PX 640

struct _WwWaitsPage {
	GtkWidget parent;
	WwView *view;
	struct ww_listing_scope scope;       /* wanted; holds a reference on its lanes */
	struct ww_asker asker;               /* for the histogram */
	const struct ww_trace *trace;        /* that it is of; only compared */
	GtkWidget *table, *separator, *side; /* its children */
	GtkWidget *histogram, *clear;        /* in the side */
	guint forget_source;                 /* until lengths are no longer marked */
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE(WwWaitsPage, ww_waits_page, GTK_TYPE_WIDGET)

static void emit_changed(WwWaitsPage *page)
{
	g_signal_emit(page, changed_signal, 0);
}

static enum ww_state bar_state(const WwWaitsPage *page)
{
	return page->scope.choice == WW_WAIT_SET_READY ? WW_STATE_RUNNABLE : WW_STATE_BLOCKED;
}

static void on_lengths(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(WwWaitsPage) page = data;
	struct ww_histogram *histogram = ww_wait_lengths_finish(result);

	/* Cancelled: others are on their way, or nobody wants any. */
	if (!histogram)
		return;
	ww_asker_take_answer(&page->asker);
	ww_histogram_view_set(WW_HISTOGRAM_VIEW(page->histogram), histogram, bar_state(page));
	emit_changed(page);
}

static void ask(GtkWidget *widget, GCancellable *cancellable)
{
	WwWaitsPage *page = WW_WAITS_PAGE(widget);

	page->trace = ww_view_trace(page->view);
	ww_wait_lengths_start((struct ww_document *)(uintptr_t)ww_view_document(page->view),
			      &page->scope, cancellable, on_lengths, g_object_ref(page));
}

/* What a trace that is still being read gave stays until all of it is there. */
static void on_document(WwWaitsPage *page)
{
	if (ww_view_document(page->view)->is_read && page->trace != ww_view_trace(page->view))
		ww_asker_ask_soon(&page->asker);
}

static void on_brushed(WwWaitsPage *page, int64_t min_ns, int64_t max_ns)
{
	page->scope.min_ns = min_ns;
	page->scope.max_ns = max_ns;
	gtk_widget_set_visible(page->clear, min_ns > 0 || max_ns < INT64_MAX);
	ww_table_view_set_scope(WW_TABLE_VIEW(page->table), &page->scope);
}

static void on_clear(WwWaitsPage *page)
{
	ww_histogram_view_clear(WW_HISTOGRAM_VIEW(page->histogram));
	gtk_widget_grab_focus(page->histogram);
	on_brushed(page, 0, INT64_MAX);
}

/* Without the histogram nobody sees which lengths are marked, nor how to get at the others. */
static gboolean forget_lengths(gpointer data)
{
	WwWaitsPage *page = data;

	page->forget_source = 0;
	ww_histogram_view_clear(WW_HISTOGRAM_VIEW(page->histogram));
	on_brushed(page, 0, INT64_MAX);
	return G_SOURCE_REMOVE;
}

void ww_waits_page_set_scope(WwWaitsPage *page, const struct ww_listing_scope *scope)
{
	const struct ww_listing_scope before = page->scope;

	page->scope = *scope;
	page->scope.min_ns = before.min_ns;
	page->scope.max_ns = before.max_ns;
	if (scope->lanes)
		ww_lane_set_ref(scope->lanes);
	ww_table_view_set_scope(WW_TABLE_VIEW(page->table), &page->scope);
	if (before.span.begin_ns != scope->span.begin_ns ||
	    before.span.end_ns != scope->span.end_ns || before.lanes != scope->lanes ||
	    before.choice != scope->choice)
		ww_asker_ask_soon(&page->asker);
	if (before.lanes)
		ww_lane_set_unref(before.lanes);
}

WwTableView *ww_waits_page_table(WwWaitsPage *page)
{
	return WW_TABLE_VIEW(page->table);
}

bool ww_waits_page_is_busy(WwWaitsPage *page)
{
	return ww_asker_is_busy(&page->asker) || ww_table_view_is_busy(WW_TABLE_VIEW(page->table));
}

static void waits_page_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
			       int *minimum, int *natural, int *minimum_baseline,
			       int *natural_baseline)
{
	WwWaitsPage *page = WW_WAITS_PAGE(widget);
	int side_minimum, side_natural;

	gtk_widget_measure(page->table, orientation, -1, minimum, natural, NULL, NULL);
	gtk_widget_measure(page->side, orientation, -1, &side_minimum, &side_natural, NULL, NULL);
	if (orientation == GTK_ORIENTATION_HORIZONTAL) {
		*natural += HISTOGRAM_WIDTH_PX;
	} else {
		*minimum = MAX(*minimum, side_minimum);
		*natural = MAX(*natural, side_natural);
	}
}

static void allocate(GtkWidget *child, int x, int width, int height)
{
	int minimum;

	/* GTK wants to be asked first. */
	gtk_widget_measure(child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
	gtk_widget_size_allocate(child, &(GtkAllocation){ x, 0, MAX(width, minimum), height }, -1);
}

static void waits_page_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
	WwWaitsPage *page = WW_WAITS_PAGE(widget);
	const bool has_side = width >= BOTH_MIN_WIDTH_PX;
	const int table_width = has_side ? width - HISTOGRAM_WIDTH_PX - 1 : width;

	gtk_widget_set_child_visible(page->separator, has_side);
	gtk_widget_set_child_visible(page->side, has_side);
	allocate(page->table, 0, table_width, height);
	/* Not here: what is shown must not change while places are given. */
	if (!has_side && (page->scope.min_ns > 0 || page->scope.max_ns < INT64_MAX) &&
	    page->forget_source == 0)
		page->forget_source = g_idle_add(forget_lengths, page);
	if (!has_side)
		return;
	allocate(page->separator, table_width, 1, height);
	allocate(page->side, table_width + 1, HISTOGRAM_WIDTH_PX, height);
}

static void waits_page_dispose(GObject *object)
{
	WwWaitsPage *page = WW_WAITS_PAGE(object);

	ww_asker_cancel(&page->asker);
	g_clear_handle_id(&page->forget_source, g_source_remove);
	g_clear_pointer(&page->table, gtk_widget_unparent);
	g_clear_pointer(&page->separator, gtk_widget_unparent);
	g_clear_pointer(&page->side, gtk_widget_unparent);
	g_clear_pointer(&page->scope.lanes, ww_lane_set_unref);
	if (page->view)
		g_signal_handlers_disconnect_by_data(page->view, page);
	g_clear_object(&page->view);
	G_OBJECT_CLASS(ww_waits_page_parent_class)->dispose(object);
}

static void ww_waits_page_class_init(WwWaitsPageClass *class)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = waits_page_dispose;
	widget_class->measure = waits_page_measure;
	widget_class->size_allocate = waits_page_size_allocate;
	changed_signal = g_signal_new("changed", WW_TYPE_WAITS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
				      NULL, NULL, G_TYPE_NONE, 0);
}

static void ww_waits_page_init(WwWaitsPage *page)
{
	ww_asker_init(&page->asker, GTK_WIDGET(page), ask);
}

static GtkWidget *side_new(WwWaitsPage *page)
{
	GtkWidget *overlay = gtk_overlay_new();

	page->histogram = ww_histogram_view_new();
	page->clear = gtk_button_new_from_icon_name("edit-clear-symbolic");
	gtk_widget_set_tooltip_text(page->clear, _("All Lengths"));
	ww_name_widget(page->clear, _("All Lengths"));
	gtk_widget_add_css_class(page->clear, "flat");
	gtk_widget_add_css_class(page->clear, "small");
	gtk_widget_set_halign(page->clear, GTK_ALIGN_END);
	gtk_widget_set_valign(page->clear, GTK_ALIGN_START);
	gtk_widget_set_visible(page->clear, FALSE);
	gtk_widget_set_size_request(page->histogram, HISTOGRAM_WIDTH_PX, -1);
	gtk_overlay_set_child(GTK_OVERLAY(overlay), page->histogram);
	gtk_overlay_add_overlay(GTK_OVERLAY(overlay), page->clear);
	g_signal_connect_swapped(page->histogram, "brushed", G_CALLBACK(on_brushed), page);
	g_signal_connect_swapped(page->clear, "clicked", G_CALLBACK(on_clear), page);
	return overlay;
}

GtkWidget *ww_waits_page_new(WwView *view)
{
	WwWaitsPage *page = g_object_new(WW_TYPE_WAITS_PAGE, NULL);

	page->view = g_object_ref(view);
	ww_listing_scope_init(&page->scope, ww_view_document(view));
	page->table = ww_table_view_new(view, &ww_listing_waits);
	page->separator = gtk_separator_new(GTK_ORIENTATION_VERTICAL);
	page->side = side_new(page);
	gtk_widget_set_parent(page->table, GTK_WIDGET(page));
	gtk_widget_set_parent(page->separator, GTK_WIDGET(page));
	gtk_widget_set_parent(page->side, GTK_WIDGET(page));
	g_signal_connect_swapped(view, "document", G_CALLBACK(on_document), page);
	/* A worker may keep the table a little longer than the page. */
	g_signal_connect_object(page->table, "changed", G_CALLBACK(emit_changed), page,
				G_CONNECT_SWAPPED);
	return GTK_WIDGET(page);
}
