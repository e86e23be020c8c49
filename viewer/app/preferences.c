// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/app/preferences.h"

#include <gio/gio.h>

#define SCHEMA "org.whywait.TraceView"

/* The schema says the same; a test compares them. */
static const struct {
	const char *name;
	const char *initial; /* as GVariant writes it */
} table[WW_PREFERENCE_N] = {
	[WW_PREFERENCE_DRAG_PANS] = { "drag-pans", "false" },
	[WW_PREFERENCE_RESTORE_VIEW] = { "restore-view", "true" },
	[WW_PREFERENCE_SHOW_PANEL] = { "show-panel", "true" },
	[WW_PREFERENCE_SHOW_TABLES] = { "show-tables", "true" },
	[WW_PREFERENCE_IS_MAXIMIZED] = { "is-maximized", "false" },
	[WW_PREFERENCE_COLOR_SCHEME] = { "color-scheme", "'system'" },
	[WW_PREFERENCE_OPEN_FOLDER] = { "open-folder", "''" },
	[WW_PREFERENCE_RECORD_FOLDER] = { "record-folder", "''" },
	[WW_PREFERENCE_RECORD_COMMAND] = { "record-command", "''" },
	[WW_PREFERENCE_RUN_FOLDER] = { "run-folder", "''" },
	[WW_PREFERENCE_EXPORT_FOLDER] = { "export-folder", "''" },
	[WW_PREFERENCE_WINDOW_SIZE] = { "window-size", "(1440, 860)" },
};

struct _WwPreferences {
	GObject parent;
	GSettings *settings;               /* NULL: values are in memory only */
	GVariant *values[WW_PREFERENCE_N]; /* where there are no settings */
};

static guint changed_signal;
static bool is_forgotten;

G_DEFINE_FINAL_TYPE(WwPreferences, ww_preferences, G_TYPE_OBJECT)

static void preferences_dispose(GObject *object)
{
	WwPreferences *preferences = WW_PREFERENCES(object);

	g_clear_object(&preferences->settings);
	for (size_t i = 0; i < WW_PREFERENCE_N; i++)
		g_clear_pointer(&preferences->values[i], g_variant_unref);
	G_OBJECT_CLASS(ww_preferences_parent_class)->dispose(object);
}

static void ww_preferences_class_init(WwPreferencesClass *class)
{
	G_OBJECT_CLASS(class)->dispose = preferences_dispose;
	changed_signal =
		g_signal_new("changed", WW_TYPE_PREFERENCES, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED,
			     0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void announce(WwPreferences *preferences, const char *name)
{
	g_signal_emit(preferences, changed_signal, g_quark_from_string(name));
}

static void on_setting_changed(GSettings *settings, const char *key, WwPreferences *preferences)
{
	announce(preferences, key);
}

/* Built or installed together with the program: that one fits it, wherever the desktop looks. */
static GSettingsSchema *find_schema(void)
{
	static const char *const places[] = { "data", "../share/glib-2.0/schemas" };
	g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = program ? g_path_get_dirname(program) : g_strdup("/nowhere");
	GSettingsSchemaSource *installed = g_settings_schema_source_get_default();
	GSettingsSchema *found = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(places) && !found; i++) {
		g_autofree char *place = g_build_filename(folder, places[i], NULL);
		g_autoptr(GSettingsSchemaSource) own =
			g_settings_schema_source_new_from_directory(place, NULL, FALSE, NULL);

		if (own)
			found = g_settings_schema_source_lookup(own, SCHEMA, FALSE);
	}
	if (!found && installed)
		found = g_settings_schema_source_lookup(installed, SCHEMA, TRUE);
	return found;
}

/* One of another version may lack what this one asks for, which would end the program. */
static bool is_complete(GSettingsSchema *schema)
{
	for (size_t i = 0; i < WW_PREFERENCE_N; i++) {
		if (!g_settings_schema_has_key(schema, table[i].name))
			return false;
	}
	return true;
}

static void ww_preferences_init(WwPreferences *preferences)
{
	g_autoptr(GSettingsSchema) schema = is_forgotten ? NULL : find_schema();

	for (size_t i = 0; i < WW_PREFERENCE_N; i++)
		preferences->values[i] = g_variant_parse(NULL, table[i].initial, NULL, NULL, NULL);
	if (!schema || !is_complete(schema))
		return;
	preferences->settings = g_settings_new_full(schema, NULL, NULL);
	g_signal_connect(preferences->settings, "changed", G_CALLBACK(on_setting_changed),
			 preferences);
	/* GSettings tells only about keys that somebody has read. */
	for (size_t i = 0; i < WW_PREFERENCE_N; i++)
		g_variant_unref(g_settings_get_value(preferences->settings, table[i].name));
}

static WwPreferences *the_preferences;

WwPreferences *ww_preferences_default(void)
{
	if (!the_preferences)
		the_preferences = g_object_new(WW_TYPE_PREFERENCES, NULL);
	return the_preferences;
}

void ww_preferences_forget(void)
{
	g_assert(!the_preferences);
	is_forgotten = true;
}

const char *ww_preference_name(enum ww_preference preference)
{
	g_assert(preference < WW_PREFERENCE_N);
	return table[preference].name;
}

static GVariant *value_of(WwPreferences *preferences, enum ww_preference preference)
{
	if (preferences->settings)
		return g_settings_get_value(preferences->settings, ww_preference_name(preference));
	return g_variant_ref(preferences->values[preference]);
}

/* Consumes a floating @value. */
static void take_value(WwPreferences *preferences, enum ww_preference preference, GVariant *value)
{
	g_autoptr(GVariant) taken = g_variant_ref_sink(value);
	g_autoptr(GVariant) old = value_of(preferences, preference);

	if (g_variant_equal(old, taken))
		return;
	if (preferences->settings) {
		g_settings_set_value(preferences->settings, ww_preference_name(preference), taken);
		return;
	}
	g_variant_unref(preferences->values[preference]);
	preferences->values[preference] = g_steal_pointer(&taken);
	announce(preferences, ww_preference_name(preference));
}

bool ww_preferences_flag(WwPreferences *preferences, enum ww_preference preference)
{
	g_autoptr(GVariant) value = value_of(preferences, preference);

	return g_variant_get_boolean(value);
}

void ww_preferences_set_flag(WwPreferences *preferences, enum ww_preference preference, bool value)
{
	take_value(preferences, preference, g_variant_new_boolean(value));
}

char *ww_preferences_text(WwPreferences *preferences, enum ww_preference preference)
{
	g_autoptr(GVariant) value = value_of(preferences, preference);

	return g_variant_dup_string(value, NULL);
}

void ww_preferences_set_text(WwPreferences *preferences, enum ww_preference preference,
			     const char *value)
{
	take_value(preferences, preference, g_variant_new_string(value));
}

void ww_preferences_size(WwPreferences *preferences, int *width_px, int *height_px)
{
	g_autoptr(GVariant) value = value_of(preferences, WW_PREFERENCE_WINDOW_SIZE);

	g_variant_get(value, "(ii)", width_px, height_px);
}

void ww_preferences_set_size(WwPreferences *preferences, int width_px, int height_px)
{
	take_value(preferences, WW_PREFERENCE_WINDOW_SIZE,
		   g_variant_new("(ii)", width_px, height_px));
}

static void on_property(GObject *object, GParamSpec *property, gpointer data)
{
	gboolean value;

	g_object_get(object, property->name, &value, NULL);
	ww_preferences_set_flag(ww_preferences_default(), (enum ww_preference)GPOINTER_TO_INT(data),
				value);
}

void ww_preferences_remember(enum ww_preference preference, GObject *object, const char *property)
{
	g_autofree char *signal = g_strdup_printf("notify::%s", property);
	const bool value = ww_preferences_flag(ww_preferences_default(), preference);

	g_object_set(object, property, (gboolean)value, NULL);
	g_signal_connect(object, signal, G_CALLBACK(on_property), GINT_TO_POINTER(preference));
}

void ww_preferences_show(enum ww_preference preference, GObject *object, const char *property,
			 bool value)
{
	const GSignalMatchType match = G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA;
	gpointer data = GINT_TO_POINTER(preference);

	g_signal_handlers_block_matched(object, match, 0, 0, NULL, on_property, data);
	g_object_set(object, property, (gboolean)value, NULL);
	g_signal_handlers_unblock_matched(object, match, 0, 0, NULL, on_property, data);
}
