// SPDX-License-Identifier: GPL-2.0-or-later
/* Preferences with and without their schema, and where traces lie. Usage: FOLDER of the compiled
 * schema. */
#include <gio/gio.h>
#include <glib/gstdio.h>

#include "base/manifest.h"
#include "viewer/app/places.h"
#include "viewer/app/preferences.h"

static const char *schema_folder;

static GSettingsSchema *schema(void)
{
	g_autoptr(GSettingsSchemaSource) source =
		g_settings_schema_source_new_from_directory(schema_folder, NULL, FALSE, NULL);

	g_assert_nonnull(source);
	return g_settings_schema_source_lookup(source, "org.whywait.TraceView", FALSE);
}

static GVariant *value_in_memory(enum ww_preference preference)
{
	WwPreferences *preferences = ww_preferences_default();
	g_autofree char *text = NULL;
	int width_px, height_px;

	if (preference == WW_PREFERENCE_WINDOW_SIZE) {
		ww_preferences_size(preferences, &width_px, &height_px);
		return g_variant_new("(ii)", width_px, height_px);
	}
	if (preference < WW_PREFERENCE_COLOR_SCHEME)
		return g_variant_new_boolean(ww_preferences_flag(preferences, preference));
	text = ww_preferences_text(preferences, preference);
	return g_variant_new_string(text);
}

/* Not one key more or less, and each begins alike: whoever has no schema sees the same program. */
static void test_schema(void)
{
	g_autoptr(GSettingsSchema) of = schema();
	g_auto(GStrv) keys = g_settings_schema_list_keys(of);

	g_assert_cmpuint(g_strv_length(keys), ==, WW_PREFERENCE_N);
	for (enum ww_preference i = 0; i < WW_PREFERENCE_N; i++) {
		g_autoptr(GSettingsSchemaKey) key =
			g_settings_schema_get_key(of, ww_preference_name(i));
		g_autoptr(GVariant) initial = g_settings_schema_key_get_default_value(key);
		g_autoptr(GVariant) value = g_variant_ref_sink(value_in_memory(i));

		g_assert_cmpvariant(initial, value);
	}
}

static void count(WwPreferences *preferences, int *n)
{
	(*n)++;
}

static void test_memory(void)
{
	WwPreferences *preferences = ww_preferences_default();
	g_autofree char *scheme = NULL;
	int n_changes = 0, n_others = 0;
	int width_px, height_px;

	g_signal_connect(preferences, "changed::drag-pans", G_CALLBACK(count), &n_changes);
	g_signal_connect(preferences, "changed::show-panel", G_CALLBACK(count), &n_others);
	ww_preferences_set_flag(preferences, WW_PREFERENCE_DRAG_PANS, true);
	ww_preferences_set_flag(preferences, WW_PREFERENCE_DRAG_PANS, true);
	g_assert_true(ww_preferences_flag(preferences, WW_PREFERENCE_DRAG_PANS));
	g_assert_cmpint(n_changes, ==, 1);
	g_assert_cmpint(n_others, ==, 0);
	ww_preferences_set_text(preferences, WW_PREFERENCE_COLOR_SCHEME, "dark");
	scheme = ww_preferences_text(preferences, WW_PREFERENCE_COLOR_SCHEME);
	g_assert_cmpstr(scheme, ==, "dark");
	ww_preferences_set_size(preferences, 800, 600);
	ww_preferences_size(preferences, &width_px, &height_px);
	g_assert_cmpint(width_px, ==, 800);
	g_assert_cmpint(height_px, ==, 600);
	g_signal_handlers_disconnect_by_data(preferences, &n_changes);
	g_signal_handlers_disconnect_by_data(preferences, &n_others);
}

static void test_remember(void)
{
	g_autoptr(GSimpleAction) action = g_simple_action_new("any", NULL);

	ww_preferences_set_flag(ww_preferences_default(), WW_PREFERENCE_SHOW_TABLES, false);
	ww_preferences_remember(WW_PREFERENCE_SHOW_TABLES, G_OBJECT(action), "enabled");
	g_assert_false(g_action_get_enabled(G_ACTION(action)));
	g_simple_action_set_enabled(action, TRUE);
	g_assert_true(ww_preferences_flag(ww_preferences_default(), WW_PREFERENCE_SHOW_TABLES));
	/* What one trace is shown with is no choice for all of them. */
	ww_preferences_show(WW_PREFERENCE_SHOW_TABLES, G_OBJECT(action), "enabled", false);
	g_assert_false(g_action_get_enabled(G_ACTION(action)));
	g_assert_true(ww_preferences_flag(ww_preferences_default(), WW_PREFERENCE_SHOW_TABLES));
}

static void check_place(const char *path, const char *expected)
{
	g_autofree char *place = ww_place_of(path);

	g_assert_cmpstr(place, ==, expected);
}

static void test_places(void)
{
	g_autofree char *folder = g_dir_make_tmp("whywait-place-XXXXXX", NULL);
	g_autofree char *manifest = g_build_filename(folder, WW_MANIFEST_FILE, NULL);
	g_autofree char *below = g_build_filename(g_get_home_dir(), "trace", NULL);
	g_autofree char *text = ww_place_text(below);
	g_autofree char *beside = g_strdup_printf("%s-too", g_get_home_dir());
	g_autofree char *same = ww_place_text(beside);

	check_place(folder, folder);
	/* A directory of that name, or nothing, is taken as it is: opening it says what is wrong.
	 */
	check_place(manifest, manifest);
	g_assert_true(g_file_set_contents(manifest, "{}", -1, NULL));
	check_place(manifest, folder);
	g_assert_cmpstr(text, ==, "~/trace");
	g_assert_cmpstr(same, ==, beside);
	g_remove(manifest);
	g_rmdir(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert(argc == 2);
	schema_folder = argv[1];
	ww_preferences_forget();
	g_test_add_func("/preferences/the-schema-says-what-the-program-says", test_schema);
	g_test_add_func("/preferences/without-settings-they-live-in-memory", test_memory);
	g_test_add_func("/preferences/a-property-is-remembered", test_remember);
	g_test_add_func("/places/a-manifest-stands-for-its-directory", test_places);
	return g_test_run();
}
