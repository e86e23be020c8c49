// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of commands is sound: names are unique, keys lead to one command each. No display. */
#include "viewer/window/commands.h"

static void test_ids(void)
{
	for (size_t i = 0; i < ww_commands_count(); i++) {
		const struct ww_command *command = ww_commands_at(i);

		g_assert_true(ww_commands_find(command->id) == command);
		g_assert_true(!command->run != !command->action);
		g_assert_nonnull(command->title);
	}
	g_assert_null(ww_commands_find("no-such-command"));
}

/* A group is one heading of the sheet: its commands stand together. */
static void test_groups(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	const char *last = "";

	for (size_t i = 0; i < ww_commands_count(); i++) {
		const char *group = ww_commands_at(i)->group;

		if (g_str_equal(group, last))
			continue;
		g_assert_true(g_hash_table_add(seen, (gpointer)(uintptr_t)group));
		last = group;
	}
}

static void test_keys(void)
{
	for (size_t i = 0; i < ww_commands_count(); i++) {
		const struct ww_command *command = ww_commands_at(i);

		for (size_t k = 0; k < WW_COMMAND_KEYS_MAX; k++) {
			const struct ww_key *key = &command->keys[k];

			if (key->keyval || key->keycode)
				g_assert_true(ww_commands_pressed(key->keyval, key->keycode,
								  key->modifiers) == command);
		}
	}
}

/* What the sheet shows, and what GTK watches for, are keys; of the latter no two are alike. */
static void test_accelerators(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (size_t i = 0; i < ww_commands_count(); i++) {
		const struct ww_command *command = ww_commands_at(i);
		g_auto(GStrv) words =
			g_strsplit(command->accelerators ? command->accelerators : "", " ", -1);

		for (size_t w = 0; words[w]; w++) {
			GdkModifierType modifiers;
			guint keyval;

			if (!*words[w])
				continue;
			g_assert_true(gtk_accelerator_parse(words[w], &keyval, &modifiers));
			g_assert_true(
				g_hash_table_add(seen, gtk_accelerator_name(keyval, modifiers)));
		}
	}
}

/* Where no command asks for Shift it does not matter: "+" is typed with it. */
static void test_shift(void)
{
	g_assert_true(ww_commands_pressed(GDK_KEY_plus, 0, GDK_SHIFT_MASK) ==
		      ww_commands_find("zoom-in"));
	g_assert_true(ww_commands_pressed(GDK_KEY_Z, 0, GDK_CONTROL_MASK | GDK_SHIFT_MASK) ==
		      ww_commands_find("redo"));
	g_assert_null(ww_commands_pressed(GDK_KEY_r, 0, GDK_ALT_MASK));
}

/* W A S D are places, and other letters may be printed there: those are reached with Shift. */
static void test_places(void)
{
	static const struct {
		guint keyval, keycode;
		const char *alone, *shifted;
	} cases[] = {
		{ GDK_KEY_w, 25, "zoom-in", "zoom-in" },
		{ GDK_KEY_z, 25, "zoom-in", "show-selection" }, /* AZERTY */
		{ GDK_KEY_o, 39, "zoom-out", "origin" },        /* Dvorak */
		{ GDK_KEY_r, 39, "zoom-out", "next-worst" },    /* Colemak */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct ww_command *alone =
			ww_commands_pressed(cases[i].keyval, cases[i].keycode, 0);
		const struct ww_command *shifted = ww_commands_pressed(
			gdk_keyval_to_upper(cases[i].keyval), cases[i].keycode, GDK_SHIFT_MASK);

		g_assert_cmpstr(alone->id, ==, cases[i].alone);
		g_assert_cmpstr(shifted->id, ==, cases[i].shifted);
	}
	g_assert_cmpstr(ww_commands_pressed(GDK_KEY_less, 25, GDK_SHIFT_MASK)->id, ==,
			"previous-event");
}

int main(int argc, char *argv[])
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/viewer/commands/ids", test_ids);
	g_test_add_func("/viewer/commands/groups", test_groups);
	g_test_add_func("/viewer/commands/keys", test_keys);
	g_test_add_func("/viewer/commands/accelerators", test_accelerators);
	g_test_add_func("/viewer/commands/shift", test_shift);
	g_test_add_func("/viewer/commands/places", test_places);
	return g_test_run();
}
