// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/i18n.h"
#include "viewer/tables/table-private.h"

static void copy(GtkWidget *widget, const char *name, GVariant *parameter)
{
	ww_table_copy(WW_TABLE_VIEW(widget));
}

/* Nobody may want to wait for so many rows. */
static gboolean on_escape(GtkWidget *widget, GVariant *parameters, gpointer data)
{
	return ww_table_view_stop_copying(WW_TABLE_VIEW(widget));
}

static void select_all(GtkWidget *widget, const char *name, GVariant *parameter)
{
	ww_listing_model_show_all(WW_TABLE_VIEW(widget)->model);
	gtk_selection_model_select_all(GTK_SELECTION_MODEL(WW_TABLE_VIEW(widget)->model));
}

static void pop_up(WwTableView *table, const GdkRectangle *at)
{
	GtkWidget *popover = g_object_get_data(G_OBJECT(table), "menu");

	gtk_popover_set_pointing_to(GTK_POPOVER(popover), at);
	gtk_popover_popup(GTK_POPOVER(popover));
}

/* By the keyboard: below the row that has the focus. */
static void show_menu(GtkWidget *widget, const char *name, GVariant *parameter)
{
	GtkWidget *focus = gtk_root_get_focus(gtk_widget_get_root(widget));
	GdkRectangle at = { 12, 12, 1, 1 };
	graphene_rect_t bounds;

	if (focus && gtk_widget_is_ancestor(focus, widget) &&
	    gtk_widget_compute_bounds(focus, widget, &bounds))
		at = (GdkRectangle){ (int)bounds.origin.x + 24,
				     (int)(bounds.origin.y + bounds.size.height), 1, 1 };
	/* The focus may be in a row that is half outside. */
	at.y = CLAMP(at.y, 1, gtk_widget_get_height(widget) - 1);
	pop_up(WW_TABLE_VIEW(widget), &at);
}

static void on_right_click(GtkGestureClick *gesture, int n_press, double x, double y,
			   WwTableView *table)
{
	guint position;

	/* The menu is about the row that it is asked for on. */
	if (ww_table_position_at(table, x, y, &position) &&
	    !gtk_selection_model_is_selected(GTK_SELECTION_MODEL(table->model), position))
		gtk_selection_model_select_item(GTK_SELECTION_MODEL(table->model), position, TRUE);
	pop_up(table, &(GdkRectangle){ (int)x, (int)y, 1, 1 });
}

void ww_table_install_actions(GtkWidgetClass *class)
{
	gtk_widget_class_install_action(class, "table.copy", NULL, copy);
	gtk_widget_class_install_action(class, "table.select-all", NULL, select_all);
	gtk_widget_class_install_action(class, "table.menu", NULL, show_menu);
	gtk_widget_class_add_binding_action(class, GDK_KEY_c, GDK_CONTROL_MASK, "table.copy", NULL);
	gtk_widget_class_add_binding(class, GDK_KEY_Escape, 0, on_escape, NULL);
	gtk_widget_class_add_binding_action(class, GDK_KEY_a, GDK_CONTROL_MASK, "table.select-all",
					    NULL);
	gtk_widget_class_add_binding_action(class, GDK_KEY_F10, GDK_SHIFT_MASK, "table.menu", NULL);
	gtk_widget_class_add_binding_action(class, GDK_KEY_Menu, 0, "table.menu", NULL);
}

void ww_table_add_menu(WwTableView *table)
{
	g_autoptr(GMenu) menu = g_menu_new();
	GtkGesture *click = gtk_gesture_click_new();
	GtkWidget *popover;

	g_menu_append(menu, _("_Copy"), "table.copy");
	g_menu_append(menu, _("Select _All"), "table.select-all");
	popover = gtk_popover_menu_new_from_model(G_MENU_MODEL(menu));
	gtk_popover_set_has_arrow(GTK_POPOVER(popover), FALSE);
	gtk_widget_set_halign(popover, GTK_ALIGN_START);
	gtk_widget_set_parent(popover, GTK_WIDGET(table));
	g_object_set_data_full(G_OBJECT(table), "menu", popover,
			       (GDestroyNotify)gtk_widget_unparent);
	gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(click), GDK_BUTTON_SECONDARY);
	g_signal_connect(click, "pressed", G_CALLBACK(on_right_click), table);
	gtk_widget_add_controller(GTK_WIDGET(table), GTK_EVENT_CONTROLLER(click));
}
