// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/window-header.h"

#include "viewer/app/i18n.h"
#include "viewer/app/recent.h"
#include "viewer/widgets/named.h"

struct _WwWindowHeader {
	GtkWidget parent;
	GtkWidget *bar;
	GtkWidget *title;
	GtkWidget *worst_button, *zoom_buttons, *search_button, *export_button;
	GtkWidget *panel_button, *tables_button;
	bool has_trace, is_narrow;
};

G_DEFINE_FINAL_TYPE(WwWindowHeader, ww_window_header, GTK_TYPE_WIDGET)

static GtkWidget *icon_button_new(const char *icon, const char *action, const char *name,
				  const char *tooltip)
{
	GtkWidget *button = gtk_button_new_from_icon_name(icon);

	ww_name_widget(button, name);

	gtk_actionable_set_detailed_action_name(GTK_ACTIONABLE(button), action);
	gtk_widget_set_tooltip_text(button, tooltip);
	return button;
}

static GtkWidget *zoom_buttons_new(void)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);

	gtk_widget_add_css_class(box, "linked");
	gtk_box_append(GTK_BOX(box), icon_button_new("zoom-out-symbolic", "win.run::zoom-out",
						     _("Zoom Out"), _("Zoom Out (S)")));
	gtk_box_append(GTK_BOX(box), icon_button_new("zoom-fit-best-symbolic", "win.run::show-all",
						     _("Show Whole Trace"), _("Whole Trace (0)")));
	gtk_box_append(GTK_BOX(box), icon_button_new("zoom-in-symbolic", "win.run::zoom-in",
						     _("Zoom In"), _("Zoom In (W)")));
	return box;
}

struct entry {
	const char *label, *action;
};

#define ENTRIES_MAX 4

/* Each ends with the first empty entry. */
static const struct entry sections[][ENTRIES_MAX + 1] = {
	{ { N_("New _Window"), "app.new-window" } },
	{ { N_("_Export…"), "win.export" }, { N_("Copy _Picture"), "win.copy-picture" } },
	{ { N_("_Preferences"), "app.preferences" },
	  { N_("All _Commands…"), "win.command-palette" } },
	{ { N_("_Keyboard Shortcuts"), "win.show-help-overlay" },
	  { N_("_Help"), "win.help" },
	  { N_("_About Whywait"), "app.about" } },
};

static void append_section(GMenu *menu, const struct entry *entries)
{
	g_autoptr(GMenu) section = g_menu_new();

	for (; entries->label; entries++)
		g_menu_append(section, _(entries->label), entries->action);
	g_menu_append_section(menu, NULL, G_MENU_MODEL(section));
}

static GtkWidget *menu_button_new(void)
{
	GtkWidget *button = gtk_menu_button_new();
	g_autoptr(GMenu) menu = g_menu_new();

	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		append_section(menu, sections[i]);
	gtk_menu_button_set_icon_name(GTK_MENU_BUTTON(button), "open-menu-symbolic");
	gtk_menu_button_set_menu_model(GTK_MENU_BUTTON(button), G_MENU_MODEL(menu));
	gtk_menu_button_set_primary(GTK_MENU_BUTTON(button), TRUE);
	gtk_widget_set_tooltip_text(button, _("Main Menu"));
	ww_name_widget(button, _("Main Menu"));
	return button;
}

static GtkWidget *worst_button_new(void)
{
	GtkWidget *button = gtk_button_new_with_label(_("Next Worst Wait"));

	gtk_actionable_set_detailed_action_name(GTK_ACTIONABLE(button), "win.run::next-worst");
	gtk_widget_set_tooltip_text(button, _("Next Worst Wait (R)"));
	return button;
}

static GtkWidget *panel_button_new(void)
{
	GtkWidget *button = gtk_toggle_button_new();

	gtk_button_set_icon_name(GTK_BUTTON(button), "sidebar-show-right-symbolic");
	gtk_widget_set_tooltip_text(button, _("Explanation (F9)"));
	ww_name_widget(button, _("Show Explanation"));
	gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(button), TRUE);
	return button;
}

/* The sign of the panel, turned: what is below instead of what is beside. */
static GtkWidget *tables_button_new(void)
{
	GtkWidget *button = gtk_toggle_button_new();

	gtk_button_set_icon_name(GTK_BUTTON(button), "sidebar-show-right-symbolic");
	gtk_widget_add_css_class(button, "below");
	gtk_widget_set_tooltip_text(button, _("Tables (Ctrl+F9)"));
	ww_name_widget(button, _("Show Tables"));
	return button;
}

static GtkWidget *open_button_new(void)
{
	GtkWidget *button = adw_split_button_new();
	GtkWidget *dropdown;
	g_autoptr(GMenuModel) recent = ww_recent_menu_new();

	adw_split_button_set_label(ADW_SPLIT_BUTTON(button), _("Open"));
	adw_split_button_set_menu_model(ADW_SPLIT_BUTTON(button), recent);
	gtk_actionable_set_action_name(GTK_ACTIONABLE(button), "win.open");
	gtk_widget_set_tooltip_text(button, _("Open a Trace (Ctrl+O)"));
	adw_split_button_set_dropdown_tooltip(ADW_SPLIT_BUTTON(button), _("Recent Traces"));
	/* Its parts have no names of their own. */
	dropdown = gtk_widget_get_last_child(button);
	ww_name_widget(gtk_widget_get_first_child(button), _("Open"));
	if (GTK_IS_MENU_BUTTON(dropdown))
		ww_name_widget(gtk_widget_get_first_child(dropdown), _("Open a Recent Trace"));
	return button;
}

static GtkWidget *record_button_new(void)
{
	GtkWidget *button = icon_button_new("media-record-symbolic", "app.record", _("Record"),
					    _("Record (Ctrl+R)"));

	gtk_widget_add_css_class(button, "record");
	return button;
}

static void window_header_dispose(GObject *object)
{
	g_clear_pointer(&WW_WINDOW_HEADER(object)->bar, gtk_widget_unparent);
	G_OBJECT_CLASS(ww_window_header_parent_class)->dispose(object);
}

static void ww_window_header_class_init(WwWindowHeaderClass *class)
{
	G_OBJECT_CLASS(class)->dispose = window_header_dispose;
	gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void ww_window_header_init(WwWindowHeader *header)
{
	AdwHeaderBar *bar;

	header->bar = adw_header_bar_new();
	bar = ADW_HEADER_BAR(header->bar);
	header->title = adw_window_title_new("Whywait", NULL);
	header->worst_button = worst_button_new();
	header->zoom_buttons = zoom_buttons_new();
	header->panel_button = panel_button_new();
	header->tables_button = tables_button_new();
	header->search_button = icon_button_new("system-search-symbolic", "win.search", _("Search"),
						_("Search (/)"));
	header->export_button = icon_button_new("document-save-as-symbolic", "win.export",
						_("Export"), _("Export (Ctrl+E)"));
	adw_header_bar_set_title_widget(bar, header->title);
	adw_header_bar_pack_start(bar, open_button_new());
	adw_header_bar_pack_start(bar, record_button_new());
	adw_header_bar_pack_start(bar, header->worst_button);
	adw_header_bar_pack_end(bar, menu_button_new());
	adw_header_bar_pack_end(bar, header->panel_button);
	adw_header_bar_pack_end(bar, header->tables_button);
	adw_header_bar_pack_end(bar, header->export_button);
	adw_header_bar_pack_end(bar, header->zoom_buttons);
	adw_header_bar_pack_end(bar, header->search_button);
	gtk_widget_set_parent(header->bar, GTK_WIDGET(header));
}

GtkWidget *ww_window_header_new(void)
{
	return g_object_new(WW_TYPE_WINDOW_HEADER, NULL);
}

void ww_window_header_set_titles(WwWindowHeader *header, const char *title, const char *subtitle)
{
	adw_window_title_set_title(ADW_WINDOW_TITLE(header->title), title);
	adw_window_title_set_subtitle(ADW_WINDOW_TITLE(header->title), subtitle);
}

static void show_zoom(WwWindowHeader *header)
{
	gtk_widget_set_visible(header->zoom_buttons, header->has_trace && !header->is_narrow);
}

void ww_window_header_set_narrow(WwWindowHeader *header, bool is_narrow)
{
	if (header->is_narrow == is_narrow)
		return;
	header->is_narrow = is_narrow;
	show_zoom(header);
	if (is_narrow)
		gtk_button_set_icon_name(GTK_BUTTON(header->worst_button),
					 "media-skip-forward-symbolic");
	else
		gtk_button_set_label(GTK_BUTTON(header->worst_button), _("Next Worst Wait"));
	ww_name_widget(header->worst_button, _("Next Worst Wait"));
}

void ww_window_header_show_trace(WwWindowHeader *header, bool has_trace)
{
	header->has_trace = has_trace;
	show_zoom(header);
	gtk_widget_set_visible(header->export_button, has_trace);
	gtk_widget_set_visible(header->worst_button, has_trace);
	gtk_widget_set_visible(header->search_button, has_trace);
	gtk_widget_set_visible(header->panel_button, has_trace);
	gtk_widget_set_visible(header->tables_button, has_trace);
}

GtkToggleButton *ww_window_header_panel_button(WwWindowHeader *header)
{
	return GTK_TOGGLE_BUTTON(header->panel_button);
}

GtkToggleButton *ww_window_header_tables_button(WwWindowHeader *header)
{
	return GTK_TOGGLE_BUTTON(header->tables_button);
}
