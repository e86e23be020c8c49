// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/table-view.h"

#include "viewer/app/i18n.h"
#include "viewer/tables/table-private.h"
#include "viewer/tables/worker.h"
#include "viewer/widgets/named.h"

/* Around a span that a row leads to, so that one sees where it begins and ends. */
#define MARGIN_SHARE 4
/* Rows have their places, and the table its own, at the end of the first frame. */
#define SCROLL_TICKS 1

static guint changed_signal;

G_DEFINE_FINAL_TYPE(WwTableView, ww_table_view, GTK_TYPE_WIDGET)

static void emit_changed(WwTableView *table)
{
	g_signal_emit(table, changed_signal, 0);
}

static void go_to_lane(WwView *view, const struct ww_target *target)
{
	const struct ww_span visible = ww_view_viewport(view)->span;
	const struct ww_span common = ww_span_intersect(target->span, visible);
	const int64_t t_ns = ww_span_overlaps(target->span, visible)
				     ? common.begin_ns + ww_span_length_ns(common) / 2
				     : target->span.begin_ns;

	ww_view_go_to(view, target->lane, t_ns, true);
}

static void go_to_span(WwView *view, const struct ww_target *target)
{
	const int64_t margin_ns = ww_span_length_ns(target->span) / MARGIN_SHARE + WW_NS_PER_US;

	if (!ww_view_go_to(view, target->lane, target->span.begin_ns, true))
		return;
	ww_view_show(view, (struct ww_span){ target->span.begin_ns - margin_ns,
					     target->span.end_ns + margin_ns });
}

static void go_to(WwView *view, const struct ww_target *target)
{
	switch (target->kind) {
	case WW_TARGET_NONE:
		break;
	case WW_TARGET_INTERVAL:
		ww_view_go_to(view, target->lane, target->span.begin_ns, false);
		break;
	case WW_TARGET_LANE:
		go_to_lane(view, target);
		break;
	case WW_TARGET_SPAN:
		go_to_span(view, target);
		break;
	}
}

/* False unless exactly one row is chosen: several are for copying. */
static bool chosen_row(WwTableView *table, uint32_t *row)
{
	g_autoptr(GtkBitset) chosen =
		gtk_selection_model_get_selection(GTK_SELECTION_MODEL(table->model));

	if (gtk_bitset_get_size(chosen) != 1)
		return false;
	*row = ww_listing_model_row(table->model, gtk_bitset_get_minimum(chosen));
	return true;
}

static void on_chosen(WwTableView *table)
{
	const struct ww_listing *listing = ww_listing_model_listing(table->model);
	struct ww_target target;
	uint32_t row;

	if (table->is_following || !listing || !chosen_row(table, &row))
		return;
	target = ww_listing_target(listing, row);
	go_to(table->view, &target);
}

/* A second look: the selection as large as the screen allows. */
static void on_activated(GtkColumnView *columns, guint position, WwTableView *table)
{
	const struct ww_listing *listing = ww_listing_model_listing(table->model);
	const struct ww_target target =
		ww_listing_target(listing, ww_listing_model_row(table->model, position));

	go_to(table->view, &target);
	if (target.kind == WW_TARGET_INTERVAL)
		ww_view_frame_selection(table->view);
}

static GtkAdjustment *along(WwTableView *table)
{
	return gtk_scrolled_window_get_vadjustment(
		GTK_SCROLLED_WINDOW(gtk_widget_get_parent(table->columns)));
}

/* With others around it, so that one sees what was before and after. */
static void bring_into_view(WwTableView *table)
{
	const guint n_rows = g_list_model_get_n_items(G_LIST_MODEL(table->model));
	const double page_px = gtk_adjustment_get_page_size(along(table));
	const double row_px = gtk_adjustment_get_upper(along(table)) / MAX(n_rows, 1);
	const double row_y = table->scroll_position * row_px;
	const double begin_px = row_y - gtk_adjustment_get_value(along(table));

	if (begin_px < 0 || begin_px + row_px > page_px)
		gtk_adjustment_set_value(along(table), row_y + (row_px - page_px) / 2);
}

static bool has_focus_in_rows(WwTableView *table)
{
	GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(table));
	GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;
	GtkWidget *list = ww_table_list(table);

	return focus && (focus == list || gtk_widget_is_ancestor(focus, list));
}

/* To the row that it has scrolled to: the keys go on from there. */
static void take_focus_along(WwTableView *table)
{
	GtkWidget *row = ww_table_row_widget(table, table->scroll_position);

	if (row && has_focus_in_rows(table))
		gtk_widget_grab_focus(row);
}

static gboolean on_scroll_tick(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
	WwTableView *table = WW_TABLE_VIEW(widget);

	table->n_scroll_ticks++;
	if (table->n_scroll_ticks <= SCROLL_TICKS)
		return G_SOURCE_CONTINUE;
	/* In no room there is nothing to see. */
	if (gtk_adjustment_get_page_size(along(table)) >= 1 &&
	    table->scroll_position < g_list_model_get_n_items(G_LIST_MODEL(table->model))) {
		if (table->n_scroll_ticks == SCROLL_TICKS + 1) {
			bring_into_view(table);
			return G_SOURCE_CONTINUE;
		}
		/* Rows may differ in height: now the list knows better where it is. */
		gtk_widget_activate_action(ww_table_list(table), "list.scroll-to-item", "u",
					   table->scroll_position);
		take_focus_along(table);
	}
	table->scroll_tick = 0;
	emit_changed(table);
	return G_SOURCE_REMOVE;
}

static void stop_scrolling(WwTableView *table)
{
	if (table->scroll_tick)
		gtk_widget_remove_tick_callback(GTK_WIDGET(table), table->scroll_tick);
	table->scroll_tick = 0;
}

/* GTK's list scrolls to where its rows were when they had their places last. When it has none it
 * divides by nothing, keeps rows about a place that is not shown, and paints hardly any: so it is
 * asked once it has laid them out. */
static void scroll_to(WwTableView *table, guint position)
{
	stop_scrolling(table);
	table->scroll_position = position;
	table->n_scroll_ticks = 0;
	table->scroll_tick =
		gtk_widget_add_tick_callback(GTK_WIDGET(table), on_scroll_tick, NULL, NULL);
}

static void choose_position(WwTableView *table, guint position)
{
	table->is_following = true;
	gtk_selection_model_select_item(GTK_SELECTION_MODEL(table->model), position, TRUE);
	table->is_following = false;
	scroll_to(table, position);
}

/* The row of what the view has selected, if there is one. */
static void follow(WwTableView *table)
{
	const struct ww_selection *selection = ww_view_selection(table->view);
	const struct ww_listing *listing = ww_listing_model_listing(table->model);
	uint32_t row;
	guint position;

	if (!listing)
		return;
	if (chosen_row(table, &row) && ww_listing_stands_for(listing, row, selection))
		return;
	if (ww_listing_find(listing, selection, &row) &&
	    ww_listing_model_position(table->model, row, &position)) {
		choose_position(table, position);
		return;
	}
	table->is_following = true;
	gtk_selection_model_unselect_all(GTK_SELECTION_MODEL(table->model));
	table->is_following = false;
}

static void show_rows(WwTableView *table)
{
	const guint n = ww_listing_model_n_rows(table->model);
	const struct ww_listing *listing = ww_listing_model_listing(table->model);
	const bool is_search = listing->n_rows > 0;
	uint32_t row;

	gtk_label_set_text(GTK_LABEL(table->empty),
			   is_search ? _("No row has these words") : _(table->kind->empty));
	gtk_stack_set_visible_child(GTK_STACK(table->stack),
				    n > 0 ? gtk_widget_get_parent(table->columns) : table->empty);
	follow(table);
	/* Others are there, and none of them is looked at: they begin at the top. */
	if (gtk_widget_get_mapped(GTK_WIDGET(table)) && n > 0 && !chosen_row(table, &row))
		scroll_to(table, 0);
}

static void on_rows(GObject *source, GAsyncResult *result, gpointer data)
{
	g_autoptr(WwTableView) table = data;
	GArray *order = NULL;
	struct ww_listing *listing = ww_table_worker_finish(result, &order);

	/* Cancelled: others are on their way, or nobody wants any. */
	if (!listing)
		return;
	ww_asker_take_answer(&table->asker);
	table->is_shown_stale = false;
	table->is_following = true;
	ww_listing_model_set(table->model, listing, order);
	table->is_following = false;
	show_rows(table);
	emit_changed(table);
}

static void ask(GtkWidget *widget, GCancellable *cancellable)
{
	WwTableView *table = WW_TABLE_VIEW(widget);
	const struct ww_listing *listing = ww_listing_model_listing(table->model);
	const struct ww_table_order order = {
		.kind = table->kind,
		.document = (struct ww_document *)(uintptr_t)ww_view_document(table->view),
		.scope = table->scope,
		.listing = table->is_shown_stale ? NULL : (struct ww_listing *)(uintptr_t)listing,
		.arrangement = table->arrangement,
	};

	ww_table_worker_start(&order, cancellable, on_rows, g_object_ref(table));
}

static void on_selected(WwTableView *table)
{
	if (gtk_widget_get_mapped(GTK_WIDGET(table)) && !table->asker.is_stale)
		follow(table);
}

static void on_sorted(WwTableView *table)
{
	bool is_descending;

	table->arrangement.column = ww_table_sorted_column(table, &is_descending);
	table->arrangement.is_descending = is_descending;
	ww_asker_ask_soon(&table->asker);
}

/* Whether the rows of @kind are others. */
static bool makes_difference(const struct ww_listing_kind *kind, const struct ww_listing_scope *a,
			     const struct ww_listing_scope *b)
{
	if (a->span.begin_ns != b->span.begin_ns || a->span.end_ns != b->span.end_ns)
		return true;
	if (kind->is_of_lane)
		return !ww_lane_is_equal(a->lane, b->lane);
	return a->lanes != b->lanes || (kind->choices && a->choice != b->choice) ||
	       (kind->is_of_length && (a->min_ns != b->min_ns || a->max_ns != b->max_ns));
}

void ww_table_view_set_scope(WwTableView *table, const struct ww_listing_scope *scope)
{
	const bool is_other = makes_difference(table->kind, &table->scope, scope);
	const struct ww_lane_set *before = table->scope.lanes;

	table->scope = *scope;
	if (scope->lanes)
		ww_lane_set_ref(scope->lanes);
	g_clear_pointer(&before, ww_lane_set_unref);
	if (!is_other)
		return;
	table->is_shown_stale = true;
	ww_asker_ask_soon(&table->asker);
}

void ww_table_view_set_search(WwTableView *table, const char *search)
{
	if (g_strcmp0(search, table->arrangement.search) == 0)
		return;
	g_free(table->arrangement.search);
	table->arrangement.search = g_strdup(search);
	ww_asker_ask_soon(&table->asker);
}

static char *rows_note(WwTableView *table)
{
	const struct ww_listing *listing = ww_listing_model_listing(table->model);
	const guint n = ww_listing_model_n_rows(table->model);
	g_autofree char *shown = ww_count_text(n);
	g_autofree char *all = ww_count_text(listing ? listing->n_rows : 0);
	g_autofree char *rows = NULL;

	if (!listing)
		return g_strdup("");
	if (n < listing->n_rows)
		rows = g_strdup_printf(_("%s of %s rows"), shown, all);
	else
		rows = g_strdup_printf(ngettext("%s row", "%s rows", n), shown);
	return listing->note ? g_strdup_printf("%s: %s", rows, listing->note)
			     : g_steal_pointer(&rows);
}

char *ww_table_view_note(WwTableView *table)
{
	return ww_table_view_is_copying(table) ? ww_table_copying_note(table) : rows_note(table);
}

bool ww_table_view_is_busy(WwTableView *table)
{
	return ww_asker_is_busy(&table->asker) || table->scroll_tick != 0 || table->copying;
}

static void table_view_map(GtkWidget *widget)
{
	WwTableView *table = WW_TABLE_VIEW(widget);

	GTK_WIDGET_CLASS(ww_table_view_parent_class)->map(widget);
	if (!table->asker.is_stale)
		follow(table);
}

static void table_view_unmap(GtkWidget *widget)
{
	stop_scrolling(WW_TABLE_VIEW(widget));
	GTK_WIDGET_CLASS(ww_table_view_parent_class)->unmap(widget);
}

/* What is copied would come into the clipboard of a window that is gone. (Another tab on top
 * unmaps the table, which stops nothing.) */
static void table_view_unroot(GtkWidget *widget)
{
	ww_table_view_stop_copying(WW_TABLE_VIEW(widget));
	GTK_WIDGET_CLASS(ww_table_view_parent_class)->unroot(widget);
}

/* The rows, not the titles above them. */
static gboolean table_view_grab_focus(GtkWidget *widget)
{
	return gtk_widget_child_focus(ww_table_list(WW_TABLE_VIEW(widget)), GTK_DIR_TAB_FORWARD);
}

/* Up and down go from row to row, of which there may be millions; GTK's Tab does so too. */
static gboolean table_view_focus(GtkWidget *widget, GtkDirectionType direction)
{
	WwTableView *table = WW_TABLE_VIEW(widget);
	const bool is_in_rows = has_focus_in_rows(table);

	if (is_in_rows && direction == GTK_DIR_TAB_FORWARD)
		return FALSE;
	if (is_in_rows && direction == GTK_DIR_TAB_BACKWARD)
		return gtk_widget_child_focus(gtk_widget_get_first_child(table->columns),
					      direction);
	return GTK_WIDGET_CLASS(ww_table_view_parent_class)->focus(widget, direction);
}

static void table_view_dispose(GObject *object)
{
	WwTableView *table = WW_TABLE_VIEW(object);

	ww_asker_cancel(&table->asker);
	stop_scrolling(table);
	g_object_set_data(object, "menu", NULL);
	if (table->view)
		g_signal_handlers_disconnect_by_data(table->view, table);
	if (table->model)
		g_signal_handlers_disconnect_by_data(table->model, table);
	if (table->columns)
		g_signal_handlers_disconnect_by_data(
			gtk_column_view_get_sorter(GTK_COLUMN_VIEW(table->columns)), table);
	table->columns = NULL;
	g_clear_pointer(&table->stack, gtk_widget_unparent);
	g_clear_object(&table->model);
	g_clear_object(&table->view);
	g_clear_pointer(&table->scope.lanes, ww_lane_set_unref);
	g_clear_pointer(&table->arrangement.search, g_free);
	G_OBJECT_CLASS(ww_table_view_parent_class)->dispose(object);
}

static void ww_table_view_class_init(WwTableViewClass *class)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

	G_OBJECT_CLASS(class)->dispose = table_view_dispose;
	widget_class->map = table_view_map;
	widget_class->unmap = table_view_unmap;
	widget_class->unroot = table_view_unroot;
	widget_class->focus = table_view_focus;
	widget_class->grab_focus = table_view_grab_focus;
	gtk_widget_class_set_layout_manager_type(widget_class, GTK_TYPE_BIN_LAYOUT);
	ww_table_install_actions(widget_class);
	changed_signal = g_signal_new("changed", WW_TYPE_TABLE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
				      NULL, NULL, G_TYPE_NONE, 0);
}

static void ww_table_view_init(WwTableView *table)
{
	table->arrangement.column = WW_LISTING_UNSORTED;
	table->is_shown_stale = true;
	ww_asker_init(&table->asker, GTK_WIDGET(table), ask);
	table->model = ww_listing_model_new();
	table->stack = gtk_stack_new();
	table->empty = gtk_label_new(NULL);
	gtk_widget_add_css_class(table->empty, "dim-label");
	gtk_stack_add_child(GTK_STACK(table->stack), table->empty);
	gtk_widget_set_parent(table->stack, GTK_WIDGET(table));
	g_signal_connect_swapped(table->model, "selection-changed", G_CALLBACK(on_chosen), table);
}

/* The rows of a trace that is still being read stay until all of it is. */
static void on_document(WwTableView *table)
{
	const struct ww_document *document = ww_view_document(table->view);
	const struct ww_listing *listing = ww_listing_model_listing(table->model);

	if (!document->is_read || (listing && listing->trace == document->trace))
		return;
	table->is_shown_stale = true;
	ww_asker_ask_soon(&table->asker);
}

/* GTK knows that several rows can be chosen only of a model of its own. */
static void tell_of_several(GtkWidget *widget)
{
	gtk_accessible_update_property(GTK_ACCESSIBLE(widget),
				       GTK_ACCESSIBLE_PROPERTY_MULTI_SELECTABLE, TRUE, -1);
}

GtkWidget *ww_table_view_new(WwView *view, const struct ww_listing_kind *kind)
{
	WwTableView *table = g_object_new(WW_TYPE_TABLE_VIEW, NULL);
	GtkWidget *scrolled = gtk_scrolled_window_new();

	table->view = g_object_ref(view);
	table->kind = kind;
	ww_listing_scope_init(&table->scope, ww_view_document(view));
	table->columns = gtk_column_view_new(g_object_ref(GTK_SELECTION_MODEL(table->model)));
	gtk_widget_add_css_class(table->columns, "data-table");
	ww_name_widget(table->columns, _(kind->title));
	ww_table_add_columns(table);
	ww_table_add_menu(table);
	gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), table->columns);
	gtk_stack_add_titled(GTK_STACK(table->stack), scrolled, NULL, _("Rows"));
	ww_name_widget(ww_table_list(table), _(kind->title));
	tell_of_several(table->columns);
	tell_of_several(ww_table_list(table));
	g_signal_connect_swapped(gtk_column_view_get_sorter(GTK_COLUMN_VIEW(table->columns)),
				 "changed", G_CALLBACK(on_sorted), table);
	g_signal_connect(table->columns, "activate", G_CALLBACK(on_activated), table);
	g_signal_connect_swapped(view, "selected", G_CALLBACK(on_selected), table);
	g_signal_connect_swapped(view, "document", G_CALLBACK(on_document), table);
	return GTK_WIDGET(table);
}
