// SPDX-License-Identifier: GPL-2.0-or-later
#include "viewer/window/command-palette.h"

#include "viewer/app/i18n.h"
#include "viewer/model/match.h"

struct scored {
	const struct ww_command *command;
	int score;
};

/* Alike ones stay in the order of the table. */
static int compare_scored(gconstpointer a_data, gconstpointer b_data)
{
	const struct scored *a = a_data, *b = b_data;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return a->command < b->command ? -1 : a->command > b->command;
}

static void find(gpointer data, const char *typed, GArray *choices)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct scored));

	for (size_t i = 0; i < ww_commands_count(); i++) {
		const struct ww_command *command = ww_commands_at(i);
		const struct scored scored = { command, ww_match_score(_(command->title), typed) };

		if (scored.score != WW_MATCH_NONE)
			g_array_append_val(found, scored);
	}
	g_array_sort(found, compare_scored);
	for (guint i = 0; i < MIN(found->len, WW_CHOICES_MAX); i++) {
		const struct ww_command *command = g_array_index(found, struct scored, i).command;
		const struct ww_choice choice = {
			.title = _(command->title),
			.note = _(command->group),
			.accelerators = command->accelerators,
			.data = command,
		};

		g_array_append_val(choices, choice);
	}
}

static void choose(gpointer data, const struct ww_choice *choice)
{
	ww_window_run(WW_WINDOW(data), choice->data);
}

static const char *nothing(gpointer data)
{
	return _("No command is called so.");
}

void ww_command_palette_open(WwChooser *chooser, WwWindow *window)
{
	static const struct ww_chooser_source source = {
		.name = N_("Commands"),
		.prompt = N_("What to do"),
		.find = find,
		.choose = choose,
		.nothing = nothing,
		.free = g_object_unref,
	};

	ww_chooser_open(chooser, &source, g_object_ref(window));
}
