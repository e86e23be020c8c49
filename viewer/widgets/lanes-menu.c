// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/widgets/lanes-menu.h"

#include "viewer/app/i18n.h"
#include "viewer/widgets/named.h"

#define FILTER_DELAY_MS 150

/* By enum ww_rows_order: the target of the action, and what the menu calls it. */
static const struct {
	const char *name, *label, *said;
} orders[WW_ROWS_ORDER_N] = {
	[WW_ROWS_AS_RECORDED] = { "as-recorded", N_("As _Recorded"),
				  N_("Sort, filter and fold lanes") },
	[WW_ROWS_BY_FIRST_EVENT] = { "first-event", N_("_First Event"),
				     N_("Lanes are sorted by first event") },
	[WW_ROWS_BY_NAME] = { "name", N_("_Name"), N_("Lanes are sorted by name") },
	[WW_ROWS_BY_RUNNABLE] = { "runnable", N_("Rea_dy Time"),
				  N_("Lanes are sorted by ready time") },
	[WW_ROWS_BY_BLOCKED] = { "blocked", N_("_Blocked Time"),
				 N_("Lanes are sorted by blocked time") },
	[WW_ROWS_BY_RUNNING] = { "running", N_("R_unning Time"),
				 N_("Lanes are sorted by running time") },
	[WW_ROWS_BY_TALK] = { "talk", N_("_Who Wakes Whom"),
			      N_("Lanes are sorted by who wakes whom") },
};

static void on_sort(GSimpleAction *action, GVariant *target, gpointer view)
{
	const char *name = g_variant_get_string(target, NULL);

	for (int order = 0; order < WW_ROWS_ORDER_N; order++) {
		if (g_str_equal(orders[order].name, name))
			ww_view_sort(view, order);
	}
}

static void on_hide_empty(GSimpleAction *action, GVariant *state, gpointer view)
{
	ww_view_hide_empty(view, g_variant_get_boolean(state));
}

static void on_fold_all(GSimpleAction *action, GVariant *parameter, gpointer view)
{
	ww_view_fold_all(view, true);
}

static void on_unfold_all(GSimpleAction *action, GVariant *parameter, gpointer view)
{
	ww_view_fold_all(view, false);
}

/* (kind, index) of a lane. */
static struct ww_lane lane_of(GVariant *parameter)
{
	struct ww_lane lane;
	uint32_t kind;

	g_variant_get(parameter, "(uu)", &kind, &lane.index);
	lane.kind = kind;
	return lane;
}

static void on_pin(GSimpleAction *action, GVariant *parameter, gpointer view)
{
	const struct ww_lane lane = lane_of(parameter);

	ww_view_pin(view, lane, !ww_rows_is_pinned(ww_view_rows(view), lane));
}

static void on_copy(GSimpleAction *action, GVariant *text, gpointer view)
{
	gdk_clipboard_set_text(gdk_display_get_clipboard(gdk_display_get_default()),
			       g_variant_get_string(text, NULL));
}

static void show_state(GSimpleActionGroup *actions, WwView *view)
{
	GActionMap *map = G_ACTION_MAP(actions);

	g_simple_action_set_state(G_SIMPLE_ACTION(g_action_map_lookup_action(map, "sort")),
				  g_variant_new_string(orders[ww_view_order(view)].name));
	g_simple_action_set_state(G_SIMPLE_ACTION(g_action_map_lookup_action(map, "hide-empty")),
				  g_variant_new_boolean(ww_view_is_hiding_empty(view)));
}

static void on_changed(WwView *view, GSimpleActionGroup *actions)
{
	show_state(actions, view);
}

static void insert_actions(GtkWidget *widget, WwView *view)
{
	static const GActionEntry entries[] = {
		{ "sort", NULL, "s", "''", on_sort },
		{ "hide-empty", NULL, NULL, "false", on_hide_empty },
		{ "fold-all", on_fold_all },
		{ "unfold-all", on_unfold_all },
		{ "pin", on_pin, "(uu)" },
		{ "copy", on_copy, "s" },
	};
	g_autoptr(GSimpleActionGroup) actions = g_simple_action_group_new();

	g_action_map_add_action_entries(G_ACTION_MAP(actions), entries, G_N_ELEMENTS(entries),
					view);
	show_state(actions, view);
	g_signal_connect_object(view, "folded", G_CALLBACK(on_changed), actions, 0);
	gtk_widget_insert_action_group(widget, "lanes", G_ACTION_GROUP(actions));
}

static GMenuModel *orders_new(void)
{
	GMenu *menu = g_menu_new();

	for (int order = 0; order < WW_ROWS_ORDER_N; order++) {
		g_autoptr(GMenuItem) item = g_menu_item_new(_(orders[order].label), NULL);

		g_menu_item_set_action_and_target(item, "lanes.sort", "s", orders[order].name);
		g_menu_append_item(menu, item);
	}
	return G_MENU_MODEL(menu);
}

static void append_rest(GMenu *menu)
{
	g_autoptr(GMenu) folds = g_menu_new();

	g_menu_append(folds, _("_Hide Lanes Empty in View"), "lanes.hide-empty");
	g_menu_append(folds, _("Fold _All"), "lanes.fold-all");
	g_menu_append(folds, _("Unf_old All"), "lanes.unfold-all");
	g_menu_append_section(menu, _("Hide and fold"), G_MENU_MODEL(folds));
}

static GMenuModel *button_menu_new(void)
{
	GMenu *menu = g_menu_new();
	g_autoptr(GMenu) custom = g_menu_new();
	g_autoptr(GMenuItem) filter = g_menu_item_new(NULL, NULL);
	g_autoptr(GMenuModel) sort = orders_new();

	g_menu_item_set_attribute(filter, "custom", "s", "filter");
	g_menu_append_item(custom, filter);
	g_menu_append_section(menu, NULL, G_MENU_MODEL(custom));
	g_menu_append_section(menu, _("Sort by"), sort);
	append_rest(menu);
	return G_MENU_MODEL(menu);
}

static void on_filter(GtkSearchEntry *entry, WwView *view)
{
	const char *text = gtk_editable_get_text(GTK_EDITABLE(entry));

	if (!g_str_equal(text, ww_rows_filter_text(ww_view_rows(view))))
		ww_view_filter(view, text);
}

/* Somebody else may have filtered. Setting a text first clears it, which would filter by nothing.
 */
static void on_map(GtkWidget *entry, WwView *view)
{
	g_autofree char *filter = g_strdup(ww_rows_filter_text(ww_view_rows(view)));

	g_signal_handlers_block_by_func(entry, on_filter, view);
	gtk_editable_set_text(GTK_EDITABLE(entry), filter);
	g_signal_handlers_unblock_by_func(entry, on_filter, view);
}

/* Escape in the entry is for the menu. */
static void on_stop(GtkWidget *entry)
{
	gtk_popover_popdown(GTK_POPOVER(gtk_widget_get_ancestor(entry, GTK_TYPE_POPOVER)));
}

static GtkWidget *filter_new(WwView *view)
{
	GtkWidget *entry = gtk_search_entry_new();

	g_object_set(entry, "placeholder-text", _("Filter lanes"), "search-delay", FILTER_DELAY_MS,
		     NULL);
	ww_name_widget(entry, _("Filter lanes"));
	g_signal_connect_object(entry, "search-changed", G_CALLBACK(on_filter), view, 0);
	g_signal_connect(entry, "stop-search", G_CALLBACK(on_stop), NULL);
	g_signal_connect(entry, "activate", G_CALLBACK(on_stop), NULL);
	g_signal_connect_object(entry, "map", G_CALLBACK(on_map), view, 0);
	return entry;
}

static bool is_open(GtkWidget *button)
{
	GtkPopover *popover = gtk_menu_button_get_popover(GTK_MENU_BUTTON(button));

	return popover && gtk_widget_get_visible(GTK_WIDGET(popover));
}

static void set_class(GtkWidget *widget, const char *class, bool is_set)
{
	if (is_set)
		gtk_widget_add_css_class(widget, class);
	else
		gtk_widget_remove_css_class(widget, class);
}

/* The button says, by its colour and in words, that not all lanes are shown, or in another order.
 */
static void show_arrangement(WwView *view, GtkWidget *button)
{
	const enum ww_rows_order order = ww_view_order(view);
	const uint32_t n_hidden = ww_rows_n_hidden(ww_view_rows(view));
	g_autofree char *hidden = g_strdup_printf(
		ngettext("%u lane is hidden", "%u lanes are hidden", n_hidden), n_hidden);
	GString *text = g_string_new(NULL);

	if (n_hidden == 0 || order != WW_ROWS_AS_RECORDED)
		g_string_append(text, _(orders[order].said));
	if (n_hidden > 0)
		g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", hidden);
	/* Over an open menu it would cover the filter. */
	gtk_widget_set_tooltip_text(button, is_open(button) ? NULL : text->str);
	gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
				       text->str, -1);
	set_class(button, "hiding", n_hidden > 0);
	set_class(button, "sorted", order != WW_ROWS_AS_RECORDED);
	g_string_free(text, TRUE);
}

static void on_opened(GtkWidget *popover, GParamSpec *spec, WwView *view)
{
	GtkWidget *button = gtk_widget_get_ancestor(popover, GTK_TYPE_MENU_BUTTON);

	if (button)
		show_arrangement(view, button);
}

GtkWidget *ww_lanes_menu_new(WwView *view)
{
	GtkWidget *button = gtk_menu_button_new();
	g_autoptr(GMenuModel) model = button_menu_new();
	GtkWidget *popover = gtk_popover_menu_new_from_model(model);

	gtk_popover_menu_add_child(GTK_POPOVER_MENU(popover), filter_new(view), "filter");
	gtk_menu_button_set_popover(GTK_MENU_BUTTON(button), popover);
	gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button), "view-list-symbolic");
	gtk_menu_button_set_has_frame(GTK_MENU_BUTTON(button), FALSE);
	gtk_widget_add_css_class(button, "lanes-menu");
	ww_name_widget(button, _("Lanes"));
	insert_actions(button, view);
	g_signal_connect_object(view, "folded", G_CALLBACK(show_arrangement), button, 0);
	g_signal_connect_object(popover, "notify::visible", G_CALLBACK(on_opened), view, 0);
	show_arrangement(view, button);
	return button;
}

static void append_row(GMenu *menu, WwView *view, const struct ww_row *row)
{
	g_autoptr(GMenu) section = g_menu_new();
	g_autoptr(GMenuItem) copy = g_menu_item_new(_("_Copy Name"), NULL);
	g_autofree char *title = ww_row_title(ww_view_trace(view), row);

	if (!ww_row_is_group(row) && row->kind != WW_ROW_COUNTER) {
		g_autoptr(GMenuItem) pin =
			g_menu_item_new(row->is_pinned ? _("Un_pin") : _("_Pin to Top"), NULL);

		g_menu_item_set_action_and_target(pin, "lanes.pin", "(uu)", (guint)row->lane.kind,
						  row->lane.index);
		g_menu_append_item(section, pin);
	}
	g_menu_item_set_action_and_target(copy, "lanes.copy", "s", title);
	g_menu_append_item(section, copy);
	g_menu_append_section(menu, NULL, G_MENU_MODEL(section));
}

GtkWidget *ww_lanes_menu_popup_new(WwView *view, const struct ww_row *row)
{
	g_autoptr(GMenu) menu = g_menu_new();
	g_autoptr(GMenu) sort = g_menu_new();
	g_autoptr(GMenuModel) submenu = orders_new();
	GtkWidget *popover;

	append_row(menu, view, row);
	g_menu_append_submenu(sort, _("_Sort by"), submenu);
	g_menu_append_section(menu, NULL, G_MENU_MODEL(sort));
	append_rest(menu);
	popover = gtk_popover_menu_new_from_model(G_MENU_MODEL(menu));
	gtk_popover_set_has_arrow(GTK_POPOVER(popover), FALSE);
	gtk_widget_set_halign(popover, GTK_ALIGN_START);
	insert_actions(popover, view);
	return popover;
}
