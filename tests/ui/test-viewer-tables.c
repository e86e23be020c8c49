// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables' widgets as a screen reader meets them, and how they and the view follow each other.
 */
#include "tests/ui/stage.h"
#include "viewer/tables/kinds.h"
#include "viewer/tables/table-private.h"
#include "viewer/tables/tables.h"
#include "viewer/tables/waits-page.h"
#include "viewer/widgets/flame-private.h"
#include "viewer/widgets/histogram-private.h"

static void settle(WwTableView *table)
{
	while (ww_table_view_is_busy(table))
		g_main_context_iteration(NULL, TRUE);
}

static WwTableView *show_table(struct stage *stage, const struct ww_listing_kind *kind)
{
	stage_show(stage, ww_table_view_new(stage->view, kind));
	settle(WW_TABLE_VIEW(stage->widget));
	return WW_TABLE_VIEW(stage->widget);
}

static void select_thread(struct stage *stage, int32_t tid, int64_t t_ns)
{
	const struct ww_lane lane = { WW_LANE_THREAD,
				      ww_query_utid(stage->document->trace, tid, INT64_MIN) };

	ww_view_select_at(stage->view, lane, t_ns);
}

static void read_states_of(struct stage *stage, WwTableView *table, int32_t tid)
{
	const struct ww_document *document = ww_view_document(stage->view);
	struct ww_listing_scope scope;

	ww_listing_scope_init(&scope, document);
	scope.lane.index = ww_query_utid(document->trace, tid, INT64_MIN);
	ww_table_view_set_scope(table, &scope);
	settle(table);
}

static void test_accessible(struct stage *stage, gconstpointer data)
{
	WwTableView *table = show_table(stage, &ww_listing_waits);
	g_autofree char *note = ww_table_view_note(table);

	gtk_test_accessible_assert_property(table->columns, GTK_ACCESSIBLE_PROPERTY_LABEL, "Waits");
	g_assert_cmpstr(note, ==, "1 row");
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(table->model)), ==, 1);
}

/* A row that is chosen is selected in the view, what is selected in the view is chosen. */
static void test_both_ways(struct stage *stage, gconstpointer data)
{
	WwTableView *table = show_table(stage, &ww_listing_states);
	const struct ww_selection *selection = ww_view_selection(stage->view);

	read_states_of(stage, table, 101);
	gtk_selection_model_select_item(GTK_SELECTION_MODEL(table->model), 1, TRUE);
	g_assert_cmpint(selection->kind, ==, WW_SELECTION_INTERVAL);
	g_assert_cmpint(selection->span.begin_ns, ==, 20000);
	g_assert_cmpint(selection->interval.state, ==, WW_STATE_RUNNABLE);
	select_thread(stage, 101, 70000);
	g_assert_true(gtk_selection_model_is_selected(GTK_SELECTION_MODEL(table->model), 2));
	g_assert_false(gtk_selection_model_is_selected(GTK_SELECTION_MODEL(table->model), 1));
	/* of another lane, or nothing: no row */
	select_thread(stage, 102, 70000);
	g_assert_false(gtk_selection_model_is_selected(GTK_SELECTION_MODEL(table->model), 2));
	ww_view_select_none(stage->view);
	g_assert_cmpint(selection->kind, ==, WW_SELECTION_NONE);
	/* several rows are for copying */
	gtk_selection_model_select_all(GTK_SELECTION_MODEL(table->model));
	g_assert_cmpint(selection->kind, ==, WW_SELECTION_NONE);
}

/* To choose a row is one step of the way back. */
static void test_one_step(struct stage *stage, gconstpointer data)
{
	WwTableView *table = show_table(stage, &ww_listing_states);

	read_states_of(stage, table, 101);
	gtk_selection_model_select_item(GTK_SELECTION_MODEL(table->model), 1, TRUE);
	gtk_selection_model_select_item(GTK_SELECTION_MODEL(table->model), 2, TRUE);
	g_assert_true(ww_view_undo(stage->view));
	g_assert_cmpint(ww_view_selection(stage->view)->span.begin_ns, ==, 20000);
	g_assert_true(gtk_selection_model_is_selected(GTK_SELECTION_MODEL(table->model), 1));
	g_assert_true(ww_view_undo(stage->view));
	g_assert_cmpint(ww_view_selection(stage->view)->kind, ==, WW_SELECTION_NONE);
}

static void test_sorted(struct stage *stage, gconstpointer data)
{
	WwTableView *table = show_table(stage, &ww_listing_states);
	g_autoptr(GtkColumnViewColumn) length = g_list_model_get_item(
		gtk_column_view_get_columns(GTK_COLUMN_VIEW(table->columns)), 1);

	read_states_of(stage, table, 101);
	gtk_column_view_sort_by_column(GTK_COLUMN_VIEW(table->columns), length,
				       GTK_SORT_DESCENDING);
	settle(table);
	g_assert_cmpuint(ww_listing_model_row(table->model, 0), ==, 1);
	gtk_column_view_sort_by_column(GTK_COLUMN_VIEW(table->columns), length, GTK_SORT_ASCENDING);
	settle(table);
	g_assert_cmpuint(ww_listing_model_row(table->model, 3), ==, 1);
	/* sorted or not, the row of what is selected is found */
	select_thread(stage, 101, 30000);
	g_assert_true(gtk_selection_model_is_selected(GTK_SELECTION_MODEL(table->model), 3));
	ww_table_view_set_search(table, "running");
	settle(table);
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(table->model)), ==, 1);
	g_assert_false(gtk_selection_model_is_selected(GTK_SELECTION_MODEL(table->model), 0));
}

/* Scopes that follow one another quickly: the last one is shown, whichever was done first. */
static void test_late_answer(struct stage *stage, gconstpointer data)
{
	WwTableView *table = show_table(stage, &ww_listing_waits);
	struct ww_listing_scope scope;

	ww_listing_scope_init(&scope, stage->document);
	for (int i = 0; i < 20; i++) {
		scope.span =
			i % 2 ? (struct ww_span){ 0, 100000 } : (struct ww_span){ 70000, 90000 };
		ww_table_view_set_scope(table, &scope);
		for (int k = 0; k < i * 10; k++) {
			g_usleep(100);
			g_main_context_iteration(NULL, FALSE);
		}
	}
	settle(table);
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(table->model)), ==, 1);
	scope.span = (struct ww_span){ 70000, 90000 };
	ww_table_view_set_scope(table, &scope);
	settle(table);
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(table->model)), ==, 0);
}

static struct ww_histogram *histogram_new(void)
{
	static const int64_t lengths_ns[] = { 1000, 1200, 1600, 200000, 3000000 };
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(int64_t));

	g_array_append_vals(array, lengths_ns, G_N_ELEMENTS(lengths_ns));
	return ww_histogram_new(array);
}

struct brush {
	int64_t min_ns, max_ns;
};

static void on_brushed(GtkWidget *widget, int64_t min_ns, int64_t max_ns, struct brush *brush)
{
	*brush = (struct brush){ min_ns, max_ns };
}

static void test_histogram(struct stage *stage, gconstpointer data)
{
	struct brush brush = { -1, -1 };
	WwHistogramView *view;

	stage_show(stage, ww_histogram_view_new());
	view = WW_HISTOGRAM_VIEW(stage->widget);
	g_signal_connect(view, "brushed", G_CALLBACK(on_brushed), &brush);
	ww_histogram_view_set(view, histogram_new(), WW_STATE_RUNNABLE);
	gtk_test_accessible_assert_property(view, GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "Lengths of waits");
	gtk_test_accessible_assert_property(view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
					    "Median 1.60 us · 99 % 3.00 ms · max 3.00 ms");
	ww_histogram_view_mark(view, 1, 0);
	g_assert_cmpint(brush.min_ns, ==, -1);
	gtk_test_accessible_assert_property(view, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
					    "Median 1.60 us · 99 % 3.00 ms · max 3.00 ms. "
					    "Marked: 3 waits of 1 us to 2 us, 3.80 us in all");
	ww_histogram_view_apply(view);
	g_assert_cmpint(brush.min_ns, ==, 1000);
	g_assert_cmpint(brush.max_ns, ==, 2000);
	ww_histogram_view_clear(view);
	ww_histogram_view_apply(view);
	g_assert_cmpint(brush.min_ns, ==, 0);
	g_assert_cmpint(brush.max_ns, ==, INT64_MAX);
	ww_histogram_view_set(view, NULL, WW_STATE_RUNNABLE);
	gtk_test_widget_wait_for_draw(stage->widget);
}

/* What is at a place is what is painted there. */
static void test_histogram_places(struct stage *stage, gconstpointer data)
{
	WwHistogramView *view;
	guint n, before = 0;

	stage_show(stage, ww_histogram_view_new());
	view = WW_HISTOGRAM_VIEW(stage->widget);
	ww_histogram_view_set(view, histogram_new(), WW_STATE_BLOCKED);
	gtk_test_widget_wait_for_draw(stage->widget);
	n = ww_histogram_view_n_buckets(view);
	g_assert_cmpuint(ww_histogram_view_bucket_at(view, 0), ==, 0);
	g_assert_cmpuint(ww_histogram_view_bucket_at(view, 100000), ==, n - 1);
	for (int x = 0; x < gtk_widget_get_width(stage->widget); x++) {
		const guint i = ww_histogram_view_bucket_at(view, x);

		g_assert_true(i == before || i == before + 1);
		before = i;
	}
	g_assert_cmpuint(before, ==, n - 1);
}

/* Lengths that are marked beside the table leave only these waits in it. */
static void test_brush(struct stage *stage, gconstpointer data)
{
	WwWaitsPage *page;
	WwTableView *table;

	stage_show(stage, ww_waits_page_new(stage->view));
	page = WW_WAITS_PAGE(stage->widget);
	table = ww_waits_page_table(page);
	while (ww_waits_page_is_busy(page))
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(table->model)), ==, 1);
	g_signal_emit_by_name(
		gtk_overlay_get_child(GTK_OVERLAY(gtk_widget_get_last_child(stage->widget))),
		"brushed", (gint64)50000, (gint64)70000);
	settle(table);
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(table->model)), ==, 0);
	g_signal_emit_by_name(
		gtk_overlay_get_child(GTK_OVERLAY(gtk_widget_get_last_child(stage->widget))),
		"brushed", (gint64)30000, (gint64)50000);
	settle(table);
	g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(table->model)), ==, 1);
}

/* In a window that is too narrow for the histogram no lengths are left out. */
static void test_narrow(struct stage *stage, gconstpointer data)
{
	WwWaitsPage *page;
	WwTableView *table;

	stage_show(stage, ww_waits_page_new(stage->view));
	page = WW_WAITS_PAGE(stage->widget);
	table = ww_waits_page_table(page);
	while (ww_waits_page_is_busy(page))
		g_main_context_iteration(NULL, TRUE);
	g_signal_emit_by_name(
		gtk_overlay_get_child(GTK_OVERLAY(gtk_widget_get_last_child(stage->widget))),
		"brushed", (gint64)50000, (gint64)70000);
	settle(table);
	g_assert_cmpuint(ww_listing_model_n_rows(table->model), ==, 0);
	gtk_window_set_default_size(GTK_WINDOW(stage->window), 500, 300);
	while (ww_listing_model_n_rows(table->model) == 0)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpuint(ww_listing_model_n_rows(table->model), ==, 1);
}

static void on_followed(WwFlameGraph *graph, guint *n)
{
	(*n)++;
}

static void test_flame(struct stage *stage, gconstpointer data)
{
	const struct ww_flame_scope scope = { .trace = stage->document->trace,
					      .span = { 0, 100000 } };
	guint n_followed = 0;
	WwFlameGraph *graph;
	uint32_t node;

	stage_show(stage, ww_flame_graph_new());
	graph = WW_FLAME_GRAPH(stage->widget);
	g_signal_connect(graph, "followed", G_CALLBACK(on_followed), &n_followed);
	g_assert_false(ww_flame_graph_node_at(graph, 10, 10, &node));
	ww_flame_graph_follow(graph);
	g_assert_cmpuint(n_followed, ==, 0);
	ww_flame_graph_set(graph, ww_flame_new(&scope));
	gtk_test_widget_wait_for_draw(stage->widget);
	gtk_test_accessible_assert_property(graph, GTK_ACCESSIBLE_PROPERTY_LABEL,
					    "Wait flame graph");
	/* the whole, then process, thread and reason below each other */
	g_assert_true(ww_flame_graph_node_at(graph, 5, 5, &node));
	g_assert_cmpuint(node, ==, 0);
	g_assert_true(ww_flame_graph_node_at(graph, 5, 3 * WW_FLAME_ROW_PX + 5, &node));
	ww_flame_graph_choose(graph, node);
	gtk_test_accessible_assert_property(
		graph, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
		"service/100 › victim/101 › ready (woken): 40.0 us, 100 % of all");
	ww_flame_graph_widen(graph, node);
	gtk_test_widget_wait_for_draw(stage->widget);
	/* what it is part of is still above it */
	g_assert_true(ww_flame_graph_node_at(graph, 5, 5, &node));
	g_assert_cmpuint(node, ==, 0);
	ww_flame_graph_follow(graph);
	g_assert_cmpuint(n_followed, ==, 1);
}

static void assert_tabs(GtkNotebook *notebook, const char *expected)
{
	g_autoptr(GString) titles = g_string_new(NULL);

	for (int i = 0; i < gtk_notebook_get_n_pages(notebook); i++) {
		GtkWidget *page = gtk_notebook_get_nth_page(notebook, i);

		if (gtk_widget_get_visible(page))
			g_string_append_printf(titles, "%s, ",
					       gtk_notebook_get_tab_label_text(notebook, page));
	}
	g_assert_cmpstr(titles->str, ==, expected);
}

static void settle_tables(struct stage *stage)
{
	while (!ww_tables_is_settled(WW_TABLES(stage->widget)))
		g_main_context_iteration(NULL, TRUE);
}

static GtkNotebook *show_tables(struct stage *stage)
{
	stage_show(stage, ww_tables_new(stage->view));
	settle_tables(stage);
	return GTK_NOTEBOOK(gtk_widget_get_first_child(gtk_widget_get_first_child(stage->widget)));
}

/* Tabs of which the trace has nothing are not there. */
static void test_tabs(struct stage *stage, gconstpointer data)
{
	GtkNotebook *notebook = show_tables(stage);

	assert_tabs(notebook, "Waits, States, Threads, Grouped Waits, Flame Graph, Findings, ");
	gtk_test_accessible_assert_property(stage->widget, GTK_ACCESSIBLE_PROPERTY_LABEL, "Tables");
	for (int i = 0; i < gtk_notebook_get_n_pages(notebook); i++) {
		gtk_notebook_set_current_page(notebook, i);
		gtk_test_widget_wait_for_draw(stage->widget);
		settle_tables(stage);
	}
}

/* As if it was pressed while the tabs have the focus. */
static void press_on_tabs(GtkNotebook *notebook, guint keyval)
{
	g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(GTK_WIDGET(notebook));

	gtk_widget_grab_focus(GTK_WIDGET(notebook));
	for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
		g_autoptr(GObject) keys = g_list_model_get_item(controllers, i);
		gboolean is_taken;

		if (GTK_IS_EVENT_CONTROLLER_KEY(keys))
			g_signal_emit_by_name(keys, "key-pressed", keyval, 0, 0, &is_taken);
	}
}

/* The arrow keys go to the tab that is there, whichever way one reads. */
static void test_tab_keys(struct stage *stage, gconstpointer data)
{
	GtkNotebook *notebook = show_tables(stage);

	press_on_tabs(notebook, GDK_KEY_Right);
	g_assert_cmpint(gtk_notebook_get_current_page(notebook), ==, 1);
	press_on_tabs(notebook, GDK_KEY_Left);
	g_assert_cmpint(gtk_notebook_get_current_page(notebook), ==, 0);
	gtk_widget_set_direction(GTK_WIDGET(notebook), GTK_TEXT_DIR_RTL);
	press_on_tabs(notebook, GDK_KEY_Left);
	g_assert_cmpint(gtk_notebook_get_current_page(notebook), ==, 1);
	press_on_tabs(notebook, GDK_KEY_Right);
	g_assert_cmpint(gtk_notebook_get_current_page(notebook), ==, 0);
}

static struct ww_document *sketch(const char *more, bool is_read)
{
	g_autofree char *script = g_strconcat(story_script, more, NULL);
	struct ww_manifest *manifest = ww_manifest_new();
	const int32_t root_pid = 100;

	manifest->scope = WW_SCOPE_COMMAND;
	g_array_append_val(manifest->root_pids, root_pid);
	return ww_document_sketch(ww_script_trace_with(script, manifest), is_read);
}

/* Of a trace that is being read, tabs come and rows are made anew when all of it is there. */
static void test_grows(struct stage *stage, gconstpointer data)
{
	struct ww_document *part = sketch("", false);
	struct ww_document *whole = sketch("110us task-begin victim/101 1 parse\n"
					   "120us task-end victim/101 1\n"
					   "130us waking 0 - victim/101 target=0\n"
					   "130us wakeup 0 victim/101 target=0\n"
					   "140us switch 0 idle R victim/101\n"
					   "150us other\n",
					   true);
	WwTableView *table;
	GtkNotebook *notebook;

	ww_view_set_document(stage->view, part);
	notebook = show_tables(stage);
	table = ww_waits_page_table(WW_WAITS_PAGE(gtk_notebook_get_nth_page(notebook, 0)));
	g_assert_cmpuint(ww_listing_model_n_rows(table->model), ==, 1);
	assert_tabs(notebook, "Waits, States, Threads, Grouped Waits, Flame Graph, Findings, ");
	ww_view_set_document(stage->view, whole);
	assert_tabs(notebook,
		    "Waits, States, Threads, Grouped Waits, Flame Graph, Findings, Tasks, ");
	settle_tables(stage);
	g_assert_cmpuint(ww_listing_model_n_rows(table->model), >, 1);
	ww_document_unref(part);
	ww_document_unref(whole);
}

#define N_TURNS 7000

/* victim/101 runs and waits so often. */
static struct ww_document *turns_document(void)
{
	g_autoptr(GString) script = g_string_new(story_script);

	for (int i = 0; i < N_TURNS; i++) {
		const int t_us = 200 + i * 20;

		g_string_append_printf(script, "%dus waking 0 - victim/101 target=0\n", t_us);
		g_string_append_printf(script, "%dus switch 0 idle R victim/101\n", t_us + 5);
		g_string_append_printf(script, "%dus switch 0 victim/101 S idle\n", t_us + 10);
	}
	return sketch(script->str + strlen(story_script), true);
}

/* Rows that stand where the list is seen. */
static int n_rows_seen(WwTableView *table)
{
	GtkWidget *list = ww_table_list(table);
	const double height = gtk_widget_get_height(list);
	int n = 0;

	for (GtkWidget *row = gtk_widget_get_first_child(list); row;
	     row = gtk_widget_get_next_sibling(row)) {
		graphene_rect_t bounds;

		if (gtk_widget_get_mapped(row) && gtk_widget_get_height(row) > 0 &&
		    gtk_widget_compute_bounds(row, list, &bounds) && bounds.origin.y < height &&
		    bounds.origin.y + bounds.size.height > 0)
			n++;
	}
	return n;
}

static void assert_full(WwTableView *table)
{
	GtkWidget *list = ww_table_list(table);
	const int row_px = gtk_widget_get_height(gtk_widget_get_first_child(list));

	g_assert_cmpint(row_px, >, 0);
	g_assert_cmpint(n_rows_seen(table), >=, gtk_widget_get_height(list) / row_px);
	g_assert_cmpint(n_rows_seen(table), <=, gtk_widget_get_height(list) / row_px + 2);
}

/* The row of what is selected stands in the middle of others, however far down it is, and the list
 * has rows wherever one looks: even if it was selected before the table was ever seen. */
static void test_long(struct stage *stage, gconstpointer data)
{
	struct ww_document *document = turns_document();
	GtkWidget *table = NULL;
	struct ww_listing_scope scope;
	GtkAdjustment *along;

	ww_view_set_document(stage->view, document);
	ww_listing_scope_init(&scope, document);
	scope.lane.index = ww_query_utid(document->trace, 101, INT64_MIN);
	ww_view_select_at(stage->view, scope.lane, (200 + 2000 * 20) * WW_NS_PER_US);
	table = ww_table_view_new(stage->view, &ww_listing_states);
	ww_table_view_set_scope(WW_TABLE_VIEW(table), &scope);
	stage_show(stage, table);
	settle(WW_TABLE_VIEW(table));
	gtk_test_widget_wait_for_draw(table);
	g_assert_cmpuint(ww_listing_model_n_rows(WW_TABLE_VIEW(table)->model), >, N_TURNS);
	assert_full(WW_TABLE_VIEW(table));
	along = gtk_scrolled_window_get_vadjustment(
		GTK_SCROLLED_WINDOW(gtk_widget_get_parent(WW_TABLE_VIEW(table)->columns)));
	g_assert_cmpfloat(gtk_adjustment_get_value(along), >, 1000);
	gtk_adjustment_set_value(along, gtk_adjustment_get_upper(along) / 4);
	gtk_test_widget_wait_for_draw(table);
	assert_full(WW_TABLE_VIEW(table));
	ww_document_unref(document);
}

static GtkWidget *focus_of(struct stage *stage)
{
	return gtk_root_get_focus(GTK_ROOT(stage->window));
}

/* When other rows begin at the top, the keys do so too. */
static void test_focus_goes_along(struct stage *stage, gconstpointer data)
{
	struct ww_document *document = turns_document();
	struct ww_listing_scope scope;
	WwTableView *table;

	ww_view_set_document(stage->view, document);
	table = show_table(stage, &ww_listing_states);
	read_states_of(stage, table, 101);
	gtk_widget_grab_focus(GTK_WIDGET(table));
	while (focus_of(stage) != ww_table_row_widget(table, 40))
		g_assert_true(gtk_widget_child_focus(ww_table_list(table), GTK_DIR_DOWN));
	ww_listing_scope_init(&scope, document);
	scope.lane = table->scope.lane;
	scope.span.end_ns -= 1000;
	ww_view_select_none(stage->view);
	ww_table_view_set_scope(table, &scope);
	settle(table);
	g_assert_true(focus_of(stage) == ww_table_row_widget(table, 0));
	gtk_widget_child_focus(ww_table_list(table), GTK_DIR_DOWN);
	g_assert_true(focus_of(stage) == ww_table_row_widget(table, 1));
	ww_document_unref(document);
}

static void on_text(GObject *clipboard, GAsyncResult *result, gpointer data)
{
	char **text = data;

	*text = gdk_clipboard_read_text_finish(GDK_CLIPBOARD(clipboard), result, NULL);
	g_assert_nonnull(*text);
}

/* A worker makes the text, and can be told to stop. */
static void test_copy(struct stage *stage, gconstpointer data)
{
	struct ww_document *document = turns_document();
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	WwTableView *table;

	ww_view_set_document(stage->view, document);
	table = show_table(stage, &ww_listing_states);
	read_states_of(stage, table, 101);
	gtk_widget_activate_action(GTK_WIDGET(table), "table.select-all", NULL);
	gtk_widget_activate_action(GTK_WIDGET(table), "table.copy", NULL);
	g_assert_true(ww_table_view_is_busy(table));
	g_assert_true(ww_table_view_stop_copying(table));
	g_assert_false(ww_table_view_is_busy(table));
	gtk_widget_activate_action(GTK_WIDGET(table), "table.copy", NULL);
	settle(table);
	gdk_clipboard_read_text_async(gtk_widget_get_clipboard(GTK_WIDGET(table)), NULL, on_text,
				      &text);
	while (!text)
		g_main_context_iteration(NULL, TRUE);
	lines = g_strsplit(text, "\n", -1);
	g_assert_true(g_str_has_prefix(lines[0], "Begin\tLength\tState\t"));
	/* The titles, the rows, and nothing behind the last line's end. */
	g_assert_cmpuint(g_strv_length(lines), ==, ww_listing_model_n_rows(table->model) + 2);
	ww_document_unref(document);
}

/* Many rows being copied are told of, beside a button that stops it. */
static void test_stop(struct stage *stage, gconstpointer data)
{
	struct ww_document *document = turns_document();
	GtkNotebook *notebook;
	WwTableView *table;
	GtkWidget *note, *stop;

	ww_view_set_document(stage->view, document);
	notebook = show_tables(stage);
	select_thread(stage, 101, 300000);
	gtk_notebook_set_current_page(notebook, 1);
	settle_tables(stage);
	table = WW_TABLE_VIEW(gtk_notebook_get_nth_page(notebook, 1));
	g_assert_null(stage_find_label(stage->widget, "Copying"));
	gtk_widget_activate_action(GTK_WIDGET(table), "table.select-all", NULL);
	gtk_widget_activate_action(GTK_WIDGET(table), "table.copy", NULL);
	note = stage_find_label(stage->widget, "Copying 2");
	g_assert_nonnull(note);
	stop = gtk_widget_get_next_sibling(note);
	gtk_test_accessible_assert_property(stop, GTK_ACCESSIBLE_PROPERTY_LABEL, "Stop Copying");
	g_assert_true(gtk_widget_grab_focus(stop));
	g_signal_emit_by_name(stop, "clicked");
	g_assert_false(ww_table_view_is_busy(table));
	g_assert_false(gtk_widget_get_visible(stop));
	g_assert_true(g_str_has_suffix(gtk_label_get_text(GTK_LABEL(note)), " rows"));
	/* and the keys are the table's again */
	g_assert_true(gtk_widget_is_ancestor(focus_of(stage), GTK_WIDGET(table)));
	ww_document_unref(document);
}

/* A window that goes takes with it what is being copied, and nobody hears of its tables. */
static void test_close_while_copying(struct stage *stage, gconstpointer data)
{
	g_autoptr(WwTableView) table = NULL;
	GtkNotebook *notebook = show_tables(stage);

	table = g_object_ref(
		ww_waits_page_table(WW_WAITS_PAGE(gtk_notebook_get_nth_page(notebook, 0))));
	gtk_widget_activate_action(GTK_WIDGET(table), "table.select-all", NULL);
	gtk_widget_activate_action(GTK_WIDGET(table), "table.copy", NULL);
	g_assert_true(ww_table_view_is_busy(table));
	gtk_window_destroy(GTK_WINDOW(stage->window));
	stage->window = NULL;
	g_assert_false(ww_table_view_is_busy(table));
	g_assert_false(g_signal_has_handler_pending(
		table, g_signal_lookup("changed", WW_TYPE_TABLE_VIEW), 0, FALSE));
}

int main(int argc, char **argv)
{
	stage_init(&argc, &argv);
	STAGE_TEST("/tables/accessible", test_accessible);
	STAGE_TEST("/tables/both ways", test_both_ways);
	STAGE_TEST("/tables/one step", test_one_step);
	STAGE_TEST("/tables/sorted", test_sorted);
	STAGE_TEST("/tables/late answer", test_late_answer);
	STAGE_TEST("/tables/histogram", test_histogram);
	STAGE_TEST("/tables/places of the histogram", test_histogram_places);
	STAGE_TEST("/tables/brush", test_brush);
	STAGE_TEST("/tables/narrow", test_narrow);
	STAGE_TEST("/tables/flame graph", test_flame);
	STAGE_TEST("/tables/tabs", test_tabs);
	STAGE_TEST("/tables/keys of the tabs", test_tab_keys);
	STAGE_TEST("/tables/grows", test_grows);
	STAGE_TEST("/tables/long", test_long);
	STAGE_TEST("/tables/focus goes along", test_focus_goes_along);
	STAGE_TEST("/tables/copy", test_copy);
	STAGE_TEST("/tables/stop", test_stop);
	STAGE_TEST("/tables/close while copying", test_close_while_copying);
	return g_test_run();
}
