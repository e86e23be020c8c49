// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/tables/tables.h"

#include "viewer/app/i18n.h"
#include "viewer/tables/pages.h"
#include "viewer/tables/scope.h"
#include "viewer/view/text.h"
#include "viewer/widgets/named.h"

/* What takes less shows no sign of it. */
#define PATIENCE_MS 200

struct _WwTables {
	GtkWidget parent;
	WwView *view;
	GArray *pages;     /* struct ww_table_page, in the order of the tabs */
	guint page_source; /* adds the others, one by one */
	struct ww_table_area area;
	struct ww_lane lane; /* the one looked at last */
	bool has_lane;       /* that was selected */
	GtkWidget *box, *notebook, *choices, *search, *spinner;
	GtkWidget *note, *stop, *scope, *clear;
	guint spinner_timer;
};

G_DEFINE_FINAL_TYPE(WwTables, ww_tables, GTK_TYPE_WIDGET)

static struct ww_table_page *page_at(WwTables *tables, guint i)
{
	return &g_array_index(tables->pages, struct ww_table_page, i);
}

static struct ww_table_page *open_page(WwTables *tables)
{
	const int i = gtk_notebook_get_current_page(GTK_NOTEBOOK(tables->notebook));

	return i < 0 ? NULL : page_at(tables, (guint)i);
}

static void set_scope(WwTables *tables, const struct ww_table_page *page)
{
	struct ww_listing_scope scope;

	ww_listing_scope_init(&scope, ww_view_document(tables->view));
	scope.lane = tables->lane;
	if (tables->area.is_set) {
		scope.span = tables->area.span;
		scope.lanes = tables->area.lanes;
	}
	if (page->choices)
		scope.choice = gtk_drop_down_get_selected(GTK_DROP_DOWN(page->choices));
	page->kind->set_scope(page->widget, &scope);
}

/* Whole lengths in an area that is shorter would contradict what is summed up inside of it. */
static char *area_text(WwTables *tables, const struct ww_table_page *page)
{
	g_autofree char *length = ww_duration_text(ww_span_length_ns(tables->area.span));

	switch (page ? page->area_effect : WW_AREA_INSIDE) {
	case WW_AREA_TOUCHED:
		return g_strdup_printf(_("touching the selected area of %s, whole lengths"),
				       length);
	case WW_AREA_TOTALS:
		return g_strdup_printf(
			_("inside the selected area of %s; lengths but the total are whole"),
			length);
	default:
		return g_strdup_printf(_("inside the selected area of %s"), length);
	}
}

/* What is listed, in words. */
static void show_scope(WwTables *tables)
{
	const struct ww_table_page *page = open_page(tables);
	g_autofree char *area = tables->area.is_set ? area_text(tables, page) : g_strdup("");
	g_autofree char *lane = NULL;
	g_autofree char *text = NULL;

	if (page && page->is_of_lane) {
		lane = ww_text_lane(ww_view_trace(tables->view), tables->lane);
		text = g_strdup_printf(_("of %s %s"), lane, area);
	} else {
		text = g_strdup(area);
	}
	gtk_label_set_text(GTK_LABEL(tables->scope), text);
	gtk_widget_set_visible(tables->clear, tables->area.is_set);
}

/* What belongs to the open tab at the end of the row of tabs. */
static void show_tools(WwTables *tables)
{
	const struct ww_trace *trace = ww_view_trace(tables->view);
	const struct ww_table_page *page = open_page(tables);

	for (guint i = 0; i < tables->pages->len; i++) {
		const struct ww_table_page *other = page_at(tables, i);

		if (other->choices)
			gtk_widget_set_visible(other->choices,
					       other == page && (!other->has_choices ||
								 other->has_choices(trace)));
		if (other->tool)
			gtk_widget_set_visible(other->tool, other == page);
	}
	if (page)
		gtk_widget_set_visible(tables->search, page->kind->set_search != NULL);
}

static void set_scopes(WwTables *tables)
{
	for (guint i = 0; i < tables->pages->len; i++)
		set_scope(tables, page_at(tables, i));
	show_scope(tables);
}

static void on_selected(WwTables *tables)
{
	const struct ww_selection *selection = ww_view_selection(tables->view);
	bool is_other = ww_table_area_follow(&tables->area, selection);

	if (selection->kind == WW_SELECTION_INTERVAL &&
	    (!tables->has_lane || !ww_lane_is_equal(selection->lane, tables->lane))) {
		tables->has_lane = true;
		tables->lane = selection->lane;
		is_other = true;
	}
	if (is_other)
		set_scopes(tables);
}

/* If the trace has something of it. */
static void show_tab(WwTables *tables, const struct ww_table_page *page)
{
	if (page->is_in)
		gtk_widget_set_visible(page->widget, page->is_in(ww_view_trace(tables->view)));
}

/* Of a trace that is still being read only the part that one selects is listed anew. */
static void on_document(WwTables *tables)
{
	const struct ww_document *document = ww_view_document(tables->view);

	if (!document->is_read)
		return;
	if (!tables->has_lane)
		tables->lane = ww_table_first_lane(document);
	for (guint i = 0; i < tables->pages->len; i++)
		show_tab(tables, page_at(tables, i));
	show_tools(tables);
	set_scopes(tables);
}

static void on_clear(WwTables *tables)
{
	if (ww_view_selection(tables->view)->kind == WW_SELECTION_AREA) {
		ww_view_select_none(tables->view);
		return;
	}
	tables->area.is_set = false;
	set_scopes(tables);
}

bool ww_tables_is_settled(WwTables *tables)
{
	const struct ww_table_page *page = open_page(tables);

	return tables->page_source == 0 && (!page || !page->kind->is_busy(page->widget));
}

static gboolean start_spinner(gpointer data)
{
	WwTables *tables = data;

	tables->spinner_timer = 0;
	gtk_spinner_start(GTK_SPINNER(tables->spinner));
	return G_SOURCE_REMOVE;
}

bool ww_tables_focus(WwTables *tables)
{
	const struct ww_table_page *page = open_page(tables);

	return page && (gtk_widget_grab_focus(page->widget) ||
			gtk_widget_child_focus(page->widget, GTK_DIR_TAB_FORWARD));
}

/* Beside the note that says that rows are being copied. */
static void show_stop(WwTables *tables, const struct ww_table_page *page)
{
	const bool had_focus = gtk_widget_is_focus(tables->stop);
	const bool is_copying = page->table && ww_table_view_is_copying(page->table);

	gtk_widget_set_visible(tables->stop, is_copying);
	if (had_focus && !is_copying)
		ww_tables_focus(tables);
}

static void show_state(WwTables *tables)
{
	const struct ww_table_page *page = open_page(tables);
	g_autofree char *note = NULL;

	if (!page)
		return;
	note = page->kind->note(page->widget);
	gtk_label_set_text(GTK_LABEL(tables->note), note);
	show_stop(tables, page);
	if (ww_tables_is_settled(tables)) {
		g_clear_handle_id(&tables->spinner_timer, g_source_remove);
		gtk_spinner_stop(GTK_SPINNER(tables->spinner));
	} else if (tables->spinner_timer == 0) {
		tables->spinner_timer = g_timeout_add(PATIENCE_MS, start_spinner, tables);
	}
}

static void on_searched(WwTables *tables)
{
	const struct ww_table_page *page = open_page(tables);

	if (page && page->kind->set_search)
		page->kind->set_search(page->widget,
				       gtk_editable_get_text(GTK_EDITABLE(tables->search)));
}

/* Escape. */
static void on_search_stopped(WwTables *tables)
{
	gtk_editable_set_text(GTK_EDITABLE(tables->search), "");
	ww_tables_focus(tables);
}

static void on_switched(WwTables *tables)
{
	const struct ww_table_page *page = open_page(tables);

	if (!page)
		return;
	/* Said by a screen reader when the arrow keys go from tab to tab. */
	gtk_accessible_update_property(GTK_ACCESSIBLE(tables->notebook),
				       GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(page->title), -1);
	show_tools(tables);
	on_searched(tables);
	show_scope(tables);
	show_state(tables);
}

/* GTK would leave these keys to the window, which has a use of its own for them. */
static gboolean on_tab_key(GtkEventControllerKey *keys, guint keyval, guint keycode,
			   GdkModifierType modifiers, WwTables *tables)
{
	const bool is_mirrored = gtk_widget_get_direction(tables->notebook) == GTK_TEXT_DIR_RTL;

	if (!gtk_widget_is_focus(tables->notebook) ||
	    (keyval != GDK_KEY_Left && keyval != GDK_KEY_Right))
		return FALSE;
	if (keyval == (is_mirrored ? GDK_KEY_Right : GDK_KEY_Left))
		gtk_notebook_prev_page(GTK_NOTEBOOK(tables->notebook));
	else
		gtk_notebook_next_page(GTK_NOTEBOOK(tables->notebook));
	return TRUE;
}

static void listen_to_tab_keys(WwTables *tables)
{
	GtkEventController *keys = gtk_event_controller_key_new();

	g_signal_connect(keys, "key-pressed", G_CALLBACK(on_tab_key), tables);
	gtk_widget_add_controller(tables->notebook, keys);
}

static void on_changed(WwTables *tables, GtkWidget *table)
{
	const struct ww_table_page *page = open_page(tables);

	if (page && page->widget == table)
		show_state(tables);
}

/* The button inside of it has the focus, and else no name. */
static void name_choice(GtkDropDown *choices)
{
	GtkStringObject *chosen = gtk_drop_down_get_selected_item(choices);
	g_autofree char *name = NULL;

	if (!chosen)
		return;
	name = g_strdup_printf(_("What to List: %s"), gtk_string_object_get_string(chosen));
	ww_name_widget(gtk_widget_get_first_child(GTK_WIDGET(choices)), name);
}

static GtkWidget *choices_new(WwTables *tables, const char *const *entries)
{
	g_autoptr(GtkStringList) names = gtk_string_list_new(NULL);
	GtkWidget *choices;

	if (!entries)
		return NULL;
	for (guint i = 0; entries[i]; i++)
		gtk_string_list_append(names, _(entries[i]));
	choices = gtk_drop_down_new(G_LIST_MODEL(g_steal_pointer(&names)), NULL);
	gtk_widget_add_css_class(choices, "flat");
	gtk_widget_set_tooltip_text(choices, _("What to List"));
	ww_name_widget(choices, _("What to List"));
	g_signal_connect(choices, "notify::selected", G_CALLBACK(name_choice), NULL);
	name_choice(GTK_DROP_DOWN(choices));
	g_signal_connect_swapped(choices, "notify::selected", G_CALLBACK(set_scopes), tables);
	gtk_box_append(GTK_BOX(tables->choices), choices);
	return choices;
}

static void add_tab(WwTables *tables, GtkWidget *widget, const char *title)
{
	GtkWidget *label = gtk_label_new(title);

	gtk_notebook_append_page(GTK_NOTEBOOK(tables->notebook), widget, label);
	/* GTK names the tab itself "Tab". */
	ww_name_widget(gtk_widget_get_parent(label), title);
}

static void add_page(WwTables *tables, struct ww_table_page *page)
{
	page->choices = choices_new(tables, page->entries);
	if (page->tool)
		gtk_box_append(GTK_BOX(tables->choices), page->tool);
	/* A worker may keep the page a little longer than the pane. */
	g_signal_connect_object(page->widget, "changed", G_CALLBACK(on_changed), tables,
				G_CONNECT_SWAPPED);
	set_scope(tables, page);
	add_tab(tables, page->widget, _(page->title));
	show_tab(tables, page);
}

static gboolean add_next_page(gpointer data)
{
	WwTables *tables = data;

	if (ww_table_pages_add(tables->pages, tables->view)) {
		add_page(tables, page_at(tables, tables->pages->len - 1));
		show_tools(tables);
		return G_SOURCE_CONTINUE;
	}
	tables->page_source = 0;
	show_state(tables);
	return G_SOURCE_REMOVE;
}

static void tables_dispose(GObject *object)
{
	WwTables *tables = WW_TABLES(object);

	g_clear_handle_id(&tables->page_source, g_source_remove);
	g_clear_handle_id(&tables->spinner_timer, g_source_remove);
	if (tables->view)
		g_signal_handlers_disconnect_by_data(tables->view, tables);
	if (tables->notebook)
		g_signal_handlers_disconnect_by_data(tables->notebook, tables);
	g_clear_pointer(&tables->box, gtk_widget_unparent);
	tables->notebook = NULL;
	g_clear_object(&tables->view);
	G_OBJECT_CLASS(ww_tables_parent_class)->dispose(object);
}

static void tables_finalize(GObject *object)
{
	g_array_unref(WW_TABLES(object)->pages);
	G_OBJECT_CLASS(ww_tables_parent_class)->finalize(object);
}

static void ww_tables_class_init(WwTablesClass *class)
{
	G_OBJECT_CLASS(class)->dispose = tables_dispose;
	G_OBJECT_CLASS(class)->finalize = tables_finalize;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
	gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "tables");
	gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *hide_button_new(void)
{
	GtkWidget *button = gtk_button_new_from_icon_name("window-close-symbolic");

	gtk_widget_add_css_class(button, "flat");
	gtk_widget_set_tooltip_text(button, _("Hide the Tables (Ctrl+F9)"));
	ww_name_widget(button, _("Hide the Tables"));
	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.toggle-tables");
	return button;
}

/* At the end of the row of tabs. */
static GtkWidget *tools_new(WwTables *tables)
{
	GtkWidget *tools = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

	gtk_widget_add_css_class(tools, "tools");
	tables->spinner = gtk_spinner_new();
	tables->choices = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
	tables->search = gtk_search_entry_new();
	gtk_editable_set_width_chars(GTK_EDITABLE(tables->search), 10);
	g_object_set(tables->search, "placeholder-text", _("Search rows"), NULL);
	ww_name_widget(tables->search, _("Search rows"));
	gtk_widget_set_valign(tables->search, GTK_ALIGN_CENTER);
	gtk_box_append(GTK_BOX(tools), tables->spinner);
	gtk_box_append(GTK_BOX(tools), tables->choices);
	gtk_box_append(GTK_BOX(tools), tables->search);
	gtk_box_append(GTK_BOX(tools), hide_button_new());
	g_signal_connect_swapped(tables->search, "search-changed", G_CALLBACK(on_searched), tables);
	g_signal_connect_swapped(tables->search, "stop-search", G_CALLBACK(on_search_stopped),
				 tables);
	return tools;
}

static void on_stop(WwTables *tables)
{
	const struct ww_table_page *page = open_page(tables);

	if (page && page->table)
		ww_table_view_stop_copying(page->table);
}

static GtkWidget *stop_button_new(WwTables *tables)
{
	GtkWidget *button = gtk_button_new_with_label(_("Stop"));

	gtk_widget_add_css_class(button, "flat");
	gtk_widget_set_tooltip_text(button, _("Stop Copying"));
	ww_name_widget(button, _("Stop Copying"));
	gtk_widget_set_visible(button, FALSE);
	g_signal_connect_swapped(button, "clicked", G_CALLBACK(on_stop), tables);
	return button;
}

static GtkWidget *foot_new(WwTables *tables)
{
	GtkWidget *foot = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);

	gtk_widget_add_css_class(foot, "foot");
	tables->note = gtk_label_new(NULL);
	tables->stop = stop_button_new(tables);
	tables->scope = gtk_label_new(NULL);
	tables->clear = gtk_button_new_with_label(_("Whole Trace"));
	gtk_label_set_ellipsize(GTK_LABEL(tables->note), PANGO_ELLIPSIZE_END);
	gtk_widget_add_css_class(tables->note, "numeric");
	gtk_widget_add_css_class(tables->clear, "flat");
	gtk_widget_set_tooltip_text(tables->clear, _("List what is outside of the area too"));
	gtk_box_append(GTK_BOX(foot), tables->note);
	gtk_box_append(GTK_BOX(foot), tables->stop);
	gtk_box_append(GTK_BOX(foot), tables->scope);
	gtk_box_append(GTK_BOX(foot), tables->clear);
	g_signal_connect_swapped(tables->clear, "clicked", G_CALLBACK(on_clear), tables);
	return foot;
}

static void ww_tables_init(WwTables *tables)
{
	tables->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);
	tables->notebook = gtk_notebook_new();
	/* The notebook itself has the focus while the keys are the tabs'. */
	ww_name_widget(tables->notebook, _("Tabs"));
	listen_to_tab_keys(tables);
	gtk_notebook_set_scrollable(GTK_NOTEBOOK(tables->notebook), TRUE);
	gtk_notebook_set_show_border(GTK_NOTEBOOK(tables->notebook), FALSE);
	gtk_notebook_set_action_widget(GTK_NOTEBOOK(tables->notebook), tools_new(tables),
				       GTK_PACK_END);
	gtk_widget_set_vexpand(tables->notebook, TRUE);
	gtk_box_append(GTK_BOX(tables->box), tables->notebook);
	gtk_box_append(GTK_BOX(tables->box), foot_new(tables));
	gtk_widget_set_parent(tables->box, GTK_WIDGET(tables));
	ww_name_widget(GTK_WIDGET(tables), _("Tables"));
}

GtkWidget *ww_tables_new(WwView *view)
{
	WwTables *tables = g_object_new(WW_TYPE_TABLES, NULL);

	tables->view = g_object_ref(view);
	tables->lane = ww_table_first_lane(ww_view_document(view));
	tables->pages = g_array_new(FALSE, FALSE, sizeof(struct ww_table_page));
	tables->page_source = g_idle_add(add_next_page, tables);
	g_signal_connect_swapped(view, "selected", G_CALLBACK(on_selected), tables);
	g_signal_connect_swapped(view, "document", G_CALLBACK(on_document), tables);
	g_signal_connect_data(tables->notebook, "switch-page", G_CALLBACK(on_switched), tables,
			      NULL, G_CONNECT_AFTER | G_CONNECT_SWAPPED);
	on_switched(tables);
	return GTK_WIDGET(tables);
}
