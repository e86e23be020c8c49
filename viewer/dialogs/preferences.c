// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/dialogs/preferences.h"

#include <adwaita.h>

#include "viewer/app/i18n.h"
#include "viewer/app/preferences.h"

#define ROW_KEY "whywait-row"

static const struct switch_row {
	enum ww_preference preference;
	const char *title;
	const char *subtitle;
} timeline_rows[] = {
	{ WW_PREFERENCE_DRAG_PANS, N_("Drag to _Pan"),
	  N_("The left button moves the timeline, and selects an area with Shift") },
	{ WW_PREFERENCE_RESTORE_VIEW, N_("_Restore the Last View"),
	  N_("A trace opens where you left it") },
};

static const struct {
	const char *value;
	const char *title;
} schemes[] = {
	{ "system", N_("Follow System") },
	{ "light", N_("Light") },
	{ "dark", N_("Dark") },
};

/* Another window's dialog may change it meanwhile, or the person by gsettings. */
static void follow(enum ww_preference preference, GtkWidget *widget, GCallback show)
{
	g_autofree char *signal = g_strdup_printf("changed::%s", ww_preference_name(preference));

	g_signal_connect_object(ww_preferences_default(), signal, show, widget, 0);
}

static void show_flag(WwPreferences *preferences, GtkSwitch *button)
{
	const struct switch_row *of = g_object_get_data(G_OBJECT(button), ROW_KEY);

	gtk_switch_set_active(button, ww_preferences_flag(preferences, of->preference));
}

static GtkWidget *switch_row_new(const struct switch_row *of)
{
	GtkWidget *row = adw_action_row_new();
	GtkWidget *button = gtk_switch_new();

	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), _(of->title));
	adw_preferences_row_set_use_underline(ADW_PREFERENCES_ROW(row), TRUE);
	adw_action_row_set_subtitle(ADW_ACTION_ROW(row), _(of->subtitle));
	gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
	adw_action_row_add_suffix(ADW_ACTION_ROW(row), button);
	adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), button);
	ww_preferences_remember(of->preference, G_OBJECT(button), "active");
	g_object_set_data(G_OBJECT(button), ROW_KEY, (gpointer)(uintptr_t)of);
	follow(of->preference, button, G_CALLBACK(show_flag));
	return row;
}

static void on_scheme_chosen(AdwComboRow *row, GParamSpec *property, gpointer data)
{
	const guint chosen = adw_combo_row_get_selected(row);

	g_return_if_fail(chosen < G_N_ELEMENTS(schemes));
	ww_preferences_set_text(ww_preferences_default(), WW_PREFERENCE_COLOR_SCHEME,
				schemes[chosen].value);
}

static void show_scheme(WwPreferences *preferences, AdwComboRow *row)
{
	g_autofree char *value = ww_preferences_text(preferences, WW_PREFERENCE_COLOR_SCHEME);

	for (guint i = 0; i < G_N_ELEMENTS(schemes); i++) {
		if (g_str_equal(schemes[i].value, value))
			adw_combo_row_set_selected(row, i);
	}
}

static GtkWidget *scheme_row_new(void)
{
	GtkWidget *row = adw_combo_row_new();
	g_autoptr(GtkStringList) titles = gtk_string_list_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		gtk_string_list_append(titles, _(schemes[i].title));
	adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), _("_Appearance"));
	adw_preferences_row_set_use_underline(ADW_PREFERENCES_ROW(row), TRUE);
	adw_combo_row_set_model(ADW_COMBO_ROW(row), G_LIST_MODEL(titles));
	show_scheme(ww_preferences_default(), ADW_COMBO_ROW(row));
	follow(WW_PREFERENCE_COLOR_SCHEME, row, G_CALLBACK(show_scheme));
	g_signal_connect(row, "notify::selected", G_CALLBACK(on_scheme_chosen), NULL);
	return row;
}

static GtkWidget *page_new(void)
{
	GtkWidget *page = adw_preferences_page_new();
	GtkWidget *timeline = adw_preferences_group_new();
	GtkWidget *window = adw_preferences_group_new();

	adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(timeline), _("Timeline"));
	for (size_t i = 0; i < G_N_ELEMENTS(timeline_rows); i++)
		adw_preferences_group_add(ADW_PREFERENCES_GROUP(timeline),
					  switch_row_new(&timeline_rows[i]));
	adw_preferences_group_set_title(ADW_PREFERENCES_GROUP(window), _("Window"));
	adw_preferences_group_add(ADW_PREFERENCES_GROUP(window), scheme_row_new());
	adw_preferences_page_add(ADW_PREFERENCES_PAGE(page), ADW_PREFERENCES_GROUP(timeline));
	adw_preferences_page_add(ADW_PREFERENCES_PAGE(page), ADW_PREFERENCES_GROUP(window));
	return page;
}

void ww_preferences_present(GtkWindow *parent)
{
	GtkWidget *window = adw_preferences_window_new();

	adw_preferences_window_set_search_enabled(ADW_PREFERENCES_WINDOW(window), FALSE);
	adw_preferences_window_add(ADW_PREFERENCES_WINDOW(window),
				   ADW_PREFERENCES_PAGE(page_new()));
	gtk_window_set_default_size(GTK_WINDOW(window), 560, 440);
	gtk_window_set_title(GTK_WINDOW(window), _("Preferences"));
	gtk_window_set_transient_for(GTK_WINDOW(window), parent);
	gtk_window_set_modal(GTK_WINDOW(window), TRUE);
	gtk_window_set_destroy_with_parent(GTK_WINDOW(window), TRUE);
	gtk_window_present(GTK_WINDOW(window));
}
